//! Asking for access, or for its end (contract, 8.1 and 8.3).

use serde_json::{Map, Value, json};

use super::access::Target;
use super::request::{EXPIRES_AFTER, RequestDue, approve, carry_on, open, put};
use super::rights::By;
use super::scan::would_violate;
use super::{Fault, Refusal, Timer};
use crate::company::{Company, Person};
use crate::kernel::{Id, Timestamp};
use crate::query::untyped::date;
use crate::vendors::pingone::assumed::REQUEST_DATES;
use crate::vendors::pingone::dto::View;
use crate::vendors::pingone::model::{
    Access, AccessRequest, ActorRef, Direction, Realm, RequestPhaseKind, RequestState,
};
use crate::world::{Command, Cx};

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

    /// Whether nobody has to consent any more: an administrator asks, or a reviewer has decided (contract, 8.3 and 10).
    pub fn is_by_hand(&self) -> bool {
        let context = self.common.get("context").and_then(|context| context.get("type")).and_then(Value::as_str);
        matches!(context, Some("admin" | "certification"))
    }

    pub(super) fn date(&self, names: &[&str]) -> Result<Option<Timestamp>, Refusal> {
        let given =
            names.iter().find_map(|name| Some((*name, self.common.get(*name).filter(|value| !value.is_null())?)));
        let Some((name, value)) = given else { return Ok(None) };
        let read = value.as_str().filter(|text| !text.is_empty()).map(date);
        match read {
            None if value.as_str() == Some("") => Ok(None),
            Some(Some(micros)) => Ok(Some(Timestamp::from_micros(micros))),
            _ => Err(Fault::date((*name).to_owned()).into()),
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
            return Err(Fault::Word("priority", "low, medium or high").into());
        }
        let (start, end) = (self.date(&["startDate"])?, self.date(&["endDate", "expiryDate"])?);
        if let Some(end) = end
            && end <= start.unwrap_or(now)
        {
            return Err(Fault::EndsBeforeStart.into());
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

pub(super) fn submit(realm: &mut Realm, cx: &mut Cx<'_>, by: By, wish: Wish) -> Result<Id<AccessRequest>, Refusal> {
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

/// Asks in a reviewer's place that somebody lose what a certification says (contract, 10); `what` is the item's id.
pub(super) fn revoke(
    realm: &mut Realm,
    cx: &mut Cx<'_>,
    user: Id<Person>,
    target: Target,
    what: &str,
) -> Result<Id<AccessRequest>, Refusal> {
    let said = json!({
        "context": {"type": "certification"},
        "justification": "Revoked in a certification",
        "externalRequestId": what,
    });
    let common = said.as_object().cloned().unwrap_or_default();
    let wish = Wish { user, target, direction: Direction::Remove, common, custom: Map::new() };
    submit(realm, cx, By::SYSTEM, wish)
}

/// The owner of the entitlement, else of the application, else whom the configuration names (contract, 8.3).
pub(super) fn approver(realm: &Realm, company: &Company, target: Target) -> Option<ActorRef> {
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
