//! A tenant's time: read it, freeze it, let it run, move it on.

use std::sync::Arc;

use axum::extract::State;

use crate::control::dto::{Advance, AdvancedDto, ClockDto, ClockMode, NewClock, SetHour};
use crate::control::extract::{Json, Of};
use crate::control::{Plane, Refusal};
use crate::http::served;
use crate::kernel::{Clock, Timestamp};
use crate::world::{Cause, Head, Tenant};

/// The last hour that RFC 3339 can write.
const LAST_HOUR: Timestamp = Timestamp::from_micros(253_402_300_799_000_000);

served!(Plane: show, set_mode, set, advance, advance_to_next_timer);

/// What hour it is, and how it moves.
#[utoipa::path(get, path = "/_rolecall/tenants/{tenant}/clock", tag = "clock", operation_id = "getClock",
    responses((status = 200, body = ClockDto)))]
async fn show(Of(tenant): Of) -> Json<ClockDto> {
    Json(ClockDto::of(&tenant, &tenant.head()))
}

/// Freezes the clock, or lets it run.
#[utoipa::path(put, path = "/_rolecall/tenants/{tenant}/clock", tag = "clock", operation_id = "putClock",
    request_body = NewClock, responses((status = 200, body = ClockDto)))]
async fn set_mode(Of(tenant): Of, Json(new): Json<NewClock>) -> Result<Json<ClockDto>, Refusal> {
    let rate = new.rate.unwrap_or(1.0);
    let clock = match new.mode {
        ClockMode::Frozen => Clock::Frozen,
        ClockMode::Running if rate > 0.0 && rate <= Clock::RATE_MAX => Clock::at_rate(rate),
        ClockMode::Running => return Err(Refusal::Malformed(format!("`rate` lies between 0 and {}", Clock::RATE_MAX))),
    };
    let wall = tenant.now();
    let set = tenant.change(Cause::Operator("clock"), |draft| {
        draft.set_clock(clock.anchored(draft.now(), wall));
        Ok::<_, Refusal>(())
    });
    let done = set.await?;
    Ok(Json(ClockDto::of(&tenant, &tenant.met(done.after))))
}

/// Stands at an hour, letting everything happen that is due by then.
#[utoipa::path(post, path = "/_rolecall/tenants/{tenant}/clock/set", tag = "clock", operation_id = "setClock",
    request_body = SetHour, responses((status = 200, body = AdvancedDto)))]
async fn set(
    State(plane): State<Plane>,
    Of(tenant): Of,
    Json(SetHour { to }): Json<SetHour>,
) -> Result<Json<AdvancedDto>, Refusal> {
    pass(&plane, &tenant, tenant.look().await.hour, to).await
}

/// Lets time pass; the answer lists what fired, in order. Each instant waits for those whom it calls.
#[utoipa::path(post, path = "/_rolecall/tenants/{tenant}/clock/advance", tag = "clock", operation_id = "advanceClock",
    request_body = Advance, responses((status = 200, body = AdvancedDto)))]
async fn advance(
    State(plane): State<Plane>,
    Of(tenant): Of,
    Json(advance): Json<Advance>,
) -> Result<Json<AdvancedDto>, Refusal> {
    match advance {
        Advance { by: Some(by), to: None } => {
            let now = tenant.look().await.hour;
            pass(&plane, &tenant, now, now + by).await
        }
        Advance { by: None, to: Some(to) } => pass(&plane, &tenant, tenant.look().await.hour, to).await,
        _ => Err(Refusal::Malformed("one of `by` and `to` says how far".to_owned())),
    }
}

/// Moves on to the next timer and fires it.
#[utoipa::path(post, path = "/_rolecall/tenants/{tenant}/clock/advance-to-next-timer", tag = "clock",
    operation_id = "advanceToNextTimer", responses((status = 200, body = AdvancedDto)))]
async fn advance_to_next_timer(State(plane): State<Plane>, Of(tenant): Of) -> Result<Json<AdvancedDto>, Refusal> {
    let Head { world, hour } = tenant.look().await;
    let target = world.next_due().map_or(hour, |due| due.max(hour));
    pass(&plane, &tenant, hour, target).await
}

async fn pass(
    plane: &Plane,
    tenant: &Arc<Tenant>,
    now: Timestamp,
    to: Timestamp,
) -> Result<Json<AdvancedDto>, Refusal> {
    if to < now {
        return Err(Refusal::Conflict(format!("it is {now} already, and time does not go back; restore a snapshot")));
    }
    if to > LAST_HOUR {
        return Err(Refusal::Malformed(format!("time ends at {LAST_HOUR}")));
    }
    let advanced = plane.webhooks.advance(tenant, to).await.map_err(|_| Refusal::Broken)?;
    Ok(Json(AdvancedDto::of(&advanced)))
}
