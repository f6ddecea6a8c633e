//! Policies are made, changed and deleted, with the live server's own checks (contract, 9).

use std::collections::{BTreeMap, BTreeSet};

use strum::{IntoStaticStr, VariantNames};

use super::{Noun, Refusal};
use crate::kernel::Id;
use crate::vendors::conductorone::cel;
use crate::vendors::conductorone::model::policy::{ANNOTATIONS_MAX, NESTING_MAX, RULES_MAX, STEPS_MAX};
use crate::vendors::conductorone::model::{
    Approvers, Domain, Policy, PolicyScope, PolicyStep, PolicyType, PostAction, Rule, RuleTarget, WaitUntil,
};
use crate::vendors::conductorone::wire::id;
use crate::world::{Command, Cx};

/// Why a policy is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case", prefix = "policy-")]
pub enum PolicyRefusal {
    /// A list without steps.
    #[error("invalid PolicySteps.Steps: value must contain at least 1 item(s)")]
    NoSteps,
    /// A list with too many.
    #[error("invalid PolicySteps.Steps: value must contain no more than {STEPS_MAX} item(s)")]
    TooManySteps,
    /// A rule names a list that is not there.
    #[error("no steps for rule")]
    NoStepsForRule,
    /// Provisioning comes from the entitlement.
    #[error("provision steps are not allowed in policies")]
    ProvisionStep,
    /// A step of no kind.
    #[error("policy step is nil")]
    NilStep,
    /// An action step.
    #[error("unsupported workflow step type")]
    ActionStep,
    /// Somebody says who was assigned.
    #[error("assigned approvers cannot be set")]
    Assigned,
    /// An approval by nobody.
    #[error("approval step has no approvers")]
    NoApprovers,
    /// A fallback to nobody.
    #[error("fallback requires at least one user or group")]
    EmptyFallback,
    /// An agent without a mode.
    #[error("agent mode is required")]
    AgentMode,
    /// An agent where none may be.
    #[error("agent approval steps are only allowed in grant and certify policies")]
    AgentPolicy,
    /// A rule with both targets, or none.
    #[error("rule must have exactly one of stepKey and policyId")]
    RuleTargets,
    /// Both names of one field, with different values.
    #[error("stepKey and policyKey must be equal")]
    TwoKeys,
    /// Too many rules.
    #[error("policy must not have more than {RULES_MAX} rules")]
    TooManyRules,
    /// An expression that does not compile.
    #[error("{0}")]
    Cel(String),
    /// A policy that is named and is not there, is of another type, names itself in the end, or lies too deep.
    #[error("policy reference {0} is not allowed: {1}")]
    Reference(String, &'static str),
    /// A baseline twice.
    #[error("baselinePolicyId and baseline steps cannot both be set")]
    TwoBaselines,
    /// Something that never changes.
    #[error("{0} cannot be changed")]
    Immutable(&'static str),
    /// A note under a name that is the vendor's, or one too many.
    #[error("annotation {0:?} is not allowed")]
    Annotation(String),
    /// It came with the tenant.
    #[error("system builtin policies cannot be changed")]
    Builtin,
    /// It is used.
    #[error("policy is in use by {0}")]
    InUse(String),
}

impl PolicyRefusal {
    /// Whether the live server answers 500 (contract, 9).
    pub fn is_plain_failure(&self) -> bool {
        matches!(
            self,
            Self::NoStepsForRule
                | Self::ProvisionStep
                | Self::NilStep
                | Self::ActionStep
                | Self::Assigned
                | Self::EmptyFallback
                | Self::AgentMode
                | Self::AgentPolicy
        )
    }
}

/// A policy that somebody wants.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyDraft {
    pub display_name: String,
    pub description: String,
    pub policy_type: PolicyType,
    pub steps: BTreeMap<String, Vec<PolicyStep>>,
    pub rules: Vec<Rule>,
    pub baseline_policy: Option<Id<Policy>>,
    pub post_actions: Vec<PostAction>,
    pub reassign_tasks_to_delegates: bool,
    pub annotations: BTreeMap<String, String>,
    pub scope: Option<PolicyScope>,
}

/// Make a policy.
pub struct CreatePolicy(pub PolicyDraft);

impl Command<Domain> for CreatePolicy {
    type Output = Id<Policy>;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Id<Policy>, Refusal> {
        let policy = drawn_up(domain, cx, self.0)?;
        let made = policy.id;
        cx.emit("policy.created", made, serde_json::json!({"name": policy.display_name}));
        domain.policies.put(policy);
        Ok(made)
    }
}

/// A policy as a seed has it, under an id of its own choosing.
///
/// # Errors
/// As [`CreatePolicy`].
pub fn drawn_up(domain: &Domain, cx: &mut Cx<'_>, mut draft: PolicyDraft) -> Result<Policy, Refusal> {
    let key = draft.policy_type.baseline_key();
    if draft.baseline_policy.is_none() {
        // What has no baseline refuses (contract, 9).
        draft.steps.entry(key.to_owned()).or_insert_with(|| vec![PolicyStep::Reject(String::new())]);
    }
    let annotations = annotated(&BTreeMap::new(), &draft.annotations)?;
    let (made, now) = (id::fresh(cx, "conductorone/policy"), cx.now());
    let policy = Policy {
        id: made,
        display_name: draft.display_name,
        description: draft.description,
        policy_type: draft.policy_type,
        steps: draft.steps,
        rules: draft.rules,
        baseline_policy: draft.baseline_policy,
        post_actions: draft.post_actions,
        reassign_tasks_to_delegates: draft.reassign_tasks_to_delegates,
        annotations,
        scope: draft.scope,
        system_builtin: false,
        created: now,
        updated: now,
        deleted: None,
    };
    check(domain, &policy)?;
    Ok(policy)
}

/// Change a policy: the draft is the whole of it as it is to be.
pub struct UpdatePolicy {
    /// Which.
    pub policy: Id<Policy>,
    /// What it is to be.
    pub draft: PolicyDraft,
    /// Notes to be merged: absent ones stay, empty ones go.
    pub annotations: BTreeMap<String, String>,
}

impl Command<Domain> for UpdatePolicy {
    type Output = Id<Policy>;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Id<Policy>, Refusal> {
        let old = editable(domain, self.policy)?;
        let draft = self.draft;
        if draft.policy_type != old.policy_type {
            return Err(PolicyRefusal::Immutable("policyType").into());
        }
        if draft.scope != old.scope {
            return Err(PolicyRefusal::Immutable("scope").into());
        }
        let mut steps = draft.steps;
        if draft.baseline_policy.is_none() {
            let key = old.policy_type.baseline_key();
            steps.entry(key.to_owned()).or_insert_with(|| vec![PolicyStep::Reject(String::new())]);
        }
        let policy = Policy {
            display_name: draft.display_name,
            description: draft.description,
            steps,
            rules: draft.rules,
            baseline_policy: draft.baseline_policy,
            post_actions: draft.post_actions,
            reassign_tasks_to_delegates: draft.reassign_tasks_to_delegates,
            annotations: annotated(&old.annotations, &self.annotations)?,
            updated: cx.now(),
            ..old
        };
        check(domain, &policy)?;
        cx.emit("policy.updated", policy.id, serde_json::json!({"name": policy.display_name}));
        domain.policies.put(policy);
        Ok(self.policy)
    }
}

/// Delete a policy. It stays to be read by its id; tasks that run it have a copy.
pub struct DeletePolicy(pub Id<Policy>);

impl Command<Domain> for DeletePolicy {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let policy = editable(domain, self.0)?;
        if let Some(user) = user_of(domain, cx, self.0) {
            return Err(PolicyRefusal::InUse(user).into());
        }
        let now = cx.now();
        cx.emit("policy.deleted", policy.id, serde_json::json!({"name": policy.display_name}));
        domain.policies.put(Policy { deleted: Some(now), updated: now, ..policy });
        Ok(())
    }
}

fn editable(domain: &Domain, id: Id<Policy>) -> Result<Policy, Refusal> {
    let policy = domain.policies.get(&id).filter(|policy| policy.deleted.is_none());
    let policy = policy.ok_or(Refusal::NoSuch(Noun::Policy))?;
    if policy.system_builtin { Err(PolicyRefusal::Builtin.into()) } else { Ok(Policy::clone(policy)) }
}

/// What uses a policy, by name; the first that is found.
fn user_of(domain: &Domain, cx: &Cx<'_>, id: Id<Policy>) -> Option<String> {
    let of = |policies: [Option<Id<Policy>>; 4]| policies.contains(&Some(id));
    let apps = domain.apps.iter().filter(|row| row.deleted.is_none());
    let mut apps = apps.filter(|row| of([row.grant_policy, row.revoke_policy, row.certify_policy, None]));
    if let Some(row) = apps.next() {
        let name = cx.company.apps().get(&row.app).map_or("", |app| row.name(app));
        return Some(format!("app {name:?}"));
    }
    let rows = domain.entitlements.iter().filter(|row| row.deleted.is_none());
    let mut rows =
        rows.filter(|row| of([row.grant_policy, row.revoke_policy, row.certify_policy, row.emergency_policy]));
    if let Some(row) = rows.next() {
        let own = cx.company.entitlements().get(&row.at.id).map(|own| &**own);
        return Some(format!("entitlement {:?}", row.name(own)));
    }
    let others = domain.policies.iter().filter(|other| other.deleted.is_none() && other.id != id);
    let other = others.into_iter().find(|other| other.names().any(|named| named == id))?;
    Some(format!("policy {:?}", other.display_name))
}

/// Everything that a policy has to be.
pub(super) fn check(domain: &Domain, policy: &Policy) -> Result<(), PolicyRefusal> {
    if policy.rules.len() > RULES_MAX {
        return Err(PolicyRefusal::TooManyRules);
    }
    if policy.baseline_policy.is_some() && policy.steps.contains_key(policy.policy_type.baseline_key()) {
        return Err(PolicyRefusal::TwoBaselines);
    }
    for steps in policy.steps.values() {
        if steps.is_empty() {
            return Err(PolicyRefusal::NoSteps);
        }
        if steps.len() > STEPS_MAX {
            return Err(PolicyRefusal::TooManySteps);
        }
        steps.iter().try_for_each(|step| check_step(policy.policy_type, step))?;
    }
    for rule in &policy.rules {
        compiles(&rule.condition)?;
        if let RuleTarget::Steps(key) = &rule.target
            && !policy.steps.contains_key(key)
        {
            return Err(PolicyRefusal::NoStepsForRule);
        }
    }
    let mut above = BTreeSet::from([policy.id]);
    policy.names().try_for_each(|named| check_named(domain, policy.policy_type, named, &mut above, 1))
}

fn check_step(policy_type: PolicyType, step: &PolicyStep) -> Result<(), PolicyRefusal> {
    match step {
        PolicyStep::Provision(_) => Err(PolicyRefusal::ProvisionStep),
        PolicyStep::Wait(wait) => match &wait.until {
            WaitUntil::Condition(condition) => compiles(condition),
            WaitUntil::Duration(_) | WaitUntil::TimeOfDay { .. } => Ok(()),
        },
        PolicyStep::Approval(approval) => match &approval.approvers {
            Approvers::Expression(expressions) => expressions.iter().try_for_each(|text| compiles(text)),
            Approvers::Agent(_) if !matches!(policy_type, PolicyType::Grant | PolicyType::Certify) => {
                Err(PolicyRefusal::AgentPolicy)
            }
            _ => Ok(()),
        },
        PolicyStep::Accept(_) | PolicyStep::Reject(_) | PolicyStep::Form(_) => Ok(()),
    }
}

fn compiles(text: &str) -> Result<(), PolicyRefusal> {
    cel::compile_error(text).map_or(Ok(()), |error| Err(PolicyRefusal::Cel(error)))
}

/// A policy that another names is there, of the same type, and leads neither back nor too deep.
fn check_named(
    domain: &Domain,
    policy_type: PolicyType,
    named: Id<Policy>,
    above: &mut BTreeSet<Id<Policy>>,
    depth: usize,
) -> Result<(), PolicyRefusal> {
    let refuse = |why| Err(PolicyRefusal::Reference(id::text(named), why));
    if above.contains(&named) {
        return refuse("it names itself");
    }
    let Some(policy) = domain.policies.get(&named).filter(|policy| policy.deleted.is_none()) else {
        return refuse("there is no such policy");
    };
    if policy.policy_type != policy_type {
        return refuse("it is of another type");
    }
    if depth > NESTING_MAX {
        return refuse("policies are nested too deep");
    }
    above.insert(named);
    for below in policy.names().collect::<Vec<_>>() {
        check_named(domain, policy_type, below, above, depth + 1)?;
    }
    above.remove(&named);
    Ok(())
}

/// Notes merged: absent ones stay, empty ones go (contract, 9).
fn annotated(
    old: &BTreeMap<String, String>,
    new: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, PolicyRefusal> {
    let mut merged = old.clone();
    for (key, value) in new {
        if key.is_empty() || key.starts_with("c1/") {
            return Err(PolicyRefusal::Annotation(key.clone()));
        }
        if value.is_empty() {
            merged.remove(key);
        } else {
            merged.insert(key.clone(), value.clone());
        }
    }
    match merged.keys().nth(ANNOTATIONS_MAX) {
        Some(extra) => Err(PolicyRefusal::Annotation(extra.clone())),
        None => Ok(merged),
    }
}
