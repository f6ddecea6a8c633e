//! Step-up: proving once more who one is, before a decision counts (contract, 12.3).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Task;
use crate::company::Person;
use crate::kernel::{Entity, Id, Lifecycle, Span, Timestamp};
use crate::vendors::conductorone::wire::vocabulary;

/// How long a transaction may be answered [assumed].
pub const TRANSACTION_LIFETIME: Span = Span::minutes(10);

vocabulary! {
    /// How Microsoft is asked.
    MicrosoftValidation {
        Unspecified = "MICROSOFT_VALIDATION_MODE_UNSPECIFIED",
        Acrs = "MICROSOFT_VALIDATION_MODE_ACRS",
        Oidc = "MICROSOFT_VALIDATION_MODE_OIDC",
    }
}

/// Where a transaction stands.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StepUpState {
    /// Nobody answered yet.
    Pending,
    /// The user proved who they are.
    Verified,
    /// They did not.
    Error,
}

/// What kind of provider it is, with what belongs to the kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ProviderKind {
    /// Any provider that speaks OAuth 2.
    Oauth2 {
        /// Authentication contexts that are asked for.
        acr_values: Vec<String>,
    },
    /// Microsoft.
    Microsoft {
        /// Conditional access policies.
        conditional_access_ids: Vec<String>,
        /// Whose.
        tenant: String,
        /// How it is asked.
        validation: MicrosoftValidation,
    },
}

/// What an administrator says about a provider.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProviderSettings {
    /// What it is called.
    pub display_name: String,
    /// As whom we ask.
    pub client_id: String,
    /// Where it is.
    pub issuer_url: String,
    /// Whether it is asked.
    pub enabled: bool,
    /// Of which kind it is.
    pub kind: Option<ProviderKind>,
}

/// Who is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepUpProvider {
    /// Which.
    pub id: Id<StepUpProvider>,
    /// What an administrator said.
    pub settings: ProviderSettings,
    /// What we prove ourselves by; never shown.
    pub client_secret: String,
    /// When it was last tested.
    pub tested: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
}

impl Entity for StepUpProvider {
    const TABLE: &'static str = "stepUpProviders";
    type Id = Id<StepUpProvider>;
    type Key = ();
    fn id(&self) -> Id<StepUpProvider> {
        self.id
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}

/// What becomes of a transaction.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum StepUpMove {
    /// The user proved who they are.
    Verify,
    /// They did not, or too late.
    Fail,
}

impl Lifecycle for StepUpState {
    type Move = StepUpMove;
    const MACHINE: &'static str = "step-up transaction";
    const STATES: &'static [Self] = &[Self::Pending, Self::Verified, Self::Error];
    const MOVES: &'static [StepUpMove] = &[StepUpMove::Verify, StepUpMove::Fail];
    fn on(self, event: StepUpMove) -> Option<Self> {
        match (self, event) {
            (Self::Pending, StepUpMove::Verify) => Some(Self::Verified),
            (Self::Pending, StepUpMove::Fail) => Some(Self::Error),
            _ => None,
        }
    }
}

/// What a transaction is for.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StepUpTarget {
    /// Whether the provider can be reached.
    Test,
    /// Approving a step of a task.
    Approve {
        /// The task.
        task: Id<Task>,
        /// The step instance.
        step: Id<super::StepInstance>,
    },
}

/// A user proves who they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepUpTransaction {
    /// Which.
    pub id: Id<StepUpTransaction>,
    /// Who.
    pub user: Id<Person>,
    /// To whom.
    pub provider: Id<StepUpProvider>,
    /// What for.
    pub target: StepUpTarget,
    /// Where it stands.
    pub state: StepUpState,
    /// What the provider said about them.
    pub claims: Value,
    /// What went wrong.
    pub error: String,
    /// Until when it may be answered.
    pub expires: Timestamp,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
}

/// How transactions are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepUpKey {
    /// By what for.
    Target(StepUpTarget),
}

impl Entity for StepUpTransaction {
    const TABLE: &'static str = "stepUpTransactions";
    type Id = Id<StepUpTransaction>;
    type Key = StepUpKey;
    fn id(&self) -> Id<StepUpTransaction> {
        self.id
    }
    fn keys(&self) -> Vec<StepUpKey> {
        vec![StepUpKey::Target(self.target)]
    }
}
