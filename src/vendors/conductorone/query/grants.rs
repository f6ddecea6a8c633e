//! Which grants a search finds: those of today, those that ended, and all that came and went.

use std::sync::Arc;

use super::entitlements::refs;
use super::{among, any_among};
use crate::company::{Account, App, Past, Person};
use crate::kernel::{Id, Timestamp};
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::app_users::AppUserRef;
use crate::vendors::conductorone::dto::grants::{
    FeedEvent, GrantEventType, SearchGrantFeedRequest, SearchGrantsRequest, SearchPastGrantsRequest, ticket,
};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::model::{
    Binding, EntitlementProfile, EntitlementRef, Purpose, Resource, ResourceType,
};
use crate::vendors::conductorone::wire::{Asked, id};

/// The grants of an entitlement, as they were discovered (contract, 6).
pub fn of_entitlement(view: View<'_>, at: EntitlementRef) -> Vec<((i64, String), Binding)> {
    let held = view.domain.entitlement(at).map(|_| view.bindings().of_entitlement(at));
    let place = |binding: &Binding| (binding.since.as_micros(), id::text(binding.account.id));
    let mut rows: Vec<_> = held.into_iter().flatten().map(|binding| (place(&binding), binding)).collect();
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    rows
}

/// A grant of a search, and its entitlement.
pub type Held = (Arc<EntitlementProfile>, Binding);

/// The same with its place: application, entitlement, account.
pub type Placed = ((String, String, String), Held);

/// The grants that a search finds, by application, entitlement and account.
///
/// # Errors
/// 400 when an id is not written like one.
pub fn found(view: View<'_>, asked: &Asked, search: &SearchGrantsRequest) -> Result<Vec<Placed>, ApiError> {
    let apps: Vec<Id<App>> = asked.ids("appIds", &search.app_ids)?;
    let accounts: Vec<Id<Account>> = asked.ids("appUserIds", &search.app_user_ids)?;
    let user: Option<Id<Person>> = asked.optional_id("userId", &search.user_id)?;
    let kinds: Vec<Id<ResourceType>> = asked.ids("resourceTypeIds", &search.resource_type_ids)?;
    let resources: Vec<Id<Resource>> = asked.ids("resourceIds", &search.resource_ids)?;
    let wanted = refs(asked, "entitlementRefs", &search.entitlement_refs)?;
    let purposes: Vec<Purpose> = search.purpose.iter().map(|purpose| (*purpose).into()).collect();
    let is_wanted = |row: &EntitlementProfile| {
        among(&apps, &row.at.app)
            && among(&wanted, &row.at)
            && among(&search.entitlement_slugs, &row.slug)
            && among(&purposes, &row.purpose)
            && any_among(&kinds, row.resource_type.as_slice())
            && any_among(&resources, row.resource.as_slice())
    };
    let is_holder =
        |account: &Account| among(&accounts, &account.id) && user.is_none_or(|user| account.person == Some(user));
    let of_accounts = |chosen: Vec<&'_ Arc<Account>>| -> Vec<Held> {
        let held = chosen.into_iter().filter(|account| is_holder(account));
        let held = held.flat_map(|account| view.bindings().of_account(account).collect::<Vec<_>>());
        let held = held.filter_map(|held| Some((Arc::clone(view.domain.entitlement(held.entitlement)?), held)));
        held.filter(|(row, _)| is_wanted(row)).collect()
    };
    // An index narrows the rows where a filter allows it.
    let rows = if let Some(user) = user {
        of_accounts(view.company.accounts_of(user).collect())
    } else if !accounts.is_empty() {
        of_accounts(accounts.iter().filter_map(|account| view.company.accounts().get(account)).collect())
    } else {
        let rows = view.domain.entitlements.iter().filter(|row| view.domain.entitlement(row.at).is_some());
        let rows = rows.filter(|row| is_wanted(row));
        rows.flat_map(|row| view.bindings().of_entitlement(row.at).map(|held| (Arc::clone(row), held))).collect()
    };
    let rows = rows.into_iter().filter(|(row, held)| view.sees(row.at, &held.account));
    let place = |(row, held): &Held| (id::text(row.at.app), id::text(row.at.id), id::text(held.account.id));
    let mut rows: Vec<_> = rows.map(|held| (place(&held), held)).collect();
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(rows)
}

fn accounts(asked: &Asked, refs: &[AppUserRef]) -> Result<Vec<Id<Account>>, ApiError> {
    let ids: Vec<String> = refs.iter().map(|account| account.id.clone()).collect();
    asked.ids("appUserRefs", &ids)
}

/// The ended grants that a search finds, the first that ended first, each with its account.
///
/// # Errors
/// 400 when an id is not written like one.
pub fn past<'w>(
    view: View<'w>,
    asked: &Asked,
    search: &SearchPastGrantsRequest,
) -> Result<impl Iterator<Item = (&'w Arc<Past>, &'w Arc<Account>)> + use<'w>, ApiError> {
    let apps: Vec<Id<App>> = asked.ids("appIds", &search.app_ids)?;
    let wanted = refs(asked, "appEntitlementRefs", &search.app_entitlement_refs)?;
    let accounts = accounts(asked, &search.app_user_refs)?;
    Ok(ended(view).filter(move |(row, account)| {
        let at = EntitlementRef { app: account.app, id: row.grant.id.entitlement };
        among(&apps, &at.app) && among(&wanted, &at) && among(&accounts, &account.id) && view.sees(at, account)
    }))
}

fn ended<'w>(view: View<'w>) -> impl Iterator<Item = (&'w Arc<Past>, &'w Arc<Account>)> + use<'w> {
    let rows = view.company.past().iter();
    rows.filter_map(move |row| {
        let account = view.company.accounts().get(&row.grant.id.account)?;
        let at = EntitlementRef { app: account.app, id: row.grant.id.entitlement };
        view.domain.entitlements.get(&at).map(|_| (row, account))
    })
}

/// The events of the feed that a search finds, the newest first. They follow from the grants of today and those that
/// ended; "Access" comes and goes with the account.
///
/// # Errors
/// 400 when an id is not written like one.
pub fn feed(view: View<'_>, asked: &Asked, search: &SearchGrantFeedRequest) -> Result<Vec<FeedEvent>, ApiError> {
    let apps: Vec<String> = search.app_refs.iter().map(|app| app.id.clone()).collect();
    let apps: Vec<Id<App>> = asked.ids("appRefs", &apps)?;
    let users: Vec<String> = search.user_refs.iter().map(|user| user.id.clone()).collect();
    let users: Vec<Id<Person>> = asked.ids("userRefs", &users)?;
    let wanted = refs(asked, "appEntitlementRefs", &search.app_entitlement_refs)?;
    let accounts = accounts(asked, &search.app_user_refs)?;
    let is_wanted = |at: EntitlementRef, account: &Account| {
        view.domain.entitlement(at).is_some()
            && among(&apps, &at.app)
            && among(&wanted, &at)
            && among(&accounts, &account.id)
            && any_among(&users, account.person.as_slice())
            && view.sees(at, account)
    };
    let mut events = Vec::new();
    let mut note = |at: Timestamp, held: (EntitlementRef, &Account), kind, ticket: String| {
        let (entitlement, account) = held;
        let late = search.after.is_some_and(|after| at <= after.0);
        let early = search.before.is_some_and(|before| at >= before.0);
        if !late && !early && is_wanted(entitlement, account) {
            events.push(FeedEvent { at, entitlement, account: account.id, kind, ticket });
        }
    };
    for account in view.company.accounts().iter().filter(|account| among(&accounts, &account.id)) {
        for held in view.bindings().of_account(account) {
            note(held.since, (held.entitlement, account), GrantEventType::Added, ticket(&held.reasons));
        }
        if account.status == crate::company::AccountStatus::Closed {
            let access = (EntitlementRef::access(account.app), &**account);
            note(account.created, access, GrantEventType::Added, String::new());
            note(account.changed, access, GrantEventType::Removed, String::new());
        }
    }
    for (row, account) in ended(view) {
        let held = (EntitlementRef { app: account.app, id: row.grant.id.entitlement }, &**account);
        let ticket = ticket(&row.grant.reasons);
        note(row.grant.since, held, GrantEventType::Added, ticket.clone());
        note(row.ended, held, GrantEventType::Removed, ticket);
    }
    events.sort_by_key(|event| std::cmp::Reverse(place(event)));
    Ok(events)
}

/// Where an event stands in the feed.
pub fn place(event: &FeedEvent) -> (i64, String, bool) {
    let what = [id::text(event.entitlement.app), id::text(event.entitlement.id), id::text(event.account)].concat();
    (event.at.as_micros(), what, event.kind == GrantEventType::Removed)
}
