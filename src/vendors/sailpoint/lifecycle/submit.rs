//! Asking for access: the checks of the contract's section 7.9, in its order, and the rows that
//! an accepted request makes.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;

use super::{Actor, Refusal, check};
use crate::company::{Account, Company, Person};
use crate::kernel::{Id, Span, Timestamp};
use crate::vendors::sailpoint::model::{
    Assignment, Comment, Item, ItemKey, ItemState, MaxDuration, Object, ObjectKind, Org, Request, RequestConfig,
    RequestKind, Requestability, Stage, TimeUnit,
};
use crate::world::{Command, Cx};

/// How many entitlements one request may ask for.
pub const ENTITLEMENTS_MAX: usize = 25;
/// For how many identities a request with entitlements may ask.
pub const IDENTITIES_MAX: usize = 10;

/// Ask for access, or for its end.
pub struct RequestAccess {
    /// Who asks.
    pub by: Actor,
    /// What is asked.
    pub kind: RequestKind,
    /// For whom, and what for each of them.
    pub targets: Vec<Target>,
    /// Whether it was asked in the flat form, everything for everybody.
    pub is_flat: bool,
    /// What the client says about it.
    pub client_metadata: Option<BTreeMap<String, String>>,
}

/// One person, and what is asked for them.
#[derive(Clone, Debug)]
pub struct Target {
    /// The identity, as it was sent.
    pub identity: String,
    /// What is asked.
    pub items: Vec<Wanted>,
}

/// One thing that is asked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What kind of thing it is.
    pub kind: ObjectKind,
    /// Its id, as it was sent.
    pub id: String,
    /// Why.
    pub comment: Option<String>,
    /// What the client says about it.
    pub client_metadata: Option<BTreeMap<String, String>>,
    /// When the access is to begin.
    pub start_date: Option<Timestamp>,
    /// When it is to end.
    pub remove_date: Option<Timestamp>,
    /// The native identities of the accounts that are to have it; empty means any.
    pub accounts: Vec<String>,
}

/// What became of a request, by identity.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Submitted {
    /// What was taken up.
    pub new: Vec<Tracking>,
    /// What is in flight already.
    pub existing: Vec<Tracking>,
}

/// What was asked for one identity, and where it can be followed.
#[derive(Clone, Debug, PartialEq)]
pub struct Tracking {
    /// For whom.
    pub requested_for: Id<Person>,
    /// What.
    pub objects: Vec<Object>,
    /// The access requests.
    pub requests: Vec<Id<Request>>,
}

struct Asked {
    object: Object,
    wanted: Wanted,
    rules: Requestability,
    accounts: Vec<Id<Account>>,
}

impl Command<Org> for RequestAccess {
    type Output = Submitted;
    fn apply(self, org: &mut Org, cx: &mut Cx<'_>) -> Result<Submitted, Refusal> {
        let requester = self.by.person().ok_or(Refusal::Forbidden)?;
        let config = org.config();
        self.check_shape()?;
        let people = self.people(cx.company)?;
        self.check_counts()?;
        let mut asked = Vec::with_capacity(people.len());
        for (person, target) in people.iter().zip(&self.targets) {
            self.check_right(org, cx.company, &config, requester, *person)?;
            let items = target.items.iter().map(|wanted| self.check_item(org, cx, &config, *person, wanted));
            asked.push((*person, items.collect::<Result<Vec<_>, _>>()?));
        }
        let mut submitted = Submitted::default();
        for (person, items) in asked {
            submit(org, cx, &self, requester, person, items, &mut submitted);
        }
        Ok(submitted)
    }
}

impl RequestAccess {
    fn check_shape(&self) -> Result<(), Refusal> {
        if self.targets.is_empty() {
            return Err(Refusal::Missing("requestedFor"));
        }
        if self.targets.iter().any(|target| target.items.is_empty()) {
            return Err(Refusal::Missing("requestedItems"));
        }
        if self.kind == RequestKind::RevokeAccess && (self.targets.len() != 1 || !self.is_flat) {
            return Err(Refusal::RevokeOneIdentity);
        }
        Ok(())
    }

    fn people(&self, company: &Company) -> Result<Vec<Id<Person>>, Refusal> {
        let mut unknown = Vec::new();
        let mut people = Vec::new();
        for target in &self.targets {
            match Id::from_hex(&target.identity).filter(|id| company.people().contains(id)) {
                Some(id) => people.push(id),
                None => unknown.push(target.identity.clone()),
            }
        }
        if unknown.is_empty() { Ok(people) } else { Err(Refusal::NoIdentity(unknown.join(", "))) }
    }

    fn check_counts(&self) -> Result<(), Refusal> {
        let entitlements =
            |target: &Target| target.items.iter().filter(|wanted| wanted.kind == ObjectKind::Entitlement).count();
        let most = self.targets.iter().map(entitlements).max().unwrap_or(0);
        if most > ENTITLEMENTS_MAX {
            return Err(Refusal::TooMany("requestedItems", ENTITLEMENTS_MAX));
        }
        if most > 0 && self.targets.len() > IDENTITIES_MAX {
            return Err(Refusal::TooMany("requestedFor", IDENTITIES_MAX));
        }
        if self.kind == RequestKind::RevokeAccess && most > 1 {
            return Err(Refusal::TooMany("requestedItems", 1));
        }
        Ok(())
    }

    /// Whether the requester may ask for this person (contract, 7.9).
    fn check_right(
        &self,
        org: &Org,
        company: &Company,
        config: &RequestConfig,
        requester: Id<Person>,
        person: Id<Person>,
    ) -> Result<(), Refusal> {
        let is_admin = org.is_admin(requester);
        let is_manager = company.people().get(&person).is_some_and(|person| person.manager == Some(requester));
        if config.approvals_must_be_external && !is_admin {
            return Err(Refusal::Forbidden);
        }
        let allowed = match self.kind {
            RequestKind::RevokeAccess if requester == person => return Err(Refusal::OwnAccess),
            RequestKind::RevokeAccess => is_admin || is_manager,
            RequestKind::GrantAccess | RequestKind::ModifyAccess => {
                requester == person || is_admin || config.anyone_by_anyone || (config.employee_by_manager && is_manager)
            }
        };
        if allowed { Ok(()) } else { Err(Refusal::Forbidden) }
    }

    fn check_item(
        &self,
        org: &Org,
        cx: &Cx<'_>,
        config: &RequestConfig,
        person: Id<Person>,
        wanted: &Wanted,
    ) -> Result<Asked, Refusal> {
        if wanted.id.is_empty() {
            return Err(Refusal::Missing("item.id"));
        }
        let id = Id::from_hex(&wanted.id).ok_or_else(|| Refusal::NoObject(wanted.id.clone()))?;
        let object = Object { kind: wanted.kind, id };
        let found = find(org, cx.company, config, object).ok_or_else(|| Refusal::NoObject(wanted.id.clone()))?;
        for (name, date) in [("startDate", wanted.start_date), ("removeDate", wanted.remove_date)] {
            if date.is_some_and(|date| date <= cx.now()) {
                return Err(Refusal::NotInTheFuture(name));
            }
        }
        match self.kind {
            RequestKind::RevokeAccess => self.check_revocation(org, cx, person, object, &found, wanted)?,
            RequestKind::GrantAccess | RequestKind::ModifyAccess => {
                check_grant(org, cx, person, object, &found, wanted)?
            }
        }
        let accounts = cx.company.accounts_of(person);
        let accounts = accounts.filter(|account| wanted.accounts.iter().any(|name| **name == *account.user_name));
        let accounts = accounts.map(|account| account.id).collect();
        Ok(Asked { object, wanted: wanted.clone(), rules: found.rules, accounts })
    }

    fn check_revocation(
        &self,
        org: &Org,
        cx: &Cx<'_>,
        person: Id<Person>,
        object: Object,
        found: &Found,
        wanted: &Wanted,
    ) -> Result<(), Refusal> {
        if is_blank(wanted.comment.as_deref()) {
            return Err(Refusal::Missing("item.comment"));
        }
        if wanted.start_date.is_some() {
            return Err(Refusal::RevokeWithStart);
        }
        if !org.has(cx.company, person, object) {
            return Err(Refusal::NotHeld(found.name.clone()));
        }
        let assignment = org.assignment(person, object);
        if object.kind == ObjectKind::Role && assignment.is_none() {
            return Err(Refusal::NotRevocable(found.name.clone()));
        }
        let until = assignment.and_then(|assignment| assignment.until);
        match (wanted.remove_date, until) {
            (Some(asked), Some(until)) if asked >= until => Err(Refusal::BeyondSunset),
            _ => Ok(()),
        }
    }
}

fn check_grant(
    org: &Org,
    cx: &Cx<'_>,
    person: Id<Person>,
    object: Object,
    found: &Found,
    wanted: &Wanted,
) -> Result<(), Refusal> {
    if !found.requestable {
        return Err(Refusal::NotRequestable(found.name.clone()));
    }
    if found.rules.comments_required && is_blank(wanted.comment.as_deref()) {
        return Err(Refusal::Missing("item.comment"));
    }
    if found.rules.require_end_date && wanted.remove_date.is_none() {
        return Err(Refusal::Missing("item.removeDate"));
    }
    if let (Some(longest), Some(end)) = (found.rules.max_permitted_access_duration, wanted.remove_date) {
        let start = wanted.start_date.unwrap_or_else(|| cx.now());
        if end - start > length(longest) {
            return Err(Refusal::TooLong);
        }
    }
    let current = org.assignment(person, object).and_then(|assignment| assignment.until);
    let changes_nothing = wanted.remove_date == current && wanted.start_date.is_none() && wanted.accounts.is_empty();
    if org.switches().duplicates_are_refused && changes_nothing && org.has(cx.company, person, object) {
        return Err(Refusal::AlreadyHas { identity: person.hex(), object: found.name.clone() });
    }
    Ok(())
}

/// A requested object and the rules for asking for it.
struct Found {
    name: String,
    requestable: bool,
    rules: Requestability,
}

fn find(org: &Org, company: &Company, config: &RequestConfig, object: Object) -> Option<Found> {
    match object.kind {
        ObjectKind::Role => {
            let role = org.roles.get(&object.id.cast())?;
            let requestable = role.requestable && role.enabled;
            Some(Found { name: role.name.clone(), requestable, rules: role.requestability.clone() })
        }
        ObjectKind::AccessProfile => {
            let profile = org.profiles.get(&object.id.cast())?;
            let requestable = profile.requestable && profile.enabled;
            Some(Found { name: profile.name.clone(), requestable, rules: profile.requestability.clone() })
        }
        ObjectKind::Entitlement => {
            let entitlement = company.entitlements().get(&object.id.cast())?;
            let settings = org.entitlements.get(&entitlement.id);
            let requestable = config.entitlement_requests_allowed && settings.is_some_and(|row| row.requestable);
            let own = settings.and_then(|row| row.requestability.clone());
            let rules = own.unwrap_or_else(|| config.entitlement_rules());
            Some(Found { name: entitlement.name.clone(), requestable, rules })
        }
    }
}

/// Makes the request and its items, and sets each item off. What is in flight already is reported
/// and not asked for again.
fn submit(
    org: &mut Org,
    cx: &mut Cx<'_>,
    command: &RequestAccess,
    requester: Id<Person>,
    person: Id<Person>,
    items: Vec<Asked>,
    submitted: &mut Submitted,
) {
    let in_flight = |org: &Org, object: Object| org.items.with(ItemKey::InFlight(person, object)).next().cloned();
    let (existing, fresh): (Vec<_>, Vec<_>) =
        items.into_iter().partition(|asked| in_flight(org, asked.object).is_some());
    if !existing.is_empty() {
        let objects: Vec<Object> = existing.iter().map(|asked| asked.object).collect();
        let mut requests: Vec<_> =
            objects.iter().filter_map(|object| in_flight(org, *object)).map(|item| item.request).collect();
        requests.dedup();
        submitted.existing.push(Tracking { requested_for: person, objects, requests });
    }
    if fresh.is_empty() {
        return;
    }
    let (id, now): (Id<Request>, _) = (cx.id("sailpoint/request"), cx.now());
    let client_metadata = command.client_metadata.clone();
    org.requests.put(Request {
        id,
        requested_for: person,
        requester: Some(requester),
        kind: command.kind,
        created: now,
        modified: now,
        client_metadata,
    });
    cx.emit("request.submitted", id, json!({"for": person, "by": requester}));
    let objects = fresh.iter().map(|asked| asked.object).collect();
    submitted.new.push(Tracking { requested_for: person, objects, requests: vec![id] });
    let settings = Arc::new(org.config().approvals);
    let mut made = Vec::with_capacity(fresh.len());
    for (position, asked) in fresh.into_iter().enumerate() {
        let assignment = org.assignment(person, asked.object).map(|assignment| Assignment::clone(assignment));
        let Asked { object, wanted, rules, accounts } = asked;
        let revokes = command.kind == RequestKind::RevokeAccess;
        let item: Id<Item> = cx.id("sailpoint/item");
        org.items.put(Item {
            id: item,
            request: id,
            position,
            requested_for: person,
            requester: Some(requester),
            kind: command.kind,
            object,
            comment: wanted.comment.filter(|text| !text.is_empty()).map(|text| Comment {
                text: text.into(),
                created: now,
                author: Some(requester),
            }),
            client_metadata: wanted.client_metadata.or_else(|| command.client_metadata.clone()),
            start_date: wanted.start_date,
            remove_date: wanted.remove_date,
            current_remove_date: assignment.as_ref().and_then(|assignment| assignment.until),
            current_start_date: assignment.as_ref().map(|assignment| assignment.since),
            accounts,
            state: ItemState::Executing,
            stage: Stage::Checking,
            phases: Vec::new(),
            chain: if revokes { rules.revocation_approvals } else { rules.approvals },
            settings: Arc::clone(&settings),
            denial_comments_required: if revokes {
                rules.revocation_denial_comments_required
            } else {
                rules.denial_comments_required
            },
            reauthorization_required: rules.reauthorization_required,
            max_duration: rules.max_permitted_access_duration,
            approvals: Vec::new(),
            work_items: Vec::new(),
            provisioned: 0,
            failed: 0,
            sod: None,
            cancelled: None,
            expired: false,
            errors: Vec::new(),
            created: now,
            modified: now,
        });
        made.push(item);
    }
    for item in made {
        check::begin(org, cx, item);
    }
}

fn is_blank(text: Option<&str>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}

/// A month counts as 30 days (assumed).
fn length(duration: MaxDuration) -> Span {
    let value = i64::from(duration.value);
    match duration.time_unit {
        TimeUnit::Hours => Span::hours(value),
        TimeUnit::Days => Span::days(value),
        TimeUnit::Weeks => Span::days(7 * value),
        TimeUnit::Months => Span::days(30 * value),
    }
}
