//! What a change may draw on: the hour, fresh ids, and a place to report what happened.

use serde::Serialize;
use serde_json::Value;

use super::{Edge, Id, Ids, Lifecycle, Timestamp};

/// A fact in the past tense, such as `approval.approved`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Event {
    /// Its place in everything that ever happened in this world.
    pub sequence: u64,
    /// The hour at which it happened.
    pub at: Timestamp,
    /// Who reports it: `"company"` or a vendor's name.
    pub by: &'static str,
    /// What happened.
    pub name: &'static str,
    /// The id of what it happened to.
    pub subject: String,
    /// Whatever a reader would want to know besides.
    pub detail: Value,
}

/// The record of one change while it is being made.
#[derive(Clone, Debug)]
pub struct Chronicle {
    now: Timestamp,
    by: &'static str,
    ids: Ids,
    sequence: u64,
    events: Vec<Event>,
    edges: Vec<Edge>,
    takers: Vec<&'static str>,
}

impl Chronicle {
    /// A record that opens at `now` and goes on with these id streams and this sequence.
    pub fn open(now: Timestamp, ids: Ids, sequence: u64) -> Self {
        Self { now, by: "company", ids, sequence, events: Vec::new(), edges: Vec::new(), takers: Vec::new() }
    }

    /// The only time that a change sees.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Moves the hour on, never back; only seeding does this within one record.
    pub fn stand_at(&mut self, hour: Timestamp) {
        self.now = self.now.max(hour);
    }

    /// Names who reports the events that follow; hands back who did before.
    pub fn speak_as(&mut self, by: &'static str) -> &'static str {
        std::mem::replace(&mut self.by, by)
    }

    /// The next id of a named stream.
    pub fn id<T: ?Sized>(&mut self, stream: &'static str) -> Id<T> {
        self.ids.next(stream)
    }

    /// The id streams, for chances and picks.
    pub fn ids(&mut self) -> &mut Ids {
        &mut self.ids
    }

    /// The last number of the world's one sequence that was given out.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The next number of the world's one sequence; timers and events are ordered by it.
    pub fn tick(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    /// Reports what happened to `subject`.
    pub fn emit(&mut self, name: &'static str, subject: impl ToString, detail: Value) {
        let event =
            Event { sequence: self.tick(), at: self.now, by: self.by, name, subject: subject.to_string(), detail };
        self.events.push(event);
    }

    /// Takes a transition and notes the edge; `None`, and no note, when it is illegal.
    pub fn go<S: Lifecycle>(&mut self, from: S, by: S::Move) -> Option<S> {
        let (to, edge) = Edge::taken(from, by)?;
        self.edges.push(edge);
        self.takers.push(self.by);
        Some(to)
    }

    /// Closes the record.
    pub fn close(self) -> Closed {
        Closed { ids: self.ids, sequence: self.sequence, events: self.events, edges: self.edges, takers: self.takers }
    }
}

/// What is left of a [`Chronicle`] once the change is made.
#[derive(Debug)]
pub struct Closed {
    /// The id streams as they stand now.
    pub ids: Ids,
    /// The sequence as it stands now.
    pub sequence: u64,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// The transitions taken, in order.
    pub edges: Vec<Edge>,
    /// Who took each of them.
    pub takers: Vec<&'static str>,
}
