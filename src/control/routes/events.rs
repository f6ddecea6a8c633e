//! What happened: by the page, and as it happens.

use std::convert::Infallible;
use std::sync::Arc;

use axum::response::sse::{Event as Frame, KeepAlive, Sse};
use futures_util::{Stream, StreamExt, stream};
use http::HeaderMap;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;

use crate::control::Plane;
use crate::control::dto::{EventDto, EventsDto, EventsQuery};
use crate::control::extract::{Json, Of, Query};
use crate::control::routes::PAGE_MAX;
use crate::http::served;
use crate::world::{COMMITS_MAX, Commit};

served!(Plane: page, follow);

/// The newest events, as far back as commits are remembered.
#[utoipa::path(get, path = "/_rolecall/tenants/{tenant}/events", tag = "events", operation_id = "listEvents",
    params(EventsQuery), responses((status = 200, body = EventsDto)))]
async fn page(Of(tenant): Of, Query(query): Query<EventsQuery>) -> Json<EventsDto> {
    let commits = tenant.commits();
    let oldest = commits.iter().find_map(|commit| commit.events.first()).map_or(0, |event| event.sequence);
    let complete = commits.len() < COMMITS_MAX || query.after + 1 >= oldest;
    let events = after(&commits, query.after).take(query.limit.min(PAGE_MAX)).collect();
    Json(EventsDto { events, complete })
}

/// Every event from now on, as server-sent events; with `Last-Event-ID` or `after`, the ones since.
#[utoipa::path(get, path = "/_rolecall/tenants/{tenant}/events/stream", tag = "events", operation_id = "streamEvents",
    params(("after" = Option<u64>, Query, description = "Those after this sequence number, too")),
    responses((status = 200, body = String, content_type = "text/event-stream")))]
async fn follow(
    Of(tenant): Of,
    Query(Since { after: since }): Query<Since>,
    headers: HeaderMap,
) -> Sse<impl Stream<Item = Result<Frame, Infallible>>> {
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok()).or(since);
    // Subscribed first, so that nothing falls between what is remembered and what is to come.
    let feed = tenant.subscribe();
    let remembered: Vec<EventDto> = last.map(|last| after(&tenant.commits(), last).collect()).unwrap_or_default();
    let seen = remembered.last().map(|line| line.event.sequence).or(last).unwrap_or(0);
    let to_come = BroadcastStream::new(feed).flat_map(move |news| {
        stream::iter(match news {
            Ok(commit) => after(&[commit], seen).map(|line| frame(&line)).collect(),
            Err(BroadcastStreamRecvError::Lagged(missed)) => {
                vec![Frame::default().event("lagged").data(missed.to_string())]
            }
        })
    });
    let remembered: Vec<Frame> = remembered.iter().map(frame).collect();
    Sse::new(stream::iter(remembered).chain(to_come).map(Ok)).keep_alive(KeepAlive::default())
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Since {
    after: Option<u64>,
}

fn after(commits: &[Arc<Commit>], sequence: u64) -> impl Iterator<Item = EventDto> {
    let events = commits.iter().flat_map(|commit| EventDto::all_of(commit));
    events.filter(move |line| line.event.sequence > sequence)
}

fn frame(line: &EventDto) -> Frame {
    let data = serde_json::to_string(line).unwrap_or_default();
    Frame::default().id(line.event.sequence.to_string()).event(line.event.name).data(data)
}
