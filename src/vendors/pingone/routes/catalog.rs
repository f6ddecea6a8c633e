//! What there is to be had, and who and what there is: `/iga/governance/{catalog,entitlement,application,account,role,user,
//! resource,info,search}` and `/iga/commons/search` (contract, 9.1 and 11).

use axum::extract::Path;
use http::Method;
use serde_json::{Map, Value, json};

use super::grants::{held, whose};
use super::lists::list;
use super::{LIST, view};
use crate::company::{AccountKey, EntitlementKey};
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::pingone::auth::Caller;
use crate::vendors::pingone::dto::View;
use crate::vendors::pingone::error::ApiError;
use crate::vendors::pingone::gate::Who;
use crate::vendors::pingone::model::{Access, Realm};
use crate::vendors::pingone::query::Params;
use crate::vendors::pingone::reply::{Document, Listing, Name, Reply};

macro_rules! gets {
    ($($path:literal, $id:literal, $handler:ident, $doing:literal;)+) => {
        [$(Endpoint::new(Method::GET, concat!("/iga/governance/", $path), $id, Who::User, $handler)
            .doing($doing)
            .query(&LIST)
            .answers::<Value>(200)),+]
    };
}

/// The endpoints.
pub fn rows() -> Contents<Who> {
    let mut rows: Contents<Who> = gets! {
        "catalog", "queryCatalog", catalog, "List what can be asked for";
        "catalog/{type}/{id}", "readCatalogItem", catalog_item, "Read an item of the catalog";
        "entitlement", "queryEntitlements", entitlements, "List entitlements";
        "entitlement/{id}", "readEntitlement", entitlement, "Read an entitlement";
        "entitlement/{id}/grants", "queryEntitlementGrants", entitlement_grants, "List who holds an entitlement";
        "application", "queryApplications", applications, "List applications";
        "application/{id}", "readApplication", application, "Read an application";
        "application/{id}/accounts", "queryApplicationAccounts", application_accounts, "List the accounts of an application";
        "application/{id}/resources", "queryApplicationResources", application_resources, "List the entitlements of an application";
        "application/{id}/glossary", "readApplicationGlossary", application_glossary, "Read what the glossary says of an application";
        "account", "queryAccounts", accounts, "List accounts";
        "account/{id}", "readAccount", account, "Read an account";
        "account/{id}/entitlements", "queryAccountEntitlements", account_entitlements, "List what an account holds";
        "account/{id}/glossary", "readAccountGlossary", account_glossary, "Read what the glossary says of an account";
        "role", "queryRoles", roles, "List roles";
        "role/{id}", "readRole", role, "Read a role";
        "user", "queryUsers", users, "List users";
        "user/{id}", "readUser", user, "Read a user";
        "user/{id}/privileges", "readPrivileges", privileges, "What a user may do";
        "user/{id}/get-direct-reports", "queryDirectReports", reports, "List who reports to a user";
        "info/login", "readLogin", login, "Who calls";
    }
    .into();
    rows.extend([
        Endpoint::new(Method::POST, "/iga/governance/catalog", "searchCatalog", Who::User, search_catalog)
            .doing("Search what can be asked for")
            .query(&LIST)
            .query(&["_action", "ignoreRequestable"])
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::POST, "/iga/governance/resource/search", "searchResource", Who::User, search_resource)
            .doing("Search everything that can be held")
            .query(&LIST)
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::GET, "/iga/commons/search/{resource}", "commonsSearch", Who::User, commons_search)
            .doing("Search users, roles or applications by a text")
            .query(&LIST)
            .answers::<Value>(200),
    ]);
    rows
}

fn by_id(mut rows: Vec<Value>) -> std::vec::IntoIter<Value> {
    rows.sort_by(|one, other| one["id"].as_str().cmp(&other["id"].as_str()));
    rows.into_iter()
}

/// Entitlements, applications and roles; of items that cannot be asked for, none, unless the client wants them, too.
fn items(view: View<'_>, all: bool) -> std::vec::IntoIter<Value> {
    let entitlements = view.company.entitlements().iter().filter_map(|row| view.entitlement(row));
    let applications = view.company.apps().iter().map(|row| view.application(row));
    let roles = view.realm.roles.iter().map(|row| view.role(row));
    let is_requestable = |item: &Value| {
        let glossary = item["glossary"]["idx"].as_object();
        all || glossary.is_some_and(|idx| idx.values().next().is_some_and(|first| first["requestable"] == true))
    };
    by_id(entitlements.chain(applications).chain(roles).filter(is_requestable).collect())
}

async fn catalog(sim: Sim<Realm>, params: Params) -> Result<Listing, ApiError> {
    list(&params, None, items(view(&sim), params.flag("ignoreRequestable")))
}

async fn search_catalog(sim: Sim<Realm>, params: Params, Document(body): Document) -> Result<Listing, ApiError> {
    match params.get("_action") {
        Some("search") => list(&params, Some(&body), items(view(&sim), params.flag("ignoreRequestable"))),
        other => Err(ApiError::Illegal(format!("Invalid action: {}", other.unwrap_or_default()))),
    }
}

async fn search_resource(sim: Sim<Realm>, params: Params, Document(body): Document) -> Result<Listing, ApiError> {
    list(&params, Some(&body), items(view(&sim), true))
}

fn missing(noun: &str, id: &str) -> ApiError {
    ApiError::NotFound(format!("{noun} with id: {id} does not exist."))
}

async fn catalog_item(sim: Sim<Realm>, Path((kind, id)): Path<(String, String)>) -> Result<Reply<Value>, ApiError> {
    let view = view(&sim);
    let found = match kind.as_str() {
        "entitlement" => view.assigned(&id).and_then(|row| view.entitlement(row)),
        "application" => {
            Id::from_dashed(&id).and_then(|id| view.company.apps().get(&id)).map(|row| view.application(row))
        }
        "role" => Id::from_dashed(&id).and_then(|id| view.realm.roles.get(&id)).map(|row| view.role(row)),
        _ => None,
    };
    found.map(Reply).ok_or_else(|| missing("Catalog item", &id))
}

async fn entitlements(sim: Sim<Realm>, params: Params) -> Result<Listing, ApiError> {
    let view = view(&sim);
    list(&params, None, view.company.entitlements().iter().filter_map(|row| view.entitlement(row)))
}

async fn entitlement(sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    let view = view(&sim);
    let found = view.assigned(&id).and_then(|row| view.entitlement(row));
    found.map(Reply).ok_or_else(|| missing("Entitlement", &id))
}

async fn entitlement_grants(
    caller: Caller,
    sim: Sim<Realm>,
    Name(id): Name,
    params: Params,
) -> Result<Listing, ApiError> {
    let view = view(&sim);
    let entitlement = view.assigned(&id).ok_or_else(|| missing("Entitlement", &id))?;
    let is_owner = caller.person.is_some() && entitlement.owner == caller.person;
    if !caller.administrator && !is_owner {
        return Err(ApiError::Forbidden);
    }
    let accounts = view.company.accounts().with(AccountKey::App(entitlement.app));
    let grants = accounts
        .flat_map(|account| view.company.grants_of(account.id))
        .filter(|grant| grant.id.entitlement == entitlement.id);
    list(&params, None, by_id(grants.filter_map(|grant| view.grant(Access::Entitlement(grant.id))).collect()))
}

async fn applications(sim: Sim<Realm>, params: Params) -> Result<Listing, ApiError> {
    let view = view(&sim);
    list(&params, None, view.company.apps().iter().map(|row| view.application(row)))
}

fn app<'v>(view: &View<'v>, id: &str) -> Result<&'v crate::company::App, ApiError> {
    let found = Id::from_dashed(id).and_then(|id| view.company.apps().get(&id));
    found.map(|app| &**app).ok_or_else(|| missing("Application", id))
}

async fn application(sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    let view = view(&sim);
    Ok(Reply(view.application(app(&view, &id)?)))
}

async fn application_accounts(
    caller: Caller,
    sim: Sim<Realm>,
    Name(id): Name,
    params: Params,
) -> Result<Listing, ApiError> {
    let view = view(&sim);
    let app = app(&view, &id)?;
    if !caller.administrator && !caller.person.is_some_and(|person| app.owners.contains(&person)) {
        return Err(ApiError::Forbidden);
    }
    let accounts = view.company.accounts().with(AccountKey::App(app.id));
    list(&params, None, accounts.filter_map(|account| view.account(account)))
}

async fn application_resources(sim: Sim<Realm>, Name(id): Name, params: Params) -> Result<Listing, ApiError> {
    let view = view(&sim);
    let entitlements = view.company.entitlements().with(EntitlementKey::App(app(&view, &id)?.id));
    list(&params, None, entitlements.filter_map(|row| view.entitlement(row)))
}

async fn application_glossary(sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    let view = view(&sim);
    Ok(Reply(view.application(app(&view, &id)?)["glossary"]["idx"]["/application"].clone()))
}

async fn accounts(caller: Caller, sim: Sim<Realm>, params: Params) -> Result<Listing, ApiError> {
    let view = view(&sim);
    match caller.person.filter(|_| !caller.administrator) {
        Some(person) => list(&params, None, view.company.accounts_of(person).filter_map(|row| view.account(row))),
        None => list(&params, None, view.company.accounts().iter().filter_map(|row| view.account(row))),
    }
}

fn account_seen(
    caller: &Caller,
    view: View<'_>,
    id: &str,
) -> Result<std::sync::Arc<crate::company::Account>, ApiError> {
    let found = Id::from_dashed(id).and_then(|id| view.company.accounts().get(&id));
    let found = found.ok_or_else(|| missing("Account", id))?;
    let is_own = caller.person.is_some() && found.person == caller.person;
    if caller.administrator || is_own { Ok(found.clone()) } else { Err(ApiError::Forbidden) }
}

async fn account(caller: Caller, sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    let view = view(&sim);
    let account = account_seen(&caller, view, &id)?;
    view.account(&account).map(Reply).ok_or_else(|| missing("Account", &id))
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
    list(&params, None, by_id(grants.filter_map(|grant| view.grant(Access::Entitlement(grant.id))).collect()))
}

async fn account_glossary(caller: Caller, sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    let view = view(&sim);
    let account = account_seen(&caller, view, &id)?;
    let shown = view.account(&account).ok_or_else(|| missing("Account", &id))?;
    Ok(Reply(shown["glossary"]["idx"]["/account"].clone()))
}

async fn roles(sim: Sim<Realm>, params: Params) -> Result<Listing, ApiError> {
    let view = view(&sim);
    list(&params, None, view.realm.roles.iter().map(|row| view.role(row)))
}

async fn role(sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    let view = view(&sim);
    let found = Id::from_dashed(&id).and_then(|id| view.realm.roles.get(&id));
    found.map(|row| Reply(view.role(row))).ok_or_else(|| missing("Role", &id))
}

async fn users(sim: Sim<Realm>, params: Params) -> Result<Listing, ApiError> {
    let view = view(&sim);
    let known = view.company.people().iter().filter(|person| view.realm.knows(person.id));
    list(&params, None, known.map(|person| view.governed_user(person)))
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
        json!({"userId": person.dashed(), "isAdmin": is_admin, "privileges": roles, "grants": held(view, person).count()}),
    ))
}

async fn login(caller: Caller, sim: Sim<Realm>) -> Reply<Value> {
    let view = view(&sim);
    let person = caller.person.and_then(|id| view.company.people().get(&id));
    let mut shown: Map<String, Value> = Map::new();
    shown.insert("isAdmin".into(), caller.administrator.into());
    shown.insert("user".into(), person.map_or(Value::Null, |person| view.governed_user(person)));
    Reply(Value::Object(shown))
}

async fn reports(caller: Caller, sim: Sim<Realm>, Name(id): Name, params: Params) -> Result<Listing, ApiError> {
    let view = view(&sim);
    let person = whose(&caller, view, &id)?;
    list(&params, None, view.company.reports(person).map(|person| view.governed_user(person)))
}

async fn commons_search(sim: Sim<Realm>, Name(resource): Name, params: Params) -> Result<Listing, ApiError> {
    let view = view(&sim);
    match resource.as_str() {
        "alpha_user" => list(&params, None, view.company.people().iter().map(|row| view.governed_user(row))),
        "alpha_role" => list(&params, None, view.realm.roles.iter().map(|row| named(view.role(row), "role"))),
        "application" | "alpha_application" => {
            list(&params, None, view.company.apps().iter().map(|row| named(view.application(row), "application")))
        }
        "alpha_assignment" => list(
            &params,
            None,
            view.company.entitlements().iter().filter_map(|row| Some(named(view.entitlement(row)?, "assignment"))),
        ),
        _ => Err(missing("Search resource", &resource)),
    }
}

/// The part of an item that has its name, for a text to be found in.
fn named(mut item: Value, part: &str) -> Value {
    let id = item["id"].take();
    let mut inner = item[part].take();
    inner["id"] = id;
    inner
}
