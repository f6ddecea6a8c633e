//! What went out of one tenant: a bounded list, outside the world.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use parking_lot::Mutex;
use serde_json::{Value, json};

use crate::http::journal::{Headers, shown_body};
use crate::kernel::Timestamp;
use crate::world::{Call, Outcome};

/// How many deliveries of a tenant are listed.
pub const DELIVERIES_MAX: usize = 1_000;
/// How many bytes of bodies they hold.
const BYTES_MAX: usize = 8 << 20;

/// One call that went out, and what came of it.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Its number within the tenant.
    pub number: u64,
    /// The vendor on whose behalf it went out.
    pub vendor: &'static str,
    /// The call.
    pub call: Arc<Call>,
    /// The delivery that this one repeats by hand.
    pub replays: Option<u64>,
    /// The tenant's hour when it had ended.
    pub hour: Timestamp,
    /// The wall when it had ended.
    pub wall: Timestamp,
    /// How long the subscriber took.
    pub took: Duration,
    /// What was sent, secrets masked.
    pub request_headers: Headers,
    /// What was sent.
    pub request_body: Bytes,
    /// What came back.
    pub response_headers: Headers,
    /// What came of it.
    pub outcome: Outcome,
}

impl Delivery {
    /// The delivery as JSON, secrets masked.
    pub fn show(&self) -> Value {
        let (outcome, response) = match &self.outcome {
            Outcome::Answered { status, body } => {
                let headers = self.response_headers.shown();
                ("answered", json!({"status": status, "headers": headers, "body": shown_body(body.as_bytes())}))
            }
            Outcome::Late => ("late", Value::Null),
            Outcome::Failed(_) => ("failed", Value::Null),
        };
        let why = if let Outcome::Failed(why) = &self.outcome { Some(why) } else { None };
        let message = &self.call.message;
        json!({
            "number": self.number,
            "vendor": self.vendor,
            "event": message.event,
            "about": message.about,
            "attempt": message.attempt,
            "replays": self.replays,
            "made": self.call.at,
            "hour": self.hour,
            "wall": self.wall,
            "micros": u64::try_from(self.took.as_micros()).unwrap_or(u64::MAX),
            "request": {
                "method": "POST",
                "url": message.url,
                "headers": self.request_headers.shown(),
                "body": shown_body(&self.request_body),
            },
            "outcome": outcome,
            "why": why,
            "response": response,
        })
    }

    fn weight(&self) -> usize {
        let answer = if let Outcome::Answered { body, .. } = &self.outcome { body.len() } else { 0 };
        self.request_body.len() + answer
    }
}

/// The newest deliveries.
#[derive(Default)]
pub(super) struct Deliveries {
    count: AtomicU64,
    ring: Mutex<Ring>,
}

#[derive(Default)]
struct Ring {
    kept: VecDeque<Arc<Delivery>>,
    bytes: usize,
}

impl Deliveries {
    pub fn next_number(&self) -> u64 {
        self.count.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Keeps a delivery; the oldest go when there are too many, or too large ones.
    pub fn keep(&self, delivery: Delivery) -> Arc<Delivery> {
        let delivery = Arc::new(delivery);
        let mut ring = self.ring.lock();
        ring.bytes += delivery.weight();
        ring.kept.push_back(Arc::clone(&delivery));
        while ring.kept.len() > DELIVERIES_MAX || ring.bytes > BYTES_MAX {
            let Some(oldest) = ring.kept.pop_front() else { break };
            ring.bytes -= oldest.weight();
        }
        delivery
    }

    pub fn all(&self) -> Vec<Arc<Delivery>> {
        self.ring.lock().kept.iter().cloned().collect()
    }

    pub fn clear(&self) {
        *self.ring.lock() = Ring::default();
    }
}
