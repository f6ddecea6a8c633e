//! What clients send. Names are folded before they get here, so each field has one spelling; the
//! names of the inheritor stand for each other (contract, 17).

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use utoipa::ToSchema;

/// A label.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct LabelIn {
    pub label: Option<String>,
}

/// A sanction, where it is not in the query.
#[derive(Debug, Default, Deserialize)]
pub struct SanctionIn {
    pub new_sanction_state: Option<String>,
    pub comment: Option<String>,
    pub user_email: Option<String>,
}

/// A primary contact, where it is not in the query.
#[derive(Debug, Default, Deserialize)]
pub struct ContactIn {
    pub user_id: Option<String>,
}

/// Start an access revocation.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StartRevocationIn {
    pub user_id: Option<String>,
    /// A list, or one id.
    #[serde(default, deserialize_with = "texts")]
    pub saas_ids: Vec<String>,
    #[serde(alias = "inheritorEmail")]
    pub inheritor_mailbox: Option<String>,
    pub manager_approval_email: Option<String>,
}

/// An access revocation.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActionIn {
    pub action_id: Option<String>,
}

/// Send a justification request.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SendJustificationIn {
    pub user_id: Option<String>,
    pub user_email: Option<String>,
    pub saas_application_id: Option<String>,
    /// `email`, `slack` or `teams`.
    pub communication_platform: Option<String>,
}

/// A justification request.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CancelJustificationIn {
    pub request_id: Option<String>,
}

/// Start an offboarding.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OffboardingIn {
    pub users_to_offboard: Option<Vec<OffboardUserIn>>,
    pub enable_enhanced_mode: Option<bool>,
    pub workflow_name: Option<String>,
}

/// One user to offboard.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OffboardUserIn {
    pub user_id: Option<String>,
    pub user_email: Option<String>,
    #[serde(alias = "inheritorEmail")]
    pub inheritor_mailbox: Option<String>,
}

/// An offboarding.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkflowIn {
    pub workflow_id: Option<String>,
}

/// Run a workflow: lists, or one text each.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct RunIn {
    #[serde(deserialize_with = "texts")]
    pub identity_email: Vec<String>,
    #[serde(deserialize_with = "texts")]
    pub identity_id: Vec<String>,
    #[serde(deserialize_with = "texts")]
    pub app_name: Vec<String>,
    #[serde(deserialize_with = "texts")]
    pub app_id: Vec<String>,
    #[serde(alias = "inheritorMailbox")]
    pub inheritor_email: Option<String>,
}

/// A list of texts, one text alone, or null; blank texts are none.
fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let items = match Value::deserialize(deserializer)? {
        Value::Null => Vec::new(),
        Value::Array(items) => items,
        one => vec![one],
    };
    let text = |item| match item {
        Value::String(text) => Ok(text.trim().to_owned()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(D::Error::custom("expected a text or a list of texts")),
    };
    let texts = items.into_iter().map(text).collect::<Result<Vec<String>, D::Error>>()?;
    Ok(texts.into_iter().filter(|text| !text.is_empty()).collect())
}
