//! Workflows that are defined in the product, and their runs (contract, 14).

use serde::{Deserialize, Serialize};

use super::{Justification, Revocation};
use crate::company::{App, Person};
use crate::kernel::{self, Id, Lifecycle, Timestamp};

/// What a workflow is run for.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// People.
    Identity,
    /// Applications.
    App,
}

/// A definition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Workflow {
    /// The `workflow_id`.
    pub id: Id<Workflow>,
    /// What seed files and steps refer to it by.
    pub slug: String,
    /// What it is called.
    pub name: String,
    /// What it is run for.
    pub kind: EntityKind,
    /// What it does, in order.
    pub actions: Vec<Action>,
}

impl Workflow {
    /// The id of the workflow with this slug.
    pub fn id_of(slug: &str) -> Id<Workflow> {
        Id::named(&format!("grip/workflow/{slug}"))
    }
}

impl kernel::Entity for Workflow {
    const TABLE: &'static str = "workflows";
    type Id = Id<Workflow>;
    type Key = ();
    fn id(&self) -> Self::Id {
        self.id
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}

/// What one action of a workflow does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Action {
    /// Take a person's access to these applications away; to all of theirs where none is named.
    RevokeAccess {
        /// What it is called.
        name: String,
        /// Slugs of applications.
        #[serde(default)]
        apps: Vec<String>,
    },
    /// Ask why an application is used: the person, or whoever used the application last.
    RequestJustification {
        /// What it is called.
        name: String,
        /// The slug of the application, in a workflow for people.
        app: Option<String>,
    },
    /// Put a label on the person or the application.
    AddLabel {
        /// What it is called.
        name: String,
        /// The label.
        label: String,
    },
    /// Decide about an application.
    SetSanction {
        /// What it is called.
        name: String,
        /// The sanction state.
        state: String,
    },
    /// Tell somebody; nothing comes of it here.
    Notify {
        /// What it is called.
        name: String,
    },
}

impl Action {
    /// What it is called.
    pub fn name(&self) -> &str {
        match self {
            Self::RevokeAccess { name, .. }
            | Self::RequestJustification { name, .. }
            | Self::AddLabel { name, .. }
            | Self::SetSanction { name, .. }
            | Self::Notify { name } => name,
        }
    }
}

/// What a run is for.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Entity {
    /// A person.
    Identity(Id<Person>),
    /// An application.
    App(Id<App>),
}

/// Where a run stands. `completed` is the vendor's word.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    Pending,
    InProgress,
    Completed,
    Failed,
    Cancelled,
}

/// What may happen to a run.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum RunMove {
    /// Its first action begins.
    Begin,
    /// Its last action completed.
    Complete,
    /// An action failed.
    Fail,
    /// Somebody cancels it.
    Cancel,
}

impl Lifecycle for RunState {
    type Move = RunMove;
    const MACHINE: &'static str = "workflow run";
    const STATES: &'static [Self] = &[Self::Pending, Self::InProgress, Self::Completed, Self::Failed, Self::Cancelled];
    const MOVES: &'static [RunMove] = &[RunMove::Begin, RunMove::Complete, RunMove::Fail, RunMove::Cancel];

    fn on(self, by: RunMove) -> Option<Self> {
        match (self, by) {
            (Self::Pending, RunMove::Begin) => Some(Self::InProgress),
            (Self::InProgress, RunMove::Complete) => Some(Self::Completed),
            (Self::InProgress, RunMove::Fail) => Some(Self::Failed),
            (Self::Pending | Self::InProgress, RunMove::Cancel) => Some(Self::Cancelled),
            (Self::Pending, RunMove::Complete | RunMove::Fail)
            | (Self::InProgress, RunMove::Begin)
            | (Self::Completed | Self::Failed | Self::Cancelled, _) => None,
        }
    }
}

/// Where one action of a run stands.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionState {
    Pending,
    InProgress,
    Completed,
    Failed,
    Cancelled,
    Skipped,
}

/// What may happen to one action of a run.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum ActionMove {
    /// Its turn has come.
    Begin,
    /// It is done.
    Complete,
    /// It cannot be done.
    Fail,
    /// The run is cancelled.
    Cancel,
    /// An earlier one failed.
    Skip,
}

impl Lifecycle for ActionState {
    type Move = ActionMove;
    const MACHINE: &'static str = "workflow action";
    const STATES: &'static [Self] =
        &[Self::Pending, Self::InProgress, Self::Completed, Self::Failed, Self::Cancelled, Self::Skipped];
    const MOVES: &'static [ActionMove] =
        &[ActionMove::Begin, ActionMove::Complete, ActionMove::Fail, ActionMove::Cancel, ActionMove::Skip];

    fn on(self, by: ActionMove) -> Option<Self> {
        match (self, by) {
            (Self::Pending, ActionMove::Begin) => Some(Self::InProgress),
            (Self::Pending, ActionMove::Skip) => Some(Self::Skipped),
            (Self::InProgress, ActionMove::Complete) => Some(Self::Completed),
            (Self::InProgress, ActionMove::Fail) => Some(Self::Failed),
            (Self::Pending | Self::InProgress, ActionMove::Cancel) => Some(Self::Cancelled),
            (Self::Pending, ActionMove::Complete | ActionMove::Fail)
            | (Self::InProgress, ActionMove::Begin | ActionMove::Skip)
            | (Self::Completed | Self::Failed | Self::Cancelled | Self::Skipped, _) => None,
        }
    }
}

/// A workflow is run for one person or one application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// The run's id.
    pub id: Id<Run>,
    /// Its place in the world's sequence.
    pub sequence: u64,
    /// Which workflow.
    pub workflow: Id<Workflow>,
    /// For whom or what.
    pub entity: Entity,
    /// Who gets what a person's accounts own, when their mailbox is inactive.
    pub inheritor: Option<String>,
    /// The name of the token that started it.
    pub created_by: String,
    /// Where it stands.
    pub state: RunState,
    /// What became of it, in one sentence; `None` while it runs.
    pub details: Option<String>,
    /// When it was started.
    pub created: Timestamp,
    /// When it ended.
    pub completed: Option<Timestamp>,
    /// The workflow's actions, in order.
    pub actions: Vec<ActionDone>,
}

/// One action of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActionDone {
    /// What it is called.
    pub name: String,
    /// Where it stands.
    pub state: ActionState,
    /// The revocation that it started.
    pub revocation: Option<Id<Revocation>>,
    /// The justification request that it sent.
    pub justification: Option<Id<Justification>>,
}

/// How runs are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RunKey {
    /// By workflow, in the order in which they were started.
    Workflow(Id<Workflow>, u64),
}

impl kernel::Entity for Run {
    const TABLE: &'static str = "runs";
    type Id = Id<Run>;
    type Key = RunKey;
    fn id(&self) -> Self::Id {
        self.id
    }
    fn keys(&self) -> Vec<RunKey> {
        vec![RunKey::Workflow(self.workflow, self.sequence)]
    }
}
