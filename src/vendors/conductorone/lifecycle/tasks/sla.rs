//! Nobody decided in time (contract, 8.9).

use super::{ESCALATE, TaskTimer, again, choose, close, hand_over, note, say, skip};
use crate::kernel::Id;
use crate::vendors::conductorone::lifecycle::Timer;
use crate::vendors::conductorone::model::{
    Approval, Domain, EscalationAction, EscalationInstance, Event, OutcomeMove, StepBody, StepInstance, Task,
};
use crate::world::Cx;

/// When an approval that begins now escalates.
pub fn due(cx: &Cx<'_>, approval: &Approval) -> Option<EscalationInstance> {
    let escalation = approval.escalation.as_ref().filter(|_| approval.escalation_enabled)?;
    Some(EscalationInstance { expires_at: cx.now() + escalation.expiration, already: false })
}

/// Sets the timer.
pub fn set(
    domain: &mut Domain,
    cx: &mut Cx<'_>,
    task: Id<Task>,
    step: Id<StepInstance>,
    escalation: Option<EscalationInstance>,
) {
    if let Some(escalation) = escalation {
        let timer = Timer::Task(TaskTimer::Escalate { task, step });
        domain.timers.at(cx.chronicle, ESCALATE, escalation.expires_at, step, timer);
    }
}

/// Does what the policy says for this case, once.
pub fn escalate(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task) {
    let Some(StepInstance { body: StepBody::Approval(instance), .. }) =
        task.run.as_mut().and_then(|run| run.current.as_mut())
    else {
        return;
    };
    let (Some(escalation), Some(waiting)) = (instance.approval.escalation.clone(), instance.escalation.as_mut()) else {
        return;
    };
    if std::mem::replace(&mut waiting.already, true) {
        return;
    }
    let message = told(&escalation.action).to_owned();
    note(domain, cx, task, None, Event::SlaEscalation(message));
    say(domain, cx, task, None, &escalation.comment);
    match escalation.action {
        EscalationAction::ReplacePolicy(policy) => {
            if let Some(policy) = choose::living(domain, policy) {
                again::replace(domain, cx, task, &policy);
            }
        }
        EscalationAction::ReassignToApprovers(people) => {
            let people = super::approvers::present(cx.company, people);
            if !people.is_empty() {
                unescalated(task);
                hand_over::hand_over(domain, cx, task, None, people);
            }
        }
        EscalationAction::CancelTicket => {
            close::finish(domain, cx, task, OutcomeMove::Cancel, None);
        }
        EscalationAction::SkipStep => skip::skip(domain, cx, task, None),
    }
}

/// The step that follows by escalation does not escalate again.
fn unescalated(task: &mut Task) {
    if let Some(StepInstance { body: StepBody::Approval(instance), .. }) =
        task.run.as_mut().and_then(|run| run.current.as_mut())
    {
        instance.approval.escalation_enabled = false;
    }
}

fn told(action: &EscalationAction) -> &'static str {
    match action {
        EscalationAction::ReplacePolicy(_) => "the step was not completed in time: policy replaced",
        EscalationAction::ReassignToApprovers(_) => "the step was not completed in time: reassigned",
        EscalationAction::CancelTicket => "the step was not completed in time: task cancelled",
        EscalationAction::SkipStep => "the step was not completed in time: step skipped",
    }
}
