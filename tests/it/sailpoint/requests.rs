//! Asking for access: what is taken up, what is in flight, what is a duplicate; taking it back.

use http::Method;
use serde_json::{Value, json};

use super::{ADMIN, CONTENT, Scene, assert_refused, id, person, wish};

const ROLE: &str = "role/remote-worker";

#[tokio::test]
async fn everybody_named_gets_a_request_of_their_own_with_every_item() {
    let scene = Scene::new();
    let body = json!({
        "requestedFor": [person("ed.okafor"), person("raj.patel")],
        "requestedItems": [wish(ROLE).item(), wish("role/wiki-and-tickets").item()],
        "clientMetadata": {"ticket": "T-1"},
    });
    let answer = scene.post("mia.chen", "/access-requests/v1", body.clone()).await.status(202).json();
    let new = answer["newRequests"].as_array().unwrap();
    assert_eq!(new.len(), 2);
    assert_eq!(new[0]["requestedFor"], person("ed.okafor"));
    assert_eq!(new[0]["requestedItemsDetails"][1], json!({"type": "ROLE", "id": id("role/wiki-and-tickets")}));
    assert!(new.iter().all(|one| i32::try_from(one["attributesHash"].as_i64().unwrap()).is_ok()));
    assert_ne!(new[0]["attributesHash"], new[1]["attributesHash"]);
    assert_eq!(answer["existingRequests"], json!([]));
    let items = scene.status(new[0]["accessRequestIds"][0].as_str().unwrap()).await;
    assert_eq!(items.len(), 2);
    assert!(items.iter().all(|item| item["clientMetadata"] == json!({"ticket": "T-1"})));
    // Asked again while it is in flight: no error, and no second request.
    let again = scene.post("mia.chen", "/access-requests/v1", body).await.status(202).json();
    assert_eq!(again["newRequests"], json!([]));
    assert_eq!(again["existingRequests"], answer["newRequests"]);
}

#[tokio::test]
async fn items_can_be_asked_per_identity_and_with_accounts() {
    let scene = Scene::new();
    let account =
        json!([{"sourceId": rolecall::company::App::id_of("erp").hex(), "accounts": [{"nativeIdentity": "eokafor"}]}]);
    let items = json!([wish("access-profile/erp-requisitioner").with("accountSelection", account).item()]);
    let body =
        json!({"requestedForWithRequestedItems": [{"identityId": person("ed.okafor"), "requestedItems": items}]});
    let answer = scene.post("ed.okafor", "/v2025/access-requests", body).await.status(202).json();
    let request = answer["newRequests"][0]["accessRequestIds"][0].as_str().unwrap();
    let item = scene.item(request).await;
    assert_eq!(item["requestedAccounts"][0]["name"], "eokafor");
    scene.advance("PT1M").await;
    assert_eq!(scene.item(request).await["state"], "REQUEST_COMPLETED");
    assert!(scene.holds("ed.okafor", "erp/requisition-create"));
}

#[tokio::test]
async fn an_item_that_is_named_twice_is_asked_for_once() {
    let scene = Scene::new();
    let request = scene.request("ed.okafor", "ed.okafor", &[wish(ROLE), wish(ROLE)]).await;
    assert_eq!(scene.status(&request).await.len(), 1);
}

#[tokio::test]
async fn what_somebody_has_already_is_cancelled_as_a_duplicate() {
    let scene = Scene::new();
    scene.request("ed.okafor", "ed.okafor", &[wish("role/wiki-and-tickets")]).await;
    scene.advance("PT1M").await;
    for kind in ["GRANT_ACCESS", "MODIFY_ACCESS"] {
        let answer =
            scene.ask("ed.okafor", kind, "ed.okafor", &[wish("role/wiki-and-tickets")]).await.status(202).json();
        let item = scene.item(answer["newRequests"][0]["accessRequestIds"][0].as_str().unwrap()).await;
        assert_eq!((&item["state"], &item["accessRequestPhases"]), (&json!("CANCELLED"), &json!(null)), "{kind}");
        assert!(item["cancelledRequestDetails"]["comment"].as_str().unwrap().contains("duplicate"));
        assert_eq!(item["cancelledRequestDetails"]["owner"], json!(null));
    }
}

#[tokio::test]
async fn older_tenants_refuse_a_duplicate_at_once() {
    let scene = Scene::new();
    scene.step(json!({"step": "switch", "switches": {"duplicatesAreRefused": true}})).await;
    scene.request("ed.okafor", "ed.okafor", &[wish("role/wiki-and-tickets")]).await;
    scene.advance("PT1M").await;
    let refused = scene.ask("ed.okafor", "GRANT_ACCESS", "ed.okafor", &[wish("role/wiki-and-tickets")]).await;
    let text = format!("Identity \"{}\" already has access to", person("ed.okafor"));
    assert_refused(refused, 400, CONTENT, &text);
    let ends = wish("role/wiki-and-tickets").with("removeDate", "2026-02-01T00:00:00Z");
    scene.ask("ed.okafor", "GRANT_ACCESS", "ed.okafor", &[ends]).await.status(202);
}

#[tokio::test]
async fn a_client_without_user_context_cannot_ask() {
    let scene = Scene::new();
    let body = json!({"requestedFor": [person("ed.okafor")], "requestedItems": [wish(ROLE).item()]});
    for path in ["/v3/access-requests", "/v2025/access-requests/accounts-selection"] {
        let call = scene.as_integration(Method::POST, path).await;
        assert_refused(call.json(body.clone()).await, 403, "403 Forbidden", "refuses to authorize");
    }
}

async fn cancel(scene: &Scene, who: &str, request: &str, comment: &str) -> crate::common::Reply {
    let body = json!({"accountActivityId": request, "comment": comment});
    scene.post(who, "/v3/access-requests/cancel", body).await
}

#[tokio::test]
async fn whoever_asked_takes_it_back_while_somebody_is_asked() {
    let scene = Scene::new();
    let request = scene.request("mia.chen", "ed.okafor", &[wish("role/accounts-payable-clerk")]).await;
    let approval = scene.only(&scene.pending("ingrid.solberg").await);
    assert_refused(cancel(&scene, "ed.okafor", &request, "x").await, 403, "403 Forbidden", "");
    assert_refused(cancel(&scene, "mia.chen", &request, " ").await, 400, super::MISSING, "comment");
    cancel(&scene, "mia.chen", &person("mia.chen"), "x").await.status(404);
    cancel(&scene, "mia.chen", &request, "changed my mind").await.status(202);
    let item = scene.item(&request).await;
    assert_eq!((&item["state"], &item["approvalDetails"][0]["status"]), (&json!("CANCELLED"), &json!("CANCELLED")));
    assert_eq!(item["cancelledRequestDetails"]["owner"]["id"], person("mia.chen"));
    assert_eq!(item["accessRequestPhases"][1]["state"], "CANCELLED");
    assert_eq!(item["accessRequestPhases"][2]["state"], "NOT_EXECUTED");
    assert!(scene.pending("ingrid.solberg").await.is_empty());
    let late = scene.decide("ingrid.solberg", &approval, "approve", "").await;
    assert_refused(late, 400, CONTENT, "CANCELLED");
    assert_refused(cancel(&scene, ADMIN, &request, "again").await, 400, CONTENT, "CANCELLED");
}

#[tokio::test]
async fn beyond_its_approvals_it_cannot_be_taken_back() {
    let scene = Scene::new();
    let request = scene.request("ed.okafor", "ed.okafor", &[wish("role/wiki-and-tickets")]).await;
    assert_refused(cancel(&scene, "ed.okafor", &request, "x").await, 400, CONTENT, "EXECUTING");
}

#[tokio::test]
async fn administrators_take_many_back_and_what_cannot_be_is_passed_over() {
    let scene = Scene::new();
    let one = scene.request("ed.okafor", "ed.okafor", &[wish(ROLE)]).await;
    let done = scene.request("raj.patel", "raj.patel", &[wish("role/wiki-and-tickets")]).await;
    let bulk = |ids: Value| json!({"accessRequestIds": ids, "comment": "clean up"});
    let path = "/v2025/access-requests/bulk-cancel";
    assert_refused(scene.post("ed.okafor", path, bulk(json!([one]))).await, 403, "403 Forbidden", "");
    scene.post(ADMIN, path, bulk(json!([one, done, "nonsense"]))).await.status(202);
    assert_eq!(scene.item(&one).await["state"], "CANCELLED");
    assert_eq!(scene.item(&done).await["state"], "EXECUTING");
    scene.post(ADMIN, path, bulk(json!(["nonsense"]))).await.status(404);
    scene.post(ADMIN, path, bulk(json!(vec![one; 51]))).await.status(400);
}

#[tokio::test]
async fn administrators_close_what_is_open_and_say_what_it_counts_as() {
    let table = [
        (json!({}), "TERMINATED"),
        (json!({"executionStatus": "Completed"}), "PROVISIONING_FAILED"),
        (json!({"executionStatus": "Completed", "completionStatus": "Incomplete"}), "NOT_ALL_ITEMS_PROVISIONED"),
        (json!({"executionStatus": "Completed", "completionStatus": "Success"}), "REQUEST_COMPLETED"),
    ];
    let scene = Scene::new();
    for (mut body, state) in table {
        let request = scene.request("ed.okafor", "ed.okafor", &[wish("role/buyer")]).await;
        body["accessRequestIds"] = json!([request, "nonsense"]);
        assert_refused(
            scene.post("mia.chen", "/beta/access-requests/close", body.clone()).await,
            403,
            "403 Forbidden",
            "",
        );
        scene.post(ADMIN, "/beta/access-requests/close", body).await.status(202);
        let item = scene.item(&request).await;
        assert_eq!(item["state"], state);
        let says = json!("The IdentityNow Administrator manually closed this request.");
        assert_eq!(item["errorMessages"] == json!(null), state == "REQUEST_COMPLETED");
        assert!(item["errorMessages"] == json!(null) || item["errorMessages"][0][0]["text"] == says);
        assert!(scene.pending("mia.chen").await.is_empty());
    }
    scene.advance("P1D").await;
    assert!(!scene.holds("ed.okafor", "erp/po-create"));
    let unknown = json!({"accessRequestIds": ["x"], "executionStatus": "Completed", "completionStatus": "Maybe"});
    assert_refused(
        scene.post(ADMIN, "/v2025/access-requests/close", unknown).await,
        400,
        super::ILLEGAL,
        "completionStatus",
    );
}

#[tokio::test]
async fn accounts_that_could_have_it_are_listed_by_source() {
    let scene = Scene::new();
    let body = json!({
        "requestedFor": [person("ed.okafor")],
        "requestedItems": [wish("role/accounts-payable-clerk").item()],
    });
    let path = "/v2025/access-requests/accounts-selection";
    let answer = scene.post("ed.okafor", path, body).await.status(200).json();
    let identity = &answer["identities"][0];
    assert_eq!((&identity["type"], &identity["accountsSelectionRequired"]), (&json!("IDENTITY"), &json!(false)));
    let sources = identity["requestedItems"][0]["sources"].as_array().unwrap();
    assert_eq!(sources.len(), 2);
    let accounts = sources.iter().flat_map(|source| source["accounts"].as_array().unwrap());
    assert!(accounts.into_iter().all(|account| account["type"] == "ACCOUNT"));
    scene.post("ed.okafor", "/v3/access-requests/accounts-selection", json!({})).await.status(404);
}
