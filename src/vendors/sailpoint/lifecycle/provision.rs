//! From the last approval to the access itself: by machine where a source has a connector, by
//! hand where it has none.

use std::collections::BTreeMap;

use serde_json::json;

use super::{END, PROVISION, START, Timer, change_item, trigger, word, work};
use crate::company::{Account, App, Entitlement, GrantId, NewAccount, Reason, Removal, Strength};
use crate::kernel::{Id, Timestamp};
use crate::vendors::sailpoint::model::{
    Assignment, AssignmentKey, Item, ItemMove, ObjectKind, Org, Outcome, Phase, PhaseName, PhaseState,
    ProvisioningPlan, RequestKind, Stage,
};
use crate::world::{Cx, Estate};

/// Everybody agreed, or nobody had to: now, or when its date comes.
pub fn passed(org: &mut Org, cx: &mut Cx<'_>, id: Id<Item>) {
    let now = cx.now();
    change_item(org, cx, id, |item| {
        item.stage = Stage::AwaitingStart;
        end_phase(item, PhaseName::ApprovalPhase, PhaseState::Successful, now);
    });
    if let Some(request) = org.items.get(&id).map(|item| item.request) {
        trigger::settle(org, cx, request);
    }
    let Some(item) = org.items.get(&id).cloned() else { return };
    let date = if item.kind == RequestKind::RevokeAccess { item.remove_date } else { item.start_date };
    match date.filter(|date| *date > now) {
        Some(date) => {
            org.timers.at(cx.chronicle, START, date, id, Timer::Start(id));
        }
        None => begin(org, cx, id),
    }
}

/// Opens the provisioning phase; the sources are told at the pace of [`PROVISION`].
pub fn begin(org: &mut Org, cx: &mut Cx<'_>, id: Id<Item>) {
    let phase =
        Phase { name: PhaseName::ProvisioningPhase, state: PhaseState::Executing, started: cx.now(), finished: None };
    change_item(org, cx, id, |item| {
        item.stage = Stage::Provisioning;
        item.phases.push(phase);
    });
    cx.later(org, PROVISION, id, Timer::Provision(id));
}

/// Tells the sources, and asks people where no machine listens.
pub fn provision(org: &mut Org, cx: &mut Cx<'_>, id: Id<Item>) {
    let Some(item) = org.items.get(&id).filter(|item| !item.state.is_terminal()).cloned() else { return };
    let gives = item.kind != RequestKind::RevokeAccess;
    let assignment = if gives { Some(assign(org, cx, &item)) } else { None };
    let (mut provisioned, mut failed, mut errors) = (0, 0, Vec::new());
    for (app, entitlements) in by_source(org, cx, &item) {
        let plan = plan(org, &item, app);
        let outcome = match plan.as_ref().map(|plan| plan.outcome) {
            Some(outcome) => outcome,
            None if is_manual(cx, app) => Outcome::Manual,
            None => Outcome::Success,
        };
        let works = match outcome {
            Outcome::Success => entitlements.len(),
            Outcome::Partial => 1,
            Outcome::Failure => 0,
            Outcome::Manual => {
                work::open(org, cx, &item, app, entitlements);
                continue;
            }
        };
        for entitlement in entitlements.iter().take(works) {
            carry_out(org, cx, &item, assignment, *entitlement);
        }
        provisioned += works.min(entitlements.len());
        failed += entitlements.len().saturating_sub(works);
        if works < entitlements.len() {
            errors.extend(plan.map(|plan| plan.message));
        }
    }
    change_item(org, cx, id, |item| {
        item.provisioned += provisioned;
        item.failed += failed;
        if !errors.is_empty() {
            item.errors.push(errors);
        }
    });
    finish(org, cx, id);
}

/// Ends an item when nothing of it is left to be done.
pub fn finish(org: &mut Org, cx: &mut Cx<'_>, id: Id<Item>) {
    let Some(item) = org.items.get(&id).filter(|item| !item.state.is_terminal()).cloned() else { return };
    let is_open = |id: &Id<_>| org.work_items.get(id).is_some_and(|work| work.completed.is_none());
    let by_move = match (item.work_items.iter().any(is_open), item.provisioned, item.failed) {
        (true, ..) => ItemMove::AwaitVerification,
        (false, _, 0) => ItemMove::Provision,
        (false, 0, _) => ItemMove::FailProvisioning,
        (false, ..) => ItemMove::ProvisionPartly,
    };
    let Some(state) = cx.go(item.state, by_move) else { return };
    let now = cx.now();
    change_item(org, cx, id, |item| {
        item.state = state;
        if state.is_terminal() {
            item.stage = Stage::Over;
            let ended = if by_move == ItemMove::Provision { PhaseState::Successful } else { PhaseState::Failed };
            end_phase(item, PhaseName::ProvisioningPhase, ended, now);
        }
    });
    match (item.kind, by_move) {
        (RequestKind::RevokeAccess, ItemMove::Provision) => forget_assignments(org, cx, &item),
        (RequestKind::GrantAccess | RequestKind::ModifyAccess, ItemMove::FailProvisioning) => unassign(org, cx, &item),
        _ => {}
    }
    let name = if state.is_terminal() { "item.ended" } else { "item.awaits-verification" };
    cx.emit(name, id, json!({"request": item.request, "state": word(&state)}));
    trigger::settle(org, cx, item.request);
}

/// Gives, or takes, one entitlement of an item.
pub fn carry_out(
    org: &Org,
    cx: &mut Cx<'_>,
    item: &Item,
    assignment: Option<Id<Assignment>>,
    entitlement: Id<Entitlement>,
) {
    match assignment {
        Some(assignment) => give(cx, item, assignment, entitlement),
        None => take(org, cx, item, entitlement),
    }
}

/// The assignment that an item's grants name as their reason: the one there is, with the item's
/// dates, or a new one. Its end gets a timer.
fn assign(org: &mut Org, cx: &mut Cx<'_>, item: &Item) -> Id<Assignment> {
    let known = org.assignment(item.requested_for, item.object).map(|assignment| assignment.id);
    let id = known.unwrap_or_else(|| cx.id("sailpoint/assignment"));
    let since = org.assignments.get(&id).map_or(cx.now(), |assignment| assignment.since);
    let (person, object) = (item.requested_for, item.object);
    org.assignments.put(Assignment { id, person, object, item: item.id, since, until: None });
    end_at(org, cx, id, item.remove_date);
    id
}

fn end_at(org: &mut Org, cx: &mut Cx<'_>, id: Id<Assignment>, until: Option<Timestamp>) {
    org.assignments.update(&id, |assignment| assignment.until = until);
    org.timers.cancel_about(id);
    if let Some(until) = until {
        org.timers_mut().at(cx.chronicle, END, until.max(cx.now()), id, Timer::End(id));
    }
}

/// Nothing of an item could be given: its assignment is what it was before.
pub fn unassign(org: &mut Org, cx: &mut Cx<'_>, item: &Item) {
    let Some(id) = org.assignment(item.requested_for, item.object).map(|assignment| assignment.id) else { return };
    match item.current_start_date {
        Some(_) => end_at(org, cx, id, item.current_remove_date),
        None => forget(org, id),
    }
}

/// What an item asked for is taken: its assignment goes, and those of other objects of which
/// nothing is left.
fn forget_assignments(org: &mut Org, cx: &Cx<'_>, item: &Item) {
    let taken = org.brings(item.object);
    let is_gone = |assignment: &Assignment| {
        let brought = org.brings(assignment.object);
        let is_lost = |id: &Id<Entitlement>| cx.company.holding(item.requested_for, *id).is_none();
        let is_touched = brought.iter().any(|id| taken.contains(id));
        assignment.object == item.object
            || (assignment.object.kind != ObjectKind::Role && is_touched && brought.iter().all(is_lost))
    };
    let theirs = org.assignments.with(AssignmentKey::Person(item.requested_for));
    let gone: Vec<_> = theirs.filter(|assignment| is_gone(assignment)).map(|assignment| assignment.id).collect();
    gone.into_iter().for_each(|id| forget(org, id));
}

fn forget(org: &mut Org, id: Id<Assignment>) {
    org.timers.cancel_about(id);
    org.assignments.remove(&id);
}

fn give(cx: &mut Cx<'_>, item: &Item, assignment: Id<Assignment>, entitlement: Id<Entitlement>) {
    let Some(account) = account_for(cx, item, entitlement) else { return };
    let strength = match item.object.kind {
        ObjectKind::Entitlement => Strength::Asked,
        ObjectKind::Role | ObjectKind::AccessProfile => Strength::Inherited,
    };
    let reason = Reason {
        by: Org::VENDOR.into(),
        what: assignment.hex().into(),
        strength,
        since: cx.now(),
        until: item.remove_date,
    };
    // The account was just found in, or opened in, the entitlement's own application.
    let _ = cx.company.give(cx.chronicle, account, entitlement, reason);
}

/// The account that is to hold an entitlement: the one asked for, the one there is, or a new one.
fn account_for(cx: &mut Cx<'_>, item: &Item, entitlement: Id<Entitlement>) -> Option<Id<Account>> {
    let app = cx.company.entitlements().get(&entitlement)?.app;
    let asked = item.accounts.iter().find(|id| cx.company.accounts().get(id).is_some_and(|account| account.app == app));
    let known = asked.copied().or_else(|| cx.company.account_in(item.requested_for, app).map(|account| account.id));
    if known.is_some() {
        return known;
    }
    let person = cx.company.people().get(&item.requested_for)?.clone();
    let sign_in = cx.company.apps().get(&app)?.sign_in;
    let (user_name, mail) = (person.slug.clone(), Some(person.mail.clone()));
    let new = NewAccount { app, person: Some(person.id), user_name, mail, sign_in };
    cx.company.open_account(cx.chronicle, new).ok()
}

/// A role's end takes what only the role gave; a revoked profile or entitlement is taken whatever
/// other reasons there are. Access that merely ran out withdraws its own reason.
fn take(org: &Org, cx: &mut Cx<'_>, item: &Item, entitlement: Id<Entitlement>) {
    let ran_out = item.requester.is_none();
    let reason = org.assignment(item.requested_for, item.object).map(|assignment| assignment.id.hex());
    let accounts: Vec<Id<Account>> = cx.company.accounts_of(item.requested_for).map(|account| account.id).collect();
    for account in accounts {
        let grant = GrantId { account, entitlement };
        if ran_out || item.object.kind == ObjectKind::Role {
            if let Some(reason) = &reason {
                cx.company.withdraw(cx.chronicle, grant, Org::VENDOR, reason);
            }
        } else {
            cx.company.take(cx.chronicle, grant, Org::VENDOR);
        }
    }
}

/// What an item brings, by source; what the person would lose when it is revoked.
fn by_source(org: &Org, cx: &Cx<'_>, item: &Item) -> BTreeMap<Id<App>, Vec<Id<Entitlement>>> {
    let mut sources: BTreeMap<Id<App>, Vec<Id<Entitlement>>> = BTreeMap::new();
    for id in org.brings(item.object) {
        if let Some(entitlement) = cx.company.entitlements().get(&id) {
            sources.entry(entitlement.app).or_default().push(id);
        }
    }
    sources
}

fn plan(org: &Org, item: &Item, app: Id<App>) -> Option<ProvisioningPlan> {
    let plan = org.plans.get(&item.object.id).or_else(|| org.plans.get(&app.cast()));
    plan.map(|plan| ProvisioningPlan::clone(plan))
}

fn is_manual(cx: &Cx<'_>, app: Id<App>) -> bool {
    cx.company.apps().get(&app).is_some_and(|app| app.removal != Removal::Connector)
}

/// Ends a phase that runs.
pub fn end_phase(item: &mut Item, name: PhaseName, state: PhaseState, now: Timestamp) {
    let running = item.phases.iter_mut().find(|phase| phase.name == name && phase.state == PhaseState::Executing);
    if let Some(phase) = running {
        (phase.state, phase.finished) = (state, Some(now));
    }
}
