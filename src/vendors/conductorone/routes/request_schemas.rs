//! `/api/v1/request_schemas`, and which entitlements they are bound to.

use http::Method;

use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::apps::AppEntitlementRef;
use crate::vendors::conductorone::dto::{
    EntitlementBinding, EntitlementBindingFindIn, EntitlementBindingUnbindIn, RequestSchemaAnswer,
    RequestSchemaCreateIn, RequestSchemaUpdateIn, entitlement_ref, masked,
};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::lifecycle::{BindSchema, Create, Delete, Noun, Refusal, UnbindSchema, Update};
use crate::vendors::conductorone::model::{Domain, RequestSchema};
use crate::vendors::conductorone::wire::{Asked, Body, Done, Empty, PathId, Reply, id};

const SCHEMAS: &str = "/api/v1/request_schemas";
const SCHEMA: &str = "/api/v1/request_schemas/{request_schema_id}";
const BINDING: &str = "/api/v1/request_schema_entitlement_binding";

/// The endpoints.
pub fn rows() -> Contents<Right> {
    vec![
        Endpoint::new(
            Method::POST,
            SCHEMAS,
            "c1.api.request_schema.v1.RequestSchemaService.Create",
            Right::Admin,
            create,
        )
        .doing("Create a request schema")
        .reads::<RequestSchemaCreateIn>()
        .answers::<RequestSchemaAnswer>(200),
        Endpoint::new(Method::GET, SCHEMA, "c1.api.request_schema.v1.RequestSchemaService.Get", Right::Any, get)
            .doing("Get a request schema")
            .answers::<RequestSchemaAnswer>(200),
        Endpoint::new(
            Method::POST,
            SCHEMA,
            "c1.api.request_schema.v1.RequestSchemaService.Update",
            Right::Admin,
            update,
        )
        .doing("Change a request schema")
        .reads::<RequestSchemaUpdateIn>()
        .answers::<RequestSchemaAnswer>(200),
        Endpoint::new(
            Method::DELETE,
            SCHEMA,
            "c1.api.request_schema.v1.RequestSchemaService.Delete",
            Right::Admin,
            delete,
        )
        .doing("Delete a request schema")
        .reads_as::<Empty>("c1.api.request_schema.v1.RequestSchemaServiceDeleteRequest")
        .answers::<Empty>(200),
        Endpoint::new(
            Method::POST,
            BINDING,
            "c1.api.request_schema.v1.RequestSchemaService.CreateEntitlementBinding",
            Right::Admin,
            bind,
        )
        .doing("Let requests for an entitlement fill in a form")
        .reads::<EntitlementBinding>()
        .answers::<EntitlementBinding>(200),
        Endpoint::new(
            Method::PUT,
            BINDING,
            "c1.api.request_schema.v1.RequestSchemaService.FindBindingForAppEntitlement",
            Right::Any,
            find,
        )
        .doing("Find the form of an entitlement")
        .reads::<EntitlementBindingFindIn>()
        .answers::<EntitlementBinding>(200),
        Endpoint::new(
            Method::DELETE,
            BINDING,
            "c1.api.request_schema.v1.RequestSchemaService.RemoveEntitlementBinding",
            Right::Admin,
            unbind,
        )
        .doing("Let requests for an entitlement fill in no form any more")
        .reads::<EntitlementBindingUnbindIn>()
        .answers::<Empty>(200),
    ]
}

async fn create(
    caller: Caller,
    sim: Sim<Domain>,
    Body(sent): Body<RequestSchemaCreateIn>,
) -> Result<Reply<RequestSchemaAnswer>, ApiError> {
    let done = sim.apply(Create::<RequestSchema> { by: caller.user, settings: sent.into() }).await?;
    Ok(answer(View::of(&done.after, &caller), done.output))
}

async fn get(
    caller: Caller,
    sim: Sim<Domain>,
    PathId(id): PathId<RequestSchema>,
) -> Result<Reply<RequestSchemaAnswer>, ApiError> {
    let view = View::of(sim.world(), &caller);
    view.domain.request_schemas.get(&id).ok_or(Refusal::NoSuch(Noun::RequestSchema))?;
    Ok(answer(view, id))
}

async fn update(
    caller: Caller,
    sim: Sim<Domain>,
    PathId(id): PathId<RequestSchema>,
    Body(sent): Body<RequestSchemaUpdateIn>,
) -> Result<Reply<RequestSchemaAnswer>, ApiError> {
    let done = sim.apply(Update { id, change: masked(sent.update_mask, sent.request_schema) }).await?;
    Ok(answer(View::of(&done.after, &caller), id))
}

fn answer(view: View<'_>, id: Id<RequestSchema>) -> Reply<RequestSchemaAnswer> {
    let row = view.domain.request_schemas.get(&id);
    Reply(RequestSchemaAnswer { request_schema: row.map(|row| view.request_schema(row)) })
}

async fn delete(sim: Sim<Domain>, PathId(id): PathId<RequestSchema>, _: Body<Empty>) -> Result<Done, ApiError> {
    sim.apply(Delete { id }).await?;
    Ok(Done)
}

async fn bind(
    sim: Sim<Domain>,
    asked: Asked,
    Body(sent): Body<EntitlementBinding>,
) -> Result<Reply<EntitlementBinding>, ApiError> {
    let schema = asked.id("requestSchemaId", &sent.request_schema_id)?;
    let entitlement = entitlement_ref(&asked, "entitlementRef", sent.entitlement_ref.as_ref())?;
    sim.apply(BindSchema { schema, entitlement }).await?;
    Ok(Reply(sent))
}

async fn find(
    sim: Sim<Domain>,
    asked: Asked,
    Body(sent): Body<EntitlementBindingFindIn>,
) -> Result<Reply<EntitlementBinding>, ApiError> {
    let entitlement = entitlement_ref(&asked, "entitlementRef", sent.entitlement_ref.as_ref())?;
    let row = sim.estate().entitlement(entitlement).ok_or(Refusal::NoSuch(Noun::Entitlement))?;
    let schema = row.request_schema.ok_or(Refusal::NoSuch(Noun::SchemaBinding))?;
    Ok(Reply(EntitlementBinding {
        request_schema_id: id::text(schema),
        entitlement_ref: Some(AppEntitlementRef::from(entitlement)),
    }))
}

async fn unbind(
    sim: Sim<Domain>,
    asked: Asked,
    Body(sent): Body<EntitlementBindingUnbindIn>,
) -> Result<Done, ApiError> {
    let schema = asked.id("requestSchemaId", &sent.request_schema_id)?;
    let entitlement = entitlement_ref(&asked, "entitlementRef", sent.entitlement_ref.as_ref())?;
    sim.apply(UnbindSchema { schema, entitlement }).await?;
    Ok(Done)
}
