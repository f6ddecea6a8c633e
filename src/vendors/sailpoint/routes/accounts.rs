//! `/accounts/…`

use axum::Json;
use http::Method;

use super::{LIST, PAGE, access};
use crate::company::{Account, AccountKey};
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::sailpoint::dto::{AccountDto, Detail, EntitlementDto, View};
use crate::vendors::sailpoint::error::ApiError;
use crate::vendors::sailpoint::families::EVERYWHERE_BETA_DEPRECATED;
use crate::vendors::sailpoint::gate::Access;
use crate::vendors::sailpoint::model::{Org, UserLevel};
use crate::vendors::sailpoint::query::listings;
use crate::vendors::sailpoint::reply::{List, PathId, Query};

const READ: &[&str] = &["idn:accounts:read", "idn:accounts:manage"];
const LEVELS: &[UserLevel] =
    &[UserLevel::OrgAdmin, UserLevel::SourceAdmin, UserLevel::SourceSubadmin, UserLevel::Helpdesk];

/// The rows of the table of contents.
pub fn rows() -> Contents<Access> {
    let read = access(EVERYWHERE_BETA_DEPRECATED, READ, LEVELS);
    vec![
        Endpoint::new(Method::GET, "/accounts", "listAccounts", read, list)
            .doing("List accounts")
            .query(&["detailLevel"])
            .query(&LIST)
            .answers_list::<AccountDto>(200),
        Endpoint::new(Method::GET, "/accounts/{id}", "getAccount", read, get)
            .doing("Get an account")
            .answers::<AccountDto>(200),
        Endpoint::new(Method::GET, "/accounts/{id}/entitlements", "getAccountEntitlements", read, entitlements)
            .doing("List what an account holds")
            .query(&PAGE)
            .answers_list::<EntitlementDto>(200),
    ]
}

/// `GET /accounts`
async fn list(sim: Sim<Org>, query: Query) -> Result<List<AccountDto>, ApiError> {
    let list = query.list(&listings::ACCOUNTS)?.oldest_first();
    let detail = match query.get("detailLevel") {
        None | Some("FULL") => Detail::Full,
        Some("SLIM") => Detail::Slim,
        Some(_) => return Err(ApiError::bad_value("detailLevel")),
    };
    let view = View::of(sim.world(), query.family);
    let table = view.company.accounts();
    let people = list.pinned("identityId").map(|ids| ids.into_iter().map(AccountKey::Person).collect::<Vec<_>>());
    let sources = || list.pinned("sourceId").map(|ids| ids.into_iter().map(AccountKey::App).collect());
    let rows: Box<dyn Iterator<Item = _>> = match people.or_else(sources) {
        Some(keys) => Box::new(keys.into_iter().flat_map(|key| table.with(key))),
        None => list.candidates(table),
    };
    let rows = rows.filter(|account| view.shows_account(account)).map(|account| view.see(account));
    Ok(List(list.page(rows, |seen| seen.row.id).map(|seen| view.full_account(seen.row, detail))))
}

/// `GET /accounts/{id}`
async fn get(sim: Sim<Org>, PathId(id): PathId<Account>, query: Query) -> Result<Json<AccountDto>, ApiError> {
    let view = View::of(sim.world(), query.family);
    view.account(id).map(|account| Json(view.full_account(account, Detail::Full))).ok_or(ApiError::NotFound)
}

/// `GET /accounts/{id}/entitlements`
async fn entitlements(
    sim: Sim<Org>,
    PathId(id): PathId<Account>,
    query: Query,
) -> Result<List<EntitlementDto>, ApiError> {
    let list = query.list(&listings::UNFILTERED)?.oldest_first();
    let view = View::of(sim.world(), query.family);
    let account = view.account(id).ok_or(ApiError::NotFound)?;
    let grants = view.company.grants_of(account.id);
    let held = grants.filter_map(|grant| view.entitlement(grant.id.entitlement)).map(|row| view.see(row));
    Ok(List(list.page(held, |seen| seen.row.id).map(|seen| view.full_entitlement(seen.row))))
}
