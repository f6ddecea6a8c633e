//! Policies that are scanned by themselves. The vendor publishes no form of a schedule (contract, 4.1); what is read here
//! is the form of its sister product's scheduler: an interval, or a Quartz expression of whole minutes. Anything else is
//! kept and never fires [assumed].

use chrono::{DateTime, Datelike, Duration, Utc};
use serde_json::Value;

use super::Timer;
use crate::kernel::{Hop, Id, Pace, Span, Timestamp};
use crate::vendors::pingone::model::{Policy, Realm};
use crate::world::Cx;

// Instants that a schedule names, not a pace.
const FIRE: Hop = Hop { name: "pingone/schedule", pace: Pace::After(Span::ZERO) };
/// Within how many days a Quartz expression must name an instant.
const HORIZON_DAYS: i64 = 366;
/// The shortest interval that fires.
const INTERVAL_MIN: Span = Span::minutes(1);

/// Sets the timer of a policy for its next scan, if it has one.
pub fn arm(realm: &mut Realm, cx: &mut Cx<'_>, id: Id<Policy>) {
    realm.timers.cancel_about(id);
    let policy = realm.policies.get(&id).filter(|policy| policy.is_active());
    let next = policy.and_then(|policy| next(policy.schedule()?, cx.now()));
    if let Some(next) = next {
        realm.timers.at(cx.chronicle, FIRE, next, id, Timer::Schedule(id));
    }
}

/// When a schedule fires next, after an instant.
pub fn next(schedule: &Value, after: Timestamp) -> Option<Timestamp> {
    if schedule.get("enabled").and_then(Value::as_bool) == Some(false) {
        return None;
    }
    let date = |name: &str| schedule.get(name).and_then(Value::as_str).and_then(super::exception::date);
    let (start, end) = (date("startTime"), date("endTime"));
    let next = match schedule.get("type").and_then(Value::as_str) {
        Some("cron") => cron(schedule.get("schedule")?.as_str()?, start.map_or(after, |start| start.max(after))),
        _ => simple(schedule.get("repeatInterval").and_then(Value::as_i64)?, start, after),
    };
    next.filter(|next| end.is_none_or(|end| *next <= end))
}

/// Every so many milliseconds from a start on.
fn simple(millis: i64, start: Option<Timestamp>, after: Timestamp) -> Option<Timestamp> {
    let every = Span::micros(millis.saturating_mul(1_000));
    if every < INTERVAL_MIN {
        return None;
    }
    let start = start.unwrap_or(after);
    if start > after {
        return Some(start);
    }
    let passed = (after - start).as_micros().div_euclid(every.as_micros()) + 1;
    Some(start + Span::micros(every.as_micros().saturating_mul(passed)))
}

/// The next instant of a Quartz expression: seconds, minutes, hours, day of month, month, day of week.
fn cron(expression: &str, after: Timestamp) -> Option<Timestamp> {
    let fields: Vec<&str> = expression.split_whitespace().collect();
    let [_, minutes, hours, days, months, weekdays, ..] = fields.as_slice() else { return None };
    let minutes = field(minutes, 0, 59)?;
    let hours = field(hours, 0, 23)?;
    let days = field(days, 1, 31)?;
    let months = field(months, 1, 12)?;
    let weekdays = field(weekdays, 1, 7)?;
    let start = DateTime::<Utc>::from_timestamp_micros(after.as_micros())?;
    let mut day = start.date_naive();
    for _ in 0..=HORIZON_DAYS {
        let weekday = day.weekday().num_days_from_sunday() + 1;
        if months.contains(&day.month()) && days.contains(&day.day()) && weekdays.contains(&weekday) {
            let times =
                hours.iter().flat_map(|hour| minutes.iter().filter_map(|minute| day.and_hms_opt(*hour, *minute, 0)));
            let mut instants = times.map(|time| time.and_utc()).filter(|time| *time > start);
            if let Some(first) = instants.next() {
                return Some(Timestamp::from_micros(first.timestamp_micros()));
            }
        }
        day = day.checked_add_signed(Duration::days(1))?;
    }
    None
}

/// The numbers that a field of a Quartz expression names, in order.
fn field(text: &str, least: u32, most: u32) -> Option<Vec<u32>> {
    let mut numbers = Vec::new();
    for part in text.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse().ok().filter(|step| *step > 0)?),
            None => (part, 1),
        };
        let number = |text: &str| number(text).filter(|number| (least..=most).contains(number));
        let (from, to) = match range {
            "*" | "?" => (least, most),
            _ => match range.split_once('-') {
                Some((from, to)) => (number(from)?, number(to)?),
                None if step > 1 => (number(range)?, most),
                None => (number(range)?, number(range)?),
            },
        };
        numbers.extend((from..=to).step_by(usize::try_from(step).ok()?));
    }
    numbers.sort_unstable();
    numbers.dedup();
    Some(numbers)
}

/// A number, or the name of a month or a day.
fn number(text: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
    let named = |names: &[&str]| names.iter().position(|name| name.eq_ignore_ascii_case(text));
    let named = named(&MONTHS).or_else(|| named(&DAYS)).and_then(|place| u32::try_from(place + 1).ok());
    text.parse().ok().or(named)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn schedules_name_their_next_instant() {
        let after: Timestamp = "2026-01-05T09:00:00Z".parse().unwrap();
        let cron = |expression: &str| json!({"enabled": true, "type": "cron", "schedule": expression});
        let table = [
            (cron("0 0 4 * * ?"), Some("2026-01-06T04:00:00Z")),
            (cron("0 30 9 * * ?"), Some("2026-01-05T09:30:00Z")),
            (cron("0 0 9 * * ?"), Some("2026-01-06T09:00:00Z")),
            (cron("0 0/15 * * * ?"), Some("2026-01-05T09:15:00Z")),
            (cron("0 0 6 ? * MON"), Some("2026-01-12T06:00:00Z")),
            (cron("0 0 6 ? * TUE-THU"), Some("2026-01-06T06:00:00Z")),
            (cron("0 0 0 1 MAR ?"), Some("2026-03-01T00:00:00Z")),
            (cron("0 0 0 30 2 ?"), None),
            (cron("0 61 * * * ?"), None),
            (cron("every day"), None),
            (json!({"type": "simple", "repeatInterval": 86_400_000}), Some("2026-01-06T09:00:00Z")),
            (
                json!({"type": "simple", "repeatInterval": 86_400_000, "startTime": "2026-01-01T02:00:00Z"}),
                Some("2026-01-06T02:00:00Z"),
            ),
            (json!({"repeatInterval": 60_000, "startTime": "2026-02-01"}), Some("2026-02-01T00:00:00Z")),
            (json!({"repeatInterval": 86_400_000, "endTime": "2026-01-06"}), None),
            (json!({"enabled": false, "repeatInterval": 86_400_000}), None),
            (json!({"repeatInterval": 1}), None),
            (json!({"frequency": "weekly"}), None),
            (json!("weekly"), None),
        ];
        for (schedule, expected) in table {
            assert_eq!(next(&schedule, after), expected.map(|text| text.parse().unwrap()), "{schedule}");
        }
    }
}
