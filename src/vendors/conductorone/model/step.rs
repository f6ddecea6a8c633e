//! What becomes of a policy's steps in one task (contract, 8.4).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::EntitlementRef;
use super::policy::{Approval, PolicyStep, Provision};
use crate::company::Person;
use crate::kernel::{Id, Lifecycle, Span, Timestamp};

/// A policy as one task runs it; replaced when the task's policy is.
pub struct Generation;

/// One step of one task, running or over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepInstance {
    /// Which; reassigning, restarting, resetting and skipping mint a new one.
    pub id: Id<StepInstance>,
    /// The task's policy at the time.
    pub generation: Id<Generation>,
    /// The step that it came from.
    pub definition: PolicyStep,
    /// What it does.
    pub body: StepBody,
}

/// What a step does, by kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StepBody {
    Approval(Box<ApprovalInstance>),
    Provision(Box<ProvisionInstance>),
    Accept(String),
    Reject(String),
    Wait(Box<WaitInstance>),
    Form(Box<FormInstance>),
}

/// Where an approval stands: `APPROVAL_INSTANCE_STATE_…`.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ApprovalState {
    /// Nobody was told.
    Init,
    /// The approvers are being told.
    SendingNotifications,
    /// They know.
    Waiting,
    /// It is over.
    Done,
}

/// What may happen to an approval.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum ApprovalMove {
    Notify,
    Wait,
    Approve,
    Deny,
    Reassign,
    Restart,
    Skip,
    /// The task ends over its head.
    Close,
}

impl Lifecycle for ApprovalState {
    type Move = ApprovalMove;
    const MACHINE: &'static str = "approval step";
    const STATES: &'static [Self] = &[Self::Init, Self::SendingNotifications, Self::Waiting, Self::Done];
    const MOVES: &'static [ApprovalMove] = &[
        ApprovalMove::Notify,
        ApprovalMove::Wait,
        ApprovalMove::Approve,
        ApprovalMove::Deny,
        ApprovalMove::Reassign,
        ApprovalMove::Restart,
        ApprovalMove::Skip,
        ApprovalMove::Close,
    ];

    fn on(self, by: ApprovalMove) -> Option<Self> {
        use ApprovalMove as By;
        match (self, by) {
            (Self::Init, By::Notify) => Some(Self::SendingNotifications),
            (Self::SendingNotifications, By::Wait) => Some(Self::Waiting),
            (Self::Waiting, By::Approve | By::Deny | By::Reassign | By::Restart | By::Skip | By::Close) => {
                Some(Self::Done)
            }
            (Self::Init | Self::SendingNotifications | Self::Waiting | Self::Done, _) => None,
        }
    }
}

/// An approval that was put to somebody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApprovalInstance {
    /// What was defined; after a reassignment, with the new approvers.
    pub approval: Approval,
    /// Where it stands.
    pub state: ApprovalState,
    /// Who may decide.
    pub assigned: Vec<Id<Person>>,
    /// Since when.
    pub assigned_at: Timestamp,
    /// When nobody decided in time.
    pub escalation: Option<EscalationInstance>,
    /// How it ended.
    pub outcome: Option<ApprovalOutcome>,
}

/// An escalation that waits, or has come.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EscalationInstance {
    /// When it comes.
    pub expires_at: Timestamp,
    /// Whether it has.
    pub already: bool,
}

/// Who did something, and when; the system's own doings have no person.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Done {
    /// Who.
    pub by: Option<Id<Person>>,
    /// When.
    pub at: Timestamp,
}

/// How an approval ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ApprovalOutcome {
    Approved {
        done: Done,
        entitlements: Vec<EntitlementRef>,
        step_up: Option<Id<super::StepUpTransaction>>,
    },
    Denied(Done),
    Reassigned {
        done: Done,
        to: Id<StepInstance>,
    },
    Restarted {
        done: Done,
        from: Id<StepInstance>,
    },
    /// Who was to decide could not; somebody else was asked.
    ReassignedByError {
        at: Timestamp,
        code: String,
        description: String,
        to: Id<StepInstance>,
    },
    Skipped {
        done: Done,
        /// The step that followed; none when it was the last.
        to: Option<Id<StepInstance>>,
    },
    /// The task ended over its head.
    Closed,
}

/// Where a provisioning stands: `PROVISION_INSTANCE_STATE_…`.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ProvisionState {
    Init,
    CreateConnectorActionsForTarget,
    SendingNotifications,
    Waiting,
    Webhook,
    WebhookWaiting,
    ExternalTicket,
    ExternalTicketWaiting,
    AccountLifecycleActions,
    AccountLifecycleActionsWaiting,
    DevicePlacement,
    Done,
}

/// What may happen to a provisioning.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum ProvisionMove {
    /// A connector gets its orders.
    Order,
    /// People are told.
    Notify,
    /// Somebody, or the connector, is waited for.
    Wait,
    /// A webhook is called.
    Call,
    /// Its answer is waited for.
    AwaitCall,
    /// A ticket is written.
    WriteTicket,
    /// Its end is waited for.
    AwaitTicket,
    /// An action is started.
    Act,
    /// Its end is waited for.
    AwaitAct,
    /// A secret is laid down.
    Place,
    Complete,
    Fail,
    /// Start again after a failure.
    Retry,
    /// People take over.
    FallBack,
    Reassign,
    Skip,
    Cancel,
}

impl Lifecycle for ProvisionState {
    type Move = ProvisionMove;
    const MACHINE: &'static str = "provision step";
    const STATES: &'static [Self] = &[
        Self::Init,
        Self::CreateConnectorActionsForTarget,
        Self::SendingNotifications,
        Self::Waiting,
        Self::Webhook,
        Self::WebhookWaiting,
        Self::ExternalTicket,
        Self::ExternalTicketWaiting,
        Self::AccountLifecycleActions,
        Self::AccountLifecycleActionsWaiting,
        Self::DevicePlacement,
        Self::Done,
    ];
    const MOVES: &'static [ProvisionMove] = &[
        ProvisionMove::Order,
        ProvisionMove::Notify,
        ProvisionMove::Wait,
        ProvisionMove::Call,
        ProvisionMove::AwaitCall,
        ProvisionMove::WriteTicket,
        ProvisionMove::AwaitTicket,
        ProvisionMove::Act,
        ProvisionMove::AwaitAct,
        ProvisionMove::Place,
        ProvisionMove::Complete,
        ProvisionMove::Fail,
        ProvisionMove::Retry,
        ProvisionMove::FallBack,
        ProvisionMove::Reassign,
        ProvisionMove::Skip,
        ProvisionMove::Cancel,
    ];

    fn on(self, by: ProvisionMove) -> Option<Self> {
        use ProvisionMove as By;
        match (self, by) {
            (Self::Init, By::Order) => Some(Self::CreateConnectorActionsForTarget),
            (Self::Init, By::Notify) => Some(Self::SendingNotifications),
            (Self::Init, By::Call) => Some(Self::Webhook),
            (Self::Init, By::WriteTicket) => Some(Self::ExternalTicket),
            (Self::Init, By::Act) => Some(Self::AccountLifecycleActions),
            (Self::Init, By::Place) => Some(Self::DevicePlacement),
            (Self::Init, _) => None,
            (Self::CreateConnectorActionsForTarget | Self::SendingNotifications, By::Wait) => Some(Self::Waiting),
            (Self::Webhook, By::AwaitCall) => Some(Self::WebhookWaiting),
            (Self::ExternalTicket, By::AwaitTicket) => Some(Self::ExternalTicketWaiting),
            (Self::AccountLifecycleActions, By::AwaitAct) => Some(Self::AccountLifecycleActionsWaiting),
            (
                Self::Waiting
                | Self::WebhookWaiting
                | Self::ExternalTicketWaiting
                | Self::AccountLifecycleActionsWaiting
                | Self::DevicePlacement,
                By::Complete | By::Skip | By::Cancel,
            ) => Some(Self::Done),
            (
                Self::Waiting
                | Self::WebhookWaiting
                | Self::ExternalTicketWaiting
                | Self::AccountLifecycleActionsWaiting,
                By::Fail,
            ) => Some(self),
            (
                Self::Waiting
                | Self::WebhookWaiting
                | Self::ExternalTicketWaiting
                | Self::AccountLifecycleActionsWaiting,
                By::Retry,
            ) => Some(Self::Init),
            (Self::Waiting | Self::WebhookWaiting | Self::ExternalTicketWaiting, By::FallBack | By::Reassign) => {
                Some(Self::Done)
            }
            (_, _) => None,
        }
    }
}

/// A provisioning that runs, or is over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProvisionInstance {
    /// What was defined.
    pub provision: Provision,
    /// Where it stands.
    pub state: ProvisionState,
    /// Who does it, when people do.
    pub assigned: Vec<Id<Person>>,
    /// When it began.
    pub started: Timestamp,
    /// The ticket in another system.
    pub ticket: Option<String>,
    /// The call of a webhook.
    pub webhook_call: Option<Id<super::WebhookInstance>>,
    /// How it ended, or why it stands still.
    pub outcome: Option<ProvisionOutcome>,
}

/// How a provisioning ended, or why it stands still.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ProvisionOutcome {
    Completed {
        done: Done,
        entitlements: Vec<EntitlementRef>,
    },
    Cancelled(Done),
    /// It failed, and waits for somebody to retry, skip or close.
    Errored {
        at: Timestamp,
        code: String,
        description: String,
    },
    ReassignedByError {
        at: Timestamp,
        code: String,
        description: String,
        to: Id<StepInstance>,
    },
    Skipped {
        done: Done,
        to: Option<Id<StepInstance>>,
    },
    /// Somebody else does it; the wire has no word for it.
    Reassigned,
}

impl ProvisionInstance {
    /// Whether it failed and stands still.
    pub fn is_errored(&self) -> bool {
        matches!(self.outcome, Some(ProvisionOutcome::Errored { .. }))
    }
}

/// Where a wait stands: `WAIT_INSTANCE_STATE_…`.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WaitState {
    Waiting,
    Completed,
    TimedOut,
}

/// What may happen to a wait.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum WaitMove {
    Succeed,
    TimeOut,
    Skip,
    /// The task ends, or begins anew, over its head.
    Close,
}

impl Lifecycle for WaitState {
    type Move = WaitMove;
    const MACHINE: &'static str = "wait step";
    const STATES: &'static [Self] = &[Self::Waiting, Self::Completed, Self::TimedOut];
    const MOVES: &'static [WaitMove] = &[WaitMove::Succeed, WaitMove::TimeOut, WaitMove::Skip, WaitMove::Close];

    fn on(self, by: WaitMove) -> Option<Self> {
        match (self, by) {
            (Self::Waiting, WaitMove::Succeed | WaitMove::Skip | WaitMove::Close) => Some(Self::Completed),
            (Self::Waiting, WaitMove::TimeOut) => Some(Self::TimedOut),
            (Self::Completed | Self::TimedOut, _) => None,
        }
    }
}

/// A wait that runs, or is over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WaitInstance {
    /// Its name.
    pub name: String,
    /// Said when it began.
    pub comment_on_first_wait: String,
    /// Said when it was too long.
    pub comment_on_timeout: String,
    /// Where it stands.
    pub state: WaitState,
    /// When it began.
    pub started: Timestamp,
    /// When it is too long.
    pub timeout: Option<Timestamp>,
    /// How long is too long.
    pub timeout_after: Option<Span>,
    /// What it waits for.
    pub until: WaitFor,
    /// How it ended.
    pub outcome: Option<WaitOutcome>,
}

/// What a wait waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WaitFor {
    /// A CEL expression that becomes true.
    Condition(String),
    /// An instant.
    Instant {
        /// Which.
        at: Timestamp,
        /// How far away it was, if that is how it was said.
        after: Option<Span>,
    },
}

/// How a wait ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WaitOutcome {
    Succeeded(Timestamp),
    TimedOut(Timestamp),
    Skipped { done: Done, to: Option<Id<StepInstance>> },
}

/// Where a form stands: `FORM_INSTANCE_STATE_…`.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FormState {
    Waiting,
    Done,
}

/// What may happen to a form.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum FormMove {
    /// Something was filled in, not all.
    Save,
    Complete,
    Reassign,
    Restart,
    Skip,
    Close,
}

impl Lifecycle for FormState {
    type Move = FormMove;
    const MACHINE: &'static str = "form step";
    const STATES: &'static [Self] = &[Self::Waiting, Self::Done];
    const MOVES: &'static [FormMove] =
        &[FormMove::Save, FormMove::Complete, FormMove::Reassign, FormMove::Restart, FormMove::Skip, FormMove::Close];

    fn on(self, by: FormMove) -> Option<Self> {
        match (self, by) {
            (Self::Waiting, FormMove::Save) => Some(Self::Waiting),
            (
                Self::Waiting,
                FormMove::Complete | FormMove::Reassign | FormMove::Restart | FormMove::Skip | FormMove::Close,
            ) => Some(Self::Done),
            (Self::Done, _) => None,
        }
    }
}

/// A form that somebody is to fill in, or has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FormInstance {
    /// The vendor's form message, kept as it came.
    pub form: Value,
    /// What was filled in.
    pub data: serde_json::Map<String, Value>,
    /// Who fills it in: the opener and the subject, or whoever it was handed to.
    pub assigned: Vec<Id<Person>>,
    /// Where it stands.
    pub state: FormState,
    /// How it ended.
    pub outcome: Option<FormOutcome>,
}

/// How a form ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FormOutcome {
    Completed(Done),
    Reassigned { done: Done, to: Id<StepInstance> },
    Restarted { done: Done, from: Id<StepInstance> },
    Skipped { done: Done, to: Option<Id<StepInstance>> },
}

impl StepInstance {
    /// The approval, if it is one.
    pub fn approval(&self) -> Option<&ApprovalInstance> {
        match &self.body {
            StepBody::Approval(approval) => Some(approval),
            _ => None,
        }
    }

    /// The provisioning, if it is one.
    pub fn provision(&self) -> Option<&ProvisionInstance> {
        match &self.body {
            StepBody::Provision(provision) => Some(provision),
            _ => None,
        }
    }

    /// Who has to do with it: approvers, provisioners, whoever fills the form in.
    pub fn assigned(&self) -> &[Id<Person>] {
        match &self.body {
            StepBody::Approval(approval) => &approval.assigned,
            StepBody::Provision(provision) => &provision.assigned,
            StepBody::Form(form) => &form.assigned,
            StepBody::Accept(_) | StepBody::Reject(_) | StepBody::Wait(_) => &[],
        }
    }
}
