//! A journal that keeps everything, and the replay that finds the first byte that differs.

use std::sync::Arc;

use axum::body::Body;
use http::Request;
use parking_lot::Mutex;
use rolecall::app::Founding;
use rolecall::company::seed::Seed;
use rolecall::http::Vendor;
use rolecall::http::recording::{Deed, Scribe};
use rolecall::kernel::{Clock, Span};
use rolecall::replay::{Report, Stopped, replay};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::common::subscriber::{Answer, Subscriber};
use crate::common::tiny::tiny_seed;
use crate::common::toy::Toy;
use crate::common::{Stage, founding, quiet_seed};

/// Lines as they would stand in a file.
#[derive(Default)]
struct Lines(Mutex<Vec<String>>);

impl Scribe for Lines {
    fn note(&self, deed: Deed) {
        self.0.lock().push(serde_json::to_string(&deed).unwrap());
    }
}

/// A stage and the journal of what happens on it.
struct Kept {
    stage: Stage,
    lines: Arc<Lines>,
}

impl Kept {
    fn of(founding: Founding, vendors: Vec<Box<dyn Vendor>>) -> Self {
        let stage = Stage::of(founding.clone(), vendors);
        let lines = Arc::new(Lines::default());
        stage.app.record(&founding, "http://sim".to_owned(), lines.clone());
        Self { stage, lines }
    }

    fn toy() -> Self {
        Self::of(Founding { seed: quiet_seed(), ..founding() }, vec![Box::new(Toy)])
    }

    fn lines(&self) -> Vec<String> {
        self.lines.0.lock().clone()
    }

    async fn replayed(&self, seed: Seed, vendors: Vec<Box<dyn Vendor>>) -> Result<Report, Stopped> {
        again(&self.lines(), seed, vendors).await
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.stage.post(&format!("/_rolecall/tenants/{path}")).json(body).await.json()
    }

    /// A step of the toy.
    async fn step(&self, tenant: &str, step: Value) -> Value {
        self.post(&format!("{tenant}/steps"), json!({"vendor": "toy", "step": step})).await
    }
}

async fn again(lines: &[String], seed: Seed, vendors: Vec<Box<dyn Vendor>>) -> Result<Report, Stopped> {
    let file = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    replay(file.as_bytes(), seed, vendors).await
}

async fn toy_again(lines: &[String]) -> Result<Report, Stopped> {
    again(lines, quiet_seed(), vec![Box::new(Toy)]).await
}

#[tokio::test]
async fn what_was_done_is_done_again_byte_for_byte() {
    let kept = Kept::of(founding(), rolecall::vendors::all());
    let token = kept.post("mia/tokens", json!({"vendor": "sailpoint", "person": "raj.patel"})).await;
    let token = token["token"].as_str().unwrap();
    let wish = json!({"requestedFor": ["5718e0c67c6649e4be801198e2efa7a8"], "requestType": "GRANT_ACCESS",
        "requestedItems": [{"type": "ROLE", "id": "a2b03afd450848969e5f8ed6ff26a5b5", "comment": "Covering for Ed"}]});
    kept.stage.post("/v3/access-requests").tenant("mia").bearer(token).json(wish.clone()).await.status(202);
    kept.stage.post("/v3/access-requests").tenant("mia").bearer(token).json(wish).await.status(202);
    kept.stage.get("/v3/access-request-approvals/pending").tenant("mia").bearer(token).await;
    kept.stage.get("/v3/nowhere").tenant("mia").await.status(401);
    kept.post("mia/snapshots", json!({"name": "before"})).await;
    kept.post("mia/clock/advance", json!({"by": "P30D"})).await;
    kept.post("mia/fork", json!({"name": "other"})).await;
    kept.post("mia/snapshots/before/restore", json!({})).await;
    kept.post("mia/rewind", json!({"by": 1})).await;
    kept.stage.delete("/_rolecall/tenants/other").await.status(204);
    kept.stage.get("/grip/saas").tenant("other").header("access-token", "x").await.status(200);
    let report = kept.replayed(Seed::embedded(), rolecall::vendors::all()).await.unwrap();
    assert_eq!(report.deeds + 1, kept.lines().len() as u64);
    assert!(report.moments > report.deeds);
}

#[tokio::test]
async fn readings_of_the_control_plane_are_not_kept_but_the_time_that_they_let_pass_is() {
    let kept =
        Kept::of(Founding { clock: Clock::at_rate(3600.0), seed: quiet_seed(), ..founding() }, vec![Box::new(Toy)]);
    kept.step("mia", json!({"step": "ask", "person": "mia.chen"})).await;
    let before = kept.lines().len();
    kept.stage.get("/_rolecall/tenants/mia/clock").await.status(200);
    kept.stage
        .post("/_rolecall/tenants/mia/journal/verify")
        .json(json!({"claims": [{"that": {}, "exactly": 0}]}))
        .await;
    assert_eq!(kept.lines().len(), before + 1, "verifying lets time pass, and is no command");
    kept.stage.wall.pass(Span::seconds(2));
    kept.stage.get("/_rolecall/tenants/mia/clock").await.status(200);
    kept.stage.get("/_rolecall/tenants/new/clock").await.status(200);
    let lines = kept.lines();
    let deeds: Vec<Value> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let last: Vec<_> = deeds[before..].iter().map(|deed| (&deed["deed"], &deed["tenant"])).collect();
    assert_eq!(
        last,
        [(&json!("time"), &json!("mia")), (&json!("time"), &json!("mia")), (&json!("time"), &json!("new"))]
    );
    toy_again(&lines).await.unwrap();
}

#[tokio::test]
async fn the_first_byte_that_differs_is_named() {
    let kept = Kept::toy();
    kept.step("mia", json!({"step": "ask", "person": "mia.chen"})).await;
    kept.stage.get("/t/mia/toy/tickets").await.status(200);
    let lines = kept.lines();
    let mut spoilt = lines.clone();
    spoilt[2] = spoilt[2].replace("\\\"status\\\":\\\"asked\\\"", "\\\"status\\\":\\\"given\\\"");
    let Stopped::Differs(difference) = toy_again(&spoilt).await.unwrap_err() else { panic!("it differs") };
    assert_eq!((difference.line, difference.pointer.as_str()), (3, "/answer/body"));
    assert_eq!(difference.what, "exchange 1 of mia, GET /t/mia/toy/tickets");
    assert_eq!(&spoilt[2][difference.byte..=difference.byte], "g");
    assert!(difference.recorded.contains("given") && difference.replayed.contains("asked"), "{difference}");
    // Another command than the one that was recorded is found where it shows.
    let mut spoilt = lines.clone();
    spoilt[1] = spoilt[1].replacen("mia.chen", "raj.patel", 1);
    assert!(matches!(toy_again(&spoilt).await, Err(Stopped::Differs(difference)) if difference.line == 2));
}

#[tokio::test]
async fn a_journal_that_is_not_whole_says_so() {
    let kept = Kept::toy();
    for _ in 0..3 {
        kept.step("mia", json!({"step": "ask", "person": "mia.chen"})).await;
    }
    let lines = kept.lines();
    let without = |place: usize| [&lines[..place], &lines[place + 1..]].concat();
    assert!(matches!(toy_again(&without(0)).await, Err(Stopped::NotAJournal)));
    assert!(matches!(toy_again(&without(1)).await, Err(Stopped::Gap(1, 0))));
    assert!(matches!(toy_again(&without(2)).await, Err(Stopped::Gap(_, 1))));
    assert_eq!(toy_again(&without(3)).await.unwrap().deeds, 2);
    assert!(matches!(again(&lines, Seed::embedded(), vec![Box::new(Toy)]).await, Err(Stopped::OtherSeed)));
    let other = lines[0].replace("rolecall-journal/1", "rolecall-journal/9");
    assert!(matches!(toy_again(&[&[other], &lines[1..]].concat()).await, Err(Stopped::NotAJournal)));
    // A last line that was cut off in the middle never was.
    let torn = format!("{}\n{}", lines[..3].join("\n"), &lines[3][..40]);
    assert_eq!(replay(torn.as_bytes(), quiet_seed(), vec![Box::new(Toy)]).await.unwrap().deeds, 2);
    let nonsense = format!("{}\nnonsense\n", lines.join("\n"));
    let stopped = replay(nonsense.as_bytes(), quiet_seed(), vec![Box::new(Toy)]).await;
    assert!(matches!(stopped, Err(Stopped::NotALine(5, _))));
}

#[tokio::test]
async fn subscribers_are_not_called_again_and_their_answers_are_what_they_were() {
    let kept = Kept::toy();
    let quick = Subscriber::answering([Answer::With(503, ""), Answer::With(200, "end"), Answer::With(410, "")]).await;
    let silent = Subscriber::answering([Answer::Silence, Answer::With(200, "break")]).await;
    for subscriber in [&quick, &silent] {
        kept.step("mia", json!({"step": "watch", "url": subscriber.url("/")})).await;
    }
    for _ in 0..2 {
        kept.step("mia", json!({"step": "ask", "person": "mia.chen"})).await;
        kept.post("mia/clock/advance", json!({"by": "P3D"})).await;
    }
    kept.post("mia/webhooks/settle", json!({})).await;
    kept.post("mia/webhooks/1/replay", json!({})).await;
    let called = quick.received().len() + silent.received().len();
    let lines = kept.lines();
    assert_eq!(lines.iter().filter(|line| line.contains(r#""deed":"answer""#)).count() + 1, called);
    toy_again(&lines).await.unwrap();
    assert_eq!(quick.received().len() + silent.received().len(), called);
}

#[tokio::test]
async fn what_came_of_the_calls_of_one_commit_is_taken_up_in_the_order_of_the_calls() {
    let kept = Kept::toy();
    // The first of them is silent until it is late, and is heard first nevertheless.
    let (silent, quick) = (Subscriber::answering([Answer::Silence]).await, Subscriber::answering([]).await);
    let mut subscribers = [&silent, &quick];
    subscribers.sort_by_key(|subscriber| subscriber.url("/"));
    for subscriber in subscribers {
        kept.step("mia", json!({"step": "watch", "url": subscriber.url("/")})).await;
    }
    kept.step("mia", json!({"step": "ask", "person": "mia.chen"})).await;
    kept.post("mia/webhooks/settle", json!({})).await;
    let deeds: Vec<Value> = kept.lines().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let answered: Vec<_> = deeds.iter().filter(|deed| deed["deed"] == "answer").map(|deed| &deed["call"]).collect();
    assert_eq!(answered.len(), 2);
    assert!(answered[0].as_u64() < answered[1].as_u64(), "{answered:?}");
}

#[tokio::test]
async fn faults_strike_again_where_they_struck_and_nobody_waits_for_them() {
    let kept = Kept::toy();
    for rule in [
        json!({"when": {"chance": 0.5}, "then": {"fault": "status", "status": 503}}),
        json!({"when": {"every": 3}, "then": {"fault": "resetInBody"}}),
        json!({"when": {"every": 2}, "delay": {"uniform": {"from": 1, "to": 30}}}),
        json!({"ttl": "PT5S", "when": {"every": 5}, "then": {"fault": "truncate"}}),
    ] {
        kept.post("mia/faults", rule).await;
    }
    for turn in 0..20 {
        if turn == 12 {
            kept.stage.wall.pass(Span::seconds(6));
        }
        let request = Request::get("/t/mia/toy/tickets").header("prefer", "delay=1").body(Body::empty()).unwrap();
        // What a fault cut off has no end, and is not read.
        drop(kept.stage.app.router().oneshot(request).await.unwrap());
    }
    let lines = kept.lines();
    assert_eq!(lines.len(), 1 + 4 + 20);
    toy_again(&lines).await.unwrap();
}

/// Time passes on a thread of its own, which waits for its next moment like everybody else.
#[tokio::test]
async fn a_replay_ends_though_time_was_passing_when_it_stopped() {
    let kept = Kept::toy();
    kept.step("mia", json!({"step": "ask", "person": "mia.chen"})).await;
    kept.post("mia/clock/advance", json!({"by": "P3D"})).await;
    kept.stage.get("/t/mia/toy/tickets").await.status(200);
    let mut deeds: Vec<Value> = kept.lines().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    // The reading comes before the last moment of the advance now, and sees another world than it saw.
    let last = deeds[2]["moments"].as_array().unwrap().len() - 1;
    let (ended, read) = (deeds[2]["moments"][last]["tick"].take(), deeds[3]["moments"][0]["tick"].take());
    assert!(last > 1 && ended.as_u64() < read.as_u64());
    (deeds[2]["moments"][last]["tick"], deeds[3]["moments"][0]["tick"]) = (read, ended);
    let lines: Vec<String> = deeds.iter().map(Value::to_string).collect();
    assert!(matches!(toy_again(&lines).await, Err(Stopped::Differs(difference)) if difference.line == 4));
}

/// Many clients at once, on a running clock, with subscribers, faults, an operator and the background settler: whatever
/// order things happened in is the order in which they happen again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_happened_at_once_happens_again_in_its_order() {
    let running = Founding { clock: Clock::at_rate(600.0), seed: tiny_seed(), max_tenants: 3, ..founding() };
    let kept = Arc::new(Kept::of(running, vec![Box::new(Toy)]));
    let subscriber = Subscriber::answering([Answer::With(500, ""), Answer::With(200, "end")]).await;
    kept.step("mia", json!({"step": "watch", "url": subscriber.url("/")})).await;
    kept.step("mia", json!({"step": "ask", "person": "ann"})).await;
    kept.post("mia/faults", json!({"when": {"chance": 0.3}, "then": {"fault": "status", "status": 503}})).await;
    kept.post("mia/faults", json!({"when": {"every": 4}, "delay": {"uniform": {"from": 0, "to": 3}}})).await;
    let client = async |kept: Arc<Kept>, number: usize| {
        for turn in 0..24 {
            kept.stage.wall.pass(Span::micros(7_000 + turn));
            let tenant = if turn % 5 == 4 { format!("passing-{}", turn % 4) } else { "mia".to_owned() };
            match (number + turn as usize) % 6 {
                0 | 1 => drop(kept.step(&tenant, json!({"step": "ask", "person": "ann"})).await),
                2 => {
                    let listed = kept.stage.get(&format!("/t/{tenant}/toy/tickets")).await;
                    let tickets: Value = serde_json::from_slice(&listed.body).unwrap_or_default();
                    if let Some(id) = tickets[0]["id"].as_str() {
                        kept.stage.delete(&format!("/t/{tenant}/toy/tickets/{id}")).await;
                    }
                }
                3 => drop(kept.stage.get(&format!("/t/{tenant}/toy/tickets")).await),
                4 if number == 0 => drop(kept.post(&format!("{tenant}/clock/advance"), json!({"by": "PT3H"})).await),
                4 if number == 1 => {
                    kept.post("mia/snapshots", json!({"name": "s"})).await;
                    kept.post("mia/snapshots/s/restore", json!({})).await;
                }
                _ => drop(kept.stage.app.site().settle().await),
            }
        }
    };
    let clients: Vec<_> = (0..6).map(|number| tokio::spawn(client(Arc::clone(&kept), number))).collect();
    for client in clients {
        client.await.unwrap();
    }
    kept.post("mia/webhooks/settle", json!({})).await;
    for number in 0..4 {
        kept.stage.get(&format!("/t/last-{number}/toy/tickets")).await.status(200);
    }
    let lines = kept.lines();
    assert!(["\"deed\":\"answer\"", "insteadOf"].iter().all(|kind| lines.iter().any(|line| line.contains(kind))));
    let report = again(&lines, tiny_seed(), vec![Box::new(Toy)]).await.unwrap_or_else(|stopped| panic!("{stopped}"));
    assert!(report.deeds > 100, "{report:?}");
}
