//! What the clients of one tenant have exercised: counters that the journal's ring does not forget.

use std::collections::BTreeMap;

use http::StatusCode;
use parking_lot::Mutex;

/// How often each operation of each vendor was answered with which status.
pub type Answers = BTreeMap<(&'static str, &'static str), BTreeMap<u16, u64>>;

/// The counters of one tenant. There are never more than operations times statuses.
#[derive(Default)]
pub(super) struct Exercised {
    answers: Mutex<Answers>,
}

impl Exercised {
    /// Counts an answer.
    pub fn note(&self, vendor: &'static str, operation: &'static str, status: StatusCode) {
        *self.answers.lock().entry((vendor, operation)).or_default().entry(status.as_u16()).or_default() += 1;
    }

    pub fn answers(&self) -> Answers {
        self.answers.lock().clone()
    }

    pub fn clear(&self) {
        self.answers.lock().clear();
    }
}
