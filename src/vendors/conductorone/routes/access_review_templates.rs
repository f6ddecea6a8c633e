//! `/api/v1/access_review_template` (contract, 12.1).

use http::Method;

use super::access_reviews::{named, selections};
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::reviews::{
    AccessReviewScopeV2, AccessReviewTemplate, AccessReviewTemplateServiceCreateRequest,
    AccessReviewTemplateServiceGetResponse, AccessReviewTemplateServiceUpdateRequest,
    AccessReviewTemplateSetScopeByResourceTypeRequest, AccessReviewTemplateSetupEntitlementServiceSetRequest,
    AccessReviewTemplateSetupEntitlementServiceSetResponse,
};
use crate::vendors::conductorone::dto::{View, masked};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::expand::ExpandMask;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::lifecycle::reviews::{CreateTemplate, SetScope};
use crate::vendors::conductorone::lifecycle::{Delete, Noun, Refusal, Update};
use crate::vendors::conductorone::model::{Domain, ReviewTemplate, TemplateSettings};
use crate::vendors::conductorone::wire::{Asked, Body, Done, Empty, Mask, PathId, Reply};

const TEMPLATES: &str = "/api/v1/access_review_template";
const TEMPLATE: &str = "/api/v1/access_review_template/{id}";
const SCOPE: &str = "/api/v1/access_review_template/{access_review_template_id}/scope_and_entitlements";

macro_rules! operation {
    ($method:literal) => {
        concat!("c1.api.accessreview.v1.", $method)
    };
}

/// The endpoints.
pub fn rows() -> Contents<Right> {
    vec![
        Endpoint::new(
            Method::POST,
            TEMPLATES,
            operation!("AccessReviewTemplateService.Create"),
            Right::Campaign,
            create,
        )
        .doing("Create an access review template")
        .reads::<AccessReviewTemplateServiceCreateRequest>()
        .answers::<AccessReviewTemplateServiceGetResponse>(200),
        Endpoint::new(Method::GET, TEMPLATE, operation!("AccessReviewTemplateService.Get"), Right::Any, get)
            .doing("Get an access review template")
            .answers::<AccessReviewTemplateServiceGetResponse>(200),
        Endpoint::new(
            Method::POST,
            TEMPLATE,
            operation!("AccessReviewTemplateService.Update"),
            Right::Campaign,
            update,
        )
        .doing("Change an access review template")
        .reads::<AccessReviewTemplateServiceUpdateRequest>()
        .answers::<AccessReviewTemplateServiceGetResponse>(200),
        Endpoint::new(
            Method::DELETE,
            TEMPLATE,
            operation!("AccessReviewTemplateService.Delete"),
            Right::Campaign,
            delete,
        )
        .doing("Delete an access review template")
        .reads_as::<Empty>("c1.api.accessreview.v1.AccessReviewTemplateServiceDeleteRequest")
        .answers::<Empty>(200),
        Endpoint::new(
            Method::GET,
            SCOPE,
            operation!("AccessReviewTemplateSetupEntitlementService.GetScopeAndEntitlements"),
            Right::Any,
            get_scope,
        )
        .doing("What reviews made from a template are about")
        .answers::<AccessReviewTemplateSetupEntitlementServiceSetResponse>(200),
        Endpoint::new(
            Method::POST,
            SCOPE,
            operation!("AccessReviewTemplateSetupEntitlementService.SetScopeAndEntitlements"),
            Right::Campaign,
            set_scope,
        )
        .doing("Say what reviews made from a template are about")
        .reads::<AccessReviewTemplateSetupEntitlementServiceSetRequest>()
        .answers::<AccessReviewTemplateSetupEntitlementServiceSetResponse>(200),
        Endpoint::new(
            Method::POST,
            "/api/v1/access_review_template/{access_review_template_id}/scope_by_resource_type",
            operation!("AccessReviewTemplateSetupEntitlementService.SetScopeByResourceType"),
            Right::Campaign,
            set_scope_by_type,
        )
        .doing("Say what reviews made from a template are about, by kinds of resources")
        .reads::<AccessReviewTemplateSetScopeByResourceTypeRequest>()
        .answers::<Empty>(200),
    ]
}

fn answer(view: View<'_>, id: Id<ReviewTemplate>) -> Result<Reply<AccessReviewTemplateServiceGetResponse>, ApiError> {
    let row = view.domain.review_templates.get(&id).ok_or(Refusal::NoSuch(Noun::ReviewTemplate))?;
    let access_review_template = Some(view.review_template(row));
    Ok(Reply(AccessReviewTemplateServiceGetResponse { access_review_template }))
}

async fn get(
    caller: Caller,
    sim: Sim<Domain>,
    PathId(id): PathId<ReviewTemplate>,
) -> Result<Reply<AccessReviewTemplateServiceGetResponse>, ApiError> {
    answer(View::of(sim.world(), &caller), id)
}

async fn create(
    caller: Caller,
    sim: Sim<Domain>,
    asked: Asked,
    Body(sent): Body<AccessReviewTemplateServiceCreateRequest>,
) -> Result<Reply<AccessReviewTemplateServiceGetResponse>, ApiError> {
    let owners = asked.ids("ownerIds", &sent.owner_ids)?;
    let done = sim.apply(CreateTemplate { by: caller.user, settings: sent.said()?, owners }).await?;
    answer(View::of(&done.after, &caller), done.output)
}

async fn update(
    caller: Caller,
    sim: Sim<Domain>,
    PathId(id): PathId<ReviewTemplate>,
    Body(sent): Body<AccessReviewTemplateServiceUpdateRequest>,
) -> Result<Reply<AccessReviewTemplateServiceGetResponse>, ApiError> {
    let done = sim.apply(Update { id, change: masked(sent.update_mask, sent.access_review_template) }).await?;
    answer(View::of(&done.after, &caller), id)
}

async fn delete(sim: Sim<Domain>, PathId(id): PathId<ReviewTemplate>, _: Body<Empty>) -> Result<Done, ApiError> {
    sim.apply(Delete { id }).await?;
    Ok(Done)
}

fn scope(
    view: View<'_>,
    id: Id<ReviewTemplate>,
    mask: Option<&ExpandMask>,
) -> Result<Reply<AccessReviewTemplateSetupEntitlementServiceSetResponse>, ApiError> {
    let template = view.domain.review_templates.get(&id).ok_or(Refusal::NoSuch(Noun::ReviewTemplate))?;
    let mut expand = view.expand(mask);
    let scoped = template.scope.entitlements.values();
    let list = scoped.map(|scoped| view.template_entitlement(template, scoped, &mut expand)).collect();
    let scope = view.review_template(template).scope;
    Ok(Reply(AccessReviewTemplateSetupEntitlementServiceSetResponse { list, expanded: expand.finish(), scope }))
}

async fn get_scope(
    caller: Caller,
    sim: Sim<Domain>,
    PathId(id): PathId<ReviewTemplate>,
) -> Result<Reply<AccessReviewTemplateSetupEntitlementServiceSetResponse>, ApiError> {
    scope(View::of(sim.world(), &caller), id, Some(&ExpandMask::everything()))
}

async fn set_scope(
    caller: Caller,
    sim: Sim<Domain>,
    asked: Asked,
    PathId(id): PathId<ReviewTemplate>,
    Body(sent): Body<AccessReviewTemplateSetupEntitlementServiceSetRequest>,
) -> Result<Reply<AccessReviewTemplateSetupEntitlementServiceSetResponse>, ApiError> {
    let entitlements = Some(named(&asked, &sent.entitlements)?);
    let command = SetScope::<ReviewTemplate, _> { id, entitlements, resource_types: None, said: said(sent.scope) };
    let done = sim.apply(command).await?;
    scope(View::of(&done.after, &caller), id, sent.expand_mask.as_ref())
}

async fn set_scope_by_type(
    sim: Sim<Domain>,
    asked: Asked,
    PathId(id): PathId<ReviewTemplate>,
    Body(sent): Body<AccessReviewTemplateSetScopeByResourceTypeRequest>,
) -> Result<Done, ApiError> {
    let resource_types = Some(selections(&asked, &sent.resource_type_selections)?);
    sim.apply(SetScope::<ReviewTemplate, _> { id, entitlements: None, resource_types, said: said(sent.scope) }).await?;
    Ok(Done)
}

/// What a new scope says about the template as a whole; nothing when there is none.
fn said(scope: Option<AccessReviewScopeV2>) -> impl FnOnce(&TemplateSettings) -> Result<TemplateSettings, Refusal> {
    masked(Mask::default(), Some(AccessReviewTemplate { scope, ..AccessReviewTemplate::default() }))
}
