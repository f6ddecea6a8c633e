//! What stands in the world when it opens: tasks of every kind, in every state.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{ADMIN, Scene, text};
use crate::common::Stage;

/// ConductorOne over Acme, with its story told.
fn told() -> Scene {
    Scene { stage: Stage::new() }
}

async fn tasks(scene: &Scene) -> Vec<Value> {
    let mut tasks = Vec::new();
    let mut token = String::new();
    loop {
        let body = json!({"pageSize": 100, "pageToken": token, "sortBy": "TASK_SEARCH_SORT_BY_TICKET_ID"});
        let page = scene.search("tasks", body).await;
        tasks.extend(page["list"].as_array().unwrap().iter().map(|row| row["task"].clone()));
        token = text(&page["nextPageToken"]);
        if token.is_empty() {
            return tasks;
        }
    }
}

fn kind(task: &Value) -> (String, Value) {
    let (name, kind) = task["type"].as_object().unwrap().iter().next().unwrap();
    (name.clone(), kind.clone())
}

#[tokio::test]
async fn at_opening_tasks_stand_in_every_state() {
    let scene = told();
    let tasks = tasks(&scene).await;
    let outcomes: BTreeSet<_> = tasks
        .iter()
        .map(|task| {
            let (name, kind) = kind(task);
            let state = text(&task["state"]).to_lowercase().replace("task_state_", "");
            format!("{name} {} {state}", text(&kind["outcome"]).to_lowercase())
        })
        .collect();
    for expected in [
        "grant grant_outcome_unspecified open",
        "grant grant_outcome_granted closed",
        "grant grant_outcome_denied closed",
        "grant grant_outcome_cancelled closed",
        "grant grant_outcome_error open",
        "certify certify_outcome_unspecified open",
        "certify certify_outcome_certified closed",
        "certify certify_outcome_decertified closed",
        "revoke revoke_outcome_unspecified open",
        "revoke revoke_outcome_revoked closed",
        "offboarding offboarding_outcome_done closed",
        "offboarding offboarding_outcome_in_progress open",
        "action action_outcome_success closed",
    ] {
        assert!(outcomes.contains(expected), "{expected} is missing among {outcomes:?}");
    }
    let numbers: Vec<u64> = tasks.iter().map(|task| text(&task["numericId"]).parse().unwrap()).collect();
    assert!(numbers.is_sorted() && numbers[0] == 1, "{numbers:?}");
}

#[tokio::test]
async fn at_opening_steps_of_every_kind_wait() {
    let scene = told();
    let tasks = tasks(&scene).await;
    let current = |task: &Value| task.pointer("/policy/current").cloned();
    let steps: Vec<Value> = tasks.iter().filter_map(current).collect();
    let arms: BTreeSet<String> = steps
        .iter()
        .filter_map(|step| step.pointer("/approval/approval"))
        .flat_map(|approval| approval.as_object().unwrap().iter())
        .filter(|(_, value)| value.is_object())
        .map(|(name, _)| name.clone())
        .filter(|name| name != "escalation")
        .collect();
    // What an agent gave up, and what was reassigned, is put to users.
    let expected = ["appOwners", "expression", "group", "manager", "resourceOwners", "self", "users", "webhook"];
    assert_eq!(arms.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    let provisions: BTreeSet<String> = steps
        .iter()
        .filter_map(|step| step.pointer("/provision/provision/provisionPolicy"))
        .flat_map(|policy| policy.as_object().unwrap().keys().cloned())
        .collect();
    assert_eq!(
        provisions.iter().map(String::as_str).collect::<Vec<_>>(),
        ["connector", "externalTicket", "unconfigured"]
    );
    let connectors =
        steps.iter().filter(|step| step.pointer("/provision/provision/provisionPolicy/connector").is_some());
    let (failed, running): (Vec<_>, Vec<_>) = connectors.partition(|step| step.pointer("/provision/errored").is_some());
    assert_eq!((failed.len(), running.len()), (1, 1));
    assert_eq!(running[0]["provision"]["state"], "PROVISION_INSTANCE_STATE_WAITING");
    assert!(steps.iter().any(|step| step.get("wait").is_some()));
    assert!(steps.iter().any(|step| step.get("form").is_some()));
    let histories = tasks.iter().filter_map(|task| task.pointer("/policy/history")?.as_array());
    let agents = histories.flatten().filter(|step| step.pointer("/approval/approval/agent").is_some());
    assert_eq!(agents.count(), 1);
}

#[tokio::test]
async fn at_opening_some_went_fast_some_escalated_and_some_ended_by_themselves() {
    let scene = told();
    let tasks = tasks(&scene).await;
    let emergency: Vec<_> = tasks.iter().filter(|task| task["emergencyAccess"] == true).collect();
    assert_eq!(emergency.len(), 1);
    assert_eq!(kind(emergency[0]).1["outcome"], "GRANT_OUTCOME_GRANTED");
    let expired = tasks.iter().filter(|task| task["origin"] == "TASK_ORIGIN_TIME_REVOKE").count();
    assert_eq!(expired, 2, "what was given for two weeks, and the emergency");

    let mut escalated = 0;
    for task in &tasks {
        let trail = scene.trail(&text(&task["id"])).await;
        escalated += usize::from(trail.contains(&"slaEscalation".to_owned()));
    }
    assert_eq!(escalated, 2, "one was cancelled, one went to somebody else");

    let (app, deploy) = scene.named("aws/prod-deploy").await;
    let grants = scene.read(&format!("/api/v1/apps/{app}/entitlements/{deploy}/grants?page_size=100")).await;
    let mut ends = grants["list"].as_array().unwrap().iter().filter(|row| row.get("expired").is_some());
    let theo = ends.next().unwrap();
    assert_eq!(theo["user"]["displayName"], "Theo Caldwell");
    assert_eq!(theo["expired"], "2026-01-07T13:00:00Z");
    assert_eq!(theo["grantReasons"][0]["derivedIdType"], "ticket");
    assert!(ends.next().is_none());
}

#[tokio::test]
async fn the_seeds_policies_use_every_kind_of_step() {
    let scene = told();
    let page = scene.read("/api/v1/policies?page_size=100").await;
    let policies = page["list"].as_array().unwrap();
    let own = policies.iter().filter(|policy| policy["systemBuiltin"] == false);
    let steps: Vec<Value> = own
        .flat_map(|policy| policy["policySteps"].as_object().unwrap().values())
        .flat_map(|list| list["steps"].as_array().unwrap().clone())
        .collect();
    let kinds: BTreeSet<_> = steps.iter().flat_map(|step| step.as_object().unwrap().keys().cloned()).collect();
    assert_eq!(kinds.iter().map(String::as_str).collect::<Vec<_>>(), ["accept", "approval", "form", "reject", "wait"]);
    for arm in [
        "users",
        "manager",
        "appOwners",
        "group",
        "self",
        "entitlementOwners",
        "expression",
        "webhook",
        "resourceOwners",
        "agent",
    ] {
        assert!(steps.iter().any(|step| step["approval"].get(arm).is_some()), "no step asks {arm}");
    }
}

#[tokio::test]
async fn at_opening_reviewers_see_what_they_have_to_review() {
    let scene = told();
    let reviews = scene.read("/api/v1/access_reviews").await;
    let [review] = &reviews["list"].as_array().unwrap()[..] else { panic!("one review: {reviews}") };
    let review = &review["accessReview"];
    assert_eq!((&review["state"], &review["expectedTicketCount"]), (&json!("ACCESS_REVIEW_STATE_OPEN"), &json!(4)));
    for reviewer in ["malik.johnson", "diego.fuentes"] {
        let me = scene.user(reviewer).await;
        let mine = json!({"assigneesInIds": [me], "taskTypes": [{"certify": {}}], "taskStates": ["TASK_STATE_OPEN"]});
        let found = scene.post(reviewer, "/api/v1/search/tasks", mine).await.status(200).json();
        let [row] = &found["list"].as_array().unwrap()[..] else { panic!("one task of {reviewer}: {found}") };
        assert!(row["task"]["actions"].as_array().unwrap().contains(&json!("TASK_ACTION_TYPE_APPROVE")));
    }
    scene.advance("P15D").await;
    let review = scene.read(&format!("/api/v1/access_review/{}", text(&review["id"]))).await;
    assert_eq!(review["accessReview"]["accessReview"]["state"], "ACCESS_REVIEW_STATE_CLOSED");
    let (app, writer) = scene.named("launchdarkly/prod-writer").await;
    let held = scene.read(&format!("/api/v1/apps/{app}/entitlements/{writer}/grants")).await;
    let [kept] = &held["list"].as_array().unwrap()[..] else { panic!("one is kept: {held}") };
    assert_eq!(kept["user"]["displayName"], "Stella O'Connell");
}

#[tokio::test]
async fn what_runs_at_opening_ends_by_itself() {
    let scene = told();
    let about = async |who: &str| {
        let who = scene.user(who).await;
        let found = scene.search("tasks", json!({"subjectIds": [who], "taskTypes": [{"grant": {}}]})).await;
        found["list"][0]["task"].clone()
    };
    let running = about("anil.lambert").await;
    assert_eq!(
        (&running["state"], &running["processing"]),
        (&json!("TASK_STATE_OPEN"), &json!("TASK_PROCESSING_TYPE_PROCESSING"))
    );
    scene.advance("PT5H").await;
    assert_eq!(about("anil.lambert").await["type"]["grant"]["outcome"], "GRANT_OUTCOME_GRANTED");
    assert_eq!(about("zoya.kulkarni").await["processing"], "TASK_PROCESSING_TYPE_WAITING", "a decision was promised");
    scene.advance("P8D").await;
    let manager = scene.user("suresh.iyer").await;
    assert_eq!(about("zoya.kulkarni").await["stepApproverIds"], json!([manager]), "it never came");
}

#[tokio::test]
async fn nothing_of_the_story_is_broken() {
    let scene = told();
    let tasks = tasks(&scene).await;
    for task in tasks.iter().filter(|task| task["state"] == "TASK_STATE_OPEN") {
        let shown = scene.task(ADMIN, &text(&task["id"])).await;
        let approval = shown.pointer("/policy/current/approval/approval");
        let is_put =
            approval.is_none_or(|asked| asked.get("webhook").is_some() || shown["stepApproverIds"] != json!([]));
        assert!(is_put, "somebody may decide: {shown}");
    }
}
