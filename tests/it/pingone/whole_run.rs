//! The whole run of the contract's section 15.

use http::Method;
use rolecall::company::Entitlement;
use serde_json::json;

use super::duties::{CREATE, IGA, OWNER, PAY, RAJ, TASK, refused, rule, said};
use super::{Scene, user};

#[tokio::test]
async fn a_conflict_is_found_tolerated_and_put_right() {
    let scene = Scene::new();
    assert!(scene.holds(RAJ, CREATE) && !scene.holds(RAJ, PAY));

    // 1, 2: a rule and a policy.
    let made = scene.post("/policy/rule?_action=create", rule("Pay and create")).await.status(201).json();
    assert_eq!(made["ruleDefinitionTags"].as_array().unwrap().len(), 6);
    assert!(made.get("metadata").is_none());
    assert_eq!(made["violationOwner"]["userName"], OWNER);
    let rule_id = made["id"].as_str().unwrap().to_owned();
    let policy = scene.make_policy("Vendors", &[&rule_id]).await;

    // 3: what would be.
    let scan = format!("{IGA}/policy/user/{}/scan?simulate=true", user(RAJ));
    let access = json!([{"type": "entitlementGrant", "assignmentId": Entitlement::id_of(PAY).dashed()}]);
    let would = scene.call_as(RAJ, Method::POST, &scan).json(json!({"additionalAccess": access})).await;
    let would = would.status(200).json();
    assert_eq!(would["result"][0]["id"], rule_id);
    assert_eq!((&would["isSimulation"], &would["status"]), (&json!(true), &json!("complete")));
    assert_eq!(scene.get("/violation").await.json()["totalCount"], 0);

    // 4: an administrator's request gives it at once.
    let shown = scene.get(&format!("/entitlement/{}", Entitlement::id_of(PAY).dashed())).await.status(200).json();
    let common = json!({"userId": user(RAJ), "entitlementId": shown["assignment"]["id"], "context": {"type": "admin"}});
    let request = scene.post("/requests/entitlementGrant?_action=publish", json!({"common": common})).await;
    let decision = request.status(200).json()["decision"].clone();
    assert_eq!((&decision["status"], &decision["outcome"]), (&json!("complete"), &json!("provisioned")));
    assert!(scene.holds(RAJ, PAY));

    // 5: the scan finds it.
    let path = format!("/policy/{policy}/scan?waitForCompletion=true");
    let scan = scene.post(&path, json!({})).await.status(200).json();
    assert_eq!((&scan["status"], &scan["results"][0]["numViolations"]), (&json!("complete"), &json!(1)));
    let id = scan["results"][0]["violations"][0]["id"].as_str().unwrap().to_owned();

    // 6: the owner finds it.
    let open = json!({"targetFilter": {"operator": "OR", "operand": [
        {"operator": "EQUALS", "operand": {"targetName": "decision.status", "targetValue": "pending"}},
        {"operator": "EQUALS", "operand": {"targetName": "decision.status", "targetValue": "in-progress"}},
    ]}});
    let mine = scene.post_as(OWNER, "/user/violation/search", open.clone()).await.status(200).json();
    assert_eq!((&mine["totalCount"], &mine["result"][0]["id"]), (&json!(1), &json!(id)));
    assert_eq!(mine["result"][0]["decision"]["phases"][0]["name"], TASK);
    assert_eq!(mine["result"][0]["decision"]["actors"]["active"][0]["id"], format!("managed/user/{}", user(OWNER)));
    assert_eq!(scene.post_as(RAJ, "/user/violation/search", open).await.json()["totalCount"], 0);

    // 7: again, later.
    scene.advance("PT1H").await;
    let again = scene.post(&path, json!({})).await.status(200).json();
    assert_eq!(again["results"][0]["numViolations"], 1);
    assert_eq!(scene.get("/violation").await.json()["totalCount"], 1);
    assert_eq!(scene.violation(&id).await["stats"]["latestDetectionTime"], "2026-01-05T10:00:00+00:00");

    // 8, 9: tolerated until a date.
    let until = json!({"exceptionExpirationDate": "2026-02-05", "comment": "quarter end"});
    let tolerated = scene.act(OWNER, &id, "exception", until).await.status(200).json();
    assert_eq!(tolerated["decision"]["status"], "exception");
    assert_eq!(tolerated["decision"]["events"]["exception"]["date"], "2026-02-05T00:00:00+00:00");
    let expected = [
        ("assignment", "Assigned to Ingrid Solberg"),
        ("exception", "quarter end"),
        ("exception", "Exception granted until Feb 5, 2026 12:00 AM"),
    ];
    assert_eq!(said(&tolerated), expected.map(|(action, text)| (action.to_owned(), text.to_owned())));
    scene.advance("P31D").await;
    let lapsed = scene.violation(&id).await;
    assert_eq!(lapsed["decision"]["status"], "in-progress");
    assert_eq!(lapsed["decision"]["events"], json!({}));
    assert!(said(&lapsed).contains(&("cancel-exception".into(), "Exception expired".into())));

    // 10: put right.
    let grants = scene.grants(&id).await;
    let body = json!({"remediationOptionId": "grantRemoval", "grantIds": grants[1], "justification": "not needed"});
    let over = scene.act(OWNER, &id, "remediate", body).await.status(200).json();
    let decision = &over["decision"];
    assert_eq!((&decision["status"], &decision["outcome"]), (&json!("complete"), &json!("remediate")));
    assert_eq!(decision["remediationStatus"], "complete");
    assert_eq!(decision["phases"][0]["decision"], "remediate");
    assert!(scene.holds(RAJ, CREATE) && !scene.holds(RAJ, PAY));
    assert_eq!(scene.scan(&rule_id).await["numViolations"], 0);

    // 11, 12: over.
    let complete = format!("Violation with id: {id} is already complete.");
    refused(scene.post(&format!("/violation/{id}/allow"), json!({})).await, 400, complete.into());
    assert_eq!(scene.asked(OWNER, "").await, 0);
    assert_eq!(scene.asked(OWNER, "?actorStatus=inactive").await, 1);
    assert_eq!(scene.asked(OWNER, "?actorStatus=active,inactive").await, 1);
}
