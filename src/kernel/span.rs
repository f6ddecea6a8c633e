//! Lengths of time, written as ISO 8601 durations.

use std::borrow::Cow;
use std::fmt;
use std::ops::{Add, Mul, Neg};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A signed length of time in microseconds. A day is 24 hours; a week seven days; months and
/// years have no fixed length and are refused.
#[derive(Copy, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    micros: i64,
}

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self::micros(0);

    /// A span of so many microseconds.
    pub const fn micros(micros: i64) -> Self {
        Self { micros }
    }
    /// A span of so many seconds.
    pub const fn seconds(seconds: i64) -> Self {
        Self::micros(seconds.saturating_mul(SECOND))
    }
    /// A span of so many minutes.
    pub const fn minutes(minutes: i64) -> Self {
        Self::micros(minutes.saturating_mul(MINUTE))
    }
    /// A span of so many hours.
    pub const fn hours(hours: i64) -> Self {
        Self::micros(hours.saturating_mul(HOUR))
    }
    /// A span of so many days of 24 hours.
    pub const fn days(days: i64) -> Self {
        Self::micros(days.saturating_mul(DAY))
    }
    /// The length in microseconds.
    pub const fn as_micros(self) -> i64 {
        self.micros
    }
    /// The length in whole seconds, towards zero.
    pub const fn as_seconds(self) -> i64 {
        self.micros / SECOND
    }
    /// Whether the span points backwards.
    pub const fn is_negative(self) -> bool {
        self.micros < 0
    }
}

impl Add for Span {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::micros(self.micros.saturating_add(other.micros))
    }
}
impl Neg for Span {
    type Output = Self;
    fn neg(self) -> Self {
        Self::micros(self.micros.saturating_neg())
    }
}
impl Mul<f64> for Span {
    type Output = Self;
    fn mul(self, factor: f64) -> Self {
        Self::micros((self.micros as f64 * factor) as i64)
    }
}

/// Why a text is not a [`Span`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an ISO 8601 duration of weeks, days, hours, minutes and seconds")]
pub struct NotASpan(String);

impl FromStr for Span {
    type Err = NotASpan;
    fn from_str(text: &str) -> Result<Self, NotASpan> {
        let refuse = || NotASpan(text.to_owned());
        if !text.starts_with(['P', '-']) {
            return Err(refuse());
        }
        let span: jiff::Span = text.parse().map_err(|_| refuse())?;
        let length = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).map_err(|_| refuse())?;
        Ok(Self::micros(i64::try_from(length.as_micros()).map_err(|_| refuse())?))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.micros < 0 { "-" } else { "" };
        let micros = self.micros.unsigned_abs();
        let of = |unit: i64| unit.unsigned_abs();
        let (days, rest) = (micros / of(DAY), micros % of(DAY));
        write!(f, "{sign}P")?;
        if days > 0 {
            write!(f, "{days}D")?;
        }
        if rest == 0 && days > 0 {
            return Ok(());
        }
        write!(f, "T")?;
        let (hours, rest) = (rest / of(HOUR), rest % of(HOUR));
        let (minutes, rest) = (rest / of(MINUTE), rest % of(MINUTE));
        let (seconds, fraction) = (rest / of(SECOND), rest % of(SECOND));
        if hours > 0 {
            write!(f, "{hours}H")?;
        }
        if minutes > 0 {
            write!(f, "{minutes}M")?;
        }
        match (seconds, fraction) {
            (0, 0) if hours + minutes > 0 => Ok(()),
            (seconds, 0) => write!(f, "{seconds}S"),
            (seconds, fraction) => write!(f, "{seconds}.{}S", format!("{fraction:06}").trim_end_matches('0')),
        }
    }
}
impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_written_as_they_are_read() {
        for text in ["PT0S", "P3D", "-P3D", "PT1H", "P1DT2H", "PT30M", "PT1.5S", "P1DT1H1M1S", "-PT90S"] {
            let span: Span = text.parse().unwrap();
            assert_eq!(span.to_string().parse::<Span>(), Ok(span), "{text}");
        }
        assert_eq!("-PT90S".parse::<Span>().unwrap().to_string(), "-PT1M30S");
        assert_eq!("P2W".parse::<Span>().unwrap(), Span::days(14));
    }

    #[test]
    fn what_has_no_fixed_length_is_refused() {
        for text in ["P1Y", "P2M", "", "3 days", "P", "1D", "P1DX"] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }
}
