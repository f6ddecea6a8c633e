//! Webhooks and calls to them.

use super::View;
use super::policies::PolicyStep;
use super::settings::Says;
use super::tasks::TaskView;
use crate::vendors::conductorone::lifecycle::Refusal;
use crate::vendors::conductorone::model::{self, CALLBACK_DEFAULT, CallSource, CallState, WebhookSettings};
use crate::vendors::conductorone::wire::{Any, Empty, Json, Lasting, Mask, Time, id, message, vocabulary};

vocabulary! {
    WebhookState {
        Unspecified = "WEBHOOK_STATE_UNSPECIFIED",
        Pending = "WEBHOOK_STATE_PENDING",
        Running = "WEBHOOK_STATE_RUNNING",
        Error = "WEBHOOK_STATE_ERROR",
        WaitingCallback = "WEBHOOK_STATE_WAITING_CALLBACK",
        ProcessResponse = "WEBHOOK_STATE_PROCESS_RESPONSE",
        Success = "WEBHOOK_STATE_SUCCESS",
        FatalError = "WEBHOOK_STATE_FATAL_ERROR",
    }
}

message! {
    Webhook = c1.api.webhooks.v1.Webhook {
        id: String,
        display_name: String,
        description: String,
        url: String,
        callback_timeout: Option<Lasting>,
        created_at: Option<Time>,
        updated_at: Option<Time>,
        deleted_at: Option<Time>,
    }

    WebhookAnswer = c1.api.webhooks.v1.WebhooksServiceGetResponse {
        webhook: Option<Webhook>,
    }

    WebhookTested = c1.api.webhooks.v1.WebhooksServiceTestResponse {
        webhook: Option<WebhookInstance>,
    }

    WebhookCreateIn = c1.api.webhooks.v1.WebhooksServiceCreateRequest {
        display_name: String,
        description: String,
        url: String,
        callback_timeout: Option<Lasting>,
    }

    WebhookUpdateIn = c1.api.webhooks.v1.WebhooksServiceUpdateRequest {
        webhook: Option<Webhook>,
        update_mask: Mask,
    }

    WebhookRef = c1.api.webhooks.v1.WebhookRef {
        id: String,
    }

    WebhookSearchIn = c1.api.webhooks.v1.WebhooksSearchRequest {
        query: String,
        refs: Vec<WebhookRef>,
        page_size: i32,
        page_token: String,
    }

    WebhookTicket = c1.api.webhooks.v1.WebhookSource.WebhookSourceApprovalStep {
        ticket_id: String,
    }

    WebhookSource = c1.api.webhooks.v1.WebhookSource {
        ; oneof source {
            test: Empty,
            approval_step: WebhookTicket,
            provision_step: WebhookTicket,
        }
    }

    WebhookSpec = c1.api.webhooks.v1.WebhookSpec {
        destination: String,
    }

    /// What a receiver is told about an approval.
    PayloadApproval = c1.webhooks.v1.PayloadPolicyApprovalStep {
        task_view: Option<TaskView>,
        expanded: Vec<Any>,
    }

    /// What a receiver is told about a provisioning.
    PayloadProvision = c1.webhooks.v1.PayloadProvisionStep {
        task_view: Option<TaskView>,
        expanded: Vec<Any>,
    }

    /// That a receiver is being tried.
    PayloadTest = c1.webhooks.v1.PayloadTest {}

    /// A decision without more than a word.
    DecisionComment = c1.webhooks.v1.DecisionComment {
        comment: String,
    }

    /// That others are to decide.
    DecisionReassign = c1.webhooks.v1.DecisionReassign {
        new_step_user_ids: Vec<String>,
        comment: String,
    }

    /// That other steps are to be gone through.
    DecisionReplacePolicy = c1.webhooks.v1.DecisionReplacePolicy {
        policy_steps: Vec<PolicyStep>,
        comment: String,
    }

    /// What a receiver answers. Its name, and what stands in the last two, is nowhere documented [assumed].
    WebhookDecision = c1.webhooks.v1.Decision {
        version: String;
        oneof decision {
            approve: DecisionComment,
            deny: DecisionComment,
            reassign: DecisionReassign,
            replace_policy: DecisionReplacePolicy,
            complete: Json,
            errored: Json,
        }
    }

    WebhookInstance = c1.api.webhooks.v1.WebhookInstance {
        id: String,
        webhook_id: String,
        state: WebhookState,
        attempts: i32,
        source: Option<WebhookSource>,
        spec: Option<WebhookSpec>,
        last_attempted_at: Option<Time>,
        expires_at: Option<Time>,
        completed_at: Option<Time>,
        created_at: Option<Time>,
        updated_at: Option<Time>,
    }
}

impl Says<WebhookSettings> for Webhook {
    fn of(settings: &WebhookSettings) -> Self {
        Self {
            display_name: settings.display_name.clone(),
            description: settings.description.clone(),
            url: settings.url.clone(),
            callback_timeout: Some(settings.callback_timeout.unwrap_or(CALLBACK_DEFAULT).into()),
            ..Self::default()
        }
    }
    fn said(self) -> Result<WebhookSettings, Refusal> {
        Ok(WebhookSettings {
            display_name: self.display_name,
            description: self.description,
            url: self.url,
            callback_timeout: self.callback_timeout.map(|timeout| timeout.0),
        })
    }
}

impl From<WebhookCreateIn> for WebhookSettings {
    fn from(sent: WebhookCreateIn) -> Self {
        Self {
            display_name: sent.display_name,
            description: sent.description,
            url: sent.url,
            callback_timeout: sent.callback_timeout.map(|timeout| timeout.0),
        }
    }
}

impl From<CallState> for WebhookState {
    fn from(state: CallState) -> Self {
        match state {
            CallState::Pending => Self::Pending,
            CallState::Running => Self::Running,
            CallState::Error => Self::Error,
            CallState::WaitingCallback => Self::WaitingCallback,
            CallState::ProcessResponse => Self::ProcessResponse,
            CallState::Success => Self::Success,
            CallState::FatalError => Self::FatalError,
        }
    }
}

impl View<'_> {
    /// A webhook.
    pub fn webhook(self, webhook: &model::Webhook) -> Webhook {
        Webhook {
            id: id::text(webhook.id),
            created_at: Some(webhook.created.into()),
            updated_at: Some(webhook.updated.into()),
            deleted_at: webhook.deleted.map(Time),
            ..Webhook::of(&webhook.settings)
        }
    }

    /// A call to a webhook.
    pub fn webhook_instance(self, call: &model::WebhookInstance) -> WebhookInstance {
        let ticket = |task| Some(WebhookTicket { ticket_id: id::text(task) });
        let source = match call.source {
            CallSource::Test => WebhookSource { test: Some(Empty {}), ..WebhookSource::default() },
            CallSource::ApprovalStep { task, .. } => {
                WebhookSource { approval_step: ticket(task), ..WebhookSource::default() }
            }
            CallSource::ProvisionStep { task, .. } => {
                WebhookSource { provision_step: ticket(task), ..WebhookSource::default() }
            }
        };
        WebhookInstance {
            id: id::text(call.id),
            webhook_id: id::text(call.webhook),
            state: call.state.into(),
            attempts: call.attempts,
            source: Some(source),
            spec: Some(WebhookSpec { destination: call.destination.clone() }),
            last_attempted_at: call.attempted.map(Time),
            expires_at: Some(call.expires.into()),
            completed_at: call.completed.map(Time),
            created_at: Some(call.created.into()),
            updated_at: Some(call.updated.into()),
        }
    }
}
