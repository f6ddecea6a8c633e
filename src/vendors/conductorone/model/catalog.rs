//! Catalogs: what may be asked for, and by whom (contract, 11).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Bindings, Domain, EntitlementRef};
use crate::company::Person;
use crate::kernel::{Entity, Id, Timestamp};
use crate::vendors::conductorone::wire::vocabulary;

vocabulary! {
    /// Whether enrolling runs the policies of what is in a catalog.
    Enrollment {
        Unspecified = "REQUEST_CATALOG_ENROLLMENT_BEHAVIOR_UNSPECIFIED",
        Bypass = "REQUEST_CATALOG_ENROLLMENT_BEHAVIOR_BYPASS_ENTITLEMENT_REQUEST_POLICY",
        Enforce = "REQUEST_CATALOG_ENROLLMENT_BEHAVIOR_ENFORCE_ENTITLEMENT_REQUEST_POLICY",
    }

    /// What leaving a catalog does to what one has through it.
    Unenrollment {
        Unspecified = "REQUEST_CATALOG_UNENROLLMENT_BEHAVIOR_UNSPECIFIED",
        LeaveAsIs = "REQUEST_CATALOG_UNENROLLMENT_BEHAVIOR_LEAVE_ACCESS_AS_IS",
        RevokeAll = "REQUEST_CATALOG_UNENROLLMENT_BEHAVIOR_REVOKE_ALL",
        RevokeUnjustified = "REQUEST_CATALOG_UNENROLLMENT_BEHAVIOR_REVOKE_UNJUSTIFIED",
    }

    /// Whether leaving runs the policies of what is in a catalog.
    UnenrollmentPolicy {
        Unspecified = "REQUEST_CATALOG_UNENROLLMENT_ENTITLEMENT_BEHAVIOR_UNSPECIFIED",
        Bypass = "REQUEST_CATALOG_UNENROLLMENT_ENTITLEMENT_BEHAVIOR_BYPASS",
        Enforce = "REQUEST_CATALOG_UNENROLLMENT_ENTITLEMENT_BEHAVIOR_ENFORCE",
    }

    /// How a run of an automation went.
    BundleRun {
        Unspecified = "BUNDLE_AUTOMATION_RUN_STATUS_UNSPECIFIED",
        Success = "BUNDLE_AUTOMATION_RUN_STATUS_SUCCESS",
        Failure = "BUNDLE_AUTOMATION_RUN_STATUS_FAILURE",
        InProgress = "BUNDLE_AUTOMATION_RUN_STATUS_IN_PROGRESS",
        WaitingForApproval = "BUNDLE_AUTOMATION_RUN_STATUS_WAITING_FOR_APPROVAL",
    }

    /// Whether an automation stopped because it would take away too much.
    Breaker {
        Unspecified = "CIRCUIT_BREAKER_STATE_UNSPECIFIED",
        Triggered = "CIRCUIT_BREAKER_STATE_TRIGGERED",
        Bypass = "CIRCUIT_BREAKER_STATE_BYPASS",
        SupportDisabled = "CIRCUIT_BREAKER_STATE_SUPPORT_DISABLED",
    }
}

/// What an administrator says about a catalog.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CatalogSettings {
    /// What it is called.
    pub display_name: String,
    /// What it is for.
    pub description: String,
    /// Whether anybody sees it.
    pub published: bool,
    /// Whether everybody does; otherwise whoever holds one of its access entitlements.
    pub visible_to_everyone: bool,
    /// Whether all of it may be asked for at once.
    pub request_bundle: bool,
    /// See [`Enrollment`].
    pub enrollment_behavior: Enrollment,
    /// See [`Unenrollment`].
    pub unenrollment_behavior: Unenrollment,
    /// See [`UnenrollmentPolicy`].
    pub unenrollment_entitlement_behavior: UnenrollmentPolicy,
    /// Free notes.
    pub annotations: BTreeMap<String, String>,
}

/// Whom a catalog is given to by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum BundleRule {
    /// Whoever this expression is true of.
    Cel(String),
    /// Whoever holds one of these.
    Entitlements(BTreeSet<EntitlementRef>),
}

/// What an administrator says about a catalog's automation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BundleSettings {
    /// Whom it is about; nobody when absent.
    pub rule: Option<BundleRule>,
    /// Whether it runs.
    pub enabled: bool,
    /// Whether it asks by tasks instead of giving.
    pub create_tasks: bool,
    /// Whether it goes on however much it takes away.
    pub disable_circuit_breaker: bool,
    /// Whether it may stop for small catalogs, too.
    pub enforce_on_small_profiles: bool,
    /// From which share of removed members on it stops.
    pub removed_members_threshold_percent: i64,
}

/// A catalog is given to people by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BundleAutomation {
    /// What an administrator said.
    pub settings: BundleSettings,
    /// How its last run went, and when that was.
    pub last_run: Option<(Timestamp, BundleRun)>,
    /// What went wrong then.
    pub error: String,
    /// How many people its expression was true of.
    pub matched: i64,
    /// Who has got the catalog by it, and is still to have it.
    #[serde(default)]
    pub members: BTreeSet<Id<Person>>,
    /// Whether it stopped.
    pub breaker: Option<(Timestamp, Breaker)>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
}

/// A catalog, which the product calls an access profile as well.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Catalog {
    /// Which.
    pub id: Id<Catalog>,
    /// What an administrator said.
    pub settings: CatalogSettings,
    /// What may be asked for.
    pub entries: BTreeSet<EntitlementRef>,
    /// Who holds one of these sees it.
    pub access: BTreeSet<EntitlementRef>,
    /// To whom it is given by itself.
    pub automation: Option<BundleAutomation>,
    /// Who made it.
    pub created_by: Id<Person>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// When it was deleted.
    pub deleted: Option<Timestamp>,
}

/// How catalogs are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CatalogKey {
    /// By what may be asked for, while they are not deleted.
    Entry(EntitlementRef),
}

impl Entity for Catalog {
    const TABLE: &'static str = "catalogs";
    type Id = Id<Catalog>;
    type Key = CatalogKey;
    fn id(&self) -> Id<Catalog> {
        self.id
    }
    fn keys(&self) -> Vec<CatalogKey> {
        let entries = self.entries.iter().filter(|_| self.deleted.is_none());
        entries.copied().map(CatalogKey::Entry).collect()
    }
}

impl Catalog {
    /// Whether `person` sees it (contract, 11).
    pub fn is_visible_to(&self, bindings: Bindings<'_>, person: Id<Person>) -> bool {
        let everyone = self.settings.visible_to_everyone;
        let open = self.deleted.is_none() && self.settings.published;
        open && (everyone || self.access.iter().any(|entitlement| bindings.holds(person, *entitlement)))
    }
}

impl Bindings<'_> {
    /// Whether one of a person's accounts holds an entitlement.
    pub fn holds(self, person: Id<Person>, entitlement: EntitlementRef) -> bool {
        let mut accounts = self.company.accounts_of(person).filter(|account| account.app == entitlement.app);
        accounts.any(|account| self.get(entitlement, account.id).is_some())
    }
}

impl Domain {
    /// A catalog that is not deleted.
    pub fn catalog(&self, catalog: Id<Catalog>) -> Option<&std::sync::Arc<Catalog>> {
        self.catalogs.get(&catalog).filter(|catalog| catalog.deleted.is_none())
    }

    /// Whether `person` may ask for an entitlement: it is in a catalog that they see.
    pub fn is_requestable(&self, bindings: Bindings<'_>, person: Id<Person>, entitlement: EntitlementRef) -> bool {
        self.catalogs.with(CatalogKey::Entry(entitlement)).any(|catalog| catalog.is_visible_to(bindings, person))
    }
}
