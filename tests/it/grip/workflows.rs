//! Workflow runs, to each of their ends (contract, 14).

use serde_json::{Value, json};

use super::{Scene, nothing, saas, user, workflow};

async fn run(scene: &Scene, slug: &str, body: Value) -> Value {
    let path = format!("/public/workflows/{}/run", workflow(slug));
    scene.post(&path, body).await.status(200).json()["workflowRunIds"].clone()
}

async fn one(scene: &Scene, slug: &str, body: Value) -> String {
    let runs = run(scene, slug, body).await;
    let runs: Vec<&Value> = runs.as_object().unwrap().values().collect();
    assert_eq!(runs.len(), 1);
    runs[0].as_str().unwrap().to_owned()
}

async fn status(scene: &Scene, run: &str) -> Value {
    scene.read(&format!("/public/workflows/{run}/status")).await
}

fn actions(shown: &Value) -> Vec<&str> {
    shown["actions"].as_array().unwrap().iter().map(|action| action["status"].as_str().unwrap()).collect()
}

/// What a run's action made, followed as a client would.
async fn follow(scene: &Scene, action: &Value) -> Value {
    let url = action["selfUrl"].as_str().unwrap();
    scene.read(url.strip_prefix("http://localhost/t/default/grip").unwrap()).await
}

#[tokio::test]
async fn a_run_for_a_person_waits_for_its_revocation() {
    let scene = Scene::new();
    let id = one(&scene, "remove-risky-access", json!({"identityId": [user("raj.patel")], "appId": ["ignored"]})).await;
    let shown = status(&scene, &id).await;
    assert_eq!((&shown["status"], &shown["statusDetails"]), (&json!("pending"), &Value::Null));
    assert_eq!(actions(&shown), ["pending", "pending"]);
    scene.advance("PT2S").await;
    assert_eq!(actions(&status(&scene, &id).await), ["in_progress", "pending"]);
    scene.advance("PT2S").await;
    let shown = status(&scene, &id).await;
    assert_eq!(follow(&scene, &shown["actions"][0]).await["status"], "in_progress");
    assert_eq!(shown["actions"][1]["selfUrl"], Value::Null);
    scene.advance("PT6S").await;
    let shown = status(&scene, &id).await;
    assert_eq!(actions(&shown), ["completed", "in_progress"]);
    assert_eq!(follow(&scene, &shown["actions"][0]).await["status"], "completed");
    scene.advance("PT2S").await;
    let shown = status(&scene, &id).await;
    assert_eq!((&shown["status"], &shown["statusDetails"]), (&json!("completed"), &json!("All actions completed.")));
    assert_eq!(shown["completedAt"], "2026-01-05T09:00:12Z");
    assert_eq!(scene.account("raj.patel", "active-directory").await["status"], "offboarded");
    assert_eq!(scene.newest(1).await, ["workflow_run.completed"]);
    assert_eq!(status(&scene, &workflow("remove-risky-access")).await, shown, "the workflow's id means its latest run");
    scene.get(&format!("/public/workflows/{}/status", workflow("leaver-cleanup"))).await.status(404);
}

#[tokio::test]
async fn a_run_for_an_application_decides_and_labels() {
    let scene = Scene::new();
    let runs =
        run(&scene, "block-shadow-app", json!({"appName": "oTTer", "app_id": [saas("otter"), saas("miro")]})).await;
    let keys: Vec<&str> = runs.as_object().unwrap().keys().map(String::as_str).collect();
    let mut expected = [saas("otter"), saas("miro")];
    expected.sort();
    assert_eq!(keys, expected, "each entity once, under its id when it was given");
    scene.advance("PT10S").await;
    for app in ["otter", "miro"] {
        let data = scene.grip_data(app).await;
        assert_eq!(data["sanctionTag"], "unsanctioned");
        assert!(data["labels"].as_array().unwrap().contains(&json!("blocked")));
    }
    let by_name = run(&scene, "review-app", json!({"app_name": "oTTer"})).await;
    assert_eq!(by_name.as_object().unwrap().keys().collect::<Vec<_>>(), ["oTTer"]);
    scene.advance("PT10S").await;
    let shown = status(&scene, by_name["oTTer"].as_str().unwrap()).await;
    assert_eq!(shown["status"], "completed");
    assert_eq!(follow(&scene, &shown["actions"][1]).await["status"], "sent");
}

#[tokio::test]
async fn what_fails_skips_the_rest() {
    let scene = Scene::new();
    let id = one(&scene, "ask-about-ai", json!({"identityEmail": "raj.patel@acme.example"})).await;
    let has = scene.read(&format!("/public/users/{}/saas", user("raj.patel"))).await;
    assert!(!has.to_string().contains("ChatGPT"));
    scene.advance("PT1M").await;
    let shown = status(&scene, &id).await;
    assert_eq!((&shown["status"], actions(&shown)), (&json!("failed"), vec!["failed", "skipped"]));
    let details = "Ask why ChatGPT is used failed: The user has no account in this SaaS application.";
    assert_eq!(shown["statusDetails"], details);
    let by_hand = one(&scene, "leaver-cleanup", json!({"identityId": user("mia.chen")})).await;
    scene.step(json!({"step": "fail-run", "run": by_hand, "reason": "The connector is down."})).await;
    let shown = status(&scene, &by_hand).await;
    assert_eq!((&shown["status"], actions(&shown)), (&json!("failed"), vec!["failed", "skipped", "skipped"]));
    scene.try_step(json!({"step": "fail-run", "run": by_hand})).await.status(409);
}

#[tokio::test]
async fn a_failed_revocation_fails_its_run() {
    let scene = Scene::new();
    scene
        .step(json!({"step": "fail-removal", "person": "raj.patel", "app": "active-directory", "reason": "locked"}))
        .await;
    let id = one(&scene, "remove-risky-access", json!({"identityId": [user("raj.patel")]})).await;
    scene.advance("PT1M").await;
    let shown = status(&scene, &id).await;
    assert_eq!((&shown["status"], actions(&shown)), (&json!("failed"), vec!["failed", "skipped"]));
    assert_eq!(follow(&scene, &shown["actions"][0]).await["status"], "failed");
}

#[tokio::test]
async fn a_cancel_takes_what_was_started_with_it() {
    let scene = Scene::new();
    let id = one(&scene, "leaver-cleanup", json!({"identityId": user("raj.patel")})).await;
    scene.advance("PT8S").await;
    let revocation = status(&scene, &id).await["actions"][1].clone();
    assert_eq!(follow(&scene, &revocation).await["status"], "in_progress");
    let cancelled = scene.post(&format!("/public/workflows/{id}/cancel"), json!({})).await.status(200).json();
    assert_eq!(cancelled, json!({"message": "Workflow cancelled successfully"}));
    let shown = status(&scene, &id).await;
    assert_eq!((&shown["status"], actions(&shown)), (&json!("cancelled"), vec!["completed", "cancelled", "cancelled"]));
    assert_eq!(follow(&scene, &revocation).await["status"], "cancelled");
    scene.post(&format!("/public/workflows/{id}/cancel"), json!({})).await.status(409);

    let asking = one(&scene, "ask-about-ai", json!({"identityId": user("monica.ellison")})).await;
    scene.advance("PT4S").await;
    let request = status(&scene, &asking).await["actions"][0].clone();
    assert_eq!(follow(&scene, &request).await["status"], "sent");
    scene.post(&format!("/public/workflows/{asking}/cancel"), json!({})).await.status(200);
    assert_eq!(follow(&scene, &request).await["status"], "cancelled");
}

#[tokio::test]
async fn at_once_and_by_hand_a_run_goes_to_its_end() {
    let scene = Scene::new();
    let slow = one(&scene, "leaver-cleanup", json!({"identityId": user("ed.okafor")})).await;
    scene.step(json!({"step": "finish", "id": slow})).await;
    assert_eq!(status(&scene, &slow).await["status"], "completed");
    for hop in ["grip/run", "grip/revoke"] {
        scene.pace(hop, json!("atOnce")).await;
    }
    let id = one(&scene, "leaver-cleanup", json!({"identityId": user("raj.patel")})).await;
    let shown = status(&scene, &id).await;
    assert_eq!((&shown["status"], actions(&shown)), (&json!("completed"), vec!["completed"; 3]));
}

#[tokio::test]
async fn lists_of_the_wrong_kind_are_no_lists() {
    let scene = Scene::new();
    let path = format!("/public/workflows/{}/run", workflow("leaver-cleanup"));
    scene.post(&path, json!({"appId": saas("slack")})).await.status(400);
    scene.post(&path, json!({"identityId": []})).await.status(400);
    scene.post(&path, json!({"identityId": [user("raj.patel"), nothing()]})).await.status(404);
    scene.post(&path, json!({"identityEmail": "x", "inheritorMailbox": "nobody"})).await.status(400);
    assert_eq!(scene.audited().await, 0, "nothing starts");
    let mails = json!({"identityEmail": ["RAJ.PATEL@acme.example"], "identityId": [user("raj.patel")]});
    let runs = run(&scene, "leaver-cleanup", mails).await;
    assert_eq!(runs.as_object().unwrap().keys().collect::<Vec<_>>(), [&user("raj.patel")]);
}
