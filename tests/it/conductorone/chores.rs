//! Approvers and provisioners who act by themselves.

use serde_json::{Value, json};

use super::{ADMIN, Scene, text};

async fn habits(scene: &Scene, rules: Value) -> Value {
    let path = "/_rolecall/tenants/default/autopilot";
    scene.stage.put(path).json(json!({"rules": rules})).await.status(200).json()
}

async fn asked(scene: &Scene, who: &str, entitlement: &str) -> String {
    text(&scene.step(json!({"step": "request", "by": who, "entitlement": entitlement})).await["taskId"])
}

#[tokio::test]
async fn approvers_decide_and_provisioners_provide() {
    let scene = Scene::new();
    scene.switch(json!({"everythingRequestable": true})).await;
    let id = asked(&scene, "raj.patel", "payroll/access").await;
    let shown = habits(
        &scene,
        json!([
            {"vendor": "conductorone", "kind": "approval", "after": "PT1H", "choices": {"approve": 1}, "comments": {"approve": ["Fine."]}},
            {"vendor": "conductorone", "kind": "provisioning", "after": "PT3H"},
        ]),
    )
    .await;
    assert_eq!(shown["plans"][0]["act"]["settle"]["step"]["by"], "mia.chen");
    scene.advance("PT2H").await;
    let task = scene.task(ADMIN, &id).await;
    assert_eq!(task["policy"]["current"]["provision"]["state"], "PROVISION_INSTANCE_STATE_WAITING");
    assert_eq!(task["commentCount"], 1);
    scene.advance("PT3H").await;
    let done = scene.task(ADMIN, &id).await;
    assert_eq!(done["type"]["grant"]["outcome"], "GRANT_OUTCOME_GRANTED");
    let by = &done["policy"]["history"][1]["provision"]["completed"]["userId"];
    assert!([scene.user("dana.whitfield").await, scene.user("victor.almeida").await].contains(&text(by)));
}

#[tokio::test]
async fn a_required_reason_is_given_and_a_proof_is_not() {
    let scene = Scene::new();
    scene.switch(json!({"everythingRequestable": true})).await;
    let reason = asked(&scene, "anke.yildiz", "cyberark/safe-cloud").await;
    let proof = asked(&scene, "adrian.moss", "cyberark/vault-admin").await;
    habits(&scene, json!([{"kind": "approval", "choices": {"approve": 1}}])).await;
    scene.advance("PT1H").await;
    assert_eq!(scene.task(ADMIN, &reason).await["type"]["grant"]["outcome"], "GRANT_OUTCOME_GRANTED");
    assert_eq!(scene.task(ADMIN, &proof).await["state"], "TASK_STATE_OPEN");
    habits(&scene, json!([{"kind": "approval", "choices": {"reject": 1}}])).await;
    scene.advance("PT1H").await;
    assert_eq!(scene.task(ADMIN, &proof).await["type"]["grant"]["outcome"], "GRANT_OUTCOME_DENIED");
}

#[tokio::test]
async fn people_ask_for_what_they_may_have_and_lack() {
    let scene = Scene::new();
    let path = "/_rolecall/tenants/default/autopilot";
    let activity = json!({"joiners": 0, "movers": 0, "leavers": 0, "requests": 20});
    scene.stage.put(path).json(json!({"rules": [], "activity": activity})).await.status(200);
    scene.advance("P2D").await;
    let found = scene.search("tasks", json!({"pageSize": 100})).await;
    let tasks = found["list"].as_array().unwrap();
    assert!(tasks.len() > 5, "{}", tasks.len());
    assert!(tasks.iter().all(|row| row["task"]["type"].get("grant").is_some()));
}
