//! Resource types and resources (contract, 10.2).

use std::collections::BTreeMap;

use super::View;
use super::expanded::Object;
use crate::company::App;
use crate::kernel::Id;
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::expand::{ExpandMask, Expander};
use crate::vendors::conductorone::lifecycle::{BLANK, CreateResource, Refusal};
use crate::vendors::conductorone::model::{EntitlementKey, Resource, ResourceKind as Kind, ResourceType};
use crate::vendors::conductorone::wire::{Any, Asked, Json, Mask, Time, id, message, vocabulary};

vocabulary! {
    /// Kinds of resources that are made by hand.
    ResourceKind {
        Role = "ROLE",
        Group = "GROUP",
        License = "LICENSE",
        Project = "PROJECT",
        Catalog = "CATALOG",
        Custom = "CUSTOM",
        Vault = "VAULT",
        ProfileType = "PROFILE_TYPE",
        SessionPolicy = "SESSION_POLICY",
        ClawAgent = "CLAW_AGENT",
    }

    /// What kind of machine a resource is.
    NhiType {
        Unspecified = "NHI_TYPE_UNSPECIFIED",
        AppRegistration = "NHI_TYPE_APP_REGISTRATION",
        AssumableRole = "NHI_TYPE_ASSUMABLE_ROLE",
        ManagedIdentity = "NHI_TYPE_MANAGED_IDENTITY",
    }

    /// What resources are ordered by.
    ResourceSortField {
        Unspecified = "APP_RESOURCE_SORT_FIELD_UNSPECIFIED",
        SecretCreatedAt = "APP_RESOURCE_SORT_FIELD_SECRET_CREATED_AT",
        SecretExpiresAt = "APP_RESOURCE_SORT_FIELD_SECRET_EXPIRES_AT",
        LastUsedAt = "APP_RESOURCE_SORT_FIELD_LAST_USED_AT",
    }

    /// In which direction.
    SortDirection {
        Unspecified = "SORT_DIRECTION_UNSPECIFIED",
        Asc = "SORT_DIRECTION_ASC",
        Desc = "SORT_DIRECTION_DESC",
    }

    /// Whether an agent works.
    AgentStatus {
        Unspecified = "AGENT_STATUS_UNSPECIFIED",
        Ready = "AGENT_STATUS_READY",
        Disabled = "AGENT_STATUS_DISABLED",
        Deleted = "AGENT_STATUS_DELETED",
    }

    /// What a secret is.
    CredentialType {
        Unspecified = "CREDENTIAL_TYPE_UNSPECIFIED",
        StaticSecret = "CREDENTIAL_TYPE_STATIC_SECRET",
        AsymmetricKey = "CREDENTIAL_TYPE_ASYMMETRIC_KEY",
        Certificate = "CREDENTIAL_TYPE_CERTIFICATE",
    }

    /// What somebody answers for.
    OwnershipType {
        Unspecified = "USER_OWNERSHIP_TYPE_UNSPECIFIED",
        App = "USER_OWNERSHIP_TYPE_APP",
        Resource = "USER_OWNERSHIP_TYPE_RESOURCE",
        Entitlement = "USER_OWNERSHIP_TYPE_ENTITLEMENT",
    }
}

message! {
    /// A kind of resource in one application.
    AppResourceType = c1.api.app.v1.AppResourceType {
        app_id: String,
        created_at: Option<Time>,
        deleted_at: Option<Time>,
        display_name: String,
        id: String,
        trait_ids: Vec<String>,
        updated_at: Option<Time>,
    }

    /// A kind of resource, and where its application stands.
    AppResourceTypeView = c1.api.app.v1.AppResourceTypeView {
        app_path: String,
        app_resource_type: Option<AppResourceType>,
    }

    /// One kind of resource.
    ResourceTypeGetResponse = c1.api.app.v1.AppResourceTypeServiceGetResponse {
        app_resource_type_view: Option<AppResourceTypeView>,
        expanded: Vec<Any>,
    }

    /// A kind of resource that was made or changed.
    ResourceTypeResponse = c1.api.app.v1.CreateManuallyManagedResourceTypeResponse {
        app_resource_type: Option<AppResourceType>,
        expanded: Vec<Any>,
    }

    /// A kind of resource that is to be made.
    CreateResourceTypeRequest = c1.api.app.v1.CreateManuallyManagedResourceTypeRequest {
        display_name: String,
        resource_type: ResourceKind,
    }

    /// What is to change about a kind of resource.
    UpdateResourceTypeRequest = c1.api.app.v1.UpdateManuallyManagedResourceTypeRequest {
        app_resource_type: Option<AppResourceType>,
        update_mask: Option<Mask>,
    }

    /// A resource as an agent.
    AgentTrait = c1.api.app.v1.AgentTrait {
        identity_app_user_id: String,
        status: AgentStatus,
    }

    /// A resource as a secret.
    SecretTrait = c1.api.app.v1.SecretTrait {
        created_by_app_user_id: String,
        credential_detail: String,
        identity_app_user_id: String,
        last_used_at: Option<Time>,
        secret_created_at: Option<Time>,
        secret_expires_at: Option<Time>,
    }

    /// Something that entitlements are about.
    AppResource = c1.api.app.v1.AppResource {
        access_config_id: String,
        agent_trait: Option<AgentTrait>,
        annotations: BTreeMap<String, String>,
        app_id: String,
        app_resource_type_id: String,
        created_at: Option<Time>,
        custom_description: String,
        deleted_at: Option<Time>,
        description: String,
        display_name: String,
        external_id: String,
        grant_count: i64,
        id: String,
        match_baton_id: String,
        nhi_detail: String,
        nhi_type: NhiType,
        parent_app_resource_id: String,
        parent_app_resource_type_id: String,
        profile: Option<Json>,
        updated_at: Option<Time>,
        ; oneof metadata {
            secret_trait: SecretTrait,
        }
    }

    /// A resource and where what it refers to stands.
    AppResourceView = c1.api.app.v1.AppResourceView {
        app_path: String,
        app_resource: Option<AppResource>,
        parent_resource_path: String,
        parent_resource_type_path: String,
        resource_type_path: String,
    }

    /// One resource.
    ResourceViewResponse = c1.api.app.v1.AppResourceServiceGetResponse {
        app_resource_view: Option<AppResourceView>,
        expanded: Vec<Any>,
    }

    /// A resource that was made.
    ResourceResponse = c1.api.app.v1.CreateManuallyManagedAppResourceResponse {
        app_resource: Option<AppResource>,
    }

    /// A resource that is to be made.
    CreateResourceRequest = c1.api.app.v1.CreateManuallyManagedAppResourceRequest {
        annotations: BTreeMap<String, String>,
        description: String,
        display_name: String,
        match_baton_id: String,
        resource_owner_user_ids: Vec<String>,
    }

    /// What is to change about a resource.
    UpdateResourceRequest = c1.api.app.v1.AppResourceServiceUpdateRequest {
        app_resource: Option<AppResource>,
        expand_mask: Option<ExpandMask>,
        update_mask: Option<Mask>,
    }

    /// Names a resource.
    AppResourceRef = c1.api.app.v1.AppResourceRef {
        app_id: String,
        app_resource_type_id: String,
        id: String,
    }

    /// How old a secret is to be.
    SecretAgingFilter = c1.api.app.v1.SecretAgingFilter {
        last_used_after: Option<Time>,
        last_used_before: Option<Time>,
        secret_created_after: Option<Time>,
        secret_created_before: Option<Time>,
        secret_expires_after: Option<Time>,
        secret_expires_before: Option<Time>,
    }

    /// Which resources are to be found.
    SearchResourcesRequest = c1.api.app.v1.SearchAppResourcesRequest {
        agent_statuses: Vec<AgentStatus>,
        app_id: String,
        app_ids: Vec<String>,
        app_user_ids: Vec<String>,
        credential_types: Vec<CredentialType>,
        direction: SortDirection,
        exclude_deleted_apps: bool,
        exclude_deleted_resource_bindings: bool,
        exclude_resource_ids: Vec<String>,
        exclude_resource_type_trait_ids: Vec<String>,
        nhi_types: Vec<NhiType>,
        owner_user_ids: Vec<String>,
        page_size: i32,
        page_token: String,
        query: String,
        refs: Vec<AppResourceRef>,
        resource_ids: Vec<String>,
        resource_type_ids: Vec<String>,
        resource_type_trait_ids: Vec<String>,
        secret_aging: Option<SecretAgingFilter>,
        sort_field: ResourceSortField,
        unowned_only: bool,
        with_open_findings: bool,
    }

    /// Which kinds of resources are to be found.
    SearchResourceTypesRequest = c1.api.app.v1.SearchAppResourceTypesRequest {
        app_ids: Vec<String>,
        app_user_ids: Vec<String>,
        display_name: String,
        exclude_resource_type_ids: Vec<String>,
        exclude_resource_type_trait_ids: Vec<String>,
        page_size: i32,
        page_token: String,
        query: String,
        resource_type_ids: Vec<String>,
        resource_type_trait_ids: Vec<String>,
    }

    /// What somebody answers for is to be found.
    SearchOwnershipRequest = c1.api.app.v1.SearchUserOwnershipRequest {
        ownership_types: Vec<OwnershipType>,
        page_size: i32,
        page_token: String,
        user_id: String,
    }

    /// Something that somebody answers for.
    UserOwnershipEntry = c1.api.app.v1.UserOwnershipEntry {
        app_display_name: String,
        app_id: String,
        entitlement_display_name: String,
        entitlement_id: String,
        ownership_type: OwnershipType,
        resource_display_name: String,
        resource_id: String,
        resource_type_id: String,
    }
}

/// The id of a trait. The vendor's are not published [assumed].
pub fn trait_id(kind: Kind) -> String {
    id::text(Id::<Kind>::named(&format!("conductorone/trait/{}", kind.title())))
}

impl From<ResourceKind> for Kind {
    fn from(word: ResourceKind) -> Self {
        match word {
            ResourceKind::Role => Self::Role,
            ResourceKind::Group => Self::Group,
            ResourceKind::License => Self::License,
            ResourceKind::Project => Self::Project,
            ResourceKind::Catalog => Self::Catalog,
            ResourceKind::Custom => Self::Custom,
            ResourceKind::Vault => Self::Vault,
            ResourceKind::ProfileType => Self::ProfileType,
            ResourceKind::SessionPolicy => Self::SessionPolicy,
            ResourceKind::ClawAgent => Self::ClawAgent,
        }
    }
}

/// A kind of resource.
pub fn resource_type(row: &ResourceType) -> AppResourceType {
    AppResourceType {
        app_id: id::text(row.app),
        created_at: Some(row.created.into()),
        deleted_at: row.deleted.map(Time::from),
        display_name: row.display_name.clone(),
        id: id::text(row.id),
        trait_ids: vec![trait_id(row.kind)],
        updated_at: Some(row.updated.into()),
    }
}

impl View<'_> {
    /// A resource.
    pub fn resource(self, row: &Resource) -> AppResource {
        let entitlements = self.domain.entitlements.with(EntitlementKey::Resource(row.id));
        let grants = entitlements.map(|entitlement| self.bindings().count(entitlement.at)).sum();
        let parent = row.parent.and_then(|parent| self.domain.resources.get(&parent));
        AppResource {
            annotations: row.annotations.clone(),
            app_id: id::text(row.app),
            app_resource_type_id: id::text(row.resource_type),
            created_at: Some(row.created.into()),
            custom_description: row.custom_description.clone(),
            deleted_at: row.deleted.map(Time::from),
            description: row.description.clone(),
            display_name: row.display_name.clone(),
            grant_count: super::count(grants),
            id: id::text(row.id),
            match_baton_id: row.match_baton.clone(),
            parent_app_resource_id: parent.map(|parent| id::text(parent.id)).unwrap_or_default(),
            parent_app_resource_type_id: parent.map(|parent| id::text(parent.resource_type)).unwrap_or_default(),
            updated_at: Some(row.updated.into()),
            ..AppResource::default()
        }
    }

    /// A resource with paths to what it refers to.
    pub fn resource_view(self, row: &Resource, expand: &mut Expander<'_, Object>) -> AppResourceView {
        let parent = row.parent.and_then(|parent| self.domain.resources.get(&parent));
        AppResourceView {
            app_path: expand.one("app_id", Some(Object::App(row.app))),
            resource_type_path: expand.one("resource_type_id", Some(Object::ResourceType(row.resource_type))),
            parent_resource_path: expand.one("parent_resource_id", parent.map(|parent| Object::Resource(parent.id))),
            parent_resource_type_path: expand
                .one("parent_resource_type_id", parent.map(|parent| Object::ResourceType(parent.resource_type))),
            app_resource: Some(self.resource(row)),
        }
    }

    /// A kind of resource with a path to its application.
    pub fn resource_type_view(self, row: &ResourceType, expand: &mut Expander<'_, Object>) -> AppResourceTypeView {
        AppResourceTypeView {
            app_path: expand.one("app_id", Some(Object::App(row.app))),
            app_resource_type: Some(resource_type(row)),
        }
    }
}

/// The command behind a request to make a resource.
///
/// # Errors
/// 400 when the name is missing, or an owner's id is not written like one.
pub fn create(
    asked: &Asked,
    app: Id<App>,
    kind: Id<ResourceType>,
    new: CreateResourceRequest,
) -> Result<CreateResource, ApiError> {
    asked.required("displayName", &new.display_name)?;
    let owners = asked.ids("resourceOwnerUserIds", &new.resource_owner_user_ids)?;
    let said = move |row: Resource| Resource {
        description: new.description,
        owners,
        annotations: new.annotations,
        match_baton: new.match_baton_id,
        ..row
    };
    Ok(CreateResource { app, kind, name: new.display_name, said: Box::new(said) })
}

/// A resource type with the fields of `mask` as `new` has them: its name alone can change.
///
/// # Errors
/// When the mask names no field, or the name is missing.
pub fn updated_type(row: &ResourceType, new: &AppResourceType, mask: &Mask) -> Result<ResourceType, Refusal> {
    let merged = mask.merge(&resource_type(row), new);
    let merged = merged.map_err(|error| Refusal::Invalid("UpdateMask", error.to_string()))?;
    named(&merged.display_name)?;
    Ok(ResourceType { display_name: merged.display_name, ..row.clone() })
}

/// A resource with the fields of `mask` as `new` has them. What only the server sets stays.
///
/// # Errors
/// When the mask names no field, or the name is missing.
pub fn updated(row: &Resource, new: &AppResource, mask: &Mask) -> Result<Resource, Refusal> {
    let old = AppResource {
        annotations: row.annotations.clone(),
        custom_description: row.custom_description.clone(),
        description: row.description.clone(),
        display_name: row.display_name.clone(),
        match_baton_id: row.match_baton.clone(),
        ..AppResource::default()
    };
    let merged = mask.merge(&old, new).map_err(|error| Refusal::Invalid("UpdateMask", error.to_string()))?;
    named(&merged.display_name)?;
    Ok(Resource {
        annotations: merged.annotations,
        custom_description: merged.custom_description,
        description: merged.description,
        display_name: merged.display_name,
        match_baton: merged.match_baton_id,
        ..row.clone()
    })
}

fn named(name: &str) -> Result<(), Refusal> {
    if name.is_empty() {
        return Err(Refusal::Missing("DisplayName", BLANK));
    }
    Ok(())
}
