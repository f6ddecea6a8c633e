//! Catalogs: what may be asked for, by whom, and what stands in their way.

use http::Method;
use serde_json::{Value, json};

use super::{ADMIN, Scene, refused, text};

const EVERYBODY: &str = "mia.chen";

async fn create(scene: &Scene, body: Value) -> String {
    let made = scene.post(ADMIN, "/api/v1/catalogs", body).await.status(200).json();
    text(&made["requestCatalogView"]["requestCatalog"]["id"])
}

/// Whether somebody is offered an entitlement.
async fn is_offered(scene: &Scene, who: &str, (app, id): &(String, String)) -> bool {
    let mut token = String::new();
    loop {
        let body = json!({"pageSize": 100, "pageToken": token});
        let found = scene.post(who, "/api/v1/search/request_catalog/entitlements", body).await.status(200).json();
        let rows = found["list"].as_array().unwrap();
        let is_it = |row: &Value| {
            let shown = &row["entitlement"]["appEntitlement"];
            shown["appId"] == **app && shown["id"] == **id
        };
        if rows.iter().any(is_it) {
            return true;
        }
        token = text(&found["nextPageToken"]);
        if token.is_empty() {
            return false;
        }
    }
}

async fn prod_admin(scene: &Scene) -> (String, String) {
    let found = scene.search("entitlements", json!({"alias": "prod-admin"})).await;
    let shown = &found["list"][0]["appEntitlement"];
    (text(&shown["appId"]), text(&shown["id"]))
}

#[tokio::test]
async fn a_catalog_is_made_changed_and_deleted() {
    let scene = Scene::new();
    let id =
        create(&scene, json!({"displayName": "Tools", "published": true, "annotations": {"managed_by": "terraform"}}))
            .await;
    let path = format!("/api/v1/catalogs/{id}");
    let made = scene.read(&path).await["requestCatalogView"]["requestCatalog"].clone();
    assert_eq!(made["displayName"], "Tools");
    assert_eq!(made["enrollmentBehavior"], "REQUEST_CATALOG_ENROLLMENT_BEHAVIOR_UNSPECIFIED");
    assert_eq!(made["annotations"], json!({"managed_by": "terraform"}));
    assert_eq!((made.get("deletedAt"), &made["accessEntitlements"]), (None, &json!([])));

    let change =
        json!({"catalog": {"displayName": "Better tools", "description": "New"}, "updateMask": "display_name"});
    let changed =
        scene.post(ADMIN, &path, change).await.status(200).json()["requestCatalogView"]["requestCatalog"].clone();
    assert_eq!((&changed["displayName"], &changed["description"]), (&json!("Better tools"), &json!("")));
    assert_eq!(changed["published"], true);

    scene.delete(ADMIN, &path).await.status(200);
    let listed = scene.read("/api/v1/catalogs?page_size=100").await;
    assert!(listed["list"].as_array().unwrap().iter().all(|row| row["requestCatalog"]["id"] != *id));
    assert!(scene.read(&path).await["requestCatalogView"]["requestCatalog"]["deletedAt"].is_string());
    refused(&scene.delete(ADMIN, &path).await, 404, 5, "not found");
}

#[tokio::test]
async fn only_those_who_see_a_catalog_are_offered_what_is_in_it() {
    let scene = Scene::new();
    let at = prod_admin(&scene).await;
    let id = create(&scene, json!({"displayName": "Mine", "published": true})).await;
    let entries = format!("/api/v1/catalogs/{id}/requestable_entries");
    let body = json!({"appEntitlements": [{"appId": at.0, "id": at.1}]});
    scene.post(ADMIN, &entries, body.clone()).await.status(200);
    let before = is_offered(&scene, EVERYBODY, &at).await;

    let show = json!({"catalog": {"visibleToEveryone": true}, "updateMask": "visibleToEveryone"});
    scene.post(ADMIN, &format!("/api/v1/catalogs/{id}"), show).await.status(200);
    assert!(is_offered(&scene, EVERYBODY, &at).await);
    let hide = json!({"catalog": {"published": false}, "updateMask": "published"});
    scene.post(ADMIN, &format!("/api/v1/catalogs/{id}"), hide).await.status(200);
    assert_eq!(is_offered(&scene, EVERYBODY, &at).await, before);

    let ids = scene.read(&format!("/api/v1/catalogs/{id}/requestable_entitlementIDs")).await;
    assert_eq!(ids["refs"], body["appEntitlements"]);
    let listed = scene.read(&format!("/api/v1/catalogs/{id}/requestable_entitlements")).await;
    assert_eq!(listed["list"][0]["appEntitlement"]["id"], *at.1);
    scene.call(ADMIN, Method::DELETE, &entries).json(body).await.status(200);
    let ids = scene.read(&format!("/api/v1/catalogs/{id}/requestable_entitlementIDs")).await;
    assert_eq!(ids["refs"], json!([]));
}

#[tokio::test]
async fn single_entries_come_and_go() {
    let scene = Scene::new();
    let (app, at) = prod_admin(&scene).await;
    let id = create(&scene, json!({"displayName": "One"})).await;
    let entry = format!("/api/v1/catalogs/{id}/requestable_entries/{app}/{at}");
    refused(&scene.get(ADMIN, &entry).await, 404, 5, "not found");
    let made = scene.put(ADMIN, &entry, json!({})).await.status(200).json();
    assert_eq!(made, json!({"requestableEntry": {"catalogId": id, "appId": app, "entitlementId": at}}));
    assert_eq!(scene.read(&entry).await, made);
    scene.delete(ADMIN, &entry).await.status(200);
    refused(&scene.delete(ADMIN, &entry).await, 404, 5, "not found");
}

#[tokio::test]
async fn access_entitlements_need_a_published_catalog_that_is_not_for_everybody() {
    let scene = Scene::new();
    let (app, at) = prod_admin(&scene).await;
    let body = json!({"accessEntitlements": [{"appId": app, "id": at}]});
    let draft = create(&scene, json!({"displayName": "Draft"})).await;
    let add = |id: &str| scene.post(ADMIN, &format!("/api/v1/catalogs/{id}/visibility_bindings"), body.clone());
    refused(&add(&draft).await, 400, 9, "catalog must be published to add an access entitlement");
    let open = create(&scene, json!({"displayName": "Open", "published": true, "visibleToEveryone": true})).await;
    refused(&add(&open).await, 400, 9, "catalog is visible to everyone, cannot add access entitlements");

    let held = create(&scene, json!({"displayName": "Held", "published": true})).await;
    add(&held).await.status(200);
    let listed = scene.read(&format!("/api/v1/catalogs/{held}/visibility_entitlements")).await;
    assert_eq!(listed["list"].as_array().unwrap().len(), 1);
    let shown = scene.read(&format!("/api/v1/catalogs/{held}")).await;
    assert_eq!(shown["requestCatalogView"]["accessEntitlementsPath"], "$.expanded[0]");
    assert_eq!(shown["expanded"][0]["@type"], "type.googleapis.com/c1.api.app.v1.AppEntitlement");
    scene
        .call(ADMIN, Method::DELETE, &format!("/api/v1/catalogs/{held}/visibility_bindings"))
        .json(body)
        .await
        .status(200);
    let listed = scene.read(&format!("/api/v1/catalogs/{held}/visibility_entitlements")).await;
    assert_eq!(listed["list"], json!([]));
}

#[tokio::test]
async fn bad_input_is_refused_and_changes_nothing() {
    let scene = Scene::new();
    let before = scene.tenant().read();
    let id = "0".repeat(27);
    let table = [
        ("/api/v1/catalogs".to_owned(), json!({}), 400, 3, "invalid DisplayName: value length"),
        (
            "/api/v1/catalogs".to_owned(),
            json!({"displayName": "x", "foo": 1}),
            400,
            3,
            "proto: (line 1:20): unknown field",
        ),
        (format!("/api/v1/catalogs/{id}"), json!({}), 404, 5, "not found"),
        (
            "/api/v1/catalogs/short".to_owned(),
            json!({}),
            400,
            3,
            "invalid RequestCatalogManagementServiceUpdateRequest.Id: value does not match regex pattern",
        ),
        (
            format!("/api/v1/catalogs/{id}/requestable_entries"),
            json!({}),
            400,
            3,
            "invalid RequestCatalogManagementServiceAddAppEntitlementsRequest.AppEntitlements: value must contain",
        ),
        ("/api/v1/search/request_catalog/entitlements".to_owned(), json!({"grantedStatus": ""}), 400, 3, "proto:"),
    ];
    for (path, body, status, code, sentence) in table {
        refused(&scene.post(ADMIN, &path, body).await, status, code, sentence);
    }
    refused(&scene.post(EVERYBODY, "/api/v1/catalogs", json!({"displayName": "x"})).await, 403, 7, "permission denied");
    assert!(std::sync::Arc::ptr_eq(&before, &scene.tenant().read()));
}

#[tokio::test]
async fn a_catalog_is_given_by_itself_as_long_as_somebody_says_so() {
    let scene = Scene::new();
    let id = create(&scene, json!({"displayName": "Auto", "published": true})).await;
    let path = format!("/api/v1/catalogs/{id}/bundle_automation");
    refused(&scene.get(ADMIN, &path).await, 404, 5, "not found");
    let (app, at) = prod_admin(&scene).await;
    let rule = json!({"enabled": true, "entitlements": {"entitlementRefs": [{"appId": app, "id": at}]},
        "removedMembersThresholdPercent": "20"});
    let made = scene.post(ADMIN, &format!("{path}/create"), rule.clone()).await.status(200).json();
    assert_eq!(made["entitlements"], rule["entitlements"]);
    assert_eq!(made["removedMembersThresholdPercent"], "20");
    refused(&scene.post(ADMIN, &format!("{path}/create"), rule).await, 409, 6, "bundle automation already exists");
    scene.post(ADMIN, &format!("{path}/run"), json!({})).await.status(200);
    assert_eq!(scene.read(&path).await["state"]["status"], "BUNDLE_AUTOMATION_RUN_STATUS_SUCCESS");
    scene.post(ADMIN, &format!("{path}/resume"), json!({})).await.status(200);
    scene.delete(ADMIN, &path).await.status(200);
    refused(&scene.delete(ADMIN, &path).await, 404, 5, "not found");
}
