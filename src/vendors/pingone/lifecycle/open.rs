//! From a hit to a violation: whether there is one already, and who is asked (contract, 5.3 and 6.4).

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{check, phases};
use crate::company::Person;
use crate::kernel::Id;
use crate::vendors::pingone::model::{
    CommentAction, Outcome, Realm, Rule, Violation, ViolationKey, ViolationState, Workflow,
};
use crate::world::Cx;

/// What a rule tells its violations (contract, 4.4).
const COPIED: [&str; 15] = [
    "id",
    "name",
    "description",
    "documentationUrl",
    "policyRuleOwner",
    "violationOwner",
    "violationOwnerType",
    "decisionOptions",
    "maxExceptionDuration",
    "mitigatingControl",
    "correctionAdvice",
    "riskScore",
    "remediation",
    "violationLifecycle",
    "workflow",
];

/// What a hit is to what is known of the rule and the user.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There is an open violation.
    Known(Id<Violation>),
    /// The latest violation was allowed for ever, and nothing has come to it.
    Allowed(Id<Violation>),
    /// It is a new violation.
    New,
}

/// The copy of a rule that a violation keeps.
pub fn copy_of(rule: &Rule) -> Map<String, Value> {
    let copied = COPIED.iter().filter_map(|name| Some(((*name).to_owned(), rule.document.get(*name)?.clone())));
    copied.collect()
}

/// What a hit is (contract, 5.3).
pub fn judge(realm: &Realm, rule: Id<Rule>, user: Id<Person>, found: &[Vec<String>]) -> Verdict {
    let known: Vec<&Arc<Violation>> = realm.violations.with(ViolationKey::Of(rule, user)).collect();
    if let Some(open) = known.iter().find(|violation| violation.is_open()) {
        return Verdict::Known(open.id);
    }
    let latest = known.into_iter().max_by_key(|violation| (violation.completed, violation.sequence));
    match latest {
        Some(latest) if latest.outcome == Some(Outcome::Allow) => {
            let allowed: Vec<&str> = latest.grants().collect();
            let is_covered = found.iter().flatten().all(|id| allowed.contains(&id.as_str()));
            if is_covered { Verdict::Allowed(latest.id) } else { Verdict::New }
        }
        _ => Verdict::New,
    }
}

/// Makes of a hit what it is: a new violation, or news of an old one. Answers with the violation that counts.
pub fn take_up(
    realm: &mut Realm,
    cx: &mut Cx<'_>,
    verdict: Verdict,
    (rule, terms): (Id<Rule>, Arc<Map<String, Value>>),
    user: Id<Person>,
    found: &[Vec<String>],
) -> Option<Id<Violation>> {
    let now = cx.now();
    match verdict {
        Verdict::Known(id) => {
            realm.violations.update(&id, |violation| {
                violation.composite_ids = found.to_vec();
                violation.written_access = None;
                (violation.detected, violation.modified) = (now, now);
            });
            Some(id)
        }
        Verdict::Allowed(id) => {
            realm.violations.update(&id, |violation| violation.detected = now);
            None
        }
        Verdict::New => Some(open(realm, cx, (rule, terms), user, found.to_vec())),
    }
}

/// A violation in which nobody has been asked yet.
pub fn blank(
    cx: &mut Cx<'_>,
    (rule, terms): (Id<Rule>, Arc<Map<String, Value>>),
    user: Id<Person>,
    composite_ids: Vec<Vec<String>>,
) -> Violation {
    let (id, now, sequence) = (cx.id("pingone/violation"), cx.now(), cx.tick());
    Violation {
        id,
        user,
        rule,
        terms,
        composite_ids,
        written_access: None,
        state: ViolationState::Pending,
        outcome: None,
        started: now,
        completed: None,
        comments: Vec::new(),
        phases: Vec::new(),
        active: Vec::new(),
        inactive: Vec::new(),
        exception: None,
        remediation: None,
        remediation_status: None,
        sequence,
        detected: now,
        created: now,
        modified: now,
        extra: Map::new(),
    }
}

/// Opens a violation, and starts its rule's workflow if it has one.
pub fn open(
    realm: &mut Realm,
    cx: &mut Cx<'_>,
    of: (Id<Rule>, Arc<Map<String, Value>>),
    user: Id<Person>,
    composite_ids: Vec<Vec<String>>,
) -> Id<Violation> {
    let violation = blank(cx, of, user, composite_ids);
    let id = violation.id;
    cx.emit("violation.detected", id, json!({"user": user, "rule": violation.rule}));
    launch(realm, cx, violation);
    id
}

/// Keeps a new violation, and starts its rule's workflow if it has one.
pub fn launch(realm: &mut Realm, cx: &mut Cx<'_>, mut violation: Violation) {
    let id = violation.id;
    if let Workflow::Launch(_) = violation.terms().workflow() {
        let (phase, actors) = phases::stock_task(&violation, cx.now());
        phases::add(realm, cx, &mut violation, phase, actors, CommentAction::Assignment);
    }
    realm.violations.put(violation);
    check::arm(realm, cx, id);
}
