//! Alerts, in both versions.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{View, instant};
use crate::vendors::grip::lifecycle::word;
use crate::vendors::grip::model::{Alert, RelatedEntity};

/// An alert.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Alert)]
pub struct AlertDto {
    /// Digits in a string.
    pub alert_id: String,
    pub alert_type: String,
    pub alert_severity: &'static str,
    pub created_at: String,
    pub updated_at: String,
    pub category: String,
    /// By type; its keys are snake_case.
    #[schema(value_type = Object)]
    pub unique_fields_data: Map<String, Value>,
    pub description: String,
    pub mitigation_steps: MitigationSteps,
    pub potential_impacts: Vec<String>,
    pub related_entity: RelatedEntityDto,
    pub alert_url: String,
    pub status: String,
}

/// An alert, with what the second version adds.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AlertV2 {
    #[serde(flatten)]
    pub alert: AlertDto,
    pub alert_name: String,
    /// A number.
    pub policy_readable_id: u32,
    pub mitigation_description: Option<String>,
    pub related_entity_id: String,
}

/// What to do about an alert.
#[derive(Debug, Serialize, ToSchema)]
pub struct MitigationSteps {
    pub header: String,
    pub steps: Vec<String>,
}

/// What an alert is about.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RelatedEntity)]
pub struct RelatedEntityDto {
    pub id: String,
    pub name: Option<String>,
    /// Null for an application.
    pub email: Option<String>,
    /// `identity` or `saas_application`.
    pub entity_type: &'static str,
}

impl View<'_> {
    /// An alert; `None` when the policy that raised it is gone.
    pub fn alert(&self, alert: &Alert) -> Option<AlertDto> {
        let policy = self.env.policies.get(&alert.policy)?;
        Some(AlertDto {
            alert_id: alert.id.to_string(),
            alert_type: policy.kind.clone(),
            alert_severity: alert.severity.name(),
            created_at: instant(alert.created),
            updated_at: instant(alert.updated),
            category: policy.category.clone(),
            unique_fields_data: alert.unique_fields.clone(),
            description: alert.description.clone().unwrap_or_else(|| policy.description.clone()),
            mitigation_steps: MitigationSteps {
                header: policy.mitigation_header.clone(),
                steps: policy.mitigation_steps.clone(),
            },
            potential_impacts: policy.potential_impacts.clone(),
            related_entity: self.related(alert.entity),
            alert_url: format!("{}/alerts/{}", self.base, alert.id),
            status: word(&alert.state),
        })
    }

    /// An alert as the second version shows it.
    pub fn alert_v2(&self, alert: &Alert) -> Option<AlertV2> {
        let policy = self.env.policies.get(&alert.policy)?;
        let shown = self.alert(alert)?;
        Some(AlertV2 {
            alert_name: policy.name.clone(),
            policy_readable_id: policy.id,
            mitigation_description: policy.mitigation_description.clone(),
            related_entity_id: shown.related_entity.id.clone(),
            alert: shown,
        })
    }

    /// What an alert is about.
    pub fn related(&self, entity: RelatedEntity) -> RelatedEntityDto {
        match entity {
            RelatedEntity::Identity(id) => {
                let person = self.company.people().get(&id);
                let (name, email) = (person.map(|person| person.name()), person.map(|person| person.mail.clone()));
                RelatedEntityDto { id: id.dashed(), name, email, entity_type: "identity" }
            }
            RelatedEntity::Saas(id) => {
                let name = self.company.apps().get(&id).map(|app| app.name.clone());
                RelatedEntityDto { id: id.dashed(), name, email: None, entity_type: "saas_application" }
            }
        }
    }
}
