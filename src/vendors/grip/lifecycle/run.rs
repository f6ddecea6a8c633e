//! Running workflows that are defined in the product (contract, 14).

use std::sync::Arc;

use serde_json::json;

use super::audit::record;
use super::find::{self, address};
use super::{
    AddLabel, Labelled, Noun, Refusal, SendRequest, SetSanction, StartRevocation, Timer, justify, keep_going, revoke,
    word,
};
use crate::company::{Account, AccountKey, AccountStatus, App, AppKey, Person};
use crate::kernel::Id;
use crate::vendors::grip::assumed::{RUN, TARGETS_MAX};
use crate::vendors::grip::model::{
    Action, ActionDone, ActionMove, ActionState, Actor, EntityKind, Environment, JustificationMove, Revocation,
    RevocationMove, RevocationState, Run, RunEntity, RunMove, RunState, Subject, SubjectKind, Workflow,
};
use crate::world::{Command, Cx};

/// Run a workflow for several people or applications.
pub struct RunWorkflow {
    /// Who does.
    pub by: Actor,
    /// The workflow's id, as it was sent.
    pub workflow: String,
    /// For whom or what, as it was sent.
    pub target: RunFor,
    /// Who inherits what a person's accounts own.
    pub inheritor: Option<String>,
}

/// For whom or what a workflow is to be run. Lists of the other kind are ignored.
#[derive(Clone, Debug, Default)]
pub struct RunFor {
    /// Addresses of people.
    pub mails: Vec<String>,
    /// Ids of people.
    pub people: Vec<String>,
    /// Names of applications.
    pub names: Vec<String>,
    /// Ids of applications.
    pub apps: Vec<String>,
}

impl Command<Environment> for RunWorkflow {
    /// The runs, each under the identifier that the caller wrote.
    type Output = Vec<(String, Id<Run>)>;
    fn apply(self, env: &mut Environment, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        let RunFor { mails, people, names, apps } = &self.target;
        if mails.is_empty() && people.is_empty() && names.is_empty() && apps.is_empty() {
            return Err(Refusal::Missing("identityId, identityEmail, appId or appName"));
        }
        let inheritor = address("inheritorEmail", self.inheritor)?;
        let id = Id::from_dashed(&self.workflow);
        let workflow = id.and_then(|id| env.workflows.get(&id)).cloned().ok_or(Refusal::NoSuch(Noun::Workflow))?;
        let targets = match workflow.kind {
            EntityKind::Identity => people_of(cx, people, mails)?,
            EntityKind::App => apps_of(env, cx, apps, names)?,
        };
        let mut runs = Vec::with_capacity(targets.len());
        for (key, entity) in targets {
            runs.push((key, start(env, cx, &workflow, entity, inheritor.clone(), &self.by)));
        }
        for (_, run) in &runs {
            go_on(env, cx, *run);
        }
        Ok(runs)
    }
}

/// Cancel a run, and what it has started.
pub struct CancelRun {
    /// Who does.
    pub by: Actor,
    /// Its id, as it was sent.
    pub run: String,
}

impl Command<Environment> for CancelRun {
    type Output = ();
    fn apply(self, env: &mut Environment, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let id = Id::from_dashed(&self.run).ok_or(Refusal::NoSuch(Noun::WorkflowRun))?;
        let run = env.runs.get(&id).cloned().ok_or(Refusal::NoSuch(Noun::WorkflowRun))?;
        end(env, cx, id, RunMove::Cancel, &self.by, "Cancelled.".into())?;
        for action in &run.actions {
            // What has ended already is not stopped.
            if let Some(made) = action.revocation {
                let _ = revoke::end(env, cx, made, RevocationMove::Stop, &self.by);
            }
            if let Some(made) = action.justification {
                let _ = justify::go(env, cx, made, JustificationMove::Cancel, &self.by, None);
            }
        }
        Ok(())
    }
}

/// Let the current action of a run fail: no endpoint does this.
pub struct FailRun {
    /// Which.
    pub run: Id<Run>,
    /// Why.
    pub reason: String,
}

impl Command<Environment> for FailRun {
    type Output = ();
    fn apply(self, env: &mut Environment, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let run = env.runs.get(&self.run).cloned().ok_or(Refusal::NoSuch(Noun::WorkflowRun))?;
        if run.state == RunState::Pending {
            begin(env, cx, self.run);
        }
        let by = Actor::system();
        end(env, cx, self.run, RunMove::Fail, &by, self.reason)
    }
}

/// Carries on with what is left, at the pace of the hop.
pub fn go_on(env: &mut Environment, cx: &mut Cx<'_>, id: Id<Run>) {
    keep_going(env, cx, (RUN, id, Timer::Run(id)), carry_on);
}

/// Carries the current action out; says whether the run goes on by itself. One that waits for what
/// it started goes on when that has ended.
pub fn carry_on(env: &mut Environment, cx: &mut Cx<'_>, id: Id<Run>) -> bool {
    let Some(run) = env.runs.get(&id).cloned() else { return false };
    match run.state {
        RunState::Pending => begin(env, cx, id),
        RunState::InProgress => {
            let current = run.actions.iter().position(|action| action.state == ActionState::InProgress);
            current.is_some_and(|place| act(env, cx, &run, place))
        }
        RunState::Completed | RunState::Failed | RunState::Cancelled => false,
    }
}

/// A revocation that a run waits for has ended.
pub fn revocation_ended(
    env: &mut Environment,
    cx: &mut Cx<'_>,
    id: Id<Run>,
    revocation: Id<Revocation>,
    state: RevocationState,
) {
    let Some(run) = env.runs.get(&id).cloned().filter(|run| run.state == RunState::InProgress) else { return };
    let current = run.actions.iter().position(|action| action.state == ActionState::InProgress);
    let Some(place) = current.filter(|place| run.actions[*place].revocation == Some(revocation)) else { return };
    let done = match state {
        RevocationState::Completed => Ok(()),
        other => Err(format!("access revocation {}", word(&other))),
    };
    if finish(env, cx, id, place, done) {
        go_on(env, cx, id);
    }
}

fn begin(env: &mut Environment, cx: &mut Cx<'_>, id: Id<Run>) -> bool {
    let Some(state) = env.runs.get(&id).map(|run| run.state) else { return false };
    let Some(state) = cx.go(state, RunMove::Begin) else { return false };
    env.runs.update(&id, |run| run.state = state);
    begin_action(env, cx, id, 0) || complete(env, cx, id)
}

fn begin_action(env: &mut Environment, cx: &mut Cx<'_>, id: Id<Run>, place: usize) -> bool {
    let state = env.runs.get(&id).and_then(|run| run.actions.get(place)).map(|action| action.state);
    let Some(next) = state.and_then(|state| cx.go(state, ActionMove::Begin)) else { return false };
    env.runs.update(&id, |run| run.actions[place].state = next)
}

fn complete(env: &mut Environment, cx: &mut Cx<'_>, id: Id<Run>) -> bool {
    let details = "All actions completed.".to_owned();
    // It was in progress a moment ago.
    let _ = end(env, cx, id, RunMove::Complete, &Actor::system(), details);
    false
}

/// Ends one action; says whether the run goes on.
fn finish(env: &mut Environment, cx: &mut Cx<'_>, id: Id<Run>, place: usize, done: Result<(), String>) -> bool {
    if let Err(why) = done {
        let name = env.runs.get(&id).and_then(|run| run.actions.get(place)).map(|action| action.name.clone());
        let details = format!("{} failed: {why}.", name.unwrap_or_default());
        // It was in progress a moment ago.
        let _ = end(env, cx, id, RunMove::Fail, &Actor::system(), details);
        return false;
    }
    let state = env.runs.get(&id).and_then(|run| run.actions.get(place)).map(|action| action.state);
    let Some(next) = state.and_then(|state| cx.go(state, ActionMove::Complete)) else { return false };
    env.runs.update(&id, |run| run.actions[place].state = next);
    begin_action(env, cx, id, place + 1) || complete(env, cx, id)
}

/// Ends a run: the action in hand fails or is cancelled, those to come are skipped or cancelled.
fn end(
    env: &mut Environment,
    cx: &mut Cx<'_>,
    id: Id<Run>,
    by_move: RunMove,
    by: &Actor,
    details: String,
) -> Result<(), Refusal> {
    let mut run = env.runs.get(&id).map(|run| Run::clone(run)).ok_or(Refusal::NoSuch(Noun::WorkflowRun))?;
    let over = || Refusal::Over(Noun::WorkflowRun, word(&run.state));
    let state = cx.go(run.state, by_move).ok_or_else(over)?;
    for action in &mut run.actions {
        let by_move = match (by_move, action.state) {
            (RunMove::Cancel, _) => ActionMove::Cancel,
            (_, ActionState::InProgress) => ActionMove::Fail,
            _ => ActionMove::Skip,
        };
        if let Some(next) = cx.go(action.state, by_move) {
            action.state = next;
        }
    }
    (run.state, run.completed, run.details) = (state, Some(cx.now()), Some(details.clone()));
    let subject = subject(env, &run);
    env.runs.put(run);
    env.timers.cancel_about(id);
    let action = match state {
        RunState::Completed => "workflow_run.completed",
        RunState::Failed => "workflow_run.failed",
        _ => "workflow_run.cancelled",
    };
    record(env, cx, by, action, subject, format!("Workflow run {}", word(&state)), json!({"statusDetails": details}));
    Ok(())
}

/// Does what the action says.
fn act(env: &mut Environment, cx: &mut Cx<'_>, run: &Run, place: usize) -> bool {
    let Some(action) = env.workflows.get(&run.workflow).and_then(|workflow| workflow.actions.get(place)).cloned()
    else {
        return finish(env, cx, run.id, place, Err("the action is not defined any more".into()));
    };
    let by = Actor::token(run.created_by.clone());
    let tried = cx.attempt(env, |env, cx| match (&action, run.entity) {
        (Action::RevokeAccess { apps, .. }, RunEntity::Identity(person)) => {
            let saas = apps_to_revoke(env, cx, person, apps);
            let (user, inheritor) = (Some(person.dashed()), run.inheritor.clone());
            let command = StartRevocation { by, user, saas, inheritor, manager: None, run: Some(run.id) };
            start_revocation(env, cx, run.id, place, command)?;
            Ok(Some(()))
        }
        (Action::RequestJustification { app, .. }, entity) => {
            let (user, saas) = whom_to_ask(cx, entity, app.as_deref())?;
            let (user, saas) = (Some(user.dashed()), Some(saas.dashed()));
            let command = SendRequest { by, user, user_mail: None, saas, platform: None, run: Some(run.id) };
            let sent = command.apply(env, cx)?;
            env.runs.update(&run.id, |run| run.actions[place].justification = Some(sent));
            Ok(None)
        }
        (Action::AddLabel { label, .. }, entity) => {
            let on = match entity {
                RunEntity::Identity(person) => Labelled::User(person.dashed()),
                RunEntity::App(app) => Labelled::Saas(app.dashed()),
            };
            AddLabel { by, on, label: Some(label.clone()) }.apply(env, cx).map(|()| None)
        }
        (Action::SetSanction { state, .. }, RunEntity::App(app)) => {
            let state = Some(state.clone());
            let command = SetSanction { by, app: app.dashed(), state, comment: None, user_mail: None };
            command.apply(env, cx).map(|()| None)
        }
        (Action::Notify { .. }, _) => Ok(None),
        (Action::RevokeAccess { .. }, RunEntity::App(_)) => Err(Refusal::NoSuch(Noun::User)),
        (Action::SetSanction { .. }, RunEntity::Identity(_)) => Err(Refusal::NoSuch(Noun::Saas)),
    });
    match tried {
        // Whatever ended the revocation within this command has carried the run on.
        Ok(Some(())) => false,
        Ok(None) => finish(env, cx, run.id, place, Ok(())),
        Err(refusal) => finish(env, cx, run.id, place, Err(refusal.to_string())),
    }
}

/// Starts a revocation so that the run knows of it before it can end.
fn start_revocation(
    env: &mut Environment,
    cx: &mut Cx<'_>,
    run: Id<Run>,
    place: usize,
    command: StartRevocation,
) -> Result<(), Refusal> {
    let revocation = command.put(env, cx)?;
    env.runs.update(&run, |run| run.actions[place].revocation = Some(revocation));
    revoke::go_on(env, cx, revocation);
    Ok(())
}

fn apps_to_revoke(env: &Environment, cx: &Cx<'_>, person: Id<Person>, slugs: &[String]) -> Vec<String> {
    if !slugs.is_empty() {
        return slugs.iter().map(|slug| App::id_of(slug).dashed()).collect();
    }
    let live = |account: &&Arc<Account>| account.status != AccountStatus::Closed && env.saas.contains(&account.app);
    let mut accounts: Vec<_> = cx.company.accounts_of(person).filter(live).collect();
    accounts.sort_by_key(|account| (account.created, account.id));
    accounts.into_iter().map(|account| account.app.dashed()).collect()
}

/// Who is asked about what: a person about the application that the definition names, or about an
/// application whoever used it last.
fn whom_to_ask(cx: &Cx<'_>, entity: RunEntity, app: Option<&str>) -> Result<(Id<Person>, Id<App>), Refusal> {
    match entity {
        RunEntity::Identity(person) => {
            let app = app.and_then(|slug| find::app_of(cx.company, slug)).ok_or(Refusal::NoSuch(Noun::Saas))?;
            Ok((person, app.id))
        }
        RunEntity::App(app) => {
            let accounts = cx.company.accounts().with(AccountKey::App(app));
            let live = accounts.filter(|account| account.status != AccountStatus::Closed);
            let owned = live.filter_map(|account| Some(((account.last_used, account.id), account.person?)));
            let latest = owned.max_by_key(|(used, _)| *used).ok_or(Refusal::NoAccount)?;
            Ok((latest.1, app))
        }
    }
}

fn start(
    env: &mut Environment,
    cx: &mut Cx<'_>,
    workflow: &Workflow,
    entity: RunEntity,
    inheritor: Option<String>,
    by: &Actor,
) -> Id<Run> {
    let pending = |action: &Action| ActionDone {
        name: action.name().to_owned(),
        state: ActionState::Pending,
        revocation: None,
        justification: None,
    };
    let (id, sequence) = (cx.id("grip/run"), cx.tick());
    let run = Run {
        id,
        sequence,
        workflow: workflow.id,
        entity,
        inheritor,
        created_by: by.name.clone(),
        state: RunState::Pending,
        details: None,
        created: cx.now(),
        completed: None,
        actions: workflow.actions.iter().map(pending).collect(),
    };
    let (subject, target) = (
        subject(env, &run),
        match entity {
            RunEntity::Identity(person) => person.dashed(),
            RunEntity::App(app) => app.dashed(),
        },
    );
    env.runs.put(run);
    let details = json!({"workflowId": workflow.id.dashed(), "entityId": target});
    record(env, cx, by, "workflow_run.started", subject, format!("Workflow {} started", workflow.name), details);
    id
}

type Targets = Vec<(String, RunEntity)>;

fn add(targets: &mut Targets, key: &str, entity: RunEntity) {
    if !targets.iter().any(|(_, known)| *known == entity) {
        targets.push((key.to_owned(), entity));
    }
}

fn people_of(cx: &Cx<'_>, ids: &[String], mails: &[String]) -> Result<Targets, Refusal> {
    check_some("identityId or identityEmail", ids.len() + mails.len())?;
    let mut targets = Targets::new();
    for id in ids {
        add(&mut targets, id, RunEntity::Identity(find::person(cx.company, id)?.id));
    }
    for mail in mails {
        add(&mut targets, mail, RunEntity::Identity(find::person_by_mail(cx.company, mail)?.id));
    }
    Ok(targets)
}

fn apps_of(env: &Environment, cx: &Cx<'_>, ids: &[String], names: &[String]) -> Result<Targets, Refusal> {
    check_some("appId or appName", ids.len() + names.len())?;
    let mut targets = Targets::new();
    for id in ids {
        add(&mut targets, id, RunEntity::App(find::app(env, cx.company, id)?.id));
    }
    for name in names {
        let fitting = cx.company.apps().with(AppKey::Name(name.trim().to_lowercase()));
        let fitting: Vec<Id<App>> = fitting.map(|app| app.id).filter(|app| env.saas.contains(app)).collect();
        match fitting.as_slice() {
            [] => return Err(Refusal::NoSuch(Noun::Saas)),
            [one] => add(&mut targets, name, RunEntity::App(*one)),
            several => several.iter().for_each(|app| add(&mut targets, &app.dashed(), RunEntity::App(*app))),
        }
    }
    Ok(targets)
}

fn check_some(fields: &'static str, sent: usize) -> Result<(), Refusal> {
    match sent {
        0 => Err(Refusal::Missing(fields)),
        1..=TARGETS_MAX => Ok(()),
        _ => Err(Refusal::TooMany(fields, TARGETS_MAX)),
    }
}

fn subject(env: &Environment, run: &Run) -> Subject {
    let name = env.workflows.get(&run.workflow).map(|workflow| workflow.name.clone());
    Subject::of(SubjectKind::WorkflowRun, run.id.dashed(), name)
}
