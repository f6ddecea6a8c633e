//! Remediation schemas: the ways in which a violation can be put right, and what each wants to know.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::kernel::Entity;

/// A remediation schema (contract, 4.9).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RemediationSchema {
    /// The client's.
    pub id: String,
    /// Free in form.
    pub schema: Value,
    /// Fields of the client's own.
    #[serde(default)]
    pub extra: Map<String, Value>,
}

impl RemediationSchema {
    /// The id of the one that takes grants away; it is built in.
    pub const GRANT_REMOVAL: &'static str = "grantRemoval";

    /// The one that takes grants away.
    pub fn grant_removal() -> Self {
        let schema = json!({
            "_meta": {
                "displayName": "Remove grants",
                "type": "system",
                "properties": {
                    "grantIds": {"isRequired": true, "isMultiValue": true, "display": {"name": "Grants", "order": 1}},
                    "justification": {"isRequired": false, "display": {"name": "Justification", "order": 2}},
                },
            },
            "properties": {
                "remediationOptionId": {"type": "text"},
                "grantIds": {"type": "text"},
                "justification": {"type": "text"},
            },
        });
        Self { id: Self::GRANT_REMOVAL.into(), schema, extra: Map::new() }
    }
    /// Whether it can be neither changed nor deleted.
    pub fn is_built_in(&self) -> bool {
        self.id == Self::GRANT_REMOVAL
    }
    /// The properties without which a remediation is refused (contract, 6.6).
    pub fn required(&self) -> impl Iterator<Item = &str> {
        let properties = self.schema.pointer("/_meta/properties").and_then(Value::as_object);
        let is_required = |property: &Value| property.get("isRequired").and_then(Value::as_bool).unwrap_or(false);
        properties.into_iter().flatten().filter(move |(_, property)| is_required(property)).map(|(name, _)| &**name)
    }
}

impl Entity for RemediationSchema {
    const TABLE: &'static str = "remediationSchemas";
    type Id = String;
    type Key = ();
    fn id(&self) -> String {
        self.id.clone()
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}
