//! Device logins: to each of their ends, and refused (contract, 4.3).

use http::StatusCode;
use rolecall::kernel::Span;
use serde_json::{Value, json};

use crate::common::{Reply, Stage};

const CONE: &str = "2RGdOS94VDferT9e80mdgntl36K";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// What a device waits between two questions.
const INTERVAL: Span = Span::seconds(5);

async fn begin(stage: &Stage) -> Value {
    let reply = stage.post("/conductorone/auth/v1/device_authorization").form(&[("client_id", CONE)]).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    reply.json()
}

async fn poll_as(stage: &Stage, client: &str, login: &Value) -> Reply {
    let code = login["device_code"].as_str().unwrap();
    let form = [("grant_type", GRANT), ("client_id", client), ("device_code", code)];
    stage.post("/conductorone/auth/v1/token").form(&form).await
}

/// The error of a poll that came at its time.
async fn poll(stage: &Stage, login: &Value) -> String {
    stage.wall.pass(INTERVAL);
    let reply = poll_as(stage, CONE, login).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{}", reply.text());
    reply.json()["error"].as_str().unwrap().to_owned()
}

async fn step(stage: &Stage, step: Value) -> Reply {
    let body = json!({"vendor": "conductorone", "step": step});
    stage.post("/_rolecall/tenants/default/steps").json(body).await
}

async fn approve(stage: &Stage, login: &Value) -> Reply {
    step(stage, json!({"step": "approve-login", "userCode": login["user_code"], "person": "raj.patel"})).await
}

#[tokio::test]
async fn a_device_is_let_in_once_somebody_says_yes() {
    let stage = Stage::new();
    let login = begin(&stage).await;
    let code = login["user_code"].as_str().unwrap();
    assert_eq!(
        login["verification_uri_complete"],
        format!("{}?user_code={code}", login["verification_uri"].as_str().unwrap())
    );
    assert_eq!((&login["expires_in"], &login["interval"]), (&json!(600), &json!(5)));
    assert_eq!(poll(&stage, &login).await, "authorization_pending");
    assert_eq!(approve(&stage, &login).await.status, StatusCode::OK);
    let reply = poll_as(&stage, CONE, &login).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    assert_eq!(reply.json()["token_type"], "Bearer");
    assert_eq!(poll(&stage, &login).await, "invalid_grant", "one code, one token");
}

#[tokio::test]
async fn who_asks_too_often_is_told_so() {
    let stage = Stage::new();
    let login = begin(&stage).await;
    assert_eq!(poll(&stage, &login).await, "authorization_pending");
    assert_eq!(poll_as(&stage, CONE, &login).await.json()["error"], "slow_down");
    assert_eq!(poll(&stage, &login).await, "authorization_pending");
}

#[tokio::test]
async fn a_login_is_denied_or_runs_out() {
    let stage = Stage::new();
    let (denied, late) = (begin(&stage).await, begin(&stage).await);
    assert_ne!(denied["user_code"], late["user_code"]);
    let no = json!({"step": "deny-login", "userCode": denied["user_code"]});
    assert_eq!(step(&stage, no.clone()).await.status, StatusCode::OK);
    assert_eq!(step(&stage, no).await.status, StatusCode::CONFLICT);
    assert_eq!(approve(&stage, &denied).await.status, StatusCode::CONFLICT);
    assert_eq!(poll(&stage, &denied).await, "access_denied");

    assert_eq!(approve(&stage, &late).await.status, StatusCode::OK);
    let advance = stage.post("/_rolecall/tenants/default/clock/advance").json(json!({"by": "PT10M"}));
    assert_eq!(advance.await.status, StatusCode::OK);
    assert_eq!(poll(&stage, &late).await, "expired_token");
    assert_eq!(approve(&stage, &late).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn the_pace_may_let_devices_in_by_itself() {
    let stage = Stage::new();
    let pace = stage.put("/_rolecall/tenants/default/pace").json(json!({"conductorone/device-login": "atOnce"}));
    assert_eq!(pace.await.status, StatusCode::OK);
    let login = begin(&stage).await;
    assert_eq!(poll_as(&stage, CONE, &login).await.status, StatusCode::OK);
}

#[tokio::test]
async fn nobody_else_fetches_the_token() {
    let stage = Stage::new();
    let login = begin(&stage).await;
    assert_eq!(approve(&stage, &login).await.status, StatusCode::OK);
    let go_sdk = "2RCzHlak5q7CY14SdBc8HoZEJRf";
    assert_eq!(poll_as(&stage, go_sdk, &login).await.json()["error"], "invalid_grant");
    let stranger = poll_as(&stage, "somebody", &login).await;
    assert_eq!((stranger.status, &stranger.json()["error"]), (StatusCode::UNAUTHORIZED, &json!("invalid_client")));
    for code in ["", "short", "00000000000040008000000000000000"] {
        let form = [("grant_type", GRANT), ("client_id", CONE), ("device_code", code)];
        let reply = stage.post("/conductorone/auth/v1/token").form(&form).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{code}");
    }
    let unknown = stage.post("/conductorone/auth/v1/device_authorization").form(&[("client_id", "somebody")]).await;
    assert_eq!(unknown.status, StatusCode::UNAUTHORIZED);
    assert_eq!(poll_as(&stage, CONE, &login).await.status, StatusCode::OK, "nothing of it changed anything");
}

#[tokio::test]
async fn steps_name_what_there_is() {
    let stage = Stage::new();
    let login = begin(&stage).await;
    for wrong in [
        json!({"step": "approve-login", "userCode": login["user_code"], "person": "nobody"}),
        json!({"step": "approve-login", "userCode": login["user_code"]}),
        json!({"step": "no-such-step"}),
    ] {
        assert_eq!(step(&stage, wrong).await.status, StatusCode::BAD_REQUEST);
    }
    let stranger = step(&stage, json!({"step": "deny-login", "userCode": "AAAA-AAAA"})).await;
    assert_eq!(stranger.status, StatusCode::CONFLICT);
}
