//! Every transition that is ever taken is one that the machines know; and together the stories of
//! this file take every one that there is.

use std::collections::BTreeSet;

use http::Method;
use rolecall::kernel::Edge;
use serde_json::json;

use super::{Scene, saas, user, workflow};

/// The edges taken in a tenant since it was forked.
fn taken(scene: &Scene) -> BTreeSet<Edge> {
    let commits = scene.tenant().commits();
    commits.iter().flat_map(|commit| commit.edges.iter().cloned()).filter(|edge| !edge.machine.is_empty()).collect()
}

async fn id(scene: &Scene, path: &str, body: serde_json::Value, field: &str) -> String {
    scene.post(path, body).await.status(200).json()[field].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_edge_is_taken_and_no_other() {
    let mut scene = Scene::new();
    let machines = scene.stage.app.site().vendor("grip").unwrap().machines();
    let legal: BTreeSet<Edge> = machines.iter().flat_map(|machine| machine.edges.iter().cloned()).collect();
    let mut seen = BTreeSet::new();

    scene.fork("revocations".into());
    let start = "/public/actions/accessRevocation/employee/start";
    let stop = "/public/actions/accessRevocation/employee/stop";
    let asking =
        json!({"userId": user("raj.patel"), "saasIds": [saas("slack")], "managerApprovalEmail": "a@b.example"});
    let free = json!({"userId": user("raj.patel"), "saasIds": [saas("slack")]});
    let rejected = id(&scene, start, asking.clone(), "actionId").await;
    scene.step(json!({"step": "reject-revocation", "action": rejected})).await;
    for body in [&asking, &free] {
        let stopped = id(&scene, start, body.clone(), "actionId").await;
        scene.post(stop, json!({"actionId": stopped})).await.status(200);
    }
    let approved = id(&scene, start, asking, "actionId").await;
    scene.step(json!({"step": "approve-revocation", "action": approved})).await;
    scene.advance("PT2S").await;
    id(&scene, start, free, "actionId").await;
    scene.advance("PT2S").await;
    seen.extend(taken(&scene));

    scene.fork("requests".into());
    let ask = json!({"userId": user("monica.ellison"), "saasApplicationId": saas("chatgpt")});
    for opened in [false, true] {
        for end in ["answer", "cancel", "expire"] {
            let request = id(&scene, "/public/actions/justification/send", ask.clone(), "requestId").await;
            let page = format!("/justification/{request}");
            if opened {
                scene.bare(Method::GET, &page).await.status(200);
            }
            match end {
                "answer" => drop(scene.bare(Method::POST, &page).form(&[("justification", "x")]).await.status(200)),
                "cancel" => drop(
                    scene.post("/public/actions/justification/cancel", json!({"requestId": request})).await.status(200),
                ),
                _ => drop(scene.step(json!({"step": "expire-justification", "request": request})).await),
            }
        }
    }
    seen.extend(taken(&scene));

    scene.fork("offboardings".into());
    let offboard = "/public/workflows/offboarding/start";
    let halt = "/public/workflows/offboarding/stop";
    let raj = json!({"usersToOffboard": [{"userId": user("raj.patel")}, {"userId": user("ed.okafor")}]});
    for wait in [false, true] {
        let stopped = id(&scene, offboard, raj.clone(), "workflowId").await;
        if wait {
            scene.advance("PT2S").await;
        }
        scene.post(halt, json!({"workflowId": stopped})).await.status(200);
    }
    let completed = id(&scene, offboard, raj, "workflowId").await;
    scene.step(json!({"step": "finish", "id": completed})).await;
    let leaver = json!({"usersToOffboard": [{"userId": user("denise.wilcox")}]});
    let failed = id(&scene, offboard, leaver, "workflowId").await;
    scene.step(json!({"step": "finish", "id": failed})).await;
    seen.extend(taken(&scene));

    scene.fork("runs".into());
    let path = format!("/public/workflows/{}/run", workflow("leaver-cleanup"));
    let person = user("raj.patel");
    for how in ["cancel", "begin-cancel", "fail", "finish"] {
        let runs = scene.post(&path, json!({"identityId": person})).await.status(200).json();
        let run = runs["workflowRunIds"][&person].as_str().unwrap().to_owned();
        if how == "begin-cancel" {
            scene.advance("PT2S").await;
        }
        match how {
            "fail" => drop(scene.step(json!({"step": "fail-run", "run": run})).await),
            "finish" => drop(scene.step(json!({"step": "finish", "id": run})).await),
            _ => drop(scene.post(&format!("/public/workflows/{run}/cancel"), json!({})).await.status(200)),
        }
    }
    seen.extend(taken(&scene));

    scene.fork("alerts".into());
    scene.step(json!({"step": "raise-alert", "policy": "unmanaged-app", "app": "deepl"})).await;
    for by_move in ["begin", "resolve", "reopen", "dismiss", "reopen", "begin", "dismiss"] {
        scene.step(json!({"step": "move-alert", "alert": 1, "move": by_move})).await;
    }
    seen.extend(taken(&scene));

    let illegal: Vec<&Edge> = seen.difference(&legal).collect();
    assert!(illegal.is_empty(), "{illegal:#?}");
    let missing: Vec<&Edge> = legal.difference(&seen).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}
