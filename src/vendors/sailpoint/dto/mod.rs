//! Wire shapes: the only files that know a field's name on the wire.
//!
//! A [`View`] is one world seen through one path family; it has one function per entity. Absent
//! values are explicit nulls, as recorded from tenants (contract, section 2); a field that only
//! some families have is left out in the others.

mod approvals;
mod shared;

pub use approvals::{ApprovalSummary, Approver, BulkApprove, CommentIn, CompletedApproval, ForwardIn, PendingApproval};
pub use shared::{
    AccessDuration, CommentDto, ErrorMessage, ForwardHistory, ObjectReference, Reference, RequestedAccount, SodContext,
};

use super::families::Family;
use super::model::Org;
use crate::company::Company;
use crate::kernel::Timestamp;
use crate::world::World;

/// One world seen through one path family.
#[derive(Clone, Copy)]
pub struct View<'w> {
    /// SailPoint's part of the world.
    pub org: &'w Org,
    /// The shared reality.
    pub company: &'w Company,
    /// The family that the client wrote its path in.
    pub family: Family,
}

impl<'w> View<'w> {
    /// `world` as clients of `family` see it.
    pub fn of(world: &'w World, family: Family) -> Self {
        Self { org: world.estate(), company: world.company(), family }
    }

    /// `value` where only the per-service family has the field; nothing, not even a null, elsewhere.
    fn per_service<T>(&self, value: T) -> Option<T> {
        self.family.is_per_service().then_some(value)
    }
}

/// `2026-01-05T10:00:01.204Z`, the precision of an entity's times.
fn instant(at: Timestamp) -> String {
    at.to_millis_text()
}
