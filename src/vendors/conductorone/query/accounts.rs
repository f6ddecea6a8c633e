//! Which accounts a search finds.

use std::sync::Arc;

use super::{ByName, among, any_among, mentions};
use crate::company::{Account, AccountKey, App, Person};
use crate::kernel::Id;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::app_users::{
    AppUserAgentStatus, AppUserDomain, AppUserNhiType, AppUserSearchRequest, AppUserSortBy, account_status,
};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::wire::{Asked, id};

/// The accounts in an application, gone ones included, by name.
pub fn of_app(view: View<'_>, app: Id<App>) -> Vec<(ByName, Arc<Account>)> {
    let rows = view.domain.app(app).map(|_| view.company.accounts().with(AccountKey::App(app)));
    in_order(view, rows.into_iter().flatten().cloned().collect())
}

/// The accounts of a user in one application.
pub fn of_user(view: View<'_>, app: Id<App>, user: Id<Person>) -> Vec<(ByName, Arc<Account>)> {
    let rows = view.company.accounts_of(user).filter(|account| account.app == app && view.domain.app(app).is_some());
    in_order(view, rows.cloned().collect())
}

/// The service accounts that a user answers for.
pub fn service_accounts(view: View<'_>, user: Id<Person>) -> Vec<(ByName, Arc<Account>)> {
    use crate::vendors::conductorone::model::AppUserType;
    let rows = view.company.accounts_of(user).filter(|account| view.domain.app(account.app).is_some());
    in_order(
        view,
        rows.filter(|account| view.domain.kind_of(view.company, account) != AppUserType::User).cloned().collect(),
    )
}

fn in_order(view: View<'_>, rows: Vec<Arc<Account>>) -> Vec<(ByName, Arc<Account>)> {
    let mut rows: Vec<_> = rows.into_iter().map(|row| (place(view, &row), row)).collect();
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    rows
}

fn place(view: View<'_>, account: &Account) -> ByName {
    let owner = account.person.and_then(|owner| view.company.people().get(&owner));
    let name = owner.map_or_else(|| account.user_name.to_string(), |owner| owner.name());
    (name.to_lowercase(), id::text(account.id))
}

/// An account with its place: by application where that is asked for, then by name.
pub type Placed = ((String, ByName), Arc<Account>);

/// The accounts that a search finds, by name, or by application first.
///
/// # Errors
/// 400 when an id is not written like one.
pub fn found(view: View<'_>, asked: &Asked, search: &AppUserSearchRequest) -> Result<Vec<Placed>, ApiError> {
    let app: Option<Id<App>> = asked.optional_id("appId", &search.app_id)?;
    let apps: Vec<Id<App>> = asked.ids("appIds", &search.app_ids)?;
    let wanted: Vec<Id<Account>> = asked.ids("appUserIds", &search.app_user_ids)?;
    let unwanted: Vec<Id<Account>> = asked.ids("excludeAppUserIds", &search.exclude_app_user_ids)?;
    let refs: Vec<String> = search.refs.iter().map(|account| account.id.clone()).collect();
    let refs: Vec<Id<Account>> = asked.ids("refs", &refs)?;
    let users: Vec<Id<Person>> = asked.ids("userIds", &search.user_ids)?;
    let only_apps: Vec<Id<App>> = if apps.is_empty() { app.into_iter().collect() } else { apps.clone() };
    // An index narrows the rows where a filter allows it.
    let rows: Box<dyn Iterator<Item = &Arc<Account>>> = match (users.as_slice(), only_apps.as_slice()) {
        ([], []) => Box::new(view.company.accounts().iter()),
        ([], apps) => Box::new(apps.iter().flat_map(|app| view.company.accounts().with(AccountKey::App(*app)))),
        (users, _) => Box::new(users.iter().flat_map(|user| view.company.accounts_of(*user))),
    };
    let rows = rows.filter(|account| {
        let shown = view.app_user(account);
        let status = account_status(account.status);
        let domain = if shown.is_external { AppUserDomain::External } else { AppUserDomain::Trusted };
        let governed = view.domain.apps.get(&account.app);
        governed.is_some_and(|row| row.deleted.is_none() || !search.exclude_deleted_apps)
            && app.is_none_or(|app| account.app == app)
            && among(&apps, &account.app)
            && among(&wanted, &account.id)
            && !unwanted.contains(&account.id)
            && among(&refs, &account.id)
            && any_among(&users, account.person.as_slice())
            && among(&search.app_user_statuses, &status.status)
            && among(&search.app_user_status_details, &status.details)
            && among(&search.app_user_types, &shown.app_user_type)
            && among(&search.app_user_domains, &domain)
            && among(&search.nhi_types, &AppUserNhiType::Unspecified)
            && among(&search.agent_statuses, &AppUserAgentStatus::Unspecified)
            && (!search.without_responsible_party || account.person.is_none())
            && !search.with_open_findings
            && [&shown.display_name, &shown.email, &shown.username].iter().any(|text| mentions(text, &search.query))
    });
    let rows = in_order(view, rows.cloned().collect());
    let by_app = search.sort_by == AppUserSortBy::App;
    let app_name = |account: &Account| {
        let (row, app) = (view.domain.apps.get(&account.app), view.company.apps().get(&account.app));
        row.zip(app).filter(|_| by_app).map(|(row, app)| row.name(app).to_lowercase()).unwrap_or_default()
    };
    let mut rows: Vec<_> = rows.into_iter().map(|(place, row)| ((app_name(&row), place), row)).collect();
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(rows)
}
