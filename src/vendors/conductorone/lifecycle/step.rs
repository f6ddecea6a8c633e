//! What stories, tests and the control plane may do: the same commands that requests perform, and
//! those that the vendor's API has no call for (contract, 18).

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::tasks::{
    Acting, Approve, Close, Comment, Deny, Ending, OpenGrant, OpenOffboarding, OpenRevoke, Reassign,
    SettleProvisioning, StepUp, Taken, Wanted,
};
use super::{Actor, Refusal, SettleLogin, SettleStepUp};
use crate::company::{App, Person};
use crate::kernel::{Id, Span};
use crate::vendors::conductorone::model::{
    Domain, EntitlementRef, Failing, Failure, GrantSource, StepInstance, StepUpState, Switches, Task, TaskKey,
};
use crate::vendors::conductorone::wire::id;
use crate::world::{Command, Cx, Draft, StepError, StepLine};

/// One step. People are named by their slug, entitlements as `APP/SLUG`; `APP/access` is having an account. A task is
/// the open one of a person about an entitlement, or the one of a number.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Step {
    /// Ask for access.
    Request {
        by: String,
        #[serde(rename = "for")]
        target: Option<String>,
        entitlement: String,
        comment: Option<String>,
        lasting: Option<Span>,
        #[serde(default)]
        emergency: bool,
    },
    /// Ask for the end of access.
    Revoke {
        by: String,
        #[serde(rename = "for")]
        target: Option<String>,
        entitlement: String,
        comment: Option<String>,
    },
    /// Take everything from somebody.
    Offboard { by: String, person: String, comment: Option<String> },
    /// Approve what waits.
    Approve {
        by: String,
        #[serde(rename = "for")]
        target: Option<String>,
        entitlement: Option<String>,
        task: Option<u64>,
        comment: Option<String>,
    },
    /// Deny what waits.
    Deny {
        by: String,
        #[serde(rename = "for")]
        target: Option<String>,
        entitlement: Option<String>,
        task: Option<u64>,
        comment: Option<String>,
    },
    /// Hand what waits to somebody else.
    Reassign {
        by: String,
        #[serde(rename = "for")]
        target: Option<String>,
        entitlement: Option<String>,
        task: Option<u64>,
        to: Vec<String>,
        comment: Option<String>,
    },
    /// Say something.
    Comment {
        by: String,
        #[serde(rename = "for")]
        target: Option<String>,
        entitlement: Option<String>,
        task: Option<u64>,
        comment: String,
    },
    /// Close a task without a decision.
    Close {
        by: String,
        #[serde(rename = "for")]
        target: Option<String>,
        entitlement: Option<String>,
        task: Option<u64>,
        comment: Option<String>,
    },
    /// Finish, fail or cancel the provisioning that runs.
    SettleProvisioning {
        #[serde(rename = "for")]
        target: Option<String>,
        entitlement: Option<String>,
        task: Option<u64>,
        outcome: Settled,
        by: Option<String>,
        message: Option<String>,
    },
    /// Write down that a connector fails, or that it does no longer.
    FailConnector {
        /// `APP` or `APP/SLUG`.
        target: String,
        /// What it says; `null` forgets what was written.
        message: Option<String>,
        #[serde(default)]
        falls_back: bool,
    },
    /// Settle the newest proof of who approves that somebody has begun.
    SettleStepUp { person: String, verified: bool },
    /// Let a device in that waits, as a person.
    ApproveLogin { user_code: String, person: String },
    /// Turn a device away that waits.
    DenyLogin { user_code: String },
    /// Set decisions that the contract leaves open.
    Switch { switches: Switches },
}

/// Which task.
struct Which {
    target: Option<String>,
    entitlement: Option<String>,
    task: Option<u64>,
}

/// How a provisioning is settled.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Settled {
    Done,
    Failed,
    Cancelled,
}

const BY: (&str, &str) = ("by", "slug of the person who does it");
const FOR: (&str, &str) = ("for", "slug of the person the task is about");
const ENTITLEMENT: (&str, &str) = ("entitlement", "APP/SLUG, or APP/access");
const TASK: (&str, &str) = ("task", "the task's number, instead of `for` and `entitlement`");
const COMMENT: (&str, &str) = ("comment", "what they say");

impl Step {
    /// Every step, as the control plane lists them.
    pub fn lines() -> Vec<StepLine> {
        let line = |step, does, parameters: &[(&'static str, &'static str)]| StepLine {
            step,
            does,
            parameters: parameters.to_vec(),
        };
        let lasting = ("lasting", "how long the access is to last, as an ISO 8601 duration");
        vec![
            line(
                "request",
                "ask for access",
                &[BY, FOR, ENTITLEMENT, COMMENT, lasting, ("emergency", "true when something burns")],
            ),
            line("revoke", "ask for the end of access", &[BY, FOR, ENTITLEMENT, COMMENT]),
            line("offboard", "take everything from somebody", &[BY, ("person", "slug of who leaves"), COMMENT]),
            line("approve", "approve what waits", &[BY, FOR, ENTITLEMENT, TASK, COMMENT]),
            line("deny", "deny what waits", &[BY, FOR, ENTITLEMENT, TASK, COMMENT]),
            line(
                "reassign",
                "hand what waits to somebody else",
                &[BY, FOR, ENTITLEMENT, TASK, ("to", "slugs of the new approvers"), COMMENT],
            ),
            line("comment", "say something about a task", &[BY, FOR, ENTITLEMENT, TASK, COMMENT]),
            line("close", "close a task without a decision", &[BY, FOR, ENTITLEMENT, TASK, COMMENT]),
            line(
                "settle-provisioning",
                "finish, fail or cancel the provisioning that runs",
                &[
                    FOR,
                    ENTITLEMENT,
                    TASK,
                    ("outcome", "done, failed or cancelled"),
                    ("by", "slug of who did it; the system when absent"),
                    ("message", "why it failed"),
                ],
            ),
            line(
                "fail-connector",
                "write down that a connector fails",
                &[
                    ("target", "APP or APP/SLUG"),
                    ("message", "what it says; null forgets what was written"),
                    ("fallsBack", "true when the owners of the application do it by hand then"),
                ],
            ),
            line(
                "settle-step-up",
                "settle the newest proof of who approves that somebody has begun",
                &[("person", "slug of who approves"), ("verified", "whether they could prove it")],
            ),
            line(
                "approve-login",
                "let a device in that waits, as a person",
                &[("userCode", "what the device shows to its user"), ("person", "slug of the person")],
            ),
            line("deny-login", "turn a device away that waits", &[("userCode", "what the device shows to its user")]),
            line(
                "switch",
                "set decisions that the vendor's material leaves open",
                &[("switches", "all of them; those left out take their defaults")],
            ),
        ]
    }
}

/// Performs a step on a draft.
///
/// # Errors
/// When it is no step, names something that does not exist, or is refused.
pub fn perform(draft: &mut Draft, step: Value) -> Result<Value, StepError> {
    let step: Step = serde_json::from_value(step).map_err(|error| StepError::Malformed(error.to_string()))?;
    draft.on(|domain: &mut Domain, cx| run(domain, cx, step))
}

fn run(domain: &mut Domain, cx: &mut Cx<'_>, step: Step) -> Result<Value, StepError> {
    match step {
        Step::Request { by, target, entitlement, comment, lasting, emergency } => {
            let by = actor(domain, cx, &by)?;
            let command = OpenGrant {
                wanted: wanted(domain, cx, &by, target, &entitlement)?,
                by,
                description: comment.unwrap_or_default(),
                duration: lasting,
                emergency,
                data: Map::new(),
                source: GrantSource::default(),
            };
            opened(domain, cx, command)
        }
        Step::Revoke { by, target, entitlement, comment } => {
            let by = actor(domain, cx, &by)?;
            let wanted = wanted(domain, cx, &by, target, &entitlement)?;
            opened(domain, cx, OpenRevoke { by, wanted, description: comment.unwrap_or_default() })
        }
        Step::Offboard { by, person: leaver, comment } => {
            let (by, subject) = (actor(domain, cx, &by)?, person(cx, &leaver)?);
            opened(domain, cx, OpenOffboarding { by, subject, description: comment.unwrap_or_default() })
        }
        Step::Approve { by, target, entitlement, task, comment } => {
            let task = Which { target, entitlement, task };
            let act = acting(domain, cx, &by, &task, comment)?;
            let step = current(domain, act.task)?;
            taken(domain, cx, Approve { act, step, proof: StepUp::None })
        }
        Step::Deny { by, target, entitlement, task, comment } => {
            let task = Which { target, entitlement, task };
            let act = acting(domain, cx, &by, &task, comment)?;
            taken(domain, cx, Deny { act, step: None })
        }
        Step::Reassign { by, target, entitlement, task, to, comment } => {
            let task = Which { target, entitlement, task };
            let act = acting(domain, cx, &by, &task, comment)?;
            let to = to.iter().map(|slug| person(cx, slug)).collect::<Result<_, _>>()?;
            taken(domain, cx, Reassign { act, step: None, to })
        }
        Step::Comment { by, target, entitlement, task, comment } => {
            let task = Which { target, entitlement, task };
            let act = acting(domain, cx, &by, &task, Some(comment))?;
            opened(domain, cx, Comment { act })
        }
        Step::Close { by, target, entitlement, task, comment } => {
            let task = Which { target, entitlement, task };
            let act = acting(domain, cx, &by, &task, comment)?;
            taken(domain, cx, Close { act })
        }
        Step::SettleProvisioning { target, entitlement, task, outcome, by, message } => {
            let task = Which { target, entitlement, task };
            let task = which(domain, cx, &task)?;
            let by = by.map(|slug| person(cx, &slug)).transpose()?;
            let ending = match outcome {
                Settled::Done => Ending::Done,
                Settled::Failed => Ending::Failed(message.unwrap_or_else(|| "it could not be done".into())),
                Settled::Cancelled => Ending::Cancelled,
            };
            SettleProvisioning { task, by, ending }.apply(domain, cx).map_err(refused)?;
            Ok(shown(domain, task))
        }
        Step::FailConnector { target, message, falls_back } => {
            let what = if target.contains('/') {
                Failure::Entitlement(entitlement(domain, &target)?.id)
            } else {
                Failure::App(known(domain.app(App::id_of(&target)), "application", &target)?.app)
            };
            match message {
                Some(message) => domain.failing.put(Failing { what, message, falls_back }),
                None => drop(domain.failing.remove(&what)),
            }
            Ok(json!({}))
        }
        Step::SettleStepUp { person: slug, verified } => {
            let user = person(cx, &slug)?;
            let begun = domain.step_up_transactions.iter();
            let begun = begun.filter(|row| row.user == user && row.state == StepUpState::Pending);
            let newest = begun.max_by_key(|row| (row.created, row.id)).map(|row| row.id);
            let transaction = known(newest, "proof begun by", &slug)?;
            let result = if verified { Ok(json!({})) } else { Err("the user did not prove who they are".into()) };
            SettleStepUp { id: transaction, result }.apply(domain, cx).map_err(refused)?;
            Ok(json!({"transactionId": id::text(transaction)}))
        }
        Step::ApproveLogin { user_code, person: slug } => {
            let user = Some(person(cx, &slug)?);
            SettleLogin { user_code, user }.apply(domain, cx).map(|()| json!({})).map_err(refused)
        }
        Step::DenyLogin { user_code } => {
            SettleLogin { user_code, user: None }.apply(domain, cx).map(|()| json!({})).map_err(refused)
        }
        Step::Switch { switches } => {
            domain.switches.put(switches);
            Ok(json!({}))
        }
    }
}

fn opened(
    domain: &mut Domain,
    cx: &mut Cx<'_>,
    command: impl Command<Domain, Output = Id<Task>>,
) -> Result<Value, StepError> {
    let task = command.apply(domain, cx).map_err(refused)?;
    Ok(shown(domain, task))
}

fn taken(
    domain: &mut Domain,
    cx: &mut Cx<'_>,
    command: impl Command<Domain, Output = Taken>,
) -> Result<Value, StepError> {
    let taken = command.apply(domain, cx).map_err(refused)?;
    Ok(shown(domain, taken.task))
}

fn shown(domain: &Domain, task: Id<Task>) -> Value {
    let number = domain.tasks.get(&task).map(|task| task.number);
    json!({"taskId": id::text(task), "number": number})
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

fn actor(domain: &Domain, cx: &Cx<'_>, slug: &str) -> Result<Actor, StepError> {
    let person = person(cx, slug)?;
    Ok(Actor { person, roles: domain.roles_of(person) })
}

fn entitlement(domain: &Domain, path: &str) -> Result<EntitlementRef, StepError> {
    let (app, slug) = path.split_once('/').ok_or_else(|| StepError::Malformed(format!("`{path}` is no APP/SLUG")))?;
    let app = App::id_of(app);
    let at = if slug == "access" {
        EntitlementRef::access(app)
    } else {
        EntitlementRef { app, id: crate::company::Entitlement::id_of(path) }
    };
    known(domain.entitlement(at).map(|row| row.at), "entitlement", path)
}

fn wanted(domain: &Domain, cx: &Cx<'_>, by: &Actor, target: Option<String>, path: &str) -> Result<Wanted, StepError> {
    let user = target.map_or(Ok(by.person), |slug| person(cx, &slug))?;
    Ok(Wanted { entitlement: entitlement(domain, path)?, user: Some(user), account: None })
}

fn which(domain: &Domain, cx: &Cx<'_>, which: &Which) -> Result<Id<Task>, StepError> {
    if let Some(number) = which.task {
        let found = domain.tasks.ids_with(TaskKey::Number(number)).next().copied();
        return known(found, "task", &number.to_string());
    }
    let (Some(slug), Some(path)) = (&which.target, &which.entitlement) else {
        return Err(StepError::Malformed("`task`, or `for` and `entitlement`, is required".into()));
    };
    let (subject, at) = (person(cx, slug)?, entitlement(domain, path)?);
    let open: Option<&Arc<Task>> = domain.tasks.with(TaskKey::OpenFor(at, Some(subject))).next();
    known(open.map(|task| task.id), "open task about", path)
}

fn acting(domain: &Domain, cx: &Cx<'_>, by: &str, task: &Which, comment: Option<String>) -> Result<Acting, StepError> {
    Ok(Acting { task: which(domain, cx, task)?, by: actor(domain, cx, by)?, comment: comment.unwrap_or_default() })
}

fn current(domain: &Domain, task: Id<Task>) -> Result<Id<StepInstance>, StepError> {
    let step = domain.tasks.get(&task).and_then(|task| task.current()).map(|step| step.id);
    known(step, "step running in task", &id::text(task))
}
