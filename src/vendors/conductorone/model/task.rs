//! Tasks: somebody is to get access, lose it, keep it, or leave (contract, 8).

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::policy::{Policy, PolicyStep, ProvisionPolicy};
use super::step::{Generation, StepInstance};
use super::{Binding, Bindings, Domain, EntitlementRef};
use crate::company::{Account, Company, Person};
use crate::kernel::{Entity, Id, Lifecycle, Span, Timestamp};

/// Whether a task is over: `TASK_STATE_…`.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TaskState {
    Open,
    Closed,
}

/// What may happen to a task.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum TaskMove {
    /// Its outcome is final.
    Close,
    /// It goes on, or begins anew.
    GoOn,
    /// Noted in its history; nothing reopens a closed task (contract, 8.4).
    Restart,
}

impl Lifecycle for TaskState {
    type Move = TaskMove;
    const MACHINE: &'static str = "task";
    const STATES: &'static [Self] = &[Self::Open, Self::Closed];
    const MOVES: &'static [TaskMove] = &[TaskMove::Close, TaskMove::GoOn, TaskMove::Restart];

    fn on(self, by: TaskMove) -> Option<Self> {
        match (self, by) {
            (Self::Open, TaskMove::Close) => Some(Self::Closed),
            (Self::Open, TaskMove::GoOn | TaskMove::Restart) => Some(Self::Open),
            (Self::Closed, TaskMove::Restart) => Some(Self::Closed),
            (Self::Closed, TaskMove::Close | TaskMove::GoOn) => None,
        }
    }
}

/// What came of a task; each kind has its own words for it (contract, 8.2).
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// Nothing yet.
    Undecided,
    /// Granted, revoked, certified, done.
    Succeeded,
    /// Denied, decertified.
    Refused,
    /// Closed by somebody.
    Cancelled,
    /// Provisioning failed. The task stays open.
    Failed,
    /// A wait took too long.
    TimedOut,
}

/// What may come of a task.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum OutcomeMove {
    Succeed,
    Refuse,
    Cancel,
    Fail,
    TimeOut,
    /// Another try, by retrying, restarting or resetting.
    TryAgain,
}

impl Lifecycle for Outcome {
    type Move = OutcomeMove;
    const MACHINE: &'static str = "task outcome";
    const STATES: &'static [Self] =
        &[Self::Undecided, Self::Succeeded, Self::Refused, Self::Cancelled, Self::Failed, Self::TimedOut];
    const MOVES: &'static [OutcomeMove] = &[
        OutcomeMove::Succeed,
        OutcomeMove::Refuse,
        OutcomeMove::Cancel,
        OutcomeMove::Fail,
        OutcomeMove::TimeOut,
        OutcomeMove::TryAgain,
    ];

    fn on(self, by: OutcomeMove) -> Option<Self> {
        use OutcomeMove as By;
        match (self, by) {
            (Self::Undecided | Self::Failed, By::Succeed) => Some(Self::Succeeded),
            (Self::Undecided | Self::Failed, By::Refuse) => Some(Self::Refused),
            (Self::Undecided | Self::Failed, By::Cancel) => Some(Self::Cancelled),
            (Self::Undecided | Self::Failed, By::TimeOut) => Some(Self::TimedOut),
            (Self::Undecided, By::Fail) => Some(Self::Failed),
            (Self::Failed, By::TryAgain) => Some(Self::Undecided),
            (Self::Failed, By::Fail) | (Self::Undecided, By::TryAgain) => None,
            (Self::Succeeded | Self::Refused | Self::Cancelled | Self::TimedOut, _) => None,
        }
    }
}

/// Who works on a task at the moment: `TASK_PROCESSING_TYPE_…`.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::enum_variant_names, reason = "the vendor's own words")]
pub enum Processing {
    /// The server.
    Processing,
    /// Somebody, or time.
    Waiting,
    /// Nobody any more.
    Done,
}

/// Where a task came from: `TASK_ORIGIN_…`, those that occur here.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Origin {
    Api,
    Webapp,
    Slack,
    TimeRevoke,
    NonUsageRevoke,
    ProfileMembershipAutomation,
    Automation,
    AccessReview,
    CascadeDelete,
}

/// What a task is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TaskKind {
    Grant(Box<Grant>),
    Revoke(Box<Revoke>),
    Certify(Box<Certify>),
    Offboarding,
    Action(Box<Action>),
}

/// Somebody is to get access.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Grant {
    /// To what.
    pub entitlement: EntitlementRef,
    /// Under which account; none until there is one.
    pub account: Option<Id<Account>>,
    /// For how long; without limit when absent.
    pub duration: Option<Span>,
    /// Where the request came from.
    pub source: GrantSource,
}

/// Where a request came from: `TaskGrantSource`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GrantSource {
    pub conversation: String,
    pub external_url: String,
    pub integration: String,
    pub is_extension: bool,
    pub request: String,
}

/// Somebody is to lose access.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Revoke {
    /// To what.
    pub entitlement: EntitlementRef,
    /// Under which account.
    pub account: Id<Account>,
    /// Why.
    pub source: RevokeSource,
    /// What goes with it, since it comes from there (contract, 8.10).
    #[serde(default)]
    pub targets: Vec<EntitlementRef>,
}

impl Revoke {
    /// Access that is to go, with what it comes from where that goes, too: because the application says so, or because
    /// it is given by something else.
    pub fn of(
        domain: &Domain,
        company: &Company,
        entitlement: EntitlementRef,
        account: Id<Account>,
        source: RevokeSource,
    ) -> Self {
        let binding = (Bindings { domain, company }).get(entitlement, account);
        let row = domain.entitlements.get(&entitlement);
        let policy = row.and_then(|row| row.deprovisioner.as_ref().or(row.provisioner.as_ref()));
        let goes = matches!(policy, Some(ProvisionPolicy::Delegated { .. }))
            || domain.app(entitlement.app).is_some_and(|app| app.revoke_grant_sources);
        let targets = binding.iter().flat_map(Binding::sources).filter(|_| goes).collect();
        Self { entitlement, account, source, targets }
    }
}

/// Why access is to go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RevokeSource {
    /// Somebody asked.
    Request(Option<Id<Person>>),
    /// A review decided so.
    Review { review: Id<super::AccessReview>, certify: Id<Task> },
    /// Its time was over.
    Expired(Timestamp),
    /// Nobody used it.
    NonUsage { expires: Timestamp, last_login: Option<Timestamp> },
}

/// Access is reviewed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Certify {
    /// To what.
    pub entitlement: EntitlementRef,
    /// Under which account.
    pub account: Id<Account>,
    /// In which review.
    pub review: Id<super::AccessReview>,
}

/// A connector's action, as it was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Action {
    /// Which action.
    pub action: Id<super::KnownAction>,
    /// What it is called.
    pub display_name: String,
    /// Whether it makes a resource.
    pub on_resource: bool,
    /// What was filled in.
    pub form_values: Map<String, Value>,
}

/// A task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    /// Which.
    pub id: Id<Task>,
    /// Its number in the tenant, from 1.
    pub number: u64,
    /// What it is called.
    pub display_name: String,
    /// Why.
    pub description: String,
    /// What it is about.
    pub kind: TaskKind,
    /// Whom it is about; nobody when the account is nobody's.
    pub subject: Option<Id<Person>>,
    /// Who opened it; the system when absent.
    pub created_by: Option<Id<Person>>,
    /// Where it came from.
    pub origin: Origin,
    /// Whether it is an emergency.
    pub emergency: bool,
    /// Whether it is over.
    pub state: TaskState,
    /// What came of it.
    pub outcome: Outcome,
    /// Since when.
    pub outcome_at: Option<Timestamp>,
    /// Who works on it.
    pub processing: Processing,
    /// Answers to forms.
    pub data: Map<String, Value>,
    /// How many comments it has.
    pub comments: u32,
    /// How many entries its audit trail has.
    pub audited: u64,
    /// Who has approved or denied a step.
    pub approvers: Vec<Id<Person>>,
    /// The offboarding that opened it.
    pub parent: Option<Id<Task>>,
    /// How it is run; an offboarding has no policy.
    pub run: Option<PolicyRun>,
    /// When it was opened.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
}

/// How many steps that are over a task remembers; the oldest are forgotten first. [assumed]
pub const HISTORY_MAX: usize = 500;

/// How a task is run: a copy of its policy, and the steps (contract, 8.4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyRun {
    /// The policy as it was when it was chosen.
    pub policy: Arc<Policy>,
    /// Minted anew when the policy is replaced.
    pub generation: Id<Generation>,
    /// Every step that was chosen, so that it can begin anew.
    pub chain: Vec<PolicyStep>,
    /// The step that runs.
    pub current: Option<StepInstance>,
    /// The steps to come.
    pub next: Vec<PolicyStep>,
    /// The steps that are over, the oldest first.
    pub history: Vec<StepInstance>,
}

impl PolicyRun {
    /// Puts a step that is over into the history.
    pub fn remember(&mut self, step: StepInstance) {
        self.history.push(step);
        let surplus = self.history.len().saturating_sub(HISTORY_MAX);
        self.history.drain(..surplus);
    }
}

/// How tasks are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TaskKey {
    /// By number.
    Number(u64),
    /// Those that are not over.
    Open,
    /// Those that are not over, by what they are about.
    OpenFor(EntitlementRef, Option<Id<Person>>),
    /// Those of one review.
    Review(Id<super::AccessReview>),
    /// Those of one offboarding.
    Parent(Id<Task>),
    /// Those that somebody opened, is the subject of, or has to do with now.
    Of(Id<Person>),
}

impl Entity for Task {
    const TABLE: &'static str = "tasks";
    type Id = Id<Task>;
    type Key = TaskKey;
    fn id(&self) -> Id<Task> {
        self.id
    }
    fn keys(&self) -> Vec<TaskKey> {
        let mut keys = vec![TaskKey::Number(self.number)];
        keys.extend(self.is_open().then_some(TaskKey::Open));
        if let (TaskState::Open, Some(entitlement)) = (self.state, self.entitlement()) {
            keys.push(TaskKey::OpenFor(entitlement, self.subject));
        }
        if let TaskKind::Certify(certify) = &self.kind {
            keys.push(TaskKey::Review(certify.review));
        }
        keys.extend(self.parent.map(TaskKey::Parent));
        let mut people: Vec<_> = self.participants().collect();
        people.sort_unstable();
        people.dedup();
        keys.extend(people.into_iter().map(TaskKey::Of));
        keys
    }
}

impl Task {
    /// The entitlement that it is about.
    pub fn entitlement(&self) -> Option<EntitlementRef> {
        match &self.kind {
            TaskKind::Grant(grant) => Some(grant.entitlement),
            TaskKind::Revoke(revoke) => Some(revoke.entitlement),
            TaskKind::Certify(certify) => Some(certify.entitlement),
            TaskKind::Offboarding | TaskKind::Action(_) => None,
        }
    }

    /// The account that it is about.
    pub fn account(&self) -> Option<Id<Account>> {
        match &self.kind {
            TaskKind::Grant(grant) => grant.account,
            TaskKind::Revoke(revoke) => Some(revoke.account),
            TaskKind::Certify(certify) => Some(certify.account),
            TaskKind::Offboarding | TaskKind::Action(_) => None,
        }
    }

    /// Whether it is not over.
    pub fn is_open(&self) -> bool {
        self.state == TaskState::Open
    }

    /// The step that runs.
    pub fn current(&self) -> Option<&StepInstance> {
        self.run.as_ref()?.current.as_ref()
    }

    /// The step with this id, running or over.
    pub fn step(&self, id: Id<StepInstance>) -> Option<&StepInstance> {
        let run = self.run.as_ref()?;
        run.current.iter().chain(&run.history).find(|step| step.id == id)
    }

    /// Who may decide the current step; nobody unless it is an approval.
    pub fn step_approvers(&self) -> &[Id<Person>] {
        self.current().and_then(StepInstance::approval).map_or(&[], |approval| &approval.assigned)
    }

    /// Opener, subject, whoever has to do with the current step, and whoever had to do with an
    /// earlier one (contract, 4.5: `part`).
    pub fn participants(&self) -> impl Iterator<Item = Id<Person>> + '_ {
        let run = self.run.iter();
        let steps = run.flat_map(|run| run.current.iter().chain(&run.history)).flat_map(StepInstance::assigned);
        self.created_by.into_iter().chain(self.subject).chain(steps.copied()).chain(self.approvers.iter().copied())
    }
}
