//! What waits for whom, as the autopilot settles it, and what it lets people ask for.

use http::Method;
use rolecall::company::{Person, Removal};
use serde_json::{Value, json};

use super::Scene;
use super::duties::{IGA, OWNER, RAJ, rule};

async fn habits(scene: &Scene, habits: Value) {
    scene.stage.put("/_rolecall/tenants/default/autopilot").json(habits).await.status(200);
}

async fn step(scene: &Scene, step: Value) -> Value {
    let body = json!({"vendor": "pingone", "step": step});
    scene.stage.post("/_rolecall/tenants/default/steps").json(body).await.status(200).json()["result"].clone()
}

fn rules(kind: &str, choice: &str) -> Value {
    json!({"rules": [{"vendor": "pingone", "kind": kind, "after": "PT1H", "choices": {choice: 1}}]})
}

#[tokio::test]
async fn an_owner_decides_about_a_violation_by_themselves() {
    for (choice, status, outcome) in [
        ("remediate", "complete", json!("remediate")),
        ("allow", "complete", json!("allow")),
        ("exception", "exception", Value::Null),
    ] {
        let scene = Scene::new();
        habits(&scene, rules("violation", choice)).await;
        let id = scene.violation_of(rule("Vendors")).await;
        scene.advance("P1D").await;
        let decided = scene.violation(&id).await["decision"].clone();
        assert_eq!((&decided["status"], &decided["outcome"]), (&json!(status), &outcome), "{choice}");
        let owner = decided["comments"].as_array().unwrap().iter().any(|said| said["user"]["userName"] == OWNER);
        assert!(owner, "{choice}");
    }
}

#[tokio::test]
async fn requests_are_made_and_decided_by_steps() {
    let scene = Scene::new();
    let company = scene.tenant().read().company().clone();
    let raj = Person::id_of(RAJ);
    let wanted = |removal: Removal| {
        let mut rows = company.entitlements().iter();
        let row = rows.find(|row| {
            let app = company.apps().get(&row.app).unwrap();
            app.removal == removal && company.holding(raj, row.id).is_none() && !app.owners.is_empty()
        });
        row.unwrap().id.dashed()
    };
    habits(&scene, rules("approval", "approve")).await;
    let ask =
        json!({"step": "request-access", "by": RAJ, "entitlement": wanted(Removal::Connector), "comment": "please"});
    let made = step(&scene, ask).await["requestId"].as_str().unwrap().to_owned();
    scene.advance("P1D").await;
    let request = scene.get(&format!("/requests/{made}")).await.status(200).json();
    assert_eq!(request["decision"]["outcome"], "provisioned");
    assert_eq!(request["request"]["common"]["justification"], "please");

    // What has no connector is done by hand.
    let ask = json!({"step": "request-access", "by": RAJ, "entitlement": wanted(Removal::Manual)});
    let made = step(&scene, ask).await["requestId"].as_str().unwrap().to_owned();
    scene.advance("P1D").await;
    habits(&scene, rules("work-item", "done")).await;
    scene.advance("P1D").await;
    let request = scene.get(&format!("/requests/{made}")).await.status(200).json();
    assert_eq!(request["decision"]["outcome"], "fulfilled");
}

#[tokio::test]
async fn managers_review_by_themselves() {
    let scene = Scene::new();
    let department = scene.tenant().read().company().people().get(&Person::id_of(RAJ)).unwrap().department.clone();
    habits(&scene, rules("certification", "certify")).await;
    let begin = json!({"step": "start-certification", "name": "Spring", "department": department});
    let campaign = step(&scene, begin).await["certificationId"].as_str().unwrap().to_owned();
    scene.advance("P2D").await;
    let campaign = scene.get(&format!("/admin/certification/{campaign}")).await.status(200).json();
    let (total, done) = (&campaign["totalCount"], &campaign["signedOffCount"]);
    assert!(total.as_u64().unwrap() > 0 && done.as_u64().unwrap() > 0, "{campaign}");
}

#[tokio::test]
async fn somebody_wishes_for_what_they_lack() {
    let scene = Scene::new();
    habits(&scene, json!({"rules": [], "activity": {"requests": 6.0}})).await;
    scene.advance("P5D").await;
    let made = scene.call(Method::GET, &format!("{IGA}/requests?_pageSize=1000")).await.status(200).json();
    assert!(made["totalCount"].as_u64().unwrap() > 0);
    let first = &made["result"][0];
    assert_eq!(first["requester"]["id"], format!("managed/user/{}", first["user"]["id"].as_str().unwrap()));
    let unknown = json!({"step": "request-access", "by": RAJ, "entitlement": "no/such"});
    let body = json!({"vendor": "pingone", "step": unknown});
    let reply = scene.stage.post("/_rolecall/tenants/default/steps").json(body).await;
    assert!(reply.status.is_client_error(), "{}", reply.status);
}
