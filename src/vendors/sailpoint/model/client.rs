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
    /// When it was made.
    pub created: Timestamp,
    /// When a token was last asked for with it.
    pub last_used: Option<Timestamp>,
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
