//! What waits for a date, or for somebody's hand.

use crate::control::dto::{CommitDto, TimerDto, TimersDto, Window};
use crate::control::extract::{Json, Of, Path, Query};
use crate::control::routes::PAGE_MAX;
use crate::control::{Plane, Refusal};
use crate::http::served;
use crate::kernel::TimerId;
use crate::world::Cause;

served!(Plane: list, fire);

/// The timers of a tenant.
#[utoipa::path(get, path = "/_rolecall/tenants/{tenant}/timers", tag = "timers", operation_id = "listTimers",
    params(Window), responses((status = 200, body = TimersDto)))]
async fn list(Of(tenant): Of, Query(window): Query<Window>) -> Json<TimersDto> {
    let all: Vec<_> = tenant.read().timers().collect();
    let total = all.len();
    let shown = all.into_iter().skip(window.offset).take(window.limit.min(PAGE_MAX));
    Json(TimersDto { timers: shown.map(|(vendor, timer)| TimerDto { vendor, timer }).collect(), total })
}

/// Fires a timer now, whether it is held, due later or broken.
#[utoipa::path(post, path = "/_rolecall/tenants/{tenant}/timers/{timer}/fire", tag = "timers", operation_id = "fireTimer",
    responses((status = 200, body = CommitDto)))]
async fn fire(Of(tenant): Of, Path((_, timer)): Path<(String, TimerId)>) -> Result<Json<CommitDto>, Refusal> {
    let fired = tenant.change(Cause::Operator("fire"), |draft| {
        let waits = draft.world().timers().find(|(_, line)| line.id == timer);
        let fired = waits.map(|(vendor, _)| vendor).is_some_and(|vendor| draft.fire(vendor, timer));
        if fired { Ok(()) } else { Err(Refusal::NoSuch("timer", timer.to_string(), None)) }
    });
    Ok(Json(CommitDto::of(&fired.await?.commit)))
}
