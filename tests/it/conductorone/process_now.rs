//! A super admin hurries a task along (contract, 8.7: process).

use serde_json::{Value, json};

use super::{ADMIN, NOTHING, Scene, refused, text};

const PROCESSING: &str = "TASK_PROCESSING_TYPE_PROCESSING";

impl Scene {
    /// Hurries a task; answers the task as it is then.
    async fn hurried(&self, id: &str) -> Value {
        let before = self.task(ADMIN, id).await;
        let answer = self.act(ADMIN, &before, "process", json!({})).await.status(200).json();
        assert_eq!(answer["taskView"]["task"], before, "as it was before");
        assert!(answer.get("ticketActionId").is_none());
        self.task(ADMIN, id).await
    }
    /// Raj's request for something, which waits for his manager.
    async fn asked(&self, entitlement: &str) -> String {
        self.switch(json!({"everythingRequestable": true})).await;
        let done = self.step(json!({"step": "request", "by": "raj.patel", "entitlement": entitlement})).await;
        text(&done["taskId"])
    }
    /// The same, once she has approved it.
    async fn approved(&self, id: String) -> String {
        let task = self.task("mia.chen", &id).await;
        self.act("mia.chen", &task, "approve", json!({})).await.status(200);
        id
    }
}

fn outcome(task: &Value) -> (&Value, &Value) {
    (&task["state"], &task["type"]["grant"]["outcome"])
}

#[tokio::test]
async fn an_hour_that_is_waited_for_counts_as_come() {
    let scene = Scene::new();
    let id = scene.approved(scene.asked("aws/staging-admin").await).await;
    assert!(scene.task(ADMIN, &id).await["policy"]["current"]["wait"].is_object());
    let done = scene.hurried(&id).await;
    assert_eq!(outcome(&done), (&json!("TASK_STATE_CLOSED"), &json!("GRANT_OUTCOME_GRANTED")));
    let wait = &done["policy"]["history"][1]["wait"];
    assert_eq!(
        (&wait["state"], &wait["succeeded"]["succeededAt"]),
        (&json!("WAIT_INSTANCE_STATE_COMPLETED"), &done["updatedAt"])
    );
    scene.advance("P3D").await;
    assert_eq!(scene.task(ADMIN, &id).await, done, "its timers are gone");
}

#[tokio::test]
async fn a_condition_has_to_hold_all_the_same() {
    let scene = Scene::new();
    let wait = json!({"wait": {"name": "Listed", "condition": {"condition": "entitlement.alias == 'org'"}}});
    let id = scene.asked_under(json!([wait])).await;
    let waiting = scene.task(ADMIN, &id).await;
    assert_eq!(scene.hurried(&id).await["policy"]["current"], waiting["policy"]["current"], "it goes on waiting");
    let (app, entitlement) = scene.named("github/org-member").await;
    let path = format!("/api/v1/apps/{app}/entitlements/{entitlement}");
    let alias = json!({"entitlement": {"alias": "org"}, "updateMask": "alias"});
    scene.post(ADMIN, &path, alias).await.status(200);
    assert!(scene.task(ADMIN, &id).await["policy"]["current"]["wait"].is_object(), "nobody has looked");
    assert_eq!(outcome(&scene.hurried(&id).await), (&json!("TASK_STATE_CLOSED"), &json!("GRANT_OUTCOME_GRANTED")));
}

#[tokio::test]
async fn work_that_is_held_up_is_done() {
    for hop in ["provision", "process"] {
        let scene = Scene::new();
        let asked = scene.asked("aws/prod-deploy").await;
        scene.pace(&format!("conductorone/{hop}"), "held").await;
        let id = scene.approved(asked).await;
        let held = scene.task(ADMIN, &id).await;
        assert_eq!((&held["state"], &held["processing"]), (&json!("TASK_STATE_OPEN"), &json!(PROCESSING)), "{hop}");
        let done = scene.hurried(&id).await;
        assert_eq!(outcome(&done), (&json!("TASK_STATE_CLOSED"), &json!("GRANT_OUTCOME_GRANTED")), "{hop}");
    }
}

#[tokio::test]
async fn a_connector_takes_as_long_as_is_written_down() {
    for hurries in [false, true] {
        let scene = Scene::new();
        scene.step(json!({"step": "slow-connector", "target": "aws", "lasting": "P1D"})).await;
        scene.step(json!({"step": "slow-connector", "target": "aws/prod-deploy", "lasting": "PT6H"})).await;
        let id = scene.approved(scene.asked("aws/prod-deploy").await).await;
        scene.advance("PT5H").await;
        let running = scene.task(ADMIN, &id).await;
        assert_eq!((&running["state"], &running["processing"]), (&json!("TASK_STATE_OPEN"), &json!(PROCESSING)));
        assert_eq!(scene.trail(&id).await.last().unwrap(), "actionResult", "it is pending");
        let done = if hurries {
            scene.hurried(&id).await
        } else {
            scene.advance("PT1H").await;
            scene.task(ADMIN, &id).await
        };
        assert_eq!(outcome(&done), (&json!("TASK_STATE_CLOSED"), &json!("GRANT_OUTCOME_GRANTED")));
        for target in ["aws", "aws/prod-deploy"] {
            scene.step(json!({"step": "slow-connector", "target": target, "lasting": null})).await;
        }
        let at_once = scene.approved(scene.asked("aws/prod-deploy").await).await;
        assert_eq!(scene.task(ADMIN, &at_once).await["state"], "TASK_STATE_CLOSED");
    }
}

#[tokio::test]
async fn what_people_have_to_do_is_left_to_them() {
    let scene = Scene::new();
    let manual = scene.approved(scene.asked("payroll/access").await).await;
    let undecided = scene.asked("aws/prod-deploy").await;
    scene.step(json!({"step": "fail-connector", "target": "github", "message": "down"})).await;
    let broken = scene.approved(scene.asked("github/org-member").await).await;
    for id in [manual, undecided, broken] {
        let before = scene.task(ADMIN, &id).await;
        let after = scene.hurried(&id).await;
        assert_eq!((outcome(&after), &after["policy"]), (outcome(&before), &before["policy"]));
    }
}

#[tokio::test]
async fn who_may_not_hurry_a_task_or_what_cannot_be_hurried() {
    let scene = Scene::new();
    let id = scene.approved(scene.asked("aws/staging-admin").await).await;
    let path = format!("/api/v1/tasks/{id}/action/process");
    for (who, status, code, sentence) in [
        ("raj.patel", 400, 9, "action not permitted"),
        ("mia.chen", 400, 9, "action not permitted"),
        ("wei.zhang", 403, 7, "permission denied"),
    ] {
        refused(&scene.post(who, &path, json!({})).await, status, code, sentence);
    }
    let unknown = format!("/api/v1/tasks/{NOTHING}/action/process");
    refused(&scene.post(ADMIN, &unknown, json!({})).await, 404, 5, "not found");
    refused(&scene.post(ADMIN, &path, json!({"comment": "now"})).await, 400, 3, "proto:");
    let leaver = scene.step(json!({"step": "offboard", "by": ADMIN, "person": "soren.zeller"})).await;
    let leaver = format!("/api/v1/tasks/{}/action/process", text(&leaver["taskId"]));
    refused(&scene.post(ADMIN, &leaver, json!({})).await, 400, 9, "action not permitted");
    scene.hurried(&id).await;
    refused(&scene.post(ADMIN, &path, json!({})).await, 400, 9, "task is closed");
}
