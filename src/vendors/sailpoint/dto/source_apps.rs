//! Source apps (contract, section 11.5).

use serde::Serialize;
use utoipa::ToSchema;

use super::{Reference, View, instant, millis};
use crate::query::{Row, Value};
use crate::vendors::sailpoint::model::SourceApp;

/// `SourceApp`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SourceApp)]
pub struct SourceAppDto {
    pub id: String,
    /// Digits.
    pub cloud_app_id: String,
    pub name: String,
    pub created: String,
    pub modified: String,
    pub enabled: bool,
    pub provision_request_enabled: bool,
    pub description: String,
    pub match_all_accounts: bool,
    pub app_center_enabled: bool,
    pub account_source: Option<AccountSource>,
    pub owner: Option<Reference>,
}

/// Where the accounts of a source app are.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountSource {
    #[serde(flatten)]
    pub source: Reference,
    pub use_for_password_management: bool,
    #[schema(value_type = Option<Vec<Object>>)]
    pub password_policies: Option<()>,
}

impl View<'_> {
    /// A source app.
    pub fn source_app(&self, app: &SourceApp) -> SourceAppDto {
        let [first, second, third, fourth, ..] = app.id.bytes();
        SourceAppDto {
            id: app.id.hex(),
            cloud_app_id: u32::from_be_bytes([first, second, third, fourth]).to_string(),
            name: app.name.clone(),
            created: instant(app.created),
            modified: instant(app.modified),
            enabled: app.enabled,
            provision_request_enabled: app.enabled,
            description: app.description.clone(),
            match_all_accounts: false,
            app_center_enabled: app.enabled,
            account_source: self.source_reference(app.source).map(|source| AccountSource {
                source,
                use_for_password_management: false,
                password_policies: None,
            }),
            owner: Some(self.identity(app.owner)),
        }
    }
}

/// What the lists of source apps can be filtered and sorted by.
impl Row for SourceApp {
    fn visit(&self, path: &str, each: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        match path {
            "id" => each(Value::Text(&self.id.hex())),
            "name" => each(Value::Text(&self.name)),
            "created" => each(millis(self.created)),
            "modified" => each(millis(self.modified)),
            "enabled" => each(Value::Bool(self.enabled)),
            "owner.id" => each(Value::Text(&self.owner.hex())),
            "accountSource.id" => each(Value::Text(&self.source.hex())),
            _ => false,
        }
    }
}
