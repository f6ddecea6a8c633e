//! Entitlements that are given by themselves (contract, 15: automation).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::EntitlementRef;
use crate::company::Person;
use crate::kernel::{Entity, Id, Timestamp};

/// Whom an entitlement is given to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AutomationRule {
    /// Nobody.
    #[default]
    None,
    /// Whoever this expression of the older kind is true of.
    Basic(String),
    /// Whoever this expression is true of.
    Cel(String),
    /// Whoever holds one of these.
    Entitlements(BTreeSet<EntitlementRef>),
}

/// What an administrator says about an automation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AutomationSettings {
    /// What it is called.
    pub display_name: String,
    /// What it is for.
    pub description: String,
    /// Whom it gives the entitlement to.
    pub rule: AutomationRule,
}

/// An automation; an entitlement has one at most.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Automation {
    /// Of which entitlement.
    #[serde(rename = "ref")]
    pub at: EntitlementRef,
    /// What an administrator said.
    pub settings: AutomationSettings,
    /// Who is left out.
    pub exclusions: BTreeSet<Id<Person>>,
    /// Who has got the entitlement by it, and is still to have it.
    #[serde(default)]
    pub members: BTreeSet<Id<Person>>,
    /// When it last ran, and what went wrong then; nothing when all went well.
    #[serde(default)]
    pub last_run: Option<(Timestamp, String)>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// When it was deleted.
    pub deleted: Option<Timestamp>,
}

impl Entity for Automation {
    const TABLE: &'static str = "automations";
    type Id = EntitlementRef;
    type Key = ();
    fn id(&self) -> EntitlementRef {
        self.at
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}
