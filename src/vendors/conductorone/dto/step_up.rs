//! Step-up providers and transactions.

use super::View;
use super::settings::Says;
use crate::vendors::conductorone::lifecycle::Refusal;
use crate::vendors::conductorone::model::{
    self, MicrosoftValidation, ProviderKind, ProviderSettings, StepUpState, StepUpTarget,
};
use crate::vendors::conductorone::wire::{Empty, Json, Mask, Time, id, message, vocabulary};

vocabulary! {
    TransactionState {
        Unspecified = "STEP_UP_TRANSACTION_STATE_UNSPECIFIED",
        Pending = "STEP_UP_TRANSACTION_STATE_PENDING",
        Verified = "STEP_UP_TRANSACTION_STATE_VERIFIED",
        Error = "STEP_UP_TRANSACTION_STATE_ERROR",
    }

    ProviderType {
        Unspecified = "PROVIDER_TYPE_UNSPECIFIED",
        Oauth2 = "PROVIDER_TYPE_OAUTH2",
        Microsoft = "PROVIDER_TYPE_MICROSOFT",
    }

    TargetType {
        Unspecified = "TARGET_TYPE_UNSPECIFIED",
        Ticket = "TARGET_TYPE_TICKET",
        Test = "TARGET_TYPE_TEST",
    }
}

message! {
    StepUpOAuth2Settings = c1.api.stepup.v1.StepUpOAuth2Settings {
        acr_values: Vec<String>,
    }

    StepUpMicrosoftSettings = c1.api.stepup.v1.StepUpMicrosoftSettings {
        conditional_access_ids: Vec<String>,
        tenant: String,
        validation_mode: MicrosoftValidation,
    }

    StepUpProvider = c1.api.stepup.v1.StepUpProvider {
        id: String,
        display_name: String,
        client_id: String,
        issuer_url: String,
        enabled: bool,
        created_at: Option<Time>,
        updated_at: Option<Time>,
        last_tested_at: Option<Time>;
        oneof settings {
            oauth2: StepUpOAuth2Settings,
            microsoft: StepUpMicrosoftSettings,
        }
    }

    StepUpProviderAnswer = c1.api.stepup.v1.GetStepUpProviderResponse {
        step_up_provider: Option<StepUpProvider>,
    }

    StepUpProviderCreateIn = c1.api.stepup.v1.CreateStepUpProviderRequest {
        display_name: String,
        client_id: String,
        client_secret: String,
        issuer_url: String;
        oneof settings {
            oauth2: StepUpOAuth2Settings,
            microsoft: StepUpMicrosoftSettings,
        }
    }

    StepUpProviderUpdateIn = c1.api.stepup.v1.UpdateStepUpProviderRequest {
        step_up_provider: Option<StepUpProvider>,
        update_mask: Mask,
    }

    StepUpSecretIn = c1.api.stepup.v1.UpdateStepUpProviderSecretRequest {
        client_secret: String,
    }

    StepUpProviderTested = c1.api.stepup.v1.TestStepUpProviderResponse {
        redirect_url: String,
    }

    StepUpProviderRef = c1.api.stepup.v1.StepUpProviderRef {
        id: String,
    }

    StepUpProviderSearchIn = c1.api.stepup.v1.SearchStepUpProvidersRequest {
        query: String,
        provider_type: ProviderType,
        refs: Vec<StepUpProviderRef>,
        page_size: i32,
        page_token: String,
    }

    StepUpTask = c1.api.stepup.v1.StepUpTransaction.TargetTask {
        task_id: String,
        policy_step_id: String,
    }

    StepUpTransaction = c1.api.stepup.v1.StepUpTransaction {
        id: String,
        user_id: String,
        provider_id: String,
        state: TransactionState,
        error_message: String,
        claims: Option<Json>,
        created_at: Option<Time>,
        updated_at: Option<Time>,
        expires_at: Option<Time>;
        oneof target {
            approve_task: StepUpTask,
            test: Empty,
        }
    }

    StepUpTransactionAnswer = c1.api.stepup.v1.GetStepUpTransactionResponse {
        transaction: Option<StepUpTransaction>,
    }

    StepUpTransactionSearchIn = c1.api.stepup.v1.SearchStepUpTransactionsRequest {
        user_id: String,
        provider_id: String,
        task_id: String,
        state: TransactionState,
        target_type: TargetType,
        created_after: Option<Time>,
        created_before: Option<Time>,
        page_size: i32,
        page_token: String,
    }
}

fn kind(oauth2: Option<StepUpOAuth2Settings>, microsoft: Option<StepUpMicrosoftSettings>) -> Option<ProviderKind> {
    let oauth2 = oauth2.map(|settings| ProviderKind::Oauth2 { acr_values: settings.acr_values });
    let microsoft = microsoft.map(|settings| ProviderKind::Microsoft {
        conditional_access_ids: settings.conditional_access_ids,
        tenant: settings.tenant,
        validation: settings.validation_mode,
    });
    oauth2.or(microsoft)
}

impl Says<ProviderSettings> for StepUpProvider {
    fn of(settings: &ProviderSettings) -> Self {
        let mut message = Self {
            display_name: settings.display_name.clone(),
            client_id: settings.client_id.clone(),
            issuer_url: settings.issuer_url.clone(),
            enabled: settings.enabled,
            ..Self::default()
        };
        match settings.kind.clone() {
            Some(ProviderKind::Oauth2 { acr_values }) => message.oauth2 = Some(StepUpOAuth2Settings { acr_values }),
            Some(ProviderKind::Microsoft { conditional_access_ids, tenant, validation: validation_mode }) => {
                message.microsoft = Some(StepUpMicrosoftSettings { conditional_access_ids, tenant, validation_mode });
            }
            None => {}
        }
        message
    }
    fn said(self) -> Result<ProviderSettings, Refusal> {
        Ok(ProviderSettings {
            display_name: self.display_name,
            client_id: self.client_id,
            issuer_url: self.issuer_url,
            enabled: self.enabled,
            kind: kind(self.oauth2, self.microsoft),
        })
    }
}

impl StepUpProviderCreateIn {
    /// What is said about the new provider, and its secret. It is asked from the start [assumed].
    pub fn said(self) -> (ProviderSettings, String) {
        let settings = ProviderSettings {
            display_name: self.display_name,
            client_id: self.client_id,
            issuer_url: self.issuer_url,
            enabled: true,
            kind: kind(self.oauth2, self.microsoft),
        };
        (settings, self.client_secret)
    }
}

impl ProviderType {
    /// Whether a provider is of this type.
    pub fn fits(self, kind: Option<&ProviderKind>) -> bool {
        match self {
            Self::Unspecified => true,
            Self::Oauth2 => matches!(kind, Some(ProviderKind::Oauth2 { .. })),
            Self::Microsoft => matches!(kind, Some(ProviderKind::Microsoft { .. })),
        }
    }
}

impl TargetType {
    /// Whether a transaction is for this.
    pub fn fits(self, target: StepUpTarget) -> bool {
        match self {
            Self::Unspecified => true,
            Self::Ticket => matches!(target, StepUpTarget::Approve { .. }),
            Self::Test => target == StepUpTarget::Test,
        }
    }
}

impl From<StepUpState> for TransactionState {
    fn from(state: StepUpState) -> Self {
        match state {
            StepUpState::Pending => Self::Pending,
            StepUpState::Verified => Self::Verified,
            StepUpState::Error => Self::Error,
        }
    }
}

impl View<'_> {
    /// A provider, without its secret.
    pub fn step_up_provider(self, provider: &model::StepUpProvider) -> StepUpProvider {
        StepUpProvider {
            id: id::text(provider.id),
            created_at: Some(provider.created.into()),
            updated_at: Some(provider.updated.into()),
            last_tested_at: provider.tested.map(Time),
            ..StepUpProvider::of(&provider.settings)
        }
    }

    /// A transaction.
    pub fn step_up_transaction(self, transaction: &model::StepUpTransaction) -> StepUpTransaction {
        let (approve_task, test) = match transaction.target {
            StepUpTarget::Test => (None, Some(Empty {})),
            StepUpTarget::Approve { task, step } => {
                (Some(StepUpTask { task_id: id::text(task), policy_step_id: id::text(step) }), None)
            }
        };
        StepUpTransaction {
            id: id::text(transaction.id),
            user_id: id::text(transaction.user),
            provider_id: id::text(transaction.provider),
            state: transaction.state.into(),
            error_message: transaction.error.clone(),
            claims: Some(Json(transaction.claims.clone())).filter(|claims| claims.0.is_object()),
            created_at: Some(transaction.created.into()),
            updated_at: Some(transaction.updated.into()),
            expires_at: Some(transaction.expires.into()),
            approve_task,
            test,
        }
    }
}

/// Where a user proves who they are: a page of ours in the provider's place.
pub fn step_up_page(base: &str, transaction: crate::kernel::Id<model::StepUpTransaction>) -> String {
    format!("{base}/auth/v1/step-up/{}", id::text(transaction))
}
