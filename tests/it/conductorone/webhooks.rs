//! Webhooks: as objects, and called.

use rolecall::app::Founding;
use serde_json::{Value, json};

use super::{ADMIN, Scene, refused, text};
use crate::common::subscriber::{Answer, Subscriber};
use crate::common::{Stage, founding, quiet_seed};

pub async fn create(scene: &Scene, url: &str) -> String {
    let made = scene.post(ADMIN, "/api/v1/webhooks", json!({"displayName": "Hook", "url": url})).await;
    text(&made.status(200).json()["webhook"]["id"])
}

#[tokio::test]
async fn a_webhook_is_made_changed_found_and_deleted() {
    let scene = Scene::new();
    let id = create(&scene, "https://hooks.example.com/c1").await;
    let path = format!("/api/v1/webhooks/{id}");
    let made = scene.read(&path).await["webhook"].clone();
    assert_eq!(made["callbackTimeout"], "691200s");
    assert_eq!(made.get("deletedAt"), None);
    let change = json!({"webhook": {"callbackTimeout": "86400s"}, "updateMask": "callback_timeout"});
    let changed = scene.post(ADMIN, &path, change).await.status(200).json()["webhook"].clone();
    assert_eq!((&changed["callbackTimeout"], &changed["displayName"]), (&json!("86400s"), &json!("Hook")));

    let found = scene.search("webhooks", json!({"query": "hOOk", "refs": [{"id": id}]})).await;
    assert_eq!(found["list"].as_array().unwrap().len(), 1);
    scene.delete(ADMIN, &path).await.status(200);
    assert_eq!(scene.search("webhooks", json!({"refs": [{"id": id}]})).await["list"], json!([]));
    assert!(scene.read(&path).await["webhook"]["deletedAt"].is_string());
}

#[tokio::test]
async fn bad_webhooks_are_refused() {
    let scene = Scene::new();
    let table = [
        (json!({"url": "https://hooks.example.com"}), "invalid DisplayName"),
        (json!({"displayName": "x", "url": "http://hooks.example.com"}), "invalid Url"),
        (json!({"displayName": "x", "url": "http://127.0.0.1:9"}), "invalid Url"),
        (json!({"displayName": "x", "url": "https://a.example", "callbackTimeout": "1h"}), "proto:"),
        (
            json!({"displayName": "x", "url": "https://a.example", "callbackTimeout": "3600s"}),
            "invalid CallbackTimeout",
        ),
    ];
    for (body, sentence) in table {
        refused(&scene.post(ADMIN, "/api/v1/webhooks", body).await, 400, 3, sentence);
    }
    refused(&scene.post("mia.chen", "/api/v1/webhooks", json!({})).await, 403, 7, "permission denied");
}

/// A stage whose webhooks may be on this machine.
pub fn open_scene() -> Scene {
    let file = include_str!("../../../seed-data/acme/conductorone.json");
    let mut file: Value = serde_json::from_str(file).unwrap();
    file["switches"] = json!({"loopbackWebhooks": true});
    let seed = quiet_seed().with("conductorone.json", file.to_string());
    Scene { stage: Stage::of(Founding { seed, ..founding() }, rolecall::vendors::all()) }
}

/// Waits until nobody is being called.
pub async fn carry(scene: &Scene) {
    scene.stage.post("/_rolecall/tenants/default/webhooks/settle").await.status(200);
}

pub async fn advance(scene: &Scene, by: &str) {
    let path = "/_rolecall/tenants/default/clock/advance";
    scene.stage.post(path).json(json!({"by": by})).await.status(200);
}

/// Where the only call stands, by the last event about it.
async fn state(scene: &Scene) -> String {
    let events = scene.stage.get("/_rolecall/tenants/default/events?limit=1000").await.status(200).json();
    let mut moved = events["events"].as_array().unwrap().iter().filter(|event| event["name"] == "webhook.moved");
    text(&moved.next_back().unwrap()["detail"]["state"])
}

async fn test(scene: &Scene, id: &str) -> Value {
    let path = format!("/api/v1/webhooks/{id}/test");
    scene.post(ADMIN, &path, json!({})).await.status(200).json()["webhook"].clone()
}

#[tokio::test]
async fn a_call_says_who_calls_and_what_about() {
    let scene = open_scene();
    let subscriber = Subscriber::answering([]).await;
    let id = create(&scene, &subscriber.url("/hook")).await;
    let call = test(&scene, &id).await;
    assert_eq!((&call["state"], &call["attempts"]), (&json!("WEBHOOK_STATE_RUNNING"), &json!(1)));
    assert_eq!(call["source"], json!({"test": {}}));
    carry(&scene).await;

    let [received] = &subscriber.received()[..] else { panic!("one call") };
    assert_eq!(received.body["version"], "v1");
    assert_eq!(received.body["webhookId"], *id);
    assert_eq!(received.body["payload"], json!({"@type": "type.googleapis.com/c1.webhooks.v1.PayloadTest"}));
    let header = |name: &str| received.headers[name].to_str().unwrap().to_owned();
    assert_eq!((header("webhook-version"), header("webhook-event")), ("v1".into(), "test".into()));
    assert!(header("content-digest").starts_with("sha-256=:"));
    assert!(header("authorization").starts_with("bearer "));
    assert_eq!(header("webhook-callback-url"), text(&received.body["callbackUrl"]));
    assert_eq!(state(&scene).await, "success");
}

#[tokio::test]
async fn a_decision_may_come_later_but_once() {
    let scene = open_scene();
    let subscriber = Subscriber::answering([Answer::With(202, "")]).await;
    let id = create(&scene, &subscriber.url("/hook")).await;
    test(&scene, &id).await;
    carry(&scene).await;
    assert_eq!(state(&scene).await, "waitingCallback");
    let callback = text(&subscriber.received()[0].body["callbackUrl"]);
    let path = callback.split("/conductorone").nth(1).unwrap();
    let bring = || scene.stage.post(&format!("/conductorone{path}")).json(json!({"version": "v1"}));
    bring().await.status(200);
    assert_eq!(state(&scene).await, "success");
    refused(&bring().await, 400, 3, "callback token is invalid or has been used");
}

#[tokio::test]
async fn a_receiver_that_fails_is_tried_again_and_one_that_is_gone_is_not() {
    let scene = open_scene();
    let subscriber = Subscriber::answering([Answer::With(500, ""), Answer::With(410, "")]).await;
    let id = create(&scene, &subscriber.url("/hook")).await;
    test(&scene, &id).await;
    carry(&scene).await;
    assert_eq!(state(&scene).await, "error");
    advance(&scene, "PT16S").await;
    assert_eq!(subscriber.received().len(), 2);
    assert_eq!(state(&scene).await, "fatalError");
    advance(&scene, "P1D").await;
    assert_eq!(subscriber.received().len(), 2);
}

#[tokio::test]
async fn a_decision_that_never_comes_is_given_up() {
    let scene = open_scene();
    let subscriber = Subscriber::answering([Answer::With(202, "")]).await;
    let id = create(&scene, &subscriber.url("/hook")).await;
    test(&scene, &id).await;
    carry(&scene).await;
    advance(&scene, "P8D").await;
    assert_eq!(state(&scene).await, "fatalError");
}
