//! What happened.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::hundred;
use crate::kernel::{Edge, Event, Timestamp};
use crate::world::{Cause, Commit};

/// One published change.
#[derive(Serialize, ToSchema)]
pub struct CommitDto {
    /// The revision that it made.
    revision: u64,
    /// The hour at which it was made.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// What happened, in order.
    #[schema(value_type = Vec<Object>)]
    events: std::sync::Arc<[Event]>,
    /// The lifecycle transitions taken, in order.
    #[schema(value_type = Vec<Object>)]
    edges: Vec<Edge>,
}

impl CommitDto {
    /// What a commit changed.
    pub fn of(commit: &Commit) -> Self {
        Self {
            revision: commit.revision,
            at: commit.at,
            events: std::sync::Arc::clone(&commit.events),
            edges: commit.edges.clone(),
        }
    }
}

/// Which events to show.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct EventsQuery {
    /// Those after this sequence number.
    #[serde(default)]
    pub after: u64,
    /// How many to show, at most 1000.
    #[serde(default = "hundred")]
    pub limit: usize,
}

/// A page of events.
#[derive(Serialize, ToSchema)]
pub struct EventsDto {
    /// The oldest first.
    pub events: Vec<EventDto>,
    /// Whether none in between has been forgotten already.
    pub complete: bool,
}

/// Something that happened.
#[derive(Clone, Serialize, ToSchema)]
pub struct EventDto {
    /// What happened; its `sequence` is its place in all that ever happened in this world.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub event: Event,
    /// The revision that it led to.
    pub revision: u64,
    /// What made it happen.
    #[schema(value_type = Object)]
    pub cause: Cause,
}

impl EventDto {
    /// The events of a commit.
    pub fn all_of(commit: &Commit) -> impl Iterator<Item = Self> {
        let line =
            |event: &Event| Self { event: event.clone(), revision: commit.revision, cause: commit.cause.clone() };
        commit.events.iter().map(line)
    }
}
