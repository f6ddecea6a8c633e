//! Phases: the tasks of a workflow that somebody has to do about a violation.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::ActorRef;
use crate::kernel::{Lifecycle, Span, Timestamp};

/// Where a phase stands (contract, 4.6).
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PhaseState {
    InProgress,
    Complete,
    Cancelled,
    Expired,
}

/// What may happen to a phase.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum PhaseMove {
    /// An actor decides.
    Decide,
    /// The violation ends, and with it what was open.
    Close,
    /// A provisioning by hand is given up.
    Cancel,
    /// Nobody decided in time.
    Expire,
}

impl Lifecycle for PhaseState {
    type Move = PhaseMove;
    const MACHINE: &'static str = "task phase";
    const STATES: &'static [Self] = &[Self::InProgress, Self::Complete, Self::Cancelled, Self::Expired];
    const MOVES: &'static [PhaseMove] = &[PhaseMove::Decide, PhaseMove::Close, PhaseMove::Cancel, PhaseMove::Expire];

    fn on(self, by: PhaseMove) -> Option<Self> {
        match (self, by) {
            (Self::InProgress, PhaseMove::Decide | PhaseMove::Close) => Some(Self::Complete),
            (Self::InProgress, PhaseMove::Cancel) => Some(Self::Cancelled),
            (Self::InProgress, PhaseMove::Expire) => Some(Self::Expired),
            (Self::Complete | Self::Cancelled | Self::Expired, _) => None,
        }
    }
}

/// What kind of task it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PhaseKind {
    /// Somebody decides about the violation.
    Task,
    /// Somebody provisions by hand.
    Fulfillment,
    /// A kind that a workflow of the customer's own named.
    Other(String),
}

/// Something that comes again and again while a phase is open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Recurring {
    /// When it comes next.
    pub date: Timestamp,
    /// How long until it comes again; `None` for once.
    pub every: Option<Span>,
    /// The template of the mail.
    pub notification: String,
    /// Who is told, when not the phase's actors.
    pub actors: Vec<ActorRef>,
}

/// What happens when nobody decides in time (contract, 4.2 and 6.7).
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpirationAction {
    /// The phase goes on.
    DoNothing,
    /// Somebody else takes over.
    Reassign,
    /// The violation ends.
    CloseViolation,
    /// The violation ends, and begins anew while the user still violates.
    CreateNewViolation,
}

impl ExpirationAction {
    /// The action that the vendor's word stands for.
    pub fn named(word: &str) -> Option<Self> {
        Some(match word {
            "do_nothing" => Self::DoNothing,
            "reassign" => Self::Reassign,
            "close_violation" => Self::CloseViolation,
            "create_new_violation" => Self::CreateNewViolation,
            _ => return None,
        })
    }
    /// The vendor's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::DoNothing => "do_nothing",
            Self::Reassign => "reassign",
            Self::CloseViolation => "close_violation",
            Self::CreateNewViolation => "create_new_violation",
        }
    }
}

/// When a phase runs out, and what happens then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Expiration {
    /// When.
    pub date: Timestamp,
    /// What happens.
    pub action: ExpirationAction,
    /// The template of the mail.
    pub notification: String,
    /// Who takes over.
    pub actors: Vec<ActorRef>,
}

/// What is due while a phase is open.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PhaseEvents {
    /// The template of the mail to whom the phase is assigned.
    pub assignment: Option<String>,
    /// The template of the mail to whom it is handed on.
    pub reassign: Option<String>,
    /// Reminders.
    pub reminder: Option<Recurring>,
    /// Escalations.
    pub escalation: Option<Recurring>,
    /// The end.
    pub expiration: Option<Expiration>,
}

/// A task about a violation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Phase {
    /// The name of the node in its workflow, the same for every violation of that workflow.
    pub name: String,
    /// What people call it.
    pub display_name: String,
    /// What kind of task it is.
    pub kind: PhaseKind,
    /// Where it stands.
    pub state: PhaseState,
    /// What was decided, in the vendor's word.
    pub decision: Option<String>,
    /// When it was opened.
    pub started: Timestamp,
    /// When it ended.
    pub completed: Option<Timestamp>,
    /// What is due while it is open.
    pub events: PhaseEvents,
    /// Fields of the client's own.
    #[serde(default)]
    pub extra: Map<String, Value>,
}

impl Phase {
    /// Whether something is left to do.
    pub fn is_open(&self) -> bool {
        self.state == PhaseState::InProgress
    }
}
