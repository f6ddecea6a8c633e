//! Violations: somebody holds what one person must not, and what is decided about it (contract, 6).

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Actor, ActorRef, Comment, Phase, Rule, Terms};
use crate::company::Person;
use crate::kernel::{Entity, Id, Lifecycle, Timestamp};

/// Where a violation stands. Four are the vendor's; `Remediating` shows as `in-progress` (contract, 6.2).
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ViolationState {
    /// Found, and nobody is asked.
    Pending,
    /// Somebody is asked.
    InProgress,
    /// Tolerated until a date.
    Exception,
    /// To be put right, which is not over.
    Remediating,
    /// Over.
    Complete,
}

/// What may happen to a violation.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum ViolationMove {
    /// A workflow asks somebody.
    AddPhase,
    /// Somebody says something.
    Comment,
    /// Somebody else is asked.
    Reassign,
    /// An actor tolerates it until a date, or longer.
    GrantException,
    /// An actor tolerates it no longer.
    CancelException,
    /// The date has come.
    LapseException,
    /// An actor decides to allow it.
    DecideAllow,
    /// It is allowed for ever.
    Allow,
    /// An actor decides to put it right.
    DecideRemediate,
    /// It is being put right.
    Remediate,
    /// Putting it right goes on, or fails and may be tried again.
    NoteRemediation,
    /// It has been put right.
    FinishRemediation,
    /// Putting it right is given up.
    CancelRemediation,
    /// Something is due on a phase: a reminder, an escalation, an end without consequence.
    Check,
    /// Nobody decided in time.
    Expire,
    /// An administrator writes that it waits for nobody.
    ReplacePending,
    /// An administrator writes that somebody is asked.
    ReplaceInProgress,
    /// An administrator writes that it is tolerated.
    ReplaceException,
    /// An administrator writes that it is being put right.
    ReplaceRemediating,
    /// An administrator writes that it is over.
    ReplaceComplete,
}

impl Lifecycle for ViolationState {
    type Move = ViolationMove;
    const MACHINE: &'static str = "violation";
    const STATES: &'static [Self] =
        &[Self::Pending, Self::InProgress, Self::Exception, Self::Remediating, Self::Complete];
    const MOVES: &'static [ViolationMove] = &[
        ViolationMove::AddPhase,
        ViolationMove::Comment,
        ViolationMove::Reassign,
        ViolationMove::GrantException,
        ViolationMove::CancelException,
        ViolationMove::LapseException,
        ViolationMove::DecideAllow,
        ViolationMove::Allow,
        ViolationMove::DecideRemediate,
        ViolationMove::Remediate,
        ViolationMove::NoteRemediation,
        ViolationMove::FinishRemediation,
        ViolationMove::CancelRemediation,
        ViolationMove::Check,
        ViolationMove::Expire,
        ViolationMove::ReplacePending,
        ViolationMove::ReplaceInProgress,
        ViolationMove::ReplaceException,
        ViolationMove::ReplaceRemediating,
        ViolationMove::ReplaceComplete,
    ];

    fn on(self, by: ViolationMove) -> Option<Self> {
        use ViolationMove as Move;
        match (self, by) {
            (Self::Pending, Move::AddPhase) => Some(Self::InProgress),
            (Self::InProgress | Self::Exception | Self::Remediating, Move::AddPhase | Move::Reassign) => Some(self),
            (Self::Pending | Self::InProgress | Self::Exception | Self::Remediating, Move::Comment) => Some(self),
            (Self::InProgress | Self::Exception, Move::GrantException) => Some(Self::Exception),
            (Self::Exception, Move::CancelException | Move::LapseException) => Some(Self::InProgress),
            (Self::InProgress | Self::Exception, Move::DecideAllow | Move::DecideRemediate) => Some(self),
            (Self::Pending | Self::InProgress | Self::Exception, Move::Allow) => Some(Self::Complete),
            (Self::Pending | Self::InProgress | Self::Exception, Move::Remediate) => Some(Self::Remediating),
            (Self::Remediating, Move::NoteRemediation) => Some(Self::Remediating),
            (Self::Remediating, Move::FinishRemediation | Move::CancelRemediation) => Some(Self::Complete),
            (Self::InProgress, Move::Check) => Some(Self::InProgress),
            (Self::InProgress, Move::Expire) => Some(Self::Complete),
            (_, Move::ReplacePending) => Some(Self::Pending),
            (_, Move::ReplaceInProgress) => Some(Self::InProgress),
            (_, Move::ReplaceException) => Some(Self::Exception),
            (_, Move::ReplaceRemediating) => Some(Self::Remediating),
            (_, Move::ReplaceComplete) => Some(Self::Complete),
            (
                Self::Pending,
                Move::Reassign
                | Move::GrantException
                | Move::CancelException
                | Move::LapseException
                | Move::DecideAllow
                | Move::DecideRemediate
                | Move::NoteRemediation
                | Move::FinishRemediation
                | Move::CancelRemediation
                | Move::Check
                | Move::Expire,
            )
            | (
                Self::InProgress,
                Move::CancelException
                | Move::LapseException
                | Move::NoteRemediation
                | Move::FinishRemediation
                | Move::CancelRemediation,
            )
            | (
                Self::Exception,
                Move::NoteRemediation | Move::FinishRemediation | Move::CancelRemediation | Move::Check | Move::Expire,
            )
            | (
                Self::Remediating,
                Move::GrantException
                | Move::CancelException
                | Move::LapseException
                | Move::DecideAllow
                | Move::DecideRemediate
                | Move::Allow
                | Move::Remediate
                | Move::Check
                | Move::Expire,
            )
            | (Self::Complete, _) => None,
        }
    }
}

/// How a violation ended, or is about to.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    Allow,
    Remediate,
    Expire,
}

/// How putting it right goes.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RemediationStatus {
    InProgress,
    Complete,
    Cancelled,
    Failed,
}

/// Somebody holds what one person must not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Violation {
    /// Drawn.
    pub id: Id<Violation>,
    /// Who.
    pub user: Id<Person>,
    /// The rule; it may be gone.
    pub rule: Id<Rule>,
    /// What the rule said when they were found.
    pub terms: Arc<Map<String, Value>>,
    /// Per condition of the rule, the grants that met it.
    pub composite_ids: Vec<Vec<String>>,
    /// The grants as an administrator wrote them, where one did.
    #[serde(default)]
    pub written_access: Option<Value>,
    /// Where it stands.
    pub state: ViolationState,
    /// How it ended, or is about to.
    pub outcome: Option<Outcome>,
    /// When they were found.
    pub started: Timestamp,
    /// When it was over.
    pub completed: Option<Timestamp>,
    /// What was said, the oldest first.
    pub comments: Vec<Comment>,
    /// Who is or was asked, in the order in which they were.
    pub phases: Vec<Phase>,
    /// Who may act.
    pub active: Vec<Actor>,
    /// Who could.
    pub inactive: Vec<Actor>,
    /// Until when it is tolerated.
    pub exception: Option<Timestamp>,
    /// How it is to be put right.
    pub remediation: Option<Map<String, Value>>,
    /// How putting it right goes.
    pub remediation_status: Option<RemediationStatus>,
    /// Its place in the order in which violations were opened.
    pub sequence: u64,
    /// When a scan last met it.
    pub detected: Timestamp,
    /// When the row was made.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
    /// Fields of the client's own.
    #[serde(default)]
    pub extra: Map<String, Value>,
}

impl Violation {
    /// What the rule said.
    pub fn terms(&self) -> Terms<'_> {
        Terms(&self.terms)
    }
    /// Every grant of it, each once.
    pub fn grants(&self) -> impl Iterator<Item = &str> {
        let mut seen = std::collections::BTreeSet::new();
        self.composite_ids.iter().flatten().map(String::as_str).filter(move |id| seen.insert(*id))
    }
    /// Whether something is left to do.
    pub fn is_open(&self) -> bool {
        self.state != ViolationState::Complete
    }
    /// The phase of this name.
    pub fn phase(&self, name: &str) -> Option<&Phase> {
        self.phases.iter().find(|phase| phase.name == name)
    }
    /// The phases in the order in which they are shown: open ones first, each oldest first (contract, 4.5).
    pub fn phases_shown(&self) -> impl Iterator<Item = &Phase> {
        let open = self.phases.iter().filter(|phase| phase.is_open());
        open.chain(self.phases.iter().filter(|phase| !phase.is_open()))
    }
}

/// How violations are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ViolationKey {
    /// By rule and user.
    Of(Id<Rule>, Id<Person>),
    /// By rule.
    Rule(Id<Rule>),
    /// By user.
    User(Id<Person>),
    /// By who may act.
    Active(ActorRef),
    /// By who could.
    Inactive(ActorRef),
    /// Those that are not over.
    Open,
}

impl Entity for Violation {
    const TABLE: &'static str = "violations";
    type Id = Id<Violation>;
    type Key = ViolationKey;
    fn id(&self) -> Self::Id {
        self.id
    }
    fn keys(&self) -> Vec<ViolationKey> {
        let active = self.active.iter().map(|actor| ViolationKey::Active(actor.who));
        let inactive = self.inactive.iter().map(|actor| ViolationKey::Inactive(actor.who));
        let open = self.is_open().then_some(ViolationKey::Open);
        let mut keys: Vec<_> = active.chain(inactive).chain(open).collect();
        keys.sort();
        keys.dedup();
        keys.extend([
            ViolationKey::Of(self.rule, self.user),
            ViolationKey::Rule(self.rule),
            ViolationKey::User(self.user),
        ]);
        keys
    }
}
