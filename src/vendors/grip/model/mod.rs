//! What Grip alone knows about the company: risk, labels and sanctions of applications, what it
//! was asked to take away, and whom it asked why.

mod alert;
mod audit;
mod justification;
mod offboarding;
mod revocation;
mod saas;
mod token;
mod user;
mod workflow;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use alert::{Alert, AlertMove, AlertState, Policy, RelatedEntity, Severity};
pub use audit::{Actor, ActorKind, AuditEntry, Subject, SubjectKind};
pub use justification::{Answer, Justification, JustificationMove, JustificationState};
pub use offboarding::{
    Offboarded, OffboardedAccount, Offboarding, OffboardingKey, OffboardingMove, OffboardingState, Removal,
    RemovalMove, RemovalState, UserMove, UserState,
};
pub use revocation::{AppResult, Revocation, RevocationMove, RevocationState, RevokedApp};
pub use saas::{AiDepth, SaasKey, SaasProfile, Scopes, Terms};
pub use token::Token;
pub use user::{OffboardingStamp, ScriptedFailure, UserProfile};
pub use workflow::{
    Action, ActionDone, ActionMove, ActionState, Entity as RunEntity, EntityKind, Run, RunKey, RunMove, RunState,
    Workflow,
};

use super::lifecycle::Timer;
use crate::kernel::{AnyTable, Entity, Table, Timers};

/// What the data set says once and for all.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// Slugs of the applications whose accounts are shown as a user's activity.
    pub platforms: Vec<String>,
    /// The slug of the application that keeps everybody's mailbox.
    pub mail_platform: Option<String>,
    /// Sanction states besides the usual ones.
    pub sanction_states: Vec<String>,
}

impl Entity for Settings {
    const TABLE: &'static str = "settings";
    type Id = ();
    type Key = ();
    fn id(&self) {}
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}

/// Grip's whole state inside one tenant: the vendor's "environment".
#[derive(Clone, Default)]
pub struct Environment {
    /// One row.
    pub settings: Table<Settings>,
    /// Who may call.
    pub tokens: Table<Token>,
    /// What Grip knows about each application; also which applications it shows, and in which order.
    pub saas: Table<SaasProfile>,
    /// What Grip knows about people; no row where it knows nothing.
    pub users: Table<UserProfile>,
    /// Removals that are to fail.
    pub failures: Table<ScriptedFailure>,
    /// Access revocations.
    pub revocations: Table<Revocation>,
    /// Justification requests.
    pub justifications: Table<Justification>,
    /// Offboarding workflows.
    pub offboardings: Table<Offboarding>,
    /// Workflows that are defined in the product.
    pub workflows: Table<Workflow>,
    /// Their runs.
    pub runs: Table<Run>,
    /// What alerts are raised by.
    pub policies: Table<Policy>,
    /// Alerts.
    pub alerts: Table<Alert>,
    /// What happened.
    pub audit: Table<AuditEntry>,
    /// What waits for a date.
    pub timers: Timers<Timer>,
}

impl Environment {
    /// What the data set says once and for all.
    pub fn settings(&self) -> Arc<Settings> {
        self.settings.get(&()).cloned().unwrap_or_default()
    }

    pub(super) fn all_tables(&self) -> Vec<&dyn AnyTable> {
        vec![
            &self.settings,
            &self.tokens,
            &self.saas,
            &self.users,
            &self.failures,
            &self.revocations,
            &self.justifications,
            &self.offboardings,
            &self.workflows,
            &self.runs,
            &self.policies,
            &self.alerts,
            &self.audit,
        ]
    }

    pub(super) fn all_tables_mut(&mut self) -> Vec<&mut dyn AnyTable> {
        vec![
            &mut self.settings,
            &mut self.tokens,
            &mut self.saas,
            &mut self.users,
            &mut self.failures,
            &mut self.revocations,
            &mut self.justifications,
            &mut self.offboardings,
            &mut self.workflows,
            &mut self.runs,
            &mut self.policies,
            &mut self.alerts,
            &mut self.audit,
        ]
    }
}
