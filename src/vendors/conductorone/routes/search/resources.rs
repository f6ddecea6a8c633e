//! `/api/v1/search/app_resources`, `…/app_resource_types` and `…/user-ownership`.

use http::Method;

use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::resources::{
    AppResourceType, AppResourceView, SearchOwnershipRequest, SearchResourceTypesRequest, SearchResourcesRequest,
    UserOwnershipEntry, resource_type,
};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::model::Domain;
use crate::vendors::conductorone::query::resources::{found, found_types, owned_by};
use crate::vendors::conductorone::wire::{Asked, Listed, ListedWith, Reply, Search};

/// The endpoints.
pub fn rows() -> Contents<Right> {
    const TYPES: &str = "c1.api.app.v1.AppResourceSearch.SearchAppResourceTypes";
    const RESOURCES: &str = "c1.api.app.v1.AppResourceSearch.SearchAppResources";
    const OWNERSHIP: &str = "c1.api.app.v1.AppSearch.SearchUserOwnership";
    vec![
        Endpoint::new(Method::POST, "/api/v1/search/app_resource_types", TYPES, Right::Any, types)
            .doing("Find resource types")
            .reads::<SearchResourceTypesRequest>()
            .answers::<Listed<AppResourceType>>(200),
        Endpoint::new(Method::POST, "/api/v1/search/app_resources", RESOURCES, Right::Any, resources)
            .doing("Find resources")
            .reads::<SearchResourcesRequest>()
            .answers::<ListedWith<AppResourceView>>(200),
        Endpoint::new(Method::POST, "/api/v1/search/user-ownership", OWNERSHIP, Right::Any, ownership)
            .doing("Find what a user answers for")
            .reads::<SearchOwnershipRequest>()
            .answers::<Listed<UserOwnershipEntry>>(200),
    ]
}

/// `POST /api/v1/search/app_resource_types`.
pub async fn types(
    sim: Sim<Domain>,
    caller: Caller,
    asked: Asked,
    search: Search<SearchResourceTypesRequest>,
) -> Result<Reply<Listed<AppResourceType>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let rows = found_types(view, &asked, &search.message)?;
    let page = search.page.cut(rows.into_iter(), |(place, _)| place.clone())?;
    Ok(Reply(page.map(|(_, row)| resource_type(&row)).into()))
}

/// `POST /api/v1/search/app_resources`.
pub async fn resources(
    sim: Sim<Domain>,
    caller: Caller,
    asked: Asked,
    search: Search<SearchResourcesRequest>,
) -> Result<Reply<ListedWith<AppResourceView>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let mut expand = view.expand(None);
    let rows = found(view, &asked, &search.message)?;
    let page = search.page.cut(rows.into_iter(), |(place, _)| place.clone())?;
    let page = page.map(|(_, row)| view.resource_view(&row, &mut expand));
    Ok(Reply(ListedWith::of(page, expand.finish())))
}

/// `POST /api/v1/search/user-ownership`.
pub async fn ownership(
    sim: Sim<Domain>,
    caller: Caller,
    asked: Asked,
    search: Search<SearchOwnershipRequest>,
) -> Result<Reply<Listed<UserOwnershipEntry>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let rows = owned_by(view, &asked, &search.message)?;
    let page = search.page.cut(rows.into_iter(), |(place, _)| place.clone())?;
    Ok(Reply(page.map(|(_, entry)| entry).into()))
}
