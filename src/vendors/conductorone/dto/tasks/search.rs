//! Which tasks a search asks for.

use super::{CertifyOutcome, ExpandMask, GrantOutcome, Lasting, RevokeOutcome, TaskState, TaskType, Time};
use crate::vendors::conductorone::wire::{message, vocabulary};

vocabulary! {
    /// What the current step is.
    SearchCurrentStep {
        Unspecified = "TASK_SEARCH_CURRENT_STEP_UNSPECIFIED",
        Approval = "TASK_SEARCH_CURRENT_STEP_APPROVAL",
        Provision = "TASK_SEARCH_CURRENT_STEP_PROVISION",
    }
    /// In which order.
    SearchSortBy {
        Unspecified = "TASK_SEARCH_SORT_BY_UNSPECIFIED",
        Account = "TASK_SEARCH_SORT_BY_ACCOUNT",
        Resource = "TASK_SEARCH_SORT_BY_RESOURCE",
        AccountOwner = "TASK_SEARCH_SORT_BY_ACCOUNT_OWNER",
        ReverseTicketId = "TASK_SEARCH_SORT_BY_REVERSE_TICKET_ID",
        TicketId = "TASK_SEARCH_SORT_BY_TICKET_ID",
        CreatedAt = "TASK_SEARCH_SORT_BY_CREATED_AT",
        ReverseCreatedAt = "TASK_SEARCH_SORT_BY_REVERSE_CREATED_AT",
        ResourceAndEntitlement = "TASK_SEARCH_SORT_BY_APP_RESOURCE_ID_AND_APP_ENTITLEMENT",
    }
    /// Which approvals.
    StepApprovalType {
        Unspecified = "STEP_APPROVAL_TYPE_UNSPECIFIED",
        Users = "STEP_APPROVAL_TYPE_USERS",
        Manager = "STEP_APPROVAL_TYPE_MANAGER",
        AppOwners = "STEP_APPROVAL_TYPE_APP_OWNERS",
        Group = "STEP_APPROVAL_TYPE_GROUP",
        Myself = "STEP_APPROVAL_TYPE_SELF",
        EntitlementOwners = "STEP_APPROVAL_TYPE_ENTITLEMENT_OWNERS",
        Expression = "STEP_APPROVAL_TYPE_EXPRESSION",
        Webhook = "STEP_APPROVAL_TYPE_WEBHOOK",
        ResourceOwners = "STEP_APPROVAL_TYPE_RESOURCE_OWNERS",
        Agent = "STEP_APPROVAL_TYPE_AGENT",
    }
    /// Whether emergencies are meant.
    EmergencyStatus {
        Unspecified = "UNSPECIFIED",
        All = "ALL",
        NonEmergency = "NON_EMERGENCY",
        Emergency = "EMERGENCY",
    }
    /// Whether reviews that wait for what was decided are meant.
    PendingActionFilter {
        Unspecified = "PENDING_ACTION_FILTER_UNSPECIFIED",
        WithPending = "PENDING_ACTION_FILTER_WITH_PENDING",
        WithoutPending = "PENDING_ACTION_FILTER_WITHOUT_PENDING",
    }
    /// Whether an account may be used.
    AccountStatus {
        Unspecified = "STATUS_UNSPECIFIED",
        Enabled = "STATUS_ENABLED",
        Disabled = "STATUS_DISABLED",
        Deleted = "STATUS_DELETED",
    }
    /// What an account is.
    AccountType {
        Unspecified = "APP_USER_TYPE_UNSPECIFIED",
        User = "APP_USER_TYPE_USER",
        ServiceAccount = "APP_USER_TYPE_SERVICE_ACCOUNT",
        SystemAccount = "APP_USER_TYPE_SYSTEM_ACCOUNT",
    }
}

message! {
    /// Which tasks.
    TaskSearchRequest = c1.api.task.v1.TaskSearchRequest {
        access_review_ids: Vec<String>,
        account_owner_ids: Vec<String>,
        account_statuses: Vec<AccountStatus>,
        account_types: Vec<AccountType>,
        actor_id: String,
        app_entitlement_ids: Vec<String>,
        app_resource_ids: Vec<String>,
        app_resource_type_ids: Vec<String>,
        app_user_subject_ids: Vec<String>,
        application_ids: Vec<String>,
        assigned_or_step_approver_user_id: String,
        assignees_in_ids: Vec<String>,
        certify_outcomes: Vec<CertifyOutcome>,
        created_after: Option<Time>,
        created_before: Option<Time>,
        current_step: SearchCurrentStep,
        emergency_status: EmergencyStatus,
        exclude_app_entitlement_ids: Vec<String>,
        exclude_app_resource_type_ids: Vec<String>,
        exclude_application_ids: Vec<String>,
        exclude_ids: Vec<String>,
        expand_mask: Option<ExpandMask>,
        grant_outcomes: Vec<GrantOutcome>,
        include_acted_after: Option<Time>,
        include_deleted: bool,
        my_work_user_ids: Vec<String>,
        older_than_duration: Option<Lasting>,
        opener_ids: Vec<String>,
        opener_or_subject_user_id: String,
        outcome_after: Option<Time>,
        outcome_before: Option<Time>,
        page_size: i32,
        page_token: String,
        pending_action_filter: PendingActionFilter,
        previously_acted_on_ids: Vec<String>,
        query: String,
        refs: Vec<TaskRef>,
        require_approval_reason: bool,
        require_denial_reason: bool,
        revoke_outcomes: Vec<RevokeOutcome>,
        sort_by: SearchSortBy,
        step_approval_types: Vec<StepApprovalType>,
        subject_ids: Vec<String>,
        task_states: Vec<TaskState>,
        task_types: Vec<TaskType>,
        user_employment_statuses: Vec<String>,
    }
    /// A task, by id.
    TaskRef = c1.api.task.v1.TaskRef { id: String }
}
