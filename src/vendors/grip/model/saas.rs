//! What Grip knows about an application that the application would not know itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::company::{App, Person};
use crate::kernel::{Entity, Id};

/// One application as Grip judges it. Its counts are the company's and stand nowhere here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SaasProfile {
    /// Which application.
    pub app: Id<App>,
    /// Its place in listings.
    pub place: u32,
    /// Where its logo is.
    pub logo_url: Option<String>,
    /// 0 to 100.
    pub risk_score: u8,
    /// What was decided about it; nothing yet when `None`.
    pub sanction: Option<String>,
    /// Free words, in the order in which they were added.
    pub labels: Vec<String>,
    /// Who answers for it in the business, as free text.
    pub business_owner: Option<String>,
    /// How many instances were found.
    pub instances: u32,
    /// Where it was discovered.
    pub source_platforms: Vec<String>,
    /// What it holds; the vendor's elements are unknown.
    pub assets: Vec<serde_json::Value>,
    /// What it is certified for.
    pub compliances: Vec<String>,
    /// Whom to ask about it.
    pub primary_contact: Option<Id<Person>>,
    /// OAuth scopes that were granted to it.
    pub scopes: Scopes,
    /// Whether it can ask for a second factor.
    pub mfa: bool,
    /// Which identity providers it can be connected to by SAML.
    pub saml: BTreeMap<String, bool>,
    /// How much of it is AI.
    pub ai: AiDepth,
    /// What its terms say.
    pub terms: Terms,
    /// `A`, `B`, `C`, `D` or `F`.
    pub scorecard: Option<String>,
    /// Access to it can be removed in enhanced mode only; it still shows as unsupported.
    pub enhanced_only: bool,
}

/// Granted OAuth scopes, by the harm that they can do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scopes {
    /// Much.
    pub high: Vec<String>,
    /// Some.
    pub medium: Vec<String>,
    /// Little.
    pub low: Vec<String>,
}

impl Scopes {
    /// How many there are.
    pub fn total(&self) -> usize {
        self.high.len() + self.medium.len() + self.low.len()
    }
}

/// How much of an application is AI.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AiDepth {
    /// `none` is known; `assisted`, `embedded` and `native` are the data set's.
    pub level: String,
    /// What it does.
    pub description: Option<String>,
}

impl Default for AiDepth {
    fn default() -> Self {
        Self { level: "none".into(), description: None }
    }
}

/// What an application's terms say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Terms {
    /// Questions and their answers.
    pub questions: BTreeMap<String, String>,
    /// Where it says so.
    pub references: Vec<String>,
}

/// How applications are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SaasKey {
    /// By place in listings.
    Place(u32),
}

impl Entity for SaasProfile {
    const TABLE: &'static str = "saas";
    type Id = Id<App>;
    type Key = SaasKey;
    fn id(&self) -> Id<App> {
        self.app
    }
    fn keys(&self) -> Vec<SaasKey> {
        vec![SaasKey::Place(self.place)]
    }
}
