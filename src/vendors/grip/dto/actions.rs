//! Access revocations and justification requests.

use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::{View, instant};
use crate::vendors::grip::lifecycle::word;
use crate::vendors::grip::model::{AppResult, Justification, Revocation, RevocationState, RevokedApp};

/// The id of a revocation.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActionId {
    pub action_id: String,
}

/// The id of a justification request.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestId {
    pub request_id: String,
}

/// Where a revocation stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessRevocationStatus {
    pub action_id: String,
    pub status: String,
    /// The token's name.
    pub created_by: String,
    pub started_at: String,
    pub completed_at: Option<String>,
    pub user_id: String,
    pub user_mail: String,
    pub user_full_name: Option<String>,
    pub user_display_name: Option<String>,
    /// One sentence, or a few.
    pub details: String,
}

/// Where a justification request stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JustificationStatus {
    pub request_id: String,
    pub status: String,
    pub created_by: String,
    pub started_at: String,
    pub completed_at: Option<String>,
    pub recipient_name: Option<String>,
    pub recipient_mail: String,
    pub saas_id: String,
    pub saas_name: String,
    /// `{}` until answered, then `justification`, `stillInUse` and `answeredAt`.
    #[schema(value_type = Object)]
    pub response: Map<String, Value>,
}

impl View<'_> {
    /// A revocation.
    pub fn revocation(&self, revocation: &Revocation) -> AccessRevocationStatus {
        let person = self.company.people().get(&revocation.user);
        let name = person.map(|person| person.name());
        AccessRevocationStatus {
            action_id: revocation.id.dashed(),
            status: word(&revocation.state),
            created_by: revocation.created_by.clone(),
            started_at: instant(revocation.started),
            completed_at: revocation.completed.map(instant),
            user_id: revocation.user.dashed(),
            user_mail: person.map(|person| person.mail.clone()).unwrap_or_default(),
            user_full_name: name.clone(),
            user_display_name: name,
            details: self.details(revocation),
        }
    }

    /// A justification request.
    pub fn justification(&self, request: &Justification) -> JustificationStatus {
        let person = self.company.people().get(&request.user);
        let app = self.company.apps().get(&request.app);
        let response = request.answer.as_ref().map(|answer| {
            let fields = [
                ("justification", json!(answer.justification)),
                ("stillInUse", json!(answer.still_in_use)),
                ("answeredAt", json!(instant(answer.at))),
            ];
            fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
        });
        JustificationStatus {
            request_id: request.id.dashed(),
            status: word(&request.state),
            created_by: request.created_by.clone(),
            started_at: instant(request.started),
            completed_at: request.completed.map(instant),
            recipient_name: person.map(|person| person.name()),
            recipient_mail: person.map(|person| person.mail.clone()).unwrap_or_default(),
            saas_id: request.app.dashed(),
            saas_name: app.map(|app| app.name.clone()).unwrap_or_default(),
            response: response.unwrap_or_default(),
        }
    }

    /// The link in a justification request's message.
    pub fn link(&self, request: &Justification) -> String {
        format!("{}/justification/{}", self.base, request.id.dashed())
    }

    /// What is awaited, or what became of it (wording: contract, 9).
    fn details(&self, revocation: &Revocation) -> String {
        let (handled, all) = (revocation.handled(), revocation.apps.len());
        let progress = format!("{handled} of {all} applications handled.");
        match revocation.state {
            RevocationState::PendingApproval => "Waiting for manager approval.".into(),
            RevocationState::InProgress => progress,
            RevocationState::Rejected => "Rejected by the manager.".into(),
            RevocationState::Cancelled => format!("Cancelled. {progress}"),
            RevocationState::Completed | RevocationState::Failed => {
                let results = || revocation.apps.iter();
                let removed = results().filter(|app| app.result == Some(AppResult::Completed)).count();
                let failed: Vec<String> = results().filter_map(|app| self.failure(app)).collect();
                let unsupported = results().filter(|app| app.result == Some(AppResult::Unsupported));
                let unsupported: Vec<String> = unsupported.map(|app| self.name_of(app)).collect();
                let mut text = format!("Access removed from {removed} of {all} applications.");
                for (what, names) in [("Failed", failed), ("Unsupported", unsupported)] {
                    if !names.is_empty() {
                        text.push_str(&format!(" {what}: {}.", names.join(", ")));
                    }
                }
                text
            }
        }
    }

    fn failure(&self, app: &RevokedApp) -> Option<String> {
        match &app.result {
            Some(AppResult::Failed(reason)) => Some(format!("{} ({reason})", self.name_of(app))),
            _ => None,
        }
    }

    fn name_of(&self, app: &RevokedApp) -> String {
        self.company.apps().get(&app.app).map(|app| app.name.clone()).unwrap_or_default()
    }
}
