//! Tenants.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::kernel::Timestamp;
use crate::world::{Head, Tenant};

/// The tenants.
#[derive(Serialize, ToSchema)]
pub struct TenantsDto {
    /// By name.
    pub tenants: Vec<TenantDto>,
}

/// One tenant.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TenantDto {
    name: String,
    /// What hour it is there.
    #[schema(value_type = String, format = DateTime)]
    now: Timestamp,
    /// How many commits led there.
    revision: u64,
    /// The names of its snapshots.
    snapshots: Vec<String>,
    /// Whether it stays when there are too many tenants.
    kept: bool,
    /// When somebody last asked for it, by the wall.
    #[schema(value_type = String, format = DateTime)]
    last_used: Timestamp,
}

impl TenantDto {
    /// How a tenant stands that is being asked for.
    pub fn of(tenant: &Tenant, head: &Head) -> Self {
        Self {
            name: tenant.name().to_string(),
            now: head.hour,
            revision: head.world.revision(),
            snapshots: tenant.snapshots().into_keys().collect(),
            kept: !tenant.is_forgettable(),
            last_used: tenant.now(),
        }
    }

    /// How a tenant stands among others.
    pub fn listed(tenant: &Tenant) -> Self {
        Self { last_used: tenant.last_used(), ..Self::of(tenant, &tenant.head()) }
    }
}

/// A tenant to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTenant {
    /// Its name: 1 to 64 letters, digits, `-`, `_` and `.`.
    pub name: String,
    /// What it begins with; the base world when absent.
    #[serde(default)]
    pub from: Option<Origin>,
}

/// The world that a new tenant begins with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// A tenant's.
    pub tenant: String,
    /// One that the tenant keeps under this name, instead of the published one.
    #[serde(default)]
    pub snapshot: Option<String>,
    /// An older one that is remembered, instead of the published one.
    #[serde(default)]
    pub revision: Option<u64>,
}

/// A fork to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFork {
    /// The new tenant's name.
    pub name: String,
    /// A snapshot to begin with, instead of the published world.
    #[serde(default)]
    pub snapshot: Option<String>,
    /// A revision to begin with, instead of the published world.
    #[serde(default)]
    pub revision: Option<u64>,
}

/// Which of a tenant's worlds; the published one when nothing is said.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct WhichWorld {
    /// The one that the tenant keeps under this name.
    pub snapshot: Option<String>,
    /// The one of this revision, as far back as they are remembered.
    pub revision: Option<u64>,
}
