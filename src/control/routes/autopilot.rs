//! People who act by themselves.

use axum::extract::State;
use http::StatusCode;

use crate::control::dto::{AutopilotDto, NewAutopilot};
use crate::control::extract::{Json, Of};
use crate::control::{Plane, Refusal};
use crate::http::served;
use crate::world::{Autopilot, Cause, Habits};

served!(Plane: show, set, end);

/// The ready-made habits that there are.
const INHABITED: &str = "inhabited";

/// What the autopilot was told, and what it will do; the next hundred acts.
#[utoipa::path(get, path = "/_rolecall/tenants/{tenant}/autopilot", tag = "autopilot", operation_id = "getAutopilot",
    responses((status = 200, body = AutopilotDto)))]
async fn show(Of(tenant): Of) -> Json<AutopilotDto> {
    Json(AutopilotDto::of(tenant.read().autopilot()))
}

/// Lets people act by themselves: by rules, or by the ready-made habits `inhabited`.
#[utoipa::path(put, path = "/_rolecall/tenants/{tenant}/autopilot", tag = "autopilot", operation_id = "putAutopilot",
    request_body = NewAutopilot, responses((status = 200, body = AutopilotDto)))]
async fn set(
    State(plane): State<Plane>,
    Of(tenant): Of,
    Json(new): Json<NewAutopilot>,
) -> Result<Json<AutopilotDto>, Refusal> {
    let habits = match (new.habits.as_deref(), new.rules.is_empty() && new.activity.is_none()) {
        (Some(INHABITED), true) => Habits::inhabited(),
        (Some(name), true) => return Err(Refusal::no_such("habits", name, [INHABITED].into_iter())),
        (Some(_), false) => {
            return Err(Refusal::Malformed("either ready-made habits or rules of one's own".to_owned()));
        }
        (None, _) => Habits { rules: new.rules, activity: new.activity.unwrap_or_default() },
    };
    for vendor in habits.rules.iter().filter_map(|rule| rule.vendor.as_deref()) {
        plane.vendor(vendor)?;
    }
    if let Some(mistake) = habits.mistake() {
        return Err(Refusal::Malformed(mistake));
    }
    fly(&tenant, Autopilot::of(habits)).await
}

/// Nobody acts by themselves any more.
#[utoipa::path(delete, path = "/_rolecall/tenants/{tenant}/autopilot", tag = "autopilot", operation_id = "endAutopilot",
    responses((status = 204)))]
async fn end(Of(tenant): Of) -> Result<StatusCode, Refusal> {
    fly(&tenant, Autopilot::default()).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn fly(tenant: &crate::world::Tenant, autopilot: Autopilot) -> Result<Json<AutopilotDto>, Refusal> {
    let set = tenant.change(Cause::Operator("autopilot"), |draft| {
        draft.set_autopilot(autopilot);
        Ok::<_, Refusal>(())
    });
    let done = set.await?;
    Ok(Json(AutopilotDto::of(done.after.autopilot())))
}
