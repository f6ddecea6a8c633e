//! Who calls, and what they may do (contract, 1.2 and 1.3).

mod grant;
mod token;

use std::sync::Arc;

use axum::extract::FromRequestParts;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use http::request::Parts;
use serde::Deserialize;

pub use grant::{Form, TokenRealm, covers, grant};
pub use token::{Claims, Subject};

use super::assumed::UNKNOWN_TOKEN;
use super::error::{ApiError, Denied};
use super::model::Realm;
use crate::company::Person;
use crate::http::{Credential, KnownTokens, Minted, bearer};
use crate::kernel::{Id, Span, Timestamp};
use crate::world::{AuthMode, Head, Tenant, TokenClock, World};

/// How long a token lasts that the control plane mints.
const MINTED_LIFETIME: Span = Span::days(365);
/// What the journal calls whoever comes with a token that nobody issued.
const STRANGER: &str = "client";
/// Who is said to have asked for it.
const MINTED_CLIENT: &str = "rolecall";

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The managed user behind the token; nobody behind a service account or a client.
    pub person: Option<Id<Person>>,
    /// What stands behind the token; nothing behind one that nobody issued.
    pub subject: Option<Subject>,
    /// Whether everything below the base of the call is open to them.
    pub administrator: bool,
    /// The hour at which the token ends, when it ends on the tenant's clock.
    pub until: Option<Timestamp>,
    /// What `X-Rolecall-Warning` says about the token.
    pub warning: Option<&'static str>,
}

impl Caller {
    /// What the journal calls them: the person's slug, the service account's name, or the client's id.
    pub fn name(&self, world: &World) -> Arc<str> {
        let realm: &Realm = world.estate();
        let name = match &self.subject {
            Some(Subject::User(id)) => world.company().people().get(id).map(|person| person.slug.as_str()),
            Some(Subject::ServiceAccount(id)) => realm.service_accounts.get(id).map(|account| account.name.as_str()),
            Some(Subject::Client(id)) => Some(id.as_str()),
            None => None,
        };
        name.unwrap_or(STRANGER).into()
    }
}

/// The gate finds out who calls and leaves it for the handlers.
impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get().cloned().ok_or(ApiError::Unauthorized)
    }
}

/// The scope that opens what lies below the first segment of a path (contract, 1.2); `/environment` is opened by any
/// scope below `fr:idc:`.
fn scope_of(path: &str) -> &'static str {
    match path.trim_start_matches('/').split('/').next().unwrap_or_default() {
        "openidm" => "fr:idm:*",
        "am" => "fr:am:*",
        "environment" => "fr:idc:",
        _ => "fr:iga:*",
    }
}

fn opens(scopes: &[String], path: &str) -> bool {
    match scope_of(path) {
        family if family.ends_with(':') => scopes.iter().any(|scope| scope.starts_with(family)),
        scope => covers(scopes, scope),
    }
}

/// Who calls, by the `Authorization` header. A token of a service account or a client has to reach the base that is
/// called; a user's opens whatever the user may do.
///
/// # Errors
/// When nobody is known by such a token, or it does not reach as far.
pub fn authenticate(
    known: &KnownTokens<Claims>,
    headers: &HeaderMap,
    tenant: &Tenant,
    head: &Head,
    path: &str,
) -> Result<Caller, Denied> {
    let token = bearer(headers).ok_or(Denied::Unauthorized)?;
    let realm: &Realm = head.world.estate();
    let verify = || token::verify(token, &head.world, tenant.name());
    let Some(claims) = known.claims(token, tenant, head.world.seed(), verify) else {
        return match head.world.settings().auth {
            AuthMode::Lenient => Ok(Caller {
                person: None,
                subject: None,
                administrator: true,
                until: None,
                warning: Some(UNKNOWN_TOKEN),
            }),
            AuthMode::Strict => Err(Denied::Unauthorized),
        };
    };
    if claims.has_ended(tenant, head) {
        return Err(Denied::Unauthorized);
    }
    let until = (head.world.settings().token_clock == TokenClock::Virtual).then(|| claims.ends());
    let (person, known) = match &claims.subject {
        Subject::ServiceAccount(id) => (None, realm.service_accounts.get(id).is_some_and(|account| account.active)),
        Subject::Client(id) => (None, realm.oauth_clients.contains(id)),
        Subject::User(id) => (Some(*id), head.world.company().people().contains(id)),
    };
    if !known {
        return Err(Denied::Unauthorized);
    }
    let administrator = match person {
        Some(person) => realm.administrators.contains(&person),
        None if opens(&claims.scope, path) => true,
        None => return Err(Denied::Forbidden),
    };
    Ok(Caller { person, subject: Some(claims.subject.clone()), administrator, until, warning: None })
}

/// The tenant that a token names, read without checking anything: the front door asks before it knows whose key to check
/// with.
pub fn tenant_of(headers: &HeaderMap) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        tenant: String,
        #[serde(rename = "subject")]
        _subject: Subject,
    }
    let payload = URL_SAFE_NO_PAD.decode(bearer(headers)?.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&payload).ok().map(|named: Named| named.tenant)
}

/// The ready-made credentials of the seed: service accounts with their private keys, then clients with their secrets.
pub fn credentials(head: &Head) -> Vec<Credential> {
    let realm: &Realm = head.world.estate();
    let accounts = realm.service_accounts.iter().filter_map(|account| {
        let client_secret = account.private_jwk.clone()?;
        Some(Credential { name: account.name.clone(), person: None, client_id: account.id.dashed(), client_secret })
    });
    let clients = realm.oauth_clients.iter().map(|client| Credential {
        name: client.id.clone(),
        person: None,
        client_id: client.id.clone(),
        client_secret: client.secret.clone(),
    });
    accounts.chain(clients).collect()
}

/// A token with which `person` may call.
pub fn mint(tenant: &Tenant, head: &Head, person: Id<Person>) -> Option<Minted> {
    let person = head.world.company().people().get(&person)?.id;
    let statement = token::Statement {
        subject: Subject::User(person),
        client: MINTED_CLIENT.into(),
        grant_type: grant::JWT_BEARER,
        scope: vec!["fr:iga:*".into(), "fr:idm:*".into()],
        realm: "/alpha",
        lifetime: MINTED_LIFETIME,
    };
    let (token, _) = token::sign(tenant, head, statement)?;
    let header = format!("Authorization: Bearer {token}");
    Some(Minted { token, header, expires_in: MINTED_LIFETIME.as_seconds() })
}

/// Variables that point frodo and the vendor's configuration manager at `base`: the service account and its private key
/// as each of them reads them (contract, 14.2 and 14.4).
pub fn environment(base: &str, credentials: &[Credential]) -> Vec<(&'static str, String)> {
    let account = credentials.iter().find(|credential| credential.client_secret.starts_with('{'));
    let (id, key) =
        account.map(|account| (account.client_id.clone(), account.client_secret.clone())).unwrap_or_default();
    vec![
        ("FRODO_HOST", format!("{base}/am")),
        ("FRODO_SA_ID", id.clone()),
        ("FRODO_SA_JWK", key.clone()),
        ("FRODO_REALM", "alpha".into()),
        ("FRODO_NO_CACHE", "1".into()),
        ("TENANT_BASE_URL", base.to_owned()),
        ("SERVICE_ACCOUNT_ID", id),
        ("SERVICE_ACCOUNT_KEY", key),
        ("SERVICE_ACCOUNT_SCOPE", "fr:am:* fr:idm:* fr:iga:* fr:idc:esv:*".into()),
        ("REALMS", "[\"alpha\"]".into()),
    ]
}
