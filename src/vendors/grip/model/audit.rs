//! The audit trail. The vendor says only that there is one; its shape is [assumed] (contract, 14).

use serde::{Deserialize, Serialize};

use crate::kernel::{Entity, Id, Timestamp};

/// What kind of actor did something.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    ApiToken,
    User,
    System,
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// What kind.
    #[serde(rename = "type")]
    pub kind: ActorKind,
    /// The token's, or the person's.
    pub name: String,
    /// The person's.
    pub email: Option<String>,
}

/// What kind of thing it was done to.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    SaasApplication,
    Identity,
    AccessRevocation,
    JustificationRequest,
    Offboarding,
    WorkflowRun,
    Alert,
}

/// What it was done to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// What kind.
    pub kind: SubjectKind,
    /// Its id, as the API shows it.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
}

/// Something that changed something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    /// Its place in the world's sequence.
    pub sequence: u64,
    /// Its id.
    pub id: Id<AuditEntry>,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What, such as `saas.label.added`.
    pub action: String,
    /// To what.
    pub subject: Subject,
    /// In a sentence.
    pub description: String,
    /// And in detail.
    pub details: serde_json::Value,
}

impl Entity for AuditEntry {
    const TABLE: &'static str = "audit";
    type Id = u64;
    type Key = ();
    fn id(&self) -> u64 {
        self.sequence
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}
