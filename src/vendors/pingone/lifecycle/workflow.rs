//! The stock workflow (contract, 6.4): what follows when a phase is decided, to the end of the violation.

use serde_json::{Value, json};

use super::{Refusal, Timer, act, check, phases, record};
use crate::kernel::Id;
use crate::vendors::pingone::assumed::WORKFLOW;
use crate::vendors::pingone::model::{
    Access, Author, CommentAction, Outcome, Realm, RemediationSchema, RemediationStatus, Violation, ViolationMove,
    ViolationState,
};
use crate::world::{Cx, Estate};

/// Where a workflow goes on.
pub const GATEWAY: &str = "";

/// A phase was decided: goes on at the workflow's pace.
pub fn decided(realm: &mut Realm, cx: &mut Cx<'_>, id: Id<Violation>, phase: String) {
    let about: Id<Violation> = Id::named(&format!("pingone/workflow/{id}"));
    cx.later(realm, WORKFLOW, about, Timer::GoOn(id, phase));
}

/// Goes on after a phase, or at the gateway behind "Remediate Violation".
pub fn go_on(realm: &mut Realm, cx: &mut Cx<'_>, id: Id<Violation>, phase: &str) {
    let Some(violation) = realm.violations.get(&id) else { return };
    let mut violation = Violation::clone(violation);
    if phase == GATEWAY {
        gateway(realm, cx, &mut violation);
    } else {
        match violation.phase(phase).and_then(|phase| phase.decision.as_deref()) {
            Some("allow") => drop(allow(cx, &mut violation)),
            Some("remediate") => {
                if remediate(cx, &mut violation).is_ok() {
                    gateway(realm, cx, &mut violation);
                }
            }
            _ => return,
        }
    }
    realm.violations.put(violation);
    check::arm(realm, cx, id);
}

/// The violation is allowed for ever, and over.
///
/// # Errors
/// When it is not to be decided about.
pub fn allow(cx: &mut Cx<'_>, violation: &mut Violation) -> Result<(), Refusal> {
    act::step(cx, violation, ViolationMove::Allow, "allow")?;
    over(cx, violation, Outcome::Allow);
    Ok(())
}

/// The violation is over.
pub fn over(cx: &mut Cx<'_>, violation: &mut Violation, outcome: Outcome) {
    phases::end_all(cx, violation);
    (violation.outcome, violation.completed, violation.exception) = (Some(outcome), Some(cx.now()), None);
    cx.emit("violation.completed", violation.id, json!({"outcome": outcome}));
}

/// The violation is being put right.
///
/// # Errors
/// When it is not to be decided about.
pub fn remediate(cx: &mut Cx<'_>, violation: &mut Violation) -> Result<(), Refusal> {
    act::step(cx, violation, ViolationMove::Remediate, "remediate")?;
    phases::end_all(cx, violation);
    (violation.outcome, violation.exception) = (Some(Outcome::Remediate), None);
    violation.remediation_status = Some(RemediationStatus::InProgress);
    Ok(())
}

/// How putting a violation right ends.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It was.
    Complete,
    /// It was given up.
    Cancelled,
}

/// Putting it right is over.
///
/// # Errors
/// When it was not being put right.
pub fn finish(cx: &mut Cx<'_>, violation: &mut Violation, ending: Ending) -> Result<(), Refusal> {
    let (by, status) = match ending {
        Ending::Complete => (ViolationMove::FinishRemediation, RemediationStatus::Complete),
        Ending::Cancelled => (ViolationMove::CancelRemediation, RemediationStatus::Cancelled),
    };
    act::step(cx, violation, by, "remediate")?;
    violation.remediation_status = Some(status);
    over(cx, violation, Outcome::Remediate);
    Ok(())
}

/// Grants are taken away by machine, anything else by hand.
fn gateway(realm: &mut Realm, cx: &mut Cx<'_>, violation: &mut Violation) {
    let remediation = violation.remediation.clone().unwrap_or_default();
    let option = remediation.get("remediationOptionId").and_then(Value::as_str);
    if violation.state != ViolationState::Remediating {
        return;
    }
    if option != Some(RemediationSchema::GRANT_REMOVAL) {
        let (phase, actors) = phases::fulfillment_task(violation, cx.now());
        phases::add(realm, cx, violation, phase, actors, CommentAction::Assignment);
        return;
    }
    let chosen = remediation.get("grantIds").and_then(Value::as_array);
    let chosen: Vec<&str> = chosen.into_iter().flatten().filter_map(Value::as_str).collect();
    let failures: Vec<String> = chosen.into_iter().filter_map(|id| remove(realm, cx, id).err()).collect();
    if failures.is_empty() {
        // The state was asked for above.
        let _ = finish(cx, violation, Ending::Complete);
    } else {
        record::note(violation, CommentAction::Comment, failures.join(" "), cx.now(), Author::System);
    }
}

/// Takes one grant away.
fn remove(realm: &mut Realm, cx: &mut Cx<'_>, id: &str) -> Result<(), String> {
    let taken = match Access::of_composite_id(id) {
        Some(Access::Entitlement(grant)) => cx.company.take(cx.chronicle, grant, Realm::VENDOR),
        Some(Access::Role(person, role)) => super::access::part(realm, cx, person, role).is_ok(),
        // The stock script prepares no call for accounts (contract, 6.4).
        Some(Access::Account(_) | Access::WouldHold(..) | Access::WouldHave(..)) | None => false,
    };
    if taken { Ok(()) } else { Err(format!("Failed to remove grant {id}.")) }
}
