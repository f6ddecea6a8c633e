//! What may be granted, and how.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Policy, ProvisionPolicy, RequestSchema, Resource, ResourceType};
use crate::company::{App, Entitlement, Person};
use crate::kernel::{Entity, Id, Span, Timestamp};

/// What identifies an entitlement: its id is its own only within its application (contract, 1.3).
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EntitlementRef {
    /// The application.
    pub app: Id<App>,
    /// The entitlement in it.
    pub id: Id<Entitlement>,
}

impl EntitlementRef {
    /// "Access" of an application: having an account there. It has the same id in every application, and the
    /// company knows no entitlement behind it.
    pub fn access(app: Id<App>) -> Self {
        Self { app, id: Id::named("conductorone/entitlement/access") }
    }
    /// Whether it is "Access".
    pub fn is_access(self) -> bool {
        self == Self::access(self.app)
    }
}

/// What holding an entitlement is for.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Purpose {
    /// Nobody said.
    #[default]
    Unspecified,
    /// Belonging to something.
    Assignment,
    /// Being allowed something.
    Permission,
    /// Owning something.
    Ownership,
}

/// What ConductorOne keeps about an entitlement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntitlementProfile {
    /// Which.
    #[serde(rename = "ref")]
    pub at: EntitlementRef,
    /// What kind of thing it is about.
    pub resource_type: Option<Id<ResourceType>>,
    /// What it is about.
    pub resource: Option<Id<Resource>>,
    /// What it is called; as in the application when absent.
    pub display_name: Option<String>,
    /// What it allows; as in the application when absent.
    pub description: Option<String>,
    /// What people look it up by.
    pub alias: String,
    /// Short name of the permission.
    pub slug: String,
    /// What holding it is for.
    pub purpose: Purpose,
    /// Who answers for it.
    pub owners: Vec<Id<Person>>,
    /// Decides requests; the application's when absent.
    pub grant_policy: Option<Id<Policy>>,
    /// Decides removal.
    pub revoke_policy: Option<Id<Policy>>,
    /// Decides review.
    pub certify_policy: Option<Id<Policy>>,
    /// Whether it may be had at once when something burns.
    pub emergency_enabled: bool,
    /// Decides requests of that kind.
    pub emergency_policy: Option<Id<Policy>>,
    /// The longest grant; without end when absent.
    pub longest: Option<Span>,
    /// How a grant is carried out.
    pub provisioner: Option<ProvisionPolicy>,
    /// How a revocation is carried out; as a grant when absent.
    pub deprovisioner: Option<ProvisionPolicy>,
    /// What a request must say besides.
    pub request_schema: Option<Id<RequestSchema>>,
    /// Attribute values, as they were sent.
    pub compliance_frameworks: Vec<String>,
    /// An attribute value, as it was sent.
    pub risk_level: String,
    /// No connector speaks for it.
    pub is_manually_managed: bool,
    /// It does not follow the application's settings for requests.
    pub overrides_defaults: bool,
    /// The connector object that it is to be matched with.
    pub match_baton: String,
    /// Free notes.
    pub annotations: BTreeMap<String, String>,
    /// When it came under governance.
    pub created: Timestamp,
    /// When this row last changed.
    pub updated: Timestamp,
    /// When it was deleted.
    pub deleted: Option<Timestamp>,
}

impl EntitlementProfile {
    /// An entitlement that has just been found or made.
    pub fn of(at: EntitlementRef, now: Timestamp) -> Self {
        Self {
            at,
            resource_type: None,
            resource: None,
            display_name: None,
            description: None,
            alias: String::new(),
            slug: String::new(),
            purpose: Purpose::default(),
            owners: Vec::new(),
            grant_policy: None,
            revoke_policy: None,
            certify_policy: None,
            emergency_enabled: false,
            emergency_policy: None,
            longest: None,
            provisioner: None,
            deprovisioner: None,
            request_schema: None,
            compliance_frameworks: Vec::new(),
            risk_level: String::new(),
            is_manually_managed: false,
            overrides_defaults: false,
            match_baton: String::new(),
            annotations: BTreeMap::new(),
            created: now,
            updated: now,
            deleted: None,
        }
    }

    /// What it is called here.
    pub fn name<'a>(&'a self, entitlement: Option<&'a Entitlement>) -> &'a str {
        let own = self.display_name.as_deref().or(entitlement.map(|entitlement| entitlement.name.as_str()));
        own.unwrap_or("Access")
    }
}

/// How entitlements are found, other than by application.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntitlementKey {
    /// By what they are about.
    Resource(Id<Resource>),
    /// By what people look them up by.
    Alias(String),
    /// By who answers for them.
    Owner(Id<Person>),
}

impl Entity for EntitlementProfile {
    const TABLE: &'static str = "entitlements";
    type Id = EntitlementRef;
    type Key = EntitlementKey;
    fn id(&self) -> EntitlementRef {
        self.at
    }
    fn keys(&self) -> Vec<EntitlementKey> {
        let resource = self.resource.map(EntitlementKey::Resource);
        let alias = Some(self.alias.clone()).filter(|alias| !alias.is_empty()).map(EntitlementKey::Alias);
        resource.into_iter().chain(alias).chain(self.owners.iter().copied().map(EntitlementKey::Owner)).collect()
    }
}
