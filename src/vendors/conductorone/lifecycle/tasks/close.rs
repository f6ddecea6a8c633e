//! The end of a task.

use super::act::{Acting, AtStep, Taken};
use super::proceed::{end_approval, step_on};
use super::{TaskRefusal, hand_over, note, provision, report, retire};
use crate::company::Person;
use crate::kernel::Id;
use crate::vendors::conductorone::lifecycle::Refusal;
use crate::vendors::conductorone::model::{
    ActionType, ApprovalMove, ApprovalOutcome, Domain, Done, Event, FormMove, Outcome, OutcomeMove, Processing,
    ProvisionMove, ProvisionOutcome, StepBody, Task, TaskKind, TaskMove, WaitMove,
};
use crate::world::{Command, Cx};

/// Close a task without a decision.
pub struct Close {
    /// Who, what, and what they say.
    pub act: Acting,
}

impl Command<Domain> for Close {
    type Output = Taken;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Taken, Refusal> {
        let mut task = self.act.permitted(domain, AtStep::Current, &[ActionType::Close])?;
        let taken = self.act.submitted(domain, cx, &mut task, ActionType::Close);
        self.act.say(domain, cx, &mut task);
        let provisions = task.current().is_some_and(|step| step.provision().is_some());
        if !(provisions && domain.switches().close_spares_provisioning) {
            let by = Some(self.act.by.person);
            super::offboard::cancel_children(domain, cx, &task, by);
            if !finish(domain, cx, &mut task, OutcomeMove::Cancel, by) {
                return Err(TaskRefusal::Closed.into());
            }
        }
        Acting::done(domain, cx, task, taken)
    }
}

/// Ends a task with this outcome; says whether it still could end so.
pub fn finish(
    domain: &mut Domain,
    cx: &mut Cx<'_>,
    task: &mut Task,
    by_move: OutcomeMove,
    by: Option<Id<Person>>,
) -> bool {
    let Some(outcome) = cx.go(task.outcome, by_move) else { return false };
    let before = task.state;
    let Some(state) = cx.go(before, TaskMove::Close) else { return false };
    abandon(domain, cx, task, by);
    (task.outcome, task.outcome_at) = (outcome, Some(cx.now()));
    task.processing = Processing::Done;
    if let Some(run) = &mut task.run {
        run.next.clear();
    }
    domain.timers.cancel_about(task.id);
    if let Some(event) = told(task, outcome) {
        note(domain, cx, task, by, event);
    }
    task.state = state;
    note(domain, cx, task, by, Event::StateChanged(before));
    report(cx, "task.closed", task);
    true
}

/// What the audit trail says of an outcome.
pub fn told(task: &Task, outcome: Outcome) -> Option<Event> {
    match task.kind {
        TaskKind::Grant(_) => Some(Event::GrantOutcome(outcome)),
        TaskKind::Revoke(_) => Some(Event::RevokeOutcome(outcome)),
        TaskKind::Certify(_) => Some(Event::CertifyOutcome(outcome)),
        TaskKind::Offboarding | TaskKind::Action(_) => None,
    }
}

/// Ends the step that runs because the task does.
fn abandon(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task, by: Option<Id<Person>>) {
    let Some(step) = task.current().cloned() else { return };
    match step.body {
        StepBody::Approval(_) => {
            end_approval(domain, cx, task, ApprovalMove::Close, ApprovalOutcome::Closed, by);
        }
        StepBody::Provision(_) => {
            let done = Done { by, at: cx.now() };
            provision::end(cx, task, ProvisionMove::Cancel, ProvisionOutcome::Cancelled(done));
            note(domain, cx, task, by, Event::ProvisionCancelled("the task was closed".into()));
        }
        StepBody::Wait(mut wait) => {
            // A wait that timed out is over already.
            let _ = step_on(cx, &mut wait.state, WaitMove::Close);
            hand_over::set_body(task, StepBody::Wait(wait));
        }
        StepBody::Form(mut form) => {
            let _ = step_on(cx, &mut form.state, FormMove::Close);
            hand_over::set_body(task, StepBody::Form(form));
        }
        StepBody::Accept(_) | StepBody::Reject(_) => {}
    }
    retire(domain, cx, task);
}
