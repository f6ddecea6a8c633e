//! Who calls: access tokens, and the principals behind them (contract, section 3).
//!
//! An access token is a signed statement, not a row: tenant, client, person, scopes, until when.
//! So a reset does not turn Mia's token into an unknown one. It carries two ends: `exp` on the
//! wall, for clients to read, and `until` on the tenant's clock, which is the one that counts
//! unless the tenant says otherwise.

use std::collections::BTreeSet;

use axum::extract::FromRequestParts;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use http::request::Parts;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::{ApiError, TokenRefusal};
use super::lifecycle::Actor;
use super::model::{ApiClient, GrantType, Org, UserLevel};
use crate::company::{Company, Person};
use crate::http::{KnownTokens, bearer};
use crate::kernel::{Id, Span, Timestamp};
use crate::world::{AuthMode, Head, Tenant, TokenClock, World};

/// How long an access token lasts: the vendor's twelve hours, less a second.
pub const TOKEN_LIFETIME: Span = Span::seconds(43_199);

/// The client id of tokens that the control plane mints; no row stands behind it.
pub const MINTED_CLIENT: &str = "rolecall";

/// The scope that opens everything.
pub const SCOPE_ALL: &str = "sp:scopes:all";

const UNKNOWN_TOKEN: &str = "unknown-token-acts-as-administrator";

/// The payload of an access token: the vendor's documented claims, and `until`, which is ours.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    pub tenant_id: String,
    pub internal: bool,
    pub pod: String,
    pub org: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub identity_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user_id: Option<String>,
    pub strong_auth: bool,
    pub strong_auth_supported: bool,
    pub authorities: Vec<String>,
    pub enabled: bool,
    pub client_id: String,
    #[serde(rename = "accessType")]
    pub access_type: String,
    pub scope: Vec<String>,
    /// Seconds since the epoch, on the wall.
    pub exp: i64,
    pub jti: String,
    /// Microseconds since the epoch, on the tenant's clock.
    pub until: i64,
}

/// For whom a token is made.
#[derive(Clone, Copy, Debug)]
pub struct Principal<'a> {
    /// The client id that it is made with.
    pub client: &'a str,
    /// Whose it is; nobody's for a client without user context.
    pub person: Option<&'a Person>,
    /// What it may be used for; `None` for everything.
    pub scope: Option<&'a [String]>,
    /// How long it lasts.
    pub lifetime: Span,
}

impl<'a> Principal<'a> {
    /// Whom a client's token is for, at this hour. A token lasts a second less than the client says, as the vendor's
    /// own examples show, and never longer than the client itself.
    pub fn of(client: &'a ApiClient, company: &'a Company, now: Timestamp) -> Self {
        let person = client.owner.and_then(|owner| company.people().get(&owner)).map(|person| &**person);
        let until = now + Span::seconds(client.validity_seconds - 1);
        let until = client.expires.map_or(until, |end| until.min(end));
        Self { client: &client.id, person, scope: client.scope.as_deref(), lifetime: until - now }
    }
}

/// Signs an access token for a principal.
///
/// # Errors
/// When the signer fails, which no input brings about.
pub fn sign(tenant: &Tenant, head: &Head, principal: Principal<'_>) -> Result<(String, Claims), ApiError> {
    let org: &Org = head.world.estate();
    let until = head.hour + principal.lifetime;
    let scope = principal.scope.map_or_else(|| vec![SCOPE_ALL.to_owned()], <[String]>::to_vec);
    let jti = Id::<Claims>::named(&format!("{}/{}/{}", principal.client, tenant.name(), until.as_micros()));
    let claims = Claims {
        tenant_id: tenant_id(tenant.name()),
        internal: false,
        pod: "sim".into(),
        org: tenant.name().to_string(),
        identity_id: principal.person.map(|person| person.id.hex()),
        user_name: principal.person.map(|person| person.slug.clone()),
        user_id: principal.person.map(|person| person.employee_number.clone()),
        strong_auth: true,
        strong_auth_supported: false,
        authorities: authorities(org, principal.person),
        enabled: true,
        client_id: principal.client.to_owned(),
        access_type: "OFFLINE".into(),
        scope,
        exp: (tenant.now() + principal.lifetime).as_seconds(),
        jti: jti.hex(),
        until: until.as_micros(),
    };
    let key = EncodingKey::from_secret(&signing_key(&head.world, tenant.name()));
    let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key);
    Ok((token.map_err(|_| ApiError::Internal)?, claims))
}

/// The dashed UUID that names a tenant.
pub fn tenant_id(tenant: &str) -> String {
    Id::<Tenant>::named(&format!("sailpoint/tenant/{tenant}")).dashed()
}

/// The tenant that a token names, read without checking anything: the front door asks before it
/// knows whose key to check with.
pub fn tenant_of(headers: &HeaderMap) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        org: String,
        #[serde(rename = "until")]
        _until: i64,
    }
    let payload = URL_SAFE_NO_PAD.decode(bearer(headers)?.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&payload).ok().map(|named: Named| named.org)
}

fn authorities(org: &Org, person: Option<&Person>) -> Vec<String> {
    let Some(person) = person else { return vec!["API".into()] };
    let levels = org.levels.get(&person.id).map(|row| row.levels.clone()).unwrap_or_default();
    let levels = levels.iter().filter_map(|level| serde_json::to_value(level).ok()?.as_str().map(str::to_owned));
    levels.chain(["USER".to_owned()]).collect()
}

fn signing_key(world: &World, tenant: &str) -> [u8; 32] {
    Sha256::digest(format!("sailpoint/signing-key/{}/{tenant}", world.seed())).into()
}

/// Who calls, and what they may do.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The client id of the token; what rate limits are counted by.
    pub client: String,
    /// The person behind it; nobody behind a client without user context.
    pub person: Option<Id<Person>>,
    /// What the token may be used for.
    pub scope: Vec<String>,
    /// What the person may do besides what everybody may.
    pub levels: BTreeSet<UserLevel>,
    /// The hour at which the token ends, when it ends on the tenant's clock.
    pub until: Option<Timestamp>,
    /// What `X-Rolecall-Warning` says about it.
    pub warning: Option<&'static str>,
}

impl Caller {
    /// Whether they act for the organisation: an administrator, or a client without user context,
    /// which its scopes alone bind.
    pub fn is_admin(&self) -> bool {
        self.person.is_none() || self.levels.contains(&UserLevel::OrgAdmin)
    }

    /// What the journal calls them: the person's slug, or the client's name.
    pub fn name<'w>(&'w self, world: &'w World) -> &'w str {
        let person = self.person.and_then(|person| world.company().people().get(&person));
        let client = || world.estate::<Org>().clients.get(&self.client).map(|client| client.name.as_str());
        person.map(|person| person.slug.as_str()).or_else(client).unwrap_or(&self.client)
    }

    /// As whom they perform commands.
    pub fn actor(&self) -> Actor {
        self.person.map_or(Actor::Client, Actor::Person)
    }

    /// The identity behind the call.
    ///
    /// # Errors
    /// 403 for a client without user context.
    pub fn identity(&self) -> Result<Id<Person>, ApiError> {
        self.person.ok_or(ApiError::Forbidden)
    }

    /// Whether the token covers one of these scopes; none listed means any token does.
    pub fn has_scope(&self, any_of: &[&str]) -> bool {
        any_of.is_empty() || self.scope.iter().any(|held| held == SCOPE_ALL || any_of.contains(&held.as_str()))
    }

    /// Whether the person has one of these levels; none listed means everybody does.
    pub fn has_level(&self, any_of: &[UserLevel]) -> bool {
        any_of.is_empty() || self.is_admin() || any_of.iter().any(|level| self.levels.contains(level))
    }

    /// Whom a parameter such as `owner-id` means (contract, section 3.4): `None` for the whole
    /// organisation.
    ///
    /// # Errors
    /// 403 when a non-administrator asks for somebody else's.
    pub fn scope_of(&self, parameter: Option<&str>, absent: Absent) -> Result<Option<Whose>, ApiError> {
        match parameter {
            Some("me") => Ok(Some(Whose::Known(self.identity()?))),
            Some(id) => {
                let id = Id::from_hex(id).or_else(|| Id::from_dashed(id));
                match id {
                    Some(id) if Some(id) == self.person || self.is_admin() => Ok(Some(Whose::Known(id))),
                    None if self.is_admin() => Ok(Some(Whose::Nobody)),
                    _ => Err(ApiError::Forbidden),
                }
            }
            None if self.is_admin() => Ok(None),
            None => match absent {
                Absent::Own => Ok(Some(Whose::Known(self.identity()?))),
                Absent::Refused => Err(ApiError::Forbidden),
            },
        }
    }
}

/// The person behind a call that needs one.
#[derive(Clone, Copy, Debug)]
pub struct User(pub Id<Person>);

impl<S: Sync> FromRequestParts<S> for User {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        Caller::from_request_parts(parts, state).await?.identity().map(Self)
    }
}

/// What a list means when a non-administrator names nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// Their own.
    Own,
    /// Nothing: 403.
    Refused,
}

/// Whose data a list is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// An identity's, which may or may not exist.
    Known(Id<Person>),
    /// An id that can be nobody's: the list is empty.
    Nobody,
}

impl Whose {
    /// Whether it is this person's.
    pub fn is(self, person: Id<Person>) -> bool {
        self == Self::Known(person)
    }
}

/// The gate finds out who calls and leaves it for the handlers.
impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get().cloned().ok_or(ApiError::Unauthorized("Full authentication is required"))
    }
}

fn verify(token: &str, key: &[u8]) -> Option<Claims> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    validation.required_spec_claims.clear();
    let decoded = jsonwebtoken::decode::<Claims>(token, &DecodingKey::from_secret(key), &validation);
    decoded.ok().map(|decoded| decoded.claims)
}

/// Who calls, by the `Authorization` header.
///
/// # Errors
/// 401 when there is no token, it has ended, or strict mode does not know it.
pub fn authenticate(
    known: &KnownTokens<Claims>,
    headers: &HeaderMap,
    tenant: &Tenant,
    head: &Head,
) -> Result<Caller, ApiError> {
    let token = bearer(headers).ok_or(ApiError::Unauthorized("Full authentication is required"))?;
    let org: &Org = head.world.estate();
    let settings = head.world.settings();
    let verified = || verify(token, &signing_key(&head.world, tenant.name()));
    let Some(claims) = known.claims(token, tenant, head.world.seed(), verified) else {
        return match settings.auth {
            AuthMode::Strict => Err(ApiError::Unauthorized("JWT is malformed")),
            AuthMode::Lenient => administrator(org, head.world.company()),
        };
    };
    let until = Timestamp::from_micros(claims.until);
    let ended = match settings.token_clock {
        TokenClock::Virtual => until <= head.hour,
        TokenClock::Wall => claims.exp <= tenant.now().as_seconds(),
    };
    if ended {
        return Err(ApiError::Unauthorized("JWT is expired"));
    }
    let client = org.clients.get(&claims.client_id);
    let revoked = claims.client_id != MINTED_CLIENT && client.is_none_or(|client| !client.enabled);
    let person = claims.identity_id.as_deref().and_then(Id::from_hex);
    let gone = person.is_some_and(|person| !head.world.company().people().contains(&person));
    if revoked || gone {
        return Err(ApiError::Unauthorized("JWT is revoked"));
    }
    Ok(Caller {
        client: claims.client_id.clone(),
        levels: person.map(|person| levels(org, person)).unwrap_or_default(),
        person,
        scope: claims.scope.clone(),
        until: (settings.token_clock == TokenClock::Virtual).then_some(until),
        warning: None,
    })
}

fn levels(org: &Org, person: Id<Person>) -> BTreeSet<UserLevel> {
    org.levels.get(&person).map(|row| row.levels.clone()).unwrap_or_default()
}

fn administrator(org: &Org, company: &Company) -> Result<Caller, ApiError> {
    let person = org.admins(company).first().copied().ok_or(ApiError::Unauthorized("JWT is malformed"))?;
    Ok(Caller {
        client: "unknown".into(),
        person: Some(person),
        scope: vec![SCOPE_ALL.into()],
        levels: levels(org, person),
        until: None,
        warning: Some(UNKNOWN_TOKEN),
    })
}

/// The client with these credentials.
///
/// # Errors
/// 401 `invalid_client` when there is none, the secret is wrong, or the client is switched off or has ended; 400
/// `unauthorized_client` when it gets its tokens in other ways.
pub fn client<'o>(org: &'o Org, id: &str, secret: &str, now: Timestamp) -> Result<&'o ApiClient, TokenRefusal> {
    let client = org.clients.get(&id.to_owned()).filter(|client| client.is_open(now) && client.secret == secret);
    let client = client.ok_or(TokenRefusal::InvalidClient)?;
    if client.terms.grant_types.contains(&GrantType::ClientCredentials) {
        return Ok(client);
    }
    Err(TokenRefusal::UnauthorizedClient)
}
