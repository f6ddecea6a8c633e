//! Steps that a webhook decides or carries out (contract, 8.5, 8.6, 12.2), against a subscriber on this machine.

use serde_json::{Value, json};

use super::webhooks::{advance, carry, create, open_scene};
use super::{ADMIN, Scene, refused, text};
use crate::common::subscriber::{Answer, Subscriber};

/// Raj's request for deploying to production, which a webhook decides before his manager does.
async fn asked(scene: &Scene, subscriber: &Subscriber) -> String {
    let webhook = create(scene, &subscriber.url("/hook")).await;
    let steps = json!([{"approval": {"webhook": {"webhookId": webhook}}}, {"approval": {"manager": {}}}]);
    let policy =
        json!({"displayName": "Board", "policyType": "POLICY_TYPE_GRANT", "policySteps": {"grant": {"steps": steps}}});
    let made = scene.post(ADMIN, "/api/v1/policies", policy).await.status(200).json();
    set(scene, json!({"grantPolicyId": made["policy"]["id"]}), "grantPolicyId").await;
    request(scene).await
}

/// Raj's request for deploying to production, which a webhook carries out.
async fn provisioned(scene: &Scene, subscriber: &Subscriber) -> String {
    let webhook = create(scene, &subscriber.url("/hook")).await;
    let policy = json!({"webhook": {"webhookId": webhook}});
    set(scene, json!({"provisionerPolicy": policy}), "provisionerPolicy").await;
    let id = request(scene).await;
    let task = scene.task(ADMIN, &id).await;
    scene.act("mia.chen", &task, "approve", json!({})).await.status(200);
    id
}

/// Says something of deploying to production.
async fn set(scene: &Scene, entitlement: Value, mask: &str) {
    scene.switch(json!({"everythingRequestable": true, "loopbackWebhooks": true})).await;
    let found = scene.search("entitlements", json!({"alias": "prod-deploy"})).await;
    let row = &found["list"][0]["appEntitlement"];
    let path = format!("/api/v1/apps/{}/entitlements/{}", text(&row["appId"]), text(&row["id"]));
    scene.post(ADMIN, &path, json!({"entitlement": entitlement, "updateMask": mask})).await.status(200);
}

async fn request(scene: &Scene) -> String {
    let step = json!({"step": "request", "by": "raj.patel", "entitlement": "aws/prod-deploy"});
    text(&scene.step(step).await["taskId"])
}

fn decides(decision: Value) -> Answer {
    let mut answer = json!({"version": "v1"});
    answer.as_object_mut().unwrap().extend(decision.as_object().unwrap().clone());
    Answer::Json(200, answer)
}

async fn bring(scene: &Scene, subscriber: &Subscriber, decision: Value) -> crate::common::Reply {
    let callback = text(&subscriber.received()[0].body["callbackUrl"]);
    let path = callback.split("/conductorone").nth(1).unwrap();
    scene.stage.post(&format!("/conductorone{path}")).json(decision).await
}

#[tokio::test]
async fn a_webhook_is_told_all_about_the_task_and_approves_it() {
    let scene = open_scene();
    let subscriber = Subscriber::answering([decides(json!({"approve": {"comment": "Change 77."}}))]).await;
    let id = asked(&scene, &subscriber).await;
    let waiting = scene.task(ADMIN, &id).await;
    assert_eq!(waiting["processing"], "TASK_PROCESSING_TYPE_PROCESSING");
    assert_eq!(waiting["stepApproverIds"], json!([]));
    carry(&scene).await;

    let [received] = &subscriber.received()[..] else { panic!("one call") };
    assert_eq!(received.body["event"], "policy.approval_step");
    let payload = &received.body["payload"];
    assert_eq!(payload["@type"], "type.googleapis.com/c1.webhooks.v1.PayloadPolicyApprovalStep");
    let told = &payload["taskView"]["task"];
    assert_eq!((&told["id"], &told["policy"]["current"]["id"]), (&json!(id), &waiting["policy"]["current"]["id"]));
    assert_eq!(payload["taskView"]["appPath"].as_str().unwrap(), "$.expanded[0]");
    assert_eq!(payload["expanded"][0]["@type"], "type.googleapis.com/c1.api.app.v1.App");

    let next = scene.task("mia.chen", &id).await;
    let over = &next["policy"]["history"][0]["approval"];
    assert!(over["approved"]["approvedAt"].is_string(), "{over}");
    assert_eq!(next["stepApproverIds"].as_array().unwrap().len(), 1, "the next step is the manager's");
    assert_eq!(
        scene.trail(&id).await[..8],
        [
            "taskCreated",
            "approvalInstanceChange",
            "webhookApprovalTriggered",
            "webhookApprovalAttempt",
            "webhookApprovalSuccess",
            "approvalInstanceChange",
            "comment",
            "approvalInstanceChange",
        ]
    );
    scene.act("mia.chen", &next, "approve", json!({})).await.status(200);
    assert_eq!(scene.task(ADMIN, &id).await["type"]["grant"]["outcome"], "GRANT_OUTCOME_GRANTED");
}

#[tokio::test]
async fn a_webhook_denies() {
    let scene = open_scene();
    let subscriber = Subscriber::answering([decides(json!({"deny": {"comment": "Freeze."}}))]).await;
    let id = asked(&scene, &subscriber).await;
    carry(&scene).await;
    let denied = scene.task(ADMIN, &id).await;
    assert_eq!(denied["type"]["grant"]["outcome"], "GRANT_OUTCOME_DENIED");
    assert_eq!((&denied["state"], &denied["commentCount"]), (&json!("TASK_STATE_CLOSED"), &json!(1)));
}

#[tokio::test]
async fn a_webhook_hands_the_step_to_people_or_puts_other_steps_in_its_place() {
    let scene = open_scene();
    let noor = scene.user("noor.haddad").await;
    let reassigns = decides(json!({"reassign": {"newStepUserIds": [noor], "comment": "Ask her."}}));
    let subscriber = Subscriber::answering([reassigns]).await;
    let id = asked(&scene, &subscriber).await;
    carry(&scene).await;
    let task = scene.task(ADMIN, &id).await;
    assert_eq!(task["stepApproverIds"], json!([noor]));
    let old = &task["policy"]["history"][0]["approval"];
    assert_eq!(old["reassigned"]["newPolicyStepId"], task["policy"]["current"]["id"]);
    scene.act(ADMIN, &task, "close", json!({})).await.status(200);

    let steps = json!([{"wait": {"name": "Overnight", "duration": {"duration": "3600s"}}}]);
    let replaces = decides(json!({"replacePolicy": {"policySteps": steps, "comment": "Sleep over it."}}));
    let subscriber = Subscriber::answering([replaces]).await;
    let id = asked(&scene, &subscriber).await;
    let before = scene.task(ADMIN, &id).await;
    carry(&scene).await;
    let task = scene.task(ADMIN, &id).await;
    assert_eq!(task["policy"]["current"]["wait"]["name"], "Overnight");
    assert_eq!(task["policy"]["policy"]["policySteps"]["grant"]["steps"].as_array().unwrap().len(), 1);
    assert_ne!(task["policyGenerationId"], before["policyGenerationId"]);
    assert!(scene.trail(&id).await.contains(&"policyChanged".to_owned()));
    advance(&scene, "PT2H").await;
    assert_eq!(scene.task(ADMIN, &id).await["type"]["grant"]["outcome"], "GRANT_OUTCOME_GRANTED");
}

#[tokio::test]
async fn an_answer_that_decides_nothing_is_asked_for_again() {
    let scene = open_scene();
    let subscriber = Subscriber::answering([
        Answer::With(500, ""),
        Answer::With(200, "so what"),
        Answer::Json(200, json!({"version": "v1"})),
        decides(json!({"complete": {}})),
        decides(json!({"reassign": {"newStepUserIds": ["0".repeat(27)]}})),
        decides(json!({"replacePolicy": {"policySteps": [{"provision": {}}]}})),
        decides(json!({"approve": {}})),
    ])
    .await;
    let id = asked(&scene, &subscriber).await;
    advance(&scene, "PT3M").await;
    assert_eq!(subscriber.received().len(), 7);
    let tokens: std::collections::BTreeSet<_> =
        subscriber.received().iter().map(|call| text(&call.body["callbackUrl"])).collect();
    assert_eq!(tokens.len(), 1, "it is one call");
    let trail = scene.trail(&id).await;
    let count = |event: &str| trail.iter().filter(|known| *known == event).count();
    assert_eq!((count("webhookApprovalTriggered"), count("webhookApprovalAttempt")), (1, 7));
    assert_eq!((count("webhookApprovalBadResponse"), count("webhookApprovalSuccess")), (5, 1));
    let task = scene.task(ADMIN, &id).await;
    assert!(task["policy"]["history"][0]["approval"]["approved"].is_object());
}

#[tokio::test]
async fn a_decision_that_was_promised_comes_by_its_token_once() {
    let scene = open_scene();
    let subscriber = Subscriber::answering([Answer::With(202, "")]).await;
    let id = asked(&scene, &subscriber).await;
    carry(&scene).await;
    assert_eq!(scene.task(ADMIN, &id).await["processing"], "TASK_PROCESSING_TYPE_WAITING");
    for nonsense in [json!({}), json!({"complete": {}}), json!({"approve": {}, "deny": {}}), json!({"agree": {}})] {
        let reply = bring(&scene, &subscriber, nonsense).await;
        assert_eq!(reply.status.as_u16(), 400, "{}", reply.text());
    }
    let approve = json!({"version": "v1", "approve": {"comment": "yes"}});
    bring(&scene, &subscriber, approve.clone()).await.status(200);
    assert!(scene.task(ADMIN, &id).await["policy"]["history"][0]["approval"]["approved"].is_object());
    let again = bring(&scene, &subscriber, approve).await;
    refused(&again, 400, 3, "callback token is invalid or has been used");
}

#[tokio::test]
async fn a_webhook_that_fails_is_passed_over() {
    for (answers, wait) in [
        (vec![Answer::With(410, "")], "PT1S"),
        (vec![Answer::With(202, "")], "P8D"),
        (vec![Answer::With(500, ""); 60], "PT20M"),
    ] {
        let scene = open_scene();
        let subscriber = Subscriber::answering(answers).await;
        let id = asked(&scene, &subscriber).await;
        advance(&scene, wait).await;
        let task = scene.task(ADMIN, &id).await;
        assert!(task["policy"]["history"][0]["approval"]["skipped"].is_object(), "{wait}: {task}");
        assert_eq!(task["stepApproverIds"].as_array().unwrap().len(), 1, "the manager decides");
        let trail = scene.trail(&id).await;
        assert!(trail.contains(&"webhookApprovalFatalError".to_owned()));
        assert!(subscriber.received().len() <= 50, "{}", subscriber.received().len());
    }
}

#[tokio::test]
async fn a_webhook_that_is_gone_is_passed_over_at_once() {
    let scene = open_scene();
    let subscriber = Subscriber::answering([Answer::With(202, "")]).await;
    let id = asked(&scene, &subscriber).await;
    let task = scene.task(ADMIN, &id).await;
    scene.act("raj.patel", &task, "close", json!({})).await.status(200);
    let hooks = scene.search("webhooks", json!({"query": "Hook"})).await;
    let hook = format!("/api/v1/webhooks/{}", text(&hooks["list"][0]["id"]));
    scene.delete(ADMIN, &hook).await.status(200);
    let id = request(&scene).await;
    let task = scene.task(ADMIN, &id).await;
    assert_eq!(task["stepApproverIds"].as_array().unwrap().len(), 1);
    assert!(scene.trail(&id).await.contains(&"webhookApprovalFatalError".to_owned()));
}

#[tokio::test]
async fn nobody_waits_for_a_webhook_whose_step_is_over() {
    let scene = open_scene();
    let subscriber = Subscriber::answering([Answer::With(202, "")]).await;
    let id = asked(&scene, &subscriber).await;
    carry(&scene).await;
    let task = scene.task(ADMIN, &id).await;
    scene.act(ADMIN, &task, "skip-step", json!({})).await.status(200);
    let late = bring(&scene, &subscriber, json!({"deny": {}})).await;
    refused(&late, 400, 3, "callback token is invalid or has been used");
    advance(&scene, "P9D").await;
    let task = scene.task(ADMIN, &id).await;
    assert_eq!(task["state"], "TASK_STATE_OPEN", "the deadline of the call means nothing any more");
    assert_eq!(subscriber.received().len(), 1);
}

#[tokio::test]
async fn a_webhook_gives_access() {
    let scene = open_scene();
    let subscriber = Subscriber::answering([decides(json!({"complete": {"comment": "Key made."}}))]).await;
    let id = provisioned(&scene, &subscriber).await;
    let running = scene.task(ADMIN, &id).await;
    let provision = &running["policy"]["current"]["provision"];
    assert_eq!(provision["state"], "PROVISION_INSTANCE_STATE_WEBHOOK_WAITING");
    assert_eq!(text(&provision["webhookInstanceId"]).len(), 27);
    carry(&scene).await;
    let payload = subscriber.received()[0].body["payload"].clone();
    assert_eq!(payload["@type"], "type.googleapis.com/c1.webhooks.v1.PayloadProvisionStep");
    let granted = scene.task(ADMIN, &id).await;
    assert_eq!(granted["type"]["grant"]["outcome"], "GRANT_OUTCOME_GRANTED");
    let trail = scene.trail(&id).await;
    for event in ["webhookTriggered", "webhookAttempt", "webhookSuccess"] {
        assert!(trail.contains(&event.to_owned()), "{event}: {trail:?}");
    }
}

#[tokio::test]
async fn what_a_webhook_cannot_do_the_owners_of_the_application_do_by_hand() {
    for answer in [decides(json!({"errored": {"description": "No seat left."}})), Answer::With(410, "")] {
        let scene = open_scene();
        let subscriber = Subscriber::answering([answer]).await;
        let id = provisioned(&scene, &subscriber).await;
        carry(&scene).await;
        let task = scene.task("diego.fuentes", &id).await;
        let old = &task["policy"]["history"][1]["provision"]["reassignedByError"];
        assert_eq!(old["newPolicyStepId"], task["policy"]["current"]["id"]);
        assert!(task["policy"]["current"]["provision"]["provision"]["provisionPolicy"]["manual"].is_object());
        let actions = task["actions"].as_array().unwrap();
        assert!(actions.contains(&json!("TASK_ACTION_TYPE_PROVISION_COMPLETE")), "{actions:?}");
        let step = json!({"step": "settle-provisioning", "for": "raj.patel", "entitlement": "aws/prod-deploy", "outcome": "done", "by": "diego.fuentes"});
        scene.step(step).await;
        assert_eq!(scene.task(ADMIN, &id).await["type"]["grant"]["outcome"], "GRANT_OUTCOME_GRANTED");
    }
}

#[tokio::test]
async fn the_oldest_calls_that_nobody_waits_for_are_forgotten() {
    let scene = open_scene();
    let subscriber = Subscriber::answering([Answer::With(202, "")]).await;
    let id = asked(&scene, &subscriber).await;
    carry(&scene).await;
    let hooks = scene.search("webhooks", json!({"query": "Hook"})).await;
    let test = format!("/api/v1/webhooks/{}/test", text(&hooks["list"][0]["id"]));
    for _ in 0..21 {
        for _ in 0..100 {
            scene.post(ADMIN, &test, json!({})).await.status(200);
        }
        carry(&scene).await;
    }
    let export = scene.stage.get("/_rolecall/tenants/default/export").await.status(200).json();
    let kept = export["estates"]["conductorone"]["webhookInstances"].as_array().unwrap();
    assert_eq!(kept.len(), 2_000);
    bring(&scene, &subscriber, json!({"version": "v1", "approve": {}})).await.status(200);
    let task = scene.task(ADMIN, &id).await;
    assert!(task["policy"]["history"][0]["approval"]["approved"].is_object(), "the oldest was still waited for");
}

#[tokio::test]
async fn an_operator_answers_instead_of_a_webhook() {
    let scene = open_scene();
    let subscriber = Subscriber::answering([]).await;
    let answer = |status: u16, body: Value| json!({"step": "answer-webhook", "for": "raj.patel", "entitlement": "aws/prod-deploy", "status": status, "body": body});
    let id = asked(&scene, &subscriber).await;
    scene.step(answer(202, Value::Null)).await;
    assert_eq!(scene.task(ADMIN, &id).await["processing"], "TASK_PROCESSING_TYPE_WAITING");
    let steps = "/_rolecall/tenants/default/steps";
    let again = json!({"vendor": "conductorone", "step": answer(202, Value::Null)});
    let again = scene.stage.post(steps).json(again).await;
    assert!(again.text().contains("there is no call about task"), "{}", again.text());
    let task = scene.task(ADMIN, &id).await;
    scene.act("raj.patel", &task, "close", json!({})).await.status(200);

    let id = asked(&scene, &subscriber).await;
    scene.step(answer(200, json!({"version": "v1", "approve": {"comment": "Change 78."}}))).await;
    let task = scene.task(ADMIN, &id).await;
    assert!(task["policy"]["history"][0]["approval"]["approved"].is_object(), "{task}");
    carry(&scene).await;
    assert_eq!(subscriber.received().len(), 0, "nobody was called");
}
