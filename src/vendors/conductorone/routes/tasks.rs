//! `/api/v1/tasks/…`: reading a task, and everything that is done to it.

use axum::extract::FromRequestParts;
use http::Method;
use http::request::Parts;

use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::tasks::{
    ActionAnswer, CloseAnswer, Mask, ProcessNowRequest, ReassignRequest, StepRequest, StepUpAnswer, StepUpRequest,
    TaskAnswer, TaskRequest, UpdateGrantDurationRequest, UpdateRequestDataRequest,
};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::expand::ExpandMask;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::lifecycle::tasks::{
    Acting, Approve, BeginStepUp, Close, Comment, Deny, Escalate, HardReset, ProcessNow, Reassign, Restart, Retry,
    SkipStep, StepUp, Taken, UpdateData, UpdateDuration,
};
use crate::vendors::conductorone::lifecycle::{Noun, Refusal};
use crate::vendors::conductorone::model::{Domain, Task, TaskKey};
use crate::vendors::conductorone::wire::{Asked, Body, PathTexts, Reply, id};
use crate::world::{Command, Done};

/// The endpoints.
pub fn rows() -> Contents<Right> {
    macro_rules! row {
        ($path:literal, $name:literal, $handler:ident, $doing:literal, $reads:ty, $answers:ty) => {
            Endpoint::new(
                Method::POST,
                concat!("/api/v1/tasks/{task_id}/action/", $path),
                concat!("c1.api.task.v1.TaskActionsService.", $name),
                Right::Any,
                $handler,
            )
            .doing($doing)
            .reads_as::<$reads>(concat!("c1.api.task.v1.TaskActionsService", $name, "Request"))
            .answers::<$answers>(200)
        };
    }
    vec![
        Endpoint::new(Method::GET, "/api/v1/tasks/{id}", "c1.api.task.v1.TaskService.Get", Right::Any, get)
            .doing("Get a task")
            .answers::<TaskAnswer>(200),
        row!("approve", "Approve", approve, "Approve the current step", StepRequest, ActionAnswer),
        row!(
            "approve-with-step-up",
            "ApproveWithStepUp",
            approve_with_step_up,
            "Approve the current step with a proof of who approves",
            StepUpRequest,
            StepUpAnswer
        ),
        row!("close", "Close", close, "Close a task without a decision", TaskRequest, CloseAnswer),
        row!("comment", "Comment", comment, "Say something about a task", TaskRequest, TaskAnswer),
        row!("deny", "Deny", deny, "Deny the current step", StepRequest, ActionAnswer),
        row!("escalate", "EscalateToEmergencyAccess", escalate, "Make it an emergency", StepRequest, ActionAnswer),
        row!("process", "ProcessNow", process, "Look at once at what waits", ProcessNowRequest, TaskAnswer),
        row!("reassign", "Reassign", reassign, "Hand the current step on", ReassignRequest, ActionAnswer),
        row!("reset", "HardReset", reset, "Choose the policy anew", TaskRequest, ActionAnswer),
        row!("restart", "Restart", restart, "Begin anew with the same policy", StepRequest, ActionAnswer),
        row!(
            "retry-provisioning",
            "RetryProvisioning",
            retry_provisioning,
            "Start a failed provisioning again",
            StepRequest,
            ActionAnswer
        ),
        row!("skip-step", "SkipStep", skip_step, "Pass over the current step", StepRequest, ActionAnswer),
        row!(
            "update-grant-duration",
            "UpdateGrantDuration",
            update_grant_duration,
            "Set how long access is to last",
            UpdateGrantDurationRequest,
            ActionAnswer
        ),
        row!(
            "update-request-data",
            "UpdateRequestData",
            update_request_data,
            "Fill in the form of the current step",
            UpdateRequestDataRequest,
            ActionAnswer
        ),
    ]
}

/// The task in the path, by its id or its number (contract, 1.3).
struct TaskPath(Id<Task>);

impl<S: Send + Sync> FromRequestParts<S> for TaskPath {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let asked = Asked::of(parts);
        let path = PathTexts::from_request_parts(parts, state).await?;
        let Ok(sim) = Sim::<Domain>::from_request_parts(parts, state).await;
        let (field, text) =
            if path.get("task_id").is_empty() { ("id", path.get("id")) } else { ("task_id", path.get("task_id")) };
        let number = text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()) && !id::is_one(text));
        let Some(number) = number else { return asked.id(field, text).map(Self) };
        let found = sim.estate().tasks.ids_with(TaskKey::Number(number)).next().copied();
        found.map(Self).ok_or_else(|| Refusal::NoSuch(Noun::Task).into())
    }
}

/// What every action needs.
struct Action {
    caller: Caller,
    sim: Sim<Domain>,
    task: Id<Task>,
    asked: Asked,
}

impl<S: Send + Sync> FromRequestParts<S> for Action {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let TaskPath(task) = TaskPath::from_request_parts(parts, state).await?;
        let caller = Caller::from_request_parts(parts, state).await?;
        let Ok(sim) = Sim::<Domain>::from_request_parts(parts, state).await;
        Ok(Self { caller, sim, task, asked: Asked::of(parts) })
    }
}

impl Action {
    fn acting(&self, comment: String) -> Acting {
        Acting { task: self.task, by: self.caller.actor(), comment }
    }

    async fn taken(
        &self,
        command: impl Command<Domain, Output = Taken>,
        mask: Option<ExpandMask>,
    ) -> Result<Reply<ActionAnswer>, ApiError> {
        let done = self.sim.apply(command).await?;
        let TaskAnswer { expanded, task_view } = self.shown(&done, mask.as_ref())?;
        Ok(Reply(ActionAnswer { expanded, task_view, ticket_action_id: id::text(done.output.action) }))
    }

    /// The task as it was before the action (contract, 8.7), or after it where the switch says so.
    fn shown<T>(&self, done: &Done<T>, mask: Option<&ExpandMask>) -> Result<TaskAnswer, ApiError> {
        let after: &Domain = done.after.estate();
        let world = if after.switches().answers_show_after { &done.after } else { &done.before };
        let view = View::of(world, &self.caller);
        let task = view.domain.tasks.get(&self.task).ok_or(Refusal::NoSuch(Noun::Task))?;
        Ok(view.task_answer(task, Mask::Of(mask)))
    }
}

async fn get(caller: Caller, sim: Sim<Domain>, TaskPath(task): TaskPath) -> Result<Reply<TaskAnswer>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let task = Acting { task, by: caller.actor(), comment: String::new() }.visible(view.domain)?;
    Ok(Reply(view.task_answer(&task, Mask::Everything)))
}

async fn approve(action: Action, Body(body): Body<StepRequest>) -> Result<Reply<ActionAnswer>, ApiError> {
    let step = action.asked.id("policyStepId", &body.policy_step_id)?;
    let command = Approve { act: action.acting(body.comment), step, proof: StepUp::None };
    action.taken(command, body.expand_mask).await
}

async fn approve_with_step_up(
    action: Action,
    Body(body): Body<StepUpRequest>,
) -> Result<Reply<StepUpAnswer>, ApiError> {
    let step = action.asked.id("policyStepId", &body.policy_step_id)?;
    let act = action.acting(body.comment);
    match action.asked.optional_id("stepUpTransactionId", &body.step_up_transaction_id)? {
        Some(transaction) => {
            let command = Approve { act, step, proof: StepUp::By(transaction) };
            let Reply(done) = action.taken(command, body.expand_mask).await?;
            let ActionAnswer { expanded, task_view, ticket_action_id } = done;
            Ok(Reply(StepUpAnswer { expanded, redirect_url: String::new(), task_view, ticket_action_id }))
        }
        None => {
            let done = action.sim.apply(BeginStepUp { act, step }).await?;
            let TaskAnswer { expanded, task_view } = action.shown(&done, body.expand_mask.as_ref())?;
            let redirect_url = format!("{}{}", action.sim.visit().base, done.output);
            Ok(Reply(StepUpAnswer { expanded, redirect_url, task_view, ticket_action_id: String::new() }))
        }
    }
}

async fn close(action: Action, Body(body): Body<TaskRequest>) -> Result<Reply<CloseAnswer>, ApiError> {
    let Reply(done) = action.taken(Close { act: action.acting(body.comment) }, body.expand_mask).await?;
    let ActionAnswer { expanded, task_view, ticket_action_id } = done;
    Ok(Reply(CloseAnswer { expanded, task_action_id: ticket_action_id, task_view }))
}

async fn comment(action: Action, Body(body): Body<TaskRequest>) -> Result<Reply<TaskAnswer>, ApiError> {
    let done = action.sim.apply(Comment { act: action.acting(body.comment) }).await?;
    Ok(Reply(action.shown(&done, body.expand_mask.as_ref())?))
}

async fn deny(action: Action, Body(body): Body<StepRequest>) -> Result<Reply<ActionAnswer>, ApiError> {
    let step = action.asked.optional_id("policyStepId", &body.policy_step_id)?;
    action.taken(Deny { act: action.acting(body.comment), step }, body.expand_mask).await
}

async fn escalate(action: Action, Body(body): Body<StepRequest>) -> Result<Reply<ActionAnswer>, ApiError> {
    let step = action.asked.optional_id("policyStepId", &body.policy_step_id)?;
    action.taken(Escalate { act: action.acting(body.comment), step }, body.expand_mask).await
}

async fn process(action: Action, Body(body): Body<ProcessNowRequest>) -> Result<Reply<TaskAnswer>, ApiError> {
    let done = action.sim.apply(ProcessNow { act: action.acting(String::new()) }).await?;
    Ok(Reply(action.shown(&done, body.expand_mask.as_ref())?))
}

async fn reassign(action: Action, Body(body): Body<ReassignRequest>) -> Result<Reply<ActionAnswer>, ApiError> {
    let step = action.asked.optional_id("policyStepId", &body.policy_step_id)?;
    let to = action.asked.ids("newStepUserIds", &body.new_step_user_ids)?;
    action.taken(Reassign { act: action.acting(body.comment), step, to }, body.expand_mask).await
}

async fn reset(action: Action, Body(body): Body<TaskRequest>) -> Result<Reply<ActionAnswer>, ApiError> {
    action.taken(HardReset { act: action.acting(body.comment) }, body.expand_mask).await
}

async fn restart(action: Action, Body(body): Body<StepRequest>) -> Result<Reply<ActionAnswer>, ApiError> {
    action.taken(Restart { act: action.acting(body.comment) }, body.expand_mask).await
}

async fn retry_provisioning(action: Action, Body(body): Body<StepRequest>) -> Result<Reply<ActionAnswer>, ApiError> {
    let step = action.asked.optional_id("policyStepId", &body.policy_step_id)?;
    action.taken(Retry { act: action.acting(body.comment), step }, body.expand_mask).await
}

async fn skip_step(action: Action, Body(body): Body<StepRequest>) -> Result<Reply<ActionAnswer>, ApiError> {
    let step = action.asked.id("policyStepId", &body.policy_step_id)?;
    action.taken(SkipStep { act: action.acting(body.comment), step }, body.expand_mask).await
}

async fn update_grant_duration(
    action: Action,
    Body(body): Body<UpdateGrantDurationRequest>,
) -> Result<Reply<ActionAnswer>, ApiError> {
    let duration = body.duration.ok_or_else(|| action.asked.missing("duration", "value is required"))?;
    let command = UpdateDuration { act: action.acting(String::new()), duration: duration.0 };
    action.taken(command, body.expand_mask).await
}

async fn update_request_data(
    action: Action,
    Body(body): Body<UpdateRequestDataRequest>,
) -> Result<Reply<ActionAnswer>, ApiError> {
    let data = body.data.map(Into::into).unwrap_or_default();
    action.taken(UpdateData { act: action.acting(String::new()), data }, body.expand_mask).await
}
