//! Access tokens: signed statements and no rows, so that a reset of the world does not turn a person's token into an
//! unknown one.
//!
//! A token carries two ends: `exp` on the wall, for clients to read, and `until` on the tenant's clock, which is the one
//! that counts unless the tenant says otherwise.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::company::Person;
use crate::kernel::{Id, Span, Timestamp};
use crate::vendors::pingone::model::ServiceAccount;
use crate::world::{Head, Tenant, TokenClock, World};

/// The payload of an access token: AM's claims, and three that are ours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claims {
    pub sub: String,
    pub cts: String,
    pub iss: String,
    #[serde(rename = "tokenName")]
    pub token_name: String,
    pub token_type: String,
    pub aud: String,
    pub nbf: i64,
    pub grant_type: String,
    pub scope: Vec<String>,
    pub auth_time: i64,
    pub realm: String,
    /// Seconds since the epoch, on the wall.
    pub exp: i64,
    pub iat: i64,
    pub expires_in: i64,
    pub jti: String,
    /// The tenant; ours.
    pub tenant: String,
    /// For whom; ours.
    pub subject: Subject,
    /// Microseconds since the epoch, on the tenant's clock; ours.
    pub until: i64,
}

/// For whom a token is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// A service account.
    ServiceAccount(Id<ServiceAccount>),
    /// An OAuth client, for itself.
    Client(String),
    /// A managed user.
    User(Id<Person>),
}

/// What a token is to say.
#[derive(Clone, Debug)]
pub struct Statement {
    /// For whom.
    pub subject: Subject,
    /// Who presents it.
    pub client: String,
    /// How it was had.
    pub grant_type: &'static str,
    /// What it may be used for.
    pub scope: Vec<String>,
    /// The realm that it was had in: `/` or `/alpha`.
    pub realm: &'static str,
    /// How long it lasts.
    pub lifetime: Span,
}

/// Signs a token; `None` when the signer fails, which no input brings about.
pub fn sign(tenant: &Tenant, head: &Head, statement: Statement) -> Option<(String, Claims)> {
    let Statement { subject, client, grant_type, scope, realm, lifetime } = statement;
    let (until, wall) = (head.hour + lifetime, tenant.now());
    let sub = match &subject {
        Subject::ServiceAccount(id) => id.dashed(),
        Subject::Client(id) => id.clone(),
        Subject::User(id) => id.dashed(),
    };
    let jti = Id::<Claims>::named(&format!("{}/{sub}/{client}/{}", tenant.name(), until.as_micros()));
    let claims = Claims {
        cts: "OAUTH2_STATELESS_GRANT".into(),
        iss: format!("https://{}.id.forgerock.io/am/oauth2", tenant.name()),
        token_name: "access_token".into(),
        token_type: "Bearer".into(),
        aud: client,
        nbf: wall.as_seconds(),
        grant_type: grant_type.into(),
        scope,
        auth_time: wall.as_seconds(),
        realm: realm.into(),
        exp: (wall + lifetime).as_seconds(),
        iat: wall.as_seconds(),
        expires_in: lifetime.as_seconds(),
        jti: jti.dashed(),
        tenant: tenant.name().to_string(),
        until: until.as_micros(),
        sub,
        subject,
    };
    let key = EncodingKey::from_secret(&signing_key(&head.world, tenant.name()));
    let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key);
    Some((token.ok()?, claims))
}

/// What a token says, if it was signed for this tenant.
pub fn verify(token: &str, world: &World, tenant: &str) -> Option<Claims> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let key = DecodingKey::from_secret(&signing_key(world, tenant));
    jsonwebtoken::decode::<Claims>(token, &key, &validation).ok().map(|decoded| decoded.claims)
}

impl Claims {
    /// Whether the token has ended.
    pub fn has_ended(&self, tenant: &Tenant, head: &Head) -> bool {
        match head.world.settings().token_clock {
            TokenClock::Virtual => self.ends() <= head.hour,
            TokenClock::Wall => self.exp <= tenant.now().as_seconds(),
        }
    }

    /// The end on the tenant's clock.
    pub fn ends(&self) -> Timestamp {
        Timestamp::from_micros(self.until)
    }
}

fn signing_key(world: &World, tenant: &str) -> [u8; 32] {
    Sha256::digest(format!("pingone/signing-key/{}/{tenant}", world.seed())).into()
}
