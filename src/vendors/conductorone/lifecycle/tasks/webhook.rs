//! Steps that a webhook decides or carries out (contract, 8.5, 8.6, 12.2). `calls` carries the question; here stands
//! what its answer, or its silence, does to the task.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::hand_over::REASSIGNEES_MAX;
use super::provision::{self, fall_back};
use super::{again, approvers, decide, hand_over, note, on_step, say, skip};
use crate::kernel::Id;
use crate::vendors::conductorone::lifecycle::{calls, policies};
use crate::vendors::conductorone::model::{
    CallSource, Called, Decision, Domain, Event, Policy, PolicyStep, Processing, StepInstance, Task, Webhook,
    WebhookInstance,
};
use crate::world::Cx;

/// Puts an approval to a webhook. One that is not there fails, and the policy goes on with the next step.
pub fn ask_approval(
    domain: &mut Domain,
    cx: &mut Cx<'_>,
    task: &mut Task,
    step: Id<StepInstance>,
    webhook: Id<Webhook>,
) {
    let source = CallSource::ApprovalStep { task: task.id, step };
    match calls::call(domain, cx, webhook, source) {
        Some(call) => {
            let called = called(domain, webhook, call);
            note(domain, cx, task, None, Event::ApprovalWebhookTriggered(called.clone()));
            note(domain, cx, task, None, Event::ApprovalWebhookAttempt(called));
        }
        None => {
            let call = cx.id("conductorone/webhook-call");
            let called = called(domain, webhook, call);
            fail_approval(domain, cx, task, called, "webhook not found");
        }
    }
}

/// A webhook could not decide: it is audited, and the policy goes on.
fn fail_approval(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task, called: Called, why: &str) {
    note(domain, cx, task, None, Event::ApprovalWebhookFatal(called, why.to_owned()));
    skip::skip(domain, cx, task, None);
}

/// Lets a webhook give or take it. One that is not there fails, and people do it.
pub fn ask_provisioning(
    domain: &mut Domain,
    cx: &mut Cx<'_>,
    task: &mut Task,
    step: Id<StepInstance>,
    webhook: Id<Webhook>,
) {
    let source = CallSource::ProvisionStep { task: task.id, step };
    match calls::call(domain, cx, webhook, source) {
        Some(call) => {
            provision::change(task, |instance| instance.webhook_call = Some(call));
            let called = called(domain, webhook, call);
            note(domain, cx, task, None, Event::WebhookTriggered(called.clone()));
            note(domain, cx, task, None, Event::WebhookAttempt(called));
        }
        None => fall_back(domain, cx, task, "webhook not found"),
    }
}

fn called(domain: &Domain, webhook: Id<Webhook>, call: Id<WebhookInstance>) -> Called {
    let settings = domain.webhooks.get(&webhook).map(|row| row.settings.clone()).unwrap_or_default();
    Called { webhook, call, name: settings.display_name, url: settings.url }
}

fn called_by(domain: &Domain, call: &WebhookInstance) -> Called {
    called(domain, call.webhook, call.id)
}

/// Works on the task that a call is about, while it is at the step in question.
fn on_its_step(
    domain: &mut Domain,
    cx: &mut Cx<'_>,
    call: &WebhookInstance,
    work: impl FnOnce(&mut Domain, &mut Cx<'_>, &mut Task),
) {
    if let Some((task, step)) = call.source.step() {
        on_step(domain, cx, task, step, work);
    }
}

/// The webhook is called once more.
pub fn attempted(domain: &mut Domain, cx: &mut Cx<'_>, call: &WebhookInstance) {
    let called = called_by(domain, call);
    on_its_step(domain, cx, call, |domain, cx, task| {
        task.processing = Processing::Processing;
        let event = match call.source {
            CallSource::ProvisionStep { .. } => Event::WebhookAttempt(called),
            CallSource::ApprovalStep { .. } | CallSource::Test => Event::ApprovalWebhookAttempt(called),
        };
        note(domain, cx, task, None, event);
    });
}

/// The receiver decides later: until then somebody is waited for.
pub fn promised(domain: &mut Domain, cx: &mut Cx<'_>, call: &WebhookInstance) {
    on_its_step(domain, cx, call, |_, _, task| task.processing = Processing::Waiting);
}

/// The receiver answered, and not with a decision. The trail of a provisioning has no word for it.
pub fn bad_response(domain: &mut Domain, cx: &mut Cx<'_>, call: &WebhookInstance, why: &str) {
    if !matches!(call.source, CallSource::ApprovalStep { .. }) {
        return;
    }
    let called = called_by(domain, call);
    on_its_step(domain, cx, call, |domain, cx, task| {
        note(domain, cx, task, None, Event::ApprovalWebhookBadResponse(called, why.to_owned()));
    });
}

/// There will be no decision: an approval is passed over, a provisioning is done by hand.
pub fn hopeless(domain: &mut Domain, cx: &mut Cx<'_>, call: &WebhookInstance, why: &str) {
    let called = called_by(domain, call);
    on_its_step(domain, cx, call, |domain, cx, task| match call.source {
        CallSource::ProvisionStep { .. } => fall_back(domain, cx, task, why),
        CallSource::ApprovalStep { .. } | CallSource::Test => fail_approval(domain, cx, task, called, why),
    });
}

/// Whether a decision can be one about what the call is about.
///
/// # Errors
/// Why it cannot.
pub fn fits(domain: &Domain, cx: &Cx<'_>, call: &WebhookInstance, decision: &Decision) -> Result<(), String> {
    let Some((task, _)) = call.source.step() else { return Ok(()) };
    let is_approval = matches!(call.source, CallSource::ApprovalStep { .. });
    match decision {
        Decision::None => Err("the answer holds no decision".into()),
        Decision::Approve { .. } | Decision::Deny { .. } if is_approval => Ok(()),
        Decision::Reassign { to, .. } if is_approval => {
            let there = approvers::present(cx.company, approvers::distinct(to.clone())).len();
            let fits = (1..=REASSIGNEES_MAX).contains(&to.len()) && there == to.len();
            if fits { Ok(()) } else { Err(format!("a step is reassigned to 1 to {REASSIGNEES_MAX} users")) }
        }
        Decision::ReplacePolicy { steps, .. } if is_approval => {
            let task = domain.tasks.get(&task).ok_or("there is no such task")?;
            let policy = replaced(task, steps).ok_or("the task has no policy")?;
            policies::check(domain, &policy).map_err(|why| why.to_string())
        }
        Decision::Complete { .. } | Decision::Errored { .. } if !is_approval => Ok(()),
        _ => Err("the decision is about another kind of step".into()),
    }
}

/// The policy that a task runs, with these steps and nothing else.
fn replaced(task: &Task, steps: &[PolicyStep]) -> Option<Policy> {
    let policy = Policy::clone(&task.run.as_ref()?.policy);
    let key = policy.policy_type.baseline_key().to_owned();
    let steps = BTreeMap::from([(key, steps.to_vec())]);
    Some(Policy { steps, rules: Vec::new(), baseline_policy: None, ..policy })
}

/// Does what a receiver decided; it [`fits`].
pub fn decided(domain: &mut Domain, cx: &mut Cx<'_>, call: &WebhookInstance, decision: Decision) {
    let called = called_by(domain, call);
    on_its_step(domain, cx, call, |domain, cx, task| {
        let is_approval = matches!(call.source, CallSource::ApprovalStep { .. });
        if is_approval {
            note(domain, cx, task, None, Event::ApprovalWebhookSuccess(called));
        } else if matches!(decision, Decision::Complete { .. }) {
            note(domain, cx, task, None, Event::WebhookSuccess(called));
        }
        match decision {
            Decision::Approve { comment } => decide::decide(domain, cx, task, true, &comment),
            Decision::Deny { comment } => decide::decide(domain, cx, task, false, &comment),
            Decision::Reassign { to, comment } => {
                hand_over::hand_over(domain, cx, task, None, to);
                say(domain, cx, task, None, &comment);
            }
            Decision::ReplacePolicy { steps, comment } => {
                say(domain, cx, task, None, &comment);
                if let Some(policy) = replaced(task, &steps) {
                    again::replace(domain, cx, task, &Arc::new(policy));
                }
            }
            Decision::Complete { comment } => {
                say(domain, cx, task, None, &comment);
                provision::complete(domain, cx, task, None);
            }
            Decision::Errored { why } => fall_back(domain, cx, task, &why),
            Decision::None => {}
        }
    });
}
