//! What SailPoint alone knows: its bundles, its requests and approvals, its configuration and its
//! API clients. Who holds what stands in the company and nowhere here.

mod access;
mod approval;
mod client;
mod config;
mod request;
mod trigger;
mod work_item;

use std::sync::Arc;

pub use access::{
    AccessProfile, Assignment, AssignmentKey, EntitlementSettings, GovernanceGroup, GroupKey, MaxDuration,
    Requestability, Role, Scheme, SchemeKind, SodPolicy, SourceApp, TimeUnit,
};
pub use approval::{
    Action, Approval, ApprovalKey, ApprovalMove, ApprovalState, ApproverScheme, Comment, Decision, Forward, Owner,
    Reassignment,
};
pub use client::{AccessType, ApiClient, ClientKind, ClientTerms, GrantType, UserLevel, UserLevels};
pub use config::{
    ApprovalSettings, AutoApprove, Escalation, Outcome, ProvisioningPlan, PublicAttribute, PublicIdentities,
    RequestConfig, Switches, TimeoutResult, WorkReassignment,
};
pub use request::{
    Cancellation, Item, ItemKey, ItemMove, ItemState, Object, ObjectKind, Phase, PhaseName, PhaseState, PreApproval,
    Request, RequestKey, RequestKind, SodCheck, SodConflict, Stage,
};
pub use trigger::{
    Dispatch, HttpTarget, Invocation, InvocationKey, InvocationMove, InvocationState, Proof, Subscription,
    SubscriptionKind, Trigger,
};
pub use work_item::{WorkItem, WorkItemKey, WorkItemMove, WorkItemState};

use super::lifecycle::Timer;
use crate::company::{Company, Entitlement, Person};
use crate::kernel::{AnyTable, Id, Table, Timers, Timestamp};
use crate::world::Call;

/// Before every instant, for the start of an index range.
pub const FIRST: Timestamp = Timestamp::from_micros(i64::MIN);
/// After every instant, for its end.
pub const LAST: Timestamp = Timestamp::from_micros(i64::MAX);

/// SailPoint's whole state in one tenant.
#[derive(Clone, Default)]
pub struct Org {
    /// Decisions that the contract leaves open; one row.
    pub switches: Table<Switches>,
    /// How access is requested; one row.
    pub config: Table<RequestConfig>,
    /// What everybody sees of identities; one row.
    pub public_identities: Table<PublicIdentities>,
    /// Who may do what.
    pub levels: Table<UserLevels>,
    /// Personal access tokens and OAuth clients.
    pub clients: Table<ApiClient>,
    /// Governance groups ("workgroups").
    pub groups: Table<GovernanceGroup>,
    /// Access profiles.
    pub profiles: Table<AccessProfile>,
    /// Roles.
    pub roles: Table<Role>,
    /// Applications as requesters see them.
    pub source_apps: Table<SourceApp>,
    /// What is requestable among the company's entitlements, and how.
    pub entitlements: Table<EntitlementSettings>,
    /// Toxic pairs.
    pub policies: Table<SodPolicy>,
    /// Who has which role or access profile because somebody asked.
    pub assignments: Table<Assignment>,
    /// Access requests.
    pub requests: Table<Request>,
    /// Requested items.
    pub items: Table<Item>,
    /// Approvals.
    pub approvals: Table<Approval>,
    /// Manual provisioning.
    pub work_items: Table<WorkItem>,
    /// Who stands in for whom.
    pub reassignments: Table<WorkReassignment>,
    /// How provisioning is to end, where somebody wrote it down beforehand.
    pub plans: Table<ProvisioningPlan>,
    /// Who is told about what happens.
    pub subscriptions: Table<Subscription>,
    /// What they were told and asked.
    pub invocations: Table<Invocation>,
    /// What subscribers shall be told.
    pub calls: Table<Call>,
    /// What waits for a date.
    pub timers: Timers<Timer>,
}

impl Org {
    /// The switches.
    pub fn switches(&self) -> Switches {
        self.switches.iter().next().map(|row| Switches::clone(row)).unwrap_or_default()
    }
    /// How access is requested.
    pub fn config(&self) -> RequestConfig {
        self.config.iter().next().map(|row| RequestConfig::clone(row)).unwrap_or_default()
    }
    /// What everybody sees of identities.
    pub fn public_identities(&self) -> PublicIdentities {
        self.public_identities.iter().next().map(|row| PublicIdentities::clone(row)).unwrap_or_default()
    }
    /// Whether a person has a user level.
    pub fn has_level(&self, person: Id<Person>, level: UserLevel) -> bool {
        self.levels.get(&person).is_some_and(|row| row.levels.contains(&level))
    }
    /// Whether a person is an organisation administrator.
    pub fn is_admin(&self, person: Id<Person>) -> bool {
        self.has_level(person, UserLevel::OrgAdmin)
    }
    /// Every organisation administrator who is at work, by id.
    pub fn admins(&self, company: &Company) -> Vec<Id<Person>> {
        let admins = self.levels.iter().filter(|row| row.levels.contains(&UserLevel::OrgAdmin)).map(|row| row.person);
        admins.filter(|person| company.people().get(person).is_some_and(|person| person.is_present())).collect()
    }
    /// The governance groups that a person is a member of.
    pub fn groups_of(&self, person: Id<Person>) -> impl Iterator<Item = &Arc<GovernanceGroup>> {
        self.groups.with(GroupKey::Member(person))
    }
    /// Whether `owner` is this person, or a group with them in it.
    pub fn is_owner(&self, owner: Owner, person: Id<Person>) -> bool {
        match owner {
            Owner::Identity(id) => id == person,
            Owner::Group(id) => self.groups.get(&id).is_some_and(|group| group.members.contains(&person)),
        }
    }
    /// The items of a request, in the order in which they were asked for.
    pub fn items_of(&self, request: Id<Request>) -> impl Iterator<Item = &Arc<Item>> {
        self.items.range(ItemKey::Request(request, 0), ItemKey::Request(request, usize::MAX))
    }
    /// The approvals of an item, the first step first.
    pub fn approvals_of(&self, item: &Item) -> impl Iterator<Item = &Arc<Approval>> {
        item.approvals.iter().filter_map(|id| self.approvals.get(id))
    }
    /// The entitlements that an object of this kind brings; none when there is no such object.
    pub fn brings(&self, object: Object) -> Vec<Id<Entitlement>> {
        match object.kind {
            ObjectKind::Entitlement => vec![object.id.cast()],
            ObjectKind::AccessProfile => {
                self.profiles.get(&object.id.cast()).map(|profile| profile.entitlements.clone()).unwrap_or_default()
            }
            ObjectKind::Role => {
                let Some(role) = self.roles.get(&object.id.cast()) else { return Vec::new() };
                let profiles = role.access_profiles.iter().filter_map(|id| self.profiles.get(id));
                let mut brought: Vec<_> = profiles.flat_map(|profile| profile.entitlements.iter().copied()).collect();
                brought.extend(&role.entitlements);
                brought.sort_unstable();
                brought.dedup();
                brought
            }
        }
    }
    /// What SailPoint adds to an entitlement.
    pub fn settings_of(&self, entitlement: Id<Entitlement>) -> EntitlementSettings {
        let unset =
            EntitlementSettings { entitlement, requestable: false, requestability: None, owner: None, modified: None };
        self.entitlements.get(&entitlement).map_or(unset, |row| EntitlementSettings::clone(row))
    }
    /// Who answers for an entitlement: whom SailPoint was told, or the company knows, or the source's first owner.
    pub fn owner_of(&self, company: &Company, entitlement: &Entitlement) -> Option<Id<Person>> {
        let told = self.entitlements.get(&entitlement.id).and_then(|row| row.owner);
        told.or(entitlement.owner).or_else(|| company.apps().get(&entitlement.app)?.owners.first().copied())
    }
    /// The assignment of an object to a person, if somebody asked for one and got it.
    pub fn assignment(&self, person: Id<Person>, object: Object) -> Option<&Arc<Assignment>> {
        self.assignments.with(AssignmentKey::Person(person)).find(|assignment| assignment.object == object)
    }
    /// Whether a person has an object now: by assignment, by a role's membership criteria, or, for
    /// access profiles and entitlements, by holding all that it brings.
    pub fn has(&self, company: &Company, person: Id<Person>, object: Object) -> bool {
        if self.assignment(person, object).is_some() {
            return true;
        }
        match object.kind {
            ObjectKind::Role => {
                self.roles.get(&object.id.cast()).is_some_and(|role| role.is_birthright_of(company, person))
            }
            ObjectKind::AccessProfile | ObjectKind::Entitlement => {
                let brought = self.brings(object);
                !brought.is_empty() && brought.iter().all(|id| company.holding(person, *id).is_some())
            }
        }
    }

    /// Whether a person has an object because a role that brings it is theirs by right of birth.
    pub fn has_by_birthright(&self, company: &Company, person: Id<Person>, object: Object) -> bool {
        let brought = self.brings(object);
        let brings_it = |role: &Role| {
            let brings = self.brings(Object { kind: ObjectKind::Role, id: role.id.cast() });
            brought.iter().all(|entitlement| brings.contains(entitlement))
        };
        let is_it = |role: &Role| object.kind == ObjectKind::Role && object.id == role.id.cast();
        let mut theirs = self.roles.iter().filter(|role| role.is_birthright_of(company, person));
        match object.kind {
            ObjectKind::Role => theirs.any(|role| is_it(role)),
            ObjectKind::AccessProfile | ObjectKind::Entitlement => theirs.any(|role| brings_it(role)),
        }
    }
    /// As whom a person decides: themselves, and every group with them in it.
    pub fn owners_for(&self, person: Id<Person>) -> impl Iterator<Item = Owner> {
        let groups = self.groups_of(person).map(|group| Owner::Group(group.id));
        std::iter::once(Owner::Identity(person)).chain(groups)
    }

    /// The approvals that wait for an owner, in the order in which they were made.
    pub fn open_approvals_of(&self, owner: Owner) -> impl Iterator<Item = &Arc<Approval>> {
        self.approvals.range(ApprovalKey::PendingOf(owner, FIRST), ApprovalKey::PendingOf(owner, LAST))
    }
    /// The work items that wait for somebody, likewise.
    pub fn open_work_of(&self, person: Id<Person>) -> impl Iterator<Item = &Arc<WorkItem>> {
        self.work_items.range(WorkItemKey::OpenOf(person, FIRST), WorkItemKey::OpenOf(person, LAST))
    }
    /// The work items of somebody that are over, likewise.
    pub fn finished_work_of(&self, person: Id<Person>) -> impl Iterator<Item = &Arc<WorkItem>> {
        self.work_items.range(WorkItemKey::OverOf(person, FIRST), WorkItemKey::OverOf(person, LAST))
    }

    pub(super) fn all_tables(&self) -> Vec<&dyn AnyTable> {
        vec![
            &self.switches,
            &self.config,
            &self.public_identities,
            &self.levels,
            &self.clients,
            &self.groups,
            &self.profiles,
            &self.roles,
            &self.source_apps,
            &self.entitlements,
            &self.policies,
            &self.assignments,
            &self.requests,
            &self.items,
            &self.approvals,
            &self.work_items,
            &self.reassignments,
            &self.plans,
            &self.subscriptions,
            &self.invocations,
        ]
    }

    pub(super) fn all_tables_mut(&mut self) -> Vec<&mut dyn AnyTable> {
        vec![
            &mut self.switches,
            &mut self.config,
            &mut self.public_identities,
            &mut self.levels,
            &mut self.clients,
            &mut self.groups,
            &mut self.profiles,
            &mut self.roles,
            &mut self.source_apps,
            &mut self.entitlements,
            &mut self.policies,
            &mut self.assignments,
            &mut self.requests,
            &mut self.items,
            &mut self.approvals,
            &mut self.work_items,
            &mut self.reassignments,
            &mut self.plans,
            &mut self.subscriptions,
            &mut self.invocations,
        ]
    }
}
