//! Messages about what reviews are made from.

use std::collections::BTreeMap;

use super::campaigns::{
    AccessReviewColumnConfig, AccessReviewInclusionScope, AccessReviewSetupEntitlementInput, NotificationConfig,
    ResourceTypeIdRef, ReviewSignatureConfig, ReviewerAttributeConfig,
};
use super::scope::AccessReviewScopeV2;
use super::words::{AccuracyIssueAction, CloseDecision, Frequency, ReviewScopeType, ReviewView};
use crate::vendors::conductorone::expand::ExpandMask;
use crate::vendors::conductorone::wire::{Any, Lasting, Mask, Time, message};

message! {
    AccessReviewTemplate = c1.api.accessreview.v1.AccessReviewTemplate {
        access_review_duration: Option<Lasting>,
        accuracy_issue_action: AccuracyIssueAction,
        annotations: BTreeMap<String, String>,
        auto_close_campaign: bool,
        auto_close_decision: CloseDecision,
        auto_generate_report: bool,
        auto_start_campaign: bool,
        column_config: Option<AccessReviewColumnConfig>,
        created_at: Option<Time>,
        default_view: ReviewView,
        deleted_at: Option<Time>,
        description: String,
        display_name: String,
        exempt_certified_access_conflicts: bool,
        id: String,
        inclusion_scope: Option<AccessReviewInclusionScope>,
        is_campaign_schedule_enabled: bool,
        next_scheduled_campaign_at: Option<Time>,
        notification_config: Option<NotificationConfig>,
        occurrences: i32,
        policy_id: String,
        recurrence_rule: Option<RecurrenceRule>,
        review_instructions: String,
        reviewer_attribute_config: Option<ReviewerAttributeConfig>,
        scope: Option<AccessReviewScopeV2>,
        scope_type: ReviewScopeType,
        signature_config: Option<ReviewSignatureConfig>,
        updated_at: Option<Time>,
        use_policy_override: bool;
        oneof slack_channel_details {
            slack_channel: SlackChannel,
        }
    }

    RecurrenceRule = c1.api.accessreview.v1.RecurrenceRule {
        frequency: Frequency,
        interval: i32,
        start_date: Option<Time>;
        oneof end_condition {
            end_date: Time,
            occurrences: i32,
        }
    }

    SlackChannel = c1.api.accessreview.v1.SlackChannel {
        channel_id: String,
        description: String,
        is_channel_id: bool,
        name: String,
    }

    AccessReviewTemplateServiceCreateRequest = c1.api.accessreview.v1.AccessReviewTemplateServiceCreateRequest {
        access_review_duration: Option<Lasting>,
        accuracy_issue_action: AccuracyIssueAction,
        annotations: BTreeMap<String, String>,
        auto_close_campaign: bool,
        auto_close_decision: CloseDecision,
        auto_generate_report: bool,
        auto_start_campaign: bool,
        column_config: Option<AccessReviewColumnConfig>,
        default_view: ReviewView,
        description: String,
        display_name: String,
        exempt_certified_access_conflicts: bool,
        is_campaign_schedule_enabled: bool,
        notification_config: Option<NotificationConfig>,
        owner_ids: Vec<String>,
        policy_id: String,
        recurrence_rule: Option<RecurrenceRule>,
        review_instructions: String,
        reviewer_attribute_config: Option<ReviewerAttributeConfig>,
        scope: Option<AccessReviewScopeV2>,
        scope_type: ReviewScopeType,
        signature_config: Option<ReviewSignatureConfig>,
        use_policy_override: bool,
    }

    AccessReviewTemplateServiceUpdateRequest = c1.api.accessreview.v1.AccessReviewTemplateServiceUpdateRequest {
        access_review_template: Option<AccessReviewTemplate>,
        update_mask: Mask,
    }

    AccessReviewTemplateServiceGetResponse = c1.api.accessreview.v1.AccessReviewTemplateServiceGetResponse {
        access_review_template: Option<AccessReviewTemplate>,
    }

    AccessReviewTemplateSetupEntitlement = c1.api.accessreview.v1.AccessReviewTemplateSetupEntitlement {
        access_review_template_id: String,
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

    AccessReviewTemplateSetupEntitlementView = c1.api.accessreview.v1.AccessReviewTemplateSetupEntitlementView {
        access_review_template_entitlement: Option<AccessReviewTemplateSetupEntitlement>,
        app_path: String,
        entitlement_path: String,
        policy_path: String,
    }

    AccessReviewTemplateSetupEntitlementServiceSetRequest = c1.api.accessreview.v1.AccessReviewTemplateSetupEntitlementServiceSetRequest {
        entitlements: Vec<AccessReviewSetupEntitlementInput>,
        expand_mask: Option<ExpandMask>,
        scope: Option<AccessReviewScopeV2>,
    }

    AccessReviewTemplateSetupEntitlementServiceSetResponse = c1.api.accessreview.v1.AccessReviewTemplateSetupEntitlementServiceSetResponse {
        expanded: Vec<Any>,
        list: Vec<AccessReviewTemplateSetupEntitlementView>,
        scope: Option<AccessReviewScopeV2>,
    }

    AccessReviewTemplateSetScopeByResourceTypeRequest = c1.api.accessreview.v1.AccessReviewTemplateSetScopeByResourceTypeRequest {
        resource_type_selections: Vec<ResourceTypeIdRef>,
        scope: Option<AccessReviewScopeV2>,
    }
}
