//! Rows 33 to 35: runs of workflows that are defined in the product.

use std::sync::Arc;

use http::Method;

use super::view;
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::grip::assumed::RUN_CANCELLED;
use crate::vendors::grip::auth::Caller;
use crate::vendors::grip::dto::{Message, RunIn, View, WorkflowRunIds, WorkflowRunStatus};
use crate::vendors::grip::error::ApiError;
use crate::vendors::grip::lifecycle::{CancelRun, Noun, Refusal, RunFor, RunWorkflow};
use crate::vendors::grip::model::{Environment, Run, RunKey};
use crate::vendors::grip::reply::{Body, Name, Reply};

/// The endpoints.
pub fn rows() -> Contents<()> {
    vec![
        Endpoint::new(Method::POST, "/public/workflows/{workflow_id}/run", "runWorkflow", (), run)
            .doing("Run a workflow for users or SaaS applications")
            .reads::<RunIn>()
            .answers::<WorkflowRunIds>(200),
        Endpoint::new(Method::GET, "/public/workflows/{workflow_id}/status", "getWorkflowStatus", (), status)
            .doing("Get the status of a workflow run")
            .answers::<WorkflowRunStatus>(200),
        Endpoint::new(Method::POST, "/public/workflows/{workflow_run_id}/cancel", "cancelWorkflowRun", (), cancel)
            .doing("Cancel a workflow run")
            .answers::<Message>(200),
    ]
}

async fn run(
    caller: Caller,
    sim: Sim<Environment>,
    Name(workflow): Name,
    Body(body): Body<RunIn>,
) -> Result<Reply<WorkflowRunIds>, ApiError> {
    let target =
        RunFor { mails: body.identity_email, people: body.identity_id, names: body.app_name, apps: body.app_id };
    let done = sim.apply(RunWorkflow { by: caller.actor(), workflow, target, inheritor: body.inheritor_email }).await?;
    let workflow_run_ids = done.output.into_iter().map(|(key, run)| (key, run.dashed())).collect();
    Ok(Reply(WorkflowRunIds { workflow_run_ids }))
}

async fn status(_: Caller, sim: Sim<Environment>, Name(id): Name) -> Result<Reply<WorkflowRunStatus>, ApiError> {
    let view = view(&sim);
    let found = find(&view, &id).ok_or(Refusal::NoSuch(Noun::WorkflowRun))?;
    Ok(Reply(view.run(found)))
}

async fn cancel(caller: Caller, sim: Sim<Environment>, Name(run): Name) -> Result<Reply<Message>, ApiError> {
    sim.apply(CancelRun { by: caller.actor(), run }).await?;
    Ok(Reply(Message { message: RUN_CANCELLED }))
}

/// A run by its own id, or the latest run of a workflow by that one's.
fn find<'w>(view: &View<'w>, id: &str) -> Option<&'w Arc<Run>> {
    let id = Id::<Run>::from_dashed(id)?;
    let latest = || {
        let workflow = id.cast();
        view.env.runs.range(RunKey::Workflow(workflow, 0), RunKey::Workflow(workflow, u64::MAX)).next_back()
    };
    view.env.runs.get(&id).or_else(latest)
}
