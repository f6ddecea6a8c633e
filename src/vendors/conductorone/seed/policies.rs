//! Policies: those that come with every tenant, and those that the file defines.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::catalogs::{provider_id, webhook_id};
use super::{FILE, Founding};
use crate::company::Person;
use crate::kernel::{Id, Span};
use crate::vendors::conductorone::cel;
use crate::vendors::conductorone::lifecycle::tasks::builtin_policies;
use crate::vendors::conductorone::model::{
    Agent, AgentFailure, AgentMode, Approval, Approvers, Escalation, EscalationAction, Fallback, Policy, PolicyStep,
    PolicyType, PostAction, Rule, RuleTarget, StepUpProvider, Wait, WaitUntil,
};

/// One policy; other rows name it by its slug.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PolicyRow {
    slug: String,
    name: String,
    #[serde(default)]
    description: String,
    #[serde(rename = "type")]
    policy_type: PolicyType,
    steps: Vec<StepRow>,
    /// Further lists by key.
    #[serde(default)]
    lists: BTreeMap<String, Vec<StepRow>>,
    #[serde(default)]
    rules: Vec<RuleRow>,
    /// Whether what is decertified goes at once.
    #[serde(default)]
    remediates: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RuleRow {
    when: String,
    /// The key of a list.
    list: String,
}

#[derive(Deserialize)]
#[serde(tag = "step", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
enum StepRow {
    Approval {
        by: ApproversRow,
        #[serde(default)]
        myself: bool,
        #[serde(default)]
        distinct: bool,
        #[serde(default)]
        fallback: Vec<String>,
        #[serde(default)]
        approval_reason: bool,
        #[serde(default)]
        denial_reason: bool,
        #[serde(default)]
        reassignment_reason: bool,
        /// To whom it may be handed on; to anybody when empty.
        #[serde(default)]
        reassignees: Vec<String>,
        #[serde(default)]
        delegation: bool,
        /// The name of the provider with which an approver has to prove who they are.
        step_up: Option<String>,
        escalation: Option<EscalationRow>,
    },
    Accept {
        #[serde(default)]
        message: String,
    },
    Reject {
        #[serde(default)]
        message: String,
    },
    Wait {
        name: String,
        until: UntilRow,
        timeout: Option<Span>,
    },
    Form {
        form: Value,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum ApproversRow {
    Users(Vec<String>),
    Manager,
    AppOwners,
    Group(String),
    AccountOwner,
    EntitlementOwners,
    ResourceOwners,
    Expressions(Vec<String>),
    /// By the name of a webhook.
    Webhook(String),
    Agent(AgentRow),
}

/// The vendor's agent; people who are asked when it fails.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AgentRow {
    instructions: String,
    fallback: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct EscalationRow {
    after: Span,
    #[serde(default)]
    comment: String,
    then: ThenRow,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum ThenRow {
    Policy(String),
    Approvers(Vec<String>),
    Cancel,
    Skip,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum UntilRow {
    Condition(String),
    Lasting(Span),
    #[serde(rename_all = "camelCase")]
    TimeOfDay {
        hours: u32,
        minutes: u32,
        #[serde(default)]
        timezone: String,
    },
}

impl Founding<'_> {
    /// The policies that come with every tenant.
    pub(super) fn builtin_policies(&mut self) {
        builtin_policies(self.now).into_iter().for_each(|policy| self.domain.policies.put(policy));
    }

    /// The policies that the file defines.
    pub(super) fn policies(&mut self, rows: Vec<PolicyRow>) {
        for row in rows {
            let mut steps = BTreeMap::new();
            let baseline = row.policy_type.baseline_key().to_owned();
            for (key, list) in row.lists.into_iter().chain([(baseline, row.steps)]) {
                let list: Vec<_> = list.into_iter().map(|step| self.policy_step(&row.slug, step)).collect();
                steps.insert(key, list);
            }
            let mut rules = Vec::new();
            for rule in row.rules {
                self.compiles(&row.slug, &rule.when);
                if !steps.contains_key(&rule.list) {
                    self.names.mistakes.unknown(
                        FILE,
                        &row.slug,
                        "list of steps",
                        &rule.list,
                        steps.keys().map(String::as_str),
                    );
                }
                rules.push(Rule { condition: rule.when, target: RuleTarget::Steps(rule.list) });
            }
            self.domain.policies.put(Policy {
                id: policy_id(&row.slug),
                display_name: row.name,
                description: row.description,
                policy_type: row.policy_type,
                steps,
                rules,
                baseline_policy: None,
                post_actions: row
                    .remediates
                    .then_some(PostAction { certify_remediate_immediately: true })
                    .into_iter()
                    .collect(),
                reassign_tasks_to_delegates: false,
                annotations: BTreeMap::new(),
                scope: None,
                system_builtin: false,
                created: self.now,
                updated: self.now,
                deleted: None,
            });
        }
    }

    /// The policy that another row names; a mistake when there is none.
    pub(super) fn policy(&mut self, row: &str, slug: &str) -> Option<Id<Policy>> {
        let id = policy_id(slug);
        if !self.domain.policies.contains(&id) {
            self.names.mistakes.note(FILE, row, format!("there is no policy `{slug}`"));
            return None;
        }
        Some(id)
    }

    fn policy_step(&mut self, slug: &str, row: StepRow) -> PolicyStep {
        match row {
            StepRow::Accept { message } => PolicyStep::Accept(message),
            StepRow::Reject { message } => PolicyStep::Reject(message),
            StepRow::Form { form } => PolicyStep::Form(form),
            StepRow::Wait { name, until, timeout } => {
                let until = match until {
                    UntilRow::Condition(condition) => {
                        self.compiles(slug, &condition);
                        WaitUntil::Condition(condition)
                    }
                    UntilRow::Lasting(duration) => WaitUntil::Duration(duration),
                    UntilRow::TimeOfDay { hours, minutes, timezone } => {
                        WaitUntil::TimeOfDay { hours, minutes, timezone }
                    }
                };
                let (comment_on_first_wait, comment_on_timeout) = (String::new(), String::new());
                PolicyStep::Wait(Wait { name, timeout, comment_on_first_wait, comment_on_timeout, until })
            }
            StepRow::Approval {
                by,
                myself,
                distinct,
                fallback,
                approval_reason,
                denial_reason,
                reassignment_reason,
                reassignees,
                delegation,
                step_up,
                escalation,
            } => {
                let users = self.policy_people(slug, &fallback);
                let approval = Approval {
                    require_approval_reason: approval_reason,
                    require_reassignment_reason: reassignment_reason,
                    allowed_reassignees: self.policy_people(slug, &reassignees),
                    step_up_provider: step_up.and_then(|name| self.provider(slug, &name)),
                    allow_self_approval: myself,
                    require_distinct_approvers: distinct,
                    fallback: Fallback { enabled: !users.is_empty(), users, ..Fallback::default() },
                    require_denial_reason: denial_reason,
                    allow_delegation: delegation,
                    escalation_enabled: escalation.is_some(),
                    escalation: escalation.map(|row| self.escalation(slug, row)),
                    ..self.approvers(slug, by).plain()
                };
                PolicyStep::Approval(Box::new(approval))
            }
        }
    }

    fn approvers(&mut self, slug: &str, row: ApproversRow) -> Approvers {
        match row {
            ApproversRow::Users(users) => Approvers::Users(self.policy_people(slug, &users)),
            ApproversRow::Manager => Approvers::Manager,
            ApproversRow::AppOwners => Approvers::AppOwners,
            ApproversRow::Group(path) => self.entitlement(&path).map_or(Approvers::Users(Vec::new()), Approvers::Group),
            ApproversRow::AccountOwner => Approvers::AccountOwner,
            ApproversRow::EntitlementOwners => Approvers::EntitlementOwners,
            ApproversRow::ResourceOwners => Approvers::ResourceOwners,
            ApproversRow::Expressions(expressions) => {
                expressions.iter().for_each(|expression| self.compiles(slug, expression));
                Approvers::Expression(expressions)
            }
            ApproversRow::Webhook(name) => {
                let id = webhook_id(&name);
                if !self.domain.webhooks.contains(&id) {
                    self.names.mistakes.note(FILE, slug, format!("there is no webhook `{name}`"));
                }
                Approvers::Webhook(id)
            }
            ApproversRow::Agent(row) => Approvers::Agent(Agent {
                mode: AgentMode::FullControl,
                failure: AgentFailure::ReassignToUsers,
                instructions: row.instructions,
                policies: Vec::new(),
                reassign_to: self.policy_people(slug, &row.fallback),
                user: None,
            }),
        }
    }

    fn escalation(&mut self, slug: &str, row: EscalationRow) -> Escalation {
        let action = match row.then {
            ThenRow::Policy(other) => EscalationAction::ReplacePolicy(policy_id(&other)),
            ThenRow::Approvers(people) => EscalationAction::ReassignToApprovers(self.policy_people(slug, &people)),
            ThenRow::Cancel => EscalationAction::CancelTicket,
            ThenRow::Skip => EscalationAction::SkipStep,
        };
        Escalation { expiration: row.after, comment: row.comment, action }
    }

    fn provider(&mut self, slug: &str, name: &str) -> Option<Id<StepUpProvider>> {
        let id = provider_id(name);
        if !self.domain.step_up_providers.contains(&id) {
            self.names.mistakes.note(FILE, slug, format!("there is no step-up provider `{name}`"));
            return None;
        }
        Some(id)
    }

    fn policy_people(&mut self, row: &str, slugs: &[String]) -> Vec<Id<Person>> {
        slugs.iter().filter_map(|slug| self.names.person(row, slug)).collect()
    }

    fn compiles(&mut self, row: &str, text: &str) {
        if let Some(error) = cel::compile_error(text) {
            self.names.mistakes.note(FILE, row, error);
        }
    }
}

fn policy_id(slug: &str) -> Id<Policy> {
    Id::named(&format!("conductorone/policy/{slug}"))
}
