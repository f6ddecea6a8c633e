//! Credentials of the API, and what was used of them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::RoleName;
use crate::company::Person;
use crate::kernel::{Entity, Id, Timestamp};

/// What a client is for; the last part of its client id (contract, 4.1).
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientUse {
    /// Acts as a person.
    Pcc,
    /// Trades another issuer's tokens in.
    Wfe,
}

impl ClientUse {
    /// How a client id writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pcc => "pcc",
            Self::Wfe => "wfe",
        }
    }
}

/// A credential of the API.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiClient {
    /// Derived from the name at founding, drawn later.
    pub id: Id<ApiClient>,
    /// The first part of its client id, such as `strange-hydra-68836`. The host that follows is where clients
    /// reach the tenant, and no part of what identifies it.
    pub name: String,
    /// What it is for.
    #[serde(rename = "use")]
    pub purpose: ClientUse,
    /// What its owner calls it.
    pub display_name: String,
    /// As whom it acts.
    pub user: Id<Person>,
    /// Of the user's roles, those that it has; all when empty.
    pub scoped_roles: BTreeSet<RoleName>,
    /// From where it may be used; from everywhere when empty.
    pub allow_source_cidr: Vec<String>,
    /// The public half of its Ed25519 key, in base64url.
    pub public_key: String,
    /// Made at founding, so that its secret follows from the seed.
    pub seeded: bool,
    /// When it ends.
    pub expires: Option<Timestamp>,
    /// When a token was last had with it.
    pub last_used: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// When it was thrown away.
    pub deleted: Option<Timestamp>,
}

impl ApiClient {
    /// Whether tokens can be had with it.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.deleted.is_none() && self.expires.is_none_or(|end| now < end)
    }
}

/// How clients are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClientKey {
    /// By the first part of the client id.
    Name(String),
    /// By whose they are.
    User(Id<Person>),
}

impl Entity for ApiClient {
    const TABLE: &'static str = "clients";
    type Id = Id<ApiClient>;
    type Key = ClientKey;
    fn id(&self) -> Id<ApiClient> {
        self.id
    }
    fn keys(&self) -> Vec<ClientKey> {
        vec![ClientKey::Name(self.name.clone()), ClientKey::User(self.user)]
    }
}

/// A client assertion that was used, remembered until it would have ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Nonce {
    /// The client, and what its assertion said.
    pub nonce: String,
    /// When the assertion ends, on the wall: that is the clock it was written by.
    pub ends: Timestamp,
}

/// How used assertions are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NonceKey {
    /// By when they end.
    Ends(Timestamp),
}

impl Entity for Nonce {
    const TABLE: &'static str = "nonces";
    type Id = String;
    type Key = NonceKey;
    fn id(&self) -> String {
        self.nonce.clone()
    }
    fn keys(&self) -> Vec<NonceKey> {
        vec![NonceKey::Ends(self.ends)]
    }
}
