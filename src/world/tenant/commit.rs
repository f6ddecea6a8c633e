//! What a change leaves.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::kernel::{Edge, Event, Timestamp};
use crate::world::World;

/// What made a commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Cause {
    /// A command, by its name.
    Command(&'static str),
    /// A timer.
    Timer,
    /// A subscriber that was called.
    Answer,
    /// The control plane, by what it was asked to do.
    Operator(&'static str),
}

/// One published change.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Commit {
    /// The revision that it made.
    pub revision: u64,
    /// The hour at which it was made.
    pub at: Timestamp,
    /// What made it.
    pub cause: Cause,
    /// What happened, in order.
    pub events: Arc<[Event]>,
    /// The lifecycle transitions taken, in order.
    pub edges: Vec<Edge>,
    /// The world that it made.
    #[serde(skip)]
    pub world: Arc<World>,
}

/// How often each lifecycle transition was taken, by the vendor that took it.
pub type TakenEdges = BTreeMap<&'static str, BTreeMap<Edge, u64>>;

/// What a successful command leaves: its output and both worlds, so that an answer is rendered
/// from the world it belongs to, whatever was published since.
pub struct Done<T> {
    /// What the one who asked learns.
    pub output: T,
    /// The world as the command found it.
    pub before: Arc<World>,
    /// The world that it made.
    pub after: Arc<World>,
    /// The published change.
    pub commit: Arc<Commit>,
}
