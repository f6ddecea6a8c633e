//! Access revocations: one person's access to several applications (contract, 9).

use serde::{Deserialize, Serialize};

use super::Run;
use crate::company::{App, Person};
use crate::kernel::{Entity, Id, Lifecycle, Timestamp};

/// Where a revocation stands. `completed` and `in_progress` are the vendor's words.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationState {
    PendingApproval,
    InProgress,
    Completed,
    Failed,
    Cancelled,
    Rejected,
}

/// What may happen to a revocation.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum RevocationMove {
    /// The manager agrees, by mail.
    Approve,
    /// The manager does not.
    Reject,
    /// The last application is handled, and access to at least one is removed.
    Complete,
    /// The last application is handled, and access to none is removed.
    Fail,
    /// Somebody stops it.
    Stop,
}

impl Lifecycle for RevocationState {
    type Move = RevocationMove;
    const MACHINE: &'static str = "access revocation";
    const STATES: &'static [Self] =
        &[Self::PendingApproval, Self::InProgress, Self::Completed, Self::Failed, Self::Cancelled, Self::Rejected];
    const MOVES: &'static [RevocationMove] = &[
        RevocationMove::Approve,
        RevocationMove::Reject,
        RevocationMove::Complete,
        RevocationMove::Fail,
        RevocationMove::Stop,
    ];

    fn on(self, by: RevocationMove) -> Option<Self> {
        match (self, by) {
            (Self::PendingApproval, RevocationMove::Approve) => Some(Self::InProgress),
            (Self::PendingApproval, RevocationMove::Reject) => Some(Self::Rejected),
            (Self::InProgress, RevocationMove::Complete) => Some(Self::Completed),
            (Self::InProgress, RevocationMove::Fail) => Some(Self::Failed),
            (Self::PendingApproval | Self::InProgress, RevocationMove::Stop) => Some(Self::Cancelled),
            (Self::PendingApproval, RevocationMove::Complete | RevocationMove::Fail)
            | (Self::InProgress, RevocationMove::Approve | RevocationMove::Reject)
            | (Self::Completed | Self::Failed | Self::Cancelled | Self::Rejected, _) => None,
        }
    }
}

/// Take somebody's access to these applications away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Revocation {
    /// The `actionId`.
    pub id: Id<Revocation>,
    /// Whose access.
    pub user: Id<Person>,
    /// To what, in the order in which they were named.
    pub apps: Vec<RevokedApp>,
    /// Who gets what the accounts own; `None` when nobody would.
    pub inheritor: Option<String>,
    /// Whose word is awaited first.
    pub manager: Option<String>,
    /// The name of the token that started it.
    pub created_by: String,
    /// Where it stands.
    pub state: RevocationState,
    /// When it was started.
    pub started: Timestamp,
    /// When it ended.
    pub completed: Option<Timestamp>,
    /// The workflow run that waits for it.
    pub run: Option<Id<Run>>,
}

impl Revocation {
    /// How many applications are handled.
    pub fn handled(&self) -> usize {
        self.apps.iter().filter(|app| app.result.is_some()).count()
    }
}

/// One application of a revocation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RevokedApp {
    /// Which.
    pub app: Id<App>,
    /// How it ended; `None` until it is handled.
    pub result: Option<AppResult>,
}

/// How the removal of access to one application ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppResult {
    /// The account is closed.
    Completed,
    /// It is not, and why.
    Failed(String),
    /// Access to this application cannot be removed.
    Unsupported,
}

impl Entity for Revocation {
    const TABLE: &'static str = "revocations";
    type Id = Id<Revocation>;
    type Key = ();
    fn id(&self) -> Self::Id {
        self.id
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}
