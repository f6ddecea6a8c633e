//! A step that waits for something to become true, or for an hour (contract, 8.4, 8.9).

use chrono::{Days, NaiveTime, TimeZone};

use super::hand_over::set_body;
use super::proceed::{put, step_on};
use super::{TaskTimer, WAIT, WAIT_END, close, go_on, note, retire, say};
use crate::kernel::{Id, Pace, Timestamp};
use crate::vendors::conductorone::cel::{self, Scene};
use crate::vendors::conductorone::lifecycle::Timer;
use crate::vendors::conductorone::model::{
    Domain, Event, OutcomeMove, PolicyStep, Processing, StepBody, StepInstance, Task, Wait, WaitFor, WaitInstance,
    WaitMove, WaitOutcome, WaitState, WaitUntil,
};
use crate::world::Cx;

/// Starts to wait, unless what is waited for is so already.
pub fn enter(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task, definition: Wait) {
    let now = cx.now();
    let until = match &definition.until {
        WaitUntil::Condition(condition) => WaitFor::Condition(condition.clone()),
        WaitUntil::Duration(duration) => WaitFor::Instant { at: now + *duration, after: Some(*duration) },
        WaitUntil::TimeOfDay { hours, minutes, timezone } => {
            WaitFor::Instant { at: next_time_of_day(now, *hours, *minutes, timezone), after: None }
        }
    };
    let body = WaitInstance {
        name: definition.name.clone(),
        comment_on_first_wait: definition.comment_on_first_wait.clone(),
        comment_on_timeout: definition.comment_on_timeout.clone(),
        state: WaitState::Waiting,
        started: now,
        timeout: definition.timeout.map(|timeout| now + timeout),
        timeout_after: definition.timeout,
        until,
        outcome: None,
    };
    let step = put(cx, task, PolicyStep::Wait(definition), StepBody::Wait(Box::new(body.clone())));
    task.processing = Processing::Waiting;
    match &body.until {
        WaitFor::Condition(condition) => {
            if holds(domain, cx, task, condition) {
                succeed(domain, cx, task);
                return;
            }
            note(domain, cx, task, None, Event::WaitWaiting { step, condition: condition.clone() });
            look_later(domain, cx, task, step);
        }
        WaitFor::Instant { at, .. } => {
            note(domain, cx, task, None, Event::WaitUntil { step, at: *at });
            let timer = Timer::Task(TaskTimer::WaitOver { task: task.id, step });
            domain.timers.at(cx.chronicle, WAIT_END, *at, step, timer);
        }
    }
    say(domain, cx, task, None, &body.comment_on_first_wait);
    if let Some(timeout) = body.timeout {
        let timer = Timer::Task(TaskTimer::WaitTimedOut { task: task.id, step });
        domain.timers.at(cx.chronicle, WAIT_END, timeout, step, timer);
    }
}

/// Looks whether the condition holds by now.
pub fn look(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task) {
    let Some((step, WaitFor::Condition(condition))) = current(task).map(|(step, wait)| (step, wait.until.clone()))
    else {
        return;
    };
    if holds(domain, cx, task, &condition) {
        succeed(domain, cx, task);
    } else {
        look_later(domain, cx, task, step);
    }
}

/// Looks again after a while. Looking at once would look for ever; then only `process` looks.
fn look_later(domain: &mut Domain, cx: &mut Cx<'_>, task: &Task, step: Id<StepInstance>) {
    if cx.pace(WAIT) != Pace::AtOnce {
        cx.later(domain, WAIT, step, Timer::Task(TaskTimer::LookAgain { task: task.id, step }));
    }
}

/// Looks now, past any schedule: a date counts as come, a condition has to hold.
pub fn hurry(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task) {
    match current(task).map(|(_, wait)| wait.until.clone()) {
        Some(WaitFor::Instant { .. }) => succeed(domain, cx, task),
        Some(WaitFor::Condition(condition)) if holds(domain, cx, task, &condition) => succeed(domain, cx, task),
        Some(WaitFor::Condition(_)) | None => {}
    }
}

/// What was waited for is so.
pub fn succeed(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task) {
    let at = cx.now();
    let Some((step, condition)) = end(domain, cx, task, WaitMove::Succeed, WaitOutcome::Succeeded(at)) else { return };
    note(domain, cx, task, None, Event::WaitSucceeded { step, condition, at });
    go_on(domain, cx, task);
}

/// It was waited too long.
pub fn time_out(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task) {
    let at = cx.now();
    let said = current(task).map(|(_, wait)| wait.comment_on_timeout.clone()).unwrap_or_default();
    let Some((step, condition)) = end(domain, cx, task, WaitMove::TimeOut, WaitOutcome::TimedOut(at)) else { return };
    note(domain, cx, task, None, Event::WaitTimedOut { step, condition, at });
    say(domain, cx, task, None, &said);
    if domain.switches().wait_timeout_goes_on {
        go_on(domain, cx, task);
    } else {
        close::finish(domain, cx, task, OutcomeMove::TimeOut, None);
    }
}

fn end(
    domain: &mut Domain,
    cx: &mut Cx<'_>,
    task: &mut Task,
    by: WaitMove,
    outcome: WaitOutcome,
) -> Option<(Id<StepInstance>, String)> {
    let (step, mut wait) = current(task).map(|(step, wait)| (step, wait.clone()))?;
    step_on(cx, &mut wait.state, by)?;
    let condition = match &wait.until {
        WaitFor::Condition(condition) => condition.clone(),
        WaitFor::Instant { .. } => String::new(),
    };
    wait.outcome = Some(outcome);
    set_body(task, StepBody::Wait(Box::new(wait)));
    retire(domain, cx, task);
    Some((step, condition))
}

fn current(task: &Task) -> Option<(Id<StepInstance>, &WaitInstance)> {
    match task.current()? {
        StepInstance { id, body: StepBody::Wait(wait), .. } => Some((*id, wait)),
        _ => None,
    }
}

/// An error counts as not yet so.
fn holds(domain: &Domain, cx: &Cx<'_>, task: &Task, condition: &str) -> bool {
    cel::holds(condition, &Scene::of(domain, cx.company, cx.now(), task)).unwrap_or(false)
}

/// The next instant at which clocks in a zone show this; UTC where the zone is none. A time that a change of clocks
/// leaves out is passed over for the next day's.
fn next_time_of_day(now: Timestamp, hours: u32, minutes: u32, zone: &str) -> Timestamp {
    let zone: chrono_tz::Tz = zone.parse().unwrap_or(chrono_tz::UTC);
    let (Some(today), Some(time)) = (
        chrono::DateTime::from_timestamp_micros(now.as_micros()).map(|now| now.with_timezone(&zone).date_naive()),
        NaiveTime::from_hms_opt(hours, minutes, 0),
    ) else {
        return now;
    };
    let on = |days: u64| zone.from_local_datetime(&today.checked_add_days(Days::new(days))?.and_time(time)).earliest();
    let instants = (0..=2).filter_map(on).map(|at| Timestamp::from_micros(at.timestamp_micros()));
    instants.into_iter().find(|at| *at > now).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_time_of_day_minds_the_zone_and_the_change_of_clocks() {
        let at = |text: &str| -> Timestamp { text.parse().unwrap() };
        for (now, hours, minutes, zone, expected) in [
            ("2026-01-05T09:00:00Z", 17, 30, "", "2026-01-05T17:30:00Z"),
            ("2026-01-05T17:30:00Z", 17, 30, "", "2026-01-06T17:30:00Z"),
            ("2026-01-05T09:00:00Z", 9, 0, "Europe/Berlin", "2026-01-06T08:00:00Z"),
            ("2026-01-05T07:59:00Z", 9, 0, "Europe/Berlin", "2026-01-05T08:00:00Z"),
            ("2026-01-05T23:00:00Z", 18, 0, "America/New_York", "2026-01-06T23:00:00Z"),
            // Clocks go forward at two: half past two does not come.
            ("2026-03-29T00:00:00Z", 2, 30, "Europe/Berlin", "2026-03-30T00:30:00Z"),
            ("2026-01-05T09:00:00Z", 10, 0, "Nowhere/Land", "2026-01-05T10:00:00Z"),
        ] {
            assert_eq!(next_time_of_day(at(now), hours, minutes, zone), at(expected), "{hours}:{minutes} {zone}");
        }
    }
}
