//! The rows of 8.12 and the rights of 8.7 that the stories in `tasks` do not touch.

use serde_json::{Value, json};

use super::{ADMIN, NOTHING, Scene, refused, text};

const NOT_PERMITTED: &str = "action not permitted";

/// Somebody's request, as its approvers see it.
async fn asked(scene: &Scene, who: &str, entitlement: &str) -> Value {
    scene.switch(json!({"everythingRequestable": true})).await;
    let done = scene.step(json!({"step": "request", "by": who, "entitlement": entitlement})).await;
    scene.task(ADMIN, &text(&done["taskId"])).await
}

#[tokio::test]
async fn a_reason_is_given_where_one_is_required() {
    let scene = Scene::new();
    let task = asked(&scene, "anke.yildiz", "cyberark/safe-cloud").await;
    let marcus = scene.user("marcus.bell").await;
    for blank in [json!({}), json!({"comment": "  "})] {
        let reply = scene.act("eleni.stavrou", &task, "approve", blank.clone()).await;
        refused(&reply, 400, 3, "a reason is required to approve this task");
        let mut body = blank;
        body["newStepUserIds"] = json!([marcus]);
        let reply = scene.act("eleni.stavrou", &task, "reassign", body).await;
        refused(&reply, 400, 3, "a reason is required to reassign this task");
    }
    scene.act("eleni.stavrou", &task, "approve", json!({"comment": "INC-9"})).await.status(200);

    let task = asked(&scene, "phoebe.nakamura", "splunk/hr-index").await;
    let reply = scene.act("janet.kozak", &task, "deny", json!({})).await;
    refused(&reply, 400, 3, "a reason is required to deny this task");
    scene.act("janet.kozak", &task, "deny", json!({"comment": "No case."})).await.status(200);
}

#[tokio::test]
async fn a_step_goes_only_to_whom_it_may_go() {
    let scene = Scene::new();
    let task = asked(&scene, "anke.yildiz", "cyberark/safe-cloud").await;
    let to = async |slug: &str| {
        let body = json!({"comment": "yours", "newStepUserIds": [scene.user(slug).await]});
        scene.act("eleni.stavrou", &task, "reassign", body).await
    };
    refused(&to("raj.patel").await, 400, 3, "user cannot be assigned to this task");
    to("marcus.bell").await.status(200);

    let task = asked(&scene, "raj.patel", "github/org-member").await;
    let body = json!({"newStepUserIds": [scene.user("megan.caldwell").await]});
    let reply = scene.act("mia.chen", &task, "reassign", body).await;
    refused(&reply, 400, 3, "user cannot be assigned to this task");
    let everybody: Vec<String> = scene.search("users", json!({"pageSize": 100})).await["list"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["user"]["status"] == "ENABLED")
        .map(|row| text(&row["user"]["id"]))
        .take(33)
        .collect();
    let reply = scene.act("mia.chen", &task, "reassign", json!({"newStepUserIds": everybody})).await;
    refused(&reply, 400, 3, "user cannot be assigned to this task");
}

#[tokio::test]
async fn proof_of_who_approves_is_given_where_it_is_required() {
    let scene = Scene::new();
    let task = asked(&scene, "adrian.moss", "cyberark/vault-admin").await;
    let noors = scene.task("noor.haddad", &text(&task["id"])).await;
    let actions = noors["actions"].as_array().unwrap();
    assert!(actions.contains(&json!("TASK_ACTION_TYPE_APPROVE_WITH_STEP_UP")), "{actions:?}");
    assert!(!actions.contains(&json!("TASK_ACTION_TYPE_APPROVE")));
    let why = json!({"comment": "She stands in."});
    let reply = scene.act("noor.haddad", &task, "approve", why.clone()).await;
    refused(&reply, 400, 9, "step-up authentication is required");
    let with = |transaction: &str| json!({"comment": "She stands in.", "stepUpTransactionId": transaction});
    let reply = scene.act("noor.haddad", &task, "approve-with-step-up", with(NOTHING)).await;
    refused(&reply, 400, 9, "step-up transaction is not valid for this approval");
    let begun = scene.act("noor.haddad", &task, "approve-with-step-up", with("")).await.status(200).json();
    let transaction = text(&begun["redirectUrl"]).rsplit('/').next().unwrap().to_owned();
    let reply = scene.act("noor.haddad", &task, "approve-with-step-up", with(&transaction)).await;
    refused(&reply, 400, 9, "step-up transaction is not valid for this approval");
    scene.step(json!({"step": "settle-step-up", "person": "noor.haddad", "verified": true})).await;
    scene.act("noor.haddad", &task, "approve-with-step-up", with(&transaction)).await.status(200);
    let id = text(&task["id"]);
    assert!(scene.trail(&id).await.contains(&"stepUpApproval".to_owned()));

    // Where no proof is asked for, none is taken.
    let task = asked(&scene, "raj.patel", "github/org-member").await;
    let reply = scene.act("mia.chen", &task, "approve-with-step-up", with("")).await;
    refused(&reply, 400, 9, NOT_PERMITTED);
}

#[tokio::test]
async fn nobody_approves_their_own_request_unless_the_step_allows_it() {
    let scene = Scene::new();
    let task = asked(&scene, "noor.haddad", "cyberark/safe-cloud").await;
    assert_eq!(task["stepApproverIds"], json!([scene.user("eleni.stavrou").await]));
    let reply = scene.act("noor.haddad", &task, "approve", json!({"comment": "mine"})).await;
    refused(&reply, 400, 9, NOT_PERMITTED);
}

#[tokio::test]
async fn only_an_approval_is_approved_or_denied() {
    let scene = Scene::new();
    let form = asked(&scene, "nina.faulkner", "github/firmware-write").await;
    let manual = asked(&scene, "raj.patel", "payroll/access").await;
    scene.act("mia.chen", &manual, "approve", json!({})).await.status(200);
    let manual = scene.task(ADMIN, &text(&manual["id"])).await;
    for (task, people) in [(&form, ["conor.doyle", "nina.faulkner"]), (&manual, ["dana.whitfield", "mia.chen"])] {
        for action in ["approve", "deny"] {
            refused(&scene.act(ADMIN, task, action, json!({})).await, 400, 9, NOT_PERMITTED);
            for person in people {
                let reply = scene.act(person, task, action, json!({})).await;
                assert!(matches!(reply.status.as_u16(), 400 | 403), "{person} {action}: {}", reply.text());
            }
        }
    }
    let wrong = json!({"data": {"ticket": 7}});
    let reply = scene.act("nina.faulkner", &form, "update-request-data", wrong).await;
    refused(&reply, 400, 3, "field \"ticket\" must be a string");
    let unknown = json!({"data": {"tickets": "FW-1"}});
    refused(&scene.act("nina.faulkner", &form, "update-request-data", unknown).await, 400, 3, "unknown field");
    let long = json!({"data": {"ticket": "x".repeat(40_000)}});
    refused(&scene.act("nina.faulkner", &form, "update-request-data", long).await, 400, 3, "request data must not be");
}

#[tokio::test]
async fn an_approval_that_is_sent_twice_counts_once() {
    let scene = Scene::new();
    let task = asked(&scene, "ruben.greer", "okta/remote-access").await;
    scene.act("owen.gallagher", &task, "approve", json!({})).await.status(200);
    let stale = "this action is no longer available: the request has advanced to a new approval step";
    refused(&scene.act("owen.gallagher", &task, "approve", json!({})).await, 400, 9, stale);
    refused(&scene.act("owen.gallagher", &task, "deny", json!({})).await, 400, 9, stale);

    // Of two who decide at the same time, one is too late.
    let task = asked(&scene, "anke.yildiz", "cyberark/safe-cloud").await;
    let why = || json!({"comment": "yes"});
    let (one, other) = tokio::join!(
        scene.act("eleni.stavrou", &task, "approve", why()),
        scene.act("noor.haddad", &task, "approve", why())
    );
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
}

#[tokio::test]
async fn both_user_ids_are_taken_when_they_agree() {
    let scene = Scene::new();
    let task = asked(&scene, "raj.patel", "aws/prod-deploy").await;
    let grant = &task["type"]["grant"];
    let raj = task["userId"].clone();
    let accounts = async |slug: &str| {
        let user = scene.user(slug).await;
        let path = format!("/api/v1/apps/{}/users/{user}/app_users", text(&grant["appId"]));
        scene.read(&path).await["list"][0]["appUser"]["id"].clone()
    };
    let body = |account: Value| json!({"appId": grant["appId"], "appEntitlementId": grant["appEntitlementId"], "identityUserId": raj, "appUserId": account});
    let theirs = accounts("diego.fuentes").await;
    let reply = scene.ask(ADMIN, body(theirs)).await;
    refused(&reply, 400, 3, "appUserId and identityUserId cannot both be set");
    let karina = asked(&scene, "theo.caldwell", "aws/prod-deploy").await;
    scene.act(ADMIN, &karina, "close", json!({})).await.status(200);
    let mut both = body(accounts("theo.caldwell").await);
    both["identityUserId"] = karina["userId"].clone();
    let opened = scene.ask(ADMIN, both.clone()).await.status(200).json();
    assert_eq!(opened["taskView"]["task"]["type"]["grant"]["appUserId"], both["appUserId"]);
}

#[tokio::test]
async fn what_is_held_may_be_asked_for_again() {
    let scene = Scene::new();
    let task = asked(&scene, "diego.fuentes", "aws/prod-admin").await;
    assert_eq!(task["state"], "TASK_STATE_OPEN");
    let revoked = json!({
        "appId": task["type"]["grant"]["appId"],
        "appEntitlementId": task["type"]["grant"]["appEntitlementId"],
        "identityUserId": scene.user("raj.patel").await,
    });
    refused(&scene.post(ADMIN, "/api/v1/task/revoke", revoked).await, 404, 5, "not found");
}

#[tokio::test]
async fn a_duration_is_positive_and_within_the_longest() {
    let scene = Scene::new();
    let task = asked(&scene, "raj.patel", "aws/prod-deploy").await;
    let too_long = "grant duration must be less than or equal to max provision time (604800s)";
    for (duration, sentence) in
        [("604801s", too_long), ("0s", "grant duration must be positive"), ("-1s", "grant duration")]
    {
        let reply = scene.act("mia.chen", &task, "update-grant-duration", json!({"duration": duration})).await;
        refused(&reply, 400, 3, sentence);
    }
    scene.act("mia.chen", &task, "update-grant-duration", json!({"duration": "60s"})).await.status(200);
    let task = scene.task(ADMIN, &text(&task["id"])).await;
    assert_eq!(task["type"]["grant"]["grantDuration"], "60s");
    assert_eq!(task["policy"]["next"][0]["provision"]["provisionTarget"]["grantDuration"], "60s");
    assert!(scene.trail(&text(&task["id"])).await.contains(&"grantDurationUpdated".to_owned()));
}

/// Who may do what to a request that waits for Mia (contract, 8.7); everybody else is told so, and nothing changes.
#[tokio::test]
async fn every_action_has_its_rights() {
    let scene = Scene::new();
    let task = asked(&scene, "raj.patel", "aws/prod-deploy").await;
    let (raj, mia, auditor) = ("raj.patel", "mia.chen", "victor.almeida");
    let noor = scene.user("noor.haddad").await;
    let before = scene.task(ADMIN, &text(&task["id"])).await;
    let rights: [(&str, Value, &[&str]); 12] = [
        ("approve", json!({}), &[mia]),
        ("deny", json!({}), &[mia]),
        ("close", json!({}), &[raj, ADMIN]),
        ("reassign", json!({"newStepUserIds": [noor]}), &[mia, ADMIN]),
        ("restart", json!({}), &[ADMIN]),
        ("reset", json!({}), &[ADMIN]),
        ("escalate", json!({}), &[]),
        ("skip-step", json!({}), &[ADMIN]),
        ("process", json!({}), &[ADMIN]),
        ("update-grant-duration", json!({"duration": "60s"}), &[mia, ADMIN]),
        ("update-request-data", json!({"data": {}}), &[]),
        ("retry-provisioning", json!({}), &[]),
    ];
    for (action, body, may) in &rights {
        for person in [raj, mia, ADMIN, auditor].iter().filter(|person| !may.contains(person)) {
            let reply = scene.act(person, &task, action, body.clone()).await;
            refused(&reply, 400, 9, NOT_PERMITTED);
        }
        let outsider = scene.act("wei.zhang", &task, action, body.clone()).await;
        refused(&outsider, 403, 7, "permission denied");
    }
    assert_eq!(scene.task(ADMIN, &text(&task["id"])).await, before, "a refusal changes nothing");
    // What `actions` says is what may be done.
    let named = |action: &str| match action {
        "reset" => "HARD_RESET".to_owned(),
        "process" => "PROCESS_NOW".to_owned(),
        "escalate" => "ESCALATE_TO_EMERGENCY_ACCESS".to_owned(),
        other => other.to_uppercase().replace('-', "_"),
    };
    for person in [raj, mia, ADMIN, auditor] {
        let shown = scene.task(person, &text(&task["id"])).await;
        for (action, _, may) in &rights {
            let name = json!(format!("TASK_ACTION_TYPE_{}", named(action)));
            let listed = shown["actions"].as_array().unwrap().contains(&name);
            assert_eq!(listed, may.contains(&person), "{person}: {action}");
        }
    }
}

#[tokio::test]
async fn a_step_is_named_where_it_has_to_be() {
    let scene = Scene::new();
    let task = asked(&scene, "raj.patel", "aws/prod-deploy").await;
    let other = asked(&scene, "ed.okafor", "aws/prod-deploy").await;
    let path = |action: &str| format!("/api/v1/tasks/{}/action/{action}", text(&task["id"]));
    for (action, name) in
        [("approve", "Approve"), ("skip-step", "SkipStep"), ("approve-with-step-up", "ApproveWithStepUp")]
    {
        let sentence = format!("invalid TaskActionsService{name}Request.PolicyStepId: ");
        refused(&scene.post("mia.chen", &path(action), json!({})).await, 400, 3, &sentence);
    }
    let foreign = json!({"policyStepId": other["policy"]["current"]["id"]});
    refused(&scene.post("mia.chen", &path("deny"), foreign).await, 404, 5, "policy step not found");
    // Where it may be left out, the step that runs is meant.
    scene.post("mia.chen", &path("deny"), json!({})).await.status(200);
}

#[tokio::test]
async fn a_history_has_an_end() {
    let scene = Scene::new();
    let task = asked(&scene, "raj.patel", "github/org-member").await;
    scene.act("mia.chen", &task, "deny", json!({})).await.status(200);
    let restart = json!({"step": "restart", "by": ADMIN, "task": text(&task["numericId"]).parse::<u64>().unwrap()});
    for _ in 0..520 {
        scene.step(restart.clone()).await;
    }
    let closed = scene.task(ADMIN, &text(&task["id"])).await;
    assert_eq!(closed["policy"]["history"].as_array().unwrap().len(), 500);
    assert_eq!(
        (&closed["state"], &closed["type"]["grant"]["outcome"]),
        (&json!("TASK_STATE_CLOSED"), &json!("GRANT_OUTCOME_DENIED"))
    );
}
