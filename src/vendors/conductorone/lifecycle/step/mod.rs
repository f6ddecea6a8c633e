//! What stories, tests and the control plane may do: the same commands that requests perform, and
//! those that the vendor's API has no call for (contract, 18).

mod lines;
mod names;
mod run;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::kernel::Span;
use crate::vendors::conductorone::model::{CloseDecision, Domain, Switches};
use crate::world::{Draft, StepError};

/// One step. People are named by their slug, entitlements as `APP/SLUG`; `APP/access` is having an account.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Step {
    /// Ask for access.
    Request {
        by: String,
        #[serde(rename = "for")]
        target: Option<String>,
        entitlement: String,
        comment: Option<String>,
        lasting: Option<Span>,
        #[serde(default)]
        emergency: bool,
    },
    /// Ask for the end of access.
    Revoke {
        by: String,
        #[serde(rename = "for")]
        target: Option<String>,
        entitlement: String,
        comment: Option<String>,
    },
    /// Take everything from somebody.
    Offboard { by: String, person: String, comment: Option<String> },
    /// Ask a connector for an action of its own.
    RequestAction { by: String, action: String, comment: Option<String> },
    /// Approve what waits.
    Approve(Act),
    /// Deny what waits.
    Deny(Act),
    /// Hand what waits to somebody else.
    Reassign {
        by: String,
        #[serde(rename = "for")]
        target: Option<String>,
        entitlement: Option<String>,
        task: Option<u64>,
        to: Vec<String>,
        comment: Option<String>,
    },
    /// Fill in the form that waits.
    FillIn {
        by: String,
        #[serde(rename = "for")]
        target: Option<String>,
        entitlement: Option<String>,
        task: Option<u64>,
        data: Map<String, Value>,
    },
    /// Say something.
    Comment(Act),
    /// Close a task without a decision.
    Close(Act),
    /// Make a request an emergency.
    Escalate(Act),
    /// Pass over the step that runs.
    #[serde(rename = "skip-step")]
    Skip(Act),
    /// Begin anew with the same policy.
    Restart(Act),
    /// Choose the policy anew.
    Reset(Act),
    /// Start a failed provisioning again.
    RetryProvisioning(Act),
    /// Look at once at what waits.
    Process(Act),
    /// Finish, fail or cancel the provisioning that runs.
    SettleProvisioning {
        #[serde(rename = "for")]
        target: Option<String>,
        entitlement: Option<String>,
        task: Option<u64>,
        outcome: Settled,
        by: Option<String>,
        message: Option<String>,
    },
    /// Write down that a connector fails, or that it does no longer.
    FailConnector {
        /// `APP` or `APP/SLUG`.
        target: String,
        /// What it says; `null` forgets what was written.
        message: Option<String>,
        #[serde(default)]
        falls_back: bool,
    },
    /// Write down how long a connector takes.
    SlowConnector {
        /// `APP` or `APP/SLUG`.
        target: String,
        /// `null` forgets what was written.
        lasting: Option<Span>,
    },
    /// Answer the call about a task that is out, as though the webhook had.
    AnswerWebhook {
        #[serde(rename = "for")]
        target: Option<String>,
        entitlement: Option<String>,
        task: Option<u64>,
        status: u16,
        body: Option<Value>,
    },
    /// Settle the newest proof of who approves that somebody has begun.
    SettleStepUp { person: String, verified: bool },
    /// Let a device in that waits, as a person.
    ApproveLogin { user_code: String, person: String },
    /// Turn a device away that waits.
    DenyLogin { user_code: String },
    /// Have access reviewed: a new review, started at once.
    Review {
        by: String,
        name: String,
        entitlements: Vec<String>,
        policy: Option<String>,
        lasting: Option<Span>,
        decision: Option<CloseDecision>,
    },
    /// Start a review that was written before.
    StartReview { review: String },
    /// Set decisions that the contract leaves open.
    Switch { switches: Switches },
}

/// Who does something to which task: the open one of a person about an entitlement, or the one of a number.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Act {
    by: String,
    #[serde(rename = "for")]
    target: Option<String>,
    entitlement: Option<String>,
    task: Option<u64>,
    comment: Option<String>,
}

/// How a provisioning is settled.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Settled {
    Done,
    Failed,
    Cancelled,
}

/// Performs a step on a draft.
///
/// # Errors
/// When it is no step, names something that does not exist, or is refused.
pub fn perform(draft: &mut Draft, step: Value) -> Result<Value, StepError> {
    let step: Step = serde_json::from_value(step).map_err(|error| StepError::Malformed(error.to_string()))?;
    draft.attempt(|domain: &mut Domain, cx| run::run(domain, cx, step))
}
