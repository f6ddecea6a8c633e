//! The audit trail of a task (contract, 8.13).

use super::{
    ApprovalInstance, CertifyOutcome, GrantOutcome, Json, RevokeOutcome, TaskActionType, TaskState, instances,
};
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::model::{self, Audit, Called, ConnectorResult, Event, system_user};
use crate::vendors::conductorone::wire::{Empty, Lasting, Time, id, message, vocabulary};

vocabulary! {
    /// Whether it tells of something that went wrong.
    AuditEventType {
        Unspecified = "TASK_AUDIT_EVENT_TYPE_UNSPECIFIED",
        Neutral = "TASK_AUDIT_EVENT_TYPE_NEUTRAL",
        Error = "TASK_AUDIT_EVENT_TYPE_ERROR",
    }
    /// Through what it happened.
    AuditSource {
        Unspecified = "SOURCE_UNSPECIFIED",
        C1 = "SOURCE_C1",
        Jira = "SOURCE_JIRA",
        Slack = "SOURCE_SLACK",
        CopilotAgents = "SOURCE_COPILOT_AGENTS",
    }
}

message! {
    /// Which entries.
    AuditListRequest = "c1.api.task.v1.TaskAuditListRequest" {
        comments_only: bool,
        newest_first: bool,
        page_size: i32,
        page_token: String,
        refs: Vec<AuditRef>,
        task_id: String,
    }
    /// An entry, by id.
    AuditRef = "c1.api.task.v1.TaskAuditViewRef" { id: String }
    /// One entry.
    TaskAuditView = "c1.api.task.v1.TaskAuditView" {
        created: Option<Time>,
        current_state: TaskState,
        event_type: AuditEventType,
        id: String,
        metadata: Option<AuditMetadata>,
        source: AuditSource,
        ticket_id: String,
        user_id: String,
        workflow_step: i32;
        oneof typ {
            action_result: AuditConnectorResult,
            action_submitted: AuditActionSubmitted,
            approval_auto_accepted_by_policy: Empty,
            approval_auto_rejected_by_policy: Empty,
            approval_instance_change: AuditApprovalChange,
            approval_reassigned: AuditReassigned,
            certify_outcome: AuditCertifyOutcome,
            comment: AuditComment,
            conditional_policy_execution_result: AuditRule,
            connector_actions_end: AuditStep,
            connector_actions_start: AuditStep,
            expression_policy_step_error: AuditError,
            external_ticket_created: AuditTicket,
            external_ticket_error: AuditErrorMessage,
            external_ticket_provision_step_resolved: AuditTicketEnd,
            external_ticket_triggered: AuditTicketStart,
            form_instance_change: AuditForm,
            grant_duration_updated: AuditDuration,
            grant_outcome: AuditGrantOutcome,
            hard_reset: AuditOldStep,
            policy_changed: AuditPolicyChanged,
            provision_cancelled: AuditCancelled,
            provision_error: AuditError,
            provision_reassigned: AuditReassigned,
            reassigned_to_delegate: AuditDelegate,
            reassignment_fallback_to_admin: AuditAdmins,
            revoke_outcome: AuditRevokeOutcome,
            sla_escalation: AuditMessage,
            state_change: AuditStateChange,
            step_skipped: AuditSkipped,
            step_up_approval: AuditStepUp,
            task_created: Empty,
            task_escalated: AuditEscalated,
            task_restarted: AuditOldStep,
            wait_step_success: AuditWaitSuccess,
            wait_step_timed_out: AuditWaitTimedOut,
            wait_step_until_time: AuditWaitUntil,
            wait_step_waiting: AuditWaiting,
            webhook_approval_attempt: AuditWebhook,
            webhook_approval_bad_response: AuditWebhookError,
            webhook_approval_fatal_error: AuditWebhookError,
            webhook_approval_success: AuditWebhook,
            webhook_approval_triggered: AuditWebhook,
            webhook_attempt: AuditWebhook,
            webhook_success: AuditWebhook,
            webhook_triggered: AuditWebhook,
        }
    }
    /// The vendor's `TaskAuditMetaData`.
    AuditMetadata = "c1.api.task.v1.TaskAuditMetaData" { user: Option<Json> }
    /// The vendor's `TaskAuditConnectorActionResult`.
    AuditConnectorResult = "c1.api.task.v1.TaskAuditConnectorActionResult" {
        app_entitlement_id: String,
        app_id: String,
        connector_action_id: String,
        connector_id: String;
        oneof result {
            cancelled: AuditCancelledResult,
            error: AuditErrorResult,
            pending: AuditPendingResult,
            success: AuditSuccessResult,
        }
    }
    /// The vendor's `TaskAuditErrorResult`.
    AuditErrorResult = "c1.api.app.v1.TaskAuditErrorResult" { error_count: i64, error_reason: String }
    /// The vendor's `TaskAuditCancelledResult`.
    AuditCancelledResult = "c1.api.app.v1.TaskAuditCancelledResult" { cancel_reason: String }
    /// The vendor's `TaskAuditPendingResult`.
    AuditPendingResult = "c1.api.app.v1.TaskAuditPendingResult" { pending_reason: String }
    /// The vendor's `TaskAuditSuccessResult`.
    AuditSuccessResult = "c1.api.app.v1.TaskAuditSuccessResult" {
        annotations: Vec<Json>,
        effects: Vec<Json>,
        success_reason: String,
    }
    /// The vendor's `TaskAuditActionSubmitted`.
    AuditActionSubmitted = "c1.api.task.v1.TaskAuditActionSubmitted" { action: Option<SubmittedAction> }
    /// The vendor's `TaskAction`.
    SubmittedAction = "c1.api.task.v1.TaskAction" {
        action_type: TaskActionType,
        bulk_action_id: String,
        created_at: Option<Time>,
        deleted_at: Option<Time>,
        id: String,
        policy_step_id: String,
        updated_at: Option<Time>,
        user_id: String,
    }
    /// The vendor's `TaskAuditApprovalInstanceChange`.
    AuditApprovalChange = "c1.api.task.v1.TaskAuditApprovalInstanceChange" { instance: Option<ApprovalInstance> }
    /// The vendor's `TaskAuditPolicyApprovalReassigned`.
    AuditReassigned = "c1.api.task.v1.TaskAuditPolicyApprovalReassigned" {
        new_policy_step_id: String,
        new_users: Vec<String>,
        old_policy_step_id: String,
        users: Vec<Json>,
    }
    /// The vendor's `TaskAuditGrantOutcome`.
    AuditGrantOutcome = "c1.api.task.v1.TaskAuditGrantOutcome" { outcome: GrantOutcome }
    /// The vendor's `TaskAuditRevokeOutcome`.
    AuditRevokeOutcome = "c1.api.task.v1.TaskAuditRevokeOutcome" { outcome: RevokeOutcome }
    /// The vendor's `TaskAuditCertifyOutcome`.
    AuditCertifyOutcome = "c1.api.task.v1.TaskAuditCertifyOutcome" { outcome: CertifyOutcome }
    /// The vendor's `TaskAuditComment`.
    AuditComment = "c1.api.task.v1.TaskAuditComment" {
        comment: String,
        updated_at: Option<Time>,
        updated_by: String,
    }
    /// The vendor's `TaskAuditConditionalPolicyExecutionResult`.
    AuditRule = "c1.api.task.v1.TaskAuditConditionalPolicyExecutionResult" {
        chain_depth: i32,
        condition: String,
        condition_matched: bool,
        default_condition: bool,
        error: String,
        outcome_policy_id: String,
        policy_id: String,
        policy_key: String,
    }
    /// The vendor's `TaskAuditStartedConnectorActions`.
    AuditStep = "c1.api.task.v1.TaskAuditStartedConnectorActions" { policy_step_id: String }
    /// The vendor's `TaskAuditPolicyProvisionError`.
    AuditError = "c1.api.task.v1.TaskAuditPolicyProvisionError" { error: String }
    /// The vendor's `TaskAuditExternalTicketError`.
    AuditErrorMessage = "c1.api.task.v1.TaskAuditExternalTicketError" { error_message: String }
    /// The vendor's `TaskAuditExternalTicketTriggered`.
    AuditTicketStart = "c1.api.task.v1.TaskAuditExternalTicketTriggered" {
        app_id: String,
        connector_id: String,
        external_ticket_id: String,
        external_ticket_provisioner_config_id: String,
        external_ticket_provisioner_config_name: String,
    }
    /// The vendor's `TaskAuditExternalTicketCreated`.
    AuditTicket = "c1.api.task.v1.TaskAuditExternalTicketCreated" {
        app_id: String,
        connector_id: String,
        external_ticket_id: String,
        external_ticket_provisioner_config_id: String,
        external_ticket_provisioner_config_name: String,
        external_ticket_url: String,
    }
    /// The vendor's `TaskAuditExternalTicketProvisionStepResolved`.
    AuditTicketEnd = "c1.api.task.v1.TaskAuditExternalTicketProvisionStepResolved" {
        app_id: String,
        connector_id: String,
        external_ticket_id: String,
        external_ticket_provisioner_config_id: String,
        external_ticket_url: String,
    }
    /// The vendor's `TaskAuditFormInstanceChange`.
    AuditForm = "c1.api.task.v1.TaskAuditFormInstanceChange" { is_valid: bool }
    /// The vendor's `TaskAuditGrantDurationUpdated`.
    AuditDuration = "c1.api.task.v1.TaskAuditGrantDurationUpdated" { duration: Option<Lasting> }
    /// The vendor's `TaskAuditRestart`.
    AuditOldStep = "c1.api.task.v1.TaskAuditRestart" { old_policy_step_id: String }
    /// The vendor's `TaskAuditPolicyChanged`.
    AuditPolicyChanged = "c1.api.task.v1.TaskAuditPolicyChanged" { new_policy_id: String, old_policy_id: String }
    /// The vendor's `TaskAuditPolicyProvisionCancelled`.
    AuditCancelled = "c1.api.task.v1.TaskAuditPolicyProvisionCancelled" { cancel_reason: String }
    /// The vendor's `TaskAuditReassignedToDelegate`.
    AuditDelegate = "c1.api.task.v1.TaskAuditReassignedToDelegate" {
        delegated_assignee_user: Option<Json>,
        delegated_assignee_user_id: String,
        original_assignee_user: Option<Json>,
        original_assignee_user_id: String,
    }
    /// The vendor's `TaskAuditReassignmentFallbackToAdmin`.
    AuditAdmins = "c1.api.task.v1.TaskAuditReassignmentFallbackToAdmin" {
        admin_user_ids: Vec<String>,
        admin_users: Vec<Json>,
    }
    /// The vendor's `TaskAuditSLAEscalation`.
    AuditMessage = "c1.api.task.v1.TaskAuditSLAEscalation" { message: String }
    /// The vendor's `TaskAuditStateChange`.
    AuditStateChange = "c1.api.task.v1.TaskAuditStateChange" { previous_state: TaskState }
    /// The vendor's `TaskAuditStepSkipped`.
    AuditSkipped = "c1.api.task.v1.TaskAuditStepSkipped" { skipped_by: String }
    /// The vendor's `TaskAuditStepUpApproval`.
    AuditStepUp = "c1.api.task.v1.TaskAuditStepUpApproval" { step_up_transaction_id: String }
    /// The vendor's `TaskAuditEscalateToEmergencyAccess`.
    AuditEscalated = "c1.api.task.v1.TaskAuditEscalateToEmergencyAccess" {
        old_policy_id: String,
        old_policy_step_id: String,
    }
    /// The vendor's `TaskAuditWaitStepWaiting`.
    AuditWaiting = "c1.api.task.v1.TaskAuditWaitStepWaiting" { condition: String, step_id: String }
    /// The vendor's `TaskAuditWaitStepUntilTime`.
    AuditWaitUntil = "c1.api.task.v1.TaskAuditWaitStepUntilTime" { step_id: String, until_time: Option<Time> }
    /// The vendor's `TaskAuditWaitStepSuccess`.
    AuditWaitSuccess = "c1.api.task.v1.TaskAuditWaitStepSuccess" {
        condition: String,
        step_id: String,
        succeeded_at: Option<Time>,
    }
    /// The vendor's `TaskAuditWaitStepTimedOut`.
    AuditWaitTimedOut = "c1.api.task.v1.TaskAuditWaitStepTimedOut" {
        condition: String,
        step_id: String,
        timed_out_at: Option<Time>,
    }
    /// The vendor's `TaskAuditWebhookAttempt`.
    AuditWebhook = "c1.api.task.v1.TaskAuditWebhookAttempt" {
        webhook_id: String,
        webhook_instance_id: String,
        webhook_name: String,
        webhook_url: String,
    }
    /// The vendor's `TaskAuditWebhookApprovalBadResponse`.
    AuditWebhookError = "c1.api.task.v1.TaskAuditWebhookApprovalBadResponse" {
        error: String,
        webhook_id: String,
        webhook_instance_id: String,
        webhook_name: String,
        webhook_url: String,
    }
}

impl View<'_> {
    /// An entry of an audit trail.
    pub fn audit(&self, audit: &Audit) -> TaskAuditView {
        let event_type = if audit.event.is_error() { AuditEventType::Error } else { AuditEventType::Neutral };
        let mut shown = TaskAuditView {
            created: Some(audit.at.into()),
            current_state: audit.state.into(),
            event_type,
            id: id::text(audit.id),
            metadata: Some(AuditMetadata { user: audit.by.and_then(|by| self.user_document(by)) }),
            source: AuditSource::C1,
            ticket_id: id::text(audit.task),
            user_id: id::text(audit.by.unwrap_or_else(system_user)),
            ..TaskAuditView::default()
        };
        self.event(audit, &mut shown);
        shown
    }

    fn event(&self, audit: &Audit, shown: &mut TaskAuditView) {
        match &audit.event {
            Event::TaskCreated => shown.task_created = Some(Empty {}),
            Event::RuleTried { policy, condition, matched, default, key, outcome, depth, error } => {
                shown.conditional_policy_execution_result = Some(AuditRule {
                    chain_depth: i32::try_from(*depth).unwrap_or(i32::MAX),
                    condition: condition.clone(),
                    condition_matched: *matched,
                    default_condition: *default,
                    error: error.clone(),
                    outcome_policy_id: outcome.map(id::text).unwrap_or_default(),
                    policy_id: id::text(*policy),
                    policy_key: key.clone(),
                });
            }
            Event::ApprovalChanged(instance) => {
                shown.approval_instance_change =
                    Some(AuditApprovalChange { instance: Some(instances::approval(instance)) });
            }
            Event::ActionSubmitted { action, what, step, by } => {
                let action = SubmittedAction {
                    action_type: (*what).into(),
                    created_at: Some(audit.at.into()),
                    id: id::text(*action),
                    policy_step_id: step.map(id::text).unwrap_or_default(),
                    updated_at: Some(audit.at.into()),
                    user_id: by.map(id::text).unwrap_or_default(),
                    ..SubmittedAction::default()
                };
                shown.action_submitted = Some(AuditActionSubmitted { action: Some(action) });
            }
            Event::Comment(comment) => {
                shown.comment = Some(AuditComment {
                    comment: comment.clone(),
                    updated_at: Some(audit.at.into()),
                    updated_by: id::text(audit.by.unwrap_or_else(system_user)),
                });
            }
            Event::ApprovalReassigned { from, to, users } => {
                shown.approval_reassigned = Some(self.reassigned(*from, *to, users));
            }
            Event::ProvisionReassigned { from, to, users } => {
                shown.provision_reassigned = Some(self.reassigned(*from, *to, users));
            }
            Event::ReassignedToDelegate { from, to } => {
                shown.reassigned_to_delegate = Some(AuditDelegate {
                    delegated_assignee_user: self.user_document(*to),
                    delegated_assignee_user_id: id::text(*to),
                    original_assignee_user: self.user_document(*from),
                    original_assignee_user_id: id::text(*from),
                });
            }
            Event::FallbackToAdmin(admins) => {
                shown.reassignment_fallback_to_admin = Some(AuditAdmins {
                    admin_user_ids: admins.iter().map(|admin| id::text(*admin)).collect(),
                    admin_users: admins.iter().filter_map(|admin| self.user_document(*admin)).collect(),
                });
            }
            Event::AutoAccepted => shown.approval_auto_accepted_by_policy = Some(Empty {}),
            Event::AutoRejected => shown.approval_auto_rejected_by_policy = Some(Empty {}),
            Event::ExpressionError(error) => {
                shown.expression_policy_step_error = Some(AuditError { error: error.clone() });
            }
            Event::FormChanged { valid } => shown.form_instance_change = Some(AuditForm { is_valid: *valid }),
            Event::DurationUpdated(duration) => {
                shown.grant_duration_updated = Some(AuditDuration { duration: duration.map(Into::into) });
            }
            Event::Restarted(step) => {
                shown.task_restarted = Some(AuditOldStep { old_policy_step_id: id::text(*step) });
            }
            Event::HardReset(step) => {
                let old_policy_step_id = step.map(id::text).unwrap_or_default();
                shown.hard_reset = Some(AuditOldStep { old_policy_step_id });
            }
            Event::Escalated { policy, step } => {
                shown.task_escalated = Some(AuditEscalated {
                    old_policy_id: id::text(*policy),
                    old_policy_step_id: step.map(id::text).unwrap_or_default(),
                });
            }
            Event::PolicyChanged { from, to } => {
                let (new_policy_id, old_policy_id) = (id::text(*to), id::text(*from));
                shown.policy_changed = Some(AuditPolicyChanged { new_policy_id, old_policy_id });
            }
            Event::StepSkipped(by) => {
                let skipped_by = id::text(by.unwrap_or_else(system_user));
                shown.step_skipped = Some(AuditSkipped { skipped_by });
            }
            Event::StepUpApproval(transaction) => {
                let step_up_transaction_id = id::text(*transaction);
                shown.step_up_approval = Some(AuditStepUp { step_up_transaction_id });
            }
            Event::SlaEscalation(message) => {
                shown.sla_escalation = Some(AuditMessage { message: message.clone() });
            }
            Event::GrantOutcome(outcome) => {
                shown.grant_outcome = Some(AuditGrantOutcome { outcome: (*outcome).into() });
            }
            Event::RevokeOutcome(outcome) => {
                shown.revoke_outcome = Some(AuditRevokeOutcome { outcome: (*outcome).into() });
            }
            Event::CertifyOutcome(outcome) => {
                shown.certify_outcome = Some(AuditCertifyOutcome { outcome: (*outcome).into() });
            }
            Event::StateChanged(before) => {
                shown.state_change = Some(AuditStateChange { previous_state: (*before).into() });
            }
            waiting @ (Event::WaitWaiting { .. }
            | Event::WaitUntil { .. }
            | Event::WaitSucceeded { .. }
            | Event::WaitTimedOut { .. }) => wait(waiting, shown),
            machine => provisioning(machine, shown),
        }
    }

    fn reassigned(
        &self,
        from: crate::kernel::Id<model::StepInstance>,
        to: crate::kernel::Id<model::StepInstance>,
        users: &[crate::kernel::Id<crate::company::Person>],
    ) -> AuditReassigned {
        AuditReassigned {
            new_policy_step_id: id::text(to),
            new_users: users.iter().map(|user| id::text(*user)).collect(),
            old_policy_step_id: id::text(from),
            users: users.iter().filter_map(|user| self.user_document(*user)).collect(),
        }
    }
}

fn wait(event: &Event, shown: &mut TaskAuditView) {
    match event {
        Event::WaitWaiting { step, condition } => {
            let (condition, step_id) = (condition.clone(), id::text(*step));
            shown.wait_step_waiting = Some(AuditWaiting { condition, step_id });
        }
        Event::WaitUntil { step, at } => {
            let (step_id, until_time) = (id::text(*step), Some((*at).into()));
            shown.wait_step_until_time = Some(AuditWaitUntil { step_id, until_time });
        }
        Event::WaitSucceeded { step, condition, at } => {
            let (condition, step_id, succeeded_at) = (condition.clone(), id::text(*step), Some((*at).into()));
            shown.wait_step_success = Some(AuditWaitSuccess { condition, step_id, succeeded_at });
        }
        Event::WaitTimedOut { step, condition, at } => {
            let (condition, step_id, timed_out_at) = (condition.clone(), id::text(*step), Some((*at).into()));
            shown.wait_step_timed_out = Some(AuditWaitTimedOut { condition, step_id, timed_out_at });
        }
        _ => {}
    }
}

fn provisioning(event: &Event, shown: &mut TaskAuditView) {
    match event {
        Event::ConnectorStarted(step) => {
            shown.connector_actions_start = Some(AuditStep { policy_step_id: id::text(*step) });
        }
        Event::ConnectorEnded(step) => {
            shown.connector_actions_end = Some(AuditStep { policy_step_id: id::text(*step) });
        }
        Event::ConnectorResult { entitlement, result } => {
            let mut answer = AuditConnectorResult {
                app_entitlement_id: id::text(entitlement.id),
                app_id: id::text(entitlement.app),
                ..AuditConnectorResult::default()
            };
            match result {
                ConnectorResult::Success => answer.success = Some(AuditSuccessResult::default()),
                ConnectorResult::Pending => answer.pending = Some(AuditPendingResult::default()),
                ConnectorResult::Cancelled => answer.cancelled = Some(AuditCancelledResult::default()),
                ConnectorResult::Error(reason) => {
                    answer.error = Some(AuditErrorResult { error_count: 1, error_reason: reason.clone() });
                }
            }
            shown.action_result = Some(answer);
        }
        Event::ProvisionError(error) => shown.provision_error = Some(AuditError { error: error.clone() }),
        Event::ProvisionCancelled(reason) => {
            shown.provision_cancelled = Some(AuditCancelled { cancel_reason: reason.clone() });
        }
        Event::TicketTriggered { app, connector, config } => {
            shown.external_ticket_triggered = Some(AuditTicketStart {
                app_id: app.clone(),
                connector_id: connector.clone(),
                external_ticket_provisioner_config_id: config.clone(),
                ..AuditTicketStart::default()
            });
        }
        Event::TicketCreated { app, connector, config, ticket } => {
            shown.external_ticket_created = Some(AuditTicket {
                app_id: app.clone(),
                connector_id: connector.clone(),
                external_ticket_id: ticket.clone(),
                external_ticket_provisioner_config_id: config.clone(),
                ..AuditTicket::default()
            });
        }
        Event::TicketResolved { app, connector, config, ticket } => {
            shown.external_ticket_provision_step_resolved = Some(AuditTicketEnd {
                app_id: app.clone(),
                connector_id: connector.clone(),
                external_ticket_id: ticket.clone(),
                external_ticket_provisioner_config_id: config.clone(),
                ..AuditTicketEnd::default()
            });
        }
        Event::TicketError(error) => {
            shown.external_ticket_error = Some(AuditErrorMessage { error_message: error.clone() });
        }
        Event::ApprovalWebhookTriggered(called) => shown.webhook_approval_triggered = Some(webhook(called)),
        Event::ApprovalWebhookAttempt(called) => shown.webhook_approval_attempt = Some(webhook(called)),
        Event::ApprovalWebhookSuccess(called) => shown.webhook_approval_success = Some(webhook(called)),
        Event::ApprovalWebhookBadResponse(called, error) => {
            shown.webhook_approval_bad_response = Some(webhook_error(called, error));
        }
        Event::ApprovalWebhookFatal(called, error) => {
            shown.webhook_approval_fatal_error = Some(webhook_error(called, error));
        }
        Event::WebhookTriggered(called) => shown.webhook_triggered = Some(webhook(called)),
        Event::WebhookAttempt(called) => shown.webhook_attempt = Some(webhook(called)),
        Event::WebhookSuccess(called) => shown.webhook_success = Some(webhook(called)),
        _ => {}
    }
}

fn webhook(called: &Called) -> AuditWebhook {
    AuditWebhook {
        webhook_id: id::text(called.webhook),
        webhook_instance_id: id::text(called.call),
        webhook_name: called.name.clone(),
        webhook_url: called.url.clone(),
    }
}

fn webhook_error(called: &Called, error: &str) -> AuditWebhookError {
    AuditWebhookError {
        error: error.to_owned(),
        webhook_id: id::text(called.webhook),
        webhook_instance_id: id::text(called.call),
        webhook_name: called.name.clone(),
        webhook_url: called.url.clone(),
    }
}
