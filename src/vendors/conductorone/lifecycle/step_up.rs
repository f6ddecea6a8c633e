//! Step-up providers, and users who prove who they are (contract, 12.3).

use serde_json::{Value, json};

use super::configure::{Configured, row};
use super::{BLANK, Noun, Refusal, STEP_UP_EXPIRY, Timer};
use crate::company::Person;
use crate::kernel::{Id, Table, Timestamp};
use crate::vendors::conductorone::model::{
    Domain, ProviderSettings, StepUpMove, StepUpProvider, StepUpState, StepUpTarget, StepUpTransaction,
    TRANSACTION_LIFETIME,
};
use crate::vendors::conductorone::wire::id::fresh;
use crate::world::{Command, Cx};

impl Configured for StepUpProvider {
    type Settings = ProviderSettings;
    const NOUN: Noun = Noun::StepUpProvider;
    const STREAM: &'static str = "conductorone/step-up-provider";

    fn table(domain: &Domain) -> &Table<Self> {
        &domain.step_up_providers
    }
    fn table_mut(domain: &mut Domain) -> &mut Table<Self> {
        &mut domain.step_up_providers
    }
    fn settings(&self) -> &ProviderSettings {
        &self.settings
    }
    fn settle(&mut self, settings: ProviderSettings, now: Timestamp) {
        (self.settings, self.updated) = (settings, now);
    }
    fn deleted(self, _: Timestamp) -> Option<Self> {
        None
    }
    fn check(settings: &ProviderSettings, _: &Domain, _: &Cx<'_>) -> Result<(), Refusal> {
        let required = [
            ("DisplayName", &settings.display_name),
            ("ClientId", &settings.client_id),
            ("IssuerUrl", &settings.issuer_url),
        ];
        match required.iter().find(|(_, text)| text.is_empty()) {
            Some((field, _)) => Err(Refusal::Missing(field, BLANK)),
            None if !settings.issuer_url.starts_with("https://") => {
                Err(Refusal::Invalid("IssuerUrl", "value must be an https URL".into()))
            }
            None => Ok(()),
        }
    }
}

/// Make a provider, with the secret by which we prove ourselves.
pub struct CreateProvider {
    /// What is said about it.
    pub settings: ProviderSettings,
    /// The secret.
    pub client_secret: String,
}

impl Command<Domain> for CreateProvider {
    type Output = Id<StepUpProvider>;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Id<StepUpProvider>, Refusal> {
        StepUpProvider::check(&self.settings, domain, cx)?;
        let id = fresh(cx, StepUpProvider::STREAM);
        let (client_secret, now) = (self.client_secret, cx.now());
        domain.step_up_providers.put(StepUpProvider {
            id,
            settings: self.settings,
            client_secret,
            tested: None,
            created: now,
            updated: now,
        });
        Ok(id)
    }
}

/// Change a provider's secret.
pub struct SetProviderSecret {
    /// Which provider.
    pub id: Id<StepUpProvider>,
    /// The new secret.
    pub client_secret: String,
}

impl Command<Domain> for SetProviderSecret {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        if self.client_secret.is_empty() {
            return Err(Refusal::Missing("ClientSecret", BLANK));
        }
        let provider = row(domain, self.id)?;
        let updated = cx.now();
        domain.step_up_providers.put(StepUpProvider { client_secret: self.client_secret, updated, ..provider });
        Ok(())
    }
}

/// See whether a provider can be reached, as oneself.
pub struct TestProvider {
    /// Which provider.
    pub id: Id<StepUpProvider>,
    /// Who.
    pub by: Id<Person>,
}

impl Command<Domain> for TestProvider {
    type Output = Id<StepUpTransaction>;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Id<StepUpTransaction>, Refusal> {
        row(domain, self.id)?;
        Ok(open_transaction(domain, cx, self.by, self.id, StepUpTarget::Test))
    }
}

/// Asks a user to prove who they are, for as long as [`TRANSACTION_LIFETIME`].
pub fn open_transaction(
    domain: &mut Domain,
    cx: &mut Cx<'_>,
    user: Id<Person>,
    provider: Id<StepUpProvider>,
    target: StepUpTarget,
) -> Id<StepUpTransaction> {
    let id = fresh(cx, "conductorone/step-up-transaction");
    let now = cx.now();
    let expires = now + TRANSACTION_LIFETIME;
    domain.step_up_transactions.put(StepUpTransaction {
        id,
        user,
        provider,
        target,
        state: StepUpState::Pending,
        claims: Value::Null,
        error: String::new(),
        expires,
        created: now,
        updated: now,
    });
    domain.timers.at(cx.chronicle, STEP_UP_EXPIRY, expires, id, Timer::StepUpExpiry(id));
    id
}

/// Nobody answered in time.
pub fn expire(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<StepUpTransaction>) {
    let settle = SettleStepUp { id, result: Err("the step-up transaction expired".into()) };
    // One that was answered meanwhile has cancelled this timer.
    let _ = settle.apply(domain, cx);
}

/// Say how a user's proof went.
pub struct SettleStepUp {
    /// Which transaction.
    pub id: Id<StepUpTransaction>,
    /// What the provider said about the user, or what went wrong.
    pub result: Result<Value, String>,
}

impl Command<Domain> for SettleStepUp {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let row = domain.step_up_transactions.get(&self.id).ok_or(Refusal::NoSuch(Noun::StepUpTransaction))?;
        let mut row = StepUpTransaction::clone(row);
        let event = if self.result.is_ok() { StepUpMove::Verify } else { StepUpMove::Fail };
        row.state = cx.go(row.state, event).ok_or(Refusal::StepUpOver)?;
        match self.result {
            Ok(claims) => row.claims = claims,
            Err(error) => row.error = error,
        }
        row.updated = cx.now();
        domain.timers.cancel_about(self.id);
        if row.state == StepUpState::Verified && row.target == StepUpTarget::Test {
            let now = cx.now();
            domain.step_up_providers.update(&row.provider, |provider| provider.tested = Some(now));
        }
        cx.emit("stepUp.settled", self.id, json!({"state": row.state, "provider": row.provider}));
        domain.step_up_transactions.put(row);
        Ok(())
    }
}
