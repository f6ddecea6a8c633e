//! What is due on violations: reminders, escalations, ends, and exceptions that run out (contract, 6.7).

use std::sync::Arc;

use serde_json::json;

use super::{Refusal, Timer, act, engine, open, phases, record, workflow};
use crate::kernel::{Hop, Id, Pace, Span, Timestamp};
use crate::vendors::pingone::dto::View;
use crate::vendors::pingone::lifecycle::condition::Search;
use crate::vendors::pingone::model::{
    Actor, Author, CommentAction, Expiration, ExpirationAction, Outcome, Permissions, PhaseMove, Realm, Recurring,
    Violation, ViolationKey, ViolationMove, ViolationState,
};
use crate::world::{Command, Cx};

// Instants that a violation names, not a pace.
const DUE: Hop = Hop { name: "pingone/check", pace: Pace::After(Span::ZERO) };

/// What is looked for.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Check {
    /// Reminders.
    Reminder,
    /// Escalations.
    Escalation,
    /// Phases that run out.
    Expiration,
    /// Exceptions that run out.
    Exception,
}

impl Check {
    /// Every kind, in the order in which what is due at one instant happens.
    pub const ALL: [Self; 4] = [Self::Exception, Self::Reminder, Self::Escalation, Self::Expiration];

    /// The kind that a path names.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "reminder" => Self::Reminder,
            "escalation" => Self::Escalation,
            "expiration" => Self::Expiration,
            "exception" => Self::Exception,
            _ => return None,
        })
    }
}

/// Look at all violations for what is due.
pub struct CheckAll(pub String);

impl Command<Realm> for CheckAll {
    type Output = ();
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let check = Check::named(&self.0).ok_or(Refusal::UnknownWord("scan type", self.0))?;
        let open: Vec<Id<Violation>> = realm.violations.ids_with(ViolationKey::Open).copied().collect();
        for id in open {
            perform(realm, cx, id, &[check]);
        }
        Ok(())
    }
}

/// Sets the one timer of a violation for what is due on it next.
pub fn arm(realm: &mut Realm, cx: &mut Cx<'_>, id: Id<Violation>) {
    realm.timers.cancel_about(id);
    let due = realm.violations.get(&id).and_then(|violation| next_due(violation));
    if let Some(due) = due {
        realm.timers.at(cx.chronicle, DUE, due.max(cx.now()), id, Timer::Check(id));
    }
}

/// While a violation is tolerated, nothing else is due on it (contract, 6.7).
fn next_due(violation: &Violation) -> Option<Timestamp> {
    match violation.state {
        ViolationState::Exception => violation.exception,
        ViolationState::InProgress => {
            let open = violation.phases.iter().filter(|phase| phase.is_open()).map(|phase| &phase.events);
            let dates = open.flat_map(|events| {
                let recurring =
                    [&events.reminder, &events.escalation].map(|event| event.as_ref().map(|event| event.date));
                recurring.into_iter().chain([events.expiration.as_ref().map(|end| end.date)]).flatten()
            });
            dates.min()
        }
        ViolationState::Pending | ViolationState::Remediating | ViolationState::Complete => None,
    }
}

/// Lets happen what is due on a violation, of these kinds.
pub fn perform(realm: &mut Realm, cx: &mut Cx<'_>, id: Id<Violation>, checks: &[Check]) {
    let Some(violation) = realm.violations.get(&id) else { return };
    let (mut violation, mut again) = (Violation::clone(violation), false);
    let before = violation.clone();
    for check in checks {
        match check {
            Check::Exception => lapse(cx, &mut violation),
            Check::Reminder | Check::Escalation => tell(cx, &mut violation, *check),
            Check::Expiration => again |= expire(cx, &mut violation),
        }
    }
    if violation != before {
        let (rule, user) = (violation.rule, violation.user);
        realm.violations.put(violation);
        arm(realm, cx, id);
        if again {
            anew(realm, cx, rule, user);
        }
    }
}

/// Whether a word is one of the checks that there are.
///
/// # Errors
/// When it is none.
pub fn check_kind(word: &str, known: &[&str]) -> Result<(), Refusal> {
    if known.contains(&word) { Ok(()) } else { Err(Refusal::UnknownWord("scan type", word.to_owned())) }
}

fn lapse(cx: &mut Cx<'_>, violation: &mut Violation) {
    let is_due = violation.exception.is_some_and(|until| until <= cx.now());
    if is_due && act::step(cx, violation, ViolationMove::LapseException, "exception").is_ok() {
        violation.exception = None;
        record::note(violation, CommentAction::CancelException, "Exception expired", cx.now(), Author::System);
    }
}

/// Reminders and escalations: mail is only logged, and the date moves on until it is ahead.
fn tell(cx: &mut Cx<'_>, violation: &mut Violation, check: Check) {
    let now = cx.now();
    let (action, text, name) = match check {
        Check::Escalation => (CommentAction::Escalation, "Violation escalated", "violation.escalated"),
        _ => (CommentAction::Reminder, "Reminder sent", "violation.reminded"),
    };
    for place in 0..violation.phases.len() {
        let phase = &violation.phases[place];
        let event = if check == Check::Escalation { &phase.events.escalation } else { &phase.events.reminder };
        let Some(event) = event.clone().filter(|event| phase.is_open() && event.date <= now) else { continue };
        let detail = json!({"phase": phase.name, "notification": event.notification});
        if act::step(cx, violation, ViolationMove::Check, "check").is_err() {
            return;
        }
        cx.emit(name, violation.id, detail);
        record::note(violation, action, text, now, Author::System);
        let events = &mut violation.phases[place].events;
        *(if check == Check::Escalation { &mut events.escalation } else { &mut events.reminder }) = later(event, now);
    }
}

/// The same event at its next date that is ahead; none when it comes only once.
fn later(event: Recurring, now: Timestamp) -> Option<Recurring> {
    let every = event.every.filter(|every| *every > Span::ZERO)?;
    let missed = (now - event.date).as_micros().div_euclid(every.as_micros()) + 1;
    let date = event.date + Span::micros(every.as_micros().saturating_mul(missed));
    Some(Recurring { date, ..event })
}

/// Phases that run out; says whether the violation begins anew.
fn expire(cx: &mut Cx<'_>, violation: &mut Violation) -> bool {
    let now = cx.now();
    let is_due = |end: &Expiration| end.date <= now;
    for place in 0..violation.phases.len() {
        let phase = &violation.phases[place];
        let end = phase.events.expiration.clone().filter(|end| phase.is_open() && is_due(end));
        let (Some(end), name) = (end, phase.name.clone()) else { continue };
        let by = match end.action {
            ExpirationAction::DoNothing | ExpirationAction::Reassign => ViolationMove::Check,
            ExpirationAction::CloseViolation | ExpirationAction::CreateNewViolation => ViolationMove::Expire,
        };
        if act::step(cx, violation, by, "expiration").is_err() {
            return false;
        }
        let detail = json!({"phase": name, "notification": end.notification, "action": end.action});
        cx.emit("violation.expired", violation.id, detail);
        record::note(violation, CommentAction::Expiration, "Violation expired", now, Author::System);
        violation.phases[place].events.expiration = None;
        match end.action {
            ExpirationAction::DoNothing => {}
            ExpirationAction::Reassign => {
                let permissions = Permissions::of_task();
                let actor = |who| Actor { who, permissions: permissions.clone(), phase: name.clone() };
                act::hand_over(cx, violation, &name, end.actors.into_iter().map(actor).collect());
            }
            ExpirationAction::CloseViolation | ExpirationAction::CreateNewViolation => {
                phases::end(cx, violation, &name, PhaseMove::Expire, Some("expire"));
                workflow::over(cx, violation, Outcome::Expire);
                return end.action == ExpirationAction::CreateNewViolation;
            }
        }
    }
    false
}

/// A fresh violation, if the user still violates the rule.
fn anew(
    realm: &mut Realm,
    cx: &mut Cx<'_>,
    rule: Id<crate::vendors::pingone::model::Rule>,
    user: Id<crate::company::Person>,
) {
    let Some(rule) = realm.rules.get(&rule).cloned() else { return };
    let Ok(search) = Search::of(rule.terms()) else { return };
    let hits = engine::one(View { realm, company: cx.company }, &[search], user, &[]);
    if let Some(hit) = hits.into_iter().flatten().next() {
        open::open(realm, cx, (rule.id, Arc::new(open::copy_of(&rule))), user, hit.composite_ids());
    }
}
