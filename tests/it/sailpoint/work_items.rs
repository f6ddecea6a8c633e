//! Manual actions through the work item API.

use http::Method;
use serde_json::{Value, json};

use super::{ADMIN, CONTENT, MISSING, Scene, UNKNOWN, assert_refused, person, wish};

/// A manual action that waits for Gloria; the request and the work item.
async fn opened(scene: &Scene) -> (String, String) {
    let wish = wish("access-profile/badge-after-hours").with("comment", "stocktaking");
    let request = scene.request("arturo.salcedo", "arturo.salcedo", &[wish]).await;
    scene.approve("vernon.tate").await;
    scene.approve("gloria.banks").await;
    scene.advance("PT1M").await;
    let work = scene.get("gloria.banks", "/v3/work-items").await.status(200).json();
    (request, work[0]["id"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn whoever_owns_a_manual_action_sees_it_and_completes_it() {
    let scene = Scene::new();
    let (request, work) = opened(&scene).await;
    let shown = scene.get("gloria.banks", &format!("/work-items/v1/{work}")).await.status(200).json();
    assert_eq!(
        (&shown["type"], &shown["state"], &shown["numItems"]),
        (&json!("ManualAction"), &json!("Pending"), &json!(1))
    );
    assert_eq!(shown["requesterId"], person("arturo.salcedo"));
    assert_eq!(shown["remediationItems"][0]["attributeOperation"], "Add");
    assert_eq!(shown["approvalItems"], Value::Null);
    let summary = async |who: &str, query: &str| {
        scene.get(who, &format!("/v3/work-items/summary{query}")).await.status(200).json()
    };
    assert_eq!(summary("gloria.banks", "").await, json!({"open": 1, "completed": 0, "total": 1}));
    assert_eq!(summary(ADMIN, "").await, json!({"open": 0, "completed": 0, "total": 0}));
    let hers = format!("?ownerId={}", person("gloria.banks"));
    assert_eq!(summary(ADMIN, &hers).await["open"], 1);
    assert_refused(scene.get("raj.patel", &format!("/v3/work-items{hers}")).await, 403, "403 Forbidden", "");
    assert_refused(scene.get("raj.patel", &format!("/v3/work-items/{work}")).await, 403, "403 Forbidden", "");

    let path = format!("/v3/work-items/{work}");
    assert_refused(scene.call("raj.patel", Method::POST, &path).await, 403, "403 Forbidden", "");
    let done = scene.call("gloria.banks", Method::POST, &path).await.status(200).json();
    assert_eq!(done["state"], "Finished");
    assert_eq!(scene.item(&request).await["state"], "REQUEST_COMPLETED");
    assert_refused(scene.call("gloria.banks", Method::POST, &path).await, 400, CONTENT, "Finished");
    assert_eq!(scene.get("gloria.banks", "/v3/work-items/completed").await.json()[0]["id"], work);
    assert_eq!(scene.get("gloria.banks", "/v3/work-items/count").await.json(), json!({"count": 0}));
    let beta = scene.get("gloria.banks", "/beta/work-items/completed/count").await;
    assert_eq!((beta.header("x-deprecated"), beta.json()), ("true", json!([{"count": 1}])));
}

#[tokio::test]
async fn a_forwarded_manual_action_changes_hands() {
    let scene = Scene::new();
    let (request, work) = opened(&scene).await;
    let path = format!("/v3/work-items/{work}/forward");
    let to = |who: &str, comment: &str| json!({"targetOwnerId": who, "comment": comment, "sendNotifications": false});
    let noor = person("noor.haddad");
    assert_refused(scene.post("gloria.banks", &path, to(&noor, "")).await, 400, MISSING, "comment");
    assert_refused(scene.post("gloria.banks", &path, to("", "x")).await, 400, MISSING, "targetOwnerId");
    assert_refused(scene.post("gloria.banks", &path, to("nobody", "x")).await, 400, UNKNOWN, "nobody");
    assert_refused(scene.post("raj.patel", &path, to(&noor, "x")).await, 403, "403 Forbidden", "");
    scene.post("gloria.banks", &path, to(&noor, "on leave")).await.status(200);
    assert_eq!(scene.get("gloria.banks", "/v3/work-items").await.json(), json!([]));
    assert_eq!(scene.get("noor.haddad", "/v3/work-items").await.json()[0]["ownerId"], noor);
    let manual = scene.item(&request).await["manualWorkItemDetails"][0].clone();
    assert_eq!((&manual["forwarded"], &manual["originalOwner"]["id"]), (&json!(true), &json!(person("gloria.banks"))));
    assert_eq!(manual["forwardHistory"][0]["comment"], "on leave");
}

#[tokio::test]
async fn a_manual_action_puts_nothing_up_for_decision() {
    let scene = Scene::new();
    let (_, work) = opened(&scene).await;
    let table = [
        (format!("{work}/approve/{work}"), 404),
        (format!("{work}/reject/{work}"), 404),
        (format!("bulk-approve/{work}"), 400),
        (format!("bulk-reject/{work}"), 400),
        (format!("{work}/submit-account-selection"), 400),
    ];
    for (path, status) in table {
        let path = format!("/v3/work-items/{path}");
        scene.post("gloria.banks", &path, json!({})).await.status(status);
        scene.post("raj.patel", &path, json!({})).await.status(403);
        scene.post("gloria.banks", &path.replace(&work, &person("ed.okafor")), json!({})).await.status(404);
    }
    assert_eq!(scene.get("gloria.banks", "/v3/work-items/count").await.json(), json!({"count": 1}));
}

#[tokio::test]
async fn closing_the_request_ends_its_manual_action() {
    let scene = Scene::new();
    let (request, work) = opened(&scene).await;
    scene.post(ADMIN, "/v2025/access-requests/close", json!({"accessRequestIds": [request]})).await.status(202);
    let shown = scene.get("gloria.banks", &format!("/v3/work-items/{work}")).await.json();
    assert_eq!(shown["state"], "Canceled");
    assert_eq!(scene.item(&request).await["manualWorkItemDetails"][0]["status"], "CANCELLED");
    assert!(!scene.holds("arturo.salcedo", "badge-access/after-hours"));
}

#[tokio::test]
async fn a_client_without_user_context_has_no_work_of_its_own() {
    let scene = Scene::new();
    scene.as_integration(Method::GET, "/v3/work-items").await.await.status(403);
    let path = format!("/v3/work-items?ownerId={}", person("gloria.banks"));
    scene.as_integration(Method::GET, &path).await.await.status(200);
}
