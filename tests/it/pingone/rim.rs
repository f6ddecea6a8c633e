//! What the rim does in this vendor's words, and what clients seldom call.

use http::Method;
use serde_json::{Value, json};

use super::duties::{IGA, OWNER, RAJ, refused, rule};
use super::{Scene, user};

async fn fault(scene: &Scene, rule: Value) {
    scene.stage.post("/_rolecall/tenants/default/faults").json(rule).await.status(201);
}

#[tokio::test]
async fn a_fault_speaks_as_the_base_that_it_strikes() {
    let scene = Scene::new();
    let bases = [
        ("/iga/governance/policy", false),
        ("/openidm/managed/alpha_user", true),
        ("/am/json/serverinfo/version", true),
        ("/environment/info", true),
        ("/auto/orchestration/definition", true),
    ];
    for (path, is_crest) in bases {
        for (status, reason) in [(503, "Service Unavailable"), (429, "Too Many Requests"), (401, "Unauthorized")] {
            let rule = json!({"where": {"vendor": "pingone", "path": path}, "when": {"next": 1},
                "then": {"fault": "status", "status": status, "retryAfter": 7}});
            fault(&scene, rule).await;
            let reply = scene.call(Method::GET, path).await.status(status);
            let body = reply.json();
            if is_crest {
                assert_eq!((&body["code"], &body["reason"]), (&json!(status), &json!(reason)), "{path}");
                assert!(body["message"].is_string());
            } else {
                let keys: Vec<&String> = body.as_object().unwrap().keys().collect();
                assert_eq!(keys, ["message"], "{path}");
                assert_eq!(reply.header("x-powered-by"), "Express");
            }
            if status == 429 {
                assert_eq!(reply.header("retry-after"), "7", "{path}");
            }
        }
    }
}

#[tokio::test]
async fn the_rim_refuses_as_the_base_does() {
    let scene = Scene::new();
    let large = "x".repeat(rolecall::http::BODY_MAX + 1);
    let crest = scene.call(Method::POST, "/openidm/managed/alpha_user").body(large.clone()).await.status(413).json();
    assert_eq!((&crest["code"], &crest["message"]), (&json!(413), &json!("Payload Too Large")));
    refused(
        scene.call(Method::POST, &format!("{IGA}/policy")).body(large).await,
        413,
        "request entity too large".into(),
    );
    let text = json!({"code": 404, "reason": "Not Found", "message": "Resource '/openidm/nothing' not found"});
    assert_eq!(scene.call(Method::GET, "/openidm/nothing").await.status(404).json(), text);
    refused(scene.call(Method::GET, &format!("{IGA}/nothing")).await, 404, "Not Found".into());
    let method = scene.call(Method::PATCH, "/am/json/serverinfo/version").await.status(405).json();
    assert_eq!((&method["code"], &method["reason"]), (&json!(405), &json!("Method Not Allowed")));
}

#[tokio::test]
async fn who_waits_for_completion_is_answered_at_the_end() {
    let scene = Scene::new();
    scene.pace("pingone/workflow", json!("held")).await;
    for (wait, status) in [("", "in-progress"), ("?waitForCompletion=true", "complete")] {
        let id = scene.violation_of(rule(&format!("Vendors{wait}"))).await;
        let body = json!({"ids": [id], "comment": "known"});
        let answer = scene.post(&format!("/violation/allow{wait}"), body).await.status(200).json();
        assert_eq!(answer, json!({"message": "Action 'allow' complete.", "idsNotActedOn": []}));
        assert_eq!(scene.violation(&id).await["decision"]["status"], status, "{wait}");
        assert_eq!(scene.violation(&id).await["decision"]["phases"][0]["decision"], "allow");
        scene.iga(Method::DELETE, &format!("/violation/{id}"), json!({})).await.status(200);
    }
}

/// Every published operation has to have succeeded once; these are the ones that no story calls.
#[tokio::test]
async fn what_stories_do_not_call_succeeds_too() {
    let scene = Scene::new();
    let id = scene.violation_of(rule("Vendors")).await;
    for path in [
        "/environment/scopes/service-accounts",
        "/iga/commons/glossary/schema",
        "/iga/governance/certification/template",
        "/iga/governance/grants",
        "/iga/governance/violation/remediation/schema",
        "/iga/governance/violation/remediation/schema/grantRemoval",
    ] {
        scene.call(Method::GET, path).await.status(200);
    }
    for path in ["/policy/search", "/requests/search", "/resource/search", "/violation/search"] {
        scene.post(path, json!({})).await.status(200);
    }
    let attribute = scene.read("/iga/commons/glossary/schema").await["result"][0].clone();
    let one = scene.read(&format!("/iga/commons/glossary/schema/{}", attribute["id"].as_str().unwrap())).await;
    assert_eq!(one, attribute);
    let role = scene.get("/role").await.status(200).json()["result"][0].clone();
    let role_id = role["id"].as_str().unwrap();
    assert_eq!(scene.get(&format!("/role/{role_id}")).await.status(200).json(), role);
    let roles = |action: &str| format!("/user/{}/roles?_action={action}", user(RAJ));
    let body = json!({"roleId": role_id, "grantType": "request"});
    let given = scene.post(&roles("add"), body.clone()).await.status(200).json();
    refused(scene.post(&roles("add"), body.clone()).await, 400, "User already has the requested access.".into());
    assert_eq!(scene.post(&roles("remove"), body).await.status(200).json()["id"], given["id"]);

    let until = json!({"exceptionExpirationDate": "2026-01-31"});
    scene.act(OWNER, &id, "exception", until).await.status(200);
    let back = scene.act(OWNER, &id, "cancel-exception", json!({"comment": "enough"})).await.status(200).json();
    assert_eq!(back["decision"]["status"], "in-progress");
}

#[tokio::test]
async fn a_request_is_changed_and_called_back() {
    let scene = Scene::new();
    let company = scene.tenant().read().company().clone();
    let wanted = company.entitlements().iter().find(|row| {
        let raj = rolecall::kernel::Id::from_dashed(&user(RAJ)).unwrap();
        row.owner.is_some() && company.holding(raj, row.id).is_none()
    });
    let common = json!({"userId": user(RAJ), "entitlementId": wanted.unwrap().id.dashed()});
    let path = "/requests/entitlementGrant?_action=publish";
    let made = scene.post_as(RAJ, path, json!({"common": common})).await.status(200).json();
    let one = format!("/requests/{}", made["id"].as_str().unwrap());
    let body = json!({"common": {"justification": "for the audit"}});
    scene.call_as(RAJ, Method::PUT, &format!("{IGA}{one}")).json(body.clone()).await.status(403);
    for method in [Method::PUT, Method::PATCH] {
        let changed = scene.iga(method, &one, body.clone()).await.status(200).json();
        assert_eq!(changed["request"]["common"]["justification"], "for the audit");
    }
    let other = json!({"common": {"userId": user(OWNER)}});
    refused(scene.iga(Method::PATCH, &one, other).await, 400, json!(["userId cannot be modified."]));
    let back = scene.post_as(RAJ, &format!("{one}/cancel"), json!({"comment": "never mind"})).await;
    assert_eq!(back.status(200).json()["decision"]["status"], "cancelled");
    scene.post("/requests/scan/expiration", json!({})).await.status(200);
    refused(scene.post("/requests/scan/weather", json!({})).await, 400, "Invalid scan type: weather".into());
}
