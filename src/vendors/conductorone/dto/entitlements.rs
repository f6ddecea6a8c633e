//! Entitlements (contract, 10.2).

use std::collections::BTreeMap;

use super::apps::AppEntitlementRef;
use super::expanded::Object;
use super::policies::{PolicyRef, ProvisionPolicy, provision_message, provision_policy};
use super::{View, field_id};
use crate::company::{App, Company, Person};
use crate::kernel::Id;
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::expand::{ExpandMask, Expander};
use crate::vendors::conductorone::lifecycle::{BLANK, CreateEntitlement, Refusal};
use crate::vendors::conductorone::model;
use crate::vendors::conductorone::model::{Bindings, Domain, EntitlementProfile, EntitlementRef, Purpose as Held};
use crate::vendors::conductorone::wire::{Any, Asked, Empty, Lasting, Mask, Time, id, message, vocabulary};

vocabulary! {
    /// What holding an entitlement is for.
    Purpose {
        Unspecified = "APP_ENTITLEMENT_PURPOSE_VALUE_UNSPECIFIED",
        Assignment = "APP_ENTITLEMENT_PURPOSE_VALUE_ASSIGNMENT",
        Permission = "APP_ENTITLEMENT_PURPOSE_VALUE_PERMISSION",
        Ownership = "APP_ENTITLEMENT_PURPOSE_VALUE_OWNERSHIP",
    }

    /// As what an entitlement is held.
    MembershipType {
        Unspecified = "APP_ENTITLEMENT_MEMBERSHIP_TYPE_UNSPECIFIED",
        Member = "APP_ENTITLEMENT_MEMBERSHIP_TYPE_MEMBER",
        Owner = "APP_ENTITLEMENT_MEMBERSHIP_TYPE_OWNER",
        Exclusion = "APP_ENTITLEMENT_MEMBERSHIP_TYPE_EXCLUSION",
        Admin = "APP_ENTITLEMENT_MEMBERSHIP_TYPE_ADMIN",
    }
}

message! {
    /// An entitlement.
    AppEntitlement = c1.api.app.v1.AppEntitlement {
        alias: String,
        annotations: BTreeMap<String, String>,
        app_id: String,
        app_resource_id: String,
        app_resource_type_id: String,
        certify_policy_id: String,
        compliance_framework_value_ids: Vec<String>,
        created_at: Option<Time>,
        default_values_applied: bool,
        deprovisioner_policy: Option<ProvisionPolicy>,
        deleted_at: Option<Time>,
        description: String,
        display_name: String,
        emergency_grant_enabled: bool,
        emergency_grant_policy_id: String,
        external_id: String,
        grant_count: i64,
        grant_policy_id: String,
        id: String,
        is_automation_enabled: bool,
        is_manually_managed: bool,
        match_baton_id: String,
        override_access_requests_defaults: bool,
        provisioner_policy: Option<ProvisionPolicy>,
        purpose: Purpose,
        request_schema_id: String,
        revoke_policy_id: String,
        risk_level_value_id: String,
        slug: String,
        source_connector_ids: BTreeMap<String, String>,
        system_builtin: bool,
        updated_at: Option<Time>,
        user_edited_mask: Option<Mask>,
        ; oneof max_grant_duration {
            duration_grant: Lasting,
            duration_unset: Empty,
        }
    }

    /// An entitlement and where what it refers to stands.
    AppEntitlementView = c1.api.app.v1.AppEntitlementView {
        app_entitlement: Option<AppEntitlement>,
        app_path: String,
        app_resource_path: String,
        app_resource_type_path: String,
    }

    /// One entitlement.
    EntitlementResponse = c1.api.app.v1.GetAppEntitlementResponse {
        app_entitlement_view: Option<AppEntitlementView>,
        expanded: Vec<Any>,
    }

    /// An entitlement that is to be made.
    CreateEntitlementRequest = c1.api.app.v1.CreateAppEntitlementRequest {
        alias: String,
        annotations: BTreeMap<String, String>,
        app_entitlement_owner_ids: Vec<String>,
        app_resource_id: String,
        app_resource_type_id: String,
        certify_policy_id: String,
        compliance_framework_value_ids: Vec<String>,
        description: String,
        display_name: String,
        emergency_grant_enabled: bool,
        emergency_grant_policy_id: String,
        expand_mask: Option<ExpandMask>,
        grant_policy_id: String,
        match_baton_id: String,
        override_access_requests_defaults: bool,
        provision_policy: Option<ProvisionPolicy>,
        purpose: Purpose,
        revoke_policy_id: String,
        risk_level_value_id: String,
        slug: String,
        ; oneof max_grant_duration {
            duration_grant: Lasting,
            duration_unset: Empty,
        }
    }

    /// What is to change about an entitlement.
    UpdateEntitlementRequest = c1.api.app.v1.UpdateAppEntitlementRequest {
        entitlement: Option<AppEntitlement>,
        expand_mask: Option<ExpandMask>,
        override_access_requests_defaults: bool,
        update_mask: Option<Mask>,
    }

    /// Which entitlements are to be found.
    SearchEntitlementsRequest = c1.api.app.v1.AppEntitlementSearchServiceSearchRequest {
        access_review_id: String,
        alias: String,
        app_ids: Vec<String>,
        app_user_ids: Vec<String>,
        compliance_framework_ids: Vec<String>,
        display_name: String,
        exclude_app_ids: Vec<String>,
        exclude_app_user_ids: Vec<String>,
        exclude_immutable: bool,
        exclude_resource_type_ids: Vec<String>,
        excluded_entitlement_refs: Vec<AppEntitlementRef>,
        expand_mask: Option<ExpandMask>,
        include_deleted: bool,
        is_automated: bool,
        membership_type: Vec<MembershipType>,
        only_get_expiring: bool,
        page_size: i32,
        page_token: String,
        policy_refs: Vec<PolicyRef>,
        query: String,
        refs: Vec<AppEntitlementRef>,
        request_schema_ids: Vec<String>,
        resource_ids: Vec<String>,
        resource_trait_ids: Vec<String>,
        resource_type_ids: Vec<String>,
        risk_level_ids: Vec<String>,
        source_connector_id: String,
    }

    /// How many of what was found there are of each kind; not counted here.
    Facets = c1.api.search.v1.Facets {
        count: i64,
        facets: Vec<Empty>,
    }

    /// The entitlements that a search found.
    FoundEntitlements = c1.api.app.v1.AppEntitlementSearchServiceSearchResponse {
        expanded: Vec<Any>,
        facets: Option<Facets>,
        list: Vec<AppEntitlementView>,
        next_page_token: String,
    }
}

/// How an entitlement is named.
pub fn reference(at: EntitlementRef) -> AppEntitlementRef {
    AppEntitlementRef { app_id: id::text(at.app), id: id::text(at.id) }
}

impl View<'_> {
    /// An entitlement.
    pub fn entitlement(self, row: &EntitlementProfile) -> AppEntitlement {
        shown(self.domain, self.company, row)
    }

    /// An entitlement with paths to what it refers to.
    pub fn entitlement_view(self, row: &EntitlementProfile, expand: &mut Expander<'_, Object>) -> AppEntitlementView {
        AppEntitlementView {
            app_path: expand.one("app_id", Some(Object::App(row.at.app))),
            app_resource_type_path: expand.one("app_resource_type_id", row.resource_type.map(Object::ResourceType)),
            app_resource_path: expand.one("app_resource_id", row.resource.map(Object::Resource)),
            app_entitlement: Some(self.entitlement(row)),
        }
    }
}

fn shown(domain: &Domain, company: &Company, row: &EntitlementProfile) -> AppEntitlement {
    let own = company.entitlements().get(&row.at.id);
    let description = row.description.clone().or_else(|| own.map(|own| own.description.clone()));
    AppEntitlement {
        alias: row.alias.clone(),
        annotations: row.annotations.clone(),
        app_id: id::text(row.at.app),
        app_resource_id: row.resource.map(id::text).unwrap_or_default(),
        app_resource_type_id: row.resource_type.map(id::text).unwrap_or_default(),
        certify_policy_id: row.certify_policy.map(id::text).unwrap_or_default(),
        compliance_framework_value_ids: row.compliance_frameworks.clone(),
        created_at: Some(row.created.into()),
        deleted_at: row.deleted.map(Time::from),
        deprovisioner_policy: row.deprovisioner.as_ref().map(provision_message),
        description: description.unwrap_or_default(),
        display_name: row.name(own.map(|own| &**own)).to_owned(),
        emergency_grant_enabled: row.emergency_enabled,
        emergency_grant_policy_id: row.emergency_policy.map(id::text).unwrap_or_default(),
        grant_count: super::count(Bindings { domain, company }.count(row.at)),
        grant_policy_id: row.grant_policy.map(id::text).unwrap_or_default(),
        id: id::text(row.at.id),
        is_manually_managed: row.is_manually_managed,
        match_baton_id: row.match_baton.clone(),
        override_access_requests_defaults: row.overrides_defaults,
        provisioner_policy: row.provisioner.as_ref().map(provision_message),
        purpose: match row.purpose {
            Held::Unspecified => Purpose::Unspecified,
            Held::Assignment => Purpose::Assignment,
            Held::Permission => Purpose::Permission,
            Held::Ownership => Purpose::Ownership,
        },
        request_schema_id: row.request_schema.map(id::text).unwrap_or_default(),
        revoke_policy_id: row.revoke_policy.map(id::text).unwrap_or_default(),
        risk_level_value_id: row.risk_level.clone(),
        slug: row.slug.clone(),
        system_builtin: row.at.is_access(),
        updated_at: Some(row.updated.into()),
        duration_grant: row.longest.map(Lasting::from),
        duration_unset: row.longest.is_none().then_some(Empty {}),
        ..AppEntitlement::default()
    }
}

impl From<Purpose> for Held {
    fn from(word: Purpose) -> Self {
        match word {
            Purpose::Unspecified => Self::Unspecified,
            Purpose::Assignment => Self::Assignment,
            Purpose::Permission => Self::Permission,
            Purpose::Ownership => Self::Ownership,
        }
    }
}

/// How an entitlement is given and taken, as a request says it.
#[derive(Clone, Debug, Default)]
pub struct Provisioning {
    give: Option<model::ProvisionPolicy>,
    take: Option<model::ProvisionPolicy>,
}

impl Provisioning {
    /// What `new` says about it.
    ///
    /// # Errors
    /// 400 when an id is not written like one.
    pub fn of(asked: &Asked, new: &AppEntitlement) -> Result<Self, ApiError> {
        let read = |policy: &Option<ProvisionPolicy>| policy.as_ref().map(|policy| provision_policy(asked, policy));
        Ok(Self {
            give: read(&new.provisioner_policy).transpose()?,
            take: read(&new.deprovisioner_policy).transpose()?,
        })
    }
}

/// A row with the fields of `mask` as `new` has them; one that the mask names and `new` lacks is cleared. What only the
/// server sets stays.
///
/// # Errors
/// When the mask names no field, or a value is none that the field can have.
pub fn updated(
    company: &Company,
    domain: &Domain,
    row: &EntitlementProfile,
    new: &AppEntitlement,
    provisioning: Provisioning,
    mask: &Mask,
) -> Result<EntitlementProfile, Refusal> {
    let old = shown(domain, company, row);
    let mut base = old.clone();
    // The members of a oneof replace each other.
    if new.duration_grant.is_some() || new.duration_unset.is_some() {
        (base.duration_grant, base.duration_unset) = (None, None);
        let is_named = |name: &str| mask.is_empty() || mask.paths().any(|path| path == name || path == "*");
        if !is_named("durationGrant") && !is_named("durationUnset") {
            (base.duration_grant, base.duration_unset) = (old.duration_grant, old.duration_unset.clone());
        }
    }
    let merged = mask.merge(&base, new).map_err(|error| Refusal::Invalid("UpdateMask", error.to_string()))?;
    if merged.display_name.is_empty() {
        return Err(Refusal::Missing("DisplayName", BLANK));
    }
    let mut row = row.clone();
    row.alias = merged.alias;
    row.annotations = merged.annotations;
    row.certify_policy = field_id("CertifyPolicyId", &merged.certify_policy_id)?;
    row.compliance_frameworks = merged.compliance_framework_value_ids;
    if merged.description != old.description {
        row.description = Some(merged.description);
    }
    if merged.display_name != old.display_name {
        row.display_name = Some(merged.display_name);
    }
    row.emergency_enabled = merged.emergency_grant_enabled;
    row.emergency_policy = field_id("EmergencyGrantPolicyId", &merged.emergency_grant_policy_id)?;
    row.grant_policy = field_id("GrantPolicyId", &merged.grant_policy_id)?;
    row.is_manually_managed = merged.is_manually_managed;
    row.match_baton = merged.match_baton_id;
    row.overrides_defaults = merged.override_access_requests_defaults;
    row.purpose = merged.purpose.into();
    row.revoke_policy = field_id("RevokePolicyId", &merged.revoke_policy_id)?;
    row.risk_level = merged.risk_level_value_id;
    row.slug = merged.slug;
    row.longest = merged.duration_grant.map(|lasting| lasting.0);
    if merged.provisioner_policy != old.provisioner_policy {
        row.provisioner = provisioning.give;
    }
    if merged.deprovisioner_policy != old.deprovisioner_policy {
        row.deprovisioner = provisioning.take;
    }
    Ok(row)
}

/// The command behind a request to make an entitlement.
///
/// # Errors
/// 400 when the name, the resource type or the resource is missing, or an id is not written like one.
pub fn create(asked: &Asked, app: Id<App>, new: CreateEntitlementRequest) -> Result<CreateEntitlement, ApiError> {
    asked.required("displayName", &new.display_name)?;
    let kind = asked.id("appResourceTypeId", &new.app_resource_type_id)?;
    let resource = asked.id("appResourceId", &new.app_resource_id)?;
    let owners: Vec<Id<Person>> = asked.ids("appEntitlementOwnerIds", &new.app_entitlement_owner_ids)?;
    let certify_policy = asked.optional_id("certifyPolicyId", &new.certify_policy_id)?;
    let grant_policy = asked.optional_id("grantPolicyId", &new.grant_policy_id)?;
    let revoke_policy = asked.optional_id("revokePolicyId", &new.revoke_policy_id)?;
    let emergency_policy = asked.optional_id("emergencyGrantPolicyId", &new.emergency_grant_policy_id)?;
    let provisioner = new.provision_policy.as_ref().map(|policy| provision_policy(asked, policy)).transpose()?;
    let said = move |row: EntitlementProfile| EntitlementProfile {
        alias: new.alias,
        slug: new.slug,
        purpose: new.purpose.into(),
        provisioner,
        owners,
        grant_policy,
        revoke_policy,
        certify_policy,
        emergency_enabled: new.emergency_grant_enabled,
        emergency_policy,
        longest: new.duration_grant.map(|lasting| lasting.0),
        compliance_frameworks: new.compliance_framework_value_ids,
        risk_level: new.risk_level_value_id,
        overrides_defaults: new.override_access_requests_defaults,
        match_baton: new.match_baton_id,
        annotations: new.annotations,
        ..row
    };
    Ok(CreateEntitlement {
        app,
        resource: (kind, resource),
        name: new.display_name,
        description: new.description,
        said: Box::new(said),
    })
}
