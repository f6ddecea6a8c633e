//! Roles, access profiles, entitlements, source apps and governance groups, and changes of them.

use serde_json::{Value, json};

use super::caller::{code, entitlement, person, profile, role, source, source_app, workgroup};
use crate::common::Stage;

#[tokio::test]
async fn a_role_is_patched_in_its_wire_form() {
    let stage = Stage::new();
    let admin = stage.caller("ada.admin").await;
    let path = format!("/v3/roles/{}", role("buyer"));
    let before = admin.get(&path).await.status(200).json();
    let schemes = json!([
        {"approverType": "MANAGER", "approverId": null},
        {"approverType": "GOVERNANCE_GROUP", "approverId": workgroup("erp-approvers")},
    ]);
    let patch = json!([
        {"op": "replace", "path": "/accessRequestConfig/approvalSchemes", "value": schemes},
        {"op": "replace", "path": "/accessRequestConfig/commentsRequired", "value": true},
        {"op": "add", "path": "/accessRequestConfig/maxPermittedAccessDuration", "value": {"value": 6, "timeUnit": "WEEKS"}},
        {"op": "replace", "path": "/requestable", "value": false},
        {"op": "replace", "path": "/owner", "value": {"type": "IDENTITY", "id": person("mia.chen")}},
        {"op": "remove", "path": "/description"},
    ]);
    let after = admin.patch(&path, patch).await.status(200).json();
    assert_eq!(after["accessRequestConfig"]["approvalSchemes"], schemes);
    assert_eq!(after["accessRequestConfig"]["commentsRequired"], true);
    assert_eq!(after["accessRequestConfig"]["maxPermittedAccessDuration"], json!({"value": 6, "timeUnit": "WEEKS"}));
    assert_eq!((&after["requestable"], &after["owner"]["id"]), (&json!(false), &json!(person("mia.chen"))));
    assert_eq!((&after["id"], &after["created"]), (&before["id"], &before["created"]));
    assert_ne!(after["modified"], before["modified"]);
    let untouched = ["name", "accessProfiles", "entitlements", "membership", "enabled", "revocationRequestConfig"];
    assert!(untouched.iter().all(|field| after[*field] == before[*field]));
    assert_eq!(admin.get(&format!("/roles/v1/{}", role("buyer"))).await.json(), after);
    let department = &stage.app.site().tenants().base().company().profile().departments[0];
    let membership = json!({"type": "STANDARD", "criteria": {"operation": "EQUALS", "stringValue": department.name,
        "key": {"type": "IDENTITY", "property": "attribute.department"}}});
    let born = admin.replace(&path, "/membership", membership).await.status(200).json();
    assert_eq!(born["membership"]["criteria"]["stringValue"], department.name);
    let holders = admin.list(&format!("{path}/assigned-identities")).await;
    assert!(holders.iter().any(|holder| holder["roleAssignmentSource"] == "ROLE_MEMBERSHIP"));
}

#[tokio::test]
async fn a_bad_patch_of_a_role_is_refused_and_changes_nothing() {
    let stage = Stage::new();
    let admin = stage.caller("ada.admin").await;
    let path = format!("/v2025/roles/{}", role("buyer"));
    let before = admin.get(&path).await.json();
    let scheme = |kind: &str, id: Value| json!([{"approverType": kind, "approverId": id}]);
    let schemes = "/accessRequestConfig/approvalSchemes";
    let nobody = "0123456789abcdef0123456789abcdef";
    let cases: Vec<(&str, Value, &str)> = vec![
        ("/id", json!("x"), "400.1.1"),
        ("/created", json!("2026-01-01T00:00:00Z"), "400.1.1"),
        ("/dimensional", json!(true), "400.1.1"),
        ("/nickname", json!("x"), "400.1 "),
        ("/accessRequestConfig/nickname", json!("x"), "400.1 "),
        ("", json!([]), "400.1 "),
        ("/enabled", json!("perhaps"), "400.1 "),
        ("/name", json!(""), "400.1.0"),
        ("/name", json!("x".repeat(129)), "400.1.3"),
        ("/description", json!("x".repeat(2001)), "400.1.3"),
        ("/owner", json!({"type": "IDENTITY", "id": nobody}), "400.1.404"),
        ("/accessProfiles", json!([{"type": "ACCESS_PROFILE", "id": nobody}]), "400.1.404"),
        ("/entitlements", json!([{"type": "ENTITLEMENT", "id": nobody}]), "400.1.404"),
        (schemes, scheme("GOVERNANCE_GROUP", json!(nobody)), "400.1.404"),
        (schemes, scheme("GOVERNANCE_GROUP", json!(null)), "400.1.0"),
        (schemes, scheme("SOURCE_OWNER", json!(null)), "400.1.3"),
        ("/accessRequestConfig/maxPermittedAccessDuration", json!({"value": 0, "timeUnit": "DAYS"}), "400.1.3"),
        ("/membership", json!({"type": "IDENTITY_LIST", "identities": []}), "400.1 "),
    ];
    for (pointer, value, expected) in cases {
        let patch = json!([{"op": "add", "path": pointer, "value": value}]);
        code(admin.patch(&path, patch).await, 400, expected);
    }
    code(admin.patch(&path, json!([{"op": "test", "path": "/name", "value": "x"}])).await, 400, "400.1 ");
    code(admin.patch(&path, json!([{"op": "remove", "path": "/nickname"}])).await, 400, "400.1 ");
    code(admin.patch(&path, json!([{"op": "shuffle", "path": "/name"}])).await, 400, "400.0");
    code(admin.patch(&path, json!({})).await, 400, "400.0");
    code(admin.replace(&format!("/v3/roles/{nobody}"), "/name", "x").await, 404, "404");
    assert_eq!(admin.get(&path).await.json(), before);
}

#[tokio::test]
async fn an_access_profile_keeps_to_its_source() {
    let stage = Stage::new();
    let owen = stage.caller("owen.gallagher").await;
    let path = format!("/access-profiles/v1/{}", profile("erp-buyer"));
    let before = owen.get(&path).await.status(200).json();
    assert_eq!(before["source"]["id"], source("erp"));
    assert_eq!(before["accessRequestConfig"]["formDefinitionId"], json!(null));
    let foreign = json!([{"type": "ENTITLEMENT", "id": entitlement("okta/super-admin")}]);
    code(owen.replace(&path, "/entitlements", foreign.clone()).await, 400, "400.1 ");
    let moved = json!([
        {"op": "replace", "path": "/source", "value": {"type": "SOURCE", "id": source("okta")}},
        {"op": "replace", "path": "/entitlements", "value": foreign},
    ]);
    let after = owen.patch(&path, moved).await.status(200).json();
    assert_eq!((&after["source"]["id"], &after["entitlements"][0]["id"]), (&json!(source("okta")), &foreign[0]["id"]));
    let approvals = json!([{"approverType": "APP_OWNER", "approverId": null}]);
    let pointer = "/revocationRequestConfig/approvalSchemes";
    let after = owen.replace(&path, pointer, approvals.clone()).await.status(200).json();
    assert_eq!(after["revocationRequestConfig"]["approvalSchemes"], approvals);
    code(owen.replace(&path, "/id", "x").await, 400, "400.1.1");
    code(owen.replace(&path, "/nickname", "x").await, 400, "400.1 ");
    let nobody = json!([{"approverType": "GOVERNANCE_GROUP", "approverId": "x"}]);
    code(owen.replace(&path, pointer, nobody).await, 400, "400.1.404");
    let brought = owen.list(&format!("{path}/entitlements")).await;
    assert_eq!(brought.len(), 1);
    assert!(brought[0]["privileged"].is_boolean());
    let older = owen.get(&format!("/v3/access-profiles/{}", profile("erp-buyer"))).await.json();
    assert!(older["accessRequestConfig"].get("formDefinitionId").is_none());
}

#[tokio::test]
async fn entitlements_have_two_shapes() {
    let stage = Stage::new();
    let admin = stage.caller("ada.admin").await;
    let id = entitlement("erp/vendor-pay");
    for family in ["/beta/entitlements", "/v2024/entitlements", "/v2025/entitlements"] {
        let shown = admin.get(&format!("{family}/{id}")).await.status(200).json();
        assert!(shown["privileged"].is_boolean() && shown.get("privilegeLevel").is_none(), "{family}");
    }
    for family in ["/v2026/entitlements", "/entitlements/v1"] {
        let shown = admin.get(&format!("{family}/{id}")).await.status(200).json();
        assert!(shown.get("privileged").is_none() && shown["privilegeLevel"]["direct"].is_string(), "{family}");
        assert_eq!((&shown["source"]["id"], &shown["tags"]), (&json!(source("erp")), &json!([])));
    }
    code(admin.get(&format!("/v3/entitlements/{id}")).await, 404, "404");
}

#[tokio::test]
async fn an_entitlement_is_opened_given_away_and_ruled() {
    let stage = Stage::new();
    let admin = stage.caller("ada.admin").await;
    let path = format!("/v2025/entitlements/{}", entitlement("erp/vendor-pay"));
    let before = admin.get(&path).await.json();
    let owner = json!({"type": "IDENTITY", "id": person("mia.chen")});
    let patch = json!([
        {"op": "replace", "path": "/requestable", "value": true},
        {"op": "replace", "path": "/owner", "value": owner},
    ]);
    let after = admin.patch(&path, patch).await.status(200).json();
    assert_eq!((&after["requestable"], &after["owner"]["id"]), (&json!(true), &owner["id"]));
    assert_eq!(after["name"], before["name"]);
    code(admin.replace(&path, "/owner", json!({"type": "GOVERNANCE_GROUP", "id": "x"})).await, 400, "400.1.3");
    code(admin.replace(&path, "/owner", json!({"type": "IDENTITY", "id": "x"})).await, 400, "400.1.404");
    code(admin.replace(&path, "/value", "x").await, 400, "400.1.1");
    assert_eq!(admin.patch(&path, json!([])).await.status(200).json()["owner"], after["owner"]);
    let config = format!("{path}/entitlement-request-config");
    let wanted = json!({
        "accessRequestConfig": {
            "approvalSchemes": [{"approverType": "ENTITLEMENT_OWNER", "approverId": null},
                {"approverType": "GOVERNANCE_GROUP", "approverId": workgroup("finance-controls")}],
            "requestCommentRequired": true, "denialCommentRequired": false, "reauthorizationRequired": false,
            "requireEndDate": true, "maxPermittedAccessDuration": {"value": 5, "timeUnit": "DAYS"},
        },
        "revocationRequestConfig": {"approvalSchemes": []},
    });
    assert_eq!(admin.put(&config, wanted.clone()).await.status(200).json(), wanted);
    assert_eq!(admin.get(&config).await.status(200).json(), wanted);
    let unset = format!("/beta/entitlements/{}/entitlement-request-config", entitlement("erp/ap-clerk"));
    assert!(admin.get(&unset).await.status(200).json()["accessRequestConfig"]["approvalSchemes"].is_array());
    let bad = json!({"accessRequestConfig": {"approvalSchemes": [{"approverType": "OWNER"}]}});
    code(admin.put(&config, bad).await, 400, "400.1.3");
    code(admin.put("/v2025/entitlements/x/entitlement-request-config", json!({})).await, 404, "404");
}

#[tokio::test]
async fn source_apps_are_for_those_who_may_ask() {
    let stage = Stage::new();
    let (admin, mia) = (stage.caller("ada.admin").await, stage.caller("mia.chen").await);
    let all = admin.list("/beta/source-apps/all").await;
    let available = mia.list("/source-apps/v1").await;
    assert!(available.iter().all(|app| app["enabled"] == true && all.contains(app)));
    assert!(mia.list("/v2024/source-apps/assigned").await.iter().all(|app| available.contains(app)));
    code(mia.get("/beta/source-apps/all").await, 403, "403");
    let app = admin.get(&format!("/beta/source-apps/{}", source_app("finance-erp"))).await.status(200).json();
    assert_eq!(app["accountSource"]["id"], source("erp"));
    let profiles = admin.list(&format!("/beta/source-apps/{}/access-profiles", source_app("finance-erp"))).await;
    assert_eq!(profiles.len(), 10);
    assert!(profiles.iter().all(|row| row["applicationId"] == source("erp") && row["appName"] == app["name"]));
    code(admin.get("/beta/source-apps/x").await, 404, "404");
    code(admin.get("/beta/source-apps/x/access-profiles").await, 404, "404");
}

#[tokio::test]
async fn a_governance_group_knows_its_members_and_where_it_is_asked() {
    let stage = Stage::new();
    let admin = stage.caller("ada.admin").await;
    let path = format!("/v2025/workgroups/{}", workgroup("finance-controls"));
    let group = admin.get(&path).await.status(200).json();
    let members = admin.list(&format!("{path}/members")).await;
    let connections = admin.list(&format!("{path}/connections")).await;
    assert_eq!((&group["memberCount"], members.len()), (&json!(4), 4));
    assert_eq!(group["connectionCount"], connections.len());
    assert!(connections.iter().any(|row| row["object"]["id"] == profile("erp-ap-release")));
    assert_eq!(
        group["owner"]["displayName"],
        members.iter().find(|row| row["id"] == group["owner"]["id"]).unwrap()["name"]
    );
    let filters = format!("/v2025/workgroups?filters=memberships.identityId%20eq%20%22{}%22", person("yuki.tanabe"));
    let groups = admin.list(&filters).await;
    assert!(groups.iter().any(|row| row["id"] == group["id"]) && groups.len() == 2);
    for path in ["/beta/workgroups/x", "/beta/workgroups/x/members", "/beta/workgroups/x/connections"] {
        code(admin.get(path).await, 404, "404");
    }
}

#[tokio::test]
async fn each_reading_is_for_its_levels() {
    let stage = Stage::new();
    let plain = stage.caller("mia.chen").await;
    let closed = ["/v3/roles", "/v3/access-profiles", "/v2025/workgroups", "/v3/accounts", "/v3/oauth-clients"];
    for path in closed {
        code(plain.get(path).await, 403, "403");
    }
    code(plain.replace(&format!("/v3/roles/{}", role("buyer")), "/name", "x").await, 403, "403");
    code(plain.replace(&format!("/v3/access-profiles/{}", profile("erp-buyer")), "/name", "x").await, 403, "403");
    let entitlement = format!("/v2025/entitlements/{}", entitlement("erp/ap-clerk"));
    code(plain.get(&entitlement).await, 403, "403");
    code(plain.patch(&entitlement, json!([])).await, 403, "403");
    code(plain.get(&format!("{entitlement}/entitlement-request-config")).await, 403, "403");
    for path in ["/v2025/identities", "/v3/public-identities", "/v2025/entitlements", "/v2025/tenant"] {
        plain.get(path).await.status(200);
    }
    let roles = stage.caller("adrian.moss").await;
    roles.get("/v3/roles").await.status(200);
    roles.get("/v3/access-profiles").await.status(200);
    code(roles.replace(&format!("/v3/access-profiles/{}", profile("erp-buyer")), "/name", "x").await, 403, "403");
    code(roles.get("/v3/accounts").await, 403, "403");
    let sources = stage.caller("klaus.reinhardt").await;
    code(sources.get("/v3/roles").await, 403, "403");
    sources.get("/v3/accounts").await.status(200);
}
