//! What happens in the domain: each file holds the commands about one thing and what time makes of
//! them. States and their transitions stand in `model`.

mod accounts;
mod actor;
mod apps;
mod automations;
mod bundles;
mod calls;
mod catalogs;
mod configure;
mod connectors;
mod credentials;
mod delegate;
mod directories;
mod entitlements;
pub mod form_check;
mod grants;
mod logins;
mod managed;
pub mod membership;
mod owners;
mod policies;
mod proxies;
pub mod requestable;
mod resources;
pub mod reviews;
mod roles;
mod schemas;
mod step;
mod step_up;
pub mod tasks;
mod usage;
mod webhooks;

use std::fmt;

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

pub use accounts::EditAccount;
pub use actor::Actor;
pub use apps::{CreateApp, DeleteApp, EditApp, govern};
pub use automations::{CreateAutomation, DeleteAutomation, ExcludeUsers, UpdateAutomation, automation};
pub use bundles::{DeleteBundleAutomation, ResumeBundleAutomation, RunBundleAutomation, SetBundleAutomation};
pub use calls::{BringDecision, TestWebhook, callback_path};
pub use catalogs::{Change, ChangeEntries, ChangeVisibility, RemoveEntry};
pub use configure::{Create, Delete, Update};
pub use connectors::{CreateConnector, DeleteConnector, UpdateConnector, of_app as connector_of_app};
pub use credentials::{CreateClient, DeleteClient, EditClient, UseAssertion, UseClient, own_client};
pub use delegate::Delegate;
pub use directories::{CreateDirectory, DeleteDirectory, DirectorySettings, UpdateDirectory};
pub use entitlements::{CreateEntitlement, DeleteEntitlement, EditEntitlement};
pub use grants::{AddMembers, RemoveMember, SetGrantEnd};
pub use logins::{NotYet, POLL_INTERVAL, PollLogin, SettleLogin, StartLogin};
pub use managed::{Discovery, Promote};
pub use owners::{ChangeOwners, Owned, OwnerChange, owners};
pub use policies::{CreatePolicy, DeletePolicy, PolicyDraft, PolicyRefusal, UpdatePolicy};
pub use proxies::{Bind, Unbind};
pub use resources::{CreateResource, CreateResourceType, DeleteResource, DeleteResourceType, Edit};
pub use roles::RenameRole;
pub use schemas::{BindSchema, UnbindSchema};
pub use step::{Step, perform};
pub use step_up::{CreateProvider, SetProviderSecret, SettleStepUp, TestProvider};
pub use usage::{UpdateUsage, usage};

use self::tasks::{TaskRefusal, TaskTimer};
use super::model::{
    AccessReview, Catalog, Domain, EntitlementRef, Login, ReviewState, ReviewTemplate, StepUpTransaction,
    WebhookInstance,
};
use crate::company::{App, Person};
use crate::kernel::{AnyTable, Hop, Id, Pace, Span, Table, Timers};
use crate::world::{Call, Cx, Estate, Outcome};

/// The hour from which, or until which, somebody else does a user's tasks. It has a date and no pace.
pub const DELEGATION: Hop = Hop { name: "conductorone/delegation", pace: Pace::AtOnce };

/// The first super admin lets a device in. Nobody does unless this goes by itself: a step lets it in as somebody.
pub const DEVICE_LOGIN: Hop = Hop { name: "conductorone/device-login", pace: Pace::Held };
/// The end of a device's waiting. It has a date and no pace.
pub const LOGIN_EXPIRY: Hop = Hop { name: "conductorone/login-expiry", pace: Pace::AtOnce };

/// The hour from which a proof of who one is comes too late. It has a date and no pace.
pub const STEP_UP_EXPIRY: Hop = Hop { name: "conductorone/step-up-expiry", pace: Pace::AtOnce };
/// The hour at which a webhook is called once more. It has a date and no pace.
pub const WEBHOOK_RETRY: Hop = Hop { name: "conductorone/webhook-retry", pace: Pace::AtOnce };
/// The hour from which a decision comes too late. It has a date and no pace.
pub const CALLBACK_DEADLINE: Hop = Hop { name: "conductorone/webhook-deadline", pace: Pace::AtOnce };

/// How often an entitlement's automation looks whom it is to be given to. [assumed]
pub const AUTOMATION: Hop = Hop { name: "conductorone/automation", pace: Pace::After(Span::days(1)) };
/// How often a catalog's automation looks whom it is to be given to. [assumed]
pub const CATALOG_AUTOMATION: Hop = Hop { name: "conductorone/catalog-automation", pace: Pace::After(Span::days(1)) };

/// How often it is looked who does not use what they have. [assumed]
pub const NON_USAGE: Hop = Hop { name: "conductorone/non-usage", pace: Pace::After(Span::days(1)) };

/// How often it is looked whether what is under review is still there. [assumed]
pub const RESOLVE: Hop = Hop { name: "conductorone/auto-resolve", pace: Pace::After(Span::days(1)) };

/// The hour at which an access review is made, starts or is over by itself. It has a date and no pace.
pub const CAMPAIGN: Hop = Hop { name: "conductorone/campaign", pace: Pace::AtOnce };

/// Every asynchronous hop.
pub const HOPS: [Hop; 17] = [
    DELEGATION,
    DEVICE_LOGIN,
    LOGIN_EXPIRY,
    tasks::PROCESS,
    tasks::PROVISION,
    tasks::MANUAL,
    tasks::TICKET,
    tasks::AGENT,
    tasks::WAIT,
    STEP_UP_EXPIRY,
    WEBHOOK_RETRY,
    CALLBACK_DEADLINE,
    AUTOMATION,
    CATALOG_AUTOMATION,
    NON_USAGE,
    RESOLVE,
    CAMPAIGN,
];

/// What an id can name.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Noun {
    App,
    AppUser,
    Entitlement,
    ResourceType,
    Resource,
    User,
    Role,
    Client,
    Login,
    Task,
    Grant,
    Action,
    Policy,
    Catalog,
    Entry,
    BundleAutomation,
    RequestSchema,
    SchemaBinding,
    Automation,
    Directory,
    Connector,
    StepUpProvider,
    StepUpTransaction,
    Webhook,
    AccessReview,
    ReviewTemplate,
    Proxy,
}

impl fmt::Display for Noun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::App => "app",
            Self::AppUser => "app user",
            Self::Entitlement => "app entitlement",
            Self::ResourceType => "app resource type",
            Self::Resource => "app resource",
            Self::User => "user",
            Self::Role => "role",
            Self::Client => "personal client",
            Self::Login => "device login",
            Self::Task => "task",
            Self::Grant => "grant",
            Self::Action => "action",
            Self::Policy => "policy",
            Self::Catalog => "request catalog",
            Self::Entry => "requestable entry",
            Self::BundleAutomation => "bundle automation",
            Self::RequestSchema => "request schema",
            Self::SchemaBinding => "request schema binding",
            Self::Automation => "automation",
            Self::Directory => "directory",
            Self::Connector => "connector",
            Self::StepUpProvider => "step-up provider",
            Self::StepUpTransaction => "step-up transaction",
            Self::Webhook => "webhook",
            Self::AccessReview => "access review",
            Self::ReviewTemplate => "access review template",
            Self::Proxy => "entitlement proxy binding",
        })
    }
}

/// Why a text that must say something is refused.
pub const BLANK: &str = "value length must be at least 1 runes";

/// Why ConductorOne refuses a command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Refusal {
    /// An id names nothing.
    #[error("{0} not found")]
    #[strum(to_string = "not-found")]
    NoSuch(Noun),
    /// A field is absent or empty.
    #[error("invalid {0}: {1}")]
    Missing(&'static str, &'static str),
    /// A field's value is none that it can have.
    #[error("invalid {0}: {1}")]
    Invalid(&'static str, String),
    /// Of a task, or its opening.
    #[error(transparent)]
    #[strum(transparent, to_string = "")]
    Task(#[from] TaskRefusal),
    /// Of a policy.
    #[error(transparent)]
    #[strum(transparent, to_string = "")]
    Policy(#[from] PolicyRefusal),
    /// An application has one resource type of each kind, but for custom ones; the text is recorded (contract, 10.2).
    #[error("app resource type already exists")]
    ResourceTypeExists,
    /// A connector found it, so it cannot be deleted by hand.
    #[error("{0} is managed by a connector")]
    FoundByConnector(Noun),
    /// It came with the product.
    #[error("{0} is builtin and cannot be deleted")]
    Builtin(Noun),
    /// Another entitlement is looked up by this alias.
    #[error("alias is already in use")]
    AliasTaken,
    /// A user has as many credentials as they may have.
    #[error("a user must not have more than {0} personal clients")]
    TooManyClients(usize),
    /// A field holds no id where there must be one.
    #[error("invalid {0}: value does not match regex pattern \"^[a-zA-Z0-9]{{27}}$\"")]
    NotAnId(&'static str),
    /// There is one already.
    #[error("{0} already exists")]
    Exists(Noun),
    /// Nobody sees an unpublished catalog; the text is recorded (contract, 11).
    #[error("catalog must be published to add an access entitlement")]
    CatalogUnpublished,
    /// Everybody sees it as it is; the text is recorded (contract, 11).
    #[error("catalog is visible to everyone, cannot add access entitlements")]
    CatalogForEveryone,
    /// The user has proved who they are, or came too late.
    #[error("step-up transaction is not pending")]
    StepUpOver,
    /// Nothing waits for this decision any more.
    #[error("callback token is invalid or has been used")]
    CallbackToken,
    /// A client assertion came twice.
    #[error("assertion has been used already")]
    Replayed,
    /// A device login was settled, or is over. No call settles one, only a step.
    #[error("device login has been settled already")]
    #[strum(to_string = "")]
    Settled,
    /// A review is in a state in which this cannot be.
    #[error("access review is {0}")]
    ReviewState(ReviewState),
    /// A connector says who holds it, and nobody here.
    #[error("app entitlement is not manually managed")]
    NotByHand,
}

/// A command with a date.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Timer {
    /// A delegation begins or ends.
    Delegation(Id<Person>),
    /// A device is let in.
    DeviceLogin(Id<Login>),
    /// A device has waited long enough.
    LoginExpiry(Id<Login>),
    /// Of a task.
    Task(TaskTimer),
    /// Nobody proved who they are.
    StepUpExpiry(Id<StepUpTransaction>),
    /// A webhook is called once more.
    WebhookRetry(Id<WebhookInstance>),
    /// A webhook's decision did not come.
    CallbackDeadline(Id<WebhookInstance>),
    /// An entitlement's automation runs.
    Automation(EntitlementRef),
    /// A catalog's automation runs.
    CatalogAutomation(Id<Catalog>),
    /// It is looked who does not use an application.
    NonUsage(Id<App>),
    /// An access review starts.
    StartReview(Id<AccessReview>),
    /// An access review is over.
    CloseReview(Id<AccessReview>),
    /// It is looked what of an access review is gone.
    ResolveReview(Id<AccessReview>),
    /// An access review is made from a template.
    MakeReview(Id<ReviewTemplate>),
}

impl Estate for Domain {
    const VENDOR: &'static str = "conductorone";
    type Refusal = Refusal;
    type Timer = Timer;

    fn tables(&self) -> Vec<&dyn AnyTable> {
        self.all_tables()
    }
    fn tables_mut(&mut self) -> Vec<&mut dyn AnyTable> {
        self.all_tables_mut()
    }
    fn timers(&self) -> &Timers<Timer> {
        &self.timers
    }
    fn timers_mut(&mut self) -> &mut Timers<Timer> {
        &mut self.timers
    }

    fn calls(&self) -> Option<&Table<Call>> {
        Some(&self.calls)
    }
    fn calls_mut(&mut self) -> Option<&mut Table<Call>> {
        Some(&mut self.calls)
    }
    fn answered(&mut self, call: &Call, outcome: Outcome, cx: &mut Cx<'_>) {
        calls::answered(self, cx, call, outcome);
    }

    fn perform(&mut self, timer: Timer, cx: &mut Cx<'_>) {
        match timer {
            Timer::Delegation(user) => delegate::turn(self, cx, user),
            Timer::DeviceLogin(login) => logins::let_in(self, cx, login),
            Timer::LoginExpiry(login) => logins::expire(self, cx, login),
            Timer::Task(timer) => tasks::perform(self, cx, timer),
            Timer::StepUpExpiry(id) => step_up::expire(self, cx, id),
            Timer::WebhookRetry(id) => calls::again(self, cx, id),
            Timer::Automation(at) => automations::run(self, cx, at),
            Timer::NonUsage(app) => usage::look(self, cx, app),
            Timer::CatalogAutomation(id) => bundles::run(self, cx, id),
            Timer::CallbackDeadline(id) => calls::give_up(self, cx, id, "no decision came in time"),
            Timer::StartReview(id) => reviews::start_by_date(self, cx, id),
            Timer::CloseReview(id) => reviews::close_by_date(self, cx, id),
            Timer::ResolveReview(id) => reviews::look(self, cx, id),
            Timer::MakeReview(id) => reviews::make_by_date(self, cx, id),
        }
    }
}

/// Whether an expression can be a condition.
fn condition(field: &'static str, expression: &str) -> Result<(), Refusal> {
    if expression.trim().is_empty() {
        return Err(Refusal::Missing(field, BLANK));
    }
    Ok(())
}
