//! Webhooks, and the calls that were made to them (contract, 12.2).

use serde::{Deserialize, Serialize};

use crate::kernel::{Entity, Id, Lifecycle, Span, Timestamp};

/// How long a decision may come later, unless somebody says otherwise.
pub const CALLBACK_DEFAULT: Span = Span::days(8);
/// The shortest such time.
pub const CALLBACK_MIN: Span = Span::days(1);
/// The longest such time.
pub const CALLBACK_MAX: Span = Span::days(30);
/// How often a call is tried.
pub const ATTEMPTS_MAX: i32 = 50;
/// How many calls are remembered; the oldest that nobody waits for go first. [assumed]
pub const INSTANCES_MAX: usize = 2_000;

/// Where decisions are asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Webhook {
    /// Which.
    pub id: Id<Webhook>,
    /// What an administrator said.
    pub settings: WebhookSettings,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// When it was deleted.
    pub deleted: Option<Timestamp>,
}

/// What an administrator says about a webhook.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WebhookSettings {
    /// What it is called.
    pub display_name: String,
    /// What it is for.
    pub description: String,
    /// Where it is.
    pub url: String,
    /// How long a decision may come later.
    pub callback_timeout: Option<Span>,
}

impl Entity for Webhook {
    const TABLE: &'static str = "webhooks";
    type Id = Id<Webhook>;
    type Key = ();
    fn id(&self) -> Id<Webhook> {
        self.id
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}

/// Where a call stands.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CallState {
    /// It has not gone out.
    Pending,
    /// It is out.
    Running,
    /// It failed, and will be tried again.
    Error,
    /// The receiver will decide later.
    WaitingCallback,
    /// There is a decision.
    ProcessResponse,
    /// The decision was carried out.
    Success,
    /// There will be no decision.
    FatalError,
}

/// What happens to a call.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum CallMove {
    /// It goes out.
    Send,
    /// The receiver answers with a decision.
    Answer,
    /// The receiver will decide later.
    Accept,
    /// The receiver cannot be reached, or answers badly.
    Fail,
    /// The receiver wants no more calls, or none of them went through.
    GiveUp,
    /// The decision is carried out.
    Finish,
}

impl Lifecycle for CallState {
    type Move = CallMove;
    const MACHINE: &'static str = "webhook call";
    const STATES: &'static [Self] = &[
        Self::Pending,
        Self::Running,
        Self::Error,
        Self::WaitingCallback,
        Self::ProcessResponse,
        Self::Success,
        Self::FatalError,
    ];
    const MOVES: &'static [CallMove] =
        &[CallMove::Send, CallMove::Answer, CallMove::Accept, CallMove::Fail, CallMove::GiveUp, CallMove::Finish];
    fn on(self, event: CallMove) -> Option<Self> {
        match (self, event) {
            (Self::Pending | Self::Error, CallMove::Send) => Some(Self::Running),
            (Self::Running | Self::WaitingCallback, CallMove::Answer) => Some(Self::ProcessResponse),
            (Self::Running, CallMove::Accept) => Some(Self::WaitingCallback),
            (Self::Running, CallMove::Fail) => Some(Self::Error),
            (Self::Running | Self::Error | Self::WaitingCallback | Self::ProcessResponse, CallMove::GiveUp) => {
                Some(Self::FatalError)
            }
            (Self::ProcessResponse, CallMove::Finish) => Some(Self::Success),
            _ => None,
        }
    }
}

/// What a call is about.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CallSource {
    /// Whether the receiver is there.
    Test,
    /// An approval step of a task.
    ApprovalStep { task: Id<super::Task>, step: Id<super::StepInstance> },
    /// A provision step of a task.
    ProvisionStep { task: Id<super::Task>, step: Id<super::StepInstance> },
}

impl CallSource {
    /// The step of which task it is about.
    pub fn step(self) -> Option<(Id<super::Task>, Id<super::StepInstance>)> {
        match self {
            Self::Test => None,
            Self::ApprovalStep { task, step } | Self::ProvisionStep { task, step } => Some((task, step)),
        }
    }
}

/// A call to a webhook, with all its attempts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WebhookInstance {
    /// Which.
    pub id: Id<WebhookInstance>,
    /// To which webhook.
    pub webhook: Id<Webhook>,
    /// What it is about.
    pub source: CallSource,
    /// Where it went.
    pub destination: String,
    /// Where it stands.
    pub state: CallState,
    /// How often it was tried.
    pub attempts: i32,
    /// What went wrong last.
    pub error: String,
    /// With what a decision may come later, once.
    pub callback_token: String,
    /// When it was last tried.
    pub attempted: Option<Timestamp>,
    /// Until when a decision may come.
    pub expires: Timestamp,
    /// When it ended.
    pub completed: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
}

/// How calls are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallKey {
    /// Those that nobody waits for, by when they were made: what is over, and tests that are not out.
    Forgettable(Timestamp),
    /// By what lets a decision come, while it may.
    Callback(String),
    /// Those that are not over, by the step that they are about.
    Open(Id<super::StepInstance>),
}

/// What a receiver decides (contract, 12.2).
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Nothing: enough for a test.
    None,
    /// The step is approved.
    Approve { comment: String },
    /// The step is denied.
    Deny { comment: String },
    /// Others are to decide.
    Reassign { to: Vec<Id<crate::company::Person>>, comment: String },
    /// Other steps are to be gone through instead.
    ReplacePolicy { steps: Vec<super::PolicyStep>, comment: String },
    /// The access was given or taken.
    Complete { comment: String },
    /// It could not be.
    Errored { why: String },
}

impl Entity for WebhookInstance {
    const TABLE: &'static str = "webhookInstances";
    type Id = Id<WebhookInstance>;
    type Key = CallKey;
    fn id(&self) -> Id<WebhookInstance> {
        self.id
    }
    fn keys(&self) -> Vec<CallKey> {
        let waits = self.state == CallState::WaitingCallback;
        let callback = waits.then(|| CallKey::Callback(self.callback_token.clone()));
        let is_over = matches!(self.state, CallState::Success | CallState::FatalError);
        let open = self.source.step().filter(|_| !is_over).map(|(_, step)| CallKey::Open(step));
        let forgettable = open.is_none() && self.state != CallState::Running;
        let forgettable = forgettable.then_some(CallKey::Forgettable(self.created));
        forgettable.into_iter().chain(callback).chain(open).collect()
    }
}
