//! The one order of everything that reaches the worlds of a process, and the wall's hour at each place in it.
//!
//! A tenant is looked at when a request arrives, and changed in turns; tenants open and close. Each of these is a
//! [`Moment`]: numbered in the order in which worlds were seen and published, with the one reading of the wall that
//! was taken for it. Whoever acts has a [`Sheet`] on which its moments stand, and between two of them the wall stands
//! still for it. So the sheets of all who acted say everything that a process drew from outside besides what it was
//! sent, and a [`Lead`] that gives out the same moments in the same order repeats it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot};

use crate::kernel::{Timestamp, Wall};

/// What happened at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Look {
    /// A published world was looked at, with due time passed.
    Looked,
    /// Somebody had the turn; what they made is published, unless it was refused.
    Turned,
    /// A tenant opened.
    Opened,
    /// A tenant was forgotten.
    Closed,
}

/// A place in the one order, and the wall's hour there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Moment {
    /// What happened.
    pub look: Look,
    /// Its place, from 1.
    pub tick: u64,
    /// What the wall said, in microseconds of the Unix epoch.
    #[serde(with = "micros")]
    pub wall: Timestamp,
    /// The revision that is published from here on.
    pub revision: u64,
    /// The tenant that was forgotten to make room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<Arc<str>>,
}

mod micros {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::kernel::Timestamp;

    pub fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(at.as_micros())
    }
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        i64::deserialize(deserializer).map(Timestamp::from_micros)
    }
}

tokio::task_local! {
    static SHEET: Sheet;
}

/// The moments of one who acts: a request, an answer, a look at the clocks.
#[derive(Clone, Debug, Default)]
pub struct Sheet(Arc<Mutex<Vec<Moment>>>);

impl Sheet {
    /// Lets `acting` act by this sheet.
    pub async fn of<F: Future>(&self, acting: F) -> F::Output {
        SHEET.scope(self.clone(), acting).await
    }
    /// Lets `act` act by this sheet; for threads that may block.
    pub fn over<R>(&self, act: impl FnOnce() -> R) -> R {
        SHEET.sync_scope(self.clone(), act)
    }
    /// The sheet of whoever acts here; one that nobody reads where nobody has one.
    pub fn current() -> Self {
        SHEET.try_with(Self::clone).unwrap_or_default()
    }
    /// Its moments, in order.
    pub fn moments(&self) -> Vec<Moment> {
        self.0.lock().clone()
    }
    /// The revision at the last moment of whoever acts here.
    pub fn last_revision() -> Option<u64> {
        SHEET.try_with(|sheet| sheet.0.lock().last().map(|moment| moment.revision)).ok().flatten()
    }

    fn last_wall() -> Option<Timestamp> {
        SHEET.try_with(|sheet| sheet.0.lock().last().map(|moment| moment.wall)).ok().flatten()
    }
}

/// The one order of all moments of a process.
pub struct Order {
    wall: Arc<dyn Wall>,
    next: AtomicU64,
    lead: Option<Arc<Lead>>,
}

impl Order {
    /// Moments come as they come, by this wall.
    pub fn free(wall: Arc<dyn Wall>) -> Self {
        Self { wall, next: AtomicU64::new(1), lead: None }
    }

    /// Moments come as `lead` gives them out.
    pub fn led(lead: Arc<Lead>) -> Self {
        Self { wall: lead.clone(), next: AtomicU64::new(1), lead: Some(lead) }
    }

    /// Whether somebody gives moments out: nobody really waits then.
    pub fn is_led(&self) -> bool {
        self.lead.is_some()
    }

    /// The wall itself, whoever acts.
    pub fn wall(&self) -> &Arc<dyn Wall> {
        &self.wall
    }

    /// The wall as it stands for whoever acts here: as at their last moment, or as it is where there is none.
    pub fn now(&self) -> Timestamp {
        Sheet::last_wall().unwrap_or_else(|| self.wall.now())
    }

    /// Waits for the next moment that somebody gives out, and its wall; `None` at once where nobody does.
    pub(super) async fn awaited(&self) -> Option<Timestamp> {
        match &self.lead {
            Some(lead) => Some(lead.ask().await),
            None => None,
        }
    }

    /// The moment at which a tenant opens or closes; such a one is not waited for.
    pub(super) fn at_once(&self) -> (Timestamp, Option<Moment>) {
        match &self.lead {
            Some(lead) => {
                let mut state = lead.state.lock();
                state.standing = state.sudden.pop_front();
                if let Some(moment) = &state.standing {
                    state.wall = moment.wall;
                }
                (state.wall, state.standing.clone())
            }
            None => (self.wall.now(), None),
        }
    }

    /// Puts a moment into the order, and on the sheet of whoever acts here. The caller holds what keeps others from
    /// seeing or changing the same world meanwhile.
    pub(super) fn note(&self, look: Look, wall: Timestamp, revision: u64, instead_of: Option<Arc<str>>) {
        let tick = match &self.lead {
            Some(lead) => lead.state.lock().standing.take().map_or(0, |moment| moment.tick),
            None => self.next.fetch_add(1, Ordering::Relaxed),
        };
        let moment = Moment { look, tick, wall, revision, instead_of };
        let _ = SHEET.try_with(|sheet| sheet.0.lock().push(moment));
    }
}

/// Gives out moments, so that what happened once happens again. One who asks waits until its moment is given.
pub struct Lead {
    state: Mutex<Led>,
    asking: mpsc::UnboundedSender<oneshot::Sender<Timestamp>>,
}

struct Led {
    wall: Timestamp,
    standing: Option<Moment>,
    sudden: VecDeque<Moment>,
}

/// Where those who wait for their moment are found.
pub type Asking = mpsc::UnboundedReceiver<oneshot::Sender<Timestamp>>;

impl Lead {
    /// A lead under a wall that says `wall` so far, and those who ask it.
    pub fn at(wall: Timestamp) -> (Arc<Self>, Asking) {
        let (asking, asked) = mpsc::unbounded_channel();
        let state = Mutex::new(Led { wall, standing: None, sudden: VecDeque::new() });
        (Arc::new(Self { state, asking }), asked)
    }

    /// Says at which moments tenants will open and close for the one who acts next.
    pub fn expect(&self, sudden: impl Iterator<Item = Moment>) {
        self.state.lock().sudden = sudden.collect();
    }

    /// Gives a moment to one who waits for it.
    pub fn give(&self, to: oneshot::Sender<Timestamp>, moment: Moment) {
        let wall = moment.wall;
        {
            let mut state = self.state.lock();
            state.wall = wall;
            state.standing = Some(moment);
        }
        // Whoever asked may have gone away.
        let _ = to.send(wall);
    }

    /// When nobody leads any more, whoever still acts runs on to its end, and nobody looks: a thread that waited for
    /// ever would keep the process.
    async fn ask(&self) -> Timestamp {
        let (asked, given) = oneshot::channel();
        let _ = self.asking.send(asked);
        given.await.unwrap_or_else(|_| self.now())
    }
}

impl Wall for Lead {
    fn now(&self) -> Timestamp {
        self.state.lock().wall
    }
}
