//! What is done about access that nobody uses (contract, 8.9).

use serde::{Deserialize, Serialize};

use crate::company::App;
use crate::kernel::{Entity, Id};

/// What an administrator says about the unused access to an application.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UsageSettings {
    /// Whether somebody is told. Kept; the simulator writes to nobody.
    pub notify: bool,
    /// After how many days.
    pub notify_after_days: u32,
    /// Whether a revoke task is opened.
    pub revoke: bool,
    /// After how many days.
    pub revoke_after_days: u32,
}

/// What is done about unused access to one application; nothing where there is no row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UsageControls {
    /// The application.
    pub app: Id<App>,
    /// What an administrator said.
    pub settings: UsageSettings,
}

impl Entity for UsageControls {
    const TABLE: &'static str = "usageControls";
    type Id = Id<App>;
    type Key = ();
    fn id(&self) -> Id<App> {
        self.app
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}
