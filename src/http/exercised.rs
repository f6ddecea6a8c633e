//! What the clients of one tenant have exercised: counters that the journal's ring does not forget.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use http::StatusCode;
use parking_lot::Mutex;

use super::Refused;

/// How often each operation of each vendor was answered with which status, and for what each vendor refused.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    statuses: BTreeMap<(&'static str, &'static str), BTreeMap<u16, u64>>,
    refusals: BTreeMap<(&'static str, &'static str), u64>,
}

impl Answers {
    /// How often an operation of a vendor was answered with which status.
    pub fn statuses(&self, vendor: &'static str, operation: &'static str) -> impl Iterator<Item = (u16, u64)> + '_ {
        self.statuses.get(&(vendor, operation)).into_iter().flatten().map(|(status, times)| (*status, *times))
    }

    /// How many answers of a vendor told of this kind among its [`super::Vendor::refusals`].
    pub fn refusals(&self, vendor: &'static str, kind: &'static str) -> u64 {
        self.refusals.get(&(vendor, kind)).copied().unwrap_or_default()
    }
}

impl AddAssign for Answers {
    fn add_assign(&mut self, other: Self) {
        for (operation, statuses) in other.statuses {
            let known = self.statuses.entry(operation).or_default();
            statuses.into_iter().for_each(|(status, times)| *known.entry(status).or_default() += times);
        }
        other.refusals.into_iter().for_each(|(kind, times)| *self.refusals.entry(kind).or_default() += times);
    }
}

/// The counters of one tenant. There are never more than operations times statuses, and kinds of refusals.
#[derive(Default)]
pub(super) struct Exercised {
    answers: Mutex<Answers>,
}

impl Exercised {
    /// Counts an answer; there is no operation where a path or a method is none.
    pub fn note(
        &self,
        vendor: &'static str,
        operation: Option<&'static str>,
        status: StatusCode,
        refused: Option<&Refused>,
    ) {
        let mut answers = self.answers.lock();
        if let Some(operation) = operation {
            let statuses = answers.statuses.entry((vendor, operation)).or_default();
            *statuses.entry(status.as_u16()).or_default() += 1;
        }
        for kind in refused.into_iter().flat_map(Refused::kinds) {
            *answers.refusals.entry((vendor, kind)).or_default() += 1;
        }
    }

    pub fn answers(&self) -> Answers {
        self.answers.lock().clone()
    }

    pub fn clear(&self) {
        *self.answers.lock() = Answers::default();
    }
}
