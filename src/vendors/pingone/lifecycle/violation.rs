//! What administrators and workflows do to a violation as a whole (contract, 3.4).

use std::sync::Arc;

use serde_json::{Value, json};

use super::document::Document;
use super::rights::{By, NamedActor};
use super::workflow::{self, Ending};
use super::{Fault, Missing, Refusal, act, check, exception, open, phases, record, remediate, rights, rule};
use crate::kernel::{Id, Lifecycle, Timestamp};
use crate::vendors::pingone::model::{
    Actor, Comment as Entry, CommentAction, Outcome, Permission, Permissions, Phase, PhaseKind, Realm,
    RemediationStatus, Violation, ViolationMove, ViolationState,
};
use crate::world::{Command, Cx};

/// The violation with this id, as it was sent.
pub fn find<'r>(realm: &'r Realm, id: &str) -> Result<&'r Violation, Refusal> {
    let violation = Id::from_dashed(id).and_then(|id| realm.violations.get(&id));
    violation.map(|violation| &**violation).ok_or_else(|| Missing::Violation(id.to_owned()).into())
}

/// The vendor's word for a state.
pub fn status(state: ViolationState) -> &'static str {
    match state {
        ViolationState::Pending => "pending",
        ViolationState::InProgress | ViolationState::Remediating => "in-progress",
        ViolationState::Exception => "exception",
        ViolationState::Complete => "complete",
    }
}

/// Whether a violation can move so now.
///
/// # Errors
/// When it cannot, in the words that say why.
pub fn movable(violation: &Violation, by: ViolationMove, action: &'static str) -> Result<(), Refusal> {
    if violation.state.on(by).is_some() {
        return Ok(());
    }
    let id = violation.id.dashed();
    Err(match (violation.state, by) {
        (ViolationState::Complete, _) => Refusal::ViolationOver(id),
        (_, ViolationMove::CancelException) => Refusal::NoException(id),
        (_, ViolationMove::NoteRemediation | ViolationMove::FinishRemediation | ViolationMove::CancelRemediation)
            if action == "status" =>
        {
            Refusal::NotRemediating(id)
        }
        _ => impossible(violation, action),
    })
}

/// It cannot be done as things stand.
pub fn impossible(violation: &Violation, action: &'static str) -> Refusal {
    Refusal::ViolationImpossible(action, status(violation.state).to_owned())
}

/// Allow a violation for ever: the end of the workflow's branch "Allow Violation".
pub struct Allow {
    /// Its id, as it was sent.
    pub violation: String,
    /// Who does.
    pub by: By,
    /// Why.
    pub comment: String,
}

impl Command<Realm> for Allow {
    type Output = Id<Violation>;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        let mut violation = find(realm, &self.violation)?.clone();
        let is_led_here = decided(&violation, "allow");
        workflow::allow(cx, &mut violation)?;
        if !is_led_here {
            record::note(&mut violation, CommentAction::Allow, self.comment, cx.now(), self.by.author());
        }
        Ok(keep(realm, cx, violation))
    }
}

/// Say something about a violation.
pub struct Comment {
    /// Its id, as it was sent.
    pub violation: String,
    /// Who does.
    pub by: By,
    /// What.
    pub comment: String,
}

impl Command<Realm> for Comment {
    type Output = Id<Violation>;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        let mut violation = find(realm, &self.violation)?.clone();
        if !self.by.has_part(realm, &violation) {
            return Err(Refusal::ViolationNotAuthorized("comment"));
        }
        movable(&violation, ViolationMove::Comment, "comment")?;
        if !self.by.may(realm, &violation, None, Permission::Comment) {
            return Err(Refusal::ViolationNotAuthorized("comment"));
        }
        if self.comment.trim().is_empty() {
            return Err(Refusal::required("comment"));
        }
        act::step(cx, &mut violation, ViolationMove::Comment, "comment")?;
        record::note(&mut violation, CommentAction::Comment, self.comment, cx.now(), self.by.author());
        Ok(keep(realm, cx, violation))
    }
}

/// Put a violation right: the end of the workflow's branch "Remediate Violation".
pub struct Remediate {
    /// Its id, as it was sent.
    pub violation: String,
    /// Who does.
    pub by: By,
    /// How, as it was sent.
    pub body: Document,
}

impl Command<Realm> for Remediate {
    type Output = Id<Violation>;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        let mut violation = find(realm, &self.violation)?.clone();
        movable(&violation, ViolationMove::Remediate, "remediate")?;
        let body = remediate::checked(realm, &violation, self.body)?;
        let has_workflow = violation.state != ViolationState::Pending;
        if !decided(&violation, "remediate") {
            let said = remediate::said(&body);
            record::note(&mut violation, CommentAction::Remediate, said, cx.now(), self.by.author());
        }
        violation.remediation = Some(body);
        workflow::remediate(cx, &mut violation)?;
        let id = keep(realm, cx, violation);
        if has_workflow {
            workflow::decided(realm, cx, id, workflow::GATEWAY.into());
        }
        Ok(id)
    }
}

/// Say how putting a violation right goes.
pub struct SetRemediationStatus {
    /// Its id, as it was sent.
    pub violation: String,
    /// The word, as it was sent.
    pub status: String,
}

impl Command<Realm> for SetRemediationStatus {
    type Output = Id<Violation>;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        let mut violation = find(realm, &self.violation)?.clone();
        let status = remediation_status(&self.status).ok_or(Refusal::UnknownWord("remediation status", self.status))?;
        match status {
            RemediationStatus::Complete | RemediationStatus::Cancelled => {
                movable(&violation, ViolationMove::FinishRemediation, "status")?;
                let is_complete = status == RemediationStatus::Complete;
                workflow::finish(cx, &mut violation, if is_complete { Ending::Complete } else { Ending::Cancelled })?;
            }
            RemediationStatus::InProgress | RemediationStatus::Failed => {
                act::step(cx, &mut violation, ViolationMove::NoteRemediation, "status")?;
                violation.remediation_status = Some(status);
            }
        }
        Ok(keep(realm, cx, violation))
    }
}

/// Ask somebody about a violation, as a workflow does.
pub struct AddPhase {
    /// The violation's id, as it was sent.
    pub violation: String,
    /// The phase. One without a name gets one.
    pub phase: WrittenPhase,
    /// Whom to ask.
    pub actors: Vec<NamedActor>,
}

impl Command<Realm> for AddPhase {
    type Output = Id<Violation>;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        let mut violation = find(realm, &self.violation)?.clone();
        movable(&violation, ViolationMove::AddPhase, "phases")?;
        let phase = self.phase.opened(cx);
        let is_fulfillment = phase.kind == PhaseKind::Fulfillment;
        let everything = if is_fulfillment { Permissions::of_fulfillment } else { Permissions::of_task };
        let actors = rights::named(realm, cx.company, &self.actors, everything)?;
        phases::add(realm, cx, &mut violation, phase, actors, CommentAction::Assignment);
        Ok(keep(realm, cx, violation))
    }
}

/// A phase as an administrator writes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WrittenPhase {
    /// Its name; none for one to be made up.
    pub name: Option<String>,
    /// What people call it.
    pub display_name: Option<String>,
    /// Its kind, in the vendor's word.
    pub kind: Option<PhaseKind>,
    /// What is due while it is open.
    pub events: Option<crate::vendors::pingone::model::PhaseEvents>,
    /// Fields of the client's own.
    pub extra: Document,
}

impl WrittenPhase {
    fn opened(self, cx: &mut Cx<'_>) -> Phase {
        let name = self.name.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| {
            let id: Id<Phase> = cx.id("pingone/phase");
            format!("violationTask-{}", &id.hex()[..12])
        });
        let display_name = self.display_name.unwrap_or_else(|| name.clone());
        let (kind, events) = (self.kind.unwrap_or(PhaseKind::Task), self.events.unwrap_or_default());
        let phase = phases::opened(&name, &display_name, kind, events, cx.now());
        Phase { extra: self.extra, ..phase }
    }
}

/// A violation as an administrator writes it. What is not said is as for one that was just found, or as it was.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Written {
    /// Its own id, where it names one.
    pub id: Option<String>,
    /// The user's id.
    pub user: Option<String>,
    /// The rule's id.
    pub rule: Option<String>,
    /// The copy of the rule.
    pub policy_rule: Option<Document>,
    /// The grants.
    pub access: Option<Value>,
    /// What is decided.
    pub decision: Option<WrittenDecision>,
    /// Fields of the client's own.
    pub extra: Document,
}

/// The decision of a violation as an administrator writes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WrittenDecision {
    /// Its status, in the vendor's word.
    pub status: Option<String>,
    /// How it ended, or is about to.
    pub outcome: Option<Outcome>,
    /// When it began.
    pub started: Option<Timestamp>,
    /// When it was over.
    pub completed: Option<Timestamp>,
    /// What was said.
    pub comments: Vec<Entry>,
    /// Who is or was asked.
    pub phases: Vec<Phase>,
    /// Who may act.
    pub active: Vec<Actor>,
    /// Who could.
    pub inactive: Vec<Actor>,
    /// Until when it is tolerated.
    pub exception: Option<String>,
    /// Per condition of the rule, the grants that met it.
    pub composite_ids: Vec<Vec<String>>,
    /// How it is to be put right.
    pub remediation: Option<Document>,
    /// How putting it right goes, in the vendor's word.
    pub remediation_status: Option<String>,
}

/// Make a violation.
pub struct Create {
    /// As it was written.
    pub written: Written,
    /// Whether it copies the violation that `id` names.
    pub duplicate: bool,
}

impl Command<Realm> for Create {
    type Output = Id<Violation>;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        let Self { written, duplicate } = self;
        let original = written.id.as_deref().filter(|_| duplicate).and_then(|id| find(realm, id).ok()).cloned();
        if let Some(original) = original {
            let (id, now, sequence) = (cx.id("pingone/violation"), cx.now(), cx.tick());
            let mut copy = Violation { id, created: now, modified: now, sequence, ..original };
            overwrite(cx, &mut copy, written)?;
            return Ok(keep(realm, cx, copy));
        }
        let mut missing = Vec::new();
        if written.user.is_none() {
            missing.push(Fault::required("user.id"));
        }
        if written.rule.is_none() {
            missing.push(Fault::required("policyRule.id"));
        }
        super::document::sound(missing)?;
        let user = user(cx, written.user.as_deref().unwrap_or_default())?;
        let named = written.rule.as_deref().unwrap_or_default();
        let rule = rule::find(realm, named).map_err(|_| Fault::Reference("Policy rule", named.to_owned()))?;
        let terms = Arc::new(open::copy_of(rule));
        let is_decided = written.decision.is_some();
        let mut violation = open::blank(cx, (rule.id, terms), user, Vec::new());
        overwrite(cx, &mut violation, written)?;
        cx.emit("violation.created", violation.id, json!({"user": user, "rule": violation.rule}));
        if is_decided {
            return Ok(keep(realm, cx, violation));
        }
        let id = violation.id;
        open::launch(realm, cx, violation);
        Ok(id)
    }
}

/// Replace a violation.
pub struct Replace {
    /// Its id, as it was sent.
    pub violation: String,
    /// As it was written.
    pub written: Written,
}

impl Command<Realm> for Replace {
    type Output = Id<Violation>;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        let mut violation = find(realm, &self.violation)?.clone();
        violation.extra.clear();
        overwrite(cx, &mut violation, self.written)?;
        violation.modified = cx.now();
        Ok(keep(realm, cx, violation))
    }
}

/// Delete a violation.
pub struct Delete(pub String);

impl Command<Realm> for Delete {
    type Output = Id<Violation>;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        let id = find(realm, &self.0)?.id;
        realm.violations.remove(&id);
        realm.timers.cancel_about(id);
        cx.emit("violation.deleted", id, Value::Null);
        Ok(id)
    }
}

fn user(cx: &Cx<'_>, id: &str) -> Result<Id<crate::company::Person>, Refusal> {
    let bare = id.strip_prefix("managed/user/").unwrap_or(id);
    let user = Id::from_dashed(bare).filter(|user| cx.company.people().contains(user));
    user.ok_or_else(|| Fault::Reference("User", id.to_owned()).into())
}

/// Writes what an administrator says over what stands there.
fn overwrite(cx: &mut Cx<'_>, violation: &mut Violation, written: Written) -> Result<(), Refusal> {
    if let Some(id) = written.user {
        violation.user = user(cx, &id)?;
    }
    if let Some(rule) = written.rule.as_deref().and_then(Id::from_dashed) {
        violation.rule = rule;
    }
    if let Some(terms) = written.policy_rule.filter(|terms| terms.len() > 1) {
        violation.terms = Arc::new(terms);
    }
    violation.written_access = written.access;
    violation.extra = written.extra;
    let Some(decision) = written.decision else { return Ok(()) };
    let by = replacing(&decision)?;
    if let Some(state) = cx.go(violation.state, by) {
        violation.state = state;
    }
    let exception = decision
        .exception
        .as_deref()
        .map(|until| exception::date(until).ok_or_else(|| Fault::date("events.exception.date")));
    violation.exception = exception.transpose()?.filter(|_| violation.state == ViolationState::Exception);
    violation.outcome = decision.outcome;
    violation.started = decision.started.unwrap_or(violation.started);
    let is_over = violation.state == ViolationState::Complete;
    violation.completed = is_over.then(|| decision.completed.unwrap_or_else(|| cx.now()));
    violation.comments = decision.comments;
    violation.phases = decision.phases;
    violation.active = decision.active;
    violation.inactive = decision.inactive;
    violation.composite_ids = decision.composite_ids;
    violation.remediation = decision.remediation;
    let status = decision
        .remediation_status
        .map(|word| remediation_status(&word).ok_or(Refusal::UnknownWord("remediation status", word)));
    violation.remediation_status = status.transpose()?;
    Ok(())
}

/// The move that writes this status. Remediating is an outcome without an end.
fn replacing(decision: &WrittenDecision) -> Result<ViolationMove, Refusal> {
    Ok(match decision.status.as_deref() {
        Some("pending") => ViolationMove::ReplacePending,
        Some("in-progress") if decision.outcome == Some(Outcome::Remediate) => ViolationMove::ReplaceRemediating,
        Some("in-progress") => ViolationMove::ReplaceInProgress,
        Some("exception") => ViolationMove::ReplaceException,
        Some("complete") => ViolationMove::ReplaceComplete,
        other => return Err(Refusal::UnknownWord("decision status", other.unwrap_or("undefined").to_owned())),
    })
}

/// The status that a word names.
pub fn remediation_status(word: &str) -> Option<RemediationStatus> {
    Some(match word {
        "in-progress" => RemediationStatus::InProgress,
        "complete" => RemediationStatus::Complete,
        "cancelled" => RemediationStatus::Cancelled,
        "failed" => RemediationStatus::Failed,
        _ => return None,
    })
}

/// Whether a phase led here.
fn decided(violation: &Violation, decision: &str) -> bool {
    violation.phases.iter().any(|phase| phase.decision.as_deref() == Some(decision))
}

fn keep(realm: &mut Realm, cx: &mut Cx<'_>, violation: Violation) -> Id<Violation> {
    let id = violation.id;
    realm.violations.put(violation);
    check::arm(realm, cx, id);
    id
}
