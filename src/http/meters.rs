//! What is counted about one vendor's answers. Handles are looked up once, not per answer.

use std::time::Duration;

use http::StatusCode;
use metrics::{Counter, Histogram, counter, histogram};

const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// How many answers of each class there were, and how long they took.
pub(super) struct Meters {
    seconds: Histogram,
    answers: [Counter; CLASSES.len()],
}

impl Meters {
    /// Those of one vendor.
    pub fn of(vendor: &'static str) -> Self {
        Self {
            seconds: histogram!("rolecall_answer_seconds", "vendor" => vendor),
            answers: CLASSES.map(|class| counter!("rolecall_answers_total", "vendor" => vendor, "status" => class)),
        }
    }

    /// Counts an answer.
    pub fn note(&self, status: StatusCode, took: Duration) {
        self.seconds.record(took);
        let class = usize::from(status.as_u16() / 100).saturating_sub(1);
        self.answers[class.min(CLASSES.len() - 1)].increment(1);
    }
}
