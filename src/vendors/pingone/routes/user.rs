//! `/iga/governance/user`: people as governance sees them, who decides in whose place (contract, 9.1), and rows 22 and 31:
//! the violations that are the caller's to decide. What people hold stands in `grants`, what they ask for in `requests`.

use std::collections::BTreeSet;
use std::sync::Arc;

use http::Method;
use serde_json::{Map, Value, json};

use super::grants::whose;
use super::lists::{asked, list, page};
use super::{LIST, by, gets, view};
use crate::company::Person;
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::pingone::auth::Caller;
use crate::vendors::pingone::dto::{View, sent_date};
use crate::vendors::pingone::error::ApiError;
use crate::vendors::pingone::gate::Who::{self, User};
use crate::vendors::pingone::lifecycle::engine::held_by;
use crate::vendors::pingone::lifecycle::{RemoveProxies, SetProxies};
use crate::vendors::pingone::model::{ProxyKey, Realm, Violation, ViolationKey};
use crate::vendors::pingone::query::Params;
use crate::vendors::pingone::reply::{Document, Listing, Name, Reply};

/// The endpoints.
pub fn rows() -> Contents<Who> {
    let mut rows: Contents<Who> = gets! {
        "user", "queryUsers", users, "List users";
        "user/{id}", "readUser", user, "Read a user";
        "user/{id}/privileges", "readPrivileges", privileges, "What a user may do";
        "user/{id}/get-direct-reports", "queryDirectReports", reports, "List who reports to a user";
        "user/{id}/get-proxies", "queryProxies", proxies, "List who decides in a user's place";
    }
    .into();
    rows.extend([
        Endpoint::new(Method::POST, "/iga/governance/user/{id}/set-proxy", "setProxy", User, set_proxy)
            .doing("Let others decide in a user's place")
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::POST, "/iga/governance/user/{id}/remove-proxy", "removeProxy", User, remove_proxy)
            .doing("Let others decide in a user's place no longer")
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::GET, "/iga/governance/user/violation", "queryUserViolations", User, query)
            .doing("List the caller's violations")
            .query(&LIST)
            .query(&["actorStatus"])
            .answers::<Value>(200),
        Endpoint::new(Method::POST, "/iga/governance/user/violation/search", "searchUserViolations", User, search)
            .doing("Search the caller's violations")
            .query(&LIST)
            .query(&["actorStatus"])
            .reads::<Value>()
            .answers::<Value>(200),
    ]);
    rows
}

/// 22.
async fn query(caller: Caller, sim: Sim<Realm>, params: Params) -> Result<Listing, ApiError> {
    let view = view(&sim);
    list(&params, None, view.rows(own(view, &caller, &params).into_iter()))
}

/// 31.
async fn search(
    caller: Caller,
    sim: Sim<Realm>,
    params: Params,
    Document(body): Document,
) -> Result<Listing, ApiError> {
    let view = view(&sim);
    list(&params, Some(&body), view.rows(own(view, &caller, &params).into_iter()))
}

/// The violations in which the caller, or a role of theirs, may act, or could (contract, 3.4).
fn own<'v>(view: View<'v>, caller: &Caller, params: &Params) -> Vec<&'v Arc<Violation>> {
    let status: Vec<&str> = params.listed("actorStatus").collect();
    let is_asked = |word: &str| status.contains(&word);
    let mut ids = BTreeSet::new();
    for name in by(caller).names(view.realm) {
        if is_asked("active") || status.is_empty() {
            ids.extend(view.realm.violations.ids_with(ViolationKey::Active(name)));
        }
        if is_asked("inactive") {
            ids.extend(view.realm.violations.ids_with(ViolationKey::Inactive(name)));
        }
    }
    ids.into_iter().filter_map(|id| view.realm.violations.get(id)).collect()
}

async fn users(sim: Sim<Realm>, params: Params) -> Result<Listing, ApiError> {
    let view = view(&sim);
    let (query, people) = (asked(&params, None)?, view.company.people());
    Ok(match query.pinned_id("id") {
        Some(id) => page(&query, view.rows(people.get(&id).into_iter().filter(|row| view.realm.knows(row.id)))),
        None => page(&query, view.rows(people.iter().filter(|row| view.realm.knows(row.id)))),
    })
}

async fn user(sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    let view = view(&sim);
    let found = Id::from_dashed(&id).and_then(|id| view.company.people().get(&id));
    let found = found.filter(|person| view.realm.knows(person.id));
    found.map(|person| Reply(view.governed_user(person))).ok_or_else(|| ApiError::no_user(&id))
}

/// The layout is [assumed].
async fn privileges(caller: Caller, sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    let view = view(&sim);
    let person = whose(&caller, view, &id)?;
    let is_admin = view.realm.administrators.contains(&person);
    let roles: Vec<&str> = if is_admin { vec!["governance-administrator"] } else { Vec::new() };
    Ok(Reply(
        json!({"userId": person.dashed(), "isAdmin": is_admin, "privileges": roles, "grants": held_by(view, person).count()}),
    ))
}

async fn reports(caller: Caller, sim: Sim<Realm>, Name(id): Name, params: Params) -> Result<Listing, ApiError> {
    let view = view(&sim);
    let person = whose(&caller, view, &id)?;
    list(&params, None, view.rows(view.company.reports(person)))
}

/// Who decides in somebody's place, as rows 22 and 31 and the tasks of requests take note of.
fn proxies_of(view: View<'_>, of: Id<Person>) -> impl Iterator<Item = Value> {
    view.realm.proxies.with(ProxyKey::Of(of)).map(move |proxy| view.proxy(proxy))
}

async fn proxies(caller: Caller, sim: Sim<Realm>, Name(id): Name, params: Params) -> Result<Listing, ApiError> {
    let view = view(&sim);
    list(&params, None, proxies_of(view, whose(&caller, view, &id)?))
}

/// The people whom a body names: `proxyIds`, or one `proxyId`.
fn named(body: &Map<String, Value>) -> Vec<String> {
    let many = body.get("proxyIds").and_then(Value::as_array).into_iter().flatten();
    many.chain(body.get("proxyId")).filter_map(Value::as_str).map(str::to_owned).collect()
}

async fn set_proxy(
    caller: Caller,
    sim: Sim<Realm>,
    Name(id): Name,
    Document(body): Document,
) -> Result<Reply<Value>, ApiError> {
    let of = whose(&caller, view(&sim), &id)?;
    let (from, until) = (sent_date(&body, "startDate")?, sent_date(&body, "endDate")?);
    let done = sim.apply(SetProxies { of, by: named(&body), from, until }).await?;
    Ok(Reply(json!({"result": proxies_of(View::of(&done.after), of).collect::<Vec<_>>()})))
}

async fn remove_proxy(
    caller: Caller,
    sim: Sim<Realm>,
    Name(id): Name,
    Document(body): Document,
) -> Result<Reply<Value>, ApiError> {
    let of = whose(&caller, view(&sim), &id)?;
    let done = sim.apply(RemoveProxies { of, by: named(&body) }).await?;
    Ok(Reply(json!({"result": proxies_of(View::of(&done.after), of).collect::<Vec<_>>()})))
}
