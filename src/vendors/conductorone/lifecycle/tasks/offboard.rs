//! Somebody leaves: one revoke task for everything they hold (contract, 8.10).

use super::open::{self, New};
use super::{close, load, on_open};
use crate::company::{AccountStatus, Person};
use crate::kernel::Id;
use crate::vendors::conductorone::lifecycle::{Actor, Noun, Refusal};
use crate::vendors::conductorone::model::{
    Bindings, Domain, Origin, Outcome, OutcomeMove, Processing, Revoke, RevokeSource, Task, TaskKey, TaskKind, TaskMove,
};
use crate::world::{Command, Cx};

/// Take everything from somebody.
pub struct OpenOffboarding {
    /// Who asks; administrators only, which the gate sees to.
    pub by: Actor,
    /// Who leaves.
    pub subject: Id<Person>,
    /// Why.
    pub description: String,
}

impl Command<Domain> for OpenOffboarding {
    type Output = Id<Task>;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Id<Task>, Refusal> {
        if !cx.company.people().contains(&self.subject) {
            return Err(Refusal::NoSuch(Noun::User));
        }
        let by = Some(self.by.person);
        let new = New { description: self.description, ..New::of(TaskKind::Offboarding, Some(self.subject), by) };
        let parent = open::open(domain, cx, new);
        // Until all are opened, those that close at once do not close it.
        domain.tasks.update(&parent, |task| task.processing = Processing::Processing);
        for kind in everything(domain, cx, self.subject, by) {
            let new = New {
                origin: Origin::CascadeDelete,
                parent: Some(parent),
                ..New::of(TaskKind::Revoke(Box::new(kind)), Some(self.subject), None)
            };
            open::open(domain, cx, new);
        }
        domain.tasks.update(&parent, |task| task.processing = Processing::Waiting);
        child_closed(domain, cx, parent);
        Ok(parent)
    }
}

/// What somebody holds, account by account; the account itself last.
fn everything(domain: &Domain, cx: &Cx<'_>, subject: Id<Person>, by: Option<Id<Person>>) -> Vec<Revoke> {
    let bindings = Bindings { domain, company: cx.company };
    let accounts = cx.company.accounts_of(subject).filter(|account| account.status != AccountStatus::Closed);
    let governed = accounts.filter(|account| domain.app(account.app).is_some());
    let held = governed.flat_map(|account| {
        let mut held: Vec<_> = bindings.of_account(account).map(|binding| binding.entitlement).collect();
        held.sort_by_key(|entitlement| (entitlement.is_access(), *entitlement));
        held.into_iter().map(|entitlement| (account.id, entitlement))
    });
    let source = RevokeSource::Request(by);
    let revoke = |(account, entitlement)| Revoke::of(domain, cx.company, entitlement, account, source.clone());
    held.map(revoke).collect()
}

/// One of an offboarding's tasks is over; so is the offboarding when all are.
pub fn child_closed(domain: &mut Domain, cx: &mut Cx<'_>, parent: Id<Task>) {
    let opens = domain.tasks.get(&parent).is_some_and(|task| task.processing == Processing::Processing);
    if opens || domain.tasks.with(TaskKey::Parent(parent)).any(|task| task.is_open()) {
        return;
    }
    let all_done = domain.tasks.with(TaskKey::Parent(parent)).all(|task| task.outcome == Outcome::Succeeded);
    on_open(domain, cx, parent, |domain, cx, task| {
        if all_done {
            close::finish(domain, cx, task, OutcomeMove::Succeed, None);
        } else if let (Some(outcome), Some(state)) =
            (cx.go(task.outcome, OutcomeMove::Fail), cx.go(task.state, TaskMove::Close))
        {
            (task.outcome, task.outcome_at, task.state) = (outcome, Some(cx.now()), state);
            task.processing = Processing::Done;
        }
    });
}

/// Closes what an offboarding has opened, because it is closed itself.
pub fn cancel_children(domain: &mut Domain, cx: &mut Cx<'_>, parent: &Task, by: Option<Id<Person>>) {
    if !matches!(parent.kind, TaskKind::Offboarding) {
        return;
    }
    let open: Vec<_> =
        domain.tasks.with(TaskKey::Parent(parent.id)).filter(|task| task.is_open()).map(|task| task.id).collect();
    for child in open {
        let Ok(mut task) = load(domain, child) else { continue };
        close::finish(domain, cx, &mut task, OutcomeMove::Cancel, by);
        // Not by `save`: the last one would end the offboarding that is being closed.
        task.updated = cx.now();
        domain.tasks.put(task);
    }
}
