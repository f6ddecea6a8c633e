//! Policies, rules and remediation schemas: the client's documents, and what the server knows besides.

use serde_json::{Map, Value, json};

use super::{View, fine};
use crate::kernel::Timestamp;
use crate::vendors::pingone::model::{Policy, RemediationSchema, Rule};

impl View<'_> {
    /// A policy (contract, 4.1).
    pub fn policy(&self, policy: &Policy) -> Value {
        with_metadata(&policy.document, policy.created, policy.modified)
    }

    /// A rule (contract, 4.2), perhaps with its remediation schemas in full.
    pub fn rule(&self, rule: &Rule, resolve_schemas: bool) -> Value {
        let mut shown = with_metadata(&rule.document, rule.created, rule.modified);
        if resolve_schemas {
            self.resolve_schemas(&mut shown["remediation"]);
        }
        shown
    }

    /// Puts remediation schemas in the place of their ids; unknown ids stay.
    pub fn resolve_schemas(&self, remediation: &mut Value) {
        let schemas = remediation.get_mut("schemas").and_then(Value::as_array_mut);
        for schema in schemas.into_iter().flatten() {
            let known = schema.as_str().and_then(|id| self.realm.schemas.get(&id.to_owned()));
            if let Some(known) = known {
                *schema = remediation_schema(known);
            }
        }
    }
}

/// A remediation schema (contract, 4.9).
pub fn remediation_schema(schema: &RemediationSchema) -> Value {
    let mut shown = Map::new();
    shown.insert("id".into(), schema.id.as_str().into());
    shown.insert("schema".into(), schema.schema.clone());
    shown.extend(schema.extra.clone());
    Value::Object(shown)
}

/// When an object was made and last changed, as every later reading shows it.
pub fn metadata(created: Timestamp, modified: Timestamp) -> Value {
    json!({"modifiedDate": fine(modified), "createdDate": fine(created)})
}

fn with_metadata(document: &Map<String, Value>, created: Timestamp, modified: Timestamp) -> Value {
    let mut document = document.clone();
    document.insert("metadata".into(), metadata(created, modified));
    Value::Object(document)
}
