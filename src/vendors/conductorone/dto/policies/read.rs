//! Policies as they are sent. What is no policy is refused here where its form is wrong, and by the commands where its
//! meaning is.

use std::collections::BTreeMap;

use super::{
    AppEntitlementReference, Approval, ApprovalAgentFailureAction, ApprovalAgentMode, Escalation, Policy,
    PolicyScopeSlot, PolicyStep, PolicySteps, PolicyType, ProvisionPolicy, ProvisionerAssignment, Rule, Wait,
};
use crate::company::Person;
use crate::kernel::{Id, Span};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::lifecycle::{BLANK, PolicyDraft, PolicyRefusal, Refusal};
use crate::vendors::conductorone::model::{self, Approvers, Assignees, EntitlementRef, Fallback};
use crate::vendors::conductorone::wire::{Asked, to_value};

/// A policy that somebody wants, without id and dates.
///
/// # Errors
/// The vendor's own, field by field.
pub fn draft(asked: &Asked, policy: &Policy) -> Result<PolicyDraft, ApiError> {
    asked.required("displayName", &policy.display_name)?;
    let policy_type = match policy.policy_type {
        PolicyType::Unspecified => {
            return Err(asked.invalid("policyType", "value must not be in list [0]"));
        }
        PolicyType::Grant => model::PolicyType::Grant,
        PolicyType::Revoke => model::PolicyType::Revoke,
        PolicyType::Certify => model::PolicyType::Certify,
        PolicyType::AccessRequest => model::PolicyType::AccessRequest,
        PolicyType::Provision => model::PolicyType::Provision,
    };
    let mut steps = BTreeMap::new();
    for (key, PolicySteps { steps: list }) in &policy.policy_steps {
        steps.insert(key.clone(), self::steps(asked, list)?);
    }
    let rules: Result<Vec<_>, ApiError> = policy.rules.iter().map(|row| rule(asked, row)).collect();
    let scope = match &policy.scope {
        None => None,
        Some(scope) => Some(model::PolicyScope {
            app: asked.optional_id("scope.appId", &scope.app_id)?,
            entitlement: asked.optional_id("scope.appEntitlementId", &scope.app_entitlement_id)?,
            emergency: scope.slot == PolicyScopeSlot::Emergency,
        }),
    };
    let remediates = |action: &super::PolicyPostActions| model::PostAction {
        certify_remediate_immediately: action.certify_remediate_immediately.unwrap_or_default(),
    };
    Ok(PolicyDraft {
        display_name: policy.display_name.clone(),
        description: policy.description.clone(),
        policy_type,
        steps,
        rules: rules?,
        baseline_policy: asked.optional_id("baselinePolicyId", &policy.baseline_policy_id)?,
        post_actions: policy.post_actions.iter().map(remediates).collect(),
        reassign_tasks_to_delegates: policy.reassign_tasks_to_delegates,
        annotations: policy.annotations.clone(),
        scope,
    })
}

fn refuse(refusal: PolicyRefusal) -> ApiError {
    Refusal::from(refusal).into()
}

fn rule(asked: &Asked, rule: &Rule) -> Result<model::Rule, ApiError> {
    if rule.condition.is_empty() {
        return Err(asked.missing("rules.condition", BLANK));
    }
    let key = rule.step_key.clone().filter(|key| !key.is_empty());
    let old = Some(rule.policy_key.clone()).filter(|key| !key.is_empty());
    if key.is_some() && old.is_some() && key != old {
        return Err(refuse(PolicyRefusal::TwoKeys));
    }
    let policy = rule.policy_id.clone().filter(|policy| !policy.is_empty());
    let target = match (key.or(old), policy) {
        (Some(key), None) => model::RuleTarget::Steps(key),
        (None, Some(policy)) => model::RuleTarget::Policy(asked.id("rules.policyId", &policy)?),
        (Some(_), Some(_)) | (None, None) => return Err(refuse(PolicyRefusal::RuleTargets)),
    };
    Ok(model::Rule { condition: rule.condition.clone(), target })
}

/// Steps in their order.
///
/// # Errors
/// As [`draft`].
pub fn steps(asked: &Asked, steps: &[PolicyStep]) -> Result<Vec<model::PolicyStep>, ApiError> {
    steps.iter().map(|one| step(asked, one)).collect()
}

fn step(asked: &Asked, step: &PolicyStep) -> Result<model::PolicyStep, ApiError> {
    if step.provision.is_some() {
        return Err(refuse(PolicyRefusal::ProvisionStep));
    }
    if step.action.is_some() {
        return Err(refuse(PolicyRefusal::ActionStep));
    }
    if let Some(definition) = &step.approval {
        return Ok(model::PolicyStep::Approval(Box::new(approval(asked, definition)?)));
    }
    if let Some(accept) = &step.accept {
        return Ok(model::PolicyStep::Accept(accept.accept_message.clone()));
    }
    if let Some(reject) = &step.reject {
        return Ok(model::PolicyStep::Reject(reject.reject_message.clone()));
    }
    if let Some(definition) = &step.wait {
        return Ok(model::PolicyStep::Wait(wait(asked, definition)?));
    }
    if let Some(form) = &step.form {
        return Ok(model::PolicyStep::Form(form.form.clone().unwrap_or_default().document()));
    }
    Err(refuse(PolicyRefusal::NilStep))
}

fn approval(asked: &Asked, approval: &Approval) -> Result<model::Approval, ApiError> {
    if approval.assigned {
        return Err(refuse(PolicyRefusal::Assigned));
    }
    let arm = arm(asked, approval)?;
    let escalation = approval.escalation.as_ref().map(|row| escalation(asked, row)).transpose()?;
    Ok(model::Approval {
        approvers: arm.approvers,
        allow_self_approval: arm.allow_self_approval,
        require_distinct_approvers: arm.require_distinct_approvers,
        fallback: arm.fallback,
        allow_reassignment: approval.allow_reassignment,
        allowed_reassignees: asked.ids("allowedReassignees", &approval.allowed_reassignees)?,
        allow_delegation: approval.allow_delegation,
        require_approval_reason: approval.require_approval_reason,
        require_denial_reason: approval.require_denial_reason,
        require_reassignment_reason: approval.require_reassignment_reason,
        step_up_provider: asked.optional_id("requiresStepUpProviderId", &approval.requires_step_up_provider_id)?,
        escalation_enabled: approval.escalation_enabled,
        escalation,
    })
}

/// What the arms of an approval have in common.
struct Arm {
    approvers: Approvers,
    allow_self_approval: bool,
    require_distinct_approvers: bool,
    fallback: Fallback,
}

impl Arm {
    fn of(approvers: Approvers, allow_self_approval: bool, require_distinct_approvers: bool) -> Self {
        Self { approvers, allow_self_approval, require_distinct_approvers, fallback: Fallback::default() }
    }

    fn falling_back(self, fallback: Fallback) -> Self {
        Self { fallback, ..self }
    }
}

/// The fallback of any arm that has one.
macro_rules! fallback {
    ($asked:expr, $arm:expr) => {
        fallback(
            $asked,
            $arm.fallback,
            $arm.is_group_fallback_enabled,
            &$arm.fallback_user_ids,
            &$arm.fallback_group_ids,
        )?
    };
}

fn arm(asked: &Asked, approval: &Approval) -> Result<Arm, ApiError> {
    let unassigned = |assigned: &Vec<String>| {
        if assigned.is_empty() { Ok(()) } else { Err(refuse(PolicyRefusal::Assigned)) }
    };
    if let Some(arm) = &approval.users {
        let users = asked.ids("users.userIds", &arm.user_ids)?;
        return Ok(Arm::of(Approvers::Users(users), arm.allow_self_approval, arm.require_distinct_approvers));
    }
    if let Some(arm) = &approval.manager {
        unassigned(&arm.assigned_user_ids)?;
        let read = Arm::of(Approvers::Manager, arm.allow_self_approval, arm.require_distinct_approvers);
        return Ok(read.falling_back(fallback!(asked, arm)));
    }
    if let Some(arm) = &approval.app_owners {
        return Ok(Arm::of(Approvers::AppOwners, arm.allow_self_approval, arm.require_distinct_approvers));
    }
    if let Some(arm) = &approval.group {
        let group = EntitlementRef {
            app: asked.id("group.appId", &arm.app_id)?,
            id: asked.id("group.appGroupId", &arm.app_group_id)?,
        };
        let read = Arm::of(Approvers::Group(group), arm.allow_self_approval, arm.require_distinct_approvers);
        return Ok(read.falling_back(fallback!(asked, arm)));
    }
    if let Some(arm) = &approval.myself {
        unassigned(&arm.assigned_user_ids)?;
        return Ok(Arm::of(Approvers::AccountOwner, true, false).falling_back(fallback!(asked, arm)));
    }
    if let Some(arm) = &approval.entitlement_owners {
        let read = Arm::of(Approvers::EntitlementOwners, arm.allow_self_approval, arm.require_distinct_approvers);
        return Ok(read.falling_back(fallback!(asked, arm)));
    }
    if let Some(arm) = &approval.resource_owners {
        let read = Arm::of(Approvers::ResourceOwners, arm.allow_self_approval, arm.require_distinct_approvers);
        return Ok(read.falling_back(fallback!(asked, arm)));
    }
    if let Some(arm) = &approval.expression {
        unassigned(&arm.assigned_user_ids)?;
        let expressions = Approvers::Expression(arm.expressions.clone());
        let read = Arm::of(expressions, arm.allow_self_approval, arm.require_distinct_approvers);
        return Ok(read.falling_back(fallback!(asked, arm)));
    }
    if let Some(arm) = &approval.webhook {
        return Ok(Arm::of(Approvers::Webhook(asked.id("webhook.webhookId", &arm.webhook_id)?), false, false));
    }
    if let Some(arm) = &approval.agent {
        let mode = match arm.agent_mode {
            ApprovalAgentMode::Unspecified => return Err(refuse(PolicyRefusal::AgentMode)),
            ApprovalAgentMode::FullControl => model::AgentMode::FullControl,
            ApprovalAgentMode::ChangePolicyOnly => model::AgentMode::ChangePolicyOnly,
            ApprovalAgentMode::CommentOnly => model::AgentMode::CommentOnly,
        };
        let failure = match arm.agent_failure_action {
            ApprovalAgentFailureAction::Unspecified => model::AgentFailure::Unspecified,
            ApprovalAgentFailureAction::ReassignToUsers => model::AgentFailure::ReassignToUsers,
            ApprovalAgentFailureAction::ReassignToSuperAdmins => model::AgentFailure::ReassignToSuperAdmins,
            ApprovalAgentFailureAction::SkipPolicyStep => model::AgentFailure::SkipPolicyStep,
        };
        let agent = model::Agent {
            mode,
            failure,
            instructions: arm.instructions.clone(),
            policies: asked.ids("agent.policyIds", &arm.policy_ids)?,
            reassign_to: asked.ids("agent.reassignToUserIds", &arm.reassign_to_user_ids)?,
            user: asked.optional_id("agent.agentUserId", &arm.agent_user_id)?,
        };
        return Ok(Arm::of(Approvers::Agent(agent), false, false));
    }
    Err(refuse(PolicyRefusal::NoApprovers))
}

fn fallback(
    asked: &Asked,
    enabled: bool,
    groups_enabled: bool,
    users: &[String],
    groups: &[AppEntitlementReference],
) -> Result<Fallback, ApiError> {
    let users = asked.ids("fallbackUserIds", users)?;
    let groups: Result<Vec<_>, ApiError> = groups.iter().map(|group| reference(asked, group)).collect();
    let groups = groups?;
    if enabled && users.is_empty() && groups.is_empty() {
        return Err(refuse(PolicyRefusal::EmptyFallback));
    }
    Ok(Fallback { enabled, users, groups_enabled, groups })
}

fn reference(asked: &Asked, reference: &AppEntitlementReference) -> Result<EntitlementRef, ApiError> {
    let app = asked.id("appId", &reference.app_id)?;
    Ok(EntitlementRef { app, id: asked.id("appEntitlementId", &reference.app_entitlement_id)? })
}

fn escalation(asked: &Asked, escalation: &Escalation) -> Result<model::Escalation, ApiError> {
    let action = if let Some(replace) = &escalation.replace_policy {
        model::EscalationAction::ReplacePolicy(asked.id("escalation.replacePolicy.policyId", &replace.policy_id)?)
    } else if let Some(reassign) = &escalation.reassign_to_approvers {
        let approvers = asked.ids("escalation.reassignToApprovers.approverIds", &reassign.approver_ids)?;
        model::EscalationAction::ReassignToApprovers(approvers)
    } else if escalation.cancel_ticket.is_some() {
        model::EscalationAction::CancelTicket
    } else if escalation.skip_step.is_some() {
        model::EscalationAction::SkipStep
    } else {
        return Err(asked.missing("escalation", "one of its policies is required"));
    };
    if escalation.expiration <= 0 {
        return Err(asked.invalid("escalation.expiration", "value must be greater than 0"));
    }
    let expiration = Span::seconds(escalation.expiration);
    Ok(model::Escalation { expiration, comment: escalation.escalation_comment.clone(), action })
}

fn wait(asked: &Asked, wait: &Wait) -> Result<model::Wait, ApiError> {
    let until = if let Some(condition) = &wait.condition {
        model::WaitUntil::Condition(condition.condition.clone())
    } else if let Some(duration) = &wait.duration {
        let duration = duration.duration.map(|duration| duration.0).filter(|duration| *duration > Span::ZERO);
        model::WaitUntil::Duration(
            duration.ok_or_else(|| asked.invalid("wait.duration", "value must be greater than 0s"))?,
        )
    } else if let Some(time) = &wait.until_time {
        let is_zone = time.timezone.is_empty() || time.timezone.parse::<chrono_tz::Tz>().is_ok();
        if time.hours > 23 || time.minutes > 59 || !is_zone {
            return Err(asked.invalid("wait.untilTime", "value must be a time of day"));
        }
        let (hours, minutes, timezone) = (time.hours, time.minutes, time.timezone.clone());
        model::WaitUntil::TimeOfDay { hours, minutes, timezone }
    } else {
        return Err(asked.missing("wait", "one of its conditions is required"));
    };
    let timeout = wait.timeout_duration.map(|timeout| timeout.0);
    if timeout.is_some_and(|timeout| timeout <= Span::ZERO) {
        return Err(asked.invalid("wait.timeoutDuration", "value must be greater than 0s"));
    }
    Ok(model::Wait {
        name: wait.name.clone(),
        timeout,
        comment_on_first_wait: wait.comment_on_first_wait.clone(),
        comment_on_timeout: wait.comment_on_timeout.clone(),
        until,
    })
}

/// How deep `multiStep` may hold itself. [assumed]
const NESTED_MAX: usize = 4;

/// How access is given or taken, as an entitlement is told.
///
/// # Errors
/// The vendor's own for ids that are none, and for no arm at all.
pub fn provision_policy(asked: &Asked, policy: &ProvisionPolicy) -> Result<model::ProvisionPolicy, ApiError> {
    nested(asked, policy, 0)
}

fn nested(asked: &Asked, policy: &ProvisionPolicy, depth: usize) -> Result<model::ProvisionPolicy, ApiError> {
    if let Some(connector) = &policy.connector {
        return Ok(model::ProvisionPolicy::Connector(to_value(connector).unwrap_or_default()));
    }
    if let Some(manual) = &policy.manual {
        return Ok(model::ProvisionPolicy::Manual(model::Manual {
            users: asked.ids("manual.userIds", &manual.user_ids)?,
            instructions: manual.instructions.clone(),
            assignee: manual.assignee.as_ref().map(|row| assignee(asked, row)).transpose()?,
        }));
    }
    if let Some(delegated) = &policy.delegated {
        let app = asked.id("delegated.appId", &delegated.app_id)?;
        let entitlement = EntitlementRef { app, id: asked.id("delegated.entitlementId", &delegated.entitlement_id)? };
        return Ok(model::ProvisionPolicy::Delegated { entitlement, implicit: delegated.implicit });
    }
    if let Some(webhook) = &policy.webhook {
        return Ok(model::ProvisionPolicy::Webhook(asked.id("webhook.webhookId", &webhook.webhook_id)?));
    }
    if let Some(ticket) = &policy.external_ticket {
        return Ok(model::ProvisionPolicy::ExternalTicket {
            app: ticket.app_id.clone(),
            connector: ticket.connector_id.clone(),
            config: ticket.external_ticket_provisioner_config_id.clone(),
            instructions: ticket.instructions.clone(),
        });
    }
    if let Some(steps) = &policy.multi_step {
        if depth >= NESTED_MAX {
            return Err(asked.invalid("multiStep", "value must not be nested deeper"));
        }
        let steps: Result<Vec<_>, ApiError> =
            steps.provision_steps.iter().map(|step| nested(asked, step, depth + 1)).collect();
        return Ok(model::ProvisionPolicy::MultiStep(steps?));
    }
    if let Some(action) = &policy.action {
        return Ok(model::ProvisionPolicy::Action(to_value(action).unwrap_or_default()));
    }
    if let Some(placement) = &policy.device_placement {
        return Ok(model::ProvisionPolicy::DevicePlacement(placement.vault_boundary_id.clone()));
    }
    Ok(model::ProvisionPolicy::Unconfigured)
}

fn assignee(asked: &Asked, assignee: &ProvisionerAssignment) -> Result<model::Assignee, ApiError> {
    let people =
        |users: &[String]| -> Result<Vec<Id<Person>>, ApiError> { asked.ids("assignee.fallbackUserIds", users) };
    let (who, allow_reassignment, fallback_users) = if let Some(row) = &assignee.users {
        (Assignees::Users(asked.ids("assignee.users.userIds", &row.user_ids)?), row.allow_reassignment, Vec::new())
    } else if let Some(row) = &assignee.app_owners {
        (Assignees::AppOwners, row.allow_reassignment, people(&row.fallback_user_ids)?)
    } else if let Some(row) = &assignee.entitlement_owners {
        (Assignees::EntitlementOwners, row.allow_reassignment, people(&row.fallback_user_ids)?)
    } else if let Some(row) = &assignee.manager {
        (Assignees::Manager, row.allow_reassignment, people(&row.fallback_user_ids)?)
    } else if let Some(row) = &assignee.group {
        let app = asked.id("assignee.group.appId", &row.app_id)?;
        let group = EntitlementRef { app, id: asked.id("assignee.group.appGroupId", &row.app_group_id)? };
        (Assignees::Group(group), row.allow_reassignment, people(&row.fallback_user_ids)?)
    } else if let Some(row) = &assignee.expression {
        let expressions = Assignees::Expression(row.expressions.clone());
        (expressions, row.allow_reassignment, people(&row.fallback_user_ids)?)
    } else {
        return Err(asked.missing("assignee", "one of its arms is required"));
    };
    Ok(model::Assignee { who, allow_reassignment, fallback_users })
}
