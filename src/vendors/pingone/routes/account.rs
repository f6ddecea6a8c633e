//! `/iga/governance/account`: accounts, and what they hold (contract, 9.1).

use std::sync::Arc;

use http::Method;
use serde_json::Value;

use super::lists::{asked, list, page};
use super::{LIST, gets, view};
use crate::company::{Account, AccountKey};
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::pingone::auth::Caller;
use crate::vendors::pingone::dto::View;
use crate::vendors::pingone::error::ApiError;
use crate::vendors::pingone::gate::Who;
use crate::vendors::pingone::lifecycle::Missing;
use crate::vendors::pingone::model::{Access, Realm};
use crate::vendors::pingone::query::{ListQuery, Params};
use crate::vendors::pingone::reply::{Listing, Name, Reply};

/// The endpoints.
pub fn rows() -> Contents<Who> {
    gets! {
        "account", "queryAccounts", accounts, "List accounts";
        "account/{id}", "readAccount", account, "Read an account";
        "account/{id}/entitlements", "queryAccountEntitlements", account_entitlements, "List what an account holds";
        "account/{id}/glossary", "readAccountGlossary", account_glossary, "Read what the glossary says of an account";
    }
    .into()
}

async fn accounts(caller: Caller, sim: Sim<Realm>, params: Params) -> Result<Listing, ApiError> {
    let view = view(&sim);
    match caller.person.filter(|_| !caller.administrator) {
        Some(person) => list(&params, None, view.rows(view.company.accounts_of(person))),
        None => Ok(accounts_asked(view, &asked(&params, None)?)),
    }
}

/// Every account that a query asks for; an index answers where it names one, its user, or its application.
fn accounts_asked(view: View<'_>, query: &ListQuery) -> Listing {
    let accounts = view.company.accounts();
    match (query.pinned_id("id"), query.pinned_id("user.id"), query.pinned_id("application.id")) {
        (Some(id), ..) => page(query, view.rows(accounts.get(&id).into_iter())),
        (None, Some(person), _) => page(query, view.rows(accounts.with(AccountKey::Person(person)))),
        (None, None, Some(app)) => page(query, view.rows(accounts.with(AccountKey::App(app)))),
        (None, None, None) => page(query, view.rows(accounts.iter())),
    }
}

fn account_seen(caller: &Caller, view: View<'_>, id: &str) -> Result<Arc<Account>, ApiError> {
    let found = Id::from_dashed(id).and_then(|id| view.company.accounts().get(&id));
    let found = found.ok_or_else(|| Missing::Account(id.to_owned()))?;
    let is_own = caller.person.is_some() && found.person == caller.person;
    if caller.administrator || is_own { Ok(found.clone()) } else { Err(ApiError::Forbidden) }
}

async fn account(caller: Caller, sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    let view = view(&sim);
    let account = account_seen(&caller, view, &id)?;
    view.account(&account).map(Reply).ok_or_else(|| Missing::Account(id.to_owned()).into())
}

async fn account_entitlements(
    caller: Caller,
    sim: Sim<Realm>,
    Name(id): Name,
    params: Params,
) -> Result<Listing, ApiError> {
    let view = view(&sim);
    let account = account_seen(&caller, view, &id)?;
    let grants = view.company.grants_of(account.id);
    let held = grants.map(|grant| Access::Entitlement(grant.id)).filter(|access| view.has_holder(*access));
    list(&params, None, held.map(|access| (view, access)))
}

async fn account_glossary(caller: Caller, sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    let view = view(&sim);
    let account = account_seen(&caller, view, &id)?;
    let shown = view.account(&account).ok_or_else(|| Missing::Account(id.to_owned()))?;
    Ok(Reply(shown["glossary"]["idx"]["/account"].clone()))
}
