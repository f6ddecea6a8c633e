//! `/api/v1/apps/{app_id}/entitlements…`: entitlements and who answers for them (contract, 10.2).

use std::sync::Arc;

use http::Method;

use crate::company::{Account, App, Entitlement, Person};
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::apps::{OwnerIds, UserId, UserIds};
use crate::vendors::conductorone::dto::entitlements::{
    AppEntitlementView, CreateEntitlementRequest, EntitlementResponse, Provisioning, UpdateEntitlementRequest, create,
    updated,
};
use crate::vendors::conductorone::dto::expanded::Object;
use crate::vendors::conductorone::dto::users::User;
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::expand::{ExpandMask, Expander};
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::lifecycle::{ChangeOwners, DeleteEntitlement, EditEntitlement, Owned, OwnerChange};
use crate::vendors::conductorone::model::{Domain, EntitlementRef, Resource, ResourceType};
use crate::vendors::conductorone::query::entitlements::{of_account, of_app, of_resource};
use crate::vendors::conductorone::routes::owned::{ids_of, people_of};
use crate::vendors::conductorone::routes::{PAGE, entitlement_page};
use crate::vendors::conductorone::wire::{
    Asked, Body, Done, Empty, Listed, ListedWith, Paging, PathId, PathIds, Reply,
};
use crate::world::World;

/// The endpoints.
pub fn rows() -> Contents<Right> {
    const ALL: &str = "/api/v1/apps/{app_id}/entitlements";
    const ONE: &str = "/api/v1/apps/{app_id}/entitlements/{id}";
    const OF_RESOURCE: &str =
        "/api/v1/apps/{app_id}/entitlements/resource_types/{app_resource_type_id}/resources/{app_resource_id}";
    const OF_ACCOUNT: &str = "/api/v1/apps/{app_id}/entitlements/users/{app_user_id}";
    const OWNERS: &str = "/api/v1/apps/{app_id}/entitlements/{entitlement_id}/owners";
    const OWNER: &str = "/api/v1/apps/{app_id}/entitlements/{entitlement_id}/owners/{user_id}";
    const OWNER_IDS: &str = "/api/v1/apps/{app_id}/entitlements/{entitlement_id}/ownerids";
    vec![
        Endpoint::new(Method::GET, ALL, "c1.api.app.v1.AppEntitlements.List", Right::Any, list)
            .doing("List an application's entitlements")
            .query(&PAGE)
            .answers::<ListedWith<AppEntitlementView>>(200),
        Endpoint::new(Method::POST, ALL, "c1.api.app.v1.AppEntitlements.Create", Right::Own, post)
            .doing("Make an entitlement that is managed by hand")
            .reads::<CreateEntitlementRequest>()
            .answers::<EntitlementResponse>(200),
        Endpoint::new(
            Method::GET,
            OF_RESOURCE,
            "c1.api.app.v1.AppEntitlements.ListForAppResource",
            Right::Any,
            list_of_resource,
        )
        .doing("List the entitlements about a resource")
        .query(&PAGE)
        .answers::<ListedWith<AppEntitlementView>>(200),
        Endpoint::new(
            Method::GET,
            OF_ACCOUNT,
            "c1.api.app.v1.AppEntitlements.ListForAppUser",
            Right::Any,
            list_of_account,
        )
        .doing("List what an account holds")
        .query(&PAGE)
        .answers::<ListedWith<AppEntitlementView>>(200),
        Endpoint::new(Method::GET, ONE, "c1.api.app.v1.AppEntitlements.Get", Right::Any, get)
            .doing("Read an entitlement")
            .answers::<EntitlementResponse>(200),
        Endpoint::new(Method::POST, ONE, "c1.api.app.v1.AppEntitlements.Update", Right::Own, update)
            .doing("Change an entitlement")
            .reads::<UpdateEntitlementRequest>()
            .answers::<EntitlementResponse>(200),
        Endpoint::new(Method::DELETE, ONE, "c1.api.app.v1.AppEntitlements.Delete", Right::Own, delete)
            .doing("Delete an entitlement; it can still be read")
            .reads_as::<Empty>("c1.api.app.v1.DeleteAppEntitlementRequest")
            .answers::<Empty>(200),
        Endpoint::new(Method::GET, OWNERS, "c1.api.app.v1.AppEntitlementOwners.List", Right::Any, owners)
            .doing("List an entitlement's owners")
            .query(&PAGE)
            .answers::<Listed<User>>(200),
        Endpoint::new(Method::POST, OWNERS, "c1.api.app.v1.AppEntitlementOwners.Add", Right::Own, add_owner)
            .doing("Give an entitlement one more owner")
            .reads::<UserId>()
            .answers::<Empty>(200),
        Endpoint::new(Method::PUT, OWNERS, "c1.api.app.v1.AppEntitlementOwners.Set", Right::Own, set_owners)
            .doing("Set an entitlement's owners")
            .reads_as::<UserIds>("c1.api.app.v1.SetAppEntitlementOwnersRequest")
            .answers::<Empty>(200),
        Endpoint::new(Method::DELETE, OWNERS, "c1.api.app.v1.AppEntitlementOwners.Delete", Right::Own, clear_owners)
            .doing("Take all of an entitlement's owners away")
            .reads_as::<Empty>("c1.api.app.v1.DeleteAppEntitlementOwnersRequest")
            .answers::<Empty>(200),
        Endpoint::new(Method::DELETE, OWNER, "c1.api.app.v1.AppEntitlementOwners.Remove", Right::Own, remove_owner)
            .doing("Take one of an entitlement's owners away")
            .reads_as::<Empty>("c1.api.app.v1.RemoveAppEntitlementOwnerRequest")
            .answers::<Empty>(200),
        Endpoint::new(Method::GET, OWNER_IDS, "c1.api.app.v1.AppEntitlementOwners.ListOwnerIDs", Right::Any, owner_ids)
            .doing("List the ids of an entitlement's owners")
            .answers::<OwnerIds>(200),
    ]
}

type Named = PathIds<(Id<App>, Id<Entitlement>)>;

/// One entitlement, deleted or not. Without a mask everything is expanded, as a `GET` does [assumed].
fn answer(
    world: &Arc<World>,
    caller: &Caller,
    at: EntitlementRef,
    mask: Option<Option<&ExpandMask>>,
) -> Result<Reply<EntitlementResponse>, ApiError> {
    let view = View::of(world, caller);
    let render = |object: &Object| view.object(object);
    let mut expand = mask.map_or_else(|| Expander::everything(render), |mask| Expander::new(mask, render));
    let row = view.domain.entitlements.get(&at).ok_or(ApiError::NotFound)?;
    let app_entitlement_view = Some(view.entitlement_view(row, &mut expand));
    Ok(Reply(EntitlementResponse { app_entitlement_view, expanded: expand.finish() }))
}

/// `GET …/entitlements`.
pub async fn list(
    sim: Sim<Domain>,
    caller: Caller,
    PathId(app): PathId<App>,
    page: Paging,
) -> Result<Reply<ListedWith<AppEntitlementView>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    entitlement_page(view, &page, of_app(view, app), None)
}

/// `GET …/entitlements/resource_types/{app_resource_type_id}/resources/{app_resource_id}`.
pub async fn list_of_resource(
    sim: Sim<Domain>,
    caller: Caller,
    PathIds((app, kind, resource)): PathIds<(Id<App>, Id<ResourceType>, Id<Resource>)>,
    page: Paging,
) -> Result<Reply<ListedWith<AppEntitlementView>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    entitlement_page(view, &page, of_resource(view, app, kind, resource), None)
}

/// `GET …/entitlements/users/{app_user_id}`, and the search of the same meaning.
pub async fn list_of_account(
    sim: Sim<Domain>,
    caller: Caller,
    PathIds((app, account)): PathIds<(Id<App>, Id<Account>)>,
    page: Paging,
) -> Result<Reply<ListedWith<AppEntitlementView>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    entitlement_page(view, &page, of_account(view, app, account), None)
}

/// `POST …/entitlements`.
pub async fn post(
    sim: Sim<Domain>,
    caller: Caller,
    PathId(app): PathId<App>,
    asked: Asked,
    Body(new): Body<CreateEntitlementRequest>,
) -> Result<Reply<EntitlementResponse>, ApiError> {
    let mask = new.expand_mask.clone();
    let done = sim.apply(create(&asked, app, new)?).await?;
    answer(&done.after, &caller, done.output, Some(mask.as_ref()))
}

/// `GET …/entitlements/{id}`.
pub async fn get(
    sim: Sim<Domain>,
    caller: Caller,
    PathIds((app, id)): Named,
) -> Result<Reply<EntitlementResponse>, ApiError> {
    answer(sim.world(), &caller, EntitlementRef { app, id }, None)
}

/// `POST …/entitlements/{id}`.
pub async fn update(
    sim: Sim<Domain>,
    caller: Caller,
    PathIds((app, id)): Named,
    asked: Asked,
    Body(body): Body<UpdateEntitlementRequest>,
) -> Result<Reply<EntitlementResponse>, ApiError> {
    let at = EntitlementRef { app, id };
    let (new, mask) = (body.entitlement.unwrap_or_default(), body.update_mask.unwrap_or_default());
    let provisioning = Provisioning::of(&asked, &new)?;
    let edit = move |domain: &Domain, company: &_, row: &_| updated(company, domain, row, &new, provisioning, &mask);
    let done = sim.apply(EditEntitlement { at, edit }).await?;
    answer(&done.after, &caller, at, Some(body.expand_mask.as_ref()))
}

/// `DELETE …/entitlements/{id}`.
pub async fn delete(sim: Sim<Domain>, PathIds((app, id)): Named) -> Result<Done, ApiError> {
    sim.apply(DeleteEntitlement { at: EntitlementRef { app, id } }).await?;
    Ok(Done)
}

/// `GET …/owners`.
pub async fn owners(
    sim: Sim<Domain>,
    caller: Caller,
    PathIds((app, id)): Named,
    page: Paging,
) -> Result<Reply<Listed<User>>, ApiError> {
    people_of(&sim, &caller, Owned::Entitlement(EntitlementRef { app, id }), &page)
}

/// `GET …/ownerids`.
pub async fn owner_ids(sim: Sim<Domain>, PathIds((app, id)): Named) -> Reply<OwnerIds> {
    ids_of(&sim, Owned::Entitlement(EntitlementRef { app, id }))
}

/// `POST …/owners`.
pub async fn add_owner(
    sim: Sim<Domain>,
    PathIds((app, id)): Named,
    asked: Asked,
    Body(body): Body<UserId>,
) -> Result<Done, ApiError> {
    let change = OwnerChange::Add(asked.id("userId", &body.user_id)?);
    sim.apply(ChangeOwners { of: Owned::Entitlement(EntitlementRef { app, id }), change }).await?;
    Ok(Done)
}

/// `PUT …/owners`.
pub async fn set_owners(
    sim: Sim<Domain>,
    PathIds((app, id)): Named,
    asked: Asked,
    Body(body): Body<UserIds>,
) -> Result<Done, ApiError> {
    let change = OwnerChange::Set(asked.ids("userIds", &body.user_ids)?);
    sim.apply(ChangeOwners { of: Owned::Entitlement(EntitlementRef { app, id }), change }).await?;
    Ok(Done)
}

/// `DELETE …/owners`.
pub async fn clear_owners(sim: Sim<Domain>, PathIds((app, id)): Named, Body(_): Body<Empty>) -> Result<Done, ApiError> {
    let of = Owned::Entitlement(EntitlementRef { app, id });
    sim.apply(ChangeOwners { of, change: OwnerChange::Clear }).await?;
    Ok(Done)
}

/// `DELETE …/owners/{user_id}`.
pub async fn remove_owner(
    sim: Sim<Domain>,
    PathIds((app, id, user)): PathIds<(Id<App>, Id<Entitlement>, Id<Person>)>,
    Body(_): Body<Empty>,
) -> Result<Done, ApiError> {
    let of = Owned::Entitlement(EntitlementRef { app, id });
    sim.apply(ChangeOwners { of, change: OwnerChange::Remove(vec![user]) }).await?;
    Ok(Done)
}
