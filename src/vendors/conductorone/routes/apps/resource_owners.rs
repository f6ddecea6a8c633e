//! `…/resource_types/{app_resource_type_id}/resource/{resource_id}/owners` and `…/ownerids`: who answers for a
//! resource. The vendor spells `resource` in the singular here, and deletes all owners under `ownerids`.

use http::Method;
use serde::Serialize;
use utoipa::ToSchema;

use crate::company::App;
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::apps::{OwnerIds, UserId, UserIds};
use crate::vendors::conductorone::dto::users::User;
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::lifecycle::{ChangeOwners, Owned, OwnerChange, owners};
use crate::vendors::conductorone::model::{Domain, Resource, ResourceType};
use crate::vendors::conductorone::routes::PAGE;
use crate::vendors::conductorone::routes::owned::ids_of;
use crate::vendors::conductorone::wire::{Asked, Body, Done, Empty, Paging, PathIds, Reply};

/// The endpoints.
pub fn rows() -> Contents<Right> {
    const OWNERS: &str = "/api/v1/apps/{app_id}/resource_types/{resource_type_id}/resource/{resource_id}/owners";
    const OWNER_IDS: &str = "/api/v1/apps/{app_id}/resource_types/{resource_type_id}/resource/{resource_id}/ownerids";
    vec![
        Endpoint::new(Method::GET, OWNERS, "c1.api.app.v1.AppResourceOwners.List", Right::Any, list)
            .doing("List a resource's owners")
            .query(&PAGE)
            .answers::<ResourceOwners>(200),
        Endpoint::new(Method::POST, OWNERS, "c1.api.app.v1.AppResourceOwners.Add", Right::Own, add)
            .doing("Give a resource one more owner")
            .reads_as::<UserId>("c1.api.app.v1.AddAppResourceOwnerRequest")
            .answers::<Empty>(200),
        Endpoint::new(Method::PUT, OWNERS, "c1.api.app.v1.AppResourceOwners.Set", Right::Own, set)
            .doing("Set a resource's owners")
            .reads_as::<UserIds>("c1.api.app.v1.SetAppResourceOwnersRequest")
            .answers::<Empty>(200),
        Endpoint::new(Method::DELETE, OWNERS, "c1.api.app.v1.AppResourceOwners.Remove", Right::Own, remove)
            .doing("Take one of a resource's owners away")
            .reads_as::<UserId>("c1.api.app.v1.RemoveAppResourceOwnerRequest")
            .answers::<Empty>(200),
        Endpoint::new(Method::GET, OWNER_IDS, "c1.api.app.v1.AppResourceOwners.ListOwnerIDs", Right::Any, ids)
            .doing("List the ids of a resource's owners")
            .answers::<OwnerIds>(200),
        Endpoint::new(Method::DELETE, OWNER_IDS, "c1.api.app.v1.AppResourceOwners.Delete", Right::Own, clear)
            .doing("Take all of a resource's owners away")
            .reads_as::<Empty>("c1.api.app.v1.DeleteAppResourceOwnersRequest")
            .answers::<Empty>(200),
    ]
}

type Named = PathIds<(Id<App>, Id<ResourceType>, Id<Resource>)>;

/// The owners of a resource, and those of them whom its connector says.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResourceOwners {
    immutable_user_ids: Vec<String>,
    list: Vec<User>,
    next_page_token: String,
}

/// `GET …/owners`.
pub async fn list(
    sim: Sim<Domain>,
    caller: Caller,
    PathIds((_, _, id)): Named,
    page: Paging,
) -> Result<Reply<ResourceOwners>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let owners = owners(sim.estate(), Owned::Resource(id)).unwrap_or_default();
    let page = page.cut(owners.into_iter().enumerate(), |(place, _)| *place)?;
    let page = page.filter_map(|(_, owner)| view.user(owner));
    Ok(Reply(ResourceOwners { immutable_user_ids: Vec::new(), list: page.items, next_page_token: page.next }))
}

/// `GET …/ownerids`.
pub async fn ids(sim: Sim<Domain>, PathIds((_, _, id)): Named) -> Reply<OwnerIds> {
    ids_of(&sim, Owned::Resource(id))
}

/// `POST …/owners`.
pub async fn add(
    sim: Sim<Domain>,
    PathIds((_, _, id)): Named,
    asked: Asked,
    Body(body): Body<UserId>,
) -> Result<Done, ApiError> {
    let change = OwnerChange::Add(asked.id("userId", &body.user_id)?);
    sim.apply(ChangeOwners { of: Owned::Resource(id), change }).await?;
    Ok(Done)
}

/// `PUT …/owners`.
pub async fn set(
    sim: Sim<Domain>,
    PathIds((_, _, id)): Named,
    asked: Asked,
    Body(body): Body<UserIds>,
) -> Result<Done, ApiError> {
    let change = OwnerChange::Set(asked.ids("userIds", &body.user_ids)?);
    sim.apply(ChangeOwners { of: Owned::Resource(id), change }).await?;
    Ok(Done)
}

/// `DELETE …/owners`.
pub async fn remove(
    sim: Sim<Domain>,
    PathIds((_, _, id)): Named,
    asked: Asked,
    Body(body): Body<UserId>,
) -> Result<Done, ApiError> {
    let change = OwnerChange::Remove(vec![asked.id("userId", &body.user_id)?]);
    sim.apply(ChangeOwners { of: Owned::Resource(id), change }).await?;
    Ok(Done)
}

/// `DELETE …/ownerids`.
pub async fn clear(sim: Sim<Domain>, PathIds((_, _, id)): Named, Body(_): Body<Empty>) -> Result<Done, ApiError> {
    sim.apply(ChangeOwners { of: Owned::Resource(id), change: OwnerChange::Clear }).await?;
    Ok(Done)
}
