//! Tasks that are asked for over the API and need more than a yes (contract, 8.4, 8.7, 8.10).

use serde_json::json;

use super::{ADMIN, Scene, refused, text};

#[tokio::test]
async fn an_offboarding_is_asked_for_by_administrators_alone() {
    let scene = Scene::new();
    let ed = scene.user("ed.okafor").await;
    let body = json!({"subjectUserId": ed, "description": "leaves on Friday", "expandMask": {"paths": ["user_id"]}});
    refused(&scene.post("mia.chen", "/api/v1/task/offboarding", body.clone()).await, 403, 7, "permission denied");
    let asked = scene.post(ADMIN, "/api/v1/task/offboarding", body).await.status(200).json();
    let task = &asked["taskView"]["task"];
    assert_eq!((&task["type"]["offboarding"]["subjectUserId"], task.get("policy")), (&json!(ed), None));
    assert_eq!(asked["taskView"]["userPath"], "$.expanded[0]");
    let children = json!({"subjectIds": [ed], "taskTypes": [{"revoke": {}}], "pageSize": 100});
    let children = scene.search("tasks", children).await;
    let children = children["list"].as_array().unwrap();
    assert!(!children.is_empty());
    assert!(children.iter().all(|row| row["task"]["origin"] == "TASK_ORIGIN_CASCADE_DELETE"));
    let nobody = json!({"subjectUserId": "0".repeat(27)});
    refused(&scene.post(ADMIN, "/api/v1/task/offboarding", nobody).await, 404, 5, "not found");
}

#[tokio::test]
async fn a_form_that_is_filled_in_lets_the_request_go_on() {
    let scene = Scene::new();
    scene.switch(json!({"everythingRequestable": true})).await;
    let asked = scene.step(json!({"step": "request", "by": "raj.patel", "entitlement": "github/firmware-write"})).await;
    let task = scene.task("raj.patel", &text(&asked["taskId"])).await;
    let odd = scene.act("raj.patel", &task, "update-request-data", json!({"data": {"colour": "red"}})).await;
    refused(&odd, 400, 3, "unknown field \"colour\" in request data");
    scene.act("raj.patel", &task, "update-request-data", json!({"data": {"ticket": ""}})).await.status(200);
    let waits = scene.task("raj.patel", &text(&task["id"])).await;
    assert_eq!(waits["policy"]["current"]["form"]["state"], "FORM_INSTANCE_STATE_WAITING", "it is not complete");
    scene.act("raj.patel", &task, "update-request-data", json!({"data": {"ticket": "INC-7"}})).await.status(200);
    let goes_on = scene.task("raj.patel", &text(&task["id"])).await;
    assert_eq!(goes_on["data"], json!({"ticket": "INC-7"}));
    assert!(goes_on["policy"]["current"]["approval"].is_object(), "{goes_on}");
    assert_eq!(goes_on["policy"]["history"][0]["form"]["state"], "FORM_INSTANCE_STATE_DONE");
}

#[tokio::test]
async fn whoever_decides_shortens_what_they_approve() {
    let scene = Scene::new();
    scene.switch(json!({"everythingRequestable": true})).await;
    let asked = scene.step(json!({"step": "request", "by": "raj.patel", "entitlement": "aws/prod-deploy"})).await;
    let task = scene.task("mia.chen", &text(&asked["taskId"])).await;
    assert_eq!(task["type"]["grant"]["grantDuration"], "604800s", "as long as it is given at most");
    scene.act("mia.chen", &task, "update-grant-duration", json!({"duration": "3600s"})).await.status(200);
    scene.act("mia.chen", &task, "approve", json!({})).await.status(200);
    let done = scene.task("mia.chen", &text(&task["id"])).await;
    assert_eq!(
        (&done["type"]["grant"]["grantDuration"], &done["state"]),
        (&json!("3600s"), &json!("TASK_STATE_CLOSED"))
    );
    scene.advance("PT2H").await;
    let revokes = json!({"taskTypes": [{"revoke": {}}], "appUserSubjectIds": [done["type"]["grant"]["appUserId"]]});
    let revoke = scene.search("tasks", revokes).await;
    assert_eq!(revoke["list"][0]["task"]["origin"], "TASK_ORIGIN_TIME_REVOKE");
}
