//! Requests and what becomes of them (contract, 7, 8): every end of a task, and every row of 8.12.

use serde_json::{Value, json};

use super::{ADMIN, NOTHING, Scene, refused, text};

/// Raj asks for deploying to production; his manager, Mia, decides, and a connector does it.
async fn asked(scene: &Scene) -> (Value, Value) {
    scene.switch(json!({"everythingRequestable": true})).await;
    let done = scene
        .step(json!({"step": "request", "by": "raj.patel", "entitlement": "aws/prod-deploy", "lasting": "PT1H"}))
        .await;
    let task = scene.task("raj.patel", &text(&done["taskId"])).await;
    let body = json!({
        "appId": task["type"]["grant"]["appId"],
        "appEntitlementId": task["type"]["grant"]["appEntitlementId"],
        "identityUserId": task["userId"],
    });
    (task, body)
}

#[tokio::test]
async fn an_approved_request_ends_in_access_and_access_ends_by_its_date() {
    let scene = Scene::new();
    let (task, _) = asked(&scene).await;
    assert_eq!(task["state"], "TASK_STATE_OPEN");
    assert_eq!(task["processing"], "TASK_PROCESSING_TYPE_WAITING");
    assert_eq!(task["policy"]["current"]["approval"]["state"], "APPROVAL_INSTANCE_STATE_WAITING");
    assert_eq!(task["policy"]["next"][0]["provision"]["provisionTarget"]["grantDuration"], "3600s");
    assert!(task["numericId"].is_string());
    let (id, step) = (text(&task["id"]), task["policy"]["current"]["id"].clone());
    let mia = scene.task("mia.chen", &id).await;
    assert_eq!(mia["stepApproverIds"].as_array().unwrap().len(), 1);
    for action in ["APPROVE", "DENY", "REASSIGN", "COMMENT", "UPDATE_GRANT_DURATION"] {
        assert!(mia["actions"].as_array().unwrap().contains(&json!(format!("TASK_ACTION_TYPE_{action}"))), "{action}");
    }
    let answer = scene.act("mia.chen", &task, "approve", json!({"comment": "fine"})).await.status(200).json();
    assert_eq!(answer["taskView"]["task"]["state"], "TASK_STATE_OPEN", "as it was before");
    assert_eq!(text(&answer["ticketActionId"]).len(), 27);
    let closed = scene.task("raj.patel", &id).await;
    assert_eq!(
        (&closed["state"], &closed["processing"]),
        (&json!("TASK_STATE_CLOSED"), &json!("TASK_PROCESSING_TYPE_DONE"))
    );
    assert_eq!(closed["type"]["grant"]["outcome"], "GRANT_OUTCOME_GRANTED");
    assert!(closed["type"]["grant"]["outcomeTime"].is_string());
    assert_eq!(closed["commentCount"], 1);
    assert!(closed["policy"].get("current").is_none());
    let history = closed["policy"]["history"].as_array().unwrap();
    assert_eq!((&history[0]["id"], &history[0]["state"]), (&step, &json!("POLICY_STEP_STATE_DONE")));
    assert_eq!(history[0]["approval"]["approved"]["userId"], closed["approverIds"][0]);
    assert!(history[1]["provision"]["completed"]["completedAt"].is_string());
    let trail = scene.trail(&id).await;
    assert_eq!(
        trail,
        [
            "taskCreated",
            "approvalInstanceChange",
            "actionSubmitted",
            "approvalInstanceChange",
            "comment",
            "connectorActionsStart",
            "actionResult",
            "connectorActionsEnd",
            "grantOutcome",
            "stateChange",
        ]
    );
    let again = scene.act("mia.chen", &task, "approve", json!({})).await;
    refused(&again, 400, 9, "task is closed");

    scene.advance("PT2H").await;
    let body = json!({"taskTypes": [{"revoke": {}}], "subjectIds": [closed["userId"]]});
    let found = scene.post(ADMIN, "/api/v1/search/tasks", body).await.status(200).json();
    let revoke = &found["list"][0]["task"];
    assert_eq!(revoke["origin"], "TASK_ORIGIN_TIME_REVOKE");
    assert_eq!(revoke["type"]["revoke"]["outcome"], "REVOKE_OUTCOME_REVOKED");
    assert!(revoke["type"]["revoke"]["source"]["expired"]["expiredAt"].is_string());
    let company = scene.tenant();
    let company = company.read();
    let (raj, deploy) =
        (rolecall::company::Person::id_of("raj.patel"), rolecall::company::Entitlement::id_of("aws/prod-deploy"));
    assert!(company.company().holding(raj, deploy).is_none(), "the access is gone");
}

#[tokio::test]
async fn a_denied_request_ends_at_once() {
    let scene = Scene::new();
    let (task, body) = asked(&scene).await;
    let id = text(&task["id"]);
    refused(&scene.ask("raj.patel", body.clone()).await, 409, 6, "duplicate ticket found");
    scene.act("mia.chen", &task, "deny", json!({"comment": "no"})).await.status(200);
    let denied = scene.task("raj.patel", &id).await;
    assert_eq!(denied["type"]["grant"]["outcome"], "GRANT_OUTCOME_DENIED");
    assert_eq!(denied["state"], "TASK_STATE_CLOSED");
    assert_eq!(denied["policy"]["next"], json!([]));
    assert!(denied["policy"]["history"][0]["approval"]["denied"]["deniedAt"].is_string());
    scene.ask("raj.patel", body).await.status(200);
}

#[tokio::test]
async fn every_illegal_move_is_refused_in_the_vendors_words() {
    let scene = Scene::new();
    let (task, body) = asked(&scene).await;
    let id = text(&task["id"]);
    let mut other = task.clone();
    other["policy"]["current"]["id"] = json!(NOTHING);
    refused(&scene.act("mia.chen", &other, "approve", json!({})).await, 404, 5, "policy step not found");
    other["policy"]["current"]["id"] = json!("nonsense");
    let sentence = "invalid TaskActionsServiceApproveRequest.PolicyStepId: value does not match regex pattern";
    refused(&scene.act("mia.chen", &other, "approve", json!({})).await, 400, 3, sentence);
    refused(&scene.act("raj.patel", &task, "approve", json!({})).await, 400, 9, "action not permitted");
    refused(&scene.act(ADMIN, &task, "approve", json!({})).await, 400, 9, "action not permitted");
    refused(&scene.act("wei.zhang", &task, "approve", json!({})).await, 403, 7, "permission denied");
    refused(&scene.act("raj.patel", &task, "skip-step", json!({})).await, 400, 9, "action not permitted");
    refused(&scene.act("raj.patel", &task, "comment", json!({})).await, 400, 3, "comment is required");
    refused(&scene.act(ADMIN, &task, "retry-provisioning", json!({})).await, 400, 9, "action not permitted");
    refused(&scene.get("mia.chen", &format!("/api/v1/tasks/{NOTHING}")).await, 404, 5, "not found");
    let to = |users: Value| json!({"newStepUserIds": users});
    refused(&scene.act("mia.chen", &task, "reassign", to(json!([]))).await, 400, 3, "at least one user");
    refused(&scene.act("mia.chen", &task, "reassign", to(json!([NOTHING]))).await, 400, 3, "user cannot be assigned");

    let mut neither = body.clone();
    neither["identityUserId"] = json!("");
    refused(&scene.ask("raj.patel", neither).await, 500, 2, "user_id is required");
    let mut nobody = body.clone();
    nobody["identityUserId"] = json!(NOTHING);
    refused(&scene.ask(ADMIN, nobody).await, 404, 5, "not found");
    refused(&scene.ask("wei.zhang", body.clone()).await, 403, 7, "user is not allowed to create a request");
    let mut unknown = body;
    unknown["colour"] = json!("red");
    refused(&scene.ask(ADMIN, unknown).await, 400, 3, "proto:");

    scene.act("mia.chen", &task, "approve", json!({})).await.status(200);
    for action in ["approve", "deny", "close", "reassign", "reset", "skip-step", "process", "escalate"] {
        refused(&scene.act(ADMIN, &task, action, json!({})).await, 400, 9, "task is closed");
    }
    let restarted = scene.act(ADMIN, &task, "restart", json!({})).await.status(200).json();
    assert_eq!(restarted["taskView"]["task"]["state"], "TASK_STATE_CLOSED");
    let after = scene.task(ADMIN, &id).await;
    assert_eq!(after["state"], "TASK_STATE_CLOSED");
    let last = after["policy"]["history"].as_array().unwrap().last().unwrap().clone();
    assert!(last["approval"]["restarted"]["restartedAt"].is_string());
    scene.act("raj.patel", &task, "comment", json!({"comment": "thanks"})).await.status(200);
}

#[tokio::test]
async fn a_step_that_has_moved_on_is_stale() {
    let scene = Scene::new();
    let (task, _) = asked(&scene).await;
    let noor = scene.user_id("noor.haddad").await;
    scene.act("mia.chen", &task, "reassign", json!({"newStepUserIds": [noor]})).await.status(200);
    let stale = "this action is no longer available: the request has advanced to a new approval step";
    refused(&scene.act("mia.chen", &task, "approve", json!({})).await, 400, 9, stale);
    let now = scene.task("noor.haddad", &text(&task["id"])).await;
    assert_eq!(now["stepApproverIds"], json!([noor]));
    let old = &now["policy"]["history"][0];
    assert_eq!(old["approval"]["reassigned"]["newPolicyStepId"], now["policy"]["current"]["id"]);
    scene.act("noor.haddad", &now, "approve", json!({})).await.status(200);
    assert_eq!(scene.task(ADMIN, &text(&task["id"])).await["state"], "TASK_STATE_CLOSED");
}

#[tokio::test]
async fn a_connector_that_fails_leaves_the_task_open_until_somebody_retries() {
    let scene = Scene::new();
    let (task, _) = asked(&scene).await;
    let id = text(&task["id"]);
    scene.step(json!({"step": "fail-connector", "target": "aws", "message": "throttled"})).await;
    scene.act("mia.chen", &task, "approve", json!({})).await.status(200);
    let failed = scene.task(ADMIN, &id).await;
    assert_eq!(
        (&failed["state"], &failed["type"]["grant"]["outcome"]),
        (&json!("TASK_STATE_OPEN"), &json!("GRANT_OUTCOME_ERROR"))
    );
    let errored = &failed["policy"]["current"]["provision"]["errored"];
    assert_eq!((&errored["errorCode"], &errored["description"]), (&json!("PEC-1"), &json!("throttled")));
    assert!(failed["actions"].as_array().unwrap().contains(&json!("TASK_ACTION_TYPE_RETRY_PROVISIONING")));
    scene.step(json!({"step": "fail-connector", "target": "aws", "message": null})).await;
    scene.act(ADMIN, &failed, "retry-provisioning", json!({})).await.status(200);
    let done = scene.task(ADMIN, &id).await;
    assert_eq!(
        (&done["state"], &done["type"]["grant"]["outcome"]),
        (&json!("TASK_STATE_CLOSED"), &json!("GRANT_OUTCOME_GRANTED"))
    );
}

#[tokio::test]
async fn a_task_is_found_by_its_number_and_by_what_it_is_about() {
    let scene = Scene::new();
    let (task, _) = asked(&scene).await;
    let by_number = scene.task("raj.patel", &text(&task["numericId"])).await;
    assert_eq!(by_number["id"], task["id"]);
    for (body, found) in [
        (json!({"refs": [{"id": task["id"]}]}), 1),
        (json!({"taskStates": ["TASK_STATE_OPEN"], "taskTypes": [{"grant": {}}], "subjectIds": [task["userId"]]}), 1),
        (json!({"taskStates": ["TASK_STATE_CLOSED"]}), 0),
        (json!({"query": "no such words"}), 0),
        (json!({"assigneesInIds": task["stepApproverIds"]}), 1),
        (json!({"openerIds": [NOTHING]}), 0),
        (json!({"currentStep": "TASK_SEARCH_CURRENT_STEP_APPROVAL"}), 1),
        (json!({"currentStep": "TASK_SEARCH_CURRENT_STEP_PROVISION"}), 0),
    ] {
        let page = scene.post(ADMIN, "/api/v1/search/tasks", body.clone()).await.status(200).json();
        assert_eq!(page["list"].as_array().unwrap().len(), found, "{body}");
    }
    let outsider = scene.post("wei.zhang", "/api/v1/search/tasks", json!({})).await.status(200).json();
    assert_eq!(outsider["list"], json!([]));
}

#[tokio::test]
async fn policies_are_held_to_the_live_servers_checks() {
    let scene = Scene::new();
    let policy = |steps: Value| json!({"displayName": "P", "policyType": "POLICY_TYPE_GRANT", "policySteps": {"grant": {"steps": steps}}});
    for (body, status, code, sentence) in [
        (json!({"displayName": "P"}), 400, 3, "invalid "),
        (policy(json!([])), 400, 3, "invalid PolicySteps.Steps: value must contain at least 1 item(s)"),
        (policy(json!([{}])), 500, 2, "policy step is nil"),
        (policy(json!([{"provision": {}}])), 500, 2, "provision steps are not allowed in policies"),
        (policy(json!([{"action": {}}])), 500, 2, "unsupported workflow step type"),
        (policy(json!([{"approval": {"assigned": true, "appOwners": {}}}])), 500, 2, "assigned"),
        (policy(json!([{"approval": {"manager": {"fallback": true}}}])), 500, 2, "fallback"),
        (policy(json!([{"approval": {"agent": {}}}])), 500, 2, "agent mode is required"),
        (policy(json!([{"approval": {"expression": {"expressions": ["nobody.x"]}}}])), 400, 3, "ERROR"),
        (policy(json!([{"nap": {}}])), 400, 3, "proto:"),
    ] {
        refused(&scene.post(ADMIN, "/api/v1/policies", body.clone()).await, status, code, sentence);
    }
    let made =
        scene.post(ADMIN, "/api/v1/policies", json!({"displayName": "Q", "policyType": "POLICY_TYPE_GRANT"})).await;
    let made = made.status(200).json()["policy"].clone();
    assert_eq!(made["policySteps"]["grant"]["steps"][0]["reject"], json!({"rejectMessage": ""}));
    let path = format!("/api/v1/policies/{}", text(&made["id"]));
    let update = json!({"policy": {"displayName": "R"}, "updateMask": "displayName"});
    let updated = scene.post(ADMIN, &path, update).await.status(200).json();
    assert_eq!(updated["policy"]["displayName"], "R");
    refused(&scene.post("raj.patel", &path, json!({})).await, 403, 7, "permission denied");
    assert_eq!(scene.delete(ADMIN, &path).json(json!({})).await.status(200).json(), json!({}));
    let deleted = scene.get(ADMIN, &path).await.status(200).json();
    assert!(deleted["policy"]["deletedAt"].is_string());
    let markers = scene
        .post(ADMIN, "/api/v1/policies/validate/cel", json!({"text": "subject.email =="}))
        .await
        .status(200)
        .json();
    assert_eq!(markers["markers"][0]["severity"], "ERROR");
    let builtin = scene.post(ADMIN, "/api/v1/search/policies", json!({"query": "builtin"})).await.status(200).json();
    let builtin = format!("/api/v1/policies/{}", text(&builtin["list"][0]["id"]));
    refused(&scene.delete(ADMIN, &builtin).json(json!({})).await, 403, 7, "system builtin policies cannot be changed");
}

#[tokio::test]
async fn a_wait_holds_a_request_until_its_hour() {
    let scene = Scene::new();
    scene.switch(json!({"everythingRequestable": true})).await;
    let done = scene.step(json!({"step": "request", "by": "raj.patel", "entitlement": "aws/staging-admin"})).await;
    let id = text(&done["taskId"]);
    let task = scene.task(ADMIN, &id).await;
    assert_eq!(task["type"]["grant"]["grantDuration"], "2592000s", "the longest, where nobody says");
    scene.act("mia.chen", &task, "approve", json!({})).await.status(200);
    let waiting = scene.task(ADMIN, &id).await;
    let wait = &waiting["policy"]["current"]["wait"];
    assert_eq!((&wait["state"], &wait["name"]), (&json!("WAIT_INSTANCE_STATE_WAITING"), &json!("Change window")));
    assert_eq!(wait["untilTime"]["untilTime"], "2026-01-06T03:00:00Z", "22:00 in New York");
    refused(&scene.act("mia.chen", &waiting, "approve", json!({})).await, 400, 9, "action not permitted");
    scene.advance("P1D").await;
    assert_eq!(scene.task(ADMIN, &id).await["state"], "TASK_STATE_CLOSED");
    assert!(scene.trail(&id).await.contains(&"waitStepUntilTime".to_owned()));
}

#[tokio::test]
async fn a_hard_reset_begins_anew_with_the_policy_of_today() {
    let scene = Scene::new();
    let by = |who: &str| json!([{"approval": {"users": {"userIds": [who]}}}]);
    let (noor, owen) = (scene.user("noor.haddad").await, scene.user("owen.gallagher").await);
    let id = scene.asked_under(by(&noor)).await;
    let asked = scene.task(ADMIN, &id).await;
    scene.govern("github/org-member", by(&owen)).await;
    assert_eq!(
        scene.task(ADMIN, &id).await["stepApproverIds"],
        json!([noor]),
        "it keeps the policy that it began with"
    );
    let answer = scene.act(ADMIN, &asked, "reset", json!({"comment": "Noor is away."})).await.status(200).json();
    assert_eq!(text(&answer["ticketActionId"]).len(), 27);
    let anew = scene.task(ADMIN, &id).await;
    assert_eq!((&anew["stepApproverIds"], &anew["commentCount"]), (&json!([owen]), &json!(1)));
    assert_ne!(anew["policyGenerationId"], asked["policyGenerationId"]);
    assert_eq!(anew["policy"]["history"][0]["id"], asked["policy"]["current"]["id"]);
    let trail = json!({"taskId": id, "pageSize": 100});
    let trail = scene.post(ADMIN, "/api/v1/task/audits", trail).await.status(200).json();
    let reset = trail["list"].as_array().unwrap().iter().find_map(|row| row.get("hardReset")).unwrap();
    assert_eq!(reset["oldPolicyStepId"], asked["policy"]["current"]["id"]);
    let stale = "this action is no longer available: the request has advanced to a new approval step";
    refused(&scene.act("noor.haddad", &asked, "approve", json!({})).await, 400, 9, stale);
    scene.act("owen.gallagher", &anew, "approve", json!({})).await.status(200);
    assert_eq!(scene.task(ADMIN, &id).await["type"]["grant"]["outcome"], "GRANT_OUTCOME_GRANTED");
}

#[tokio::test]
async fn an_emergency_goes_by_the_emergency_policy() {
    let scene = Scene::new();
    scene.switch(json!({"everythingRequestable": true})).await;
    let done = scene.step(json!({"step": "request", "by": "raj.patel", "entitlement": "aws/prod-admin"})).await;
    let id = text(&done["taskId"]);
    let asked = scene.task("raj.patel", &id).await;
    let trail = scene.trail(&id).await;
    assert_eq!(trail[..2], ["taskCreated", "conditionalPolicyExecutionResult"]);
    assert_eq!(asked["state"], "TASK_STATE_OPEN");
    assert!(asked["actions"].as_array().unwrap().contains(&json!("TASK_ACTION_TYPE_ESCALATE_TO_EMERGENCY_ACCESS")));
    scene.act("raj.patel", &asked, "escalate", json!({"comment": "production is down"})).await.status(200);
    let granted = scene.task("raj.patel", &id).await;
    assert_eq!((&granted["state"], &granted["emergencyAccess"]), (&json!("TASK_STATE_CLOSED"), &json!(true)));
    assert_eq!(granted["type"]["grant"]["outcome"], "GRANT_OUTCOME_GRANTED");
    assert_ne!(granted["policyGenerationId"], asked["policyGenerationId"]);
    assert_eq!(granted["policy"]["policy"]["displayName"], "Emergency access");
}

#[tokio::test]
async fn nobody_decides_in_time_and_the_policy_says_what_then() {
    let scene = Scene::new();
    scene.switch(json!({"everythingRequestable": true})).await;
    let done = scene.step(json!({"step": "request", "by": "raj.patel", "entitlement": "aws/prod-admin"})).await;
    let id = text(&done["taskId"]);
    let waiting = scene.task(ADMIN, &id).await;
    let escalation = &waiting["policy"]["current"]["approval"]["escalationInstance"];
    assert_eq!((&escalation["expiresAt"], &escalation["cancelTicket"]), (&json!("2026-01-06T09:00:00Z"), &json!({})));
    scene.advance("P2D").await;
    let cancelled = scene.task(ADMIN, &id).await;
    assert_eq!(cancelled["state"], "TASK_STATE_CLOSED");
    assert_eq!(cancelled["type"]["grant"]["outcome"], "GRANT_OUTCOME_CANCELLED");
}

#[tokio::test]
async fn what_people_do_by_hand_ends_by_their_word_alone() {
    let scene = Scene::new();
    scene.switch(json!({"everythingRequestable": true})).await;
    let done = scene.step(json!({"step": "request", "by": "raj.patel", "entitlement": "payroll/access"})).await;
    let id = text(&done["taskId"]);
    let task = scene.task(ADMIN, &id).await;
    scene.act("mia.chen", &task, "approve", json!({})).await.status(200);
    let manual = scene.task(ADMIN, &id).await;
    assert_eq!(manual["policy"]["current"]["provision"]["state"], "PROVISION_INSTANCE_STATE_WAITING");
    assert_eq!(manual["stepApproverIds"], json!([]));
    let late = scene.act(ADMIN, &manual, "update-grant-duration", json!({"duration": "60s"})).await;
    refused(&late, 400, 9, "cannot update grant duration for a ticket in a provision step");
    scene.advance("P30D").await;
    assert_eq!(scene.task(ADMIN, &id).await["state"], "TASK_STATE_OPEN");
    scene.step(json!({"step": "settle-provisioning", "task": done["number"], "outcome": "done"})).await;
    assert_eq!(scene.task(ADMIN, &id).await["type"]["grant"]["outcome"], "GRANT_OUTCOME_GRANTED");
}

#[tokio::test]
async fn an_offboarding_closes_when_everything_is_gone() {
    let scene = Scene::new();
    let done = scene.step(json!({"step": "offboard", "by": ADMIN, "person": "raj.patel"})).await;
    let task = scene.task(ADMIN, &text(&done["taskId"])).await;
    assert!(task.get("policy").is_none());
    let found = json!({"taskTypes": [{"revoke": {}}], "subjectIds": [task["userId"]], "pageSize": 100});
    let page = scene.post(ADMIN, "/api/v1/search/tasks", found).await.status(200).json();
    let open = page["list"].as_array().unwrap().iter().filter(|row| row["task"]["state"] == "TASK_STATE_OPEN").count();
    assert!(page["list"].as_array().unwrap().iter().all(|row| row["task"]["origin"] == "TASK_ORIGIN_CASCADE_DELETE"));
    let expected = if open == 0 { "OFFBOARDING_OUTCOME_DONE" } else { "OFFBOARDING_OUTCOME_IN_PROGRESS" };
    assert_eq!(task["type"]["offboarding"]["outcome"], expected);
    scene.act(ADMIN, &task, "close", json!({})).await;
    let closed = scene.task(ADMIN, &text(&done["taskId"])).await;
    assert_eq!(closed["state"], "TASK_STATE_CLOSED");
}

#[tokio::test]
async fn a_form_is_shown_with_everything_that_its_writer_left_out() {
    let scene = Scene::new();
    scene.switch(json!({"everythingRequestable": true})).await;
    let asked = scene.step(json!({"step": "request", "by": "raj.patel", "entitlement": "github/firmware-write"})).await;
    let task = scene.task("raj.patel", &text(&asked["taskId"])).await;
    let field = json!({
        "name": "ticket", "displayName": "Ticket", "description": "", "required": true, "readOnly": false,
        "stringField": {"defaultValue": "", "placeholder": "", "textField": {"multiline": false, "suffix": ""}},
    });
    assert_eq!(task["form"]["fields"], json!([field]));
    assert_eq!(task["policy"]["current"]["form"]["form"], task["form"]);
}
