//! `/roles/…`

use std::collections::BTreeMap;

use axum::Json;
use http::Method;
use json_patch::Patch;

use super::{ANY, LIST, ROLE_LEVELS, access};
use crate::company::{Company, Person, PersonKey};
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::sailpoint::dto::{Holder, JsonPatchOperation, RoleDto, RoleIdentity, View, is_identity};
use crate::vendors::sailpoint::error::ApiError;
use crate::vendors::sailpoint::families::EVERYWHERE;
use crate::vendors::sailpoint::gate::Access;
use crate::vendors::sailpoint::lifecycle::EditRole;
use crate::vendors::sailpoint::model::{AssignmentKey, Object, ObjectKind, Org, Role};
use crate::vendors::sailpoint::query::listings;
use crate::vendors::sailpoint::reply::{Body, List, PathId, Query};

const READ: &[&str] =
    &["idn:role-unchecked:read", "idn:role-unchecked:manage", "idn:role-checked:manage", "idn:role-checked:read"];
const MANAGE: &[&str] = &["idn:role-unchecked:manage", "idn:role-checked:manage"];

/// The rows of the table of contents.
pub fn rows() -> Contents<Access> {
    let read = access(EVERYWHERE, READ, ROLE_LEVELS);
    let manage = access(EVERYWHERE, MANAGE, ROLE_LEVELS);
    vec![
        Endpoint::new(Method::GET, "/roles", "listRoles", read, list)
            .doing("List roles")
            .query(&["for-subadmin", "for-segment-ids", "include-unsegmented"])
            .query(&LIST)
            .answers_list::<RoleDto>(200),
        Endpoint::new(Method::GET, "/roles/{id}", "getRole", read, get).doing("Get a role").answers::<RoleDto>(200),
        Endpoint::new(Method::PATCH, "/roles/{id}", "patchRole", manage, patch)
            .doing("Change a role by JSON Patch")
            .reads_list::<JsonPatchOperation>()
            .answers::<RoleDto>(200),
        Endpoint::new(
            Method::GET,
            "/roles/{id}/assigned-identities",
            "getRoleAssignedIdentities",
            access(EVERYWHERE, READ, ANY),
            assigned_identities,
        )
        .doing("List who has a role")
        .query(&LIST)
        .answers_list::<RoleIdentity>(200),
    ]
}

/// `GET /roles`
async fn list(sim: Sim<Org>, query: Query) -> Result<List<RoleDto>, ApiError> {
    let list = query.list(&listings::ROLES)?.oldest_first();
    let shows_unsegmented = query.shows_unsegmented()?;
    let view = View::of(sim.world(), query.family);
    let roles = list.candidates(&view.org.roles).filter(|_| shows_unsegmented);
    Ok(List(list.page(roles, |role| role.id).map(|role| view.role(role))))
}

/// `GET /roles/{id}`
async fn get(sim: Sim<Org>, PathId(id): PathId<Role>, query: Query) -> Result<Json<RoleDto>, ApiError> {
    let view = View::of(sim.world(), query.family);
    view.org.roles.get(&id).map(|role| Json(view.role(role))).ok_or(ApiError::NotFound)
}

/// `PATCH /roles/{id}`
async fn patch(
    sim: Sim<Org>,
    PathId(role): PathId<Role>,
    query: Query,
    Body(patch): Body<Patch>,
) -> Result<Json<RoleDto>, ApiError> {
    let family = query.family;
    let edit =
        move |org: &Org, company: &Company, role: &Role| View { org, company, family }.patched_role(role, &patch);
    let done = sim.apply(EditRole { role, edit }).await?;
    let view = View::of(&done.after, family);
    view.org.roles.get(&role).map(|role| Json(view.role(role))).ok_or(ApiError::NotFound)
}

/// `GET /roles/{id}/assigned-identities`
async fn assigned_identities(
    sim: Sim<Org>,
    PathId(id): PathId<Role>,
    query: Query,
) -> Result<List<RoleIdentity>, ApiError> {
    let list = query.list(&listings::ROLE_ASSIGNED_IDENTITIES)?.oldest_first();
    let view = View::of(sim.world(), query.family);
    let role = view.org.roles.get(&id).ok_or(ApiError::NotFound)?;
    let holders = holders(&view, role).into_iter();
    let holders = holders.filter_map(|(person, is_asked)| Some(Holder { person: view.person(person)?, is_asked }));
    Ok(List(list.page(holders, |holder| holder.person.id).map(|holder| view.role_identity(&holder))))
}

/// Everybody who has a role, and whether somebody asked for it; who asked for what the criteria
/// give has it by request.
fn holders(view: &View<'_>, role: &Role) -> BTreeMap<Id<Person>, bool> {
    let department = role.birthright_department.clone().map(PersonKey::Department);
    let members = department.into_iter().flat_map(|key| view.company.people().with(key));
    let members = members.filter(|person| is_identity(person) && role.is_birthright_of(view.company, person.id));
    let object = Object { kind: ObjectKind::Role, id: role.id.cast() };
    let asked = view.org.assignments.with(AssignmentKey::Object(object));
    let mut holders: BTreeMap<_, _> = members.map(|person| (person.id, false)).collect();
    holders.extend(asked.map(|assignment| (assignment.person, true)));
    holders
}
