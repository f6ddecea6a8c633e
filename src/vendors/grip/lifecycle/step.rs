//! What stories, tests and the control plane may do: the same commands that requests perform, and
//! those that the vendor's API has no call for (contract, 15).

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::justify::{self, OpenRequest};
use super::revoke::Decide;
use super::run::{self, FailRun};
use super::{
    AddLabel, AnswerRequest, CancelRequest, CancelRun, Labelled, MoveAlert, OffboardUser, RaiseAlert, Refusal,
    RemoveLabel, RunFor, RunWorkflow, SendRequest, SetPrimaryContact, SetSanction, StartOffboarding, StartRevocation,
    StopOffboarding, StopRevocation, find, offboard, revoke, word,
};
use crate::company::{App, Person};
use crate::kernel::Id;
use crate::vendors::grip::model::{
    Actor, AlertMove, Environment, Justification, JustificationMove, JustificationState, RelatedEntity, Revocation,
    RevocationState, Run, RunState, ScriptedFailure, Severity, Workflow,
};
use crate::world::{Command, Cx, Draft, StepError, StepLine};

/// Whom or what a step is about: a person's slug or an application's.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct About {
    /// A person's slug.
    person: Option<String>,
    /// An application's slug.
    app: Option<String>,
}

/// One step. People and applications are named by their slugs, what a lifecycle made by its id;
/// without an id the newest open one of the person is meant. `by` is a token's name or a person's slug.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Step {
    StartRevocation {
        by: Option<String>,
        person: String,
        apps: Vec<String>,
        inheritor: Option<String>,
        manager: Option<String>,
    },
    ApproveRevocation {
        action: Option<String>,
        person: Option<String>,
    },
    RejectRevocation {
        action: Option<String>,
        person: Option<String>,
    },
    StopRevocation {
        by: Option<String>,
        action: String,
    },
    FailRemoval {
        person: String,
        app: String,
        reason: Option<String>,
    },
    SendJustification {
        by: Option<String>,
        person: String,
        app: String,
        platform: Option<String>,
    },
    OpenJustification {
        request: Option<String>,
        person: Option<String>,
    },
    AnswerJustification {
        request: Option<String>,
        person: Option<String>,
        justification: String,
        #[serde(default)]
        still_in_use: bool,
    },
    ExpireJustification {
        request: Option<String>,
        person: Option<String>,
    },
    CancelJustification {
        by: Option<String>,
        request: String,
    },
    StartOffboarding {
        by: Option<String>,
        people: Vec<String>,
        #[serde(default)]
        enhanced_mode: bool,
        inheritor: Option<String>,
        name: Option<String>,
    },
    StopOffboarding {
        by: Option<String>,
        workflow: String,
    },
    RunWorkflow {
        by: Option<String>,
        workflow: String,
        #[serde(default)]
        people: Vec<String>,
        #[serde(default)]
        apps: Vec<String>,
        inheritor: Option<String>,
    },
    FailRun {
        run: String,
        reason: Option<String>,
    },
    CancelRun {
        by: Option<String>,
        run: String,
    },
    Finish {
        id: String,
    },
    RaiseAlert {
        policy: String,
        #[serde(flatten)]
        about: About,
        severity: Option<Severity>,
        description: Option<String>,
        #[serde(default)]
        unique_fields: Map<String, Value>,
    },
    MoveAlert {
        alert: u32,
        #[serde(rename = "move")]
        by_move: AlertMove,
    },
    AddLabel {
        by: Option<String>,
        #[serde(flatten)]
        about: About,
        label: String,
    },
    RemoveLabel {
        by: Option<String>,
        #[serde(flatten)]
        about: About,
        label: String,
    },
    Sanction {
        by: Option<String>,
        app: String,
        state: String,
        comment: Option<String>,
    },
    PrimaryContact {
        by: Option<String>,
        app: String,
        person: String,
    },
}

type Parameter = (&'static str, &'static str);

impl Step {
    /// Every step, as the control plane lists them.
    pub fn lines() -> Vec<StepLine> {
        const BY: Parameter = ("by", "a token's name or a person's slug; Grip itself when absent");
        const PERSON: Parameter = ("person", "slug of the person");
        const APP: Parameter = ("app", "slug of the application");
        const ACTION: Parameter = ("action", "the actionId; the person's newest that waits when absent");
        const REQUEST: Parameter = ("request", "the requestId; the person's newest open one when absent");
        const RUN: Parameter = ("run", "id of the run");
        const LABEL: Parameter = ("label", "the label");
        const INHERITOR: Parameter = ("inheritor", "address of who inherits");
        const WORKFLOW: Parameter = ("workflow", "the workflowId");
        let line = |step, does, parameters: &[Parameter]| StepLine { step, does, parameters: parameters.to_vec() };
        vec![
            line(
                "start-revocation",
                "take a person's access to applications away",
                &[BY, PERSON, ("apps", "slugs of applications"), INHERITOR, ("manager", "address of who must agree")],
            ),
            line("approve-revocation", "agree to a revocation, as the manager", &[ACTION, PERSON]),
            line("reject-revocation", "refuse a revocation, as the manager", &[ACTION, PERSON]),
            line("stop-revocation", "stop a revocation", &[BY, ("action", "the actionId")]),
            line(
                "fail-removal",
                "let the removal of a person's access to an application fail from now on",
                &[PERSON, APP, ("reason", "what goes wrong; null lets it succeed again")],
            ),
            line(
                "send-justification",
                "ask a person why they use an application",
                &[BY, PERSON, APP, ("platform", "email, slack or teams")],
            ),
            line("open-justification", "open a request's link", &[REQUEST, PERSON]),
            line(
                "answer-justification",
                "answer a request",
                &[REQUEST, PERSON, ("justification", "what they say"), ("stillInUse", "whether they go on using it")],
            ),
            line("expire-justification", "let a request run out", &[REQUEST, PERSON]),
            line("cancel-justification", "take a request back", &[BY, ("request", "the requestId")]),
            line(
                "start-offboarding",
                "take everything from people",
                &[
                    BY,
                    ("people", "slugs of people"),
                    ("enhancedMode", "whether enhanced mode is on"),
                    INHERITOR,
                    ("name", "what it is called"),
                ],
            ),
            line("stop-offboarding", "stop an offboarding", &[BY, WORKFLOW]),
            line(
                "run-workflow",
                "run a workflow",
                &[
                    BY,
                    ("workflow", "slug of the workflow"),
                    ("people", "slugs of people"),
                    ("apps", "slugs of applications"),
                    INHERITOR,
                ],
            ),
            line("fail-run", "let the current action of a run fail", &[RUN, ("reason", "what goes wrong")]),
            line("cancel-run", "cancel a run", &[BY, RUN]),
            line(
                "finish",
                "let a revocation, an offboarding or a run go to its end now",
                &[("id", "its actionId, workflowId or run id")],
            ),
            line(
                "raise-alert",
                "raise an alert about a person or an application",
                &[
                    ("policy", "slug of the policy"),
                    PERSON,
                    APP,
                    ("severity", "Low, Medium, High or Critical; as the policy says when absent"),
                    ("description", "what it says; as the policy says when absent"),
                    ("uniqueFields", "what its type says besides"),
                ],
            ),
            line(
                "move-alert",
                "move an alert",
                &[("alert", "the readable id"), ("move", "begin, resolve, dismiss or reopen")],
            ),
            line("add-label", "put a label on a person or an application", &[BY, PERSON, APP, LABEL]),
            line("remove-label", "take a label off", &[BY, PERSON, APP, LABEL]),
            line(
                "sanction",
                "set an application's sanction state",
                &[BY, APP, ("state", "the state"), ("comment", "why")],
            ),
            line("primary-contact", "set whom to ask about an application", &[BY, APP, PERSON]),
        ]
    }
}

/// Performs a step on a draft.
///
/// # Errors
/// When it is no step, names something that does not exist, or is refused.
pub fn perform(draft: &mut Draft, step: Value) -> Result<Value, StepError> {
    let step: Step = serde_json::from_value(step).map_err(|error| StepError::Malformed(error.to_string()))?;
    draft.attempt(|env: &mut Environment, cx| run_step(env, cx, step))
}

fn run_step(env: &mut Environment, cx: &mut Cx<'_>, step: Step) -> Result<Value, StepError> {
    let done = |()| json!({});
    match step {
        Step::StartRevocation { by, person, apps, inheritor, manager } => {
            let by = actor(env, cx, by)?;
            let user = Some(the_person(cx, &person)?.dashed());
            let saas = apps.iter().map(|slug| Ok(the_app(cx, slug)?.dashed())).collect::<Result<_, StepError>>()?;
            let command = StartRevocation { by, user, saas, inheritor, manager, run: None };
            command.apply(env, cx).map(|id| json!({"actionId": id.dashed()})).map_err(refused)
        }
        Step::ApproveRevocation { action, person } => {
            let revocation = the_revocation(env, cx, action, person)?;
            Decide { revocation, approve: true }.apply(env, cx).map_err(refused)?;
            Ok(json!({"actionId": revocation.dashed()}))
        }
        Step::RejectRevocation { action, person } => {
            let revocation = the_revocation(env, cx, action, person)?;
            Decide { revocation, approve: false }.apply(env, cx).map_err(refused)?;
            Ok(json!({"actionId": revocation.dashed()}))
        }
        Step::StopRevocation { by, action } => {
            let by = actor(env, cx, by)?;
            StopRevocation { by, action: Some(action) }.apply(env, cx).map(done).map_err(refused)
        }
        Step::FailRemoval { person, app, reason } => {
            let (person, app) = (the_person(cx, &person)?, the_app(cx, &app)?);
            match reason {
                Some(reason) => env.failures.put(ScriptedFailure { person, app, reason }),
                None => drop(env.failures.remove(&(person, app))),
            }
            Ok(json!({}))
        }
        Step::SendJustification { by, person, app, platform } => {
            let by = actor(env, cx, by)?;
            let (user, saas) = (Some(the_person(cx, &person)?.dashed()), Some(the_app(cx, &app)?.dashed()));
            let command = SendRequest { by, user, user_mail: None, saas, platform, run: None };
            command.apply(env, cx).map(|id| json!({"requestId": id.dashed()})).map_err(refused)
        }
        Step::OpenJustification { request, person } => {
            let request = the_request(env, cx, request, person)?;
            OpenRequest(request).apply(env, cx).map(done).map_err(refused)
        }
        Step::AnswerJustification { request, person, justification, still_in_use } => {
            let request = the_request(env, cx, request, person)?;
            AnswerRequest { request, justification, still_in_use }.apply(env, cx).map(done).map_err(refused)
        }
        Step::ExpireJustification { request, person } => {
            let request = the_request(env, cx, request, person)?;
            let by = Actor::system();
            justify::go(env, cx, request, JustificationMove::Expire, &by, None).map(done).map_err(refused)
        }
        Step::CancelJustification { by, request } => {
            let by = actor(env, cx, by)?;
            CancelRequest { by, request: Some(request) }.apply(env, cx).map(|_| json!({})).map_err(refused)
        }
        Step::StartOffboarding { by, people, enhanced_mode, inheritor, name } => {
            let by = actor(env, cx, by)?;
            let user = |slug: &String| {
                let id = Some(the_person(cx, slug)?.dashed());
                Ok(OffboardUser { id, mail: None, inheritor: inheritor.clone() })
            };
            let users = people.iter().map(user).collect::<Result<_, StepError>>()?;
            let command = StartOffboarding { by, users, enhanced_mode, name };
            command.apply(env, cx).map(|id| json!({"workflowId": id.dashed()})).map_err(refused)
        }
        Step::StopOffboarding { by, workflow } => {
            let by = actor(env, cx, by)?;
            StopOffboarding { by, workflow: Some(workflow) }.apply(env, cx).map(done).map_err(refused)
        }
        Step::RunWorkflow { by, workflow, people, apps, inheritor } => {
            let by = actor(env, cx, by)?;
            let people = people.iter().map(|slug| Ok(the_person(cx, slug)?.dashed()));
            let people = people.collect::<Result<_, StepError>>()?;
            let apps = apps.iter().map(|slug| Ok(the_app(cx, slug)?.dashed())).collect::<Result<_, StepError>>()?;
            let target = RunFor { people, apps, ..RunFor::default() };
            let workflow = Workflow::id_of(&workflow).dashed();
            let runs = RunWorkflow { by, workflow, target, inheritor }.apply(env, cx).map_err(refused)?;
            let runs: Map<String, Value> = runs.into_iter().map(|(key, run)| (key, run.dashed().into())).collect();
            Ok(json!({"workflowRunIds": runs}))
        }
        Step::FailRun { run, reason } => {
            let run: Id<Run> = the_id(&run)?;
            let reason = reason.unwrap_or_else(|| "Failed.".into());
            FailRun { run, reason }.apply(env, cx).map(done).map_err(refused)
        }
        Step::CancelRun { by, run } => {
            let by = actor(env, cx, by)?;
            CancelRun { by, run }.apply(env, cx).map(done).map_err(refused)
        }
        Step::Finish { id } => finish(env, cx, the_id(&id)?),
        Step::RaiseAlert { policy, about, severity, description, unique_fields } => {
            let known = env.policies.iter().find(|row| row.slug == policy).map(|row| row.id);
            let policy = known.ok_or_else(|| unknown("policy", &policy))?;
            let entity = match about.labelled(cx)? {
                Either::Person(person) => RelatedEntity::Identity(person),
                Either::App(app) => RelatedEntity::Saas(app),
            };
            let command = RaiseAlert { policy, entity, severity, description, unique_fields };
            command.apply(env, cx).map(|id| json!({"alertId": id.to_string()})).map_err(refused)
        }
        Step::MoveAlert { alert, by_move } => {
            let moved = MoveAlert { alert, by_move }.apply(env, cx).map_err(refused)?;
            Ok(json!({"status": word(&moved)}))
        }
        Step::AddLabel { by, about, label } => {
            let (by, on) = (actor(env, cx, by)?, about.labelled(cx)?.labelled());
            AddLabel { by, on, label: Some(label) }.apply(env, cx).map(done).map_err(refused)
        }
        Step::RemoveLabel { by, about, label } => {
            let (by, on) = (actor(env, cx, by)?, about.labelled(cx)?.labelled());
            RemoveLabel { by, on, label: Some(label) }.apply(env, cx).map(done).map_err(refused)
        }
        Step::Sanction { by, app, state, comment } => {
            let (by, app) = (actor(env, cx, by)?, the_app(cx, &app)?.dashed());
            let command = SetSanction { by, app, state: Some(state), comment, user_mail: None };
            command.apply(env, cx).map(done).map_err(refused)
        }
        Step::PrimaryContact { by, app, person } => {
            let (by, app) = (actor(env, cx, by)?, the_app(cx, &app)?.dashed());
            let user = Some(the_person(cx, &person)?.dashed());
            SetPrimaryContact { by, app, user }.apply(env, cx).map(done).map_err(refused)
        }
    }
}

/// Takes every step that is left, whatever the pace.
fn finish(env: &mut Environment, cx: &mut Cx<'_>, id: Id<()>) -> Result<Value, StepError> {
    env.timers.cancel_about(id);
    if env.revocations.contains(&id.cast()) {
        while revoke::handle_next(env, cx, id.cast()) {}
    } else if env.offboardings.contains(&id.cast()) {
        while offboard::handle_next(env, cx, id.cast()) {}
    } else if env.runs.contains(&id.cast()) {
        finish_run(env, cx, id.cast());
    } else {
        return Err(unknown("revocation, offboarding or run", &id.dashed()));
    }
    Ok(json!({}))
}

fn finish_run(env: &mut Environment, cx: &mut Cx<'_>, id: Id<Run>) {
    while let Some(run) = env.runs.get(&id).cloned().filter(|run| is_going(run.state)) {
        env.timers.cancel_about(id);
        if run::carry_on(env, cx, id) {
            continue;
        }
        let awaited = env.runs.get(&id).and_then(|run| run.actions.iter().rev().find_map(|action| action.revocation));
        let Some(revocation) =
            awaited.filter(|awaited| env.timers.lines().iter().any(|line| line.about == awaited.hex()))
        else {
            if env.runs.get(&id).is_some_and(|row| **row == *run) {
                return;
            }
            continue;
        };
        env.timers.cancel_about(revocation);
        while revoke::handle_next(env, cx, revocation) {}
    }
}

fn is_going(state: RunState) -> bool {
    matches!(state, RunState::Pending | RunState::InProgress)
}

enum Either {
    Person(Id<Person>),
    App(Id<App>),
}

impl Either {
    fn labelled(&self) -> Labelled {
        match self {
            Self::Person(person) => Labelled::User(person.dashed()),
            Self::App(app) => Labelled::Saas(app.dashed()),
        }
    }
}

impl About {
    fn labelled(&self, cx: &Cx<'_>) -> Result<Either, StepError> {
        match (&self.person, &self.app) {
            (Some(person), None) => the_person(cx, person).map(Either::Person),
            (None, Some(app)) => the_app(cx, app).map(Either::App),
            _ => Err(StepError::Malformed("name a person or an application".into())),
        }
    }
}

fn refused(refusal: Refusal) -> StepError {
    StepError::Refused(Value::from(refusal.to_string()))
}

fn unknown(kind: &str, name: &str) -> StepError {
    StepError::Malformed(format!("there is no {kind} `{name}`"))
}

fn the_id<T>(text: &str) -> Result<Id<T>, StepError> {
    text.parse().map_err(|_| unknown("object", text))
}

fn the_person(cx: &Cx<'_>, slug: &str) -> Result<Id<Person>, StepError> {
    cx.company.person_named(slug).map(|person| person.id).ok_or_else(|| unknown("person", slug))
}

fn the_app(cx: &Cx<'_>, slug: &str) -> Result<Id<App>, StepError> {
    find::app_of(cx.company, slug).map(|app| app.id).ok_or_else(|| unknown("application", slug))
}

fn actor(env: &Environment, cx: &Cx<'_>, by: Option<String>) -> Result<Actor, StepError> {
    let Some(by) = by else { return Ok(Actor::system()) };
    if env.tokens.iter().any(|token| token.name == by) {
        return Ok(Actor::token(by));
    }
    cx.company.person_named(&by).map(|person| Actor::person(person)).ok_or_else(|| unknown("token or person", &by))
}

fn the_revocation(
    env: &Environment,
    cx: &Cx<'_>,
    action: Option<String>,
    person: Option<String>,
) -> Result<Id<Revocation>, StepError> {
    if let Some(action) = action {
        return the_id(&action);
    }
    let slug = person.ok_or_else(|| StepError::Malformed("name an action or a person".into()))?;
    let person = the_person(cx, &slug)?;
    let waiting =
        env.revocations.iter().filter(|row| row.user == person && row.state == RevocationState::PendingApproval);
    let newest = waiting.max_by_key(|row| (row.started, row.id));
    newest.map(|row| row.id).ok_or_else(|| unknown("revocation that waits for", &slug))
}

fn the_request(
    env: &Environment,
    cx: &Cx<'_>,
    request: Option<String>,
    person: Option<String>,
) -> Result<Id<Justification>, StepError> {
    if let Some(request) = request {
        return the_id(&request);
    }
    let slug = person.ok_or_else(|| StepError::Malformed("name a request or a person".into()))?;
    let person = the_person(cx, &slug)?;
    let is_open = |state| matches!(state, JustificationState::Sent | JustificationState::Opened);
    let open = env.justifications.iter().filter(|row| row.user == person && is_open(row.state));
    let newest = open.max_by_key(|row| (row.started, row.id));
    newest.map(|row| row.id).ok_or_else(|| unknown("open justification request of", &slug))
}
