//! A fault as somebody asks for it: where, when, and what.

use std::num::NonZeroU64;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kernel::{Ids, Span, Timestamp};

/// The longest that one request is held up, in milliseconds.
pub const DELAY_MAX: u64 = 60_000;
/// The longest name of a rule, in bytes.
const NAME_MAX: usize = 200;

/// A fault: at these requests, on these occasions, this happens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = FaultRule)]
pub struct Rule {
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// At which requests; at all of them when absent.
    #[serde(default, rename = "where")]
    pub at: At,
    /// On which occasions; always when absent.
    #[serde(default)]
    pub when: When,
    /// How long a request is held up before anything else happens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay: Option<Delay>,
    /// What happens instead of the answer, or to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub then: Option<Effect>,
    /// How long the rule stands, by the wall; until it is deleted when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub ttl: Option<Span>,
}

/// Which requests; all that is said must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[schema(as = FaultWhere)]
pub struct At {
    /// The vendor that is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// The vendor's name for the operation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Who calls: the slug of a person, or the name of a client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
    /// The method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The path as the vendor's clients write it; `*` stands for anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// Which occasions among the requests that fit; all that is said must hold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[schema(as = FaultWhen)]
pub struct When {
    /// Not the first so many.
    #[serde(skip_serializing_if = "is_zero")]
    pub after: u64,
    /// Only so many times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
    /// Only every so many-th.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u64>, minimum = 1)]
    pub every: Option<NonZeroU64>,
    /// Only with this probability, drawn from a stream that the tenant's seed and the rule's number give.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chance: Option<f64>,
    /// Not before this hour of the tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    /// No longer at this hour of the tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
}

/// How long a request is held up, in milliseconds of the wall.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = FaultDelay)]
pub enum Delay {
    /// Always as long.
    Fixed(u64),
    /// Anything in between, evenly.
    Uniform {
        /// The shortest.
        from: u64,
        /// The longest.
        to: u64,
    },
    /// As the latencies of real services spread: most near the median, some far above.
    LogNormal {
        /// Half are shorter.
        median: u64,
        /// How far they spread; 0.4 is usual.
        sigma: f64,
    },
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "fault", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
#[schema(as = FaultEffect)]
pub enum Effect {
    /// A refusal with this status, in the vendor's own words.
    Status {
        /// 400 to 599.
        status: u16,
        /// Seconds in `Retry-After`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u32>,
        /// Whether the request is carried out nevertheless.
        #[serde(default)]
        performed: bool,
    },
    /// The connection is reset before a byte of the answer.
    Reset {
        /// Whether the request is carried out nevertheless.
        #[serde(default)]
        performed: bool,
    },
    /// The connection is closed before a byte of the answer.
    EmptyReply {
        /// Whether the request is carried out nevertheless.
        #[serde(default)]
        performed: bool,
    },
    /// The request is carried out; the connection is reset in the middle of the answer's body.
    ResetInBody,
    /// The request is carried out; the connection is closed in the middle of the answer's body.
    Truncate,
    /// The request is carried out; the answer's body is no JSON, though it says so.
    Malformed,
    /// The request is carried out; the answer has no body.
    EmptyBody,
    /// The request is carried out; the answer's body comes in drops.
    Drip {
        /// How many bytes at a time.
        bytes: u32,
        /// Milliseconds between them.
        every: u32,
    },
    /// A reading sees the world as it was so many revisions ago. Nothing else notices.
    Stale {
        /// How many revisions.
        back: u64,
    },
}

impl Effect {
    /// Whether the vendor is not asked at all.
    pub fn skips_the_command(&self) -> bool {
        matches!(
            self,
            Self::Status { performed: false, .. }
                | Self::Reset { performed: false }
                | Self::EmptyReply { performed: false }
        )
    }

    /// What it is called.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Status { .. } => "status",
            Self::Reset { .. } => "reset",
            Self::EmptyReply { .. } => "emptyReply",
            Self::ResetInBody => "resetInBody",
            Self::Truncate => "truncate",
            Self::Malformed => "malformed",
            Self::EmptyBody => "emptyBody",
            Self::Drip { .. } => "drip",
            Self::Stale { .. } => "stale",
        }
    }

    /// Whether it can be had.
    ///
    /// # Errors
    /// A sentence that says what cannot.
    pub fn check(&self) -> Result<(), String> {
        match self {
            Self::Status { status, .. } => match StatusCode::from_u16(*status) {
                Ok(status) if status.is_client_error() || status.is_server_error() => Ok(()),
                _ => Err(format!("{status} is no refusal: a status from 400 to 599 is wanted")),
            },
            Self::Drip { bytes: 0, .. } => Err("a drop has one byte at least".to_owned()),
            Self::Drip { every, .. } if u64::from(*every) > DELAY_MAX => {
                Err(format!("drops follow each other within {DELAY_MAX} milliseconds"))
            }
            _ => Ok(()),
        }
    }
}

impl Delay {
    /// Draws a delay, in milliseconds, never above `DELAY_MAX`.
    pub fn draw(&self, ids: &mut Ids) -> u64 {
        const STREAM: &str = "fault/delay";
        let drawn = match *self {
            Self::Fixed(millis) => millis as f64,
            Self::Uniform { from, to } => from as f64 + ids.chance(STREAM) * (to as f64 - from as f64),
            Self::LogNormal { median, sigma } => {
                // Box and Muller: two even numbers make a normal one.
                let (radius, angle) = (1.0 - ids.chance(STREAM), ids.chance(STREAM));
                let normal = (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos();
                median as f64 * (sigma * normal).exp()
            }
        };
        drawn.clamp(0.0, DELAY_MAX as f64).round() as u64
    }

    fn check(&self) -> Result<(), String> {
        let (longest, fine) = match *self {
            Self::Fixed(millis) => (millis, true),
            Self::Uniform { from, to } => (to, from <= to),
            Self::LogNormal { median, sigma } => (median, (0.0..=10.0).contains(&sigma)),
        };
        match fine {
            false => Err("a uniform delay goes from less to more, a sigma from 0 to 10".to_owned()),
            true if longest > DELAY_MAX => Err(format!("a request is held up {DELAY_MAX} milliseconds at most")),
            true => Ok(()),
        }
    }
}

impl Rule {
    /// Whether the rule can stand.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn check(&self) -> Result<(), String> {
        let of = |wrong: bool, what: &str| if wrong { Err(what.to_owned()) } else { Ok(()) };
        of(self.delay.is_none() && self.then.is_none(), "a rule has a `delay`, or says in `then` what happens")?;
        of(self.name.as_ref().is_some_and(|name| name.len() > NAME_MAX), "a rule's name has at most 200 bytes")?;
        of(self.ttl.is_some_and(|ttl| ttl <= Span::ZERO), "a rule's `ttl` is longer than nothing")?;
        of(self.at.path.as_ref().is_some_and(|path| !path.starts_with(['/', '*'])), "a path begins with `/` or `*`")?;
        let When { chance, from, until, next, .. } = &self.when;
        of(chance.is_some_and(|chance| !(0.0..=1.0).contains(&chance)), "a chance lies between 0 and 1")?;
        of(from.zip(*until).is_some_and(|(from, until)| from >= until), "`from` lies before `until`")?;
        of(*next == Some(0), "`next` is 1 at least")?;
        self.delay.map_or(Ok(()), |delay| delay.check())?;
        self.then.map_or(Ok(()), |effect| effect.check())
    }
}

impl At {
    /// Whether a path fits the pattern of this rule.
    pub(super) fn fits_path(&self, path: &str) -> bool {
        self.path.as_ref().is_none_or(|pattern| matches(pattern, path))
    }
}

/// Whether `text` is what `pattern` says, where `*` stands for anything.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(head) else { return false };
    let (between, tail) = rest.rsplit_once('*').map_or((None, rest), |(between, tail)| (Some(between), tail));
    for part in between.into_iter().flat_map(|between| between.split('*')) {
        match text.find(part) {
            Some(at) => text = &text[at + part.len()..],
            None => return false,
        }
    }
    text.ends_with(tail)
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, fitting, other) in [
            ("/v3/a", "/v3/a", "/v3/ab"),
            ("/v3/*", "/v3/", "/v2/a"),
            ("*", "", "-"),
            ("*/approve", "/v3/x/approve", "/v3/approved"),
            ("/a/*/c*e", "/a/b/cde", "/a/b/cd"),
            ("/a*b*a", "/a-b-a", "/a-a"),
            ("/a**", "/a", "/b"),
        ] {
            assert!(matches(pattern, fitting), "{pattern} {fitting}");
            assert!(other == "-" || !matches(pattern, other), "{pattern} {other}");
        }
        assert!(!matches("/ab*ba", "/aba"));
    }

    #[test]
    fn delays_stay_within_their_bounds_and_repeat() {
        let mut ids = Ids::seeded(4);
        let uniform = Delay::Uniform { from: 10, to: 20 };
        assert!((0..500).all(|_| (10..=20).contains(&uniform.draw(&mut ids))));
        let spread = Delay::LogNormal { median: 100, sigma: 0.5 };
        let mut drawn: Vec<u64> = (0..1_001).map(|_| spread.draw(&mut ids)).collect();
        drawn.sort_unstable();
        assert!((85..=115).contains(&drawn[500]), "{}", drawn[500]);
        assert!(drawn[1_000] > 250 && drawn[0] < 40);
        let wild = Delay::LogNormal { median: DELAY_MAX, sigma: 10.0 };
        assert!((0..500).all(|_| wild.draw(&mut ids) <= DELAY_MAX));
        let draw = || spread.draw(&mut Ids::seeded(7));
        assert_eq!(draw(), draw());
    }

    #[test]
    fn nonsense_is_not_a_rule() {
        let rule = |text: &str| serde_json::from_str::<Rule>(text).map_err(|error| error.to_string())?.check();
        assert_eq!(rule(r#"{"then": {"fault": "status", "status": 503}}"#), Ok(()));
        assert_eq!(rule(r#"{"delay": {"uniform": {"from": 1, "to": 2}}}"#), Ok(()));
        for wrong in [
            "{}",
            r#"{"then": {"fault": "status", "status": 200}}"#,
            r#"{"then": {"fault": "status", "status": 600}}"#,
            r#"{"then": {"fault": "fire"}}"#,
            r#"{"then": {"fault": "drip", "bytes": 0, "every": 1}}"#,
            r#"{"delay": {"fixed": 60001}}"#,
            r#"{"delay": {"uniform": {"from": 2, "to": 1}}}"#,
            r#"{"delay": {"logNormal": {"median": 1, "sigma": -1}}}"#,
            r#"{"delay": {"fixed": 1}, "when": {"chance": 1.5}}"#,
            r#"{"delay": {"fixed": 1}, "when": {"every": 0}}"#,
            r#"{"delay": {"fixed": 1}, "when": {"next": 0}}"#,
            r#"{"delay": {"fixed": 1}, "when": {"from": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"}}"#,
            r#"{"delay": {"fixed": 1}, "ttl": "PT0S"}"#,
            r#"{"delay": {"fixed": 1}, "where": {"path": "v3"}}"#,
            r#"{"delay": {"fixed": 1}, "whence": {}}"#,
        ] {
            assert!(rule(wrong).is_err(), "{wrong}");
        }
    }
}
