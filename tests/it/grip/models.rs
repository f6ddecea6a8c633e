//! The four lifecycles against small models of them, driven by random commands through the real
//! router. A model knows the contract's pictures and nothing of the code.

use http::Method;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::common::Stage;

use super::{Scene, block_on, saas, user, workflow};

const CASES: u32 = 32;
const WHO: &str = "raj.patel";

/// Runs `story` on a tenant of its own for each input.
fn play<C: std::fmt::Debug + Clone, F: Future<Output = Result<(), TestCaseError>>>(
    inputs: impl Strategy<Value = C>,
    story: impl Fn(Scene, C) -> F,
) {
    let (base, cases) = (Scene::new(), std::cell::Cell::new(0_u32));
    let mut runner = TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() });
    let ran = runner.run(&inputs, |input| {
        cases.set(cases.get() + 1);
        let stage = Stage::playing(base.stage.app.clone(), base.stage.wall.clone());
        block_on(story(Scene { stage, tenant: format!("case-{}", cases.get()) }, input))
    });
    if let Err(failure) = ran {
        panic!("{failure}");
    }
}

#[derive(Clone, Debug)]
enum Revoke {
    Approve,
    Reject,
    Stop,
    Tick,
    /// The account of the n-th application is closed by somebody else.
    CloseElsewhere(usize),
}

#[test]
fn a_revocation_is_what_its_picture_says() {
    const APPS: [&str; 3] = ["slack", "erp", "active-directory"];
    let commands = prop_oneof![
        1 => Just(Revoke::Approve),
        1 => Just(Revoke::Reject),
        1 => Just(Revoke::Stop),
        4 => Just(Revoke::Tick),
        1 => (0..APPS.len()).prop_map(Revoke::CloseElsewhere),
    ];
    play((any::<bool>(), prop::collection::vec(commands, 1..12)), |scene, (with_manager, commands)| async move {
        let mut body = json!({"userId": user(WHO), "saasIds": APPS.map(saas)});
        if with_manager {
            body["managerApprovalEmail"] = "mia.chen@acme.example".into();
        }
        let mut live = Vec::new();
        for app in APPS {
            live.push(scene.account(WHO, app).await["status"] == "active");
        }
        let start = "/public/actions/accessRevocation/employee/start";
        let action = scene.post(start, body).await.status(200).json()["actionId"].clone();
        let path = format!("/public/actions/accessRevocation/employee/{}/status", action.as_str().unwrap());
        let (mut state, mut handled, mut removed) = ("in_progress", 0, 0);
        if with_manager {
            state = "pending_approval";
        }
        for command in commands {
            let audited = scene.newest(200).await.len();
            let expected = match command {
                Revoke::Approve | Revoke::Reject => {
                    let step =
                        if matches!(command, Revoke::Approve) { "approve-revocation" } else { "reject-revocation" };
                    let legal = state == "pending_approval";
                    if legal {
                        state = if matches!(command, Revoke::Approve) { "in_progress" } else { "rejected" };
                    }
                    scene.try_step(json!({"step": step, "action": action})).await.status(if legal { 200 } else { 409 });
                    legal
                }
                Revoke::Stop => {
                    let legal = matches!(state, "pending_approval" | "in_progress");
                    if legal {
                        state = "cancelled";
                    }
                    let stop = "/public/actions/accessRevocation/employee/stop";
                    scene.post(stop, json!({"actionId": action})).await.status(if legal { 200 } else { 409 });
                    legal
                }
                Revoke::Tick => {
                    scene.advance("PT2S").await;
                    let going = state == "in_progress";
                    if going {
                        removed += usize::from(live[handled]);
                        live[handled] = false;
                        handled += 1;
                        if handled == APPS.len() {
                            state = if removed > 0 { "completed" } else { "failed" };
                        }
                    }
                    going
                }
                Revoke::CloseElsewhere(place) => {
                    let account = scene
                        .tenant()
                        .read()
                        .company()
                        .account_in(rolecall::company::Person::id_of(WHO), rolecall::company::App::id_of(APPS[place]))
                        .map(|account| account.id);
                    prop_assert_eq!(account.is_some(), live[place]);
                    if let Some(account) = account {
                        let cause = rolecall::world::Cause::Operator("test");
                        let tenant = scene.tenant();
                        let closed = tenant.change(cause, |draft| {
                            draft.on_company(|company, log| company.close_account(log, account, "somebody"))
                        });
                        prop_assert!(closed.await.is_ok());
                        live[place] = false;
                    }
                    false
                }
            };
            let shown = scene.read(&path).await;
            prop_assert_eq!(&shown["status"], state);
            prop_assert_eq!(shown["completedAt"].is_null(), matches!(state, "in_progress" | "pending_approval"));
            if state == "in_progress" {
                prop_assert_eq!(&shown["details"], &format!("{handled} of {} applications handled.", APPS.len()));
            }
            for (place, app) in APPS.into_iter().enumerate() {
                prop_assert_eq!(scene.account(WHO, app).await["status"] == "active", live[place], "{}", app);
            }
            let written = scene.newest(200).await.len() > audited;
            prop_assert_eq!(written, expected, "the trail tells what changed, and nothing else");
        }
        Ok(())
    });
}

#[derive(Clone, Debug)]
enum Ask {
    Open,
    Answer,
    Cancel,
    Wait(i64),
}

#[test]
fn a_justification_request_is_what_its_picture_says() {
    let commands = prop_oneof![
        2 => Just(Ask::Open),
        1 => Just(Ask::Answer),
        1 => Just(Ask::Cancel),
        4 => (1_i64..80).prop_map(Ask::Wait),
    ];
    play(prop::collection::vec(commands, 1..14), |scene, commands| async move {
        let body = json!({"userId": user("monica.ellison"), "saasApplicationId": saas("chatgpt")});
        let sent = scene.post("/public/actions/justification/send", body).await.status(200).json();
        let request = sent["requestId"].as_str().unwrap().to_owned();
        let (mut state, mut hours) = ("sent", 0);
        for command in commands {
            let open = matches!(state, "sent" | "opened");
            let refused = if open { 200 } else { 409 };
            let page = format!("/justification/{request}");
            match command {
                Ask::Open => {
                    scene.bare(Method::GET, &page).await.status(200);
                    state = if open { "opened" } else { state };
                }
                Ask::Answer => {
                    scene.bare(Method::POST, &page).form(&[("justification", "work")]).await.status(refused);
                    state = if open { "answered" } else { state };
                }
                Ask::Cancel => {
                    let cancel = scene.post("/public/actions/justification/cancel", json!({"requestId": request}));
                    cancel.await.status(refused);
                    state = if open { "cancelled" } else { state };
                }
                Ask::Wait(by) => {
                    scene.advance(&format!("PT{by}H")).await;
                    hours += by;
                    state = if open && hours >= 7 * 24 { "expired" } else { state };
                }
            }
            let shown = scene.read(&format!("/public/actions/justification/{request}/status")).await;
            prop_assert_eq!(&shown["status"], state);
            prop_assert_eq!(shown["completedAt"].is_null(), matches!(state, "sent" | "opened"));
            prop_assert_eq!(shown["response"] == json!({}), state != "answered");
        }
        Ok(())
    });
}

#[derive(Clone, Debug)]
enum Offboard {
    Tick(u8),
    Stop,
    FailNext,
    Start,
}

#[test]
fn an_offboarding_keeps_its_order_and_its_sums() {
    const PEOPLE: [&str; 3] = ["raj.patel", "ed.okafor", "denise.wilcox"];
    let commands = prop_oneof![
        6 => (1_u8..5).prop_map(Offboard::Tick),
        1 => Just(Offboard::Stop),
        1 => Just(Offboard::FailNext),
        1 => Just(Offboard::Start),
    ];
    play(prop::collection::vec(commands, 1..14), |scene, commands| async move {
        let users: Vec<Value> = PEOPLE.iter().map(|slug| json!({"userId": user(slug)})).collect();
        let body = json!({"usersToOffboard": users, "enableEnhancedMode": true});
        let start = || scene.post("/public/workflows/offboarding/start", body.clone());
        let first = start().await.status(200).json()["workflowId"].as_str().unwrap().to_owned();
        let mut workflows = vec![first];
        for command in commands {
            let latest = workflows.last().unwrap().clone();
            match command {
                Offboard::Tick(count) => scene.advance(&format!("PT{}S", 2 * u32::from(count))).await,
                Offboard::Stop => {
                    let stop = scene.post("/public/workflows/offboarding/stop", json!({"workflowId": latest})).await;
                    prop_assert!(matches!(stop.status.as_u16(), 200 | 409));
                }
                Offboard::FailNext => {
                    let fail =
                        json!({"step": "fail-removal", "person": PEOPLE[1], "app": "active-directory", "reason": "no"});
                    scene.step(fail).await;
                }
                Offboard::Start => {
                    workflows.push(start().await.status(200).json()["workflowId"].as_str().unwrap().to_owned());
                }
            }
            for workflow in &workflows {
                check_offboarding(&scene, workflow).await?;
            }
        }
        Ok(())
    });
}

async fn check_offboarding(scene: &Scene, workflow: &str) -> Result<(), TestCaseError> {
    let shown = scene.read(&format!("/public/workflows/offboarding/{workflow}/status")).await;
    let status = shown["status"].as_str().unwrap();
    let users = shown["results"].as_array().unwrap();
    let states: Vec<&str> = users.iter().map(|user| user["status"].as_str().unwrap()).collect();
    let over = |state: &&&str| matches!(**state, "completed" | "failed" | "stopped");
    let ended = states.iter().take_while(over).count();
    let going = states[ended..].iter().filter(|state| **state == "in_progress").count();
    prop_assert!(going <= 1 && states[ended..].iter().skip(going).all(|state| *state == "pending"), "{:?}", states);
    prop_assert_eq!(shown["completedAt"].is_null(), matches!(status, "pending" | "in_progress"));
    match status {
        "pending" => prop_assert!(states.iter().all(|state| *state == "pending")),
        "in_progress" => prop_assert!(going == 1, "{:?}", states),
        "completed" => prop_assert!(ended == states.len() && states.contains(&"completed"), "{:?}", states),
        "failed" => prop_assert!(states.iter().all(|state| *state == "failed"), "{:?}", states),
        other => prop_assert_eq!(other, "stopped"),
    }
    for user in users {
        let results: Vec<&Value> = user["saasResults"].as_array().unwrap().iter().collect();
        let count = |word: &str| results.iter().filter(|row| row["result"] == word).count();
        prop_assert_eq!(count("in_progress") > 1, false);
        if user["status"] == "completed" {
            prop_assert_eq!(count("failed") + count("pending") + count("cancelled") + count("in_progress"), 0);
        }
        prop_assert_eq!(user["statusReason"].is_null(), user["status"] != "failed");
        for row in results.iter().filter(|row| row["result"] == "completed") {
            let account = scene.read(&format!("/public/saasUser/{}", row["saasUserId"].as_str().unwrap())).await;
            prop_assert_eq!(&account["status"], "offboarded");
        }
    }
    Ok(())
}

#[derive(Clone, Debug)]
enum Run {
    Tick(u8),
    Cancel,
    Fail,
    StopRevocation,
}

#[test]
fn a_run_goes_through_its_actions_in_order() {
    let commands = prop_oneof![
        6 => (1_u8..6).prop_map(Run::Tick),
        1 => Just(Run::Cancel),
        1 => Just(Run::Fail),
        1 => Just(Run::StopRevocation),
    ];
    let slug = prop_oneof![Just("leaver-cleanup"), Just("remove-risky-access"), Just("ask-about-ai")];
    play((slug, prop::collection::vec(commands, 1..10)), |scene, (slug, commands)| async move {
        let path = format!("/public/workflows/{}/run", workflow(slug));
        let person = user("monica.ellison");
        let runs = scene.post(&path, json!({"identityId": person})).await.status(200).json();
        let run = runs["workflowRunIds"][&person].as_str().unwrap().to_owned();
        for command in commands {
            let before = scene.read(&format!("/public/workflows/{run}/status")).await;
            let over = !matches!(before["status"].as_str().unwrap(), "pending" | "in_progress");
            let refused = if over { 409 } else { 200 };
            match command {
                Run::Tick(count) => scene.advance(&format!("PT{}S", 2 * u32::from(count))).await,
                Run::Cancel => {
                    drop(scene.post(&format!("/public/workflows/{run}/cancel"), json!({})).await.status(refused))
                }
                Run::Fail => drop(scene.try_step(json!({"step": "fail-run", "run": run})).await.status(refused)),
                Run::StopRevocation => {
                    if let Some(url) =
                        before["actions"].as_array().unwrap().iter().find_map(|action| action["selfUrl"].as_str())
                    {
                        let action = url.split('/').rev().nth(1).unwrap();
                        scene.post("/public/actions/accessRevocation/employee/stop", json!({"actionId": action})).await;
                    }
                }
            }
            check_run(&scene, &run, over.then_some(before)).await?;
        }
        Ok(())
    });
}

async fn check_run(scene: &Scene, run: &str, ended: Option<Value>) -> Result<(), TestCaseError> {
    let shown = scene.read(&format!("/public/workflows/{run}/status")).await;
    if let Some(ended) = ended {
        prop_assert_eq!(&shown, &ended, "what has ended stays as it is");
    }
    let status = shown["status"].as_str().unwrap();
    let actions: Vec<&str> =
        shown["actions"].as_array().unwrap().iter().map(|action| action["status"].as_str().unwrap()).collect();
    let done = actions.iter().take_while(|state| **state == "completed").count();
    let rest = &actions[done..];
    let fits = match status {
        "pending" => done == 0 && rest.iter().all(|state| *state == "pending"),
        "in_progress" => rest.first() == Some(&"in_progress") && rest[1..].iter().all(|state| *state == "pending"),
        "completed" => rest.is_empty(),
        "failed" => rest.first() == Some(&"failed") && rest[1..].iter().all(|state| *state == "skipped"),
        "cancelled" => rest.iter().all(|state| *state == "cancelled"),
        _ => false,
    };
    prop_assert!(fits, "{}: {:?}", status, actions);
    let going = matches!(status, "pending" | "in_progress");
    prop_assert_eq!(shown["statusDetails"].is_null(), going);
    prop_assert_eq!(shown["completedAt"].is_null(), going);
    if status == "cancelled" {
        for action in shown["actions"].as_array().unwrap().iter().filter(|action| action["selfUrl"].is_string()) {
            let url = action["selfUrl"].as_str().unwrap();
            let (_, path) = url.split_once("/grip").unwrap();
            let made = scene.read(path).await["status"].as_str().unwrap().to_owned();
            prop_assert!(!matches!(made.as_str(), "in_progress" | "pending_approval" | "sent" | "opened"), "{}", made);
        }
    }
    Ok(())
}
