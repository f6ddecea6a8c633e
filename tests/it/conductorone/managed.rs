//! Applications that the identity provider's connector has discovered.

use http::Method;
use serde_json::json;

use super::{ADMIN, Scene, column, refused, text};

#[tokio::test]
async fn a_discovered_application_comes_under_governance_once() {
    let scene = Scene::new();
    let okta = scene.app("Okta").await;
    let kinds = scene.read(&format!("/api/v1/apps/{okta}/resource_types?page_size=100")).await;
    let kinds = kinds["list"].as_array().unwrap().clone();
    let kind = |name: &str| {
        let row = kinds.iter().find(|row| row["appResourceType"]["displayName"] == name).unwrap();
        text(&row["appResourceType"]["id"])
    };
    let path = format!("/api/v1/apps/{okta}/resource_types/{}/managed_state_bindings", kind("Application"));
    let page = scene.read(&format!("{path}?page_size=100")).await;
    let rows = page["list"].as_array().unwrap();
    let row = |name: &str| {
        let mut bindings = rows.iter().map(|row| &row["appManagementStateBinding"]);
        bindings.find(|row| row["displayName"] == name).cloned().unwrap()
    };
    assert_eq!(row("Slack")["state"]["managed"]["appId"], scene.app("Slack").await);
    assert_eq!(row("Notion")["state"], json!({"unmanaged": {}}));
    assert!(!column(&page["list"], "/appManagementStateBinding/displayName").contains(&"Okta".to_owned()));

    let one = format!("{path}/{}", text(&row("Notion")["resourceId"]));
    assert_eq!(scene.read(&one).await["appManagementState"]["appManagementStateBinding"], row("Notion"));
    let promote = format!("{one}/promote");
    refused(&scene.post("raj.patel", &promote, json!({})).await, 403, 7, "permission denied");
    let refs = json!({"appEntitlementOwnerRefs": [{"appId": okta, "id": okta}]});
    let sentence = "invalid PromoteAppManagedStateBindingRequest.AppEntitlementOwnerRefs: ";
    refused(&scene.post(ADMIN, &promote, refs).await, 400, 3, sentence);
    let body = json!({"expandMask": {"paths": ["*"]}});
    let promoted = scene.post(ADMIN, &promote, body).await.status(200).json();
    let notion = scene.app("Notion").await;
    let state = &promoted["appManagementState"]["appManagementStateBinding"]["state"];
    assert_eq!(state, &json!({"managed": {"appId": notion}}));
    assert_eq!(promoted["expanded"].as_array().unwrap().len(), 2);
    let owners = scene.read(&format!("/api/v1/apps/{notion}/ownerids")).await;
    assert_eq!(owners, scene.read(&format!("/api/v1/apps/{okta}/ownerids")).await, "inherited");
    let accounts = scene.read(&format!("/api/v1/apps/{notion}/app_users")).await;
    assert!(!accounts["list"].as_array().unwrap().is_empty(), "its accounts are the company's");
    refused(&scene.post(ADMIN, &promote, json!({})).await, 409, 6, "app already exists");

    let nothing = format!("{path}/{}", "0".repeat(27));
    refused(&scene.call(ADMIN, Method::GET, &nothing).await, 404, 5, "not found");
    let others = format!("/api/v1/apps/{okta}/resource_types/{}/managed_state_bindings", kind("Group"));
    assert_eq!(scene.read(&others).await["list"], json!([]), "groups stand for no applications");
}
