//! Justification requests and the page behind their links (contract, 10).

use http::Method;
use serde_json::{Value, json};

use super::{Scene, TOKEN_NAME, nothing, saas, user};
use crate::common::Reply;

const CANCEL: &str = "/public/actions/justification/cancel";
/// Has a live account in ChatGPT.
const WHO: &str = "monica.ellison";

async fn send(scene: &Scene) -> String {
    let body = json!({"userId": user(WHO), "saasApplicationId": saas("chatgpt")});
    let answer = scene.post("/public/actions/justification/send", body).await.status(200).json();
    answer["requestId"].as_str().unwrap().to_owned()
}

async fn status(scene: &Scene, request: &str) -> Value {
    scene.read(&format!("/public/actions/justification/{request}/status")).await
}

/// What a browser gets at the request's link.
async fn visit(scene: &Scene, method: Method, request: &str) -> Reply {
    let link = scene.read(&format!("/public/actions/justification/{request}/link")).await;
    let path = link.as_str().unwrap().strip_prefix("http://localhost/t/default/grip").unwrap().to_owned();
    scene.bare(method, &path).await
}

async fn answer(scene: &Scene, request: &str, fields: &[(&str, &str)]) -> Reply {
    scene.bare(Method::POST, &format!("/justification/{request}")).form(fields).await
}

#[tokio::test]
async fn it_is_sent_opened_and_answered_in_a_browser() {
    let scene = Scene::new();
    let request = send(&scene).await;
    let sent = status(&scene, &request).await;
    let expected = json!({
        "requestId": request,
        "status": "sent",
        "createdBy": TOKEN_NAME,
        "startedAt": "2026-01-05T09:00:00Z",
        "completedAt": null,
        "recipientName": "Monica Ellison",
        "recipientMail": "monica.ellison@acme.example",
        "saasId": saas("chatgpt"),
        "saasName": "ChatGPT",
        "response": {},
    });
    assert_eq!(sent, expected);
    visit(&scene, Method::HEAD, &request).await.status(200);
    assert_eq!(status(&scene, &request).await["status"], "sent", "a preview opens nothing");
    let page = visit(&scene, Method::GET, &request).await.status(200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(page.text().contains("Why do you use ChatGPT?") && page.text().contains("<form method=\"post\">"));
    assert!(!page.text().contains("<script"));
    assert_eq!(status(&scene, &request).await["status"], "opened");
    visit(&scene, Method::GET, &request).await.status(200);
    scene.advance("PT5M").await;
    let page = answer(&scene, &request, &[("justification", "  ")]).await.status(400);
    assert!(page.text().contains("role=\"alert\""));
    let fields = [("justification", "Drafts & <summaries>"), ("stillInUse", "yes")];
    let page = answer(&scene, &request, &fields).await.status(200);
    assert!(page.text().contains("Your answer has been recorded."));
    let shown = status(&scene, &request).await;
    assert_eq!((&shown["status"], &shown["completedAt"]), (&json!("answered"), &json!("2026-01-05T09:05:00Z")));
    let response =
        json!({"justification": "Drafts & <summaries>", "stillInUse": true, "answeredAt": "2026-01-05T09:05:00Z"});
    assert_eq!(shown["response"], response);
    answer(&scene, &request, &fields).await.status(409);
    visit(&scene, Method::GET, &request).await.status(200);
    scene.post(CANCEL, json!({"requestId": request})).await.status(409);
    let trail = ["justification_request.answered", "justification_request.opened", "justification_request.sent"];
    assert_eq!(scene.newest(9).await, trail);
}

#[tokio::test]
async fn it_may_be_answered_unopened_and_with_a_no() {
    let scene = Scene::new();
    let request = send(&scene).await;
    answer(&scene, &request, &[("justification", "Only tried it."), ("stillInUse", "no")]).await.status(200);
    let shown = status(&scene, &request).await;
    assert_eq!((&shown["status"], &shown["response"]["stillInUse"]), (&json!("answered"), &json!(false)));
}

#[tokio::test]
async fn it_is_cancelled_while_it_is_open() {
    let scene = Scene::new();
    for opened in [false, true] {
        let request = send(&scene).await;
        if opened {
            visit(&scene, Method::GET, &request).await.status(200);
        }
        let cancelled = scene.post(CANCEL, json!({"request_id": request})).await.status(200).json();
        assert_eq!(cancelled, json!({"requestId": request}));
        assert_eq!(status(&scene, &request).await["status"], "cancelled");
        scene.post(CANCEL, json!({"requestId": request})).await.status(409);
        assert!(visit(&scene, Method::GET, &request).await.status(200).text().contains("was cancelled"));
    }
}

#[tokio::test]
async fn it_expires_when_nobody_answers() {
    let scene = Scene::new();
    let (unopened, opened) = (send(&scene).await, send(&scene).await);
    visit(&scene, Method::GET, &opened).await.status(200);
    scene.advance("P6DT23H").await;
    assert_eq!(status(&scene, &unopened).await["status"], "sent");
    scene.advance("PT1H").await;
    for request in [&unopened, &opened] {
        let shown = status(&scene, request).await;
        assert_eq!((&shown["status"], &shown["completedAt"]), (&json!("expired"), &json!("2026-01-12T09:00:00Z")));
        answer(&scene, request, &[("justification", "late")]).await.status(409);
        assert!(visit(&scene, Method::GET, request).await.status(200).text().contains("has expired"));
    }
    assert_eq!(scene.read("/public/audit-trail?limit=1").await[0]["actor"]["type"], "system");
}

#[tokio::test]
async fn a_link_leads_back_to_where_the_client_called() {
    let scene = Scene::new();
    let request = send(&scene).await;
    let path = format!("/public/actions/justification/{request}/link");
    let call = || scene.stage.get(&path).header("access-token", super::TOKEN);
    let by_host = call().header("host", "default.dep.grip.security").await.status(200).json();
    assert_eq!(by_host, format!("http://default.dep.grip.security/justification/{request}"));
    let page = scene.stage.get(&format!("/justification/{request}")).header("host", "default.dep.grip.security").await;
    page.status(200);
    let by_port = call().header("host", "127.0.0.1:4420").await.status(200).json();
    assert_eq!(by_port, format!("http://127.0.0.1:4420/t/default/grip/justification/{request}"));
}

#[tokio::test]
async fn a_page_for_no_request_says_so() {
    let scene = Scene::new();
    for id in [nothing(), "7".into()] {
        let page = scene.bare(Method::GET, &format!("/justification/{id}")).await.status(404);
        assert!(page.text().contains("There is no such request"));
        answer(&scene, &id, &[("justification", "x")]).await.status(404);
    }
}

#[tokio::test]
async fn it_travels_as_it_is_told() {
    let scene = Scene::new();
    for platform in ["Email", "slack", "MS-Teams", "microsoft_teams"] {
        let body = json!({"user_email": "MONICA.ELLISON@acme.example", "saasApplicationId": saas("chatgpt"),
            "communicationPlatform": platform});
        scene.post("/public/actions/justification/send", body).await.status(200);
    }
    let trail = scene.read("/public/audit-trail").await;
    let platforms: Vec<&str> =
        trail.as_array().unwrap().iter().map(|row| row["details"]["platform"].as_str().unwrap()).collect();
    assert_eq!(platforms, ["teams", "teams", "slack", "email"]);
}
