//! What actors do in a phase (contract, 3.5 and 6.2), one violation at a time or many (6.8).

use serde_json::json;

use super::document::Document;
use super::rights::{self, By, NamedActor};
use super::workflow::{self, Ending};
use super::{Fault, Missing, Refusal, check, exception, phases, record, remediate, violation};
use crate::kernel::Id;
use crate::vendors::pingone::assumed::BULK_MAX;
use crate::vendors::pingone::model::{
    Actor, CommentAction, Permission, Permissions, PhaseKind, PhaseMove, Realm, Violation, ViolationMove,
};
use crate::world::{Command, Cx};

/// What an actor does.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// Allow it for ever.
    Allow { comment: String },
    /// Tolerate it until a date, or longer.
    Exception { until: Option<String>, comment: String },
    /// Tolerate it no longer.
    CancelException { comment: String },
    /// Say something.
    Comment { comment: String },
    /// Let somebody else decide.
    Reassign { actors: Vec<NamedActor>, comment: String },
    /// Put it right.
    Remediate { body: Document },
    /// Say that it was put right by hand.
    Complete { comment: String },
    /// Say that it cannot be put right.
    Cancel { comment: String },
}

impl Act {
    /// The vendor's word.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Allow { .. } => "allow",
            Self::Exception { .. } => "exception",
            Self::CancelException { .. } => "cancel-exception",
            Self::Comment { .. } => "comment",
            Self::Reassign { .. } => "reassign",
            Self::Remediate { .. } => "remediate",
            Self::Complete { .. } => "complete",
            Self::Cancel { .. } => "cancel",
        }
    }

    fn permission(&self) -> Permission {
        match self {
            Self::Allow { .. } => Permission::Allow,
            Self::Exception { .. } | Self::CancelException { .. } => Permission::Exception,
            Self::Comment { .. } => Permission::Comment,
            Self::Reassign { .. } => Permission::Reassign,
            Self::Remediate { .. } => Permission::Remediate,
            Self::Complete { .. } => Permission::Complete,
            Self::Cancel { .. } => Permission::Cancel,
        }
    }

    fn by_move(&self) -> ViolationMove {
        match self {
            Self::Allow { .. } => ViolationMove::DecideAllow,
            Self::Exception { .. } => ViolationMove::GrantException,
            Self::CancelException { .. } => ViolationMove::CancelException,
            Self::Comment { .. } => ViolationMove::Comment,
            Self::Reassign { .. } => ViolationMove::Reassign,
            Self::Remediate { .. } => ViolationMove::DecideRemediate,
            Self::Complete { .. } => ViolationMove::FinishRemediation,
            Self::Cancel { .. } => ViolationMove::CancelRemediation,
        }
    }

    /// Whether a phase of this kind can be acted in so.
    fn fits(&self, kind: &PhaseKind) -> bool {
        let is_fulfillment = *kind == PhaseKind::Fulfillment;
        match self {
            Self::Comment { .. } | Self::Reassign { .. } => true,
            Self::Complete { .. } | Self::Cancel { .. } => is_fulfillment,
            Self::Allow { .. } | Self::Exception { .. } | Self::CancelException { .. } | Self::Remediate { .. } => {
                !is_fulfillment
            }
        }
    }

    /// The member of `decisionOptions` that must offer it.
    fn option(&self) -> Option<&'static str> {
        matches!(self, Self::Allow { .. } | Self::Exception { .. } | Self::Remediate { .. }).then(|| self.name())
    }

    /// What must be there whatever it is about.
    fn check(&self) -> Result<(), Refusal> {
        match self {
            Self::Exception { until: None, .. } => Err(Refusal::required("exceptionExpirationDate")),
            Self::Comment { comment } if comment.trim().is_empty() => Err(Refusal::required("comment")),
            Self::Reassign { actors, .. } if actors.is_empty() => Err(Refusal::required("updatedActors")),
            _ => Ok(()),
        }
    }
}

/// Act in a phase.
pub struct ActInPhase {
    /// The violation's id, as it was sent.
    pub violation: String,
    /// The phase's name.
    pub phase: String,
    /// Who does.
    pub by: By,
    /// What.
    pub act: Act,
}

impl Command<Realm> for ActInPhase {
    type Output = Id<Violation>;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        in_phase(realm, cx, self, false)
    }
}

/// Acts in a phase. Who and what comes first, then what is possible, then what was said. `wait` says whether the workflow
/// is at its end before anybody is answered, whatever its pace.
fn in_phase(realm: &mut Realm, cx: &mut Cx<'_>, acting: ActInPhase, wait: bool) -> Result<Id<Violation>, Refusal> {
    let ActInPhase { violation, phase: name, by, act } = acting;
    let mut violation = violation::find(realm, &violation)?.clone();
    let phase = violation.phase(&name).ok_or_else(|| Missing::ViolationPhase(name.clone(), violation.id.dashed()))?;
    if !by.has_part(realm, &violation) {
        return Err(Refusal::ViolationNotAuthorized(act.name()));
    }
    violation::movable(&violation, act.by_move(), act.name())?;
    if !phase.is_open() {
        return Err(Refusal::NotInProgress(name));
    }
    if !act.fits(&phase.kind) {
        return Err(violation::impossible(&violation, act.name()));
    }
    if !by.may(realm, &violation, Some(&name), act.permission()) {
        return Err(Refusal::ViolationNotAuthorized(act.name()));
    }
    if let Some(option) = act.option().filter(|option| !violation.terms().offers(option)) {
        return Err(Refusal::NotAnOption(option));
    }
    act.check()?;
    let id = violation.id;
    let decided = perform(realm, cx, &mut violation, (&name, by), act)?;
    violation.modified = cx.now();
    realm.violations.put(violation);
    check::arm(realm, cx, id);
    if decided && wait {
        workflow::go_on(realm, cx, id, &name);
    } else if decided {
        workflow::decided(realm, cx, id, name);
    }
    Ok(id)
}

/// Does it; says whether the workflow goes on from here.
fn perform(
    realm: &Realm,
    cx: &mut Cx<'_>,
    violation: &mut Violation,
    (phase, by): (&str, By),
    act: Act,
) -> Result<bool, Refusal> {
    let (now, author, name) = (cx.now(), by.author(), act.name());
    match act {
        Act::Allow { comment } => {
            step(cx, violation, ViolationMove::DecideAllow, name)?;
            phases::end(cx, violation, phase, PhaseMove::Decide, Some("allow"));
            record::note(violation, CommentAction::Allow, comment, now, author);
            return Ok(true);
        }
        Act::Remediate { body } => {
            let body = remediate::checked(realm, violation, body)?;
            step(cx, violation, ViolationMove::DecideRemediate, name)?;
            phases::end(cx, violation, phase, PhaseMove::Decide, Some("remediate"));
            record::note(violation, CommentAction::Remediate, remediate::said(&body), now, author);
            violation.remediation = Some(body);
            return Ok(true);
        }
        Act::Exception { until, comment } => {
            exception::grant(cx, violation, until.as_deref().unwrap_or_default(), &comment, author)?;
        }
        Act::CancelException { comment } => {
            step(cx, violation, ViolationMove::CancelException, name)?;
            violation.exception = None;
            record::note_if_said(violation, CommentAction::CancelException, &comment, now, author);
        }
        Act::Comment { comment } => {
            step(cx, violation, ViolationMove::Comment, name)?;
            record::note(violation, CommentAction::Comment, comment, now, author);
        }
        Act::Reassign { actors, comment } => {
            let is_fulfillment = violation.phase(phase).is_some_and(|phase| phase.kind == PhaseKind::Fulfillment);
            let everything = if is_fulfillment { Permissions::of_fulfillment } else { Permissions::of_task };
            let actors = rights::named(realm, cx.company, &actors, everything)?;
            step(cx, violation, ViolationMove::Reassign, name)?;
            let actors = actors.into_iter();
            let actors = actors.map(|(who, permissions)| Actor { who, permissions, phase: phase.to_owned() });
            hand_over(cx, violation, phase, actors.collect());
            record::note_if_said(violation, CommentAction::Reassign, &comment, now, author);
        }
        Act::Complete { comment } => {
            phases::end(cx, violation, phase, PhaseMove::Decide, Some("complete"));
            record::note_if_said(violation, CommentAction::Comment, &comment, now, author);
            workflow::finish(cx, violation, Ending::Complete)?;
        }
        Act::Cancel { comment } => {
            phases::end(cx, violation, phase, PhaseMove::Cancel, Some("cancel"));
            record::note_if_said(violation, CommentAction::Comment, &comment, now, author);
            workflow::finish(cx, violation, Ending::Cancelled)?;
        }
    }
    Ok(false)
}

/// Puts others in the place of a phase's actors; those who are not named again can act no longer (contract, 6.3).
pub fn hand_over(cx: &mut Cx<'_>, violation: &mut Violation, phase: &str, actors: Vec<Actor>) {
    let (before, others) = std::mem::take(&mut violation.active).into_iter().partition(|actor| actor.phase == phase);
    violation.active = others;
    let is_named = |known: &Actor| actors.iter().any(|actor| actor.who == known.who);
    let gone: Vec<Actor> = Vec::into_iter(before).filter(|known| !is_named(known)).collect();
    phases::retire(violation, gone);
    violation.inactive.retain(|known| known.phase != phase || !is_named(known));
    let notification = violation.phase(phase).and_then(|phase| phase.events.reassign.clone());
    violation.active.extend(actors);
    cx.emit("violation.reassigned", violation.id, json!({"phase": phase, "notification": notification}));
}

/// Moves a violation on.
pub fn step(
    cx: &mut Cx<'_>,
    violation: &mut Violation,
    by: ViolationMove,
    action: &'static str,
) -> Result<(), Refusal> {
    violation::movable(violation, by, action)?;
    if let Some(state) = cx.go(violation.state, by) {
        let was = std::mem::replace(&mut violation.state, state);
        violation.modified = cx.now();
        if was != state {
            cx.emit("violation.moved", violation.id, json!({"from": was, "to": state}));
        }
    }
    Ok(())
}

/// Act on many violations, each in the caller's phase of it.
pub struct ActOnMany {
    /// Their ids, as they were sent.
    pub ids: Vec<String>,
    /// Who does.
    pub by: By,
    /// What.
    pub act: Act,
    /// Whether every workflow that goes on is at its end before the answer (contract, 6.8).
    pub wait: bool,
}

impl Command<Realm> for ActOnMany {
    /// Those on which it was not done, and why.
    type Output = Vec<(String, Refusal)>;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        if self.ids.is_empty() {
            return Err(Refusal::required("ids"));
        }
        if self.ids.len() > BULK_MAX {
            return Err(Fault::TooMany("ids", BULK_MAX).into());
        }
        self.act.check()?;
        let mut left = Vec::new();
        for id in self.ids {
            let (by, act) = (self.by, self.act.clone());
            if let Err(why) = cx.attempt(realm, |realm, cx| on_one(realm, cx, &id, by, act, self.wait)) {
                left.push((id, why));
            }
        }
        Ok(left)
    }
}

fn on_one(realm: &mut Realm, cx: &mut Cx<'_>, id: &str, by: By, act: Act, wait: bool) -> Result<(), Refusal> {
    let violation = violation::find(realm, id)?;
    match (by.phase_of(realm, violation), act) {
        (Some(phase), act) => {
            in_phase(realm, cx, ActInPhase { violation: id.to_owned(), phase, by, act }, wait).map(|_| ())
        }
        (None, Act::Allow { comment }) if by.administrator => {
            violation::Allow { violation: id.to_owned(), by, comment }.apply(realm, cx).map(|_| ())
        }
        (None, Act::Comment { comment }) => {
            violation::Comment { violation: id.to_owned(), by, comment }.apply(realm, cx).map(|_| ())
        }
        (None, act) => {
            violation::movable(violation, act.by_move(), act.name())?;
            Err(Refusal::ViolationNotAuthorized(act.name()))
        }
    }
}
