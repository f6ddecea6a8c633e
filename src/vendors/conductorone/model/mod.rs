//! What ConductorOne alone knows about the company: who governs which application and how, what may
//! be asked for, who answers for it, and everything that was asked.
//!
//! Who holds what is the company's, and read from it; see [`Binding`].

mod account;
mod app;
mod audit;
mod automation;
mod binding;
mod catalog;
mod client;
mod connector;
mod directory;
mod entitlement;
mod login;
pub mod policy;
mod proxy;
mod resource;
mod review;
mod role;
mod schema;
mod script;
mod step;
mod step_up;
mod switches;
mod task;
mod usage;
mod user;
mod webhook;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use account::{AccountProfile, AppUserType};
pub use app::{AccessModel, AppProfile, IdentityMatching, MatchBaton};
pub use audit::{ActionType, Audit, AuditKey, Called, ConnectorResult, Event, TakenAction};
pub use automation::{Automation, AutomationRule, AutomationSettings};
pub use binding::{Binding, Bindings};
pub use catalog::{
    Breaker, BundleAutomation, BundleRule, BundleRun, BundleSettings, Catalog, CatalogKey, CatalogSettings, Enrollment,
    Unenrollment, UnenrollmentPolicy,
};
pub use client::{ApiClient, ClientKey, ClientUse, Nonce, NonceKey};
pub use connector::{Connector, ConnectorKey, ConnectorSettings, SyncSchedule};
pub use directory::{AccountFilter, Directory, MatchCase};
pub use entitlement::{EntitlementKey, EntitlementProfile, EntitlementRef, Purpose};
pub use login::{Login, LoginKey, LoginMove, LoginState};
pub use policy::{
    Agent, AgentFailure, AgentMode, Approval, Approvers, Assignee, Assignees, Escalation, EscalationAction, Fallback,
    Manual, Policy, PolicyKey, PolicyScope, PolicyStep, PolicyType, PostAction, Provision, ProvisionPolicy,
    ProvisionTarget, Rule, RuleTarget, Wait, WaitUntil,
};
pub use proxy::{Proxy, ProxyId};
pub use resource::{Resource, ResourceKey, ResourceKind, ResourceType, ResourceTypeKey};
pub use review::{
    AccessReview, CloseDecision, Every, REPORTS_MAX, Recurrence, ReportFormat, ReviewFilter, ReviewMove, ReviewReport,
    ReviewScope, ReviewSettings, ReviewState, ReviewTemplate, ScopedEntitlement, TemplateSettings, TypeInApp,
};
pub use role::{Role, RoleName};
pub use schema::{JustificationVisibility, RequestSchema, SchemaSettings};
pub use script::{Failing, KnownAction, Lag, Reach};
pub use step::{
    ApprovalInstance, ApprovalMove, ApprovalOutcome, ApprovalState, Done, EscalationInstance, FormInstance, FormMove,
    FormOutcome, FormState, Generation, ProvisionInstance, ProvisionMove, ProvisionOutcome, ProvisionState, StepBody,
    StepInstance, WaitFor, WaitInstance, WaitMove, WaitOutcome, WaitState,
};
pub use step_up::{
    MicrosoftValidation, ProviderKind, ProviderSettings, StepUpMove, StepUpProvider, StepUpState, StepUpTarget,
    StepUpTransaction, TRANSACTION_LIFETIME,
};
pub use switches::{AgentVerdict, Switches};
pub use task::{
    Action, Certify, Grant, GrantSource, Origin, Outcome, OutcomeMove, PolicyRun, Processing, Revoke, RevokeSource,
    Task, TaskKey, TaskKind, TaskMove, TaskState,
};
pub use usage::{UsageControls, UsageSettings};
pub use user::{Delegation, UserKey, UserProfile, system_user};
pub use webhook::{
    ATTEMPTS_MAX, CALLBACK_DEFAULT, CALLBACK_MAX, CALLBACK_MIN, CallKey, CallMove, CallSource, CallState, Decision,
    INSTANCES_MAX, Webhook, WebhookInstance, WebhookSettings,
};

use super::lifecycle::Timer;
use crate::company::{Company, Person};
use crate::kernel::{AnyTable, Id, Span, Table, Timers};
use crate::world::Call;

/// ConductorOne's whole state inside one tenant: the vendor's "domain".
#[derive(Clone, Default)]
pub struct Domain {
    /// One row: what no source settles.
    pub switches: Table<Switches>,
    /// Applications under governance.
    pub apps: Table<AppProfile>,
    /// Kinds of resources of each application.
    pub resource_types: Table<ResourceType>,
    /// What entitlements are about.
    pub resources: Table<Resource>,
    /// What may be granted.
    pub entitlements: Table<EntitlementProfile>,
    /// What is known about accounts besides the application's own; no row where nothing is.
    pub accounts: Table<AccountProfile>,
    /// What is known about users besides HR's; no row where nothing is.
    pub users: Table<UserProfile>,
    /// Roles of the product itself.
    pub roles: Table<Role>,
    /// Credentials of the API.
    pub clients: Table<ApiClient>,
    /// Client assertions that were used, until they end.
    pub nonces: Table<Nonce>,
    /// Devices that wait to be let in.
    pub logins: Table<Login>,
    /// Which steps tasks go through.
    pub policies: Table<Policy>,
    /// What was asked for.
    pub tasks: Table<Task>,
    /// What happened to tasks.
    pub audits: Table<Audit>,
    /// Connectors that fail.
    pub failing: Table<Failing>,
    /// Connectors that take their time.
    pub lags: Table<Lag>,
    /// Actions of connectors.
    pub actions: Table<KnownAction>,
    /// What may be asked for, and by whom.
    pub catalogs: Table<Catalog>,
    /// Forms that requests fill in.
    pub request_schemas: Table<RequestSchema>,
    /// Entitlements that are given by themselves.
    pub automations: Table<Automation>,
    /// What is done about access that nobody uses.
    pub usage_controls: Table<UsageControls>,
    /// Access that is looked at again.
    pub access_reviews: Table<AccessReview>,
    /// What such reviews are made from.
    pub review_templates: Table<ReviewTemplate>,
    /// Entitlements that bring others with them.
    pub proxies: Table<Proxy>,
    /// Applications that identities come from.
    pub directories: Table<Directory>,
    /// What speaks for applications.
    pub connectors: Table<Connector>,
    /// Who is asked when a user proves once more who they are.
    pub step_up_providers: Table<StepUpProvider>,
    /// Such proofs.
    pub step_up_transactions: Table<StepUpTransaction>,
    /// Where decisions are asked for.
    pub webhooks: Table<Webhook>,
    /// Such questions.
    pub webhook_instances: Table<WebhookInstance>,
    /// Calls that wait for their answers.
    pub calls: Table<Call>,
    /// What waits for a date.
    pub timers: Timers<Timer>,
}

impl Domain {
    /// What no source settles.
    pub fn switches(&self) -> Arc<Switches> {
        self.switches.get(&()).cloned().unwrap_or_default()
    }

    /// The roles of a user: everybody is a basic user.
    pub fn roles_of(&self, user: Id<Person>) -> BTreeSet<RoleName> {
        let row = self.users.get(&user);
        row.iter().flat_map(|row| row.roles.iter().copied()).chain([RoleName::BasicUser]).collect()
    }

    /// Whether a user may do everything.
    pub fn is_super_admin(&self, user: Id<Person>) -> bool {
        self.roles_of(user).contains(&RoleName::SuperAdmin)
    }

    /// Those who may do everything and are there, in the order of their names.
    pub fn super_admins(&self, company: &Company) -> Vec<Id<Person>> {
        let rows = self.users.with(UserKey::Role(RoleName::SuperAdmin));
        let mut admins: Vec<_> = rows.filter_map(|row| company.people().get(&row.person)).collect();
        admins.retain(|person| person.is_present());
        admins.sort_by_key(|person| (person.slug.clone(), person.id));
        admins.into_iter().map(|person| person.id).collect()
    }

    /// An application that is under governance and not deleted.
    pub fn app(&self, app: Id<crate::company::App>) -> Option<&Arc<AppProfile>> {
        self.apps.get(&app).filter(|app| app.deleted.is_none())
    }

    /// An entitlement that is not deleted, of an application that is not.
    pub fn entitlement(&self, entitlement: EntitlementRef) -> Option<&Arc<EntitlementProfile>> {
        self.app(entitlement.app)?;
        self.entitlements.get(&entitlement).filter(|row| row.deleted.is_none())
    }

    /// Why a connector fails at an entitlement, if it does.
    pub fn failing(&self, entitlement: EntitlementRef) -> Option<&Arc<Failing>> {
        Reach::of(entitlement).iter().find_map(|what| self.failing.get(what))
    }

    /// How long a connector takes for an entitlement, where that is written down.
    pub fn lag(&self, entitlement: EntitlementRef) -> Option<Span> {
        Reach::of(entitlement).iter().find_map(|what| self.lags.get(what)).map(|lag| lag.lasting)
    }

    /// Every policy, deleted ones too, by name and then by id.
    pub fn policies_by_name(&self) -> impl Iterator<Item = &Arc<Policy>> {
        let last = PolicyKey::Name(char::MAX.to_string());
        self.policies.range(PolicyKey::Name(String::new()), last)
    }

    pub(super) fn all_tables(&self) -> Vec<&dyn AnyTable> {
        vec![
            &self.switches,
            &self.apps,
            &self.resource_types,
            &self.resources,
            &self.entitlements,
            &self.accounts,
            &self.users,
            &self.roles,
            &self.clients,
            &self.nonces,
            &self.logins,
            &self.policies,
            &self.tasks,
            &self.audits,
            &self.failing,
            &self.lags,
            &self.actions,
            &self.catalogs,
            &self.request_schemas,
            &self.automations,
            &self.usage_controls,
            &self.access_reviews,
            &self.review_templates,
            &self.proxies,
            &self.directories,
            &self.connectors,
            &self.step_up_providers,
            &self.step_up_transactions,
            &self.webhooks,
            &self.webhook_instances,
        ]
    }

    pub(super) fn all_tables_mut(&mut self) -> Vec<&mut dyn AnyTable> {
        vec![
            &mut self.switches,
            &mut self.apps,
            &mut self.resource_types,
            &mut self.resources,
            &mut self.entitlements,
            &mut self.accounts,
            &mut self.users,
            &mut self.roles,
            &mut self.clients,
            &mut self.nonces,
            &mut self.logins,
            &mut self.policies,
            &mut self.tasks,
            &mut self.audits,
            &mut self.failing,
            &mut self.lags,
            &mut self.actions,
            &mut self.catalogs,
            &mut self.request_schemas,
            &mut self.automations,
            &mut self.usage_controls,
            &mut self.access_reviews,
            &mut self.review_templates,
            &mut self.proxies,
            &mut self.directories,
            &mut self.connectors,
            &mut self.step_up_providers,
            &mut self.step_up_transactions,
            &mut self.webhooks,
            &mut self.webhook_instances,
        ]
    }
}
