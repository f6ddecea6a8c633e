//! A step is passed over, or hurried along.

use super::act::{Acting, AtStep, Taken};
use super::hand_over::{link, set_body};
use super::proceed::{end_approval, step_on};
use super::{go_on, note, provision, retire, wait};
use crate::company::Person;
use crate::kernel::Id;
use crate::vendors::conductorone::lifecycle::Refusal;
use crate::vendors::conductorone::model::{
    ActionType, ApprovalMove, ApprovalOutcome, Domain, Done, Event, FormMove, FormOutcome, ProvisionMove,
    ProvisionOutcome, StepBody, StepInstance, Task, WaitMove, WaitOutcome,
};
use crate::world::{Command, Cx};

/// Pass over the current step; it counts as having succeeded.
pub struct SkipStep {
    /// Who, what, and what they say.
    pub act: Acting,
    /// Which step.
    pub step: Id<StepInstance>,
}

impl Command<Domain> for SkipStep {
    type Output = Taken;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Taken, Refusal> {
        let mut task = self.act.permitted(domain, AtStep::This(self.step), &[ActionType::SkipStep])?;
        let taken = self.act.submitted(domain, cx, &mut task, ActionType::SkipStep);
        self.act.say(domain, cx, &mut task);
        skip(domain, cx, &mut task, Some(self.act.by.person));
        Acting::done(domain, cx, task, taken)
    }
}

/// Passes over the step that runs.
pub fn skip(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task, by: Option<Id<Person>>) {
    let Some(old) = task.current().cloned() else { return };
    let done = Done { by, at: cx.now() };
    let skipped = match old.body {
        StepBody::Approval(_) => {
            let outcome = ApprovalOutcome::Skipped { done, to: None };
            end_approval(domain, cx, task, ApprovalMove::Skip, outcome, by)
        }
        StepBody::Provision(_) => {
            let outcome = ProvisionOutcome::Skipped { done, to: None };
            provision::leave(domain, cx, task, ProvisionMove::Skip, outcome)
        }
        StepBody::Wait(mut wait) => step_on(cx, &mut wait.state, WaitMove::Skip).is_some_and(|()| {
            wait.outcome = Some(WaitOutcome::Skipped { done, to: None });
            set_body(task, StepBody::Wait(wait));
            retire(domain, cx, task);
            true
        }),
        StepBody::Form(mut form) => step_on(cx, &mut form.state, FormMove::Skip).is_some_and(|()| {
            form.outcome = Some(FormOutcome::Skipped { done, to: None });
            set_body(task, StepBody::Form(form));
            retire(domain, cx, task);
            true
        }),
        StepBody::Accept(_) | StepBody::Reject(_) => false,
    };
    if !skipped {
        return;
    }
    note(domain, cx, task, by, Event::StepSkipped(by));
    go_on(domain, cx, task);
    if let Some(new) = task.current().map(|step| step.id) {
        link(task, old.id, new);
    }
}

/// Look at once at what waits, past any schedule. A condition that does not hold goes on waiting.
pub struct ProcessNow {
    /// Who, and what.
    pub act: Acting,
}

impl Command<Domain> for ProcessNow {
    type Output = Id<Task>;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Id<Task>, Refusal> {
        let mut task = self.act.permitted(domain, AtStep::Current, &[ActionType::ProcessNow])?;
        match task.current().map(|step| &step.body) {
            None => super::proceed::proceed(domain, cx, &mut task),
            Some(StepBody::Wait(_)) => wait::hurry(domain, cx, &mut task),
            Some(StepBody::Provision(_)) => provision::hurry(domain, cx, &mut task),
            Some(_) => {}
        }
        let id = task.id;
        super::save(domain, cx, task);
        Ok(id)
    }
}

/// The step that runs, by id.
pub fn current_id(task: &Task) -> Option<Id<StepInstance>> {
    task.current().map(|step| step.id)
}
