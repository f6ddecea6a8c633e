//! The rules of asking and of deciding, one row each (contract, sections 7.9 and 8.5).

use http::Method;
use serde_json::{Value, json};

use super::{ADMIN, CONTENT, ILLEGAL, MISSING, Scene, UNKNOWN, assert_refused, id, person, wish};

const ROLE: &str = "role/remote-worker";

/// A flat request of a role for Ed, with something changed about it.
fn body(change: impl FnOnce(&mut Value)) -> Value {
    let mut body = json!({"requestedFor": [person("ed.okafor")], "requestedItems": [wish(ROLE).item()]});
    change(&mut body);
    body
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_refused_in_the_vendors_words() {
    let scene = Scene::new();
    let item = |name: &'static str, value: Value| {
        body(|body| {
            body["requestedItems"][0][name] = value;
        })
    };
    let object = |path: &str| {
        body(|body| {
            body["requestedItems"] = json!([wish(path).item()]);
        })
    };
    let entitlements: Vec<_> = std::iter::repeat_n(wish("entitlement/erp/fi-display").item(), 26).collect();
    let people: Vec<_> = std::iter::repeat_n(person("ed.okafor"), 11).collect();
    let per_identity = json!([{"identityId": person("ed.okafor"), "requestedItems": [wish(ROLE).item()]}]);
    let table: Vec<(Value, &str, &str)> = vec![
        (body(|body| body["requestType"] = json!("TAKE_ACCESS")), ILLEGAL, "\"requestType\""),
        (body(|body| body["requestedFor"] = json!([])), MISSING, "requestedFor"),
        (body(|body| body["requestedItems"] = json!([])), MISSING, "requestedItems"),
        (json!({}), MISSING, "requestedFor"),
        (body(|body| body["requestedForWithRequestedItems"] = json!([])), CONTENT, "cannot be combined"),
        (body(|body| body["requestedForWithRequestedItems"] = per_identity.clone()), CONTENT, "cannot be combined"),
        (item("type", json!("GROUP")), ILLEGAL, "Value of \"item.type\" is empty or contains invalid data."),
        (item("type", json!(null)), ILLEGAL, "Value of \"item.type\" is empty or contains invalid data."),
        (item("id", json!("")), ILLEGAL, "\"item.id\""),
        (item("id", json!(person("ed.okafor"))), UNKNOWN, "was not found"),
        (
            body(|body| body["requestedFor"] = json!(["0123", person("ed.okafor")])),
            UNKNOWN,
            "Referenced RequestedFor Identity/Identities 0123 was/were not found.",
        ),
        (object("role/finance-member"), CONTENT, "not requestable"),
        (object("entitlement/okta/super-admin"), CONTENT, "not requestable"),
        (body(|body| body["requestedItems"] = json!(entitlements)), CONTENT, "more than 25"),
        (
            body(|body| {
                body["requestedFor"] = json!(people);
                body["requestedItems"] = json!([wish("entitlement/erp/fi-display").item()]);
            }),
            CONTENT,
            "more than 10",
        ),
        (item("removeDate", json!("")), ILLEGAL, "\"item.removeDate\""),
        (item("startDate", json!("tomorrow")), ILLEGAL, "\"item.startDate\""),
        (item("removeDate", json!("2026-01-05T08:00:00Z")), CONTENT, "must be in the future"),
        (item("startDate", json!("2025-12-31T00:00:00Z")), CONTENT, "must be in the future"),
        (
            body(|body| {
                body["requestedItems"][0]["startDate"] = json!("2026-03-01T00:00:00Z");
                body["requestedItems"][0]["removeDate"] = json!("2026-02-01T00:00:00Z");
            }),
            CONTENT,
            "after the startDate",
        ),
        (object("role/production-deployer"), MISSING, "item.comment"),
        (
            body(|body| body["requestedItems"] = json!([wish("role/internal-auditor").item()])),
            MISSING,
            "item.removeDate",
        ),
        (
            body(|body| {
                let wish = wish("role/internal-auditor").with("removeDate", "2026-12-01T00:00:00Z");
                body["requestedItems"] = json!([wish.item()]);
            }),
            CONTENT,
            "maximum permitted",
        ),
        (body(|body| body["requestType"] = json!("MODIFY_ACCESS")), CONTENT, "does not have access"),
        (
            json!({"requestedForWithRequestedItems": [{"identityId": person("ed.okafor"), "requestedItems": [
                wish(ROLE).with("accountSelection", json!([{"accounts": [{"nativeIdentity": "nobody"}]}])).item()]}]}),
            UNKNOWN,
            "account nobody",
        ),
        (json!({"requestedForWithRequestedItems": [{"requestedItems": []}]}), MISSING, "identityId"),
    ];
    for (body, code, text) in table {
        assert_refused(scene.post(ADMIN, "/v3/access-requests", body).await, 400, code, text);
    }
    let list = scene.get(ADMIN, "/v3/access-request-status?count=true").await;
    assert_eq!(list.header("x-total-count"), "0");
    let malformed = scene.call(ADMIN, http::Method::POST, "/v3/access-requests").body("{").await;
    assert_refused(malformed, 400, "400.0 Bad request syntax", "");
}

#[tokio::test]
async fn who_may_ask_for_whom_is_configured() {
    // Who asks for Ed: himself, his manager, a colleague, an administrator.
    let askers = ["ed.okafor", "mia.chen", "raj.patel", ADMIN];
    let behalf = |anyone: bool, manager: bool| {
        json!({"requestOnBehalfOfConfig": {"allowRequestOnBehalfOfAnyoneByAnyone": anyone,
            "allowRequestOnBehalfOfEmployeeByManager": manager}})
    };
    let table = [
        (behalf(true, false), [202, 202, 202, 202]),
        (behalf(false, true), [202, 202, 403, 202]),
        (behalf(false, false), [202, 403, 403, 202]),
        (json!({"approvalsMustBeExternal": true}), [403, 403, 403, 202]),
    ];
    let scene = Scene::new();
    for (config, expected) in table {
        scene.put(ADMIN, "/v3/access-request-config", config.clone()).await.status(200);
        for (asker, status) in askers.into_iter().zip(expected) {
            let answer = scene.ask(asker, "GRANT_ACCESS", "ed.okafor", &[wish(ROLE)]).await;
            assert_eq!(answer.status.as_u16(), status, "{asker} under {config}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_revoked_is_refused() {
    let scene = Scene::new();
    let held = "role/wiki-and-tickets";
    scene.request("ed.okafor", "ed.okafor", &[wish(held).with("removeDate", "2026-02-01T00:00:00Z")]).await;
    scene.advance("PT1M").await;
    let revoke = |items: Value| json!({"requestedFor": [person("ed.okafor")], "requestType": "REVOKE_ACCESS", "requestedItems": items});
    let why = |path: &str| wish(path).with("comment", "no longer needed");
    let two = json!({"requestedFor": [person("ed.okafor"), person("raj.patel")], "requestType": "REVOKE_ACCESS",
        "requestedItems": [why(held).item()]});
    let nested = json!({"requestType": "REVOKE_ACCESS",
        "requestedForWithRequestedItems": [{"identityId": person("ed.okafor"), "requestedItems": [why(held).item()]}]});
    let entitlements = [why("entitlement/erp/fi-display").item(), why("entitlement/erp/ap-reports").item()];
    let table: Vec<(&str, Value, u16, &str, &str)> = vec![
        ("mia.chen", two, 400, CONTENT, "exactly one identity"),
        ("mia.chen", nested, 400, CONTENT, "exactly one identity"),
        ("mia.chen", revoke(json!([wish(held).item()])), 400, MISSING, "item.comment"),
        (
            "mia.chen",
            revoke(json!([why(held).with("startDate", "2026-01-20T00:00:00Z").item()])),
            400,
            CONTENT,
            "start date",
        ),
        ("mia.chen", revoke(json!(entitlements)), 400, CONTENT, "more than 1"),
        ("ed.okafor", revoke(json!([why(held).item()])), 403, "403 Forbidden", ""),
        ("raj.patel", revoke(json!([why(held).item()])), 403, "403 Forbidden", ""),
        ("mia.chen", revoke(json!([why("role/finance-member").item()])), 400, CONTENT, "membership criteria"),
        ("mia.chen", revoke(json!([why(ROLE).item()])), 400, CONTENT, "does not have access"),
        (
            "mia.chen",
            revoke(json!([why(held).with("removeDate", "2026-03-01T00:00:00Z").item()])),
            400,
            CONTENT,
            "before",
        ),
    ];
    for (who, body, status, code, text) in table {
        assert_refused(scene.post(who, "/v3/access-requests", body).await, status, code, text);
    }
}

#[tokio::test]
async fn what_cannot_be_decided_is_refused() {
    let scene = Scene::new();
    scene.request("ed.okafor", "ed.okafor", &[wish("role/accounts-payable-clerk")]).await;
    let approval = scene.only(&scene.pending("mia.chen").await);
    let nobody = person("ed.okafor");
    let forward = |to: &str, comment: &str| json!({"newOwnerId": to, "comment": comment});
    let long = "x".repeat(256);
    let path = |id: &str, verb: &str| format!("/v3/access-request-approvals/{id}/{verb}");
    let group = id("workgroup/erp-approvers");
    let table: Vec<(&str, String, Value, u16, &str)> = vec![
        ("mia.chen", path(&nobody, "approve"), json!({}), 404, "404 Not found"),
        ("mia.chen", path("nonsense", "approve"), json!({}), 404, "404 Not found"),
        ("raj.patel", path(&approval, "approve"), json!({}), 403, "403 Forbidden"),
        ("ed.okafor", path(&approval, "reject"), json!({"comment": "x"}), 403, "403 Forbidden"),
        ("lena.fischer", path(&approval, "forward"), forward(&nobody, "x"), 403, "403 Forbidden"),
        ("mia.chen", path(&approval, "reject"), json!({}), 400, MISSING),
        ("mia.chen", path(&approval, "reject"), Value::Null, 400, "400.0 Bad request syntax"),
        ("mia.chen", path(&approval, "forward"), json!({"comment": "x"}), 400, MISSING),
        ("mia.chen", path(&approval, "forward"), forward(&nobody, ""), 400, MISSING),
        ("mia.chen", path(&approval, "forward"), forward(&nobody, &long), 400, ILLEGAL),
        ("mia.chen", path(&approval, "forward"), forward("nobody", "x"), 400, UNKNOWN),
        ("mia.chen", path(&approval, "forward"), forward(&group, "x"), 400, UNKNOWN),
        ("mia.chen", path(&approval, "forward"), forward(&person("mia.chen"), "x"), 400, CONTENT),
    ];
    for (who, path, body, status, code) in table {
        assert_refused(scene.post(who, &path, body).await, status, code, "");
    }
    assert_eq!(scene.only(&scene.pending("mia.chen").await), approval);
    scene.decide("mia.chen", &approval, "approve", "").await.status(202);
    for verb in ["approve", "reject"] {
        let again = scene.decide("mia.chen", &approval, verb, "x").await;
        assert_refused(again, 400, CONTENT, "already in state APPROVED");
    }
    scene.step(json!({"step": "switch", "switches": {"decidedIsNotFound": true}})).await;
    scene.decide("mia.chen", &approval, "approve", "").await.status(404);
}

#[tokio::test]
async fn what_is_too_large_or_of_another_method_is_refused_in_the_vendors_words() {
    let scene = Scene::new();
    let large = scene.call(ADMIN, Method::POST, "/v3/access-requests").body(vec![b' '; (4 << 20) + 1]).await;
    assert_refused(large, 413, "413 Payload too large", "");
    let method = scene.call(ADMIN, Method::DELETE, "/v3/access-requests").await;
    assert_refused(method, 405, "405 Method not allowed", "");
}
