//! What happens in the realm: each file holds the commands about one thing and what time makes of them. States and
//! their transitions stand in `model`.

mod access;
mod act;
mod certification;
mod check;
mod condition;
pub mod document;
pub mod engine;
mod exception;
mod fault;
mod keep;
mod managed;
mod missing;
mod open;
mod patch;
mod phases;
mod policy;
mod proxy;
mod record;
mod remediate;
mod request;
mod request_act;
mod review;
pub mod rights;
mod rule;
mod scan;
mod schedule;
mod schema;
mod step;
pub mod violation;
mod wish;
mod workflow;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

pub use access::{AddAccess, RemoveAccess, Target, user_named};
pub use act::{Act, ActInPhase, ActOnMany};
pub use certification::{
    ActivateCampaign, CancelCampaign, ChangeCampaign, CreateCampaign, DeleteCampaign, find_campaign,
};
pub use check::{Check, CheckAll, check_kind};
pub use exception::date;
pub use fault::Fault;
pub use keep::{Discard, Keep, Rewrite, SetConfig, find_kept, kept_id};
pub use managed::{
    Condition, Create as CreateManaged, Delete as DeleteManaged, ManagedRefusal, Patch as PatchManaged,
    Replace as ReplaceManaged, Replaced,
};
pub use missing::Missing;
pub use patch::Operation;
pub use policy::{CreatePolicy, DeletePolicy, ReplacePolicy, find as find_policy, found as found_policy};
pub use proxy::{RemoveProxies, SetProxies};
pub use request::{RequestDue, find_request, has_part_in};
pub use request_act::{ActOnRequest, RequestAction};
pub use review::{NamedReviewer, Review, ReviewItem, ReviewMany, SetReviewers, Which, find_item, is_permission};
pub use rule::{CreateRule, DeleteRule, DuplicateRule, ReplaceRule, find as find_rule, found as found_rule};
pub use scan::{DeleteScan, ScanOptions, ScanPolicy, ScanRule, ScanUser, find as find_scan};
pub use schema::{CreateSchema, DeleteSchema, ReplaceSchema, find as find_schema};
pub use step::{perform, step_lines};
pub use wish::{Submit, SubmitAll, Wish};

use super::assumed::{PROVISION, REQUEST_DATES, SCAN, WORKFLOW};
use super::model::{AccessRequest, Campaign, CampaignState, Policy, Realm, Scan, Shelf, Violation};
use crate::company::Person;
use crate::kernel::{AnyTable, Hop, Id, Timers};
use crate::world::{Cx, Estate};

/// Every asynchronous hop.
pub const HOPS: [Hop; 4] = [SCAN, WORKFLOW, PROVISION, REQUEST_DATES];

/// Why PingOne refuses a command; the sentence is what the error says (contract, 7).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Refusal {
    /// The input is at fault: one sentence per fault.
    #[error("{}", sentences(.0).join(" "))]
    #[strum(to_string = "")]
    Invalid(Vec<Fault>),
    /// An id names nothing.
    #[error(transparent)]
    #[strum(transparent, to_string = "")]
    NoSuch(#[from] Missing),
    /// A phase has ended.
    #[error("Phase {0} is not in progress.")]
    NotInProgress(String),
    /// A violation is over.
    #[error("Violation with id: {0} is already complete.")]
    ViolationOver(String),
    /// A violation is not tolerated.
    #[error("Violation with id: {0} does not have an active exception.")]
    NoException(String),
    /// The rule does not let actors decide this.
    #[error("Action '{0}' is not allowed by the policy rule.")]
    NotAnOption(&'static str),
    /// The caller may not do this to that violation.
    #[error("User is not authorized to perform action '{0}' on this violation.")]
    ViolationNotAuthorized(&'static str),
    /// The user would violate the rule still.
    #[error("Removing the selected grants does not resolve the violation.")]
    DoesNotResolve,
    /// A violation is not being put right.
    #[error("Violation with id: {0} is not being remediated.")]
    NotRemediating(String),
    /// A filter cannot be read; the whole sentence.
    #[error("{0}")]
    Unreadable(String),
    /// There is no such action.
    #[error("Invalid action: {0}")]
    UnknownAction(String),
    /// A word is none of those that are known.
    #[error("Invalid {0}: {1}")]
    UnknownWord(&'static str, String),
    /// A remediation schema is built in.
    #[error("Violation remediation schema {0} cannot be modified.")]
    BuiltIn(String),
    /// The caller may not do this to that request.
    #[error("User is not authorized to perform action '{0}' on this request.")]
    RequestNotAuthorized(&'static str),
    /// The user would violate a rule with what is asked for [assumed].
    #[error("The requested access violates a policy rule.")]
    WouldViolate,
    /// A request is over.
    #[error("Request with id: {0} is already complete.")]
    RequestOver(String),
    /// It cannot be done to a request as it stands.
    #[error("Action '{0}' is not possible while the request is {1}.")]
    RequestImpossible(&'static str, &'static str),
    /// The caller may not do this to that item of a campaign [assumed].
    #[error("User is not authorized to perform action '{0}' on this certification item.")]
    ItemNotAuthorized(&'static str),
    /// An item of a campaign is over [assumed].
    #[error("Certification item with id: {0} is not in progress.")]
    ItemClosed(String),
    /// Nothing is decided that could stand [assumed].
    #[error("Certification item with id: {0} has no decision.")]
    ItemUndecided(String),
    /// It cannot be done to a campaign as it stands [assumed].
    #[error("Action '{0}' is not possible while the certification is {status}.", status = campaign_status(*.1))]
    CampaignImpossible(&'static str, CampaignState),
    /// The configuration has no such key.
    #[error("{0} is not a valid IGA config key.")]
    NoConfigKey(String),
    /// An approver that is named by no id.
    #[error("defaultApprover is not in proper id format.")]
    NoApproverId,
    /// There is a document of this name already, in the words of its kind.
    #[error("{}", same_name(*.0))]
    SameName(Shelf),
    /// A workflow comes with the product [assumed].
    #[error("Workflow with id: {0} cannot be modified.")]
    StockWorkflow(String),
    /// The directory refuses.
    #[error(transparent)]
    #[strum(transparent, to_string = "")]
    Managed(#[from] ManagedRefusal),
    /// The user holds already what they are to be given [assumed].
    #[error("User already has the requested access.")]
    AlreadyHeld,
    /// The user does not hold what is to be taken [assumed].
    #[error("User does not have the access to be removed.")]
    NotHeld,
    /// What is to be given or taken does not exist [assumed].
    #[error("The requested access does not exist.")]
    NoTarget,
    /// It cannot be done as things stand.
    #[error("Action '{0}' is not possible while the violation is {1}.")]
    ViolationImpossible(&'static str, String),
}

/// The vendor's word for where a campaign stands.
fn campaign_status(state: CampaignState) -> &'static str {
    match state {
        CampaignState::Staging => "staging",
        CampaignState::InProgress => "in-progress",
        CampaignState::SignedOff => "signed-off",
        CampaignState::Expired => "expired",
        CampaignState::Cancelled => "cancelled",
    }
}

/// Only the text of templates is the vendor's (contract, 7).
fn same_name(shelf: Shelf) -> &'static str {
    match shelf {
        Shelf::Glossary => "Glossary attribute already exists with the same name.",
        Shelf::RequestTypes => "Request Type already exists with the same id.",
        Shelf::Templates => "Template already exists with the same name.",
        Shelf::Events => "Event already exists with the same name.",
        Shelf::Forms => "Request Form already exists with the same name.",
        Shelf::FormAssignments => "Request form assignment already exists.",
        Shelf::Workflows => "Workflow already exists with the same id.",
    }
}

/// The sentence of each fault.
pub fn sentences(faults: &[Fault]) -> Vec<String> {
    faults.iter().map(Fault::to_string).collect()
}

impl Refusal {
    /// A field is absent.
    pub fn required(field: impl Into<Cow<'static, str>>) -> Self {
        Fault::required(field).into()
    }
}

/// One fault of the input.
impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Invalid(vec![fault])
    }
}

/// A command with a date.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Timer {
    /// Carry a scan out.
    Scan(Id<Scan>),
    /// Scan by a policy's schedule.
    Schedule(Id<Policy>),
    /// Go on with the workflow of a violation after its phase was decided.
    GoOn(Id<Violation>, String),
    /// Something is due on a request.
    Request(Id<AccessRequest>, RequestDue),
    /// Look at what is due on a violation.
    Check(Id<Violation>),
    /// A campaign's deadline.
    Deadline(Id<Campaign>),
    /// From now on somebody decides in another's place: for whom, and who.
    ProxyBegins(Id<Person>, Id<Person>),
    /// From now on no longer.
    ProxyEnds(Id<Person>, Id<Person>),
}

impl Estate for Realm {
    const VENDOR: &'static str = "pingone";
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
            Timer::Scan(id) => scan::carry_out(self, cx, id),
            Timer::Schedule(policy) => {
                scan::by_schedule(self, cx, policy);
                schedule::arm(self, cx, policy);
            }
            Timer::GoOn(id, phase) => workflow::go_on(self, cx, id, &phase),
            Timer::Check(id) => check::perform(self, cx, id, &Check::ALL),
            Timer::Request(id, what) => request::due(self, cx, id, what),
            Timer::Deadline(id) => certification::expire(self, cx, id),
            Timer::ProxyBegins(of, by) => proxy::begin(self, of, by),
            Timer::ProxyEnds(of, by) => proxy::end(self, of, by),
        }
    }
}
