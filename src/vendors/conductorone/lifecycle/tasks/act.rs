//! What every action on a task has in common: who may take it, at which step (contract, 8.7, 8.12).

use super::rights::{actions, is_visible};
use super::{TaskRefusal, load, note, save, say};
use crate::kernel::Id;
use crate::vendors::conductorone::lifecycle::{Actor, Refusal};
use crate::vendors::conductorone::model::{ActionType, Domain, Event, StepInstance, TakenAction, Task};
use crate::world::Cx;

/// An action on a task.
#[derive(Clone, Debug)]
pub struct Acting {
    /// Which task.
    pub task: Id<Task>,
    /// Who acts.
    pub by: Actor,
    /// What they say.
    pub comment: String,
}

/// What was done.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The task.
    pub task: Id<Task>,
    /// The action's own id.
    pub action: Id<TakenAction>,
}

/// Which step an action names.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum AtStep {
    /// The one that runs.
    Current,
    /// This one, which must be the one that runs.
    This(Id<StepInstance>),
}

impl From<Option<Id<StepInstance>>> for AtStep {
    fn from(step: Option<Id<StepInstance>>) -> Self {
        step.map_or(Self::Current, Self::This)
    }
}

impl Acting {
    /// The task, if its caller may see it.
    pub fn visible(&self, domain: &Domain) -> Result<Task, Refusal> {
        let task = load(domain, self.task)?;
        if is_visible(&task, &self.by) { Ok(task) } else { Err(TaskRefusal::NotVisible.into()) }
    }

    /// The task, if it is open, at this step, and its caller may do one of these to it now.
    pub fn permitted(&self, domain: &Domain, at: AtStep, what: &[ActionType]) -> Result<Task, Refusal> {
        let task = self.visible(domain)?;
        if !task.is_open() {
            return Err(TaskRefusal::Closed.into());
        }
        if let AtStep::This(step) = at {
            check_step(&task, step)?;
        }
        let possible = actions(domain, &task, &self.by);
        if what.iter().any(|what| possible.contains(what)) { Ok(task) } else { Err(TaskRefusal::NotPermitted.into()) }
    }

    /// Writes down that the action was taken.
    pub fn submitted(&self, domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task, what: ActionType) -> Taken {
        let action = cx.id("conductorone/action");
        let (step, by) = (task.current().map(|step| step.id), Some(self.by.person));
        note(domain, cx, task, by, Event::ActionSubmitted { action, what, step, by });
        Taken { task: task.id, action }
    }

    /// Says what the caller has to say.
    pub fn say(&self, domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task) {
        say(domain, cx, task, Some(self.by.person), &self.comment);
    }

    /// Puts the task back.
    pub fn done(domain: &mut Domain, cx: &mut Cx<'_>, task: Task, taken: Taken) -> Result<Taken, Refusal> {
        save(domain, cx, task);
        Ok(taken)
    }
}

/// Whether a step is the one that runs.
fn check_step(task: &Task, step: Id<StepInstance>) -> Result<(), TaskRefusal> {
    match task.step(step) {
        None => Err(TaskRefusal::NoSuchStep),
        Some(_) if task.current().is_some_and(|current| current.id == step) => Ok(()),
        Some(_) => Err(TaskRefusal::StaleStep),
    }
}
