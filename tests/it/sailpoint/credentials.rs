//! Personal access tokens and OAuth clients, from their making to their end; and the tenant.

use rolecall::kernel::Span;
use serde_json::{Value, json};

use super::caller::{code, person};
use crate::common::{Stage, opening};

#[tokio::test]
async fn a_token_is_made_used_and_thrown_away() {
    let stage = Stage::new();
    let mia = stage.caller("mia.chen").await;
    let made = mia.post("/v3/personal-access-tokens", json!({"name": "suite", "scope": ["sp:scopes:default"]}));
    let made = made.await.status(200).json();
    let (id, secret) = (made["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
    assert_eq!((id.len(), secret.len()), (32, 64));
    assert_eq!(
        (&made["owner"]["id"], &made["accessTokenValiditySeconds"]),
        (&json!(person("mia.chen")), &json!(43200))
    );
    assert_eq!(made["expirationDate"].as_str(), Some((opening() + Span::days(183)).to_millis_text().as_str()));
    let own = "/personal-access-tokens/v1?owner-id=me";
    let unused = format!("{own}&filters=lastUsed%20isnull");
    assert!(mia.list(&unused).await.iter().any(|token| token["id"] == made["id"]));

    let suite = stage.client(id, secret).await;
    suite.get("/v3/public-identities?limit=1").await.status(200);
    code(suite.get("/v2025/identities?limit=1").await, 403, "403");
    let listed = mia.list(own).await;
    let token = listed.iter().find(|token| token["id"] == made["id"]).unwrap();
    assert_eq!(token["lastUsed"].as_str(), Some(opening().to_millis_text().as_str()));
    assert!(token.get("secret").is_none());
    let used = format!("{own}&filters=lastUsed%20le%20{}", opening().to_millis_text());
    assert!(mia.list(&used).await.iter().any(|token| token["id"] == made["id"]));
    assert!(!mia.list(&unused).await.iter().any(|token| token["id"] == made["id"]));

    let path = format!("/beta/personal-access-tokens/{id}");
    code(stage.caller("raj.patel").await.delete(&path).await, 403, "403");
    assert!(mia.delete(&path).await.status(204).body.is_empty());
    let refused = suite.get("/v3/public-identities").await.status(401).json();
    assert!(refused["error"].as_str().unwrap().starts_with("JWT validation failed: "));
    assert_eq!(stage.token(id, secret).await.status(401).json()["error"], "invalid_client");
    code(mia.delete(&path).await, 404, "404");
}

#[tokio::test]
async fn a_token_is_patched_by_its_owner_alone() {
    let stage = Stage::new();
    let (admin, mia) = (stage.caller("ada.admin").await, stage.caller("mia.chen").await);
    let made = mia.post("/v2025/personal-access-tokens", json!({"name": "suite"})).await.status(200).json();
    assert_eq!(made["scope"], json!(null));
    let path = format!("/v2025/personal-access-tokens/{}", made["id"].as_str().unwrap());
    let patch = json!([
        {"op": "replace", "path": "/name", "value": "renamed"},
        {"op": "replace", "path": "/accessTokenValiditySeconds", "value": 60},
        {"op": "replace", "path": "/scope", "value": ["idn:identity:read"]},
    ]);
    let after = mia.patch(&path, patch).await.status(200).json();
    assert_eq!((&after["name"], &after["accessTokenValiditySeconds"]), (&json!("renamed"), &json!(60)));
    let token = stage.token(made["id"].as_str().unwrap(), made["secret"].as_str().unwrap()).await.status(200).json();
    assert_eq!((&token["expires_in"], &token["scope"]), (&json!(59), &json!("idn:identity:read")));
    code(mia.replace(&path, "/expirationDate", Value::Null).await, 400, "400.1.0");
    let endless = json!([
        {"op": "replace", "path": "/expirationDate", "value": null},
        {"op": "replace", "path": "/userAwareTokenNeverExpires", "value": true},
    ]);
    let after = mia.patch(&path, endless).await.status(200).json();
    assert_eq!((&after["expirationDate"], &after["userAwareTokenNeverExpires"]), (&json!(null), &json!(true)));
    for (pointer, value, expected) in [
        ("/id", json!("x"), "400.1.1"),
        ("/owner/id", json!("x"), "400.1.1"),
        ("/nickname", json!("x"), "400.1 "),
        ("/accessTokenValiditySeconds", json!(14), "400.1.3"),
        ("/accessTokenValiditySeconds", json!(43_201), "400.1.3"),
        ("/name", json!(""), "400.1.0"),
        ("/expirationDate", json!("tomorrow"), "400.1.3"),
        ("/expirationDate", json!("2020-01-01T00:00:00Z"), "400.1 "),
    ] {
        code(mia.patch(&path, json!([{"op": "add", "path": pointer, "value": value}])).await, 400, expected);
    }
    code(admin.replace(&path, "/name", "x").await, 403, "403");
    code(mia.replace("/v3/personal-access-tokens/x", "/name", "x").await, 404, "404");
    admin.delete(&path).await.status(204);
}

#[tokio::test]
async fn a_token_ends_when_it_says() {
    let stage = Stage::new();
    let mia = stage.caller("mia.chen").await;
    let end = (opening() + Span::hours(1)).to_millis_text();
    let made = mia.post("/v3/personal-access-tokens", json!({"name": "brief", "expirationDate": end}));
    let made = made.await.status(200).json();
    let (id, secret) = (made["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
    assert_eq!(stage.token(id, secret).await.status(200).json()["expires_in"], 3600);
    stage.post("/_rolecall/tenants/default/clock/advance").json(json!({"by": "PT2H"})).await.status(200);
    assert_eq!(stage.token(id, secret).await.status(401).json()["error"], "invalid_client");
}

#[tokio::test]
async fn a_token_that_cannot_be_is_refused() {
    let stage = Stage::new();
    let (admin, mia) = (stage.caller("ada.admin").await, stage.caller("mia.chen").await);
    let path = "/v3/personal-access-tokens";
    code(mia.post(path, json!({})).await, 400, "400.1.0");
    code(mia.post(path, json!({"name": 5})).await, 400, "400.0");
    code(mia.post(path, json!({"name": "x", "accessTokenValiditySeconds": 5})).await, 400, "400.1.3");
    code(mia.post(path, json!({"name": "x", "expirationDate": "soon"})).await, 400, "400.1.3");
    code(mia.post(path, json!({"name": "x", "expirationDate": "2020-01-01T00:00:00Z"})).await, 400, "400.1 ");
    mia.post(path, json!({"name": "twice"})).await.status(200);
    code(mia.post(path, json!({"name": "twice"})).await, 400, "400.1 ");
    code(mia.get(path).await, 403, "403");
    code(mia.get(&format!("{path}?owner-id={}", person("ada.admin"))).await, 403, "403");
    assert!(admin.list(path).await.len() > admin.list(&format!("{path}?owner-id=me")).await.len());
    assert!(admin.list(&format!("{path}?owner-id=nobody")).await.is_empty());
    let integration = stage.client("d1b7785ce03a7522c13a754ba5f5998b", "rolecall-integration-secret").await;
    code(integration.post(path, json!({"name": "x"})).await, 403, "403");
}

fn client() -> Value {
    json!({"name": "suite", "description": "for tests", "accessTokenValiditySeconds": 750, "enabled": true,
        "grantTypes": ["CLIENT_CREDENTIALS"], "accessType": "OFFLINE", "scope": null})
}

#[tokio::test]
async fn an_oauth_client_is_made_used_switched_off_and_thrown_away() {
    let stage = Stage::new();
    let admin = stage.caller("ada.admin").await;
    let made = admin.post("/v3/oauth-clients", client()).await.status(200).json();
    let (id, secret) = (made["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
    let path = format!("/oauth-clients/v1/{id}");
    assert_eq!((id.len(), &made["type"]), (36, &json!("CONFIDENTIAL")));
    let token = stage.token(id, secret).await.status(200).json();
    assert_eq!((&token["expires_in"], token.get("identity_id")), (&json!(749), None));
    let suite = stage.client(id, secret).await;
    suite.get("/v3/roles?limit=1").await.status(200);
    let shown = admin.get(&path).await.status(200).json();
    assert_eq!((&shown["secret"], &shown["name"]), (&json!(null), &json!("suite")));
    assert!(admin.list("/v3/oauth-clients").await.contains(&shown));
    assert!(!admin.list("/v3/oauth-clients?filters=lastUsed%20isnull").await.contains(&shown));

    let off = admin.replace(&path, "/enabled", false).await.status(200).json();
    assert_eq!(off["enabled"], false);
    suite.get("/v3/roles").await.status(401);
    stage.token(id, secret).await.status(401);
    admin.replace(&path, "/enabled", true).await.status(200);
    suite.get("/v3/roles?limit=1").await.status(200);
    admin.replace(&path, "/grantTypes", json!(["AUTHORIZATION_CODE"])).await.status(200);
    assert_eq!(stage.token(id, secret).await.status(400).json()["error"], "unauthorized_client");
    for (pointer, value, expected) in [
        ("/id", json!("x"), "400.1.1"),
        ("/created", json!("x"), "400.1.1"),
        ("/nickname", json!("x"), "400.1 "),
        ("/grantTypes", json!(["PASSWORD"]), "400.1 "),
        ("/grantTypes", json!([]), "400.1.0"),
        ("/accessTokenValiditySeconds", json!(0), "400.1.3"),
    ] {
        code(admin.patch(&path, json!([{"op": "add", "path": pointer, "value": value}])).await, 400, expected);
    }
    admin.delete(&path).await.status(204);
    suite.get("/v3/roles").await.status(401);
    code(admin.get(&path).await, 404, "404");
    code(admin.delete(&path).await, 404, "404");
    for field in ["name", "description", "accessTokenValiditySeconds", "grantTypes", "accessType", "enabled"] {
        let mut incomplete = client();
        incomplete.as_object_mut().unwrap().remove(field);
        let text = code(admin.post("/v3/oauth-clients", incomplete).await, 400, "400.1.0");
        assert!(text.contains(field), "{text}");
    }
    code(admin.get("/v3/oauth-clients/db4474fa934c4c69c55c4c8c73265256").await, 404, "404");
}

#[tokio::test]
async fn the_tenant_is_the_company() {
    let stage = Stage::new();
    let mia = stage.caller("mia.chen").await;
    let tenant = mia.get("/tenant/v1").await.status(200).json();
    let company = stage.app.site().tenants().base().company().clone();
    assert_eq!((&tenant["name"], &tenant["fullName"]), (&json!("default"), &json!(company.profile().name)));
    let token = stage.token("db4474fa934c4c69c55c4c8c73265256", "rolecall-mia-secret").await.status(200).json();
    assert_eq!(tenant["id"], token["tenant_id"]);
    assert_eq!(tenant["products"][0]["productName"], "idn");
}
