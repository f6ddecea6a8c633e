//! A step goes to somebody else: by hand, by escalation, by an agent's failure.

use super::act::{Acting, Taken};
use super::approvers::{distinct, present};
use super::decide::reason;
use super::proceed::{end_approval, put, put_approval, step_on};
use super::{TaskRefusal, note, provision, retire};
use crate::company::Person;
use crate::kernel::Id;
use crate::vendors::conductorone::lifecycle::Refusal;
use crate::vendors::conductorone::model::{
    ActionType, ApprovalMove, ApprovalOutcome, Approvers, Assignee, Assignees, Domain, Done, Event, FormMove,
    FormOutcome, FormState, Manual, Processing, ProvisionMove, ProvisionOutcome, ProvisionPolicy, StepBody,
    StepInstance, Task,
};
use crate::world::{Command, Cx};

/// How many users a step may be handed to at once (contract, 12.2 says so of webhooks).
pub const REASSIGNEES_MAX: usize = 32;

/// Hand the current step to somebody else.
pub struct Reassign {
    /// Who, what, and what they say.
    pub act: Acting,
    /// Which step; the one that runs when absent.
    pub step: Option<Id<StepInstance>>,
    /// To whom.
    pub to: Vec<Id<Person>>,
}

impl Command<Domain> for Reassign {
    type Output = Taken;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Taken, Refusal> {
        let mut task = self.act.permitted(domain, self.step.into(), &[ActionType::Reassign])?;
        let to = distinct(self.to.clone());
        if to.is_empty() {
            return Err(TaskRefusal::NoReassignee.into());
        }
        let allowed = allowed(&task);
        let is_allowed = |person: &Id<Person>| allowed.is_empty() || allowed.contains(person);
        if to.len() > REASSIGNEES_MAX || !to.iter().all(is_allowed) || present(cx.company, to.clone()).len() < to.len()
        {
            return Err(TaskRefusal::BadReassignee.into());
        }
        if let Some(approval) = task.current().and_then(StepInstance::approval) {
            reason(approval.approval.require_reassignment_reason, &self.act.comment, "reassign")?;
        }
        let taken = self.act.submitted(domain, cx, &mut task, ActionType::Reassign);
        hand_over(domain, cx, &mut task, Some(self.act.by.person), to);
        self.act.say(domain, cx, &mut task);
        Acting::done(domain, cx, task, taken)
    }
}

fn allowed(task: &Task) -> Vec<Id<Person>> {
    let approval = task.current().and_then(StepInstance::approval);
    approval.map(|instance| instance.approval.allowed_reassignees.clone()).unwrap_or_default()
}

/// Ends the step that runs, and starts one like it for these people.
pub fn hand_over(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task, by: Option<Id<Person>>, to: Vec<Id<Person>>) {
    let Some(old) = task.current().cloned() else { return };
    let done = Done { by, at: cx.now() };
    match old.body {
        StepBody::Approval(instance) => {
            // The new step's id is not known before there is one; `link` fills it in.
            let outcome = ApprovalOutcome::Reassigned { done, to: old.id };
            if !end_approval(domain, cx, task, ApprovalMove::Reassign, outcome, by) {
                return;
            }
            let mut approval = instance.approval;
            approval.approvers = Approvers::Users(to.clone());
            let new = put_approval(domain, cx, task, approval, to.clone());
            task.processing = Processing::Waiting;
            link(task, old.id, new);
            note(domain, cx, task, by, Event::ApprovalReassigned { from: old.id, to: new, users: to });
        }
        StepBody::Provision(instance) => {
            if !provision::end(cx, task, ProvisionMove::Reassign, ProvisionOutcome::Reassigned) {
                return;
            }
            retire(domain, cx, task);
            let mut definition = instance.provision;
            definition.policy = assigned_to(definition.policy, to.clone());
            provision::enter(domain, cx, task, definition);
            if let Some(new) = task.current().map(|step| step.id) {
                note(domain, cx, task, by, Event::ProvisionReassigned { from: old.id, to: new, users: to });
            }
        }
        StepBody::Form(mut form) => {
            if step_on(cx, &mut form.state, FormMove::Reassign).is_none() {
                return;
            }
            let mut fresh = form.clone();
            (fresh.state, fresh.assigned, fresh.outcome) = (FormState::Waiting, to, None);
            form.outcome = Some(FormOutcome::Reassigned { done, to: old.id });
            set_body(task, StepBody::Form(form));
            retire(domain, cx, task);
            let new = put(cx, task, old.definition, StepBody::Form(fresh));
            link(task, old.id, new);
        }
        StepBody::Accept(_) | StepBody::Reject(_) | StepBody::Wait(_) => {}
    }
}

/// The same by hand, by these people.
fn assigned_to(policy: ProvisionPolicy, users: Vec<Id<Person>>) -> ProvisionPolicy {
    let (instructions, allow_reassignment) = match policy {
        ProvisionPolicy::Manual(manual) => {
            let allow = manual.assignee.as_ref().is_some_and(|assignee| assignee.allow_reassignment);
            (manual.instructions, allow)
        }
        _ => (String::new(), false),
    };
    let assignee = Assignee { who: Assignees::Users(users.clone()), allow_reassignment, fallback_users: Vec::new() };
    ProvisionPolicy::Manual(Manual { users, instructions, assignee: Some(assignee) })
}

/// Replaces what the step that runs does.
pub fn set_body(task: &mut Task, body: StepBody) {
    if let Some(step) = task.run.as_mut().and_then(|run| run.current.as_mut()) {
        step.body = body;
    }
}

/// Writes into a step that is over which one followed.
pub fn link(task: &mut Task, old: Id<StepInstance>, new: Id<StepInstance>) {
    let Some(step) = task.run.as_mut().and_then(|run| run.history.iter_mut().find(|step| step.id == old)) else {
        return;
    };
    match &mut step.body {
        StepBody::Approval(instance) => match &mut instance.outcome {
            Some(ApprovalOutcome::Reassigned { to, .. } | ApprovalOutcome::ReassignedByError { to, .. }) => *to = new,
            Some(ApprovalOutcome::Skipped { to, .. }) => *to = Some(new),
            _ => {}
        },
        StepBody::Provision(instance) => match &mut instance.outcome {
            Some(ProvisionOutcome::ReassignedByError { to, .. }) => *to = new,
            Some(ProvisionOutcome::Skipped { to, .. }) => *to = Some(new),
            _ => {}
        },
        StepBody::Form(instance) => match &mut instance.outcome {
            Some(FormOutcome::Reassigned { to, .. }) => *to = new,
            Some(FormOutcome::Skipped { to, .. }) => *to = Some(new),
            _ => {}
        },
        StepBody::Wait(instance) => {
            if let Some(crate::vendors::conductorone::model::WaitOutcome::Skipped { to, .. }) = &mut instance.outcome {
                *to = Some(new);
            }
        }
        StepBody::Accept(_) | StepBody::Reject(_) => {}
    }
}
