//! Event triggers on the way of a request (contract, sections 8.2 and 9).
//!
//! Two of them ask: whether a submitted request may go on, and who shall approve besides. They are
//! put to the whole request once every item of it is checked, and the items wait meanwhile. Two of
//! them tell: that a request is decided, and that its provisioning has ended.

mod invoke;
mod subscribe;

use serde_json::{Value, json};

pub use invoke::{CompleteInvocation, StartTest, answered, expire, forget};
pub use subscribe::{Change, DeleteSubscription, EditSubscription, Subscribe, finds};

use super::{approve, change_item, word};
use crate::company::Person;
use crate::kernel::Id;
use crate::vendors::sailpoint::dto::View;
use crate::vendors::sailpoint::model::{
    Item, ItemMove, ItemState, Org, Owner, Phase, PhaseName, PhaseState, PreApproval, Request, Stage, Trigger,
};
use crate::world::Cx;

/// An item is checked: it goes on by itself when no subscriber is asked, else with the others of its request.
pub fn checked(org: &mut Org, cx: &mut Cx<'_>, item: &Item) {
    let is_asked = |trigger: &Trigger| invoke::subscribers(org, *trigger).next().is_some();
    if ![Trigger::Submitted, Trigger::DynamicApprover].iter().any(is_asked) {
        approve::begin(org, cx, item.id);
        return;
    }
    change_item(org, cx, item.id, |item| item.stage = Stage::Triggering);
    take_stock(org, cx, item.request);
}

/// Puts a request to the subscribers once no item of it is still being checked.
pub fn take_stock(org: &mut Org, cx: &mut Cx<'_>, request: Id<Request>) {
    let is_checking = org.items_of(request).any(|item| item.stage == Stage::Checking);
    let was_asked = org.requests.get(&request).is_none_or(|request| request.submitted);
    if is_checking || was_asked || waiting(org, request).is_empty() {
        return;
    }
    org.requests.update(&request, |request| request.submitted = true);
    let payload = View::within(org, cx.company).told_submitted(request);
    if !invoke::ask(org, cx, Trigger::Submitted, request, payload) {
        ask_for_approver(org, cx, request);
        return;
    }
    let started = cx.now();
    for item in waiting(org, request) {
        let phase = Phase { name: PhaseName::TriggerPhase, state: PhaseState::Executing, started, finished: None };
        change_item(org, cx, item, |item| item.phases.push(phase));
    }
}

/// The items that wait for a subscriber.
fn waiting(org: &Org, request: Id<Request>) -> Vec<Id<Item>> {
    org.items_of(request).filter(|item| item.stage == Stage::Triggering).map(|item| item.id).collect()
}

fn ask_for_approver(org: &mut Org, cx: &mut Cx<'_>, request: Id<Request>) {
    if waiting(org, request).is_empty() {
        return;
    }
    let payload = View::within(org, cx.company).told_submitted(request);
    if !invoke::ask(org, cx, Trigger::DynamicApprover, request, payload) {
        go_on(org, cx, request);
    }
}

fn go_on(org: &mut Org, cx: &mut Cx<'_>, request: Id<Request>) {
    for item in waiting(org, request) {
        approve::begin(org, cx, item);
    }
}

/// Whether a subscriber's answer is one to this trigger.
fn is_answer(trigger: Trigger, output: &Value) -> bool {
    let is_text = |name: &str| output.get(name).is_none_or(|value| value.is_string() || value.is_null());
    match trigger {
        Trigger::Submitted => output["approved"].is_boolean() && is_text("comment") && is_text("approver"),
        Trigger::DynamicApprover => output.is_object() && ["id", "name", "type"].iter().all(|name| is_text(name)),
        Trigger::Decided | Trigger::Provisioned => true,
    }
}

/// A subscriber that was asked about a request has answered.
fn take_up(org: &mut Org, cx: &mut Cx<'_>, trigger: Trigger, request: Id<Request>, output: &Value) {
    let text = |name: &str| output[name].as_str().unwrap_or_default().to_owned();
    match trigger {
        Trigger::Submitted => {
            let approved = output["approved"] == true;
            let said = PreApproval { approved, comment: text("comment"), reviewer: text("approver"), at: cx.now() };
            org.requests.update(&request, |request| request.pre_approval = Some(said));
            end_phase(org, cx, request, if approved { PhaseState::Successful } else { PhaseState::Failed });
            if approved {
                ask_for_approver(org, cx, request);
            } else {
                end_items(org, cx, request, ItemMove::Reject, None);
            }
        }
        Trigger::DynamicApprover => {
            for item in waiting(org, request) {
                let approver = dynamic_approver(org, cx, item, &text("id"), &text("name"), &text("type"));
                change_item(org, cx, item, |item| item.dynamic_approver = approver);
            }
            go_on(org, cx, request);
        }
        Trigger::Decided | Trigger::Provisioned => {}
    }
}

/// A subscriber that was asked about a request did not answer, or answered nonsense.
fn give_up(org: &mut Org, cx: &mut Cx<'_>, trigger: Trigger, request: Id<Request>, why: &str) {
    match trigger {
        Trigger::Submitted => {
            end_phase(org, cx, request, PhaseState::Failed);
            end_items(org, cx, request, ItemMove::Fail, Some(why));
        }
        Trigger::DynamicApprover => go_on(org, cx, request),
        Trigger::Decided | Trigger::Provisioned => {}
    }
}

fn end_phase(org: &mut Org, cx: &mut Cx<'_>, request: Id<Request>, state: PhaseState) {
    let now = cx.now();
    for item in waiting(org, request) {
        change_item(org, cx, item, |item| {
            super::provision::end_phase(item, PhaseName::TriggerPhase, state, now);
        });
    }
}

fn end_items(org: &mut Org, cx: &mut Cx<'_>, request: Id<Request>, by_move: ItemMove, why: Option<&str>) {
    for id in waiting(org, request) {
        let Some(state) = org.items.get(&id).and_then(|item| cx.chronicle.go(item.state, by_move)) else { continue };
        change_item(org, cx, id, |item| {
            item.state = state;
            item.stage = Stage::Over;
            item.errors.extend(why.map(|why| vec![why.to_owned()]));
        });
        cx.emit("item.ended", id, json!({"request": request, "state": word(&state)}));
    }
    settle(org, cx, request);
}

/// Whom a subscriber wants to approve besides: nobody when it names nobody. A name that is nobody's
/// goes to some administrator, and whom the item is for to their manager (contract, 9.3).
fn dynamic_approver(org: &Org, cx: &mut Cx<'_>, item: Id<Item>, id: &str, name: &str, kind: &str) -> Option<Owner> {
    if [id, name, kind].iter().all(|text| text.trim().is_empty()) {
        return None;
    }
    let item = org.items.get(&item)?.clone();
    let read: Option<Id<()>> = Id::from_hex(id).or_else(|| Id::from_dashed(id));
    let named = match kind {
        "GOVERNANCE_GROUP" => read.map(|id| id.cast()).filter(|id| org.groups.contains(id)).map(Owner::Group),
        _ => read.map(|id| id.cast()).filter(|id| approve::is_present(cx, *id)).map(Owner::Identity),
    };
    Some(match named {
        Some(Owner::Identity(person)) if person == item.requested_for => {
            let manager = cx.company.people().get(&person).and_then(|person| person.manager);
            let manager = manager.filter(|manager| approve::is_present(cx, *manager));
            Owner::Identity(manager.unwrap_or_else(|| some_admin(org, cx, &item)))
        }
        Some(owner) => owner,
        None => Owner::Identity(some_admin(org, cx, &item)),
    })
}

fn some_admin(org: &Org, cx: &mut Cx<'_>, item: &Item) -> Id<Person> {
    let admins = org.admins(cx.company);
    let place = cx.ids().pick("sailpoint/random-admin", admins.len());
    admins.get(place).copied().unwrap_or(item.requested_for)
}

/// Tells subscribers that a request is decided, and that its provisioning has ended, once each. Asked
/// whenever an item of it has come further.
pub fn settle(org: &mut Org, cx: &mut Cx<'_>, id: Id<Request>) {
    let Some(request) = org.requests.get(&id).filter(|request| request.requester.is_some()).cloned() else { return };
    let is_decided = |item: &Item| matches!(item.stage, Stage::AwaitingStart | Stage::Provisioning | Stage::Over);
    let came_to_nothing = |item: &Item| matches!(item.state, ItemState::Cancelled | ItemState::Error);
    if !request.decided && org.items_of(id).all(|item| is_decided(item)) {
        org.requests.update(&id, |request| request.decided = true);
        let is_sent = org.items_of(id).any(|item| !came_to_nothing(item)) && reviewer_is_known(cx, &request);
        if is_sent {
            let payload = View::within(org, cx.company).told_decided(id);
            invoke::tell(org, cx, Trigger::Decided, id, &payload);
        }
    }
    if !request.provisioned && org.items_of(id).all(|item| item.state.is_terminal()) {
        org.requests.update(&id, |request| request.provisioned = true);
        if org.items_of(id).any(|item| is_provisioned_or_closed(item)) {
            let payload = View::within(org, cx.company).told_provisioned(id);
            invoke::tell(org, cx, Trigger::Provisioned, id, &payload);
        }
    }
}

fn is_provisioned_or_closed(item: &Item) -> bool {
    match item.state {
        ItemState::RequestCompleted | ItemState::ProvisioningFailed | ItemState::NotAllItemsProvisioned => true,
        ItemState::Terminated => !item.expired,
        _ => false,
    }
}

/// The vendor never sends a decision whose pre-approval names no user (contract, 9.3).
fn reviewer_is_known(cx: &Cx<'_>, request: &Request) -> bool {
    request
        .pre_approval
        .as_ref()
        .is_none_or(|said| cx.company.people().iter().any(|person| person.slug == said.reviewer))
}
