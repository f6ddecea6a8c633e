//! Failure on request.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::control::dto::FaultsDto;
use crate::control::extract::{Json, Of, Path};
use crate::control::{Plane, Refusal};
use crate::http::faults::{FaultLine, Rule};
use crate::http::served;

served!(Plane: list, set, show, forget, clear);

/// The faults of a tenant, in the order in which they are considered.
#[utoipa::path(get, path = "/_rolecall/tenants/{tenant}/faults", tag = "faults", operation_id = "listFaults",
    responses((status = 200, body = FaultsDto)))]
async fn list(State(plane): State<Plane>, Of(tenant): Of) -> Json<FaultsDto> {
    Json(FaultsDto { faults: plane.site.faults(&tenant).lines(tenant.now()) })
}

/// Sets a fault.
#[utoipa::path(post, path = "/_rolecall/tenants/{tenant}/faults", tag = "faults", operation_id = "setFault",
    request_body = Rule, responses((status = 201, body = FaultLine)))]
async fn set(State(plane): State<Plane>, Of(tenant): Of, Json(rule): Json<Rule>) -> Result<Response, Refusal> {
    rule.check().map_err(Refusal::Malformed)?;
    plane.check_operation(rule.at.vendor.as_deref(), rule.at.operation.as_deref())?;
    let (seed, wall) = (tenant.read().seed(), tenant.now());
    let line = plane.site.faults(&tenant).set(rule, seed, wall);
    let line = line.map_err(|why| Refusal::Full(why.to_string()))?;
    Ok((StatusCode::CREATED, Json(line)).into_response())
}

/// One fault, and how often it was met.
#[utoipa::path(get, path = "/_rolecall/tenants/{tenant}/faults/{fault}", tag = "faults", operation_id = "getFault",
    responses((status = 200, body = FaultLine)))]
async fn show(
    State(plane): State<Plane>,
    Of(tenant): Of,
    Path((_, number)): Path<(String, u64)>,
) -> Result<Json<FaultLine>, Refusal> {
    let mut lines = plane.site.faults(&tenant).lines(tenant.now()).into_iter();
    lines.find(|line| line.number == number).map(Json).ok_or_else(|| no_fault(number))
}

/// Takes a fault away.
#[utoipa::path(delete, path = "/_rolecall/tenants/{tenant}/faults/{fault}", tag = "faults", operation_id = "deleteFault",
    responses((status = 204)))]
async fn forget(
    State(plane): State<Plane>,
    Of(tenant): Of,
    Path((_, number)): Path<(String, u64)>,
) -> Result<StatusCode, Refusal> {
    let gone = plane.site.faults(&tenant).take(number, tenant.now());
    gone.map(|_| StatusCode::NO_CONTENT).ok_or_else(|| no_fault(number))
}

/// Takes every fault away.
#[utoipa::path(delete, path = "/_rolecall/tenants/{tenant}/faults", tag = "faults", operation_id = "clearFaults",
    responses((status = 204)))]
async fn clear(State(plane): State<Plane>, Of(tenant): Of) -> StatusCode {
    plane.site.faults(&tenant).clear();
    StatusCode::NO_CONTENT
}

fn no_fault(number: u64) -> Refusal {
    Refusal::NoSuch("fault", number.to_string(), None)
}
