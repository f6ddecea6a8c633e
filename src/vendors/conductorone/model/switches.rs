//! What the vendor's documents leave open, and what people want otherwise in a test.

use serde::{Deserialize, Serialize};

use crate::kernel::Entity;

/// The switches of one tenant (contract, 18).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Switches {
    /// Every token acts with all rights.
    pub everyone_super_admin: bool,
    /// Webhooks may be on this machine, and without TLS.
    pub loopback_webhooks: bool,
    /// A page size out of range is brought into it instead of refused.
    pub clamp_page_size: bool,
    /// A wrong request over which the live server fails is refused with 400 instead of 500.
    pub tidy_errors: bool,
    /// The grants of an entitlement that is not there are 404 instead of an empty list.
    pub unknown_entitlement_is_missing: bool,
    /// Anything may be asked for, in a catalog or not.
    pub everything_requestable: bool,
    /// An action's answer shows the task as it is after it.
    pub answers_show_after: bool,
    /// Closing does nothing while a provision step runs.
    pub close_spares_provisioning: bool,
    /// Access that runs out is revoked by its revoke policy, not at once.
    pub expiry_runs_policy: bool,
    /// After a wait that took too long the next step follows, and not the end.
    pub wait_timeout_goes_on: bool,
    /// What the vendor's agent decides.
    pub agent: AgentVerdict,
}

/// What the vendor's agent decides (contract, 8.5).
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AgentVerdict {
    /// It comes to no decision.
    #[default]
    Fails,
    Approves,
    Denies,
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
