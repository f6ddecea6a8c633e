//! Taking one person's access to several applications away (contract, 9).

use serde_json::json;

use super::audit::record;
use super::find::{self, address, mailbox};
use super::{Noun, Refusal, Timer, keep_going, remove, run, word};
use crate::kernel::Id;
use crate::vendors::grip::assumed::{REVOKE, TARGETS_MAX};
use crate::vendors::grip::model::{
    Actor, AppResult, Environment, Revocation, RevocationMove, RevocationState, RevokedApp, Run, Subject, SubjectKind,
};
use crate::world::{Command, Cx};

/// Start a revocation.
pub struct StartRevocation {
    /// Who starts it.
    pub by: Actor,
    /// The user's id, as it was sent.
    pub user: Option<String>,
    /// The applications' ids, as they were sent.
    pub saas: Vec<String>,
    /// Who inherits what the accounts own; the user's own mailbox when absent.
    pub inheritor: Option<String>,
    /// Whose word is awaited first.
    pub manager: Option<String>,
    /// The workflow run that starts it.
    pub run: Option<Id<Run>>,
}

impl Command<Environment> for StartRevocation {
    type Output = Id<Revocation>;
    fn apply(self, env: &mut Environment, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        let id = self.put(env, cx)?;
        go_on(env, cx, id);
        Ok(id)
    }
}

impl StartRevocation {
    /// Writes the revocation down without taking its first step.
    pub(super) fn put(self, env: &mut Environment, cx: &mut Cx<'_>) -> Result<Id<Revocation>, Refusal> {
        let user = self.user.filter(|id| !id.trim().is_empty()).ok_or(Refusal::Missing("userId"))?;
        if self.saas.is_empty() {
            return Err(Refusal::Missing("saasIds"));
        }
        if self.saas.len() > TARGETS_MAX {
            return Err(Refusal::TooMany("saasIds", TARGETS_MAX));
        }
        let inheritor = address("inheritorMailbox", self.inheritor)?;
        let manager = address("managerApprovalEmail", self.manager)?;
        let person = find::person(cx.company, &user)?;
        let mut apps = Vec::with_capacity(self.saas.len());
        for id in &self.saas {
            let app = find::app(env, cx.company, id)?.id;
            if !apps.iter().any(|known: &RevokedApp| known.app == app) {
                apps.push(RevokedApp { app, result: None });
            }
        }
        let state = if manager.is_some() { RevocationState::PendingApproval } else { RevocationState::InProgress };
        let id = cx.id("grip/revocation");
        let details =
            json!({"userId": person.id.dashed(), "applications": apps.len(), "managerApprovalEmail": manager});
        env.revocations.put(Revocation {
            id,
            user: person.id,
            apps,
            inheritor: inheritor.or_else(|| mailbox(env, cx.company, &person)),
            manager,
            created_by: self.by.name.clone(),
            state,
            started: cx.now(),
            completed: None,
            run: self.run,
        });
        let description = format!("Access revocation started for {}", person.name());
        record(env, cx, &self.by, "access_revocation.started", subject(id), description, details);
        Ok(id)
    }
}

/// Stop a revocation.
pub struct StopRevocation {
    /// Who stops it.
    pub by: Actor,
    /// Its id, as it was sent.
    pub action: Option<String>,
}

impl Command<Environment> for StopRevocation {
    type Output = ();
    fn apply(self, env: &mut Environment, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let action = self.action.filter(|id| !id.trim().is_empty()).ok_or(Refusal::Missing("actionId"))?;
        let id = Id::from_dashed(&action).ok_or(Refusal::NoSuch(Noun::Revocation))?;
        end(env, cx, id, RevocationMove::Stop, &self.by)
    }
}

/// The manager decides, by mail: no endpoint does this.
pub struct Decide {
    /// About what.
    pub revocation: Id<Revocation>,
    /// Whether they agree.
    pub approve: bool,
}

impl Command<Environment> for Decide {
    type Output = ();
    fn apply(self, env: &mut Environment, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let id = self.revocation;
        let revocation = env.revocations.get(&id).cloned().ok_or(Refusal::NoSuch(Noun::Revocation))?;
        let by = revocation.manager.as_deref().map_or_else(Actor::system, |mail| Actor::mail(cx, mail));
        if !self.approve {
            return end(env, cx, id, RevocationMove::Reject, &by);
        }
        let state = moved(cx, &revocation, RevocationMove::Approve)?;
        env.revocations.update(&id, |revocation| revocation.state = state);
        record(env, cx, &by, "access_revocation.approved", subject(id), "Access revocation approved", json!({}));
        go_on(env, cx, id);
        Ok(())
    }
}

/// Handles what is left, at the pace of the hop; nothing while the manager's word is awaited.
pub fn go_on(env: &mut Environment, cx: &mut Cx<'_>, id: Id<Revocation>) {
    if env.revocations.get(&id).is_none_or(|revocation| revocation.state != RevocationState::InProgress) {
        return;
    }
    keep_going(env, cx, (REVOKE, id, Timer::Revoke(id)), handle_next);
}

/// Handles the next application; says whether there are more.
pub fn handle_next(env: &mut Environment, cx: &mut Cx<'_>, id: Id<Revocation>) -> bool {
    let Some(revocation) = env.revocations.get(&id).cloned() else { return false };
    if revocation.state != RevocationState::InProgress {
        return false;
    }
    if let Some(place) = revocation.apps.iter().position(|app| app.result.is_none()) {
        let app = revocation.apps[place].app;
        let result = remove::from_app(env, cx, revocation.user, app, revocation.inheritor.is_some());
        env.revocations.update(&id, |revocation| revocation.apps[place].result = Some(result.clone()));
        note_result(env, cx, &revocation, place, &result);
    }
    let Some(revocation) = env.revocations.get(&id).cloned() else { return false };
    if revocation.handled() < revocation.apps.len() {
        return true;
    }
    let removed = revocation.apps.iter().any(|app| app.result == Some(AppResult::Completed));
    let by_move = if removed { RevocationMove::Complete } else { RevocationMove::Fail };
    // It was in progress a moment ago, and nothing but this moves it on.
    let _ = end(env, cx, id, by_move, &Actor::system());
    false
}

/// Ends a revocation; the run that waits for it goes on.
pub fn end(
    env: &mut Environment,
    cx: &mut Cx<'_>,
    id: Id<Revocation>,
    by_move: RevocationMove,
    by: &Actor,
) -> Result<(), Refusal> {
    let revocation = env.revocations.get(&id).cloned().ok_or(Refusal::NoSuch(Noun::Revocation))?;
    let (state, now) = (moved(cx, &revocation, by_move)?, cx.now());
    env.revocations.update(&id, |revocation| (revocation.state, revocation.completed) = (state, Some(now)));
    env.timers.cancel_about(id);
    let action = match state {
        RevocationState::Completed => "access_revocation.completed",
        RevocationState::Failed => "access_revocation.failed",
        RevocationState::Rejected => "access_revocation.rejected",
        _ => "access_revocation.cancelled",
    };
    let details = json!({"userId": revocation.user.dashed(), "handled": revocation.handled()});
    record(env, cx, by, action, subject(id), format!("Access revocation {}", word(&state)), details);
    if let Some(run) = revocation.run {
        run::revocation_ended(env, cx, run, id, state);
    }
    Ok(())
}

fn moved(cx: &mut Cx<'_>, revocation: &Revocation, by: RevocationMove) -> Result<RevocationState, Refusal> {
    let state = revocation.state;
    cx.go(state, by).ok_or_else(|| Refusal::Over(Noun::Revocation, word(&state)))
}

fn note_result(env: &mut Environment, cx: &mut Cx<'_>, revocation: &Revocation, place: usize, result: &AppResult) {
    let app = cx.company.apps().get(&revocation.apps[place].app).cloned();
    let name = app.map(|app| app.name.clone()).unwrap_or_default();
    let (outcome, reason) = match result {
        AppResult::Completed => ("completed", None),
        AppResult::Failed(reason) => ("failed", Some(reason)),
        AppResult::Unsupported => ("unsupported", None),
    };
    let details = json!({
        "userId": revocation.user.dashed(),
        "saasId": revocation.apps[place].app.dashed(),
        "result": outcome,
        "reason": reason,
    });
    let description = format!("Access removal from {name}: {outcome}");
    record(env, cx, &Actor::system(), "access_revocation.saas_result", subject(revocation.id), description, details);
}

fn subject(id: Id<Revocation>) -> Subject {
    Subject::of(SubjectKind::AccessRevocation, id.dashed(), None)
}
