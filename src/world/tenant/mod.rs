//! One company under one name: the published world, the turn to change it, and what was before.

mod commit;
mod look;
mod passing;
mod past;
mod turn;

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};

use parking_lot::{Mutex, RwLock};
use tokio::sync::broadcast;

use super::World;
use super::moment::Order;
use super::tenants::Bells;
use crate::kernel::{Timestamp, Wall};

pub use self::commit::{Cause, Commit, Done, TakenEdges};
pub use self::look::{Forgotten, Head};
pub use self::passing::{Advanced, Passed};
pub use self::past::SnapshotError;

/// How many commits are remembered, each with the world that it made.
pub const COMMITS_MAX: usize = 256;
/// How many named snapshots a tenant may hold.
pub const SNAPSHOTS_MAX: usize = 32;
/// How many instants one advance may pass before it stops and says so.
pub const INSTANTS_MAX: usize = 100_000;
const FEED_MAX: usize = 1_024;

/// One company under one name. Readers take the published world and never wait; one writer at a
/// time has the turn.
pub struct Tenant {
    name: Arc<str>,
    order: Arc<Order>,
    origin: Arc<World>,
    head: RwLock<Arc<World>>,
    turn: tokio::sync::Mutex<()>,
    commits: Mutex<VecDeque<Arc<Commit>>>,
    snapshots: Mutex<BTreeMap<String, Arc<World>>>,
    /// Never more than the vendors' machines have edges.
    taken: Mutex<TakenEdges>,
    /// Made for the first listener: it holds room for [`FEED_MAX`] commits from the start.
    feed: OnceLock<broadcast::Sender<Arc<Commit>>>,
    bells: Arc<Bells>,
    used: AtomicI64,
    kept: AtomicBool,
    /// Written and read behind `head`.
    forgotten: AtomicBool,
}

impl Tenant {
    /// A tenant that begins with `world` and goes back to it on a reset.
    pub fn new(name: impl Into<Arc<str>>, world: Arc<World>, wall: Arc<dyn Wall>) -> Self {
        let opened = wall.now();
        Self::ringing(name, world, Arc::new(Order::free(wall)), opened, Arc::default())
    }

    /// A tenant that rings when its next timer is another, and when somebody shall be called.
    pub(super) fn ringing(
        name: impl Into<Arc<str>>,
        world: Arc<World>,
        order: Arc<Order>,
        opened: Timestamp,
        bells: Arc<Bells>,
    ) -> Self {
        Self {
            name: name.into(),
            used: AtomicI64::new(opened.as_micros()),
            order,
            head: RwLock::new(Arc::clone(&world)),
            origin: world,
            turn: tokio::sync::Mutex::new(()),
            commits: Mutex::default(),
            snapshots: Mutex::default(),
            taken: Mutex::default(),
            feed: OnceLock::new(),
            bells,
            kept: AtomicBool::new(false),
            forgotten: AtomicBool::new(false),
        }
    }

    /// Its name.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }
    /// The published world.
    pub fn read(&self) -> Arc<World> {
        Arc::clone(&self.head.read())
    }
    /// The published world and the hour it is now.
    pub fn head(&self) -> Head {
        self.met(self.read())
    }
    /// A world of this tenant, met at the hour that it is now.
    pub fn met(&self, world: Arc<World>) -> Head {
        Head::at(world, self.now())
    }
    /// The hour it is now.
    pub fn hour(&self) -> Timestamp {
        self.head().hour
    }
    /// The wall's time: for whoever acts by a [`super::Sheet`], as it was at their last moment.
    pub fn now(&self) -> Timestamp {
        self.order.now()
    }
    /// Whether moments are given out here, as they are when a journal is replayed.
    pub fn is_led(&self) -> bool {
        self.order.is_led()
    }
    /// Every commit from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Commit>> {
        self.feed.get_or_init(|| broadcast::channel(FEED_MAX).0).subscribe()
    }
    /// The newest commits, the oldest of them first.
    pub fn commits(&self) -> Vec<Arc<Commit>> {
        self.commits.lock().iter().cloned().collect()
    }

    /// How often each lifecycle transition was taken here, whatever was restored or reset since.
    pub fn taken(&self) -> TakenEdges {
        self.taken.lock().clone()
    }
    /// Begins to count transitions anew.
    pub fn forget_taken(&self) {
        self.taken.lock().clear();
    }

    /// Notes that somebody asked for this tenant.
    pub fn touch(&self) {
        self.used.store(self.now().as_micros(), Ordering::Relaxed);
    }
    /// When somebody last asked for it, by the wall.
    pub fn last_used(&self) -> Timestamp {
        Timestamp::from_micros(self.used.load(Ordering::Relaxed))
    }
    /// Keeps it from being forgotten when there are too many tenants.
    pub fn keep(&self) {
        self.kept.store(true, Ordering::Relaxed);
    }
    /// Whether it may be forgotten: nobody named it, and it holds no snapshot.
    pub fn is_forgettable(&self) -> bool {
        !self.kept.load(Ordering::Relaxed) && self.snapshots.lock().is_empty()
    }
}
