//! Offboarding workflows: users one after another, each account after account (contract, 14).

use serde::{Deserialize, Serialize};

use crate::company::{Account, App, Person};
use crate::kernel::{Entity, Id, Lifecycle, Timestamp};

/// Where an offboarding stands. `completed` and `in_progress` are the vendor's words.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OffboardingState {
    Pending,
    InProgress,
    Completed,
    Failed,
    Stopped,
}

/// What may happen to an offboarding.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum OffboardingMove {
    /// Its first user's turn has come.
    Begin,
    /// Its last user ended, and at least one completed.
    Complete,
    /// Its last user ended, and none completed.
    Fail,
    /// Somebody stops it.
    Stop,
}

impl Lifecycle for OffboardingState {
    type Move = OffboardingMove;
    const MACHINE: &'static str = "offboarding";
    const STATES: &'static [Self] = &[Self::Pending, Self::InProgress, Self::Completed, Self::Failed, Self::Stopped];
    const MOVES: &'static [OffboardingMove] =
        &[OffboardingMove::Begin, OffboardingMove::Complete, OffboardingMove::Fail, OffboardingMove::Stop];

    fn on(self, by: OffboardingMove) -> Option<Self> {
        match (self, by) {
            (Self::Pending, OffboardingMove::Begin) => Some(Self::InProgress),
            (Self::InProgress, OffboardingMove::Complete) => Some(Self::Completed),
            (Self::InProgress, OffboardingMove::Fail) => Some(Self::Failed),
            (Self::Pending | Self::InProgress, OffboardingMove::Stop) => Some(Self::Stopped),
            (Self::Pending, OffboardingMove::Complete | OffboardingMove::Fail)
            | (Self::InProgress, OffboardingMove::Begin)
            | (Self::Completed | Self::Failed | Self::Stopped, _) => None,
        }
    }
}

/// Where one user of an offboarding stands.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserState {
    Pending,
    InProgress,
    Completed,
    Failed,
    Stopped,
}

/// What may happen to one user of an offboarding.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum UserMove {
    /// Their turn has come.
    Begin,
    /// Their last account is handled, and none failed.
    Complete,
    /// Their last account is handled, and one failed.
    Fail,
    /// The offboarding is stopped.
    Stop,
}

impl Lifecycle for UserState {
    type Move = UserMove;
    const MACHINE: &'static str = "offboarded user";
    const STATES: &'static [Self] = &[Self::Pending, Self::InProgress, Self::Completed, Self::Failed, Self::Stopped];
    const MOVES: &'static [UserMove] = &[UserMove::Begin, UserMove::Complete, UserMove::Fail, UserMove::Stop];

    fn on(self, by: UserMove) -> Option<Self> {
        match (self, by) {
            (Self::Pending, UserMove::Begin) => Some(Self::InProgress),
            (Self::InProgress, UserMove::Complete) => Some(Self::Completed),
            (Self::InProgress, UserMove::Fail) => Some(Self::Failed),
            (Self::Pending | Self::InProgress, UserMove::Stop) => Some(Self::Stopped),
            (Self::Pending, UserMove::Complete | UserMove::Fail)
            | (Self::InProgress, UserMove::Begin)
            | (Self::Completed | Self::Failed | Self::Stopped, _) => None,
        }
    }
}

/// Where the removal of one account stands.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemovalState {
    Pending,
    InProgress,
    Completed,
    Failed,
    Cancelled,
    Unsupported,
}

/// What may happen to the removal of one account.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum RemovalMove {
    /// Its turn has come.
    Begin,
    /// The account is closed.
    Complete,
    /// It cannot be.
    Fail,
    /// The offboarding is stopped.
    Cancel,
}

impl Lifecycle for RemovalState {
    type Move = RemovalMove;
    const MACHINE: &'static str = "access removal";
    const STATES: &'static [Self] =
        &[Self::Pending, Self::InProgress, Self::Completed, Self::Failed, Self::Cancelled, Self::Unsupported];
    const MOVES: &'static [RemovalMove] =
        &[RemovalMove::Begin, RemovalMove::Complete, RemovalMove::Fail, RemovalMove::Cancel];

    fn on(self, by: RemovalMove) -> Option<Self> {
        match (self, by) {
            (Self::Pending, RemovalMove::Begin) => Some(Self::InProgress),
            (Self::InProgress, RemovalMove::Complete) => Some(Self::Completed),
            (Self::InProgress, RemovalMove::Fail) => Some(Self::Failed),
            (Self::Pending | Self::InProgress, RemovalMove::Cancel) => Some(Self::Cancelled),
            (Self::Pending, RemovalMove::Complete | RemovalMove::Fail)
            | (Self::InProgress, RemovalMove::Begin)
            | (Self::Completed | Self::Failed | Self::Cancelled | Self::Unsupported, _) => None,
        }
    }
}

/// Take everything from several users.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Offboarding {
    /// The `workflowId`.
    pub id: Id<Offboarding>,
    /// Its place in the world's sequence: the order of listings.
    pub sequence: u64,
    /// What it is called.
    pub name: String,
    /// Whether applications that are for enhanced mode alone are handled, too.
    pub enhanced_mode: bool,
    /// The name of the token that started it.
    pub created_by: String,
    /// Where it stands.
    pub state: OffboardingState,
    /// When it was started.
    pub started: Timestamp,
    /// When it ended.
    pub completed: Option<Timestamp>,
    /// Whom it is about, in order.
    pub users: Vec<Offboarded>,
}

/// One user of an offboarding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Offboarded {
    /// Who.
    pub user: Id<Person>,
    /// Who gets what their accounts own; `None` when nobody would.
    pub inheritor: Option<String>,
    /// Where they stand.
    pub state: UserState,
    /// Why they failed.
    pub reason: Option<String>,
    /// When their turn came.
    pub started: Option<Timestamp>,
    /// When they ended.
    pub completed: Option<Timestamp>,
    /// The accounts that were live when the offboarding was started.
    pub accounts: Vec<OffboardedAccount>,
}

/// One account of an offboarded user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OffboardedAccount {
    /// Which.
    pub account: Id<Account>,
    /// Where.
    pub app: Id<App>,
    /// What is to become of it.
    pub removal: Removal,
}

/// What is to become of an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Removal {
    /// The identity provider shuts the door; Grip does nothing.
    ByProvider {
        /// What the identity provider is called.
        provider: String,
    },
    /// Grip removes it.
    ByGrip {
        /// Where that stands; `Unsupported` from the start where Grip cannot.
        state: RemovalState,
        /// Whether it takes enhanced mode.
        enhanced: bool,
        /// Why it failed.
        reason: Option<String>,
    },
}

/// How offboardings are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OffboardingKey {
    /// In the order in which they were started.
    Sequence(u64),
    /// By a user in it, likewise.
    User(Id<Person>, u64),
}

impl Entity for Offboarding {
    const TABLE: &'static str = "offboardings";
    type Id = Id<Offboarding>;
    type Key = OffboardingKey;
    fn id(&self) -> Self::Id {
        self.id
    }
    fn keys(&self) -> Vec<OffboardingKey> {
        let users = self.users.iter().map(|user| OffboardingKey::User(user.user, self.sequence));
        users.chain([OffboardingKey::Sequence(self.sequence)]).collect()
    }
}
