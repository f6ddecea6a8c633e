//! What PingOne alone knows about the company: its policies and rules, what its scans found, and what was decided about it.

mod access;
mod actor;
mod certification;
mod client;
mod config;
mod managed;
mod phase;
mod policy;
mod proxy;
mod request;
mod role;
mod rule;
mod scan;
mod schema;
mod violation;

pub use access::{Access, AccessKind};
pub use actor::{Actor, ActorRef, Author, Comment, CommentAction, Permission, Permissions};
pub use certification::{
    Campaign, CampaignKind, CampaignMove, CampaignState, CertificationItem, ItemComment, ItemKey, ItemMove, ItemState,
    Reviewer, Verdict,
};
pub use client::{OauthClient, ServiceAccount};
pub use config::{ConfigEntry, Kept, Shelf};
pub use managed::{Attributes, Managed, ManagedUser, referred};
pub use phase::{Expiration, ExpirationAction, Phase, PhaseEvents, PhaseKind, PhaseMove, PhaseState, Recurring};
pub use policy::{Policy, PolicyKey};
pub use proxy::{Proxy, ProxyKey};
pub use request::{
    AccessRequest, Direction, RequestActor, RequestComment, RequestKey, RequestMove, RequestOutcome, RequestPhase,
    RequestPhaseKind, RequestState,
};
pub use role::{Administrator, Membership, MembershipKey, Role};
pub use rule::{Rule, RuleKey, Terms, Workflow};
pub use scan::{Found, Scan, ScanMove, ScanResult, ScanState, ScanTarget};
pub use schema::RemediationSchema;
pub use violation::{Outcome, RemediationStatus, Violation, ViolationKey, ViolationMove, ViolationState};

use super::lifecycle::Timer;
use crate::kernel::{AnyTable, Table, Timers};

/// PingOne's whole state inside one tenant: the vendor's "realm".
#[derive(Clone, Default)]
pub struct Realm {
    /// Policies.
    pub policies: Table<Policy>,
    /// Policy rules.
    pub rules: Table<Rule>,
    /// Policy scans, the newest ones.
    pub scans: Table<Scan>,
    /// Violations.
    pub violations: Table<Violation>,
    /// Ways to remediate a violation.
    pub schemas: Table<RemediationSchema>,
    /// Roles.
    pub roles: Table<Role>,
    /// Who is in which role.
    pub memberships: Table<Membership>,
    /// Who is in the internal role `governance-administrator`.
    pub administrators: Table<Administrator>,
    /// Access requests.
    pub requests: Table<AccessRequest>,
    /// Certification campaigns.
    pub campaigns: Table<Campaign>,
    /// What they ask about.
    pub certification_items: Table<CertificationItem>,
    /// Who decides in whose place.
    pub proxies: Table<Proxy>,
    /// The configuration.
    pub config: Table<ConfigEntry>,
    /// Documents that clients keep here.
    pub kept: Table<Kept>,
    /// What the directory keeps about people besides.
    pub managed_users: Table<ManagedUser>,
    /// Service accounts.
    pub service_accounts: Table<ServiceAccount>,
    /// OAuth clients.
    pub oauth_clients: Table<OauthClient>,
    /// What waits for a date.
    pub timers: Timers<Timer>,
}

impl Realm {
    pub(super) fn all_tables(&self) -> Vec<&dyn AnyTable> {
        vec![
            &self.policies,
            &self.rules,
            &self.scans,
            &self.violations,
            &self.schemas,
            &self.roles,
            &self.memberships,
            &self.administrators,
            &self.requests,
            &self.campaigns,
            &self.certification_items,
            &self.proxies,
            &self.config,
            &self.kept,
            &self.managed_users,
            &self.service_accounts,
            &self.oauth_clients,
        ]
    }

    pub(super) fn all_tables_mut(&mut self) -> Vec<&mut dyn AnyTable> {
        vec![
            &mut self.policies,
            &mut self.rules,
            &mut self.scans,
            &mut self.violations,
            &mut self.schemas,
            &mut self.roles,
            &mut self.memberships,
            &mut self.administrators,
            &mut self.requests,
            &mut self.campaigns,
            &mut self.certification_items,
            &mut self.proxies,
            &mut self.config,
            &mut self.kept,
            &mut self.managed_users,
            &mut self.service_accounts,
            &mut self.oauth_clients,
        ]
    }
}
