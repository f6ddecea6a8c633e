//! `/api/v1/apps…`: applications (contract, 10.1), and what lies in them.

mod app_users;
mod entitlements;
mod grants;
mod managed_states;
mod owners;
mod proxies;
mod resource_owners;
mod resource_types;
mod usage_controls;

pub use entitlements::list_of_account;

use std::sync::Arc;

use http::Method;

use crate::company::App as CompanyApp;
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::apps::{App, AppResponse, CreateAppRequest, UpdateAppRequest, create, updated};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::lifecycle::{DeleteApp, EditApp};
use crate::vendors::conductorone::model::Domain;
use crate::vendors::conductorone::query::apps::all;
use crate::vendors::conductorone::routes::PAGE;
use crate::vendors::conductorone::wire::{Asked, Body, Done, Empty, Listed, Paging, PathId, Reply};
use crate::world::World;

/// The endpoints.
pub fn rows() -> Contents<Right> {
    let apps = vec![
        Endpoint::new(Method::GET, "/api/v1/apps", "c1.api.app.v1.Apps.List", Right::Any, list)
            .doing("List applications")
            .query(&PAGE)
            .answers::<Listed<App>>(200),
        Endpoint::new(Method::POST, "/api/v1/apps", "c1.api.app.v1.Apps.Create", Right::Admin, post)
            .doing("Make an application that is managed by hand")
            .reads::<CreateAppRequest>()
            .answers::<AppResponse>(200),
        Endpoint::new(Method::GET, "/api/v1/apps/{id}", "c1.api.app.v1.Apps.Get", Right::Any, get)
            .doing("Read an application")
            .answers::<AppResponse>(200),
        Endpoint::new(Method::POST, "/api/v1/apps/{id}", "c1.api.app.v1.Apps.Update", Right::Own, update)
            .doing("Change an application")
            .reads::<UpdateAppRequest>()
            .answers::<AppResponse>(200),
        Endpoint::new(Method::DELETE, "/api/v1/apps/{id}", "c1.api.app.v1.Apps.Delete", Right::Own, delete)
            .doing("Delete an application; it can still be read")
            .reads_as::<Empty>("c1.api.app.v1.DeleteAppRequest")
            .answers::<Empty>(200),
    ];
    let rest = [
        owners::rows(),
        app_users::rows(),
        entitlements::rows(),
        grants::rows(),
        resource_types::rows(),
        resource_owners::rows(),
        usage_controls::rows(),
        managed_states::rows(),
        proxies::rows(),
    ];
    apps.into_iter().chain(rest.into_iter().flatten()).collect()
}

fn answer(world: &Arc<World>, caller: &Caller, app: Id<CompanyApp>) -> Result<Reply<AppResponse>, ApiError> {
    let app = View::of(world, caller).app(app).ok_or(ApiError::NotFound)?;
    Ok(Reply(AppResponse { app: Some(app) }))
}

/// `GET /api/v1/apps`.
pub async fn list(sim: Sim<Domain>, caller: Caller, page: Paging) -> Result<Reply<Listed<App>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let page = page.cut(all(view).into_iter(), |(place, _)| place.clone())?;
    Ok(Reply(page.filter_map(|(_, row)| view.app(row.app)).into()))
}

/// `POST /api/v1/apps`.
pub async fn post(
    sim: Sim<Domain>,
    caller: Caller,
    asked: Asked,
    Body(new): Body<CreateAppRequest>,
) -> Result<Reply<AppResponse>, ApiError> {
    let done = sim.apply(create(&asked, &caller, new)?).await?;
    answer(&done.after, &caller, done.output)
}

/// `GET /api/v1/apps/{id}`.
pub async fn get(
    sim: Sim<Domain>,
    caller: Caller,
    PathId(app): PathId<CompanyApp>,
) -> Result<Reply<AppResponse>, ApiError> {
    answer(sim.world(), &caller, app)
}

/// `POST /api/v1/apps/{id}`.
pub async fn update(
    sim: Sim<Domain>,
    caller: Caller,
    PathId(app): PathId<CompanyApp>,
    Body(body): Body<UpdateAppRequest>,
) -> Result<Reply<AppResponse>, ApiError> {
    let (new, mask) = (body.app.unwrap_or_default(), body.update_mask.unwrap_or_default());
    let edit = move |domain: &Domain, company: &_, row: &_| updated(company, domain, row, &new, &mask);
    let done = sim.apply(EditApp { app, edit }).await?;
    answer(&done.after, &caller, app)
}

/// `DELETE /api/v1/apps/{id}`.
pub async fn delete(sim: Sim<Domain>, PathId(app): PathId<CompanyApp>) -> Result<Done, ApiError> {
    sim.apply(DeleteApp { app }).await?;
    Ok(Done)
}
