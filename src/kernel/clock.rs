//! Instants, the virtual clock of a world, and the only file that may ask the operating system
//! what time it is.

use std::borrow::Cow;
use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Datelike, SecondsFormat, Timelike, Utc};
use parking_lot::Mutex;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Span;

/// An instant in UTC, to the microsecond.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    micros: i64,
}

impl Timestamp {
    /// The instant so many microseconds after the Unix epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self { micros }
    }
    /// Microseconds since the Unix epoch.
    pub const fn as_micros(self) -> i64 {
        self.micros
    }
    /// Whole seconds since the Unix epoch.
    pub const fn as_seconds(self) -> i64 {
        self.micros.div_euclid(1_000_000)
    }
    /// `2026-01-05T10:00:01Z`.
    pub fn to_seconds_text(self) -> String {
        self.written(SecondsFormat::Secs)
    }
    /// `2026-01-05T10:00:01.204Z`.
    pub fn to_millis_text(self) -> String {
        self.written(SecondsFormat::Millis)
    }
    /// `2026-01-05T10:00:01.204391Z`.
    pub fn to_micros_text(self) -> String {
        self.written(SecondsFormat::Micros)
    }
    /// The same instant without its fraction of a second.
    pub const fn floor_second(self) -> Self {
        Self::from_micros(self.micros - self.micros.rem_euclid(1_000_000))
    }

    /// Written by hand, as a page holds hundreds of instants: twenty times as fast as by `format!`.
    fn written(self, precision: SecondsFormat) -> String {
        let at = self.date_time();
        let Some(year) = u32::try_from(at.year()).ok().filter(|year| *year <= 9999) else {
            return at.to_rfc3339_opts(precision, true);
        };
        let mut text = *b"0000-00-00T00:00:00.000000Z";
        put(&mut text[0..4], year);
        put(&mut text[5..7], at.month());
        put(&mut text[8..10], at.day());
        put(&mut text[11..13], at.hour());
        put(&mut text[14..16], at.minute());
        put(&mut text[17..19], at.second());
        put(&mut text[20..26], at.timestamp_subsec_micros());
        let end = match precision {
            SecondsFormat::Secs => 19,
            SecondsFormat::Millis => 23,
            _ => 26,
        };
        text[end] = b'Z';
        String::from_utf8_lossy(&text[..=end]).into_owned()
    }

    fn date_time(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.micros).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

impl Add<Span> for Timestamp {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self::from_micros(self.micros.saturating_add(span.as_micros()))
    }
}
impl Sub for Timestamp {
    type Output = Span;
    fn sub(self, earlier: Self) -> Span {
        Span::micros(self.micros.saturating_sub(earlier.micros))
    }
}

/// Fills `text` with the last decimal digits of `number`.
fn put(text: &mut [u8], mut number: u32) {
    for digit in text.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// Why a text is not a [`Timestamp`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an RFC 3339 date-time")]
pub struct NotATimestamp(String);

impl FromStr for Timestamp {
    type Err = NotATimestamp;
    fn from_str(text: &str) -> Result<Self, NotATimestamp> {
        let at = DateTime::parse_from_rfc3339(text).map_err(|_| NotATimestamp(text.to_owned()))?;
        Ok(Self::from_micros(at.timestamp_micros()))
    }
}
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_micros_text())
    }
}
impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// How a world's hour follows the wall.
#[derive(Copy, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "camelCase")]
pub enum Clock {
    /// The hour moves only when somebody moves it.
    Frozen,
    /// The hour was `hour` when the wall said `wall`, and moves `rate` times as fast.
    Running {
        /// Virtual seconds per wall second; 1 is real time.
        rate: f64,
        /// The hour at the anchor.
        hour: Timestamp,
        /// The wall's time at the anchor.
        wall: Timestamp,
    },
}

impl Clock {
    /// The fastest that a clock may run: a year in half a minute.
    pub const RATE_MAX: f64 = 1_000_000.0;

    /// A clock that moves `rate` times as fast as the wall, still to be anchored.
    pub const fn at_rate(rate: f64) -> Self {
        let epoch = Timestamp::from_micros(0);
        Self::Running { rate, hour: epoch, wall: epoch }
    }

    /// The same clock, with the hour at `hour` when the wall says `wall`.
    pub fn anchored(self, hour: Timestamp, wall: Timestamp) -> Self {
        match self {
            Self::Frozen => Self::Frozen,
            Self::Running { rate, .. } => Self::Running { rate, hour, wall },
        }
    }

    /// The hour when the wall says `wall`, given that the last commit happened at `hour`. Never
    /// before that commit.
    pub fn hour(&self, hour: Timestamp, wall: Timestamp) -> Timestamp {
        match *self {
            Self::Frozen => hour,
            Self::Running { rate, hour: anchor, wall: since } => hour.max(anchor + (wall - since) * rate),
        }
    }

    /// How long the wall takes until the hour is `target`; `None` when it never gets there.
    pub fn wait(&self, target: Timestamp, wall: Timestamp) -> Option<Duration> {
        match *self {
            Self::Running { rate, hour, wall: since } if rate > 0.0 => {
                let reached = since + (target - hour) * (1.0 / rate);
                Some(Duration::from_micros((reached - wall).as_micros().max(0).unsigned_abs()))
            }
            _ => None,
        }
    }
}

/// Where wall time comes from.
pub trait Wall: Send + Sync + 'static {
    /// The wall's time now.
    fn now(&self) -> Timestamp;
}

/// The operating system's clock.
#[derive(Copy, Clone, Debug, Default)]
pub struct OsWall;

impl Wall for OsWall {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the operating system")]
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(Utc::now().timestamp_micros())
    }
}

/// A wall that moves only by hand, for tests and replays.
#[derive(Debug)]
pub struct ManualWall {
    now: Mutex<Timestamp>,
}

impl ManualWall {
    /// A wall that stands at `now`.
    pub fn at(now: Timestamp) -> Self {
        Self { now: Mutex::new(now) }
    }
    /// Moves the wall on.
    pub fn pass(&self, span: Span) {
        let mut now = self.now.lock();
        *now = *now + span;
    }
}

impl Wall for ManualWall {
    fn now(&self) -> Timestamp {
        *self.now.lock()
    }
}

/// Measures how long something took on the wall; no part of any world.
#[derive(Copy, Clone, Debug)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Starts measuring.
    #[expect(clippy::disallowed_methods, reason = "durations for the journal and the metrics, not instants")]
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }
    /// Wall time since the start.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn instants_are_written_at_each_precision() {
        let instant = at("2026-01-05T11:00:01.204391+01:00");
        assert_eq!(instant.to_seconds_text(), "2026-01-05T10:00:01Z");
        assert_eq!(instant.to_millis_text(), "2026-01-05T10:00:01.204Z");
        assert_eq!(instant.to_micros_text(), "2026-01-05T10:00:01.204391Z");
        assert!("".parse::<Timestamp>().is_err());
        assert!("2026-01-05".parse::<Timestamp>().is_err());
    }

    #[test]
    fn a_running_clock_follows_the_wall_at_its_rate_and_never_goes_back() {
        let (hour, wall) = (at("2026-01-01T00:00:00Z"), at("2030-01-01T00:00:00Z"));
        let clock = Clock::Running { rate: 60.0, hour, wall };
        assert_eq!(clock.hour(hour, wall + Span::seconds(2)), hour + Span::minutes(2));
        assert_eq!(clock.hour(hour + Span::days(1), wall), hour + Span::days(1));
        assert_eq!(clock.wait(hour + Span::minutes(2), wall), Some(Duration::from_secs(2)));
        assert_eq!(Clock::Frozen.hour(hour, wall), hour);
        assert_eq!(Clock::Frozen.wait(hour, wall), None);
    }
}
