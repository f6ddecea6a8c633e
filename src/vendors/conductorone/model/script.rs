//! What is written down about how things will go: connectors that fail or take their time, actions that exist.

use serde::{Deserialize, Serialize};

use super::EntitlementRef;
use crate::company::{App, Entitlement};
use crate::kernel::{Entity, Id, Span};

/// What a connector gives and takes.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Reach {
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
    pub what: Reach,
    /// What the connector says.
    pub message: String,
    /// Whether the owners of the application do it by hand then.
    pub falls_back: bool,
}

impl Reach {
    /// What an entitlement belongs to, the most particular first.
    pub fn of(entitlement: EntitlementRef) -> [Self; 2] {
        [Self::Entitlement(entitlement.id), Self::App(entitlement.app)]
    }
}

impl Entity for Failing {
    const TABLE: &'static str = "failing";
    type Id = Reach;
    type Key = ();
    fn id(&self) -> Reach {
        self.what
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}

/// A connector that takes its time until somebody says otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lag {
    /// Where it does.
    pub what: Reach,
    /// How long.
    pub lasting: Span,
}

impl Entity for Lag {
    const TABLE: &'static str = "lags";
    type Id = Reach;
    type Key = ();
    fn id(&self) -> Reach {
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
    /// Whether it makes a resource.
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
