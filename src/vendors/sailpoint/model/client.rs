//! Who may call: API clients and the levels of the people behind them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::company::Person;
use crate::kernel::{Entity, Id, Timestamp};

/// What somebody may do in the organisation, besides what every identity may.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum UserLevel {
    OrgAdmin,
    SourceAdmin,
    SourceSubadmin,
    RoleAdmin,
    RoleSubadmin,
    Helpdesk,
    CertAdmin,
    ReportAdmin,
    Dashboard,
    SodPolicyAdmin,
}

/// The levels of one person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserLevels {
    /// Whose.
    pub person: Id<Person>,
    /// Which.
    pub levels: BTreeSet<UserLevel>,
}

impl Entity for UserLevels {
    const TABLE: &'static str = "userLevels";
    type Id = Id<Person>;
    type Key = ();
    fn id(&self) -> Self::Id {
        self.person
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}

/// A personal access token, when it has an owner; otherwise an OAuth client without user context.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiClient {
    /// The client id, as clients send it.
    pub id: String,
    /// The client secret, as clients send it.
    pub secret: String,
    /// What it is called.
    pub name: String,
    /// Whose it is.
    pub owner: Option<Id<Person>>,
    /// What it may be used for; `None` for everything.
    pub scope: Option<Vec<String>>,
    /// Whether it may be used at all.
    pub enabled: bool,
    /// How long an access token lasts that is asked for with it, in seconds.
    pub validity_seconds: i64,
    /// When it ends by itself; never when absent.
    pub expires: Option<Timestamp>,
    /// What only a client of its own has.
    pub terms: ClientTerms,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
    /// When a token was last asked for with it.
    pub last_used: Option<Timestamp>,
}

impl ApiClient {
    /// How long access tokens last when nobody says otherwise: the vendor's twelve hours.
    pub const VALIDITY_SECONDS: i64 = 43_200;

    /// Whether it is somebody's personal access token.
    pub fn is_personal(&self) -> bool {
        self.owner.is_some()
    }
    /// Whether it opens anything at this hour.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.enabled && self.expires.is_none_or(|end| now < end)
    }
}

/// A way of getting an access token.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum GrantType {
    ClientCredentials,
    AuthorizationCode,
    RefreshToken,
}

/// Whether a client acts while its user is away.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccessType {
    Online,
    Offline,
}

/// Whether a client can keep a secret.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ClientKind {
    Confidential,
    Public,
}

/// What an OAuth client has besides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClientTerms {
    /// What it is for.
    pub description: Option<String>,
    /// Whose it is, in words.
    pub business_name: Option<String>,
    /// Where its maker is found.
    pub homepage_url: Option<String>,
    /// How long a refresh token lasts, in seconds.
    pub refresh_validity_seconds: i64,
    /// Where it may send its users.
    pub redirect_uris: Option<Vec<String>>,
    /// How it may get access tokens.
    pub grant_types: Vec<GrantType>,
    /// Whether it acts while its user is away.
    pub access_type: AccessType,
    /// Whether it can keep a secret.
    pub kind: ClientKind,
    /// Whether it is part of the product.
    pub internal: bool,
    /// Whether its users sign in strongly.
    pub strong_auth_supported: bool,
    /// Whether it takes SAML claims.
    pub claims_supported: bool,
}

impl Default for ClientTerms {
    fn default() -> Self {
        Self {
            description: None,
            business_name: None,
            homepage_url: None,
            refresh_validity_seconds: 0,
            redirect_uris: None,
            grant_types: vec![GrantType::ClientCredentials],
            access_type: AccessType::Offline,
            kind: ClientKind::Confidential,
            internal: false,
            strong_auth_supported: false,
            claims_supported: false,
        }
    }
}

impl Entity for ApiClient {
    const TABLE: &'static str = "apiClients";
    type Id = String;
    type Key = ();
    fn id(&self) -> Self::Id {
        self.id.clone()
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}
