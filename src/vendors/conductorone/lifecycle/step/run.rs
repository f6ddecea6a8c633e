//! Doing a step: the commands that requests perform, and those that the API has no call for.

use serde_json::{Map, Value, json};

use super::names::{self, actor, entitlement, known, person, wanted, which};
use super::{Act, Settled, Step};
use crate::company::App;
use crate::kernel::Id;
use crate::vendors::conductorone::lifecycle::reviews::{CreateReview, SetScope, StartReview};
use crate::vendors::conductorone::lifecycle::tasks::{
    Approve, Close, Comment, Deny, Ending, Escalate, HardReset, OpenAction, OpenGrant, OpenOffboarding, OpenRevoke,
    ProcessNow, Reassign, Restart, Retry, SettleProvisioning, SkipStep, StepUp, Taken, UpdateData,
};
use crate::vendors::conductorone::lifecycle::{Refusal, SettleLogin, SettleStepUp, calls};
use crate::vendors::conductorone::model::{
    AccessReview, Domain, Failing, GrantSource, KnownAction, Lag, Policy, Reach, ReviewSettings, StepUpState, Task,
};
use crate::vendors::conductorone::wire::id;
use crate::world::{Command, Cx, Outcome, StepError};

/// Does a step.
pub fn run(domain: &mut Domain, cx: &mut Cx<'_>, step: Step) -> Result<Value, StepError> {
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
        Step::RequestAction { by, action, comment } => {
            let by = actor(domain, cx, &by)?;
            let is_it = |row: &&std::sync::Arc<KnownAction>| row.display_name == action || id::text(row.id) == action;
            let row = domain.actions.iter().find(is_it).map(|row| (row.id, row.on_resource));
            let (action, on_resource) = known(row, "action", &action)?;
            let description = comment.unwrap_or_default();
            opened(domain, cx, OpenAction { by, action, on_resource, form_values: Map::new(), description })
        }
        Step::Approve(act) => {
            let act = act.on(domain, cx)?;
            let step = names::current(domain, act.task)?;
            taken(domain, cx, Approve { act, step, proof: StepUp::None })
        }
        Step::Deny(act) => {
            let act = act.on(domain, cx)?;
            taken(domain, cx, Deny { act, step: None })
        }
        Step::Reassign { by, target, entitlement, task, to, comment } => {
            let act = Act { by, target, entitlement, task, comment }.on(domain, cx)?;
            let to = to.iter().map(|slug| person(cx, slug)).collect::<Result<_, _>>()?;
            taken(domain, cx, Reassign { act, step: None, to })
        }
        Step::FillIn { by, target, entitlement, task, data } => {
            let act = Act { by, target, entitlement, task, comment: None }.on(domain, cx)?;
            taken(domain, cx, UpdateData { act, data })
        }
        Step::Comment(act) => {
            let act = act.on(domain, cx)?;
            opened(domain, cx, Comment { act })
        }
        Step::Close(act) => {
            let act = act.on(domain, cx)?;
            taken(domain, cx, Close { act })
        }
        Step::Escalate(act) => {
            let act = act.on(domain, cx)?;
            taken(domain, cx, Escalate { act, step: None })
        }
        Step::Skip(act) => {
            let act = act.on(domain, cx)?;
            let step = names::current(domain, act.task)?;
            taken(domain, cx, SkipStep { act, step })
        }
        Step::Restart(act) => {
            let act = act.on(domain, cx)?;
            taken(domain, cx, Restart { act })
        }
        Step::Reset(act) => {
            let act = act.on(domain, cx)?;
            taken(domain, cx, HardReset { act })
        }
        Step::RetryProvisioning(act) => {
            let act = act.on(domain, cx)?;
            taken(domain, cx, Retry { act, step: None })
        }
        Step::Process(act) => {
            let act = act.on(domain, cx)?;
            opened(domain, cx, ProcessNow { act })
        }
        Step::SettleProvisioning { target, entitlement, task, outcome, by, message } => {
            let task = which(domain, cx, target.as_deref(), entitlement.as_deref(), task)?;
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
            let what = reach(domain, &target)?;
            match message {
                Some(message) => domain.failing.put(Failing { what, message, falls_back }),
                None => drop(domain.failing.remove(&what)),
            }
            Ok(json!({}))
        }
        Step::SlowConnector { target, lasting } => {
            let what = reach(domain, &target)?;
            match lasting {
                Some(lasting) => domain.lags.put(Lag { what, lasting }),
                None => drop(domain.lags.remove(&what)),
            }
            Ok(json!({}))
        }
        Step::AnswerWebhook { target, entitlement, task, status, body } => {
            let task = which(domain, cx, target.as_deref(), entitlement.as_deref(), task)?;
            let step = names::current(domain, task)?;
            let body = body.map(|body| body.to_string()).unwrap_or_default();
            let answered = calls::answer(domain, cx, step, Outcome::Answered { status, body });
            known(answered, "call about task", &id::text(task))?;
            Ok(shown(domain, task))
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
        Step::Review { by, name, entitlements, policy, lasting, decision } => {
            let by = person(cx, &by)?;
            let covered = entitlements.iter().map(|path| entitlement(domain, path)).collect::<Result<_, _>>()?;
            let policy = policy.map(|name| policy_named(domain, &name)).transpose()?;
            let settings = ReviewSettings {
                display_name: name,
                policy,
                closes_by_itself: lasting.is_some(),
                completion: lasting.map(|lasting| cx.now() + lasting),
                close_decision: decision.unwrap_or_default(),
                ..ReviewSettings::default()
            };
            let made = CreateReview { by, settings, owners: vec![by], like: None };
            let id = made.apply(domain, cx).map_err(refused)?;
            let said = |said: &ReviewSettings| Ok(said.clone());
            let scope = SetScope::<AccessReview, _> { id, entitlements: Some(covered), resource_types: None, said };
            scope.apply(domain, cx).map_err(refused)?;
            start_review(domain, cx, id)
        }
        Step::StartReview { review } => {
            let id = review_named(domain, &review)?;
            start_review(domain, cx, id)
        }
        Step::Switch { switches } => {
            domain.switches.put(switches);
            Ok(json!({}))
        }
    }
}

fn start_review(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<AccessReview>) -> Result<Value, StepError> {
    let tasks = StartReview { id }.apply(domain, cx).map_err(refused)?;
    Ok(json!({"reviewId": id::text(id), "tasks": tasks}))
}

/// `APP` or `APP/SLUG`.
fn reach(domain: &Domain, target: &str) -> Result<Reach, StepError> {
    if target.contains('/') {
        return Ok(Reach::Entitlement(entitlement(domain, target)?.id));
    }
    Ok(Reach::App(known(domain.app(App::id_of(target)), "application", target)?.app))
}

fn review_named(domain: &Domain, name: &str) -> Result<Id<AccessReview>, StepError> {
    let wanted = id::read(name).ok();
    let mut rows = domain.access_reviews.iter();
    let found = rows.find(|row| Some(row.id) == wanted || row.settings.display_name == name).map(|row| row.id);
    known(found, "access review", name)
}

fn policy_named(domain: &Domain, name: &str) -> Result<Id<Policy>, StepError> {
    let mut policies = domain.policies_by_name().filter(|policy| policy.deleted.is_none());
    known(policies.find(|policy| policy.display_name == name).map(|policy| policy.id), "policy", name)
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
