//! Writing the audit trail: an entry for everything that changed something, and nothing else.

use serde_json::Value;

use crate::company::{App, Person};
use crate::vendors::grip::assumed::{AUDIT_MAX, SYSTEM};
use crate::vendors::grip::model::{Actor, ActorKind, AuditEntry, Environment, Subject, SubjectKind};
use crate::world::Cx;

impl Actor {
    /// The token of this name.
    pub fn token(name: impl Into<String>) -> Self {
        Self { kind: ActorKind::ApiToken, name: name.into(), email: None }
    }
    /// A person.
    pub fn person(person: &Person) -> Self {
        Self { kind: ActorKind::User, name: person.name(), email: Some(person.mail.clone()) }
    }
    /// Whoever has this address, known or not.
    pub fn mail(cx: &Cx<'_>, mail: &str) -> Self {
        let unknown = || Self { kind: ActorKind::User, name: mail.to_owned(), email: Some(mail.to_owned()) };
        cx.company.person_with_mail(mail).map_or_else(unknown, |person| Self::person(person))
    }
    /// Nobody: time, or a rule.
    pub fn system() -> Self {
        Self { kind: ActorKind::System, name: SYSTEM.to_owned(), email: None }
    }
}

impl Subject {
    /// An application.
    pub fn saas(app: &App) -> Self {
        Self { kind: SubjectKind::SaasApplication, id: app.id.dashed(), name: Some(app.name.clone()) }
    }
    /// A person.
    pub fn user(person: &Person) -> Self {
        Self { kind: SubjectKind::Identity, id: person.id.dashed(), name: Some(person.name()) }
    }
    /// Something of Grip's own.
    pub fn of(kind: SubjectKind, id: impl Into<String>, name: Option<String>) -> Self {
        Self { kind, id: id.into(), name }
    }
}

/// Writes an entry down, and reports it as an event of the same name.
pub fn record(
    env: &mut Environment,
    cx: &mut Cx<'_>,
    actor: &Actor,
    action: &'static str,
    subject: Subject,
    description: impl Into<String>,
    details: Value,
) {
    cx.emit(action, &subject.id, details.clone());
    let (id, sequence) = (cx.id("grip/audit"), cx.tick());
    env.audit.put(AuditEntry {
        sequence,
        id,
        at: cx.now(),
        actor: actor.clone(),
        action: action.to_owned(),
        subject,
        description: description.into(),
        details,
    });
    while env.audit.len() > AUDIT_MAX {
        let Some(oldest) = env.audit.iter().next().map(|entry| entry.sequence) else { break };
        env.audit.remove(&oldest);
    }
}
