//! Access whose date has come (contract, 8.11).

use super::access::{REASON_BY, give_up};
use super::open::{self, New};
use super::{EXPIRE, TaskTimer};
use crate::company::{Account, GrantId, Reason};
use crate::kernel::Id;
use crate::vendors::conductorone::lifecycle::Timer;
use crate::vendors::conductorone::model::{
    Bindings, Domain, EntitlementRef, Origin, Revoke, RevokeSource, TaskKey, TaskKind,
};
use crate::world::Cx;

/// The id under which the timers of one binding are found.
fn about(id: GrantId) -> Id<GrantId> {
    Id::named(&format!("conductorone/expiry/{}/{}", id.account, id.entitlement))
}

/// Sets a timer for the next date of a binding, instead of those that were set before.
pub fn watch(domain: &mut Domain, cx: &mut Cx<'_>, id: GrantId) {
    domain.timers.cancel_about(about(id));
    let next = reasons(domain, cx, id)
        .iter()
        .filter(|reason| &*reason.by == REASON_BY)
        .filter_map(|reason| reason.until)
        .min();
    if let Some(at) = next {
        let timer = Timer::Task(TaskTimer::Expire { account: id.account, entitlement: id.entitlement });
        domain.timers.at(cx.chronicle, EXPIRE, at, about(id), timer);
    }
}

/// A date has come: the binding's own ends in a revoke task; a reason among others just lapses.
pub fn expire(domain: &mut Domain, cx: &mut Cx<'_>, id: GrantId) {
    let Some(entitlement) = entitlement(cx, id) else { return };
    let now = cx.now();
    let Some(binding) = (Bindings { domain, company: cx.company }).get(entitlement, id.account) else { return };
    if binding.until().is_some_and(|until| until <= now) {
        revoke(domain, cx, entitlement, id.account);
    } else {
        give_up(domain, cx, id.account, entitlement, now);
        watch(domain, cx, id);
    }
}

fn revoke(domain: &mut Domain, cx: &mut Cx<'_>, entitlement: EntitlementRef, account: Id<Account>) {
    let subject = cx.company.accounts().get(&account).and_then(|account| account.person);
    let is_this = |kind: &TaskKind| matches!(kind, TaskKind::Revoke(revoke) if revoke.account == account);
    let open = domain.tasks.with(TaskKey::OpenFor(entitlement, subject)).any(|task| is_this(&task.kind));
    if open {
        return;
    }
    let source = RevokeSource::Expired(cx.now());
    // Only what has run out goes; what it comes from has a date of its own.
    let kind = TaskKind::Revoke(Box::new(Revoke { entitlement, account, source, targets: Vec::new() }));
    let by_policy = domain.switches().expiry_runs_policy;
    let new = New { origin: Origin::TimeRevoke, automatic: !by_policy, ..New::of(kind, subject, None) };
    open::open(domain, cx, new);
}

fn entitlement(cx: &Cx<'_>, id: GrantId) -> Option<EntitlementRef> {
    let app = cx.company.accounts().get(&id.account)?.app;
    Some(EntitlementRef { app, id: id.entitlement })
}

fn reasons(domain: &Domain, cx: &Cx<'_>, id: GrantId) -> Vec<Reason> {
    let binding = entitlement(cx, id).and_then(|at| Bindings { domain, company: cx.company }.get(at, id.account));
    binding.map(|binding| binding.reasons).unwrap_or_default()
}
