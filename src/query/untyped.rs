//! A literal of a grammar in which nothing says of what kind a field is: it takes the kind of whatever it meets.

use std::borrow::Cow;
use std::cmp::Ordering;

use chrono::{DateTime, NaiveDate, NaiveTime, SecondsFormat};

use super::filter::Op;
use super::row::{Case, Value, instant};

/// A value of no kind of its own, with every reading of it.
///
/// Equal is what reads the same: `5` is the number 5 and the text `5`, `true` the truth value and the text. One thing is
/// before another in time if both are dates, else by number if both are numbers, else as text.
#[derive(Clone, Debug, PartialEq)]
pub struct Untyped {
    text: String,
    number: Option<f64>,
    instant: Option<i64>,
}

impl Untyped {
    /// The literal that `text` writes.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { number: number(&text), instant: date(&text), text }
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How `shown` stands to this literal in an order; `None` for what has no place in one.
    pub fn compare(&self, shown: Value<'_>, case: Case) -> Option<Ordering> {
        let text = written(shown)?;
        let dates = || Some((of_instant(shown, &text)?, self.instant?));
        let numbers = || Some((of_number(shown, &text)?, self.number?));
        match (dates(), numbers()) {
            (Some((shown, own)), _) => Some(shown.cmp(&own)),
            (None, Some((shown, own))) => shown.partial_cmp(&own),
            (None, None) => Some(case.compare(&text, &self.text)),
        }
    }

    /// Whether `shown` passes the comparison with this literal.
    pub(super) fn passes(&self, op: Op, shown: Value<'_>, case: Case) -> bool {
        let order = || self.compare(shown, case);
        let related = |related: fn(Case, &str, &str) -> bool| shown.as_text(|text| related(case, text, &self.text));
        match op {
            Op::Eq => self.equals(shown, case),
            Op::Ne => shown != Value::Null && !self.equals(shown, case),
            Op::Gt => order() == Some(Ordering::Greater),
            Op::Lt => order() == Some(Ordering::Less),
            Op::Ge => order().is_some_and(Ordering::is_ge),
            Op::Le => order().is_some_and(Ordering::is_le),
            Op::Contains => related(Case::contains),
            Op::StartsWith => related(Case::starts_with),
            Op::EndsWith => related(Case::ends_with),
        }
    }

    fn equals(&self, shown: Value<'_>, case: Case) -> bool {
        match shown {
            Value::Number(number) => self.number == Some(number),
            Value::Instant(micros) => self.instant == Some(micros),
            _ => written(shown).is_some_and(|text| case.compare(&text, &self.text).is_eq()),
        }
    }
}

/// A single value as text.
fn written(shown: Value<'_>) -> Option<Cow<'_, str>> {
    match shown {
        Value::Null | Value::Object => None,
        Value::Bool(truth) => Some(Cow::Borrowed(if truth { "true" } else { "false" })),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Text(text) => Some(Cow::Borrowed(text)),
        Value::Instant(micros) => {
            let when = DateTime::from_timestamp_micros(micros)?;
            Some(Cow::Owned(when.to_rfc3339_opts(SecondsFormat::Millis, true)))
        }
    }
}

fn of_instant(shown: Value<'_>, text: &str) -> Option<i64> {
    match shown {
        Value::Instant(micros) => Some(micros),
        Value::Text(_) => date(text),
        _ => None,
    }
}

fn of_number(shown: Value<'_>, text: &str) -> Option<f64> {
    match shown {
        Value::Number(number) => Some(number),
        Value::Text(_) => number(text),
        _ => None,
    }
}

/// A finite decimal number; `inf` and `nan` are words.
fn number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let starts = digits.starts_with(|first: char| first.is_ascii_digit());
    text.parse().ok().filter(|number: &f64| starts && number.is_finite())
}

/// The instant of an RFC 3339 date-time, or of the start of a day `YYYY-MM-DD` in UTC, in microseconds since
/// 1970-01-01T00:00:00Z; `None` for other text.
pub fn date(text: &str) -> Option<i64> {
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == "YYYY-MM-DD".len());
    instant(text).or_else(|| Some(day()?.and_time(NaiveTime::MIN).and_utc().timestamp_micros()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_675_598_400_000_000;

    fn passes(shown: Value<'_>, op: Op, literal: &str) -> bool {
        Untyped::new(literal).passes(op, shown, Case::Ignored)
    }

    #[test]
    fn equal_is_what_reads_the_same() {
        let table = [
            (Value::Text("Joe"), "jOE", true),
            (Value::Text("Joe"), "Jo", false),
            (Value::Text("5"), "5", true),
            (Value::Text("5.0"), "5", false),
            (Value::Number(5.0), "5", true),
            (Value::Number(5.0), "5.0", true),
            (Value::Number(5.0), "five", false),
            (Value::Number(f64::INFINITY), "inf", false),
            (Value::Bool(true), "TRUE", true),
            (Value::Bool(false), "true", false),
            (Value::Bool(true), "1", false),
            (Value::Instant(NOON), "2023-02-05T12:00:00Z", true),
            (Value::Instant(NOON), "2023-02-05T13:00:00+01:00", true),
            (Value::Instant(NOON), "2023-02-05", false),
            (Value::Text("2023-02-05T12:00:00Z"), "2023-02-05T13:00:00+01:00", false),
            (Value::Null, "", false),
            (Value::Null, "null", false),
            (Value::Object, "", false),
        ];
        for (shown, literal, expected) in table {
            assert_eq!(passes(shown, Op::Eq, literal), expected, "{shown:?} eq {literal}");
            let differs = !expected && shown != Value::Null;
            assert_eq!(passes(shown, Op::Ne, literal), differs, "{shown:?} ne {literal}");
        }
    }

    #[test]
    fn the_order_is_in_time_or_by_number_or_as_text() {
        use Ordering::{Equal, Greater, Less};
        let table = [
            (Value::Text("2023-02-05T12:00:00Z"), "2023-02-05T12:30:00+01:00", Some(Greater)),
            (Value::Text("2023-02-05T00:00:00.000Z"), "2023-02-05", Some(Equal)),
            (Value::Text("2023-02-05"), "2023-02-05T00:00:00.1Z", Some(Less)),
            (Value::Text("2023-02-05"), "2023-02-30", Some(Less)),
            (Value::Text("2023-2-5"), "2023-02-05", Some(Greater)),
            (Value::Instant(NOON), "2023-02-05", Some(Greater)),
            (Value::Instant(NOON), "2023", Some(Greater)),
            (Value::Text("10"), "9", Some(Greater)),
            (Value::Text("10"), "9a", Some(Less)),
            (Value::Number(10.0), "9", Some(Greater)),
            (Value::Number(-1.5), "-1.25", Some(Less)),
            (Value::Number(10.0), "9a", Some(Less)),
            (Value::Text("b"), "A", Some(Greater)),
            (Value::Text(""), "a", Some(Less)),
            (Value::Bool(true), "false", Some(Greater)),
            (Value::Text("Infinity"), "5", Some(Greater)),
            (Value::Null, "a", None),
            (Value::Object, "a", None),
        ];
        for (shown, literal, expected) in table {
            assert_eq!(Untyped::new(literal).compare(shown, Case::Ignored), expected, "{shown:?} and {literal}");
            for (op, wanted) in [(Op::Gt, Greater), (Op::Lt, Less)] {
                assert_eq!(passes(shown, op, literal), expected == Some(wanted), "{shown:?} {op:?} {literal}");
            }
            assert_eq!(passes(shown, Op::Ge, literal), expected.is_some_and(Ordering::is_ge), "{shown:?} {literal}");
            assert_eq!(passes(shown, Op::Le, literal), expected.is_some_and(Ordering::is_le), "{shown:?} {literal}");
        }
    }

    #[test]
    fn parts_are_parts_of_texts_alone() {
        let table = [
            (Value::Text("Payables"), Op::Contains, "YAB", true),
            (Value::Text("Payables"), Op::StartsWith, "pay", true),
            (Value::Text("Payables"), Op::EndsWith, "BLES", true),
            (Value::Text("Payables"), Op::EndsWith, "pay", false),
            (Value::Instant(NOON), Op::StartsWith, "2023-02", true),
            (Value::Number(55.0), Op::Contains, "5", false),
            (Value::Bool(true), Op::StartsWith, "t", false),
            (Value::Null, Op::Contains, "", false),
        ];
        for (shown, op, literal, expected) in table {
            assert_eq!(passes(shown, op, literal), expected, "{shown:?} {op:?} {literal}");
        }
    }
}
