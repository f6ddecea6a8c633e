//! Tenants by name, forked from the base world when first asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use std::time::Duration;

use parking_lot::RwLock;
use tokio::sync::Notify;

use super::moment::{Look, Order, Sheet};
use super::{Forgotten, Head, Tenant, World};
use crate::kernel::Timestamp;

/// The tenant of those who name none.
pub const DEFAULT: &str = "default";

/// The longest name of a tenant.
const NAME_MAX: usize = 64;

/// Why there is no such tenant to be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoTenant {
    /// As many as may be are named or hold snapshots.
    #[error("there are {0} tenants, and none of them may be forgotten")]
    Full(usize),
    /// There is one already.
    #[error("there is a tenant `{0}` already")]
    Taken(String),
    /// Names are short labels.
    #[error("`{0}` cannot be the name of a tenant: 1 to {NAME_MAX} letters, digits, `-`, `_` and `.`")]
    Name(String),
}

/// Whether a tenant may be called so.
pub fn is_tenant_name(name: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=NAME_MAX).contains(&name.len()) && name.bytes().all(legal)
}

/// What wakes those who work though nobody asks; each has one listener.
#[derive(Default)]
pub(super) struct Bells {
    /// Some tenant's next timer is another than it was.
    pub time: Notify,
    /// In some tenant somebody shall be called.
    pub calls: Notify,
}

/// Every tenant of this process.
pub struct Tenants {
    base: Arc<World>,
    order: Arc<Order>,
    max: usize,
    bells: Arc<Bells>,
    tenants: RwLock<BTreeMap<Arc<str>, Arc<Tenant>>>,
}

impl Tenants {
    /// Tenants that begin with `base`; at most `max` of them at a time.
    pub fn over(base: World, order: Order, max: usize) -> Self {
        let order = Arc::new(order);
        Self { base: Arc::new(base), order, max: max.max(1), bells: Arc::default(), tenants: RwLock::default() }
    }

    /// The world that a new tenant begins with.
    pub fn base(&self) -> &Arc<World> {
        &self.base
    }

    /// The tenant of this name, forked from the base world if there was none: O(1), and no memory
    /// until it diverges. When there are too many, the one idle longest is forgotten.
    ///
    /// # Errors
    /// When none may be forgotten, or a tenant cannot be called so.
    pub fn get_or_fork(&self, name: &str) -> Result<Arc<Tenant>, NoTenant> {
        if let Some(tenant) = self.get(name) {
            return Ok(tenant);
        }
        match self.create(name, Arc::clone(&self.base)) {
            Err(NoTenant::Taken(_)) => self.get_or_fork(name),
            created => created,
        }
    }

    /// The tenant of this name, forked from the base world if there was none, and a first look at it.
    ///
    /// # Errors
    /// Those of [`Tenants::get_or_fork`].
    pub async fn look(&self, name: &str) -> Result<(Arc<Tenant>, Head), NoTenant> {
        loop {
            if let Some(tenant) = self.get(name) {
                match tenant.look_if_known().await {
                    Ok(head) => return Ok((tenant, head)),
                    Err(Forgotten) => continue,
                }
            }
            match self.create(name, Arc::clone(&self.base)) {
                Err(NoTenant::Taken(_)) => {}
                created => {
                    let tenant = created?;
                    let head = tenant.look().await;
                    return Ok((tenant, head));
                }
            }
        }
    }

    /// The tenant of this name, if there is one.
    pub fn get(&self, name: &str) -> Option<Arc<Tenant>> {
        self.tenants.read().get(name).cloned()
    }

    /// Makes a tenant of `world`.
    ///
    /// # Errors
    /// When there is one of this name, there are too many and none may be forgotten, or a tenant
    /// cannot be called so.
    pub fn create(&self, name: &str, world: Arc<World>) -> Result<Arc<Tenant>, NoTenant> {
        if !is_tenant_name(name) {
            return Err(NoTenant::Name(name.to_owned()));
        }
        let mut tenants = self.tenants.write();
        if tenants.contains_key(name) {
            return Err(NoTenant::Taken(name.to_owned()));
        }
        let mut idlest = None;
        if tenants.len() >= self.max {
            let idle = tenants.values().filter(|tenant| tenant.is_forgettable() && &**tenant.name() != DEFAULT);
            let found = idle.min_by_key(|tenant| tenant.last_used()).map(|tenant| Arc::clone(tenant.name()));
            idlest = Some(found.ok_or(NoTenant::Full(self.max))?);
        }
        let (opened, given) = self.order.at_once();
        // Which one was idle longest depends on readings that no journal keeps.
        let idlest = given.map_or(idlest, |given| given.instead_of);
        let gone = idlest.as_deref().and_then(|idlest| tenants.remove(idlest));
        let world = self.running(world, opened);
        let (is_calling, revision) = (world.is_calling(), world.revision);
        let (order, bells) = (Arc::clone(&self.order), Arc::clone(&self.bells));
        let tenant = Arc::new(Tenant::ringing(name, world, order, opened, bells));
        let open = |_| self.order.note(Look::Opened, opened, revision, idlest);
        match gone {
            Some(gone) => gone.close(open),
            None => open(0),
        }
        tenants.insert(Arc::clone(tenant.name()), Arc::clone(&tenant));
        self.bells.time.notify_one();
        if is_calling {
            self.bells.calls.notify_one();
        }
        Ok(tenant)
    }

    /// Every tenant, by name.
    pub fn all(&self) -> Vec<Arc<Tenant>> {
        self.tenants.read().values().cloned().collect()
    }

    /// Whether moments are given out, as they are when a journal is replayed.
    pub fn is_led(&self) -> bool {
        self.order.is_led()
    }

    /// Lets due time pass in every tenant, and hands `passed` the sheet with the moments at which it did. How long the wall takes until there is something due
    /// again; `None` when nothing will be unless somebody stirs.
    pub async fn settle(&self, mut passed: impl FnMut(&Tenant, &Sheet)) -> Option<Duration> {
        let mut next: Option<Duration> = None;
        for tenant in self.all() {
            let sheet = Sheet::default();
            if sheet.of(tenant.settle()).await == Err(Forgotten) {
                continue;
            }
            passed(&tenant, &sheet);
            next = next.into_iter().chain(tenant.wait()).min();
        }
        next
    }

    /// Waits until some tenant's next timer is another than it was. For one waiter.
    pub async fn stirred(&self) {
        self.bells.time.notified().await;
    }

    /// Waits until somebody shall be called in some tenant. For one waiter.
    pub async fn called(&self) {
        self.bells.calls.notified().await;
    }

    /// Forgets a tenant; hands it out if there was one.
    pub fn remove(&self, name: &str) -> Option<Arc<Tenant>> {
        let mut tenants = self.tenants.write();
        let gone = tenants.remove(name)?;
        let (closed, _) = self.order.at_once();
        gone.close(|revision| self.order.note(Look::Closed, closed, revision, None));
        Some(gone)
    }

    /// The same world with a running clock anchored to the wall as it is now.
    fn running(&self, world: Arc<World>, wall: Timestamp) -> Arc<World> {
        let clock = world.clock.anchored(world.hour, wall);
        if clock == world.clock {
            return world;
        }
        Arc::new(World { clock, ..World::clone(&world) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_name_is_a_short_label() {
        assert!(is_tenant_name("my-suite_1.a"));
        for wrong in ["", "a/b", "a b", &"a".repeat(65)] {
            assert!(!is_tenant_name(wrong), "{wrong}");
        }
    }
}
