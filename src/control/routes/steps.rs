//! What a vendor lets one do besides calling its API.

use axum::extract::State;

use crate::control::dto::{CommitDto, NewStep, StepDone, StepsDto};
use crate::control::extract::{Json, Of};
use crate::control::{Plane, Refusal};
use crate::http::served;
use crate::world::Cause;

served!(Plane: list, perform);

/// The steps of every vendor.
#[utoipa::path(get, path = "/_rolecall/tenants/{tenant}/steps", tag = "steps", operation_id = "listSteps",
    responses((status = 200, body = StepsDto)))]
async fn list(State(plane): State<Plane>, Of(_): Of) -> Json<StepsDto> {
    Json(StepsDto { steps: plane.site.vendors().map(|vendor| (vendor.name(), vendor.steps())).collect() })
}

/// Does a step.
#[utoipa::path(post, path = "/_rolecall/tenants/{tenant}/steps", tag = "steps", operation_id = "performStep",
    request_body = NewStep, responses((status = 200, body = StepDone)))]
async fn perform(
    State(plane): State<Plane>,
    Of(tenant): Of,
    Json(new): Json<NewStep>,
) -> Result<Json<StepDone>, Refusal> {
    let vendor = plane.vendor(&new.vendor)?;
    let done = tenant.change(Cause::Operator("step"), |draft| vendor.perform(draft, new.step)).await?;
    Ok(Json(StepDone { result: done.output, commit: CommitDto::of(&done.commit) }))
}
