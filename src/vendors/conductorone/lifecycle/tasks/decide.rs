//! Approving, denying, commenting.

use super::act::{Acting, AtStep, Taken};
use super::proceed::end_approval;
use super::{TaskRefusal, close, go_on, note, report, step_up};
use crate::company::Person;
use crate::kernel::Id;
use crate::vendors::conductorone::lifecycle::Refusal;
use crate::vendors::conductorone::model::{
    ActionType, Approval, ApprovalMove, ApprovalOutcome, Domain, Done, Event, OutcomeMove, StepInstance,
    StepUpTransaction, Task,
};
use crate::world::{Command, Cx};

/// Approve the current step.
pub struct Approve {
    /// Who, what, and what they say.
    pub act: Acting,
    /// Which step.
    pub step: Id<StepInstance>,
    /// How the approver has proved who they are.
    pub proof: StepUp,
}

/// How an approver has proved who they are.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum StepUp {
    /// Not at all.
    None,
    /// By a transaction that the step-up provider verified.
    By(Id<StepUpTransaction>),
}

impl Command<Domain> for Approve {
    type Output = Taken;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Taken, Refusal> {
        let what = [ActionType::Approve, ActionType::ApproveWithStepUp];
        let mut task = self.act.permitted(domain, AtStep::This(self.step), &what)?;
        let approval = current(&task)?;
        let (provider, needs_reason) = (approval.step_up_provider, approval.require_approval_reason);
        let (what, step_up) = match (self.proof, provider) {
            (StepUp::None, Some(_)) => return Err(TaskRefusal::StepUpRequired.into()),
            (StepUp::None, None) => (ActionType::Approve, None),
            (StepUp::By(_), None) => return Err(TaskRefusal::NotPermitted.into()),
            (StepUp::By(transaction), Some(_)) => (ActionType::ApproveWithStepUp, Some(transaction)),
        };
        if let Some(transaction) = step_up {
            step_up::spend(domain, transaction, self.act.by.person, task.id, self.step)?;
        }
        reason(needs_reason, &self.act.comment, "approve")?;
        let taken = self.act.submitted(domain, cx, &mut task, what);
        let by = Some(self.act.by.person);
        if let Some(transaction) = step_up {
            note(domain, cx, &mut task, by, Event::StepUpApproval(transaction));
        }
        approve(domain, cx, &mut task, by, step_up)?;
        self.act.say(domain, cx, &mut task);
        go_on(domain, cx, &mut task);
        Acting::done(domain, cx, task, taken)
    }
}

/// Ends the current approval with a yes.
fn approve(
    domain: &mut Domain,
    cx: &mut Cx<'_>,
    task: &mut Task,
    by: Option<Id<Person>>,
    step_up: Option<Id<StepUpTransaction>>,
) -> Result<(), Refusal> {
    let entitlements = task.entitlement().into_iter().collect();
    let outcome = ApprovalOutcome::Approved { done: Done { by, at: cx.now() }, entitlements, step_up };
    if !end_approval(domain, cx, task, ApprovalMove::Approve, outcome, by) {
        return Err(TaskRefusal::NotPermitted.into());
    }
    decided(task, by);
    report(cx, "task.approved", task);
    Ok(())
}

/// Deny the current step: the end of the task (contract, 8.7).
pub struct Deny {
    /// Who, what, and what they say.
    pub act: Acting,
    /// Which step; the one that runs when absent.
    pub step: Option<Id<StepInstance>>,
}

impl Command<Domain> for Deny {
    type Output = Taken;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Taken, Refusal> {
        let mut task = self.act.permitted(domain, self.step.into(), &[ActionType::Deny])?;
        reason(current(&task)?.require_denial_reason, &self.act.comment, "deny")?;
        let taken = self.act.submitted(domain, cx, &mut task, ActionType::Deny);
        deny(domain, cx, &mut task, Some(self.act.by.person), |domain, cx, task| self.act.say(domain, cx, task))?;
        Acting::done(domain, cx, task, taken)
    }
}

fn deny(
    domain: &mut Domain,
    cx: &mut Cx<'_>,
    task: &mut Task,
    by: Option<Id<Person>>,
    say: impl FnOnce(&mut Domain, &mut Cx<'_>, &mut Task),
) -> Result<(), Refusal> {
    let outcome = ApprovalOutcome::Denied(Done { by, at: cx.now() });
    if !end_approval(domain, cx, task, ApprovalMove::Deny, outcome, by) {
        return Err(TaskRefusal::NotPermitted.into());
    }
    decided(task, by);
    say(domain, cx, task);
    close::finish(domain, cx, task, OutcomeMove::Refuse, by);
    Ok(())
}

/// Decides the current approval in nobody's name.
pub fn decide(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task, yes: bool, comment: &str) {
    let said = |domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task| super::say(domain, cx, task, None, comment);
    if yes {
        if approve(domain, cx, task, None, None).is_ok() {
            said(domain, cx, task);
            go_on(domain, cx, task);
        }
    } else if deny(domain, cx, task, None, said).is_err() {
        note(domain, cx, task, None, Event::Comment("the step could not be decided".into()));
    }
}

/// Say something about a task, open or closed.
pub struct Comment {
    /// Who, what, and what they say.
    pub act: Acting,
}

impl Command<Domain> for Comment {
    type Output = Id<Task>;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Id<Task>, Refusal> {
        let mut task = self.act.visible(domain)?;
        if self.act.comment.is_empty() {
            return Err(TaskRefusal::EmptyComment.into());
        }
        self.act.say(domain, cx, &mut task);
        let id = task.id;
        super::save(domain, cx, task);
        Ok(id)
    }
}

fn decided(task: &mut Task, by: Option<Id<Person>>) {
    if let Some(by) = by.filter(|by| !task.approvers.contains(by)) {
        task.approvers.push(by);
    }
}

/// The approval that runs.
pub fn current(task: &Task) -> Result<&Approval, TaskRefusal> {
    let instance = task.current().and_then(StepInstance::approval).ok_or(TaskRefusal::NotPermitted)?;
    Ok(&instance.approval)
}

/// Whether there is a reason where one has to be.
pub fn reason(required: bool, comment: &str, what: &'static str) -> Result<(), TaskRefusal> {
    if required && comment.trim().is_empty() { Err(TaskRefusal::ReasonRequired(what)) } else { Ok(()) }
}
