//! What administrators set, and the documents that they keep: configuration, glossary, request types, forms.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::kernel::{Entity, Timestamp};

/// One key of the configuration (contract, 11).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConfigEntry {
    /// Its place in the list of all keys.
    pub place: u32,
    /// Its name.
    pub key: String,
    /// What it says.
    pub value: Map<String, Value>,
}

impl Entity for ConfigEntry {
    const TABLE: &'static str = "config";
    type Id = String;
    type Key = u32;
    fn id(&self) -> String {
        self.key.clone()
    }
    fn keys(&self) -> Vec<u32> {
        vec![self.place]
    }
}

/// A document that clients keep here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// Of which kind, and under which id.
    pub id: (Shelf, String),
    /// As it was sent, with what the server adds.
    pub document: Map<String, Value>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub changed: Timestamp,
    /// Its place among those of its kind, in the order of creation.
    pub place: u64,
}

/// A kind of kept documents.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shelf {
    /// Attributes of the glossary.
    Glossary,
    /// Types of requests.
    RequestTypes,
    /// Templates of certification campaigns.
    Templates,
    /// What governance reacts to.
    Events,
    /// Forms with which people ask.
    Forms,
    /// Which form is used for what.
    FormAssignments,
    /// Definitions of workflows.
    Workflows,
}

impl Shelf {
    /// What a document must say.
    pub fn required(self) -> &'static [&'static str] {
        match self {
            Self::Glossary | Self::Templates | Self::Events | Self::Forms => &["name"],
            Self::FormAssignments => &["formId", "objectId"],
            Self::RequestTypes | Self::Workflows => &[],
        }
    }

    /// Whether a client chooses the ids (contract, 2.5).
    pub fn takes_ids(self) -> bool {
        matches!(self, Self::RequestTypes | Self::Workflows)
    }

    /// Whether a name stands only once.
    pub fn names_once(self) -> bool {
        !matches!(self, Self::FormAssignments | Self::Workflows)
    }
}

impl Entity for Kept {
    const TABLE: &'static str = "kept";
    type Id = (Shelf, String);
    type Key = (Shelf, u64);
    fn id(&self) -> Self::Id {
        self.id.clone()
    }
    fn keys(&self) -> Vec<Self::Key> {
        vec![(self.id.0, self.place)]
    }
}
