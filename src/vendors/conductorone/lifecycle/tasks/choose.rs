//! Which policy a task gets, and which of its steps (contract, 8.3). Chosen once; later edits do not touch it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::kernel::{Id, Timestamp};
use crate::vendors::conductorone::cel::{self, Scene};
use crate::vendors::conductorone::model::policy::NESTING_MAX;
use crate::vendors::conductorone::model::{
    Approvers, Domain, EntitlementProfile, Event, Fallback, Policy, PolicyStep, PolicyType, Provision, ProvisionPolicy,
    ProvisionTarget, RuleTarget, Task, TaskKind,
};
use crate::world::Cx;

/// How many provisioning steps a chain may end in: `multiStep` may hold itself. [assumed]
const PROVISIONS_MAX: usize = 16;

/// What a task gets.
pub struct Chosen {
    /// A copy of its policy.
    pub policy: Arc<Policy>,
    /// Every step, provisioning last.
    pub chain: Vec<PolicyStep>,
    /// What was tried to find them.
    pub tried: Vec<Event>,
}

/// The policy and steps for a task as it stands.
pub fn choose(domain: &Domain, cx: &Cx<'_>, task: &Task) -> Chosen {
    let policy = candidates(domain, task).into_iter().find_map(|id| living(domain, id));
    let policy = policy.unwrap_or_else(|| last_resort(policy_type(task), cx.now()));
    with(domain, cx, task, &policy)
}

/// The steps of a policy for a task.
pub fn with(domain: &Domain, cx: &Cx<'_>, task: &Task, policy: &Arc<Policy>) -> Chosen {
    let mut tried = Vec::new();
    let mut chain = select(domain, cx, task, policy, 0, &mut tried);
    chain.extend(provisioning(domain, task));
    Chosen { policy: Arc::clone(policy), chain, tried }
}

/// The policies that come into question, the most particular one first.
pub fn candidates(domain: &Domain, task: &Task) -> Vec<Id<Policy>> {
    let entitlement = task.entitlement().and_then(|entitlement| domain.entitlements.get(&entitlement));
    let app = task.entitlement().and_then(|entitlement| domain.apps.get(&entitlement.app));
    let (own, apps) = match &task.kind {
        TaskKind::Grant(_) => (entitlement.and_then(|row| row.grant_policy), app.and_then(|app| app.grant_policy)),
        TaskKind::Revoke(_) => (entitlement.and_then(|row| row.revoke_policy), app.and_then(|app| app.revoke_policy)),
        TaskKind::Certify(certify) => {
            let own = entitlement.and_then(|row| row.certify_policy);
            let (policy, overrides) = super::certify::policy_of(domain, certify.review);
            let (own, app) = if overrides { (own, app.and_then(|app| app.certify_policy)) } else { (None, None) };
            return [own, app, policy, Some(Policy::builtin(PolicyType::Certify))].into_iter().flatten().collect();
        }
        TaskKind::Offboarding | TaskKind::Action(_) => (None, None),
    };
    let urgent = emergency_policy(task, entitlement.map(|row| &**row));
    [urgent, own, apps, Some(Policy::builtin(policy_type(task)))].into_iter().flatten().collect()
}

fn emergency_policy(task: &Task, entitlement: Option<&EntitlementProfile>) -> Option<Id<Policy>> {
    let is_urgent = task.emergency && matches!(task.kind, TaskKind::Grant(_));
    entitlement.filter(|row| is_urgent && row.emergency_enabled)?.emergency_policy
}

/// The kind of policy that a task runs.
pub fn policy_type(task: &Task) -> PolicyType {
    match task.kind {
        TaskKind::Revoke(_) => PolicyType::Revoke,
        TaskKind::Certify(_) => PolicyType::Certify,
        TaskKind::Grant(_) | TaskKind::Offboarding | TaskKind::Action(_) => PolicyType::Grant,
    }
}

/// A policy that is there and not deleted.
pub fn living(domain: &Domain, id: Id<Policy>) -> Option<Arc<Policy>> {
    domain.policies.get(&id).filter(|policy| policy.deleted.is_none()).cloned()
}

/// The steps that a policy's rules choose, or its baseline.
fn select(
    domain: &Domain,
    cx: &Cx<'_>,
    task: &Task,
    policy: &Policy,
    depth: usize,
    tried: &mut Vec<Event>,
) -> Vec<PolicyStep> {
    let scene = Scene::of(domain, cx.company, cx.now(), task);
    for rule in &policy.rules {
        let (matched, error) = match cel::holds(&rule.condition, &scene) {
            Ok(matched) => (matched, String::new()),
            Err(error) => (false, error),
        };
        let (key, outcome) = match &rule.target {
            RuleTarget::Steps(key) => (key.clone(), None),
            RuleTarget::Policy(id) => (String::new(), Some(*id)),
        };
        let condition = rule.condition.clone();
        tried.push(Event::RuleTried {
            policy: policy.id,
            condition,
            matched,
            default: false,
            key,
            outcome,
            depth,
            error,
        });
        if matched {
            return match &rule.target {
                RuleTarget::Steps(key) => policy.steps.get(key).cloned().unwrap_or_default(),
                RuleTarget::Policy(id) => nested(domain, cx, task, *id, depth, tried),
            };
        }
    }
    if !policy.rules.is_empty() {
        tried.push(Event::RuleTried {
            policy: policy.id,
            condition: String::new(),
            matched: true,
            default: true,
            key: policy.policy_type.baseline_key().to_owned(),
            outcome: policy.baseline_policy,
            depth,
            error: String::new(),
        });
    }
    match policy.baseline_policy {
        Some(id) => nested(domain, cx, task, id, depth, tried),
        None => policy.steps.get(policy.policy_type.baseline_key()).cloned().unwrap_or_default(),
    }
}

/// The steps of another policy; a refusal when it is gone or lies too deep.
fn nested(
    domain: &Domain,
    cx: &Cx<'_>,
    task: &Task,
    id: Id<Policy>,
    depth: usize,
    tried: &mut Vec<Event>,
) -> Vec<PolicyStep> {
    match living(domain, id) {
        Some(policy) if depth < NESTING_MAX => select(domain, cx, task, &policy, depth + 1, tried),
        _ => vec![PolicyStep::Reject("the policy that a rule names is not there".into())],
    }
}

/// The provisioning that a task ends in: of the entitlement, one step after the other.
fn provisioning(domain: &Domain, task: &Task) -> Vec<PolicyStep> {
    let (Some(entitlement), false) = (task.entitlement(), matches!(task.kind, TaskKind::Certify(_))) else {
        return Vec::new();
    };
    let profile = domain.entitlements.get(&entitlement);
    let provisioner = profile.and_then(|row| row.provisioner.clone()).unwrap_or_default();
    let policy = match task.kind {
        TaskKind::Revoke(_) => profile.and_then(|row| row.deprovisioner.clone()).unwrap_or(provisioner),
        _ => provisioner,
    };
    let duration = match &task.kind {
        TaskKind::Grant(grant) => grant.duration,
        _ => None,
    };
    let target = ProvisionTarget { entitlement, account: task.account(), duration };
    let mut flat = Vec::new();
    flatten(policy, &mut flat);
    let step = |policy| PolicyStep::Provision(Box::new(Provision { policy, target: target.clone() }));
    flat.into_iter().map(step).collect()
}

fn flatten(policy: ProvisionPolicy, flat: &mut Vec<ProvisionPolicy>) {
    match policy {
        ProvisionPolicy::MultiStep(steps) => steps.into_iter().for_each(|step| flatten(step, flat)),
        _ if flat.len() < PROVISIONS_MAX => flat.push(policy),
        _ => {}
    }
}

/// What a tenant has that was founded without policies.
fn last_resort(policy_type: PolicyType, now: Timestamp) -> Arc<Policy> {
    let mut all = builtin_policies(now);
    all.retain(|policy| policy.policy_type == policy_type);
    all.pop().map(Arc::new).unwrap_or_else(|| Arc::new(builtin(PolicyType::Grant, now)))
}

/// The policies that come with every tenant. Their content is nowhere documented [assumed].
pub fn builtin_policies(now: Timestamp) -> Vec<Policy> {
    [PolicyType::Grant, PolicyType::Revoke, PolicyType::Certify].map(|policy_type| builtin(policy_type, now)).into()
}

fn builtin(policy_type: PolicyType, now: Timestamp) -> Policy {
    let (name, description, step) = match policy_type {
        PolicyType::Revoke => {
            ("Builtin revoke policy", "Access goes without anybody's word.", PolicyStep::Accept(String::new()))
        }
        PolicyType::Certify => (
            "Builtin review policy",
            "The owners of the application review.",
            PolicyStep::Approval(Box::new(Approvers::AppOwners.plain())),
        ),
        PolicyType::Grant | PolicyType::AccessRequest | PolicyType::Provision => {
            let approval = crate::vendors::conductorone::model::Approval {
                fallback: Fallback::default(),
                ..Approvers::Manager.plain()
            };
            ("Builtin grant policy", "The manager decides.", PolicyStep::Approval(Box::new(approval)))
        }
    };
    Policy {
        id: Policy::builtin(policy_type),
        display_name: name.to_owned(),
        description: description.to_owned(),
        policy_type,
        steps: BTreeMap::from([(policy_type.baseline_key().to_owned(), vec![step])]),
        rules: Vec::new(),
        baseline_policy: None,
        post_actions: Vec::new(),
        reassign_tasks_to_delegates: false,
        annotations: BTreeMap::new(),
        scope: None,
        system_builtin: true,
        created: now,
        updated: now,
        deleted: None,
    }
}
