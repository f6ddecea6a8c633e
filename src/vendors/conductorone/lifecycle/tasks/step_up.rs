//! Proving who approves (contract, 8.7, 12.3).

use super::act::{Acting, AtStep};
use super::{TaskRefusal, decide};
use crate::company::Person;
use crate::kernel::{Hop, Id, Pace, Span};
use crate::vendors::conductorone::lifecycle::{Noun, Refusal, Timer};
use crate::vendors::conductorone::model::{
    ActionType, Domain, StepInstance, StepUpMove, StepUpState, StepUpTransaction, Task,
};
use crate::vendors::conductorone::wire::id;
use crate::world::{Command, Cx};

/// How long a proof may be used. [assumed]
const LIFETIME: Span = Span::minutes(10);
// An instant, not a pace.
const EXPIRE: Hop = Hop { name: "conductorone/step-up-end", pace: Pace::AtOnce };

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
        let task = self.act.permitted(domain, cx, AtStep::This(self.step), &what)?;
        let provider = decide::current(&task)?.step_up_provider.ok_or(TaskRefusal::NotPermitted)?;
        let (made, now) = (id::fresh(cx, "conductorone/step-up"), cx.now());
        let expires = now + LIFETIME;
        let (user, task, step) = (self.act.by.person, task.id, self.step);
        let state = StepUpState::Pending;
        domain.step_ups.put(StepUpTransaction {
            id: made,
            user,
            provider,
            state,
            task,
            step,
            expires,
            created: now,
            updated: now,
        });
        domain.timers.at(cx.chronicle, EXPIRE, expires, made, Timer::StepUpOver(made));
        cx.emit("step-up.begun", made, serde_json::json!({"task": task, "user": user}));
        Ok(format!("/auth/v1/step-up/{}", id::text(made)))
    }
}

/// Settle a proof: what the user does at the provider (contract, 18).
pub struct SettleStepUp {
    /// Which.
    pub transaction: Id<StepUpTransaction>,
    /// Whether they could prove it.
    pub verified: bool,
}

impl Command<Domain> for SettleStepUp {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let by = if self.verified { StepUpMove::Verify } else { StepUpMove::Fail };
        if turn(domain, cx, self.transaction, by) { Ok(()) } else { Err(Refusal::NoSuch(Noun::StepUpTransaction)) }
    }
}

/// Its time is over.
pub fn expire(domain: &mut Domain, cx: &mut Cx<'_>, transaction: Id<StepUpTransaction>) {
    turn(domain, cx, transaction, StepUpMove::Expire);
}

fn turn(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<StepUpTransaction>, by: StepUpMove) -> bool {
    let Some(state) = domain.step_ups.get(&id).and_then(|row| cx.go(row.state, by)) else { return false };
    let now = cx.now();
    domain.step_ups.update(&id, |row| (row.state, row.updated) = (state, now))
}

/// Takes a proof for the approval of one step; it counts once.
pub fn spend(
    domain: &mut Domain,
    cx: &mut Cx<'_>,
    id: Id<StepUpTransaction>,
    user: Id<Person>,
    task: Id<Task>,
    step: Id<StepInstance>,
) -> Result<(), TaskRefusal> {
    let fits = |row: &&std::sync::Arc<StepUpTransaction>| (row.user, row.task, row.step) == (user, task, step);
    let row = domain.step_ups.get(&id).filter(fits).ok_or(TaskRefusal::StepUpInvalid)?;
    cx.go(row.state, StepUpMove::Spend).ok_or(TaskRefusal::StepUpInvalid)?;
    domain.timers.cancel_about(id);
    Ok(())
}
