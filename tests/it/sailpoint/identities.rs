//! Identities, public identities, sign-in users, accounts.

use serde_json::json;

use super::caller::{code, entitlement, person, query, role, source};
use crate::common::Stage;

#[tokio::test]
async fn an_identity_is_what_the_company_knows() {
    let stage = Stage::new();
    let mia = stage.caller("mia.chen").await;
    let company = stage.app.site().tenants().base().company().clone();
    let known = company.person_named("mia.chen").unwrap().clone();
    let shown = mia.get(&format!("/identities/v1/{}", person("mia.chen"))).await.status(200).json();
    assert_eq!(shown["name"], known.name());
    assert_eq!(shown["alias"], "mia.chen");
    assert_eq!(shown["managerRef"]["id"], known.manager.unwrap().hex());
    assert_eq!(shown["isManager"], company.reports(known.id).next().is_some());
    assert_eq!(shown["lifecycleState"], json!({"stateName": "active", "manuallyUpdated": false}));
    assert_eq!(shown["attributes"]["title"], known.title);
    code(mia.get("/beta/identities/nobody").await, 404, "404");
    code(mia.get("/v3/identities").await, 404, "404");
}

#[tokio::test]
async fn machines_are_no_identities_and_their_accounts_are_nobodys() {
    let stage = Stage::new();
    let admin = stage.caller("ada.admin").await;
    code(admin.get(&format!("/v2025/identities/{}", person("svc-backup"))).await, 404, "404");
    let found = admin.list("/v2025/identities?filters=alias%20sw%20%22svc-%22").await;
    assert!(found.is_empty());
    let accounts = admin.list("/v3/accounts?filters=uncorrelated%20eq%20true&limit=250").await;
    let machine = accounts.iter().find(|account| account["isMachine"] == true).unwrap();
    assert_eq!((&machine["identity"], &machine["identityId"]), (&json!(null), &json!(null)));
}

#[tokio::test]
async fn the_default_filter_is_one_of_two() {
    let stage = Stage::new();
    let admin = stage.caller("ada.admin").await;
    let all = admin.list("/v2025/identities?defaultFilter=NONE").await;
    assert_eq!(all, admin.list("/v2025/identities?defaultFilter=CORRELATED_ONLY").await);
    code(admin.get("/v2025/identities?defaultFilter=SOME").await, 400, "400.1.3");
    let people = stage.app.site().tenants().base().company().people().len();
    let counted = admin.get("/v2025/identities?limit=0&count=true").await.status(200);
    assert_eq!(counted.header("x-total-count").parse::<usize>().unwrap(), people - 9);
}

#[tokio::test]
async fn those_who_left_are_inactive() {
    let stage = Stage::new();
    let admin = stage.caller("ada.admin").await;
    let left = admin.get(&format!("/v2026/identities/{}", person("heather.swanson"))).await.status(200).json();
    assert_eq!(left["identityStatus"], "TERMINATED");
    let filters = format!("/v3/public-identities?filters=id%20eq%20%22{}%22", person("heather.swanson"));
    let public = &admin.list(&filters).await[0];
    assert_eq!((&public["status"], &public["identityState"]), (&json!("Terminated"), &json!("INACTIVE_LONG_TERM")));
}

#[tokio::test]
async fn everybody_sees_the_attributes_that_the_configuration_names() {
    let stage = Stage::new();
    let (admin, mia) = (stage.caller("ada.admin").await, stage.caller("mia.chen").await);
    let before = admin.get("/v3/public-identities-config").await.status(200).json();
    assert_eq!(before["modified"], json!(null));
    let wanted = json!({"attributes": [{"key": "location", "name": "Site"}], "modified": "1970-01-01T00:00:00Z"});
    let after = admin.put("/public-identities-config/v1", wanted.clone()).await.status(200).json();
    assert_eq!(after["attributes"], wanted["attributes"]);
    assert_eq!(after["modifiedBy"]["id"], person("ada.admin"));
    assert_eq!(after, admin.get("/v2025/public-identities-config").await.json());
    let shown = mia.list("/v3/public-identities?limit=1&sorters=name").await;
    assert_eq!(shown[0]["attributes"].as_array().unwrap().len(), 1);
    assert_eq!(shown[0]["attributes"][0]["name"], "Site");
    assert!(shown[0]["attributes"][0]["value"].is_string());
    code(mia.get("/v3/public-identities-config").await, 403, "403");
    code(mia.put("/v3/public-identities-config", wanted).await, 403, "403");
    code(admin.put("/v3/public-identities-config", json!({"attributes": [{"key": 1}]})).await, 400, "400.0");
    let blank = json!({"attributes": [{"key": "", "name": ""}]});
    code(admin.put("/v3/public-identities-config", blank).await, 400, "400.1.0");
    assert_eq!(admin.get("/beta/public-identities-config").await.header("x-deprecated"), "true");
    code(mia.get("/beta/public-identities").await, 404, "404");
    code(mia.get("/v3/public-identities?add-core-filters=maybe").await, 400, "400.1.3");
}

#[tokio::test]
async fn a_role_that_was_asked_for_is_an_assignment() {
    let stage = Stage::new();
    let (admin, raj) = (stage.caller("ada.admin").await, stage.caller("raj.patel").await);
    let wanted = json!({"requestType": "GRANT_ACCESS", "requestedFor": [person("raj.patel")],
        "requestedItems": [{"type": "ROLE", "id": role("interviewer"), "comment": "I interview."}]});
    raj.post("/v3/access-requests", wanted).await.status(202);
    let mine = format!("requestedFor.id eq \"{}\"", person("raj.patel"));
    let pending = format!("/v3/access-request-approvals/pending?{}", query(&[("filters", &mine)]));
    while let Some(approval) = admin.list(&pending).await.first() {
        let path = format!("/v3/access-request-approvals/{}/approve", approval["id"].as_str().unwrap());
        admin.post(&path, json!({"comment": "yes"})).await.status(202);
    }
    stage.post("/_rolecall/tenants/default/clock/advance").json(json!({"by": "PT1H"})).await.status(200);
    let holders = admin.list(&format!("/v3/roles/{}/assigned-identities", role("interviewer"))).await;
    let holder = holders.iter().find(|holder| holder["id"] == person("raj.patel")).unwrap();
    assert_eq!(holder["roleAssignmentSource"], "ACCESS_REQUEST");
    let path = format!("/identities/v1/{}/role-assignments", person("raj.patel"));
    let assignments = admin.list(&path).await;
    let assignment = assignments.iter().find(|row| row["role"]["id"] == role("interviewer")).unwrap();
    assert_eq!(assignment["assigner"]["id"], person("raj.patel"));
    assert_eq!(assignment["comments"], "I interview.");
    assert!(assignment["accountTargets"].as_array().is_some_and(|targets| !targets.is_empty()));
    let one = format!("{path}/{}", assignment["id"].as_str().unwrap());
    assert_eq!(admin.get(&one).await.status(200).json(), *assignment);
    assert_eq!(admin.list(&format!("{path}?roleId={}", role("interviewer"))).await, std::slice::from_ref(assignment));
    assert!(admin.list(&format!("{path}?roleName=nothing")).await.is_empty());
    code(admin.get(&one.replace(&person("raj.patel"), &person("mia.chen"))).await, 404, "404");
    code(admin.get("/identities/v1/nobody/role-assignments").await, 404, "404");
}

#[tokio::test]
async fn an_owner_owns_by_kind() {
    let stage = Stage::new();
    let admin = stage.caller("ada.admin").await;
    let owned = admin.get(&format!("/v2025/identities/{}/ownership", person("lena.fischer"))).await.status(200).json();
    let kinds: Vec<_> =
        owned["associationDetails"].as_array().unwrap().iter().map(|kind| &kind["associationType"]).collect();
    assert!(kinds.contains(&&json!("ACCESS_PROFILE_OWNER")) && kinds.contains(&&json!("GOVERNANCE_GROUP_OWNER")));
    let nothing = admin.get(&format!("/v2025/identities/{}/ownership", person("grace.wee"))).await.status(200).json();
    assert_eq!(nothing, json!({"associationDetails": []}));
}

#[tokio::test]
async fn a_user_of_the_sign_in_service_has_the_capabilities_of_their_levels() {
    let stage = Stage::new();
    let admin = stage.caller("ada.admin").await;
    let user = admin.get(&format!("/v3/auth-users/{}", person("denise.levine"))).await.status(200).json();
    assert_eq!(user["capabilities"], json!(["SOURCE_ADMIN", "ROLE_ADMIN"]));
    assert_eq!((&user["uid"], &user["tenant"]), (&json!("denise.levine"), &json!("default")));
    code(admin.get(&format!("/v3/auth-users/{}", role("buyer"))).await, 404, "404");
    code(admin.get(&format!("/beta/auth-users/{}", person("mia.chen"))).await, 404, "404");
}

#[tokio::test]
async fn an_account_tells_what_it_holds() {
    let stage = Stage::new();
    let helpdesk = stage.caller("nadia.petrov").await;
    let filters = format!("identityId eq \"{}\" and sourceId eq \"{}\"", person("lena.fischer"), source("erp"));
    let query = query(&[("filters", &filters)]);
    let account = &helpdesk.list(&format!("/v3/accounts?{query}")).await[0];
    assert_eq!(account["identity"]["id"], person("lena.fischer"));
    assert_eq!((&account["sourceId"], &account["connectionType"]), (&json!(source("erp")), &json!("direct")));
    let path = format!("/accounts/v1/{}", account["id"].as_str().unwrap());
    assert_eq!(helpdesk.get(&path).await.status(200).json(), *account);
    let held = helpdesk.list(&format!("{path}/entitlements")).await;
    assert_eq!(account["hasEntitlements"], !held.is_empty());
    for entitlement in &held {
        let values = account["attributes"][entitlement["attribute"].as_str().unwrap()].as_array().unwrap();
        assert!(values.contains(&entitlement["value"]), "{entitlement}");
    }
    let by_account = format!("/beta/entitlements?account-id={}", account["id"].as_str().unwrap());
    assert_eq!(stage.caller("ada.admin").await.list(&by_account).await.len(), held.len());
    code(stage.caller("ada.admin").await.get(&format!("{by_account}&filters=name%20eq%20x")).await, 400, "400.1.3");
    let slim = helpdesk.list(&format!("/v3/accounts?{query}&detailLevel=SLIM")).await;
    assert_eq!(slim[0]["attributes"], json!(null));
    code(helpdesk.get("/v3/accounts?detailLevel=HUGE").await, 400, "400.1.3");
    code(helpdesk.get("/v3/accounts/nothing").await, 404, "404");
    code(stage.caller("mia.chen").await.get("/v3/accounts").await, 403, "403");
    assert_eq!(helpdesk.get("/beta/accounts?limit=1").await.status(200).header("x-deprecated"), "true");
}

#[tokio::test]
async fn what_others_govern_is_not_shown() {
    let stage = Stage::new();
    let admin = stage.caller("ada.admin").await;
    for path in ["/v3/accounts?filters=sourceId", "/v2025/entitlements?filters=source.id"] {
        assert!(admin.list(&format!("{path}%20eq%20%22{}%22", source("notion"))).await.is_empty());
    }
    let company = stage.app.site().tenants().base().company().clone();
    let hidden = company.entitlements().iter().find(|row| row.app.hex() == source("notion")).unwrap();
    code(admin.get(&format!("/v2025/entitlements/{}", hidden.id.hex())).await, 404, "404");
}

#[tokio::test]
async fn somebodys_entitlements_are_what_their_accounts_hold() {
    let stage = Stage::new();
    let admin = stage.caller("ada.admin").await;
    let path = format!("/entitlements/v1/identities/{}/entitlements", person("klaus.reinhardt"));
    let held = admin.list(&path).await;
    let company = stage.app.site().tenants().base().company().clone();
    let klaus = company.person_named("klaus.reinhardt").unwrap().id;
    assert!(!held.is_empty());
    for row in &held {
        assert_eq!(row["objectRef"]["type"], "ENTITLEMENT");
        assert!(company.held_by(klaus).any(|grant| json!(grant.id.entitlement.hex()) == row["objectRef"]["id"]));
    }
    code(admin.get(&format!("/beta/entitlements/identities/{}/entitlements", person("mia.chen"))).await, 404, "404");
    code(
        admin.get(&format!("/v2024/entitlements/identities/{}/entitlements", entitlement("erp/ap-clerk"))).await,
        404,
        "404",
    );
}
