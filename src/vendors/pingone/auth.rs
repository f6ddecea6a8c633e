//! Who calls, and what they may do.

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, header};
use sha2::{Digest, Sha256};

use super::assumed::UNKNOWN_TOKEN;
use super::error::ApiError;
use super::model::Realm;
use crate::company::Person;
use crate::http::{Credential, Minted};
use crate::kernel::{Id, Span};
use crate::world::{AuthMode, Head, Tenant, World};

/// How long a minted token is said to last; it never ends.
const MINTED_LIFETIME: Span = Span::days(365);

/// Who calls (contract, 1.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The managed user behind the token; nobody behind a service account or a client.
    pub person: Option<Id<Person>>,
    /// Whether everything is open to them.
    pub administrator: bool,
    /// What `X-Rolecall-Warning` says about the token.
    pub warning: Option<&'static str>,
}

/// The gate finds out who calls and leaves it for the handlers.
impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get().cloned().ok_or(ApiError::Unauthorized)
    }
}

/// Who calls, by the `Authorization` header; `None` for nobody who is known here.
pub fn authenticate(headers: &HeaderMap, tenant: &str, head: &Head) -> Option<Caller> {
    let token = bearer(headers)?;
    let realm: &Realm = head.world.estate();
    match person_of(&head.world, tenant, token) {
        Some(person) => {
            let administrator = realm.administrators.contains(&person);
            Some(Caller { person: Some(person), administrator, warning: None })
        }
        None if head.world.settings().auth == AuthMode::Lenient => {
            Some(Caller { person: None, administrator: true, warning: Some(UNKNOWN_TOKEN) })
        }
        None => None,
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

fn person_of(world: &World, tenant: &str, token: &str) -> Option<Id<Person>> {
    let person = Id::from_hex(token.rsplit('.').nth(1)?)?;
    (world.company().people().contains(&person) && minted(world, tenant, person) == token).then_some(person)
}

/// The token with which a person may call: tenant and person, signed, so that it outlives a reset of the world.
fn minted(world: &World, tenant: &str, person: Id<Person>) -> String {
    let (person, seed) = (person.hex(), world.seed());
    let digest = Sha256::digest(format!("pingone/minted/{seed}/{tenant}/{person}"));
    let proof: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("pingone.{tenant}.{person}.{proof}")
}

/// The tenant that a minted token names, read without checking anything.
pub fn tenant_of(headers: &HeaderMap) -> Option<String> {
    let (rest, _proof) = bearer(headers)?.strip_prefix("pingone.")?.rsplit_once('.')?;
    let (tenant, person) = rest.rsplit_once('.')?;
    Id::<Person>::from_hex(person).map(|_| tenant.to_owned())
}

/// The ready-made credentials of the seed.
pub fn credentials(_: &Head) -> Vec<Credential> {
    Vec::new()
}

/// A token with which `person` may call.
pub fn mint(tenant: &Tenant, person: Id<Person>) -> Option<Minted> {
    let world = tenant.read();
    let person = world.company().people().get(&person)?.id;
    let token = minted(&world, tenant.name(), person);
    let header = format!("Authorization: Bearer {token}");
    Some(Minted { token, header, expires_in: MINTED_LIFETIME.as_seconds() })
}

/// Variables that point the vendor's own clients at `base`.
pub fn environment(base: &str, _: &[Credential]) -> Vec<(&'static str, String)> {
    vec![("FRODO_HOST", format!("{base}/am")), ("TENANT_BASE_URL", base.to_owned())]
}
