//! Calls out: what waits for an answer, and what went out.

use std::sync::Arc;

use axum::extract::State;
use http::StatusCode;

use crate::control::dto::{DeliveriesDto, DeliveriesQuery, PendingCallDto, SettledDto};
use crate::control::extract::{Json, Of, Path, Query};
use crate::control::recorded::Reading;
use crate::control::routes::PAGE_MAX;
use crate::control::{Plane, Refusal};
use crate::http::served;
use crate::webhooks::Delivery;

served!(Plane: list, settle, replay, clear);

/// What waits for an answer, and what went out, the oldest first; secrets masked.
#[utoipa::path(get, path = "/_rolecall/tenants/{tenant}/webhooks", tag = "webhooks", operation_id = "listDeliveries",
    params(DeliveriesQuery), responses((status = 200, body = DeliveriesDto)))]
async fn list(State(plane): State<Plane>, Of(tenant): Of, Query(query): Query<DeliveriesQuery>) -> Json<DeliveriesDto> {
    let limit = query.limit.min(PAGE_MAX);
    let world = tenant.read();
    let waiting = world.calls().take(limit).map(|(vendor, call)| PendingCallDto::of(vendor, &call)).collect();
    let deliveries = plane.webhooks.deliveries(&tenant);
    let mut fitting: Vec<_> = deliveries.iter().filter(|delivery| query.fits(delivery)).collect();
    match query.after {
        Some(_) => fitting.truncate(limit),
        None => drop(fitting.drain(..fitting.len().saturating_sub(limit))),
    }
    Json(DeliveriesDto { waiting, deliveries: fitting.into_iter().map(|delivery| delivery.show()).collect() })
}

/// Waits until every subscriber who is being called has answered or is late. For tests, which then
/// need not look again and again.
#[utoipa::path(post, path = "/_rolecall/tenants/{tenant}/webhooks/settle", tag = "webhooks",
    operation_id = "settleDeliveries", responses((status = 200, body = SettledDto)))]
async fn settle(State(plane): State<Plane>, Of(tenant): Of) -> Json<SettledDto> {
    let world = plane.webhooks.carry(&tenant).await.world;
    Json(SettledDto { settled: !world.is_calling(), waiting: world.calls().count() })
}

/// Sends a delivery once more, signed anew; the answer is shown, and changes nothing here.
#[utoipa::path(post, path = "/_rolecall/tenants/{tenant}/webhooks/{delivery}/replay", tag = "webhooks",
    operation_id = "replayDelivery", responses((status = 200, body = Object)))]
async fn replay(
    State(plane): State<Plane>,
    Of(tenant): Of,
    Path((_, number)): Path<(String, u64)>,
) -> Result<Reading<Json<serde_json::Value>>, Refusal> {
    let is_it = |delivery: &Arc<Delivery>| delivery.number == number;
    let delivery = plane.webhooks.deliveries(&tenant).into_iter().find(is_it);
    let delivery = delivery.ok_or_else(|| Refusal::NoSuch("delivery", number.to_string(), None))?;
    Ok(Reading(Json(plane.webhooks.replay(&tenant, &delivery).await.show())))
}

/// Forgets what went out; numbers go on, and what waits still waits.
#[utoipa::path(delete, path = "/_rolecall/tenants/{tenant}/webhooks", tag = "webhooks",
    operation_id = "clearDeliveries", responses((status = 204)))]
async fn clear(State(plane): State<Plane>, Of(tenant): Of) -> StatusCode {
    plane.webhooks.clear(&tenant);
    StatusCode::NO_CONTENT
}
