//! Machines that may call: service accounts and OAuth clients.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::kernel::{Entity, Id, Timestamp};

/// A service account: it proves with a key of its own who it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceAccount {
    /// Derived from the name at founding, drawn or chosen later.
    pub id: Id<ServiceAccount>,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Whether it may get tokens.
    pub active: bool,
    /// What its tokens may be used for.
    pub scopes: Vec<String>,
    /// Its public keys: a JSON Web Key Set, as text.
    pub jwks: String,
    /// Its private key, a JSON Web Key as text; of a seeded one alone, so that it can be handed out.
    pub private_jwk: Option<String>,
    /// Attributes that nothing here reads.
    pub others: Map<String, Value>,
    /// When it was made.
    pub created: Timestamp,
    /// How often it changed.
    pub version: u32,
}

impl ServiceAccount {
    /// The id of the service account that seed files call so.
    pub fn id_of(name: &str) -> Id<ServiceAccount> {
        Id::named(&format!("pingone/svcacct/{name}"))
    }
}

impl Entity for ServiceAccount {
    const TABLE: &'static str = "service-accounts";
    type Id = Id<ServiceAccount>;
    type Key = ();
    fn id(&self) -> Self::Id {
        self.id
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}

/// An OAuth client: it proves with a secret who it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OauthClient {
    /// What it calls itself.
    pub id: String,
    /// What it proves it with.
    pub secret: String,
    /// What its tokens may be used for.
    pub scopes: Vec<String>,
    /// Keys whose assertions about users it may present: a JSON Web Key Set, as text.
    pub trusted_jwks: Option<String>,
}

impl Entity for OauthClient {
    const TABLE: &'static str = "oauth-clients";
    type Id = String;
    type Key = ();
    fn id(&self) -> Self::Id {
        self.id.clone()
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}
