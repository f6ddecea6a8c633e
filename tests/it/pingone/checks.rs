//! What time does to violations, and the checks that may be asked for (contract, 6.7).

use serde_json::{Value, json};

use super::Scene;
use super::duties::{OWNER, PAY, RAJ, refused, rule, said};

fn expiring(action: &str) -> Value {
    let mut rule = rule("Vendors");
    rule["violationLifecycle"]["expiration"] = json!({"expires": true, "action": action, "duration": 7});
    rule
}

fn count(violation: &Value, action: &str) -> usize {
    said(violation).iter().filter(|(known, _)| known == action).count()
}

#[tokio::test]
async fn reminders_and_escalations_come_again_and_again() {
    let scene = Scene::new();
    let id = scene.violation_of(rule("Vendors")).await;
    scene.advance("P3D").await;
    assert_eq!(count(&scene.violation(&id).await, "reminder"), 1);
    scene.advance("P6D").await;
    let shown = scene.violation(&id).await;
    assert_eq!((count(&shown, "reminder"), count(&shown, "escalation")), (3, 1));
    let events = &shown["decision"]["phases"][0]["events"];
    assert_eq!(events["reminder"]["date"], "2026-01-17T09:00:00+00:00");
    assert_eq!(events["escalation"]["date"], "2026-01-21T09:00:00+00:00");
    for check in ["reminder", "escalation", "expiration", "exception"] {
        assert_eq!(scene.post(&format!("/violation/scan/{check}"), json!({})).await.status(200).json(), json!({}));
    }
    assert_eq!(scene.violation(&id).await, shown, "nothing is due");
    refused(scene.post("/violation/scan/nightly", json!({})).await, 400, "Invalid scan type: nightly".into());
    refused(scene.post_as(OWNER, "/violation/scan/reminder", json!({})).await, 403, "Forbidden".into());
}

#[tokio::test]
async fn nothing_else_is_due_while_it_is_tolerated() {
    let scene = Scene::new();
    let id = scene.violation_of(expiring("close_violation")).await;
    scene.act(OWNER, &id, "exception", json!({"exceptionExpirationDate": "2026-01-25"})).await.status(200);
    scene.advance("P15D").await;
    let shown = scene.violation(&id).await;
    assert_eq!((&shown["decision"]["status"], count(&shown, "reminder")), (&json!("exception"), 0));
    // What was due meanwhile comes as soon as it is not tolerated any longer.
    scene.advance("P5D").await;
    let over = scene.violation(&id).await;
    assert_eq!((&over["decision"]["status"], &over["decision"]["outcome"]), (&json!("complete"), &json!("expire")));
    assert_eq!(over["decision"]["phases"][0]["status"], "expired");
}

#[tokio::test]
async fn a_phase_that_runs_out_does_what_its_rule_says() {
    let scene = Scene::new();
    for action in ["do_nothing", "close_violation", "create_new_violation"] {
        let scene = Scene {
            tenant: action.replace('_', "-"),
            stage: crate::common::Stage::playing(scene.stage.app.clone(), scene.stage.wall.clone()),
        };
        let id = scene.violation_of(expiring(action)).await;
        scene.advance("P6DT23H").await;
        assert_eq!(count(&scene.violation(&id).await, "expiration"), 0);
        scene.advance("PT1H").await;
        let shown = scene.violation(&id).await;
        assert_eq!(count(&shown, "expiration"), 1);
        let (status, outcome) = (&shown["decision"]["status"], &shown["decision"]["outcome"]);
        if action == "do_nothing" {
            assert_eq!((status, outcome), (&json!("in-progress"), &Value::Null));
            assert!(shown["decision"]["phases"][0]["events"].get("expiration").is_none());
        } else {
            assert_eq!((status, outcome), (&json!("complete"), &json!("expire")));
        }
        let all = scene.get("/violation").await.json()["totalCount"].clone();
        assert_eq!(all, if action == "create_new_violation" { 2 } else { 1 });
        if action == "create_new_violation" {
            scene.take(RAJ, PAY).await;
            scene.advance("P7D").await;
            assert_eq!(scene.get("/violation").await.json()["totalCount"], 2, "the user violates no longer");
        }
    }
}
