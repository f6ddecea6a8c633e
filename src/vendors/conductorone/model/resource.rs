//! What entitlements are about: a group, a role, a licence; and the kinds of such things that an
//! application has.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::company::{App, EntitlementKind, Person};
use crate::kernel::{Entity, Id, Timestamp};

/// The traits that the vendor tells apart (contract, 17).
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ResourceKind {
    /// The application itself, which the builtin entitlement is about.
    App,
    Role,
    Group,
    License,
    Project,
    Catalog,
    Custom,
    Vault,
    ProfileType,
    SessionPolicy,
    ClawAgent,
}

impl ResourceKind {
    /// The kind behind an entitlement of the application's own.
    pub fn behind(kind: EntitlementKind) -> Self {
        match kind {
            EntitlementKind::Group => Self::Group,
            EntitlementKind::Role => Self::Role,
            EntitlementKind::License => Self::License,
            EntitlementKind::Permission => Self::Custom,
        }
    }

    /// What an application's resource type of this kind is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::App => "Application",
            Self::Role => "Role",
            Self::Group => "Group",
            Self::License => "License",
            Self::Project => "Project",
            Self::Catalog => "Catalog",
            Self::Custom => "Permission",
            Self::Vault => "Vault",
            Self::ProfileType => "Profile type",
            Self::SessionPolicy => "Session policy",
            Self::ClawAgent => "Agent",
        }
    }

    /// The short name of what one has of such a resource.
    pub fn permission(self) -> &'static str {
        match self {
            Self::App => "access",
            Self::Group | Self::Project => "member",
            Self::Role | Self::License | Self::SessionPolicy => "assigned",
            Self::Catalog | Self::Custom | Self::Vault | Self::ProfileType | Self::ClawAgent => "granted",
        }
    }
}

/// A kind of resource in one application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceType {
    /// Derived from the application and the kind at founding, drawn later.
    pub id: Id<ResourceType>,
    /// The application.
    pub app: Id<App>,
    /// What it is called.
    pub display_name: String,
    /// What it is.
    pub kind: ResourceKind,
    /// Made by hand, not found by a connector.
    pub by_hand: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// When it was deleted.
    pub deleted: Option<Timestamp>,
}

impl ResourceType {
    /// The id of the resource type that an application has from the start.
    pub fn id_of(app: Id<App>, kind: ResourceKind) -> Id<ResourceType> {
        Id::named(&format!("conductorone/resource-type/{app}/{}", kind.title()))
    }

    /// A resource type that has just been found.
    pub fn of(app: Id<App>, kind: ResourceKind, now: Timestamp) -> Self {
        Self {
            id: Self::id_of(app, kind),
            app,
            display_name: kind.title().to_owned(),
            kind,
            by_hand: false,
            created: now,
            updated: now,
            deleted: None,
        }
    }
}

/// How resource types are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResourceTypeKey {
    /// By application.
    App(Id<App>),
}

impl Entity for ResourceType {
    const TABLE: &'static str = "resourceTypes";
    type Id = Id<ResourceType>;
    type Key = ResourceTypeKey;
    fn id(&self) -> Id<ResourceType> {
        self.id
    }
    fn keys(&self) -> Vec<ResourceTypeKey> {
        vec![ResourceTypeKey::App(self.app)]
    }
}

/// Something in an application that entitlements are about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// Derived from the entitlement at founding, drawn later.
    pub id: Id<Resource>,
    /// The application.
    pub app: Id<App>,
    /// What kind of thing it is.
    pub resource_type: Id<ResourceType>,
    /// What it is called.
    pub display_name: String,
    /// What the application says about it.
    pub description: String,
    /// What somebody said about it here.
    pub custom_description: String,
    /// Who answers for it.
    pub owners: Vec<Id<Person>>,
    /// Free notes.
    pub annotations: BTreeMap<String, String>,
    /// The connector object that it is to be matched with.
    pub match_baton: String,
    /// The resource that it lies in.
    pub parent: Option<Id<Resource>>,
    /// Made by hand, not found by a connector.
    pub by_hand: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// When it was deleted.
    pub deleted: Option<Timestamp>,
}

impl Resource {
    /// The resource that an application itself is.
    pub fn id_of_app(app: Id<App>) -> Id<Resource> {
        Id::named(&format!("conductorone/resource/app/{app}"))
    }
    /// The resource behind an entitlement of the application's own.
    pub fn id_behind(entitlement: Id<crate::company::Entitlement>) -> Id<Resource> {
        Id::named(&format!("conductorone/resource/entitlement/{entitlement}"))
    }
    /// A resource that has just been found or made.
    pub fn of(id: Id<Resource>, kind: &ResourceType, display_name: String, now: Timestamp) -> Self {
        Self {
            id,
            app: kind.app,
            resource_type: kind.id,
            display_name,
            description: String::new(),
            custom_description: String::new(),
            owners: Vec::new(),
            annotations: BTreeMap::new(),
            match_baton: String::new(),
            parent: None,
            by_hand: false,
            created: now,
            updated: now,
            deleted: None,
        }
    }
}

/// How resources are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResourceKey {
    /// By application.
    App(Id<App>),
    /// By resource type.
    Type(Id<ResourceType>),
    /// By who answers for it.
    Owner(Id<Person>),
}

impl Entity for Resource {
    const TABLE: &'static str = "resources";
    type Id = Id<Resource>;
    type Key = ResourceKey;
    fn id(&self) -> Id<Resource> {
        self.id
    }
    fn keys(&self) -> Vec<ResourceKey> {
        let owners = self.owners.iter().copied().map(ResourceKey::Owner);
        [ResourceKey::App(self.app), ResourceKey::Type(self.resource_type)].into_iter().chain(owners).collect()
    }
}
