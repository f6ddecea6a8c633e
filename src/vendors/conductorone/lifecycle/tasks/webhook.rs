//! Steps that a webhook decides or carries out (contract, 8.5, 8.6, 12.2).

use super::provision::fall_back;
use super::{note, skip};
use crate::kernel::Id;
use crate::vendors::conductorone::model::{Called, Domain, Event, StepInstance, Task, Webhook};
use crate::world::Cx;

/// Puts an approval to a webhook. One that is not there fails, and the policy goes on with the next step.
pub fn ask_approval(
    domain: &mut Domain,
    cx: &mut Cx<'_>,
    task: &mut Task,
    step: Id<StepInstance>,
    webhook: Id<Webhook>,
) {
    match call(domain, cx, task, step, webhook, true) {
        Some(called) => {
            note(domain, cx, task, None, Event::ApprovalWebhookTriggered(called.clone()));
            note(domain, cx, task, None, Event::ApprovalWebhookAttempt(called));
        }
        None => {
            let called = nothing(cx, webhook);
            fail_approval(domain, cx, task, called, "webhook not found");
        }
    }
}

/// A webhook could not decide: it is audited, and the policy goes on.
pub fn fail_approval(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task, called: Called, why: &str) {
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
    match call(domain, cx, task, step, webhook, false) {
        Some(called) => {
            note(domain, cx, task, None, Event::WebhookTriggered(called.clone()));
            note(domain, cx, task, None, Event::WebhookAttempt(called));
        }
        None => fall_back(domain, cx, task, "webhook not found"),
    }
}

fn call(_: &Domain, _: &Cx<'_>, _: &Task, _: Id<StepInstance>, _: Id<Webhook>, _: bool) -> Option<Called> {
    None
}

fn nothing(cx: &mut Cx<'_>, webhook: Id<Webhook>) -> Called {
    Called { webhook, call: cx.id("conductorone/webhook-call"), name: String::new(), url: String::new() }
}
