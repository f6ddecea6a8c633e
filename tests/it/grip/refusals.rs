//! The order of checks: route, method, token, body, ids, state (contract, 3).

use http::Method;
use serde_json::json;

use super::{Scene, TOKEN, nothing, saas, user};

#[tokio::test]
async fn routes_and_methods_come_before_tokens() {
    let scene = Scene::new();
    for path in ["/", "/public", "/public/nothing", "/public/saas/a/b/c", "/nothing"] {
        let refused = scene.bare(Method::GET, path).await.status(404).json();
        assert_eq!((&refused["statusCode"], &refused["error"]), (&json!(404), &json!("Not Found")), "{path}");
    }
    let reply = scene.bare(Method::PUT, "/public/saas").await.status(405);
    assert_eq!(reply.header("allow"), "GET,HEAD");
    let reply = scene.bare(Method::GET, "/public/actions/justification/send").await.status(405);
    assert_eq!(reply.header("allow"), "POST");
    scene.bare(Method::POST, "/public/actions/justification/send").body("{").await.status(401);
}

#[tokio::test]
async fn bodies_come_before_ids_and_ids_before_states() {
    let scene = Scene::new();
    let start = "/public/actions/accessRevocation/employee/start";
    let send = "/public/actions/justification/send";
    let offboard = "/public/workflows/offboarding/start";
    let label = format!("/public/saas/{}/label", nothing());
    let run = format!("/public/workflows/{}/run", nothing());
    let table = [
        (start, json!({}), 400),
        (start, json!({"userId": nothing()}), 400),
        (start, json!({"userId": nothing(), "saasIds": []}), 400),
        (start, json!({"userId": nothing(), "saasIds": [nothing()], "inheritorMailbox": "nobody"}), 400),
        (start, json!({"userId": nothing(), "saasIds": [saas("slack")]}), 404),
        (start, json!({"userId": user("raj.patel"), "saasIds": [saas("slack"), "12345"]}), 404),
        (start, json!({"userId": ["raj"], "saasIds": [saas("slack")]}), 400),
        ("/public/actions/accessRevocation/employee/stop", json!({}), 400),
        ("/public/actions/accessRevocation/employee/stop", json!({"actionId": "12345"}), 404),
        (send, json!({"saasApplicationId": saas("slack")}), 400),
        (send, json!({"userId": user("raj.patel")}), 400),
        (
            send,
            json!({"userId": nothing(), "saasApplicationId": saas("slack"), "communicationPlatform": "pigeon"}),
            400,
        ),
        (send, json!({"userId": nothing(), "saasApplicationId": saas("slack")}), 404),
        (send, json!({"userEmail": "nobody@acme.example", "saasApplicationId": saas("slack")}), 404),
        (send, json!({"userId": user("raj.patel"), "saasApplicationId": nothing()}), 404),
        (send, json!({"userId": user("raj.patel"), "saasApplicationId": saas("bank-portal")}), 400),
        (
            send,
            json!({"userId": user("raj.patel"), "userEmail": "mia.chen@acme.example", "saasApplicationId": saas("erp")}),
            400,
        ),
        ("/public/actions/justification/cancel", json!({}), 400),
        ("/public/actions/justification/cancel", json!({"requestId": nothing()}), 404),
        (&label, json!({}), 400),
        (&label, json!({"label": " "}), 400),
        (&label, json!({"label": "x"}), 404),
        (offboard, json!({}), 400),
        (offboard, json!({"usersToOffboard": []}), 400),
        (offboard, json!({"usersToOffboard": [{"inheritorMailbox": "a@b.example"}]}), 400),
        (offboard, json!({"usersToOffboard": [{"userId": nothing()}]}), 404),
        (offboard, json!({"usersToOffboard": "raj"}), 400),
        ("/public/workflows/offboarding/stop", json!({}), 400),
        ("/public/workflows/offboarding/stop", json!({"workflowId": nothing()}), 404),
        (&run, json!({}), 400),
        (&run, json!({"identityId": [nothing()]}), 404),
    ];
    for (path, body, expected) in table {
        let reply = scene.post(path, body.clone()).await;
        assert_eq!(reply.status.as_u16(), expected, "{path} {body}: {}", reply.text());
        let shown = reply.json();
        assert_eq!(shown["statusCode"], expected, "{path}");
        assert!(shown["message"].as_str().is_some_and(|text| !text.is_empty()));
    }
    assert_eq!(scene.audited().await, 0, "a refusal leaves no trace");
    for wrong in ["{", "[]", "\"text\"", "7"] {
        let call = scene.bare(Method::POST, start).header("access-token", TOKEN).body(wrong);
        call.await.status(400);
    }
    scene.bare(Method::POST, start).header("access-token", TOKEN).await.status(400);
    for path in ["alerts/7", "v2/alerts/x", "actions/justification/7/status", "actions/justification/7/link"] {
        scene.get(&format!("/public/{path}")).await.status(404);
    }
    for path in ["accessRevocation/employee/7/status", "7"] {
        scene.get(&format!("/public/actions/{path}")).await.status(404);
    }
    for path in ["offboarding/7/status", "offboarding/7/userStatus", "7/status"] {
        scene.get(&format!("/public/workflows/{path}")).await.status(404);
    }
    scene.post(&format!("/public/workflows/{}/cancel", nothing()), json!({})).await.status(404);
}

#[tokio::test]
async fn a_wrong_query_is_told() {
    let scene = Scene::new();
    let sanction = format!("/public/saas/{}/sanction_status", saas("slack"));
    scene.post(&sanction, json!({})).await.status(400);
    let refused = scene.post(&format!("{sanction}?new_sanction_state=splendid"), json!({})).await.status(400).json();
    let message = "new_sanction_state must be one of sanctioned, unsanctioned, tolerated, in_review";
    assert_eq!(refused["message"], message);
    let contact = format!("/public/saas/{}/update-primary-contact", saas("slack"));
    scene.post(&contact, json!({})).await.status(400);
    scene.post(&format!("{contact}?user_id={}", nothing()), json!({})).await.status(404);
    scene.get("/public/alerts?alert_severity=9").await.status(400);
}

#[tokio::test]
async fn a_body_past_the_bound_is_refused_in_the_vendors_shape() {
    let scene = Scene::new();
    let long = "x".repeat(5 << 20);
    let refused = scene.post("/public/actions/justification/send", json!({"a": long})).await.status(413).json();
    assert_eq!(refused["error"], "Payload Too Large");
}
