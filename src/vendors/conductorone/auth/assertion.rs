//! Client assertions: a JWT that the client signed with its own key (contract, 4.2).

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

use crate::kernel::{Span, Timestamp};
use crate::vendors::conductorone::error::TokenError;
use crate::vendors::conductorone::model::ApiClient;

/// The longest life of an assertion.
const LIFETIME_MAX: Span = Span::minutes(5);

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    nbf: Option<i64>,
    iat: Option<i64>,
    jti: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    fn names(&self, hosts: &[&str]) -> bool {
        let is_known = |audience: &String| hosts.contains(&host_of(audience));
        match self {
            Self::One(audience) => is_known(audience),
            Self::Several(audiences) => audiences.iter().any(is_known),
        }
    }
}

/// What a good assertion says.
#[derive(Debug, PartialEq, Eq)]
pub struct Assertion {
    /// What tells it from others of the client.
    pub nonce: String,
    /// When it ends, on the wall.
    pub ends: Timestamp,
}

/// The host in an audience, which may be a bare host, have a port, or be a whole address.
pub fn host_of(audience: &str) -> &str {
    let rest = audience.split_once("://").map_or(audience, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or_default();
    match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => authority.rsplit_once(':').map_or(authority, |(host, _)| host),
    }
}

/// Checks an assertion of `client`, who calls itself `client_id`, at this hour on the wall. It is meant for one of
/// `hosts`, none of which has a port: clients leave it out.
///
/// # Errors
/// 401 `invalid_client` when the signature is another's or it speaks of another; 400 `invalid_grant` when it is meant
/// for somebody else or its time is not now.
pub fn check(
    assertion: &str,
    client: &ApiClient,
    client_id: &str,
    hosts: &[&str],
    wall: Timestamp,
) -> Result<Assertion, TokenError> {
    let key = DecodingKey::from_ed_components(&client.public_key);
    let key = key.map_err(|_| TokenError::client("the client has no key"))?;
    let mut validation = Validation::new(Algorithm::EdDSA);
    // The wall is asked through the tenant, not by the library.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let decoded = jsonwebtoken::decode::<Claims>(assertion, &key, &validation);
    let decoded = decoded.map_err(|_| TokenError::client("the assertion is not signed by the client's key"))?;
    let claims = decoded.claims;
    if claims.iss != client_id || claims.sub != client_id {
        return Err(TokenError::client("iss and sub must be the client id"));
    }
    if !claims.aud.names(hosts) {
        return Err(TokenError::grant("the assertion is meant for another audience"));
    }
    let now = wall.as_seconds();
    let begins = claims.iat.or(claims.nbf).unwrap_or(now).max(now.saturating_sub(LIFETIME_MAX.as_seconds()));
    if claims.exp <= now || claims.exp.saturating_sub(begins) > LIFETIME_MAX.as_seconds() {
        return Err(TokenError::grant("exp must lie in the future, and at most five minutes after iat"));
    }
    if claims.nbf.is_some_and(|begin| begin > now) {
        return Err(TokenError::grant("the assertion is not valid yet"));
    }
    let signature = assertion.rsplit('.').next().unwrap_or_default();
    let nonce = decoded.header.nonce.or(claims.jti).unwrap_or_else(|| signature.to_owned());
    Ok(Assertion { nonce, ends: Timestamp::from_micros(claims.exp.saturating_mul(1_000_000)) })
}

#[cfg(test)]
mod tests {
    use super::host_of;

    #[test]
    fn the_host_is_found_in_every_form_of_an_audience() {
        let table = [
            ("acme.conductor.one", "acme.conductor.one"),
            ("127.0.0.1:8443", "127.0.0.1"),
            ("https://acme.conductor.one/auth/v1/token", "acme.conductor.one"),
            ("http://localhost:8080", "localhost"),
            ("https://[::1]:8443/", "::1"),
            ("[::1]", "::1"),
            ("", ""),
        ];
        for (audience, host) in table {
            assert_eq!(host_of(audience), host, "{audience}");
        }
    }
}
