//! Messages about access reviews.

use std::collections::BTreeMap;

use super::scope::{AccessReviewScopeV2, IncludedUserAttributeValues};
use super::words::{
    AccuracyIssueAction, CloseDecision, ReportColumn, ReportFormat, ReportState, ReviewAppUserStatus, ReviewErrorState,
    ReviewScopeType, ReviewState, ReviewUserStatus, ReviewView, TaskColumn,
};
use crate::vendors::conductorone::dto::app_users::AppUserType;
use crate::vendors::conductorone::expand::ExpandMask;
use crate::vendors::conductorone::wire::{Any, Empty, Mask, Time, message};

message! {
    AccessReview = c1.api.accessreview.v1.AccessReview {
        access_review_template_id: String,
        accuracy_issue_action: AccuracyIssueAction,
        auto_close_campaign: bool,
        auto_close_decision: CloseDecision,
        auto_generate_report: bool,
        auto_resolve: bool,
        auto_start_campaign: bool,
        campaign_health: Option<CampaignHealthSnapshot>,
        campaign_insights: Option<CampaignInsights>,
        closed_at: Option<Time>,
        column_config: Option<AccessReviewColumnConfig>,
        completion_date: Option<Time>,
        connector_sources_frozen_at: Option<Time>,
        created_at: Option<Time>,
        created_by_id: String,
        default_view: ReviewView,
        description: String,
        display_name: String,
        error_state: ReviewErrorState,
        exclusion_scope: Option<AccessReviewExclusionScope>,
        exempt_certified_access_conflicts: bool,
        expected_ticket_count: i32,
        has_accuracy_support: bool,
        id: String,
        inclusion_scope: Option<AccessReviewInclusionScope>,
        notification_config: Option<NotificationConfig>,
        policy_id: String,
        review_instructions: String,
        reviewer_attribute_config: Option<ReviewerAttributeConfig>,
        scheduled_start_date: Option<Time>,
        scope: Option<AccessReviewScope>,
        scope_type: ReviewScopeType,
        scope_v2: Option<AccessReviewScopeV2>,
        scoping_version: i64,
        signature_config: Option<ReviewSignatureConfig>,
        started_at: Option<Time>,
        state: ReviewState,
        updated_at: Option<Time>,
        use_policy_override: bool;
        oneof setup_metadata {
            single_app: SingleAppSetup,
            multi_app: MultiAppSetup,
            bindings: Empty,
        }
    }

    AccessReviewColumnConfig = c1.api.accessreview.v1.AccessReviewColumnConfig {
        columns: Vec<TaskColumn>,
        ordered_columns: Vec<AccessReviewTaskColumnRef>,
    }

    AccessReviewTaskColumnRef = c1.api.accessreview.v1.AccessReviewTaskColumnRef {
        ; oneof column {
            builtin: TaskColumn,
            app_user_attribute_key: String,
        }
    }

    AccessReviewExclusionScope = c1.api.accessreview.v1.AccessReviewExclusionScope {
        app_user_statuses: Vec<ReviewAppUserStatus>,
        app_user_types: Vec<AppUserType>,
    }

    AccessReviewInclusionScope = c1.api.accessreview.v1.AccessReviewInclusionScope {
        app_user_statuses: Vec<ReviewAppUserStatus>,
        app_user_types: Vec<AppUserType>,
        manager_ids: Vec<String>,
        multi_user_profile_attributes: BTreeMap<String, IncludedUserAttributeValues>,
        no_account_owners: bool,
        user_ids: Vec<String>,
        user_statuses: Vec<ReviewUserStatus>,
    }

    AccessReviewScope = c1.api.accessreview.v1.AccessReviewScope {
        app_user_statuses: Vec<ReviewAppUserStatus>,
        app_user_types: Vec<AppUserType>,
    }

    CampaignHealthSnapshot = c1.api.accessreview.v1.CampaignHealthSnapshot {
        checked_at: Option<Time>,
        phantom_locked_count: i32,
    }

    CampaignInsights = c1.api.accessreview.v1.CampaignInsights {
        markdown: String,
    }

    EntitlementToDetails = c1.api.accessreview.v1.EntitlementToDetails {
        entitlement_details: BTreeMap<String, CampaignEntitlementDetails>,
    }

    CampaignEntitlementDetails = c1.api.accessreview.v1.CampaignEntitlementDetails {
        app_id: String,
        entitlement_id: String,
        policy_id: String,
    }

    MultiAppEntitlement = c1.api.accessreview.v1.MultiAppEntitlement {
        app_id: String,
        entitlement_ids: Vec<String>,
    }

    MultiAppSetup = c1.api.accessreview.v1.MultiAppSetup {
        app_entitlement_details: BTreeMap<String, EntitlementToDetails>,
        app_entitlements: BTreeMap<String, MultiAppEntitlement>,
    }

    NotificationConfig = c1.api.accessreview.v1.NotificationConfig {
        send_close: bool,
        send_kickoff: bool,
        send_reminders: bool,
    }

    ReviewSignatureConfig = c1.api.accessreview.v1.ReviewSignatureConfig {
        meaning_of_signature: String,
        require_signature: bool,
        step_up_provider_id: String,
        tsp_url: String,
    }

    ReviewerAttributeConfig = c1.api.accessreview.v1.ReviewerAttributeConfig {
        bindings: Vec<ReviewerAttributeBinding>,
    }

    ReviewerAttributeBinding = c1.api.accessreview.v1.ReviewerAttributeBinding {
        app_id: String,
        attribute_key: String,
    }

    SingleAppSetup = c1.api.accessreview.v1.SingleAppSetup {
        app_id: String,
    }

    AccessReviewView = c1.api.accessreview.v1.AccessReviewView {
        access_review: Option<AccessReview>,
        created_by_user_path: String,
        policy_path: String,
    }

    AccessReviewReport = c1.api.accessreview.v1.AccessReviewReport {
        access_review_id: String,
        created_at: Option<Time>,
        download_url: String,
        format: ReportFormat,
        hashes: BTreeMap<String, String>,
        id: String,
        state: ReportState,
    }

    AccessReviewReportColumnConfig = c1.api.accessreview.v1.AccessReviewReportColumnConfig {
        columns: Vec<ReportColumn>,
    }

    AccessReviewServiceCreateRequest = c1.api.accessreview.v1.AccessReviewServiceCreateRequest {
        completion_date: Option<Time>,
        description: String,
        display_name: String,
        duplicate_from: String,
        expand_mask: Option<ExpandMask>,
        notification_config: Option<NotificationConfig>,
        owner_ids: Vec<String>,
        policy_id: String,
        scope_type: ReviewScopeType,
        scope_v2: Option<AccessReviewScopeV2>,
    }

    AccessReviewServiceUpdateRequest = c1.api.accessreview.v1.AccessReviewServiceUpdateRequest {
        access_review: Option<AccessReview>,
        expand_mask: Option<ExpandMask>,
        update_mask: Mask,
    }

    AccessReviewServiceGetResponse = c1.api.accessreview.v1.AccessReviewServiceGetResponse {
        access_review: Option<AccessReviewView>,
        expanded: Vec<Any>,
    }

    AccessReviewSetupEntitlement = c1.api.accessreview.v1.AccessReviewSetupEntitlement {
        access_review_id: String,
        app_entitlement_id: String,
        app_id: String,
        app_resource_id: String,
        app_resource_type_id: String,
        created_at: Option<Time>,
        custom_policy_id: String,
        deleted_at: Option<Time>,
        policy_id: String,
        tenant_id: String,
        updated_at: Option<Time>,
    }

    AccessReviewSetupEntitlementView = c1.api.accessreview.v1.AccessReviewSetupEntitlementView {
        access_review_entitlement: Option<AccessReviewSetupEntitlement>,
        app_path: String,
        entitlement_path: String,
        policy_path: String,
    }

    AccessReviewSetupEntitlementInput = c1.api.accessreview.v1.AccessReviewSetupEntitlementInput {
        app_entitlement_id: String,
        app_id: String,
    }

    AccessReviewSetupEntitlementAndScopeServiceSetRequest = c1.api.accessreview.v1.AccessReviewSetupEntitlementAndScopeServiceSetRequest {
        entitlements: Vec<AccessReviewSetupEntitlementInput>,
        expand_mask: Option<ExpandMask>,
        scope_v2: Option<AccessReviewScopeV2>,
    }

    AccessReviewSetupEntitlementAndScopeServiceSetResponse = c1.api.accessreview.v1.AccessReviewSetupEntitlementAndScopeServiceSetResponse {
        expanded: Vec<Any>,
        list: Vec<AccessReviewSetupEntitlementView>,
        scope_v2: Option<AccessReviewScopeV2>,
    }

    AccessReviewSetScopeByResourceTypeRequest = c1.api.accessreview.v1.AccessReviewSetScopeByResourceTypeRequest {
        resource_type_selections: Vec<ResourceTypeIdRef>,
        scope_v2: Option<AccessReviewScopeV2>,
    }

    ResourceTypeIdRef = c1.api.accessreview.v1.ResourceTypeIdRef {
        app_id: String,
        resource_type_id: String,
    }

    AccessReviewActionsServiceGenerateReportRequest = c1.api.accessreview.v1.AccessReviewActionsServiceGenerateReportRequest {
        format: ReportFormat,
        report_column_config: Option<AccessReviewReportColumnConfig>,
    }
}
