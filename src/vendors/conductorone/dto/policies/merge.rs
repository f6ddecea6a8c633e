//! What an update asks for: the policy as it is to be, and the notes to be merged (contract, 9).

use std::collections::BTreeMap;

use super::{CreatePolicyRequest, EditorMarker, EditorSeverity, Policy, UpdatePolicyRequest};
use crate::vendors::conductorone::cel;
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::model;
use crate::vendors::conductorone::wire::Asked;

/// The policy with the fields that the mask names; with those that are set when there is no mask.
///
/// # Errors
/// 400 for a body without a policy, and for a mask that names no field.
pub fn merged(
    asked: &Asked,
    old: &model::Policy,
    update: UpdatePolicyRequest,
) -> Result<(Policy, BTreeMap<String, String>), ApiError> {
    let new = update.policy.ok_or_else(|| asked.missing("policy", "value is required"))?;
    let mask = update.update_mask.unwrap_or_default();
    let old = Policy::from(old);
    let mut policy = mask.merge(&old, &new).map_err(|error| ApiError::Invalid(error.to_string()))?;
    if policy.policy_type == super::PolicyType::Unspecified {
        policy.policy_type = old.policy_type;
    }
    let names = |field: &str| mask.is_empty() || mask.paths().any(|path| path == field || path == "*");
    let annotations = if names("annotations") { new.annotations } else { BTreeMap::new() };
    Ok((policy, annotations))
}

impl From<CreatePolicyRequest> for Policy {
    fn from(request: CreatePolicyRequest) -> Self {
        Self {
            annotations: request.annotations,
            baseline_policy_id: request.baseline_policy_id,
            description: request.description,
            display_name: request.display_name,
            policy_steps: request.policy_steps,
            policy_type: request.policy_type,
            post_actions: request.post_actions,
            reassign_tasks_to_delegates: request.reassign_tasks_to_delegates,
            rules: request.rules,
            scope: request.scope,
            ..Self::default()
        }
    }
}

impl From<cel::Marker> for EditorMarker {
    fn from(marker: cel::Marker) -> Self {
        Self {
            end_column: marker.end.1,
            end_line_number: marker.end.0,
            message: marker.message,
            severity: match marker.severity {
                cel::Severity::Warning => EditorSeverity::Warning,
                cel::Severity::Error => EditorSeverity::Error,
            },
            start_column: marker.start.1,
            start_line_number: marker.start.0,
        }
    }
}
