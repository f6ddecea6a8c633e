//! Deciding in somebody else's place (contract, 9.1).

use http::Method;
use serde_json::{Value, json};

use super::duties::{IGA, OWNER, refused, rule};
use super::{Scene, user};

async fn set(scene: &Scene, who: &str, of: &str, body: Value) -> crate::common::Reply {
    scene.post_as(who, &format!("/user/{}/set-proxy", user(of)), body).await
}

#[tokio::test]
async fn a_proxy_decides_until_they_are_one_no_longer() {
    let scene = Scene::new();
    let id = scene.violation_of(rule("Vendors")).await;
    let mia = json!({"proxyIds": [format!("managed/user/{}", user("mia.chen"))]});
    scene.act("mia.chen", &id, "comment", json!({"comment": "hello"})).await.status(403);
    let proxies = set(&scene, OWNER, OWNER, mia.clone()).await.status(200).json();
    assert_eq!(
        (&proxies["result"][0]["userName"], &proxies["result"][0]["active"]),
        (&json!("mia.chen"), &json!(true))
    );
    assert_eq!(scene.asked("mia.chen", "").await, 1);
    let said = scene.act("mia.chen", &id, "comment", json!({"comment": "hello"})).await.status(200).json();
    // In her own name.
    let last = said["decision"]["comments"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["user"]["userName"], "mia.chen");
    let listed = scene.call_as(OWNER, Method::GET, &format!("{IGA}/user/{}/get-proxies", user(OWNER)));
    assert_eq!(listed.await.status(200).json()["totalCount"], 1);
    let gone = scene.post_as(OWNER, &format!("/user/{}/remove-proxy", user(OWNER)), mia.clone()).await;
    assert_eq!(gone.status(200).json(), json!({"result": []}));
    scene.act("mia.chen", &id, "comment", json!({"comment": "still here"})).await.status(403);
    let again = scene.post_as(OWNER, &format!("/user/{}/remove-proxy", user(OWNER)), mia).await;
    let text = format!("User with id: managed/user/{} is not a proxy.", user("mia.chen"));
    refused(again, 400, json!([text]));
}

#[tokio::test]
async fn a_proxy_for_some_days_comes_and_goes_by_the_clock() {
    let scene = Scene::new();
    scene.violation_of(rule("Vendors")).await;
    let days = json!({"proxyIds": [user("mia.chen")], "startDate": "2026-01-10", "endDate": "2026-01-12"});
    let proxies = set(&scene, "ada.admin", OWNER, days).await.status(200).json();
    let proxy = &proxies["result"][0];
    assert_eq!((&proxy["active"], &proxy["endDate"]), (&json!(false), &json!("2026-01-12T00:00:00+00:00")));
    assert_eq!(scene.asked("mia.chen", "").await, 0);
    scene.advance("P5D").await;
    assert_eq!(scene.asked("mia.chen", "").await, 1);
    scene.advance("P2D").await;
    assert_eq!(scene.asked("mia.chen", "").await, 0);
}

#[tokio::test]
async fn who_cannot_be_a_proxy_is_refused() {
    let scene = Scene::new();
    let table = [
        (json!({}), "proxyIds is required."),
        (json!({"proxyIds": [user(OWNER)]}), "A user cannot be their own proxy."),
        (json!({"proxyIds": ["nobody"]}), "User with id: nobody does not exist."),
        (json!({"proxyIds": [user("mia.chen")], "endDate": "2020-01-01"}), "endDate must be after startDate."),
        (json!({"proxyIds": [user("mia.chen")], "startDate": "soon"}), "startDate must be a valid date."),
    ];
    for (body, text) in table {
        refused(set(&scene, OWNER, OWNER, body).await, 400, json!([text]));
    }
    let others = set(&scene, "raj.patel", OWNER, json!({"proxyIds": [user("raj.patel")]})).await;
    refused(others, 403, json!("Forbidden"));
}
