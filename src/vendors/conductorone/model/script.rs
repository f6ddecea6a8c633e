//! What is written down about how things will go: connectors that fail, actions that exist.

use serde::{Deserialize, Serialize};

use super::EntitlementRef;
use crate::company::{App, Entitlement};
use crate::kernel::{Entity, Id};

/// What fails.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Failure {
    /// Everything in an application.
    App(Id<App>),
    /// One entitlement.
    Entitlement(Id<Entitlement>),
}

/// A connector that fails until somebody says otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Failing {
    /// What fails.
    pub what: Failure,
    /// What the connector says.
    pub message: String,
    /// Whether the owners of the application do it by hand then.
    pub falls_back: bool,
}

impl Failing {
    /// What could fail about an entitlement, the most particular first.
    pub fn of(entitlement: EntitlementRef) -> [Failure; 2] {
        [Failure::Entitlement(entitlement.id), Failure::App(entitlement.app)]
    }
}

impl Entity for Failing {
    const TABLE: &'static str = "failing";
    type Id = Failure;
    type Key = ();
    fn id(&self) -> Failure {
        self.what
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}

/// An action of a connector that may be asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KnownAction {
    /// Which.
    pub id: Id<KnownAction>,
    /// What it is called.
    pub display_name: String,
    /// Whether it acts on a resource.
    pub on_resource: bool,
}

impl Entity for KnownAction {
    const TABLE: &'static str = "actions";
    type Id = Id<KnownAction>;
    type Key = ();
    fn id(&self) -> Id<KnownAction> {
        self.id
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}
