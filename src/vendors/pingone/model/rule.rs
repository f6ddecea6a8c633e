//! Rules: conditions that must not meet in one person, and what becomes of it when they do.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ActorRef, ExpirationAction};
use crate::kernel::{Entity, Id, Span, Timestamp};

/// A rule. It is the client's document, unknown fields and key order included (contract, 4.2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// The server's.
    pub id: Id<Rule>,
    /// The document, its `id` in the place where the client put it; never `metadata`.
    pub document: Map<String, Value>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
}

impl Rule {
    /// The id of the rule that seed files call so.
    pub fn id_of(slug: &str) -> Id<Rule> {
        Id::named(&format!("pingone/rule/{slug}"))
    }
    /// What it says.
    pub fn terms(&self) -> Terms<'_> {
        Terms(&self.document)
    }
    /// What it is called.
    pub fn name(&self) -> &str {
        text(&self.document, "name").unwrap_or_default()
    }
}

/// What a rule says; also what the copy in a violation says.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'r>(pub &'r Map<String, Value>);

/// The workflow that a rule starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Workflow {
    /// None: the violation waits for an administrator.
    DoNothing,
    /// The one with this id.
    Launch(String),
}

/// What a rule says about the life of its violations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LifecycleTerms {
    /// How long a phase may stay open, and what happens then; `None` for ever.
    pub expiration: Option<(Span, ExpirationAction)>,
    /// Whether an exception needs a reason.
    pub justification_check: bool,
}

impl<'r> Terms<'r> {
    /// Whether scans look at it.
    pub fn is_active(self) -> bool {
        flag(self.0, "active")
    }
    /// Whether scans of what is so look at it.
    pub fn is_detective(self) -> bool {
        object(self.0, "scanTypes").is_some_and(|types| flag(types, "detective"))
    }
    /// Whether scans of what would be so look at it.
    pub fn is_preventative(self) -> bool {
        object(self.0, "scanTypes").is_some_and(|types| flag(types, "preventative"))
    }
    /// Whether actors may decide this: `exception`, `allow`, `remediate`.
    pub fn offers(self, decision: &str) -> bool {
        object(self.0, "decisionOptions").is_some_and(|options| flag(options, decision))
    }
    /// How many days an exception may last; `None` for any number.
    pub fn max_exception_days(self) -> Option<i64> {
        self.0.get("maxExceptionDuration").and_then(Value::as_i64).filter(|days| *days > 0)
    }
    /// Who decides about its violations.
    pub fn violation_owner(self) -> Option<ActorRef> {
        let id = text(object(self.0, "violationOwner")?, "id")?;
        match ActorRef::read(id)? {
            ActorRef::User(bare) if !id.contains('/') && text(self.0, "violationOwnerType") == Some("role") => {
                Some(ActorRef::Role(bare.cast()))
            }
            owner => Some(owner),
        }
    }
    /// The ways to remediate its violations.
    pub fn remediation_schemas(self) -> Vec<&'r str> {
        let schemas = object(self.0, "remediation").and_then(|remediation| remediation.get("schemas")?.as_array());
        let id = |schema: &'r Value| schema.as_str().or_else(|| schema.get("id")?.as_str());
        schemas.into_iter().flatten().filter_map(id).collect()
    }
    /// Whom it applies to, as a node of a target filter.
    pub fn user_filter(self) -> Option<&'r Value> {
        self.0.get("userFilter")
    }
    /// The conditions that must not meet.
    pub fn conditions(self) -> &'r [Value] {
        self.0.get("ruleDefinition").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }
    /// What starts when somebody violates it. Without a lifecycle of its own, a workflow that is named starts
    /// (contract, 4.2).
    pub fn workflow(self) -> Workflow {
        let id = object(self.0, "workflow").and_then(|workflow| text(workflow, "id"));
        let action =
            object(self.0, "violationLifecycle").and_then(|lifecycle| text(object(lifecycle, "workflow")?, "action"));
        match (action, id) {
            (Some("launch_workflow") | None, Some(id)) => Workflow::Launch(id.to_owned()),
            (Some("launch_workflow"), None) => Workflow::Launch(STOCK_WORKFLOW.to_owned()),
            _ => Workflow::DoNothing,
        }
    }
    /// What it says about the life of its violations.
    pub fn lifecycle(self) -> LifecycleTerms {
        let lifecycle = object(self.0, "violationLifecycle");
        let expiration = lifecycle.and_then(|lifecycle| object(lifecycle, "expiration"));
        let expiration = expiration.filter(|expiration| flag(expiration, "expires")).and_then(|expiration| {
            let days = expiration.get("duration").and_then(Value::as_i64).filter(|days| *days > 0)?;
            let action = text(expiration, "action").and_then(ExpirationAction::named);
            Some((Span::days(days), action.unwrap_or(ExpirationAction::DoNothing)))
        });
        let justification_check = lifecycle
            .and_then(|lifecycle| object(lifecycle, "exception"))
            .is_some_and(|exception| flag(exception, "justificationCheck"));
        LifecycleTerms { expiration, justification_check }
    }
}

/// The workflow that every tenant has (contract, 6.4).
pub const STOCK_WORKFLOW: &str = "BasicViolationProcess";

fn object<'d>(document: &'d Map<String, Value>, name: &str) -> Option<&'d Map<String, Value>> {
    document.get(name).and_then(Value::as_object)
}
fn text<'d>(document: &'d Map<String, Value>, name: &str) -> Option<&'d str> {
    document.get(name).and_then(Value::as_str)
}
fn flag(document: &Map<String, Value>, name: &str) -> bool {
    document.get(name).and_then(Value::as_bool).unwrap_or(false)
}

/// How rules are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleKey {
    /// By name.
    Name(String),
}

impl Entity for Rule {
    const TABLE: &'static str = "rules";
    type Id = Id<Rule>;
    type Key = RuleKey;
    fn id(&self) -> Self::Id {
        self.id
    }
    fn keys(&self) -> Vec<RuleKey> {
        vec![RuleKey::Name(self.name().to_owned())]
    }
}
