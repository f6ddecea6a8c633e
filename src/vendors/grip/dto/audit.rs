//! The audit trail.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{View, instant};
use crate::vendors::grip::lifecycle::word;
use crate::vendors::grip::model::AuditEntry;

/// An entry of the audit trail.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditLog {
    pub id: String,
    pub timestamp: String,
    pub actor: AuditActor,
    pub action: String,
    pub entity_type: String,
    pub entity_id: Option<String>,
    pub entity_name: Option<String>,
    pub description: String,
    #[schema(value_type = Object)]
    pub details: Value,
}

/// Who did it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditActor {
    /// `api_token`, `user` or `system`.
    #[serde(rename = "type")]
    pub kind: String,
    pub name: String,
    pub email: Option<String>,
}

impl View<'_> {
    /// An entry.
    pub fn audit(&self, entry: &AuditEntry) -> AuditLog {
        AuditLog {
            id: entry.id.dashed(),
            timestamp: instant(entry.at),
            actor: AuditActor {
                kind: word(&entry.actor.kind),
                name: entry.actor.name.clone(),
                email: entry.actor.email.clone(),
            },
            action: entry.action.clone(),
            entity_type: word(&entry.subject.kind),
            entity_id: Some(entry.subject.id.clone()),
            entity_name: entry.subject.name.clone(),
            description: entry.description.clone(),
            details: entry.details.clone(),
        }
    }
}
