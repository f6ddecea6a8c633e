//! `/api/v1/apps/{app_id}/owners` and `…/ownerids`: who answers for an application.

use http::Method;

use crate::company::{App, Person};
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::apps::{OwnerIds, UserIds};
use crate::vendors::conductorone::dto::users::User;
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::lifecycle::{ChangeOwners, Owned, OwnerChange};
use crate::vendors::conductorone::model::Domain;
use crate::vendors::conductorone::routes::PAGE;
use crate::vendors::conductorone::routes::owned::{ids_of, people_of};
use crate::vendors::conductorone::wire::{Asked, Body, Done, Empty, Listed, Paging, PathId, PathIds, Reply};

const OWNERS: &str = "/api/v1/apps/{app_id}/owners";
const OWNER: &str = "/api/v1/apps/{app_id}/owners/{user_id}";
const OWNER_IDS: &str = "/api/v1/apps/{app_id}/ownerids";

/// The endpoints.
pub fn rows() -> Contents<Right> {
    vec![
        Endpoint::new(Method::GET, OWNERS, "c1.api.app.v1.AppOwners.List", Right::Any, list)
            .doing("List an application's owners")
            .query(&PAGE)
            .answers::<Listed<User>>(200),
        Endpoint::new(Method::PUT, OWNERS, "c1.api.app.v1.AppOwners.Set", Right::Own, set)
            .doing("Set an application's owners")
            .reads::<UserIds>()
            .answers::<Empty>(200),
        Endpoint::new(Method::DELETE, OWNERS, "c1.api.app.v1.AppOwners.Delete", Right::Own, delete)
            .doing("Take some of an application's owners away; all when none are named")
            .reads_as::<UserIds>("c1.api.app.v1.DeleteAppOwnersRequest")
            .answers::<Empty>(200),
        Endpoint::new(Method::POST, OWNER, "c1.api.app.v1.AppOwners.Add", Right::Own, add)
            .doing("Give an application one more owner")
            .reads_as::<Empty>("c1.api.app.v1.AddAppOwnerRequest")
            .answers::<Empty>(200),
        Endpoint::new(Method::DELETE, OWNER, "c1.api.app.v1.AppOwners.Remove", Right::Own, remove)
            .doing("Take one of an application's owners away")
            .reads_as::<Empty>("c1.api.app.v1.RemoveAppOwnerRequest")
            .answers::<Empty>(200),
        Endpoint::new(Method::GET, OWNER_IDS, "c1.api.app.v1.AppOwners.ListOwnerIDs", Right::Any, ids)
            .doing("List the ids of an application's owners")
            .answers::<OwnerIds>(200),
    ]
}

/// `GET …/owners`.
pub async fn list(
    sim: Sim<Domain>,
    caller: Caller,
    PathId(app): PathId<App>,
    page: Paging,
) -> Result<Reply<Listed<User>>, ApiError> {
    people_of(&sim, &caller, Owned::App(app), &page)
}

/// `GET …/ownerids`.
pub async fn ids(sim: Sim<Domain>, PathId(app): PathId<App>) -> Reply<OwnerIds> {
    ids_of(&sim, Owned::App(app))
}

/// `PUT …/owners`.
pub async fn set(
    sim: Sim<Domain>,
    PathId(app): PathId<App>,
    asked: Asked,
    Body(body): Body<UserIds>,
) -> Result<Done, ApiError> {
    let change = OwnerChange::Set(asked.ids("userIds", &body.user_ids)?);
    sim.apply(ChangeOwners { of: Owned::App(app), change }).await?;
    Ok(Done)
}

/// `DELETE …/owners`.
pub async fn delete(
    sim: Sim<Domain>,
    PathId(app): PathId<App>,
    asked: Asked,
    Body(body): Body<UserIds>,
) -> Result<Done, ApiError> {
    let change = OwnerChange::without(asked.ids("userIds", &body.user_ids)?);
    sim.apply(ChangeOwners { of: Owned::App(app), change }).await?;
    Ok(Done)
}

/// `POST …/owners/{user_id}`.
pub async fn add(
    sim: Sim<Domain>,
    PathIds((app, user)): PathIds<(Id<App>, Id<Person>)>,
    Body(_): Body<Empty>,
) -> Result<Done, ApiError> {
    sim.apply(ChangeOwners { of: Owned::App(app), change: OwnerChange::Add(user) }).await?;
    Ok(Done)
}

/// `DELETE …/owners/{user_id}`.
pub async fn remove(
    sim: Sim<Domain>,
    PathIds((app, user)): PathIds<(Id<App>, Id<Person>)>,
    Body(_): Body<Empty>,
) -> Result<Done, ApiError> {
    sim.apply(ChangeOwners { of: Owned::App(app), change: OwnerChange::Remove(vec![user]) }).await?;
    Ok(Done)
}
