//! What speaks for an application (contract, 12.4): the object alone, since nothing here synchronises.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::company::{App, Person};
use crate::kernel::{Entity, Id, Timestamp};

/// When it synchronises.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SyncSchedule {
    /// In cron's words.
    pub cron: String,
    /// From when on.
    pub start: Option<Timestamp>,
    /// Whose hours.
    pub timezone: String,
}

/// What an administrator says about a connector.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ConnectorSettings {
    /// What it is called.
    pub display_name: String,
    /// What it is for.
    pub description: String,
    /// Who looks after it.
    pub user_ids: Vec<Id<Person>>,
    /// How it reaches the application; nobody here looks inside.
    pub config: Option<Value>,
    /// When it synchronises.
    pub schedule: Option<SyncSchedule>,
    /// Whether a synchronisation goes on where it stopped.
    pub can_resume_sync: bool,
    /// Whether a synchronisation that loses much is taken nevertheless.
    pub disable_check_bad_sync: bool,
    /// How many work on it at once.
    pub parallel_sync_worker_count: i32,
    /// Which parts of a profile are kept.
    pub profile_allow_list: Vec<String>,
    /// Which are not.
    pub profile_ignore_list: Vec<String>,
    /// What is synchronised besides; nobody here looks inside.
    pub sync_config: Option<Value>,
    /// Why it does not synchronise.
    pub sync_disabled_reason: String,
    /// Of which kind the reason is.
    pub sync_disabled_category: String,
}

/// A connector.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Connector {
    /// Which.
    pub id: Id<Connector>,
    /// Of which application.
    pub app: Id<App>,
    /// Of which kind; empty for one without a form.
    pub catalog: String,
    /// What an administrator said.
    pub settings: ConnectorSettings,
    /// When the way to reach the application last changed.
    pub configured: Option<Timestamp>,
    /// When it was made; synchronisation is done at once.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// When it was deleted.
    pub deleted: Option<Timestamp>,
}

/// How connectors are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConnectorKey {
    /// By application.
    App(Id<App>),
}

impl Entity for Connector {
    const TABLE: &'static str = "connectors";
    type Id = Id<Connector>;
    type Key = ConnectorKey;
    fn id(&self) -> Id<Connector> {
        self.id
    }
    fn keys(&self) -> Vec<ConnectorKey> {
        vec![ConnectorKey::App(self.app)]
    }
}
