//! What may be asked for, by whom, for whom: the checks of the contract's section 7.9, in its order.

use super::Refusal;
use super::check::Wish;
use super::submit::{RequestAccess, Target, Wanted, WantedAccount};
use crate::company::{Account, Company, Person};
use crate::kernel::{Id, Span, Timestamp};
use crate::vendors::sailpoint::model::{
    MaxDuration, Object, ObjectKind, Org, RequestConfig, RequestKind, Requestability, TimeUnit,
};

/// How many entitlements one request may ask for.
const ENTITLEMENTS_MAX: usize = 25;
/// For how many identities a request with entitlements may ask.
const IDENTITIES_MAX: usize = 10;

/// An object that may be asked for, and how.
pub struct Asked {
    /// What.
    pub object: Object,
    /// As it was asked for.
    pub wanted: Wanted,
    /// Under which conditions.
    pub rules: Requestability,
    /// The accounts that are to have it; empty means any.
    pub accounts: Vec<Id<Account>>,
}

/// People, and what each of them gets.
pub type PerPerson<T> = Vec<(Id<Person>, Vec<T>)>;

/// What a request comes to when nothing speaks against it: the people and what each of them gets.
pub fn check(
    org: &Org,
    company: &Company,
    now: Timestamp,
    request: &RequestAccess,
) -> Result<PerPerson<Asked>, Refusal> {
    let rules = Rules { org, company, config: org.config(), now, request };
    rules.check_shape()?;
    let people = people(&rules.config, company, &request.targets)?;
    rules.check_counts()?;
    let of = |(person, target): (Id<Person>, &Target)| {
        rules.check_right(person)?;
        let asked = target.items.iter().map(|wanted| rules.check_item(person, wanted));
        Ok((person, asked.collect::<Result<_, Refusal>>()?))
    };
    people.into_iter().zip(&request.targets).map(of).collect()
}

/// The people and objects that a request would name, for whom nothing is asked yet.
pub fn selectable(org: &Org, company: &Company, targets: &[Target]) -> Result<PerPerson<Found>, Refusal> {
    let config = org.config();
    check_form(targets)?;
    if targets.iter().any(|target| target.items.len() > ENTITLEMENTS_MAX) {
        return Err(Refusal::TooMany("requestedItems", ENTITLEMENTS_MAX));
    }
    let people = people(&config, company, targets)?;
    let of = |(person, target): (Id<Person>, &Target)| {
        let found = target.items.iter().map(|wanted| find(org, company, &config, wanted));
        Ok((person, found.collect::<Result<_, _>>()?))
    };
    people.into_iter().zip(targets).map(of).collect()
}

fn check_form(targets: &[Target]) -> Result<(), Refusal> {
    match targets {
        [] => Err(Refusal::Missing("requestedFor")),
        _ if targets.iter().any(|target| target.items.is_empty()) => Err(Refusal::Missing("requestedItems")),
        _ => Ok(()),
    }
}

/// The identities that targets name.
fn people(config: &RequestConfig, company: &Company, targets: &[Target]) -> Result<Vec<Id<Person>>, Refusal> {
    if targets.iter().any(|target| target.is_machine) && !config.machine_identity_enabled {
        return Err(Refusal::Forbidden);
    }
    let mut unknown = Vec::new();
    let mut people = Vec::new();
    for target in targets {
        // No machine identities live here, so the id of one names nobody.
        match Id::from_hex(&target.identity).filter(|id| !target.is_machine && company.people().contains(id)) {
            Some(id) => people.push(id),
            None => unknown.push(target.identity.as_str()),
        }
    }
    if unknown.is_empty() { Ok(people) } else { Err(Refusal::NoIdentity(unknown.join(", "))) }
}

/// A requested object, and the rules for asking for it.
pub struct Found {
    /// Which.
    pub object: Object,
    /// What it is called.
    pub name: String,
    /// Whether it can be asked for.
    pub requestable: bool,
    /// Under which conditions.
    pub rules: Requestability,
}

/// The object that is asked for.
fn find(org: &Org, company: &Company, config: &RequestConfig, wanted: &Wanted) -> Result<Found, Refusal> {
    let unknown = || Refusal::NoReference("requested item", wanted.id.clone());
    let object = Object { kind: wanted.kind, id: Id::from_hex(&wanted.id).ok_or_else(unknown)? };
    let found = |name: &str, requestable, rules| Found { object, name: name.to_owned(), requestable, rules };
    let found = match object.kind {
        ObjectKind::Role => org.roles.get(&object.id.cast()).map(|role| {
            let requestable = role.requestable && role.enabled;
            found(&role.name, requestable, role.requestability.clone())
        }),
        ObjectKind::AccessProfile => org.profiles.get(&object.id.cast()).map(|profile| {
            let requestable = profile.requestable && profile.enabled;
            found(&profile.name, requestable, profile.requestability.clone())
        }),
        ObjectKind::Entitlement => company.entitlements().get(&object.id.cast()).map(|entitlement| {
            let settings = org.entitlements.get(&entitlement.id);
            let requestable = config.entitlement_requests_allowed && settings.is_some_and(|row| row.requestable);
            let own = settings.and_then(|row| row.requestability.clone());
            found(&entitlement.name, requestable, own.unwrap_or_else(|| config.entitlement_rules.clone()))
        }),
    };
    found.ok_or_else(unknown)
}

struct Rules<'a> {
    org: &'a Org,
    company: &'a Company,
    config: RequestConfig,
    now: Timestamp,
    request: &'a RequestAccess,
}

impl Rules<'_> {
    fn check_shape(&self) -> Result<(), Refusal> {
        let RequestAccess { targets, kind, is_flat, .. } = self.request;
        check_form(targets)?;
        if *kind == RequestKind::RevokeAccess && (targets.len() != 1 || !is_flat) {
            return Err(Refusal::RevokeOneIdentity);
        }
        Ok(())
    }

    fn check_counts(&self) -> Result<(), Refusal> {
        let is_entitlement = |wanted: &&Wanted| wanted.kind == ObjectKind::Entitlement;
        let entitlements = |target: &Target| target.items.iter().filter(is_entitlement).count();
        let targets = &self.request.targets;
        let most = targets.iter().map(entitlements).max().unwrap_or(0);
        if most > ENTITLEMENTS_MAX {
            return Err(Refusal::TooMany("requestedItems", ENTITLEMENTS_MAX));
        }
        if most > 0 && targets.len() > IDENTITIES_MAX {
            return Err(Refusal::TooMany("requestedFor", IDENTITIES_MAX));
        }
        if self.request.kind == RequestKind::RevokeAccess && most > 1 {
            return Err(Refusal::TooMany("requestedItems", 1));
        }
        Ok(())
    }

    /// Whether the requester may ask for this person.
    fn check_right(&self, person: Id<Person>) -> Result<(), Refusal> {
        let (config, requester) = (&self.config, self.request.by);
        let is_admin = self.org.is_admin(requester);
        let is_manager = self.company.people().get(&person).is_some_and(|person| person.manager == Some(requester));
        if config.approvals_must_be_external && !is_admin {
            return Err(Refusal::Forbidden);
        }
        let allowed = match self.request.kind {
            RequestKind::RevokeAccess => requester != person && (is_admin || is_manager),
            RequestKind::GrantAccess | RequestKind::ModifyAccess => {
                requester == person || is_admin || config.anyone_by_anyone || (config.employee_by_manager && is_manager)
            }
        };
        if allowed { Ok(()) } else { Err(Refusal::Forbidden) }
    }

    fn check_item(&self, person: Id<Person>, wanted: &Wanted) -> Result<Asked, Refusal> {
        let found = find(self.org, self.company, &self.config, wanted)?;
        self.check_dates(wanted)?;
        match self.request.kind {
            RequestKind::RevokeAccess => self.check_revocation(person, &found, wanted)?,
            RequestKind::GrantAccess | RequestKind::ModifyAccess => self.check_grant(person, &found, wanted)?,
        }
        let accounts = wanted.accounts.iter().map(|wanted| self.account(person, wanted));
        let accounts: Vec<_> = accounts.collect::<Result<_, _>>()?;
        let asked = Asked { object: found.object, wanted: wanted.clone(), rules: found.rules, accounts };
        self.check_change(person, &found.name, &asked)?;
        Ok(asked)
    }

    fn check_dates(&self, wanted: &Wanted) -> Result<(), Refusal> {
        for (name, date) in [("startDate", wanted.start_date), ("removeDate", wanted.remove_date)] {
            if date.is_some_and(|date| date <= self.now) {
                return Err(Refusal::NotInTheFuture(name));
            }
        }
        match (wanted.start_date, wanted.remove_date) {
            (Some(start), Some(end)) if end <= start => Err(Refusal::EndsBeforeStart),
            _ => Ok(()),
        }
    }

    fn check_revocation(&self, person: Id<Person>, found: &Found, wanted: &Wanted) -> Result<(), Refusal> {
        if is_blank(wanted.comment.as_deref()) {
            return Err(Refusal::Missing("item.comment"));
        }
        if wanted.start_date.is_some() {
            return Err(Refusal::RevokeWithStart);
        }
        if !self.org.has(self.company, person, found.object) {
            return Err(Refusal::NotHeld(found.name.clone()));
        }
        let assignment = self.org.assignment(person, found.object);
        if assignment.is_none() && self.org.has_by_birthright(self.company, person, found.object) {
            return Err(Refusal::NotRevocable(found.name.clone()));
        }
        let until = assignment.and_then(|assignment| assignment.until);
        match (wanted.remove_date, until) {
            (Some(asked), Some(until)) if asked >= until => Err(Refusal::BeyondSunset),
            _ => Ok(()),
        }
    }

    fn check_grant(&self, person: Id<Person>, found: &Found, wanted: &Wanted) -> Result<(), Refusal> {
        if !found.requestable {
            return Err(Refusal::NotRequestable(found.name.clone()));
        }
        if self.request.kind == RequestKind::ModifyAccess && !self.org.has(self.company, person, found.object) {
            return Err(Refusal::NotHeld(found.name.clone()));
        }
        if found.rules.comments_required && is_blank(wanted.comment.as_deref()) {
            return Err(Refusal::Missing("item.comment"));
        }
        if found.rules.require_end_date && wanted.remove_date.is_none() {
            return Err(Refusal::Missing("item.removeDate"));
        }
        if let (Some(longest), Some(end)) = (found.rules.max_permitted_access_duration, wanted.remove_date) {
            let start = wanted.start_date.unwrap_or(self.now);
            if end - start > length(longest) {
                return Err(Refusal::TooLong);
            }
        }
        Ok(())
    }

    /// Older tenants refuse at once what would change nothing.
    fn check_change(&self, person: Id<Person>, name: &str, asked: &Asked) -> Result<(), Refusal> {
        let Wanted { start_date, remove_date, .. } = asked.wanted;
        let wish = Wish { person, object: asked.object, start_date, remove_date, accounts: &asked.accounts };
        let gives = self.request.kind != RequestKind::RevokeAccess;
        if gives && self.org.switches().duplicates_are_refused && wish.is_fulfilled(self.org, self.company) {
            return Err(Refusal::AlreadyHas { identity: person.hex(), object: name.to_owned() });
        }
        Ok(())
    }

    fn account(&self, person: Id<Person>, wanted: &WantedAccount) -> Result<Id<Account>, Refusal> {
        let fits = |account: &&std::sync::Arc<Account>| {
            *account.user_name == *wanted.native_identity
                && wanted.source.as_ref().is_none_or(|source| account.app.hex() == *source)
        };
        let account = self.company.accounts_of(person).find(fits);
        account.map(|account| account.id).ok_or_else(|| Refusal::NoReference("account", wanted.native_identity.clone()))
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
