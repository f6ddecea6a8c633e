//! What time does by itself: reminders, escalation, timeouts, beginnings and ends.

use serde_json::{Value, json};

use super::{Scene, person, wish};

const ROLE: &str = "role/remote-worker";

/// Who the only approval of a request waits for.
async fn owner(scene: &Scene, request: &str) -> Value {
    scene.item(request).await["approvalDetails"][0]["currentOwner"]["id"].clone()
}

#[tokio::test]
async fn an_approval_is_reminded_of_then_climbs_and_stays_with_the_fallback() {
    let scene = Scene::new();
    // The seed: after five days, every two days, two reminders.
    let request = scene.request("ed.okafor", "ed.okafor", &[wish(ROLE)]).await;
    scene.advance("P5D").await;
    assert_eq!(owner(&scene, &request).await, person("mia.chen"));
    for (climb, to) in [("P4D", "ingrid.solberg"), ("P9D", "victor.almeida"), ("P9D", "noor.haddad")] {
        scene.advance(climb).await;
        assert_eq!(owner(&scene, &request).await, person(to));
    }
    scene.advance("P90D").await;
    assert_eq!(owner(&scene, &request).await, person("noor.haddad"));
    let history = scene.pending("noor.haddad").await[0]["forwardHistory"].clone();
    let kinds: Vec<_> = history.as_array().unwrap().iter().map(|hop| &hop["reassignmentType"]).collect();
    assert_eq!(kinds, ["AUTO_ESCALATION"; 3]);
}

#[tokio::test]
async fn an_approval_does_not_climb_to_the_one_who_asked() {
    let scene = Scene::new();
    // Ingrid asks for Mia's report, so Mia's manager is passed over.
    let request = scene.request("ingrid.solberg", "ed.okafor", &[wish(ROLE)]).await;
    scene.advance("P9D").await;
    assert_eq!(owner(&scene, &request).await, person("victor.almeida"));
}

#[tokio::test]
async fn without_reminders_it_climbs_at_once() {
    let scene = Scene::new();
    let rules = json!({"escalation": {"daysUntilEscalation": 3}});
    scene.step(json!({"step": "set-approval-rules", "rules": rules})).await;
    let request = scene.request("ed.okafor", "ed.okafor", &[wish(ROLE)]).await;
    scene.advance("P3D").await;
    assert_eq!(owner(&scene, &request).await, person("ingrid.solberg"));
}

#[tokio::test]
async fn an_approval_that_nobody_decides_ends_as_the_rules_say() {
    for (result, state, status) in [("EXPIRED", "TERMINATED", "EXPIRED"), ("APPROVED", "REQUEST_COMPLETED", "APPROVED")]
    {
        let scene = Scene::new();
        let rules = json!({"timeout": {"days": 10, "result": result}});
        scene.step(json!({"step": "set-approval-rules", "rules": rules})).await;
        let request = scene.request("ed.okafor", "ed.okafor", &[wish(ROLE)]).await;
        scene.advance("P10DT1M").await;
        let item = scene.item(&request).await;
        assert_eq!((&item["state"], &item["approvalDetails"][0]["status"]), (&json!(state), &json!(status)));
        assert_eq!(item["approvalDetails"][0]["timeoutConfig"]["timeoutResult"], result);
        let activity = scene.get(super::ADMIN, &format!("/v3/account-activities/{request}")).await.json();
        let approval = if result == "EXPIRED" { "EXPIRED" } else { "FINISHED" };
        assert_eq!(activity["items"][0]["approvalStatus"], approval);
    }
}

#[tokio::test]
async fn a_request_in_flight_keeps_the_rules_it_began_with() {
    let scene = Scene::new();
    let request = scene.request("ed.okafor", "ed.okafor", &[wish(ROLE)]).await;
    let rules = json!({"timeout": {"days": 1, "result": "EXPIRED"}});
    scene.step(json!({"step": "set-approval-rules", "rules": rules})).await;
    scene.advance("P2D").await;
    assert_eq!(scene.item(&request).await["state"], "EXECUTING");
}

#[tokio::test]
async fn access_begins_at_its_start_date_and_ends_at_its_remove_date() {
    let scene = Scene::new();
    let wish = wish("role/wiki-and-tickets")
        .with("startDate", "2026-01-10T00:00:00Z")
        .with("removeDate", "2026-01-20T00:00:00Z");
    let request = scene.request("ed.okafor", "ed.okafor", &[wish]).await;
    scene.advance("P3D").await;
    let item = scene.item(&request).await;
    assert_eq!((&item["state"], &item["cancelable"]), (&json!("EXECUTING"), &json!(false)));
    assert!(!scene.holds("ed.okafor", "confluence/confluence-users"));
    scene.advance("P3D").await;
    assert_eq!(scene.item(&request).await["state"], "REQUEST_COMPLETED");
    assert!(scene.holds("ed.okafor", "confluence/confluence-users"));
    scene.advance("P10D").await;
    assert!(!scene.holds("ed.okafor", "confluence/confluence-users"));
    // Nobody asked for the end, so it is an activity and no access request.
    let activities = scene.get(super::ADMIN, &format!("/v3/account-activities?requested-for={}", person("ed.okafor")));
    let activities = activities.await.json();
    assert_eq!(activities.as_array().unwrap().len(), 2);
    assert_eq!(activities[1]["requesterIdentitySummary"], json!(null));
    assert_eq!(activities[1]["items"][0]["operation"], "REMOVE");
    let rows = scene.get(super::ADMIN, "/v3/access-request-status").await.json();
    assert_eq!(rows.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn asking_again_with_another_end_moves_it() {
    let scene = Scene::new();
    let until = |date: &str| wish("role/wiki-and-tickets").with("removeDate", date);
    scene.request("ed.okafor", "ed.okafor", &[until("2026-01-10T00:00:00Z")]).await;
    scene.advance("PT1M").await;
    let request = scene.request("ed.okafor", "ed.okafor", &[until("2026-01-30T00:00:00Z")]).await;
    scene.advance("P10D").await;
    assert_eq!(scene.item(&request).await["state"], "REQUEST_COMPLETED");
    assert!(scene.holds("ed.okafor", "confluence/confluence-users"));
    // Leaving the end out asks for its removal.
    let request = scene.request("ed.okafor", "ed.okafor", &[wish("role/wiki-and-tickets")]).await;
    scene.advance("P60D").await;
    assert_eq!(scene.item(&request).await["state"], "REQUEST_COMPLETED");
    assert!(scene.holds("ed.okafor", "confluence/confluence-users"));
}
