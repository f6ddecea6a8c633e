//! Catalogs and their automations.

use std::collections::BTreeMap;

use super::View;
use super::apps::AppEntitlementRef;
use super::entitlements::{AppEntitlement, AppEntitlementView};
use super::expanded::Object;
use super::grants::AppEntitlementUserBinding;
use super::refs::entitlement_refs;
use super::settings::Says;
use super::users::UserRef;
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::expand::{ExpandMask, Expander};
use crate::vendors::conductorone::lifecycle::Refusal;
use crate::vendors::conductorone::model::{
    self, Breaker, BundleRule, BundleRun, BundleSettings, CatalogSettings, Enrollment, Unenrollment, UnenrollmentPolicy,
};
use crate::vendors::conductorone::wire::{Any, Asked, Mask, Time, id, message, vocabulary};

vocabulary! {
    GrantedStatus { Unspecified = "UNSPECIFIED", All = "ALL", Granted = "GRANTED", NotGranted = "NOT_GRANTED" }
}

message! {
    RequestCatalog = c1.api.requestcatalog.v1.RequestCatalog {
        id: String,
        display_name: String,
        description: String,
        published: bool,
        visible_to_everyone: bool,
        request_bundle: bool,
        enrollment_behavior: Enrollment,
        unenrollment_behavior: Unenrollment,
        unenrollment_entitlement_behavior: UnenrollmentPolicy,
        access_entitlements: Vec<AppEntitlement>,
        annotations: BTreeMap<String, String>,
        created_by_user_id: String,
        created_at: Option<Time>,
        updated_at: Option<Time>,
        deleted_at: Option<Time>,
    }

    RequestCatalogView = c1.api.requestcatalog.v1.RequestCatalogView {
        request_catalog: Option<RequestCatalog>,
        access_entitlements_path: String,
        created_by_user_path: String,
        member_count: i64,
    }

    CatalogAnswer = c1.api.requestcatalog.v1.RequestCatalogManagementServiceGetResponse {
        request_catalog_view: Option<RequestCatalogView>,
        expanded: Vec<Any>,
    }

    CatalogCreateIn = c1.api.requestcatalog.v1.RequestCatalogManagementServiceCreateRequest {
        display_name: String,
        description: String,
        published: bool,
        visible_to_everyone: bool,
        request_bundle: bool,
        enrollment_behavior: Enrollment,
        unenrollment_behavior: Unenrollment,
        unenrollment_entitlement_behavior: UnenrollmentPolicy,
        annotations: BTreeMap<String, String>,
        expand_mask: Option<ExpandMask>,
    }

    CatalogUpdateIn = c1.api.requestcatalog.v1.RequestCatalogManagementServiceUpdateRequest {
        catalog: Option<RequestCatalog>,
        update_mask: Mask,
        expand_mask: Option<ExpandMask>,
    }

    EntriesIn = c1.api.requestcatalog.v1.RequestCatalogManagementServiceAddAppEntitlementsRequest {
        app_entitlements: Vec<AppEntitlementRef>,
        create_requests: bool,
    }

    EntriesRemoveIn = c1.api.requestcatalog.v1.RequestCatalogManagementServiceRemoveAppEntitlementsRequest {
        app_entitlements: Vec<AppEntitlementRef>,
    }

    EntriesUpdateIn = c1.api.requestcatalog.v1.RequestCatalogManagementServiceUpdateAppEntitlementsRequest {
        app_entitlements: Vec<AppEntitlementRef>,
    }

    VisibilityIn = c1.api.requestcatalog.v1.RequestCatalogManagementServiceAddAccessEntitlementsRequest {
        access_entitlements: Vec<AppEntitlementRef>,
    }

    VisibilityRemoveIn = c1.api.requestcatalog.v1.RequestCatalogManagementServiceRemoveAccessEntitlementsRequest {
        access_entitlements: Vec<AppEntitlementRef>,
    }

    EntryIn = c1.api.requestcatalog.v1.RequestCatalogManagementServiceCreateRequestableEntryRequest {
        create_requests: bool,
    }

    RequestableEntry = c1.api.requestcatalog.v1.RequestableEntry {
        catalog_id: String,
        app_id: String,
        entitlement_id: String,
    }

    EntryAnswer = c1.api.requestcatalog.v1.RequestCatalogManagementServiceGetRequestableEntryResponse {
        requestable_entry: Option<RequestableEntry>,
    }

    EntryIds = c1.api.requestcatalog.v1.RequestCatalogManagementServiceListAllEntitlementIdsPerCatalogResponse {
        refs: Vec<AppEntitlementRef>,
    }

    BundleCel = c1.api.requestcatalog.v1.BundleAutomationRuleCEL {
        expression: String,
    }

    BundleEntitlements = c1.api.requestcatalog.v1.BundleAutomationRuleEntitlement {
        entitlement_refs: Vec<AppEntitlementRef>,
    }

    BundleCelState = c1.api.requestcatalog.v1.BundleAutomationCelEvaluationState {
        error_message: String,
        last_evaluated_at: Option<Time>,
        matched_users: i64,
        status: BundleRun,
    }

    BundleRunState = c1.api.requestcatalog.v1.BundleAutomationLastRunState {
        error_message: String,
        last_run_at: Option<Time>,
        status: BundleRun,
        cel_evaluation: Option<BundleCelState>,
    }

    BundleCircuitBreaker = c1.api.requestcatalog.v1.BundleAutomationCircuitBreaker {
        removed_members_threshold_percentage: i64,
        state: Breaker,
        updated_at: Option<Time>,
        user_ref: Option<UserRef>,
    }

    BundleAutomation = c1.api.requestcatalog.v1.BundleAutomation {
        request_catalog_id: String,
        tenant_id: String,
        enabled: bool,
        create_tasks: bool,
        disable_circuit_breaker: bool,
        enforce_on_small_profiles: bool,
        removed_members_threshold_percent: i64,
        state: Option<BundleRunState>,
        circuit_breaker: Option<BundleCircuitBreaker>,
        created_at: Option<Time>,
        updated_at: Option<Time>,
        deleted_at: Option<Time>;
        oneof conditions {
            entitlements: BundleEntitlements,
            cel: BundleCel,
        }
    }

    BundleAutomationIn = c1.api.requestcatalog.v1.SetBundleAutomationRequest {
        enabled: bool,
        create_tasks: bool,
        disable_circuit_breaker: bool,
        enforce_on_small_profiles: bool,
        removed_members_threshold_percent: i64;
        oneof conditions {
            entitlements: BundleEntitlements,
            cel: BundleCel,
        }
    }

    BundleRunIn = c1.api.requestcatalog.v1.ForceRunBundleAutomationRequest {
        refs: Vec<AppEntitlementRef>,
    }

    CatalogSearchIn = c1.api.requestcatalog.v1.RequestCatalogSearchServiceSearchEntitlementsRequest {
        query: String,
        app_display_name: String,
        entitlement_alias: String,
        granted_status: GrantedStatus,
        include_deleted: bool,
        expand_mask: Option<ExpandMask>,
        page_size: i32,
        page_token: String,
    }

    CatalogSearchRow = c1.api.requestcatalog.v1.AppEntitlementWithUserBindings {
        entitlement: Option<AppEntitlementView>,
        app_entitlement_user_bindings: Vec<AppEntitlementUserBinding>,
    }
}

impl Says<CatalogSettings> for RequestCatalog {
    fn of(settings: &CatalogSettings) -> Self {
        let settings = settings.clone();
        Self {
            display_name: settings.display_name,
            description: settings.description,
            published: settings.published,
            visible_to_everyone: settings.visible_to_everyone,
            request_bundle: settings.request_bundle,
            enrollment_behavior: settings.enrollment_behavior,
            unenrollment_behavior: settings.unenrollment_behavior,
            unenrollment_entitlement_behavior: settings.unenrollment_entitlement_behavior,
            annotations: settings.annotations,
            ..Self::default()
        }
    }
    fn said(self) -> Result<CatalogSettings, Refusal> {
        Ok(CatalogSettings {
            display_name: self.display_name,
            description: self.description,
            published: self.published,
            visible_to_everyone: self.visible_to_everyone,
            request_bundle: self.request_bundle,
            enrollment_behavior: self.enrollment_behavior,
            unenrollment_behavior: self.unenrollment_behavior,
            unenrollment_entitlement_behavior: self.unenrollment_entitlement_behavior,
            annotations: self.annotations,
        })
    }
}

impl From<CatalogCreateIn> for CatalogSettings {
    fn from(sent: CatalogCreateIn) -> Self {
        Self {
            display_name: sent.display_name,
            description: sent.description,
            published: sent.published,
            visible_to_everyone: sent.visible_to_everyone,
            request_bundle: sent.request_bundle,
            enrollment_behavior: sent.enrollment_behavior,
            unenrollment_behavior: sent.unenrollment_behavior,
            unenrollment_entitlement_behavior: sent.unenrollment_entitlement_behavior,
            annotations: sent.annotations,
        }
    }
}

impl BundleAutomationIn {
    /// What is said about the automation.
    ///
    /// # Errors
    /// 400 when an id is not written like one.
    pub fn settings(self, asked: &Asked) -> Result<BundleSettings, ApiError> {
        let entitlements = self.entitlements.map(|rule| {
            entitlement_refs(asked, "entitlements.EntitlementRefs", &rule.entitlement_refs)
                .map(BundleRule::Entitlements)
        });
        Ok(BundleSettings {
            rule: entitlements.transpose()?.or(self.cel.map(|cel| BundleRule::Cel(cel.expression))),
            enabled: self.enabled,
            create_tasks: self.create_tasks,
            disable_circuit_breaker: self.disable_circuit_breaker,
            enforce_on_small_profiles: self.enforce_on_small_profiles,
            removed_members_threshold_percent: self.removed_members_threshold_percent,
        })
    }
}

impl View<'_> {
    /// A catalog, with what it points at.
    pub fn catalog(self, catalog: &model::Catalog, expand: &mut Expander<'_, Object>) -> RequestCatalogView {
        let access = catalog
            .access
            .iter()
            .filter_map(|at| self.domain.entitlements.get(at))
            .map(|row| self.entitlement(row))
            .collect();
        let shown = RequestCatalog {
            id: id::text(catalog.id),
            access_entitlements: access,
            created_by_user_id: id::text(catalog.created_by),
            created_at: Some(catalog.created.into()),
            updated_at: Some(catalog.updated.into()),
            deleted_at: catalog.deleted.map(Time),
            ..RequestCatalog::of(&catalog.settings)
        };
        let things = catalog.access.iter().copied().map(Object::Entitlement);
        RequestCatalogView {
            request_catalog: Some(shown),
            access_entitlements_path: expand.many("access_entitlements", things),
            created_by_user_path: expand.one("created_by_user_id", Some(Object::User(catalog.created_by))),
            member_count: i64::try_from(self.members(catalog)).unwrap_or(i64::MAX),
        }
    }

    /// How many people have all that is in a catalog: its members [assumed].
    fn members(self, catalog: &model::Catalog) -> usize {
        let bindings = self.bindings();
        let Some(first) = catalog.entries.first() else { return 0 };
        let holders: std::collections::BTreeSet<_> =
            bindings.of_entitlement(*first).filter_map(|binding| binding.account.person).collect();
        let has_all = |person: &_| catalog.entries.iter().all(|entry| bindings.holds(*person, *entry));
        holders.iter().filter(|person| has_all(person)).count()
    }

    /// What may be asked for in a catalog.
    pub fn entry(self, catalog: &model::Catalog, entitlement: model::EntitlementRef) -> RequestableEntry {
        RequestableEntry {
            catalog_id: id::text(catalog.id),
            app_id: id::text(entitlement.app),
            entitlement_id: id::text(entitlement.id),
        }
    }

    /// To whom a catalog is given by itself.
    pub fn bundle_automation(self, catalog: &model::Catalog) -> Option<BundleAutomation> {
        let automation = catalog.automation.as_ref()?;
        let settings = &automation.settings;
        let (cel, entitlements) = match &settings.rule {
            Some(BundleRule::Cel(expression)) => (Some(BundleCel { expression: expression.clone() }), None),
            Some(BundleRule::Entitlements(refs)) => {
                (None, Some(BundleEntitlements { entitlement_refs: refs.iter().map(|one| (*one).into()).collect() }))
            }
            None => (None, None),
        };
        let state = automation.last_run.map(|(at, status)| BundleRunState {
            error_message: automation.error.clone(),
            last_run_at: Some(at.into()),
            status,
            cel_evaluation: cel.as_ref().map(|_| BundleCelState {
                error_message: automation.error.clone(),
                last_evaluated_at: Some(at.into()),
                matched_users: automation.matched,
                status,
            }),
        });
        let breaker = automation.breaker.map(|(at, state)| BundleCircuitBreaker {
            removed_members_threshold_percentage: settings.removed_members_threshold_percent,
            state,
            updated_at: Some(at.into()),
            user_ref: None,
        });
        Some(BundleAutomation {
            request_catalog_id: id::text(catalog.id),
            enabled: settings.enabled,
            create_tasks: settings.create_tasks,
            disable_circuit_breaker: settings.disable_circuit_breaker,
            enforce_on_small_profiles: settings.enforce_on_small_profiles,
            removed_members_threshold_percent: settings.removed_members_threshold_percent,
            state,
            circuit_breaker: breaker,
            created_at: Some(automation.created.into()),
            updated_at: Some(automation.updated.into()),
            entitlements,
            cel,
            ..BundleAutomation::default()
        })
    }
}
