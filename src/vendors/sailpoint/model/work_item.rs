//! What a person has to do by hand, on a source without a connector.

use serde::{Deserialize, Serialize};

use super::approval::Forward;
use super::request::{Item, RequestKind};
use crate::company::{App, Entitlement, Person};
use crate::kernel::{Entity, Id, Lifecycle, Timestamp};

/// Where a work item stands: `WorkItemState`, as far as manual actions reach it.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum WorkItemState {
    Pending,
    Finished,
    Rejected,
    Canceled,
}

/// What may happen to a work item.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum WorkItemMove {
    /// Its owner did it.
    Complete,
    /// Its owner could not do it.
    Reject,
    /// It goes to somebody else.
    Forward,
    /// What it is for was closed.
    Cancel,
}

impl Lifecycle for WorkItemState {
    type Move = WorkItemMove;
    const MACHINE: &'static str = "work item";
    const STATES: &'static [Self] = &[Self::Pending, Self::Finished, Self::Rejected, Self::Canceled];
    const MOVES: &'static [WorkItemMove] =
        &[WorkItemMove::Complete, WorkItemMove::Reject, WorkItemMove::Forward, WorkItemMove::Cancel];

    fn on(self, by: WorkItemMove) -> Option<Self> {
        match (self, by) {
            (Self::Pending, WorkItemMove::Complete) => Some(Self::Finished),
            (Self::Pending, WorkItemMove::Reject) => Some(Self::Rejected),
            (Self::Pending, WorkItemMove::Forward) => Some(Self::Pending),
            (Self::Pending, WorkItemMove::Cancel) => Some(Self::Canceled),
            (Self::Finished | Self::Rejected | Self::Canceled, _) => None,
        }
    }
}

/// A manual action: give or take these entitlements of one source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkItem {
    /// 32 hex digits on the wire.
    pub id: Id<WorkItem>,
    /// The item that it is for.
    pub item: Id<Item>,
    /// Whom that item is for.
    pub requested_for: Id<Person>,
    /// Who asked for it.
    pub requester: Option<Id<Person>>,
    /// Give or take.
    pub kind: RequestKind,
    /// Where.
    pub source: Id<App>,
    /// What.
    pub entitlements: Vec<Id<Entitlement>>,
    /// Who has to do it.
    pub owner: Id<Person>,
    /// Who had to do it first.
    pub original_owner: Id<Person>,
    /// Where it stands.
    pub state: WorkItemState,
    /// Whose it was before.
    pub forwards: Vec<Forward>,
    /// What its owner said in the end.
    pub completion: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
    /// When it ended.
    pub completed: Option<Timestamp>,
}

/// How work items are found; each in the order in which they were made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WorkItemKey {
    /// Those of one owner that wait.
    OpenOf(Id<Person>, Timestamp),
    /// Those of one owner that are over.
    OverOf(Id<Person>, Timestamp),
    /// All that wait.
    Open(Timestamp),
    /// All that are over.
    Over(Timestamp),
}

impl Entity for WorkItem {
    const TABLE: &'static str = "workItems";
    type Id = Id<WorkItem>;
    type Key = WorkItemKey;
    fn id(&self) -> Self::Id {
        self.id
    }
    fn keys(&self) -> Vec<WorkItemKey> {
        match self.state {
            WorkItemState::Pending => {
                vec![WorkItemKey::OpenOf(self.owner, self.created), WorkItemKey::Open(self.created)]
            }
            _ => vec![WorkItemKey::OverOf(self.owner, self.created), WorkItemKey::Over(self.created)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_work_item_goes_only_these_ways() {
        use WorkItemMove::{Cancel, Complete, Forward, Reject};
        use WorkItemState::{Canceled, Finished, Pending, Rejected};
        let legal = [
            (Pending, Complete, Finished),
            (Pending, Reject, Rejected),
            (Pending, Forward, Pending),
            (Pending, Cancel, Canceled),
        ];
        for from in WorkItemState::STATES {
            for by in WorkItemState::MOVES {
                let expected = legal.iter().find(|(state, way, _)| (state, way) == (from, by)).map(|(.., to)| *to);
                assert_eq!(from.on(*by), expected, "{from:?} by {by:?}");
            }
        }
    }
}
