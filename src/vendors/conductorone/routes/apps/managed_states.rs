//! `/api/v1/apps/{app_id}/resource_types/{resource_type_id}/managed_state_bindings…`: applications that a connector has
//! discovered, and whether they are governed.

use http::Method;

use crate::company::App;
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::managed::{ManagedStateBindingView, ManagedStateResponse, PromoteRequest};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::expand::ExpandMask;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::lifecycle::{Discovery, Promote};
use crate::vendors::conductorone::model::{Domain, Resource, ResourceType};
use crate::vendors::conductorone::routes::PAGE;
use crate::vendors::conductorone::wire::{Asked, Body, ListedWith, Paging, PathIds, Reply};

const ALL: &str = "/api/v1/apps/{app_id}/resource_types/{resource_type_id}/managed_state_bindings";
const ONE: &str = "/api/v1/apps/{app_id}/resource_types/{resource_type_id}/managed_state_bindings/{resource_id}";
const PROMOTE: &str =
    "/api/v1/apps/{app_id}/resource_types/{resource_type_id}/managed_state_bindings/{resource_id}/promote";

/// The endpoints.
pub fn rows() -> Contents<Right> {
    vec![
        Endpoint::new(Method::GET, ALL, "c1.api.app.v1.AppManagedStateService.List", Right::Any, list)
            .doing("List the applications that a connector has discovered")
            .query(&PAGE)
            .answers::<ListedWith<ManagedStateBindingView>>(200),
        Endpoint::new(Method::GET, ONE, "c1.api.app.v1.AppManagedStateService.Get", Right::Any, get)
            .doing("Whether a discovered application is governed")
            .answers::<ManagedStateResponse>(200),
        Endpoint::new(Method::POST, PROMOTE, "c1.api.app.v1.AppManagedStateService.Promote", Right::Own, promote)
            .doing("Take a discovered application under governance")
            .reads::<PromoteRequest>()
            .answers::<ManagedStateResponse>(200),
    ]
}

type Named = PathIds<(Id<App>, Id<ResourceType>, Id<Resource>)>;

async fn list(
    caller: Caller,
    sim: Sim<Domain>,
    PathIds((app, kind)): PathIds<(Id<App>, Id<ResourceType>)>,
    page: Paging,
) -> Result<Reply<ListedWith<ManagedStateBindingView>>, ApiError> {
    let (view, at) = (View::of(sim.world(), &caller), Discovery { app, kind });
    let mut expand = view.expand(None);
    let found = at.found(view.domain, view.company);
    let page = page.cut(found.into_iter(), |app| (app.name.clone(), app.id))?;
    let page = page.map(|app| view.managed_state(at, &app, &mut expand));
    Ok(Reply(ListedWith::of(page, expand.finish())))
}

fn answer(
    view: View<'_>,
    at: Discovery,
    resource: Id<Resource>,
    mask: Option<&ExpandMask>,
) -> Result<Reply<ManagedStateResponse>, ApiError> {
    let app = at.of(view.domain, view.company, resource)?;
    let mut expand = view.expand(mask);
    let app_management_state = Some(view.managed_state(at, &app, &mut expand));
    Ok(Reply(ManagedStateResponse { app_management_state, expanded: expand.finish() }))
}

async fn get(
    caller: Caller,
    sim: Sim<Domain>,
    PathIds((app, kind, resource)): Named,
) -> Result<Reply<ManagedStateResponse>, ApiError> {
    answer(View::of(sim.world(), &caller), Discovery { app, kind }, resource, None)
}

async fn promote(
    caller: Caller,
    sim: Sim<Domain>,
    PathIds((app, kind, resource)): Named,
    asked: Asked,
    Body(sent): Body<PromoteRequest>,
) -> Result<Reply<ManagedStateResponse>, ApiError> {
    let at = Discovery { app, kind };
    let owners = sent.owners(&asked)?;
    let done = sim.apply(Promote { at, resource, owners }).await?;
    answer(View::of(&done.after, &caller), at, resource, sent.expand_mask.as_ref())
}
