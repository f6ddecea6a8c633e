//! Personal access tokens and OAuth clients (contract, section 11.6).

use json_patch::Patch;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::patch::patched;
use super::{Reference, View, instant, millis};
use crate::company::Person;
use crate::kernel::{Id, Timestamp};
use crate::query::{Row, Value};
use crate::vendors::sailpoint::families::Family;
use crate::vendors::sailpoint::lifecycle::Refusal;
use crate::vendors::sailpoint::model::{AccessType, ApiClient, ClientKind, ClientTerms, GrantType};

/// `CreatePersonalAccessTokenRequest`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonalAccessTokenIn {
    pub name: Option<String>,
    pub scope: Option<Vec<String>>,
    pub access_token_validity_seconds: Option<i32>,
    pub expiration_date: Option<String>,
    pub user_aware_token_never_expires: Option<bool>,
}

/// `CreatePersonalAccessTokenResponse`: the only answer that tells the secret.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreatedPersonalAccessToken {
    pub id: String,
    pub secret: String,
    pub scope: Option<Vec<String>>,
    pub name: String,
    pub owner: Reference,
    pub created: String,
    pub access_token_validity_seconds: i64,
    pub expiration_date: Option<String>,
}

/// `GetPersonalAccessTokenResponse`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonalAccessToken {
    pub id: String,
    pub name: String,
    pub scope: Option<Vec<String>>,
    pub owner: Reference,
    pub created: String,
    pub last_used: Option<String>,
    pub managed: bool,
    pub access_token_validity_seconds: i64,
    pub expiration_date: Option<String>,
    /// From v2025 on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_aware_token_never_expires: Option<bool>,
}

/// `CreateOAuthClientRequest`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OAuthClientIn {
    pub business_name: Option<String>,
    pub homepage_url: Option<String>,
    pub name: Option<String>,
    pub description: Option<String>,
    pub access_token_validity_seconds: Option<i32>,
    pub refresh_token_validity_seconds: Option<i32>,
    pub redirect_uris: Option<Vec<String>>,
    #[schema(value_type = Option<Vec<String>>)]
    pub grant_types: Option<Vec<GrantType>>,
    #[schema(value_type = Option<String>)]
    pub access_type: Option<AccessType>,
    #[serde(rename = "type")]
    #[schema(value_type = Option<String>)]
    pub kind: Option<ClientKind>,
    pub internal: Option<bool>,
    pub enabled: Option<bool>,
    pub strong_auth_supported: Option<bool>,
    pub claims_supported: Option<bool>,
    pub scope: Option<Vec<String>>,
}

/// `GetOAuthClientResponse`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OAuthClient {
    #[serde(flatten)]
    pub core: OAuthClientCore,
    /// Told once, when the client is made.
    #[schema(value_type = Option<String>)]
    pub secret: Option<()>,
    pub metadata: Option<String>,
    pub last_used: Option<String>,
}

/// `CreateOAuthClientResponse`: the only answer that tells the secret, and one without nulls.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedOAuthClient {
    #[serde(flatten)]
    pub core: OAuthClientCore,
    pub secret: String,
}

/// What both answers about an OAuth client say.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OAuthClientCore {
    pub id: String,
    pub business_name: Option<String>,
    pub homepage_url: Option<String>,
    pub name: String,
    pub description: Option<String>,
    pub access_token_validity_seconds: i64,
    pub refresh_token_validity_seconds: i64,
    pub redirect_uris: Option<Vec<String>>,
    #[schema(value_type = Vec<String>)]
    pub grant_types: Vec<GrantType>,
    #[schema(value_type = String)]
    pub access_type: AccessType,
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    pub kind: ClientKind,
    pub internal: bool,
    pub enabled: bool,
    pub strong_auth_supported: bool,
    pub claims_supported: bool,
    pub created: String,
    pub modified: String,
    pub scope: Option<Vec<String>>,
}

/// What may change of a personal access token.
const PATCHABLE_TOKEN: &[&str] =
    &["name", "scope", "accessTokenValiditySeconds", "expirationDate", "userAwareTokenNeverExpires"];

/// What may change of an OAuth client: all but what the server says.
const PATCHABLE_CLIENT: &[&str] = &[
    "businessName",
    "homepageUrl",
    "name",
    "description",
    "accessTokenValiditySeconds",
    "refreshTokenValiditySeconds",
    "redirectUris",
    "grantTypes",
    "accessType",
    "type",
    "enabled",
    "strongAuthSupported",
    "claimsSupported",
    "scope",
];

impl View<'_> {
    /// A personal access token just made, with its secret.
    pub fn created_token(&self, client: &ApiClient) -> Option<CreatedPersonalAccessToken> {
        Some(CreatedPersonalAccessToken {
            id: client.id.clone(),
            secret: client.secret.clone(),
            scope: client.scope.clone(),
            name: client.name.clone(),
            owner: self.identity(client.owner?),
            created: instant(client.created),
            access_token_validity_seconds: client.validity_seconds,
            expiration_date: client.expires.map(instant),
        })
    }

    /// A personal access token; `None` for what is none.
    pub fn token(&self, client: &ApiClient) -> Option<PersonalAccessToken> {
        let tells_end = matches!(self.family, Family::V2025 | Family::V2026 | Family::Service | Family::ServiceV2);
        Some(PersonalAccessToken {
            id: client.id.clone(),
            name: client.name.clone(),
            scope: client.scope.clone(),
            owner: self.identity(client.owner?),
            created: instant(client.created),
            last_used: client.last_used.map(instant),
            managed: false,
            access_token_validity_seconds: client.validity_seconds,
            expiration_date: client.expires.map(instant),
            user_aware_token_never_expires: tells_end.then_some(client.expires.is_none()),
        })
    }

    /// An OAuth client, without its secret.
    pub fn oauth_client(&self, client: &ApiClient) -> OAuthClient {
        let last_used = client.last_used.map(instant);
        OAuthClient { core: oauth_core(client), secret: None, metadata: None, last_used }
    }

    /// An OAuth client just made, with its secret.
    pub fn created_client(&self, client: &ApiClient) -> CreatedOAuthClient {
        let core = oauth_core(client);
        let core = OAuthClientCore {
            business_name: core.business_name.or_else(|| Some(String::new())),
            homepage_url: core.homepage_url.or_else(|| Some(String::new())),
            redirect_uris: core.redirect_uris.or_else(|| Some(Vec::new())),
            ..core
        };
        CreatedOAuthClient { core, secret: client.secret.clone() }
    }

    /// A personal access token as it is after a patch of its wire form.
    ///
    /// # Errors
    /// When the patch does not apply, or a field is immutable or wrong.
    pub fn patched_token(&self, client: &ApiClient, patch: &Patch) -> Result<ApiClient, Refusal> {
        let before = self.token(client).ok_or(Refusal::NotFound)?;
        let wanted: PersonalAccessTokenIn = patched(&before, patch, PATCHABLE_TOKEN)?;
        let is_endless = wanted.user_aware_token_never_expires == Some(true) && client.expires.is_some();
        let loses_end = wanted.expiration_date.is_none() && client.expires.is_some();
        if loses_end && before.user_aware_token_never_expires.is_some() && !is_endless {
            return Err(Refusal::Missing("userAwareTokenNeverExpires"));
        }
        let expires = wanted.expiration_date.filter(|_| !is_endless);
        Ok(ApiClient {
            name: wanted.name.unwrap_or_default(),
            scope: wanted.scope,
            validity_seconds: wanted.access_token_validity_seconds.map_or(ApiClient::VALIDITY_SECONDS, i64::from),
            expires: expires.map(|text| read_instant("expirationDate", &text)).transpose()?,
            ..client.clone()
        })
    }

    /// An OAuth client as it is after a patch of its wire form.
    ///
    /// # Errors
    /// As [`View::patched_token`].
    pub fn patched_client(&self, client: &ApiClient, patch: &Patch) -> Result<ApiClient, Refusal> {
        let wanted: OAuthClientIn = patched(&self.oauth_client(client), patch, PATCHABLE_CLIENT)?;
        let wanted = wanted.into_client()?;
        Ok(ApiClient {
            id: client.id.clone(),
            secret: client.secret.clone(),
            created: client.created,
            last_used: client.last_used,
            ..wanted
        })
    }
}

impl PersonalAccessTokenIn {
    /// The token that is asked for by `owner`, without id, secret and hours.
    ///
    /// # Errors
    /// When something is missing or cannot be read.
    pub fn into_client(self, owner: Id<Person>) -> Result<ApiClient, Refusal> {
        let expires = self.expiration_date.filter(|text| !text.is_empty());
        Ok(ApiClient {
            name: self.name.unwrap_or_default(),
            owner: Some(owner),
            scope: self.scope.filter(|scope| !scope.is_empty()),
            validity_seconds: self.access_token_validity_seconds.map_or(ApiClient::VALIDITY_SECONDS, i64::from),
            expires: expires.map(|text| read_instant("expirationDate", &text)).transpose()?,
            ..unmade()
        })
    }
}

impl OAuthClientIn {
    /// The client that is asked for, without id, secret and hours.
    ///
    /// # Errors
    /// When something is missing.
    pub fn into_client(self) -> Result<ApiClient, Refusal> {
        let validity = self.access_token_validity_seconds.ok_or(Refusal::Missing("accessTokenValiditySeconds"))?;
        let grant_types = self.grant_types.filter(|types| !types.is_empty());
        Ok(ApiClient {
            name: self.name.unwrap_or_default(),
            scope: self.scope.filter(|scope| !scope.is_empty()),
            enabled: self.enabled.ok_or(Refusal::Missing("enabled"))?,
            validity_seconds: validity.into(),
            terms: ClientTerms {
                description: Some(self.description.ok_or(Refusal::Missing("description"))?),
                business_name: self.business_name,
                homepage_url: self.homepage_url,
                refresh_validity_seconds: self.refresh_token_validity_seconds.unwrap_or_default().into(),
                redirect_uris: self.redirect_uris,
                grant_types: grant_types.ok_or(Refusal::Missing("grantTypes"))?,
                access_type: self.access_type.ok_or(Refusal::Missing("accessType"))?,
                kind: self.kind.unwrap_or(ClientKind::Confidential),
                internal: self.internal.unwrap_or_default(),
                strong_auth_supported: self.strong_auth_supported.unwrap_or_default(),
                claims_supported: self.claims_supported.unwrap_or_default(),
            },
            ..unmade()
        })
    }
}

fn oauth_core(client: &ApiClient) -> OAuthClientCore {
    let terms = client.terms.clone();
    OAuthClientCore {
        id: client.id.clone(),
        business_name: terms.business_name,
        homepage_url: terms.homepage_url,
        name: client.name.clone(),
        description: terms.description,
        access_token_validity_seconds: client.validity_seconds,
        refresh_token_validity_seconds: terms.refresh_validity_seconds,
        redirect_uris: terms.redirect_uris,
        grant_types: terms.grant_types,
        access_type: terms.access_type,
        kind: terms.kind,
        internal: terms.internal,
        enabled: client.enabled,
        strong_auth_supported: terms.strong_auth_supported,
        claims_supported: terms.claims_supported,
        created: instant(client.created),
        modified: instant(client.modified),
        scope: client.scope.clone(),
    }
}

/// A client before the command that makes it gives it an id, a secret and its hours.
fn unmade() -> ApiClient {
    let never = Timestamp::from_micros(0);
    ApiClient {
        id: String::new(),
        secret: String::new(),
        name: String::new(),
        owner: None,
        scope: None,
        enabled: true,
        validity_seconds: ApiClient::VALIDITY_SECONDS,
        expires: None,
        terms: ClientTerms::default(),
        created: never,
        modified: never,
        last_used: None,
    }
}

fn read_instant(field: &'static str, text: &str) -> Result<Timestamp, Refusal> {
    text.parse().map_err(|_| Refusal::IllegalValue(field))
}

/// What the lists of clients can be filtered by.
impl Row for ApiClient {
    fn visit(&self, path: &str, each: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        match path {
            "created" => each(millis(self.created)),
            "lastUsed" => self.last_used.is_some_and(|at| each(millis(at))),
            _ => false,
        }
    }
}
