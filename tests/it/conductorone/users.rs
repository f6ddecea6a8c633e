//! Users, and who does their tasks (contract, 10.4).

use serde_json::json;

use super::{ADMIN, Scene, column, refused, text};

#[tokio::test]
async fn a_user_is_shown_as_hr_has_them() {
    let scene = Scene::new();
    let raj = scene.user("raj.patel").await;
    let shown = scene.read(&format!("/api/v1/users/{raj}")).await;
    let user = &shown["userView"]["user"];
    assert_eq!(user["displayName"], "Raj Patel");
    assert_eq!(
        (&user["status"], &user["type"], &user["origin"]),
        (&json!("ENABLED"), &json!("USER_TYPE_HUMAN"), &json!("USER_ORIGIN_DIRECTORY"))
    );
    assert_eq!(user["managerIds"], json!([scene.user("mia.chen").await]));
    assert!(user.get("deletedAt").is_none(), "an unset instant is left out");
    assert_eq!(user["emailSources"], json!([]));
    // A GET has no mask, so everything is expanded.
    let managers = shown["userView"]["managersPath"].as_str().unwrap();
    let place: usize = managers.strip_prefix("$.expanded[").unwrap().strip_suffix(']').unwrap().parse().unwrap();
    assert_eq!(shown["expanded"][place]["@type"], "type.googleapis.com/c1.api.user.v1.User");
    assert_eq!(shown["expanded"][place]["displayName"], "Mia Chen");
    assert_eq!(shown["userView"]["delegatedUserPath"], "");
}

#[tokio::test]
async fn ids_of_nothing_are_missing_and_those_that_are_none_refused() {
    let scene = Scene::new();
    refused(&scene.get(ADMIN, &format!("/api/v1/users/{}", "0".repeat(27))).await, 404, 5, "not found (request-id: ");
    let sentence = r#"invalid UserServiceGetRequest.Id: value does not match regex pattern "^[a-zA-Z0-9]{27}$""#;
    refused(&scene.get(ADMIN, "/api/v1/users/raj.patel").await, 400, 3, sentence);
    refused(
        &scene.get(ADMIN, "/api/v1/users?page_size=101").await,
        400,
        3,
        "invalid UserServiceListRequest.PageSize: ",
    );
    refused(&scene.delete(ADMIN, "/api/v1/users").await, 501, 12, "Method Not Allowed");
    refused(&scene.get(ADMIN, "/api/v1/nothing").await, 404, 5, "Not Found");
}

#[tokio::test]
async fn pages_joined_are_all_users_in_the_order_of_their_names() {
    let scene = Scene::new();
    let (mut names, mut token) = (Vec::new(), String::new());
    loop {
        let page = scene.read(&format!("/api/v1/users?page_size=100&page_token={token}")).await;
        names.extend(column(&page["list"], "/user/displayName"));
        token = text(&page["nextPageToken"]);
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(names.len(), scene.tenant().read().company().people().len());
    assert!(names.is_sorted_by_key(|name| name.to_lowercase()));
}

#[tokio::test]
async fn searches_match_every_field_they_name() {
    let scene = Scene::new();
    let (raj, mia) = (scene.user("raj.patel").await, scene.user("mia.chen").await);
    let names = async |search| column(&scene.search("users", search).await["list"], "/user/displayName");
    assert_eq!(names(json!({"query": "RAJ.PATEL"})).await, ["Raj Patel"]);
    assert_eq!(names(json!({"refs": [{"id": raj}], "query": "mia"})).await, [""; 0]);
    assert_eq!(names(json!({"ids": [raj, mia], "excludeIds": [raj]})).await, ["Mia Chen"]);
    let clerks = names(json!({"managerIds": [mia], "jobTitles": ["Accounts Payable Clerk"]})).await;
    assert!(!clerks.is_empty());
    assert_eq!(names(json!({"excludeOrigins": ["USER_ORIGIN_DIRECTORY"]})).await, [""; 0]);
    assert_eq!(names(json!({"is_delegate": true})).await, [""; 0], "snake_case is read, too");
    let admins = scene.read("/api/v1/iam/roles").await;
    let role = admins["list"].as_array().unwrap().iter().find(|role| role["name"] == "super-admin").unwrap();
    assert_eq!(names(json!({"roleIds": [role["id"]]})).await.len(), 2);
    assert_eq!(names(json!({"ids": ["0".repeat(27)]})).await, [""; 0], "an id of nothing finds nothing");
    let disabled = scene.search("users", json!({"userStatuses": ["DISABLED"], "pageSize": 100})).await;
    assert!(column(&disabled["list"], "/user/status").iter().all(|status| status == "DISABLED"));
    for odd in [json!({"ids": ["x"]}), json!({"userStatuses": [""]}), json!({"nope": 1}), json!({"pageToken": "x"})] {
        refused(&scene.post(ADMIN, "/api/v1/search/users", odd).await, 400, 3, "");
    }
}

#[tokio::test]
async fn tasks_are_delegated_from_and_until_their_dates() {
    let scene = Scene::new();
    let (raj, ed) = (scene.user("raj.patel").await, scene.user("ed.okafor").await);
    let path = format!("/api/v1/users/{raj}/set-delegation-by-admin");
    let delegate =
        async || text(&scene.read(&format!("/api/v1/users/{raj}")).await["userView"]["user"]["delegatedUserId"]);
    let dates = json!({"delegatedUserId": ed, "delegationStartAt": "2026-01-06T00:00:00Z",
        "delegationExpireAt": "2026-01-08T00:00:00Z"});
    refused(&scene.post("raj.patel", &path, dates.clone()).await, 403, 7, "permission denied");
    let item = scene.post(ADMIN, &path, dates).await.status(200).json();
    assert_eq!(item["item"]["delegatedUserId"], json!(ed));
    assert_eq!(delegate().await, "");
    let pass = async |by| {
        let by = json!({"by": by});
        scene.stage.post("/_rolecall/tenants/default/clock/advance").json(by).await.status(200);
    };
    pass("P1D").await;
    assert_eq!(delegate().await, ed);
    let found = scene.search("users", json!({"isDelegate": true})).await;
    assert_eq!(column(&found["list"], "/user/id"), [ed.as_str()]);
    pass("P2D").await;
    assert_eq!(delegate().await, "");
    for odd in [
        json!({"delegatedUserId": raj}),
        json!({"delegatedUserId": ed, "delegationExpireAt": "2026-01-01T00:00:00Z"}),
        json!({"delegatedUserId": ed, "delegationExpireAt": ""}),
    ] {
        refused(&scene.post(ADMIN, &path, odd).await, 400, 3, "");
    }
    scene.post(ADMIN, &path, json!({"delegatedUserId": ed})).await.status(200);
    assert_eq!(delegate().await, ed);
    let back = scene.post(ADMIN, &path, json!({})).await.status(200).json();
    assert!(back["item"].get("deletedAt").is_some());
    assert_eq!(delegate().await, "");
}
