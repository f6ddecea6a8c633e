//! Wire shapes: the only files that know a field's name on the wire.
//!
//! A [`View`] is one world seen through one path family; it has one function per entity. Absent
//! values are explicit nulls, as recorded from tenants (contract, section 2); a field that only
//! some families have is left out in the others.

mod access_profiles;
mod accounts;
mod activities;
mod approvals;
mod auth_users;
mod clients;
mod config;
mod entitlements;
mod identities;
mod objects;
mod patch;
mod payloads;
mod public_identities;
mod requestability;
mod requests;
mod roles;
mod selection;
mod shared;
mod source_apps;
mod status;
mod tenant;
mod triggers;
mod visible;
mod work_items;
mod workgroups;

pub use access_profiles::{AccessProfileDetails, AccessProfileDto};
pub use accounts::{AccountDto, Detail};
pub use approvals::{ApprovalSummary, Approver, BulkApprove, CommentIn, CompletedApproval, ForwardIn, PendingApproval};
pub use auth_users::AuthUser;
pub use clients::{
    CreatedOAuthClient, CreatedPersonalAccessToken, OAuthClient, OAuthClientIn, PersonalAccessToken,
    PersonalAccessTokenIn,
};
pub use entitlements::{EntitlementDto, EntitlementOfFamily, IdentityEntitlement};
pub use identities::{Identity, Ownership, RoleAssignment};
pub use patch::JsonPatchOperation;
pub use public_identities::{PublicIdentity, PublicIdentityConfig, PublicIdentityConfigIn};
pub use requestability::{OwnRequestConfig, OwnRequestConfigIn};
pub use roles::{Holder, RoleDto, RoleIdentity};

pub use activities::{AccountActivity, ListedActivity};
pub use config::{AccessRequestConfig, AccessRequestConfigIn};
pub use objects::{
    AccessRequestIdentityMetrics, IdentityEntitlementDetails, ListedObject, RequestStatus, RequestableObject,
};
pub use requests::{
    AccessRequest, AccessRequestResponse, BulkCancelAccessRequest, CancelAccessRequest, CloseAccessRequest,
};
pub use selection::AccountsSelectionResponse;
pub use shared::{
    AccessDuration, CommentDto, ErrorMessage, ForwardHistory, MetadataList, ObjectReference, Reference, ReferenceIn,
    ReferenceWithMail, RequestedAccount, SodContext,
};
pub use source_apps::SourceAppDto;
pub use status::{AccessRequestAdminItemStatus, Listed, RequestedItemStatus};
pub use tenant::Tenant;
pub use triggers::{
    CompleteInvocationIn, InvocationDto, InvocationStatus, SubscriptionDto, SubscriptionIn, TestInvocation, TriggerDto,
    ValidateFilterIn, ValidateFilterOut,
};
pub use visible::is_identity;
pub use work_items::{CompletedCount, WorkItemForward, WorkItems, WorkItemsCount, WorkItemsSummary};
pub use workgroups::{WorkgroupConnection, WorkgroupDto, WorkgroupMember};

use super::families::Family;
use super::model::Org;
use crate::company::Company;
use crate::kernel::Timestamp;
use crate::query::Value;
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

    /// The same estate and company while a command is at work on them.
    pub fn within(org: &'w Org, company: &'w Company) -> Self {
        Self { org, company, family: Family::Service }
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

/// The same instant as filters and sorters see it: no finer than it is written.
fn millis(at: Timestamp) -> Value<'static> {
    Value::Instant(at.as_micros().div_euclid(1000) * 1000)
}
