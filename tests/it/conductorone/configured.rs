//! Objects that are made, changed and deleted in the same way: step-up providers, request schemas, directories,
//! connectors, automations; and what is not emulated.

use http::Method;
use serde_json::json;

use super::{ADMIN, Scene, refused, text};

#[tokio::test]
async fn a_step_up_provider_never_shows_its_secret() {
    let scene = Scene::new();
    let body = json!({"displayName": "IdP", "clientId": "c", "clientSecret": "hush", "issuerUrl": "https://idp.example",
        "oauth2": {"acrValues": ["mfa"]}});
    let made = scene.post(ADMIN, "/api/v1/step-up/providers", body).await.status(200);
    assert!(!made.text().contains("hush"));
    let provider = made.json()["stepUpProvider"].clone();
    assert_eq!((&provider["enabled"], &provider["oauth2"]), (&json!(true), &json!({"acrValues": ["mfa"]})));
    assert_eq!(provider.get("microsoft"), None);
    let path = format!("/api/v1/step-up/providers/{}", text(&provider["id"]));
    scene.post(ADMIN, &format!("{path}/secret"), json!({"clientSecret": "new"})).await.status(200);
    refused(&scene.post(ADMIN, &format!("{path}/secret"), json!({})).await, 400, 3, "invalid ClientSecret");
    let change = json!({"stepUpProvider": {"enabled": false}, "updateMask": "enabled"});
    assert_eq!(scene.post(ADMIN, &path, change).await.status(200).json()["stepUpProvider"]["enabled"], false);
    let found = scene.search("step-up/providers", json!({"providerType": "PROVIDER_TYPE_MICROSOFT"})).await;
    assert_eq!(found["list"], json!([]));
    scene.delete(ADMIN, &path).await.status(200);
    refused(&scene.get(ADMIN, &path).await, 404, 5, "not found");
}

#[tokio::test]
async fn two_kinds_of_provider_at_once_are_refused() {
    let scene = Scene::new();
    let body =
        json!({"displayName": "x", "clientId": "c", "issuerUrl": "https://i.example", "oauth2": {}, "microsoft": {}});
    let reply = scene.post(ADMIN, "/api/v1/step-up/providers", body).await;
    refused(
        &reply,
        400,
        3,
        "proto: (line 1:1): error parsing \"microsoft\", oneof c1.api.stepup.v1.CreateStepUpProviderRequest.settings is already set",
    );
}

#[tokio::test]
async fn a_transaction_is_proved_on_a_page_or_too_late() {
    let scene = Scene::new();
    let provider = text(&scene.read("/api/v1/step-up/providers").await["list"][0]["id"]);
    let test = || scene.post(ADMIN, &format!("/api/v1/step-up/providers/{provider}/test"), json!({}));
    let url = text(&test().await.status(200).json()["redirectUrl"]);
    let id = url.rsplit('/').next().unwrap().to_owned();
    let path = format!("/api/v1/step-up/transactions/{id}");
    assert_eq!(scene.read(&path).await["transaction"]["state"], "STEP_UP_TRANSACTION_STATE_PENDING");
    let page = format!("/conductorone/auth/v1/step-up/{id}");
    assert!(scene.stage.get(&page).await.status(200).text().contains("<form"));
    assert_eq!(scene.read(&path).await["transaction"]["state"], "STEP_UP_TRANSACTION_STATE_PENDING");
    scene.stage.post(&page).await.status(200);
    assert_eq!(scene.read(&path).await["transaction"]["state"], "STEP_UP_TRANSACTION_STATE_VERIFIED");
    refused(&scene.stage.post(&page).await, 400, 9, "step-up transaction is not pending");
    assert!(scene.read("/api/v1/step-up/providers").await["list"][0]["lastTestedAt"].is_string());

    let url = text(&test().await.status(200).json()["redirectUrl"]);
    let late = url.rsplit('/').next().unwrap().to_owned();
    let advance = scene.stage.post("/_rolecall/tenants/default/clock/advance").json(json!({"by": "PT10M"}));
    advance.await.status(200);
    let failed = json!({"state": "STEP_UP_TRANSACTION_STATE_ERROR", "targetType": "TARGET_TYPE_TEST"});
    let found = scene.search("step-up/transactions", failed).await;
    assert_eq!((&found["list"][0]["id"], found["list"].as_array().unwrap().len()), (&json!(late), 1));
}

#[tokio::test]
async fn a_request_schema_keeps_its_form_and_is_bound_to_entitlements() {
    let scene = Scene::new();
    let form = json!({"name": "Why", "fields": [{"name": "reason", "required": true,
        "stringField": {"textField": {"multiline": true}}}], "justificationVisibility": "JUSTIFICATION_VISIBILITY_HIDE"});
    let made = scene.post(ADMIN, "/api/v1/request_schemas", form).await.status(200).json()["requestSchema"].clone();
    let field = &made["form"]["fields"][0];
    assert_eq!(field["stringField"]["textField"], json!({"multiline": true, "suffix": ""}));
    assert_eq!((field.get("boolField"), &made["form"]["displayName"]), (None, &json!("Why")));
    let id = text(&made["id"]);
    let path = format!("/api/v1/request_schemas/{id}");
    assert_eq!(scene.read(&path).await["requestSchema"], made);
    let change = json!({"requestSchema": {"justificationVisibility": 1}, "updateMask": "justificationVisibility"});
    let changed = scene.post(ADMIN, &path, change).await.status(200).json();
    assert_eq!(changed["requestSchema"]["justificationVisibility"], "JUSTIFICATION_VISIBILITY_SHOW");
    assert_eq!(changed["requestSchema"]["form"], made["form"]);

    let found = scene.search("entitlements", json!({"alias": "prod-deploy"})).await;
    let at =
        json!({"appId": found["list"][0]["appEntitlement"]["appId"], "id": found["list"][0]["appEntitlement"]["id"]});
    const BINDING: &str = "/api/v1/request_schema_entitlement_binding";
    refused(&scene.put(ADMIN, BINDING, json!({"entitlementRef": at})).await, 404, 5, "not found");
    let binding = json!({"requestSchemaId": id, "entitlementRef": at});
    assert_eq!(scene.post(ADMIN, BINDING, binding.clone()).await.status(200).json(), binding);
    assert_eq!(scene.put(ADMIN, BINDING, json!({"entitlementRef": at})).await.status(200).json(), binding);
    scene.call(ADMIN, Method::DELETE, BINDING).json(binding.clone()).await.status(200);
    refused(&scene.call(ADMIN, Method::DELETE, BINDING).json(binding).await, 404, 5, "not found");
    refused(
        &scene.post(ADMIN, BINDING, json!({"requestSchemaId": id})).await,
        400,
        3,
        "invalid RequestSchemaServiceCreateEntitlementBindingRequest.EntitlementRef: value is required",
    );
}

#[tokio::test]
async fn an_application_becomes_a_directory_once() {
    let scene = Scene::new();
    let app = scene.app("Amazon Web Services").await;
    let path = format!("/api/v1/directories/{app}");
    refused(&scene.get(ADMIN, &path).await, 404, 5, "not found");
    let made = scene
        .post(ADMIN, "/api/v1/directories", json!({"appId": app, "all": {}, "expandMask": {"paths": ["*"]}}))
        .await;
    let made = made.status(200).json();
    assert_eq!(made["directoryView"]["directory"]["all"], json!({}));
    assert_eq!((&made["directoryView"]["appPath"], &made["expanded"][0]["id"]), (&json!("$.expanded[0]"), &json!(app)));
    let again = scene.post(ADMIN, "/api/v1/directories", json!({"appId": app, "all": {}})).await;
    refused(&again, 409, 6, "directory already exists");
    let changed = scene.put(ADMIN, &path, json!({"celExpression": {"expression": "true"}})).await.status(200).json();
    assert_eq!(changed["directoryView"]["directory"]["celExpression"], json!({"expression": "true"}));
    assert_eq!(changed["directoryView"]["directory"].get("all"), None);
    scene.delete(ADMIN, &path).await.status(200);
    refused(&scene.get(ADMIN, &path).await, 404, 5, "not found");
}

#[tokio::test]
async fn a_connector_belongs_to_its_application() {
    let scene = Scene::new();
    let (app, user) = (scene.app("Amazon Web Services").await, scene.user("owen.gallagher").await);
    let path = format!("/api/v1/apps/{app}/connectors");
    let made = scene.post(ADMIN, &path, json!({"displayName": "Main", "userIds": [user]})).await.status(200).json();
    let connector = &made["connectorView"]["connector"];
    assert_eq!(connector["status"]["status"], "SYNC_STATUS_DONE");
    assert_eq!(connector.get("config"), None);
    let id = text(&connector["id"]);
    let change = json!({"connector": {"config": {"@type": "x", "n": 1}}, "updateMask": "config"});
    let changed = scene.post(ADMIN, &format!("{path}/{id}"), change).await.status(200).json();
    assert_eq!(changed["connectorView"]["connector"]["config"], json!({"@type": "x", "n": 1}));
    assert!(changed["connectorView"]["connector"]["configUpdatedAt"].is_string());
    let other = scene.app("Okta").await;
    refused(&scene.get(ADMIN, &format!("/api/v1/apps/{other}/connectors/{id}")).await, 404, 5, "not found");
    scene.delete(ADMIN, &format!("{path}/{id}")).await.status(200);
    assert_eq!(scene.read(&path).await["list"], json!([]));
    let form = scene.post(ADMIN, "/api/v1/connectorcatalog", json!({"catalogId": "c"})).await.status(200).json();
    assert_eq!(form["schema"]["fields"][0]["str"], json!({"secret": false}));
}

#[tokio::test]
async fn an_entitlement_has_one_automation_whose_rule_is_replaced_whole() {
    let scene = Scene::new();
    let (app, at) = scene.entitlement("Okta", "Remote access").await;
    let path = format!("/api/v1/apps/{app}/entitlements/{at}/automation");
    let rule = json!({"automation": {"displayName": "All", "cel": {"expression": "true"}}});
    let made = scene.post(ADMIN, &format!("{path}/create"), rule.clone()).await.status(200).json();
    assert_eq!(made["automation"]["cel"], json!({"expression": "true"}));
    refused(&scene.post(ADMIN, &format!("{path}/create"), rule).await, 409, 6, "automation already exists");
    let changed = scene.post(ADMIN, &format!("{path}/update"), json!({"none": {}})).await.status(200).json();
    let changed = &changed["AppEntitlementAutomation"];
    assert_eq!((changed.get("cel"), &changed["none"], &changed["displayName"]), (None, &json!({}), &json!("All")));
    assert_eq!(&scene.read(&path).await["AppEntitlementAutomation"], changed);

    let user = scene.user("mia.chen").await;
    let exclusions = format!("{path}/exclusions");
    scene.post(ADMIN, &exclusions, json!({"userIds": [user]})).await.status(200);
    assert_eq!(scene.read(&exclusions).await["list"][0]["user"]["id"], *user);
    scene.call(ADMIN, Method::DELETE, &exclusions).json(json!({"userIds": [user]})).await.status(200);
    assert_eq!(scene.read(&exclusions).await["list"], json!([]));
    scene.delete(ADMIN, &path).await.status(200);
    refused(&scene.get(ADMIN, &path).await, 404, 5, "not found");
}

#[tokio::test]
async fn what_is_not_emulated_says_so_to_whoever_may_call() {
    let scene = Scene::new();
    let path = "/api/v1/vaults";
    refused(&scene.post(ADMIN, path, json!({})).await, 501, 12, "method is not implemented");
    refused(&scene.post("mia.chen", path, json!({})).await, 403, 7, "permission denied");
    refused(&scene.get(ADMIN, path).await, 501, 12, "Method Not Allowed");
}

#[tokio::test]
async fn the_system_log_shows_what_happened_in_both_directions() {
    let scene = Scene::new();
    let provider = text(&scene.read("/api/v1/step-up/providers").await["list"][0]["id"]);
    for _ in 0..12 {
        let url = scene.post(ADMIN, &format!("/api/v1/step-up/providers/{provider}/test"), json!({})).await.json();
        let id = text(&url["redirectUrl"]).rsplit('/').next().unwrap().to_owned();
        scene.stage.post(&format!("/conductorone/auth/v1/step-up/{id}")).await.status(200);
    }
    let log = |body| scene.post(ADMIN, "/api/v1/systemlog/events", body);
    let first = log(json!({"pageSize": 10, "sortDirection": "SORT_DIRECTION_DESC"})).await.status(200).json();
    assert_eq!(first["list"].as_array().unwrap().len(), 10);
    let rest = json!({"pageSize": 10, "sortDirection": "SORT_DIRECTION_DESC", "pageToken": first["nextPageToken"]});
    let uid = |row: &serde_json::Value| text(&row["uid"]).parse::<u64>().unwrap();
    let rest = log(rest).await.status(200).json();
    assert!(uid(&first["list"][9]) > uid(&rest["list"][0]));
    let since = json!({"sinceEventUid": first["list"][1]["uid"]});
    assert_eq!(log(since).await.json()["list"].as_array().unwrap().len(), 1);
    refused(&scene.post("mia.chen", "/api/v1/systemlog/events", json!({})).await, 403, 7, "permission denied");
}
