//! Roles of the product itself (contract, 4.5).

use serde::{Deserialize, Serialize};

use crate::kernel::{Entity, Id, Timestamp};

/// Every role that comes with the product.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoleName {
    /// Asks for themselves.
    BasicUser,
    /// Asks for anybody.
    AccessRequestHelpdesk,
    /// Asks for anybody, and sees what was asked.
    AccessRequestAdmin,
    /// Looks after every application.
    AppAdmin,
    /// Looks after connectors.
    ConnectorAdmin,
    /// Runs access reviews.
    CampaignAdmin,
    /// Sees everything.
    ReadOnlySuperAdmin,
    /// Does everything.
    SuperAdmin,
}

impl RoleName {
    /// Every role.
    pub const ALL: [Self; 8] = [
        Self::BasicUser,
        Self::AccessRequestHelpdesk,
        Self::AccessRequestAdmin,
        Self::AppAdmin,
        Self::ConnectorAdmin,
        Self::CampaignAdmin,
        Self::ReadOnlySuperAdmin,
        Self::SuperAdmin,
    ];

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::BasicUser => "Basic User",
            Self::AccessRequestHelpdesk => "Access Request Helpdesk",
            Self::AccessRequestAdmin => "Access Request Administrator",
            Self::AppAdmin => "Application Administrator",
            Self::ConnectorAdmin => "Connector Administrator",
            Self::CampaignAdmin => "Access Review Administrator",
            Self::ReadOnlySuperAdmin => "Read-Only Super Administrator",
            Self::SuperAdmin => "Super Administrator",
        }
    }

    /// Its short name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::BasicUser => "basic-user",
            Self::AccessRequestHelpdesk => "access-request-helpdesk",
            Self::AccessRequestAdmin => "access-request-admin",
            Self::AppAdmin => "app-admin",
            Self::ConnectorAdmin => "connector-admin",
            Self::CampaignAdmin => "campaign-admin",
            Self::ReadOnlySuperAdmin => "read-only-super-admin",
            Self::SuperAdmin => "super-admin",
        }
    }

    /// The id of its row.
    pub fn id(self) -> Id<Role> {
        Id::named(&format!("conductorone/role/{}", self.slug()))
    }

    /// What introspection says that its holder may do. The vendor's own names are not published [assumed].
    pub fn permissions(self) -> &'static [&'static str] {
        match self {
            Self::BasicUser => &["task:create:self", "task:act"],
            Self::AccessRequestHelpdesk => &["task:create:any"],
            Self::AccessRequestAdmin => &["task:create:any", "task:read:any"],
            Self::AppAdmin => &["app:write:any"],
            Self::ConnectorAdmin => &["connector:write:any"],
            Self::CampaignAdmin => &["accessreview:write:any"],
            Self::ReadOnlySuperAdmin => &["*:read"],
            Self::SuperAdmin => &["*"],
        }
    }
}

/// A role as a row: what people may call it otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Role {
    /// Which.
    pub name: RoleName,
    /// What it is called.
    pub display_name: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
}

impl Entity for Role {
    const TABLE: &'static str = "roles";
    type Id = Id<Role>;
    type Key = ();
    fn id(&self) -> Id<Role> {
        self.name.id()
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}
