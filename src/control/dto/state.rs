//! Revisions.

use serde::Serialize;
use utoipa::ToSchema;

use crate::kernel::Timestamp;
use crate::world::{Cause, Commit};

/// The revisions that are remembered.
#[derive(Serialize, ToSchema)]
pub struct RevisionsDto {
    /// The oldest first.
    pub revisions: Vec<RevisionDto>,
}

/// A revision, and what made it.
#[derive(Serialize, ToSchema)]
pub struct RevisionDto {
    /// The revision.
    revision: u64,
    /// The hour at which it was made.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// What made it.
    #[schema(value_type = Object)]
    cause: Cause,
    /// The number of the exchange that made it; `null` when no request did, or the journal has forgotten it.
    exchange: Option<u64>,
    /// The vendor's name for what that exchange was about.
    operation: Option<&'static str>,
    /// The names of the events, in order.
    events: Vec<&'static str>,
}

impl RevisionDto {
    /// A commit, and the exchange that made it.
    pub fn of(commit: &Commit, made_by: Option<(u64, Option<&'static str>)>) -> Self {
        Self {
            revision: commit.revision,
            at: commit.at,
            cause: commit.cause.clone(),
            exchange: made_by.map(|(number, _)| number),
            operation: made_by.and_then(|(_, operation)| operation),
            events: commit.events.iter().map(|event| event.name).collect(),
        }
    }
}
