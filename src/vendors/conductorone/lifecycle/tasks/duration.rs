//! Another duration for what was asked for (contract, 8.7).

use super::act::{Acting, Taken};
use super::open::check_duration;
use super::{TaskRefusal, note};
use crate::kernel::Span;
use crate::vendors::conductorone::lifecycle::Refusal;
use crate::vendors::conductorone::model::{ActionType, Domain, Event, PolicyStep, StepInstance, Task, TaskKind};
use crate::world::{Command, Cx};

/// Set how long the access is to last.
pub struct UpdateDuration {
    /// Who, and what.
    pub act: Acting,
    /// How long.
    pub duration: Span,
}

impl Command<Domain> for UpdateDuration {
    type Output = Taken;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Taken, Refusal> {
        let task = self.act.visible(domain)?;
        let provisions = task.current().and_then(StepInstance::provision).is_some();
        if task.is_open() && provisions && matches!(task.kind, TaskKind::Grant(_)) {
            return Err(TaskRefusal::DurationWhileProvisioning.into());
        }
        let mut task = self.act.permitted(domain, super::act::AtStep::Current, &[ActionType::UpdateGrantDuration])?;
        if let Some(entitlement) = task.entitlement() {
            check_duration(domain, entitlement, Some(self.duration))?;
        }
        let taken = self.act.submitted(domain, cx, &mut task, ActionType::UpdateGrantDuration);
        set(&mut task, self.duration);
        note(domain, cx, &mut task, Some(self.act.by.person), Event::DurationUpdated(Some(self.duration)));
        Acting::done(domain, cx, task, taken)
    }
}

/// In the request, and in the provisioning to come.
fn set(task: &mut Task, duration: Span) {
    if let TaskKind::Grant(grant) = &mut task.kind {
        grant.duration = Some(duration);
    }
    let Some(run) = &mut task.run else { return };
    for step in run.next.iter_mut().chain(&mut run.chain) {
        if let PolicyStep::Provision(provision) = step {
            provision.target.duration = Some(duration);
        }
    }
}
