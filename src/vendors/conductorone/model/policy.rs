//! Policies: which steps a task goes through (contract, 9). Definitions only; what becomes of them in
//! one task stands in `step`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::EntitlementRef;
use crate::company::{App, Person};
use crate::kernel::{Entity, Id, Span, Timestamp};

/// How deep policies may name one another: `policyId` of a rule, `baselinePolicyId` (contract, 8.3).
pub const NESTING_MAX: usize = 5;
/// How many rules a policy may have beside its baseline (contract, 9).
pub const RULES_MAX: usize = 16;
/// How many annotations a policy may have (contract, 9).
pub const ANNOTATIONS_MAX: usize = 16;
/// How many steps one list may have. [assumed]
pub const STEPS_MAX: usize = 64;

/// What a policy is for: `POLICY_TYPE_…`.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PolicyType {
    /// Access that is asked for.
    Grant,
    /// Access that is to go.
    Revoke,
    /// Access that is reviewed.
    Certify,
    /// Older name, accepted and never chosen.
    AccessRequest,
    /// Provisioning alone.
    Provision,
}

impl PolicyType {
    /// The key of its baseline in `policySteps`.
    pub fn baseline_key(self) -> &'static str {
        match self {
            Self::Grant => "grant",
            Self::Revoke => "revoke",
            Self::Certify => "certify",
            Self::AccessRequest => "access_request",
            Self::Provision => "provision",
        }
    }
}

/// A list of steps, and when to use which.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Policy {
    /// Which.
    pub id: Id<Policy>,
    /// Its name.
    pub display_name: String,
    /// What it is about.
    pub description: String,
    /// What it is for; never changes.
    pub policy_type: PolicyType,
    /// Lists of steps by key; the baseline under [`PolicyType::baseline_key`].
    pub steps: BTreeMap<String, Vec<PolicyStep>>,
    /// Tried in order; the first that holds names the list.
    pub rules: Vec<Rule>,
    /// Used instead of a baseline list.
    pub baseline_policy: Option<Id<Policy>>,
    /// What follows a decision: whether a decertified grant is revoked at once.
    pub post_actions: Vec<PostAction>,
    /// Kept, and without effect.
    pub reassign_tasks_to_delegates: bool,
    /// Free texts by name.
    pub annotations: BTreeMap<String, String>,
    /// The application or entitlement to which it belongs; never changes.
    pub scope: Option<PolicyScope>,
    /// Whether it came with the tenant and cannot be changed.
    pub system_builtin: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// When it was deleted.
    pub deleted: Option<Timestamp>,
}

/// What follows a decision.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PostAction {
    /// A decertified grant gets a revoke task at once.
    pub certify_remediate_immediately: bool,
}

/// To what a policy belongs.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyScope {
    /// The application.
    pub app: Option<Id<App>>,
    /// Its entitlement, if it belongs to one.
    pub entitlement: Option<Id<crate::company::Entitlement>>,
    /// Whether it is the entitlement's emergency policy.
    pub emergency: bool,
}

/// One condition and what it chooses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// A CEL expression that yields a boolean.
    pub condition: String,
    /// What it chooses.
    pub target: RuleTarget,
}

/// What a rule chooses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RuleTarget {
    /// A list of the same policy.
    Steps(String),
    /// Another policy of the same type.
    Policy(Id<Policy>),
}

/// One step, as it is defined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PolicyStep {
    /// Somebody, or something, decides.
    Approval(Box<Approval>),
    /// Access is given or taken. Never in a policy: a task's chain gets it from the entitlement.
    Provision(Box<Provision>),
    /// It is agreed to without anybody's word.
    Accept(String),
    /// It is refused without anybody's word.
    Reject(String),
    /// Time passes, or something becomes true.
    Wait(Wait),
    /// Somebody fills in a form: the vendor's form message, kept as it came.
    Form(Value),
}

/// Who decides, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Approval {
    /// Who is asked.
    pub approvers: Approvers,
    /// Whether the target user may decide.
    pub allow_self_approval: bool,
    /// Whether who approved an earlier step may decide again.
    pub require_distinct_approvers: bool,
    /// Who is asked when nobody is found.
    pub fallback: Fallback,
    /// Whether an approver may hand it on.
    pub allow_reassignment: bool,
    /// To whom; anybody when empty.
    pub allowed_reassignees: Vec<Id<Person>>,
    /// Whether an approver's delegate takes their place.
    pub allow_delegation: bool,
    /// Whether approving needs a comment.
    pub require_approval_reason: bool,
    /// Whether denying needs a comment.
    pub require_denial_reason: bool,
    /// Whether reassigning needs a comment.
    pub require_reassignment_reason: bool,
    /// The provider with which an approver has to prove who they are.
    pub step_up_provider: Option<Id<super::StepUpProvider>>,
    /// Whether [`Approval::escalation`] counts.
    pub escalation_enabled: bool,
    /// What happens when nobody decides in time.
    pub escalation: Option<Escalation>,
}

/// Who is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Approvers {
    /// These.
    Users(Vec<Id<Person>>),
    /// The target user's managers.
    Manager,
    /// The owners of the application.
    AppOwners,
    /// The holders of an entitlement.
    Group(EntitlementRef),
    /// The owner of the account concerned: the target user. The vendor calls it `self`.
    AccountOwner,
    /// The owners of the entitlement.
    EntitlementOwners,
    /// The owners of its resource.
    ResourceOwners,
    /// The first expression that yields somebody.
    Expression(Vec<String>),
    /// A webhook's answer.
    Webhook(Id<super::Webhook>),
    /// The vendor's agent.
    Agent(Agent),
}

/// The vendor's agent, and what happens when it fails.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Agent {
    /// How much it may do.
    pub mode: AgentMode,
    /// What happens when it comes to no decision.
    pub failure: AgentFailure,
    /// What it is told.
    pub instructions: String,
    /// Policies it may change to.
    pub policies: Vec<Id<Policy>>,
    /// Who is asked when it fails.
    pub reassign_to: Vec<Id<Person>>,
    /// As whom it acts.
    pub user: Option<Id<Person>>,
}

/// How much an agent may do: `APPROVAL_AGENT_MODE_…`.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AgentMode {
    FullControl,
    ChangePolicyOnly,
    CommentOnly,
}

/// What happens when an agent fails: `APPROVAL_AGENT_FAILURE_ACTION_…`.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AgentFailure {
    Unspecified,
    ReassignToUsers,
    ReassignToSuperAdmins,
    SkipPolicyStep,
}

/// Who is asked when nobody is found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fallback {
    /// Whether there is one.
    pub enabled: bool,
    /// These first.
    pub users: Vec<Id<Person>>,
    /// Whether the groups count.
    pub groups_enabled: bool,
    /// Then the holders of these.
    pub groups: Vec<EntitlementRef>,
}

/// What happens when nobody decides in time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Escalation {
    /// How long an approver has.
    pub expiration: Span,
    /// What is said then.
    pub comment: String,
    /// What is done then.
    pub action: EscalationAction,
}

/// What an escalation does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EscalationAction {
    /// Another policy, from its first step.
    ReplacePolicy(Id<Policy>),
    /// Other approvers.
    ReassignToApprovers(Vec<Id<Person>>),
    /// The end of the task.
    CancelTicket,
    /// On to the next step.
    SkipStep,
}

/// Time passes, or something becomes true.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Wait {
    /// Its name.
    pub name: String,
    /// How long it waits at most.
    pub timeout: Option<Span>,
    /// What is said when it begins.
    pub comment_on_first_wait: String,
    /// What is said when it was too long.
    pub comment_on_timeout: String,
    /// What it waits for.
    pub until: WaitUntil,
}

/// What a wait waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WaitUntil {
    /// A CEL expression that becomes true.
    Condition(String),
    /// So long.
    Duration(Span),
    /// The next time that clocks show this.
    TimeOfDay {
        /// 0 to 23.
        hours: u32,
        /// 0 to 59.
        minutes: u32,
        /// An IANA name; UTC when empty.
        timezone: String,
    },
}

/// Access is given or taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Provision {
    /// How.
    pub policy: ProvisionPolicy,
    /// To or from whom.
    pub target: ProvisionTarget,
}

/// Whose access to what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProvisionTarget {
    /// What.
    pub entitlement: EntitlementRef,
    /// Whose; nobody's until there is an account.
    pub account: Option<Id<crate::company::Account>>,
    /// For how long.
    pub duration: Option<Span>,
}

/// How access is given or taken (contract, 8.6).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ProvisionPolicy {
    /// A connector does it: its own message, kept as it came.
    Connector(Value),
    /// People do it.
    Manual(Manual),
    /// Another entitlement's provisioning does it.
    Delegated {
        /// The other entitlement.
        entitlement: EntitlementRef,
        /// Whether it came by itself.
        implicit: bool,
    },
    /// A webhook does it.
    Webhook(Id<super::Webhook>),
    /// A ticket in another system.
    ExternalTicket {
        /// The application whose connector writes tickets.
        app: String,
        /// The connector.
        connector: String,
        /// Its configuration.
        config: String,
        /// What the ticket says.
        instructions: String,
    },
    /// One after the other.
    MultiStep(Vec<ProvisionPolicy>),
    /// An action of a connector: its own message, kept as it came.
    Action(Value),
    /// A secret is laid down on a device.
    DevicePlacement(String),
    /// Nothing was said: people do it.
    #[default]
    Unconfigured,
}

/// People give or take it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manual {
    /// These, unless an assignee says otherwise.
    pub users: Vec<Id<Person>>,
    /// What they are told.
    pub instructions: String,
    /// Who they are.
    pub assignee: Option<Assignee>,
}

/// Who gives or takes it by hand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Assignee {
    /// Who.
    pub who: Assignees,
    /// Whether they may hand it on.
    pub allow_reassignment: bool,
    /// Who does it when nobody is found.
    pub fallback_users: Vec<Id<Person>>,
}

/// Who gives or takes it by hand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Assignees {
    Users(Vec<Id<Person>>),
    AppOwners,
    EntitlementOwners,
    Manager,
    Group(EntitlementRef),
    Expression(Vec<String>),
}

/// How policies are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyKey {
    /// By name in any case.
    Name(String),
}

impl Entity for Policy {
    const TABLE: &'static str = "policies";
    type Id = Id<Policy>;
    type Key = PolicyKey;
    fn id(&self) -> Id<Policy> {
        self.id
    }
    fn keys(&self) -> Vec<PolicyKey> {
        vec![PolicyKey::Name(self.display_name.to_lowercase())]
    }
}

impl Policy {
    /// The id of the tenant's own policy of a type.
    pub fn builtin(policy_type: PolicyType) -> Id<Policy> {
        Id::named(&format!("conductorone/policy/builtin-{}", policy_type.baseline_key()))
    }

    /// The policies that it names: by rules, by its baseline, and by escalations.
    pub fn names(&self) -> impl Iterator<Item = Id<Policy>> + '_ {
        let by_rules = self.rules.iter().filter_map(|rule| match rule.target {
            RuleTarget::Policy(id) => Some(id),
            RuleTarget::Steps(_) => None,
        });
        let by_escalation = self.approvals().filter_map(|approval| match approval.escalation.as_ref()?.action {
            EscalationAction::ReplacePolicy(id) => Some(id),
            _ => None,
        });
        self.baseline_policy.into_iter().chain(by_rules).chain(by_escalation)
    }

    /// Its approval steps, over all lists.
    pub fn approvals(&self) -> impl Iterator<Item = &Approval> {
        self.steps.values().flatten().filter_map(|step| match step {
            PolicyStep::Approval(approval) => Some(&**approval),
            _ => None,
        })
    }

    /// Whether a decertified grant is revoked at once.
    pub fn remediates(&self) -> bool {
        self.post_actions.iter().any(|action| action.certify_remediate_immediately)
    }
}

impl Approvers {
    /// These people, and nothing else said.
    pub fn plain(self) -> Approval {
        Approval {
            approvers: self,
            allow_self_approval: false,
            require_distinct_approvers: false,
            fallback: Fallback::default(),
            allow_reassignment: true,
            allowed_reassignees: Vec::new(),
            allow_delegation: false,
            require_approval_reason: false,
            require_denial_reason: false,
            require_reassignment_reason: false,
            step_up_provider: None,
            escalation_enabled: false,
            escalation: None,
        }
    }
}
