//! Tenants by name, forked from the base world when first asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::RwLock;

use super::{Tenant, World};
use crate::kernel::{Clock, Wall};

/// The tenant of those who name none.
pub const DEFAULT: &str = "default";

/// No further tenant can be had: as many as may be are named or hold snapshots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are {0} tenants, and none of them may be forgotten")]
pub struct Full(pub usize);

/// Every tenant of this process.
pub struct Tenants {
    base: Arc<World>,
    wall: Arc<dyn Wall>,
    max: usize,
    tenants: RwLock<BTreeMap<Arc<str>, Arc<Tenant>>>,
}

impl Tenants {
    /// Tenants that begin with `base`; at most `max` of them at a time.
    pub fn over(base: World, wall: Arc<dyn Wall>, max: usize) -> Self {
        Self { base: Arc::new(base), wall, max: max.max(1), tenants: RwLock::default() }
    }

    /// The world that a new tenant begins with.
    pub fn base(&self) -> &Arc<World> {
        &self.base
    }

    /// The tenant of this name, forked from the base world if there was none: O(1), and no memory
    /// until it diverges. When there are too many, the one idle longest is forgotten.
    ///
    /// # Errors
    /// When none may be forgotten.
    pub fn get_or_fork(&self, name: &str) -> Result<Arc<Tenant>, Full> {
        if let Some(tenant) = self.get(name) {
            return Ok(tenant);
        }
        self.put(name, Arc::clone(&self.base))
    }

    /// The tenant of this name, if there is one.
    pub fn get(&self, name: &str) -> Option<Arc<Tenant>> {
        self.tenants.read().get(name).cloned()
    }

    /// Makes a tenant of `world` unless there is one of this name already; hands out the one there is.
    ///
    /// # Errors
    /// When there are too many and none may be forgotten.
    pub fn put(&self, name: &str, world: Arc<World>) -> Result<Arc<Tenant>, Full> {
        let mut tenants = self.tenants.write();
        if let Some(tenant) = tenants.get(name) {
            return Ok(Arc::clone(tenant));
        }
        if tenants.len() >= self.max {
            let idle = tenants.values().filter(|tenant| tenant.is_forgettable() && &**tenant.name() != DEFAULT);
            let idlest = idle.min_by_key(|tenant| tenant.last_used()).map(|tenant| Arc::clone(tenant.name()));
            tenants.remove(&idlest.ok_or(Full(self.max))?);
        }
        let tenant = Arc::new(Tenant::new(name, self.running(world), Arc::clone(&self.wall)));
        tenants.insert(Arc::clone(tenant.name()), Arc::clone(&tenant));
        Ok(tenant)
    }

    /// Every tenant, by name.
    pub fn all(&self) -> Vec<Arc<Tenant>> {
        self.tenants.read().values().cloned().collect()
    }

    /// Forgets a tenant; hands it out if there was one.
    pub fn remove(&self, name: &str) -> Option<Arc<Tenant>> {
        self.tenants.write().remove(name)
    }

    /// The same world with a running clock anchored to the wall as it is now.
    fn running(&self, world: Arc<World>) -> Arc<World> {
        let Clock::Running { rate, .. } = world.clock else { return world };
        let mut anchored = World::clone(&world);
        anchored.clock = Clock::Running { rate, hour: world.hour, wall: self.wall.now() };
        Arc::new(anchored)
    }
}
