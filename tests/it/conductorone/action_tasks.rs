//! What a connector does when it is asked to: action tasks (contract, 8.10, 13).

use serde_json::{Value, json};

use super::{ADMIN, NOTHING, Scene, refused, text};

const ASK: &str = "/api/v1/task/action";
const ASK_FOR_RESOURCE: &str = "/api/v1/task/resource-action";

impl Scene {
    /// The id of an action that the seed names. No call of the API lists actions; a task of one shows its id.
    async fn action(&self, name: &str) -> String {
        let done = self.step(json!({"step": "request-action", "by": "owen.gallagher", "action": name})).await;
        let task = self.task(ADMIN, &text(&done["taskId"])).await;
        text(&task["type"]["action"]["actionId"])
    }
}

#[tokio::test]
async fn an_action_is_done_as_soon_as_it_is_asked_for() {
    let scene = Scene::new();
    let action = scene.action("Rotate access keys").await;
    let body = json!({
        "actionId": action, "description": "Quarterly.", "formValues": {"olderThanDays": 90},
        "expandMask": {"paths": ["created_by_user_id"]},
    });
    let answer = scene.post("raj.patel", ASK, body).await.status(200).json();
    assert_eq!(answer["taskView"]["createdByUserPath"], "$.expanded[0]");
    assert_eq!(answer["expanded"][0]["displayName"], "Raj Patel");
    let task = &answer["taskView"]["task"];
    assert_eq!(
        (&task["state"], &task["processing"]),
        (&json!("TASK_STATE_CLOSED"), &json!("TASK_PROCESSING_TYPE_DONE"))
    );
    assert_eq!((&task["description"], &task["displayName"]), (&json!("Quarterly."), &json!("Rotate access keys")));
    assert_eq!((&task["origin"], task.get("policy")), (&json!("TASK_ORIGIN_API"), None));
    let asked = &task["type"]["action"];
    assert_eq!((&asked["actionId"], &asked["type"]), (&json!(action), &json!("TYPE_WORKFLOW")));
    assert_eq!((&asked["displayName"], &asked["formValues"]), (&task["displayName"], &json!({"olderThanDays": 90})));
    assert_eq!(asked["actionInstance"]["displayName"], "Rotate access keys");
    assert_eq!((&asked["outcome"], &asked["outcomeTime"]), (&json!("ACTION_OUTCOME_SUCCESS"), &task["createdAt"]));
    assert_eq!(scene.trail(&text(&task["id"])).await, ["taskCreated", "stateChange"]);
    assert_eq!(scene.task("raj.patel", &text(&task["id"])).await, *task);
    let found = scene.search("tasks", json!({"taskTypes": [{"action": {}}], "subjectIds": [task["userId"]]})).await;
    assert_eq!(found["list"][0]["task"]["id"], task["id"]);
}

#[tokio::test]
async fn a_resource_is_made_by_an_action_of_its_own_kind() {
    let scene = Scene::new();
    let action = scene.action("Create a group").await;
    let body = json!({"actionId": action, "formValues": {"name": "build-7"}});
    let answer = scene.post("raj.patel", ASK_FOR_RESOURCE, body).await.status(200).json();
    let task = &answer["taskView"]["task"];
    let asked = &task["type"]["action"];
    assert_eq!((&asked["type"], &asked["outcome"]), (&json!("TYPE_RESOURCE_ACTION"), &json!("ACTION_OUTCOME_SUCCESS")));
    assert_eq!((&task["state"], &task["description"]), (&json!("TASK_STATE_CLOSED"), &json!("")));
    refused(&scene.act("raj.patel", task, "close", json!({})).await, 400, 9, "task is closed");
}

#[tokio::test]
async fn an_action_that_cannot_be_is_refused_and_opens_nothing() {
    let scene = Scene::new();
    let (plain, on_resource) = (scene.action("Rotate access keys").await, scene.action("Create a group").await);
    let before = scene.tenant().read();
    for (path, message, other) in [
        (ASK, "TaskServiceCreateActionRequest", &on_resource),
        (ASK_FOR_RESOURCE, "TaskServiceCreateResourceActionRequest", &plain),
    ] {
        let ask = |body: Value| scene.post("raj.patel", path, body);
        refused(&ask(json!({"actionId": NOTHING})).await, 404, 5, "not found");
        refused(&ask(json!({"actionId": other})).await, 404, 5, "not found");
        refused(
            &ask(json!({})).await,
            400,
            3,
            &format!("invalid {message}.ActionId: value does not match regex pattern"),
        );
        refused(&ask(json!({"actionId": plain, "colour": "red"})).await, 400, 3, "proto:");
        let own = if path == ASK { &plain } else { &on_resource };
        let much = json!({"actionId": own, "formValues": {"text": "x".repeat(40_000)}});
        refused(&ask(much).await, 400, 3, "request data must not be longer than");
    }
    let unsigned = scene.stage.post(&format!("/conductorone{ASK}")).json(json!({"actionId": plain})).await;
    refused(&unsigned, 401, 16, "");
    assert!(std::sync::Arc::ptr_eq(&before, &scene.tenant().read()), "the very same world");
}
