//! Which access a review covers: what it names, and of that what its filter lets through.

use std::collections::BTreeSet;

use crate::company::{Account, Company, Person};
use crate::kernel::{Id, Timestamp};
use crate::vendors::conductorone::cel::{self, Scene};
use crate::vendors::conductorone::model::{
    AccessReview, Binding, Bindings, Domain, EntitlementProfile, EntitlementRef, ReviewFilter,
};

/// The most tasks that one review opens. [assumed]
pub const TASKS_MAX: usize = 10_000;

/// What is covered at this hour, by entitlement and then by account.
pub fn in_scope(
    domain: &Domain,
    company: &Company,
    now: Timestamp,
    review: &AccessReview,
) -> Vec<(EntitlementRef, Id<Account>)> {
    let bindings = Bindings { domain, company };
    let filter = Filter { domain, company, now, bindings, wanted: &review.settings.filter };
    let held = named(domain, review).into_iter().flat_map(|at| {
        let held = bindings.of_entitlement(at).filter(|binding| filter.lets_through(binding));
        held.map(move |binding| (at, binding.account.id)).collect::<Vec<_>>()
    });
    held.take(TASKS_MAX).collect()
}

fn named(domain: &Domain, review: &AccessReview) -> BTreeSet<EntitlementRef> {
    let (scope, settings) = (&review.scope, &review.settings);
    let is_meant = |row: &EntitlementProfile| {
        let of_type = row.resource_type.is_some_and(|kind| scope.resource_types.contains(&(row.at.app, kind)));
        of_type || settings.apps.contains(&row.at.app) || (settings.all_access && row.at.is_access())
    };
    let meant = domain.entitlements.iter().filter(|row| is_meant(row)).map(|row| row.at);
    let named = scope.entitlements.values().map(|scoped| scoped.at).chain(settings.entitlements.iter().copied());
    named.chain(meant).filter(|at| domain.entitlement(*at).is_some()).collect()
}

struct Filter<'w> {
    domain: &'w Domain,
    company: &'w Company,
    now: Timestamp,
    bindings: Bindings<'w>,
    wanted: &'w ReviewFilter,
}

impl Filter<'_> {
    fn lets_through(&self, binding: &Binding) -> bool {
        let person = binding.account.person.and_then(|id| self.company.people().get(&id));
        self.of_grant(binding) && self.of_account(&binding.account) && self.of_person(person.map(|person| &**person))
    }

    fn of_grant(&self, binding: &Binding) -> bool {
        let wanted = self.wanted;
        wanted.ends.is_none_or(|ends| binding.until().is_some() == ends)
            && wanted.older_than.is_none_or(|age| binding.since + age <= self.now)
            && wanted.from.is_none_or(|from| binding.since >= from)
            && wanted.until.is_none_or(|until| binding.since < until)
    }

    fn of_account(&self, account: &Account) -> bool {
        let wanted = self.wanted;
        let kind = self.domain.kind_of(self.company, account);
        (wanted.account_kinds.is_empty() || wanted.account_kinds.contains(&kind))
            && (wanted.account_statuses.is_empty() || wanted.account_statuses.contains(&account.status))
            && (!wanted.nobodys || account.person.is_none())
            // One that was never used counts from its opening. [assumed]
            && wanted.unused_for.is_none_or(|age| account.last_used.unwrap_or(account.created) + age <= self.now)
    }

    fn of_person(&self, person: Option<&Person>) -> bool {
        let wanted = self.wanted;
        let is = |fits: &dyn Fn(&Person) -> bool| person.is_some_and(fits);
        (wanted.users.is_empty() || is(&|person| wanted.users.contains(&person.id)))
            && (wanted.managers.is_empty()
                || is(&|person| person.manager.is_some_and(|manager| wanted.managers.contains(&manager))))
            && (wanted.user_statuses.is_empty() || is(&|person| wanted.user_statuses.contains(&person.status)))
            && (wanted.holders.is_empty() || is(&|person| self.holds_one(person)))
            && wanted.user_condition.as_deref().is_none_or(|condition| is(&|person| self.meets(person, condition)))
    }

    fn holds_one(&self, person: &Person) -> bool {
        let mut accounts = self.company.accounts_of(person.id);
        accounts.any(|account| self.wanted.holders.iter().any(|at| self.bindings.get(*at, account.id).is_some()))
    }

    /// A condition that breaks off does not hold.
    fn meets(&self, person: &Person, condition: &str) -> bool {
        let scene = Scene::about(self.domain, self.company, self.now, Some(person.id));
        cel::holds(condition, &scene).unwrap_or(false)
    }
}
