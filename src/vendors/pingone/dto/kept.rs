//! Kept documents on the wire: as they came, with what the server adds.

use serde_json::{Map, Value, json};

use super::{View, fine};
use crate::vendors::pingone::model::Kept;

impl View<'_> {
    /// A kept document with its dates.
    pub fn kept(&self, kept: &Kept) -> Value {
        let mut shown = kept.document.clone();
        shown.insert("metadata".into(), json!({"modifiedDate": fine(kept.changed), "createdDate": fine(kept.created)}));
        Value::Object(shown)
    }

    /// The whole configuration.
    pub fn config(&self) -> Value {
        let entries = self.realm.config.range(0, u32::MAX);
        let entries: Map<String, Value> =
            entries.map(|entry| (entry.key.clone(), Value::Object(entry.value.clone()))).collect();
        Value::Object(entries)
    }
}
