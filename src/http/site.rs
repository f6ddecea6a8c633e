//! Every vendor and every tenant of a process, and what the rim keeps about each tenant.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use parking_lot::RwLock;

use super::address::{Collision, check_apart};
use super::exercised::{Answers, Exercised};
use super::faults::Faults;
use super::journal::{Budget, EXCHANGES_MAX, Entry};
use super::memo::Memo;
use super::mounted::Mounted;
use super::recording::{Deed, Scribe};
use super::{Exchange, Journal, Vendor};
use crate::world::{Sheet, Tenant, Tenants};

/// Every vendor, every tenant, and what the rim keeps about each tenant.
pub struct Site {
    pub(super) vendors: Vec<Mounted>,
    tenants: Tenants,
    desks: RwLock<BTreeMap<Arc<str>, Arc<Desk>>>,
    pub(super) public_url: Option<String>,
    home: OnceLock<String>,
    journal_max: usize,
    budget: Arc<Budget>,
    scribe: OnceLock<Arc<dyn Scribe>>,
}

/// What the rim keeps about one tenant. A later tenant of the same name gets a desk of its own.
pub(super) struct Desk {
    pub journal: Arc<Journal>,
    pub faults: Arc<Faults>,
    pub memo: Memo,
    pub exercised: Exercised,
}

impl Site {
    /// A site of these vendors and tenants. `public_url` stands in links where nobody called.
    ///
    /// # Errors
    /// When the paths of two vendors could ever collide.
    pub fn new(vendors: Vec<Box<dyn Vendor>>, tenants: Tenants, public_url: Option<String>) -> Result<Self, Collision> {
        check_apart(&vendors)?;
        let vendors = vendors.into_iter().map(Mounted::from).collect();
        let (journal_max, budget) = (EXCHANGES_MAX, Arc::default());
        let (desks, home, scribe) = (RwLock::default(), OnceLock::new(), OnceLock::new());
        Ok(Self { vendors, tenants, desks, public_url, journal_max, budget, home, scribe })
    }

    /// The same site, whose journals hold at most `max` exchanges each; none at all for 0.
    pub fn journalling(self, max: usize) -> Self {
        Self { journal_max: max, ..self }
    }

    /// The tenants.
    pub fn tenants(&self) -> &Tenants {
        &self.tenants
    }
    /// The vendors.
    pub fn vendors(&self) -> impl Iterator<Item = &dyn Vendor> {
        self.vendors.iter().map(|mounted| &*mounted.vendor)
    }
    /// The vendor of this name.
    pub fn vendor(&self, name: &str) -> Option<&dyn Vendor> {
        self.vendors().find(|vendor| vendor.name() == name)
    }
    /// Says where this process listens, for links where nobody called. The first word stays.
    pub fn settle_at(&self, origin: String) {
        self.home.get_or_init(|| origin);
    }
    /// From now on everything that happens is noted there. The first one stays.
    pub fn record(&self, scribe: Arc<dyn Scribe>) {
        self.scribe.get_or_init(|| scribe);
    }
    /// Where everything that happens is noted.
    pub fn scribe(&self) -> Option<&Arc<dyn Scribe>> {
        self.scribe.get()
    }
    /// Notes that time passed in a tenant, if it did.
    pub fn note_time(&self, tenant: &Arc<str>, sheet: &Sheet) {
        if let Some(scribe) = self.scribe() {
            let (tenant, moments) = (Arc::clone(tenant), sheet.moments());
            if !moments.is_empty() {
                scribe.note(Deed::Time { tenant, moments });
            }
        }
    }
    /// Lets due time pass in every tenant. How long the wall takes until there is something due again; `None` when
    /// nothing will be unless somebody stirs.
    pub async fn settle(&self) -> Option<Duration> {
        self.tenants.settle(|tenant, sheet| self.note_time(tenant.name(), sheet)).await
    }
    /// Where a vendor is reached in a tenant, as far as is known though nobody called:
    /// `{origin}/t/{tenant}/{vendor}`.
    pub fn base(&self, vendor: &str, tenant: &str) -> String {
        let origin = self.public_url.as_ref().or(self.home.get());
        let origin = origin.map_or("http://localhost", |origin| origin.trim_end_matches('/'));
        format!("{origin}/t/{tenant}/{vendor}")
    }
    /// The journal of a tenant.
    pub fn journal(&self, tenant: &Tenant) -> Arc<Journal> {
        Arc::clone(&self.desk(tenant).journal)
    }
    /// What a tenant's journal holds, with the vendors' names for it, the oldest first.
    pub fn entries(&self, tenant: &Tenant) -> Vec<Entry> {
        let exchanges = self.journal(tenant).exchanges().into_iter();
        exchanges.map(|exchange| Entry { operation: self.operation(&exchange), exchange }).collect()
    }
    /// How many bytes the journals of all tenants hold.
    pub fn journal_bytes(&self) -> usize {
        self.budget.bytes()
    }
    /// The faults of a tenant.
    pub fn faults(&self, tenant: &Tenant) -> Arc<Faults> {
        Arc::clone(&self.desk(tenant).faults)
    }
    /// The vendor's name for the operation of an exchange.
    pub fn operation(&self, exchange: &Exchange) -> Option<&'static str> {
        let mounted = self.vendors.iter().find(|mounted| mounted.vendor.name() == exchange.vendor)?;
        mounted.operations().find(&exchange.method, &exchange.routed).copied()
    }
    /// How often each operation was answered with which status in a tenant, and for what each vendor refused.
    pub fn answers(&self, tenant: &Tenant) -> Answers {
        self.desk(tenant).exercised.answers()
    }
    /// Begins to count anew.
    pub fn forget_answers(&self, tenant: &Tenant) {
        self.desk(tenant).exercised.clear();
    }
    /// Forgets a tenant, and what the rim keeps about it; hands it out if there was one.
    pub fn forget(&self, tenant: &str) -> Option<Arc<Tenant>> {
        self.desks.write().remove(tenant);
        self.tenants.remove(tenant)
    }

    pub(super) fn desk(&self, tenant: &Tenant) -> Arc<Desk> {
        let is_its_own = |(name, _): &(&Arc<str>, &Arc<Desk>)| Arc::ptr_eq(name, tenant.name());
        if let Some((_, desk)) = self.desks.read().get_key_value(tenant.name()).filter(is_its_own) {
            return Arc::clone(desk);
        }
        let mut desks = self.desks.write();
        desks.retain(|name, _| self.tenants.get(name).is_some_and(|known| Arc::ptr_eq(known.name(), name)));
        let desk = || {
            let journal = Arc::new(Journal::within(self.journal_max, Arc::clone(&self.budget)));
            Arc::new(Desk { journal, faults: Arc::default(), memo: Memo::default(), exercised: Exercised::default() })
        };
        Arc::clone(desks.entry(Arc::clone(tenant.name())).or_insert_with(desk))
    }
}
