//! Access requests: what somebody asks for, who decides, and what came of it (contract, 8.2 and 8.3).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ActorRef, Author};
use crate::company::Person;
use crate::kernel::{Entity, Id, Lifecycle, Timestamp};
use crate::vendors::pingone::lifecycle::Target;

/// Where a request stands. On the wire the first two are `in-progress`.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestState {
    /// Somebody has to decide.
    Submitted,
    /// Agreed to; to be carried out, perhaps by hand.
    Approved,
    /// Agreed to, and waiting for its start date.
    Suspended,
    /// Over: carried out, refused, or impossible.
    Complete,
    /// Called back.
    Cancelled,
}

/// What happens to a request.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestMove {
    /// Somebody agrees.
    Approve,
    /// Somebody refuses, or nobody decides in time.
    Reject,
    /// It waits for its date.
    Suspend,
    /// Its date has come.
    Resume,
    /// It has been carried out, or could not be.
    Finish,
    /// Somebody calls it back.
    Cancel,
}

impl Lifecycle for RequestState {
    type Move = RequestMove;
    const MACHINE: &'static str = "request";
    const STATES: &'static [Self] =
        &[Self::Submitted, Self::Approved, Self::Suspended, Self::Complete, Self::Cancelled];
    const MOVES: &'static [RequestMove] = &[
        RequestMove::Approve,
        RequestMove::Reject,
        RequestMove::Suspend,
        RequestMove::Resume,
        RequestMove::Finish,
        RequestMove::Cancel,
    ];
    fn on(self, step: RequestMove) -> Option<Self> {
        use RequestMove as Move;
        match (self, step) {
            (Self::Submitted, Move::Approve) | (Self::Suspended, Move::Resume) => Some(Self::Approved),
            (Self::Approved, Move::Suspend) => Some(Self::Suspended),
            (Self::Submitted, Move::Reject) | (Self::Approved, Move::Finish) => Some(Self::Complete),
            (Self::Submitted | Self::Approved | Self::Suspended, Move::Cancel) => Some(Self::Cancelled),
            _ => None,
        }
    }
}

/// What came of a request.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestOutcome {
    /// The access was given or taken.
    Provisioned,
    /// It could not be.
    NotProvisioned,
    /// It was refused.
    Denied,
    /// It was called back.
    Cancelled,
    /// Somebody gave or took it by hand.
    Fulfilled,
}

/// What a phase asks of its actors.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestPhaseKind {
    /// To agree or refuse.
    Approval,
    /// To carry out by hand.
    Fulfillment,
}

/// One phase of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestPhase {
    /// The node's name in the workflow.
    pub name: String,
    /// What it asks of its actors.
    pub kind: RequestPhaseKind,
    /// Since when.
    pub started: Timestamp,
    /// Until when; open until then.
    pub completed: Option<Timestamp>,
    /// What was decided: `approve`, `reject`, `fulfill`, `deny`, `cancel`, `expire`.
    pub decision: Option<String>,
    /// When it is refused for want of an answer.
    pub expires: Option<Timestamp>,
}

/// Somebody who may act in a phase, or could.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestActor {
    /// Who.
    pub who: ActorRef,
    /// In which phase.
    pub phase: String,
    /// What they may do, by name.
    pub permissions: Map<String, Value>,
    /// Whether they still may.
    pub active: bool,
}

/// One entry of a request's record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestComment {
    /// What it is about: `request`, `approve`, `reject`, `reassign`, `comment` and so on.
    pub action: String,
    /// What it says.
    pub text: String,
    /// When it was written.
    pub at: Timestamp,
    /// Who wrote it.
    pub by: Author,
}

/// Whether access is given or taken.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// `…Grant`
    Grant,
    /// `…Remove`
    Remove,
}

/// A request for access, or for its end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessRequest {
    /// Drawn.
    pub id: Id<AccessRequest>,
    /// For whom.
    pub user: Id<Person>,
    /// Who asks.
    pub requester: Author,
    /// What for.
    pub target: Target,
    /// To have or to lose it.
    pub direction: Direction,
    /// What was sent about it, as it was sent.
    pub common: Map<String, Value>,
    /// What was sent besides.
    pub custom: Map<String, Value>,
    /// Where it stands.
    pub state: RequestState,
    /// Whether it was agreed to; nothing yet said.
    pub approved: Option<bool>,
    /// What came of it.
    pub outcome: Option<RequestOutcome>,
    /// Its phases, the oldest first.
    pub phases: Vec<RequestPhase>,
    /// Who may act in them.
    pub actors: Vec<RequestActor>,
    /// Its record, the oldest first.
    pub comments: Vec<RequestComment>,
    /// When the access begins, if not at once.
    pub start: Option<Timestamp>,
    /// When the access ends, if it does.
    pub end: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was over.
    pub completed: Option<Timestamp>,
    /// When it last changed.
    pub changed: Timestamp,
    /// How often it changed.
    pub version: u32,
}

impl AccessRequest {
    /// The id of its type (contract, 8.1).
    pub fn kind(&self) -> &'static str {
        match (self.target, self.direction) {
            (Target::Application(_), Direction::Grant) => "applicationGrant",
            (Target::Application(_), Direction::Remove) => "applicationRemove",
            (Target::Entitlement(_), Direction::Grant) => "entitlementGrant",
            (Target::Entitlement(_), Direction::Remove) => "entitlementRemove",
            (Target::Role(_), Direction::Grant) => "roleGrant",
            (Target::Role(_), Direction::Remove) => "roleRemove",
        }
    }

    /// The phase that is open; there is at most one.
    pub fn open_phase(&self) -> Option<&RequestPhase> {
        self.phases.iter().find(|phase| phase.completed.is_none())
    }
}

/// How requests are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RequestKey {
    /// By whom they are for.
    User(Id<Person>),
    /// By who asks.
    Requester(Id<Person>),
    /// By who may act, or could.
    Actor(ActorRef),
}

impl Entity for AccessRequest {
    const TABLE: &'static str = "requests";
    type Id = Id<AccessRequest>;
    type Key = RequestKey;
    fn id(&self) -> Self::Id {
        self.id
    }
    fn keys(&self) -> Vec<RequestKey> {
        let requester = match self.requester {
            Author::User(person) => Some(RequestKey::Requester(person)),
            Author::System => None,
        };
        let actors = self.actors.iter().map(|actor| RequestKey::Actor(actor.who));
        let mut keys: Vec<_> = std::iter::once(RequestKey::User(self.user)).chain(requester).chain(actors).collect();
        keys.sort();
        keys.dedup();
        keys
    }
}
