//! The stock workflow of access requests (contract, 8.3), whose last step is the same call that an administrator makes by
//! hand. How requests are made stands in `wish`, what people do to them in `request_act`.

use serde_json::{Map, Value, json};

use super::access::{Target, add, remove};
use super::rights::By;
use super::wish::{Wish, approver, submit};
use super::{Missing, Refusal, Timer};
use crate::company::Removal;
use crate::kernel::{Id, Span, Timestamp};
use crate::vendors::pingone::assumed::{PROVISION, REQUEST_DATES};
use crate::vendors::pingone::model::{
    AccessRequest, ActorRef, Direction, Realm, RequestActor, RequestComment, RequestMove, RequestOutcome, RequestPhase,
    RequestPhaseKind, RequestState,
};
use crate::world::Cx;

/// The node of the stock workflow in which somebody decides (contract, 8.3).
const APPROVAL: &str = "approvalTask-74cf85c35437";
/// The node in which somebody carries out by hand; the form is the vendor's, the digits are ours [assumed].
const FULFILLMENT: &str = "fulfillmentTask-5e8c0f4b7a21";
/// How long somebody may take to decide (contract, 8.3).
pub(super) const EXPIRES_AFTER: Span = Span::days(7);
/// How many comments one request keeps; the oldest go first.
const COMMENTS_MAX: usize = 1_000;

/// Whether somebody has any part in a request.
pub fn has_part_in(realm: &Realm, request: &AccessRequest, by: By) -> bool {
    let names = by.names(realm);
    by.administrator
        || by.person == Some(request.user)
        || (by.person.is_some() && request.requester == by.author())
        || request.actors.iter().any(|actor| names.contains(&actor.who))
}

/// A date with which something happens to a request.
#[derive(Copy, Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RequestDue {
    /// Nobody has decided in time.
    Expire,
    /// The access is to begin.
    Resume,
    /// It is carried out.
    Provision,
    /// The access is to end.
    End,
}

pub(super) fn open(
    request: &mut AccessRequest,
    now: Timestamp,
    kind: RequestPhaseKind,
    who: Option<ActorRef>,
    expires: Option<Timestamp>,
) {
    let name = match kind {
        RequestPhaseKind::Approval => APPROVAL,
        RequestPhaseKind::Fulfillment => FULFILLMENT,
    };
    request.phases.push(RequestPhase {
        name: name.into(),
        kind,
        started: now,
        completed: None,
        decision: None,
        expires,
    });
    let actor = who.map(|who| RequestActor { who, phase: name.into(), permissions: all_of(kind), active: true });
    request.actors.extend(actor);
}

/// Everything that an actor of such a phase may do (contract, 8.2).
pub(super) fn all_of(kind: RequestPhaseKind) -> Map<String, Value> {
    let names = match kind {
        RequestPhaseKind::Approval => ["approve", "comment", "modify", "reject", "reassign"],
        RequestPhaseKind::Fulfillment => ["comment", "deny", "fulfill", "modify", "reassign"],
    };
    names.into_iter().map(|name| (name.to_owned(), Value::Bool(true))).collect()
}

pub(super) fn close(request: &mut AccessRequest, now: Timestamp, decision: &str) {
    for phase in request.phases.iter_mut().filter(|phase| phase.completed.is_none()) {
        (phase.completed, phase.decision) = (Some(now), Some(decision.to_owned()));
    }
    request.actors.iter_mut().for_each(|actor| actor.active = false);
}

pub(super) fn step(
    cx: &mut Cx<'_>,
    request: &mut AccessRequest,
    by: RequestMove,
    action: &'static str,
) -> Result<(), Refusal> {
    let (from, id) = (request.state, request.id);
    request.state = cx.go(from, by).ok_or_else(|| refuse(from, id, action))?;
    Ok(())
}

pub(super) fn refuse(state: RequestState, id: Id<AccessRequest>, action: &'static str) -> Refusal {
    match state {
        RequestState::Complete | RequestState::Cancelled => Refusal::RequestOver(id.dashed()),
        RequestState::Submitted | RequestState::Approved => Refusal::RequestImpossible(action, "in-progress"),
        RequestState::Suspended => Refusal::RequestImpossible(action, "suspended"),
    }
}

pub(super) fn approve(realm: &mut Realm, cx: &mut Cx<'_>, request: &mut AccessRequest) -> Result<(), Refusal> {
    step(cx, request, RequestMove::Approve, "approve")?;
    request.approved = Some(true);
    close(request, cx.now(), "approve");
    realm.timers.cancel_about(request.id);
    if let Some(start) = request.start.filter(|start| *start > cx.now()) {
        step(cx, request, RequestMove::Suspend, "approve")?;
        let (id, due) = (request.id, RequestDue::Resume);
        realm.timers.at(cx.chronicle, REQUEST_DATES, start, id, Timer::Request(id, due));
    }
    Ok(())
}

/// What follows when nobody has to decide any more: by hand where the application has no connector, else by machine.
pub(super) fn carry_on(realm: &mut Realm, cx: &mut Cx<'_>, id: Id<AccessRequest>) {
    let Some(request) = realm
        .requests
        .get(&id)
        .filter(|request| request.state == RequestState::Approved && request.open_phase().is_none())
    else {
        return;
    };
    let mut request = AccessRequest::clone(request);
    let app = match request.target {
        Target::Entitlement(id) => cx.company.entitlements().get(&id).map(|row| row.app),
        Target::Application(app) => Some(app),
        Target::Role(_) => None,
    };
    let app = app.and_then(|app| cx.company.apps().get(&app));
    let is_manual = app.is_some_and(|app| app.removal == Removal::Manual);
    if is_manual && !request.phases.iter().any(|phase| phase.kind == RequestPhaseKind::Fulfillment) {
        let approver = approver(realm, cx.company, request.target);
        open(&mut request, cx.now(), RequestPhaseKind::Fulfillment, approver, None);
        put(realm, cx, request);
    } else {
        cx.later(realm, PROVISION, id, Timer::Request(id, RequestDue::Provision));
    }
}

pub(super) fn put(realm: &mut Realm, cx: &mut Cx<'_>, mut request: AccessRequest) {
    request.changed = cx.now();
    request.version += 1;
    let surplus = request.comments.len().saturating_sub(COMMENTS_MAX);
    request.comments.drain(..surplus);
    realm.requests.put(request);
}

/// What a date does to a request.
pub fn due(realm: &mut Realm, cx: &mut Cx<'_>, id: Id<AccessRequest>, what: RequestDue) {
    let Some(request) = realm.requests.get(&id) else { return };
    let mut request = AccessRequest::clone(request);
    match what {
        RequestDue::Expire => {
            if step(cx, &mut request, RequestMove::Reject, "reject").is_ok() {
                say(cx, &mut request, By::SYSTEM, "expiration", "Request expired");
                end(realm, cx, &mut request, "expire", RequestOutcome::Denied);
                request.approved = Some(false);
                put(realm, cx, request);
            }
        }
        RequestDue::Resume => {
            if step(cx, &mut request, RequestMove::Resume, "resume").is_ok() {
                put(realm, cx, request);
                carry_on(realm, cx, id);
            }
        }
        RequestDue::Provision => provision(realm, cx, request, RequestOutcome::Provisioned),
        RequestDue::End => {
            let context = json!({"type": "admin"});
            let common = [("context".to_owned(), context)].into_iter().collect();
            let (user, target, direction) = (request.user, request.target, Direction::Remove);
            let wish = Wish { user, target, direction, common, custom: Map::new() };
            // It may be gone already; then there is nothing to end.
            let _ = cx.attempt(realm, |realm, cx| submit(realm, cx, By::SYSTEM, wish));
        }
    }
}

pub(super) fn provision(realm: &mut Realm, cx: &mut Cx<'_>, mut request: AccessRequest, outcome: RequestOutcome) {
    if request.state != RequestState::Approved {
        return;
    }
    let (user, target, what, until) = (request.user, request.target, request.id.dashed(), request.end);
    let direction = request.direction;
    let done = cx.attempt(realm, |realm, cx| match direction {
        Direction::Grant => add(realm, cx, user, target, &what, until),
        Direction::Remove => remove(realm, cx, user, target),
    });
    if step(cx, &mut request, RequestMove::Finish, "provision").is_err() {
        return;
    }
    match done {
        Ok(_) => {
            end(realm, cx, &mut request, "complete", outcome);
            if let Some(until) = until.filter(|_| direction == Direction::Grant) {
                let (id, due) = (request.id, RequestDue::End);
                realm.timers.at(cx.chronicle, REQUEST_DATES, until, id, Timer::Request(id, due));
            }
        }
        Err(why) => {
            say(cx, &mut request, By::SYSTEM, "provision", &why.to_string());
            end(realm, cx, &mut request, "complete", RequestOutcome::NotProvisioned);
        }
    }
    put(realm, cx, request);
}

pub(super) fn end(
    realm: &mut Realm,
    cx: &mut Cx<'_>,
    request: &mut AccessRequest,
    decision: &str,
    outcome: RequestOutcome,
) {
    close(request, cx.now(), decision);
    (request.outcome, request.completed) = (Some(outcome), Some(cx.now()));
    realm.timers.cancel_about(request.id);
    cx.emit("request.completed", request.id, json!({"outcome": outcome}));
}

pub(super) fn say(cx: &Cx<'_>, request: &mut AccessRequest, by: By, action: &str, text: &str) {
    let comment = RequestComment { action: action.into(), text: text.into(), at: cx.now(), by: by.author() };
    request.comments.push(comment);
}

/// The request with this id, as it was sent.
pub fn find_request<'r>(realm: &'r Realm, id: &str) -> Result<&'r AccessRequest, Refusal> {
    let request = Id::from_dashed(id).and_then(|id| realm.requests.get(&id));
    request.map(|request| &**request).ok_or_else(|| Missing::Request(id.to_owned()).into())
}
