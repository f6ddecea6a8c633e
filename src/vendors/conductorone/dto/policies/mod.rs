//! Policies and their steps on the wire: the vendor's `c1.api.policy.v1`.

mod merge;
mod read;
mod write;

use crate::vendors::conductorone::dto::Form;
use std::collections::BTreeMap;

pub use merge::merged;
pub use read::{draft, provision_policy, steps};
pub use write::{approval, provision, provision_message, reference, step};

use super::super::wire::{Empty, Json, Lasting, Mask, Time, message, vocabulary};

vocabulary! {
    /// What a policy is for.
    PolicyType {
        Unspecified = "POLICY_TYPE_UNSPECIFIED",
        Grant = "POLICY_TYPE_GRANT",
        Revoke = "POLICY_TYPE_REVOKE",
        Certify = "POLICY_TYPE_CERTIFY",
        AccessRequest = "POLICY_TYPE_ACCESS_REQUEST",
        Provision = "POLICY_TYPE_PROVISION",
    }
    /// As which of an entitlement's policies one is kept.
    PolicyScopeSlot {
        Unspecified = "POLICY_SCOPE_SLOT_UNSPECIFIED",
        Emergency = "POLICY_SCOPE_SLOT_EMERGENCY",
    }
    /// To what kind of object policies belong.
    PolicyScopeObjectType {
        Unspecified = "POLICY_SCOPE_OBJECT_TYPE_UNSPECIFIED",
        App = "POLICY_SCOPE_OBJECT_TYPE_APP",
        Entitlement = "POLICY_SCOPE_OBJECT_TYPE_ENTITLEMENT",
    }
    /// Which policies a search shows.
    PolicyScopeView {
        Unspecified = "POLICY_SCOPE_VIEW_UNSPECIFIED",
        Global = "POLICY_SCOPE_VIEW_GLOBAL",
        Scoped = "POLICY_SCOPE_VIEW_SCOPED",
        All = "POLICY_SCOPE_VIEW_ALL",
        GlobalAndObject = "POLICY_SCOPE_VIEW_GLOBAL_AND_OBJECT",
    }
    /// How much an agent may do.
    ApprovalAgentMode {
        Unspecified = "APPROVAL_AGENT_MODE_UNSPECIFIED",
        FullControl = "APPROVAL_AGENT_MODE_FULL_CONTROL",
        ChangePolicyOnly = "APPROVAL_AGENT_MODE_CHANGE_POLICY_ONLY",
        CommentOnly = "APPROVAL_AGENT_MODE_COMMENT_ONLY",
    }
    /// What happens when an agent fails.
    ApprovalAgentFailureAction {
        Unspecified = "APPROVAL_AGENT_FAILURE_ACTION_UNSPECIFIED",
        ReassignToUsers = "APPROVAL_AGENT_FAILURE_ACTION_REASSIGN_TO_USERS",
        ReassignToSuperAdmins = "APPROVAL_AGENT_FAILURE_ACTION_REASSIGN_TO_SUPER_ADMINS",
        SkipPolicyStep = "APPROVAL_AGENT_FAILURE_ACTION_SKIP_POLICY_STEP",
    }
}

message! {
    /// A list of steps, and when to use which.
    Policy = c1.api.policy.v1.Policy {
        annotations: BTreeMap<String, String>,
        baseline_policy_id: String,
        created_at: Option<Time>,
        deleted_at: Option<Time>,
        description: String,
        display_name: String,
        id: String,
        policy_steps: BTreeMap<String, PolicySteps>,
        policy_type: PolicyType,
        post_actions: Vec<PolicyPostActions>,
        reassign_tasks_to_delegates: bool,
        rules: Vec<Rule>,
        scope: Option<PolicyScope>,
        system_builtin: bool,
        updated_at: Option<Time>,
    }
    /// One list.
    PolicySteps = c1.api.policy.v1.PolicySteps { steps: Vec<PolicyStep> }
    /// What follows a decision.
    PolicyPostActions = c1.api.policy.v1.PolicyPostActions {
        ; oneof action { certify_remediate_immediately: bool }
    }
    /// A condition and what it chooses.
    Rule = c1.api.policy.v1.Rule {
        condition: String,
        policy_key: String;
        oneof outcome { policy_id: String, step_key: String }
    }
    /// To what a policy belongs.
    PolicyScope = c1.api.policy.v1.PolicyScope {
        app_entitlement_id: String,
        app_id: String,
        slot: PolicyScopeSlot,
    }
    /// One step.
    PolicyStep = c1.api.policy.v1.PolicyStep {
        ; oneof step {
            accept: Accept,
            action: StepAction,
            approval: Approval,
            form: StepForm,
            provision: Provision,
            reject: Reject,
            wait: Wait,
        }
    }
    /// Agreed to without anybody's word.
    Accept = c1.api.policy.v1.Accept { accept_message: String }
    /// Refused without anybody's word.
    Reject = c1.api.policy.v1.Reject { reject_message: String }
    /// A workflow's action; no policy may have one.
    StepAction = c1.api.policy.v1.Action {
        ; oneof target { automation: Json, baton_resource_action: Json, client_id_approval: Empty }
    }
    /// Somebody fills in a form.
    StepForm = c1.api.policy.v1.Form { form: Option<Form> }
    /// Somebody decides.
    Approval = c1.api.policy.v1.Approval {
        allow_delegation: bool,
        allow_reassignment: bool,
        allowed_reassignees: Vec<String>,
        assigned: bool,
        escalation: Option<Escalation>,
        escalation_enabled: bool,
        require_approval_reason: bool,
        require_denial_reason: bool,
        require_reassignment_reason: bool,
        requires_step_up_provider_id: String;
        oneof typ {
            agent: AgentApproval,
            app_owners: AppOwnerApproval,
            entitlement_owners: EntitlementOwnerApproval,
            expression: ExpressionApproval,
            group: AppGroupApproval,
            manager: ManagerApproval,
            resource_owners: ResourceOwnerApproval,
            #[serde(rename = "self")]
            myself: SelfApproval,
            users: UserApproval,
            webhook: WebhookApproval,
        }
    }
    /// The vendor's agent decides.
    AgentApproval = c1.api.policy.v1.AgentApproval {
        agent_failure_action: ApprovalAgentFailureAction,
        agent_mode: ApprovalAgentMode,
        agent_user_id: String,
        instructions: String,
        policy_ids: Vec<String>,
        reassign_to_user_ids: Vec<String>,
    }
    /// The owners of the application decide.
    AppOwnerApproval = c1.api.policy.v1.AppOwnerApproval {
        allow_self_approval: bool,
        require_distinct_approvers: bool,
    }
    /// The owners of the entitlement decide.
    EntitlementOwnerApproval = c1.api.policy.v1.EntitlementOwnerApproval {
        allow_self_approval: bool,
        fallback: bool,
        fallback_group_ids: Vec<AppEntitlementReference>,
        fallback_user_ids: Vec<String>,
        is_group_fallback_enabled: bool,
        require_distinct_approvers: bool,
    }
    /// Whoever an expression names decides.
    ExpressionApproval = c1.api.policy.v1.ExpressionApproval {
        allow_self_approval: bool,
        assigned_user_ids: Vec<String>,
        expressions: Vec<String>,
        fallback: bool,
        fallback_group_ids: Vec<AppEntitlementReference>,
        fallback_user_ids: Vec<String>,
        is_group_fallback_enabled: bool,
        require_distinct_approvers: bool,
    }
    /// The holders of an entitlement decide.
    AppGroupApproval = c1.api.policy.v1.AppGroupApproval {
        allow_self_approval: bool,
        app_group_id: String,
        app_id: String,
        fallback: bool,
        fallback_group_ids: Vec<AppEntitlementReference>,
        fallback_user_ids: Vec<String>,
        is_group_fallback_enabled: bool,
        require_distinct_approvers: bool,
    }
    /// The manager decides.
    ManagerApproval = c1.api.policy.v1.ManagerApproval {
        allow_self_approval: bool,
        assigned_user_ids: Vec<String>,
        fallback: bool,
        fallback_group_ids: Vec<AppEntitlementReference>,
        fallback_user_ids: Vec<String>,
        is_group_fallback_enabled: bool,
        require_distinct_approvers: bool,
    }
    /// The owners of the resource decide.
    ResourceOwnerApproval = c1.api.policy.v1.ResourceOwnerApproval {
        allow_self_approval: bool,
        fallback: bool,
        fallback_group_ids: Vec<AppEntitlementReference>,
        fallback_user_ids: Vec<String>,
        is_group_fallback_enabled: bool,
        require_distinct_approvers: bool,
    }
    /// The owner of the account decides.
    SelfApproval = c1.api.policy.v1.SelfApproval {
        assigned_user_ids: Vec<String>,
        fallback: bool,
        fallback_group_ids: Vec<AppEntitlementReference>,
        fallback_user_ids: Vec<String>,
        is_group_fallback_enabled: bool,
    }
    /// These decide.
    UserApproval = c1.api.policy.v1.UserApproval {
        allow_self_approval: bool,
        require_distinct_approvers: bool,
        user_ids: Vec<String>,
    }
    /// A webhook decides.
    WebhookApproval = c1.api.policy.v1.WebhookApproval { webhook_id: String }
    /// An entitlement, by application and id.
    AppEntitlementReference = c1.api.policy.v1.AppEntitlementReference {
        app_entitlement_id: String,
        app_id: String,
    }
    /// Nobody decides in time.
    Escalation = c1.api.policy.v1.Escalation {
        escalation_comment: String,
        expiration: i64;
        oneof escalation_policy {
            cancel_ticket: Empty,
            reassign_to_approvers: ReassignToApprovers,
            replace_policy: ReplacePolicy,
            skip_step: Empty,
        }
    }
    /// Others are asked.
    ReassignToApprovers = c1.api.policy.v1.Escalation.ReassignToApprovers { approver_ids: Vec<String> }
    /// Another policy is run.
    ReplacePolicy = c1.api.policy.v1.Escalation.ReplacePolicy { policy_id: String }
    /// Time passes, or something becomes true.
    Wait = c1.api.policy.v1.Wait {
        comment_on_first_wait: String,
        comment_on_timeout: String,
        name: String,
        timeout_duration: Option<Lasting>;
        oneof until { condition: WaitCondition, duration: WaitDuration, until_time: WaitUntilTime }
    }
    /// Something becomes true.
    WaitCondition = c1.api.policy.v1.WaitCondition { condition: String }
    /// So long.
    WaitDuration = c1.api.policy.v1.WaitDuration { duration: Option<Lasting> }
    /// Until clocks show this.
    WaitUntilTime = c1.api.policy.v1.WaitUntilTime { hours: u32, minutes: u32, timezone: String }
    /// Access is given or taken.
    Provision = c1.api.policy.v1.Provision {
        assigned: bool,
        provision_policy: Option<ProvisionPolicy>,
        provision_target: Option<ProvisionTarget>,
    }
    /// Whose access to what.
    ProvisionTarget = c1.api.policy.v1.ProvisionTarget {
        app_entitlement_id: String,
        app_id: String,
        app_user_id: String,
        grant_duration: Option<Lasting>,
    }
    /// How access is given or taken.
    ProvisionPolicy = c1.api.policy.v1.ProvisionPolicy {
        ; oneof typ {
            action: ActionProvision,
            connector: ConnectorProvision,
            delegated: DelegatedProvision,
            device_placement: DevicePlacementProvision,
            external_ticket: ExternalTicketProvision,
            manual: ManualProvision,
            multi_step: MultiStep,
            unconfigured: Empty,
            webhook: WebhookProvision,
        }
    }
    /// By an action of a connector.
    ActionProvision = c1.api.policy.v1.ActionProvision {
        action_name: String,
        app_id: String,
        connector_id: String,
        display_name: String,
    }
    /// By a connector.
    ConnectorProvision = c1.api.policy.v1.ConnectorProvision {
        ; oneof provision_type {
            account: AccountProvision,
            default_behavior: OfConnector,
            delete_account: OfConnector,
        }
    }
    /// By an account that a connector makes.
    AccountProvision = c1.api.policy.v1.ConnectorProvision.AccountProvision {
        config: Option<Json>,
        connector_id: String,
        schema_id: String;
        oneof storage_type { do_not_save: Empty, save_to_vault: SaveToVault }
    }
    /// Where the secret of a new account is kept.
    SaveToVault = c1.api.policy.v1.ConnectorProvision.SaveToVault { vault_ids: Vec<String> }
    /// Which connector.
    OfConnector = c1.api.policy.v1.ConnectorProvision.DefaultBehavior { connector_id: String }
    /// As another entitlement is.
    DelegatedProvision = c1.api.policy.v1.DelegatedProvision {
        app_id: String,
        entitlement_id: String,
        implicit: bool,
    }
    /// By a secret on a device.
    DevicePlacementProvision = c1.api.policy.v1.DevicePlacementProvision { vault_boundary_id: String }
    /// By a ticket in another system.
    ExternalTicketProvision = c1.api.policy.v1.ExternalTicketProvision {
        app_id: String,
        connector_id: String,
        external_ticket_provisioner_config_id: String,
        instructions: String,
    }
    /// By hand.
    ManualProvision = c1.api.policy.v1.ManualProvision {
        assignee: Option<ProvisionerAssignment>,
        instructions: String,
        user_ids: Vec<String>,
    }
    /// By whose hand.
    ProvisionerAssignment = c1.api.policy.v1.ProvisionerAssignment {
        ; oneof typ {
            app_owners: OwnerProvisioner,
            entitlement_owners: OwnerProvisioner,
            expression: ExpressionProvisioner,
            group: GroupProvisioner,
            manager: OwnerProvisioner,
            users: UserProvisioner,
        }
    }
    /// Owners, or the manager.
    OwnerProvisioner = c1.api.policy.v1.AppOwnerProvisioner {
        allow_reassignment: bool,
        fallback_user_ids: Vec<String>,
    }
    /// Whoever an expression names.
    ExpressionProvisioner = c1.api.policy.v1.ExpressionProvisioner {
        allow_reassignment: bool,
        expressions: Vec<String>,
        fallback_user_ids: Vec<String>,
    }
    /// The holders of an entitlement.
    GroupProvisioner = c1.api.policy.v1.GroupProvisioner {
        allow_reassignment: bool,
        app_group_id: String,
        app_id: String,
        fallback_user_ids: Vec<String>,
    }
    /// These.
    UserProvisioner = c1.api.policy.v1.UserProvisioner { allow_reassignment: bool, user_ids: Vec<String> }
    /// One after the other.
    MultiStep = c1.api.policy.v1.MultiStep {
        #[schema(no_recursion)]
        provision_steps: Vec<ProvisionPolicy>,
    }
    /// By a webhook.
    WebhookProvision = c1.api.policy.v1.WebhookProvision { webhook_id: String }

    /// One policy.
    PolicyAnswer = c1.api.policy.v1.GetPolicyResponse { policy: Option<Policy> }
    /// A policy to be made.
    CreatePolicyRequest = c1.api.policy.v1.CreatePolicyRequest {
        annotations: BTreeMap<String, String>,
        baseline_policy_id: String,
        description: String,
        display_name: String,
        policy_steps: BTreeMap<String, PolicySteps>,
        policy_type: PolicyType,
        post_actions: Vec<PolicyPostActions>,
        reassign_tasks_to_delegates: bool,
        rules: Vec<Rule>,
        scope: Option<PolicyScope>,
    }
    /// A policy to be changed.
    UpdatePolicyRequest = c1.api.policy.v1.UpdatePolicyRequest {
        policy: Option<Policy>,
        update_mask: Option<Mask>,
    }
    /// Which policies.
    SearchPoliciesRequest = c1.api.policy.v1.SearchPoliciesRequest {
        display_name: String,
        exclude_policy_ids: Vec<String>,
        include_deleted: bool,
        page_size: i32,
        page_token: String,
        policy_types: Vec<PolicyType>,
        query: String,
        refs: Vec<PolicyRef>,
        scope_app_entitlement_id: String,
        scope_app_id: String,
        scope_object_type: PolicyScopeObjectType,
        scope_slot: PolicyScopeSlot,
        scope_view: PolicyScopeView,
    }
    /// A policy, by id.
    PolicyRef = c1.api.policy.v1.PolicyRef { id: String }
    /// A text to be looked at.
    EditorValidateRequest = c1.api.policy.v1.EditorValidateRequest { text: String }
    /// What there is to say about it.
    EditorValidateResponse = c1.api.policy.v1.EditorValidateResponse { markers: Vec<EditorMarker> }
    /// Something about a place in a text.
    EditorMarker = c1.api.editor.v1.EditorMarker {
        end_column: i32,
        end_line_number: i32,
        message: String,
        severity: EditorSeverity,
        start_column: i32,
        start_line_number: i32,
    }
    /// An expression to be tried.
    TestAccountProvisionPolicyRequest = c1.api.policy.v1.TestAccountProvisionPolicyRequest { cel: String }
    /// What it yields.
    TestAccountProvisionPolicyResponse = c1.api.policy.v1.TestAccountProvisionPolicyResponse {
        #[serde(rename = "type")]
        kind: String,
        value: String,
    }
}

vocabulary! {
    /// How bad it is.
    EditorSeverity {
        Unknown = "UNKNOWN",
        Hint = "HINT",
        Info = "INFO",
        Warning = "WARNING",
        Error = "ERROR",
    }
}
