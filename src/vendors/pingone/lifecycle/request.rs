//! Access requests from submission to their end (contract, 8.3): the stock workflow, whose last step is the same call
//! that an administrator makes by hand.

use serde_json::{Map, Value, json};

use super::access::{Target, add, remove};
use super::rights::By;
use super::scan::would_violate;
use super::{Noun, Refusal, Timer};
use crate::company::{Company, Person, Removal};
use crate::kernel::{Id, Span, Timestamp};
use crate::query::untyped::date;
use crate::vendors::pingone::assumed::{PROVISION, REQUEST_DATES};
use crate::vendors::pingone::dto::View;
use crate::vendors::pingone::model::{
    Access, AccessRequest, ActorRef, Author, Direction, Realm, RequestActor, RequestComment, RequestMove,
    RequestOutcome, RequestPhase, RequestPhaseKind, RequestState,
};
use crate::world::{Command, Cx};

/// The node of the stock workflow in which somebody decides (contract, 8.3).
const APPROVAL: &str = "approvalTask-74cf85c35437";
/// The node in which somebody carries out by hand; the form is the vendor's, the digits are ours [assumed].
const FULFILLMENT: &str = "fulfillmentTask-5e8c0f4b7a21";
/// How long somebody may take to decide (contract, 8.3).
const EXPIRES_AFTER: Span = Span::days(7);
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

/// What somebody asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// For whom.
    pub user: Id<Person>,
    /// What.
    pub target: Target,
    /// To have or to lose it.
    pub direction: Direction,
    /// What is said about it.
    pub common: Map<String, Value>,
    /// What is said besides.
    pub custom: Map<String, Value>,
}

impl Wish {
    fn text(&self, name: &str) -> &str {
        self.common.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// Whether an administrator asks, who needs nobody's consent (contract, 8.3).
    pub fn is_by_hand(&self) -> bool {
        self.common.get("context").and_then(|context| context.get("type")).and_then(Value::as_str) == Some("admin")
    }

    fn date(&self, names: &[&str]) -> Result<Option<Timestamp>, Refusal> {
        let given =
            names.iter().find_map(|name| Some((*name, self.common.get(*name).filter(|value| !value.is_null())?)));
        let Some((name, value)) = given else { return Ok(None) };
        let read = value.as_str().filter(|text| !text.is_empty()).map(date);
        match read {
            None if value.as_str() == Some("") => Ok(None),
            Some(Some(micros)) => Ok(Some(Timestamp::from_micros(micros))),
            _ => Err(Refusal::invalid(format!("{name} must be a valid date."))),
        }
    }

    /// Whether this can be asked for as things stand.
    ///
    /// # Errors
    /// When it is held already, or not held, does not exist, or lacks what the configuration demands.
    pub fn check(&self, realm: &Realm, company: &Company, now: Timestamp) -> Result<(), Refusal> {
        if realm.flag("iga_access_request", "requireRequestJustification")
            && self.text("justification").trim().is_empty()
        {
            return Err(Refusal::required("justification"));
        }
        if !["", "low", "medium", "high"].contains(&self.text("priority")) {
            return Err(Refusal::invalid("priority must be low, medium or high."));
        }
        let (start, end) = (self.date(&["startDate"])?, self.date(&["endDate", "expiryDate"])?);
        if let Some(end) = end
            && end <= start.unwrap_or(now)
        {
            return Err(Refusal::invalid("endDate must be after startDate."));
        }
        let held = match self.target {
            Target::Entitlement(id) => {
                company.entitlements().get(&id).ok_or(Refusal::NoTarget)?;
                company.holding(self.user, id).is_some()
            }
            Target::Application(id) => {
                company.apps().get(&id).ok_or(Refusal::NoTarget)?;
                company.account_in(self.user, id).is_some()
            }
            Target::Role(id) => {
                realm.roles.get(&id).ok_or(Refusal::NoTarget)?;
                realm.memberships.contains(&(self.user, id))
            }
        };
        match (self.direction, held) {
            (Direction::Grant, true) => Err(Refusal::AlreadyHeld),
            (Direction::Remove, false) => Err(Refusal::NotHeld),
            (Direction::Grant, false) => self.check_violations(realm, company),
            (Direction::Remove, true) => Ok(()),
        }
    }

    /// What the configuration says about access with which its user would violate a rule (contract, 8.3).
    fn check_violations(&self, realm: &Realm, company: &Company) -> Result<(), Refusal> {
        let is_on = |name| realm.flag("iga_access_request", name);
        let (prevented, justified) =
            (is_on("preventRequestWithViolation"), is_on("requireRequestJustificationWithViolation"));
        let unjustified = justified && self.text("justification").trim().is_empty();
        if !(prevented || unjustified) {
            return Ok(());
        }
        let besides = match self.target {
            Target::Entitlement(id) => Access::WouldHold(self.user, id),
            Target::Application(id) => Access::WouldHave(self.user, id),
            Target::Role(id) => Access::Role(self.user, id),
        };
        match (would_violate(View { realm, company }, self.user, &[besides]).is_empty(), prevented) {
            (true, _) => Ok(()),
            (false, true) => Err(Refusal::WouldViolate),
            (false, false) => Err(Refusal::required("justification")),
        }
    }
}

/// Somebody asks for access, or for its end.
pub struct Submit {
    /// Who asks.
    pub by: By,
    /// What for.
    pub wish: Wish,
}

impl Command<Realm> for Submit {
    type Output = Id<AccessRequest>;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Id<AccessRequest>, Refusal> {
        submit(realm, cx, self.by, self.wish)
    }
}

/// Somebody asks for several things, all of them or none.
pub struct SubmitAll {
    /// Who asks.
    pub by: By,
    /// What for.
    pub wishes: Vec<Wish>,
}

impl Command<Realm> for SubmitAll {
    type Output = Vec<Id<AccessRequest>>;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        self.wishes.into_iter().map(|wish| submit(realm, cx, self.by, wish)).collect()
    }
}

fn submit(realm: &mut Realm, cx: &mut Cx<'_>, by: By, wish: Wish) -> Result<Id<AccessRequest>, Refusal> {
    let now = cx.now();
    wish.check(realm, cx.company, now)?;
    let by_hand = wish.is_by_hand();
    if by_hand && !by.administrator {
        return Err(Refusal::RequestNotAuthorized("create"));
    }
    let (start, end) = (wish.date(&["startDate"])?, wish.date(&["endDate", "expiryDate"])?);
    let mut request = AccessRequest {
        id: cx.id("pingone/request"),
        user: wish.user,
        requester: by.author(),
        target: wish.target,
        direction: wish.direction,
        common: wish.common,
        custom: wish.custom,
        state: RequestState::Submitted,
        approved: None,
        outcome: None,
        phases: Vec::new(),
        actors: Vec::new(),
        comments: Vec::new(),
        start,
        end,
        created: now,
        completed: None,
        changed: now,
        version: 0,
    };
    let id = request.id;
    cx.emit("request.submitted", id, json!({"type": request.kind(), "user": request.user}));
    if by_hand {
        approve(realm, cx, &mut request)?;
    } else {
        let approver = approver(realm, cx.company, request.target);
        let expires = now + EXPIRES_AFTER;
        open(&mut request, now, RequestPhaseKind::Approval, approver, Some(expires));
        realm.timers.at(cx.chronicle, REQUEST_DATES, expires, id, Timer::Request(id, RequestDue::Expire));
    }
    put(realm, cx, request);
    carry_on(realm, cx, id);
    Ok(id)
}

/// The owner of the entitlement, else of the application, else whom the configuration names (contract, 8.3).
fn approver(realm: &Realm, company: &Company, target: Target) -> Option<ActorRef> {
    let owner_of = |app| company.apps().get(&app).and_then(|app| app.owners.first().copied());
    let owner = match target {
        Target::Entitlement(id) => {
            company.entitlements().get(&id).and_then(|row| row.owner.or_else(|| owner_of(row.app)))
        }
        Target::Application(app) => owner_of(app),
        Target::Role(_) => None,
    };
    let named =
        || realm.setting("iga_access_request", "defaultApprover").and_then(Value::as_str).and_then(ActorRef::read);
    owner.map(ActorRef::User).or_else(named)
}

fn open(
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
fn all_of(kind: RequestPhaseKind) -> Map<String, Value> {
    let names = match kind {
        RequestPhaseKind::Approval => ["approve", "comment", "modify", "reject", "reassign"],
        RequestPhaseKind::Fulfillment => ["comment", "deny", "fulfill", "modify", "reassign"],
    };
    names.into_iter().map(|name| (name.to_owned(), Value::Bool(true))).collect()
}

fn close(request: &mut AccessRequest, now: Timestamp, decision: &str) {
    for phase in request.phases.iter_mut().filter(|phase| phase.completed.is_none()) {
        (phase.completed, phase.decision) = (Some(now), Some(decision.to_owned()));
    }
    request.actors.iter_mut().for_each(|actor| actor.active = false);
}

fn step(cx: &mut Cx<'_>, request: &mut AccessRequest, by: RequestMove, action: &'static str) -> Result<(), Refusal> {
    let (from, id) = (request.state, request.id);
    request.state = cx.go(from, by).ok_or_else(|| refuse(from, id, action))?;
    Ok(())
}

fn refuse(state: RequestState, id: Id<AccessRequest>, action: &'static str) -> Refusal {
    match state {
        RequestState::Complete | RequestState::Cancelled => Refusal::RequestOver(id.dashed()),
        RequestState::Submitted | RequestState::Approved => Refusal::RequestImpossible(action, "in-progress"),
        RequestState::Suspended => Refusal::RequestImpossible(action, "suspended"),
    }
}

fn approve(realm: &mut Realm, cx: &mut Cx<'_>, request: &mut AccessRequest) -> Result<(), Refusal> {
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
fn carry_on(realm: &mut Realm, cx: &mut Cx<'_>, id: Id<AccessRequest>) {
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

fn put(realm: &mut Realm, cx: &mut Cx<'_>, mut request: AccessRequest) {
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

fn provision(realm: &mut Realm, cx: &mut Cx<'_>, mut request: AccessRequest, outcome: RequestOutcome) {
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

fn end(realm: &mut Realm, cx: &mut Cx<'_>, request: &mut AccessRequest, decision: &str, outcome: RequestOutcome) {
    close(request, cx.now(), decision);
    (request.outcome, request.completed) = (Some(outcome), Some(cx.now()));
    realm.timers.cancel_about(request.id);
    cx.emit("request.completed", request.id, json!({"outcome": outcome}));
}

fn say(cx: &Cx<'_>, request: &mut AccessRequest, by: By, action: &str, text: &str) {
    let comment = RequestComment { action: action.into(), text: text.into(), at: cx.now(), by: by.author() };
    request.comments.push(comment);
}

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

/// The request with this id, as it was sent.
pub fn find_request<'r>(realm: &'r Realm, id: &str) -> Result<&'r AccessRequest, Refusal> {
    let request = Id::from_dashed(id).and_then(|id| realm.requests.get(&id));
    request.map(|request| &**request).ok_or_else(|| Refusal::NoSuch(Noun::Request, id.to_owned()))
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
            let found = found.ok_or_else(|| Refusal::NoRequestPhase(phase.clone(), id.dashed()))?;
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
                    return Err(Refusal::invalid(format!("{fixed} cannot be modified.")));
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
            return Err(Refusal::invalid(format!("Actor with id: {} does not exist.", who.written())));
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
