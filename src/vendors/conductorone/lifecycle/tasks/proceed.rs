//! From step to step (contract, 8.4).

use serde_json::Map;

use super::approvers::{self, ask};
use super::{agent, close, note, provision, retire, say, sla, wait, webhook};
use crate::company::Person;
use crate::kernel::{Id, Lifecycle};
use crate::vendors::conductorone::model::{
    Approval, ApprovalInstance, ApprovalMove, ApprovalOutcome, ApprovalState, Approvers, Domain, Done, Event,
    FormInstance, FormState, OutcomeMove, PolicyStep, Processing, StepBody, StepInstance, Task,
};
use crate::world::Cx;

/// Enters the next step, and those after it for as long as none waits. Each turn takes a step off the list.
pub fn proceed(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task) {
    while task.is_open() && task.current().is_none() {
        let Some(run) = &mut task.run else { return };
        if run.next.is_empty() {
            close::finish(domain, cx, task, OutcomeMove::Succeed, None);
            return;
        }
        let definition = run.next.remove(0);
        enter(domain, cx, task, definition);
    }
}

/// Enters a step. What asks nobody is over when this returns.
fn enter(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task, definition: PolicyStep) {
    match definition {
        PolicyStep::Accept(message) => {
            put(cx, task, PolicyStep::Accept(message.clone()), StepBody::Accept(message.clone()));
            note(domain, cx, task, None, Event::AutoAccepted);
            say(domain, cx, task, None, &message);
            retire(domain, cx, task);
            if let Some(run) = &mut task.run {
                run.next.retain(|step| matches!(step, PolicyStep::Provision(_)));
            }
        }
        PolicyStep::Reject(message) => {
            put(cx, task, PolicyStep::Reject(message.clone()), StepBody::Reject(message.clone()));
            note(domain, cx, task, None, Event::AutoRejected);
            say(domain, cx, task, None, &message);
            retire(domain, cx, task);
            close::finish(domain, cx, task, OutcomeMove::Refuse, None);
        }
        PolicyStep::Approval(approval) => enter_approval(domain, cx, task, *approval),
        PolicyStep::Provision(definition) => provision::enter(domain, cx, task, *definition),
        PolicyStep::Wait(definition) => wait::enter(domain, cx, task, definition),
        PolicyStep::Form(form) => {
            let assigned = task.created_by.into_iter().chain(task.subject).collect();
            let body = FormInstance {
                form: form.clone(),
                data: Map::clone(&task.data),
                assigned: approvers::distinct(approvers::present(cx.company, assigned)),
                state: FormState::Waiting,
                outcome: None,
            };
            put(cx, task, PolicyStep::Form(form), StepBody::Form(Box::new(body)));
            task.processing = Processing::Waiting;
        }
    }
}

fn enter_approval(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task, approval: Approval) {
    match approval.approvers.clone() {
        Approvers::Webhook(webhook) => {
            let step = put_approval(domain, cx, task, approval, Vec::new());
            task.processing = Processing::Processing;
            webhook::ask_approval(domain, cx, task, step, webhook);
        }
        Approvers::Agent(_) => {
            let step = put_approval(domain, cx, task, approval, Vec::new());
            agent::consider(domain, cx, task, step);
        }
        _ => {
            let asked = ask(domain, cx, task, &approval);
            for event in asked.notes {
                note(domain, cx, task, None, event);
            }
            if asked.skipped {
                put_approval(domain, cx, task, approval, Vec::new());
                let outcome = ApprovalOutcome::Skipped { done: Done { by: None, at: cx.now() }, to: None };
                end_approval(domain, cx, task, ApprovalMove::Skip, outcome, None);
            } else {
                put_approval(domain, cx, task, approval, asked.people);
                task.processing = Processing::Waiting;
            }
        }
    }
}

/// Puts an approval to these people.
pub fn put_approval(
    domain: &mut Domain,
    cx: &mut Cx<'_>,
    task: &mut Task,
    approval: Approval,
    assigned: Vec<Id<Person>>,
) -> Id<StepInstance> {
    let definition = PolicyStep::Approval(Box::new(approval.clone()));
    let escalation = sla::due(cx, &approval);
    let state = [ApprovalMove::Notify, ApprovalMove::Wait]
        .into_iter()
        .fold(ApprovalState::Init, |state, by| cx.go(state, by).unwrap_or(state));
    let body = ApprovalInstance { approval, state, assigned, assigned_at: cx.now(), escalation, outcome: None };
    note(domain, cx, task, None, Event::ApprovalChanged(Box::new(body.clone())));
    let step = put(cx, task, definition, StepBody::Approval(Box::new(body)));
    sla::set(domain, cx, task.id, step, escalation);
    step
}

/// Makes a step the one that runs.
pub fn put(cx: &mut Cx<'_>, task: &mut Task, definition: PolicyStep, body: StepBody) -> Id<StepInstance> {
    let id = cx.id("conductorone/step");
    if let Some(run) = &mut task.run {
        run.current = Some(StepInstance { id, generation: run.generation, definition, body });
    }
    id
}

/// Ends the approval that runs; says whether it was still open.
pub fn end_approval(
    domain: &mut Domain,
    cx: &mut Cx<'_>,
    task: &mut Task,
    by_move: ApprovalMove,
    outcome: ApprovalOutcome,
    by: Option<Id<Person>>,
) -> bool {
    let Some(StepInstance { body: StepBody::Approval(instance), .. }) =
        task.run.as_mut().and_then(|run| run.current.as_mut())
    else {
        return false;
    };
    let Some(state) = cx.go(instance.state, by_move) else { return false };
    instance.state = state;
    instance.outcome = Some(outcome);
    let shown = instance.clone();
    note(domain, cx, task, by, Event::ApprovalChanged(shown));
    retire(domain, cx, task);
    true
}

/// Moves a part of the step that runs, noting the edge; `None` when it is illegal there.
pub fn step_on<S: Lifecycle>(cx: &mut Cx<'_>, state: &mut S, by: S::Move) -> Option<()> {
    *state = cx.go(*state, by)?;
    Some(())
}
