//! `/api/v1/task/…`: opening tasks, and their audit trail.

use std::cmp::Reverse;

use http::Method;

use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::tasks::{
    AuditListRequest, CreateActionRequest, CreateGrantRequest, CreateOffboardingRequest, CreateResourceActionRequest,
    CreateRevokeRequest, Mask, TaskAnswer, TaskAuditView, wanted,
};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::expand::ExpandMask;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::lifecycle::tasks::{Acting, OpenAction, OpenGrant, OpenOffboarding, OpenRevoke};
use crate::vendors::conductorone::lifecycle::{Noun, Refusal};
use crate::vendors::conductorone::model::{Domain, Event, Task};
use crate::vendors::conductorone::wire::{Asked, Body, Listed, Reply, Search};
use crate::world::World;

/// The endpoints.
pub fn rows() -> Contents<Right> {
    let of = |method: &str| -> &'static str {
        match method {
            "grant" => "c1.api.task.v1.TaskService.CreateGrantTask",
            "revoke" => "c1.api.task.v1.TaskService.CreateRevokeTask",
            "offboarding" => "c1.api.task.v1.TaskService.CreateOffboardingTask",
            "action" => "c1.api.task.v1.TaskService.CreateActionTask",
            _ => "c1.api.task.v1.TaskService.CreateResourceActionTask",
        }
    };
    vec![
        Endpoint::new(Method::POST, "/api/v1/task/action", of("action"), Right::Any, action)
            .doing("Ask a connector for an action")
            .reads::<CreateActionRequest>()
            .answers::<TaskAnswer>(200),
        Endpoint::new(Method::POST, "/api/v1/task/audits", "c1.api.task.v1.TaskAudit.List", Right::Any, audits)
            .doing("List what happened to a task")
            .reads::<AuditListRequest>()
            .answers::<Listed<TaskAuditView>>(200),
        Endpoint::new(Method::POST, "/api/v1/task/grant", of("grant"), Right::Any, grant)
            .doing("Ask for access")
            .reads::<CreateGrantRequest>()
            .answers::<TaskAnswer>(200),
        Endpoint::new(Method::POST, "/api/v1/task/offboarding", of("offboarding"), Right::Admin, offboarding)
            .doing("Take everything from somebody")
            .reads::<CreateOffboardingRequest>()
            .answers::<TaskAnswer>(200),
        Endpoint::new(Method::POST, "/api/v1/task/resource-action", of("resource-action"), Right::Any, resource_action)
            .doing("Ask a connector for an action on a resource")
            .reads::<CreateResourceActionRequest>()
            .answers::<TaskAnswer>(200),
        Endpoint::new(Method::POST, "/api/v1/task/revoke", of("revoke"), Right::Any, revoke)
            .doing("Ask for the end of access")
            .reads::<CreateRevokeRequest>()
            .answers::<TaskAnswer>(200),
    ]
}

async fn grant(
    caller: Caller,
    sim: Sim<Domain>,
    asked: Asked,
    Body(body): Body<CreateGrantRequest>,
) -> Result<Reply<TaskAnswer>, ApiError> {
    let command = OpenGrant {
        by: caller.actor(),
        wanted: wanted(&asked, &body.app_id, &body.app_entitlement_id, &body.app_user_id, &body.identity_user_id)?,
        description: body.description,
        duration: body.grant_duration.map(|duration| duration.0),
        emergency: body.emergency_access,
        data: body.request_data.map(Into::into).unwrap_or_default(),
        source: body.source.map(Into::into).unwrap_or_default(),
    };
    let done = sim.apply(command).await?;
    opened(&done.after, &caller, done.output, body.expand_mask.as_ref())
}

async fn revoke(
    caller: Caller,
    sim: Sim<Domain>,
    asked: Asked,
    Body(body): Body<CreateRevokeRequest>,
) -> Result<Reply<TaskAnswer>, ApiError> {
    let wanted = wanted(&asked, &body.app_id, &body.app_entitlement_id, &body.app_user_id, &body.identity_user_id)?;
    let done = sim.apply(OpenRevoke { by: caller.actor(), wanted, description: body.description }).await?;
    opened(&done.after, &caller, done.output, body.expand_mask.as_ref())
}

async fn offboarding(
    caller: Caller,
    sim: Sim<Domain>,
    asked: Asked,
    Body(body): Body<CreateOffboardingRequest>,
) -> Result<Reply<TaskAnswer>, ApiError> {
    let subject = asked.id("subjectUserId", &body.subject_user_id)?;
    let done = sim.apply(OpenOffboarding { by: caller.actor(), subject, description: body.description }).await?;
    opened(&done.after, &caller, done.output, body.expand_mask.as_ref())
}

async fn action(
    caller: Caller,
    sim: Sim<Domain>,
    asked: Asked,
    Body(body): Body<CreateActionRequest>,
) -> Result<Reply<TaskAnswer>, ApiError> {
    let command = OpenAction {
        by: caller.actor(),
        action: asked.id("actionId", &body.action_id)?,
        on_resource: false,
        form_values: body.form_values.map(Into::into).unwrap_or_default(),
        description: body.description,
    };
    let done = sim.apply(command).await?;
    opened(&done.after, &caller, done.output, body.expand_mask.as_ref())
}

async fn resource_action(
    caller: Caller,
    sim: Sim<Domain>,
    asked: Asked,
    Body(body): Body<CreateResourceActionRequest>,
) -> Result<Reply<TaskAnswer>, ApiError> {
    let command = OpenAction {
        by: caller.actor(),
        action: asked.id("actionId", &body.action_id)?,
        on_resource: true,
        form_values: body.form_values.map(Into::into).unwrap_or_default(),
        description: String::new(),
    };
    let done = sim.apply(command).await?;
    opened(&done.after, &caller, done.output, body.expand_mask.as_ref())
}

async fn audits(
    caller: Caller,
    sim: Sim<Domain>,
    asked: Asked,
    search: Search<AuditListRequest>,
) -> Result<Reply<Listed<TaskAuditView>>, ApiError> {
    let message = search.message;
    let act = Acting { task: asked.id("taskId", &message.task_id)?, by: caller.actor(), comment: String::new() };
    let refs: Vec<String> = message.refs.iter().map(|audit| audit.id.clone()).collect();
    let refs = asked.ids("refs", &refs)?;
    let view = View::of(sim.world(), &caller);
    let trail = act.trail(view.domain)?;
    let meant = trail.into_iter().filter(|audit| {
        (!message.comments_only || matches!(audit.event, Event::Comment(_)))
            && (refs.is_empty() || refs.contains(&audit.id))
    });
    let page = if message.newest_first {
        search.page.cut(meant.rev(), |audit| Reverse(audit.place))?
    } else {
        search.page.cut(meant, |audit| audit.place)?
    };
    Ok(Reply(page.map(|audit| view.audit(audit)).into()))
}

/// The task that was opened.
fn opened(
    world: &World,
    caller: &Caller,
    task: Id<Task>,
    mask: Option<&ExpandMask>,
) -> Result<Reply<TaskAnswer>, ApiError> {
    let view = View::of(world, caller);
    let task = view.domain.tasks.get(&task).ok_or(Refusal::NoSuch(Noun::Task))?;
    Ok(Reply(view.task_answer(task, Mask::Of(mask))))
}
