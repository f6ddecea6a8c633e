//! Searches of entitlements, and what came and went (contract, 10.5, 10.6).

use rolecall::world::Cause;
use serde_json::{Value, json};

use super::{ADMIN, Scene, column, refused, text};

#[tokio::test]
async fn an_entitlement_is_found_by_alias_text_resource_and_holder() {
    let scene = Scene::new();
    let (aws, admin) = scene.entitlement("Amazon Web Services", "prod / Administrator").await;
    let names = async |search: Value| {
        column(&scene.search("entitlements", search).await["list"], "/appEntitlement/displayName")
    };
    assert_eq!(names(json!({"alias": "prod-admin"})).await, ["prod / Administrator"]);
    assert_eq!(names(json!({"alias": "prod-adm"})).await, [""; 0], "an alias is exact");
    assert_eq!(names(json!({"appIds": [aws], "query": "PROD-ADMIN"})).await, ["prod / Administrator"]);
    let refs = json!([{"appId": aws, "id": admin}]);
    assert_eq!(names(json!({"refs": refs, "excludedEntitlementRefs": refs})).await, [""; 0]);
    let found = scene.search("entitlements", json!({"refs": refs, "expandMask": {"paths": ["app_resource_id"]}})).await;
    let row = &found["list"][0];
    assert_eq!((&row["appResourcePath"], &row["appPath"]), (&json!("$.expanded[0]"), &json!("")));
    assert_eq!(found["expanded"][0]["@type"], "type.googleapis.com/c1.api.app.v1.AppResource");
    assert_eq!(row["appEntitlement"]["durationGrant"], "28800s");
    let resource = text(&row["appEntitlement"]["appResourceId"]);
    assert_eq!(names(json!({"resourceIds": [resource]})).await, ["prod / Administrator"]);

    let listed = scene.read(&format!("/api/v1/apps/{aws}/entitlements/{admin}/users")).await;
    let holder = text(&listed["list"][0]["appUserId"]);
    let held = names(json!({"appUserIds": [holder], "pageSize": 100})).await;
    let of_account = scene.read(&format!("/api/v1/apps/{aws}/entitlements/users/{holder}?page_size=100")).await;
    assert_eq!(held, column(&of_account["list"], "/appEntitlement/displayName"));
    let same = scene.read(&format!("/api/v1/search/apps/{aws}/entitlements/users/{holder}?page_size=100")).await;
    assert_eq!(same["list"], of_account["list"]);
    refused(
        &scene.post(ADMIN, "/api/v1/search/entitlements", json!({"refs": [{"appId": "x"}]})).await,
        400,
        3,
        "invalid ",
    );
}

#[tokio::test]
async fn a_token_of_one_search_does_not_fit_another() {
    let scene = Scene::new();
    let first = scene.search("entitlements", json!({"query": "a"})).await;
    let token = text(&first["nextPageToken"]);
    let second = scene.search("entitlements", json!({"query": "a", "pageToken": token})).await;
    assert_ne!(first["list"][0], second["list"][0]);
    let other = scene.post(ADMIN, "/api/v1/search/entitlements", json!({"query": "b", "pageToken": token})).await;
    refused(&other, 400, 3, "invalid page token");
}

#[tokio::test]
async fn what_came_is_in_the_feed_and_what_went_is_remembered() {
    let scene = Scene::new();
    let (app, held) = scene.entitlement("SAP S/4HANA", "Create vendors").await;
    let listed = scene.read(&format!("/api/v1/apps/{app}/entitlements/{held}/users")).await;
    let account = text(&listed["list"][0]["appUserId"]);
    let refs = json!({"appEntitlementRefs": [{"appId": app, "id": held}], "appUserRefs": [{"appId": app, "id": account}],
        "expandMask": {"paths": ["*"]}});
    let feed = async || scene.post(ADMIN, "/api/v1/grants/feed", refs.clone()).await.status(200).json();
    let before = feed().await;
    assert_eq!(column(&before["list"], "/feed/eventType"), ["GRANT_EVENT_TYPE_ADDED"]);
    let past = async || scene.search("past-grants", refs.clone()).await;
    assert_eq!(past().await["list"], json!([]));

    // The application takes it away, whoever asked for that.
    let tenant = scene.tenant();
    let world = tenant.read();
    let grant = world.company().grants().iter().find(|grant| {
        let name = world.company().entitlements().get(&grant.id.entitlement).map(|row| row.name.clone());
        let owner = world.company().accounts().get(&grant.id.account).and_then(|account| account.person);
        name.as_deref() == Some("Create vendors")
            && listed["list"][0]["appUser"]["appUser"]["employeeIds"][0].as_str()
                == owner
                    .and_then(|owner| world.company().people().get(&owner))
                    .map(|owner| owner.employee_number.as_str())
    });
    let grant = grant.unwrap().id;
    drop(world);
    let taken = tenant.change(Cause::Operator("test"), |draft| {
        Ok::<_, ()>(draft.on_company(|company, log| company.take(log, grant, "a test")))
    });
    assert!(taken.await.unwrap().output);
    assert_eq!(
        column(&feed().await["list"], "/feed/eventType"),
        ["GRANT_EVENT_TYPE_REMOVED", "GRANT_EVENT_TYPE_ADDED"]
    );
    let past = past().await;
    assert_eq!(past["list"][0]["history"]["revokedAt"], "2026-01-05T09:00:00Z");
    assert_eq!(past["list"][0]["appPath"], "$.expanded[0]");
    let late = json!({"after": "2026-01-05T09:00:00Z", "appRefs": [{"id": app}]});
    let late = scene.post(ADMIN, "/api/v1/grants/feed", late).await.status(200).json();
    assert_eq!(late["list"], json!([]));
}
