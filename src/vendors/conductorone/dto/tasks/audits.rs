//! Messages about the audit trail of a task (contract, 8.13).

use super::{ApprovalInstance, CertifyOutcome, GrantOutcome, Json, RevokeOutcome, TaskActionType, TaskState};
use crate::vendors::conductorone::wire::{Empty, Lasting, Time, message, vocabulary};

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
    AuditListRequest = c1.api.task.v1.TaskAuditListRequest {
        comments_only: bool,
        newest_first: bool,
        page_size: i32,
        page_token: String,
        refs: Vec<AuditRef>,
        task_id: String,
    }
    /// An entry, by id.
    AuditRef = c1.api.task.v1.TaskAuditViewRef { id: String }
    /// One entry.
    TaskAuditView = c1.api.task.v1.TaskAuditView {
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
    AuditMetadata = c1.api.task.v1.TaskAuditMetaData { user: Option<Json> }
    /// The vendor's `TaskAuditConnectorActionResult`.
    AuditConnectorResult = c1.api.task.v1.TaskAuditConnectorActionResult {
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
    AuditErrorResult = c1.api.app.v1.TaskAuditErrorResult { error_count: i64, error_reason: String }
    /// The vendor's `TaskAuditCancelledResult`.
    AuditCancelledResult = c1.api.app.v1.TaskAuditCancelledResult { cancel_reason: String }
    /// The vendor's `TaskAuditPendingResult`.
    AuditPendingResult = c1.api.app.v1.TaskAuditPendingResult { pending_reason: String }
    /// The vendor's `TaskAuditSuccessResult`.
    AuditSuccessResult = c1.api.app.v1.TaskAuditSuccessResult {
        annotations: Vec<Json>,
        effects: Vec<Json>,
        success_reason: String,
    }
    /// The vendor's `TaskAuditActionSubmitted`.
    AuditActionSubmitted = c1.api.task.v1.TaskAuditActionSubmitted { action: Option<SubmittedAction> }
    /// The vendor's `TaskAction`.
    SubmittedAction = c1.api.task.v1.TaskAction {
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
    AuditApprovalChange = c1.api.task.v1.TaskAuditApprovalInstanceChange { instance: Option<ApprovalInstance> }
    /// The vendor's `TaskAuditPolicyApprovalReassigned`.
    AuditReassigned = c1.api.task.v1.TaskAuditPolicyApprovalReassigned {
        new_policy_step_id: String,
        new_users: Vec<String>,
        old_policy_step_id: String,
        users: Vec<Json>,
    }
    /// The vendor's `TaskAuditGrantOutcome`.
    AuditGrantOutcome = c1.api.task.v1.TaskAuditGrantOutcome { outcome: GrantOutcome }
    /// The vendor's `TaskAuditRevokeOutcome`.
    AuditRevokeOutcome = c1.api.task.v1.TaskAuditRevokeOutcome { outcome: RevokeOutcome }
    /// The vendor's `TaskAuditCertifyOutcome`.
    AuditCertifyOutcome = c1.api.task.v1.TaskAuditCertifyOutcome { outcome: CertifyOutcome }
    /// The vendor's `TaskAuditComment`.
    AuditComment = c1.api.task.v1.TaskAuditComment {
        comment: String,
        updated_at: Option<Time>,
        updated_by: String,
    }
    /// The vendor's `TaskAuditConditionalPolicyExecutionResult`.
    AuditRule = c1.api.task.v1.TaskAuditConditionalPolicyExecutionResult {
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
    AuditStep = c1.api.task.v1.TaskAuditStartedConnectorActions { policy_step_id: String }
    /// The vendor's `TaskAuditPolicyProvisionError`.
    AuditError = c1.api.task.v1.TaskAuditPolicyProvisionError { error: String }
    /// The vendor's `TaskAuditExternalTicketError`.
    AuditErrorMessage = c1.api.task.v1.TaskAuditExternalTicketError { error_message: String }
    /// The vendor's `TaskAuditExternalTicketTriggered`.
    AuditTicketStart = c1.api.task.v1.TaskAuditExternalTicketTriggered {
        app_id: String,
        connector_id: String,
        external_ticket_id: String,
        external_ticket_provisioner_config_id: String,
        external_ticket_provisioner_config_name: String,
    }
    /// The vendor's `TaskAuditExternalTicketCreated`.
    AuditTicket = c1.api.task.v1.TaskAuditExternalTicketCreated {
        app_id: String,
        connector_id: String,
        external_ticket_id: String,
        external_ticket_provisioner_config_id: String,
        external_ticket_provisioner_config_name: String,
        external_ticket_url: String,
    }
    /// The vendor's `TaskAuditExternalTicketProvisionStepResolved`.
    AuditTicketEnd = c1.api.task.v1.TaskAuditExternalTicketProvisionStepResolved {
        app_id: String,
        connector_id: String,
        external_ticket_id: String,
        external_ticket_provisioner_config_id: String,
        external_ticket_url: String,
    }
    /// The vendor's `TaskAuditFormInstanceChange`.
    AuditForm = c1.api.task.v1.TaskAuditFormInstanceChange { is_valid: bool }
    /// The vendor's `TaskAuditGrantDurationUpdated`.
    AuditDuration = c1.api.task.v1.TaskAuditGrantDurationUpdated { duration: Option<Lasting> }
    /// The vendor's `TaskAuditRestart`.
    AuditOldStep = c1.api.task.v1.TaskAuditRestart { old_policy_step_id: String }
    /// The vendor's `TaskAuditPolicyChanged`.
    AuditPolicyChanged = c1.api.task.v1.TaskAuditPolicyChanged { new_policy_id: String, old_policy_id: String }
    /// The vendor's `TaskAuditPolicyProvisionCancelled`.
    AuditCancelled = c1.api.task.v1.TaskAuditPolicyProvisionCancelled { cancel_reason: String }
    /// The vendor's `TaskAuditReassignedToDelegate`.
    AuditDelegate = c1.api.task.v1.TaskAuditReassignedToDelegate {
        delegated_assignee_user: Option<Json>,
        delegated_assignee_user_id: String,
        original_assignee_user: Option<Json>,
        original_assignee_user_id: String,
    }
    /// The vendor's `TaskAuditReassignmentFallbackToAdmin`.
    AuditAdmins = c1.api.task.v1.TaskAuditReassignmentFallbackToAdmin {
        admin_user_ids: Vec<String>,
        admin_users: Vec<Json>,
    }
    /// The vendor's `TaskAuditSLAEscalation`.
    AuditMessage = c1.api.task.v1.TaskAuditSLAEscalation { message: String }
    /// The vendor's `TaskAuditStateChange`.
    AuditStateChange = c1.api.task.v1.TaskAuditStateChange { previous_state: TaskState }
    /// The vendor's `TaskAuditStepSkipped`.
    AuditSkipped = c1.api.task.v1.TaskAuditStepSkipped { skipped_by: String }
    /// The vendor's `TaskAuditStepUpApproval`.
    AuditStepUp = c1.api.task.v1.TaskAuditStepUpApproval { step_up_transaction_id: String }
    /// The vendor's `TaskAuditEscalateToEmergencyAccess`.
    AuditEscalated = c1.api.task.v1.TaskAuditEscalateToEmergencyAccess {
        old_policy_id: String,
        old_policy_step_id: String,
    }
    /// The vendor's `TaskAuditWaitStepWaiting`.
    AuditWaiting = c1.api.task.v1.TaskAuditWaitStepWaiting { condition: String, step_id: String }
    /// The vendor's `TaskAuditWaitStepUntilTime`.
    AuditWaitUntil = c1.api.task.v1.TaskAuditWaitStepUntilTime { step_id: String, until_time: Option<Time> }
    /// The vendor's `TaskAuditWaitStepSuccess`.
    AuditWaitSuccess = c1.api.task.v1.TaskAuditWaitStepSuccess {
        condition: String,
        step_id: String,
        succeeded_at: Option<Time>,
    }
    /// The vendor's `TaskAuditWaitStepTimedOut`.
    AuditWaitTimedOut = c1.api.task.v1.TaskAuditWaitStepTimedOut {
        condition: String,
        step_id: String,
        timed_out_at: Option<Time>,
    }
    /// The vendor's `TaskAuditWebhookAttempt`.
    AuditWebhook = c1.api.task.v1.TaskAuditWebhookAttempt {
        webhook_id: String,
        webhook_instance_id: String,
        webhook_name: String,
        webhook_url: String,
    }
    /// The vendor's `TaskAuditWebhookApprovalBadResponse`.
    AuditWebhookError = c1.api.task.v1.TaskAuditWebhookApprovalBadResponse {
        error: String,
        webhook_id: String,
        webhook_instance_id: String,
        webhook_name: String,
        webhook_url: String,
    }
}
