//! Which entitlements a search finds.

use std::sync::Arc;

use super::{ByName, among, any_among, mentions};
use crate::company::{Account, App};
use crate::kernel::Id;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::apps::AppEntitlementRef;
use crate::vendors::conductorone::dto::entitlements::{MembershipType, SearchEntitlementsRequest};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::model::{
    EntitlementProfile, EntitlementRef, Policy, RequestSchema, Resource, ResourceType,
};
use crate::vendors::conductorone::wire::{Asked, id};

/// Entitlements, each with its place.
pub type Rows = Vec<(ByName, Arc<EntitlementProfile>)>;

/// The entitlements of an application that are not deleted.
pub fn of_app(view: View<'_>, app: Id<App>) -> Rows {
    let (first, last) = (Id::from_bytes([0; 16]), Id::from_bytes([0xff; 16]));
    let span = EntitlementRef { app, id: first }..=EntitlementRef { app, id: last };
    let rows = view.domain.app(app).map(|_| view.domain.entitlements.span(span));
    let rows = rows.into_iter().flatten().filter(|row| row.deleted.is_none());
    in_order(view, rows.cloned().collect())
}

/// The entitlements about one resource.
pub fn of_resource(view: View<'_>, app: Id<App>, kind: Id<ResourceType>, resource: Id<Resource>) -> Rows {
    let mut rows = of_app(view, app);
    rows.retain(|(_, row)| row.resource == Some(resource) && row.resource_type == Some(kind));
    rows
}

/// What an account holds.
pub fn of_account(view: View<'_>, app: Id<App>, account: Id<Account>) -> Rows {
    let account = view.company.accounts().get(&account).filter(|account| account.app == app);
    let held = account.into_iter().flat_map(|account| view.bindings().of_account(account));
    let rows = held.filter_map(|binding| view.domain.entitlement(binding.entitlement).cloned());
    in_order(view, rows.collect())
}

fn in_order(view: View<'_>, rows: Vec<Arc<EntitlementProfile>>) -> Rows {
    let mut rows: Rows = rows.into_iter().map(|row| (place(view, &row), row)).collect();
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    rows
}

fn place(view: View<'_>, row: &EntitlementProfile) -> ByName {
    let own = view.company.entitlements().get(&row.at.id);
    (row.name(own.map(|own| &**own)).to_lowercase(), format!("{}{}", id::text(row.at.app), id::text(row.at.id)))
}

/// Reads references to entitlements.
///
/// # Errors
/// 400 when an id is not written like one.
pub fn refs(asked: &Asked, field: &str, refs: &[AppEntitlementRef]) -> Result<Vec<EntitlementRef>, ApiError> {
    let read = |(place, at): (usize, &AppEntitlementRef)| {
        let field = format!("{field}[{place}]");
        Ok(EntitlementRef {
            app: asked.id(&format!("{field}.appId"), &at.app_id)?,
            id: asked.id(&format!("{field}.id"), &at.id)?,
        })
    };
    refs.iter().enumerate().map(read).collect()
}

/// The entitlements that a search finds. Which ones are automated, conflict, or are under review is not kept here, so
/// whoever asks for those finds nothing.
///
/// # Errors
/// 400 when an id is not written like one.
pub fn found(view: View<'_>, asked: &Asked, search: &SearchEntitlementsRequest) -> Result<Rows, ApiError> {
    let apps: Vec<Id<App>> = asked.ids("appIds", &search.app_ids)?;
    let not_apps: Vec<Id<App>> = asked.ids("excludeAppIds", &search.exclude_app_ids)?;
    let holders: Vec<Id<Account>> = asked.ids("appUserIds", &search.app_user_ids)?;
    let not_holders: Vec<Id<Account>> = asked.ids("excludeAppUserIds", &search.exclude_app_user_ids)?;
    let kinds: Vec<Id<ResourceType>> = asked.ids("resourceTypeIds", &search.resource_type_ids)?;
    let not_kinds: Vec<Id<ResourceType>> = asked.ids("excludeResourceTypeIds", &search.exclude_resource_type_ids)?;
    let resources: Vec<Id<Resource>> = asked.ids("resourceIds", &search.resource_ids)?;
    let schemas: Vec<Id<RequestSchema>> = asked.ids("requestSchemaIds", &search.request_schema_ids)?;
    let policies: Vec<String> = search.policy_refs.iter().map(|policy| policy.id.clone()).collect();
    let policies: Vec<Id<Policy>> = asked.ids("policyRefs", &policies)?;
    let wanted = refs(asked, "refs", &search.refs)?;
    let unwanted = refs(asked, "excludedEntitlementRefs", &search.excluded_entitlement_refs)?;
    let holds = |accounts: &[Id<Account>], at: EntitlementRef| {
        accounts.iter().any(|account| view.bindings().get(at, *account).is_some())
    };
    let traits = |row: &EntitlementProfile| {
        let kind = row.resource_type.and_then(|kind| view.domain.resource_types.get(&kind));
        kind.map(|kind| crate::vendors::conductorone::dto::resources::trait_id(kind.kind))
    };
    let rows = view.domain.entitlements.iter().filter(|row| {
        let own = view.company.entitlements().get(&row.at.id);
        let name = row.name(own.map(|own| &**own));
        let description = row.description.as_deref().or(own.map(|own| own.description.as_str())).unwrap_or_default();
        let used = [row.grant_policy, row.revoke_policy, row.certify_policy, row.emergency_policy];
        let is_there = view.domain.entitlement(row.at).is_some();
        (is_there || (search.include_deleted && row.deleted.is_some()))
            && among(&apps, &row.at.app)
            && !not_apps.contains(&row.at.app)
            && among(&wanted, &row.at)
            && !unwanted.contains(&row.at)
            && any_among(&kinds, row.resource_type.as_slice())
            && !row.resource_type.is_some_and(|kind| not_kinds.contains(&kind))
            && any_among(&resources, row.resource.as_slice())
            && any_among(&schemas, row.request_schema.as_slice())
            && (policies.is_empty() || used.iter().flatten().any(|policy| policies.contains(policy)))
            && any_among(&search.compliance_framework_ids, &row.compliance_frameworks)
            && among(&search.risk_level_ids, &row.risk_level)
            && (search.resource_trait_ids.is_empty() || any_among(&search.resource_trait_ids, traits(row).as_slice()))
            && among(&search.membership_type, &MembershipType::Member)
            && (search.alias.is_empty() || row.alias == search.alias)
            && (search.display_name.is_empty() || name == search.display_name)
            && [name, description, &row.alias, &row.slug].iter().any(|text| mentions(text, &search.query))
            && (holders.is_empty() || holds(&holders, row.at))
            && !holds(&not_holders, row.at)
            && !(search.exclude_immutable && row.at.is_access())
            && !search.is_automated
            && search.access_review_id.is_empty()
            && search.source_connector_id.is_empty()
            && (!search.only_get_expiring || view.bindings().of_entitlement(row.at).any(|held| held.until().is_some()))
    });
    Ok(in_order(view, rows.cloned().collect()))
}
