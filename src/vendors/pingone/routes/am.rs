//! `/am/…`: tokens, and what the server says about itself (contract, 1.2 and 13).

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{Method, header};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::http::{Contents, Endpoint, Sim, query_pairs};
use crate::vendors::pingone::auth::{Form, TokenRealm, grant};
use crate::vendors::pingone::error::TokenRefusal;
use crate::vendors::pingone::gate::Who;
use crate::vendors::pingone::model::Realm;
use crate::vendors::pingone::reply::Crest;

/// The endpoints.
pub fn rows() -> Contents<Who> {
    vec![
        Endpoint::new(Method::POST, "/am/oauth2/access_token", "token", Who::Anyone, root_token)
            .doing("Get a token in the root realm")
            .answers::<TokenAnswer>(200),
        Endpoint::new(
            Method::POST,
            "/am/oauth2/realms/root/realms/alpha/access_token",
            "realmToken",
            Who::Anyone,
            alpha_token,
        )
        .doing("Get a token in the realm of the managed users")
        .answers::<TokenAnswer>(200),
        Endpoint::new(Method::GET, "/am/json/serverinfo/version", "serverVersion", Who::Anyone, version)
            .doing("Which version answers")
            .answers::<Value>(200),
        Endpoint::new(Method::GET, "/am/json/serverinfo/*", "serverInfo", Who::Anyone, info)
            .doing("What a client has to know before it signs in")
            .answers::<Value>(200),
    ]
}

/// A token and what it says.
#[derive(Serialize, ToSchema)]
pub struct TokenAnswer {
    pub access_token: String,
    pub scope: String,
    pub token_type: &'static str,
    pub expires_in: i64,
}

async fn root_token(sim: Sim<Realm>, request: Request) -> Result<Crest<TokenAnswer>, TokenRefusal> {
    token(sim, TokenRealm::Root, request).await
}

async fn alpha_token(sim: Sim<Realm>, request: Request) -> Result<Crest<TokenAnswer>, TokenRefusal> {
    token(sim, TokenRealm::Alpha, request).await
}

async fn token(sim: Sim<Realm>, realm: TokenRealm, request: Request) -> Result<Crest<TokenAnswer>, TokenRefusal> {
    let form = read(request).await?;
    let (access_token, claims) = grant(sim.visit(), realm, &form)?;
    let expires_in = claims.expires_in;
    Ok(Crest::of(TokenAnswer { access_token, scope: claims.scope.join(" "), token_type: "Bearer", expires_in }))
}

async fn read(request: Request) -> Result<Form, TokenRefusal> {
    let basic = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(basic);
    let body = Bytes::from_request(request, &()).await.map_err(|_| TokenRefusal::Unreadable)?;
    let body = std::str::from_utf8(&body).map_err(|_| TokenRefusal::Unreadable)?;
    let fields = query_pairs(body).into_iter().map(|(name, value)| (name.into_owned(), value.into_owned()));
    Ok(Form(basic.into_iter().flatten().chain(fields).collect()))
}

fn basic(header: &str) -> Option<[(String, String); 2]> {
    let (scheme, encoded) = header.split_once(' ')?;
    let decoded = scheme.eq_ignore_ascii_case("basic").then(|| STANDARD.decode(encoded.trim()).ok())??;
    let text = String::from_utf8(decoded).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some([("client_id".into(), id.into()), ("client_secret".into(), secret.into())])
}

async fn version() -> Crest<Value> {
    Crest::of(json!({
        "_id": "version",
        "_rev": "-750667214",
        "version": "8.0.0-SNAPSHOT",
        "fullVersion": "ForgeRock Access Management 8.0.0-SNAPSHOT Build 2afa9838c3cd077e075ad764cf803942edda1c9a (2025-June-05 16:09)",
        "revision": "2afa9838c3cd077e075ad764cf803942edda1c9a",
        "date": "2025-June-05 16:09",
    }))
    .tagged("-750667214")
}

async fn info() -> Crest<Value> {
    Crest::of(json!({
        "_id": "*",
        "_rev": "1874515102",
        "domains": [],
        "protectedUserAttributes": ["telephoneNumber", "mail"],
        "cookieName": "6ac6499e9da2071",
        "secureCookie": true,
        "forgotPassword": "false",
        "forgotUsername": "false",
        "kbaEnabled": "false",
        "selfRegistration": "false",
        "lang": "en-US",
        "successfulUserRegistrationDestination": "default",
        "socialImplementations": [],
        "referralsEnabled": "false",
        "zeroPageLogin": {"enabled": false, "refererWhitelist": [], "allowedWithoutReferer": true},
        "realm": "/",
        "xuiUserSessionValidationEnabled": true,
        "fileBasedConfiguration": true,
        "userIdAttributes": [],
    }))
    .tagged("1874515102")
}
