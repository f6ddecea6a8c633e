//! Who calls: the raw token in the header `access-token` (contract, 3).
//!
//! `Authorization: Bearer` is taken in lenient mode and said out loud: the proof that the real
//! service refuses it is one comment, and nobody should be stopped by it, but everybody told.

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;
use sha2::{Digest, Sha256};

use super::assumed::{UNKNOWN_TOKEN, WARN_BEARER, WARN_UNKNOWN};
use super::error::ApiError;
use super::model::{Actor, Environment};
use crate::company::Person;
use crate::http::bearer;
use crate::kernel::Id;
use crate::world::{AuthMode, Head, World};

/// The vendor's header.
pub const HEADER: &str = "access-token";

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The token's name; it stands in for a person where none is given.
    pub name: String,
    /// What `X-Rolecall-Warning` says about it.
    pub warning: Option<String>,
}

impl Caller {
    /// As whom they act.
    pub fn actor(&self) -> Actor {
        Actor::token(self.name.clone())
    }
}

/// What the gate found out, for the handler to insist on: routes come before tokens (contract, 3).
#[derive(Clone, Debug)]
pub struct Found(pub Result<Caller, ApiError>);

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let found = parts.extensions.get::<Found>().cloned();
        found.map_or(Err(ApiError::Unauthorized), |found| found.0)
    }
}

/// Who calls, by the headers.
///
/// # Errors
/// 401 when there is no token, or strict mode does not know it.
pub fn authenticate(headers: &HeaderMap, tenant: &str, head: &Head) -> Result<Caller, ApiError> {
    let lenient = head.world.settings().auth == AuthMode::Lenient;
    let own =
        headers.get(HEADER).and_then(|value| value.to_str().ok()).map(str::trim).filter(|token| !token.is_empty());
    let (token, by_bearer) = match own {
        Some(token) => (token, false),
        None => (bearer(headers).filter(|_| lenient).ok_or(ApiError::Unauthorized)?, true),
    };
    let known = name_of(&head.world, tenant, token);
    if known.is_none() && !lenient {
        return Err(ApiError::Unauthorized);
    }
    let warnings = [(by_bearer, WARN_BEARER), (known.is_none(), WARN_UNKNOWN)];
    let warnings: Vec<&str> = warnings.into_iter().filter(|(so, _)| *so).map(|(_, text)| text).collect();
    let warning = (!warnings.is_empty()).then(|| warnings.join(", "));
    Ok(Caller { name: known.unwrap_or_else(|| UNKNOWN_TOKEN.to_owned()), warning })
}

fn name_of(world: &World, tenant: &str, token: &str) -> Option<String> {
    let environment: &Environment = world.estate();
    if let Some(row) = environment.tokens.get(&token.to_owned()) {
        return Some(row.name.clone());
    }
    let person = Id::from_hex(token.rsplit('.').nth(1)?)?;
    let person = world.company().people().get(&person)?;
    (minted(world, tenant, person) == token).then(|| person.slug.clone())
}

/// The token with which a person may call: tenant and person, signed, so that it outlives a reset
/// of the world. Its name is the person's slug.
pub fn minted(world: &World, tenant: &str, person: &Person) -> String {
    let (person, seed) = (person.id.hex(), world.seed());
    let digest = Sha256::digest(format!("grip/minted/{seed}/{tenant}/{person}"));
    let proof: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("grip.{tenant}.{person}.{proof}")
}

/// The tenant that a minted token names, read without checking anything: the front door asks
/// before it knows whose seed to check with. A tenant's name may hold dots.
pub fn tenant_of(headers: &HeaderMap) -> Option<String> {
    let token = headers.get(HEADER)?.to_str().ok()?.strip_prefix("grip.")?;
    let (rest, _proof) = token.rsplit_once('.')?;
    let (tenant, person) = rest.rsplit_once('.')?;
    Id::<Person>::from_hex(person).map(|_| tenant.to_owned())
}
