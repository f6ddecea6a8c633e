//! `/workgroups/…`

use axum::Json;
use http::Method;

use super::{ADMIN, LIST, access};
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::sailpoint::dto::{View, WorkgroupConnection, WorkgroupDto, WorkgroupMember};
use crate::vendors::sailpoint::error::ApiError;
use crate::vendors::sailpoint::families::BETA_AND_YEARLY;
use crate::vendors::sailpoint::gate::Access;
use crate::vendors::sailpoint::model::{GovernanceGroup, Org};
use crate::vendors::sailpoint::query::listings;
use crate::vendors::sailpoint::reply::{List, PathId, Query};

const READ: &[&str] = &["idn:workgroup:read", "idn:workgroup:manage"];
const SORTED: [&str; 4] = ["limit", "offset", "count", "sorters"];

/// The rows of the table of contents.
pub fn rows() -> Contents<Access> {
    let read = access(BETA_AND_YEARLY, READ, ADMIN);
    vec![
        Endpoint::new(Method::GET, "/workgroups", "listWorkgroups", read, list)
            .doing("List governance groups")
            .query(&LIST)
            .answers_list::<WorkgroupDto>(200),
        Endpoint::new(Method::GET, "/workgroups/{id}", "getWorkgroup", read, get)
            .doing("Get a governance group")
            .answers::<WorkgroupDto>(200),
        Endpoint::new(Method::GET, "/workgroups/{id}/connections", "listConnections", read, connections)
            .doing("List the objects in whose approvals a governance group is asked")
            .query(&SORTED)
            .answers_list::<WorkgroupConnection>(200),
        Endpoint::new(Method::GET, "/workgroups/{id}/members", "listWorkgroupMembers", read, members)
            .doing("List the members of a governance group")
            .query(&SORTED)
            .answers_list::<WorkgroupMember>(200),
    ]
}

/// `GET /workgroups`
async fn list(sim: Sim<Org>, query: Query) -> Result<List<WorkgroupDto>, ApiError> {
    let list = query.list(&listings::WORKGROUPS)?.oldest_first();
    let view = View::of(sim.world(), query.family);
    let groups = list.candidates(&view.org.groups);
    Ok(List(list.page(groups, |group| group.id).map(|group| view.workgroup(group))))
}

/// `GET /workgroups/{id}`
async fn get(sim: Sim<Org>, PathId(id): PathId<GovernanceGroup>, query: Query) -> Result<Json<WorkgroupDto>, ApiError> {
    let view = View::of(sim.world(), query.family);
    view.org.groups.get(&id).map(|group| Json(view.workgroup(group))).ok_or(ApiError::NotFound)
}

/// `GET /workgroups/{id}/connections`
async fn connections(
    sim: Sim<Org>,
    PathId(id): PathId<GovernanceGroup>,
    query: Query,
) -> Result<List<WorkgroupConnection>, ApiError> {
    let list = query.list(&listings::WORKGROUP_CONNECTIONS)?.oldest_first();
    let view = View::of(sim.world(), query.family);
    let group = view.org.groups.get(&id).ok_or(ApiError::NotFound)?;
    let page = list.page(view.connections(group.id), |connection| connection.id);
    Ok(List(page.map(|connection| view.workgroup_connection(&connection))))
}

/// `GET /workgroups/{id}/members`
async fn members(
    sim: Sim<Org>,
    PathId(id): PathId<GovernanceGroup>,
    query: Query,
) -> Result<List<WorkgroupMember>, ApiError> {
    let list = query.list(&listings::WORKGROUP_MEMBERS)?.oldest_first();
    let view = View::of(sim.world(), query.family);
    let group = view.org.groups.get(&id).ok_or(ApiError::NotFound)?;
    let members = group.members.iter().filter_map(|id| view.company.people().get(id));
    Ok(List(list.page(members, |person| person.id).map(|person| view.workgroup_member(person))))
}
