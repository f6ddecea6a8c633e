//! What users hold, and changing it: `/iga/governance/grants`, and below `/iga/governance/user` (contract, 9.1 and 9.2).

use axum::extract::Path;
use http::Method;
use serde_json::{Map, Value, json};

use super::lists::{asked, list, page};
use super::{LIST, view};
use crate::company::{AccountStatus, Person};
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::kernel::Timestamp;
use crate::query::untyped::date;
use crate::vendors::pingone::auth::Caller;
use crate::vendors::pingone::dto::View;
use crate::vendors::pingone::error::ApiError;
use crate::vendors::pingone::gate::Who;
use crate::vendors::pingone::lifecycle::engine::held_by;
use crate::vendors::pingone::lifecycle::{AddAccess, Fault, Missing, Refusal, RemoveAccess};
use crate::vendors::pingone::model::{Access, AccessKind, Realm};
use crate::vendors::pingone::query::Params;
use crate::vendors::pingone::reply::{Document, Listing, Name, Reply};

/// The endpoints.
pub fn rows() -> Contents<Who> {
    let (user, admin) = (Who::User, Who::Administrator);
    vec![
        Endpoint::new(Method::GET, "/iga/governance/grants", "queryGrants", admin, query)
            .doing("List who holds what")
            .query(&LIST)
            .query(&["grantType"])
            .answers::<Value>(200),
        Endpoint::new(Method::GET, "/iga/governance/grants/{grantId}", "readGrant", admin, read)
            .doing("Read a grant")
            .answers::<Value>(200),
        Endpoint::new(Method::GET, "/iga/governance/user/{userId}/grants", "queryUserGrants", user, of_user)
            .doing("List what a user holds")
            .query(&LIST)
            .query(&["grantType"])
            .answers::<Value>(200),
        Endpoint::new(
            Method::GET,
            "/iga/governance/user/{userId}/grants/{grantId}",
            "readUserGrant",
            user,
            of_user_one,
        )
        .doing("Read a grant of a user")
        .answers::<Value>(200),
        Endpoint::new(
            Method::POST,
            "/iga/governance/user/{userId}/entitlements",
            "changeEntitlements",
            admin,
            entitlements,
        )
        .doing("Give a user an entitlement, or take it")
        .query(&["_action", "initiatingUser"])
        .reads::<Value>()
        .answers::<Value>(200),
        Endpoint::new(
            Method::POST,
            "/iga/governance/user/{userId}/applications",
            "changeApplications",
            admin,
            applications,
        )
        .doing("Give a user an account, or take it")
        .query(&["_action", "initiatingUser"])
        .reads::<Value>()
        .answers::<Value>(200),
        Endpoint::new(Method::POST, "/iga/governance/user/{userId}/roles", "changeRoles", admin, roles)
            .doing("Put a user into a role, or take them out")
            .query(&["_action", "initiatingUser"])
            .reads::<Value>()
            .answers::<Value>(200),
    ]
}

/// The grants of the kinds that are asked for.
fn asked_for<'p>(params: &'p Params) -> impl Fn(&Access) -> bool + 'p {
    let kinds: Vec<&str> = params.listed("grantType").collect();
    move |access| {
        let names = match access.kind() {
            AccessKind::Account => ["account", "accountGrant"],
            AccessKind::Entitlement => ["entitlement", "entitlementGrant"],
            AccessKind::Role => ["role", "roleMembership"],
        };
        kinds.is_empty() || kinds.iter().any(|kind| names.contains(kind))
    }
}

/// What one person holds, in the order of the ids.
fn of_person<'v>(
    view: View<'v>,
    params: &Params,
    person: Id<Person>,
) -> impl Iterator<Item = (View<'v>, Access)> + use<'v> {
    let mut held: Vec<Access> = held_by(view, person).filter(asked_for(params)).collect();
    held.sort_unstable();
    held.into_iter().map(move |access| (view, access))
}

/// Who holds what: of one person, where the filter names one, else of everybody, in the order of the ids, which is that of
/// the tables.
async fn query(sim: Sim<Realm>, params: Params) -> Result<Listing, ApiError> {
    let (view, query) = (view(&sim), asked(&params, None)?);
    if let Some(person) = query.pinned_id("user.id") {
        return Ok(page(&query, of_person(view, &params, person)));
    }
    let (company, realm) = (view.company, view.realm);
    let entitlements = company.grants().iter().map(|grant| Access::Entitlement(grant.id));
    let open = company.accounts().iter().filter(|account| account.status != AccountStatus::Closed);
    let accounts = open.map(|account| Access::Account(account.id));
    let roles = realm.memberships.iter().map(|row| Access::Role(row.person, row.role));
    let all = entitlements.chain(accounts).chain(roles).filter(asked_for(&params));
    Ok(page(&query, all.filter(|access| view.has_holder(*access)).map(|access| (view, access))))
}

async fn read(sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    one(view(&sim), &id, None).map(Reply)
}

fn one(view: View<'_>, id: &str, of: Option<Id<Person>>) -> Result<Value, ApiError> {
    let grant = Access::of_composite_id(id).and_then(|access| view.grant(access));
    let owner = of.map(|person| person.dashed());
    let grant = grant.filter(|grant| owner.as_deref().is_none_or(|owner| grant["user"]["id"] == owner));
    grant.ok_or_else(|| Missing::Grant(id.to_owned()).into())
}

/// The user whom a path names: oneself, or an administrator's to see.
pub fn whose(caller: &Caller, view: View<'_>, id: &str) -> Result<Id<Person>, ApiError> {
    let person = Id::from_dashed(id).and_then(|id| view.company.people().get(&id));
    let person = person.ok_or_else(|| ApiError::no_user(id))?.id;
    if caller.administrator || caller.person == Some(person) { Ok(person) } else { Err(ApiError::Forbidden) }
}

async fn of_user(caller: Caller, sim: Sim<Realm>, Name(id): Name, params: Params) -> Result<Listing, ApiError> {
    let view = view(&sim);
    let person = whose(&caller, view, &id)?;
    list(&params, None, of_person(view, &params, person))
}

async fn of_user_one(
    caller: Caller,
    sim: Sim<Realm>,
    Path((user, grant)): Path<(String, String)>,
) -> Result<Reply<Value>, ApiError> {
    let view = view(&sim);
    let person = whose(&caller, view, &user)?;
    one(view, &grant, Some(person)).map(Reply)
}

async fn entitlements(
    sim: Sim<Realm>,
    Name(user): Name,
    params: Params,
    Document(body): Document,
) -> Result<Reply<Value>, ApiError> {
    change(sim, user, &params, &body, "entitlement").await
}

async fn applications(
    sim: Sim<Realm>,
    Name(user): Name,
    params: Params,
    Document(body): Document,
) -> Result<Reply<Value>, ApiError> {
    change(sim, user, &params, &body, "application").await
}

async fn roles(
    sim: Sim<Realm>,
    Name(user): Name,
    params: Params,
    Document(body): Document,
) -> Result<Reply<Value>, ApiError> {
    change(sim, user, &params, &body, "role").await
}

async fn change(
    sim: Sim<Realm>,
    user: String,
    params: &Params,
    body: &Map<String, Value>,
    kind: &str,
) -> Result<Reply<Value>, ApiError> {
    let text = |name: &str| body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let field = format!("{kind}Id");
    let id = text(&field).ok_or_else(|| Fault::required(field.clone()))?;
    let unknown = || Fault::NoTarget(field.clone(), id.to_owned());
    let target = view(&sim).target(Some(kind), id).ok_or_else(unknown)?;
    let action = params.get("_action").unwrap_or_default();
    let access = match action {
        "add" => {
            let until = text("endDate").map(|end| date(end).ok_or_else(|| Fault::date("endDate")));
            let until = until.transpose()?.map(Timestamp::from_micros);
            let what = text("requestId").unwrap_or("direct").to_owned();
            sim.apply(AddAccess { user: user.clone(), target, what, until }).await?.output
        }
        "remove" => sim.apply(RemoveAccess { user: user.clone(), target }).await?.output,
        other => return Err(Refusal::UnknownAction(other.to_owned()).into()),
    };
    Ok(Reply(json!({"id": access.composite_id(), "userId": user, "action": action})))
}
