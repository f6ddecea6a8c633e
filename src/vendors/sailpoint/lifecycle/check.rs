//! The first steps of an item: is it held already, does it complete a toxic pair, who is asked?

use std::collections::BTreeSet;

use serde_json::json;

use super::{Timer, change_item, trigger};
use crate::company::{Account, Company, Entitlement, GrantId, Person};
use crate::kernel::{Id, Timestamp};
use crate::vendors::sailpoint::model::{
    Cancellation, Item, ItemMove, Object, Org, Phase, PhaseName, PhaseState, RequestKind, SodCheck, SodConflict, Stage,
};
use crate::world::Cx;

/// Takes an item from acceptance to its subscribers and approvers.
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
    trigger::checked(org, cx, &item);
}

/// Sets an item off, at the pace of the check.
pub fn begin(org: &mut Org, cx: &mut Cx<'_>, id: Id<Item>) {
    cx.later(org, super::CHECK, id, Timer::Check(id));
}

fn finished(name: PhaseName, now: Timestamp) -> Phase {
    Phase { name, state: PhaseState::Successful, started: now, finished: Some(now) }
}

fn is_duplicate(org: &Org, cx: &Cx<'_>, item: &Item) -> bool {
    let wish = Wish {
        person: item.requested_for,
        object: item.object,
        start_date: item.start_date,
        remove_date: item.remove_date,
        accounts: &item.accounts,
    };
    item.kind != RequestKind::RevokeAccess && wish.is_fulfilled(org, cx.company)
}

/// Who is to have what, from when to when, with which accounts.
pub struct Wish<'a> {
    /// Who.
    pub person: Id<Person>,
    /// What.
    pub object: Object,
    /// From when.
    pub start_date: Option<Timestamp>,
    /// To when.
    pub remove_date: Option<Timestamp>,
    /// With which accounts; empty means any.
    pub accounts: &'a [Id<Account>],
}

impl Wish<'_> {
    /// Whether it is so already. Leaving out a date that the assignment has asks for a change.
    pub fn is_fulfilled(&self, org: &Org, company: &Company) -> bool {
        let current = org.assignment(self.person, self.object).and_then(|assignment| assignment.until);
        org.has(company, self.person, self.object)
            && self.start_date.is_none()
            && self.remove_date == current
            && self.accounts.iter().all(|account| holds_all(org, company, *account, self.object))
    }
}

/// Whether an account holds everything of its own application that an object brings.
fn holds_all(org: &Org, company: &Company, account: Id<Account>, object: Object) -> bool {
    let app = company.accounts().get(&account).map(|account| account.app);
    let of_app = |id: &Id<Entitlement>| company.entitlements().get(id).map(|entitlement| entitlement.app) == app;
    let mut brought = org.brings(object).into_iter().filter(of_app);
    brought.all(|entitlement| company.grants().contains(&GrantId { account, entitlement }))
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
    trigger::take_stock(org, cx, item.request);
    trigger::settle(org, cx, item.request);
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
