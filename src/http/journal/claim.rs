//! What a suite claims about its exchanges, and whether it is so: how often, in which order, and
//! what came nearest when it is not.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{Entry, Pattern};

/// How many exchanges a verdict lists.
const LISTED_MAX: usize = 100;
/// The longest sequence that can be claimed.
const STEPS_MAX: usize = 100;

/// A claim: so many exchanges of a kind, or several kinds in their order.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Claim {
    /// What people call it.
    pub name: Option<String>,
    /// What is counted.
    pub that: Option<Pattern>,
    /// How often exactly. When no count is given: once at least.
    pub exactly: Option<usize>,
    /// How often at least.
    pub at_least: Option<usize>,
    /// How often at most.
    pub at_most: Option<usize>,
    /// Only what came before the first that fits this, which must be there.
    pub before: Option<Pattern>,
    /// Only what came after the first that fits this, which must be there.
    pub after: Option<Pattern>,
    /// Instead of a count: each of these once, in this order; others may lie between.
    #[serde(default)]
    pub in_order: Vec<Pattern>,
}

/// Whether a claim holds.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// The claim's name.
    pub name: Option<String>,
    /// Whether it is so.
    pub holds: bool,
    /// How many exchanges count.
    pub counted: usize,
    /// Their numbers; the first hundred.
    pub exchanges: Vec<u64>,
    /// Why it is not so.
    pub because: Option<String>,
    /// What came nearest, when something is missing.
    pub nearest: Option<Near>,
}

/// An exchange that would have counted, were it not for something.
#[derive(Debug, Serialize, ToSchema)]
pub struct Near {
    /// Its number.
    pub number: u64,
    /// What kept it from counting, a sentence each.
    pub differs: Vec<String>,
    /// The exchange itself.
    #[schema(value_type = Object)]
    pub exchange: Value,
}

impl Claim {
    /// Whether the claim says one thing.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn check(&self) -> Result<(), String> {
        let counts = self.exactly.is_some() || self.at_least.is_some() || self.at_most.is_some();
        let bounds = self.before.is_some() || self.after.is_some();
        match (&self.that, self.in_order.len()) {
            (Some(_), 0) if self.exactly.is_some() && (self.at_least.is_some() || self.at_most.is_some()) => {
                Err("a claim counts `exactly`, or `atLeast` and `atMost`".to_owned())
            }
            (Some(_), 0) => Ok(()),
            (None, 1..=STEPS_MAX) if !counts && !bounds => Ok(()),
            (None, 1..=STEPS_MAX) => Err("what is claimed `inOrder` is not counted".to_owned()),
            (None, 0) => Err("a claim says `that` or `inOrder`".to_owned()),
            (None, _) => Err(format!("at most {STEPS_MAX} exchanges can be claimed to be in order")),
            (Some(_), _) => Err("a claim says `that` or `inOrder`, not both".to_owned()),
        }
    }

    /// Judges the claim over exchanges, the oldest first.
    pub fn judge(&self, entries: &[Entry]) -> Verdict {
        let verdict = match &self.that {
            Some(that) => self.count(that, entries),
            None => in_order(&self.in_order, entries),
        };
        Verdict { name: self.name.clone(), ..verdict }
    }

    fn count(&self, that: &Pattern, entries: &[Entry]) -> Verdict {
        let (mut begin, mut end) = (0, entries.len());
        if let Some(after) = &self.after {
            match entries.iter().position(|entry| after.fits(entry)) {
                Some(place) => begin = place + 1,
                None => return missing(after, entries, "`after`"),
            }
        }
        if let Some(before) = &self.before {
            match entries.iter().position(|entry| before.fits(entry)) {
                Some(place) => end = place,
                None => return missing(before, entries, "`before`"),
            }
        }
        let within = entries.get(begin..end).unwrap_or_default();
        let counted: Vec<&Entry> = within.iter().filter(|entry| that.fits(entry)).collect();
        let numbers = |counted: &[&Entry]| counted.iter().take(LISTED_MAX).map(|entry| entry.exchange.number).collect();
        let (least, most) = match (self.exactly, self.at_least, self.at_most) {
            (Some(exactly), ..) => (exactly, exactly),
            (None, None, None) => (1, usize::MAX),
            (None, least, most) => (least.unwrap_or(0), most.unwrap_or(usize::MAX)),
        };
        let mut verdict = Verdict { counted: counted.len(), exchanges: numbers(&counted), ..holding() };
        if counted.len() < least {
            verdict.holds = false;
            verdict.because = Some(format!("{} of {least} exchanges fit: {}", counted.len(), that.sentence()));
            let outside = |place: usize| match (place < begin, place >= end) {
                (true, _) => Some("it came before the first that fits `after`".to_owned()),
                (_, true) => Some("it did not come before the first that fits `before`".to_owned()),
                _ => None,
            };
            verdict.nearest = nearest(that, entries, outside);
        } else if counted.len() > most {
            let surplus: Vec<String> =
                counted[most..].iter().take(LISTED_MAX).map(|entry| entry.exchange.number.to_string()).collect();
            let sentence = that.sentence();
            verdict.holds = false;
            verdict.because = Some(format!(
                "{} exchanges fit where {most} may: {sentence}; too many are {}",
                counted.len(),
                surplus.join(", ")
            ));
        }
        verdict
    }
}

fn holding() -> Verdict {
    Verdict { name: None, holds: true, counted: 0, exchanges: Vec::new(), because: None, nearest: None }
}

fn missing(pattern: &Pattern, entries: &[Entry], role: &str) -> Verdict {
    Verdict {
        holds: false,
        because: Some(format!("nothing fits {role}: {}", pattern.sentence())),
        nearest: nearest(pattern, entries, |_| None),
        ..holding()
    }
}

fn in_order(steps: &[Pattern], entries: &[Entry]) -> Verdict {
    let mut verdict = holding();
    let mut begin = 0;
    for (step, pattern) in steps.iter().enumerate() {
        let found = entries[begin..].iter().position(|entry| pattern.fits(entry));
        let Some(found) = found else {
            let since = verdict.exchanges.last().map(|last| format!(" after exchange {last}")).unwrap_or_default();
            verdict.holds = false;
            verdict.because = Some(format!("nothing{since} fits step {}: {}", step + 1, pattern.sentence()));
            let early = |place: usize| (place < begin).then(|| format!("it did not come{since}"));
            verdict.nearest = nearest(pattern, entries, early);
            return verdict;
        };
        verdict.counted += 1;
        verdict.exchanges.push(entries[begin + found].exchange.number);
        begin += found + 1;
    }
    verdict
}

/// The exchange that the fewest things keep from counting; the newest of several. `outside` says
/// what the place of an exchange keeps it from.
fn nearest(pattern: &Pattern, entries: &[Entry], outside: impl Fn(usize) -> Option<String>) -> Option<Near> {
    let distances = entries.iter().enumerate().filter_map(|(place, entry)| {
        let differs: Vec<String> = pattern.differences(entry).chain(outside(place)).collect();
        (!differs.is_empty()).then_some((differs, entry))
    });
    let is_about_another = |entry: &Entry| pattern.operation.as_deref().is_some_and(|op| entry.operation != Some(op));
    let near = distances.rev().min_by_key(|(differs, entry)| (differs.len(), is_about_another(entry)));
    near.map(|(differs, entry)| Near {
        number: entry.exchange.number,
        differs,
        exchange: entry.exchange.show(entry.operation),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::super::tests::exchange;
    use super::*;

    fn entries() -> Vec<Entry> {
        let entry = |number, operation, status| Entry {
            exchange: Arc::new(exchange(number, "/x", status, b"{}")),
            operation: Some(operation),
        };
        vec![
            entry(1, "create", 202),
            entry(2, "approve", 202),
            entry(3, "approve", 403),
            entry(4, "cancel", 200),
            entry(5, "approve", 202),
        ]
    }

    fn judged(claim: Value) -> Verdict {
        let claim: Claim = serde_json::from_value(claim).unwrap();
        claim.check().unwrap();
        claim.judge(&entries())
    }

    #[test]
    fn claims_that_hold() {
        for claim in [
            json!({"that": {"operation": "approve"}}),
            json!({"that": {"operation": "approve", "status": 202}, "exactly": 2}),
            json!({"that": {"operation": "approve", "status": "4xx"}, "exactly": 1}),
            json!({"that": {"operation": "approve"}, "exactly": 2, "before": {"operation": "cancel"}}),
            json!({"that": {"operation": "approve"}, "exactly": 1, "after": {"operation": "cancel"}}),
            json!({"that": {"operation": "delete"}, "exactly": 0}),
            json!({"that": {"caller": "mia.chen"}, "atLeast": 2, "atMost": 5}),
            json!({"inOrder": [{"operation": "create"}, {"operation": "approve"}, {"operation": "approve"}, {"operation": "cancel"}]}),
        ] {
            let verdict = judged(claim.clone());
            assert!(verdict.holds, "{claim}: {:?}", verdict.because);
        }
    }

    #[test]
    fn what_is_missing_is_explained_by_what_came_nearest() {
        let verdict = judged(json!({"name": "twice", "that": {"operation": "approve", "status": 202}, "exactly": 2,
            "before": {"operation": "cancel"}}));
        assert!(!verdict.holds);
        assert_eq!(verdict.because.as_deref(), Some("1 of 2 exchanges fit: operation approve, status 202"));
        let near = verdict.nearest.unwrap();
        assert_eq!(
            (near.number, near.differs),
            (5, vec!["it did not come before the first that fits `before`".to_owned()])
        );

        let near = judged(json!({"that": {"operation": "cancel", "status": 403}})).nearest.unwrap();
        assert_eq!((near.number, near.differs), (4, vec!["its status is 200, not 403".to_owned()]));

        let verdict = judged(json!({"that": {"operation": "approve"}, "atMost": 2}));
        assert!(verdict.because.unwrap().ends_with("too many are 5"));
        let verdict = judged(json!({"that": {}, "before": {"operation": "delete"}}));
        assert!(!verdict.holds && verdict.because.unwrap().starts_with("nothing fits `before`"));
    }

    #[test]
    fn an_order_that_was_not_kept_says_where_it_broke() {
        let verdict = judged(json!({"inOrder": [{"operation": "cancel"}, {"operation": "create"}]}));
        assert_eq!(verdict.because.as_deref(), Some("nothing after exchange 4 fits step 2: operation create"));
        let near = verdict.nearest.unwrap();
        assert_eq!((near.number, near.differs), (1, vec!["it did not come after exchange 4".to_owned()]));
    }

    #[test]
    fn a_claim_says_one_thing() {
        for wrong in [
            json!({}),
            json!({"that": {}, "inOrder": [{}]}),
            json!({"inOrder": [{}], "exactly": 1}),
            json!({"that": {}, "exactly": 1, "atMost": 2}),
        ] {
            let claim: Claim = serde_json::from_value(wrong.clone()).unwrap();
            assert!(claim.check().is_err(), "{wrong}");
        }
        assert!(serde_json::from_value::<Claim>(json!({"that": {"status": "6xx"}})).is_err());
        assert!(serde_json::from_value::<Claim>(json!({"that": {"stats": 200}})).is_err());
    }
}
