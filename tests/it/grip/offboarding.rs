//! Offboarding workflows, to each of their ends (contract, 14).

use serde_json::{Value, json};

use super::{Scene, TOKEN_NAME, nothing, saas, user};

const START: &str = "/public/workflows/offboarding/start";
const STOP: &str = "/public/workflows/offboarding/stop";

async fn start(scene: &Scene, body: Value) -> String {
    let answer = scene.post(START, body).await.status(200).json();
    answer["workflowId"].as_str().unwrap().to_owned()
}

async fn status(scene: &Scene, workflow: &str) -> Value {
    scene.read(&format!("/public/workflows/offboarding/{workflow}/status")).await
}

async fn user_status(scene: &Scene, workflow: &str, query: &str) -> Value {
    scene.read(&format!("/public/workflows/offboarding/{workflow}/userStatus{query}")).await
}

fn names(rows: &Value) -> Vec<&str> {
    rows.as_array().unwrap().iter().map(|row| row["saasName"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn users_go_one_after_another_and_account_after_account() {
    let scene = Scene::new();
    let body = json!({"usersToOffboard": [{"userId": user("raj.patel")}, {"userEmail": "ed.okafor@acme.example"},
        {"userEmail": "RAJ.PATEL@acme.example"}], "workflowName": "Movers"});
    let workflow = start(&scene, body).await;
    let shown = status(&scene, &workflow).await;
    assert_eq!((&shown["status"], &shown["numberOfEmployees"]), (&json!("pending"), &json!(2)));
    assert_eq!((&shown["createdBy"], &shown["workflowName"]), (&json!(TOKEN_NAME), &json!("Movers")));
    let data = |shown: Value| shown["gripData"]["offboardingWorkflowStatus"].clone();
    assert_eq!(data(scene.read(&format!("/public/users/{}", user("raj.patel"))).await), "pending");
    scene.advance("PT2S").await;
    let shown = status(&scene, &workflow).await;
    assert_eq!(shown["status"], "in_progress");
    assert_eq!(
        (&shown["results"][0]["status"], &shown["results"][1]["status"]),
        (&json!("in_progress"), &json!("pending"))
    );
    assert_eq!(data(scene.read(&format!("/public/users/{}", user("raj.patel"))).await), "in_progress");
    let in_hand = shown["results"][0]["saasResults"].as_array().unwrap().iter();
    assert_eq!(in_hand.filter(|row| row["result"] == "in_progress").count(), 1);
    scene.advance("PT5M").await;
    let shown = status(&scene, &workflow).await;
    assert_eq!(shown["status"], "completed");
    for (place, who) in ["raj.patel", "ed.okafor"].into_iter().enumerate() {
        let result = &shown["results"][place];
        assert_eq!((&result["status"], &result["statusReason"]), (&json!("completed"), &Value::Null));
        for row in result["saasResults"].as_array().unwrap() {
            let account = scene.read(&format!("/public/saasUser/{}", row["saasUserId"].as_str().unwrap())).await;
            let closed = row["result"] == "completed";
            assert_eq!(account["status"] == "offboarded", closed, "{row}");
            assert!(closed || row["result"] == "unsupported", "{row}");
        }
        let profile = scene.read(&format!("/public/users/{}", user(who))).await["gripData"].clone();
        assert_eq!(profile["offboardingWorkflowStatus"], "completed");
        assert!(profile["offboardingWorkflowTimestamp"].is_string());
    }
    scene.post(STOP, json!({"workflowId": workflow})).await.status(409);
    let trail = ["offboarding.completed", "offboarding.user_result", "offboarding.user_result", "offboarding.started"];
    assert_eq!(scene.newest(9).await, trail);
}

#[tokio::test]
async fn each_account_falls_where_it_belongs() {
    let scene = Scene::new();
    let who = "monica.ellison";
    let plain = start(&scene, json!({"usersToOffboard": [{"userId": user(who)}]})).await;
    let shown = user_status(&scene, &plain, "").await;
    assert!(names(&shown["results"]["unsupportedForAccessRemoval"]).contains(&"ChatGPT"), "{shown}");
    assert!(names(&shown["results"]["supportedForAccessRemoval"]).contains(&"Active Directory"), "{shown}");
    let idp = &shown["results"]["idpConnected"];
    assert!(names(idp).contains(&"Okta") && names(idp).contains(&"Slack"), "{shown}");
    assert_eq!((&idp[0]["idpProvider"], &idp[0]["autType"]), (&json!("Okta"), &json!("SAML 2.0")));
    assert_eq!((&shown["startedAt"], &shown["status"]), (&Value::Null, &json!("pending")));
    scene.advance("PT5M").await;
    assert_eq!(scene.account(who, "slack").await["status"], "active", "the identity provider shuts that door");
}

#[tokio::test]
async fn enhanced_mode_reaches_further() {
    let scene = Scene::new();
    let roster = scene.read(&format!("/public/saas/{}/users", saas("miro"))).await;
    let entry = roster.as_array().unwrap().iter().find(|row| row["saasUser"]["SSO"] == false).unwrap().clone();
    let person = entry["user"]["id"].as_str().unwrap();
    let result = |shown: &Value| {
        let rows = shown["results"][0]["saasResults"].as_array().unwrap().iter();
        rows.filter(|row| row["saasName"] == "Miro")
            .map(|row| (row["enhancedMode"].clone(), row["result"].clone()))
            .next()
    };
    let body = |enhanced: bool| json!({"usersToOffboard": [{"userId": person}], "enableEnhancedMode": enhanced});
    let plain = start(&scene, body(false)).await;
    assert_eq!(result(&status(&scene, &plain).await), Some((json!(false), json!("unsupported"))));
    scene.step(json!({"step": "stop-offboarding", "workflow": plain})).await;
    let enhanced = start(&scene, body(true)).await;
    scene.step(json!({"step": "finish", "id": enhanced})).await;
    assert_eq!(result(&status(&scene, &enhanced).await), Some((json!(true), json!("completed"))));
    assert_eq!(scene.grip_data("miro").await["accessRemovalSupport"], "unsupported");
}

#[tokio::test]
async fn one_failure_fails_the_user_and_all_failed_fail_the_workflow() {
    let scene = Scene::new();
    scene
        .step(json!({"step": "fail-removal", "person": "raj.patel", "app": "active-directory", "reason": "locked"}))
        .await;
    let both = json!({"usersToOffboard": [{"userId": user("raj.patel")}, {"userId": user("ed.okafor")}]});
    let mixed = start(&scene, both).await;
    let alone = start(&scene, json!({"usersToOffboard": [{"userId": user("raj.patel")}]})).await;
    scene.advance("PT10M").await;
    let shown = status(&scene, &mixed).await;
    assert_eq!(shown["status"], "completed");
    let reason = &shown["results"][0]["statusReason"];
    assert_eq!(
        (&shown["results"][0]["status"], reason),
        (&json!("failed"), &json!("Access removal failed: Active Directory (locked)."))
    );
    let shown = status(&scene, &alone).await;
    assert_eq!(shown["status"], "failed");
    assert_eq!(
        scene.read(&format!("/public/users/{}", user("raj.patel"))).await["gripData"]["offboardingWorkflowStatus"],
        "failed"
    );
}

#[tokio::test]
async fn a_leaver_without_a_mailbox_needs_an_inheritor() {
    let scene = Scene::new();
    let who = user("denise.wilcox");
    let without = start(&scene, json!({"usersToOffboard": [{"userId": who}]})).await;
    scene.step(json!({"step": "finish", "id": without})).await;
    let shown = status(&scene, &without).await;
    assert_eq!(shown["status"], "failed");
    assert!(shown["results"][0]["statusReason"].as_str().unwrap().contains("(no mailbox)"), "{shown}");
    let with = json!({"usersToOffboard": [{"userId": who, "inheritorMailbox": "mia.chen@acme.example"}]});
    let with = start(&scene, with).await;
    scene.step(json!({"step": "finish", "id": with})).await;
    assert_eq!(status(&scene, &with).await["status"], "completed");
}

#[tokio::test]
async fn a_stop_leaves_what_is_done_and_ends_the_rest() {
    let scene = Scene::new();
    let body = json!({"usersToOffboard": [{"userId": user("raj.patel")}, {"userId": user("ed.okafor")}]});
    let workflow = start(&scene, body.clone()).await;
    scene.advance("PT2S").await;
    assert_eq!(scene.post(STOP, json!({"workflowId": workflow})).await.status(200).json(), json!({}));
    let shown = status(&scene, &workflow).await;
    assert_eq!((&shown["status"], &shown["completedAt"]), (&json!("stopped"), &json!("2026-01-05T09:00:02Z")));
    for result in shown["results"].as_array().unwrap() {
        assert_eq!(result["status"], "stopped");
        let rows = result["saasResults"].as_array().unwrap().iter();
        assert!(rows.clone().all(|row| row["result"] == "cancelled" || row["result"] == "unsupported"), "{result}");
    }
    scene.advance("P1D").await;
    assert_eq!(scene.account("raj.patel", "active-directory").await["status"], "active");
    let second = start(&scene, body).await;
    scene.post(STOP, json!({"workflowId": second})).await.status(200);
    assert_eq!(status(&scene, &second).await["status"], "stopped");
}

#[tokio::test]
async fn the_list_is_newest_first_and_names_what_nobody_named() {
    let scene = Scene::new();
    let body = json!({"usersToOffboard": [{"userId": user("raj.patel")}]});
    let first = start(&scene, body.clone()).await;
    scene.advance("PT1H").await;
    let second = start(&scene, body).await;
    let list = scene.read("/public/workflows/offboarding").await;
    assert_eq!((&list[0]["workflowId"], &list[1]["workflowId"]), (&json!(second), &json!(first)));
    assert_eq!(
        (&list[0]["workflowName"], &list[1]["workflowName"]),
        (&json!("26-01-05 10:00"), &json!("26-01-05 09:00"))
    );
    assert!(list[0].get("results").is_none());
    let page = scene.get("/public/workflows/offboarding?limit=1").await.status(200);
    assert_eq!((page.header("next"), page.header("prev")), ("1", "0"));
}

#[tokio::test]
async fn one_user_is_selected_by_query_or_by_being_the_path() {
    let scene = Scene::new();
    let body = json!({"usersToOffboard": [{"userId": user("raj.patel")}, {"userId": user("ed.okafor")}]});
    let workflow = start(&scene, body).await;
    let mail = |shown: Value| shown["userMail"].as_str().unwrap().to_owned();
    assert_eq!(mail(user_status(&scene, &workflow, "").await), "raj.patel@acme.example");
    let ed = user("ed.okafor");
    for query in [
        format!("?userId={ed}"),
        format!("?user_id={ed}"),
        "?userEmail=ed.okafor@acme.example".into(),
        "?user_email=ed.okafor@acme.example".into(),
        "?userMail=ED.OKAFOR@acme.example".into(),
    ] {
        assert_eq!(mail(user_status(&scene, &workflow, &query).await), "ed.okafor@acme.example", "{query}");
    }
    assert_eq!(mail(user_status(&scene, &ed, "").await), "ed.okafor@acme.example");
    let path = format!("/public/workflows/offboarding/{workflow}/userStatus");
    scene.get(&format!("{path}?userId={}", user("mia.chen"))).await.status(404);
    scene.get(&format!("{path}?userId={}", nothing())).await.status(404);
    scene.get(&format!("/public/workflows/offboarding/{}/userStatus", user("mia.chen"))).await.status(404);
}

#[tokio::test]
async fn a_whole_company_goes_at_once_without_running_out_of_stack() {
    let scene = Scene::new();
    scene.pace("grip/offboard", json!("atOnce")).await;
    let people = scene.read("/public/users").await;
    let users: Vec<Value> = people.as_array().unwrap().iter().map(|person| json!({"userId": person["id"]})).collect();
    let workflow = start(&scene, json!({"usersToOffboard": users})).await;
    assert_eq!(status(&scene, &workflow).await["numberOfEmployees"], 200);
    assert_eq!(scene.read("/public/workflows/offboarding").await[0]["status"], "completed");
}
