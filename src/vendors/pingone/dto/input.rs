//! What clients send about violations: acts, phases, and whole violations. Unknown fields are kept where an object is.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::violations::SECONDS_PER_DAY;
use crate::kernel::{Span, Timestamp};
use crate::vendors::pingone::lifecycle::rights::NamedActor;
use crate::vendors::pingone::lifecycle::violation::{Written, WrittenDecision, WrittenPhase};
use crate::vendors::pingone::lifecycle::{Act, Fault, Refusal, date};
use crate::vendors::pingone::model::{
    Actor, ActorRef, Author, Comment, CommentAction, Expiration, ExpirationAction, Outcome, Permission, Permissions,
    Phase, PhaseEvents, PhaseKind, PhaseState, Recurring,
};

/// A document as clients send it, read field by field.
pub struct Sent<'d>(pub &'d Map<String, Value>);

impl<'d> Sent<'d> {
    /// A text; `None` when there is none.
    ///
    /// # Errors
    /// When it is of another type.
    pub fn text(&self, name: &str) -> Result<Option<String>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(Fault::type_of(name.to_owned(), "a string").into()),
        }
    }
    /// `comment`, blank when there is none.
    ///
    /// # Errors
    /// When it is of another type.
    pub fn comment(&self) -> Result<String, Refusal> {
        Ok(self.text("comment")?.unwrap_or_default())
    }
    /// `ids`, or nothing.
    ///
    /// # Errors
    /// When it is no list of texts.
    pub fn ids(&self) -> Result<Vec<String>, Refusal> {
        match self.0.get("ids") {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(ids) => {
                let ids = ids.as_array().and_then(|ids| ids.iter().map(|id| id.as_str().map(str::to_owned)).collect());
                ids.ok_or_else(|| Fault::type_of("ids", "an array of strings").into())
            }
        }
    }
    /// The actors under this name, or nothing.
    ///
    /// # Errors
    /// When it is no list, or one of them has no id.
    pub fn actors(&self, name: &str) -> Result<Vec<NamedActor>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(actors)) => actors.iter().map(|actor| named(actor, name)).collect(),
            Some(_) => Err(Fault::type_of(name.to_owned(), "an array").into()),
        }
    }
    /// The object under this name; `None` when there is none.
    fn object(&self, name: &str) -> Option<Sent<'d>> {
        self.0.get(name).and_then(Value::as_object).map(Sent)
    }
    fn list(&self, name: &str) -> impl Iterator<Item = Sent<'d>> {
        self.0.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(|item| item.as_object().map(Sent))
    }
    fn plain(&self, name: &str) -> Option<&'d str> {
        self.0.get(name).and_then(Value::as_str)
    }
    fn date(&self, name: &str) -> Option<Timestamp> {
        self.plain(name).and_then(date)
    }
    fn besides(&self, known: &[&str]) -> Map<String, Value> {
        let unknown = self.0.iter().filter(|(name, _)| !known.contains(&name.as_str()));
        unknown.map(|(name, value)| (name.clone(), value.clone())).collect()
    }
}

/// A date that a body names; nothing, where it names none.
///
/// # Errors
/// When it is no date.
pub fn sent_date(body: &Map<String, Value>, name: &str) -> Result<Option<Timestamp>, Refusal> {
    let text = Sent(body).text(name)?.filter(|text| !text.is_empty());
    let read = |text: String| date(&text).ok_or_else(|| Fault::date(name.to_owned()));
    Ok(text.map(read).transpose()?)
}

/// What an actor does, by the last segment of the path and the body (contract, 3.4 and 3.5).
///
/// # Errors
/// When there is no such act, or a part of the body is of another type.
pub fn act(name: &str, body: &Map<String, Value>) -> Result<Act, Refusal> {
    let sent = Sent(body);
    if name == "remediate" {
        return Ok(Act::Remediate { body: body.clone() });
    }
    let comment = sent.comment()?;
    Ok(match name {
        "allow" => Act::Allow { comment },
        "cancel-exception" => Act::CancelException { comment },
        "comment" => Act::Comment { comment },
        "exception" => Act::Exception { until: sent.text("exceptionExpirationDate")?, comment },
        "reassign" => Act::Reassign { actors: sent.actors("updatedActors")?, comment },
        "complete" => Act::Complete { comment },
        "cancel" => Act::Cancel { comment },
        other => return Err(Refusal::UnknownAction(other.to_owned())),
    })
}

fn named(actor: &Value, list: &str) -> Result<NamedActor, Refusal> {
    if let Some(id) = actor.as_str() {
        return Ok(NamedActor { id: id.to_owned(), permissions: None });
    }
    let sent = actor.as_object().map(Sent).ok_or_else(|| Fault::type_of(list.to_owned(), "an array of objects"))?;
    let id = sent.text("id")?.filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| Fault::required(format!("{list}.id")))?;
    Ok(NamedActor { id, permissions: sent.object("permissions").map(|sent| permissions(&sent)) })
}

fn permissions(sent: &Sent<'_>) -> Permissions {
    let known = sent.0.iter().filter_map(|(name, value)| {
        let permission = serde_json::from_value::<Permission>(Value::String(name.clone())).ok()?;
        Some((permission, value.as_bool().unwrap_or(false)))
    });
    Permissions(known.collect::<BTreeMap<_, _>>())
}

/// The phase of `POST …/phases`, and whom it asks (contract, 3.4).
///
/// # Errors
/// When a part of it is of another type.
pub fn phase(sent: &Sent<'_>) -> Result<(WrittenPhase, Vec<NamedActor>), Refusal> {
    let actors = sent.actors("actors")?;
    let Some(phase) = sent.object("phase") else { return Ok((WrittenPhase::default(), actors)) };
    let written = WrittenPhase {
        name: phase.text("name")?,
        display_name: phase.text("displayName")?,
        kind: phase.text("type")?.map(kind),
        events: phase.object("events").map(|events| phase_events(&events)),
        extra: phase.besides(&PHASE),
    };
    Ok((written, actors))
}

const PHASE: [&str; 8] = ["name", "displayName", "type", "status", "decision", "startDate", "completionDate", "events"];
const VIOLATION: [&str; 8] =
    ["id", "user", "policyRule", "policyRuleId", "violatingAccess", "decision", "stats", "metadata"];

fn kind(word: String) -> PhaseKind {
    match word.as_str() {
        "violationTask" => PhaseKind::Task,
        "violationFulfillmentTask" => PhaseKind::Fulfillment,
        _ => PhaseKind::Other(word),
    }
}

fn phase_events(sent: &Sent<'_>) -> PhaseEvents {
    let template = |name: &str| sent.object(name).and_then(|event| event.plain("notification").map(str::to_owned));
    let notification = |event: &Sent<'_>| event.plain("notification").unwrap_or_default().to_owned();
    let recurring = |name: &str| {
        let event = sent.object(name)?;
        let every = event.0.get("frequency").and_then(Value::as_i64).filter(|days| *days > 0);
        Some(Recurring {
            date: event.date("date")?,
            every: every.map(|days| Span::seconds(days.saturating_mul(SECONDS_PER_DAY))),
            notification: notification(&event),
            actors: references(&event),
        })
    };
    let expiration = sent.object("expiration").and_then(|end| {
        let action = end.plain("action").and_then(ExpirationAction::named);
        let action = action.unwrap_or(ExpirationAction::DoNothing);
        Some(Expiration { date: end.date("date")?, action, notification: notification(&end), actors: references(&end) })
    });
    PhaseEvents {
        assignment: template("assignment"),
        reassign: template("reassign"),
        reminder: recurring("reminder"),
        escalation: recurring("escalation"),
        expiration,
    }
}

fn references(event: &Sent<'_>) -> Vec<ActorRef> {
    event.list("actors").filter_map(|actor| ActorRef::read(actor.plain("id")?)).collect()
}

/// A whole violation (contract, 4.4).
///
/// # Errors
/// When a part that is needed is of another type.
pub fn violation(sent: &Sent<'_>) -> Result<Written, Refusal> {
    let id_of = |name: &str| sent.object(name).and_then(|object| object.plain("id").map(str::to_owned));
    Ok(Written {
        id: sent.text("id")?,
        user: id_of("user"),
        rule: id_of("policyRule").or(sent.text("policyRuleId")?),
        policy_rule: sent.object("policyRule").map(|rule| rule.0.clone()),
        access: sent.0.get("violatingAccess").filter(|access| access.is_array()).cloned(),
        decision: sent.object("decision").map(|decision| decided(&decision)).transpose()?,
        extra: sent.besides(&VIOLATION),
    })
}

fn decided(sent: &Sent<'_>) -> Result<WrittenDecision, Refusal> {
    let actors = |which: &str| -> Vec<Actor> {
        sent.object("actors")
            .into_iter()
            .flat_map(|actors| actors.list(which).collect::<Vec<_>>())
            .filter_map(|sent| actor(&sent))
            .collect()
    };
    let outcome = sent.text("outcome")?.map(|word| {
        serde_json::from_value::<Outcome>(Value::String(word.clone()))
            .map_err(|_| Refusal::UnknownWord("decision outcome", word))
    });
    let exception = sent.object("events").and_then(|events| events.object("exception"));
    let ids = sent.0.get("compositeIds").cloned().unwrap_or_default();
    Ok(WrittenDecision {
        status: sent.text("status")?,
        outcome: outcome.transpose()?,
        started: sent.date("startDate"),
        completed: sent.date("completionDate"),
        comments: sent.list("comments").filter_map(|sent| comment(&sent)).collect(),
        phases: sent.list("phases").filter_map(|sent| written_phase(&sent)).collect(),
        active: actors("active"),
        inactive: actors("inactive"),
        exception: exception.and_then(|exception| exception.plain("date").map(str::to_owned)),
        composite_ids: serde_json::from_value(ids).unwrap_or_default(),
        remediation: sent.object("remediation").map(|remediation| remediation.0.clone()),
        remediation_status: sent.text("remediationStatus")?,
    })
}

fn actor(sent: &Sent<'_>) -> Option<Actor> {
    let who = ActorRef::read(sent.plain("id")?)?;
    let permissions = sent.object("permissions").map_or_else(Permissions::of_task, |sent| permissions(&sent));
    Some(Actor { who, permissions, phase: sent.plain("phase").unwrap_or_default().to_owned() })
}

fn comment(sent: &Sent<'_>) -> Option<Comment> {
    let action: CommentAction = serde_json::from_value(sent.0.get("action")?.clone()).ok()?;
    let by = sent.object("user").and_then(|user| match ActorRef::read(user.plain("id")?)? {
        ActorRef::User(person) => Some(Author::User(person)),
        ActorRef::Role(_) => None,
    });
    let text = sent.plain("comment").unwrap_or_default().to_owned();
    Some(Comment { action, text, at: sent.date("timeStamp")?, by: by.unwrap_or(Author::System) })
}

fn written_phase(sent: &Sent<'_>) -> Option<Phase> {
    let name = sent.plain("name")?.to_owned();
    let status = sent.0.get("status").cloned();
    let state = status.and_then(|status| serde_json::from_value::<PhaseState>(status).ok());
    Some(Phase {
        display_name: sent.plain("displayName").unwrap_or(&name).to_owned(),
        name,
        kind: sent.plain("type").map_or(PhaseKind::Task, |word| kind(word.to_owned())),
        state: state.unwrap_or(PhaseState::InProgress),
        decision: sent.plain("decision").map(str::to_owned),
        started: sent.date("startDate")?,
        completed: sent.date("completionDate"),
        events: sent.object("events").map(|events| phase_events(&events)).unwrap_or_default(),
        extra: sent.besides(&PHASE),
    })
}
