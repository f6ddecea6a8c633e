//! Proving who approves: the transactions are those of step-up in general (contract, 8.7, 12.3).

use super::act::{Acting, AtStep};
use super::{TaskRefusal, decide};
use crate::company::Person;
use crate::kernel::Id;
use crate::vendors::conductorone::lifecycle::Refusal;
use crate::vendors::conductorone::lifecycle::step_up::open_transaction;
use crate::vendors::conductorone::model::{
    ActionType, Domain, StepInstance, StepUpState, StepUpTarget, StepUpTransaction, Task,
};
use crate::vendors::conductorone::wire::id;
use crate::world::{Command, Cx};

/// Begin to prove who approves; answers with the path where that is done.
pub struct BeginStepUp {
    /// Who, and what.
    pub act: Acting,
    /// Which step.
    pub step: Id<StepInstance>,
}

impl Command<Domain> for BeginStepUp {
    type Output = String;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<String, Refusal> {
        let what = [ActionType::ApproveWithStepUp];
        let task = self.act.permitted(domain, AtStep::This(self.step), &what)?;
        let provider = decide::current(&task)?.step_up_provider.ok_or(TaskRefusal::NotPermitted)?;
        let target = StepUpTarget::Approve { task: task.id, step: self.step };
        let made = open_transaction(domain, cx, self.act.by.person, provider, target);
        Ok(format!("/auth/v1/step-up/{}", id::text(made)))
    }
}

/// Takes a proof for the approval of one step; it counts once, for the step is over then.
pub fn spend(
    domain: &Domain,
    id: Id<StepUpTransaction>,
    user: Id<Person>,
    task: Id<Task>,
    step: Id<StepInstance>,
) -> Result<(), TaskRefusal> {
    let target = StepUpTarget::Approve { task, step };
    let row = domain.step_up_transactions.get(&id);
    let fits = row.is_some_and(|row| (row.user, row.target, row.state) == (user, target, StepUpState::Verified));
    if fits { Ok(()) } else { Err(TaskRefusal::StepUpInvalid) }
}
