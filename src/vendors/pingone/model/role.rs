//! Roles, and who is in them.

use serde::{Deserialize, Serialize};

use crate::company::{Entitlement, Person};
use crate::kernel::{Entity, Id, Timestamp};

/// A role of the realm: people who act together, and what each of them is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Role {
    /// Derived from the slug at founding, drawn later.
    pub id: Id<Role>,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What its members are given in the applications.
    pub entitlements: Vec<Id<Entitlement>>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub changed: Timestamp,
    /// How often it changed.
    pub version: u32,
}

impl Role {
    /// The id of the role that seed files call so.
    pub fn id_of(slug: &str) -> Id<Role> {
        Id::named(&format!("pingone/role/{slug}"))
    }
}

impl Entity for Role {
    const TABLE: &'static str = "roles";
    type Id = Id<Role>;
    type Key = ();
    fn id(&self) -> Self::Id {
        self.id
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}

/// Somebody is in a role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Membership {
    /// Who.
    pub person: Id<Person>,
    /// In which.
    pub role: Id<Role>,
    /// Since when.
    pub since: Timestamp,
    /// The kind of grant that stands behind it: `role`, `request`.
    pub grant_type: String,
}

/// How memberships are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MembershipKey {
    /// By whose it is.
    Person(Id<Person>),
    /// By the role.
    Role(Id<Role>),
}

impl Entity for Membership {
    const TABLE: &'static str = "memberships";
    type Id = (Id<Person>, Id<Role>);
    type Key = MembershipKey;
    fn id(&self) -> Self::Id {
        (self.person, self.role)
    }
    fn keys(&self) -> Vec<MembershipKey> {
        vec![MembershipKey::Person(self.person), MembershipKey::Role(self.role)]
    }
}

/// Somebody is in the internal role `governance-administrator`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Administrator {
    /// Who.
    pub person: Id<Person>,
}

impl Entity for Administrator {
    const TABLE: &'static str = "administrators";
    type Id = Id<Person>;
    type Key = ();
    fn id(&self) -> Self::Id {
        self.person
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}
