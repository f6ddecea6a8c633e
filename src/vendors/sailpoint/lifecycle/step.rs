//! What stories, tests and the control plane may do: the same commands that requests perform, and
//! those that the vendor's API has no call for.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Actor, Approve, Cancel, CompleteWorkItem, Forward, Refusal, Reject, RequestAccess, Submitted, Target, Wanted,
};
use crate::company::{App, Entitlement, Person};

use crate::kernel::{Id, Span};
use crate::vendors::sailpoint::model::{
    AccessProfile, Approval, ApprovalSettings, Item, ItemKey, Object, ObjectKind, Org, Outcome, ProvisioningPlan,
    RequestKind, Role, Switches, WorkItem, WorkItemState, WorkReassignment,
};
use crate::world::{Command, Cx, Draft, StepError, StepLine};

/// One step. People are named by their slug; objects as `role/SLUG`, `access-profile/SLUG` or
/// `entitlement/APP/SLUG`, or by kind and id: `role/ID`.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Step {
    /// Ask for access.
    Request {
        /// Who asks.
        by: String,
        /// For whom; for themselves when absent.
        #[serde(rename = "for")]
        requested_for: Option<String>,
        /// What.
        objects: Vec<String>,
        /// Why.
        comment: Option<String>,
        /// Ask for its end instead.
        #[serde(default)]
        revoke: bool,
        /// How long the access is to last.
        lasting: Option<Span>,
        /// How long until it is to begin.
        starting_in: Option<Span>,
    },
    /// Approve whatever of this waits for this person.
    Approve {
        /// Who approves.
        by: String,
        /// Whom the access is for.
        #[serde(rename = "for")]
        requested_for: String,
        /// What the access is to.
        object: String,
        /// What they say.
        comment: Option<String>,
    },
    /// Reject whatever of this waits for this person.
    Reject {
        /// Who rejects.
        by: String,
        /// Whom the access is for.
        #[serde(rename = "for")]
        requested_for: String,
        /// What the access is to.
        object: String,
        /// What they say.
        comment: Option<String>,
    },
    /// Hand an approval to somebody else.
    Forward {
        /// Who hands it on.
        by: String,
        /// Whom the access is for.
        #[serde(rename = "for")]
        requested_for: String,
        /// What the access is to.
        object: String,
        /// To whom.
        to: String,
        /// Why.
        comment: String,
    },
    /// Take a request back.
    Cancel {
        /// Who takes it back.
        by: String,
        /// Whom the access is for.
        #[serde(rename = "for")]
        requested_for: String,
        /// What the access is to.
        object: String,
        /// Why.
        comment: String,
    },
    /// Say that a manual action was done, or could not be.
    CompleteWorkItem {
        /// Whom the access is for.
        #[serde(rename = "for")]
        requested_for: String,
        /// What the access is to.
        object: String,
        /// Whether it was done.
        done: bool,
        /// What the owner says.
        comment: Option<String>,
    },
    /// Write down how provisioning is to end, for an object or for `source/APP`.
    ScriptProvisioning {
        /// The object or source.
        target: String,
        /// How it ends; `null` forgets what was written.
        outcome: Option<Outcome>,
        /// What the error list says when it ends badly.
        message: Option<String>,
    },
    /// Let somebody get somebody else's new approvals.
    ReassignWork {
        /// Whose approvals.
        from: String,
        /// Who gets them; `null` ends it.
        to: Option<String>,
        /// For how long; for good when absent.
        lasting: Option<Span>,
    },
    /// Set the rules for approvals: reminders, escalation, timeout, fallback, auto-approval.
    SetApprovalRules {
        /// The rules.
        rules: ApprovalSettings,
    },
    /// Set decisions that the contract leaves open.
    Switch {
        /// All of them; those left out take their defaults.
        switches: Switches,
    },
}

impl Step {
    /// Every step, as the control plane lists them.
    pub fn lines() -> Vec<StepLine> {
        const BY: (&str, &str) = ("by", "slug of the person who does it");
        const FOR: (&str, &str) = ("for", "slug of the person the access is for");
        const OBJECT: (&str, &str) = ("object", "role/SLUG, access-profile/SLUG or entitlement/APP/SLUG");
        const COMMENT: (&str, &str) = ("comment", "what they say");
        vec![
            StepLine {
                step: "request",
                does: "ask for access, or for its end",
                parameters: vec![
                    BY,
                    FOR,
                    ("objects", "what is asked for, each as in `object`"),
                    COMMENT,
                    ("revoke", "true to ask for the end of the access"),
                    ("lasting", "how long the access is to last, as an ISO 8601 duration"),
                    ("startingIn", "how long until it is to begin, as an ISO 8601 duration"),
                ],
            },
            StepLine { step: "approve", does: "approve what waits", parameters: vec![BY, FOR, OBJECT, COMMENT] },
            StepLine { step: "reject", does: "reject what waits", parameters: vec![BY, FOR, OBJECT, COMMENT] },
            StepLine {
                step: "forward",
                does: "hand an approval to somebody else",
                parameters: vec![BY, FOR, OBJECT, ("to", "slug of the new owner"), COMMENT],
            },
            StepLine { step: "cancel", does: "take a request back", parameters: vec![BY, FOR, OBJECT, COMMENT] },
            StepLine {
                step: "complete-work-item",
                does: "say that a manual action was done, or could not be",
                parameters: vec![FOR, OBJECT, ("done", "whether it was done"), COMMENT],
            },
            StepLine {
                step: "script-provisioning",
                does: "write down how provisioning is to end",
                parameters: vec![
                    ("target", "an object, or source/APP"),
                    ("outcome", "success, failure, partial or manual; null forgets it"),
                    ("message", "what the error list says"),
                ],
            },
            StepLine {
                step: "reassign-work",
                does: "let somebody get somebody else's new approvals",
                parameters: vec![
                    ("from", "slug of whose approvals"),
                    ("to", "slug of who gets them; null ends it"),
                    ("lasting", "for how long, as an ISO 8601 duration"),
                ],
            },
            StepLine {
                step: "set-approval-rules",
                does: "set reminders, escalation, timeout, fallback and auto-approval",
                parameters: vec![("rules", "escalation, fallbackApprover, timeout, autoApprove, autoApprovalEnabled")],
            },
            StepLine {
                step: "switch",
                does: "set decisions that the vendor's material leaves open",
                parameters: vec![("switches", "all of them; those left out take their defaults")],
            },
        ]
    }
}

/// Performs a step on a draft.
///
/// # Errors
/// When it is no step, names something that does not exist, or is refused.
pub fn perform(draft: &mut Draft, step: Value) -> Result<Value, StepError> {
    let step: Step = serde_json::from_value(step).map_err(|error| StepError::Malformed(error.to_string()))?;
    draft.attempt(|org: &mut Org, cx| run(org, cx, step))
}

fn run(org: &mut Org, cx: &mut Cx<'_>, step: Step) -> Result<Value, StepError> {
    match step {
        Step::Request { by, requested_for, objects, comment, revoke, lasting, starting_in } => {
            let by = person(cx, &by)?;
            let identity = requested_for.map_or(Ok(by), |slug| person(cx, &slug))?.hex();
            let wanted = |path: &String| {
                let object = object(cx, org, path)?;
                Ok(Wanted {
                    kind: object.kind,
                    id: object.id.hex(),
                    comment: comment.clone(),
                    client_metadata: None,
                    start_date: starting_in.map(|span| cx.now() + span),
                    remove_date: lasting.map(|span| cx.now() + span),
                    accounts: Vec::new(),
                })
            };
            let items = objects.iter().map(wanted).collect::<Result<Vec<_>, StepError>>()?;
            let kind = if revoke { RequestKind::RevokeAccess } else { RequestKind::GrantAccess };
            let targets = vec![Target { identity, is_machine: false, items }];
            let command = RequestAccess { by, kind, targets, is_flat: true, client_metadata: None };
            let Submitted { new, existing } = command.apply(org, cx).map_err(refused)?;
            let ids = |trackings: Vec<super::Tracking>| -> Vec<String> {
                trackings.iter().flat_map(|tracking| &tracking.requests).map(Id::hex).collect()
            };
            Ok(json!({"accessRequestIds": ids(new), "existing": ids(existing)}))
        }
        Step::Approve { by, requested_for, object, comment } => {
            let (by, approval) = awaited(org, cx, &by, &requested_for, &object)?;
            Approve { approval, by, comment }.apply(org, cx).map_err(refused)?;
            Ok(json!({"approvalId": approval.hex()}))
        }
        Step::Reject { by, requested_for, object, comment } => {
            let (by, approval) = awaited(org, cx, &by, &requested_for, &object)?;
            Reject { approval, by, comment }.apply(org, cx).map_err(refused)?;
            Ok(json!({"approvalId": approval.hex()}))
        }
        Step::Forward { by, requested_for, object, to, comment } => {
            let (by, approval) = awaited(org, cx, &by, &requested_for, &object)?;
            let new_owner = person(cx, &to)?.hex();
            Forward { approval, by, new_owner, comment }.apply(org, cx).map_err(refused)?;
            Ok(json!({"approvalId": approval.hex()}))
        }
        Step::Cancel { by, requested_for, object, comment } => {
            let by = Actor::Person(person(cx, &by)?);
            let item = in_flight(org, cx, &requested_for, &object)?;
            let request = item.request.hex();
            Cancel { request: request.clone(), by, comment }.apply(org, cx).map_err(refused)?;
            Ok(json!({"accessRequestId": request}))
        }
        Step::CompleteWorkItem { requested_for, object, done, comment } => {
            let item = in_flight(org, cx, &requested_for, &object)?;
            let open: Vec<Id<WorkItem>> = item
                .work_items
                .iter()
                .filter(|id| org.work_items.get(id).is_some_and(|work| work.state == WorkItemState::Pending))
                .copied()
                .collect();
            for work_item in &open {
                let comment = comment.clone();
                let command = CompleteWorkItem { work_item: *work_item, by: Actor::Client, done, comment };
                command.apply(org, cx).map_err(refused)?;
            }
            Ok(json!({"workItemIds": open.iter().map(Id::hex).collect::<Vec<_>>()}))
        }
        Step::ScriptProvisioning { target, outcome, message } => {
            let id: Id<()> = match target.strip_prefix("source/") {
                Some(slug) => known(cx.company.apps().get(&App::id_of(slug)), "source", slug)?.id.cast(),
                None => object(cx, org, &target)?.id,
            };
            match outcome {
                Some(outcome) => {
                    let message = message.unwrap_or_else(|| "The source rejected the operation.".into());
                    org.plans.put(ProvisioningPlan { target: id, outcome, message });
                }
                None => drop(org.plans.remove(&id)),
            }
            Ok(json!({}))
        }
        Step::ReassignWork { from, to, lasting } => {
            let from = person(cx, &from)?;
            match to {
                Some(to) => {
                    let (to, start) = (person(cx, &to)?, cx.now());
                    let end = lasting.map(|span| start + span);
                    org.reassignments.put(WorkReassignment { from, to, start, end });
                }
                None => drop(org.reassignments.remove(&from)),
            }
            Ok(json!({}))
        }
        Step::SetApprovalRules { rules } => {
            let mut config = org.config();
            config.approvals = rules;
            org.config.put(config);
            Ok(json!({}))
        }
        Step::Switch { switches } => {
            org.switches.put(switches);
            Ok(json!({}))
        }
    }
}

fn refused(refusal: Refusal) -> StepError {
    StepError::Refused(Value::from(refusal.to_string()))
}

fn known<T>(found: Option<T>, kind: &str, name: &str) -> Result<T, StepError> {
    found.ok_or_else(|| StepError::Malformed(format!("there is no {kind} `{name}`")))
}

fn person(cx: &Cx<'_>, slug: &str) -> Result<Id<Person>, StepError> {
    known(cx.company.person_named(slug), "person", slug).map(|person| person.id)
}

fn object(cx: &Cx<'_>, org: &Org, path: &str) -> Result<Object, StepError> {
    let (kind, name) = path.split_once('/').ok_or_else(|| StepError::Malformed(format!("`{path}` names no object")))?;
    let by_id: Option<Id<()>> = Id::from_hex(name);
    let (kind, id, exists) = match kind {
        "role" => {
            let id = by_id.map_or_else(|| Role::id_of(name), |id| id.cast());
            (ObjectKind::Role, id.cast(), org.roles.contains(&id))
        }
        "access-profile" => {
            let id = by_id.map_or_else(|| AccessProfile::id_of(name), |id| id.cast());
            (ObjectKind::AccessProfile, id.cast(), org.profiles.contains(&id))
        }
        "entitlement" => {
            let id = by_id.map_or_else(|| Entitlement::id_of(name), |id| id.cast());
            (ObjectKind::Entitlement, id.cast(), cx.company.entitlements().contains(&id))
        }
        _ => return Err(StepError::Malformed(format!("`{path}` names no object"))),
    };
    known(exists.then_some(Object { kind, id }), "object", path)
}

fn in_flight(org: &Org, cx: &Cx<'_>, requested_for: &str, path: &str) -> Result<std::sync::Arc<Item>, StepError> {
    let (person, object) = (person(cx, requested_for)?, object(cx, org, path)?);
    known(org.items.with(ItemKey::InFlight(person, object)).next().cloned(), "request in flight for", path)
}

fn awaited(
    org: &Org,
    cx: &Cx<'_>,
    by: &str,
    requested_for: &str,
    path: &str,
) -> Result<(Actor, Id<Approval>), StepError> {
    let by = person(cx, by)?;
    let item = in_flight(org, cx, requested_for, path)?;
    let open = org.approvals_of(&item).find(|approval| approval.is_open());
    Ok((Actor::Person(by), known(open, "open approval of", path)?.id))
}
