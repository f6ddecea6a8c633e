//! `/api/v1/apps/{app_id}/resource_types…`: resource types and resources (contract, 10.2).

use std::sync::Arc;

use http::Method;

use crate::company::App;
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::expanded::Object;
use crate::vendors::conductorone::dto::resources::{
    AppResourceTypeView, AppResourceView, CreateResourceRequest, CreateResourceTypeRequest, ResourceResponse,
    ResourceTypeGetResponse, ResourceTypeResponse, ResourceViewResponse, UpdateResourceRequest,
    UpdateResourceTypeRequest, create, resource_type, updated, updated_type,
};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::expand::{ExpandMask, Expander};
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::lifecycle::{CreateResourceType, DeleteResource, DeleteResourceType, Edit};
use crate::vendors::conductorone::model::{Domain, Resource, ResourceType};
use crate::vendors::conductorone::query::resources::{of_type, types_of};
use crate::vendors::conductorone::routes::PAGE;
use crate::vendors::conductorone::wire::{Asked, Body, Done, Empty, ListedWith, Paging, PathId, PathIds, Reply};
use crate::world::World;

/// The endpoints.
pub fn rows() -> Contents<Right> {
    const TYPES: &str = "/api/v1/apps/{app_id}/resource_types";
    const TYPE: &str = "/api/v1/apps/{app_id}/resource_types/{id}";
    const RESOURCES: &str = "/api/v1/apps/{app_id}/resource_types/{app_resource_type_id}/resources";
    const RESOURCE: &str = "/api/v1/apps/{app_id}/resource_types/{app_resource_type_id}/resources/{id}";
    vec![
        Endpoint::new(Method::GET, TYPES, "c1.api.app.v1.AppResourceTypeService.List", Right::Any, list)
            .doing("List an application's resource types")
            .query(&PAGE)
            .answers::<ListedWith<AppResourceTypeView>>(200),
        Endpoint::new(
            Method::POST,
            TYPES,
            "c1.api.app.v1.AppResourceTypeService.CreateManuallyManagedResourceType",
            Right::Own,
            post,
        )
        .doing("Make a resource type")
        .reads::<CreateResourceTypeRequest>()
        .answers::<ResourceTypeResponse>(200),
        Endpoint::new(Method::GET, TYPE, "c1.api.app.v1.AppResourceTypeService.Get", Right::Any, get)
            .doing("Read a resource type")
            .answers::<ResourceTypeGetResponse>(200),
        Endpoint::new(
            Method::POST,
            TYPE,
            "c1.api.app.v1.AppResourceTypeService.UpdateManuallyManagedResourceType",
            Right::Own,
            update,
        )
        .doing("Change a resource type")
        .reads::<UpdateResourceTypeRequest>()
        .answers::<ResourceTypeResponse>(200),
        Endpoint::new(
            Method::DELETE,
            TYPE,
            "c1.api.app.v1.AppResourceTypeService.DeleteManuallyManagedResourceType",
            Right::Own,
            delete,
        )
        .doing("Delete a resource type that was made by hand, with all that lies in it")
        .reads_as::<Empty>("c1.api.app.v1.DeleteManuallyManagedResourceTypeRequest")
        .answers::<Empty>(200),
        Endpoint::new(Method::GET, RESOURCES, "c1.api.app.v1.AppResourceService.List", Right::Any, resources)
            .doing("List the resources of a type")
            .query(&PAGE)
            .answers::<ListedWith<AppResourceView>>(200),
        Endpoint::new(
            Method::POST,
            RESOURCES,
            "c1.api.app.v1.AppResourceService.CreateManuallyManagedAppResource",
            Right::Own,
            post_resource,
        )
        .doing("Make a resource")
        .reads::<CreateResourceRequest>()
        .answers::<ResourceResponse>(200),
        Endpoint::new(Method::GET, RESOURCE, "c1.api.app.v1.AppResourceService.Get", Right::Any, get_resource)
            .doing("Read a resource")
            .answers::<ResourceViewResponse>(200),
        Endpoint::new(Method::POST, RESOURCE, "c1.api.app.v1.AppResourceService.Update", Right::Own, update_resource)
            .doing("Change a resource")
            .reads::<UpdateResourceRequest>()
            .answers::<ResourceViewResponse>(200),
        Endpoint::new(
            Method::DELETE,
            RESOURCE,
            "c1.api.app.v1.AppResourceService.DeleteManuallyManagedAppResource",
            Right::Own,
            delete_resource,
        )
        .doing("Delete a resource that was made by hand, with its entitlements")
        .reads_as::<Empty>("c1.api.app.v1.DeleteManuallyManagedAppResourceRequest")
        .answers::<Empty>(200),
    ]
}

type NamedType = PathIds<(Id<App>, Id<ResourceType>)>;
type Named = PathIds<(Id<App>, Id<ResourceType>, Id<Resource>)>;

/// `GET …/resource_types`.
pub async fn list(
    sim: Sim<Domain>,
    caller: Caller,
    PathId(app): PathId<App>,
    page: Paging,
) -> Result<Reply<ListedWith<AppResourceTypeView>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let render = |object: &Object| view.object(object);
    let mut expand = Expander::new(None, render);
    let page = page.cut(types_of(view, app).into_iter(), |(place, _)| place.clone())?;
    let page = page.map(|(_, row)| view.resource_type_view(&row, &mut expand));
    Ok(Reply(ListedWith::of(page, expand.finish())))
}

/// `GET …/resource_types/{id}`.
pub async fn get(
    sim: Sim<Domain>,
    caller: Caller,
    PathIds((app, id)): NamedType,
) -> Result<Reply<ResourceTypeGetResponse>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let render = |object: &Object| view.object(object);
    let mut expand = Expander::everything(render);
    let row = view.domain.resource_types.get(&id).filter(|row| row.app == app).ok_or(ApiError::NotFound)?;
    let app_resource_type_view = Some(view.resource_type_view(row, &mut expand));
    Ok(Reply(ResourceTypeGetResponse { app_resource_type_view, expanded: expand.finish() }))
}

fn made(world: &Arc<World>, id: Id<ResourceType>) -> Result<Reply<ResourceTypeResponse>, ApiError> {
    let domain: &Domain = world.estate();
    let row = domain.resource_types.get(&id).ok_or(ApiError::NotFound)?;
    Ok(Reply(ResourceTypeResponse { app_resource_type: Some(resource_type(row)), expanded: Vec::new() }))
}

/// `POST …/resource_types`.
pub async fn post(
    sim: Sim<Domain>,
    PathId(app): PathId<App>,
    asked: Asked,
    Body(new): Body<CreateResourceTypeRequest>,
) -> Result<Reply<ResourceTypeResponse>, ApiError> {
    asked.required("displayName", &new.display_name)?;
    let command = CreateResourceType { app, name: new.display_name, kind: new.resource_type.into() };
    let done = sim.apply(command).await?;
    made(&done.after, done.output)
}

/// `POST …/resource_types/{id}`.
pub async fn update(
    sim: Sim<Domain>,
    PathIds((app, id)): NamedType,
    Body(body): Body<UpdateResourceTypeRequest>,
) -> Result<Reply<ResourceTypeResponse>, ApiError> {
    let (new, mask) = (body.app_resource_type.unwrap_or_default(), body.update_mask.unwrap_or_default());
    let edit = move |row: &ResourceType| updated_type(row, &new, &mask);
    let done = sim.apply(Edit { app, id, edit }).await?;
    made(&done.after, id)
}

/// `DELETE …/resource_types/{id}`.
pub async fn delete(sim: Sim<Domain>, PathIds((app, id)): NamedType) -> Result<Done, ApiError> {
    sim.apply(DeleteResourceType { app, id }).await?;
    Ok(Done)
}

/// `GET …/resources`.
pub async fn resources(
    sim: Sim<Domain>,
    caller: Caller,
    PathIds((app, kind)): NamedType,
    page: Paging,
) -> Result<Reply<ListedWith<AppResourceView>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let render = |object: &Object| view.object(object);
    let mut expand = Expander::new(None, render);
    let page = page.cut(of_type(view, app, kind).into_iter(), |(place, _)| place.clone())?;
    let page = page.map(|(_, row)| view.resource_view(&row, &mut expand));
    Ok(Reply(ListedWith::of(page, expand.finish())))
}

/// One resource, deleted or not. Without a mask everything is expanded, as a `GET` does [assumed].
fn answer(
    world: &Arc<World>,
    caller: &Caller,
    at: (Id<App>, Id<ResourceType>, Id<Resource>),
    mask: Option<Option<&ExpandMask>>,
) -> Result<Reply<ResourceViewResponse>, ApiError> {
    let view = View::of(world, caller);
    let render = |object: &Object| view.object(object);
    let mut expand = mask.map_or_else(|| Expander::everything(render), |mask| Expander::new(mask, render));
    let (app, kind, id) = at;
    let row = view.domain.resources.get(&id).filter(|row| row.app == app && row.resource_type == kind);
    let app_resource_view = Some(view.resource_view(row.ok_or(ApiError::NotFound)?, &mut expand));
    Ok(Reply(ResourceViewResponse { app_resource_view, expanded: expand.finish() }))
}

/// `GET …/resources/{id}`.
pub async fn get_resource(
    sim: Sim<Domain>,
    caller: Caller,
    PathIds(at): Named,
) -> Result<Reply<ResourceViewResponse>, ApiError> {
    answer(sim.world(), &caller, at, None)
}

/// `POST …/resources`.
pub async fn post_resource(
    sim: Sim<Domain>,
    caller: Caller,
    PathIds((app, kind)): NamedType,
    asked: Asked,
    Body(new): Body<CreateResourceRequest>,
) -> Result<Reply<ResourceResponse>, ApiError> {
    let done = sim.apply(create(&asked, app, kind, new)?).await?;
    let view = View::of(&done.after, &caller);
    let row = view.domain.resources.get(&done.output).ok_or(ApiError::NotFound)?;
    Ok(Reply(ResourceResponse { app_resource: Some(view.resource(row)) }))
}

/// `POST …/resources/{id}`.
pub async fn update_resource(
    sim: Sim<Domain>,
    caller: Caller,
    PathIds((app, kind, id)): Named,
    Body(body): Body<UpdateResourceRequest>,
) -> Result<Reply<ResourceViewResponse>, ApiError> {
    let (new, mask) = (body.app_resource.unwrap_or_default(), body.update_mask.unwrap_or_default());
    let edit = move |_: &Domain, row: &Resource| updated(row, &new, &mask);
    let done = sim.apply(Edit { app, id: (kind, id), edit }).await?;
    answer(&done.after, &caller, (app, kind, id), Some(body.expand_mask.as_ref()))
}

/// `DELETE …/resources/{id}`.
pub async fn delete_resource(sim: Sim<Domain>, PathIds((app, kind, id)): Named) -> Result<Done, ApiError> {
    sim.apply(DeleteResource { app, kind, id }).await?;
    Ok(Done)
}
