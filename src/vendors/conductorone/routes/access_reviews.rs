//! `/api/v1/access_review` and `/api/v1/access_reviews` (contract, 12.1).

use std::collections::BTreeSet;

use http::Method;

use super::PAGE;
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::reviews::{
    self, AccessReviewActionsServiceGenerateReportRequest, AccessReviewReport, AccessReviewScopeV2,
    AccessReviewServiceCreateRequest, AccessReviewServiceGetResponse, AccessReviewServiceUpdateRequest,
    AccessReviewSetScopeByResourceTypeRequest, AccessReviewSetupEntitlementAndScopeServiceSetRequest,
    AccessReviewSetupEntitlementAndScopeServiceSetResponse, AccessReviewSetupEntitlementInput, AccessReviewView,
    ResourceTypeIdRef,
};
use crate::vendors::conductorone::dto::{View, masked};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::expand::ExpandMask;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::lifecycle::reviews::{
    CreateReview, DeleteReview, SetScope, UpdateReview, WriteReport,
};
use crate::vendors::conductorone::lifecycle::{Noun, Refusal};
use crate::vendors::conductorone::model::{
    AccessReview, Domain, EntitlementRef, ReviewSettings, ReviewState, TypeInApp,
};
use crate::vendors::conductorone::wire::{Asked, Body, Done, Empty, Listed, ListedWith, Mask, Paging, PathId, Reply};

const REVIEWS: &str = "/api/v1/access_review";
const REVIEW: &str = "/api/v1/access_review/{id}";
const SCOPE: &str = "/api/v1/access_review/{access_review_id}/scope_and_entitlements";
const REPORT: &str = "/api/v1/access_review/{access_review_id}/report";

macro_rules! operation {
    ($method:literal) => {
        concat!("c1.api.accessreview.v1.", $method)
    };
}

/// The endpoints.
pub fn rows() -> Contents<Right> {
    vec![
        Endpoint::new(Method::GET, "/api/v1/access_reviews", operation!("AccessReviewService.List"), Right::Any, list)
            .doing("List access reviews")
            .query(&PAGE)
            .answers::<ListedWith<AccessReviewView>>(200),
        Endpoint::new(Method::POST, REVIEWS, operation!("AccessReviewService.Create"), Right::Campaign, create)
            .doing("Create an access review")
            .reads::<AccessReviewServiceCreateRequest>()
            .answers::<AccessReviewServiceGetResponse>(200),
        Endpoint::new(Method::GET, REVIEW, operation!("AccessReviewService.Get"), Right::Any, get)
            .doing("Get an access review")
            .answers::<AccessReviewServiceGetResponse>(200),
        Endpoint::new(Method::POST, REVIEW, operation!("AccessReviewService.Update"), Right::Campaign, update)
            .doing("Change an access review, or take it on")
            .reads::<AccessReviewServiceUpdateRequest>()
            .answers::<AccessReviewServiceGetResponse>(200),
        Endpoint::new(Method::DELETE, REVIEW, operation!("AccessReviewService.Delete"), Right::Campaign, delete)
            .doing("Delete an access review")
            .reads_as::<Empty>("c1.api.accessreview.v1.AccessReviewServiceDeleteRequest")
            .answers::<Empty>(200),
        Endpoint::new(Method::GET, REPORT, operation!("AccessReviewReportService.List"), Right::Any, reports)
            .doing("List the reports about an access review")
            .query(&PAGE)
            .answers::<Listed<AccessReviewReport>>(200),
        Endpoint::new(
            Method::POST,
            REPORT,
            operation!("AccessReviewActionsService.GenerateReport"),
            Right::Campaign,
            write_report,
        )
        .doing("Have a report written about an access review")
        .reads::<AccessReviewActionsServiceGenerateReportRequest>()
        .answers::<Empty>(200),
        Endpoint::new(
            Method::GET,
            SCOPE,
            operation!("AccessReviewSetupEntitlementService.GetCampaignScopeAndEntitlements"),
            Right::Any,
            get_scope,
        )
        .doing("What an access review is about")
        .answers::<AccessReviewSetupEntitlementAndScopeServiceSetResponse>(200),
        Endpoint::new(
            Method::POST,
            SCOPE,
            operation!("AccessReviewSetupEntitlementService.SetCampaignScopeAndEntitlements"),
            Right::Campaign,
            set_scope,
        )
        .doing("Say what an access review is about")
        .reads::<AccessReviewSetupEntitlementAndScopeServiceSetRequest>()
        .answers::<AccessReviewSetupEntitlementAndScopeServiceSetResponse>(200),
        Endpoint::new(
            Method::POST,
            "/api/v1/access_review/{access_review_id}/scope_by_resource_type",
            operation!("AccessReviewSetupEntitlementService.SetCampaignScopeByResourceType"),
            Right::Campaign,
            set_scope_by_type,
        )
        .doing("Say what an access review is about, by kinds of resources")
        .reads::<AccessReviewSetScopeByResourceTypeRequest>()
        .answers::<Empty>(200),
    ]
}

async fn list(caller: Caller, sim: Sim<Domain>, page: Paging) -> Result<Reply<ListedWith<AccessReviewView>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let mut expand = view.expand(None);
    let rows = view.domain.access_reviews.iter().filter(|row| row.state != ReviewState::Deleted);
    let page = page.cut(rows, |row| row.id)?.map(|row| view.access_review_view(row, &mut expand));
    Ok(Reply(ListedWith::of(page, expand.finish())))
}

fn answer(
    view: View<'_>,
    id: Id<AccessReview>,
    mask: Option<&ExpandMask>,
) -> Result<Reply<AccessReviewServiceGetResponse>, ApiError> {
    let row = view.domain.access_reviews.get(&id).ok_or(Refusal::NoSuch(Noun::AccessReview))?;
    let mut expand = view.expand(mask);
    let shown = view.access_review_view(row, &mut expand);
    Ok(Reply(AccessReviewServiceGetResponse { access_review: Some(shown), expanded: expand.finish() }))
}

async fn get(
    caller: Caller,
    sim: Sim<Domain>,
    PathId(id): PathId<AccessReview>,
) -> Result<Reply<AccessReviewServiceGetResponse>, ApiError> {
    answer(View::of(sim.world(), &caller), id, Some(&ExpandMask::everything()))
}

async fn create(
    caller: Caller,
    sim: Sim<Domain>,
    asked: Asked,
    Body(mut sent): Body<AccessReviewServiceCreateRequest>,
) -> Result<Reply<AccessReviewServiceGetResponse>, ApiError> {
    let mask = sent.expand_mask.take();
    let owners = asked.ids("ownerIds", &sent.owner_ids)?;
    let like = asked.optional_id("duplicateFrom", &sent.duplicate_from)?;
    let done = sim.apply(CreateReview { by: caller.user, settings: sent.said()?, owners, like }).await?;
    answer(View::of(&done.after, &caller), done.output, mask.as_ref())
}

async fn update(
    caller: Caller,
    sim: Sim<Domain>,
    PathId(id): PathId<AccessReview>,
    Body(sent): Body<AccessReviewServiceUpdateRequest>,
) -> Result<Reply<AccessReviewServiceGetResponse>, ApiError> {
    let wants_state = sent.update_mask.names("state");
    let wanted = sent.access_review.as_ref().filter(|_| wants_state).and_then(|review| review.state.wanted());
    let change = masked(sent.update_mask, sent.access_review);
    let done = sim.apply(UpdateReview { id, change, state: wanted }).await?;
    answer(View::of(&done.after, &caller), id, sent.expand_mask.as_ref())
}

async fn delete(sim: Sim<Domain>, PathId(id): PathId<AccessReview>, _: Body<Empty>) -> Result<Done, ApiError> {
    sim.apply(DeleteReview { id }).await?;
    Ok(Done)
}

async fn reports(
    caller: Caller,
    sim: Sim<Domain>,
    PathId(id): PathId<AccessReview>,
    page: Paging,
) -> Result<Reply<Listed<AccessReviewReport>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let review = view.domain.access_reviews.get(&id).ok_or(Refusal::NoSuch(Noun::AccessReview))?;
    let page = page.cut(review.reports.iter(), |report| (report.created, report.id))?;
    Ok(Reply(page.map(|report| view.review_report(review, report)).into()))
}

async fn write_report(
    sim: Sim<Domain>,
    PathId(id): PathId<AccessReview>,
    Body(sent): Body<AccessReviewActionsServiceGenerateReportRequest>,
) -> Result<Done, ApiError> {
    sim.apply(WriteReport { id, format: sent.format.into() }).await?;
    Ok(Done)
}

fn scope(
    view: View<'_>,
    id: Id<AccessReview>,
    mask: Option<&ExpandMask>,
) -> Result<Reply<AccessReviewSetupEntitlementAndScopeServiceSetResponse>, ApiError> {
    let review = view.domain.access_reviews.get(&id).ok_or(Refusal::NoSuch(Noun::AccessReview))?;
    let mut expand = view.expand(mask);
    let scoped = review.scope.entitlements.values();
    let list = scoped.map(|scoped| view.review_entitlement(review, scoped, &mut expand)).collect();
    let scope_v2 = view.access_review(review).scope_v2;
    let expanded = expand.finish();
    Ok(Reply(AccessReviewSetupEntitlementAndScopeServiceSetResponse { list, expanded, scope_v2 }))
}

async fn get_scope(
    caller: Caller,
    sim: Sim<Domain>,
    PathId(id): PathId<AccessReview>,
) -> Result<Reply<AccessReviewSetupEntitlementAndScopeServiceSetResponse>, ApiError> {
    scope(View::of(sim.world(), &caller), id, Some(&ExpandMask::everything()))
}

async fn set_scope(
    caller: Caller,
    sim: Sim<Domain>,
    asked: Asked,
    PathId(id): PathId<AccessReview>,
    Body(sent): Body<AccessReviewSetupEntitlementAndScopeServiceSetRequest>,
) -> Result<Reply<AccessReviewSetupEntitlementAndScopeServiceSetResponse>, ApiError> {
    let entitlements = Some(named(&asked, &sent.entitlements)?);
    let command = SetScope::<AccessReview, _> { id, entitlements, resource_types: None, said: said(sent.scope_v2) };
    let done = sim.apply(command).await?;
    scope(View::of(&done.after, &caller), id, sent.expand_mask.as_ref())
}

async fn set_scope_by_type(
    sim: Sim<Domain>,
    asked: Asked,
    PathId(id): PathId<AccessReview>,
    Body(sent): Body<AccessReviewSetScopeByResourceTypeRequest>,
) -> Result<Done, ApiError> {
    let resource_types = Some(selections(&asked, &sent.resource_type_selections)?);
    sim.apply(SetScope::<AccessReview, _> { id, entitlements: None, resource_types, said: said(sent.scope_v2) })
        .await?;
    Ok(Done)
}

/// What a new scope says about the review as a whole; nothing when there is none.
fn said(scope_v2: Option<AccessReviewScopeV2>) -> impl FnOnce(&ReviewSettings) -> Result<ReviewSettings, Refusal> {
    masked(Mask::default(), Some(reviews::AccessReview { scope_v2, ..reviews::AccessReview::default() }))
}

/// Entitlements, as requests name them.
pub(super) fn named(
    asked: &Asked,
    sent: &[AccessReviewSetupEntitlementInput],
) -> Result<BTreeSet<EntitlementRef>, ApiError> {
    let read = |(place, sent): (usize, &AccessReviewSetupEntitlementInput)| {
        let app = asked.id(&format!("entitlements[{place}].AppId"), &sent.app_id)?;
        let id = asked.id(&format!("entitlements[{place}].AppEntitlementId"), &sent.app_entitlement_id)?;
        Ok(EntitlementRef { app, id })
    };
    sent.iter().enumerate().map(read).collect()
}

/// Kinds of resources, as requests name them.
pub(super) fn selections(asked: &Asked, sent: &[ResourceTypeIdRef]) -> Result<BTreeSet<TypeInApp>, ApiError> {
    let read = |(place, sent): (usize, &ResourceTypeIdRef)| {
        let app = asked.id(&format!("resourceTypeSelections[{place}].AppId"), &sent.app_id)?;
        Ok((app, asked.id(&format!("resourceTypeSelections[{place}].ResourceTypeId"), &sent.resource_type_id)?))
    };
    sent.iter().enumerate().map(read).collect()
}
