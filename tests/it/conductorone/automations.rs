//! Access that a rule gives, and takes again (contract, 11, 15: automation).

use rolecall::company::{Person, PersonChange};
use rolecall::world::Cause;
use serde_json::{Value, json};

use super::{ADMIN, Scene, text};

const READER: &str = "tableau/explorer";

/// Says by which rule an entitlement is given.
async fn automate(scene: &Scene, rule: Value) -> (String, Value) {
    let (app, entitlement) = scene.named(READER).await;
    let path = format!("/api/v1/apps/{app}/entitlements/{entitlement}/automation");
    let mut automation = json!({"displayName": "Explorers", "description": ""});
    automation.as_object_mut().unwrap().extend(rule.as_object().unwrap().clone());
    let made = scene.post(ADMIN, &format!("{path}/create"), json!({"automation": automation})).await.status(200).json();
    (path, made["automation"].clone())
}

async fn holders(scene: &Scene) -> Vec<String> {
    let (app, entitlement) = scene.named(READER).await;
    let mut held = Vec::new();
    let mut token = String::new();
    loop {
        let path = format!("/api/v1/apps/{app}/entitlements/{entitlement}/grants?page_size=100&page_token={token}");
        let page = scene.read(&path).await;
        let rows = page["list"].as_array().unwrap().iter();
        held.extend(rows.filter_map(|row| row["user"]["displayName"].as_str().map(str::to_owned)));
        token = text(&page["nextPageToken"]);
        if token.is_empty() {
            return held;
        }
    }
}

async fn automatic(scene: &Scene, origin: &str) -> Vec<Value> {
    let page = scene.search("tasks", json!({"pageSize": 100})).await;
    let rows = page["list"].as_array().unwrap().iter().map(|row| row["task"].clone());
    rows.filter(|task| task["origin"] == format!("TASK_ORIGIN_{origin}")).collect()
}

#[tokio::test]
async fn a_rule_gives_to_whom_it_is_true_of_and_takes_only_what_it_gave() {
    let scene = Scene::new();
    let before = holders(&scene).await;
    let treasury = ["Tomas Herrera", "Quentin Navarro", "Ivy Mercado"];
    let rule = json!({"cel": {"expression": "subject.email.startsWith('ivy.mercado') || subject.email.startsWith('quentin.navarro')"}});
    let (path, made) = automate(&scene, rule).await;
    assert_eq!(made["lastRunStatus"]["status"], "APP_ENTITLEMENT_AUTOMATION_RUN_STATUS_SUCCESS");
    let given = holders(&scene).await;
    for name in &treasury[1..] {
        assert!(given.contains(&(*name).to_owned()), "{name}");
    }
    let tasks = automatic(&scene, "AUTOMATION").await;
    assert!(!tasks.is_empty() && tasks.len() <= 2);
    assert!(tasks.iter().all(|task| task["state"] == "TASK_STATE_CLOSED"), "nobody is asked");

    // The next day's run finds nothing new.
    scene.advance("P2D").await;
    assert_eq!(automatic(&scene, "AUTOMATION").await.len(), tasks.len());

    let update = json!({"cel": {"expression": "subject.email.startsWith('ivy.mercado')"}});
    scene.post(ADMIN, &format!("{path}/update"), update).await.status(200);
    let left = holders(&scene).await;
    assert!(left.contains(&"Ivy Mercado".to_owned()));
    assert_eq!(left.contains(&"Quentin Navarro".to_owned()), before.contains(&"Quentin Navarro".to_owned()));
    assert!(before.iter().all(|name| left.contains(name)), "what others gave stays");
}

#[tokio::test]
async fn a_rule_follows_the_company_day_by_day_and_leaves_out_whom_it_is_told_to() {
    let scene = Scene::new();
    let (path, _) = automate(&scene, json!({"cel": {"expression": "subject.profile['department'] == 'legal'"}})).await;
    let before = holders(&scene).await;
    assert!(before.contains(&"Martha Estrada".to_owned()));
    let martha = scene.user("martha.estrada").await;
    scene.post(ADMIN, &format!("{path}/exclusions"), json!({"userIds": [martha]})).await.status(200);
    let moved = async |person: &str, department: &str| {
        let (id, department) = (Person::id_of(person), Some(department.to_owned()));
        let change = PersonChange { department, ..PersonChange::default() };
        let tenant = scene.tenant();
        let changed = tenant
            .change(Cause::Operator("test"), |draft| draft.on_company(|company, log| company.change(log, id, change)));
        assert!(changed.await.is_ok());
    };
    moved("martha.estrada", "finance").await;
    moved("ivy.gupta", "finance").await;
    moved("raj.patel", "legal").await;
    scene.advance("P1DT1H").await;
    let after = holders(&scene).await;
    assert!(after.contains(&"Martha Estrada".to_owned()), "left out: neither given nor taken");
    assert!(!after.contains(&"Ivy Gupta".to_owned()) && after.contains(&"Raj Patel".to_owned()), "{after:?}");
    scene.delete(ADMIN, &path).json(json!({})).await.status(200);
    moved("ed.okafor", "legal").await;
    scene.advance("P3D").await;
    assert!(!holders(&scene).await.contains(&"Ed Okafor".to_owned()), "deleted: it gives no more");
    assert!(holders(&scene).await.contains(&"Raj Patel".to_owned()), "and takes nothing");
}

#[tokio::test]
async fn a_rule_that_cannot_be_read_says_so() {
    let scene = Scene::new();
    let (_, made) = automate(&scene, json!({"cel": {"expression": "nobody.email == ''"}})).await;
    assert_eq!(made["lastRunStatus"]["status"], "APP_ENTITLEMENT_AUTOMATION_RUN_STATUS_FAILED");
    assert!(text(&made["lastRunStatus"]["errorMessage"]).contains("undeclared reference to 'nobody'"));
    assert_eq!(automatic(&scene, "AUTOMATION").await.len(), 0);
}

/// A catalog of one entitlement, given to whom an expression is true of.
async fn bundle(scene: &Scene, expression: &str, more: Value) -> String {
    let (app, entitlement) = scene.named(READER).await;
    let mut body = json!({"displayName": "Explorers", "published": true});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let made = scene.post(ADMIN, "/api/v1/catalogs", body).await.status(200).json();
    let path = format!("/api/v1/catalogs/{}", text(&made["requestCatalogView"]["requestCatalog"]["id"]));
    let entries = json!({"appEntitlements": [{"appId": app, "id": entitlement}]});
    scene.post(ADMIN, &format!("{path}/requestable_entries"), entries).await.status(200);
    set(scene, &path, expression).await;
    path
}

async fn set(scene: &Scene, path: &str, expression: &str) -> Value {
    let body = json!({"enabled": true, "cel": {"expression": expression}});
    scene.post(ADMIN, &format!("{path}/bundle_automation"), body).await.status(200).json()
}

#[tokio::test]
async fn a_catalog_is_given_to_its_members_and_taken_from_those_who_are_none() {
    let scene = Scene::new();
    let legal = "subject.profile['department'] == 'legal'";
    let more = json!({"unenrollmentBehavior": "REQUEST_CATALOG_UNENROLLMENT_BEHAVIOR_REVOKE_UNJUSTIFIED"});
    let path = bundle(&scene, legal, more).await;
    let shown = scene.read(&format!("{path}/bundle_automation")).await;
    assert_eq!(shown["state"]["status"], "BUNDLE_AUTOMATION_RUN_STATUS_SUCCESS");
    assert!(text(&shown["state"]["celEvaluation"]["matchedUsers"]).parse::<u64>().unwrap() > 5);
    assert!(holders(&scene).await.contains(&"Martha Estrada".to_owned()));
    let tasks = automatic(&scene, "PROFILE_MEMBERSHIP_AUTOMATION").await;
    assert!(tasks.len() > 3);
    let narrower = format!("{legal} && subject.email != 'martha.estrada@acme.example'");
    set(&scene, &path, &narrower).await;
    assert!(!holders(&scene).await.contains(&"Martha Estrada".to_owned()));
    scene.post(ADMIN, &format!("{path}/bundle_automation/run"), json!({})).await.status(200);
    assert!(!holders(&scene).await.contains(&"Martha Estrada".to_owned()));
}

#[tokio::test]
async fn an_automation_that_would_take_too_much_waits_for_somebody() {
    let scene = Scene::new();
    let more = json!({"unenrollmentBehavior": "REQUEST_CATALOG_UNENROLLMENT_BEHAVIOR_REVOKE_ALL"});
    let path = bundle(&scene, "subject.profile['department'] == 'finance'", more).await;
    let before = holders(&scene).await.len();
    let stopped = set(&scene, &path, "false").await;
    assert_eq!(stopped["circuitBreaker"]["state"], "CIRCUIT_BREAKER_STATE_TRIGGERED");
    assert_eq!(stopped["state"]["status"], "BUNDLE_AUTOMATION_RUN_STATUS_WAITING_FOR_APPROVAL");
    assert_eq!(holders(&scene).await.len(), before);
    scene.post(ADMIN, &format!("{path}/bundle_automation/resume"), json!({})).await.status(200);
    let resumed = scene.read(&format!("{path}/bundle_automation")).await;
    assert_eq!(resumed["state"]["status"], "BUNDLE_AUTOMATION_RUN_STATUS_SUCCESS");
    assert!(resumed.get("circuitBreaker").is_none());
    assert!(holders(&scene).await.len() < before);
}

#[tokio::test]
async fn access_that_nobody_uses_is_asked_back_once() {
    let scene = Scene::new();
    let app = scene.app("Figma").await;
    let path = format!("/api/v1/apps/{app}/usage_controls");
    let read = scene.read(&path).await;
    assert_eq!(read["appUsageControls"]["revoke"], false);
    assert_eq!((&read["hasUsageData"], &read["appUsageControls"]["appId"]), (&json!(true), &json!(app)));
    assert!(automatic(&scene, "NON_USAGE_REVOKE").await.is_empty());
    let body =
        json!({"appUsageControls": {"revoke": true, "revokeAfterDays": 60}, "updateMask": "revoke,revokeAfterDays"});
    let updated = scene.post(ADMIN, &path, body).await.status(200).json();
    assert_eq!(updated["appUsageControls"]["revokeAfterDays"], 60);
    let first = automatic(&scene, "NON_USAGE_REVOKE").await;
    for task in &first {
        let source = &task["type"]["revoke"]["source"]["nonUsage"];
        assert!(source["expiresAt"].as_str().unwrap() <= "2026-01-05T09:00:00Z", "{source}");
    }
    // By then nobody has used it for two months, and nobody is asked twice about the same silence.
    scene.advance("P70D").await;
    let all = automatic(&scene, "NON_USAGE_REVOKE").await;
    assert!(all.len() > first.len() && all.len() < 100, "{}", all.len());
    let mut accounts: Vec<_> = all.iter().map(|task| text(&task["type"]["revoke"]["appUserId"])).collect();
    accounts.sort();
    accounts.dedup();
    assert_eq!(accounts.len(), all.len());
    scene.post("raj.patel", &path, json!({})).await.status(403);
}
