//! What there is to be had: `/iga/governance/{catalog,entitlement,application,role,resource,info}` and
//! `/iga/commons/search` (contract, 9.1 and 11).

use axum::extract::Path;
use http::Method;
use serde_json::{Map, Value, json};

use super::lists::list;
use super::{LIST, gets, view};
use crate::company::{AccountKey, App, Entitlement, EntitlementKey, GrantKey};
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::pingone::auth::Caller;
use crate::vendors::pingone::dto::{Listable, View};
use crate::vendors::pingone::error::ApiError;
use crate::vendors::pingone::gate::Who;
use crate::vendors::pingone::lifecycle::{Missing, Refusal};
use crate::vendors::pingone::model::{Access, Realm, Role};
use crate::vendors::pingone::query::Params;
use crate::vendors::pingone::reply::{Document, Listing, Name, Names, Reply};

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
        "application/{id}/{objectType}/schema", "readApplicationSchema", application_schema, "Read which attributes an application's objects have";
        "role", "queryRoles", roles, "List roles";
        "role/{id}", "readRole", role, "Read a role";
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

/// What can be held, and so be asked for: everything here is requestable (contract, 9.1).
enum Item<'v> {
    Entitlement(&'v Entitlement),
    Application(&'v App),
    Role(&'v Role),
}

impl Listable for (View<'_>, Item<'_>) {
    fn id(&self) -> String {
        match self.1 {
            Item::Entitlement(row) => row.id.dashed(),
            Item::Application(row) => row.id.dashed(),
            Item::Role(row) => row.id.dashed(),
        }
    }
    fn render(&self) -> Value {
        match self.1 {
            Item::Entitlement(row) => (self.0, row).render(),
            Item::Application(row) => (self.0, row).render(),
            Item::Role(row) => (self.0, row).render(),
        }
    }
    fn known(&self, path: &str) -> Option<String> {
        match (path, &self.1) {
            ("id", _) => Some(self.id()),
            ("item.type", Item::Entitlement(_)) => Some("entitlementGrant".into()),
            ("item.type", Item::Application(_)) => Some("accountGrant".into()),
            ("item.type", Item::Role(_)) => Some("roleMembership".into()),
            _ => None,
        }
    }
}

/// Entitlements, applications and roles, in the order of their ids.
fn items(view: View<'_>) -> impl Iterator<Item = (View<'_>, Item<'_>)> {
    let entitlements = view.company.entitlements().iter().map(|row| (row.id.bytes(), Item::Entitlement(row)));
    let applications = view.company.apps().iter().map(|row| (row.id.bytes(), Item::Application(row)));
    let roles = view.realm.roles.iter().map(|row| (row.id.bytes(), Item::Role(row)));
    let mut items: Vec<_> = entitlements.chain(applications).chain(roles).collect();
    items.sort_unstable_by_key(|(id, _)| *id);
    items.into_iter().map(move |(_, item)| (view, item))
}

async fn catalog(sim: Sim<Realm>, params: Params) -> Result<Listing, ApiError> {
    list(&params, None, items(view(&sim)))
}

async fn search_catalog(sim: Sim<Realm>, params: Params, Document(body): Document) -> Result<Listing, ApiError> {
    match params.get("_action") {
        Some("search") => list(&params, Some(&body), items(view(&sim))),
        other => Err(Refusal::UnknownAction(other.unwrap_or_default().to_owned()).into()),
    }
}

async fn search_resource(sim: Sim<Realm>, params: Params, Document(body): Document) -> Result<Listing, ApiError> {
    list(&params, Some(&body), items(view(&sim)))
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
    found.map(Reply).ok_or_else(|| Missing::CatalogItem(id.to_owned()).into())
}

async fn entitlements(sim: Sim<Realm>, params: Params) -> Result<Listing, ApiError> {
    let view = view(&sim);
    list(&params, None, view.rows(view.company.entitlements().iter()))
}

async fn entitlement(sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    let view = view(&sim);
    let found = view.assigned(&id).and_then(|row| view.entitlement(row));
    found.map(Reply).ok_or_else(|| Missing::Entitlement(id.to_owned()).into())
}

async fn entitlement_grants(
    caller: Caller,
    sim: Sim<Realm>,
    Name(id): Name,
    params: Params,
) -> Result<Listing, ApiError> {
    let view = view(&sim);
    let entitlement = view.assigned(&id).ok_or_else(|| Missing::Entitlement(id.to_owned()))?;
    let is_owner = caller.person.is_some() && entitlement.owner == caller.person;
    if !caller.administrator && !is_owner {
        return Err(ApiError::Forbidden);
    }
    let grants = view.company.grants().ids_with(GrantKey::Entitlement(entitlement.id));
    list(&params, None, grants.map(|id| Access::Entitlement(*id)).filter(|a| view.has_holder(*a)).map(|a| (view, a)))
}

async fn applications(sim: Sim<Realm>, params: Params) -> Result<Listing, ApiError> {
    let view = view(&sim);
    list(&params, None, view.rows(view.company.apps().iter()))
}

fn app<'v>(view: &View<'v>, id: &str) -> Result<&'v App, ApiError> {
    let found = Id::from_dashed(id).and_then(|id| view.company.apps().get(&id));
    found.map(|app| &**app).ok_or_else(|| Missing::Application(id.to_owned()).into())
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
    list(&params, None, view.rows(accounts))
}

async fn application_resources(sim: Sim<Realm>, Name(id): Name, params: Params) -> Result<Listing, ApiError> {
    let view = view(&sim);
    let entitlements = view.company.entitlements().with(EntitlementKey::App(app(&view, &id)?.id));
    list(&params, None, view.rows(entitlements))
}

/// The attributes that accounts or entitlements show here, as the vendor's own schemas are written; an unknown type of
/// object has none (contract, 9.1; the layout is [assumed]).
async fn application_schema(sim: Sim<Realm>, Names(id, kind): Names) -> Result<Reply<Value>, ApiError> {
    let view = view(&sim);
    let shown = view.application(app(&view, &id)?);
    let types = shown["application"]["objectTypes"].as_array().into_iter().flatten();
    if !types.into_iter().any(|known| known["name"] == kind) {
        return Err(Missing::ObjectType(kind.to_owned()).into());
    }
    let attributes: &[&str] = if kind == "User" {
        &["id", "accountUserId", "displayName", "mail", "status", "privileged"]
    } else {
        &["id", "displayName", "description", "accountAttribute"]
    };
    let property = |name: &&str| {
        let kind = if *name == "privileged" { "boolean" } else { "string" };
        ((*name).to_owned(), json!({"type": kind, "nativeName": name, "nativeType": kind}))
    };
    let properties: Map<String, Value> = attributes.iter().map(property).collect();
    Ok(Reply(json!({"id": kind, "nativeType": kind, "type": "object", "properties": properties})))
}

async fn application_glossary(sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    let view = view(&sim);
    Ok(Reply(view.application(app(&view, &id)?)["glossary"]["idx"]["/application"].clone()))
}

async fn roles(sim: Sim<Realm>, params: Params) -> Result<Listing, ApiError> {
    let view = view(&sim);
    list(&params, None, view.rows(view.realm.roles.iter()))
}

async fn role(sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    let view = view(&sim);
    let found = Id::from_dashed(&id).and_then(|id| view.realm.roles.get(&id));
    found.map(|row| Reply(view.role(row))).ok_or_else(|| Missing::Role(id.to_owned()).into())
}

async fn login(caller: Caller, sim: Sim<Realm>) -> Reply<Value> {
    let view = view(&sim);
    let person = caller.person.and_then(|id| view.company.people().get(&id));
    let mut shown: Map<String, Value> = Map::new();
    shown.insert("isAdmin".into(), caller.administrator.into());
    shown.insert("user".into(), person.map_or(Value::Null, |person| view.governed_user(person)));
    Reply(Value::Object(shown))
}

async fn commons_search(sim: Sim<Realm>, Name(resource): Name, params: Params) -> Result<Listing, ApiError> {
    let view = view(&sim);
    match resource.as_str() {
        "alpha_user" => {
            list(&params, None, view.rows(view.company.people().iter().filter(|row| view.realm.knows(row.id))))
        }
        "alpha_role" => list(&params, None, view.realm.roles.iter().map(|row| named(view.role(row), "role"))),
        "application" | "alpha_application" => {
            list(&params, None, view.company.apps().iter().map(|row| named(view.application(row), "application")))
        }
        "alpha_assignment" => list(
            &params,
            None,
            view.company.entitlements().iter().filter_map(|row| Some(named(view.entitlement(row)?, "assignment"))),
        ),
        _ => Err(Missing::SearchResource(resource.to_owned()).into()),
    }
}

/// The part of an item that has its name, for a text to be found in.
fn named(mut item: Value, part: &str) -> Value {
    let id = item["id"].take();
    let mut inner = item[part].take();
    inner["id"] = id;
    inner
}
