//! Words of access reviews.

use crate::vendors::conductorone::wire::vocabulary;

vocabulary! {
    AccuracyIssueAction {
        Unspecified = "ACCURACY_ISSUE_ACTION_UNSPECIFIED",
        Continue = "ACCURACY_ISSUE_ACTION_CONTINUE",
        Wait = "ACCURACY_ISSUE_ACTION_WAIT",
    }

    CloseDecision {
        Unspecified = "CLOSE_DECISION_UNSPECIFIED",
        Revoked = "CLOSE_DECISION_REVOKED",
        Skip = "CLOSE_DECISION_SKIP",
        NoAction = "CLOSE_DECISION_NO_ACTION",
    }

    ReviewView {
        Unspecified = "ACCESS_REVIEW_VIEW_TYPE_UNSPECIFIED",
        ByApp = "ACCESS_REVIEW_VIEW_TYPE_BY_APP",
        ByUser = "ACCESS_REVIEW_VIEW_TYPE_BY_USER",
        Unstructured = "ACCESS_REVIEW_VIEW_TYPE_UNSTRUCTURED",
        ByResource = "ACCESS_REVIEW_VIEW_TYPE_BY_RESOURCE",
    }

    ReviewErrorState {
        Unspecified = "ACCESS_REVIEW_ERROR_STATE_UNSPECIFIED",
        SelectionQuotaExceedError = "ACCESS_REVIEW_ERROR_STATE_SELECTION_QUOTA_EXCEED_ERROR",
    }

    ReviewScopeType {
        Unspecified = "ACCESS_REVIEW_SCOPE_TYPE_UNSPECIFIED",
        ByEntitlements = "ACCESS_REVIEW_SCOPE_TYPE_BY_ENTITLEMENTS",
        ByAccessConflicts = "ACCESS_REVIEW_SCOPE_TYPE_BY_ACCESS_CONFLICTS",
        ByResource = "ACCESS_REVIEW_SCOPE_TYPE_BY_RESOURCE",
        ByInheritance = "ACCESS_REVIEW_SCOPE_TYPE_BY_INHERITANCE",
        ByUsers = "ACCESS_REVIEW_SCOPE_TYPE_BY_USERS",
    }

    ReviewState {
        Unspecified = "ACCESS_REVIEW_STATE_UNSPECIFIED",
        Open = "ACCESS_REVIEW_STATE_OPEN",
        Closed = "ACCESS_REVIEW_STATE_CLOSED",
        Pending = "ACCESS_REVIEW_STATE_PENDING",
        Review = "ACCESS_REVIEW_STATE_REVIEW",
        Preparing = "ACCESS_REVIEW_STATE_PREPARING",
        Starting = "ACCESS_REVIEW_STATE_STARTING",
        Draft = "ACCESS_REVIEW_STATE_DRAFT",
        Deleting = "ACCESS_REVIEW_STATE_DELETING",
        Deleted = "ACCESS_REVIEW_STATE_DELETED",
        ResettingPolicies = "ACCESS_REVIEW_STATE_RESETTING_POLICIES",
        CopyingSetupEntitlements = "ACCESS_REVIEW_STATE_COPYING_SETUP_ENTITLEMENTS",
        CopyingResourceTypeSelections = "ACCESS_REVIEW_STATE_COPYING_RESOURCE_TYPE_SELECTIONS",
    }

    ReviewAppUserStatus {
        Unspecified = "APP_USER_STATUS_UNSPECIFIED",
        Enabled = "APP_USER_STATUS_ENABLED",
        Disabled = "APP_USER_STATUS_DISABLED",
        Deleted = "APP_USER_STATUS_DELETED",
    }

    ReportFormat {
        Unspecified = "ACCESS_REVIEW_REPORT_FORMAT_UNSPECIFIED",
        Xlsx = "ACCESS_REVIEW_REPORT_FORMAT_XLSX",
        Json = "ACCESS_REVIEW_REPORT_FORMAT_JSON",
        Csv = "ACCESS_REVIEW_REPORT_FORMAT_CSV",
    }

    ReportState {
        Unspecified = "REPORT_STATE_UNSPECIFIED",
        Pending = "REPORT_STATE_PENDING",
        Ok = "REPORT_STATE_OK",
        Error = "REPORT_STATE_ERROR",
    }

    PrincipalTypeFilter {
        Unspecified = "PRINCIPAL_TYPE_FILTER_UNSPECIFIED",
        Users = "PRINCIPAL_TYPE_FILTER_USERS",
        Resources = "PRINCIPAL_TYPE_FILTER_RESOURCES",
        UsersAndResources = "PRINCIPAL_TYPE_FILTER_USERS_AND_RESOURCES",
    }

    AccessProfileFilter {
        Unspecified = "ACCESS_PROFILE_FILTER_TYPE_UNSPECIFIED",
        IncludeAll = "ACCESS_PROFILE_FILTER_TYPE_INCLUDE_ALL",
        ExcludeAll = "ACCESS_PROFILE_FILTER_TYPE_EXCLUDE_ALL",
        ExcludeSpecific = "ACCESS_PROFILE_FILTER_TYPE_EXCLUDE_SPECIFIC",
        IncludeSpecific = "ACCESS_PROFILE_FILTER_TYPE_INCLUDE_SPECIFIC",
    }

    GrantSourceFilter {
        Unspecified = "GRANT_SOURCE_FILTER_UNSPECIFIED",
        Direct = "GRANT_SOURCE_FILTER_DIRECT",
        Inherited = "GRANT_SOURCE_FILTER_INHERITED",
    }

    GrantFilterType {
        Unspecified = "GRANT_FILTER_TYPE_UNSPECIFIED",
        Permanent = "GRANT_FILTER_TYPE_PERMANENT",
        Temporary = "GRANT_FILTER_TYPE_TEMPORARY",
    }

    TaskColumn {
        Unspecified = "ACCESS_REVIEW_TASK_COLUMN_UNSPECIFIED",
        ViewLink = "ACCESS_REVIEW_TASK_COLUMN_VIEW_LINK",
        CurrentState = "ACCESS_REVIEW_TASK_COLUMN_CURRENT_STATE",
        Account = "ACCESS_REVIEW_TASK_COLUMN_ACCOUNT",
        AccountOwner = "ACCESS_REVIEW_TASK_COLUMN_ACCOUNT_OWNER",
        Entitlement = "ACCESS_REVIEW_TASK_COLUMN_ENTITLEMENT",
        EntitlementDescription = "ACCESS_REVIEW_TASK_COLUMN_ENTITLEMENT_DESCRIPTION",
        Resource = "ACCESS_REVIEW_TASK_COLUMN_RESOURCE",
        ResourceType = "ACCESS_REVIEW_TASK_COLUMN_RESOURCE_TYPE",
        Insights = "ACCESS_REVIEW_TASK_COLUMN_INSIGHTS",
        Recommendation = "ACCESS_REVIEW_TASK_COLUMN_RECOMMENDATION",
        AssignedTo = "ACCESS_REVIEW_TASK_COLUMN_ASSIGNED_TO",
        Status = "ACCESS_REVIEW_TASK_COLUMN_STATUS",
        App = "ACCESS_REVIEW_TASK_COLUMN_APP",
        Due = "ACCESS_REVIEW_TASK_COLUMN_DUE",
        Project = "ACCESS_REVIEW_TASK_COLUMN_PROJECT",
        CreatedOn = "ACCESS_REVIEW_TASK_COLUMN_CREATED_ON",
        TaskAge = "ACCESS_REVIEW_TASK_COLUMN_TASK_AGE",
        ResolvedOn = "ACCESS_REVIEW_TASK_COLUMN_RESOLVED_ON",
        EnrollmentStatus = "ACCESS_REVIEW_TASK_COLUMN_ENROLLMENT_STATUS",
        InheritedFrom = "ACCESS_REVIEW_TASK_COLUMN_INHERITED_FROM",
        Department = "ACCESS_REVIEW_TASK_COLUMN_DEPARTMENT",
        JobTitle = "ACCESS_REVIEW_TASK_COLUMN_JOB_TITLE",
        CreatedBy = "ACCESS_REVIEW_TASK_COLUMN_CREATED_BY",
        LastLogin = "ACCESS_REVIEW_TASK_COLUMN_LAST_LOGIN",
        ResourceParent = "ACCESS_REVIEW_TASK_COLUMN_RESOURCE_PARENT",
        ResourceChildren = "ACCESS_REVIEW_TASK_COLUMN_RESOURCE_CHILDREN",
        AppUserUsername = "ACCESS_REVIEW_TASK_COLUMN_APP_USER_USERNAME",
        AccessHolderType = "ACCESS_REVIEW_TASK_COLUMN_ACCESS_HOLDER_TYPE",
        RiskLevel = "ACCESS_REVIEW_TASK_COLUMN_RISK_LEVEL",
        ComplianceFramework = "ACCESS_REVIEW_TASK_COLUMN_COMPLIANCE_FRAMEWORK",
    }

    ReportColumn {
        Unspecified = "ACCESS_REVIEW_REPORT_COLUMN_UNSPECIFIED",
        EmployeeId = "ACCESS_REVIEW_REPORT_COLUMN_EMPLOYEE_ID",
        JobTitle = "ACCESS_REVIEW_REPORT_COLUMN_JOB_TITLE",
        Department = "ACCESS_REVIEW_REPORT_COLUMN_DEPARTMENT",
        EmploymentStatus = "ACCESS_REVIEW_REPORT_COLUMN_EMPLOYMENT_STATUS",
        EmploymentType = "ACCESS_REVIEW_REPORT_COLUMN_EMPLOYMENT_TYPE",
        Manager = "ACCESS_REVIEW_REPORT_COLUMN_MANAGER",
        Task = "ACCESS_REVIEW_REPORT_COLUMN_TASK",
        Account = "ACCESS_REVIEW_REPORT_COLUMN_ACCOUNT",
        UserName = "ACCESS_REVIEW_REPORT_COLUMN_USER_NAME",
        IdentityType = "ACCESS_REVIEW_REPORT_COLUMN_IDENTITY_TYPE",
        AccountOwner = "ACCESS_REVIEW_REPORT_COLUMN_ACCOUNT_OWNER",
        AccountOwnerEmail = "ACCESS_REVIEW_REPORT_COLUMN_ACCOUNT_OWNER_EMAIL",
        Application = "ACCESS_REVIEW_REPORT_COLUMN_APPLICATION",
        Resource = "ACCESS_REVIEW_REPORT_COLUMN_RESOURCE",
        ResourceType = "ACCESS_REVIEW_REPORT_COLUMN_RESOURCE_TYPE",
        Entitlement = "ACCESS_REVIEW_REPORT_COLUMN_ENTITLEMENT",
        Description = "ACCESS_REVIEW_REPORT_COLUMN_DESCRIPTION",
        CertificationPolicy = "ACCESS_REVIEW_REPORT_COLUMN_CERTIFICATION_POLICY",
        AssignedTo = "ACCESS_REVIEW_REPORT_COLUMN_ASSIGNED_TO",
        Reassignments = "ACCESS_REVIEW_REPORT_COLUMN_REASSIGNMENTS",
        Certifiers = "ACCESS_REVIEW_REPORT_COLUMN_CERTIFIERS",
        Decisions = "ACCESS_REVIEW_REPORT_COLUMN_DECISIONS",
        ResolvedOn = "ACCESS_REVIEW_REPORT_COLUMN_RESOLVED_ON",
        Comments = "ACCESS_REVIEW_REPORT_COLUMN_COMMENTS",
        LastLogin = "ACCESS_REVIEW_REPORT_COLUMN_LAST_LOGIN",
        Submissions = "ACCESS_REVIEW_REPORT_COLUMN_SUBMISSIONS",
        ExternalTicket = "ACCESS_REVIEW_REPORT_COLUMN_EXTERNAL_TICKET",
        ExternalTicketStatus = "ACCESS_REVIEW_REPORT_COLUMN_EXTERNAL_TICKET_STATUS",
    }

    Frequency {
        Unspecified = "FREQUENCY_UNSPECIFIED",
        None = "FREQUENCY_NONE",
        Daily = "FREQUENCY_DAILY",
        Weekly = "FREQUENCY_WEEKLY",
        Monthly = "FREQUENCY_MONTHLY",
        Yearly = "FREQUENCY_YEARLY",
    }

    AppUserDomain {
        Unspecified = "APP_USER_DOMAIN_UNSPECIFIED",
        External = "APP_USER_DOMAIN_EXTERNAL",
        Trusted = "APP_USER_DOMAIN_TRUSTED",
    }

    ReviewUserStatus {
        Unknown = "USER_UNKNOWN",
        Enabled = "USER_ENABLED",
        Disabled = "USER_DISABLED",
        Deleted = "USER_DELETED",
    }
}
