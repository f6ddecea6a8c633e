//! Tokens: how they are had, what they may, and how they are refused (contract, 4).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::pkcs8::EncodePrivateKey;
use ed25519_dalek::{SigningKey, pkcs8};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use rolecall::http::Peer;
use rolecall::kernel::Wall;
use serde_json::{Value, json};

use super::{ADMIN, Scene, refused, text};
use crate::common::Reply;

const TOKEN: &str = "/conductorone/auth/v1/token";
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

async fn token(scene: &Scene, form: &[(&str, &str)]) -> Reply {
    scene.stage.post(TOKEN).form(form).await
}

fn key(secret: &str) -> EncodingKey {
    let payload = secret.strip_prefix("secret-token:conductorone.com:v1:").unwrap();
    let jwk: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    assert_eq!((&jwk["kty"], &jwk["crv"]), (&json!("OKP"), &json!("Ed25519")));
    let d = URL_SAFE_NO_PAD.decode(jwk["d"].as_str().unwrap()).unwrap();
    let key = SigningKey::from_bytes(&d.try_into().unwrap());
    let der: pkcs8::SecretDocument = key.to_pkcs8_der().unwrap();
    EncodingKey::from_ed_der(der.as_bytes())
}

/// What the vendor's clients sign: valid for two minutes, from two minutes ago.
fn claims(scene: &Scene, client: &str) -> Value {
    let now = scene.stage.wall.now().as_seconds();
    json!({"iss": client, "sub": client, "aud": "acme.conductor.one", "iat": now, "nbf": now - 120, "exp": now + 120})
}

fn signed(secret: &str, claims: &Value, nonce: &str) -> String {
    let header = Header { nonce: Some(nonce.to_owned()), ..Header::new(Algorithm::EdDSA) };
    jsonwebtoken::encode(&header, claims, &key(secret)).unwrap()
}

async fn assert_with(scene: &Scene, client: &str, assertion: &str) -> Reply {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", client),
        ("client_assertion_type", ASSERTION),
        ("client_assertion", assertion),
    ];
    token(scene, &form).await
}

#[track_caller]
fn token_refused(reply: &Reply, status: u16, error: &str) {
    assert_eq!(reply.status.as_u16(), status, "{}", reply.text());
    assert_eq!(reply.json()["error"], error, "{}", reply.text());
    assert_ne!(reply.json()["error_description"], "");
}

#[tokio::test]
async fn a_secret_buys_a_token_that_acts_as_its_user() {
    let scene = Scene::new();
    for credential in scene.credentials() {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", credential.client_id.as_str()),
            ("client_secret", credential.client_secret.as_str()),
        ];
        let answer = token(&scene, &form).await.status(200).json();
        assert_eq!((&answer["token_type"], &answer["expires_in"]), (&json!("Bearer"), &json!(600)));
        let bearer = text(&answer["access_token"]);
        let who = scene.stage.get("/conductorone/api/v1/auth/introspect").bearer(&bearer).await.status(200).json();
        assert_eq!(who["userId"], scene.user(&credential.person.unwrap()).await);
        assert_eq!(who["principleId"], who["userId"], "the vendor spells it so");
        for list in ["roles", "permissions", "features", "disabledModules"] {
            assert!(who[list].is_array(), "{list}");
        }
    }
}

#[tokio::test]
async fn an_assertion_buys_one_token() {
    let scene = Scene::new();
    let credential = scene.credentials().remove(0);
    let (id, secret) = (credential.client_id.as_str(), credential.client_secret.as_str());
    for (nonce, audience) in [
        ("1", json!("acme.conductor.one")),
        ("2", json!("https://127.0.0.1:8443/auth/v1/token")),
        ("3", json!(["elsewhere", "localhost"])),
    ] {
        let mut claims = claims(&scene, id);
        claims["aud"] = audience;
        let assertion = signed(secret, &claims, nonce);
        assert_with(&scene, id, &assertion).await.status(200);
        token_refused(&assert_with(&scene, id, &assertion).await, 400, "invalid_grant");
    }
    // The host in a client id is where clients reach the tenant: with another one it is the same client.
    let here = id.replace("acme.conductor.one", "127.0.0.1:8080");
    let mut claims = claims(&scene, &here);
    claims["aud"] = json!("127.0.0.1:8080");
    assert_with(&scene, &here, &signed(secret, &claims, "4")).await.status(200);
}

#[tokio::test]
async fn an_assertion_that_is_wrong_buys_nothing() {
    let scene = Scene::new();
    let credentials = scene.credentials();
    let (id, secret) = (credentials[0].client_id.as_str(), credentials[0].client_secret.as_str());
    let now = scene.stage.wall.now().as_seconds();
    let wrong = [
        ("iss", json!("somebody"), 401, "invalid_client"),
        ("sub", json!("somebody"), 401, "invalid_client"),
        ("aud", json!("elsewhere.example"), 400, "invalid_grant"),
        ("exp", json!(now), 400, "invalid_grant"),
        ("exp", json!(now + 301), 400, "invalid_grant"),
        ("nbf", json!(now + 1), 400, "invalid_grant"),
    ];
    for (claim, value, status, error) in wrong {
        let mut claims = claims(&scene, id);
        claims[claim] = value;
        token_refused(&assert_with(&scene, id, &signed(secret, &claims, "n")).await, status, error);
    }
    let others = signed(&credentials[1].client_secret, &claims(&scene, id), "n");
    token_refused(&assert_with(&scene, id, &others).await, 401, "invalid_client");
    token_refused(&assert_with(&scene, id, "no.assertion.at-all").await, 401, "invalid_client");
    // None of it used the nonce up.
    assert_with(&scene, id, &signed(secret, &claims(&scene, id), "n")).await.status(200);
}

#[tokio::test]
async fn what_is_no_request_for_a_token_is_refused_in_the_words_of_oauth() {
    let scene = Scene::new();
    let credential = scene.credentials().remove(0);
    let (id, secret) = (credential.client_id.as_str(), credential.client_secret.as_str());
    type Row<'a> = (&'a [(&'a str, &'a str)], u16, &'a str);
    let table: [Row<'_>; 6] = [
        (&[], 400, "invalid_request"),
        (&[("grant_type", "password")], 400, "unsupported_grant_type"),
        (&[("grant_type", "client_credentials")], 400, "invalid_request"),
        (&[("grant_type", "client_credentials"), ("client_id", id)], 400, "invalid_request"),
        (
            &[("grant_type", "client_credentials"), ("client_id", "nobody@h/pcc"), ("client_secret", secret)],
            401,
            "invalid_client",
        ),
        (&[("grant_type", "client_credentials"), ("client_id", id), ("client_secret", "wrong")], 401, "invalid_client"),
    ];
    for (form, status, error) in table {
        token_refused(&token(&scene, form).await, status, error);
    }
}

#[tokio::test]
async fn a_token_is_signed_by_a_published_key_and_ends() {
    let scene = Scene::new();
    let credential = scene.credentials().remove(0);
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", credential.client_id.as_str()),
        ("client_secret", credential.client_secret.as_str()),
    ];
    let bearer = text(&token(&scene, &form).await.status(200).json()["access_token"]);
    let keys = scene.stage.get("/conductorone/auth/v1/jwks").await.status(200).json();
    let header = jsonwebtoken::decode_header(&bearer).unwrap();
    let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == json!(header.kid)).unwrap();
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.validate_exp = false;
    let key = DecodingKey::from_ed_components(key["x"].as_str().unwrap()).unwrap();
    jsonwebtoken::decode::<Value>(&bearer, &key, &validation).unwrap();

    let introspect = || scene.stage.get("/conductorone/api/v1/auth/introspect").bearer(&bearer);
    introspect().await.status(200);
    let advance = json!({"by": "PT10M"});
    scene.stage.post("/_rolecall/tenants/default/clock/advance").json(advance).await.status(200);
    refused(&introspect().await, 401, 16, "unauthenticated (request-id: ");
}

#[tokio::test]
async fn without_a_token_nothing_is_answered_and_with_an_unknown_one_in_strict_mode_neither() {
    let scene = Scene::new();
    let path = "/conductorone/api/v1/users";
    refused(&scene.stage.get(path).await, 401, 16, "unauthenticated");
    let lenient = scene.stage.get(path).bearer("whatever").await.status(200);
    assert_eq!(lenient.header("x-rolecall-warning"), "unknown-token-acts-as-super-admin");
    let strict = json!({"auth": "strict"});
    scene.stage.patch("/_rolecall/tenants/default/settings").json(strict).await.status(200);
    refused(&scene.stage.get(path).bearer("whatever").await, 401, 16, "unauthenticated");
    scene.get(ADMIN, "/api/v1/users").await.status(200);
}

#[tokio::test]
async fn a_personal_client_is_made_used_narrowed_and_thrown_away() {
    let scene = Scene::new();
    let clients = "/api/v1/iam/personal_clients";
    let roles = scene.read("/api/v1/iam/roles").await;
    let reader = roles["list"].as_array().unwrap().iter().find(|role| role["name"] == "read-only-super-admin").unwrap();
    let new = json!({"display_name": "cone", "expires": "3600s", "scopedRoles": [reader["id"]]});
    let made = scene.post(ADMIN, clients, new).await.status(200).json();
    let (id, secret) = (text(&made["client"]["clientId"]), text(&made["clientSecret"]));
    assert_eq!(made["client"]["displayName"], "cone");
    assert_eq!(made["client"]["expiresTime"], "2026-01-05T10:00:00Z");
    assert!(made["client"].get("deletedAt").is_none());

    let mut claims = claims(&scene, &id);
    claims["aud"] = json!("localhost");
    let bearer = assert_with(&scene, &id, &signed(&secret, &claims, "n")).await.status(200).json();
    let bearer = text(&bearer["access_token"]);
    let who = scene.stage.get("/conductorone/api/v1/auth/introspect").bearer(&bearer).await.status(200).json();
    assert_eq!(who["roles"].as_array().unwrap().len(), 1, "Ada is no reader, so she is a basic user here: {who}");
    let app = json!({"displayName": "Not allowed"});
    let refusal = scene.stage.post("/conductorone/api/v1/apps").bearer(&bearer).json(app).await;
    refused(&refusal, 403, 7, "permission denied");

    let own = format!("{clients}/{}", text(&made["client"]["id"]));
    let mine = scene.get(ADMIN, &own).await.status(200).json();
    assert!(mine.get("clientSecret").is_none() && mine["client"].get("lastUsedAt").is_some());
    refused(&scene.get("raj.patel", &own).await, 404, 5, "not found");
    refused(&scene.delete("raj.patel", &own).await, 404, 5, "not found");
    let change =
        json!({"client": {"displayName": "laptop", "scopedRoles": []}, "updateMask": "display_name,scopedRoles"});
    let changed = scene.post(ADMIN, &own, change).await.status(200).json();
    assert_eq!((&changed["client"]["displayName"], &changed["client"]["scopedRoles"]), (&json!("laptop"), &json!([])));
    assert_eq!(changed["client"]["expiresTime"], made["client"]["expiresTime"]);

    scene.delete(ADMIN, &own).await.status(200);
    refused(&scene.get(ADMIN, &own).await, 404, 5, "not found");
    let late = scene.stage.get("/conductorone/api/v1/auth/introspect").bearer(&bearer).await;
    refused(&late, 401, 16, "unauthenticated");
    token_refused(&assert_with(&scene, &id, &signed(&secret, &claims, "m")).await, 401, "invalid_client");
}

#[tokio::test]
async fn a_personal_client_ends_and_odd_ones_are_not_made() {
    let scene = Scene::new();
    let clients = "/api/v1/iam/personal_clients";
    let made = scene.post("raj.patel", clients, json!({"expires": "60s"})).await.status(200).json();
    let (id, secret) = (text(&made["client"]["clientId"]), text(&made["clientSecret"]));
    scene.stage.post("/_rolecall/tenants/default/clock/advance").json(json!({"by": "PT1M"})).await.status(200);
    let form = [("grant_type", "client_credentials"), ("client_id", id.as_str()), ("client_secret", secret.as_str())];
    token_refused(&token(&scene, &form).await, 401, "invalid_client");
    for odd in [
        json!({"expires": "0s"}),
        json!({"expires": "1h"}),
        json!({"scopedRoles": ["short"]}),
        json!({"allowSourceCidr": ["10.0.0.0/33"]}),
        json!({"colour": "red"}),
    ] {
        refused(&scene.post("raj.patel", clients, odd).await, 400, 3, "");
    }
}

#[tokio::test]
async fn a_client_that_names_addresses_is_used_from_there_alone() {
    let scene = Scene::new();
    let new = json!({"displayName": "office", "allowSourceCidr": ["10.0.0.0/8", "2001:db8::/32"]});
    let made = scene.post(ADMIN, "/api/v1/iam/personal_clients", new).await.status(200).json();
    let (id, secret) = (text(&made["client"]["clientId"]), text(&made["clientSecret"]));
    let form = [("grant_type", "client_credentials"), ("client_id", id.as_str()), ("client_secret", secret.as_str())];
    let ask = |from: &str| scene.stage.post(TOKEN).form(&form).extension(Peer(from.parse().unwrap()));
    token_refused(&ask("192.0.2.7:4000").await, 401, "invalid_client");
    let bearer = text(&ask("[::ffff:10.1.2.3]:4000").await.status(200).json()["access_token"]);
    let who = |from: &str| {
        let call = scene.stage.get("/conductorone/api/v1/auth/introspect").bearer(&bearer);
        call.extension(Peer(from.parse().unwrap()))
    };
    who("[2001:db8::9]:4000").await.status(200);
    refused(&who("192.0.2.7:4000").await, 403, 7, "permission denied");
    who("10.9.9.9:4000").await.status(200);
    let from_anywhere = scene.get(ADMIN, "/api/v1/auth/introspect").extension(Peer("192.0.2.7:4000".parse().unwrap()));
    from_anywhere.await.status(200);
}
