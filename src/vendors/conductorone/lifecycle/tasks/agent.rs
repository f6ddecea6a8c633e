//! The vendor's agent decides: as scripted, else it fails (contract, 8.5).

use super::{AGENT, TaskTimer, decide, hand_over, skip};
use crate::kernel::{Id, Pace};
use crate::vendors::conductorone::lifecycle::Timer;
use crate::vendors::conductorone::model::{
    AgentFailure, AgentVerdict, Approvers, Domain, Processing, StepInstance, Task,
};
use crate::world::Cx;

/// Puts an approval before the agent.
pub fn consider(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task, step: Id<StepInstance>) {
    task.processing = Processing::Processing;
    if cx.pace(AGENT) == Pace::AtOnce {
        conclude(domain, cx, task);
    } else {
        cx.later(domain, AGENT, step, Timer::Task(TaskTimer::Agent { task: task.id, step }));
    }
}

/// The agent has made up its mind, or cannot.
pub fn conclude(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task) {
    let Some(Approvers::Agent(agent)) =
        task.current().and_then(StepInstance::approval).map(|it| it.approval.approvers.clone())
    else {
        return;
    };
    match domain.switches().agent {
        AgentVerdict::Approves => return decide::decide(domain, cx, task, true, "approved by the agent"),
        AgentVerdict::Denies => return decide::decide(domain, cx, task, false, "denied by the agent"),
        AgentVerdict::Fails => {}
    }
    let users = super::approvers::present(cx.company, agent.reassign_to);
    match agent.failure {
        AgentFailure::SkipPolicyStep => skip::skip(domain, cx, task, None),
        AgentFailure::ReassignToUsers if !users.is_empty() => hand_over::hand_over(domain, cx, task, None, users),
        AgentFailure::ReassignToUsers | AgentFailure::ReassignToSuperAdmins | AgentFailure::Unspecified => {
            let admins = domain.super_admins(cx.company);
            hand_over::hand_over(domain, cx, task, None, admins);
        }
    }
}
