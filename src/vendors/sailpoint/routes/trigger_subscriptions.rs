//! `/trigger-subscriptions/…`

use axum::Json;
use http::Method;
use json_patch::Patch;

use super::{ADMIN, LIST, access};
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::sailpoint::dto::{
    JsonPatchOperation, SubscriptionDto, SubscriptionIn, ValidateFilterIn, ValidateFilterOut, View,
};
use crate::vendors::sailpoint::error::ApiError;
use crate::vendors::sailpoint::families::BETA_AND_YEARLY;
use crate::vendors::sailpoint::gate::Access;
use crate::vendors::sailpoint::lifecycle::{Change, DeleteSubscription, EditSubscription};
use crate::vendors::sailpoint::model::{Org, Subscription};
use crate::vendors::sailpoint::query::listings;
use crate::vendors::sailpoint::reply::{Body, Created, List, NoContent, PathId, Query};

const READ: &[&str] = &["sp:trigger-service-subscriptions:read", "sp:trigger-service-subscriptions:manage"];
const MANAGE: &[&str] = &["sp:trigger-service-subscriptions:manage"];

/// The rows of the table of contents.
pub fn rows() -> Contents<Access> {
    let read = access(BETA_AND_YEARLY, READ, ADMIN);
    let manage = access(BETA_AND_YEARLY, MANAGE, ADMIN);
    let (path, one) = ("/trigger-subscriptions", "/trigger-subscriptions/{id}");
    vec![
        Endpoint::new(Method::POST, path, "createSubscription", manage, create)
            .doing("Subscribe to a trigger")
            .reads::<SubscriptionIn>()
            .answers::<SubscriptionDto>(201),
        Endpoint::new(Method::GET, path, "listSubscriptions", read, list)
            .doing("List subscriptions")
            .query(&LIST)
            .answers_list::<SubscriptionDto>(200),
        Endpoint::new(Method::PUT, one, "updateSubscription", manage, put)
            .doing("Replace a subscription")
            .reads::<SubscriptionIn>()
            .answers::<SubscriptionDto>(200),
        Endpoint::new(Method::PATCH, one, "patchSubscription", manage, patch)
            .doing("Change a subscription by JSON Patch")
            .reads_list::<JsonPatchOperation>()
            .answers::<SubscriptionDto>(200),
        Endpoint::new(Method::DELETE, one, "deleteSubscription", manage, delete)
            .doing("End a subscription")
            .answers_empty(204),
        Endpoint::new(
            Method::POST,
            "/trigger-subscriptions/validate-filter",
            "testSubscriptionFilter",
            manage,
            validate_filter,
        )
        .doing("Say whether a filter is one, and whether it finds something")
        .reads::<ValidateFilterIn>()
        .answers::<ValidateFilterOut>(200),
    ]
}

/// `POST /trigger-subscriptions`
async fn create(
    sim: Sim<Org>,
    query: Query,
    Body(body): Body<SubscriptionIn>,
) -> Result<Created<SubscriptionDto>, ApiError> {
    let done = sim.apply(body.into_command()?).await?;
    let view = View::of(&done.after, query.family);
    let made = view.org.subscriptions.get(&done.output).ok_or(ApiError::NotFound)?;
    Ok(Created(view.subscription(made)))
}

/// `GET /trigger-subscriptions`
async fn list(sim: Sim<Org>, query: Query) -> Result<List<SubscriptionDto>, ApiError> {
    let list = query.list(&listings::TRIGGER_SUBSCRIPTIONS)?.oldest_first();
    let view = View::of(sim.world(), query.family);
    let page = list.page(list.candidates(&view.org.subscriptions), |row| row.id);
    Ok(List(page.map(|row| view.subscription(row))))
}

/// `PUT /trigger-subscriptions/{id}`
async fn put(
    sim: Sim<Org>,
    PathId(id): PathId<Subscription>,
    query: Query,
    Body(body): Body<SubscriptionIn>,
) -> Result<Json<SubscriptionDto>, ApiError> {
    edit(sim, id, query, move |before: &Subscription| body.over(before)).await
}

/// `PATCH /trigger-subscriptions/{id}`
async fn patch(
    sim: Sim<Org>,
    PathId(id): PathId<Subscription>,
    query: Query,
    Body(patch): Body<Patch>,
) -> Result<Json<SubscriptionDto>, ApiError> {
    let (world, family) = (sim.world().clone(), query.family);
    edit(sim, id, query, move |before: &Subscription| View::of(&world, family).patched_subscription(before, &patch))
        .await
}

async fn edit(
    sim: Sim<Org>,
    id: crate::kernel::Id<Subscription>,
    query: Query,
    edit: impl Change,
) -> Result<Json<SubscriptionDto>, ApiError> {
    let done = sim.apply(EditSubscription { subscription: id, edit }).await?;
    let view = View::of(&done.after, query.family);
    view.org.subscriptions.get(&id).map(|row| Json(view.subscription(row))).ok_or(ApiError::NotFound)
}

/// `DELETE /trigger-subscriptions/{id}`
async fn delete(sim: Sim<Org>, PathId(subscription): PathId<Subscription>) -> Result<NoContent, ApiError> {
    sim.apply(DeleteSubscription { subscription }).await?;
    Ok(NoContent)
}

/// `POST /trigger-subscriptions/validate-filter`
async fn validate_filter(Body(body): Body<ValidateFilterIn>) -> Result<Json<ValidateFilterOut>, ApiError> {
    Ok(Json(body.judge()?))
}
