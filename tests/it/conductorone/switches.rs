//! Each switch that settles what no source does (contract, 18), on and off.

use serde_json::{Value, json};

use super::{ADMIN, NOTHING, Scene, refused, text};

/// A task of Raj's, and its id.
async fn asked(scene: &Scene, entitlement: &str) -> (Value, String) {
    let done = scene.step(json!({"step": "request", "by": "raj.patel", "entitlement": entitlement})).await;
    let id = text(&done["taskId"]);
    (scene.task(ADMIN, &id).await, id)
}

#[tokio::test]
async fn everybody_is_a_super_admin() {
    let scene = Scene::new();
    let policy = json!({"displayName": "P", "policyType": "POLICY_TYPE_GRANT"});
    refused(&scene.post("raj.patel", "/api/v1/policies", policy.clone()).await, 403, 7, "permission denied");
    scene.switch(json!({"everyoneSuperAdmin": true})).await;
    scene.post("raj.patel", "/api/v1/policies", policy).await.status(200);
}

#[tokio::test]
async fn a_page_size_out_of_range_is_brought_into_it() {
    let scene = Scene::new();
    let sizes = async |size: i64| {
        let listed = scene.get(ADMIN, &format!("/api/v1/users?page_size={size}")).await;
        let found = scene.post(ADMIN, "/api/v1/search/users", json!({"pageSize": size})).await;
        (listed, found)
    };
    let (listed, found) = sizes(101).await;
    refused(&listed, 400, 3, "invalid UserServiceListRequest.PageSize: value must be inside range [0, 100]");
    refused(&found, 400, 3, "invalid ");
    scene.switch(json!({"clampPageSize": true})).await;
    for (asked, shown) in [(101, 100), (-1, 25), (3, 10)] {
        let (listed, found) = sizes(asked).await;
        for reply in [listed, found] {
            assert_eq!(reply.status(200).json()["list"].as_array().unwrap().len(), shown, "{asked}");
        }
    }
}

#[tokio::test]
async fn a_wrong_request_is_refused_and_does_not_fail() {
    let scene = Scene::new();
    let nil = json!({"displayName": "P", "policyType": "POLICY_TYPE_GRANT", "policySteps": {"grant": {"steps": [{}]}}});
    refused(&scene.post(ADMIN, "/api/v1/policies", nil.clone()).await, 500, 2, "policy step is nil");
    scene.switch(json!({"tidyErrors": true})).await;
    refused(&scene.post(ADMIN, "/api/v1/policies", nil).await, 400, 3, "policy step is nil");
    let nobody = json!({"appId": NOTHING, "appEntitlementId": NOTHING});
    refused(&scene.post(ADMIN, "/api/v1/task/grant", nobody).await, 400, 3, "user_id is required");
}

#[tokio::test]
async fn grants_of_an_entitlement_that_is_not_there_are_missing() {
    let scene = Scene::new();
    let path = format!("/api/v1/apps/{NOTHING}/entitlements/{NOTHING}/grants");
    assert_eq!(scene.read(&path).await["list"], json!([]));
    scene.switch(json!({"unknownEntitlementIsMissing": true})).await;
    refused(&scene.get(ADMIN, &path).await, 404, 5, "not found");
}

#[tokio::test]
async fn everything_may_be_asked_for() {
    let scene = Scene::new();
    let karina = "karina.delacruz";
    let step = json!({"vendor": "conductorone", "step": {"step": "request", "by": "vernon.tate", "entitlement": "aws/prod-admin"}});
    let steps = "/_rolecall/tenants/default/steps";
    let reply = scene.stage.post(steps).json(step.clone()).await;
    assert!(reply.text().contains("target user is not allowed to request that resource"), "{}", reply.text());
    // Whoever sees the catalog may.
    scene.step(json!({"step": "request", "by": karina, "entitlement": "aws/prod-admin"})).await;
    scene.switch(json!({"everythingRequestable": true})).await;
    scene.stage.post(steps).json(step).await.status(200);
}

#[tokio::test]
async fn an_answer_shows_the_task_before_or_after_the_action() {
    let scene = Scene::new();
    let shown = async |after: bool| {
        scene.switch(json!({"answersShowAfter": after})).await;
        let (task, _) = asked(&scene, "github/org-member").await;
        let answer = scene.act("mia.chen", &task, "deny", json!({})).await.status(200).json();
        text(&answer["taskView"]["task"]["state"])
    };
    assert_eq!(shown(false).await, "TASK_STATE_OPEN");
    assert_eq!(shown(true).await, "TASK_STATE_CLOSED");
}

#[tokio::test]
async fn closing_spares_a_provisioning() {
    let scene = Scene::new();
    let closed = async |spares: bool| {
        scene.switch(json!({"closeSparesProvisioning": spares, "everythingRequestable": true})).await;
        let (task, id) = asked(&scene, "payroll/access").await;
        scene.act("mia.chen", &task, "approve", json!({})).await.status(200);
        let task = scene.task(ADMIN, &id).await;
        scene.act("raj.patel", &task, "close", json!({})).await.status(200);
        (text(&scene.task(ADMIN, &id).await["state"]), id)
    };
    let (state, id) = closed(true).await;
    assert_eq!(state, "TASK_STATE_OPEN");
    scene.switch(json!({"everythingRequestable": true})).await;
    let task = scene.task(ADMIN, &id).await;
    scene.act("raj.patel", &task, "close", json!({})).await.status(200);
    let (state, id) = closed(false).await;
    assert_eq!(state, "TASK_STATE_CLOSED");
    let history = scene.task(ADMIN, &id).await["policy"]["history"].clone();
    assert!(history[1]["provision"]["cancelled"]["cancelledAt"].is_string(), "{history}");
}

#[tokio::test]
async fn access_that_runs_out_goes_by_its_revoke_policy() {
    let scene = Scene::new();
    let expired = async |by_policy: bool, who: &str| {
        scene.switch(json!({"expiryRunsPolicy": by_policy, "everythingRequestable": true})).await;
        let step = json!({"step": "request", "by": who, "entitlement": "aws/prod-admin", "lasting": "PT1H", "emergency": true});
        let done = scene.step(step).await;
        let user = scene.task(ADMIN, &text(&done["taskId"])).await["userId"].clone();
        scene.advance("PT2H").await;
        let found = scene.search("tasks", json!({"taskTypes": [{"revoke": {}}], "subjectIds": [user]})).await;
        found["list"][0]["task"].clone()
    };
    let at_once = expired(false, "raj.patel").await;
    assert_eq!(at_once["type"]["revoke"]["outcome"], "REVOKE_OUTCOME_REVOKED");
    let asked = expired(true, "ed.okafor").await;
    assert_eq!((&asked["state"], &asked["origin"]), (&json!("TASK_STATE_OPEN"), &json!("TASK_ORIGIN_TIME_REVOKE")));
    assert_eq!(asked["stepApproverIds"].as_array().unwrap().len(), 2, "the owners of the application");
}

#[tokio::test]
async fn a_wait_that_takes_too_long_ends_the_task_or_goes_on() {
    for (goes_on, outcome) in [(false, "GRANT_OUTCOME_WAIT_TIMED_OUT"), (true, "GRANT_OUTCOME_GRANTED")] {
        let scene = Scene::new();
        scene.switch(json!({"waitTimeoutGoesOn": goes_on})).await;
        let wait = json!({"wait": {"name": "Never", "timeoutDuration": "3600s", "condition": {"condition": "task.origin == 'never'"}, "commentOnTimeout": "Too long."}});
        let id = scene.asked_under(json!([wait])).await;
        scene.advance("PT2H").await;
        let task = scene.task(ADMIN, &id).await;
        assert_eq!((&task["type"]["grant"]["outcome"], &task["commentCount"]), (&json!(outcome), &json!(1)));
        assert_eq!(task["policy"]["history"][0]["wait"]["state"], "WAIT_INSTANCE_STATE_TIMED_OUT");
    }
}

#[tokio::test]
async fn the_agent_approves_denies_or_fails() {
    let agent = |failure: &str| {
        json!([{"approval": {"agent": {
            "agentMode": "APPROVAL_AGENT_MODE_FULL_CONTROL",
            "agentFailureAction": format!("APPROVAL_AGENT_FAILURE_ACTION_{failure}"),
        }}}])
    };
    for (verdict, failure, outcome, admins) in [
        ("approves", "SKIP_POLICY_STEP", "GRANT_OUTCOME_GRANTED", false),
        ("denies", "SKIP_POLICY_STEP", "GRANT_OUTCOME_DENIED", false),
        ("fails", "SKIP_POLICY_STEP", "GRANT_OUTCOME_GRANTED", false),
        ("fails", "REASSIGN_TO_SUPER_ADMINS", "GRANT_OUTCOME_UNSPECIFIED", true),
    ] {
        let scene = Scene::new();
        scene.switch(json!({"agent": verdict})).await;
        let id = scene.asked_under(agent(failure)).await;
        let task = scene.task(ADMIN, &id).await;
        assert_eq!(task["type"]["grant"]["outcome"], outcome, "{verdict} {failure}");
        assert_eq!(task["stepApproverIds"] != json!([]), admins, "{verdict} {failure}");
    }
}

#[tokio::test]
async fn a_switch_that_is_none_is_refused() {
    let scene = Scene::new();
    let step = json!({"vendor": "conductorone", "step": {"step": "switch", "switches": {"clampPageSizes": true}}});
    let reply = scene.stage.post("/_rolecall/tenants/default/steps").json(step).await;
    assert!(reply.status.is_client_error() && reply.text().contains("clampPageSizes"), "{}", reply.text());
}
