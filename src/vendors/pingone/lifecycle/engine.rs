//! The scan engine: who holds what meets the conditions of a rule (contract, 5.1).
//!
//! A scan does not walk people. Most conditions read what all holders of an entitlement have in common, so each is
//! decided once per entitlement, role and application; the company's index then names the holders. The cost follows the
//! number of grants that meet any condition of any rule, and neither the number of people nor that of all grants.

use std::collections::BTreeSet;

use serde_json::Value;

use super::condition::{Condition, Search};
use crate::company::{AccountKey, AccountStatus, GrantKey, Person};
use crate::kernel::Id;
use crate::vendors::pingone::dto::{UserRow, View};
use crate::vendors::pingone::model::{Access, AccessKind, MembershipKey};

/// Somebody who violates a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Who.
    pub user: Id<Person>,
    /// Per condition, what they hold that met it.
    pub access: Vec<Vec<Access>>,
}

impl Hit {
    /// Per condition, the ids of the grants that met it.
    pub fn composite_ids(&self) -> Vec<Vec<String>> {
        let ids = |set: &Vec<Access>| set.iter().map(|access| access.composite_id()).collect();
        self.access.iter().map(ids).collect()
    }
}

/// Whether these sets, one per condition, are a violation: none is empty, and they are not all one and the same single
/// grant, unless there is but one condition (contract, 5.1).
pub fn is_conflict<G: PartialEq>(sets: &[Vec<G>]) -> bool {
    if sets.is_empty() || sets.iter().any(Vec::is_empty) {
        return false;
    }
    let first = &sets[0];
    sets.len() == 1 || first.len() > 1 || sets.iter().any(|set| set != first)
}

/// Everybody who violates, search by search, each in the order of their ids.
pub fn everybody(view: View<'_>, searches: &[Search]) -> Vec<Vec<Hit>> {
    let conditions: Vec<&Condition> = searches.iter().flat_map(|search| &search.conditions).collect();
    let mut met = Met { view, conditions: &conditions, found: Vec::new() };
    met.entitlements();
    met.accounts();
    met.roles();
    let mut found = met.found;
    found.sort_unstable();
    let mut hits = vec![Vec::new(); searches.len()];
    for of_person in found.chunk_by(|(one, ..), (other, ..)| one == other) {
        let user = of_person[0].0;
        judge(view, searches, user, of_person, &mut hits);
    }
    hits
}

/// What of the searches one person violates, with what they would hold besides.
pub fn one(view: View<'_>, searches: &[Search], user: Id<Person>, besides: &[Access]) -> Vec<Vec<Hit>> {
    let mut held: BTreeSet<Access> = held_by(view, user).collect();
    held.extend(besides);
    let mut found = Vec::new();
    for access in held {
        let grant = view.grant(access).unwrap_or_default();
        let conditions = searches.iter().flat_map(|search| &search.conditions).enumerate();
        let meets = conditions.filter(|(_, condition)| condition.is_about(access.kind()) && condition.holds(&grant));
        found.extend(meets.map(|(place, _)| (user, place, access)));
    }
    found.sort_unstable();
    let mut hits = vec![Vec::new(); searches.len()];
    judge(view, searches, user, &found, &mut hits);
    hits
}

/// Everything that a person holds.
pub fn held_by(view: View<'_>, user: Id<Person>) -> impl Iterator<Item = Access> {
    let accounts = view.company.accounts_of(user).filter(|account| account.status != AccountStatus::Closed);
    let grants = view.company.held_by(user).map(|grant| Access::Entitlement(grant.id));
    let memberships = view.realm.memberships.with(MembershipKey::Person(user));
    let roles = memberships.map(move |membership| Access::Role(user, membership.role));
    accounts.map(|account| Access::Account(account.id)).chain(grants).chain(roles)
}

fn judge(
    view: View<'_>,
    searches: &[Search],
    user: Id<Person>,
    found: &[(Id<Person>, usize, Access)],
    hits: &mut [Vec<Hit>],
) {
    let mut first = 0;
    for (search, hits) in searches.iter().zip(hits) {
        let places = first..first + search.conditions.len();
        first = places.end;
        let start = found.partition_point(|(_, place, _)| *place < places.start);
        let end = found.partition_point(|(_, place, _)| *place < places.end);
        if end - start < search.conditions.len() || start == end {
            continue;
        }
        let mut access = vec![Vec::new(); search.conditions.len()];
        for (_, place, held) in &found[start..end] {
            access[place - places.start].push(*held);
        }
        let applies = || view.company.people().get(&user).is_some_and(|person| search.applies_to(&UserRow(person)));
        if is_conflict(&access) && applies() {
            hits.push(Hit { user, access });
        }
    }
}

/// Every grant that meets a condition: whose it is, which condition, which grant.
struct Met<'w> {
    view: View<'w>,
    conditions: &'w [&'w Condition],
    found: Vec<(Id<Person>, usize, Access)>,
}

impl Met<'_> {
    fn entitlements(&mut self) {
        let company = self.view.company;
        for entitlement in company.entitlements().iter() {
            let parts = || self.view.entitlement(entitlement);
            let wanted = self.wanted(AccessKind::Entitlement, parts);
            if wanted.is_empty() {
                continue;
            }
            for grant in company.grants().ids_with(GrantKey::Entitlement(entitlement.id)) {
                let holder = company.accounts().get(&grant.account).and_then(|account| account.person);
                if let Some(person) = holder {
                    self.note(person, Access::Entitlement(*grant), &wanted);
                }
            }
        }
    }

    fn accounts(&mut self) {
        let company = self.view.company;
        for app in company.apps().iter() {
            let wanted = self.wanted(AccessKind::Account, || Some(self.view.application(app)));
            if wanted.is_empty() {
                continue;
            }
            let accounts = company.accounts().with(AccountKey::App(app.id));
            for account in accounts.filter(|account| account.status != AccountStatus::Closed) {
                if let Some(person) = account.person {
                    self.note(person, Access::Account(account.id), &wanted);
                }
            }
        }
    }

    fn roles(&mut self) {
        let realm = self.view.realm;
        for role in realm.roles.iter() {
            let wanted = self.wanted(AccessKind::Role, || Some(self.view.role(role)));
            if wanted.is_empty() {
                continue;
            }
            for membership in realm.memberships.with(MembershipKey::Role(role.id)) {
                self.note(membership.person, Access::Role(membership.person, role.id), &wanted);
            }
        }
    }

    /// The conditions that a grant of this meets, or may meet: those are asked about each grant.
    fn wanted(&self, kind: AccessKind, parts: impl FnOnce() -> Option<Value>) -> Vec<(usize, bool)> {
        let about: Vec<_> =
            self.conditions.iter().enumerate().filter(|(_, condition)| condition.is_about(kind)).collect();
        if about.is_empty() {
            return Vec::new();
        }
        let Some(parts) = parts() else { return Vec::new() };
        let meets = |(_, condition): &(usize, &&Condition)| !condition.is_shared || condition.holds(&parts);
        about.into_iter().filter(meets).map(|(place, condition)| (place, condition.is_shared)).collect()
    }

    fn note(&mut self, person: Id<Person>, access: Access, wanted: &[(usize, bool)]) {
        let mut grant = None;
        for (place, is_shared) in wanted {
            let mut holds = || {
                let grant = grant.get_or_insert_with(|| self.view.grant(access).unwrap_or_default());
                self.conditions[*place].holds(grant)
            };
            if *is_shared || holds() {
                self.found.push((person, *place, access));
            }
        }
    }
}
