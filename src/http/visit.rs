//! One request, as the rim found it: whose it is, when it came, and what it did.

use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;
use serde::Serialize;

use crate::kernel::{Event, Id};
use crate::world::{Head, Tenant, World};

/// The number of a request within its tenant, and the id that only its answer carries. It hashes
/// the tenant's seed and the number, so that a reading draws nothing from the world.
#[derive(Clone, Copy, Debug)]
pub struct ExchangeId {
    /// The number, from 1.
    pub number: u64,
    /// The id: tracking id, transaction id, request id.
    pub id: Id<ExchangeId>,
}

impl ExchangeId {
    /// The id of exchange `number` in a tenant of this seed.
    pub fn of(seed: u64, number: u64) -> Self {
        Self { number, id: Id::named(&format!("exchange/{seed}/{number}")) }
    }
}

/// A command that a request performed.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Noted {
    /// The command's name.
    pub command: &'static str,
    /// The revision that it found.
    pub before: u64,
    /// The revision that it made; the same when it was refused.
    pub after: u64,
    /// Whether it was refused.
    pub refused: bool,
    /// What happened, in order.
    pub events: Arc<[Event]>,
}

/// What a request turned out to be while it was answered.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub commands: Mutex<Vec<Noted>>,
    pub caller: OnceLock<Arc<str>>,
}

/// What the front door found out, in the extensions of every request that reaches a vendor.
#[derive(Clone)]
pub struct Visit {
    /// The tenant.
    pub tenant: Arc<Tenant>,
    /// The world and the hour, read once on arrival.
    pub head: Head,
    /// Which exchange it is.
    pub exchange: ExchangeId,
    /// Where the client reached this vendor, never with a slash at its end: `{origin}/t/{tenant}/{vendor}`, or the
    /// origin alone when the host names both.
    pub base: Arc<str>,
    /// An older world that a reading sees instead, when a fault wants it.
    pub(super) stale: Option<Arc<World>>,
    pub(super) notes: Arc<Notes>,
}

impl Visit {
    /// Notes who calls, for the journal: the slug of a person, or the name of a client.
    pub fn called_by(&self, caller: &str) {
        self.notes.caller.get_or_init(|| caller.into());
    }
}
