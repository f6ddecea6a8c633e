//! From the last approval to the access itself, and back.

use serde_json::{Value, json};

use super::{ADMIN, Scene, person, wish};

const PROFILE: &str = "access-profile/erp-display-finance";

const PENDING: &str = "/v3/access-request-approvals/pending";

/// A profile of two entitlements that nobody is asked about, for somebody who has neither.
async fn request(scene: &Scene) -> String {
    let request = scene.request("arturo.salcedo", "arturo.salcedo", &[wish(PROFILE)]).await;
    scene.advance("PT1M").await;
    request
}

fn holds(scene: &Scene) -> [bool; 2] {
    ["erp/fi-display", "erp/vendor-display"].map(|entitlement| scene.holds("arturo.salcedo", entitlement))
}

#[tokio::test]
async fn a_scripted_end_is_what_the_status_says() {
    let table = [
        ("success", "REQUEST_COMPLETED", [true, true], "SUCCESSFUL"),
        ("failure", "PROVISIONING_FAILED", [false, false], "FAILED"),
        ("partial", "NOT_ALL_ITEMS_PROVISIONED", [true, false], "FAILED"),
    ];
    for (outcome, state, held, result) in table {
        let scene = Scene::new();
        assert_eq!(holds(&scene), [false, false]);
        let script =
            json!({"step": "script-provisioning", "target": "source/erp", "outcome": outcome, "message": "down"});
        scene.step(script).await;
        let item = scene.item(&request(&scene).await).await;
        assert_eq!(item["state"], state);
        let given = holds(&scene).into_iter().filter(|held| *held).count();
        assert_eq!(given, held.into_iter().filter(|held| *held).count(), "{outcome}");
        let last = item["accessRequestPhases"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&last["name"], &last["result"]), (&json!("PROVISIONING_PHASE"), &json!(result)));
        let says = item["errorMessages"].clone();
        assert_eq!(says, if outcome == "success" { Value::Null } else { says.clone() });
        assert!(outcome == "success" || says[0][0]["text"] == "down", "{says}");
    }
}

#[tokio::test]
async fn an_extension_that_fails_leaves_the_old_end() {
    let scene = Scene::new();
    let until = |date: &str| wish(PROFILE).with("removeDate", date);
    scene.request("arturo.salcedo", "arturo.salcedo", &[until("2026-01-10T00:00:00Z")]).await;
    scene.advance("PT1M").await;
    scene.step(json!({"step": "script-provisioning", "target": "source/erp", "outcome": "failure"})).await;
    let request = scene.request("arturo.salcedo", "arturo.salcedo", &[until("2026-02-10T00:00:00Z")]).await;
    scene.advance("PT1M").await;
    assert_eq!(scene.item(&request).await["state"], "PROVISIONING_FAILED");
    scene.step(json!({"step": "script-provisioning", "target": "source/erp", "outcome": null})).await;
    assert_eq!(holds(&scene), [true, true]);
    scene.advance("P5D").await;
    assert_eq!(holds(&scene), [false, false]);
}

#[tokio::test]
async fn what_the_manager_revokes_is_taken() {
    let scene = Scene::new();
    request(&scene).await;
    let why = wish(PROFILE).with("comment", "changed desks");
    let answer = scene.ask("vernon.tate", "REVOKE_ACCESS", "arturo.salcedo", &[why]).await.status(202).json();
    let request = answer["newRequests"][0]["accessRequestIds"][0].as_str().unwrap();
    scene.advance("PT1M").await;
    let item = scene.item(request).await;
    assert_eq!((&item["state"], &item["requestType"]), (&json!("REQUEST_COMPLETED"), &json!("REVOKE_ACCESS")));
    let names: Vec<_> = item["accessRequestPhases"].as_array().unwrap().iter().map(|phase| &phase["name"]).collect();
    assert_eq!(names, ["PROVISIONING_PHASE"]);
    assert_eq!(holds(&scene), [false, false]);
    let again = scene.request("arturo.salcedo", "arturo.salcedo", &[wish(PROFILE)]).await;
    scene.advance("PT1M").await;
    assert_eq!(scene.item(&again).await["state"], "REQUEST_COMPLETED");
}

#[tokio::test]
async fn a_revocation_can_wait_for_its_date() {
    let scene = Scene::new();
    request(&scene).await;
    let later = wish(PROFILE).with("comment", "end of project").with("removeDate", "2026-01-15T00:00:00Z");
    scene.ask("vernon.tate", "REVOKE_ACCESS", "arturo.salcedo", &[later]).await.status(202);
    scene.advance("P5D").await;
    assert_eq!(holds(&scene), [true, true]);
    scene.advance("P5D").await;
    assert_eq!(holds(&scene), [false, false]);
}

#[tokio::test]
async fn a_role_that_goes_takes_only_what_it_gave() {
    let scene = Scene::new();
    // The profile of the role and the profile of its own give the same entitlements.
    request(&scene).await;
    let role = wish("role/internal-auditor").with("removeDate", "2026-01-20T00:00:00Z");
    scene.request("arturo.salcedo", "arturo.salcedo", &[role]).await;
    scene.approve("eleni.stavrou").await;
    scene.approve("noor.haddad").await;
    scene.advance("PT1M").await;
    assert!(scene.holds("arturo.salcedo", "sql-finance/fin-reader"));
    scene.advance("P20D").await;
    assert!(!scene.holds("arturo.salcedo", "sql-finance/fin-reader"));
    assert_eq!(holds(&scene), [true, true]);
}

#[tokio::test]
async fn a_toxic_pair_informs_the_approvers_and_stops_nothing() {
    let scene = Scene::new();
    let who = "raj.patel";
    assert!(scene.holds(who, "erp/vendor-create"));
    let pay = wish("role/vendor-payment-run").with("comment", "cover");
    let request = scene.request(who, who, &[pay]).await;
    let context = scene.pending("mia.chen").await[0]["sodViolationContext"].clone();
    assert_eq!(context["state"], "SUCCESS");
    let result = &context["violationCheckResult"];
    assert_eq!(result["violatedPolicies"][0]["name"], "Create and pay vendors");
    let criteria = &result["violationContexts"][0]["conflictingAccessCriteria"];
    let side = |side: &str| criteria[side]["criteriaList"][0]["existing"].clone();
    assert_eq!((side("leftCriteria"), side("rightCriteria")), (json!(true), json!(false)));
    let item = scene.item(&request).await;
    assert_eq!(item["sodViolationContext"], context);
    assert_eq!(item["accessRequestPhases"][0]["phaseReference"], "sodViolationContext");
    assert_eq!(item["state"], "EXECUTING");
    let clean = scene.request("ed.okafor", "ed.okafor", &[wish("role/remote-worker")]).await;
    let result = scene.item(&clean).await["sodViolationContext"]["violationCheckResult"].clone();
    assert_eq!(result["violatedPolicies"], json!([]));
}

#[tokio::test]
async fn on_a_source_without_a_connector_somebody_does_it_by_hand() {
    let scene = Scene::new();
    let request =
        scene.request("arturo.salcedo", "arturo.salcedo", &[wish("entitlement/badge-access/site-munich")]).await;
    while let [approval, ..] = &scene.get(ADMIN, PENDING).await.json().as_array().unwrap()[..] {
        scene.decide(ADMIN, approval["id"].as_str().unwrap(), "approve", "").await.status(202);
    }
    scene.advance("PT1M").await;
    let item = scene.item(&request).await;
    assert_eq!(item["state"], "PROVISIONING_VERIFICATION_PENDING");
    assert_eq!(item["provisioningDetails"]["orderedSubPhaseReferences"], "manualWorkItemDetails");
    let manual = &item["manualWorkItemDetails"][0];
    assert_eq!((&manual["status"], &manual["currentOwner"]["id"]), (&json!("PENDING"), &json!(person("gloria.banks"))));
    let provisioning = item["accessRequestPhases"].as_array().unwrap().last().unwrap();
    assert_eq!(provisioning["phaseReference"], "manualWorkItemDetails");
    assert!(!scene.holds("arturo.salcedo", "badge-access/site-munich"));
    let work = scene.get("gloria.banks", "/v3/work-items").await.json();
    scene
        .post("gloria.banks", &format!("/v3/work-items/{}", work[0]["id"].as_str().unwrap()), json!("done"))
        .await
        .status(200);
    let item = scene.item(&request).await;
    assert_eq!(
        (&item["state"], &item["manualWorkItemDetails"][0]["status"]),
        (&json!("REQUEST_COMPLETED"), &json!("APPROVED"))
    );
    assert!(scene.holds("arturo.salcedo", "badge-access/site-munich"));
}

#[tokio::test]
async fn what_could_not_be_done_by_hand_fails_and_is_not_assigned() {
    let scene = Scene::new();
    let object = "access-profile/badge-after-hours";
    let request = scene.request("arturo.salcedo", "arturo.salcedo", &[wish(object).with("comment", "x")]).await;
    scene.approve("vernon.tate").await;
    scene.approve("gloria.banks").await;
    scene.advance("PT1M").await;
    let failed = json!({"step": "complete-work-item", "for": "arturo.salcedo", "object": object, "done": false});
    scene.step(failed).await;
    let item = scene.item(&request).await;
    assert_eq!(
        (&item["state"], &item["manualWorkItemDetails"][0]["status"]),
        (&json!("PROVISIONING_FAILED"), &json!("REJECTED"))
    );
    let path = format!("/v3/requestable-objects?identity-id={}&term=after+hours", person("arturo.salcedo"));
    let rows = scene.get(ADMIN, &path).await.json();
    assert!(rows.as_array().unwrap().iter().all(|row| row["requestStatus"] == "AVAILABLE"), "{rows}");
}
