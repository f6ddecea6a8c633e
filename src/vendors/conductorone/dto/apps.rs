//! Applications (contract, 10.1).

use std::collections::BTreeMap;

use super::policies::PolicyRef;
use super::users::User;
use super::{View, field_id};
use crate::company::{App as CompanyApp, Company, Person, Tallied};
use crate::kernel::{Id, Timestamp};
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::lifecycle::{BLANK, CreateApp, Refusal};
use crate::vendors::conductorone::model::{
    AccessModel as Model, AppProfile, Domain, IdentityMatching as Matching, MatchBaton,
};
use crate::vendors::conductorone::wire::{Asked, Mask, Time, id, message, vocabulary};

vocabulary! {
    /// How entitlements of an application are held.
    AccessModel {
        Unspecified = "APP_ACCESS_MODEL_UNSPECIFIED",
        Classic = "APP_ACCESS_MODEL_CLASSIC",
        Hybrid = "APP_ACCESS_MODEL_HYBRID",
        Sparse = "APP_ACCESS_MODEL_SPARSE",
    }

    /// How accounts are matched to identities.
    IdentityMatching {
        Unspecified = "APP_USER_IDENTITY_MATCHING_UNSPECIFIED",
        Strict = "APP_USER_IDENTITY_MATCHING_STRICT",
        DisplayName = "APP_USER_IDENTITY_MATCHING_DISPLAY_NAME",
        Custom = "APP_USER_IDENTITY_MATCHING_CUSTOM",
    }
}

message! {
    /// The connector object that an application is to be matched with.
    AppMatchBatonRef = c1.api.app.v1.AppMatchBatonRef {
        app_id: String,
        connector_id: String,
        external_id: String,
    }

    /// One case of how accounts are matched.
    AppUserMapperMatchCase = c1.api.app.v1.AppUserMapperMatchCase {
        app_id: String,
        app_user_key_cel: String,
        case_index: u32,
        user_key_cel: String,
    }

    /// How accounts are matched.
    AppUserMapper = c1.api.app.v1.AppUserMapper {
        app_id: String,
        mapping_cases: Vec<AppUserMapperMatchCase>,
    }

    /// An application.
    App = c1.api.app.v1.App {
        access_model: AccessModel,
        annotations: BTreeMap<String, String>,
        app_account_id: String,
        app_account_name: String,
        app_owners: Vec<User>,
        app_user_mapper: Option<AppUserMapper>,
        certify_policy_id: String,
        connector_version: u32,
        created_at: Option<Time>,
        default_request_catalog_id: String,
        deleted_at: Option<Time>,
        description: String,
        display_name: String,
        enable_connector_sourced_ownership: bool,
        field_mask: Option<Mask>,
        grant_policy_id: String,
        icon_url: String,
        id: String,
        identity_matching: IdentityMatching,
        instructions: String,
        is_directory: bool,
        is_manually_managed: bool,
        logo_uri: String,
        match_baton_ref: Option<AppMatchBatonRef>,
        monthly_cost_usd: i32,
        parent_app_id: String,
        revoke_grant_sources: bool,
        revoke_policy_id: String,
        strict_access_entitlement_provisioning: bool,
        updated_at: Option<Time>,
        user_count: i64,
    }

    /// One application.
    AppResponse = c1.api.app.v1.GetAppResponse {
        app: Option<App>,
    }

    /// Names an entitlement.
    AppEntitlementRef = c1.api.app.v1.AppEntitlementRef {
        app_id: String,
        id: String,
    }

    /// An application that is to be made.
    CreateAppRequest = c1.api.app.v1.CreateAppRequest {
        annotations: BTreeMap<String, String>,
        app_entitlement_owner_refs: Vec<AppEntitlementRef>,
        certify_policy_id: String,
        description: String,
        display_name: String,
        grant_policy_id: String,
        identity_matching: IdentityMatching,
        instructions: String,
        match_baton_ref: Option<AppMatchBatonRef>,
        monthly_cost_usd: i32,
        owners: Vec<String>,
        revoke_policy_id: String,
        strict_access_entitlement_provisioning: bool,
    }

    /// What is to change about an application.
    UpdateAppRequest = c1.api.app.v1.UpdateAppRequest {
        app: Option<App>,
        update_mask: Option<Mask>,
    }

    /// Names an application.
    AppRef = c1.api.app.v1.AppRef {
        id: String,
    }

    /// Which applications are to be found.
    SearchAppsRequest = c1.api.app.v1.SearchAppsRequest {
        app_ids: Vec<String>,
        display_name: String,
        exclude_app_ids: Vec<String>,
        only_directories: bool,
        page_size: i32,
        page_token: String,
        policy_refs: Vec<PolicyRef>,
        query: String,
    }

    /// The ids of owners.
    OwnerIds = c1.api.app.v1.ListAppOwnerIDsResponse {
        user_ids: Vec<String>,
    }

    /// Whose ids are sent.
    UserIds = c1.api.app.v1.SetAppOwnersRequest {
        user_ids: Vec<String>,
    }

    /// Whose id is sent.
    UserId = c1.api.app.v1.AddAppEntitlementOwnerRequest {
        user_id: String,
    }
}

impl View<'_> {
    /// An application that is, or was, under governance.
    pub fn app(self, app: Id<CompanyApp>) -> Option<App> {
        let (row, app) = (self.domain.apps.get(&app)?, self.company.apps().get(&app)?);
        Some(shown(self.company, row, app))
    }
}

fn shown(company: &Company, row: &AppProfile, app: &CompanyApp) -> App {
    let match_baton_ref = row.match_baton.as_ref().map(|baton| AppMatchBatonRef {
        app_id: baton.app.clone(),
        connector_id: baton.connector.clone(),
        external_id: baton.external.clone(),
    });
    App {
        access_model: match row.access_model {
            Model::Unspecified => AccessModel::Unspecified,
            Model::Classic => AccessModel::Classic,
            Model::Hybrid => AccessModel::Hybrid,
            Model::Sparse => AccessModel::Sparse,
        },
        annotations: row.annotations.clone(),
        certify_policy_id: row.certify_policy.map(id::text).unwrap_or_default(),
        created_at: Some(row.created.into()),
        default_request_catalog_id: row.default_catalog.map(id::text).unwrap_or_default(),
        deleted_at: row.deleted.map(Time::from),
        description: row.description.clone().unwrap_or_else(|| app.description.clone()),
        display_name: row.name(app).to_owned(),
        enable_connector_sourced_ownership: row.connector_sourced_ownership,
        grant_policy_id: row.grant_policy.map(id::text).unwrap_or_default(),
        icon_url: row.icon_url.clone(),
        id: id::text(row.app),
        identity_matching: match row.identity_matching {
            Matching::Unspecified => IdentityMatching::Unspecified,
            Matching::Strict => IdentityMatching::Strict,
            Matching::DisplayName => IdentityMatching::DisplayName,
            Matching::Custom => IdentityMatching::Custom,
        },
        instructions: row.instructions.clone(),
        is_directory: row.is_directory,
        is_manually_managed: row.is_manually_managed,
        match_baton_ref,
        monthly_cost_usd: row.monthly_cost_usd,
        revoke_grant_sources: row.revoke_grant_sources,
        revoke_policy_id: row.revoke_policy.map(id::text).unwrap_or_default(),
        strict_access_entitlement_provisioning: row.strict_access_provisioning,
        updated_at: Some(row.updated.into()),
        user_count: company.tally(Tallied::App(row.app)).open.into(),
        ..App::default()
    }
}

impl From<IdentityMatching> for Matching {
    fn from(word: IdentityMatching) -> Self {
        match word {
            IdentityMatching::Unspecified => Self::Unspecified,
            IdentityMatching::Strict => Self::Strict,
            IdentityMatching::DisplayName => Self::DisplayName,
            IdentityMatching::Custom => Self::Custom,
        }
    }
}

impl From<AppMatchBatonRef> for MatchBaton {
    fn from(baton: AppMatchBatonRef) -> Self {
        Self { app: baton.app_id, connector: baton.connector_id, external: baton.external_id }
    }
}

/// A row with the fields of `mask` as `new` has them. What only the server sets stays.
///
/// # Errors
/// When the mask names no field, or a value is none that the field can have.
pub fn updated(company: &Company, _: &Domain, row: &AppProfile, new: &App, mask: &Mask) -> Result<AppProfile, Refusal> {
    let Some(app) = company.apps().get(&row.app) else { return Ok(row.clone()) };
    let old = shown(company, row, app);
    let app = mask.merge(&old, new).map_err(|error| Refusal::Invalid("UpdateMask", error.to_string()))?;
    if app.display_name.is_empty() {
        return Err(Refusal::Missing("DisplayName", BLANK));
    }
    let mut row = row.clone();
    row.access_model = match app.access_model {
        AccessModel::Unspecified => Model::Unspecified,
        AccessModel::Classic => Model::Classic,
        AccessModel::Hybrid => Model::Hybrid,
        AccessModel::Sparse => Model::Sparse,
    };
    if app.display_name != old.display_name {
        row.display_name = Some(app.display_name);
    }
    if app.description != old.description {
        row.description = Some(app.description);
    }
    row.annotations = app.annotations;
    row.certify_policy = field_id("CertifyPolicyId", &app.certify_policy_id)?;
    row.default_catalog = field_id("DefaultRequestCatalogId", &app.default_request_catalog_id)?;
    row.connector_sourced_ownership = app.enable_connector_sourced_ownership;
    row.grant_policy = field_id("GrantPolicyId", &app.grant_policy_id)?;
    row.icon_url = app.icon_url;
    row.identity_matching = app.identity_matching.into();
    row.instructions = app.instructions;
    row.is_manually_managed = app.is_manually_managed;
    row.match_baton = app.match_baton_ref.map(MatchBaton::from);
    row.monthly_cost_usd = app.monthly_cost_usd;
    row.revoke_grant_sources = app.revoke_grant_sources;
    row.revoke_policy = field_id("RevokePolicyId", &app.revoke_policy_id)?;
    row.strict_access_provisioning = app.strict_access_entitlement_provisioning;
    Ok(row)
}

/// The command behind a request to make an application. Without owners it is the caller's (contract, 10.1).
///
/// # Errors
/// 400 when the name is missing, or an id is not written like one.
pub fn create(asked: &Asked, caller: &Caller, new: CreateAppRequest) -> Result<CreateApp, ApiError> {
    asked.required("displayName", &new.display_name)?;
    let owners: Vec<Id<Person>> = asked.ids("owners", &new.owners)?;
    let mut profile = AppProfile::of(Id::named("conductorone/app/new"), Timestamp::from_micros(0));
    profile.owners = if owners.is_empty() { vec![caller.user] } else { owners };
    profile.grant_policy = asked.optional_id("grantPolicyId", &new.grant_policy_id)?;
    profile.revoke_policy = asked.optional_id("revokePolicyId", &new.revoke_policy_id)?;
    profile.certify_policy = asked.optional_id("certifyPolicyId", &new.certify_policy_id)?;
    profile.annotations = new.annotations;
    profile.identity_matching = new.identity_matching.into();
    profile.instructions = new.instructions;
    profile.match_baton = new.match_baton_ref.map(MatchBaton::from);
    profile.monthly_cost_usd = new.monthly_cost_usd;
    profile.strict_access_provisioning = new.strict_access_entitlement_provisioning;
    Ok(CreateApp { name: new.display_name, description: new.description, profile })
}
