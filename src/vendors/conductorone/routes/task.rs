//! `/api/v1/task/…`: opening tasks, and their audit trail.

use std::cmp::Reverse;

use axum::extract::FromRequestParts;
use http::Method;
use http::request::Parts;

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
use crate::world::Command;

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
            .doing("Ask a connector for a new resource")
            .reads::<CreateResourceActionRequest>()
            .answers::<TaskAnswer>(200),
        Endpoint::new(Method::POST, "/api/v1/task/revoke", of("revoke"), Right::Any, revoke)
            .doing("Ask for the end of access")
            .reads::<CreateRevokeRequest>()
            .answers::<TaskAnswer>(200),
    ]
}

/// What opening any task needs.
struct Opening {
    caller: Caller,
    sim: Sim<Domain>,
    asked: Asked,
}

impl<S: Send + Sync> FromRequestParts<S> for Opening {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let Ok(sim) = Sim::<Domain>::from_request_parts(parts, state).await;
        Ok(Self { caller, sim, asked: Asked::of(parts) })
    }
}

impl Opening {
    /// The task that `command` opens.
    async fn opened(
        &self,
        command: impl Command<Domain, Output = Id<Task>>,
        mask: Option<ExpandMask>,
    ) -> Result<Reply<TaskAnswer>, ApiError> {
        let done = self.sim.apply(command).await?;
        let view = View::of(&done.after, &self.caller);
        let task = view.domain.tasks.get(&done.output).ok_or(Refusal::NoSuch(Noun::Task))?;
        Ok(Reply(view.task_answer(task, Mask::Of(mask.as_ref()))))
    }
}

async fn grant(opening: Opening, Body(body): Body<CreateGrantRequest>) -> Result<Reply<TaskAnswer>, ApiError> {
    let command = OpenGrant {
        by: opening.caller.actor(),
        wanted: wanted(
            &opening.asked,
            &body.app_id,
            &body.app_entitlement_id,
            &body.app_user_id,
            &body.identity_user_id,
        )?,
        description: body.description,
        duration: body.grant_duration.map(|duration| duration.0),
        emergency: body.emergency_access,
        data: body.request_data.map(Into::into).unwrap_or_default(),
        source: body.source.map(Into::into).unwrap_or_default(),
    };
    opening.opened(command, body.expand_mask).await
}

async fn revoke(opening: Opening, Body(body): Body<CreateRevokeRequest>) -> Result<Reply<TaskAnswer>, ApiError> {
    let wanted =
        wanted(&opening.asked, &body.app_id, &body.app_entitlement_id, &body.app_user_id, &body.identity_user_id)?;
    let command = OpenRevoke { by: opening.caller.actor(), wanted, description: body.description };
    opening.opened(command, body.expand_mask).await
}

async fn offboarding(
    opening: Opening,
    Body(body): Body<CreateOffboardingRequest>,
) -> Result<Reply<TaskAnswer>, ApiError> {
    let subject = opening.asked.id("subjectUserId", &body.subject_user_id)?;
    let command = OpenOffboarding { by: opening.caller.actor(), subject, description: body.description };
    opening.opened(command, body.expand_mask).await
}

async fn action(opening: Opening, Body(body): Body<CreateActionRequest>) -> Result<Reply<TaskAnswer>, ApiError> {
    let command = OpenAction {
        by: opening.caller.actor(),
        action: opening.asked.id("actionId", &body.action_id)?,
        on_resource: false,
        form_values: body.form_values.map(Into::into).unwrap_or_default(),
        description: body.description,
    };
    opening.opened(command, body.expand_mask).await
}

async fn resource_action(
    opening: Opening,
    Body(body): Body<CreateResourceActionRequest>,
) -> Result<Reply<TaskAnswer>, ApiError> {
    let command = OpenAction {
        by: opening.caller.actor(),
        action: opening.asked.id("actionId", &body.action_id)?,
        on_resource: true,
        form_values: body.form_values.map(Into::into).unwrap_or_default(),
        description: String::new(),
    };
    opening.opened(command, body.expand_mask).await
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
