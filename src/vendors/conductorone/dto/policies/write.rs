//! Policies as the vendor shows them.

use super::{
    Accept, ActionProvision, AgentApproval, AppEntitlementReference, AppGroupApproval, AppOwnerApproval, Approval,
    ApprovalAgentFailureAction, ApprovalAgentMode, ConnectorProvision, DelegatedProvision, DevicePlacementProvision,
    EntitlementOwnerApproval, Escalation, ExpressionApproval, ExpressionProvisioner, ExternalTicketProvision,
    GroupProvisioner, ManagerApproval, ManualProvision, MultiStep, OwnerProvisioner, Policy, PolicyPostActions,
    PolicyScope, PolicyScopeSlot, PolicyStep, PolicySteps, PolicyType, Provision, ProvisionPolicy, ProvisionTarget,
    ProvisionerAssignment, ReassignToApprovers, Reject, ReplacePolicy, ResourceOwnerApproval, Rule, SelfApproval,
    StepForm, UserApproval, UserProvisioner, Wait, WaitCondition, WaitDuration, WaitUntilTime, WebhookApproval,
    WebhookProvision,
};
use crate::company::Person;
use crate::kernel::Id;
use crate::vendors::conductorone::dto::Form;
use crate::vendors::conductorone::model::{self, Approvers, Assignees, EntitlementRef};
use crate::vendors::conductorone::wire::{Empty, id};

impl From<&model::Policy> for Policy {
    fn from(policy: &model::Policy) -> Self {
        let lists = policy.steps.iter();
        Self {
            annotations: policy.annotations.clone(),
            baseline_policy_id: optional(policy.baseline_policy),
            created_at: Some(policy.created.into()),
            deleted_at: policy.deleted.map(Into::into),
            description: policy.description.clone(),
            display_name: policy.display_name.clone(),
            id: id::text(policy.id),
            policy_steps: lists
                .map(|(key, steps)| (key.clone(), PolicySteps { steps: steps.iter().map(step).collect() }))
                .collect(),
            policy_type: policy.policy_type.into(),
            post_actions: policy
                .post_actions
                .iter()
                .map(|action| PolicyPostActions {
                    certify_remediate_immediately: Some(action.certify_remediate_immediately),
                })
                .collect(),
            reassign_tasks_to_delegates: policy.reassign_tasks_to_delegates,
            rules: policy.rules.iter().map(Into::into).collect(),
            scope: policy.scope.as_ref().map(|scope| PolicyScope {
                app_entitlement_id: optional(scope.entitlement),
                app_id: optional(scope.app),
                slot: if scope.emergency { PolicyScopeSlot::Emergency } else { PolicyScopeSlot::Unspecified },
            }),
            system_builtin: policy.system_builtin,
            updated_at: Some(policy.updated.into()),
        }
    }
}

impl From<model::PolicyType> for PolicyType {
    fn from(policy_type: model::PolicyType) -> Self {
        match policy_type {
            model::PolicyType::Grant => Self::Grant,
            model::PolicyType::Revoke => Self::Revoke,
            model::PolicyType::Certify => Self::Certify,
            model::PolicyType::AccessRequest => Self::AccessRequest,
            model::PolicyType::Provision => Self::Provision,
        }
    }
}

impl From<&model::Rule> for Rule {
    fn from(rule: &model::Rule) -> Self {
        let (policy_id, step_key) = match &rule.target {
            model::RuleTarget::Steps(key) => (None, Some(key.clone())),
            model::RuleTarget::Policy(policy) => (Some(id::text(*policy)), None),
        };
        // The deprecated name says the same (contract, 9).
        let policy_key = step_key.clone().unwrap_or_default();
        Self { condition: rule.condition.clone(), policy_key, policy_id, step_key }
    }
}

/// A step as it is defined.
pub fn step(step: &model::PolicyStep) -> PolicyStep {
    let mut shown = PolicyStep::default();
    match step {
        model::PolicyStep::Approval(definition) => shown.approval = Some(approval(definition, None)),
        model::PolicyStep::Provision(definition) => shown.provision = Some(provision(definition, false)),
        model::PolicyStep::Accept(message) => shown.accept = Some(Accept { accept_message: message.clone() }),
        model::PolicyStep::Reject(message) => shown.reject = Some(Reject { reject_message: message.clone() }),
        model::PolicyStep::Wait(definition) => shown.wait = Some(wait(definition)),
        model::PolicyStep::Form(form) => shown.form = Some(StepForm { form: Some(Form::of(form)) }),
    }
    shown
}

/// An approval; with those to whom it was put, if it was.
pub fn approval(approval: &model::Approval, assigned: Option<&[Id<Person>]>) -> Approval {
    let mut shown = Approval {
        allow_delegation: approval.allow_delegation,
        allow_reassignment: approval.allow_reassignment,
        allowed_reassignees: texts(&approval.allowed_reassignees),
        assigned: assigned.is_some(),
        escalation: approval.escalation.as_ref().map(escalation),
        escalation_enabled: approval.escalation_enabled,
        require_approval_reason: approval.require_approval_reason,
        require_denial_reason: approval.require_denial_reason,
        require_reassignment_reason: approval.require_reassignment_reason,
        requires_step_up_provider_id: optional(approval.step_up_provider),
        ..Approval::default()
    };
    let (allow_self_approval, require_distinct_approvers) =
        (approval.allow_self_approval, approval.require_distinct_approvers);
    let (fallback, is_group_fallback_enabled) = (approval.fallback.enabled, approval.fallback.groups_enabled);
    let fallback_user_ids = texts(&approval.fallback.users);
    let fallback_group_ids = approval.fallback.groups.iter().map(|group| reference(*group)).collect();
    let assigned_user_ids = assigned.map(texts).unwrap_or_default();
    match &approval.approvers {
        Approvers::Users(users) => {
            let user_ids = texts(users);
            shown.users = Some(UserApproval { allow_self_approval, require_distinct_approvers, user_ids });
        }
        Approvers::Manager => {
            shown.manager = Some(ManagerApproval {
                allow_self_approval,
                assigned_user_ids,
                fallback,
                fallback_group_ids,
                fallback_user_ids,
                is_group_fallback_enabled,
                require_distinct_approvers,
            });
        }
        Approvers::AppOwners => {
            shown.app_owners = Some(AppOwnerApproval { allow_self_approval, require_distinct_approvers });
        }
        Approvers::Group(group) => {
            shown.group = Some(AppGroupApproval {
                allow_self_approval,
                app_group_id: id::text(group.id),
                app_id: id::text(group.app),
                fallback,
                fallback_group_ids,
                fallback_user_ids,
                is_group_fallback_enabled,
                require_distinct_approvers,
            });
        }
        Approvers::AccountOwner => {
            shown.myself = Some(SelfApproval {
                assigned_user_ids,
                fallback,
                fallback_group_ids,
                fallback_user_ids,
                is_group_fallback_enabled,
            });
        }
        Approvers::EntitlementOwners => {
            shown.entitlement_owners = Some(EntitlementOwnerApproval {
                allow_self_approval,
                fallback,
                fallback_group_ids,
                fallback_user_ids,
                is_group_fallback_enabled,
                require_distinct_approvers,
            });
        }
        Approvers::ResourceOwners => {
            shown.resource_owners = Some(ResourceOwnerApproval {
                allow_self_approval,
                fallback,
                fallback_group_ids,
                fallback_user_ids,
                is_group_fallback_enabled,
                require_distinct_approvers,
            });
        }
        Approvers::Expression(expressions) => {
            shown.expression = Some(ExpressionApproval {
                allow_self_approval,
                assigned_user_ids,
                expressions: expressions.clone(),
                fallback,
                fallback_group_ids,
                fallback_user_ids,
                is_group_fallback_enabled,
                require_distinct_approvers,
            });
        }
        Approvers::Webhook(webhook) => shown.webhook = Some(WebhookApproval { webhook_id: id::text(*webhook) }),
        Approvers::Agent(agent) => shown.agent = Some(agent_approval(agent)),
    }
    shown
}

fn agent_approval(agent: &model::Agent) -> AgentApproval {
    AgentApproval {
        agent_failure_action: match agent.failure {
            model::AgentFailure::Unspecified => ApprovalAgentFailureAction::Unspecified,
            model::AgentFailure::ReassignToUsers => ApprovalAgentFailureAction::ReassignToUsers,
            model::AgentFailure::ReassignToSuperAdmins => ApprovalAgentFailureAction::ReassignToSuperAdmins,
            model::AgentFailure::SkipPolicyStep => ApprovalAgentFailureAction::SkipPolicyStep,
        },
        agent_mode: match agent.mode {
            model::AgentMode::FullControl => ApprovalAgentMode::FullControl,
            model::AgentMode::ChangePolicyOnly => ApprovalAgentMode::ChangePolicyOnly,
            model::AgentMode::CommentOnly => ApprovalAgentMode::CommentOnly,
        },
        agent_user_id: optional(agent.user),
        instructions: agent.instructions.clone(),
        policy_ids: agent.policies.iter().map(|policy| id::text(*policy)).collect(),
        reassign_to_user_ids: texts(&agent.reassign_to),
    }
}

fn escalation(escalation: &model::Escalation) -> Escalation {
    let mut shown = Escalation {
        escalation_comment: escalation.comment.clone(),
        expiration: escalation.expiration.as_seconds(),
        ..Escalation::default()
    };
    match &escalation.action {
        model::EscalationAction::CancelTicket => shown.cancel_ticket = Some(Empty {}),
        model::EscalationAction::SkipStep => shown.skip_step = Some(Empty {}),
        model::EscalationAction::ReassignToApprovers(approvers) => {
            shown.reassign_to_approvers = Some(ReassignToApprovers { approver_ids: texts(approvers) });
        }
        model::EscalationAction::ReplacePolicy(policy) => {
            shown.replace_policy = Some(ReplacePolicy { policy_id: id::text(*policy) });
        }
    }
    shown
}

fn wait(wait: &model::Wait) -> Wait {
    let mut shown = Wait {
        comment_on_first_wait: wait.comment_on_first_wait.clone(),
        comment_on_timeout: wait.comment_on_timeout.clone(),
        name: wait.name.clone(),
        timeout_duration: wait.timeout.map(Into::into),
        ..Wait::default()
    };
    match &wait.until {
        model::WaitUntil::Condition(condition) => {
            shown.condition = Some(WaitCondition { condition: condition.clone() });
        }
        model::WaitUntil::Duration(duration) => {
            shown.duration = Some(WaitDuration { duration: Some((*duration).into()) });
        }
        model::WaitUntil::TimeOfDay { hours, minutes, timezone } => {
            shown.until_time = Some(WaitUntilTime { hours: *hours, minutes: *minutes, timezone: timezone.clone() });
        }
    }
    shown
}

/// A provisioning, to come or running.
pub fn provision(provision: &model::Provision, assigned: bool) -> Provision {
    let target = &provision.target;
    Provision {
        assigned,
        provision_policy: Some(provision_message(&provision.policy)),
        provision_target: Some(ProvisionTarget {
            app_entitlement_id: id::text(target.entitlement.id),
            app_id: id::text(target.entitlement.app),
            app_user_id: optional(target.account),
            grant_duration: target.duration.map(Into::into),
        }),
    }
}

/// How access is given or taken.
pub fn provision_message(policy: &model::ProvisionPolicy) -> ProvisionPolicy {
    let mut shown = ProvisionPolicy::default();
    match policy {
        model::ProvisionPolicy::Connector(config) => {
            let config = serde_json::from_value::<ConnectorProvision>(config.clone());
            shown.connector = Some(config.unwrap_or_default());
        }
        model::ProvisionPolicy::Manual(manual) => {
            shown.manual = Some(ManualProvision {
                assignee: manual.assignee.as_ref().map(assignee),
                instructions: manual.instructions.clone(),
                user_ids: texts(&manual.users),
            });
        }
        model::ProvisionPolicy::Delegated { entitlement, implicit } => {
            let (app_id, entitlement_id) = (id::text(entitlement.app), id::text(entitlement.id));
            shown.delegated = Some(DelegatedProvision { app_id, entitlement_id, implicit: *implicit });
        }
        model::ProvisionPolicy::Webhook(webhook) => {
            shown.webhook = Some(WebhookProvision { webhook_id: id::text(*webhook) });
        }
        model::ProvisionPolicy::ExternalTicket { app, connector, config, instructions } => {
            shown.external_ticket = Some(ExternalTicketProvision {
                app_id: app.clone(),
                connector_id: connector.clone(),
                external_ticket_provisioner_config_id: config.clone(),
                instructions: instructions.clone(),
            });
        }
        model::ProvisionPolicy::MultiStep(steps) => {
            shown.multi_step = Some(MultiStep { provision_steps: steps.iter().map(provision_message).collect() });
        }
        model::ProvisionPolicy::Action(action) => {
            let action = serde_json::from_value::<ActionProvision>(action.clone());
            shown.action = Some(action.unwrap_or_default());
        }
        model::ProvisionPolicy::DevicePlacement(boundary) => {
            shown.device_placement = Some(DevicePlacementProvision { vault_boundary_id: boundary.clone() });
        }
        model::ProvisionPolicy::Unconfigured => shown.unconfigured = Some(Empty {}),
    }
    shown
}

fn assignee(assignee: &model::Assignee) -> ProvisionerAssignment {
    let allow_reassignment = assignee.allow_reassignment;
    let fallback_user_ids = texts(&assignee.fallback_users);
    let owners = || OwnerProvisioner { allow_reassignment, fallback_user_ids: fallback_user_ids.clone() };
    let mut shown = ProvisionerAssignment::default();
    match &assignee.who {
        Assignees::Users(users) => {
            shown.users = Some(UserProvisioner { allow_reassignment, user_ids: texts(users) });
        }
        Assignees::AppOwners => shown.app_owners = Some(owners()),
        Assignees::EntitlementOwners => shown.entitlement_owners = Some(owners()),
        Assignees::Manager => shown.manager = Some(owners()),
        Assignees::Group(group) => {
            let (app_group_id, app_id) = (id::text(group.id), id::text(group.app));
            shown.group = Some(GroupProvisioner { allow_reassignment, app_group_id, app_id, fallback_user_ids });
        }
        Assignees::Expression(expressions) => {
            let expressions = expressions.clone();
            shown.expression = Some(ExpressionProvisioner { allow_reassignment, expressions, fallback_user_ids });
        }
    }
    shown
}

/// An entitlement, by application and id.
pub fn reference(entitlement: EntitlementRef) -> AppEntitlementReference {
    AppEntitlementReference { app_entitlement_id: id::text(entitlement.id), app_id: id::text(entitlement.app) }
}

fn texts(people: &[Id<Person>]) -> Vec<String> {
    people.iter().map(|person| id::text(*person)).collect()
}

fn optional<T: ?Sized>(id: Option<Id<T>>) -> String {
    id.map(id::text).unwrap_or_default()
}
