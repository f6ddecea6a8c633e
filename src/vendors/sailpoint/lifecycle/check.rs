//! The first steps of an item: is it held already, does it complete a toxic pair, who is asked?

use std::collections::BTreeSet;

use serde_json::json;

use super::{Timer, approve, change_item, provision};
use crate::company::{Company, Entitlement, Person};
use crate::kernel::{Id, Timestamp};
use crate::vendors::sailpoint::model::{
    Cancellation, Item, ItemMove, Object, Org, Phase, PhaseName, PhaseState, RequestKind, SodCheck, SodConflict, Stage,
};
use crate::world::Cx;

/// Takes an item from acceptance to its first approver, or to provisioning when nobody is asked.
pub fn check(org: &mut Org, cx: &mut Cx<'_>, id: Id<Item>) {
    let Some(item) = org.items.get(&id).cloned() else { return };
    if item.stage != Stage::Checking {
        return;
    }
    if is_duplicate(org, cx, &item) {
        cancel_as_duplicate(org, cx, &item);
        return;
    }
    if item.kind != RequestKind::RevokeAccess {
        let conflicts = conflicts(org, cx.company, item.requested_for, item.object);
        let sod = SodCheck { id: cx.id("sailpoint/sod-check"), failed: false, conflicts };
        let phase = finished(PhaseName::SodPhase, cx.now());
        change_item(org, cx, id, |item| {
            item.sod = Some(sod);
            item.phases.push(phase);
        });
    }
    if item.chain.is_empty() {
        provision::passed(org, cx, id);
        return;
    }
    let phase =
        Phase { name: PhaseName::ApprovalPhase, state: PhaseState::Executing, started: cx.now(), finished: None };
    change_item(org, cx, id, |item| {
        item.stage = Stage::Approving;
        item.phases.push(phase);
    });
    approve::open_step(org, cx, id, 0);
}

/// Sets an item off, at the pace of the check.
pub fn begin(org: &mut Org, cx: &mut Cx<'_>, id: Id<Item>) {
    cx.later(org, super::CHECK, id, Timer::Check(id));
}

fn finished(name: PhaseName, now: Timestamp) -> Phase {
    Phase { name, state: PhaseState::Successful, started: now, finished: Some(now) }
}

/// Whether the person has the object already, and neither its dates nor its account are to change.
fn is_duplicate(org: &Org, cx: &Cx<'_>, item: &Item) -> bool {
    item.kind == RequestKind::GrantAccess
        && org.has(cx.company, item.requested_for, item.object)
        && !changes_dates(org, item)
        && item.accounts.is_empty()
}

/// Whether the item asks for another end than the access has: a change, and no duplicate.
pub fn changes_dates(org: &Org, item: &Item) -> bool {
    let assignment = org.assignment(item.requested_for, item.object);
    let current = assignment.and_then(|assignment| assignment.until);
    item.remove_date != current || item.start_date.is_some()
}

fn cancel_as_duplicate(org: &mut Org, cx: &mut Cx<'_>, item: &Item) {
    let Some(state) = cx.go(item.state, ItemMove::FindDuplicate) else { return };
    let comment = "The request was cancelled as a duplicate: the identity already has this access.".to_owned();
    let cancelled = Cancellation { comment, by: None, at: cx.now() };
    change_item(org, cx, item.id, |item| {
        item.state = state;
        item.stage = Stage::Over;
        item.cancelled = Some(cancelled);
    });
    cx.emit("item.cancelled", item.id, json!({"request": item.request, "reason": "duplicate"}));
}

/// The toxic pairs that somebody would hold with an object besides what they hold, each completed
/// by something that the object brings.
pub fn conflicts(org: &Org, company: &Company, person: Id<Person>, object: Object) -> Vec<SodConflict> {
    let brought: BTreeSet<Id<Entitlement>> = org.brings(object).into_iter().collect();
    let held: BTreeSet<Id<Entitlement>> = company.held_by(person).map(|grant| grant.id.entitlement).collect();
    let side = |entitlements: &[Id<Entitlement>]| -> Vec<(Id<Entitlement>, bool)> {
        let concerned = entitlements.iter().filter(|id| held.contains(id) || brought.contains(id));
        concerned.map(|id| (*id, held.contains(id))).collect()
    };
    let conflict = |policy: &std::sync::Arc<crate::vendors::sailpoint::model::SodPolicy>| {
        let (left, right) = (side(&policy.left), side(&policy.right));
        let is_met = !left.is_empty() && !right.is_empty();
        let is_new = left.iter().chain(&right).any(|(id, _)| brought.contains(id));
        (is_met && is_new).then_some(SodConflict { policy: policy.id, left, right })
    };
    org.policies.iter().filter_map(conflict).collect()
}
