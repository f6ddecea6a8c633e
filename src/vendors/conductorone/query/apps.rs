//! Which applications a search finds.

use std::sync::Arc;

use super::{ByName, among, mentions};
use crate::company::App;
use crate::kernel::Id;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::apps::SearchAppsRequest;
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::model::{AppProfile, Policy};
use crate::vendors::conductorone::wire::{Asked, id};

/// Every application that is not deleted, by name.
pub fn all(view: View<'_>) -> Vec<(ByName, Arc<AppProfile>)> {
    let mut rows: Vec<_> =
        view.domain.apps.iter().filter_map(|row| Some((place(view, row)?, Arc::clone(row)))).collect();
    rows.retain(|(_, row)| row.deleted.is_none());
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    rows
}

fn place(view: View<'_>, row: &AppProfile) -> Option<ByName> {
    let app = view.company.apps().get(&row.app)?;
    Some((row.name(app).to_lowercase(), id::text(row.app)))
}

/// The applications that a search finds.
///
/// # Errors
/// 400 when an id is not written like one.
pub fn found(
    view: View<'_>,
    asked: &Asked,
    search: &SearchAppsRequest,
) -> Result<Vec<(ByName, Arc<AppProfile>)>, ApiError> {
    let wanted: Vec<Id<App>> = asked.ids("appIds", &search.app_ids)?;
    let unwanted: Vec<Id<App>> = asked.ids("excludeAppIds", &search.exclude_app_ids)?;
    let policies: Vec<String> = search.policy_refs.iter().map(|policy| policy.id.clone()).collect();
    let policies: Vec<Id<Policy>> = asked.ids("policyRefs", &policies)?;
    let mut rows = all(view);
    rows.retain(|(_, row)| {
        let Some(app) = view.company.apps().get(&row.app) else { return false };
        let name = row.name(app);
        let description = row.description.as_deref().unwrap_or(&app.description);
        let used = [row.grant_policy, row.revoke_policy, row.certify_policy];
        among(&wanted, &row.app)
            && !unwanted.contains(&row.app)
            && (search.display_name.is_empty() || name == search.display_name)
            && (mentions(name, &search.query) || mentions(description, &search.query))
            && (!search.only_directories || row.is_directory)
            && (policies.is_empty() || used.iter().flatten().any(|policy| policies.contains(policy)))
    });
    Ok(rows)
}
