//! What people do to access requests (contract, 8.1 and 8.3).

use serde_json::{Map, Value};

use super::request::{
    RequestDue, all_of, approve, carry_on, close, end, find_request, provision, put, refuse, say, step,
};
use super::rights::By;
use super::wish::Wish;
use super::{Fault, Missing, Refusal, Timer};
use crate::kernel::{Id, Timestamp};
use crate::vendors::pingone::assumed::REQUEST_DATES;
use crate::vendors::pingone::model::{
    AccessRequest, ActorRef, Author, Realm, RequestActor, RequestMove, RequestOutcome, RequestPhaseKind, RequestState,
};
use crate::world::{Command, Cx};

/// What somebody does to a request.
#[derive(Clone, Debug, PartialEq)]
pub enum RequestAction {
    /// Agree.
    Approve(String),
    /// Refuse.
    Reject(String),
    /// Hand the phase over.
    Reassign(Vec<(ActorRef, Option<Map<String, Value>>)>, String),
    /// Say something.
    Comment(String),
    /// Change what was asked for.
    Modify(Map<String, Value>, Map<String, Value>),
    /// Say that it was carried out by hand.
    Fulfill(String),
    /// Say that it will not be.
    Deny(String),
    /// Call it back.
    Cancel(String),
    /// Let the access begin at another date.
    Resume(Timestamp),
}

impl RequestAction {
    /// The action as clients name it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Approve(_) => "approve",
            Self::Reject(_) => "reject",
            Self::Reassign(..) => "reassign",
            Self::Comment(_) => "comment",
            Self::Modify(..) => "modify",
            Self::Fulfill(_) => "fulfill",
            Self::Deny(_) => "deny",
            Self::Cancel(_) => "cancel",
            Self::Resume(_) => "changeResumeDate",
        }
    }
}

/// Somebody does something to a request.
pub struct ActOnRequest {
    /// Who.
    pub by: By,
    /// To which.
    pub id: String,
    /// In which phase; in the open one, where none is named.
    pub phase: Option<String>,
    /// What.
    pub action: RequestAction,
}

impl Command<Realm> for ActOnRequest {
    type Output = Id<AccessRequest>;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Id<AccessRequest>, Refusal> {
        let Self { by, id, phase, action } = self;
        let mut request = find_request(realm, &id)?.clone();
        let (id, name, now) = (request.id, action.name(), cx.now());
        let decides = matches!(action, RequestAction::Approve(_));
        if matches!(request.state, RequestState::Complete | RequestState::Cancelled) {
            return Err(Refusal::RequestOver(id.dashed()));
        }
        if let Some(phase) = &phase {
            let found = request.phases.iter().find(|known| known.name == *phase);
            let found = found.ok_or_else(|| Missing::RequestPhase(phase.clone(), id.dashed()))?;
            if found.completed.is_some() {
                return Err(Refusal::NotInProgress(phase.clone()));
            }
        }
        check_right(realm, &request, by, name)?;
        let needed = |config, text: &str| match realm.flag("iga_access_request", config) && text.trim().is_empty() {
            true => Err(Refusal::required("justification")),
            false => Ok(()),
        };
        let is_at = |kind| match request.open_phase().is_some_and(|phase| phase.kind == kind) {
            true => Ok(()),
            false => Err(refuse(request.state, id, name)),
        };
        match action {
            RequestAction::Approve(text) => {
                is_at(RequestPhaseKind::Approval)?;
                needed("requireApproveJustification", &text)?;
                if by.person == Some(request.user) && !realm.flag("iga_access_request", "allowSelfApproval") {
                    return Err(Refusal::RequestNotAuthorized(name));
                }
                say(cx, &mut request, by, name, &text);
                approve(realm, cx, &mut request)?;
            }
            RequestAction::Reject(text) => {
                is_at(RequestPhaseKind::Approval)?;
                needed("requireRejectJustification", &text)?;
                step(cx, &mut request, RequestMove::Reject, name)?;
                say(cx, &mut request, by, name, &text);
                request.approved = Some(false);
                end(realm, cx, &mut request, name, RequestOutcome::Denied);
            }
            RequestAction::Reassign(actors, text) => reassign(realm, cx, &mut request, by, actors, &text)?,
            RequestAction::Comment(text) => {
                if text.trim().is_empty() {
                    return Err(Refusal::required("comment"));
                }
                say(cx, &mut request, by, name, &text);
            }
            RequestAction::Modify(common, custom) => {
                if let Some(fixed) = common.keys().find(|name| FIXED.contains(&name.as_str())) {
                    return Err(Fault::Fixed(fixed.clone()).into());
                }
                request.common.extend(common);
                request.custom.extend(custom);
                let (user, target, direction) = (request.user, request.target, request.direction);
                let (common, custom) = (request.common.clone(), request.custom.clone());
                let wish = Wish { user, target, direction, common, custom };
                wish.check(realm, cx.company, now)?;
                (request.start, request.end) = (wish.date(&["startDate"])?, wish.date(&["endDate", "expiryDate"])?);
                say(cx, &mut request, by, name, "");
            }
            RequestAction::Fulfill(text) => {
                is_at(RequestPhaseKind::Fulfillment)?;
                say(cx, &mut request, by, name, &text);
                close(&mut request, now, name);
                put(realm, cx, request.clone());
                provision(realm, cx, request, RequestOutcome::Fulfilled);
                return Ok(id);
            }
            RequestAction::Deny(text) => {
                is_at(RequestPhaseKind::Fulfillment)?;
                step(cx, &mut request, RequestMove::Finish, name)?;
                say(cx, &mut request, by, name, &text);
                end(realm, cx, &mut request, name, RequestOutcome::Denied);
            }
            RequestAction::Cancel(text) => {
                step(cx, &mut request, RequestMove::Cancel, name)?;
                say(cx, &mut request, by, name, &text);
                end(realm, cx, &mut request, name, RequestOutcome::Cancelled);
            }
            RequestAction::Resume(date) => {
                if request.state != RequestState::Suspended {
                    return Err(refuse(request.state, id, name));
                }
                request.start = Some(date);
                realm.timers.cancel_about(id);
                realm.timers.at(cx.chronicle, REQUEST_DATES, date.max(now), id, Timer::Request(id, RequestDue::Resume));
            }
        }
        put(realm, cx, request);
        if decides {
            carry_on(realm, cx, id);
        }
        Ok(id)
    }
}

/// What says for whom and for what a request is, which no modification changes.
const FIXED: [&str; 4] = ["userId", "entitlementId", "applicationId", "roleId"];

fn check_right(realm: &Realm, request: &AccessRequest, by: By, action: &'static str) -> Result<(), Refusal> {
    let names = by.names(realm);
    let may = request
        .actors
        .iter()
        .filter(|actor| actor.active && names.contains(&actor.who))
        .any(|actor| actor.permissions.get(action) == Some(&Value::Bool(true)));
    let is_own = by.person.is_some_and(|person| person == request.user || request.requester == Author::User(person));
    let fits = match action {
        "cancel" => is_own,
        "changeResumeDate" => false,
        "comment" => may || is_own,
        _ => may,
    };
    if fits || by.administrator { Ok(()) } else { Err(Refusal::RequestNotAuthorized(action)) }
}

fn reassign(
    realm: &Realm,
    cx: &mut Cx<'_>,
    request: &mut AccessRequest,
    by: By,
    actors: Vec<(ActorRef, Option<Map<String, Value>>)>,
    text: &str,
) -> Result<(), Refusal> {
    let phase = request.open_phase().map(|phase| (phase.name.clone(), phase.kind));
    let (phase, kind) = phase.ok_or_else(|| refuse(request.state, request.id, "reassign"))?;
    if actors.is_empty() {
        return Err(Refusal::required("updatedActors"));
    }
    for (who, _) in &actors {
        let known = match who {
            ActorRef::User(person) => cx.company.people().contains(person),
            ActorRef::Role(role) => realm.roles.contains(role),
        };
        if !known {
            return Err(Fault::Reference("Actor", who.written()).into());
        }
    }
    request.actors.iter_mut().for_each(|actor| actor.active = false);
    request.actors.retain(|actor| !actors.iter().any(|(who, _)| *who == actor.who && actor.phase == phase));
    request.actors.extend(actors.into_iter().map(|(who, permissions)| RequestActor {
        who,
        phase: phase.clone(),
        permissions: permissions.unwrap_or_else(|| all_of(kind)),
        active: true,
    }));
    say(cx, request, by, "reassign", text);
    Ok(())
}
