//! `/oauth/…`: tokens, asked for in all the ways that clients have (contract, section 3.1).

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{Method, header};
use serde::Serialize;
use utoipa::ToSchema;

use super::{ANY, access};
use crate::http::{Contents, Endpoint, Sim, query_pairs};
use crate::vendors::sailpoint::auth::{self, Principal};
use crate::vendors::sailpoint::error::{ApiError, TokenRefusal};
use crate::vendors::sailpoint::families::UNVERSIONED;
use crate::vendors::sailpoint::gate::Access;
use crate::vendors::sailpoint::lifecycle::UseClient;
use crate::vendors::sailpoint::model::Org;

/// The endpoints.
pub fn rows() -> Contents<Access> {
    let open = access(UNVERSIONED, &[], ANY);
    vec![
        Endpoint::new(Method::POST, "/oauth/token", "createToken", open, token)
            .doing("Exchange client credentials for an access token")
            .query(&["grant_type", "client_id", "client_secret"])
            .answers::<TokenAnswer>(200),
        Endpoint::new(Method::GET, "/oauth/info", "getTokenInfo", open, info)
            .doing("Where tokens are had in this tenant")
            .answers::<InfoAnswer>(200),
    ]
}

/// A token and what it says.
#[derive(Serialize, ToSchema)]
pub struct TokenAnswer {
    pub access_token: String,
    pub token_type: &'static str,
    pub expires_in: i64,
    pub scope: String,
    #[serde(rename = "accessType")]
    pub access_type: &'static str,
    pub tenant_id: String,
    pub internal: bool,
    pub pod: String,
    pub org: String,
    pub strong_auth_supported: bool,
    pub strong_auth: bool,
    pub enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    pub jti: String,
}

/// Where tokens are had.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InfoAnswer {
    pub tenant_id: String,
    pub tenant_name: String,
    pub authorize_endpoint: String,
    pub token_endpoint: String,
    pub cloud_domain_url: String,
    pub logout_url: String,
    pub pod: &'static str,
}

/// `POST /oauth/token`: query, form, multipart and Basic, and mixed; later ones override.
pub async fn token(sim: Sim<Org>, request: Request) -> Result<Json<TokenAnswer>, ApiError> {
    let parameters = Parameters::read(request).await?;
    match parameters.get("grant_type").map(str::to_ascii_lowercase).as_deref() {
        Some("client_credentials") => {}
        Some(other) => {
            return Err(TokenRefusal::UnsupportedGrantType(other.to_owned()).into());
        }
        None => return Err(TokenRefusal::InvalidRequest.into()),
    }
    let (id, secret) = (parameters.get("client_id"), parameters.get("client_secret"));
    let (tenant, head) = (&sim.visit().tenant, &sim.visit().head);
    let client = auth::client(sim.estate(), id.unwrap_or_default(), secret.unwrap_or_default(), head.hour)?;
    let principal = Principal::of(client, sim.world().company(), head.hour);
    let (access_token, claims) = auth::sign(tenant, head, principal)?;
    sim.apply(UseClient { client: client.id.clone() }).await?;
    Ok(Json(TokenAnswer {
        access_token,
        token_type: "bearer",
        expires_in: principal.lifetime.as_seconds(),
        scope: claims.scope.join(" "),
        access_type: "OFFLINE",
        tenant_id: claims.tenant_id,
        internal: claims.internal,
        pod: claims.pod,
        org: claims.org,
        strong_auth_supported: claims.strong_auth_supported,
        strong_auth: claims.strong_auth,
        enabled: claims.enabled,
        user_id: claims.user_id,
        identity_id: claims.identity_id,
        user_name: claims.user_name,
        jti: claims.jti,
    }))
}

/// `GET /oauth/info`.
pub async fn info(sim: Sim<Org>) -> Json<InfoAnswer> {
    let base = &sim.visit().base;
    let tenant = sim.visit().tenant.name();
    Json(InfoAnswer {
        tenant_id: auth::tenant_id(tenant),
        tenant_name: tenant.to_string(),
        authorize_endpoint: format!("{base}/oauth/authorize"),
        token_endpoint: format!("{base}/oauth/token"),
        cloud_domain_url: base.to_string(),
        logout_url: format!("{base}/logout"),
        pod: "sim",
    })
}

struct Parameters(Vec<(String, String)>);

impl Parameters {
    async fn read(request: Request) -> Result<Self, ApiError> {
        let mut pairs = owned(request.uri().query().unwrap_or_default());
        let basic = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        pairs.extend(basic.and_then(basic_credentials).into_iter().flatten());
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if kind.is_some_and(|kind| kind.starts_with("multipart/form-data")) {
            let mut form = Multipart::from_request(request, &()).await.map_err(|_| ApiError::Syntax)?;
            while let Some(field) = form.next_field().await.map_err(|_| ApiError::Syntax)? {
                let name = field.name().unwrap_or_default().to_owned();
                pairs.push((name, field.text().await.map_err(|_| ApiError::Syntax)?));
            }
        } else {
            let body = Bytes::from_request(request, &()).await.map_err(|_| ApiError::Syntax)?;
            pairs.extend(owned(std::str::from_utf8(&body).map_err(|_| ApiError::Syntax)?));
        }
        Ok(Self(pairs))
    }

    fn get(&self, name: &str) -> Option<&str> {
        let mut latest_first = self.0.iter().rev();
        latest_first.find(|(known, value)| known == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }
}

fn owned(pairs: &str) -> Vec<(String, String)> {
    query_pairs(pairs).into_iter().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

fn basic_credentials(header: &str) -> Option<[(String, String); 2]> {
    let (scheme, encoded) = header.split_once(' ')?;
    let decoded = scheme.eq_ignore_ascii_case("basic").then(|| STANDARD.decode(encoded.trim()).ok())??;
    let text = String::from_utf8(decoded).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some([("client_id".into(), id.into()), ("client_secret".into(), secret.into())])
}
