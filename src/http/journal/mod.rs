//! What was asked and what was answered: a bounded ring of exchanges per tenant.
//!
//! It stands outside the world, so restoring a snapshot does not rewrite history. Secrets in
//! headers are kept as fingerprints; secrets in bodies are masked whenever an exchange is shown.

mod claim;
mod pattern;
mod shown;

use std::collections::VecDeque;
use std::mem::size_of;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, StatusCode};
use parking_lot::Mutex;
use serde::Serialize;

pub use claim::{Claim, Near, Verdict};
pub use pattern::{Entry, Pattern, Statuses};
pub use shown::shown_body;

use super::Noted;
use super::credentials::fingerprints;
use crate::kernel::{Event, Timestamp};

/// How many exchanges a tenant's journal holds, unless told otherwise.
pub const EXCHANGES_MAX: usize = 10_000;
/// How many bytes a tenant's journal holds.
pub const BYTES_MAX: usize = 8 << 20;
/// How many bytes all journals together hold before each is held to its fair share.
pub const BYTES_MAX_TOGETHER: usize = 256 << 20;
/// The longest body that is kept.
pub const BODY_MAX: usize = 64 << 10;
/// What an event's detail weighs; it is not written out to be measured.
const DETAIL_WEIGHT: usize = 256;

/// One request and its answer, as the client saw them.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Its number within the tenant.
    pub number: u64,
    /// The vendor that answered.
    pub vendor: &'static str,
    /// Who called: the slug of a person, or the name of a client.
    pub caller: Option<Arc<str>>,
    /// The tenant's hour on arrival.
    pub hour: Timestamp,
    /// The wall on arrival.
    pub wall: Timestamp,
    /// The revision of the world on arrival.
    pub revision: u64,
    /// How long the answer took.
    pub took: Duration,
    /// The method.
    pub method: Method,
    /// The path as the client wrote it for this vendor, without tenant and vendor prefixes.
    pub path: String,
    /// The path as it was routed.
    pub routed: String,
    /// The query string.
    pub query: Option<String>,
    /// The request's headers.
    pub request_headers: Headers,
    /// The request's body, unless it was too long to keep.
    pub request_body: Option<Bytes>,
    /// What reached the client; `None` when nothing did.
    pub response: Option<Responded>,
    /// The fault that it met.
    pub fault: Option<Struck>,
    /// The commands that it performed.
    pub commands: Vec<Noted>,
}

/// An answer as the client saw it.
#[derive(Clone, Debug)]
pub struct Responded {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: Headers,
    /// The body, unless it was too long to keep; as far as it arrived.
    pub body: Option<Bytes>,
}

/// A fault that an exchange met.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Struck {
    /// The numbers of its rules, or `prefer`.
    pub by: String,
    /// What happened, such as `reset`; nothing when the request was only held up.
    pub effect: Option<&'static str>,
    /// How long the request was held up.
    pub delay_millis: u64,
}

impl Exchange {
    /// The status that reached the client.
    pub fn status(&self) -> Option<StatusCode> {
        self.response.as_ref().map(|response| response.status)
    }

    fn is_long(&self) -> bool {
        let answer = self.response.as_ref().and_then(|response| response.body.as_ref());
        self.request_body.iter().chain(answer).any(|body| body.len() > BODY_MAX)
    }

    fn shorten(&mut self) {
        let is_short = |body: &Bytes| body.len() <= BODY_MAX;
        self.request_body = self.request_body.take().filter(is_short);
        if let Some(response) = &mut self.response {
            response.body = response.body.take().filter(is_short);
        }
    }

    fn weight(&self) -> usize {
        let length = |body: &Option<Bytes>| body.as_ref().map_or(0, Bytes::len);
        let event = |event: &Event| size_of::<Event>() + event.subject.len() + DETAIL_WEIGHT;
        let command = |noted: &Noted| size_of::<Noted>() + noted.events.iter().map(event).sum::<usize>();
        let answer = |answer: &Responded| answer.headers.0.len() + length(&answer.body);
        let address = self.path.len() + self.routed.len() + self.query.as_ref().map_or(0, String::len);
        let request = self.request_headers.0.len() + length(&self.request_body);
        let commands: usize = self.commands.iter().map(command).sum();
        size_of::<Self>() + address + request + self.response.as_ref().map_or(0, answer) + commands
    }
}

/// What all journals of a process hold together.
#[derive(Debug, Default)]
pub struct Budget {
    bytes: AtomicUsize,
    journals: AtomicUsize,
}

impl Budget {
    /// How many bytes all journals hold.
    pub fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    /// How many bytes one journal may hold now. Those that fell silent keep what they have, so that
    /// all together hold twice [`BYTES_MAX_TOGETHER`] at most.
    fn share(&self) -> usize {
        if self.bytes() <= BYTES_MAX_TOGETHER {
            return BYTES_MAX;
        }
        BYTES_MAX.min(BYTES_MAX_TOGETHER / self.journals.load(Ordering::Relaxed).max(1))
    }
}

/// The exchanges of one tenant, the newest ones.
pub struct Journal {
    max: usize,
    budget: Arc<Budget>,
    count: AtomicU64,
    ring: Mutex<Ring>,
}

#[derive(Default)]
struct Ring {
    exchanges: VecDeque<Arc<Exchange>>,
    bytes: usize,
    forgotten: bool,
}

impl Journal {
    /// A journal of at most `max` exchanges.
    pub fn within(max: usize, budget: Arc<Budget>) -> Self {
        budget.journals.fetch_add(1, Ordering::Relaxed);
        Self { max, budget, count: AtomicU64::new(0), ring: Mutex::default() }
    }

    /// The number of the next exchange.
    pub fn next_number(&self) -> u64 {
        self.count.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Keeps an exchange; the oldest go when there are too many, or too large ones.
    pub fn keep(&self, mut exchange: Arc<Exchange>) {
        if self.max == 0 {
            return;
        }
        if exchange.is_long() {
            Arc::make_mut(&mut exchange).shorten();
        }
        let weight = exchange.weight();
        let mut ring = self.ring.lock();
        ring.bytes += weight;
        self.budget.bytes.fetch_add(weight, Ordering::Relaxed);
        ring.exchanges.push_back(exchange);
        let share = self.budget.share();
        while ring.exchanges.len() > self.max || ring.bytes > share {
            let Some(oldest) = ring.exchanges.pop_front() else { break };
            let weight = oldest.weight();
            ring.bytes -= weight;
            ring.forgotten = true;
            self.budget.bytes.fetch_sub(weight, Ordering::Relaxed);
        }
    }

    /// The exchanges, the oldest first.
    pub fn exchanges(&self) -> Vec<Arc<Exchange>> {
        self.ring.lock().exchanges.iter().cloned().collect()
    }

    /// Whether none has been forgotten for want of room since the journal was opened or cleared.
    pub fn is_complete(&self) -> bool {
        !self.ring.lock().forgotten
    }

    /// How many bytes it holds.
    pub fn bytes(&self) -> usize {
        self.ring.lock().bytes
    }

    /// Forgets every exchange; numbers go on.
    pub fn clear(&self) {
        let gone = std::mem::take(&mut *self.ring.lock());
        self.budget.bytes.fetch_sub(gone.bytes, Ordering::Relaxed);
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.budget.bytes.fetch_sub(self.ring.get_mut().bytes, Ordering::Relaxed);
        self.budget.journals.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Serialize for Headers {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// Headers as they went over the wire, in one piece: an exchange outlives the buffers of its
/// connection, and thousands are kept.
#[derive(Clone, Debug, Default)]
pub struct Headers(Box<str>);

impl Headers {
    /// All of them; `masks` stand in the place of those that are secrets.
    pub fn of(headers: &HeaderMap, masks: &[(HeaderName, String)]) -> Self {
        let mut text = String::with_capacity(headers.len() * 40);
        for (name, value) in headers {
            text.push_str(name.as_str());
            text.push_str(": ");
            match masks.iter().find(|(masked, _)| masked == name) {
                Some((_, mask)) => text.push_str(mask),
                None => text.push_str(&String::from_utf8_lossy(value.as_bytes())),
            }
            text.push('\n');
        }
        Self(text.into_boxed_str())
    }

    /// All of them, a fingerprint in the place of each secret.
    pub fn masked(headers: &HeaderMap) -> Self {
        Self::of(headers, &fingerprints(headers))
    }

    /// Name and value of each.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.lines().filter_map(|line| line.split_once(": "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn exchange(number: u64, path: &str, status: u16, body: &'static [u8]) -> Exchange {
        let at = Timestamp::from_micros(i64::try_from(number).unwrap() * 1_000_000);
        Exchange {
            number,
            vendor: "toy",
            caller: Some("mia.chen".into()),
            hour: at,
            wall: at,
            revision: number,
            took: Duration::ZERO,
            method: Method::GET,
            path: path.to_owned(),
            routed: path.to_owned(),
            query: None,
            request_headers: Headers::default(),
            request_body: Some(Bytes::new()),
            response: Some(Responded {
                status: StatusCode::from_u16(status).unwrap(),
                headers: Headers::default(),
                body: Some(Bytes::from_static(body)),
            }),
            fault: None,
            commands: Vec::new(),
        }
    }

    #[test]
    fn a_journal_holds_so_much_and_no_more() {
        static LONG: [u8; 60_000] = [b'x'; 60_000];
        let budget = Arc::new(Budget::default());
        let journal = Journal::within(EXCHANGES_MAX, Arc::clone(&budget));
        for number in 1..=500 {
            journal.keep(Arc::new(exchange(number, "/a", 200, &LONG)));
            assert!(journal.bytes() <= BYTES_MAX);
        }
        assert_eq!(journal.exchanges().last().map(|exchange| exchange.number), Some(500));
        assert_eq!(budget.bytes(), journal.bytes());
        assert!(!journal.is_complete());
        journal.clear();
        assert!(journal.is_complete() && budget.bytes() == 0);
        let short = Journal::within(2, Arc::clone(&budget));
        (1..=5).for_each(|number| short.keep(Arc::new(exchange(number, "/a", 200, b""))));
        assert_eq!(short.exchanges().iter().map(|exchange| exchange.number).collect::<Vec<_>>(), [4, 5]);
        drop(short);
        assert_eq!(budget.bytes(), 0);
        let none = Journal::within(0, Arc::clone(&budget));
        none.keep(Arc::new(exchange(1, "/a", 200, b"")));
        assert!(none.exchanges().is_empty() && none.next_number() == 1);
    }

    #[test]
    fn all_journals_together_hold_so_much_and_no_more() {
        static LONG: [u8; 60_000] = [b'x'; 60_000];
        let budget = Arc::new(Budget::default());
        let journals: Vec<_> = (0..80).map(|_| Journal::within(EXCHANGES_MAX, Arc::clone(&budget))).collect();
        for journal in &journals {
            (1..=150).for_each(|number| journal.keep(Arc::new(exchange(number, "/a", 200, &LONG))));
        }
        let held: usize = journals.iter().map(Journal::bytes).sum();
        assert_eq!(held, budget.bytes());
        assert!(held <= 2 * BYTES_MAX_TOGETHER, "{held}");
        assert!(journals.last().unwrap().bytes() < BYTES_MAX);
    }
}
