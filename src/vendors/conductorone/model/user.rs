//! What ConductorOne knows about a user besides what HR says.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::RoleName;
use crate::company::Person;
use crate::kernel::{Entity, Id, Timestamp};

/// Who acts when nobody does: opens expiry tasks, decides by policy, provisions by connector.
pub fn system_user() -> Id<Person> {
    Id::named("conductorone/user/system")
}

/// Somebody else does a user's tasks for a while.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Delegation {
    /// Who does them.
    pub to: Id<Person>,
    /// From when on.
    pub start: Option<Timestamp>,
    /// Until when.
    pub end: Option<Timestamp>,
    /// Whether its time has come; timers say so.
    pub active: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
}

/// What is known about a user besides HR's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserProfile {
    /// Who.
    pub person: Id<Person>,
    /// What they may do here besides what everybody may.
    pub roles: BTreeSet<RoleName>,
    /// Who does their tasks.
    pub delegation: Option<Delegation>,
}

impl UserProfile {
    /// A user of whom nothing is known yet.
    pub fn of(person: Id<Person>) -> Self {
        Self { person, roles: BTreeSet::new(), delegation: None }
    }

    /// Who does their tasks now.
    pub fn delegate(&self) -> Option<Id<Person>> {
        self.delegation.as_ref().filter(|delegation| delegation.active).map(|delegation| delegation.to)
    }
}

/// How users are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UserKey {
    /// By role.
    Role(RoleName),
    /// By who does their tasks now.
    Delegate(Id<Person>),
}

impl Entity for UserProfile {
    const TABLE: &'static str = "users";
    type Id = Id<Person>;
    type Key = UserKey;
    fn id(&self) -> Id<Person> {
        self.person
    }
    fn keys(&self) -> Vec<UserKey> {
        self.roles.iter().copied().map(UserKey::Role).chain(self.delegate().map(UserKey::Delegate)).collect()
    }
}
