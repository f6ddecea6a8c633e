//! Tasks that no person opens: a rule gives, and takes what it gave (contract, 15: automation).

use super::access;
use super::open::{self, New};
use crate::company::{Account, Person, Reason};
use crate::kernel::Id;
use crate::vendors::conductorone::lifecycle::membership::Given;
use crate::vendors::conductorone::model::{
    Bindings, Domain, EntitlementRef, Grant, GrantSource, Origin, Revoke, RevokeSource, Task, TaskKey, TaskKind,
};
use crate::world::Cx;

/// Whether access is being asked for in somebody's name.
pub fn is_asked_for(domain: &Domain, at: EntitlementRef, person: Id<Person>) -> bool {
    let mut open = domain.tasks.with(TaskKey::OpenFor(at, Some(person)));
    open.any(|task| matches!(task.kind, TaskKind::Grant(_)))
}

/// Gives what a rule gives.
pub fn open_by_rule(domain: &mut Domain, cx: &mut Cx<'_>, person: Id<Person>, given: &Given<'_>) {
    // Without an end: it is held for as long as the rule holds.
    let (entitlement, source) = (given.at, GrantSource::default());
    let kind = TaskKind::Grant(Box::new(Grant { entitlement, account: None, duration: None, source }));
    open::open(domain, cx, new(kind, person, given));
}

/// Takes what a rule gave and gives no more. What is held for another reason as well stays; only the rule's own reason
/// goes then. `all` takes it whatever the reason.
pub fn end_by_rule(domain: &mut Domain, cx: &mut Cx<'_>, person: Id<Person>, given: &Given<'_>, all: bool) {
    let accounts = cx.company.accounts_of(person).filter(|account| account.app == given.at.app);
    for account in accounts.map(|account| account.id).collect::<Vec<_>>() {
        let bindings = Bindings { domain, company: cx.company };
        let Some(binding) = bindings.get(given.at, account) else { continue };
        let reasons = &binding.reasons;
        let own: Vec<Reason> = reasons.iter().filter(|reason| is_by(domain, reason, given.origin)).cloned().collect();
        if own.is_empty() && !all {
            continue;
        }
        if own.len() < reasons.len() && !all {
            access::withdraw(domain, cx, account, given.at, |reason| own.contains(reason));
        } else if !is_being_revoked(domain, given.at, person, account) {
            let (entitlement, source) = (given.at, RevokeSource::Request(None));
            let kind = TaskKind::Revoke(Box::new(Revoke::of(domain, cx.company, entitlement, account, source)));
            open::open(domain, cx, new(kind, person, given));
        }
    }
}

fn new(kind: TaskKind, person: Id<Person>, given: &Given<'_>) -> New {
    New {
        origin: given.origin,
        description: given.why.to_owned(),
        automatic: !given.by_policy,
        ..New::of(kind, Some(person), None)
    }
}

/// Whether a reason comes from a task of this origin.
fn is_by(domain: &Domain, reason: &Reason, origin: Origin) -> bool {
    let task = Id::<Task>::from_hex(&reason.what).filter(|_| &*reason.by == access::REASON_BY);
    task.and_then(|id| domain.tasks.get(&id)).is_some_and(|task| task.origin == origin)
}

fn is_being_revoked(domain: &Domain, at: EntitlementRef, person: Id<Person>, account: Id<Account>) -> bool {
    let mut open = domain.tasks.with(TaskKey::OpenFor(at, Some(person)));
    open.any(|task| matches!(&task.kind, TaskKind::Revoke(revoke) if revoke.account == account))
}

/// Asks, by the revoke policy, for the end of access that nobody uses.
pub fn open_for_non_usage(domain: &mut Domain, cx: &mut Cx<'_>, person: Id<Person>, revoke: Revoke) {
    let kind = TaskKind::Revoke(Box::new(revoke));
    open::open(domain, cx, New { origin: Origin::NonUsageRevoke, ..New::of(kind, Some(person), None) });
}
