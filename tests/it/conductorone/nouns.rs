//! What each noun answers that no story comes by: lists, single rows, and their owners.

use serde_json::{Value, json};

use super::{ADMIN, Scene, column, refused, text};

fn list(page: &Value) -> &Vec<Value> {
    page["list"].as_array().unwrap()
}

#[tokio::test]
async fn lists_hold_what_searches_find() {
    let scene = Scene::new();
    for (path, noun) in [("apps", "apps"), ("policies", "policies"), ("webhooks", "webhooks")] {
        let listed = scene.read(&format!("/api/v1/{path}?page_size=100")).await;
        let found = scene.search(noun, json!({"pageSize": 100})).await;
        assert!(!list(&listed).is_empty(), "{path}");
        let (mut listed, mut found) = (column(&listed["list"], "/id"), column(&found["list"], "/id"));
        listed.sort();
        found.sort();
        assert_eq!(listed, found, "{path}");
    }
    let okta = scene.app("Okta").await;
    let accounts = scene.read(&format!("/api/v1/apps/{okta}/app_users?page_size=100")).await;
    let account = text(&list(&accounts)[0]["appUser"]["id"]);
    assert!(list(&accounts).iter().all(|row| row["appUser"]["appId"] == json!(okta)));
    let credentials = scene.read(&format!("/api/v1/apps/{okta}/app_users/{account}/credentials")).await;
    assert_eq!(credentials, json!({"list": [], "nextPageToken": ""}), "nothing is sealed here");
    let directories = scene.read("/api/v1/directories").await;
    assert!(column(&directories["list"], "/directory/appId").contains(&okta));
    let directory = scene.read(&format!("/api/v1/directories/{okta}")).await;
    assert_eq!(directory["directoryView"]["directory"]["appId"], okta);
}

#[tokio::test]
async fn a_resource_lists_what_is_about_it_and_who_answers_for_it() {
    let scene = Scene::new();
    let (aws, admin) = scene.entitlement("Amazon Web Services", "prod / Administrator").await;
    let row = scene.read(&format!("/api/v1/apps/{aws}/entitlements/{admin}")).await;
    let row = &row["appEntitlementView"]["appEntitlement"];
    let (kind, resource) = (text(&row["appResourceTypeId"]), text(&row["appResourceId"]));
    let about = format!("/api/v1/apps/{aws}/entitlements/resource_types/{kind}/resources/{resource}");
    assert_eq!(column(&scene.read(&about).await["list"], "/appEntitlement/id"), [admin]);
    let resources = scene.read(&format!("/api/v1/apps/{aws}/resource_types/{kind}/resources?page_size=100")).await;
    assert!(column(&resources["list"], "/appResource/id").contains(&resource));

    let of = format!("/api/v1/apps/{aws}/resource_types/{kind}/resource/{resource}");
    let (raj, mia) = (scene.user("raj.patel").await, scene.user("mia.chen").await);
    scene.put(ADMIN, &format!("{of}/owners"), json!({"userIds": [raj, mia]})).await.status(200);
    let mut ids = column(&json!(scene.read(&format!("{of}/ownerids")).await["userIds"]), "");
    ids.sort();
    let mut expected = [raj, mia];
    expected.sort();
    assert_eq!(ids, expected);
    scene.delete(ADMIN, &format!("{of}/ownerids")).await.status(200);
    assert_eq!(scene.read(&format!("{of}/ownerids")).await["userIds"], json!([]));
}

#[tokio::test]
async fn a_role_is_read_and_renamed_by_administrators() {
    let scene = Scene::new();
    let roles = scene.read("/api/v1/iam/roles").await;
    let path = format!("/api/v1/iam/roles/{}", text(&list(&roles)[0]["id"]));
    let role = scene.read(&path).await["role"].clone();
    assert_eq!(role, list(&roles)[0]);
    let change = json!({"role": {"displayName": "Everybody"}, "updateMask": "displayName"});
    refused(&scene.post("raj.patel", &path, change.clone()).await, 403, 7, "permission denied");
    let changed = scene.post(ADMIN, &path, change).await.status(200).json();
    assert_eq!((&changed["role"]["displayName"], &changed["role"]["id"]), (&json!("Everybody"), &role["id"]));
}

#[tokio::test]
async fn whoever_asks_finds_their_own_clients_and_themselves() {
    let scene = Scene::new();
    let mine = scene.get("raj.patel", "/api/v1/iam/personal_clients").await.status(200).json();
    assert_eq!(column(&mine["list"], "/displayName"), ["Raj's command line"]);
    let found = scene.post("raj.patel", "/api/v1/search/iam/personal_clients", json!({})).await.status(200).json();
    assert_eq!(column(&found["list"], "/id"), column(&mine["list"], "/id"));
    let me = scene.post("raj.patel", "/api/v1/users/introspect", json!({})).await.status(200).json();
    assert_eq!(me["userView"]["user"]["displayName"], "Raj Patel");
    assert_eq!(me["expanded"], json!([]), "nothing was asked for");
}

#[tokio::test]
async fn an_expression_is_tried_about_the_caller() {
    let scene = Scene::new();
    let path = "/api/v1/policies/test-account-provision-policy";
    let tried = scene.post("raj.patel", path, json!({"cel": "subject.displayName"})).await.status(200).json();
    assert_eq!(tried, json!({"type": "string", "value": "Raj Patel"}));
    assert_eq!(scene.post("raj.patel", path, json!({"cel": "1 +"})).await.status.as_u16(), 400);
}

#[tokio::test]
async fn what_was_made_is_read_alone_and_deleted() {
    let scene = Scene::new();
    let provider = text(&scene.read("/api/v1/step-up/providers").await["list"][0]["id"]);
    let one = scene.read(&format!("/api/v1/step-up/providers/{provider}")).await;
    assert_eq!((&one["stepUpProvider"]["id"], one["stepUpProvider"].get("clientSecret")), (&json!(provider), None));

    let aws = scene.app("Amazon Web Services").await;
    let path = format!("/api/v1/apps/{aws}/connectors");
    let made = scene.post(ADMIN, &path, json!({"displayName": "Main"})).await.status(200).json();
    let id = text(&made["connectorView"]["connector"]["id"]);
    let one = scene.read(&format!("{path}/{id}")).await;
    assert_eq!(one["connectorView"]["connector"], made["connectorView"]["connector"]);

    let body = json!({"name": "Why", "fields": [{"name": "why", "stringField": {"textField": {}}}]});
    let made = scene.post(ADMIN, "/api/v1/request_schemas", body).await.status(200).json();
    let path = format!("/api/v1/request_schemas/{}", text(&made["requestSchema"]["id"]));
    assert_eq!(scene.read(&path).await["requestSchema"]["form"]["fields"][0]["name"], "why");
    scene.delete(ADMIN, &path).await.status(200);
    refused(&scene.delete(ADMIN, &path).await, 404, 5, "not found");
}

#[tokio::test]
async fn what_is_given_by_itself_is_read_and_said_anew() {
    let scene = Scene::new();
    let (aws, deploy) = scene.entitlement("Amazon Web Services", "prod / Deploy").await;
    let catalogs = scene.read("/api/v1/catalogs").await;
    let named = |row: &&Value| row["requestCatalog"]["displayName"] == "First day";
    let id = text(&list(&catalogs).iter().find(named).unwrap()["requestCatalog"]["id"]);
    let update = json!({"appEntitlements": [{"appId": aws, "id": deploy}]});
    let path = format!("/api/v1/catalogs/{id}/requestable_entitlements");
    scene.post(ADMIN, &format!("{path}/update"), update).await.status(200);
    assert_eq!(column(&scene.read(&path).await["list"], "/appEntitlement/id"), [deploy.as_str()]);

    let automation = format!("/api/v1/catalogs/{id}/bundle_automation");
    let body = json!({"enabled": true, "entitlements": {"entitlementRefs": [{"appId": aws, "id": deploy}]}});
    scene.post(ADMIN, &format!("{automation}/create"), body).await.status(200);
    let body = json!({"enabled": false, "entitlements": {"entitlementRefs": [{"appId": aws, "id": deploy}]}});
    let set = scene.post(ADMIN, &automation, body).await.status(200).json();
    assert_eq!(set["enabled"], false);
    assert_eq!(scene.read(&automation).await["enabled"], false);
}
