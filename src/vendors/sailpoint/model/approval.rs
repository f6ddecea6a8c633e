//! One step of an item's approval chain, waiting or decided.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::access::GovernanceGroup;
use super::request::{Item, Request};
use crate::company::Person;
use crate::kernel::{Entity, Id, Lifecycle, Timestamp};

/// Where an approval stands. The contract's section 8.4 says where each state shows.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ApprovalState {
    /// It waits for its owner.
    Pending,
    /// A decision was taken and is being processed.
    InProcess,
    /// Its owner agreed.
    Approved,
    /// Its owner did not.
    Rejected,
    /// Nobody decided in time.
    Expired,
    /// What it was about was cancelled or closed.
    Cancelled,
}

/// What may happen to an approval.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum ApprovalMove {
    /// A decision is taken up, to be processed.
    Take,
    /// The approver agrees.
    Approve,
    /// The approver refuses.
    Reject,
    /// It goes to somebody else, by hand, by delegation or by escalation.
    Forward,
    /// Nobody decided in time.
    Expire,
    /// What it is about is cancelled or closed.
    Cancel,
}

impl Lifecycle for ApprovalState {
    type Move = ApprovalMove;
    const MACHINE: &'static str = "approval";
    const STATES: &'static [Self] =
        &[Self::Pending, Self::InProcess, Self::Approved, Self::Rejected, Self::Expired, Self::Cancelled];
    const MOVES: &'static [ApprovalMove] = &[
        ApprovalMove::Take,
        ApprovalMove::Approve,
        ApprovalMove::Reject,
        ApprovalMove::Forward,
        ApprovalMove::Expire,
        ApprovalMove::Cancel,
    ];

    fn on(self, by: ApprovalMove) -> Option<Self> {
        use ApprovalMove as By;
        match (self, by) {
            (Self::Pending, By::Take) => Some(Self::InProcess),
            (Self::Pending | Self::InProcess, By::Approve) => Some(Self::Approved),
            (Self::Pending | Self::InProcess, By::Reject) => Some(Self::Rejected),
            (Self::Pending | Self::InProcess, By::Forward) => Some(Self::Pending),
            (Self::Pending | Self::InProcess, By::Expire) => Some(Self::Expired),
            (Self::Pending | Self::InProcess, By::Cancel) => Some(Self::Cancelled),
            (Self::InProcess, By::Take) => None,
            (Self::Approved | Self::Rejected | Self::Expired | Self::Cancelled, _) => None,
        }
    }
}

/// What is being done about an approval: `PendingApprovalAction`.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Action {
    Approved,
    Rejected,
    Forwarded,
}

/// Whose decision is awaited.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Owner {
    /// One person's.
    Identity(Id<Person>),
    /// Any member's.
    Group(Id<GovernanceGroup>),
}

/// Under which scheme somebody was asked: `ApprovalScheme` of the status view.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ApproverScheme {
    AppOwner,
    SourceOwner,
    Manager,
    RoleOwner,
    AccessProfileOwner,
    EntitlementOwner,
    GovernanceGroup,
    Workflow,
}

/// Why an approval changed hands: `ReassignmentType`.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(clippy::enum_variant_names, reason = "the vendor's own words")]
pub enum Reassignment {
    ManualReassignment,
    AutomaticReassignment,
    AutoEscalation,
    SelfReviewDelegation,
}

/// What somebody said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Comment {
    /// What was said.
    pub text: Arc<str>,
    /// When.
    pub created: Timestamp,
    /// By whom; nobody when the system said it.
    pub author: Option<Id<Person>>,
}

/// An approval changed hands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Forward {
    /// Whose it was.
    pub from: Owner,
    /// Whose it became.
    pub to: Owner,
    /// Who forwarded it; nobody when the system did.
    pub by: Option<Id<Person>>,
    /// What they said.
    pub comment: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reassignment: Reassignment,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// Who decided; nobody when a timeout or an auto-approval without a person did.
    pub by: Option<Id<Person>>,
    /// When.
    pub at: Timestamp,
    /// What they said.
    pub comment: Option<Comment>,
}

/// A decision about one requested item that somebody is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Approval {
    /// 32 hex digits on the wire; dashed for generic approvals.
    pub id: Id<Approval>,
    /// What it is about.
    pub item: Id<Item>,
    /// The request that the item belongs to.
    pub request: Id<Request>,
    /// Whom the item is for.
    pub requested_for: Id<Person>,
    /// Its place in the chain, from 0.
    pub step: usize,
    /// Why its owner was asked.
    pub scheme: ApproverScheme,
    /// Whose decision is awaited, or was.
    pub owner: Owner,
    /// Whose decision was asked for first.
    pub original_owner: Owner,
    /// Where it stands.
    pub state: ApprovalState,
    /// What is being processed.
    pub in_process: Option<Action>,
    /// Whether rejecting it needs a comment.
    pub comment_required_when_rejected: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
    /// What was decided.
    pub decision: Option<Decision>,
    /// Whose it was before, in order.
    pub forwards: Vec<Forward>,
    /// How often its present owner was reminded.
    pub reminders: u32,
    /// How often it was escalated.
    pub escalations: u32,
}

impl Approval {
    /// Whether it shows in the pending list.
    pub fn is_open(&self) -> bool {
        matches!(self.state, ApprovalState::Pending | ApprovalState::InProcess)
    }
    /// Whether it shows in the completed list.
    pub fn is_decided(&self) -> bool {
        matches!(self.state, ApprovalState::Approved | ApprovalState::Rejected)
    }
}

/// How approvals are found; each in the order in which they were made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ApprovalKey {
    /// Those that wait.
    Pending(Timestamp),
    /// Those that were decided.
    Completed(Timestamp),
    /// Those that wait for one owner.
    PendingOf(Owner, Timestamp),
    /// Those that one owner had when they were decided.
    CompletedOf(Owner, Timestamp),
}

impl Entity for Approval {
    const TABLE: &'static str = "approvals";
    type Id = Id<Approval>;
    type Key = ApprovalKey;
    fn id(&self) -> Self::Id {
        self.id
    }
    fn keys(&self) -> Vec<ApprovalKey> {
        let (owner, created) = (self.owner, self.created);
        match (self.is_open(), self.is_decided()) {
            (true, _) => vec![ApprovalKey::Pending(created), ApprovalKey::PendingOf(owner, created)],
            (_, true) => vec![ApprovalKey::Completed(created), ApprovalKey::CompletedOf(owner, created)],
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_approval_goes_only_these_ways() {
        use ApprovalMove::{Approve, Cancel, Expire, Forward, Reject, Take};
        use ApprovalState::{Approved, Cancelled, Expired, InProcess, Pending, Rejected};
        let legal = [
            (Pending, Take, InProcess),
            (Pending, Approve, Approved),
            (Pending, Reject, Rejected),
            (Pending, Forward, Pending),
            (Pending, Expire, Expired),
            (Pending, Cancel, Cancelled),
            (InProcess, Approve, Approved),
            (InProcess, Reject, Rejected),
            (InProcess, Forward, Pending),
            (InProcess, Expire, Expired),
            (InProcess, Cancel, Cancelled),
        ];
        for from in ApprovalState::STATES {
            for by in ApprovalState::MOVES {
                let expected = legal.iter().find(|(state, way, _)| (state, way) == (from, by)).map(|(.., to)| *to);
                assert_eq!(from.on(*by), expected, "{from:?} by {by:?}");
            }
        }
    }
}
