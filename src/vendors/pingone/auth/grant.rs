//! Getting a token: a service account's assertion, a client's secret, or a client's assertion about a user (contract, 1.2).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

use super::token::{Claims, Statement, Subject, sign};
use crate::http::Visit;
use crate::kernel::{Id, Span, Timestamp};
use crate::vendors::pingone::error::TokenRefusal;
use crate::vendors::pingone::lifecycle::user_named;
use crate::vendors::pingone::model::{OauthClient, Realm};

/// The grant type of an assertion.
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// The grant type of a secret.
const CLIENT_CREDENTIALS: &str = "client_credentials";
/// The client that every service account calls itself.
pub const SERVICE_ACCOUNT: &str = "service-account";

/// How long a service account's token lasts (contract, 1.2).
const SERVICE_ACCOUNT_LIFETIME: Span = Span::seconds(899);
/// How long other tokens last: about an hour (contract, 1.2), less a second [assumed].
const CLIENT_LIFETIME: Span = Span::seconds(3_599);
/// How far ahead an assertion may end (contract, 1.2).
const ASSERTION_MAX: Span = Span::minutes(15);

/// The realm in which a token is asked for, with the paths of its endpoint.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum TokenRealm {
    /// The root realm, where service accounts live.
    Root,
    /// The realm of the managed users.
    Alpha,
}

impl TokenRealm {
    fn name(self) -> &'static str {
        match self {
            Self::Root => "/",
            Self::Alpha => "/alpha",
        }
    }

    /// How the token URL may end; hosts and ports are whatever a client believes them to be (contract, 1.2).
    fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Root => &["/am/oauth2/access_token"],
            Self::Alpha => &[
                "/am/oauth2/realms/root/realms/alpha/access_token",
                "/am/oauth2/realms/alpha/access_token",
                "/am/oauth2/alpha/access_token",
            ],
        }
    }
}

/// What a client sends: form fields, and what its `Authorization` header says; the header wins.
pub struct Form(pub Vec<(String, String)>);

impl Form {
    fn get(&self, name: &str) -> Option<&str> {
        let named = self.0.iter().find(|(known, value)| known == name && !value.is_empty());
        named.map(|(_, value)| value.as_str())
    }

    fn need(&self, name: &'static str) -> Result<&str, TokenRefusal> {
        self.get(name).ok_or(TokenRefusal::Missing(name))
    }

    fn scopes(&self) -> Vec<String> {
        self.get("scope").unwrap_or_default().split_whitespace().map(str::to_owned).collect()
    }
}

/// Makes a token of what a client sends.
///
/// # Errors
/// The refusals of section 1.2.
pub fn grant(visit: &Visit, realm: TokenRealm, form: &Form) -> Result<(String, Claims), TokenRefusal> {
    let statement = match form.need("grant_type")? {
        JWT_BEARER if form.get("client_id") == Some(SERVICE_ACCOUNT) => service_account(visit, realm, form)?,
        JWT_BEARER => user(visit, realm, form)?,
        CLIENT_CREDENTIALS => client(visit, realm, form)?,
        other => return Err(TokenRefusal::GrantType(other.to_owned())),
    };
    sign(&visit.tenant, &visit.head, statement).ok_or(TokenRefusal::Internal)
}

fn service_account(visit: &Visit, realm: TokenRealm, form: &Form) -> Result<Statement, TokenRefusal> {
    let assertion = Assertion::read(form.need("assertion")?)?;
    let estate: &Realm = visit.head.world.estate();
    let id = Id::from_dashed(&assertion.claims.iss);
    let account = id.and_then(|id| estate.service_accounts.get(&id)).filter(|account| account.active);
    let account = account.ok_or(TokenRefusal::Grant("Service account not found or inactive"))?;
    if assertion.claims.sub != assertion.claims.iss {
        return Err(TokenRefusal::Grant("JWT issuer and subject differ"));
    }
    assertion.is_signed_by(&account.jwks)?;
    assertion.is_for(realm)?;
    assertion.is_current(visit.tenant.now())?;
    let asked = form.scopes();
    let unsupported: Vec<&str> =
        asked.iter().map(String::as_str).filter(|scope| !covers(&account.scopes, scope)).collect();
    if !unsupported.is_empty() {
        return Err(TokenRefusal::AccountScope(unsupported.join(",")));
    }
    Ok(Statement {
        subject: Subject::ServiceAccount(account.id),
        client: SERVICE_ACCOUNT.into(),
        grant_type: JWT_BEARER,
        scope: if asked.is_empty() { account.scopes.clone() } else { asked },
        realm: realm.name(),
        lifetime: SERVICE_ACCOUNT_LIFETIME,
    })
}

fn client(visit: &Visit, realm: TokenRealm, form: &Form) -> Result<Statement, TokenRefusal> {
    let client = authenticated(visit, form)?;
    Ok(Statement {
        subject: Subject::Client(client.id.clone()),
        client: client.id.clone(),
        grant_type: CLIENT_CREDENTIALS,
        scope: scopes_of(client, form)?,
        realm: realm.name(),
        lifetime: CLIENT_LIFETIME,
    })
}

/// An assertion about a user is signed with the secret of the client that presents it, or with a key that the client
/// trusts [assumed]. Users live in the realm `alpha` alone.
fn user(visit: &Visit, realm: TokenRealm, form: &Form) -> Result<Statement, TokenRefusal> {
    let client = authenticated(visit, form)?;
    let assertion = Assertion::read(form.need("assertion")?)?;
    match &client.trusted_jwks {
        Some(jwks) if assertion.algorithm != Algorithm::HS256 => assertion.is_signed_by(jwks)?,
        _ => assertion.is_signed_with(&client.secret)?,
    }
    assertion.is_for(realm)?;
    assertion.is_current(visit.tenant.now())?;
    let company = visit.head.world.company();
    let person = user_named(company, &assertion.claims.sub).filter(|_| realm == TokenRealm::Alpha);
    let person =
        person.filter(|person| person.is_present()).ok_or(TokenRefusal::Grant("Subject not found or inactive"))?;
    Ok(Statement {
        subject: Subject::User(person.id),
        client: client.id.clone(),
        grant_type: JWT_BEARER,
        scope: scopes_of(client, form)?,
        realm: realm.name(),
        lifetime: CLIENT_LIFETIME,
    })
}

fn authenticated<'v>(visit: &'v Visit, form: &Form) -> Result<&'v OauthClient, TokenRefusal> {
    let id = form.need("client_id")?.to_owned();
    let secret = form.get("client_secret").unwrap_or_default();
    let estate: &Realm = visit.head.world.estate();
    estate
        .oauth_clients
        .get(&id)
        .filter(|client| client.secret == secret)
        .map(|client| &**client)
        .ok_or(TokenRefusal::Client)
}

fn scopes_of(client: &OauthClient, form: &Form) -> Result<Vec<String>, TokenRefusal> {
    let asked = form.scopes();
    let unknown: Vec<&str> = asked.iter().map(String::as_str).filter(|scope| !covers(&client.scopes, scope)).collect();
    match (asked.is_empty(), unknown.is_empty()) {
        (_, false) => Err(TokenRefusal::ClientScope(unknown.join(", "))),
        (true, _) => Ok(client.scopes.clone()),
        _ => Ok(asked),
    }
}

/// Whether a scope is among those held, or below one of them: `fr:idc:esv:*` covers `fr:idc:esv:read`.
pub fn covers(held: &[String], scope: &str) -> bool {
    held.iter().any(|held| match held.strip_suffix('*') {
        Some(above) => scope.starts_with(above),
        None => held == scope,
    })
}

/// A signed statement of somebody else's.
struct Assertion<'a> {
    token: &'a str,
    algorithm: Algorithm,
    key: Option<String>,
    claims: Asserted,
}

#[derive(Deserialize)]
struct Asserted {
    #[serde(default)]
    iss: String,
    #[serde(default)]
    sub: String,
    #[serde(default)]
    aud: Audience,
    exp: Option<f64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Default for Audience {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

const NO_JWT: TokenRefusal = TokenRefusal::Grant("JWT is not valid");

impl<'a> Assertion<'a> {
    fn read(token: &'a str) -> Result<Self, TokenRefusal> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| NO_JWT)?;
        let payload = token.split('.').nth(1).and_then(|payload| URL_SAFE_NO_PAD.decode(payload).ok()).ok_or(NO_JWT)?;
        let claims = serde_json::from_slice(&payload).map_err(|_| NO_JWT)?;
        Ok(Self { token, algorithm: header.alg, key: header.kid, claims })
    }

    /// By the key that the assertion names, or by any of them where it names none that is there.
    fn is_signed_by(&self, jwks: &str) -> Result<(), TokenRefusal> {
        let set: JwkSet =
            serde_json::from_str(jwks).map_err(|_| TokenRefusal::Grant("No key to verify the JWT with"))?;
        let named = self.key.as_deref().and_then(|key| set.find(key));
        let keys = named.map_or_else(|| set.keys.iter().collect(), |key| vec![key]);
        let fits = keys
            .into_iter()
            .filter_map(|key| DecodingKey::from_jwk(key).ok())
            .any(|key| self.verifies(&key, Algorithm::RS256));
        if fits { Ok(()) } else { Err(TokenRefusal::Grant("JWT signature could not be verified")) }
    }

    fn is_signed_with(&self, secret: &str) -> Result<(), TokenRefusal> {
        let fits = self.verifies(&DecodingKey::from_secret(secret.as_bytes()), Algorithm::HS256);
        if fits { Ok(()) } else { Err(TokenRefusal::Grant("JWT signature could not be verified")) }
    }

    fn verifies(&self, key: &DecodingKey, algorithm: Algorithm) -> bool {
        let mut validation = Validation::new(algorithm);
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        jsonwebtoken::decode::<serde_json::Value>(self.token, key, &validation).is_ok()
    }

    fn is_for(&self, realm: TokenRealm) -> Result<(), TokenRefusal> {
        let audiences = match &self.claims.aud {
            Audience::One(one) => std::slice::from_ref(one),
            Audience::Many(many) => many,
        };
        let ends = |audience: &String| realm.endings().iter().any(|ending| audience.ends_with(ending));
        if audiences.iter().any(ends) {
            Ok(())
        } else {
            Err(TokenRefusal::Grant("JWT audience is not this token endpoint"))
        }
    }

    /// Clients set the end by the wall.
    fn is_current(&self, wall: Timestamp) -> Result<(), TokenRefusal> {
        let end =
            self.claims.exp.filter(|end| end.is_finite()).ok_or(TokenRefusal::Grant("JWT has no expiration time"))?;
        if end <= wall.as_seconds() as f64 {
            return Err(TokenRefusal::Grant("JWT has expired"));
        }
        if end > (wall + ASSERTION_MAX).as_seconds() as f64 {
            return Err(TokenRefusal::Grant("JWT expiration time is unreasonable"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_covers_itself_and_what_lies_below() {
        let held = ["fr:idm:*".to_owned(), "fr:idc:esv:read".to_owned()];
        let table = [
            ("fr:idm:*", true),
            ("fr:idm:managed", true),
            ("fr:idc:esv:read", true),
            ("fr:idc:esv:*", false),
            ("fr:idc:esv:update", false),
            ("fr:iga:*", false),
            ("fr:idm", false),
            ("", false),
        ];
        for (scope, expected) in table {
            assert_eq!(covers(&held, scope), expected, "{scope}");
        }
    }
}
