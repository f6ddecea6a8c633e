//! Who calls: access tokens, and the users behind them (contract, 4).
//!
//! An access token is a signed statement, not a row: tenant, client, user, until when. So a reset
//! does not turn Mia's token into an unknown one. It carries two ends: `exp` on the wall, for clients
//! to read, and `until` on the tenant's clock; the tenant's settings say which one counts.

mod assertion;
mod keys;
mod secret;

use std::collections::BTreeSet;
use std::net::IpAddr;

use axum::extract::FromRequestParts;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use http::request::Parts;
use ipnet::IpNet;
use jsonwebtoken::{Algorithm, Header, Validation};
use serde::{Deserialize, Serialize};

use super::error::{ApiError, TokenError};
use super::lifecycle::Actor;
use super::model::{ApiClient, ClientKey, Domain, EntitlementRef, RoleName};
use super::wire::id;
use crate::company::Person;
use crate::http::{KnownTokens, bearer};
use crate::kernel::{Id, Span, Timestamp};
use crate::world::{AuthMode, Head, Tenant, TokenClock, World};

pub use assertion::{check, host_of};
pub use keys::{JwkSet, key_set, signing_key};
pub use secret::{ClientId, key_of, public_key, seeded_key, written};

/// How long an access token lasts (contract, 4.2).
pub const TOKEN_LIFETIME: Span = Span::seconds(600);
/// How long a token lasts that the control plane mints, for people who try things out by hand.
pub const MINTED_LIFETIME: Span = Span::hours(12);
/// The client of tokens that the control plane mints; no row stands behind it.
pub const MINTED_CLIENT: &str = "rolecall";

/// Programs that log a person in by a device code; their ids are the same in every domain: `cone`, the Go SDK, `c1i`
/// (contract, 4.3).
const PUBLIC_CLIENTS: [&str; 3] =
    ["2RGdOS94VDferT9e80mdgntl36K", "2RCzHlak5q7CY14SdBc8HoZEJRf", "juQSPDsPrdMDpPpR6fGdeLLSs8g"];

const UNKNOWN_TOKEN: &str = "unknown-token-acts-as-super-admin";

/// The payload of an access token. The vendor documents none; tenant and `until` are ours.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    pub iss: String,
    /// The user, in hexadecimal digits.
    pub sub: String,
    /// Seconds since the epoch, on the wall.
    pub iat: i64,
    /// Seconds since the epoch, on the wall.
    pub exp: i64,
    pub jti: String,
    /// The id of the client's row, or [`MINTED_CLIENT`].
    pub client: String,
    pub tenant: String,
    /// Microseconds since the epoch, on the tenant's clock.
    pub until: i64,
}

/// Signs an access token.
///
/// # Errors
/// When the signer fails, which no input brings about.
pub fn sign(tenant: &Tenant, head: &Head, user: Id<Person>, client: &str, lifetime: Span) -> Result<String, ApiError> {
    let (until, wall) = (head.hour + lifetime, tenant.now());
    let claims = Claims {
        iss: format!("https://{}.conductor.one", tenant.name()),
        sub: user.hex(),
        iat: wall.as_seconds(),
        exp: (wall + lifetime).as_seconds(),
        jti: Id::<Claims>::named(&format!("{client}/{}/{}", tenant.name(), until.as_micros())).hex(),
        client: client.to_owned(),
        tenant: tenant.name().to_string(),
        until: until.as_micros(),
    };
    let (key, kid) = keys::signing_key(&head.world, tenant.name()).ok_or(ApiError::Internal)?;
    let header = Header { kid: Some(kid), ..Header::new(Algorithm::EdDSA) };
    jsonwebtoken::encode(&header, &claims, &key).map_err(|_| ApiError::Internal)
}

/// The tenant that a token names, read without checking anything: the front door asks before it
/// knows whose key to check with.
pub fn tenant_of(headers: &HeaderMap) -> Option<String> {
    let payload = URL_SAFE_NO_PAD.decode(bearer(headers)?.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&payload).ok().map(|claims: Claims| claims.tenant)
}

/// The domain's number in introspection, which the vendor writes as an id.
pub fn tenant_id(tenant: &str) -> Id<Domain> {
    Id::named(&format!("conductorone/tenant/{tenant}"))
}

fn verify(token: &str, world: &World, tenant: &str) -> Option<Claims> {
    let mut validation = Validation::new(Algorithm::EdDSA);
    // The wall is asked through the tenant, not by the library.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let decoded = jsonwebtoken::decode::<Claims>(token, &keys::verifying_key(world, tenant)?, &validation);
    decoded.ok().map(|decoded| decoded.claims)
}

/// Who calls, and what they may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The client of the token; what rate limits are counted by.
    pub client: String,
    /// The user as whom it acts.
    pub user: Id<Person>,
    /// The user's roles, narrowed by those of the client.
    pub roles: BTreeSet<RoleName>,
    /// The hour at which the token ends, when it ends on the tenant's clock.
    pub until: Option<Timestamp>,
    /// What `X-Rolecall-Warning` says about it.
    pub warning: Option<&'static str>,
}

impl Caller {
    /// What the journal calls them: the user's slug.
    pub fn name<'w>(&'w self, world: &'w World) -> &'w str {
        world.company().people().get(&self.user).map_or(self.client.as_str(), |person| person.slug.as_str())
    }
    /// Whether the caller has this role.
    pub fn has(&self, role: RoleName) -> bool {
        self.roles.contains(&role)
    }
    /// Whether the caller may do everything.
    pub fn is_super_admin(&self) -> bool {
        self.has(RoleName::SuperAdmin)
    }
    /// Whether the caller sees everything.
    pub fn reads_all(&self) -> bool {
        self.is_super_admin() || self.has(RoleName::ReadOnlySuperAdmin)
    }
    /// Who acts, with the rights of the token.
    pub fn actor(&self) -> Actor {
        Actor { person: self.user, roles: self.roles.clone() }
    }
    /// Whether the caller sees who holds what.
    pub fn sees_access(&self) -> bool {
        self.reads_all()
            || [
                RoleName::AppAdmin,
                RoleName::CampaignAdmin,
                RoleName::AccessRequestAdmin,
                RoleName::AccessRequestHelpdesk,
            ]
            .iter()
            .any(|role| self.has(*role))
    }
}

impl Caller {
    /// Whether the caller answers for what a path names: its application, the entitlement or the resource in it.
    pub fn owns(&self, domain: &Domain, path: &str) -> bool {
        let mut segments = path.split('/').skip_while(|segment| *segment != "apps").skip(1);
        let Some(app) = segments.next().and_then(|app| id::read(app).ok()) else { return false };
        let of_app = domain.apps.get(&app).is_some_and(|row| row.owners.contains(&self.user));
        let named = match (segments.next(), segments.next()) {
            (Some("entitlements"), Some(entitlement)) => id::read(entitlement).ok(),
            _ => None,
        };
        let row = named.and_then(|id| domain.entitlements.get(&EntitlementRef { app, id }));
        of_app || row.is_some_and(|row| row.owners.contains(&self.user))
    }
}

/// The gate finds out who calls and leaves it for the handlers.
impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get().cloned().ok_or(ApiError::Unauthenticated)
    }
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
    let token = bearer(headers).ok_or(ApiError::Unauthenticated)?;
    let settings = head.world.settings();
    let verified = || verify(token, &head.world, tenant.name());
    let Some(claims) = known.claims(token, tenant, head.world.seed(), verified) else {
        return match settings.auth {
            AuthMode::Strict => Err(ApiError::Unauthenticated),
            AuthMode::Lenient => super_admin(&head.world),
        };
    };
    let until = Timestamp::from_micros(claims.until);
    let ended = match settings.token_clock {
        TokenClock::Virtual => until <= head.hour,
        TokenClock::Wall => claims.exp <= tenant.now().as_seconds(),
    };
    let user: Option<Id<Person>> = Id::from_hex(&claims.sub);
    let user = user.filter(|user| !ended && head.world.company().people().contains(user));
    let user = user.ok_or(ApiError::Unauthenticated)?;
    let scoped = scope_of(head, &claims.client).ok_or(ApiError::Unauthenticated)?;
    Ok(Caller {
        client: claims.client.clone(),
        user,
        roles: roles(head.world.estate(), user, &scoped),
        until: (settings.token_clock == TokenClock::Virtual).then_some(until),
        warning: None,
    })
}

/// What narrows a client; `None` when it is gone.
fn scope_of(head: &Head, client: &str) -> Option<BTreeSet<RoleName>> {
    if client == MINTED_CLIENT || PUBLIC_CLIENTS.contains(&client) {
        return Some(BTreeSet::new());
    }
    let domain: &Domain = head.world.estate();
    let row = domain.clients.get(&Id::from_hex(client)?).filter(|row| row.is_open(head.hour))?;
    Some(row.scoped_roles.clone())
}

fn roles(domain: &Domain, user: Id<Person>, scoped: &BTreeSet<RoleName>) -> BTreeSet<RoleName> {
    if domain.switches().everyone_super_admin {
        return RoleName::ALL.into();
    }
    let held = domain.roles_of(user);
    let is_wanted = |role: &RoleName| scoped.is_empty() || *role == RoleName::BasicUser || scoped.contains(role);
    held.into_iter().filter(is_wanted).collect()
}

fn super_admin(world: &World) -> Result<Caller, ApiError> {
    let domain: &Domain = world.estate();
    let user = domain.super_admins(world.company()).first().copied().ok_or(ApiError::Unauthenticated)?;
    let roles = roles(domain, user, &BTreeSet::new());
    Ok(Caller { client: "unknown".into(), user, roles, until: None, warning: Some(UNKNOWN_TOKEN) })
}

/// Whether a client may be used from some addresses alone.
pub fn is_bound(domain: &Domain, client: &str) -> bool {
    let row = Id::from_hex(client).and_then(|id| domain.clients.get(&id));
    row.is_some_and(|row| !row.allow_source_cidr.is_empty())
}

/// Whether a client may be used from an address: one that names ranges only from there (contract, 4.4). Where there is
/// no address, nobody can tell.
pub fn reaches(domain: &Domain, client: &str, from: Option<IpAddr>) -> bool {
    let row = Id::from_hex(client).and_then(|id| domain.clients.get(&id));
    let (Some(row), Some(from)) = (row, from.map(|from| from.to_canonical())) else { return true };
    let mut ranges = row.allow_source_cidr.iter().filter_map(|range| range.parse::<IpNet>().ok());
    row.allow_source_cidr.is_empty() || ranges.any(|range| range.contains(&from))
}

/// The program with this id, which has no secret.
///
/// # Errors
/// 401 `invalid_client` when there is none.
pub fn public_client(id: &str) -> Result<&'static str, TokenError> {
    let known = PUBLIC_CLIENTS.into_iter().find(|known| *known == id);
    known.ok_or_else(|| TokenError::client("unknown client"))
}

/// The open client that a client id names.
///
/// # Errors
/// 401 `invalid_client` when there is none.
pub fn client<'d>(domain: &'d Domain, id: &str, now: Timestamp) -> Result<&'d ApiClient, TokenError> {
    let unknown = || TokenError::client("unknown client");
    let parsed = ClientId::read(id).ok_or_else(unknown)?;
    let mut named = domain.clients.with(ClientKey::Name(parsed.name.to_owned()));
    let found = named.find(|client| client.is_open(now) && client.purpose == parsed.purpose);
    found.map(|client| &**client).ok_or_else(unknown)
}

/// What a client id says when it is read where the tenant is reached.
pub fn client_id(client: &ApiClient, host: &str) -> String {
    ClientId { name: &client.name, host, purpose: client.purpose }.to_string()
}

/// A client id for clients that reach the tenant at `base`: they take its host, port and all.
pub fn reached_at(client_id: &str, base: &str) -> String {
    let rest = base.split_once("://").map_or(base, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or_default();
    ClientId::read(client_id).map_or_else(String::new, |id| ClientId { host, ..id }.to_string())
}
