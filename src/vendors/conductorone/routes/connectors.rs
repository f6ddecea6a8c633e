//! `/api/v1/apps/{app_id}/connectors`, and the forms by which connectors are set up.

use http::Method;

use super::PAGE;
use crate::company::App;
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::{
    ConnectorAnswer, ConnectorCreateIn, ConnectorSchemaAnswer, ConnectorSchemaIn, ConnectorUpdateIn, ConnectorView,
    connector_form, masked,
};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::expand::ExpandMask;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::lifecycle::{
    CreateConnector, DeleteConnector, Noun, Refusal, UpdateConnector, connector_of_app,
};
use crate::vendors::conductorone::model::{Connector, ConnectorKey, Domain};
use crate::vendors::conductorone::wire::{Asked, Body, Done, Empty, ListedWith, Paging, PathId, PathIds, Reply};

const CONNECTORS: &str = "/api/v1/apps/{app_id}/connectors";
const CONNECTOR: &str = "/api/v1/apps/{app_id}/connectors/{id}";

/// The endpoints.
pub fn rows() -> Contents<Right> {
    vec![
        Endpoint::new(Method::GET, CONNECTORS, "c1.api.app.v1.ConnectorService.List", Right::Any, list)
            .doing("List the connectors of an application")
            .query(&PAGE)
            .answers::<ListedWith<ConnectorView>>(200),
        Endpoint::new(
            Method::POST,
            CONNECTORS,
            "c1.api.app.v1.ConnectorService.CreateDelegated",
            Right::Connector,
            create,
        )
        .doing("Give an application a connector that others set up")
        .reads::<ConnectorCreateIn>()
        .answers::<ConnectorAnswer>(200),
        Endpoint::new(Method::GET, CONNECTOR, "c1.api.app.v1.ConnectorService.Get", Right::Any, get)
            .doing("Get a connector")
            .answers::<ConnectorAnswer>(200),
        Endpoint::new(Method::POST, CONNECTOR, "c1.api.app.v1.ConnectorService.Update", Right::Connector, update)
            .doing("Change a connector")
            .reads::<ConnectorUpdateIn>()
            .answers::<ConnectorAnswer>(200),
        Endpoint::new(Method::DELETE, CONNECTOR, "c1.api.app.v1.ConnectorService.Delete", Right::Connector, delete)
            .doing("Delete a connector")
            .reads_as::<Empty>("c1.api.app.v1.ConnectorServiceDeleteRequest")
            .answers::<Empty>(200),
        Endpoint::new(
            Method::POST,
            "/api/v1/connectorcatalog",
            "c1.api.integration.connector.v1.ConnectorCatalogService.ConfigurationSchema",
            Right::Any,
            schema,
        )
        .doing("The form by which a connector is set up")
        .reads::<ConnectorSchemaIn>()
        .answers::<ConnectorSchemaAnswer>(200),
    ]
}

async fn list(
    caller: Caller,
    sim: Sim<Domain>,
    PathId(app): PathId<App>,
    page: Paging,
) -> Result<Reply<ListedWith<ConnectorView>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let mut expand = view.expand(None);
    let rows = view.domain.connectors.with(ConnectorKey::App(app)).filter(|row| row.deleted.is_none());
    let page = page.cut(rows, |row| row.id)?.map(|row| view.connector_view(row, &mut expand));
    Ok(Reply(ListedWith::of(page, expand.finish())))
}

fn answer(
    view: View<'_>,
    app: Id<App>,
    id: Id<Connector>,
    mask: Option<&ExpandMask>,
) -> Result<Reply<ConnectorAnswer>, ApiError> {
    let row = view.domain.connectors.get(&id).filter(|row| row.app == app);
    let row = row.ok_or(Refusal::NoSuch(Noun::Connector))?;
    let mut expand = view.expand(mask);
    let shown = view.connector_view(row, &mut expand);
    Ok(Reply(ConnectorAnswer { connector_view: Some(shown), expanded: expand.finish() }))
}

async fn get(
    caller: Caller,
    sim: Sim<Domain>,
    PathIds((app, id)): PathIds<(Id<App>, Id<Connector>)>,
) -> Result<Reply<ConnectorAnswer>, ApiError> {
    answer(View::of(sim.world(), &caller), app, id, Some(&ExpandMask::everything()))
}

async fn create(
    caller: Caller,
    sim: Sim<Domain>,
    PathId(app): PathId<App>,
    Body(sent): Body<ConnectorCreateIn>,
) -> Result<Reply<ConnectorAnswer>, ApiError> {
    let settings = sent.settings()?;
    let done = sim.apply(CreateConnector { app, catalog: sent.catalog_id, settings }).await?;
    answer(View::of(&done.after, &caller), app, done.output, sent.expand_mask.as_ref())
}

async fn update(
    caller: Caller,
    sim: Sim<Domain>,
    PathIds((app, id)): PathIds<(Id<App>, Id<Connector>)>,
    Body(sent): Body<ConnectorUpdateIn>,
) -> Result<Reply<ConnectorAnswer>, ApiError> {
    let done = sim.apply(UpdateConnector { app, id, change: masked(sent.update_mask, sent.connector) }).await?;
    answer(View::of(&done.after, &caller), app, id, sent.expand_mask.as_ref())
}

async fn delete(
    sim: Sim<Domain>,
    PathIds((app, id)): PathIds<(Id<App>, Id<Connector>)>,
    _: Body<Empty>,
) -> Result<Done, ApiError> {
    sim.apply(DeleteConnector { app, id }).await?;
    Ok(Done)
}

async fn schema(
    sim: Sim<Domain>,
    asked: Asked,
    Body(sent): Body<ConnectorSchemaIn>,
) -> Result<Reply<ConnectorSchemaAnswer>, ApiError> {
    let app: Option<Id<App>> = asked.optional_id("appId", &sent.app_id)?;
    let connector: Option<Id<Connector>> = asked.optional_id("connectorId", &sent.connector_id)?;
    let connector = match (app, connector) {
        (Some(app), Some(connector)) => Some(connector_of_app(sim.estate(), app, connector)?),
        _ => None,
    };
    let name = connector.map_or_else(|| sent.catalog_id.clone(), |connector| connector.settings.display_name);
    Ok(Reply(connector_form(&name)))
}
