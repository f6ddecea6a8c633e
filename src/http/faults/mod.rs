//! Failure on request: rules that somebody has set for a tenant, and what one request asks for
//! itself.
//!
//! Rules stand outside the world, as the journal does: a fault never changes a world, it only
//! decides whether a vendor is asked and what becomes of the answer. They are considered in the
//! order in which they were set: every delay counts, and the first effect is the one that happens.

mod prefer;
mod rule;
mod wire;

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use parking_lot::Mutex;
use serde::Serialize;
use utoipa::ToSchema;

pub use rule::{At, Delay, Effect, Rule, When};
pub(super) use wire::{deliver, hold_up};

use super::journal::Struck;
use crate::kernel::{Ids, Timestamp};

/// How many rules a tenant may have at a time.
pub const RULES_MAX: usize = 100;

/// The header that says which fault an answer met.
const FAULT_HEADER: HeaderName = HeaderName::from_static("x-rolecall-fault");
/// The header that says which preferences were taken (RFC 7240).
const APPLIED_HEADER: HeaderName = HeaderName::from_static("preference-applied");

/// A rule that stands, and how often it was met.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Fault)]
pub struct FaultLine {
    /// Its number within the tenant.
    pub number: u64,
    /// The rule.
    #[serde(flatten)]
    pub rule: Rule,
    /// How many requests it was for, since it was set.
    pub seen: u64,
    /// At how many of them it happened.
    pub hits: u64,
    /// When it ends by itself, by the wall.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ends: Option<Timestamp>,
}

/// There is no room for a further rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a tenant has at most {RULES_MAX} faults")]
pub struct TooManyRules;

/// A request, as rules see it.
pub(super) struct Asked<'a> {
    pub vendor: &'a str,
    pub operation: Option<&'a str>,
    pub method: &'a Method,
    pub path: &'a str,
    /// Found out only when a rule wants to know.
    pub caller: &'a dyn Fn() -> Option<Arc<str>>,
    pub hour: Timestamp,
    pub wall: Timestamp,
}

/// What a request meets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Strike {
    /// How long it is held up.
    pub delay: Duration,
    /// What happens.
    pub effect: Option<Effect>,
    /// What it is called in the journal and on the wire: the numbers of the rules, or `prefer`.
    pub by: Vec<Cow<'static, str>>,
    /// The preferences that were taken.
    pub applied: Option<String>,
}

impl Strike {
    /// What the journal says about it.
    pub fn noted(&self) -> Struck {
        let delay_millis = u64::try_from(self.delay.as_millis()).unwrap_or(u64::MAX);
        Struck { by: self.by.join(", "), effect: self.effect.map(|effect| effect.name()), delay_millis }
    }

    /// Says in the answer which fault it met.
    pub fn stamp(&self, headers: &mut HeaderMap) {
        let applied = self.applied.as_ref().map(|applied| (APPLIED_HEADER, applied.clone()));
        for (name, text) in [(FAULT_HEADER, self.by.join(", "))].into_iter().chain(applied) {
            if let Ok(value) = HeaderValue::try_from(text) {
                headers.insert(name, value);
            }
        }
    }
}

/// The faults of one tenant.
#[derive(Default)]
pub struct Faults {
    any: AtomicBool,
    order: tokio::sync::Mutex<()>,
    rules: Mutex<Rules>,
}

#[derive(Default)]
struct Rules {
    count: u64,
    standing: Vec<Standing>,
}

struct Standing {
    line: FaultLine,
    ids: Ids,
}

impl Faults {
    /// Sets a rule; its chances are drawn from streams that `seed` and its number give.
    ///
    /// # Errors
    /// When there are as many as may be.
    pub fn set(&self, rule: Rule, seed: u64, wall: Timestamp) -> Result<FaultLine, TooManyRules> {
        let mut rules = self.rules.lock();
        rules.sweep(wall);
        if rules.standing.len() >= RULES_MAX {
            return Err(TooManyRules);
        }
        rules.count += 1;
        let number = rules.count;
        let ends = rule.ttl.map(|ttl| wall + ttl);
        let line = FaultLine { number, rule, seen: 0, hits: 0, ends };
        rules.standing.push(Standing { line: line.clone(), ids: Ids::seeded(seed.wrapping_add(number << 32)) });
        self.any.store(true, Ordering::Release);
        Ok(line)
    }

    /// The rules that stand, in the order in which they are considered.
    pub fn lines(&self, wall: Timestamp) -> Vec<FaultLine> {
        let mut rules = self.rules.lock();
        rules.sweep(wall);
        rules.standing.iter().map(|standing| standing.line.clone()).collect()
    }

    /// Takes a rule away; hands it out if it stood.
    pub fn take(&self, number: u64, wall: Timestamp) -> Option<FaultLine> {
        let mut rules = self.rules.lock();
        rules.sweep(wall);
        let place = rules.standing.iter().position(|standing| standing.line.number == number)?;
        let gone = rules.standing.remove(place).line;
        self.any.store(!rules.standing.is_empty(), Ordering::Release);
        Some(gone)
    }

    /// Takes every rule away.
    pub fn clear(&self) {
        self.rules.lock().standing.clear();
        self.any.store(false, Ordering::Release);
    }

    /// Whether there is any rule at all.
    pub(super) fn is_any(&self) -> bool {
        self.any.load(Ordering::Acquire)
    }

    /// Holds others back while a request looks at the world and at the rules: rules count in the order of looks.
    pub(super) async fn in_order(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.order.lock().await
    }

    /// What the rules have for a request.
    pub(super) fn ruled(&self, asked: &Asked<'_>) -> Option<Strike> {
        let mut rules = self.rules.lock();
        rules.sweep(asked.wall);
        let mut strike = Strike::default();
        for standing in &mut rules.standing {
            standing.consider(asked, &mut strike);
        }
        (!strike.by.is_empty()).then_some(strike)
    }
}

/// What a request meets, given what the rules have for it; `None` when nothing happens to it.
///
/// # Errors
/// When the request's own preference makes no sense.
pub(super) fn met(ruled: Option<Strike>, headers: &HeaderMap) -> Result<Option<Strike>, String> {
    let Some(preference) = prefer::read(headers)? else { return Ok(ruled) };
    let mut strike = ruled.unwrap_or_default();
    strike.delay = (strike.delay + Duration::from_millis(preference.delay)).min(longest());
    strike.effect = preference.effect.or(strike.effect);
    strike.by.insert(0, "prefer".into());
    strike.applied = Some(preference.applied);
    Ok(Some(strike))
}

impl Rules {
    fn sweep(&mut self, wall: Timestamp) {
        self.standing.retain(|standing| standing.line.ends.is_none_or(|ends| wall < ends));
    }
}

impl Standing {
    fn consider(&mut self, asked: &Asked<'_>, strike: &mut Strike) {
        let Self { line, ids } = self;
        let Rule { at, when, delay, then, .. } = &line.rule;
        if !is_for(at, asked) || !is_within(when, asked.hour) {
            return;
        }
        line.seen += 1;
        // Drawn whether or not it counts, so that one condition renumbers no other.
        let lucky = when.chance.is_none_or(|chance| ids.chance("fault/chance") < chance);
        let place = line.seen.saturating_sub(when.after);
        let is_turn = place > 0 && when.every.is_none_or(|every| place.is_multiple_of(every.get()));
        let is_left = when.next.is_none_or(|next| line.hits < next);
        let is_taken = then.is_some() && strike.effect.is_some();
        let fits = !matches!(then, Some(Effect::Stale { .. })) || asked.method == Method::GET;
        if !(lucky && is_turn && is_left && fits) || is_taken {
            return;
        }
        line.hits += 1;
        let millis = delay.map_or(0, |delay| delay.draw(ids));
        strike.delay = (strike.delay + Duration::from_millis(millis)).min(longest());
        strike.effect = strike.effect.or(*then);
        strike.by.push(line.number.to_string().into());
    }
}

fn is_for(at: &At, asked: &Asked<'_>) -> bool {
    at.vendor.as_deref().is_none_or(|vendor| vendor == asked.vendor)
        && at.operation.as_deref().is_none_or(|operation| asked.operation == Some(operation))
        && at.method.as_deref().is_none_or(|method| method.eq_ignore_ascii_case(asked.method.as_str()))
        && at.fits_path(asked.path)
        && at.caller.as_deref().is_none_or(|caller| (asked.caller)().as_deref() == Some(caller))
}

fn is_within(when: &When, hour: Timestamp) -> bool {
    when.from.is_none_or(|from| from <= hour) && when.until.is_none_or(|until| hour < until)
}

fn longest() -> Duration {
    Duration::from_millis(rule::DELAY_MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn faults(rules: &[Value]) -> Faults {
        let faults = Faults::default();
        for rule in rules {
            let rule: Rule = serde_json::from_value(rule.clone()).unwrap();
            rule.check().unwrap();
            faults.set(rule, 7, Timestamp::from_micros(0)).unwrap();
        }
        faults
    }

    fn asking<'a>(operation: &'a str, seconds: i64) -> Asked<'a> {
        let at = Timestamp::from_micros(seconds * 1_000_000);
        let (method, caller): (&Method, &dyn Fn() -> Option<Arc<str>>) = (&Method::GET, &|| Some("mia".into()));
        Asked { vendor: "toy", operation: Some(operation), method, path: "/a/b", caller, hour: at, wall: at }
    }

    /// At which of the first requests something happens.
    fn hits(rule: Value) -> Vec<usize> {
        let faults = faults(&[rule]);
        (1..=12).filter(|_| faults.ruled(&asking("list", 5)).is_some()).collect()
    }

    #[test]
    fn occasions_are_counted_as_they_say() {
        let reset = |when: Value| json!({"when": when, "then": {"fault": "reset"}});
        assert_eq!(hits(reset(json!({}))).len(), 12);
        assert_eq!(hits(reset(json!({"next": 2}))), [1, 2]);
        assert_eq!(hits(reset(json!({"after": 3, "next": 2}))), [4, 5]);
        assert_eq!(hits(reset(json!({"every": 5}))), [5, 10]);
        assert_eq!(hits(reset(json!({"after": 1, "every": 4, "next": 2}))), [5, 9]);
        assert_eq!(hits(reset(json!({"chance": 0}))), [0; 0]);
        assert_eq!(hits(reset(json!({"chance": 1}))).len(), 12);
        let some = hits(reset(json!({"chance": 0.5})));
        assert!((2..=10).contains(&some.len()), "{some:?}");
        assert_eq!(some, hits(reset(json!({"chance": 0.5}))));
        assert_eq!(hits(reset(json!({"until": "1970-01-01T00:00:05Z"}))), [0; 0]);
        assert_eq!(hits(reset(json!({"from": "1970-01-01T00:00:05Z"}))).len(), 12);
    }

    #[test]
    fn a_rule_is_for_those_requests_that_it_names() {
        let with = |at: Value| faults(&[json!({"where": at, "delay": {"fixed": 1}})]);
        let fits = |at: Value| with(at).ruled(&asking("list", 0)).is_some();
        assert!(fits(json!({"vendor": "toy", "operation": "list", "caller": "mia", "method": "get", "path": "/a/*"})));
        for other in [
            json!({"vendor": "other"}),
            json!({"operation": "get"}),
            json!({"caller": "raj"}),
            json!({"method": "POST"}),
            json!({"path": "/b*"}),
        ] {
            assert!(!fits(other.clone()), "{other}");
        }
    }

    #[test]
    fn delays_add_up_and_the_first_effect_happens() {
        let faults = faults(&[
            json!({"delay": {"fixed": 30}}),
            json!({"when": {"next": 1}, "then": {"fault": "reset"}}),
            json!({"delay": {"fixed": 70}, "then": {"fault": "truncate"}}),
            json!({"delay": {"fixed": 60000}}),
        ]);
        let first = faults.ruled(&asking("list", 0)).unwrap();
        assert_eq!((first.effect, first.by.join(" ")), (Some(Effect::Reset { performed: false }), "1 2 4".to_owned()));
        assert_eq!(first.delay, longest());
        let second = faults.ruled(&asking("list", 0)).unwrap();
        assert_eq!((second.effect, second.by.join(" ")), (Some(Effect::Truncate), "1 3 4".to_owned()));
        let counted: Vec<_> =
            faults.lines(Timestamp::from_micros(0)).iter().map(|line| (line.seen, line.hits)).collect();
        assert_eq!(counted, [(2, 2), (2, 1), (2, 1), (2, 2)]);
    }

    #[test]
    fn a_rule_ends_when_its_time_is_over_and_there_is_room_for_so_many() {
        let faults = faults(&[json!({"ttl": "PT10S", "delay": {"fixed": 1}})]);
        assert!(faults.ruled(&asking("list", 9)).is_some());
        assert!(faults.ruled(&asking("list", 10)).is_none());
        let rule: Rule = serde_json::from_value(json!({"delay": {"fixed": 1}})).unwrap();
        let late = Timestamp::from_micros(20_000_000);
        for _ in 0..RULES_MAX {
            faults.set(rule.clone(), 7, late).unwrap();
        }
        assert_eq!(faults.set(rule, 7, late).unwrap_err(), TooManyRules);
        assert_eq!(faults.take(1, late).map(|line| line.number), None);
        assert_eq!(faults.take(2, late).map(|line| line.number), Some(2));
        faults.clear();
        assert!(faults.lines(late).is_empty() && faults.ruled(&asking("list", 20)).is_none());
    }
}
