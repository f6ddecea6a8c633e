//! Access revocation, to each of its ends (contract, 9).

use serde_json::{Value, json};

use super::{Scene, TOKEN_NAME, saas, user};

const START: &str = "/public/actions/accessRevocation/employee/start";
const STOP: &str = "/public/actions/accessRevocation/employee/stop";
/// Holds accounts that a connector can close.
const WHO: &str = "raj.patel";

async fn start(scene: &Scene, body: Value) -> String {
    let answer = scene.post(START, body).await.status(200).json();
    answer["actionId"].as_str().unwrap().to_owned()
}

async fn status(scene: &Scene, action: &str) -> Value {
    scene.read(&format!("/public/actions/accessRevocation/employee/{action}/status")).await
}

#[tokio::test]
async fn without_a_manager_it_begins_at_once_and_ends_app_by_app() {
    let scene = Scene::new();
    let before = scene.grip_data("slack").await;
    let body = json!({"userId": user(WHO), "saasIds": [saas("slack"), saas("notion"), saas("erp"), saas("slack"), saas("aws")]});
    let action = start(&scene, body).await;
    let shown = status(&scene, &action).await;
    assert_eq!((&shown["status"], &shown["details"]), (&json!("in_progress"), &json!("0 of 4 applications handled.")));
    assert_eq!(shown["createdBy"], TOKEN_NAME);
    assert_eq!((&shown["userFullName"], &shown["completedAt"]), (&json!("Raj Patel"), &Value::Null));
    scene.advance("PT2S").await;
    assert_eq!(status(&scene, &action).await["details"], "1 of 4 applications handled.");
    assert_eq!(scene.account(WHO, "slack").await["status"], "offboarded");
    assert_eq!(scene.account(WHO, "erp").await["status"], "active");
    let after = scene.grip_data("slack").await;
    assert_eq!(after["numberOfUsers"], before["numberOfUsers"]);
    assert_eq!(
        after["numberOfOnboardedUsers"].as_u64(),
        before["numberOfOnboardedUsers"].as_u64().map(|count| count - 1)
    );
    assert_ne!(after["latestEventTime"], before["latestEventTime"]);
    scene.advance("PT10S").await;
    let shown = status(&scene, &action).await;
    assert_eq!(shown["status"], "completed");
    let details = shown["details"].as_str().unwrap();
    assert!(details.starts_with("Access removed from 2 of 4 applications. Failed: "), "{details}");
    assert!(details.contains("Amazon Web Services (no active account)"), "{details}");
    assert_eq!(shown["completedAt"], "2026-01-05T09:00:08Z");
    let world = scene.tenant().read();
    let erp = rolecall::company::App::id_of("erp");
    assert!(world.company().account_in(rolecall::company::Person::id_of(WHO), erp).is_none(), "every vendor sees it");
    scene.post(STOP, json!({"actionId": action})).await.status(409);
    assert_eq!(scene.newest(1).await, ["access_revocation.completed"]);
    assert_eq!(scene.audited().await, 6);
}

#[tokio::test]
async fn the_managers_word_decides() {
    let scene = Scene::new();
    let body = json!({"userId": user(WHO), "saasIds": saas("slack"), "managerApprovalEmail": "mia.chen@acme.example"});
    let action = start(&scene, body.clone()).await;
    scene.advance("P1D").await;
    let shown = status(&scene, &action).await;
    assert_eq!(
        (&shown["status"], &shown["details"]),
        (&json!("pending_approval"), &json!("Waiting for manager approval."))
    );
    scene.step(json!({"step": "approve-revocation", "person": WHO})).await;
    assert_eq!(status(&scene, &action).await["status"], "in_progress");
    let trail = scene.read("/public/audit-trail?limit=1").await;
    assert_eq!(trail[0]["actor"]["name"], "Mia Chen");
    scene.advance("PT2S").await;
    assert_eq!(status(&scene, &action).await["status"], "completed");
    scene.try_step(json!({"step": "approve-revocation", "action": action})).await.status(409);

    let second = start(&scene, body.clone()).await;
    scene.step(json!({"step": "reject-revocation", "action": second})).await;
    let shown = status(&scene, &second).await;
    assert_eq!((&shown["status"], &shown["completedAt"]), (&json!("rejected"), &json!("2026-01-06T09:00:02Z")));
    scene.post(STOP, json!({"actionId": second})).await.status(409);

    let third = start(&scene, body).await;
    assert_eq!(scene.post(STOP, json!({"actionId": third})).await.status(200).json(), json!({}));
    assert_eq!(status(&scene, &third).await["status"], "cancelled");
    scene.try_step(json!({"step": "approve-revocation", "action": third})).await.status(409);
}

#[tokio::test]
async fn one_that_removes_nothing_fails() {
    let scene = Scene::new();
    scene.step(json!({"step": "fail-removal", "person": WHO, "app": "slack", "reason": "connector timeout"})).await;
    let body = json!({"userId": user(WHO), "saasIds": [saas("slack"), saas("bank-portal")]});
    let action = start(&scene, body).await;
    scene.advance("PT4S").await;
    let shown = status(&scene, &action).await;
    assert_eq!(shown["status"], "failed");
    let details = "Access removed from 0 of 2 applications. \
        Failed: Slack (connector timeout), Bank Treasury Portal (no active account).";
    assert_eq!(shown["details"], details);
    assert_eq!(scene.account(WHO, "slack").await["status"], "active");
    scene.step(json!({"step": "fail-removal", "person": WHO, "app": "slack", "reason": null})).await;
    let again = start(&scene, json!({"userId": user(WHO), "saasIds": [saas("slack")]})).await;
    scene.advance("PT2S").await;
    assert_eq!(status(&scene, &again).await["status"], "completed");
}

#[tokio::test]
async fn what_was_handled_before_a_stop_stays_handled() {
    let scene = Scene::new();
    let action = start(&scene, json!({"userId": user(WHO), "saasIds": [saas("slack"), saas("erp")]})).await;
    scene.advance("PT2S").await;
    scene.post(STOP, json!({"actionId": action})).await.status(200);
    scene.advance("P1D").await;
    let shown = status(&scene, &action).await;
    assert_eq!(
        (&shown["status"], &shown["details"]),
        (&json!("cancelled"), &json!("Cancelled. 1 of 2 applications handled."))
    );
    assert_eq!(scene.account(WHO, "slack").await["status"], "offboarded");
    assert_eq!(scene.account(WHO, "erp").await["status"], "active");
}

#[tokio::test]
async fn somebody_without_a_mailbox_needs_an_inheritor() {
    let scene = Scene::new();
    let leaver = "denise.wilcox";
    let mailbox = scene.read(&format!("/public/users/{}", user(leaver))).await;
    assert_eq!(mailbox["gripData"]["activity"]["hasActiveMailbox"], false);
    let body = json!({"userId": user(leaver), "saasIds": [saas("active-directory")]});
    let action = start(&scene, body.clone()).await;
    scene.advance("PT2S").await;
    let details = status(&scene, &action).await["details"].clone();
    assert_eq!(details, "Access removed from 0 of 1 applications. Failed: Active Directory (no mailbox).");
    let mut body = body;
    body["inheritorEmail"] = "mia.chen@acme.example".into();
    let action = start(&scene, body).await;
    scene.advance("PT2S").await;
    assert_eq!(status(&scene, &action).await["status"], "completed");
}

#[tokio::test]
async fn a_pace_may_be_at_once_or_held() {
    let scene = Scene::new();
    scene.pace("grip/revoke", json!("atOnce")).await;
    let action = start(&scene, json!({"userId": user(WHO), "saasIds": [saas("slack"), saas("erp")]})).await;
    assert_eq!(status(&scene, &action).await["status"], "completed");
    scene.pace("grip/revoke", json!("held")).await;
    let held = start(&scene, json!({"userId": user("ed.okafor"), "saasIds": [saas("slack")]})).await;
    scene.advance("P30D").await;
    assert_eq!(status(&scene, &held).await["status"], "in_progress");
    scene.step(json!({"step": "finish", "id": held})).await;
    assert_eq!(status(&scene, &held).await["status"], "completed");
}
