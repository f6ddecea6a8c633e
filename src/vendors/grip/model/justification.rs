//! Justification requests: why does somebody use an application? (contract, 10)

use serde::{Deserialize, Serialize};

use super::Run;
use crate::company::{App, Person};
use crate::kernel::{Entity, Id, Lifecycle, Timestamp};

/// Where a request stands. `sent` is the vendor's word.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JustificationState {
    Sent,
    Opened,
    Answered,
    Expired,
    Cancelled,
}

/// What may happen to a request.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum JustificationMove {
    /// Its link is opened for the first time.
    Open,
    /// The user answers.
    Answer,
    /// Somebody takes it back.
    Cancel,
    /// Nobody answered in time.
    Expire,
}

impl Lifecycle for JustificationState {
    type Move = JustificationMove;
    const MACHINE: &'static str = "justification request";
    const STATES: &'static [Self] = &[Self::Sent, Self::Opened, Self::Answered, Self::Expired, Self::Cancelled];
    const MOVES: &'static [JustificationMove] =
        &[JustificationMove::Open, JustificationMove::Answer, JustificationMove::Cancel, JustificationMove::Expire];

    fn on(self, by: JustificationMove) -> Option<Self> {
        match (self, by) {
            (Self::Sent, JustificationMove::Open) => Some(Self::Opened),
            (Self::Sent | Self::Opened, JustificationMove::Answer) => Some(Self::Answered),
            (Self::Sent | Self::Opened, JustificationMove::Cancel) => Some(Self::Cancelled),
            (Self::Sent | Self::Opened, JustificationMove::Expire) => Some(Self::Expired),
            (Self::Opened, JustificationMove::Open) | (Self::Answered | Self::Expired | Self::Cancelled, _) => None,
        }
    }
}

/// A user is asked why they use an application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Justification {
    /// The `requestId`.
    pub id: Id<Justification>,
    /// Who is asked.
    pub user: Id<Person>,
    /// About what.
    pub app: Id<App>,
    /// How the question travels.
    pub platform: String,
    /// The name of the token that sent it.
    pub created_by: String,
    /// Where it stands.
    pub state: JustificationState,
    /// When it was sent.
    pub started: Timestamp,
    /// When it ended.
    pub completed: Option<Timestamp>,
    /// What the user said.
    pub answer: Option<Answer>,
    /// The workflow run that sent it.
    pub run: Option<Id<Run>>,
}

/// What the user said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// In their words.
    pub justification: String,
    /// Whether they go on using it.
    pub still_in_use: bool,
    /// When they said so.
    pub at: Timestamp,
}

impl Entity for Justification {
    const TABLE: &'static str = "justifications";
    type Id = Id<Justification>;
    type Key = ();
    fn id(&self) -> Self::Id {
        self.id
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}
