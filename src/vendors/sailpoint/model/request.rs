//! Access requests, and the items in them: each item lives by itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::access::{MaxDuration, Scheme, SodPolicy};
use super::approval::{Approval, Comment, Owner};
use super::config::ApprovalSettings;
use super::work_item::WorkItem;
use crate::company::{Account, Entitlement, Person};
use crate::kernel::{Entity, Id, Lifecycle, Timestamp};

/// What is asked: `AccessRequestType`.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(clippy::enum_variant_names, reason = "the vendor's own words")]
pub enum RequestKind {
    GrantAccess,
    RevokeAccess,
    ModifyAccess,
}

/// What kind of thing is asked for: `RequestableObjectType`.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ObjectKind {
    AccessProfile,
    Role,
    Entitlement,
}

impl ObjectKind {
    /// The kind that the vendor writes so.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "ACCESS_PROFILE" => Self::AccessProfile,
            "ROLE" => Self::Role,
            "ENTITLEMENT" => Self::Entitlement,
            _ => return None,
        })
    }
}

/// A role, an access profile or an entitlement.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Object {
    /// What kind of thing it is.
    pub kind: ObjectKind,
    /// Its id, among those of its kind.
    pub id: Id<()>,
}

/// One access request: everything that was asked for one person in one call. The same id names
/// the identity request and the account activity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// 32 hex digits on the wire.
    pub id: Id<Request>,
    /// Whom it is for.
    pub requested_for: Id<Person>,
    /// Who asked; nobody when access ran out by itself.
    pub requester: Option<Id<Person>>,
    /// What is asked.
    pub kind: RequestKind,
    /// When.
    pub created: Timestamp,
    /// When it or an item of it last changed.
    pub modified: Timestamp,
    /// What the client said about it.
    pub client_metadata: Option<BTreeMap<String, String>>,
    /// Whether its submission was put to the subscribers.
    #[serde(default)]
    pub submitted: bool,
    /// What the subscriber to submissions said.
    #[serde(default)]
    pub pre_approval: Option<PreApproval>,
    /// Whether it is known to be decided.
    #[serde(default)]
    pub decided: bool,
    /// Whether its provisioning is known to have ended.
    #[serde(default)]
    pub provisioned: bool,
}

impl Request {
    /// A request that nobody has looked at yet.
    pub fn of(
        id: Id<Request>,
        requested_for: Id<Person>,
        requester: Option<Id<Person>>,
        kind: RequestKind,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            requested_for,
            requester,
            kind,
            created: now,
            modified: now,
            client_metadata: None,
            submitted: false,
            pre_approval: None,
            decided: false,
            provisioned: false,
        }
    }
}

/// What the subscriber to submissions said about a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PreApproval {
    /// Whether it may go on.
    pub approved: bool,
    /// Why.
    pub comment: String,
    /// Who decided, in the subscriber's words.
    pub reviewer: String,
    /// When.
    pub at: Timestamp,
}

/// How requests are found; each in the order in which they were made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RequestKey {
    /// All of them.
    Created(Timestamp),
    /// By whom they are for.
    For(Id<Person>, Timestamp),
    /// By who asked.
    By(Id<Person>, Timestamp),
}

impl Entity for Request {
    const TABLE: &'static str = "requests";
    type Id = Id<Request>;
    type Key = RequestKey;
    fn id(&self) -> Self::Id {
        self.id
    }
    fn keys(&self) -> Vec<RequestKey> {
        let requester = self.requester.map(|requester| RequestKey::By(requester, self.created));
        let keys = [RequestKey::Created(self.created), RequestKey::For(self.requested_for, self.created)];
        keys.into_iter().chain(requester).collect()
    }
}

/// Where an item stands: `RequestedItemStatusRequestState`, the whole published enum.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ItemState {
    Executing,
    RequestCompleted,
    Cancelled,
    Terminated,
    ProvisioningVerificationPending,
    Rejected,
    ProvisioningFailed,
    NotAllItemsProvisioned,
    Error,
}

/// What may happen to an item.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum ItemMove {
    /// The one it is for has it already.
    FindDuplicate,
    /// A check or a subscriber failed.
    Fail,
    /// An approver, or the submission trigger, refused.
    Reject,
    /// The requester or an administrator took it back.
    Cancel,
    /// An approval was not decided in time.
    Expire,
    /// Everything that a machine can do is done; people have to do the rest.
    AwaitVerification,
    /// All of it was provisioned.
    Provision,
    /// None of it could be provisioned.
    FailProvisioning,
    /// Some of it could be provisioned.
    ProvisionPartly,
    /// An administrator closed it as terminated.
    CloseTerminated,
    /// An administrator closed it as done.
    CloseCompleted,
    /// An administrator closed it as partly done.
    CloseIncomplete,
    /// An administrator closed it as failed.
    CloseFailed,
}

impl Lifecycle for ItemState {
    type Move = ItemMove;
    const MACHINE: &'static str = "requested item";
    const STATES: &'static [Self] = &[
        Self::Executing,
        Self::RequestCompleted,
        Self::Cancelled,
        Self::Terminated,
        Self::ProvisioningVerificationPending,
        Self::Rejected,
        Self::ProvisioningFailed,
        Self::NotAllItemsProvisioned,
        Self::Error,
    ];
    const MOVES: &'static [ItemMove] = &[
        ItemMove::FindDuplicate,
        ItemMove::Fail,
        ItemMove::Reject,
        ItemMove::Cancel,
        ItemMove::Expire,
        ItemMove::AwaitVerification,
        ItemMove::Provision,
        ItemMove::FailProvisioning,
        ItemMove::ProvisionPartly,
        ItemMove::CloseTerminated,
        ItemMove::CloseCompleted,
        ItemMove::CloseIncomplete,
        ItemMove::CloseFailed,
    ];

    fn on(self, by: ItemMove) -> Option<Self> {
        use ItemMove as By;
        match (self, by) {
            (Self::Executing, By::FindDuplicate | By::Cancel) => Some(Self::Cancelled),
            (Self::Executing, By::Fail) => Some(Self::Error),
            (Self::Executing, By::Reject) => Some(Self::Rejected),
            (Self::Executing, By::Expire) => Some(Self::Terminated),
            (Self::Executing, By::AwaitVerification) => Some(Self::ProvisioningVerificationPending),
            (Self::Executing | Self::ProvisioningVerificationPending, by) => match by {
                By::Provision | By::CloseCompleted => Some(Self::RequestCompleted),
                By::FailProvisioning | By::CloseFailed => Some(Self::ProvisioningFailed),
                By::ProvisionPartly | By::CloseIncomplete => Some(Self::NotAllItemsProvisioned),
                By::CloseTerminated => Some(Self::Terminated),
                _ => None,
            },
            _ => None,
        }
    }
}

impl ItemState {
    /// Whether nothing can happen to it any more.
    pub fn is_terminal(self) -> bool {
        !matches!(self, Self::Executing | Self::ProvisioningVerificationPending)
    }
}

/// How far an item has come on its way through the phases.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Stage {
    /// Accepted; duplicates and conflicts are looked for.
    Checking,
    /// A subscriber is asked.
    Triggering,
    /// Somebody is asked.
    Approving,
    /// Agreed; it waits for its start.
    AwaitingStart,
    /// The sources are being told.
    Provisioning,
    /// Done, one way or another.
    Over,
}

/// A part of an item's way that the status view shows.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(clippy::enum_variant_names, reason = "the vendor's own words")]
pub enum PhaseName {
    SodPhase,
    /// The vendor documents no name; it shows as another approval phase (contract, 8.2).
    TriggerPhase,
    ApprovalPhase,
    ProvisioningPhase,
}

/// How a phase stands: `AccessRequestPhases.state` and `.result` together.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PhaseState {
    /// It runs.
    Executing,
    /// It ended well.
    Successful,
    /// It ended badly.
    Failed,
    /// It was broken off.
    Cancelled,
}

/// One phase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Phase {
    /// Which.
    pub name: PhaseName,
    /// How it stands.
    pub state: PhaseState,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub finished: Option<Timestamp>,
}

/// Who took an item back, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cancellation {
    /// Why.
    pub comment: String,
    /// Who; nobody when it was found to be a duplicate.
    pub by: Option<Id<Person>>,
    /// When.
    pub at: Timestamp,
}

/// A toxic pair that an item would complete, or has met.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SodConflict {
    /// The policy.
    pub policy: Id<SodPolicy>,
    /// Its left side, as far as the person would hold it; `true` for what they hold already.
    pub left: Vec<(Id<Entitlement>, bool)>,
    /// Its right side, likewise.
    pub right: Vec<(Id<Entitlement>, bool)>,
}

/// What the search for conflicts found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SodCheck {
    /// A dashed UUID on the wire.
    pub id: Id<SodCheck>,
    /// Whether the search itself failed.
    pub failed: bool,
    /// What it found.
    pub conflicts: Vec<SodConflict>,
}

/// One thing asked for one person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// `accountActivityItemId` on the wire, 32 hex digits.
    pub id: Id<Item>,
    /// The request that it belongs to.
    pub request: Id<Request>,
    /// Its place in the request, from 0.
    pub position: usize,
    /// Whom it is for.
    pub requested_for: Id<Person>,
    /// Who asked; nobody when access ran out by itself.
    pub requester: Option<Id<Person>>,
    /// What is asked.
    pub kind: RequestKind,
    /// Of what.
    pub object: Object,
    /// What the requester said.
    pub comment: Option<Comment>,
    /// What the client said about it; the request's when it said nothing.
    pub client_metadata: Option<BTreeMap<String, String>>,
    /// When the access is to begin.
    pub start_date: Option<Timestamp>,
    /// When it is to end.
    pub remove_date: Option<Timestamp>,
    /// When the access that is changed ends now.
    pub current_remove_date: Option<Timestamp>,
    /// When the access that is changed began.
    pub current_start_date: Option<Timestamp>,
    /// The accounts it was asked for; empty means any.
    pub accounts: Vec<Id<Account>>,
    /// Where it stands.
    pub state: ItemState,
    /// How far it has come.
    pub stage: Stage,
    /// The phases so far.
    pub phases: Vec<Phase>,
    /// The chain as it was configured when it was asked for.
    pub chain: Vec<Scheme>,
    /// Whom a subscriber wants to be asked last.
    #[serde(default)]
    pub dynamic_approver: Option<Owner>,
    /// The rules for approvals as they were then.
    pub settings: Arc<ApprovalSettings>,
    /// Whether a rejection needs a comment.
    pub denial_comments_required: bool,
    /// Whether the requester had to sign in again.
    pub reauthorization_required: bool,
    /// The longest time for which it may be asked.
    pub max_duration: Option<MaxDuration>,
    /// The approvals so far, the first step first.
    pub approvals: Vec<Id<Approval>>,
    /// What people have to do by hand.
    pub work_items: Vec<Id<WorkItem>>,
    /// How many entitlements were given, or taken, so far.
    pub provisioned: usize,
    /// How many could not be.
    pub failed: usize,
    /// What the search for conflicts found.
    pub sod: Option<SodCheck>,
    /// Who took it back.
    pub cancelled: Option<Cancellation>,
    /// Whether an approval expired.
    pub expired: bool,
    /// What went wrong, a list per attempt.
    pub errors: Vec<Vec<String>>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
}

impl Item {
    /// An item of which nothing is known but who is to get what: nobody asked, nobody is asked.
    pub fn of(
        (request, position): (Id<Request>, usize),
        id: Id<Item>,
        requested_for: Id<Person>,
        kind: RequestKind,
        object: Object,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            request,
            position,
            requested_for,
            requester: None,
            kind,
            object,
            comment: None,
            client_metadata: None,
            start_date: None,
            remove_date: None,
            current_remove_date: None,
            current_start_date: None,
            accounts: Vec::new(),
            state: ItemState::Executing,
            stage: Stage::Checking,
            phases: Vec::new(),
            chain: Vec::new(),
            dynamic_approver: None,
            settings: Arc::default(),
            denial_comments_required: false,
            reauthorization_required: false,
            max_duration: None,
            approvals: Vec::new(),
            work_items: Vec::new(),
            provisioned: 0,
            failed: 0,
            sod: None,
            cancelled: None,
            expired: false,
            errors: Vec::new(),
            created: now,
            modified: now,
        }
    }

    /// Whether it can still be taken back: not decided, and not beyond its approvals.
    pub fn is_cancelable(&self) -> bool {
        self.state == ItemState::Executing
            && matches!(self.stage, Stage::Checking | Stage::Triggering | Stage::Approving)
    }

    /// How many steps of approval there are.
    pub fn steps(&self) -> usize {
        self.chain.len() + usize::from(self.dynamic_approver.is_some())
    }
}

/// How items are found; each in the order in which they were made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemKey {
    /// All that somebody asked for.
    Created(Timestamp),
    /// By whom they are for.
    For(Id<Person>, Timestamp),
    /// By who asked.
    By(Id<Person>, Timestamp),
    /// By request and place in it.
    Request(Id<Request>, usize),
    /// Those in flight for one person and one object.
    InFlight(Id<Person>, Object),
}

impl Entity for Item {
    const TABLE: &'static str = "items";
    type Id = Id<Item>;
    type Key = ItemKey;
    fn id(&self) -> Self::Id {
        self.id
    }
    fn keys(&self) -> Vec<ItemKey> {
        let mut keys =
            vec![ItemKey::Request(self.request, self.position), ItemKey::For(self.requested_for, self.created)];
        if let Some(requester) = self.requester {
            keys.extend([ItemKey::By(requester, self.created), ItemKey::Created(self.created)]);
        }
        if !self.state.is_terminal() {
            keys.push(ItemKey::InFlight(self.requested_for, self.object));
        }
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_goes_only_these_ways() {
        use ItemMove::{
            AwaitVerification, Cancel, CloseCompleted, CloseFailed, CloseIncomplete, CloseTerminated, Expire, Fail,
            FailProvisioning, FindDuplicate, Provision, ProvisionPartly, Reject,
        };
        use ItemState::{
            Cancelled, Error, Executing, NotAllItemsProvisioned, ProvisioningFailed,
            ProvisioningVerificationPending as Verifying, Rejected, RequestCompleted, Terminated,
        };
        let legal = [
            (Executing, FindDuplicate, Cancelled),
            (Executing, Cancel, Cancelled),
            (Executing, Fail, Error),
            (Executing, Reject, Rejected),
            (Executing, Expire, Terminated),
            (Executing, AwaitVerification, Verifying),
            (Executing, Provision, RequestCompleted),
            (Executing, FailProvisioning, ProvisioningFailed),
            (Executing, ProvisionPartly, NotAllItemsProvisioned),
            (Executing, CloseTerminated, Terminated),
            (Executing, CloseCompleted, RequestCompleted),
            (Executing, CloseIncomplete, NotAllItemsProvisioned),
            (Executing, CloseFailed, ProvisioningFailed),
            (Verifying, Provision, RequestCompleted),
            (Verifying, FailProvisioning, ProvisioningFailed),
            (Verifying, ProvisionPartly, NotAllItemsProvisioned),
            (Verifying, CloseTerminated, Terminated),
            (Verifying, CloseCompleted, RequestCompleted),
            (Verifying, CloseIncomplete, NotAllItemsProvisioned),
            (Verifying, CloseFailed, ProvisioningFailed),
        ];
        for from in ItemState::STATES {
            for by in ItemState::MOVES {
                let expected = legal.iter().find(|(state, way, _)| (state, way) == (from, by)).map(|(.., to)| *to);
                assert_eq!(from.on(*by), expected, "{from:?} by {by:?}");
            }
            let leads_on = legal.iter().any(|(state, ..)| state == from);
            assert_eq!(from.is_terminal(), !leads_on, "{from:?}");
        }
    }
}
