//! Entitlements as requests name them.

use std::collections::BTreeSet;

use super::apps::AppEntitlementRef;
use super::entitlements::reference;
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::model::EntitlementRef;
use crate::vendors::conductorone::wire::Asked;

impl From<EntitlementRef> for AppEntitlementRef {
    fn from(entitlement: EntitlementRef) -> Self {
        reference(entitlement)
    }
}

/// The entitlement that a field names.
///
/// # Errors
/// 400 when it is missing, or an id in it is not written like one.
pub fn entitlement_ref(
    asked: &Asked,
    field: &str,
    sent: Option<&AppEntitlementRef>,
) -> Result<EntitlementRef, ApiError> {
    let sent = sent.ok_or_else(|| asked.missing(field, "value is required"))?;
    let app = asked.id(&format!("{field}.AppId"), &sent.app_id)?;
    Ok(EntitlementRef { app, id: asked.id(&format!("{field}.Id"), &sent.id)? })
}

/// The entitlements that a field lists, each once.
///
/// # Errors
/// As [`entitlement_ref`], with the place in the list.
pub fn entitlement_refs(
    asked: &Asked,
    field: &str,
    sent: &[AppEntitlementRef],
) -> Result<BTreeSet<EntitlementRef>, ApiError> {
    let read = |(place, sent)| entitlement_ref(asked, &format!("{field}[{place}]"), Some(sent));
    sent.iter().enumerate().map(read).collect()
}
