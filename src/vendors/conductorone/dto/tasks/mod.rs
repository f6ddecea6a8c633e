//! Tasks on the wire: the vendor's `c1.api.task.v1`.

mod actions;
mod audits;
mod instances;
mod search;
mod trail;
mod view;

pub use actions::*;
pub use audits::*;
pub use instances::*;
pub use search::*;
pub use view::*;

use super::apps::AppEntitlementRef;
use super::policies::{Policy, PolicyStep};
use crate::vendors::conductorone::dto::Form;
use crate::vendors::conductorone::expand::ExpandMask;
use crate::vendors::conductorone::wire::{Any, Json, Lasting, Time, message, vocabulary};

vocabulary! {
    /// Whether a task is over.
    TaskState { Unspecified = "TASK_STATE_UNSPECIFIED", Open = "TASK_STATE_OPEN", Closed = "TASK_STATE_CLOSED" }
    /// Who works on a task.
    TaskProcessing {
        Unspecified = "TASK_PROCESSING_TYPE_UNSPECIFIED",
        Processing = "TASK_PROCESSING_TYPE_PROCESSING",
        Waiting = "TASK_PROCESSING_TYPE_WAITING",
        Done = "TASK_PROCESSING_TYPE_DONE",
    }
    /// Where a task came from.
    TaskOrigin {
        Unspecified = "TASK_ORIGIN_UNSPECIFIED",
        ProfileMembershipAutomation = "TASK_ORIGIN_PROFILE_MEMBERSHIP_AUTOMATION",
        Slack = "TASK_ORIGIN_SLACK",
        Api = "TASK_ORIGIN_API",
        Jira = "TASK_ORIGIN_JIRA",
        Copilot = "TASK_ORIGIN_COPILOT",
        Webapp = "TASK_ORIGIN_WEBAPP",
        TimeRevoke = "TASK_ORIGIN_TIME_REVOKE",
        NonUsageRevoke = "TASK_ORIGIN_NON_USAGE_REVOKE",
        ProfileMembershipManual = "TASK_ORIGIN_PROFILE_MEMBERSHIP_MANUAL",
        ProfileMembership = "TASK_ORIGIN_PROFILE_MEMBERSHIP",
        Automation = "TASK_ORIGIN_AUTOMATION",
        AccessReview = "TASK_ORIGIN_ACCESS_REVIEW",
        CascadeDelete = "TASK_ORIGIN_CASCADE_DELETE",
    }
    /// What may be done to a task.
    TaskActionType {
        Unspecified = "TASK_ACTION_TYPE_UNSPECIFIED",
        Close = "TASK_ACTION_TYPE_CLOSE",
        Approve = "TASK_ACTION_TYPE_APPROVE",
        Deny = "TASK_ACTION_TYPE_DENY",
        Comment = "TASK_ACTION_TYPE_COMMENT",
        Delete = "TASK_ACTION_TYPE_DELETE",
        Reassign = "TASK_ACTION_TYPE_REASSIGN",
        Restart = "TASK_ACTION_TYPE_RESTART",
        SendReminder = "TASK_ACTION_TYPE_SEND_REMINDER",
        ProvisionComplete = "TASK_ACTION_TYPE_PROVISION_COMPLETE",
        ProvisionCancelled = "TASK_ACTION_TYPE_PROVISION_CANCELLED",
        ProvisionErrored = "TASK_ACTION_TYPE_PROVISION_ERRORED",
        HardReset = "TASK_ACTION_TYPE_HARD_RESET",
        EscalateToEmergencyAccess = "TASK_ACTION_TYPE_ESCALATE_TO_EMERGENCY_ACCESS",
        ChangePolicy = "TASK_ACTION_TYPE_CHANGE_POLICY",
        ProcessNow = "TASK_ACTION_TYPE_PROCESS_NOW",
        ApproveWithStepUp = "TASK_ACTION_TYPE_APPROVE_WITH_STEP_UP",
        SkipStep = "TASK_ACTION_TYPE_SKIP_STEP",
        UpdateRequestData = "TASK_ACTION_TYPE_UPDATE_REQUEST_DATA",
        UpdateGrantDuration = "TASK_ACTION_TYPE_UPDATE_GRANT_DURATION",
        RetryProvisioning = "TASK_ACTION_TYPE_RETRY_PROVISIONING",
    }
    /// What came of a request.
    GrantOutcome {
        Unspecified = "GRANT_OUTCOME_UNSPECIFIED",
        Granted = "GRANT_OUTCOME_GRANTED",
        Denied = "GRANT_OUTCOME_DENIED",
        Error = "GRANT_OUTCOME_ERROR",
        Cancelled = "GRANT_OUTCOME_CANCELLED",
        WaitTimedOut = "GRANT_OUTCOME_WAIT_TIMED_OUT",
    }
    /// What came of a revocation.
    RevokeOutcome {
        Unspecified = "REVOKE_OUTCOME_UNSPECIFIED",
        Revoked = "REVOKE_OUTCOME_REVOKED",
        Denied = "REVOKE_OUTCOME_DENIED",
        Error = "REVOKE_OUTCOME_ERROR",
        Cancelled = "REVOKE_OUTCOME_CANCELLED",
        WaitTimedOut = "REVOKE_OUTCOME_WAIT_TIMED_OUT",
    }
    /// What came of a review.
    CertifyOutcome {
        Unspecified = "CERTIFY_OUTCOME_UNSPECIFIED",
        Certified = "CERTIFY_OUTCOME_CERTIFIED",
        Decertified = "CERTIFY_OUTCOME_DECERTIFIED",
        Error = "CERTIFY_OUTCOME_ERROR",
        Cancelled = "CERTIFY_OUTCOME_CANCELLED",
        WaitTimedOut = "CERTIFY_OUTCOME_WAIT_TIMED_OUT",
    }
    /// What came of an offboarding.
    OffboardingOutcome {
        Unspecified = "OFFBOARDING_OUTCOME_UNSPECIFIED",
        InProgress = "OFFBOARDING_OUTCOME_IN_PROGRESS",
        Done = "OFFBOARDING_OUTCOME_DONE",
        Error = "OFFBOARDING_OUTCOME_ERROR",
        Cancelled = "OFFBOARDING_OUTCOME_CANCELLED",
    }
    /// What came of an action.
    ActionOutcome {
        Unspecified = "ACTION_OUTCOME_UNSPECIFIED",
        Success = "ACTION_OUTCOME_SUCCESS",
        Denied = "ACTION_OUTCOME_DENIED",
        Error = "ACTION_OUTCOME_ERROR",
        Cancelled = "ACTION_OUTCOME_CANCELLED",
    }
    /// What kind of action.
    ActionKind {
        Unspecified = "TYPE_UNSPECIFIED",
        Grant = "TYPE_GRANT",
        Workflow = "TYPE_WORKFLOW",
        ResourceAction = "TYPE_RESOURCE_ACTION",
        ToolCall = "TYPE_TOOL_CALL",
        Manual = "TYPE_MANUAL",
    }
    /// What the vendor's insights recommend.
    Recommendation {
        Unspecified = "INSIGHT_RECOMMENDATION_UNSPECIFIED",
        Approve = "INSIGHT_RECOMMENDATION_APPROVE",
        Deny = "INSIGHT_RECOMMENDATION_DENY",
        Review = "INSIGHT_RECOMMENDATION_REVIEW",
    }
}

message! {
    /// A task.
    Task = c1.api.task.v1.Task {
        actions: Vec<TaskActionType>,
        analysis_id: String,
        annotations: Vec<Json>,
        approver_ids: Vec<String>,
        comment_count: i32,
        created_at: Option<Time>,
        created_by_user_id: String,
        data: Option<Json>,
        deleted_at: Option<Time>,
        description: String,
        display_name: String,
        emergency_access: bool,
        external_refs: Vec<Json>,
        form: Option<Form>,
        id: String,
        insight_ids: Vec<String>,
        numeric_id: i64,
        origin: TaskOrigin,
        policy: Option<PolicyInstance>,
        policy_generation_id: String,
        processing: TaskProcessing,
        recommendation: Recommendation,
        revocation_targets: Vec<TaskRevocationTarget>,
        state: TaskState,
        step_approver_ids: Vec<String>,
        #[serde(rename = "type")]
        kind: Option<TaskType>,
        updated_at: Option<Time>,
        user_id: String,
    }
    /// What goes with access that is to go.
    TaskRevocationTarget = c1.api.task.v1.TaskRevocationTarget { entitlement_ref: Option<AppEntitlementRef> }
    /// What a task is about.
    TaskType = c1.api.task.v1.TaskType {
        ; oneof task_type {
            action: TaskTypeAction,
            certify: TaskTypeCertify,
            finding: TaskTypeFinding,
            grant: TaskTypeGrant,
            offboarding: TaskTypeOffboarding,
            revoke: TaskTypeRevoke,
        }
    }
    /// Somebody is to get access.
    TaskTypeGrant = c1.api.task.v1.TaskTypeGrant {
        app_entitlement_id: String,
        app_id: String,
        app_user_id: String,
        grant_duration: Option<Lasting>,
        identity_user_id: String,
        outcome: GrantOutcome,
        outcome_time: Option<Time>,
        source: Option<TaskGrantSource>,
    }
    /// Where a request came from.
    TaskGrantSource = c1.api.task.v1.TaskGrantSource {
        conversation_id: String,
        external_url: String,
        integration_id: String,
        is_extension: bool,
        request_id: String,
    }
    /// Somebody is to lose access.
    TaskTypeRevoke = c1.api.task.v1.TaskTypeRevoke {
        app_entitlement_id: String,
        app_id: String,
        app_user_id: String,
        identity_user_id: String,
        outcome: RevokeOutcome,
        outcome_time: Option<Time>,
        source: Option<TaskRevokeSource>;
        oneof principal { resource: Json }
    }
    /// Why access is to go.
    TaskRevokeSource = c1.api.task.v1.TaskRevokeSource {
        ; oneof origin {
            expired: TaskRevokeSourceExpired,
            non_usage: TaskRevokeSourceNonUsage,
            request: TaskRevokeSourceRequest,
            review: TaskRevokeSourceReview,
        }
    }
    /// Its time was over.
    TaskRevokeSourceExpired = c1.api.task.v1.TaskRevokeSourceExpired { expired_at: Option<Time> }
    /// Nobody used it.
    TaskRevokeSourceNonUsage = c1.api.task.v1.TaskRevokeSourceNonUsage {
        expires_at: Option<Time>,
        last_login: Option<Time>,
    }
    /// Somebody asked.
    TaskRevokeSourceRequest = c1.api.task.v1.TaskRevokeSourceRequest { request_user_id: String }
    /// A review decided so.
    TaskRevokeSourceReview = c1.api.task.v1.TaskRevokeSourceReview {
        access_review_id: String,
        cert_ticket_id: String,
    }
    /// Access is reviewed.
    TaskTypeCertify = c1.api.task.v1.TaskTypeCertify {
        access_review_id: String,
        access_review_selection: String,
        app_entitlement_id: String,
        app_id: String,
        app_user_id: String,
        identity_user_id: String,
        outcome: CertifyOutcome,
        outcome_time: Option<Time>;
        oneof principal { resource: Json }
    }
    /// Somebody leaves.
    TaskTypeOffboarding = c1.api.task.v1.TaskTypeOffboarding {
        outcome: OffboardingOutcome,
        outcome_time: Option<Time>,
        subject_user_id: String,
    }
    /// A connector does something of its own.
    TaskTypeAction = c1.api.task.v1.TaskTypeAction {
        action_id: String,
        action_instance: Option<ActionInstance>,
        created_app_entitlement_ids: Vec<String>,
        created_app_resource_id: String,
        created_app_resource_type_id: String,
        display_name: String,
        form_values: Option<Json>,
        outcome: ActionOutcome,
        outcome_time: Option<Time>,
        #[serde(rename = "type")]
        kind: ActionKind;
        oneof target { finding: Json, scope_role: Json, tool_call: Json }
    }
    /// An action as it was when it was asked for.
    ActionInstance = c1.api.task.v1.ActionInstance {
        display_name: String;
        oneof target_ref { baton_resource_action_ref: Json, connector_action_ref: Json }
    }
    /// A finding is dealt with; none are raised here.
    TaskTypeFinding = c1.api.task.v1.TaskTypeFinding {
        finding_id: String,
        finding_type: String,
        outcome: FindingOutcome,
        outcome_time: Option<Time>,
    }
    /// How a task is run.
    PolicyInstance = c1.api.policy.v1.PolicyInstance {
        current: Option<PolicyStepInstance>,
        history: Vec<PolicyStepInstance>,
        next: Vec<PolicyStep>,
        policy: Option<Policy>,
    }
    /// A task, and paths to what it names.
    TaskView = c1.api.task.v1.TaskView {
        access_review_path: String,
        app_path: String,
        app_user_last_usage_path: String,
        app_user_path: String,
        approvers_path: String,
        created_by_user_path: String,
        entitlements_path: String,
        identity_user_path: String,
        insights_path: String,
        object_permissions: Option<Json>,
        principal_resource_path: String,
        resource_bindings_path: String,
        role_resource_path: String,
        scope_resource_path: String,
        step_approvers_path: String,
        task: Option<Task>,
        user_path: String,
    }
    /// A task, and what it names.
    TaskAnswer = c1.api.task.v1.TaskServiceGetResponse { expanded: Vec<Any>, task_view: Option<TaskView> }
}

vocabulary! {
    /// What came of a finding.
    FindingOutcome {
        Unspecified = "FINDING_TASK_OUTCOME_UNSPECIFIED",
        Remediated = "FINDING_TASK_OUTCOME_REMEDIATED",
        RiskAccepted = "FINDING_TASK_OUTCOME_RISK_ACCEPTED",
        Cancelled = "FINDING_TASK_OUTCOME_CANCELLED",
    }
}
