//! Phases of a violation: opened, and ended with what becomes of their actors (contract, 4.6 and 6.3).

use serde_json::{Map, json};

use super::record;
use crate::kernel::Timestamp;
use crate::vendors::pingone::assumed::{ESCALATION, FULFILLMENT_TASK, REMINDER, STOCK_TASK};
use crate::vendors::pingone::dto::View;
use crate::vendors::pingone::model::{
    Actor, ActorRef, Author, CommentAction, Expiration, Permissions, Phase, PhaseEvents, PhaseKind, PhaseMove,
    PhaseState, Realm, Recurring, Violation, ViolationMove,
};
use crate::world::Cx;

/// The first task of the stock workflow, and whom it asks: the violation's owner, about everything (contract, 6.4).
pub fn stock_task(violation: &Violation, now: Timestamp) -> (Phase, Vec<(ActorRef, Permissions)>) {
    let (name, display_name) = STOCK_TASK;
    let owner = violation.terms().violation_owner();
    let recurring = |every, notification: &str, actors| {
        Some(Recurring { date: now + every, every: Some(every), notification: notification.into(), actors })
    };
    let expiration = violation.terms().lifecycle().expiration.map(|(after, action)| Expiration {
        date: now + after,
        action,
        notification: "violationExpired".into(),
        actors: Vec::new(),
    });
    let events = PhaseEvents {
        assignment: Some("violationAssigned".into()),
        reassign: Some("violationReassigned".into()),
        reminder: recurring(REMINDER, "violationReminder", Vec::new()),
        escalation: recurring(ESCALATION, "violationEscalated", owner.into_iter().collect()),
        expiration,
    };
    let phase = opened(name, display_name, PhaseKind::Task, events, now);
    (phase, owner.map(|owner| (owner, Permissions::of_task())).into_iter().collect())
}

/// The task of whoever provisions by hand (contract, 6.4).
pub fn fulfillment_task(violation: &Violation, now: Timestamp) -> (Phase, Vec<(ActorRef, Permissions)>) {
    let (name, display_name) = FULFILLMENT_TASK;
    let events = PhaseEvents {
        assignment: Some("violationAssigned".into()),
        reassign: Some("violationReassigned".into()),
        ..PhaseEvents::default()
    };
    let phase = opened(name, display_name, PhaseKind::Fulfillment, events, now);
    let owner = violation.terms().violation_owner();
    (phase, owner.map(|owner| (owner, Permissions::of_fulfillment())).into_iter().collect())
}

/// A phase that has just been opened.
pub fn opened(name: &str, display_name: &str, kind: PhaseKind, events: PhaseEvents, now: Timestamp) -> Phase {
    Phase {
        name: name.to_owned(),
        display_name: display_name.to_owned(),
        kind,
        state: PhaseState::InProgress,
        decision: None,
        started: now,
        completed: None,
        events,
        extra: Map::new(),
    }
}

/// Adds a phase and asks its actors; says whether the violation can have one now. A second phase of a name gets a
/// number (contract, 4.6).
pub fn add(
    realm: &Realm,
    cx: &mut Cx<'_>,
    violation: &mut Violation,
    mut phase: Phase,
    actors: Vec<(ActorRef, Permissions)>,
    note: CommentAction,
) -> bool {
    let Some(state) = cx.go(violation.state, ViolationMove::AddPhase) else { return false };
    violation.state = state;
    if violation.phase(&phase.name).is_some() {
        let mut names = (2_u32..).map(|number| format!("{}-{number}", phase.name));
        phase.name = names.find(|name| violation.phase(name).is_none()).unwrap_or_default();
    }
    for (who, permissions) in actors {
        let name = View { realm, company: cx.company }.name_of(who);
        record::note(violation, note, format!("Assigned to {name}"), cx.now(), Author::System);
        violation.active.push(Actor { who, permissions, phase: phase.name.clone() });
    }
    let detail = json!({"phase": phase.name, "notification": phase.events.assignment});
    cx.emit("violation.assigned", violation.id, detail);
    violation.phases.push(phase);
    violation.modified = cx.now();
    true
}

/// Ends one open phase; its actors can act no longer. Says whether it was open.
pub fn end(cx: &mut Cx<'_>, violation: &mut Violation, name: &str, by: PhaseMove, decision: Option<&str>) -> bool {
    let now = cx.now();
    let Some(phase) = violation.phases.iter_mut().find(|phase| phase.name == name) else { return false };
    let Some(state) = cx.go(phase.state, by) else { return false };
    (phase.state, phase.completed, phase.decision) = (state, Some(now), decision.map(str::to_owned));
    let (ended, active) = std::mem::take(&mut violation.active).into_iter().partition(|actor| actor.phase == name);
    violation.active = active;
    retire(violation, ended);
    violation.modified = now;
    true
}

/// Ends whatever is open, as the violation does.
pub fn end_all(cx: &mut Cx<'_>, violation: &mut Violation) {
    let open: Vec<String> =
        violation.phases.iter().filter(|phase| phase.is_open()).map(|phase| phase.name.clone()).collect();
    for name in open {
        end(cx, violation, &name, PhaseMove::Close, None);
    }
}

/// Moves actors to those who could once act, each once per phase.
pub fn retire(violation: &mut Violation, actors: Vec<Actor>) {
    for actor in actors {
        let is_same = |known: &Actor| (known.who, &known.phase) == (actor.who, &actor.phase);
        violation.inactive.retain(|known| !is_same(known));
        violation.inactive.push(actor);
    }
}
