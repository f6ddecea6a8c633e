//! Entitlements that bring others with them: whoever gets the source gets the destination by it.

use serde::{Deserialize, Serialize};

use super::EntitlementRef;
use crate::kernel::{Entity, Timestamp};

/// What identifies a proxy binding.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ProxyId {
    /// What is asked for.
    pub source: EntitlementRef,
    /// What comes with it.
    pub destination: EntitlementRef,
}

/// A proxy binding: the vendor's `AppEntitlementProxy`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Proxy {
    /// Between which.
    pub id: ProxyId,
    /// When it was made.
    pub created: Timestamp,
}

impl Entity for Proxy {
    const TABLE: &'static str = "entitlementProxies";
    type Id = ProxyId;
    type Key = ();
    fn id(&self) -> ProxyId {
        self.id
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}
