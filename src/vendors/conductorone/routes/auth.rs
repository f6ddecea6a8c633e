//! `/auth/v1/…`: tokens and the keys that sign them (contract, 4.2), whose names are ours, since the vendor's
//! document has none of these paths; and `/api/v1/auth/introspect`.

use axum::Json;
use axum::body::Bytes;
use http::request::Parts;
use http::{Method, header};
use serde::Serialize;
use utoipa::ToSchema;

use crate::company::Person;
use crate::http::{Contents, Endpoint, Peer, Sim, query_pairs};
use crate::kernel::Id;
use crate::vendors::conductorone::auth::{self, Caller, JwkSet};
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::iam::IntrospectResponse;
use crate::vendors::conductorone::error::TokenError;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::lifecycle::{POLL_INTERVAL, PollLogin, StartLogin, UseAssertion, UseClient};
use crate::vendors::conductorone::model::Domain;
use crate::vendors::conductorone::wire::Reply;

const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The endpoints.
pub fn rows() -> Contents<Right> {
    vec![
        Endpoint::new(Method::POST, "/auth/v1/token", "oauth.token", Right::Open, token)
            .doing("Trade a credential in for an access token")
            .answers::<TokenAnswer>(200),
        Endpoint::new(Method::POST, "/auth/v1/device_authorization", "oauth.deviceAuthorization", Right::Open, device)
            .doing("Begin to log a device in that has no browser")
            .answers::<DeviceAnswer>(200),
        Endpoint::new(Method::GET, "/auth/v1/device", "oauth.device", Right::Open, verification)
            .doing("Where a person is sent to let a device in: says how that is done here")
            .answers_empty(200),
        Endpoint::new(Method::GET, "/auth/v1/jwks", "oauth.jwks", Right::Open, jwks)
            .doing("The keys that sign access tokens and webhook tokens")
            .answers::<JwkSet>(200),
        Endpoint::new(Method::GET, "/api/v1/auth/introspect", "c1.api.auth.v1.Auth.Introspect", Right::Any, introspect)
            .doing("Say who calls, and what they may")
            .answers::<IntrospectResponse>(200),
    ]
}

/// An access token.
#[derive(Serialize, ToSchema)]
pub struct TokenAnswer {
    pub access_token: String,
    pub token_type: &'static str,
    #[schema(value_type = i32)]
    pub expires_in: i64,
}

/// `POST /auth/v1/token`.
pub async fn token(sim: Sim<Domain>, parts: Parts, body: Bytes) -> Result<Json<TokenAnswer>, TokenError> {
    let form = Form::read(&body)?;
    match form.wanted("grant_type")? {
        "client_credentials" => client_credentials(&sim, &parts, &form).await,
        DEVICE_CODE => device_code(&sim, &form).await,
        other => Err(TokenError::UnsupportedGrantType(other.to_owned())),
    }
}

async fn client_credentials(sim: &Sim<Domain>, parts: &Parts, form: &Form) -> Result<Json<TokenAnswer>, TokenError> {
    let id = form.wanted("client_id")?;
    let client = auth::client(sim.estate(), id, sim.hour())?;
    let from = parts.extensions.get::<Peer>().map(|peer| peer.0.ip());
    if !auth::reaches(sim.estate(), &client.id.hex(), from) {
        return Err(TokenError::client("client may not be used from this address"));
    }
    match (form.get("client_assertion"), form.get("client_secret")) {
        (Some(assertion), _) => {
            if form.wanted("client_assertion_type")? != ASSERTION_TYPE {
                return Err(TokenError::request("client_assertion_type must be the one for JWT bearers"));
            }
            let wall = sim.visit().tenant.now();
            let own = format!("{}.conductor.one", sim.visit().tenant.name());
            let mut hosts = hosts(sim, parts, &own);
            hosts.extend(id.split_once('@').map(|(_, host)| auth::host_of(host)));
            let assertion = auth::check(assertion, client, id, &hosts, wall)?;
            let command = UseAssertion { client: client.id, nonce: assertion.nonce, ends: assertion.ends, wall };
            sim.apply(command).await?;
        }
        (None, Some(secret)) => {
            if auth::public_key(secret).as_deref() != Some(client.public_key.as_str()) {
                return Err(TokenError::client("bad client credentials"));
            }
            sim.apply(UseClient { client: client.id }).await?;
        }
        (None, None) => return Err(TokenError::request("client_assertion or client_secret is required")),
    }
    answer(sim, client.user, &client.id.hex())
}

async fn device_code(sim: &Sim<Domain>, form: &Form) -> Result<Json<TokenAnswer>, TokenError> {
    let client = auth::public_client(form.wanted("client_id")?)?;
    let login = Id::from_hex(form.wanted("device_code")?).ok_or_else(|| TokenError::grant("unknown device code"))?;
    let poll = PollLogin { login, client: client.to_owned(), wall: sim.visit().tenant.now() };
    let user = sim.apply(poll).await?.output?;
    answer(sim, user, client)
}

fn answer(sim: &Sim<Domain>, user: Id<Person>, client: &str) -> Result<Json<TokenAnswer>, TokenError> {
    let (tenant, head) = (&sim.visit().tenant, &sim.visit().head);
    let signed = auth::sign(tenant, head, user, client, auth::TOKEN_LIFETIME);
    let access_token = signed.map_err(|_| TokenError::request("the token cannot be signed"))?;
    Ok(Json(TokenAnswer { access_token, token_type: "Bearer", expires_in: auth::TOKEN_LIFETIME.as_seconds() }))
}

/// A login that began.
#[derive(Serialize, ToSchema)]
pub struct DeviceAnswer {
    pub device_code: String,
    pub user_code: String,
    pub verification_uri: String,
    pub verification_uri_complete: String,
    #[schema(value_type = i32)]
    pub expires_in: i64,
    #[schema(value_type = i32)]
    pub interval: i64,
}

/// `POST /auth/v1/device_authorization`.
pub async fn device(sim: Sim<Domain>, body: Bytes) -> Result<Json<DeviceAnswer>, TokenError> {
    let form = Form::read(&body)?;
    let client = auth::public_client(form.wanted("client_id")?)?.to_owned();
    let login = sim.apply(StartLogin { client }).await?.output;
    let verification_uri = format!("{}/auth/v1/device", sim.visit().base);
    Ok(Json(DeviceAnswer {
        device_code: login.id.hex(),
        verification_uri_complete: format!("{verification_uri}?user_code={}", login.user_code),
        user_code: login.user_code,
        verification_uri,
        expires_in: (login.ends - login.started).as_seconds(),
        interval: POLL_INTERVAL.as_seconds(),
    }))
}

/// `GET /auth/v1/device`: the real service signs a person in here; who that is, a step says.
pub async fn verification(sim: Sim<Domain>) -> String {
    let tenant = sim.visit().tenant.name();
    format!(
        "Say who lets the device in, by its code:\n\n  POST /_rolecall/tenants/{tenant}/steps\n  \
         {{\"vendor\": \"conductorone\", \"step\": {{\"step\": \"approve-login\", \"userCode\": \"…\", \"person\": \"…\"}}}}\n"
    )
}

/// Everything that this tenant may be called by: where the client reached it, and this machine's own names.
fn hosts<'a>(sim: &'a Sim<Domain>, parts: &'a Parts, own: &'a str) -> Vec<&'a str> {
    let header = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let reached = header.or(parts.uri.host()).map(auth::host_of);
    let public = auth::host_of(&sim.visit().base);
    ["127.0.0.1", "localhost", "::1", own, public].into_iter().chain(reached).collect()
}

/// `GET /auth/v1/jwks`.
pub async fn jwks(sim: Sim<Domain>) -> Json<JwkSet> {
    Json(auth::key_set(sim.world(), sim.visit().tenant.name()))
}

/// `GET /api/v1/auth/introspect`.
pub async fn introspect(sim: Sim<Domain>, caller: Caller) -> Reply<IntrospectResponse> {
    Reply(View::of(sim.world(), &caller).introspection(sim.visit().tenant.name()))
}

struct Form(Vec<(String, String)>);

impl Form {
    fn read(body: &[u8]) -> Result<Self, TokenError> {
        let body = std::str::from_utf8(body).map_err(|_| TokenError::request("the body is not UTF-8"))?;
        let pairs = query_pairs(body).into_iter();
        Ok(Self(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect()))
    }

    fn get(&self, name: &str) -> Option<&str> {
        let mut sent = self.0.iter().filter(|(known, value)| known == name && !value.is_empty());
        sent.next().map(|(_, value)| value.as_str())
    }

    fn wanted(&self, name: &str) -> Result<&str, TokenError> {
        self.get(name).ok_or_else(|| TokenError::request(format!("{name} is required")))
    }
}
