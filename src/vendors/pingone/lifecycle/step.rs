//! What stories, tests and the control plane may do: the commands that requests perform, with people, roles, rules and
//! policies named by their slugs.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::rights::{By, NamedActor};
use super::scan::{self, ScanOptions};
use super::{
    Act, ActInPhase, ActOnRequest, CheckAll, CreateCampaign, Refusal, RequestAction, Review, ReviewItem, Submit,
    Target, Wish, access,
};
use crate::company::{Entitlement, Person};
use crate::kernel::{Id, Span};
use crate::vendors::pingone::model::{
    ActorRef, Direction, Policy, Realm, Role, Rule, ScanTarget, Verdict, Violation, ViolationKey,
};
use crate::world::{Command, Cx, Draft, StepError, StepLine};

/// One step. A violation is the one of a rule and a person that was opened last; `by` acts in the phase that is theirs.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case", rename_all_fields = "camelCase")]
enum Step {
    ScanPolicy {
        policy: String,
    },
    ScanRule {
        rule: String,
    },
    Decide {
        by: String,
        rule: String,
        person: String,
        decision: Decision,
    },
    Check {
        check: String,
    },
    /// Asks for an entitlement, or for its end.
    RequestAccess {
        by: String,
        #[serde(rename = "for")]
        person: Option<String>,
        entitlement: String,
        #[serde(default)]
        remove: bool,
        #[serde(default)]
        comment: String,
    },
    /// Decides about a request, in the phase that is open.
    DecideRequest {
        by: String,
        request: String,
        action: String,
        #[serde(default)]
        comment: String,
    },
    /// Makes a campaign of everything that the people of a department hold.
    StartCertification {
        name: String,
        department: Option<String>,
    },
    /// Decides about an item of a campaign, and lets it stand.
    Review {
        by: String,
        item: String,
        decision: Verdict,
        #[serde(default)]
        comment: String,
    },
    JoinRole {
        person: String,
        role: String,
    },
    LeaveRole {
        person: String,
        role: String,
    },
}

/// What is decided about a violation.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case", rename_all_fields = "camelCase")]
enum Decision {
    Allow {
        #[serde(default)]
        comment: String,
    },
    Exception {
        lasting: Span,
        #[serde(default)]
        comment: String,
    },
    CancelException {
        #[serde(default)]
        comment: String,
    },
    Comment {
        comment: String,
    },
    Reassign {
        to: String,
        #[serde(default)]
        comment: String,
    },
    /// Either the grants of one condition are to go, or a schema is filled in.
    Remediate {
        condition: Option<usize>,
        #[serde(default)]
        body: Map<String, Value>,
    },
    Complete {
        #[serde(default)]
        comment: String,
    },
    Cancel {
        #[serde(default)]
        comment: String,
    },
}

/// Every step, as the control plane lists them.
pub fn step_lines() -> Vec<StepLine> {
    type Parameter = (&'static str, &'static str);
    const RULE: Parameter = ("rule", "slug or id of the rule");
    const PERSON: Parameter = ("person", "slug of the person");
    const ROLE: Parameter = ("role", "slug of the role");
    let line = |step, does, parameters: &[Parameter]| StepLine { step, does, parameters: parameters.to_vec() };
    vec![
        line("scan-policy", "scan everybody by a policy's rules", &[("policy", "slug or id of the policy")]),
        line("scan-rule", "scan everybody by one rule", &[RULE]),
        line(
            "decide",
            "act on the latest violation of a rule by a person, in one's own phase",
            &[
                ("by", "slug of whoever acts"),
                RULE,
                PERSON,
                (
                    "decision",
                    "act: allow, exception (lasting), cancel-exception, comment, reassign (to), remediate (condition, \
                     or body), complete or cancel; and a comment",
                ),
            ],
        ),
        line(
            "check",
            "look at all violations for what is due",
            &[("check", "reminder, escalation, expiration or exception")],
        ),
        line(
            "request-access",
            "ask for an entitlement, or for its end",
            &[
                ("by", "slug of whoever asks"),
                ("for", "slug of the person whom it is for; whoever asks, where nobody is named"),
                ("entitlement", "its id, or the application's slug, a slash, and the entitlement's"),
                ("remove", "whether it is to end"),
                ("comment", "why"),
            ],
        ),
        line(
            "decide-request",
            "decide about a request in one's own phase",
            &[
                ("by", "slug of whoever decides"),
                ("request", "id of the request"),
                ("action", "approve, reject, fulfill or deny"),
                ("comment", "why"),
            ],
        ),
        line(
            "start-certification",
            "ask managers whether their people shall keep what they hold",
            &[
                ("name", "what the campaign is called"),
                ("department", "whose people; everybody's, where none is named"),
            ],
        ),
        line(
            "review",
            "decide about an item of a campaign, and let it stand",
            &[
                ("by", "slug of the reviewer"),
                ("item", "id of the item"),
                ("decision", "certify, revoke or exception"),
                ("comment", "why"),
            ],
        ),
        line("join-role", "take a person into a role", &[PERSON, ROLE]),
        line("leave-role", "let a person out of a role", &[PERSON, ROLE]),
    ]
}

/// Performs a step on a draft.
///
/// # Errors
/// When it is no step, names something that does not exist, or is refused.
pub fn perform(draft: &mut Draft, step: Value) -> Result<Value, StepError> {
    let step: Step = serde_json::from_value(step).map_err(|error| StepError::Malformed(error.to_string()))?;
    draft.attempt(|realm: &mut Realm, cx| run(realm, cx, step))
}

fn run(realm: &mut Realm, cx: &mut Cx<'_>, step: Step) -> Result<Value, StepError> {
    let options = ScanOptions { simulate: false, wait: true };
    match step {
        Step::ScanPolicy { policy } => {
            let named = Id::from_dashed(&policy).unwrap_or_else(|| Policy::id_of(&policy));
            let found = realm.policies.get(&named).ok_or_else(|| unknown("policy", &policy))?;
            let of = (ScanTarget::Policy(named), found.name().to_owned());
            Ok(json!({"scanId": scan::begin(realm, cx, of, options).dashed()}))
        }
        Step::ScanRule { rule } => {
            let id = the_rule(realm, &rule)?;
            let name = realm.rules.get(&id).map(|rule| rule.name().to_owned()).unwrap_or_default();
            Ok(json!({"scanId": scan::begin(realm, cx, (ScanTarget::PolicyRule(id), name), options).dashed()}))
        }
        Step::Decide { by, rule, person, decision } => {
            let by = the_person(cx, &by)?;
            let (rule, person) = (the_rule(realm, &rule)?, the_person(cx, &person)?);
            let violations = realm.violations.with(ViolationKey::Of(rule, person));
            let violation = violations.max_by_key(|violation| violation.sequence);
            let violation =
                violation.cloned().ok_or_else(|| StepError::Malformed("there is no such violation".into()))?;
            let by = acting(realm, by);
            let phase = by.phase_of(realm, &violation);
            let phase = phase.ok_or_else(|| refused(Refusal::ViolationNotAuthorized("decide")))?;
            let act = act(cx, &violation, decision)?;
            let id = violation.id.dashed();
            ActInPhase { violation: id.clone(), phase, by, act }.apply(realm, cx).map_err(refused)?;
            Ok(json!({"violationId": id}))
        }
        Step::Check { check } => CheckAll(check).apply(realm, cx).map(|()| json!({})).map_err(refused),
        Step::RequestAccess { by, person, entitlement, remove, comment } => {
            let who = the_person(cx, &by)?;
            let user = person.map_or(Ok(who), |person| the_person(cx, &person))?;
            let target = Target::Entitlement(the_entitlement(cx, &entitlement)?);
            let direction = if remove { Direction::Remove } else { Direction::Grant };
            let common = Map::from_iter([("justification".to_owned(), comment.into())]);
            let wish = Wish { user, target, direction, common, custom: Map::new() };
            let id = Submit { by: acting(realm, who), wish }.apply(realm, cx).map_err(refused)?;
            Ok(json!({"requestId": id.dashed()}))
        }
        Step::DecideRequest { by, request, action, comment } => {
            let by = acting(realm, the_person(cx, &by)?);
            let action = match action.as_str() {
                "approve" => RequestAction::Approve(comment),
                "reject" => RequestAction::Reject(comment),
                "fulfill" => RequestAction::Fulfill(comment),
                "deny" => RequestAction::Deny(comment),
                _ => return Err(unknown("action", &action)),
            };
            ActOnRequest { by, id: request, phase: None, action }.apply(realm, cx).map_err(refused)?;
            Ok(json!({}))
        }
        Step::StartCertification { name, department } => {
            let of = department.map(|department| {
                json!({"user": {"operator": "EQUALS", "operand": {"targetName": "department", "targetValue": department}}})
            });
            let mut document = Map::from_iter([("name".to_owned(), name.into())]);
            document.extend(of.map(|of| ("targetFilter".to_owned(), of)));
            let id = CreateCampaign { template: None, document }.apply(realm, cx).map_err(refused)?;
            Ok(json!({"certificationId": id.dashed()}))
        }
        Step::Review { by, item, decision, comment } => {
            let by = acting(realm, the_person(cx, &by)?);
            let row = Id::from_dashed(&item).and_then(|id| realm.certification_items.get(&id));
            let campaign = row.map(|row| row.campaign.dashed()).ok_or_else(|| unknown("item", &item))?;
            for review in [Review::Decide(decision, comment), Review::SignOff] {
                let (campaign, item) = (campaign.clone(), item.clone());
                ReviewItem { campaign, item, by, review }.apply(realm, cx).map_err(refused)?;
            }
            Ok(json!({}))
        }
        Step::JoinRole { person, role } => {
            let (person, role) = (the_person(cx, &person)?, the_role(realm, &role)?);
            access::join(realm, cx, person, role, "role").map(|_| json!({})).map_err(refused)
        }
        Step::LeaveRole { person, role } => {
            let (person, role) = (the_person(cx, &person)?, the_role(realm, &role)?);
            access::part(realm, cx, person, role).map(|_| json!({})).map_err(refused)
        }
    }
}

fn acting(realm: &Realm, person: Id<Person>) -> By {
    By { person: Some(person), administrator: realm.administrators.contains(&person) }
}

fn the_entitlement(cx: &Cx<'_>, name: &str) -> Result<Id<Entitlement>, StepError> {
    let id = Id::from_dashed(name).unwrap_or_else(|| Entitlement::id_of(name));
    if cx.company.entitlements().contains(&id) { Ok(id) } else { Err(unknown("entitlement", name)) }
}

fn act(cx: &Cx<'_>, violation: &Violation, decision: Decision) -> Result<Act, StepError> {
    Ok(match decision {
        Decision::Allow { comment } => Act::Allow { comment },
        Decision::Exception { lasting, comment } => {
            Act::Exception { until: Some((cx.now() + lasting).to_seconds_text()), comment }
        }
        Decision::CancelException { comment } => Act::CancelException { comment },
        Decision::Comment { comment } => Act::Comment { comment },
        Decision::Reassign { to, comment } => {
            let id = ActorRef::User(the_person(cx, &to)?).written();
            Act::Reassign { actors: vec![NamedActor { id, permissions: None }], comment }
        }
        Decision::Remediate { condition, mut body } => {
            if let Some(grants) = condition.and_then(|condition| violation.composite_ids.get(condition)) {
                body.insert("grantIds".into(), grants.clone().into());
            }
            Act::Remediate { body }
        }
        Decision::Complete { comment } => Act::Complete { comment },
        Decision::Cancel { comment } => Act::Cancel { comment },
    })
}

fn the_rule(realm: &Realm, name: &str) -> Result<Id<Rule>, StepError> {
    let id = Id::from_dashed(name).unwrap_or_else(|| Rule::id_of(name));
    if realm.rules.contains(&id) { Ok(id) } else { Err(unknown("rule", name)) }
}

fn the_role(realm: &Realm, slug: &str) -> Result<Id<Role>, StepError> {
    let id = Role::id_of(slug);
    if realm.roles.contains(&id) { Ok(id) } else { Err(unknown("role", slug)) }
}

fn the_person(cx: &Cx<'_>, slug: &str) -> Result<Id<Person>, StepError> {
    cx.company.person_named(slug).map(|person| person.id).ok_or_else(|| unknown("person", slug))
}

fn unknown(kind: &str, name: &str) -> StepError {
    StepError::Malformed(format!("there is no {kind} `{name}`"))
}

fn refused(refusal: Refusal) -> StepError {
    StepError::Refused(json!({"message": refusal.to_string()}))
}
