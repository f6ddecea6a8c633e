//! Whose access to what is reviewed, as the newer clients say it.

use std::collections::BTreeMap;

use super::words::{
    AccessProfileFilter, AppUserDomain, GrantFilterType, GrantSourceFilter, PrincipalTypeFilter, ReviewAppUserStatus,
};
use crate::vendors::conductorone::dto::app_users::AppUserType;
use crate::vendors::conductorone::dto::apps::AppEntitlementRef;
use crate::vendors::conductorone::dto::users::UserStatus;
use crate::vendors::conductorone::wire::{Empty, Lasting, Time, message};

message! {
    AccessReviewScopeV2 = c1.api.accessreview.v1.AccessReviewScopeV2 {
        principal_type_filter: PrincipalTypeFilter,
        scope_role_selection: Option<Empty>;
        oneof apps_and_resources_scope {
            app_access: Empty,
            specific_resources: Empty,
            app_selection_criteria: AppSelectionCriteriaScope,
            resource_type_selections: Empty,
        }
        ; oneof users_scope {
            all_users: Empty,
            selected_users: SelectedUsersScope,
            user_criteria: UserCriteriaScope,
            cel_expression: CelExpressionScope,
        }
        ; oneof accounts_scope {
            all_accounts: Empty,
            account_criteria: AccountCriteriaScope,
            account_cel_expression: CelExpressionScope,
        }
        ; oneof grants_scope {
            all_grants: Empty,
            grants_by_criteria: GrantsByCriteriaScope,
        }
        ; oneof access_conflicts_scope {
            all_access_conflicts: Empty,
            specific_access_conflicts: Empty,
        }
        ; oneof resource_scope {
            resource_selection: Empty,
        }
        ; oneof excluded_apps_and_resources_scope {
            excluded_specific_resources: Empty,
            excluded_resource_type_selections: Empty,
        }
    }

    CelExpressionScope = c1.api.accessreview.v1.CelExpressionScope {
        expression: String,
    }

    AccountCriteriaScope = c1.api.accessreview.v1.AccountCriteriaScope {
        account_domain: AppUserDomain,
        account_types: Vec<AppUserType>,
        app_user_statuses: Vec<ReviewAppUserStatus>,
        no_account_owner: bool,
    }

    AppSelectionCriteriaScope = c1.api.accessreview.v1.AppSelectionCriteriaScope {
        compliance_framework_attribute_value_ids: Vec<String>,
        risk_level_attribute_value_ids: Vec<String>,
    }

    GrantsByCriteriaScope = c1.api.accessreview.v1.GrantsByCriteriaScope {
        access_profile_filter: Option<GrantAccessProfileFilter>,
        days_since_last_used: Option<Lasting>,
        source_filter: GrantSourceFilter,
        type_filter: GrantFilterType;
        oneof criteria_filter {
            days_since_added: Lasting,
            days_since_reviewed: Lasting,
            grants_added_between: GrantsAddedBetween,
        }
    }

    GrantAccessProfileFilter = c1.api.accessreview.v1.GrantAccessProfileFilter {
        excluded_access_profile_ids: Vec<String>,
        filter_type: AccessProfileFilter,
        included_access_profile_ids: Vec<String>,
    }

    GrantsAddedBetween = c1.api.accessreview.v1.GrantsAddedBetween {
        end_date: Option<Time>,
        start_date: Option<Time>,
    }

    SelectedUsersScope = c1.api.accessreview.v1.SelectedUsersScope {
        user_ids: Vec<String>,
    }

    UserCriteriaScope = c1.api.accessreview.v1.UserCriteriaScope {
        group_app_entitlements_ref: Vec<AppEntitlementRef>,
        manager_user_ids: Vec<String>,
        multi_user_profile_attributes: BTreeMap<String, IncludedUserAttributeValues>,
        user_status: Vec<UserStatus>,
    }

    IncludedUserAttributeValues = c1.api.accessreview.v1.IncludedUserAttributeValues {
        values: Vec<IncludedUserAttributeValue>,
    }

    IncludedUserAttributeValue = c1.api.accessreview.v1.IncludedUserAttributeValue {
        value: String,
    }
}
