//! Policies: sets of rules that are scanned together.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Rule;
use crate::kernel::{Entity, Id, Timestamp};

/// A policy. It is the client's document, unknown fields and key order included (contract, 4.1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Policy {
    /// The server's.
    pub id: Id<Policy>,
    /// The document, its `id` in the place where the client put it; never `metadata`.
    pub document: Map<String, Value>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
}

impl Policy {
    /// The id of the policy that seed files call so.
    pub fn id_of(slug: &str) -> Id<Policy> {
        Id::named(&format!("pingone/policy/{slug}"))
    }
    /// What it is called.
    pub fn name(&self) -> &str {
        self.document.get("name").and_then(Value::as_str).unwrap_or_default()
    }
    /// Whether its schedule fires.
    pub fn is_active(&self) -> bool {
        self.document.get("active").and_then(Value::as_bool).unwrap_or(true)
    }
    /// Its rules, those that exist no longer included.
    pub fn rules(&self) -> impl Iterator<Item = Id<Rule>> {
        let ids = self.document.get("policyRuleIds").and_then(Value::as_array);
        ids.into_iter().flatten().filter_map(|id| Id::from_dashed(id.as_str()?))
    }
    /// When it is scanned by itself; the form is the client's.
    pub fn schedule(&self) -> Option<&Value> {
        self.document.get("schedule").filter(|schedule| !schedule.is_null())
    }
}

/// How policies are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyKey {
    /// By name.
    Name(String),
}

impl Entity for Policy {
    const TABLE: &'static str = "policies";
    type Id = Id<Policy>;
    type Key = PolicyKey;
    fn id(&self) -> Self::Id {
        self.id
    }
    fn keys(&self) -> Vec<PolicyKey> {
        vec![PolicyKey::Name(self.name().to_owned())]
    }
}
