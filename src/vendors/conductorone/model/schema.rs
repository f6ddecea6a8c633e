//! Forms that a request has to fill in (contract, 11).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::kernel::{Entity, Id, Timestamp};
use crate::vendors::conductorone::wire::vocabulary;

vocabulary! {
    /// Whether people are asked why.
    JustificationVisibility {
        Unspecified = "JUSTIFICATION_VISIBILITY_UNSPECIFIED",
        Show = "JUSTIFICATION_VISIBILITY_SHOW",
        Hide = "JUSTIFICATION_VISIBILITY_HIDE",
    }
}

/// What an administrator says about a form.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SchemaSettings {
    /// The form: the vendor's message, kept as it came.
    pub form: Value,
    /// See [`JustificationVisibility`].
    pub justification: JustificationVisibility,
}

/// What a request must say besides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestSchema {
    /// Which.
    pub id: Id<RequestSchema>,
    /// What an administrator said.
    pub settings: SchemaSettings,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
    /// When it was deleted.
    pub deleted: Option<Timestamp>,
}

impl Entity for RequestSchema {
    const TABLE: &'static str = "requestSchemas";
    type Id = Id<RequestSchema>;
    type Key = ();
    fn id(&self) -> Id<RequestSchema> {
        self.id
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}
