//! Applications under governance.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Catalog, Policy};
use crate::company::{App, Person};
use crate::kernel::{Entity, Id, Timestamp};

/// How accounts are matched to identities.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum IdentityMatching {
    /// Nobody said.
    #[default]
    Unspecified,
    /// By mail address alone.
    Strict,
    /// By display name, too.
    DisplayName,
    /// By an expression.
    Custom,
}

/// How entitlements of the application are held.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AccessModel {
    /// Nobody said.
    #[default]
    Unspecified,
    /// All are synchronised.
    Classic,
    /// Some are.
    Hybrid,
    /// Those that are used.
    Sparse,
}

/// The connector object that a row made by hand is to be matched with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MatchBaton {
    /// The application, as it was sent.
    pub app: String,
    /// The connector, as it was sent.
    pub connector: String,
    /// What the connector calls it.
    pub external: String,
}

/// What ConductorOne keeps about an application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppProfile {
    /// The application.
    pub app: Id<App>,
    /// What an administrator calls it; as the application itself when absent.
    pub display_name: Option<String>,
    /// What an administrator says it is for; as the application itself when absent.
    pub description: Option<String>,
    /// Who answers for it, in the order in which they were named.
    pub owners: Vec<Id<Person>>,
    /// Decides requests for its entitlements; the tenant's own when absent.
    pub grant_policy: Option<Id<Policy>>,
    /// Decides their removal.
    pub revoke_policy: Option<Id<Policy>>,
    /// Decides their review.
    pub certify_policy: Option<Id<Policy>>,
    /// Where its entitlements are offered unless somebody says otherwise.
    pub default_catalog: Option<Id<Catalog>>,
    /// Address of a picture.
    pub icon_url: String,
    /// What people who ask should know.
    pub instructions: String,
    /// What a seat costs, in whole dollars a month.
    pub monthly_cost_usd: i32,
    /// How accounts are matched.
    pub identity_matching: IdentityMatching,
    /// How entitlements are held.
    pub access_model: AccessModel,
    /// No connector speaks for it.
    pub is_manually_managed: bool,
    /// Identities come from it.
    pub is_directory: bool,
    /// Revoking takes what a grant comes from, too.
    pub revoke_grant_sources: bool,
    /// Access is given before anything else of it.
    pub strict_access_provisioning: bool,
    /// The connector says who owns what.
    pub connector_sourced_ownership: bool,
    /// Free notes.
    pub annotations: BTreeMap<String, String>,
    /// What it is to be matched with.
    pub match_baton: Option<MatchBaton>,
    /// When it came under governance.
    pub created: Timestamp,
    /// When this row last changed.
    pub updated: Timestamp,
    /// When it left.
    pub deleted: Option<Timestamp>,
}

impl AppProfile {
    /// An application that has just come under governance.
    pub fn of(app: Id<App>, now: Timestamp) -> Self {
        Self {
            app,
            display_name: None,
            description: None,
            owners: Vec::new(),
            grant_policy: None,
            revoke_policy: None,
            certify_policy: None,
            default_catalog: None,
            icon_url: String::new(),
            instructions: String::new(),
            monthly_cost_usd: 0,
            identity_matching: IdentityMatching::default(),
            access_model: AccessModel::default(),
            is_manually_managed: false,
            is_directory: false,
            revoke_grant_sources: false,
            strict_access_provisioning: false,
            connector_sourced_ownership: false,
            annotations: BTreeMap::new(),
            match_baton: None,
            created: now,
            updated: now,
            deleted: None,
        }
    }

    /// What it is called here.
    pub fn name<'a>(&'a self, app: &'a App) -> &'a str {
        self.display_name.as_deref().unwrap_or(&app.name)
    }
}

impl Entity for AppProfile {
    const TABLE: &'static str = "apps";
    type Id = Id<App>;
    type Key = ();
    fn id(&self) -> Id<App> {
        self.app
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}
