//! Exceptions: tolerating a violation until a date (contract, 6.5).

use chrono::{DateTime, NaiveDate, NaiveTime};

use super::{Fault, Refusal, act, record};
use crate::kernel::{Span, Timestamp};
use crate::vendors::pingone::model::{Author, CommentAction, Violation, ViolationMove, ViolationState};
use crate::world::Cx;

const DATE: &str = "exceptionExpirationDate";

/// Tolerates a violation until a date, or longer than before.
pub fn grant(
    cx: &mut Cx<'_>,
    violation: &mut Violation,
    until: &str,
    comment: &str,
    author: Author,
) -> Result<(), Refusal> {
    let now = cx.now();
    let until = date(until).ok_or_else(|| Fault::date(DATE))?;
    if until <= now {
        return Err(Fault::Past(DATE).into());
    }
    if let Some(days) = violation.terms().max_exception_days() {
        let day = Span::days(1).as_micros();
        let last = (now + Span::days(days)).as_micros();
        if until.as_micros() >= last - last.rem_euclid(day) + day {
            return Err(Fault::TooLate(DATE, days).into());
        }
    }
    if violation.terms().lifecycle().justification_check && comment.trim().is_empty() {
        return Err(Refusal::required("comment"));
    }
    let verb = if violation.state == ViolationState::Exception { "extended" } else { "granted" };
    act::step(cx, violation, ViolationMove::GrantException, "exception")?;
    violation.exception = Some(until);
    record::note_if_said(violation, CommentAction::Exception, comment, now, author);
    let text = format!("Exception {verb} until {}", spelled(until));
    record::note(violation, CommentAction::Exception, text, now, Author::System);
    Ok(())
}

/// A date as clients write them: a day, which means its start, or an instant (contract, 2.5).
pub fn date(text: &str) -> Option<Timestamp> {
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some(Timestamp::from_micros(day.and_time(NaiveTime::MIN).and_utc().timestamp_micros()));
    }
    text.parse().ok()
}

/// `May 30, 2024 12:00 AM`.
fn spelled(at: Timestamp) -> String {
    let at = DateTime::from_timestamp_micros(at.as_micros()).unwrap_or_default();
    at.format("%b %-d, %Y %-I:%M %p").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_days_or_instants() {
        let at = |text: &str| Some(text.parse().unwrap());
        let table = [
            ("2026-01-31", at("2026-01-31T00:00:00Z")),
            ("2024-05-23T20:55:02+00:00", at("2024-05-23T20:55:02Z")),
            ("2024-05-23T20:55:02.5Z", at("2024-05-23T20:55:02.5Z")),
            ("2024-05-23T22:55:02+02:00", at("2024-05-23T20:55:02Z")),
            ("2026-02-30", None),
            ("31.01.2026", None),
            ("2026-01-31T00:00:00", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(date(text), expected, "{text}");
        }
        assert_eq!(spelled(date("2024-05-30").unwrap()), "May 30, 2024 12:00 AM");
        assert_eq!(spelled(date("2024-12-01T13:07:00Z").unwrap()), "Dec 1, 2024 1:07 PM");
    }
}
