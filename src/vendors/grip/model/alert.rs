//! Alerts, and the policies that raise them (contract, 8 and 12).

use serde::{Deserialize, Serialize};

use crate::company::{App, Person};
use crate::kernel::{Entity, Id, Lifecycle, Timestamp};

/// How bad an alert is; the vendor's filter counts them from 1.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Severity {
    Low,
    Medium,
    High,
    Critical,
}

impl Severity {
    /// Every severity, the mildest first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "Low",
            Self::Medium => "Medium",
            Self::High => "High",
            Self::Critical => "Critical",
        }
    }
}

/// Where an alert stands; no source names the words.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertState {
    Open,
    InProgress,
    Resolved,
    Dismissed,
}

/// What may happen to an alert.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlertMove {
    /// Somebody looks into it.
    Begin,
    /// It is mended.
    Resolve,
    /// It is none.
    Dismiss,
    /// It is back.
    Reopen,
}

impl Lifecycle for AlertState {
    type Move = AlertMove;
    const MACHINE: &'static str = "alert";
    const STATES: &'static [Self] = &[Self::Open, Self::InProgress, Self::Resolved, Self::Dismissed];
    const MOVES: &'static [AlertMove] = &[AlertMove::Begin, AlertMove::Resolve, AlertMove::Dismiss, AlertMove::Reopen];

    fn on(self, by: AlertMove) -> Option<Self> {
        match (self, by) {
            (Self::Open, AlertMove::Begin) => Some(Self::InProgress),
            (Self::InProgress, AlertMove::Resolve) => Some(Self::Resolved),
            (Self::Open | Self::InProgress, AlertMove::Dismiss) => Some(Self::Dismissed),
            (Self::Resolved | Self::Dismissed, AlertMove::Reopen) => Some(Self::Open),
            (Self::Open, AlertMove::Resolve | AlertMove::Reopen)
            | (Self::InProgress, AlertMove::Begin | AlertMove::Reopen)
            | (Self::Resolved | Self::Dismissed, AlertMove::Begin | AlertMove::Resolve | AlertMove::Dismiss) => None,
        }
    }
}

/// What an alert is raised by, and what it says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Policy {
    /// The `policyReadableId`.
    pub id: u32,
    /// What seed files and steps refer to it by.
    pub slug: String,
    /// The `alertName` of its alerts.
    pub name: String,
    /// The `alertType` of its alerts.
    #[serde(rename = "type")]
    pub kind: String,
    /// Their category.
    pub category: String,
    /// Their severity, unless one says otherwise.
    pub severity: Severity,
    /// What they say.
    pub description: String,
    /// What to do about them, in short.
    pub mitigation_header: String,
    /// What to do about them, step by step.
    pub mitigation_steps: Vec<String>,
    /// What to do about them, at length.
    pub mitigation_description: Option<String>,
    /// What may come of them.
    pub potential_impacts: Vec<String>,
}

impl Entity for Policy {
    const TABLE: &'static str = "policies";
    type Id = u32;
    type Key = ();
    fn id(&self) -> u32 {
        self.id
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}

/// What an alert is about.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RelatedEntity {
    /// A person.
    Identity(Id<Person>),
    /// An application.
    Saas(Id<App>),
}

/// Something that somebody should look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Alert {
    /// The readable id; grows with time, and is never used again.
    pub id: u32,
    /// What raised it.
    pub policy: u32,
    /// How bad it is.
    pub severity: Severity,
    /// What it says, where its policy does not say it well enough.
    pub description: Option<String>,
    /// What its type says besides.
    pub unique_fields: serde_json::Map<String, serde_json::Value>,
    /// What it is about.
    pub entity: RelatedEntity,
    /// Where it stands.
    pub state: AlertState,
    /// When it was raised.
    pub created: Timestamp,
    /// When it last moved.
    pub updated: Timestamp,
}

impl Entity for Alert {
    const TABLE: &'static str = "alerts";
    type Id = u32;
    type Key = ();
    fn id(&self) -> u32 {
        self.id
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}
