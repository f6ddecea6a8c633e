//! Who is asked, and what becomes of what they say.

use serde_json::json;

use super::{ADMIN, Scene, id, person, wish};

const BUYER: &str = "role/buyer";

#[tokio::test]
async fn the_manager_then_the_owner_approve_and_the_clock_brings_the_access() {
    let scene = Scene::new();
    let request = scene.request("ed.okafor", "ed.okafor", &[wish(BUYER).with("comment", "for the desk")]).await;
    let first = scene.pending("mia.chen").await;
    let approval = scene.only(&first);
    assert_eq!(first[0]["accessRequestId"], request);
    assert_eq!(first[0]["name"], "Buyer");
    assert_eq!(first[0]["requestedObject"]["id"], id(BUYER));
    assert_eq!(first[0]["requesterComment"]["comment"], "for the desk");
    assert!(scene.pending("george.adeyemi").await.is_empty());
    assert_eq!(scene.item(&request).await["cancelable"], true);

    scene.decide("mia.chen", &approval, "approve", "fine").await.status(202);
    let second = scene.pending("george.adeyemi").await;
    assert_eq!(second[0]["previousReviewersComments"][0]["comment"], "fine");
    assert!(scene.pending("mia.chen").await.is_empty());
    scene.approve("george.adeyemi").await;

    let item = scene.item(&request).await;
    assert_eq!((&item["state"], &item["cancelable"]), (&json!("EXECUTING"), &json!(false)));
    assert!(!scene.holds("ed.okafor", "erp/po-create"));
    scene.advance("PT30S").await;
    let item = scene.item(&request).await;
    assert_eq!(item["state"], "REQUEST_COMPLETED");
    assert!(scene.holds("ed.okafor", "erp/po-create") && scene.holds("ed.okafor", "coupa/cp-buyer"));
    let phases: Vec<_> = item["accessRequestPhases"].as_array().unwrap().iter().collect();
    let names: Vec<_> = phases.iter().map(|phase| phase["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["SOD_PHASE", "APPROVAL_PHASE", "PROVISIONING_PHASE"]);
    assert!(phases.iter().all(|phase| phase["state"] == "COMPLETED" && phase["result"] == "SUCCESSFUL"));
    let schemes: Vec<_> = item["approvalDetails"].as_array().unwrap().iter().map(|step| &step["scheme"]).collect();
    assert_eq!(schemes, ["MANAGER", "ROLE_OWNER"]);
    let completed = scene.get("mia.chen", "/v3/access-request-approvals/completed?owner-id=me").await.json();
    assert_eq!((&completed[0]["id"], &completed[0]["state"]), (&json!(approval), &json!("APPROVED")));
    assert_eq!(completed[0]["reviewerComment"]["comment"], "fine");
}

#[tokio::test]
async fn one_rejection_ends_the_item_and_asks_nobody_else() {
    let scene = Scene::new();
    let request = scene.request("ed.okafor", "ed.okafor", &[wish(BUYER)]).await;
    let approval = scene.only(&scene.pending("mia.chen").await);
    scene.decide("mia.chen", &approval, "reject", "no need").await.status(202);
    let item = scene.item(&request).await;
    assert_eq!((&item["state"], &item["cancelable"]), (&json!("REJECTED"), &json!(false)));
    let phases = item["accessRequestPhases"].as_array().unwrap();
    let shown: Vec<_> = phases.iter().map(|phase| (&phase["name"], &phase["state"], &phase["result"])).collect();
    assert_eq!(shown[1], (&json!("APPROVAL_PHASE"), &json!("COMPLETED"), &json!("FAILED")));
    assert_eq!(shown[2], (&json!("PROVISIONING_PHASE"), &json!("NOT_EXECUTED"), &json!(null)));
    assert!(scene.pending("george.adeyemi").await.is_empty());
    let summary = scene.get(ADMIN, "/v3/access-request-approvals/approval-summary").await.json();
    assert_eq!(summary, json!({"pending": 0, "approved": 0, "rejected": 1}));
    scene.advance("P1D").await;
    assert!(!scene.holds("ed.okafor", "erp/po-create"));
}

#[tokio::test]
async fn nobody_is_asked_about_what_needs_no_approval() {
    let scene = Scene::new();
    let request = scene.request("ed.okafor", "ed.okafor", &[wish("role/wiki-and-tickets")]).await;
    scene.advance("PT30S").await;
    let item = scene.item(&request).await;
    assert_eq!(item["state"], "REQUEST_COMPLETED");
    let phases = item["accessRequestPhases"].as_array().unwrap();
    assert!(phases.iter().all(|phase| phase["name"] != "APPROVAL_PHASE"));
    assert_eq!((&item["approvalDetails"], &item["approvalIds"]), (&json!([]), &json!(null)));
}

#[tokio::test]
async fn any_member_decides_for_the_group_and_then_it_is_gone_for_the_others() {
    let scene = Scene::new();
    let wish = wish("access-profile/erp-journal-release").with("comment", "close");
    let request = scene.request("minh.ellison", "minh.ellison", &[wish]).await;
    scene.approve("ingrid.solberg").await;
    let seen = scene.pending("eleni.stavrou").await;
    let approval = scene.only(&seen);
    assert_eq!(seen[0]["owner"]["type"], "GOVERNANCE_GROUP");
    assert_eq!(scene.only(&scene.pending("yuki.tanabe").await), approval);
    let path = format!("/v2025/access-request-approvals/{request}/approvers");
    assert_eq!(scene.get(ADMIN, &path).await.json().as_array().unwrap().len(), 4);
    scene.decide("yuki.tanabe", &approval, "approve", "").await.status(202);
    assert!(scene.pending("eleni.stavrou").await.is_empty());
    let completed = scene.get("eleni.stavrou", "/v3/access-request-approvals/completed?owner-id=me").await.json();
    assert_eq!(completed[0]["reviewedBy"]["id"], person("yuki.tanabe"));
    assert_eq!(completed[0]["owner"]["type"], "GOVERNANCE_GROUP");
}

#[tokio::test]
async fn a_forwarded_approval_keeps_its_id_and_says_whose_it_was() {
    let scene = Scene::new();
    let request = scene.request("ed.okafor", "ed.okafor", &[wish(BUYER)]).await;
    let approval = scene.only(&scene.pending("mia.chen").await);
    let path = format!("/v3/access-request-approvals/{approval}/forward");
    let body = json!({"newOwnerId": person("raj.patel"), "comment": "please"});
    scene.post("mia.chen", &path, body).await.status(202);
    assert!(scene.pending("mia.chen").await.is_empty());
    let seen = scene.pending("raj.patel").await;
    assert_eq!(scene.only(&seen), approval);
    let history = &seen[0]["forwardHistory"][0];
    assert_eq!(history["reassignmentType"], "MANUAL_REASSIGNMENT");
    assert_eq!((&history["oldApproverName"], &history["newApproverName"]), (&json!("Mia Chen"), &json!("Raj Patel")));
    assert_eq!((&history["forwarderName"], &history["comment"]), (&json!("Mia Chen"), &json!("please")));
    let step = &scene.item(&request).await["approvalDetails"][0];
    assert_eq!(step["forwarded"], true);
    assert_eq!(step["originalOwner"]["id"], person("mia.chen"));
    assert_eq!(step["currentOwner"]["id"], person("raj.patel"));
}

#[tokio::test]
async fn forwarding_to_the_one_who_asked_goes_on_to_their_manager() {
    let scene = Scene::new();
    scene.request("ed.okafor", "ed.okafor", &[wish(BUYER)]).await;
    let approval = scene.only(&scene.pending("mia.chen").await);
    let path = format!("/v3/access-request-approvals/{approval}/forward");
    scene.post(ADMIN, &path, json!({"newOwnerId": person("ed.okafor"), "comment": "x"})).await.status(202);
    let seen = scene.pending("mia.chen").await;
    assert_eq!(seen[0]["forwardHistory"][1]["reassignmentType"], "SELF_REVIEW_DELEGATION");
}

#[tokio::test]
async fn whoever_asks_never_reviews_themselves_unless_the_rules_say_so() {
    let table = [
        (json!({}), Some("ingrid.solberg")),
        (json!({"autoApprove": "DIRECT"}), None),
        (json!({"autoApprove": "INDIRECT"}), None),
        (json!({"autoApprovalEnabled": true}), None),
    ];
    for (rules, asked) in table {
        let scene = Scene::new();
        scene.step(json!({"step": "set-approval-rules", "rules": rules})).await;
        // The manager asks for her report: her own step.
        let request = scene.request("mia.chen", "ed.okafor", &[wish("role/remote-worker")]).await;
        let step = scene.item(&request).await["approvalDetails"][0].clone();
        match asked {
            Some(asked) => {
                assert_eq!(step["currentOwner"]["id"], person(asked), "{rules}");
                assert_eq!(step["forwardHistory"][0]["reassignmentType"], "SELF_REVIEW_DELEGATION");
            }
            None => {
                assert_eq!((&step["status"], &step["forwarded"]), (&json!("APPROVED"), &json!(false)), "{rules}");
                assert_eq!(step["reviewedBy"]["id"], person("mia.chen"));
            }
        }
    }
}

#[tokio::test]
async fn a_group_with_the_requester_in_it_approves_itself_only_indirectly() {
    for (mode, waits) in [("DIRECT", true), ("INDIRECT", false)] {
        let scene = Scene::new();
        scene.step(json!({"step": "set-approval-rules", "rules": {"autoApprove": mode}})).await;
        // Yuki is of the finance controls board; Ingrid owns the profile.
        let wish = wish("access-profile/erp-journal-release").with("comment", "close");
        scene.request("yuki.tanabe", "minh.ellison", &[wish]).await;
        scene.approve("ingrid.solberg").await;
        assert_eq!(!scene.pending("eleni.stavrou").await.is_empty(), waits, "{mode}");
    }
}

#[tokio::test]
async fn what_needs_signing_in_again_never_approves_itself() {
    let scene = Scene::new();
    scene.step(json!({"step": "set-approval-rules", "rules": {"autoApprove": "INDIRECT"}})).await;
    let wish = wish("access-profile/erp-emergency").with("comment", "incident");
    scene.request("mia.chen", "ed.okafor", &[wish]).await;
    assert_eq!(scene.pending("ingrid.solberg").await.len(), 1);
}

#[tokio::test]
async fn new_approvals_go_to_who_stands_in_and_old_ones_stay() {
    let scene = Scene::new();
    scene.request("ed.okafor", "ed.okafor", &[wish("role/remote-worker")]).await;
    scene.step(json!({"step": "reassign-work", "from": "mia.chen", "to": "raj.patel", "lasting": "P2D"})).await;
    scene.request("carol.baptiste", "carol.baptiste", &[wish("role/remote-worker")]).await;
    assert_eq!(scene.pending("mia.chen").await.len(), 1);
    let seen = scene.pending("raj.patel").await;
    assert_eq!(seen[0]["forwardHistory"][0]["reassignmentType"], "AUTOMATIC_REASSIGNMENT");
    scene.advance("P2D").await;
    scene.request("jeremy.bowers", "jeremy.bowers", &[wish("role/remote-worker")]).await;
    assert_eq!(scene.pending("mia.chen").await.len(), 2);
}

#[tokio::test]
async fn where_nobody_can_be_asked_the_fallback_approver_is() {
    let scene = Scene::new();
    scene.request("margaret.holloway", "margaret.holloway", &[wish("role/remote-worker")]).await;
    assert_eq!(scene.pending("noor.haddad").await.len(), 1);
}

#[tokio::test]
async fn of_two_approvals_at_once_the_first_wins() {
    let scene = Scene::new();
    scene.request("ed.okafor", "ed.okafor", &[wish(BUYER)]).await;
    let approval = scene.only(&scene.pending("mia.chen").await);
    let (one, other) =
        tokio::join!(scene.decide("mia.chen", &approval, "approve", ""), scene.decide(ADMIN, &approval, "reject", "x"));
    let mut answers = [one.status.as_u16(), other.status.as_u16()];
    answers.sort_unstable();
    assert_eq!(answers, [202, 400]);
}

#[tokio::test]
async fn many_are_approved_at_once_and_what_cannot_be_is_passed_over() {
    let scene = Scene::new();
    scene.request("ed.okafor", "ed.okafor", &[wish("role/remote-worker")]).await;
    scene.request("raj.patel", "raj.patel", &[wish("role/remote-worker")]).await;
    let ids: Vec<_> = scene.pending("mia.chen").await.iter().map(|row| row["id"].clone()).collect();
    scene.decide("mia.chen", ids[0].as_str().unwrap(), "approve", "").await.status(202);
    let path = "/v2025/access-request-approvals/bulk-approve";
    let all = json!({"approvalIds": [ids[0], ids[1], person("ed.okafor"), "nonsense"], "comment": "all"});
    scene.post(ADMIN, path, all).await.status(202);
    assert!(scene.pending("mia.chen").await.is_empty());
    let none = json!({"approvalIds": [person("ed.okafor")], "comment": "none"});
    scene.post(ADMIN, path, none).await.status(404);
    let many: Vec<_> = std::iter::repeat_n(&ids[0], 51).collect();
    scene.post(ADMIN, path, json!({"approvalIds": many, "comment": "many"})).await.status(400);
}

#[tokio::test]
async fn while_a_decision_is_processed_the_row_stays_and_says_so() {
    let scene = Scene::new();
    scene.pace("sailpoint/decide", json!("PT5S")).await;
    scene.request("ed.okafor", "ed.okafor", &[wish(BUYER)]).await;
    let approval = scene.only(&scene.pending("mia.chen").await);
    scene.decide("mia.chen", &approval, "approve", "").await.status(202);
    let seen = scene.pending("mia.chen").await;
    assert_eq!(seen[0]["actionInProcess"], "APPROVED");
    scene.decide("mia.chen", &approval, "reject", "no").await.status(400);
    scene.advance("PT5S").await;
    assert!(scene.pending("mia.chen").await.is_empty());
    assert_eq!(scene.pending("george.adeyemi").await.len(), 1);
}
