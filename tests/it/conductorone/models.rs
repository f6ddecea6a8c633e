//! The task engine against its invariants: whatever is asked, by whomever, whenever (issue 5, proof).

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::Config;
use rolecall::company::{Entitlement, Person};
use serde_json::{Value, json};

use super::{ADMIN, Scene, text};

const PEOPLE: [&str; 5] = ["raj.patel", "mia.chen", "ada.admin", "noor.haddad", "owen.gallagher"];
const WANTED: [&str; 6] = [
    "aws/prod-deploy",
    "aws/prod-admin",
    "aws/staging-admin",
    "github/firmware-write",
    "okta/remote-access",
    "payroll/access",
];
const ACTIONS: [&str; 11] = [
    "approve",
    "deny",
    "close",
    "reassign",
    "restart",
    "reset",
    "escalate",
    "skip-step",
    "process",
    "retry-provisioning",
    "update-request-data",
];

#[derive(Clone, Debug)]
enum Act {
    Request { who: usize, what: usize, hours: Option<i64> },
    Do { who: usize, task: usize, action: usize },
    Settle { task: usize, outcome: &'static str },
    Connector { fails: bool },
    Advance { hours: i64 },
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let (who, what) = (0..PEOPLE.len(), 0..WANTED.len());
    let act = prop_oneof![
        3 => (who.clone(), what, prop::option::of(1..72_i64)).prop_map(|(who, what, hours)| Act::Request { who, what, hours }),
        8 => (who, 0..6_usize, 0..ACTIONS.len()).prop_map(|(who, task, action)| Act::Do { who, task, action }),
        1 => (0..6_usize, prop::sample::select(vec!["done", "failed", "cancelled"]))
            .prop_map(|(task, outcome)| Act::Settle { task, outcome }),
        1 => any::<bool>().prop_map(|fails| Act::Connector { fails }),
        2 => (1..60_i64).prop_map(|hours| Act::Advance { hours }),
    ];
    prop::collection::vec(act, 1..25)
}

impl Scene {
    async fn tasks(&self) -> Vec<Value> {
        let body = json!({"pageSize": 100, "sortBy": "TASK_SEARCH_SORT_BY_TICKET_ID"});
        let page = self.post(ADMIN, "/api/v1/search/tasks", body).await.status(200).json();
        page["list"].as_array().unwrap().iter().map(|row| row["task"].clone()).collect()
    }

    async fn play(&self, act: &Act) {
        match act {
            Act::Request { who, what, hours } => {
                let lasting = hours.map(|hours| format!("PT{hours}H"));
                let step =
                    json!({"step": "request", "by": PEOPLE[*who], "entitlement": WANTED[*what], "lasting": lasting});
                self.stage
                    .post("/_rolecall/tenants/default/steps")
                    .json(json!({"vendor": "conductorone", "step": step}))
                    .await;
            }
            Act::Do { who, task, action } => {
                let tasks = self.tasks().await;
                let Some(task) = tasks.get(*task) else { return };
                let mut body = json!({});
                if let Some(step) = task.pointer("/policy/current/id")
                    && !matches!(ACTIONS[*action], "close" | "reset" | "process" | "update-request-data")
                {
                    body["policyStepId"] = step.clone();
                }
                match ACTIONS[*action] {
                    "reassign" => body["newStepUserIds"] = json!([tasks[0]["createdByUserId"]]),
                    "update-request-data" => body["data"] = json!({"ticket": "INC-1"}),
                    _ => {}
                }
                let path = format!("/api/v1/tasks/{}/action/{}", text(&task["id"]), ACTIONS[*action]);
                let reply = self.post(PEOPLE[*who], &path, body).await;
                assert!(!reply.status.is_server_error(), "{path}: {}", reply.text());
            }
            Act::Settle { task, outcome } => {
                let step = json!({"step": "settle-provisioning", "task": task + 1, "outcome": outcome});
                self.stage
                    .post("/_rolecall/tenants/default/steps")
                    .json(json!({"vendor": "conductorone", "step": step}))
                    .await;
            }
            Act::Connector { fails } => {
                let step = json!({"step": "fail-connector", "target": "aws", "message": fails.then_some("down")});
                self.stage
                    .post("/_rolecall/tenants/default/steps")
                    .json(json!({"vendor": "conductorone", "step": step}))
                    .await;
            }
            Act::Advance { hours } => {
                let by = json!({"by": format!("PT{hours}H")});
                self.stage.post("/_rolecall/tenants/default/clock/advance").json(by).await.status(200);
            }
        }
    }

    /// What holds whatever was done.
    async fn check(&self, closed: &mut BTreeMap<String, Value>) {
        for task in self.tasks().await {
            let id = text(&task["id"]);
            let kind = task["type"].as_object().unwrap().values().next().unwrap().clone();
            let final_part = json!([task["state"], kind["outcome"], kind["outcomeTime"]]);
            if let Some(before) = closed.get(&id) {
                assert_eq!(*before, final_part, "a closed task stays as it was closed");
            }
            let is_closed = task["state"] == "TASK_STATE_CLOSED";
            assert_eq!(is_closed, task["processing"] == "TASK_PROCESSING_TYPE_DONE");
            if is_closed {
                assert!(!text(&kind["outcome"]).ends_with("UNSPECIFIED") && kind["outcomeTime"].is_string(), "{task}");
                assert!(task["policy"].get("current").is_none() && task["policy"]["next"] == json!([]), "{task}");
                closed.insert(id.clone(), final_part);
            }
            if let Some(approval) = task.pointer("/policy/current/approval")
                && approval["approval"].get("webhook").is_none()
                && approval["approval"].get("agent").is_none()
            {
                assert_eq!(approval["state"], "APPROVAL_INSTANCE_STATE_WAITING");
                assert_ne!(task["stepApproverIds"], json!([]), "somebody may decide: {task}");
            }
            for step in task["policy"]["history"].as_array().unwrap() {
                assert_eq!(step["state"], "POLICY_STEP_STATE_DONE");
            }
            let trail = json!({"taskId": id, "pageSize": 100});
            let trail = self.post(ADMIN, "/api/v1/task/audits", trail).await.status(200).json();
            let trail = trail["list"].as_array().unwrap();
            assert!(trail[0].get("taskCreated").is_some());
            assert!(trail.is_sorted_by_key(|row| text(&row["created"])));
        }
    }

    /// What a request that was granted has brought is there, with the right end, as long as that is to come.
    fn check_access(&self, granted: &Value, person: &str, path: &str) {
        let world = self.tenant().read();
        let holding = world.company().holding(Person::id_of(person), Entitlement::id_of(path));
        let lasts = granted["type"]["grant"].get("grantDuration").is_none();
        assert!(!lasts || holding.is_some(), "{person} holds {path}: {granted}");
    }
}

proptest! {
    #![proptest_config(Config { cases: 12, ..Config::default() })]

    #[test]
    fn the_engine_keeps_its_word(acts in acts()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let scene = Scene::new();
            let step = json!({"step": "switch", "switches": {"everythingRequestable": true}});
            scene.stage.post("/_rolecall/tenants/default/steps").json(json!({"vendor": "conductorone", "step": step})).await.status(200);
            let mut closed = BTreeMap::new();
            for act in &acts {
                scene.play(act).await;
                scene.check(&mut closed).await;
            }
        });
    }
}

#[tokio::test]
async fn a_grant_without_an_end_is_there_for_everybody_to_see() {
    let scene = Scene::new();
    let step = json!({"step": "request", "by": "raj.patel", "entitlement": "github/org-member"});
    let done = scene
        .stage
        .post("/_rolecall/tenants/default/steps")
        .json(json!({"vendor": "conductorone", "step": step}))
        .await;
    let id = text(&done.status(200).json()["result"]["taskId"]);
    let task = scene.get(ADMIN, &format!("/api/v1/tasks/{id}")).await.status(200).json()["taskView"]["task"].clone();
    let body = json!({"policyStepId": task["policy"]["current"]["id"]});
    scene.post("mia.chen", &format!("/api/v1/tasks/{id}/action/approve"), body).await.status(200);
    let granted = scene.get(ADMIN, &format!("/api/v1/tasks/{id}")).await.status(200).json()["taskView"]["task"].clone();
    assert_eq!(granted["type"]["grant"]["outcome"], "GRANT_OUTCOME_GRANTED");
    scene.check_access(&granted, "raj.patel", "github/org-member");
    let world = scene.tenant().read();
    let held = world.company().holding(Person::id_of("raj.patel"), Entitlement::id_of("github/org-member")).unwrap();
    assert!(held.reasons.iter().any(|reason| &*reason.by == "conductorone" && reason.until.is_none()));
}
