//! The wire: names, spellings and types as the vendor writes them (contract, 6 to 10 and 14). The
//! only place that knows them.
//!
//! Every documented key is always there. The misspellings `buisnessOwner` and `autType` are the
//! vendor's own.

mod actions;
mod alerts;
mod audit;
mod input;
mod offboarding;
mod saas;
mod users;
mod workflows;

pub use actions::{AccessRevocationStatus, ActionId, JustificationStatus, RequestId};
pub use alerts::{AlertDto, AlertV2};
pub use audit::AuditLog;
pub use input::{
    ActionIn, CancelJustificationIn, ContactIn, LabelIn, OffboardingIn, RunIn, SanctionIn, SendJustificationIn,
    StartRevocationIn, WorkflowIn,
};
pub use offboarding::{OffboardedUserStatus, OffboardingStatus, OffboardingSummary};
pub use saas::{Saas, SaasForUser, SaasUser, UserForSaas};
pub use users::{User, UserIdResult};
pub use workflows::{Message, WorkflowId, WorkflowRunIds, WorkflowRunStatus};

use super::model::Environment;
use crate::company::Company;
use crate::kernel::Timestamp;
use crate::world::World;

/// One world, seen from where the client reached it.
#[derive(Clone, Copy)]
pub struct View<'w> {
    /// Grip's part of the world.
    pub env: &'w Environment,
    /// The shared reality.
    pub company: &'w Company,
    /// What links begin with.
    pub base: &'w str,
}

impl<'w> View<'w> {
    /// `world` as a client sees it that reached us at `base`.
    pub fn of(world: &'w World, base: &'w str) -> Self {
        Self { env: world.estate(), company: world.company(), base }
    }
}

/// `2019-08-24T14:15:22Z`, the precision of every time.
fn instant(at: Timestamp) -> String {
    at.to_seconds_text()
}

/// A share in percent, rounded half up; 0 of nothing.
fn percentage(part: u32, whole: u32) -> u32 {
    match whole {
        0 => 0,
        _ => (part * 200 + whole) / (2 * whole),
    }
}

#[cfg(test)]
mod tests {
    use super::percentage;

    #[test]
    fn halves_are_rounded_up() {
        let table = [(0, 0, 0), (1, 3, 33), (2, 3, 67), (1, 200, 1), (1, 201, 0), (7, 7, 100)];
        for (part, whole, expected) in table {
            assert_eq!(percentage(part, whole), expected, "{part} of {whole}");
        }
    }
}
