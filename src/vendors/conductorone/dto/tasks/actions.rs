//! What is asked of tasks, and what is answered.

use super::{ExpandMask, Json, Lasting, TaskGrantSource, TaskView};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::lifecycle::tasks::Wanted;
use crate::vendors::conductorone::model::{self, EntitlementRef};
use crate::vendors::conductorone::wire::{Any, Asked, message};

message! {
    /// Ask for access.
    CreateGrantRequest = c1.api.task.v1.TaskServiceCreateGrantRequest {
        app_entitlement_id: String,
        app_id: String,
        app_user_id: String,
        description: String,
        emergency_access: bool,
        expand_mask: Option<ExpandMask>,
        grant_duration: Option<Lasting>,
        identity_user_id: String,
        request_data: Option<Json>,
        source: Option<TaskGrantSource>,
    }
    /// Ask for the end of access.
    CreateRevokeRequest = c1.api.task.v1.TaskServiceCreateRevokeRequest {
        app_entitlement_id: String,
        app_id: String,
        app_user_id: String,
        description: String,
        expand_mask: Option<ExpandMask>,
        identity_user_id: String,
    }
    /// Take everything from somebody.
    CreateOffboardingRequest = c1.api.task.v1.TaskServiceCreateOffboardingRequest {
        description: String,
        expand_mask: Option<ExpandMask>,
        subject_user_id: String,
    }
    /// Ask a connector for an action of its own.
    CreateActionRequest = c1.api.task.v1.TaskServiceCreateActionRequest {
        action_id: String,
        description: String,
        expand_mask: Option<ExpandMask>,
        form_values: Option<Json>,
    }
    /// Ask a connector for a new resource.
    CreateResourceActionRequest = c1.api.task.v1.TaskServiceCreateResourceActionRequest {
        action_id: String,
        expand_mask: Option<ExpandMask>,
        form_values: Option<Json>,
    }
    /// Something is done to a step.
    StepRequest = c1.api.task.v1.TaskActionsServiceApproveRequest {
        comment: String,
        expand_mask: Option<ExpandMask>,
        policy_step_id: String,
    }
    /// The same with a proof of who does it.
    StepUpRequest = c1.api.task.v1.TaskActionsServiceApproveWithStepUpRequest {
        comment: String,
        expand_mask: Option<ExpandMask>,
        policy_step_id: String,
        step_up_transaction_id: String,
    }
    /// Something is done to a task.
    TaskRequest = c1.api.task.v1.TaskActionsServiceCloseRequest {
        comment: String,
        expand_mask: Option<ExpandMask>,
    }
    /// A task is looked at again.
    ProcessNowRequest = c1.api.task.v1.TaskActionsServiceProcessNowRequest { expand_mask: Option<ExpandMask> }
    /// A step is handed on.
    ReassignRequest = c1.api.task.v1.TaskActionsServiceReassignRequest {
        comment: String,
        expand_mask: Option<ExpandMask>,
        new_step_user_ids: Vec<String>,
        policy_step_id: String,
    }
    /// Access is to last otherwise.
    UpdateGrantDurationRequest = c1.api.task.v1.TaskActionsServiceUpdateGrantDurationRequest {
        duration: Option<Lasting>,
        expand_mask: Option<ExpandMask>,
    }
    /// A form is filled in.
    UpdateRequestDataRequest = c1.api.task.v1.TaskActionsServiceUpdateRequestDataRequest {
        data: Option<Json>,
        expand_mask: Option<ExpandMask>,
    }
    /// What was done, by its id.
    ActionAnswer = c1.api.task.v1.TaskServiceActionResponse {
        expanded: Vec<Any>,
        task_view: Option<TaskView>,
        ticket_action_id: String,
    }
    /// What was done, by its id, and where the caller has to go first.
    StepUpAnswer = c1.api.task.v1.TaskActionsServiceApproveWithStepUpResponse {
        expanded: Vec<Any>,
        redirect_url: String,
        task_view: Option<TaskView>,
        ticket_action_id: String,
    }
    /// A task was closed.
    CloseAnswer = c1.api.task.v1.TaskActionsServiceCloseResponse {
        expanded: Vec<Any>,
        task_action_id: String,
        task_view: Option<TaskView>,
    }
}

/// For whom, and what.
///
/// # Errors
/// 400 for what is no id.
pub fn wanted(asked: &Asked, app: &str, entitlement: &str, account: &str, user: &str) -> Result<Wanted, ApiError> {
    Ok(Wanted {
        entitlement: EntitlementRef { app: asked.id("appId", app)?, id: asked.id("appEntitlementId", entitlement)? },
        account: asked.optional_id("appUserId", account)?,
        user: asked.optional_id("identityUserId", user)?,
    })
}

impl From<TaskGrantSource> for model::GrantSource {
    fn from(source: TaskGrantSource) -> Self {
        Self {
            conversation: source.conversation_id,
            external_url: source.external_url,
            integration: source.integration_id,
            is_extension: source.is_extension,
            request: source.request_id,
        }
    }
}

/// The fields of a free object; none where something else was sent.
impl From<Json> for serde_json::Map<String, serde_json::Value> {
    fn from(object: Json) -> Self {
        match object.0 {
            serde_json::Value::Object(fields) => fields,
            _ => Self::new(),
        }
    }
}
