//! The life of a violation, each of its ends, and every refusal on the way (contract, 6 and 7).

use http::Method;
use serde_json::{Value, json};

use super::duties::{IGA, OWNER, PAY, RAJ, TASK, refused, rule, said};
use super::{Scene, user};

const NOBODY: &str = "11111111-1111-4111-8111-111111111111";
const HAND: &str = "fulfillmentTask-2c9d1e5a7b34";

fn status(violation: &Value) -> &str {
    violation["decision"]["status"].as_str().unwrap()
}

fn with(change: impl FnOnce(&mut Value)) -> Value {
    let mut rule = rule("Vendors");
    change(&mut rule);
    rule
}

#[tokio::test]
async fn a_violation_has_the_vendors_shape() {
    let scene = Scene::new();
    let id = scene.violation_of(rule("Vendors")).await;
    let shown = scene.violation(&id).await;
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        keys(&shown),
        ["id", "user", "policyRule", "policyRuleId", "violatingAccess", "decision", "stats", "metadata"]
    );
    assert_eq!(keys(&shown["user"]), ["cn", "givenName", "id", "mail", "sn", "userName"]);
    assert_eq!(shown["user"]["id"], user(RAJ));
    let decision = [
        "status",
        "outcome",
        "startDate",
        "completionDate",
        "comments",
        "phases",
        "actors",
        "events",
        "compositeIds",
        "remediation",
        "remediationStatus",
    ];
    assert_eq!(keys(&shown["decision"]), decision);
    let phase = &shown["decision"]["phases"][0];
    let events = json!({
        "assignment": {"notification": "violationAssigned"},
        "reassign": {"notification": "violationReassigned"},
        "reminder": {"date": "2026-01-08T09:00:00+00:00", "frequency": 3, "notification": "violationReminder"},
        "escalation": {
            "date": "2026-01-13T09:00:00+00:00",
            "frequency": 8,
            "notification": "violationEscalated",
            "actors": phase["events"]["escalation"]["actors"],
        },
    });
    assert_eq!(phase["events"], events);
    let expected = json!({
        "name": TASK,
        "displayName": "Start Violation Task",
        "type": "violationTask",
        "status": "in-progress",
        "decision": null,
        "startDate": "2026-01-05T09:00:00+00:00",
        "completionDate": null,
        "events": events,
    });
    assert_eq!((phase, keys(phase)), (&expected, keys(&expected)));
    let actor = &shown["decision"]["actors"]["active"][0];
    assert_eq!(keys(actor), ["id", "givenName", "sn", "mail", "userName", "permissions", "phase"]);
    let all = json!({"allow": true, "comment": true, "exception": true, "reassign": true, "remediate": true});
    assert_eq!((&actor["permissions"], keys(&actor["permissions"])), (&all, keys(&all)));
    let comment = &shown["decision"]["comments"][0];
    assert_eq!(keys(comment), ["action", "comment", "timeStamp", "user"]);
    assert_eq!(comment["user"], json!({"id": "SYSTEM"}));
    for access in shown["violatingAccess"].as_array().unwrap() {
        assert_eq!(access["id"], access["compositeId"]);
        let name = &access["descriptor"]["idx"]["/entitlement"]["displayName"];
        assert!(["Create vendors", "Pay vendors"].contains(&name.as_str().unwrap()), "{name}");
    }
    assert!(shown["policyRule"].get("ruleDefinition").is_none());
    let whole = scene.get(&format!("/violation/lookup/{id}?resolveSchemas=true")).await.status(200).json();
    assert_eq!(whole["policyRule"]["remediation"]["schemas"][0]["id"], "grantRemoval");
}

#[tokio::test]
async fn allowing_ends_it_and_the_former_actors_still_find_it() {
    let scene = Scene::new();
    let id = scene.violation_of(rule("Vendors")).await;
    let over = scene.act(OWNER, &id, "allow", json!({"comment": "agreed"})).await.status(200).json();
    let decision = &over["decision"];
    assert_eq!((status(&over), &decision["outcome"]), ("complete", &json!("allow")));
    assert_eq!(decision["completionDate"], "2026-01-05T09:00:00+00:00");
    let phase = &decision["phases"][0];
    assert_eq!((&phase["status"], &phase["decision"]), (&json!("complete"), &json!("allow")));
    assert_eq!(decision["actors"]["active"], json!([]));
    assert_eq!(decision["actors"]["inactive"][0]["id"], format!("managed/user/{}", user(OWNER)));
    assert_eq!(said(&over).iter().filter(|(action, _)| action == "allow").count(), 1, "the decision's, and no other");
    let mine = scene.call_as(OWNER, Method::GET, &format!("{IGA}/user/violation?actorStatus=inactive")).await;
    assert_eq!(mine.json()["result"][0]["id"], id);
    scene.call_as(OWNER, Method::GET, &format!("{IGA}/violation/{id}")).await.status(200);
}

#[tokio::test]
async fn without_a_workflow_nobody_is_asked() {
    let scene = Scene::new();
    let sent = with(|rule| {
        rule["violationLifecycle"]["workflow"]["action"] = "do_nothing".into();
        rule.as_object_mut().unwrap().remove("workflow");
    });
    let id = scene.violation_of(sent).await;
    let shown = scene.violation(&id).await;
    assert_eq!(status(&shown), "pending");
    assert_eq!(shown["decision"]["phases"], json!([]));
    assert_eq!(shown["decision"]["actors"], json!({"active": [], "inactive": []}));
    // A workflow of the customer's own asks somebody.
    let body = json!({"phase": {"name": "violationTask-own", "custom": 1}, "actors": [{"id": user("mia.chen")}]});
    let asked = scene.post(&format!("/violation/{id}/phases"), body.clone()).await.status(200).json();
    assert_eq!(status(&asked), "in-progress");
    let phase = &asked["decision"]["phases"][0];
    assert_eq!((&phase["name"], &phase["custom"]), (&json!("violationTask-own"), &json!(1)));
    let twice = scene.post(&format!("/violation/{id}/phases"), body.clone()).await.status(200).json();
    assert_eq!(twice["decision"]["phases"][1]["name"], "violationTask-own-2");
    let thrice = scene.post(&format!("/violation/{id}/phases"), body).await.status(200).json();
    assert_eq!(thrice["decision"]["phases"][2]["name"], "violationTask-own-3");
    let unnamed = scene.post(&format!("/violation/{id}/phases"), json!({})).await.status(200).json();
    let name = unnamed["decision"]["phases"][3]["name"].as_str().unwrap();
    assert_eq!((name.len(), &name[..14]), (26, "violationTask-"));
    let act = format!("/violation/{id}/phases/violationTask-own/allow");
    let over = scene.post_as("mia.chen", &act, json!({})).await.status(200).json();
    assert_eq!((status(&over), &over["decision"]["outcome"]), ("complete", &json!("allow")));
    assert!(over["decision"]["phases"].as_array().unwrap().iter().all(|phase| phase["status"] == "complete"));
}

#[tokio::test]
async fn an_administrator_decides_without_a_phase() {
    let scene = Scene::new();
    let nothing = |rule: &mut Value| rule["violationLifecycle"]["workflow"]["action"] = "do_nothing".into();
    let id = scene.violation_of(with(nothing)).await;
    let pending = format!("/violation/{id}");
    let grants = scene.grants(&id).await;
    refused(
        scene.post(&format!("{pending}/remediation/status/complete"), json!({})).await,
        400,
        format!("Violation with id: {id} is not being remediated.").into(),
    );
    let going = scene.post(&format!("{pending}/remediate"), json!({"grantIds": grants[1]})).await.status(200).json();
    assert_eq!((status(&going), &going["decision"]["outcome"]), ("in-progress", &json!("remediate")));
    assert_eq!(going["decision"]["remediationStatus"], "in-progress");
    let remediation = json!({"remediationOptionId": "grantRemoval", "grantIds": grants[1]});
    assert_eq!(going["decision"]["remediation"], remediation);
    assert!(scene.holds(RAJ, PAY), "no workflow goes on from here");
    let failed = scene.post(&format!("{pending}/remediation/status/failed"), json!({})).await.status(200).json();
    assert_eq!((status(&failed), &failed["decision"]["remediationStatus"]), ("in-progress", &json!("failed")));
    let wrong = scene.post(&format!("{pending}/remediation/status/over"), json!({})).await;
    refused(wrong, 400, "Invalid remediation status: over".into());
    let impossible = "Action 'allow' is not possible while the violation is in-progress.";
    refused(scene.post(&format!("{pending}/allow"), json!({})).await, 400, impossible.into());
    let over = scene.post(&format!("{pending}/remediation/status/cancelled"), json!({})).await.status(200).json();
    assert_eq!((status(&over), &over["decision"]["remediationStatus"]), ("complete", &json!("cancelled")));

    let scene = Scene::new();
    let id = scene.violation_of(rule("Vendors")).await;
    let over = scene.post(&format!("/violation/{id}/allow"), json!({})).await.status(200).json();
    assert_eq!(status(&over), "complete");
    assert_eq!(over["decision"]["phases"][0]["decision"], Value::Null, "closed, not decided");
    assert_eq!(said(&over).last().unwrap(), &("allow".to_owned(), String::new()));
}

#[tokio::test]
async fn what_is_no_grant_removal_is_done_by_hand() {
    let scene = Scene::new();
    let schema = json!({"id": "ticket", "schema": {"_meta": {"properties": {"ticket": {"isRequired": true}}}}});
    scene.post("/violation/remediation/schema?_action=create", schema).await.status(201);
    for (act, ending) in [("complete", "complete"), ("cancel-provisioning", "cancelled")] {
        let scene = Scene { tenant: format!("by-hand-{ending}"), ..Scene::new() };
        scene
            .post(
                "/violation/remediation/schema?_action=create",
                json!({"id": "ticket", "schema": {"_meta": {"properties": {"ticket": {"isRequired": true}}}}}),
            )
            .await
            .status(201);
        let id =
            scene.violation_of(with(|rule| rule["remediation"]["schemas"] = json!(["grantRemoval", "ticket"]))).await;
        refused(scene.act(OWNER, &id, "remediate", json!({})).await, 400, json!(["remediationOptionId is required."]));
        let bare = scene.act(OWNER, &id, "remediate", json!({"id": "ticket"})).await;
        refused(bare, 400, json!(["ticket is required."]));
        let going =
            scene.act(OWNER, &id, "remediate", json!({"id": "ticket", "ticket": "T-1"})).await.status(200).json();
        let remediation = json!({"remediationOptionId": "ticket", "id": "ticket", "ticket": "T-1"});
        assert_eq!(going["decision"]["remediation"], remediation);
        let phase = &going["decision"]["phases"][0];
        assert_eq!((&phase["name"], &phase["type"]), (&json!(HAND), &json!("violationFulfillmentTask")));
        let own = json!({"comment": true, "reassign": true, "complete": true, "cancel": true});
        assert_eq!(going["decision"]["actors"]["active"][0]["permissions"], own);
        let by_hand = |act: &str| format!("/violation/{id}/phases/{HAND}/{act}");
        let impossible = "Action 'allow' is not possible while the violation is in-progress.";
        refused(scene.post_as(OWNER, &by_hand("allow"), json!({})).await, 400, impossible.into());
        let over = scene.post_as(OWNER, &by_hand(act), json!({"comment": "done"})).await.status(200).json();
        assert_eq!((status(&over), &over["decision"]["remediationStatus"]), ("complete", &json!(ending)));
        let ended = if ending == "complete" { "complete" } else { "cancelled" };
        assert_eq!(over["decision"]["phases"][0]["status"], "complete");
        assert_eq!(over["decision"]["phases"][1]["status"], ended);
    }
}

#[tokio::test]
async fn a_removal_that_fails_leaves_it_as_it_is() {
    let scene = Scene::new();
    let id = scene.violation_of(rule("Vendors")).await;
    let grants = scene.grants(&id).await;
    scene.take(RAJ, PAY).await;
    let left = scene.act(OWNER, &id, "remediate", json!({"grantIds": grants[1]})).await.status(200).json();
    assert_eq!((status(&left), &left["decision"]["remediationStatus"]), ("in-progress", &json!("in-progress")));
    let comment = said(&left).pop().unwrap();
    assert_eq!(comment, ("comment".into(), format!("Failed to remove grant {}.", grants[1][0])));
    let over = scene.post(&format!("/violation/{id}/remediation/status/complete"), json!({})).await.status(200).json();
    assert_eq!(status(&over), "complete");
}

#[tokio::test]
async fn reassigning_replaces_the_actors_of_the_phase() {
    let scene = Scene::new();
    let id = scene.violation_of(rule("Vendors")).await;
    let limited = json!({"updatedActors": [
        {"id": format!("managed/user/{}", user("mia.chen")), "permissions": {"comment": true, "allow": false}}
    ], "comment": "yours"});
    let moved = scene.act(OWNER, &id, "reassign", limited).await.status(200).json();
    let active = moved["decision"]["actors"]["active"].as_array().unwrap();
    assert_eq!((active.len(), &active[0]["permissions"]), (1, &json!({"allow": false, "comment": true})));
    assert_eq!(said(&moved).pop().unwrap(), ("reassign".into(), "yours".into()));
    assert_eq!((scene.asked(OWNER, "").await, scene.asked("mia.chen", "").await), (0, 1));
    let no = |act: &str| json!(format!("User is not authorized to perform action '{act}' on this violation."));
    refused(scene.act(OWNER, &id, "allow", json!({})).await, 403, no("allow"));
    refused(scene.act("mia.chen", &id, "allow", json!({})).await, 403, no("allow"));
    scene.act("mia.chen", &id, "comment", json!({"comment": "seen"})).await.status(200);
    scene.post_as("mia.chen", &format!("/violation/{id}/comment"), json!({"comment": "here, too"})).await.status(200);
    let faults = [
        (json!({}), json!(["updatedActors is required."])),
        (json!({"updatedActors": []}), json!(["updatedActors is required."])),
        (json!({"updatedActors": [{}]}), json!(["updatedActors.id is required."])),
        (json!({"updatedActors": [{"id": NOBODY}]}), json!([format!("{NOBODY} is not a valid actor.")])),
        (json!({"updatedActors": "x"}), json!(["updatedActors must be an array."])),
    ];
    for (body, message) in faults {
        let path = format!("/violation/{id}/phases/{TASK}/reassign");
        refused(scene.post(&path, body).await, 400, message);
    }
}

#[tokio::test]
async fn exceptions_have_a_date_that_fits() {
    let scene = Scene::new();
    let id = scene
        .violation_of(with(|rule| {
            rule["maxExceptionDuration"] = 10.into();
            rule["violationLifecycle"]["exception"]["justificationCheck"] = true.into();
        }))
        .await;
    let date = "exceptionExpirationDate";
    let table = [
        (json!({}), format!("{date} is required.")),
        (json!({date: "soon", "comment": "x"}), format!("{date} must be a valid date.")),
        (json!({date: "2026-01-05", "comment": "x"}), format!("{date} must be in the future.")),
        (json!({date: "2026-01-05T09:00:00Z", "comment": "x"}), format!("{date} must be in the future.")),
        (
            json!({date: "2026-01-16", "comment": "x"}),
            format!("{date} exceeds the maximum exception duration of 10 days."),
        ),
        (json!({date: "2026-01-15", "comment": " "}), "comment is required.".into()),
        (json!({date: 7}), format!("{date} must be a string.")),
    ];
    for (body, message) in table {
        refused(scene.act(OWNER, &id, "exception", body).await, 400, json!([message]));
    }
    let no_exception = json!(format!("Violation with id: {id} does not have an active exception."));
    refused(scene.act(OWNER, &id, "cancel-exception", json!({})).await, 400, no_exception);
    let last = json!({date: "2026-01-15T23:59:59+00:00", "comment": "year end"});
    scene.act(OWNER, &id, "exception", last).await.status(200);
    let extended = scene.act(OWNER, &id, "exception", json!({date: "2026-01-12", "comment": "sooner"})).await;
    let text = "Exception extended until Jan 12, 2026 12:00 AM";
    assert_eq!(said(&extended.status(200).json()).pop().unwrap(), ("exception".into(), text.into()));
    let body = json!({"ids": [id], "comment": "no longer"});
    let bulk = scene.post_as(OWNER, "/violation/cancel-exception", body).await.status(200).json();
    assert_eq!(bulk, json!({"message": "Action 'cancel-exception' complete.", "idsNotActedOn": []}));
    let shown = scene.violation(&id).await;
    assert_eq!((status(&shown), &shown["decision"]["events"]), ("in-progress", &json!({})));
    scene.advance("P9D").await;
    assert_eq!(said(&scene.violation(&id).await).iter().filter(|(_, text)| text == "Exception expired").count(), 0);
}

#[tokio::test]
async fn refusals_come_in_the_vendors_words() {
    let scene = Scene::new();
    let id = scene.violation_of(with(|rule| rule["decisionOptions"]["allow"] = false.into())).await;
    let missing = || json!(format!("Violation with id: {NOBODY} does not exist."));
    for (method, path) in [
        (Method::GET, format!("/violation/{NOBODY}")),
        (Method::GET, format!("/violation/lookup/{NOBODY}")),
        (Method::PUT, format!("/violation/{NOBODY}")),
        (Method::DELETE, format!("/violation/{NOBODY}")),
        (Method::POST, format!("/violation/{NOBODY}/allow")),
        (Method::POST, format!("/violation/{NOBODY}/comment")),
        (Method::POST, format!("/violation/{NOBODY}/remediate")),
        (Method::POST, format!("/violation/{NOBODY}/remediation/status/complete")),
        (Method::POST, format!("/violation/{NOBODY}/phases")),
        (Method::POST, format!("/violation/{NOBODY}/phases/{TASK}/allow")),
    ] {
        refused(scene.iga(method, &path, json!({})).await, 404, missing());
    }
    let phase = json!(format!("Phase nowhere does not exist for violation with id: {id}"));
    refused(scene.post(&format!("/violation/{id}/phases/nowhere/allow"), json!({})).await, 404, phase);
    let no = |act: &str| json!(format!("User is not authorized to perform action '{act}' on this violation."));
    for act in ["allow", "comment", "exception", "reassign", "remediate", "cancel-exception", "complete", "cancel"] {
        refused(scene.act(RAJ, &id, act, json!({})).await, 403, no(act));
    }
    refused(scene.call_as(RAJ, Method::GET, &format!("{IGA}/violation/{id}")).await, 403, no("read"));
    for path in ["/allow", "/remediate", "/remediation/status/complete", "/phases"] {
        let path = format!("/violation/{id}{path}");
        refused(scene.post_as(OWNER, &path, json!({})).await, 403, "Forbidden".into());
    }
    let option = json!("Action 'allow' is not allowed by the policy rule.");
    refused(scene.act(OWNER, &id, "allow", json!({})).await, 400, option.clone());
    refused(scene.act("ada.admin", &id, "allow", json!({})).await, 400, option);
    refused(scene.act(OWNER, &id, "comment", json!({})).await, 400, json!(["comment is required."]));
    refused(scene.act(OWNER, &id, "comment", json!({"comment": 1})).await, 400, json!(["comment must be a string."]));
    let by_hand = json!("Action 'complete' is not possible while the violation is in-progress.");
    refused(scene.act(OWNER, &id, "fulfill", json!({})).await, 400, by_hand);
    let unknown = json!({"remediationOptionId": "magic", "grantIds": []});
    refused(
        scene.act(OWNER, &id, "remediate", unknown).await,
        400,
        json!(["magic is not a valid remediation option."]),
    );
    refused(scene.act(OWNER, &id, "remediate", json!({})).await, 400, json!(["grantIds is required."]));
    let foreign = json!({"grantIds": ["x"]});
    refused(scene.act(OWNER, &id, "remediate", foreign).await, 400, json!(["x is not a violating grant."]));
    let before = scene.violation(&id).await;
    assert_eq!(status(&before), "in-progress");
    assert_eq!(said(&before).len(), 1, "nothing has changed");
    scene.post(&format!("/violation/{id}/allow"), json!({})).await.status(200);
    let complete = || json!(format!("Violation with id: {id} is already complete."));
    for act in ["allow", "comment", "exception", "reassign", "remediate", "cancel-exception", "complete", "cancel"] {
        refused(scene.act(OWNER, &id, act, json!({})).await, 400, complete());
    }
    refused(scene.post(&format!("/violation/{id}/phases"), json!({})).await, 400, complete());
    refused(scene.act(RAJ, &id, "allow", json!({})).await, 403, no("allow"));
}

#[tokio::test]
async fn grants_that_do_not_resolve_it_are_refused() {
    let scene = Scene::new();
    scene.give(RAJ, "erp/ap-clerk").await;
    let id = scene
        .violation_of(with(|rule| {
            rule["ruleDefinition"][1] = json!({"type": ["entitlementGrant"], "operator": "IN",
                "operand": {"targetName": "entitlement.displayName", "targetValue": ["Pay vendors", "AP clerk"]}});
        }))
        .await;
    let grants = scene.grants(&id).await;
    assert_eq!(grants[1].len(), 2);
    let text = json!("Removing the selected grants does not resolve the violation.");
    refused(scene.act(OWNER, &id, "remediate", json!({"grantIds": [grants[1][0]]})).await, 400, text);
    assert!(scene.holds(RAJ, PAY));
    let over = scene.act(OWNER, &id, "remediate", json!({"grantIds": grants[0]})).await.status(200).json();
    assert_eq!(status(&over), "complete");
    assert!(scene.holds(RAJ, PAY) && !scene.holds(RAJ, super::duties::CREATE));
}

#[tokio::test]
async fn a_decided_phase_waits_for_its_workflow_when_that_is_held() {
    let scene = Scene::new();
    let id = scene.violation_of(rule("Vendors")).await;
    scene.pace("pingone/workflow", json!("held")).await;
    let decided = scene.act(OWNER, &id, "allow", json!({})).await.status(200).json();
    assert_eq!((status(&decided), &decided["decision"]["outcome"]), ("in-progress", &Value::Null));
    let closed = format!("Phase {TASK} is not in progress.");
    refused(scene.act(OWNER, &id, "allow", json!({})).await, 400, closed.into());
    // The workflow's own call comes.
    let over = scene.post(&format!("/violation/{id}/allow"), json!({})).await.status(200).json();
    assert_eq!(said(&over).iter().filter(|(action, _)| action == "allow").count(), 1);
}

#[tokio::test]
async fn many_at_once_each_for_itself() {
    let scene = Scene::new();
    let one = scene.violation_of(rule("One")).await;
    let other = {
        let mut rule = rule("Other");
        rule["violationOwner"] = json!({"id": user("mia.chen")});
        let rule = scene.make_rule(rule).await;
        scene.scan(&rule).await["violations"][0]["id"].as_str().unwrap().to_owned()
    };
    let ids = json!([one, other, NOBODY, "x"]);
    let bulk = |act: &str| format!("/violation/{act}");
    for (act, body) in [
        ("comment", json!({"ids": ids, "comment": "looking"})),
        ("exception", json!({"ids": ids, "exceptionExpirationDate": "2026-01-20"})),
        ("cancel-exception", json!({"ids": ids})),
        ("reassign", json!({"ids": ids, "updatedActors": [{"id": user(OWNER)}]})),
    ] {
        let done = scene.post_as(OWNER, &bulk(act), body).await.status(200).json();
        let message = format!("Action '{act}' complete.");
        assert_eq!(done, json!({"message": message, "idsNotActedOn": [other, NOBODY, "x"]}), "{act}");
    }
    let done = scene.post("/violation/allow?waitForCompletion=true", json!({"ids": ids})).await.status(200).json();
    assert_eq!(done["idsNotActedOn"], json!([NOBODY, "x"]), "an administrator's phase is the first open one");
    assert_eq!(scene.post("/violation/allow", json!({"ids": ids})).await.json()["idsNotActedOn"], ids);
    let faults = [
        ("allow", json!({}), "ids is required."),
        ("comment", json!({"ids": ids}), "comment is required."),
        ("exception", json!({"ids": ids}), "exceptionExpirationDate is required."),
        ("reassign", json!({"ids": ids}), "updatedActors is required."),
        ("allow", json!({"ids": [1]}), "ids must be an array of strings."),
    ];
    for (act, body, fault) in faults {
        refused(scene.post(&bulk(act), body).await, 400, json!([fault]));
    }
}

#[tokio::test]
async fn an_administrator_writes_violations_as_they_like() {
    let scene = Scene::new();
    let rule = scene.make_rule(rule("Vendors")).await;
    let missing = json!(["user.id is required.", "policyRule.id is required."]);
    refused(scene.post("/violation?_action=create", json!({})).await, 400, missing);
    let user_of = |id: &str| json!({"user": {"id": id}, "policyRule": {"id": rule}});
    let nobody = json!([format!("User with id: {NOBODY} does not exist.")]);
    refused(scene.post("/violation?_action=create", user_of(NOBODY)).await, 400, nobody);
    let no_rule = json!({"user": {"id": user(RAJ)}, "policyRule": {"id": NOBODY}});
    let text = json!([format!("Policy rule with id: {NOBODY} does not exist.")]);
    refused(scene.post("/violation?_action=create", no_rule).await, 400, text);

    let mut sent = user_of(&user(RAJ));
    sent["note"] = "kept".into();
    let made = scene.post("/violation?_action=create", sent).await.status(201).json();
    assert!(made.get("metadata").is_none());
    assert_eq!((status(&made), &made["note"]), ("in-progress", &json!("kept")));
    let id = made["id"].as_str().unwrap().to_owned();
    let copy = scene.post("/violation?_action=duplicate", json!({"id": id})).await.status(201).json();
    assert_eq!((copy["id"] != made["id"], &copy["decision"]), (true, &made["decision"]));

    let mut whole = scene.violation(&id).await;
    let created = whole["metadata"]["createdDate"].clone();
    let path = format!("/violation/{id}");
    let same = scene.iga(Method::PUT, &path, whole.clone()).await.status(200).json();
    assert_eq!(same["decision"], whole["decision"], "what is read can be written");
    for (status, outcome) in [
        ("pending", Value::Null),
        ("exception", Value::Null),
        ("complete", json!("allow")),
        ("in-progress", json!("remediate")),
    ] {
        whole["decision"]["status"] = status.into();
        whole["decision"]["outcome"] = outcome.clone();
        whole["decision"]["events"] = json!({"exception": {"date": "2026-03-01T00:00:00+00:00"}});
        let written = scene.iga(Method::PUT, &path, whole.clone()).await.status(200).json();
        assert_eq!((&written["decision"]["status"], &written["decision"]["outcome"]), (&json!(status), &outcome));
        assert_eq!(written["decision"]["events"] != json!({}), status == "exception");
        assert_eq!(written["metadata"]["createdDate"], created);
    }
    whole["decision"]["status"] = "open".into();
    refused(scene.iga(Method::PUT, &path, whole).await, 400, "Invalid decision status: open".into());
    let gone = scene.iga(Method::DELETE, &path, json!({})).await.status(200).json();
    assert_eq!(gone, json!(format!("Violation with id: {id} deleted.")));
    assert_eq!(scene.get("/violation").await.json()["totalCount"], 1);
}
