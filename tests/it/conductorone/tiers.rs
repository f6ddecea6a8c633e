//! What is served, against the vendor's operations as the contract ranks them (contract, 15): all of the first two tiers,
//! and of the third what the first two need. Everything else of the third answers 501.

use std::collections::BTreeSet;

use http::Method;
use rolecall::http::Vendor;
use rolecall::vendors::conductorone::ConductorOne;
use serde_json::json;

use super::{ADMIN, Scene, refused};

/// Operations of the first tier, without the `c1.api.` that they all begin with.
const CORE: &str = "
app.v1.AppEntitlementOwners.Add
app.v1.AppEntitlementOwners.Delete
app.v1.AppEntitlementOwners.List
app.v1.AppEntitlementOwners.ListOwnerIDs
app.v1.AppEntitlementOwners.Remove
app.v1.AppEntitlementOwners.Set
app.v1.AppEntitlementSearchService.Search
app.v1.AppEntitlementSearchService.SearchAppEntitlementsForAppUser
app.v1.AppEntitlementSearchService.SearchAppEntitlementsWithExpired
app.v1.AppEntitlementSearchService.SearchGrants
app.v1.AppEntitlementUserBindingService.ListAppUsersForIdentityWithGrant
app.v1.AppEntitlementUserBindingService.RemoveGrantDuration
app.v1.AppEntitlementUserBindingService.SearchGrantFeed
app.v1.AppEntitlementUserBindingService.SearchPastGrants
app.v1.AppEntitlementUserBindingService.UpdateGrantDuration
app.v1.AppEntitlements.AddManuallyManagedMembers
app.v1.AppEntitlements.Create
app.v1.AppEntitlements.Delete
app.v1.AppEntitlements.Get
app.v1.AppEntitlements.List
app.v1.AppEntitlements.ListForAppResource
app.v1.AppEntitlements.ListForAppUser
app.v1.AppEntitlements.ListUsers
app.v1.AppEntitlements.RemoveEntitlementMembership
app.v1.AppEntitlements.Update
app.v1.AppOwners.Add
app.v1.AppOwners.Delete
app.v1.AppOwners.List
app.v1.AppOwners.ListOwnerIDs
app.v1.AppOwners.Remove
app.v1.AppOwners.Set
app.v1.AppSearch.Search
app.v1.AppUserService.List
app.v1.AppUserService.ListAppUserCredentials
app.v1.AppUserService.ListAppUsersForUser
app.v1.AppUserService.ListOwnedServiceAccounts
app.v1.AppUserService.Search
app.v1.AppUserService.Update
app.v1.Apps.Create
app.v1.Apps.Delete
app.v1.Apps.Get
app.v1.Apps.List
app.v1.Apps.Update
auth.v1.Auth.Introspect
policy.v1.AccountProvisionPolicyTest.Test
policy.v1.Policies.Create
policy.v1.Policies.Delete
policy.v1.Policies.Get
policy.v1.Policies.List
policy.v1.Policies.Update
policy.v1.PolicySearch.Search
policy.v1.PolicyValidate.ValidateCEL
requestcatalog.v1.RequestCatalogSearchService.SearchEntitlements
task.v1.TaskActionsService.Approve
task.v1.TaskActionsService.ApproveWithStepUp
task.v1.TaskActionsService.Close
task.v1.TaskActionsService.Comment
task.v1.TaskActionsService.Deny
task.v1.TaskActionsService.EscalateToEmergencyAccess
task.v1.TaskActionsService.HardReset
task.v1.TaskActionsService.ProcessNow
task.v1.TaskActionsService.Reassign
task.v1.TaskActionsService.Restart
task.v1.TaskActionsService.RetryProvisioning
task.v1.TaskActionsService.SkipStep
task.v1.TaskActionsService.UpdateGrantDuration
task.v1.TaskActionsService.UpdateRequestData
task.v1.TaskAudit.List
task.v1.TaskSearchService.Search
task.v1.TaskService.CreateActionTask
task.v1.TaskService.CreateGrantTask
task.v1.TaskService.CreateOffboardingTask
task.v1.TaskService.CreateResourceActionTask
task.v1.TaskService.CreateRevokeTask
task.v1.TaskService.Get
user.v1.UserSearch.Search
user.v1.UserService.Get
user.v1.UserService.GetUserProfileTypes
user.v1.UserService.Introspect
user.v1.UserService.List
user.v1.UserService.SetExpiringUserDelegationBindingByAdmin
";

/// Operations of the second tier.
const AROUND: &str = "
accessreview.v1.AccessReviewActionsService.GenerateReport
accessreview.v1.AccessReviewReportService.List
accessreview.v1.AccessReviewService.Create
accessreview.v1.AccessReviewService.Delete
accessreview.v1.AccessReviewService.Get
accessreview.v1.AccessReviewService.List
accessreview.v1.AccessReviewService.Update
accessreview.v1.AccessReviewSetupEntitlementService.GetCampaignScopeAndEntitlements
accessreview.v1.AccessReviewSetupEntitlementService.SetCampaignScopeAndEntitlements
accessreview.v1.AccessReviewSetupEntitlementService.SetCampaignScopeByResourceType
accessreview.v1.AccessReviewTemplateService.Create
accessreview.v1.AccessReviewTemplateService.Delete
accessreview.v1.AccessReviewTemplateService.Get
accessreview.v1.AccessReviewTemplateService.Update
accessreview.v1.AccessReviewTemplateSetupEntitlementService.GetScopeAndEntitlements
accessreview.v1.AccessReviewTemplateSetupEntitlementService.SetScopeAndEntitlements
accessreview.v1.AccessReviewTemplateSetupEntitlementService.SetScopeByResourceType
app.v1.AppEntitlements.AddAutomationExclusion
app.v1.AppEntitlements.CreateAutomation
app.v1.AppEntitlements.DeleteAutomation
app.v1.AppEntitlements.GetAutomation
app.v1.AppEntitlements.ListAutomationExclusions
app.v1.AppEntitlements.RemoveAutomationExclusion
app.v1.AppEntitlements.UpdateAutomation
app.v1.AppManagedStateService.Get
app.v1.AppManagedStateService.List
app.v1.AppManagedStateService.Promote
app.v1.AppResourceOwners.Add
app.v1.AppResourceOwners.Delete
app.v1.AppResourceOwners.List
app.v1.AppResourceOwners.ListOwnerIDs
app.v1.AppResourceOwners.Remove
app.v1.AppResourceOwners.Set
app.v1.AppResourceSearch.SearchAppResourceTypes
app.v1.AppResourceSearch.SearchAppResources
app.v1.AppResourceService.CreateManuallyManagedAppResource
app.v1.AppResourceService.DeleteManuallyManagedAppResource
app.v1.AppResourceService.Get
app.v1.AppResourceService.List
app.v1.AppResourceService.Update
app.v1.AppResourceTypeService.CreateManuallyManagedResourceType
app.v1.AppResourceTypeService.DeleteManuallyManagedResourceType
app.v1.AppResourceTypeService.Get
app.v1.AppResourceTypeService.List
app.v1.AppResourceTypeService.UpdateManuallyManagedResourceType
app.v1.AppSearch.SearchUserOwnership
app.v1.ConnectorService.CreateDelegated
app.v1.ConnectorService.Delete
app.v1.ConnectorService.Get
app.v1.ConnectorService.List
app.v1.ConnectorService.Update
directory.v1.DirectoryService.Create
directory.v1.DirectoryService.Delete
directory.v1.DirectoryService.Get
directory.v1.DirectoryService.List
directory.v1.DirectoryService.Update
iam.v1.PersonalClientSearchService.Search
iam.v1.PersonalClientService.Create
iam.v1.PersonalClientService.Delete
iam.v1.PersonalClientService.Get
iam.v1.PersonalClientService.List
iam.v1.PersonalClientService.Update
iam.v1.Roles.Get
iam.v1.Roles.List
iam.v1.Roles.Update
integration.connector.v1.ConnectorCatalogService.ConfigurationSchema
request_schema.v1.RequestSchemaService.Create
request_schema.v1.RequestSchemaService.CreateEntitlementBinding
request_schema.v1.RequestSchemaService.Delete
request_schema.v1.RequestSchemaService.FindBindingForAppEntitlement
request_schema.v1.RequestSchemaService.Get
request_schema.v1.RequestSchemaService.RemoveEntitlementBinding
request_schema.v1.RequestSchemaService.Update
requestcatalog.v1.RequestCatalogManagementService.AddAccessEntitlements
requestcatalog.v1.RequestCatalogManagementService.AddAppEntitlements
requestcatalog.v1.RequestCatalogManagementService.Create
requestcatalog.v1.RequestCatalogManagementService.CreateBundleAutomation
requestcatalog.v1.RequestCatalogManagementService.CreateRequestableEntry
requestcatalog.v1.RequestCatalogManagementService.Delete
requestcatalog.v1.RequestCatalogManagementService.DeleteBundleAutomation
requestcatalog.v1.RequestCatalogManagementService.DeleteRequestableEntry
requestcatalog.v1.RequestCatalogManagementService.ForceRunBundleAutomation
requestcatalog.v1.RequestCatalogManagementService.Get
requestcatalog.v1.RequestCatalogManagementService.GetBundleAutomation
requestcatalog.v1.RequestCatalogManagementService.GetRequestableEntry
requestcatalog.v1.RequestCatalogManagementService.List
requestcatalog.v1.RequestCatalogManagementService.ListAllEntitlementIdsPerApp
requestcatalog.v1.RequestCatalogManagementService.ListEntitlementsForAccess
requestcatalog.v1.RequestCatalogManagementService.ListEntitlementsPerCatalog
requestcatalog.v1.RequestCatalogManagementService.RemoveAccessEntitlements
requestcatalog.v1.RequestCatalogManagementService.RemoveAppEntitlements
requestcatalog.v1.RequestCatalogManagementService.ResumePausedBundleAutomation
requestcatalog.v1.RequestCatalogManagementService.SetBundleAutomation
requestcatalog.v1.RequestCatalogManagementService.Update
requestcatalog.v1.RequestCatalogManagementService.UpdateAppEntitlements
stepup.v1.StepUpProviderService.Create
stepup.v1.StepUpProviderService.Delete
stepup.v1.StepUpProviderService.Get
stepup.v1.StepUpProviderService.List
stepup.v1.StepUpProviderService.Search
stepup.v1.StepUpProviderService.Test
stepup.v1.StepUpProviderService.Update
stepup.v1.StepUpProviderService.UpdateSecret
stepup.v1.StepUpTransactionService.Get
stepup.v1.StepUpTransactionService.Search
systemlog.v1.SystemLogService.ListEvents
webhooks.v1.WebhooksSearch.Search
webhooks.v1.WebhooksService.Create
webhooks.v1.WebhooksService.Delete
webhooks.v1.WebhooksService.Get
webhooks.v1.WebhooksService.List
webhooks.v1.WebhooksService.Test
webhooks.v1.WebhooksService.Update
";

/// Operations of the third tier that are served: delegated provisioning asks for them, and revocation of what nobody uses.
const BEYOND: [&str; 5] = [
    "app.v1.AppEntitlementsProxy.Create",
    "app.v1.AppEntitlementsProxy.Delete",
    "app.v1.AppEntitlementsProxy.Get",
    "app.v1.AppUsageControlsService.Get",
    "app.v1.AppUsageControlsService.Update",
];

fn served() -> BTreeSet<String> {
    ConductorOne.operations().iter().map(|operation| operation.id.to_owned()).collect()
}

fn names(text: &str) -> impl Iterator<Item = String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(|line| format!("c1.api.{line}"))
}

#[test]
fn the_first_two_tiers_are_served_and_nothing_else_that_the_vendor_publishes() {
    let published: BTreeSet<String> =
        names(CORE).chain(names(AROUND)).chain(BEYOND.iter().map(|id| format!("c1.api.{id}"))).collect();
    assert_eq!((names(CORE).count(), names(AROUND).count()), (81, 113));
    // What stands in no document of the vendor's has a name of our own.
    let served: BTreeSet<String> = served().into_iter().filter(|id| id.starts_with("c1.api.")).collect();
    let missing: Vec<_> = published.difference(&served).collect();
    let more: Vec<_> = served.difference(&published).collect();
    assert!(missing.is_empty() && more.is_empty(), "not served: {missing:#?}, in no tier: {more:#?}");
}

#[tokio::test]
async fn what_is_not_emulated_says_so() {
    let scene = Scene::new();
    let id = "0".repeat(27);
    for (method, path) in [
        (Method::GET, "/api/v1/service_principals".to_owned()),
        (Method::POST, "/api/v1/vaults".to_owned()),
        (Method::GET, format!("/api/v2/apps/{id}/owners/users")),
    ] {
        let reply = scene.call(ADMIN, method, &path).json(json!({})).await;
        refused(&reply, 501, 12, "method is not implemented");
    }
}
