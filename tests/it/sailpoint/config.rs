//! How access is requested, in each shape of it.

use serde_json::{Value, json};

use super::{ADMIN, ILLEGAL, Scene, UNKNOWN, assert_refused, id, person};

fn fields(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn each_family_has_its_shape_and_standing() {
    let scene = Scene::new();
    let common =
        ["approvalsMustBeExternal", "reauthorizationEnabled", "requestOnBehalfOfConfig", "entitlementRequestConfig"];
    let table: [(&str, &[&str], bool); 6] = [
        ("/v3/access-request-config", &["autoApprovalEnabled", "approvalReminderAndEscalationConfig"], true),
        ("/beta/access-request-config", &["autoApprovalEnabled", "approvalReminderAndEscalationConfig"], true),
        ("/v2025/access-request-config", &["autoApprovalEnabled", "approvalReminderAndEscalationConfig"], true),
        ("/access-request-config/v1", &["autoApprovalEnabled", "approvalReminderAndEscalationConfig"], true),
        ("/v2026/access-request-config", &["govGroupVisibilityEnabled"], false),
        ("/access-request-config/v2", &["govGroupVisibilityEnabled", "machineIdentityAccessRequestEnabled"], false),
    ];
    for (path, more, deprecated) in table {
        let reply = scene.get("ed.okafor", path).await.status(200);
        assert_eq!(reply.headers.contains_key("x-deprecated"), deprecated, "{path}");
        let body = reply.json();
        let mut shown = fields(&body);
        let mut expected: Vec<_> = common.iter().chain(more).copied().collect();
        shown.sort_unstable();
        expected.sort_unstable();
        assert_eq!(shown, expected, "{path}");
        let flat = path.starts_with("/v3") || path.starts_with("/beta");
        assert_eq!(body["entitlementRequestConfig"].get("allowEntitlementRequest").is_some(), flat, "{path}");
        let machines = body["requestOnBehalfOfConfig"].get("allowRequestForMachineByOwner").is_some();
        assert_eq!(machines, path.starts_with("/access-request-config"), "{path}");
    }
    scene.get("ed.okafor", "/access-request-config/v3").await.status(404);
}

#[tokio::test]
async fn what_is_put_comes_back_and_what_is_left_out_takes_its_default() {
    let scene = Scene::new();
    let group = scene.get(ADMIN, "/v3/access-request-config").await.json();
    assert_eq!(group["approvalReminderAndEscalationConfig"]["fallbackApproverRef"]["id"], person("noor.haddad"));
    let config = json!({
        "approvalsMustBeExternal": false,
        "autoApprovalEnabled": true,
        "approvalReminderAndEscalationConfig": {"daysUntilEscalation": 1, "daysBetweenReminders": 1, "maxReminders": 1,
            "fallbackApproverRef": {"id": person("ada.admin")}},
        "entitlementRequestConfig": {"allowEntitlementRequest": true, "requestCommentsRequired": true,
            "grantRequestApprovalSchemes": "entitlementOwner, manager"},
    });
    let put = scene.put(ADMIN, "/v3/access-request-config", config).await.status(200).json();
    assert_eq!(put, scene.get(ADMIN, "/v3/access-request-config").await.json());
    assert_eq!(put["autoApprovalEnabled"], true);
    assert_eq!(put["entitlementRequestConfig"]["grantRequestApprovalSchemes"], "entitlementOwner, manager");
    assert_eq!(put["requestOnBehalfOfConfig"]["allowRequestOnBehalfOfAnyoneByAnyone"], false);
    let later = scene.get(ADMIN, "/v2025/access-request-config").await.json();
    let schemes = &later["entitlementRequestConfig"]["accessRequestConfig"]["approvalSchemes"];
    assert_eq!(schemes[0], json!({"approverType": "ENTITLEMENT_OWNER", "approverId": null}));
    // A shape without reminders leaves them alone.
    scene.put(ADMIN, "/access-request-config/v2", json!({"govGroupVisibilityEnabled": true})).await.status(200);
    let classic = scene.get(ADMIN, "/v3/access-request-config").await.json();
    assert_eq!(classic["approvalReminderAndEscalationConfig"], put["approvalReminderAndEscalationConfig"]);
    assert_eq!(classic["autoApprovalEnabled"], true);
    assert_eq!(classic["entitlementRequestConfig"]["grantRequestApprovalSchemes"], "");
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let scene = Scene::new();
    scene.put("mia.chen", "/v3/access-request-config", json!({})).await.status(403);
    let reminders = |name: &str, value: Value| json!({"approvalReminderAndEscalationConfig": {name: value}});
    let text = |schemes: &str| json!({"entitlementRequestConfig": {"grantRequestApprovalSchemes": schemes}});
    let schemes = |kind: &str, id: &str| json!({"entitlementRequestConfig": {"accessRequestConfig": {"approvalSchemes": [{"approverType": kind, "approverId": id}]}}});
    let table = [
        ("/v2025", reminders("maxReminders", json!(21)), ILLEGAL, "maxReminders"),
        ("/v3", reminders("daysUntilEscalation", json!(-1)), ILLEGAL, "daysUntilEscalation"),
        ("/v3", reminders("fallbackApproverRef", json!({"id": id("role/remote-worker")})), UNKNOWN, "identity"),
        ("/v3", text("boss"), ILLEGAL, "grantRequestApprovalSchemes"),
        ("/v3", text("workgroup:none"), UNKNOWN, "governance group none"),
        ("/v2025", schemes("BOSS", ""), ILLEGAL, "approverType"),
        ("/v2025", schemes("GOVERNANCE_GROUP", &person("ed.okafor")), UNKNOWN, "governance group"),
    ];
    for (family, body, code, text) in table {
        assert_refused(scene.put(ADMIN, &format!("{family}/access-request-config"), body).await, 400, code, text);
    }
    scene.put(ADMIN, "/v3/access-request-config", reminders("maxReminders", json!(21))).await.status(200);
}

#[tokio::test]
async fn machines_cannot_be_asked_for_when_that_is_switched_off() {
    let scene = Scene::new();
    let items = json!([super::wish("entitlement/erp/fi-display").item()]);
    let body = json!({"requestedForWithRequestedItems": [
        {"identityId": person("svc-backup"), "identityType": "MACHINE", "requestedItems": items}]});
    assert_refused(scene.post(ADMIN, "/access-requests/v1", body.clone()).await, 400, UNKNOWN, "Identities");
    let off = json!({"machineIdentityAccessRequestEnabled": false});
    scene.put(ADMIN, "/access-request-config/v2", off).await.status(200);
    for path in ["/access-requests/v1", "/access-requests/v1/accounts-selection"] {
        assert_refused(scene.post(ADMIN, path, body.clone()).await, 403, "403 Forbidden", "");
    }
}
