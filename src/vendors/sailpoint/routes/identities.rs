//! `/identities/…`

use axum::Json;
use http::Method;

use super::{ANY, LIST, access};
use crate::company::Person;
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::sailpoint::dto::{Identity, Ownership, RoleAssignment, View, is_identity};
use crate::vendors::sailpoint::error::ApiError;
use crate::vendors::sailpoint::families::BETA_AND_YEARLY;
use crate::vendors::sailpoint::gate::Access;
use crate::vendors::sailpoint::model::{Assignment, AssignmentKey, Org};
use crate::vendors::sailpoint::query::listings;
use crate::vendors::sailpoint::reply::{List, PathId, PathIds, Query};

/// The rows of the table of contents.
pub fn rows() -> Contents<Access> {
    let read = access(BETA_AND_YEARLY, &["idn:identity:read", "idn:identity:manage"], ANY);
    let owned = access(BETA_AND_YEARLY, &["idn:identity:read"], ANY);
    let scopes = &["idn:identity:read", "idn:identity-direct-report:read", "idn:identity:manage"];
    let assigned = access(BETA_AND_YEARLY, scopes, ANY);
    vec![
        Endpoint::new(Method::GET, "/identities", "listIdentities", read, list)
            .doing("List identities")
            .query(&["defaultFilter"])
            .query(&LIST)
            .answers_list::<Identity>(200),
        Endpoint::new(Method::GET, "/identities/{id}", "getIdentity", read, get)
            .doing("Get an identity")
            .answers::<Identity>(200),
        Endpoint::new(Method::GET, "/identities/{id}/ownership", "getIdentityOwnershipDetails", owned, ownership)
            .doing("Say what an identity owns")
            .answers::<Ownership>(200),
        Endpoint::new(
            Method::GET,
            "/identities/{id}/role-assignments",
            "getRoleAssignments",
            assigned,
            role_assignments,
        )
        .doing("List the roles that an identity got by request")
        .query(&["roleId", "roleName"])
        .answers_list::<RoleAssignment>(200),
        Endpoint::new(
            Method::GET,
            "/identities/{id}/role-assignments/{assignmentId}",
            "getRoleAssignment",
            assigned,
            role_assignment,
        )
        .doing("Get one assignment of a role")
        .answers::<RoleAssignment>(200),
    ]
}

/// `GET /identities`. Every identity here is correlated, so both default filters list them all.
async fn list(sim: Sim<Org>, query: Query) -> Result<List<Identity>, ApiError> {
    let list = query.list(&listings::IDENTITIES)?.oldest_first();
    if !matches!(query.get("defaultFilter"), None | Some("CORRELATED_ONLY" | "NONE")) {
        return Err(ApiError::bad_value("defaultFilter"));
    }
    let view = View::of(sim.world(), query.family);
    let people = list.candidates(view.company.people()).filter(|person| is_identity(person));
    Ok(List(list.page(people, |person| person.id).map(|person| view.full_identity(person))))
}

/// `GET /identities/{id}`
async fn get(sim: Sim<Org>, PathId(id): PathId<Person>, query: Query) -> Result<Json<Identity>, ApiError> {
    let view = View::of(sim.world(), query.family);
    let person = view.person(id).ok_or(ApiError::NotFound)?;
    Ok(Json(view.full_identity(person)))
}

/// `GET /identities/{id}/ownership`
async fn ownership(sim: Sim<Org>, PathId(id): PathId<Person>, query: Query) -> Result<Json<Ownership>, ApiError> {
    let view = View::of(sim.world(), query.family);
    let person = view.person(id).ok_or(ApiError::NotFound)?;
    Ok(Json(view.ownership(person)))
}

/// `GET /identities/{id}/role-assignments`
async fn role_assignments(
    sim: Sim<Org>,
    PathId(id): PathId<Person>,
    query: Query,
) -> Result<Json<Vec<RoleAssignment>>, ApiError> {
    let view = View::of(sim.world(), query.family);
    let person = view.person(id).ok_or(ApiError::NotFound)?;
    let (role, name) = (query.get("roleId"), query.get("roleName"));
    let is_wanted = |assignment: &RoleAssignment| {
        role.is_none_or(|role| assignment.role.id == role)
            && name.is_none_or(|name| assignment.role.name.as_deref() == Some(name))
    };
    let mut assignments: Vec<_> = view.org.assignments.with(AssignmentKey::Person(person.id)).collect();
    assignments.sort_by_key(|assignment| (assignment.since, assignment.id));
    let shown = assignments.into_iter().filter_map(|assignment| view.role_assignment(assignment));
    Ok(Json(shown.filter(is_wanted).collect()))
}

/// `GET /identities/{id}/role-assignments/{assignmentId}`
async fn role_assignment(
    sim: Sim<Org>,
    PathIds(person, assignment): PathIds<Person, Assignment>,
    query: Query,
) -> Result<Json<RoleAssignment>, ApiError> {
    let view = View::of(sim.world(), query.family);
    let assignment = view.org.assignments.get(&assignment).filter(|assignment| assignment.person == person);
    assignment.and_then(|assignment| view.role_assignment(assignment)).map(Json).ok_or(ApiError::NotFound)
}
