//! Calls out: what an estate wants its subscribers to be told.
//!
//! A command never calls anybody. It writes a [`Call`] row into its estate, which is exported and
//! restored with the world; a carrier at the rim sends it, outside of any turn, and what came of it
//! comes back as [`super::Estate::answered`]. A second attempt is a second row, written by a timer,
//! so that waits between attempts pass on the tenant's clock.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Cx;
use crate::kernel::{Entity, Id, Span, Table, Timestamp};

/// How many calls of one estate may wait for their answers.
pub const CALLS_MAX: usize = 10_000;

/// A call's place in the world's one sequence.
pub type CallId = u64;

/// What somebody shall be told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// The row that it is about: the one to which the answer matters.
    pub about: Id<()>,
    /// What is told, in the vendor's word for it.
    pub event: String,
    /// Which attempt it is, from 1.
    pub attempt: u32,
    /// Whom to call: an absolute URL, as the subscriber wrote it.
    pub url: String,
    /// What is told. Links that lead here are paths until the vendor seals the call.
    pub body: Value,
    /// How long the subscriber may take to answer, by the wall.
    pub patience: Span,
}

/// A call that waits for its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// Which call it is; calls are numbered in the order in which they were written.
    pub id: CallId,
    /// When it was written.
    pub at: Timestamp,
    /// What shall be told, and to whom.
    #[serde(flatten)]
    pub message: Message,
}

impl Entity for Call {
    const TABLE: &'static str = "calls";
    type Id = CallId;
    type Key = ();
    fn id(&self) -> CallId {
        self.id
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// The subscriber answered.
    Answered {
        /// The status.
        status: u16,
        /// The body, as text.
        body: String,
    },
    /// The subscriber did not answer within the call's patience.
    Late,
    /// The subscriber could not be reached or understood, and why.
    Failed(String),
}

impl Cx<'_> {
    /// Writes a call into `calls`, the table of the estate. `None`, and nothing is written, when
    /// [`CALLS_MAX`] wait already.
    pub fn call(&mut self, calls: &mut Table<Call>, message: Message) -> Option<CallId> {
        if calls.len() >= CALLS_MAX {
            return None;
        }
        let id = self.tick();
        calls.put(Call { id, at: self.now(), message });
        Some(id)
    }
}
