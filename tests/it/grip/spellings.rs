//! Every alias of the contract's sections 2.1 and 17 leads where the canonical spelling does, and
//! never by way of a redirect.

use http::Method;
use serde_json::json;

use super::{Scene, TOKEN, saas, user};

#[tokio::test]
async fn paths_are_found_in_every_spelling() {
    let scene = Scene::new();
    let raj = user("raj.patel");
    let start = json!({"userId": raj, "saasIds": [saas("slack")], "managerApprovalEmail": "mia.chen@acme.example"});
    let action = scene.post("/public/actions/accessRevocation/employee/start", start.clone()).await.status(200).json();
    let action = action["actionId"].as_str().unwrap().to_owned();
    let account = scene.account("raj.patel", "slack").await["id"].as_str().unwrap().to_owned();
    let offboard = json!({"usersToOffboard": [{"userId": raj}]});
    let workflow = scene.post("/public/workflows/offboarding/start", offboard).await.status(200).json();
    let workflow = workflow["workflowId"].as_str().unwrap().to_owned();
    let families = [
        vec![
            "/public/saas?limit=2".into(),
            "/saas?limit=2".into(),
            "/public/public/saas/?limit=2".into(),
            "//SAAS?limit=2".into(),
        ],
        vec![
            "/public/saas/slack/id".into(),
            "/public/saas/name/slack".into(),
            "/saas/Name/slack".into(),
            "/saas/slack/ID".into(),
        ],
        vec![
            format!("/public/saasUser/{account}"),
            format!("/saas_user/{account}"),
            format!("/public/saas-user/{account}"),
            format!("/saasuser/{account}/"),
        ],
        vec![
            format!("/public/actions/accessRevocation/employee/{action}/status"),
            format!("/actions/access-revocation/employee/{action}/status"),
            format!("/public/Actions/ACCESS_REVOCATION/Employee/{action}/Status"),
        ],
        vec![
            format!("/public/workflows/offboarding/{workflow}/userStatus"),
            format!("/workflows/offboarding/{workflow}/user-status"),
            format!("/public/workflows/offboarding/{workflow}/userstatus"),
        ],
        vec!["/public/audit-trail".into(), "/audit_trail".into(), "/public/auditTrail".into(), "/audittrail".into()],
        vec!["/public/v2/alerts".into(), "/v2/alerts".into(), "/V2/Alerts/".into()],
    ];
    for family in families {
        let canonical = scene.get(&family[0]).await.status(200);
        for alias in &family[1..] {
            let reply = scene.get(alias).await.status(200);
            assert_eq!(reply.body, canonical.body, "{alias}");
            assert_eq!(reply.headers.get("next"), canonical.headers.get("next"), "{alias}");
        }
    }
    for path in ["update-primary-contact", "update_primary_contact", "updatePrimaryContact"] {
        scene.post(&format!("/saas/{}/{path}?userId={raj}", saas("slack")), json!({})).await.status(200);
    }
    for path in ["sanction_status", "sanction-status", "SanctionStatus"] {
        let query = "New-Sanction-State=tolerated";
        scene.post(&format!("/public/saas/{}/{path}?{query}", saas("slack")), json!({})).await.status(200);
    }
}

#[tokio::test]
async fn unprefixed_paths_live_only_where_nothing_else_does() {
    let scene = Scene::new();
    let stage = &scene.stage;
    let call = |path: &str| stage.get(path).header("access-token", TOKEN);
    call("/public/saas?limit=1").await.status(200);
    call("/grip/saas?limit=1").await.status(200);
    call("/saas?limit=1").header("host", "acme.dep.grip.security").await.status(200);
    call("/saas?limit=1").extension(rolecall::http::Bound("grip")).await.status(200);
    let nobody = call("/saas?limit=1").await.status(404).json();
    assert_eq!(nobody["error"]["code"], "not_found");
}

#[tokio::test]
async fn names_in_bodies_are_found_in_every_spelling() {
    let scene = Scene::new();
    let raj = user("raj.patel");
    for body in [
        json!({"USER_ID": raj, "saas-ids": saas("slack"), "MANAGERAPPROVALEMAIL": "mia.chen@acme.example"}),
        json!({"userid": raj, "saasids": [saas("slack")], "manager_approval_email": "mia.chen@acme.example", "other": {}}),
    ] {
        scene.post("/actions/accessrevocation/employee/start", body).await.status(200);
    }
    let typed = scene
        .bare(Method::POST, &format!("/users/{raj}/label"))
        .header("access-token", TOKEN)
        .header("content-type", "text/plain")
        .body("{\"Label\": 12345}");
    typed.await.status(200);
    let data = scene.read(&format!("/users/{raj}")).await;
    assert_eq!(data["gripData"]["labels"], json!(["12345"]));
}
