//! People who act by themselves: by rules, on the tenant's clock, the same in every run.

use rolecall::app::Founding;
use rolecall::kernel::{Span, Timestamp};
use serde_json::{Value, json};

use crate::common::{Stage, founding, opening, quiet_seed};

fn tenant(name: &str) -> String {
    format!("/_rolecall/tenants/{name}")
}

/// Every vendor, before anybody has asked for anything.
fn quiet() -> Stage {
    Stage::of(Founding { seed: quiet_seed(), ..founding() }, rolecall::vendors::all())
}

async fn put(stage: &Stage, habits: Value) -> Value {
    stage.put(&format!("{}/autopilot", tenant("default"))).json(habits).await.status(200).json()
}

async fn request(stage: &Stage) {
    let step = json!({"step": "request", "by": "ed.okafor", "objects": ["role/remote-worker"]});
    let body = json!({"vendor": "sailpoint", "step": step});
    stage.post(&format!("{}/steps", tenant("default"))).json(body).await.status(200);
}

async fn advance(stage: &Stage, name: &str, by: &str) {
    let advanced =
        stage.post(&format!("{}/clock/advance", tenant(name))).json(json!({"by": by})).await.status(200).json();
    assert_eq!(advanced["stoppedEarly"], false);
}

/// What happened by the autopilot's hand or to an approval, and when.
fn happened(stage: &Stage) -> Vec<(&'static str, Timestamp)> {
    let commits = stage.app.site().tenants().get("default").unwrap().commits();
    let events = commits.iter().flat_map(|commit| commit.events.iter().map(|event| (event.name, event.at)));
    let told = ["approval.approved", "approval.rejected", "autopilot.acted", "autopilot.refused"];
    events.filter(|(name, _)| told.contains(name)).collect()
}

#[tokio::test]
async fn nobody_acts_by_themselves_unless_told_to() {
    let stage = quiet();
    request(&stage).await;
    advance(&stage, "default", "P10D").await;
    assert_eq!(happened(&stage), []);
    let shown = stage.get(&format!("{}/autopilot", tenant("default"))).await.status(200).json();
    assert_eq!(
        shown,
        json!({"rules": [], "activity": {"joiners": 0.0, "movers": 0.0, "leavers": 0.0, "requests": 0.0},
        "plans": []})
    );
}

#[tokio::test]
async fn a_rule_settles_what_waits_within_its_bounds() {
    let stage = quiet();
    put(
        &stage,
        json!({"rules": [{"kind": "approval", "after": "PT2H", "within": "PT6H", "choices": {"approve": 1},
        "comments": {"approve": ["Fine."]}}]}),
    )
    .await;
    request(&stage).await;
    let shown = stage.get(&format!("{}/autopilot", tenant("default"))).await.json();
    let plan = &shown["plans"][0];
    assert_eq!(plan["act"]["settle"]["step"]["by"], "mia.chen");
    assert_eq!(plan["act"]["settle"]["step"]["comment"], "Fine.");
    advance(&stage, "default", "P1D").await;
    let happened = happened(&stage);
    assert_eq!(happened.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["approval.approved", "autopilot.acted"]);
    let after = happened[0].1 - opening();
    assert!((Span::hours(2)..=Span::hours(6)).contains(&after), "{after}");
}

#[tokio::test]
async fn the_first_rule_that_fits_holds_and_who_is_away_settles_nothing() {
    let stage = quiet();
    let rules =
        json!({"rules": [{"person": "mia.chen", "away": true}, {"kind": "approval", "choices": {"reject": 1}}]});
    put(&stage, rules).await;
    request(&stage).await;
    advance(&stage, "default", "P3D").await;
    assert_eq!(happened(&stage), []);
    // What waited is settled once nobody is away.
    put(&stage, json!({"rules": [{"vendor": "sailpoint", "choices": {"reject": 1}}]})).await;
    advance(&stage, "default", "PT1M").await;
    assert_eq!(happened(&stage)[0], ("approval.rejected", opening() + Span::days(3)));
    let path = format!("{}/autopilot", tenant("default"));
    stage.delete(&path).await.status(204);
    request(&stage).await;
    advance(&stage, "default", "P3D").await;
    assert_eq!(happened(&stage).len(), 2);
}

#[tokio::test]
async fn an_inhabited_company_lives_and_is_the_same_in_every_run() {
    let stage = quiet();
    for name in ["one", "two"] {
        stage.put(&format!("{}/autopilot", tenant(name))).json(json!({"habits": "inhabited"})).await.status(200);
    }
    advance(&stage, "one", "P6D").await;
    advance(&stage, "two", "P2D").await;
    // A calendar travels with its world.
    let export = stage.get(&format!("{}/export", tenant("two"))).await.status(200);
    stage.post(&format!("{}/import", tenant("three"))).body(export.body).await.status(200);
    for name in ["two", "three"] {
        advance(&stage, name, "P4D").await;
    }
    let mut exports = Vec::new();
    for name in ["one", "two", "three"] {
        let mut export = stage.get(&format!("{}/export", tenant(name))).await.status(200).json();
        // An advance that ends in between, and an import, are commits of their own.
        export["revision"].take();
        exports.push(export);
    }
    assert!(exports[0] == exports[1] && exports[1] == exports[2]);
    let requests = exports[0]["estates"]["sailpoint"]["requests"].as_array().unwrap();
    assert!(requests.len() > 3, "{}", requests.len());
    let people = exports[0]["company"]["people"].as_array().unwrap();
    let base = stage.app.site().tenants().base().company().people().len();
    assert!(people.len() > base);
}

#[tokio::test]
async fn habits_that_cannot_be_had_are_refused() {
    let stage = quiet();
    let refused = |habits: Value, status: u16| {
        let call = stage.put(&format!("{}/autopilot", tenant("default"))).json(habits);
        async move { call.await.status(status).text() }
    };
    assert!(refused(json!({"habits": "inhabitd"}), 404).await.contains("did you mean `inhabited`"));
    refused(json!({"habits": "inhabited", "rules": [{"away": true}]}), 400).await;
    assert!(refused(json!({"rules": [{"vendor": "sailpont"}]}), 404).await.contains("did you mean `sailpoint`"));
    assert!(refused(json!({"rules": [{"after": "PT2H", "within": "PT1H"}]}), 400).await.contains("rule 1"));
    assert!(refused(json!({"rules": [{"choices": {"approve": -1}}]}), 400).await.contains("weight"));
    assert!(refused(json!({"activity": {"joiners": 1e9}}), 400).await.contains("activity"));
    refused(json!({"rulez": []}), 400).await;
    let shown = stage.get(&format!("{}/autopilot", tenant("default"))).await.json();
    assert_eq!(shown["rules"], json!([]));
}
