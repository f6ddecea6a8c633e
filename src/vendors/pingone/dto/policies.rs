//! Policies and rules: the client's documents, and what the server knows besides.

use serde_json::{Map, Value, json};

use super::{View, fine};
use crate::kernel::Timestamp;
use crate::vendors::pingone::model::Policy;

impl View<'_> {
    /// A policy (contract, 4.1).
    pub fn policy(&self, policy: &Policy) -> Value {
        with_metadata(&policy.document, policy.created, policy.modified)
    }
}

fn with_metadata(document: &Map<String, Value>, created: Timestamp, modified: Timestamp) -> Value {
    let mut document = document.clone();
    document.insert("metadata".into(), json!({"modifiedDate": fine(modified), "createdDate": fine(created)}));
    Value::Object(document)
}
