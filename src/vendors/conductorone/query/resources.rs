//! Which resource types and resources a search finds, and what somebody answers for.

use std::sync::Arc;

use super::{ByName, among, any_among, mentions};
use crate::company::{Account, App, Person};
use crate::kernel::Id;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::resources::{
    AgentStatus, NhiType, OwnershipType, SearchOwnershipRequest, SearchResourceTypesRequest, SearchResourcesRequest,
    SortDirection, UserOwnershipEntry, trait_id,
};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::model::{EntitlementKey, Resource, ResourceKey, ResourceType, ResourceTypeKey};
use crate::vendors::conductorone::wire::{Asked, id};

/// The resource types of an application that are not deleted, by name.
pub fn types_of(view: View<'_>, app: Id<App>) -> Vec<(ByName, Arc<ResourceType>)> {
    let rows = view.domain.app(app).map(|_| view.domain.resource_types.with(ResourceTypeKey::App(app)));
    types_in_order(rows.into_iter().flatten().filter(|row| row.deleted.is_none()).cloned().collect())
}

fn types_in_order(rows: Vec<Arc<ResourceType>>) -> Vec<(ByName, Arc<ResourceType>)> {
    let place = |row: &ResourceType| (row.display_name.to_lowercase(), id::text(row.id));
    let mut rows: Vec<_> = rows.into_iter().map(|row| (place(&row), row)).collect();
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    rows
}

/// The resources of one type that are not deleted, by name.
pub fn of_type(view: View<'_>, app: Id<App>, kind: Id<ResourceType>) -> Vec<(ByName, Arc<Resource>)> {
    let rows = view.domain.app(app).map(|_| view.domain.resources.with(ResourceKey::Type(kind)));
    let rows = rows.into_iter().flatten().filter(|row| row.deleted.is_none() && row.app == app);
    in_order(rows.cloned().collect())
}

fn in_order(rows: Vec<Arc<Resource>>) -> Vec<(ByName, Arc<Resource>)> {
    let place = |row: &Resource| (row.display_name.to_lowercase(), id::text(row.id));
    let mut rows: Vec<_> = rows.into_iter().map(|row| (place(&row), row)).collect();
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    rows
}

/// Whether any of these accounts, if any are named, holds something about a resource.
fn is_held(view: View<'_>, accounts: &[Id<Account>], resource: Id<Resource>) -> bool {
    let mut about = view.domain.entitlements.with(EntitlementKey::Resource(resource));
    accounts.is_empty()
        || about.any(|row| accounts.iter().any(|account| view.bindings().get(row.at, *account).is_some()))
}

/// The resource types that a search finds.
///
/// # Errors
/// 400 when an id is not written like one.
pub fn found_types(
    view: View<'_>,
    asked: &Asked,
    search: &SearchResourceTypesRequest,
) -> Result<Vec<(ByName, Arc<ResourceType>)>, ApiError> {
    let apps: Vec<Id<App>> = asked.ids("appIds", &search.app_ids)?;
    let accounts: Vec<Id<Account>> = asked.ids("appUserIds", &search.app_user_ids)?;
    let wanted: Vec<Id<ResourceType>> = asked.ids("resourceTypeIds", &search.resource_type_ids)?;
    let unwanted: Vec<Id<ResourceType>> = asked.ids("excludeResourceTypeIds", &search.exclude_resource_type_ids)?;
    let rows = view.domain.resource_types.iter().filter(|row| {
        let kind = trait_id(row.kind);
        let mut resources = view.domain.resources.with(ResourceKey::Type(row.id));
        row.deleted.is_none()
            && view.domain.app(row.app).is_some()
            && among(&apps, &row.app)
            && among(&wanted, &row.id)
            && !unwanted.contains(&row.id)
            && among(&search.resource_type_trait_ids, &kind)
            && !search.exclude_resource_type_trait_ids.contains(&kind)
            && (search.display_name.is_empty() || row.display_name == search.display_name)
            && mentions(&row.display_name, &search.query)
            && (accounts.is_empty() || resources.any(|resource| is_held(view, &accounts, resource.id)))
    });
    Ok(types_in_order(rows.cloned().collect()))
}

/// The resources that a search finds. Secrets and machines are not kept here, so whoever asks for those finds nothing.
///
/// # Errors
/// 400 when an id is not written like one.
pub fn found(
    view: View<'_>,
    asked: &Asked,
    search: &SearchResourcesRequest,
) -> Result<Vec<(ByName, Arc<Resource>)>, ApiError> {
    let app: Option<Id<App>> = asked.optional_id("appId", &search.app_id)?;
    let apps: Vec<Id<App>> = asked.ids("appIds", &search.app_ids)?;
    let accounts: Vec<Id<Account>> = asked.ids("appUserIds", &search.app_user_ids)?;
    let wanted: Vec<Id<Resource>> = asked.ids("resourceIds", &search.resource_ids)?;
    let unwanted: Vec<Id<Resource>> = asked.ids("excludeResourceIds", &search.exclude_resource_ids)?;
    let kinds: Vec<Id<ResourceType>> = asked.ids("resourceTypeIds", &search.resource_type_ids)?;
    let owners: Vec<Id<Person>> = asked.ids("ownerUserIds", &search.owner_user_ids)?;
    let refs: Vec<String> = search.refs.iter().map(|at| at.id.clone()).collect();
    let refs: Vec<Id<Resource>> = asked.ids("refs", &refs)?;
    let rows = view.domain.resources.iter().filter(|row| {
        let kind = view.domain.resource_types.get(&row.resource_type).map(|kind| trait_id(kind.kind));
        let kind = kind.unwrap_or_default();
        row.deleted.is_none()
            && view.domain.app(row.app).is_some()
            && app.is_none_or(|app| row.app == app)
            && among(&apps, &row.app)
            && among(&wanted, &row.id)
            && !unwanted.contains(&row.id)
            && among(&refs, &row.id)
            && among(&kinds, &row.resource_type)
            && among(&search.resource_type_trait_ids, &kind)
            && !search.exclude_resource_type_trait_ids.contains(&kind)
            && any_among(&owners, &row.owners)
            && (!search.unowned_only || row.owners.is_empty())
            && among(&search.nhi_types, &NhiType::Unspecified)
            && among(&search.agent_statuses, &AgentStatus::Unspecified)
            && search.credential_types.is_empty()
            && search.secret_aging.is_none()
            && !search.with_open_findings
            && (mentions(&row.display_name, &search.query) || mentions(&row.description, &search.query))
            && is_held(view, &accounts, row.id)
    });
    let mut rows = in_order(rows.cloned().collect());
    if search.direction == SortDirection::Desc {
        rows.reverse();
    }
    Ok(rows)
}

/// What a user answers for: applications, resources, entitlements.
///
/// # Errors
/// 400 when the user's id is not written like one.
pub fn owned_by(
    view: View<'_>,
    asked: &Asked,
    search: &SearchOwnershipRequest,
) -> Result<Vec<(ByName, UserOwnershipEntry)>, ApiError> {
    let user: Id<Person> = asked.id("userId", &search.user_id)?;
    let mut entries = Vec::new();
    for row in view.domain.apps.iter().filter(|row| row.deleted.is_none() && row.owners.contains(&user)) {
        entries.push(UserOwnershipEntry { ownership_type: OwnershipType::App, ..of_app(view, row.app) });
    }
    for row in view.domain.resources.with(ResourceKey::Owner(user)).filter(|row| row.deleted.is_none()) {
        entries.push(UserOwnershipEntry {
            ownership_type: OwnershipType::Resource,
            resource_display_name: row.display_name.clone(),
            resource_id: id::text(row.id),
            resource_type_id: id::text(row.resource_type),
            ..of_app(view, row.app)
        });
    }
    for row in view.domain.entitlements.with(EntitlementKey::Owner(user)) {
        let Some(row) = view.domain.entitlement(row.at) else { continue };
        let own = view.company.entitlements().get(&row.at.id);
        entries.push(UserOwnershipEntry {
            ownership_type: OwnershipType::Entitlement,
            entitlement_display_name: row.name(own.map(|own| &**own)).to_owned(),
            entitlement_id: id::text(row.at.id),
            ..of_app(view, row.at.app)
        });
    }
    entries.retain(|entry| among(&search.ownership_types, &entry.ownership_type));
    let place = |entry: &UserOwnershipEntry| {
        let ids = [&entry.app_id, &entry.resource_id, &entry.entitlement_id].map(String::as_str).concat();
        (format!("{:?}", entry.ownership_type), ids)
    };
    let mut rows: Vec<_> = entries.into_iter().map(|entry| (place(&entry), entry)).collect();
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(rows)
}

fn of_app(view: View<'_>, app: Id<App>) -> UserOwnershipEntry {
    let shown = view.app(app).unwrap_or_default();
    UserOwnershipEntry { app_display_name: shown.display_name, app_id: shown.id, ..UserOwnershipEntry::default() }
}
