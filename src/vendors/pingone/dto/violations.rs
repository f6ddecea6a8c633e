//! Violations, and what administrators write about them (contract, 4.4 to 4.8).

use serde_json::{Map, Value, json};

use super::policies::metadata;
use super::{View, offset};
use crate::vendors::pingone::assumed::SYSTEM;
use crate::vendors::pingone::lifecycle::violation::status;
use crate::vendors::pingone::model::{
    Actor, ActorRef, Author, Comment, Expiration, Permissions, Phase, PhaseEvents, PhaseKind, Recurring, Violation,
};

/// How much of a violation an answer shows.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Whether the rule's remediation schemas are shown in full.
    pub resolve_schemas: bool,
    /// Whether it was just made; then its `metadata` is not shown (contract, 0).
    pub is_new: bool,
}

impl View<'_> {
    /// A violation.
    pub fn violation(&self, violation: &Violation, how: Shown) -> Value {
        let mut terms = Value::Object((*violation.terms).clone());
        if how.resolve_schemas {
            self.resolve_schemas(&mut terms["remediation"]);
        }
        let access = violation.written_access.clone();
        let mut shown = Map::new();
        shown.insert("id".into(), violation.id.dashed().into());
        shown.insert("user".into(), self.subject(violation.user));
        shown.insert("policyRule".into(), terms);
        shown.insert("policyRuleId".into(), violation.rule.dashed().into());
        shown.insert("violatingAccess".into(), access.unwrap_or_else(|| self.grants(violation.grants()).into()));
        shown.insert("decision".into(), self.decision(violation));
        shown.insert("stats".into(), json!({"latestDetectionTime": offset(violation.detected)}));
        shown.extend(violation.extra.clone());
        if !how.is_new {
            shown.insert("metadata".into(), metadata(violation.created, violation.modified));
        }
        Value::Object(shown)
    }

    fn decision(&self, violation: &Violation) -> Value {
        let actors = |actors: &[Actor]| actors.iter().map(|actor| self.actor(actor)).collect::<Vec<_>>();
        let events =
            violation.exception.map_or_else(|| json!({}), |until| json!({"exception": {"date": offset(until)}}));
        json!({
            "status": status(violation.state),
            "outcome": violation.outcome,
            "startDate": offset(violation.started),
            "completionDate": violation.completed.map(offset),
            "comments": violation.comments.iter().map(|comment| self.comment(comment)).collect::<Vec<_>>(),
            "phases": violation.phases_shown().map(|phase| self.phase(phase)).collect::<Vec<_>>(),
            "actors": {"active": actors(&violation.active), "inactive": actors(&violation.inactive)},
            "events": events,
            "compositeIds": violation.composite_ids,
            "remediation": violation.remediation,
            "remediationStatus": violation.remediation_status,
        })
    }

    fn actor(&self, actor: &Actor) -> Value {
        let mut shown = self.reference(actor.who);
        shown.insert("permissions".into(), permissions(&actor.permissions));
        shown.insert("phase".into(), actor.phase.as_str().into());
        Value::Object(shown)
    }

    fn comment(&self, comment: &Comment) -> Value {
        json!({
            "action": comment.action,
            "comment": comment.text,
            "timeStamp": offset(comment.at),
            "user": self.author(comment.by),
        })
    }

    /// Who wrote or decided something.
    pub fn author(&self, author: Author) -> Value {
        match author {
            Author::User(person) => Value::Object(self.reference(ActorRef::User(person))),
            Author::System => json!({"id": SYSTEM}),
        }
    }

    fn phase(&self, phase: &Phase) -> Value {
        let mut shown = Map::new();
        shown.insert("name".into(), phase.name.as_str().into());
        shown.insert("displayName".into(), phase.display_name.as_str().into());
        shown.insert("type".into(), phase_type(&phase.kind).into());
        shown.insert("status".into(), json!(phase.state));
        shown.insert("decision".into(), json!(phase.decision));
        shown.insert("startDate".into(), offset(phase.started).into());
        shown.insert("completionDate".into(), json!(phase.completed.map(offset)));
        shown.insert("events".into(), self.events(&phase.events));
        shown.extend(phase.extra.clone());
        Value::Object(shown)
    }

    fn events(&self, events: &PhaseEvents) -> Value {
        let actors = |actors: &[ActorRef]| -> Vec<Value> {
            actors.iter().map(|who| Value::Object(self.reference(*who))).collect()
        };
        let recurring = |event: &Recurring, tells_others: bool| {
            let days = event.every.map(|every| every.as_seconds() / SECONDS_PER_DAY);
            let mut shown = json!({"date": offset(event.date), "frequency": days, "notification": event.notification});
            if tells_others {
                shown["actors"] = actors(&event.actors).into();
            }
            shown
        };
        let ending = |end: &Expiration| {
            json!({
                "date": offset(end.date),
                "action": end.action.name(),
                "notification": end.notification,
                "actors": actors(&end.actors),
            })
        };
        let told = |template: &Option<String>| template.as_ref().map(|template| json!({"notification": template}));
        let parts = [
            ("assignment", told(&events.assignment)),
            ("reassign", told(&events.reassign)),
            ("reminder", events.reminder.as_ref().map(|event| recurring(event, false))),
            ("escalation", events.escalation.as_ref().map(|event| recurring(event, true))),
            ("expiration", events.expiration.as_ref().map(ending)),
        ];
        parts.into_iter().filter_map(|(name, part)| Some((name.to_owned(), part?))).collect::<Map<_, _>>().into()
    }
}

pub(super) const SECONDS_PER_DAY: i64 = 86_400;

fn permissions(permissions: &Permissions) -> Value {
    json!(permissions)
}

fn phase_type(kind: &PhaseKind) -> &str {
    match kind {
        PhaseKind::Task => "violationTask",
        PhaseKind::Fulfillment => "violationFulfillmentTask",
        PhaseKind::Other(name) => name,
    }
}
