//! `/api/v1/systemlog/events`: what happened, as far back as the tenant remembers (contract, 12.4).

use std::cmp::Reverse;

use http::Method;
use serde_json::json;

use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Event;
use crate::vendors::conductorone::dto::{SortDirection, SystemLogIn};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::model::Domain;
use crate::vendors::conductorone::wire::{Asked, Json, Listed, Reply, Search, Time};
use crate::world::Estate;

/// The endpoints.
pub fn rows() -> Contents<Right> {
    vec![
        Endpoint::new(
            Method::POST,
            "/api/v1/systemlog/events",
            "c1.api.systemlog.v1.SystemLogService.ListEvents",
            Right::AdminReader,
            list,
        )
        .doing("List what happened")
        .reads::<SystemLogIn>()
        .answers::<Listed<Json>>(200),
    ]
}

async fn list(
    sim: Sim<Domain>,
    asked: Asked,
    Search { message, page }: Search<SystemLogIn>,
) -> Result<Reply<Listed<Json>>, ApiError> {
    let commits = sim.visit().tenant.commits();
    let uid = |field: &str, text: &str| match text {
        "" => Ok(None),
        text => text.parse::<u64>().map(Some).map_err(|_| asked.invalid(field, "value is not the uid of an event")),
    };
    let (after, before) =
        (uid("sinceEventUid", &message.since_event_uid)?, uid("untilEventUid", &message.until_event_uid)?);
    let is_wanted = |event: &&Event| {
        [Domain::VENDOR, "company"].contains(&event.by)
            && message.since.is_none_or(|since| event.at >= since.0)
            && message.until.is_none_or(|until| event.at < until.0)
            && after.is_none_or(|after| event.sequence > after)
            && before.is_none_or(|before| event.sequence < before)
    };
    let mut events: Vec<&Event> = commits.iter().flat_map(|commit| commit.events.iter()).filter(is_wanted).collect();
    let page = match message.sort_direction {
        SortDirection::Desc => {
            events.reverse();
            page.cut(events.into_iter(), |event| Reverse(event.sequence))?
        }
        SortDirection::Unspecified | SortDirection::Asc => page.cut(events.into_iter(), |event| event.sequence)?,
    };
    Ok(Reply(page.map(row).into()))
}

/// A row; its shape is free (contract, 12.4).
fn row(event: &Event) -> Json {
    Json(json!({
        "uid": event.sequence.to_string(),
        "time": Time(event.at),
        "activityName": event.name,
        "source": event.by,
        "resourceUid": event.subject,
        "unmapped": event.detail,
    }))
}
