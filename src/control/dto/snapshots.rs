//! Named worlds.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kernel::Timestamp;
use crate::world::World;

/// The snapshots of a tenant.
#[derive(Serialize, ToSchema)]
pub struct SnapshotsDto {
    /// By name.
    pub snapshots: Vec<SnapshotDto>,
}

/// One snapshot.
#[derive(Serialize, ToSchema)]
pub struct SnapshotDto {
    name: String,
    /// The hour that it keeps.
    #[schema(value_type = String, format = DateTime)]
    now: Timestamp,
    /// The revision that it keeps.
    revision: u64,
}

impl SnapshotDto {
    /// What a snapshot keeps.
    pub fn of(name: &str, world: &World) -> Self {
        Self { name: name.to_owned(), now: world.hour(), revision: world.revision() }
    }
}

/// A snapshot to be taken.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSnapshot {
    /// Its name; one of the same name is replaced.
    pub name: String,
}
