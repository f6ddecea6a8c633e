//! Calls out: they go once, answers come back as commits, an advance waits for them, a command never.

use std::sync::Arc;
use std::time::Duration;

use rolecall::kernel::{Span, Timestamp};
use rolecall::webhooks::{Deny, Policy, Webhooks};
use serde_json::{Value, json};

use crate::common::subscriber::{Answer, Subscriber};
use crate::common::toy::{ATTEMPTS_MAX, WATCH_SECRET};
use crate::common::{Stage, founding, opening, quiet_seed};

const TENANT: &str = "/_rolecall/tenants/default";

async fn watch(stage: &Stage, url: &str) {
    let step = json!({"vendor": "toy", "step": {"step": "watch", "url": url}});
    stage.post(&format!("{TENANT}/steps")).json(step).await.status(200);
}

async fn ask(stage: &Stage, person: &str) -> String {
    let step = json!({"vendor": "toy", "step": {"step": "ask", "person": person}});
    let done = stage.post(&format!("{TENANT}/steps")).json(step).await.status(200).json();
    done["result"]["ticket"].as_str().unwrap().to_owned()
}

async fn settle(stage: &Stage) {
    let settled = stage.post(&format!("{TENANT}/webhooks/settle")).await.status(200).json();
    assert_eq!(settled, json!({"settled": true, "waiting": 0}));
}

async fn advance(stage: &Stage, by: &str) -> Value {
    stage.post(&format!("{TENANT}/clock/advance")).json(json!({"by": by})).await.status(200).json()
}

async fn deliveries(stage: &Stage) -> Vec<Value> {
    let listed = stage.get(&format!("{TENANT}/webhooks")).await.status(200).json();
    assert_eq!(listed["waiting"], json!([]));
    listed["deliveries"].as_array().unwrap().clone()
}

async fn status(stage: &Stage, ticket: &str) -> String {
    let shown = stage.get(&format!("/tickets/{ticket}")).await.status(200).json();
    shown["ticket"]["status"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_subscriber_is_called_once_and_its_answer_is_taken_up() {
    let stage = Stage::toy();
    let subscriber = Subscriber::answering([Answer::With(200, "end")]).await;
    watch(&stage, &subscriber.url("/hook")).await;
    let ticket = ask(&stage, "mia.chen").await;
    settle(&stage).await;

    let received = subscriber.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].path, "/hook");
    assert_eq!(received[0].body["ticket"], json!(ticket));
    assert_eq!(received[0].body["link"], json!(format!("http://localhost/t/default/toy/tickets/{ticket}")));
    assert_eq!(received[0].headers["authorization"], format!("Bearer {WATCH_SECRET}"));
    assert_eq!(received[0].headers["content-type"], "application/json");
    assert_eq!(status(&stage, &ticket).await, "ended");

    let listed = deliveries(&stage).await;
    assert_eq!(listed.len(), 1);
    let delivery = &listed[0];
    assert_eq!(delivery["number"], 1);
    assert_eq!(delivery["event"], "ticket.asked");
    assert_eq!(delivery["attempt"], 1);
    assert_eq!(delivery["outcome"], "answered");
    assert_eq!(delivery["response"]["status"], 200);
    assert_eq!(delivery["response"]["body"], "end");
    assert!(!delivery.to_string().contains(WATCH_SECRET), "{delivery}");

    let events = stage.get(&format!("{TENANT}/events")).await.status(200).json();
    let ended = events["events"].as_array().unwrap().iter().find(|event| event["name"] == "ticket.ended").unwrap();
    assert_eq!(ended["cause"], "answer");
}

#[tokio::test]
async fn a_command_does_not_wait_for_whom_it_calls() {
    let stage = Stage::toy();
    let subscriber = Subscriber::answering([Answer::Silence]).await;
    watch(&stage, &subscriber.url("/")).await;
    let ticket = ask(&stage, "mia.chen").await;
    // The ticket is there and can be worked with while the subscriber still thinks.
    let waiting = stage.get(&format!("{TENANT}/webhooks")).await.status(200).json();
    assert_eq!(waiting["waiting"][0]["url"], json!(subscriber.url("/")));
    assert_eq!(waiting["deliveries"], json!([]));
    stage.delete(&format!("/tickets/{ticket}")).await.status(204);
}

#[tokio::test]
async fn waits_between_attempts_pass_on_the_tenants_clock() {
    let stage = Stage::toy();
    let subscriber = Subscriber::answering([Answer::With(503, ""), Answer::With(500, ""), Answer::With(204, "")]).await;
    watch(&stage, &subscriber.url("/")).await;
    ask(&stage, "mia.chen").await;
    settle(&stage).await;
    assert_eq!(subscriber.received().len(), 1);
    advance(&stage, "PT4.9S").await;
    assert_eq!(subscriber.received().len(), 1);
    // One jump passes both retries: each is told within the instant to which it belongs.
    advance(&stage, "PT1M").await;
    assert_eq!(subscriber.received().len(), 3);
    let listed = deliveries(&stage).await;
    let attempts: Vec<_> = listed.iter().map(|delivery| (&delivery["attempt"], &delivery["made"])).collect();
    let at = |span| json!((opening() + span).to_micros_text());
    assert_eq!(
        attempts,
        [(&json!(1), &at(Span::ZERO)), (&json!(2), &at(Span::seconds(5))), (&json!(3), &at(Span::seconds(10)))]
    );
}

#[tokio::test]
async fn the_last_attempt_is_the_last() {
    let stage = Stage::toy();
    // A port on which nobody listens any more.
    let url = Subscriber::answering([]).await.url("/");
    watch(&stage, &url).await;
    let ticket = ask(&stage, "mia.chen").await;
    advance(&stage, "PT30M").await;
    let listed = deliveries(&stage).await;
    assert_eq!(listed.len(), ATTEMPTS_MAX as usize);
    assert!(listed.iter().all(|delivery| delivery["outcome"] == "failed" && delivery["why"].is_string()));
    let events = stage.get(&format!("{TENANT}/events?limit=1000")).await.status(200).json();
    let untold = |event: &&Value| event["name"] == "ticket.untold" && event["subject"] == json!(ticket);
    assert_eq!(events["events"].as_array().unwrap().iter().filter(untold).count(), 1);
}

#[tokio::test]
async fn an_advance_goes_on_when_a_subscriber_has_answered_or_is_late() {
    let stage = Stage::toy();
    let subscriber = Subscriber::answering([Answer::Silence, Answer::With(200, "end")]).await;
    watch(&stage, &subscriber.url("/")).await;
    let ticket = ask(&stage, "mia.chen").await;
    // Late at once, told again five seconds later, ended then; the hour in which it would have
    // been given comes after that.
    let advanced = advance(&stage, "P1D").await;
    assert_eq!(status(&stage, &ticket).await, "ended");
    assert_eq!(advanced["to"], json!((opening() + Span::days(1)).to_micros_text()));
    let listed = deliveries(&stage).await;
    assert_eq!(listed.iter().map(|delivery| &delivery["outcome"]).collect::<Vec<_>>(), ["late", "answered"]);
    let commits = stage.app.site().tenants().get("default").unwrap().commits();
    let names = commits.iter().flat_map(|commit| commit.events.iter().map(|event| (event.name, event.at)));
    let ended: Vec<(_, Timestamp)> = names.filter(|(name, _)| *name != "ticket.asked").collect();
    assert_eq!(ended, [("ticket.ended", opening() + Span::seconds(5))]);
}

#[tokio::test]
async fn a_subscriber_may_call_back_before_it_answers() {
    let stage = Arc::new(Stage::toy());
    let (callback, called) = tokio::sync::oneshot::channel();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (of, callback) = (Arc::clone(&stage), Arc::new(parking_lot::Mutex::new(Some(callback))));
    let router = axum::Router::new().fallback(move |axum::Json(told): axum::Json<Value>| async move {
        let path = format!("/tickets/{}", told["ticket"].as_str().unwrap());
        let reply = of.delete(&path).await;
        let _ = callback.lock().take().unwrap().send(reply.status.as_u16());
        "thanks"
    });
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    watch(&stage, &url).await;
    let ticket = ask(&stage, "mia.chen").await;
    settle(&stage).await;
    assert_eq!(called.await.unwrap(), 204);
    assert_eq!(status(&stage, &ticket).await, "ended");
    serving.abort();
}

#[tokio::test]
async fn an_answer_to_a_call_of_a_world_that_is_gone_changes_nothing() {
    let stage = Stage::toy();
    let subscriber = Subscriber::answering([Answer::Silence]).await;
    watch(&stage, &subscriber.url("/")).await;
    ask(&stage, "mia.chen").await;
    // Somebody is being called when the world goes back to where nobody was.
    while subscriber.received().is_empty() {
        tokio::task::yield_now().await;
    }
    stage.post(&format!("{TENANT}/reset")).await.status(200);
    let revision = stage.get(TENANT).await.json()["revision"].clone();
    settle(&stage).await;
    while deliveries(&stage).await.is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(deliveries(&stage).await[0]["outcome"], "late");
    assert_eq!(stage.get(TENANT).await.json()["revision"], revision);
}

#[tokio::test]
async fn an_answer_that_breaks_the_vendor_is_set_aside() {
    let stage = Stage::toy();
    let subscriber = Subscriber::answering([Answer::With(200, "break")]).await;
    watch(&stage, &subscriber.url("/")).await;
    let ticket = ask(&stage, "mia.chen").await;
    settle(&stage).await;
    let events = stage.get(&format!("{TENANT}/events")).await.json();
    assert!(events["events"].as_array().unwrap().iter().any(|event| event["name"] == "call.broke"), "{events}");
    assert_eq!(status(&stage, &ticket).await, "asked");
}

#[tokio::test]
async fn a_delivery_can_be_sent_again_and_changes_nothing_here() {
    let stage = Stage::toy();
    let subscriber = Subscriber::answering([Answer::With(200, "noted"), Answer::With(200, "end")]).await;
    watch(&stage, &subscriber.url("/")).await;
    let ticket = ask(&stage, "mia.chen").await;
    settle(&stage).await;
    let revision = stage.get(TENANT).await.json()["revision"].clone();
    let replayed = stage.post(&format!("{TENANT}/webhooks/1/replay")).await.status(200).json();
    assert_eq!(replayed["replays"], 1);
    assert_eq!(replayed["response"]["body"], "end");
    let received = subscriber.received();
    assert_eq!(received[0].body, received[1].body);
    assert_eq!(status(&stage, &ticket).await, "asked");
    assert_eq!(stage.get(TENANT).await.json()["revision"], revision);
    stage.post(&format!("{TENANT}/webhooks/99/replay")).await.status(404);

    let of = |query: &str| stage.get(&format!("{TENANT}/webhooks?{query}"));
    assert_eq!(of("after=1").await.json()["deliveries"].as_array().unwrap().len(), 1);
    assert_eq!(of("status=500").await.json()["deliveries"], json!([]));
    of("colour=red").await.status(400);
    stage.delete(&format!("{TENANT}/webhooks")).await.status(204);
    assert_eq!(deliveries(&stage).await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_call_that_waits_is_exported_and_goes_out_of_the_copy_too() {
    let stage = Stage::toy();
    let subscriber = Subscriber::answering([Answer::Silence, Answer::With(200, "end")]).await;
    watch(&stage, &subscriber.url("/")).await;
    let ticket = ask(&stage, "mia.chen").await;
    let export = stage.get(&format!("{TENANT}/export")).await.status(200);
    assert_eq!(export.json()["estates"]["toy"]["calls"].as_array().unwrap().len(), 1);
    while subscriber.received().is_empty() {
        tokio::task::yield_now().await;
    }
    stage.post("/_rolecall/tenants/copy/import").body(export.body).await.status(200);
    stage.post("/_rolecall/tenants/copy/webhooks/settle").await.status(200);
    let shown = stage.get(&format!("/tickets/{ticket}")).tenant("copy").await.status(200).json();
    assert_eq!(shown["ticket"]["status"], "ended");
    let link = subscriber.received()[1].body["link"].as_str().unwrap().to_owned();
    assert!(link.contains("/t/copy/toy/"), "{link}");
}

/// A stage whose calls go out by a policy.
fn staged(policy: Policy) -> Stage {
    let stage = Stage::of(
        rolecall::app::Founding { seed: quiet_seed(), ..founding() },
        vec![Box::new(crate::common::toy::Toy)],
    );
    let mut app = stage.app.clone();
    app.plane.webhooks = Webhooks::over(Arc::clone(app.site()), policy);
    Stage::playing(app, stage.wall)
}

#[tokio::test]
async fn nobody_on_the_deny_list_is_called() {
    let deny =
        |line: &str| Policy { denied: [line.parse::<Deny>().unwrap()].into_iter().collect(), ..Policy::default() };
    let subscriber = Subscriber::answering([]).await;
    let by_name = subscriber.url("/").replace("127.0.0.1", "localhost");
    let cases = [
        ("127.0.0.0/8", subscriber.url("/"), "127.0.0.1 is on the deny list"),
        ("localhost", by_name.clone(), "localhost is on the deny list"),
        ("10.0.0.0/8", "ftp://files/".to_owned(), "neither http nor https"),
        ("10.0.0.0/8", "not a url".to_owned(), "is no URL"),
    ];
    for (line, url, why) in cases {
        let stage = staged(deny(line));
        watch(&stage, &url).await;
        ask(&stage, "mia.chen").await;
        settle(&stage).await;
        let listed = deliveries(&stage).await;
        assert_eq!(listed[0]["outcome"], "failed", "{line}");
        assert!(listed[0]["why"].as_str().unwrap().contains(why), "{line}: {}", listed[0]);
    }
    // A name is looked up before its addresses are judged.
    let mut policy = deny("127.0.0.0/8");
    policy.denied = ["127.0.0.0/8", "::1"].iter().map(|line| line.parse::<Deny>().unwrap()).collect();
    let stage = staged(policy);
    watch(&stage, &by_name).await;
    ask(&stage, "mia.chen").await;
    settle(&stage).await;
    assert!(deliveries(&stage).await[0]["why"].as_str().unwrap().contains("every address of localhost"));
    assert_eq!(subscriber.received().len(), 0);
}

#[tokio::test]
async fn patience_can_be_shortened_and_redirects_are_not_followed() {
    let stage = staged(Policy { patience: Some(Duration::from_millis(50)), ..Policy::default() });
    let subscriber = Subscriber::answering([Answer::Silence, Answer::With(307, "elsewhere")]).await;
    watch(&stage, &subscriber.url("/")).await;
    ask(&stage, "mia.chen").await;
    settle(&stage).await;
    assert_eq!(deliveries(&stage).await[0]["outcome"], "late");
    advance(&stage, "PT5S").await;
    assert_eq!(deliveries(&stage).await[1]["response"]["status"], 307);
    assert_eq!(subscriber.received().len(), 2);
}
