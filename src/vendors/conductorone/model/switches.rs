//! What the vendor's documents leave open, and what people want otherwise in a test.

use serde::{Deserialize, Serialize};

use crate::kernel::Entity;

/// The switches of one tenant (contract, 18).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Switches {
    /// Every token acts with all rights.
    pub everyone_super_admin: bool,
    /// A page size out of range is brought into it instead of refused.
    pub clamp_page_size: bool,
    /// The grants of an entitlement that is not there are 404 instead of an empty list.
    pub unknown_entitlement_is_missing: bool,
}

impl Entity for Switches {
    const TABLE: &'static str = "switches";
    type Id = ();
    type Key = ();
    fn id(&self) {}
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}
