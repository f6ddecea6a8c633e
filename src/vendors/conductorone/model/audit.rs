//! What happened to a task, in order: its audit trail (contract, 8.13).

use serde::{Deserialize, Serialize};

use super::EntitlementRef;
use super::policy::Policy;
use super::step::{ApprovalInstance, StepInstance};
use super::task::{Outcome, Task, TaskState};
use crate::company::Person;
use crate::kernel::{Entity, Id, Span, Timestamp};

/// One entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Audit {
    /// Which.
    pub id: Id<Audit>,
    /// The task.
    pub task: Id<Task>,
    /// Its place among the task's entries, from 1.
    pub place: u64,
    /// Who did it; the system when absent.
    pub by: Option<Id<Person>>,
    /// When.
    pub at: Timestamp,
    /// The task's state then.
    pub state: TaskState,
    /// What.
    pub event: Event,
}

/// What an action was: `TASK_ACTION_TYPE_…`, those that occur here.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ActionType {
    Close,
    Approve,
    Deny,
    Comment,
    Delete,
    Reassign,
    Restart,
    SendReminder,
    ProvisionComplete,
    ProvisionCancelled,
    ProvisionErrored,
    HardReset,
    EscalateToEmergencyAccess,
    ChangePolicy,
    ProcessNow,
    ApproveWithStepUp,
    SkipStep,
    UpdateRequestData,
    UpdateGrantDuration,
    RetryProvisioning,
}

/// An action that was taken: what `ticketActionId` names.
pub struct TakenAction;

/// What a connector said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ConnectorResult {
    Success,
    Error(String),
    Pending,
    Cancelled,
}

/// Which webhook was called, for what kind of step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Called {
    pub webhook: Id<super::Webhook>,
    pub call: Id<super::WebhookInstance>,
    pub name: String,
    pub url: String,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Event {
    TaskCreated,
    RuleTried {
        policy: Id<Policy>,
        condition: String,
        matched: bool,
        default: bool,
        key: String,
        outcome: Option<Id<Policy>>,
        depth: usize,
        error: String,
    },
    ApprovalChanged(Box<ApprovalInstance>),
    ActionSubmitted {
        action: Id<TakenAction>,
        what: ActionType,
        step: Option<Id<StepInstance>>,
        by: Option<Id<Person>>,
    },
    Comment(String),
    ApprovalReassigned {
        from: Id<StepInstance>,
        to: Id<StepInstance>,
        users: Vec<Id<Person>>,
    },
    ProvisionReassigned {
        from: Id<StepInstance>,
        to: Id<StepInstance>,
        users: Vec<Id<Person>>,
    },
    ReassignedToDelegate {
        from: Id<Person>,
        to: Id<Person>,
    },
    FallbackToAdmin(Vec<Id<Person>>),
    AutoAccepted,
    AutoRejected,
    ExpressionError(String),
    FormChanged {
        valid: bool,
    },
    DurationUpdated(Option<Span>),
    Restarted(Id<StepInstance>),
    HardReset(Option<Id<StepInstance>>),
    Escalated {
        policy: Id<Policy>,
        step: Option<Id<StepInstance>>,
    },
    PolicyChanged {
        from: Id<Policy>,
        to: Id<Policy>,
    },
    StepSkipped(Option<Id<Person>>),
    StepUpApproval(Id<super::StepUpTransaction>),
    SlaEscalation(String),
    WaitWaiting {
        step: Id<StepInstance>,
        condition: String,
    },
    WaitUntil {
        step: Id<StepInstance>,
        at: Timestamp,
    },
    WaitSucceeded {
        step: Id<StepInstance>,
        condition: String,
        at: Timestamp,
    },
    WaitTimedOut {
        step: Id<StepInstance>,
        condition: String,
        at: Timestamp,
    },
    ConnectorStarted(Id<StepInstance>),
    ConnectorResult {
        entitlement: EntitlementRef,
        result: ConnectorResult,
    },
    ConnectorEnded(Id<StepInstance>),
    ProvisionError(String),
    ProvisionCancelled(String),
    TicketTriggered {
        app: String,
        connector: String,
        config: String,
    },
    TicketCreated {
        app: String,
        connector: String,
        config: String,
        ticket: String,
    },
    TicketResolved {
        app: String,
        connector: String,
        config: String,
        ticket: String,
    },
    TicketError(String),
    ApprovalWebhookTriggered(Called),
    ApprovalWebhookAttempt(Called),
    ApprovalWebhookSuccess(Called),
    ApprovalWebhookBadResponse(Called, String),
    ApprovalWebhookFatal(Called, String),
    WebhookTriggered(Called),
    WebhookAttempt(Called),
    WebhookSuccess(Called),
    GrantOutcome(Outcome),
    RevokeOutcome(Outcome),
    CertifyOutcome(Outcome),
    StateChanged(TaskState),
}

impl Event {
    /// Whether it tells of something that went wrong: `TASK_AUDIT_EVENT_TYPE_ERROR`.
    pub fn is_error(&self) -> bool {
        matches!(
            self,
            Self::ProvisionError(_)
                | Self::ExpressionError(_)
                | Self::TicketError(_)
                | Self::ApprovalWebhookBadResponse(..)
                | Self::ApprovalWebhookFatal(..)
                | Self::ConnectorResult { result: ConnectorResult::Error(_), .. }
        )
    }
}

/// How entries are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AuditKey {
    /// By task, in order.
    Of(Id<Task>, u64),
}

impl Entity for Audit {
    const TABLE: &'static str = "audits";
    type Id = Id<Audit>;
    type Key = AuditKey;
    fn id(&self) -> Id<Audit> {
        self.id
    }
    fn keys(&self) -> Vec<AuditKey> {
        vec![AuditKey::Of(self.task, self.place)]
    }
}
