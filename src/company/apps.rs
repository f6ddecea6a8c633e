//! The applications, and what an account in them may be given.

use serde::{Deserialize, Serialize};

use super::people::Person;
use crate::kernel::{Entity, Id, Timestamp};

/// How people prove who they are to an application.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignIn {
    /// Through the company's identity provider.
    Sso,
    /// With a password of the application's own.
    Password,
    /// Through a consumer account.
    Social,
    /// With a client certificate or key.
    Certificate,
}

/// How access to an application is removed, and given.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Removal {
    /// By machine.
    Connector,
    /// By a person who is asked to.
    Manual,
    /// Not at all.
    None,
}

/// An application that people have accounts in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct App {
    /// Derived from the slug.
    pub id: Id<App>,
    /// What seed files refer to it by.
    pub slug: String,
    /// What it is called.
    pub name: String,
    /// Who makes it.
    pub publisher: String,
    /// What the company uses it for.
    pub description: String,
    /// Where it is reached.
    pub url: Option<String>,
    /// What kind of application it is.
    pub category: String,
    /// Who answers for it, the first one first; as at founding.
    pub owners: Vec<Id<Person>>,
    /// How people sign in.
    pub sign_in: SignIn,
    /// Whether it is the company's identity provider.
    pub identity_provider: bool,
    /// Whether it runs in the company's own rooms.
    pub on_premises: bool,
    /// How access is removed.
    pub removal: Removal,
    /// The vendors that govern it; empty means all.
    pub governed_by: Vec<String>,
    /// When the company took it into use.
    pub created: Timestamp,
    /// When the row last changed.
    pub changed: Timestamp,
    /// How often it changed.
    pub version: u32,
}

impl App {
    /// The id of the application with this slug.
    pub fn id_of(slug: &str) -> Id<App> {
        Id::named(&format!("app/{slug}"))
    }
    /// Whether `vendor` governs it.
    pub fn is_governed_by(&self, vendor: &str) -> bool {
        self.governed_by.is_empty() || self.governed_by.iter().any(|name| name == vendor)
    }
}

/// How applications are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AppKey {
    /// By name, in lower case.
    Name(String),
}

impl Entity for App {
    const TABLE: &'static str = "apps";
    type Id = Id<App>;
    type Key = AppKey;
    fn id(&self) -> Id<App> {
        self.id
    }
    fn keys(&self) -> Vec<AppKey> {
        vec![AppKey::Name(self.name.to_lowercase())]
    }
}

/// What kind of thing an entitlement is in its application.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EntitlementKind {
    /// Membership of a group.
    Group,
    /// A role of the application.
    Role,
    /// A seat that is paid for.
    License,
    /// A single right.
    Permission,
}

/// Something that an account may be given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entitlement {
    /// Derived from the application's slug and its own.
    pub id: Id<Entitlement>,
    /// The application it belongs to.
    pub app: Id<App>,
    /// What seed files refer to it by, unique within the application.
    pub slug: String,
    /// What it is called.
    pub name: String,
    /// What it allows.
    pub description: String,
    /// What kind of thing it is.
    pub kind: EntitlementKind,
    /// The account attribute that holds it, such as `memberOf`.
    pub attribute: String,
    /// Whether it opens what most people must not reach.
    pub privileged: bool,
    /// Who answers for it, when not the application's owner.
    pub owner: Option<Id<Person>>,
    /// When the application first had it.
    pub created: Timestamp,
    /// When the row last changed.
    pub changed: Timestamp,
    /// How often it changed.
    pub version: u32,
}

impl Entitlement {
    /// The id of the entitlement that seed files call `app/slug`.
    pub fn id_of(path: &str) -> Id<Entitlement> {
        Id::named(&format!("entitlement/{path}"))
    }
}

/// How entitlements are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntitlementKey {
    /// By application.
    App(Id<App>),
    /// By name, in lower case.
    Name(String),
}

impl Entity for Entitlement {
    const TABLE: &'static str = "entitlements";
    type Id = Id<Entitlement>;
    type Key = EntitlementKey;
    fn id(&self) -> Id<Entitlement> {
        self.id
    }
    fn keys(&self) -> Vec<EntitlementKey> {
        vec![EntitlementKey::App(self.app), EntitlementKey::Name(self.name.to_lowercase())]
    }
}
