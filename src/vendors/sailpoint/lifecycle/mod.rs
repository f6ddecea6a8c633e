//! What happens to an access request, from submission to the end of the access it brought
//! (contract, section 8).
//!
//! `submit` (by the `rules`) → `check` → `approve` (with `forward`) → `provision` → `sunset`; `end` for what is
//! cancelled or closed, and `trigger` for subscribers who are asked or told on the way. Each file holds commands and the functions that they share; states and
//! their transitions stand in `model`.

mod approve;
mod check;
mod configure;
mod credentials;
mod end;
mod forward;
mod provision;
mod rules;
mod step;
mod submit;
mod sunset;
mod trigger;
mod work;

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

pub use approve::{Approve, ApproveMany, Reject};
pub use configure::{EditEntitlement, EditProfile, EditRole, PutConfig, PutPublicIdentities};
pub use credentials::{CreateClient, DeleteClient, EditClient, UseClient};
pub use end::{Cancel, CancelMany, Close, Completion};
pub use forward::Forward;
pub use rules::{Found, selectable};
pub use step::{Step, perform};
pub use submit::{RequestAccess, Submitted, Target, Tracking, Wanted, WantedAccount};
pub use trigger::{Change, CompleteInvocation, DeleteSubscription, EditSubscription, StartTest, Subscribe, finds};
pub use work::{CompleteWorkItem, DecideItems, ForwardWorkItem, check_owner};

use super::model::{Action, Approval, ApprovalState, Assignment, Comment, Invocation, Item, ItemState, Org};
use crate::company::Person;
use crate::kernel::{AnyTable, Hop, Id, Pace, Span, Table, Timers};
use crate::world::{Call, Cx, Estate, Outcome};

/// Looking for duplicates and conflicts.
pub const CHECK: Hop = Hop { name: "sailpoint/check", pace: Pace::AtOnce };
/// Processing a decision; `actionInProcess` shows while it lasts.
pub const DECIDE: Hop = Hop { name: "sailpoint/decide", pace: Pace::AtOnce };
/// Telling the sources.
pub const PROVISION: Hop = Hop { name: "sailpoint/provision", pace: Pace::After(Span::seconds(30)) };
/// Removing access whose end has come; the vendor promises a day.
pub const SUNSET: Hop = Hop { name: "sailpoint/sunset", pace: Pace::AtOnce };

/// Every asynchronous hop.
pub const HOPS: [Hop; 4] = [CHECK, DECIDE, PROVISION, SUNSET];

// Instants that the vendor's configuration sets, not a pace.
const REMIND: Hop = Hop { name: "sailpoint/remind", pace: Pace::AtOnce };
const ESCALATE: Hop = Hop { name: "sailpoint/escalate", pace: Pace::AtOnce };
const TIME_OUT: Hop = Hop { name: "sailpoint/time-out", pace: Pace::AtOnce };
const START: Hop = Hop { name: "sailpoint/start", pace: Pace::AtOnce };
const END: Hop = Hop { name: "sailpoint/end", pace: Pace::AtOnce };

/// Why SailPoint refuses a command; the sentence is what the vendor's error says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Refusal {
    /// The path names nothing.
    #[error("not found")]
    NotFound,
    /// A second decision, where the switch makes that a 404.
    #[error("not found")]
    DecidedIsNotFound,
    /// The caller may not.
    #[error("forbidden")]
    Forbidden,
    /// A field is absent or blank.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A field's value is out of range.
    #[error("{0} is invalid")]
    IllegalValue(&'static str),
    /// Identities in the body that do not exist.
    #[error("Referenced RequestedFor Identity/Identities {0} was/were not found.")]
    NoIdentity(String),
    /// Something else in the body that does not exist.
    #[error("Referenced {0} {1} was not found.")]
    NoReference(&'static str, String),
    /// A personal access token of that name is there already.
    #[error("A personal access token named {0} already exists for this owner.")]
    NameTaken(String),
    /// The approval is over.
    #[error("The approval is already in state {}.", word(.0))]
    AlreadyDecided(ApprovalState),
    /// Another action on the approval is being processed.
    #[error("The approval already has an action in process: {}.", word(.0))]
    InProcess(Action),
    /// The request is beyond its approvals.
    #[error("The access request cannot be cancelled in its current state: {}.", word(.0))]
    NotCancelable(ItemState),
    /// The work item is over.
    #[error("The work item is already {0}.")]
    NotOpen(String),
    /// A work item that puts nothing up for decision.
    #[error("The work item has no items to decide or select.")]
    NothingToDecide,
    /// Forwarding to whom it belongs already.
    #[error("The approval already belongs to the new owner.")]
    SameOwner,
    /// The object cannot be asked for.
    #[error("The requested item {0} is not requestable.")]
    NotRequestable(String),
    /// A list is longer than it may be.
    #[error("{0} must not have more than {1} entries.")]
    TooMany(&'static str, usize),
    /// Older tenants refuse at once what somebody has already.
    #[error(
        "Identity \"{identity}\" already has access to {object}. Only access remove date can be modified when access is already assigned."
    )]
    AlreadyHas {
        /// Who has it.
        identity: String,
        /// What they have.
        object: String,
    },
    /// Revoking what is not held.
    #[error("The identity does not have access to {0}.")]
    NotHeld(String),
    /// Revoking what comes by right of birth.
    #[error("Access to {0} is given by membership criteria and cannot be revoked by request.")]
    NotRevocable(String),
    /// Revoking for more than one identity, or in the wrong form.
    #[error("Revoke requests must be for exactly one identity.")]
    RevokeOneIdentity,
    /// Revoking with a start.
    #[error("Revoke requests must not have a start date.")]
    RevokeWithStart,
    /// A date that lies in the past.
    #[error("The {0} must be in the future.")]
    NotInTheFuture(&'static str),
    /// An end that lies before the beginning.
    #[error("The removeDate must be after the startDate.")]
    EndsBeforeStart,
    /// Revoking at a date behind the access's own end.
    #[error("The remove date must be before the current remove date of the access.")]
    BeyondSunset,
    /// Asking for longer than is permitted.
    #[error("The requested duration exceeds the maximum permitted access duration.")]
    TooLong,
    /// A trigger has as many subscriptions as it takes.
    #[error("The trigger {0} takes no more than {1} subscriptions.")]
    EnoughSubscriptions(&'static str, usize),
    /// An invocation that is unknown, over, not to be answered, or answered with another secret.
    #[error("The invocation cannot be completed.")]
    NoInvocation,
    /// A change of what cannot be changed.
    #[error("{0} cannot be changed.")]
    Immutable(String),
    /// A patch that cannot be applied.
    #[error("The patch cannot be applied: {0}.")]
    BadPatch(String),
    /// Both forms of a request in one.
    #[error("requestedFor and requestedItems cannot be combined with requestedForWithRequestedItems.")]
    BothForms,
}

/// A value in the vendor's word for it.
pub fn word<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Who performs a command.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Actor {
    /// A person.
    Person(Id<Person>),
    /// A client without user context, which its scopes alone bind.
    Client,
}

impl Actor {
    /// The person, if it is one.
    pub fn person(self) -> Option<Id<Person>> {
        match self {
            Self::Person(person) => Some(person),
            Self::Client => None,
        }
    }
    /// Whether they act for the organisation.
    pub fn is_admin(self, org: &Org) -> bool {
        self.person().is_none_or(|person| org.is_admin(person))
    }
}

/// A command with a date.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Timer {
    /// Look for duplicates and conflicts, then ask the first approver.
    Check(Id<Item>),
    /// A decision that was taken up is processed.
    Decide {
        /// About which approval.
        approval: Id<Approval>,
        /// What was decided.
        verdict: Verdict,
    },
    /// Remind the owner of an approval.
    Remind(Id<Approval>),
    /// Move an approval up.
    Escalate(Id<Approval>),
    /// End an approval that nobody decided.
    TimeOut(Id<Approval>),
    /// The start of the access has come.
    Start(Id<Item>),
    /// Tell the sources.
    Provision(Id<Item>),
    /// The end of the access has come.
    End(Id<Assignment>),
    /// Remove access whose end has come.
    Sunset(Id<Assignment>),
    /// A subscriber has not answered.
    ExpireInvocation(Id<Invocation>),
    /// An invocation is listed long enough.
    ForgetInvocation(Id<Invocation>),
}

/// What was decided about an approval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// Agreed.
    Approved {
        /// By whom.
        by: Option<Id<Person>>,
        /// What they said.
        comment: Option<Comment>,
    },
    /// Refused.
    Rejected {
        /// By whom.
        by: Option<Id<Person>>,
        /// What they said.
        comment: Option<Comment>,
    },
    /// Handed to somebody else.
    Forwarded {
        /// By whom.
        by: Option<Id<Person>>,
        /// To whom.
        to: Id<Person>,
        /// What they said.
        comment: String,
    },
}

impl Estate for Org {
    const VENDOR: &'static str = "sailpoint";
    type Refusal = Refusal;
    type Timer = Timer;

    fn tables(&self) -> Vec<&dyn AnyTable> {
        self.all_tables()
    }
    fn tables_mut(&mut self) -> Vec<&mut dyn AnyTable> {
        self.all_tables_mut()
    }
    fn timers(&self) -> &Timers<Timer> {
        &self.timers
    }
    fn timers_mut(&mut self) -> &mut Timers<Timer> {
        &mut self.timers
    }

    fn perform(&mut self, timer: Timer, cx: &mut Cx<'_>) {
        match timer {
            Timer::Check(item) => check::check(self, cx, item),
            Timer::Decide { approval, verdict } => approve::decide(self, cx, approval, verdict),
            Timer::Remind(approval) => forward::remind(self, cx, approval),
            Timer::Escalate(approval) => forward::escalate(self, cx, approval),
            Timer::TimeOut(approval) => approve::time_out(self, cx, approval),
            Timer::Start(item) => provision::begin(self, cx, item),
            Timer::Provision(item) => provision::provision(self, cx, item),
            Timer::End(assignment) => cx.later(self, SUNSET, assignment, Timer::Sunset(assignment)),
            Timer::Sunset(assignment) => sunset::sunset(self, cx, assignment),
            Timer::ExpireInvocation(invocation) => trigger::expire(self, cx, invocation),
            Timer::ForgetInvocation(invocation) => trigger::forget(self, invocation),
        }
    }

    fn calls(&self) -> Option<&Table<Call>> {
        Some(&self.calls)
    }
    fn calls_mut(&mut self) -> Option<&mut Table<Call>> {
        Some(&mut self.calls)
    }
    fn answered(&mut self, call: &Call, outcome: Outcome, cx: &mut Cx<'_>) {
        trigger::answered(self, cx, call, outcome);
    }
}

/// Changes an item, and the hour at which it and its request last changed.
fn change_item(org: &mut Org, cx: &Cx<'_>, id: Id<Item>, change: impl FnOnce(&mut Item)) {
    let now = cx.now();
    org.items.update(&id, |item| {
        change(item);
        item.modified = now;
    });
    if let Some(request) = org.items.get(&id).map(|item| item.request) {
        org.requests.update(&request, |request| request.modified = now);
    }
}

#[cfg(test)]
mod tests;
