//! From the beginning: restart, hard reset, and the emergency policy.

use std::sync::Arc;

use super::act::{Acting, AtStep, Taken};
use super::choose::{self, choose};
use super::proceed::{end_approval, step_on};
use super::skip::current_id;
use super::{TaskRefusal, go_on, hand_over, note, provision, retire, set_run};
use crate::company::Person;
use crate::kernel::Id;
use crate::vendors::conductorone::lifecycle::Refusal;
use crate::vendors::conductorone::model::{
    ActionType, ApprovalInstance, ApprovalMove, ApprovalOutcome, ApprovalState, Domain, Done, Event, FormMove,
    FormOutcome, OutcomeMove, Policy, PolicyStep, ProvisionMove, ProvisionOutcome, StepBody, StepInstance, Task,
    TaskMove, WaitMove,
};
use crate::world::{Command, Cx};

/// Begin anew with the same policy. On a closed task, only its history shows it (contract, 8.12).
pub struct Restart {
    /// Who, what, and what they say.
    pub act: Acting,
}

impl Command<Domain> for Restart {
    type Output = Taken;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Taken, Refusal> {
        let mut task = self.act.visible(domain)?;
        if !super::actions(domain, &task, &self.act.by).contains(&ActionType::Restart) {
            return Err(TaskRefusal::NotPermitted.into());
        }
        let by = Some(self.act.by.person);
        let taken = self.act.submitted(domain, cx, &mut task, ActionType::Restart);
        let old = current_id(&task).or_else(|| task.run.as_ref()?.history.last().map(|step| step.id));
        task.state = cx.go(task.state, TaskMove::Restart).ok_or(TaskRefusal::NotPermitted)?;
        if let Some(old) = old {
            note(domain, cx, &mut task, by, Event::Restarted(old));
        }
        if task.is_open() {
            leave(domain, cx, &mut task, by);
            if let Some(run) = &mut task.run {
                run.next = run.chain.clone();
            }
            try_again(cx, &mut task);
            go_on(domain, cx, &mut task);
        } else {
            remember(cx, &mut task, by, old);
        }
        self.act.say(domain, cx, &mut task);
        Acting::done(domain, cx, task, taken)
    }
}

/// Choose the policy anew, as it is today, and begin with its first step.
pub struct HardReset {
    /// Who, what, and what they say.
    pub act: Acting,
}

impl Command<Domain> for HardReset {
    type Output = Taken;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Taken, Refusal> {
        let mut task = self.act.permitted(domain, AtStep::Current, &[ActionType::HardReset])?;
        let by = Some(self.act.by.person);
        let taken = self.act.submitted(domain, cx, &mut task, ActionType::HardReset);
        let old = current_id(&task);
        note(domain, cx, &mut task, by, Event::HardReset(old));
        let chosen = choose(domain, cx, &task);
        rerun(domain, cx, &mut task, by, chosen);
        self.act.say(domain, cx, &mut task);
        Acting::done(domain, cx, task, taken)
    }
}

/// Make a request an emergency: the entitlement's emergency policy, from its first step.
pub struct Escalate {
    /// Who, what, and what they say.
    pub act: Acting,
    /// Which step; the one that runs when absent.
    pub step: Option<Id<StepInstance>>,
}

impl Command<Domain> for Escalate {
    type Output = Taken;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Taken, Refusal> {
        let what = ActionType::EscalateToEmergencyAccess;
        let mut task = self.act.permitted(domain, self.step.into(), &[what])?;
        let by = Some(self.act.by.person);
        let taken = self.act.submitted(domain, cx, &mut task, what);
        let step = current_id(&task);
        let policy = task.run.as_ref().map_or(Policy::builtin(choose::policy_type(&task)), |run| run.policy.id);
        task.emergency = true;
        note(domain, cx, &mut task, by, Event::Escalated { policy, step });
        let chosen = choose(domain, cx, &task);
        rerun(domain, cx, &mut task, by, chosen);
        self.act.say(domain, cx, &mut task);
        Acting::done(domain, cx, task, taken)
    }
}

/// Replaces the task's policy, and begins with its first step.
pub fn replace(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task, policy: &Arc<Policy>) {
    let from = task.run.as_ref().map_or(policy.id, |run| run.policy.id);
    note(domain, cx, task, None, Event::PolicyChanged { from, to: policy.id });
    let chosen = choose::with(domain, cx, task, policy);
    rerun(domain, cx, task, None, chosen);
}

fn rerun(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task, by: Option<Id<Person>>, mut chosen: choose::Chosen) {
    leave(domain, cx, task, by);
    for tried in std::mem::take(&mut chosen.tried) {
        note(domain, cx, task, None, tried);
    }
    let history = task.run.take().map(|run| run.history).unwrap_or_default();
    set_run(cx, task, chosen, history);
    try_again(cx, task);
    go_on(domain, cx, task);
}

/// An outcome that was not final is forgotten.
fn try_again(cx: &mut Cx<'_>, task: &mut Task) {
    if let Some(outcome) = cx.go(task.outcome, OutcomeMove::TryAgain) {
        (task.outcome, task.outcome_at) = (outcome, None);
    }
}

/// Ends the step that runs because the task begins anew.
fn leave(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task, by: Option<Id<Person>>) {
    let Some(old) = task.current().cloned() else { return };
    let done = Done { by, at: cx.now() };
    match old.body {
        StepBody::Approval(_) => {
            let outcome = ApprovalOutcome::Restarted { done, from: old.id };
            end_approval(domain, cx, task, ApprovalMove::Restart, outcome, by);
        }
        StepBody::Provision(_) => {
            provision::end(cx, task, ProvisionMove::Cancel, ProvisionOutcome::Cancelled(done));
        }
        StepBody::Wait(mut wait) => {
            let _ = step_on(cx, &mut wait.state, WaitMove::Close);
            hand_over::set_body(task, StepBody::Wait(wait));
        }
        StepBody::Form(mut form) => {
            if step_on(cx, &mut form.state, FormMove::Restart).is_some() {
                form.outcome = Some(FormOutcome::Restarted { done, from: old.id });
            }
            hand_over::set_body(task, StepBody::Form(form));
        }
        StepBody::Accept(_) | StepBody::Reject(_) => {}
    }
    retire(domain, cx, task);
}

/// Writes into the history of a closed task that somebody wanted it to begin anew.
fn remember(cx: &mut Cx<'_>, task: &mut Task, by: Option<Id<Person>>, old: Option<Id<StepInstance>>) {
    let Some(run) = &mut task.run else { return };
    let first = run.chain.iter().find_map(|step| match step {
        PolicyStep::Approval(approval) => Some(approval.clone()),
        _ => None,
    });
    let (Some(approval), Some(from)) = (first, old) else { return };
    let done = Done { by, at: cx.now() };
    let definition = PolicyStep::Approval(approval.clone());
    let state = [ApprovalMove::Notify, ApprovalMove::Wait, ApprovalMove::Restart]
        .into_iter()
        .fold(ApprovalState::Init, |state, by| cx.go(state, by).unwrap_or(state));
    let body = ApprovalInstance {
        approval: *approval,
        state,
        assigned: Vec::new(),
        assigned_at: cx.now(),
        escalation: None,
        outcome: Some(ApprovalOutcome::Restarted { done, from }),
    };
    let id: Id<StepInstance> = cx.id("conductorone/step");
    let body = StepBody::Approval(Box::new(body));
    run.remember(StepInstance { id, generation: run.generation, definition, body });
}
