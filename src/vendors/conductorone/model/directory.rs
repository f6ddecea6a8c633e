//! Applications that identities come from (contract, 12.4).

use serde::{Deserialize, Serialize};

use crate::company::App;
use crate::kernel::{Entity, Id, Timestamp};

/// Which accounts of the application are identities.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AccountFilter {
    /// All of them.
    #[default]
    All,
    /// Those that this expression is true of.
    Cel(String),
}

/// Which account belongs to which identity.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MatchCase {
    /// What of the account.
    pub account_key: String,
    /// Is what of the identity.
    pub user_key: String,
}

/// A directory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Directory {
    /// The application.
    pub app: Id<App>,
    /// Which of its accounts.
    pub filter: AccountFilter,
    /// How they are matched; by mail address when there is nothing.
    pub matching: Option<Vec<MatchCase>>,
    /// When it became one.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
}

impl Entity for Directory {
    const TABLE: &'static str = "directories";
    type Id = Id<App>;
    type Key = ();
    fn id(&self) -> Id<App> {
        self.app
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}
