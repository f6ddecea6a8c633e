//! Entitlements that bring others with them, bound and unbound.

use super::{Noun, Refusal};
use crate::vendors::conductorone::model::{Domain, Proxy, ProxyId};
use crate::world::{Command, Cx};

/// Let whoever gets the source get the destination by it.
pub struct Bind {
    /// Which.
    pub id: ProxyId,
}

impl Command<Domain> for Bind {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let ProxyId { source, destination } = self.id;
        for at in [source, destination] {
            domain.entitlement(at).ok_or(Refusal::NoSuch(Noun::Entitlement))?;
        }
        let back = ProxyId { source: destination, destination: source };
        if source == destination || domain.proxies.contains(&back) {
            return Err(Refusal::Invalid("DstAppEntitlementId", "entitlements must not bring each other".into()));
        }
        if domain.proxies.contains(&self.id) {
            return Err(Refusal::Exists(Noun::Proxy));
        }
        domain.proxies.put(Proxy { id: self.id, created: cx.now() });
        Ok(())
    }
}

/// Let the source bring the destination no longer. Who has got it by then keeps it.
pub struct Unbind {
    /// Which.
    pub id: ProxyId,
}

impl Command<Domain> for Unbind {
    type Output = ();
    fn apply(self, domain: &mut Domain, _: &mut Cx<'_>) -> Result<(), Refusal> {
        domain.proxies.remove(&self.id).map(drop).ok_or(Refusal::NoSuch(Noun::Proxy))
    }
}
