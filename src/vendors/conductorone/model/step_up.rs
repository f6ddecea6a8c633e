//! Proofs of who approves (contract, 12.3).

use serde::{Deserialize, Serialize};

use super::step::StepInstance;
use super::task::Task;
use crate::company::Person;
use crate::kernel::{Entity, Id, Lifecycle, Timestamp};

/// Where a proof stands: `STEP_UP_TRANSACTION_STATE_…`.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StepUpState {
    Pending,
    Verified,
    Error,
}

/// What may happen to a proof.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum StepUpMove {
    Verify,
    Fail,
    Expire,
    /// It was used for its approval, and is worth nothing more.
    Spend,
}

impl Lifecycle for StepUpState {
    type Move = StepUpMove;
    const MACHINE: &'static str = "step-up transaction";
    const STATES: &'static [Self] = &[Self::Pending, Self::Verified, Self::Error];
    const MOVES: &'static [StepUpMove] = &[StepUpMove::Verify, StepUpMove::Fail, StepUpMove::Expire, StepUpMove::Spend];

    fn on(self, by: StepUpMove) -> Option<Self> {
        match (self, by) {
            (Self::Pending, StepUpMove::Verify) => Some(Self::Verified),
            (Self::Pending, StepUpMove::Fail) => Some(Self::Error),
            (Self::Pending | Self::Verified, StepUpMove::Expire) => Some(Self::Error),
            (Self::Verified, StepUpMove::Spend) => Some(Self::Verified),
            (Self::Pending, StepUpMove::Spend)
            | (Self::Verified, StepUpMove::Verify | StepUpMove::Fail)
            | (Self::Error, _) => None,
        }
    }
}

/// A proof of who approves one step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepUpTransaction {
    /// Which.
    pub id: Id<StepUpTransaction>,
    /// Who has to prove it.
    pub user: Id<Person>,
    /// To whom.
    pub provider: Id<super::StepUpProvider>,
    /// Where it stands.
    pub state: StepUpState,
    /// For which task.
    pub task: Id<Task>,
    /// For which of its steps.
    pub step: Id<StepInstance>,
    /// When it is too late.
    pub expires: Timestamp,
    /// When it began.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
}

/// How proofs are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepUpKey {
    /// By who has to prove it.
    User(Id<Person>),
}

impl Entity for StepUpTransaction {
    const TABLE: &'static str = "stepUpTransactions";
    type Id = Id<StepUpTransaction>;
    type Key = StepUpKey;
    fn id(&self) -> Id<StepUpTransaction> {
        self.id
    }
    fn keys(&self) -> Vec<StepUpKey> {
        vec![StepUpKey::User(self.user)]
    }
}
