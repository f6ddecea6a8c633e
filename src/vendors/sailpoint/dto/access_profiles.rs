//! Access profiles (contract, section 11.5).

use json_patch::Patch;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::patch::patched;
use super::requestability::{AccessRequestRules, AccessRequestRulesIn, RevocationRules, RevocationRulesIn};
use super::roles::{checked_description, checked_name};
use super::{MetadataList, Reference, ReferenceIn, View, instant, millis};
use crate::query::{Row, Value};
use crate::vendors::sailpoint::lifecycle::Refusal;
use crate::vendors::sailpoint::model::{AccessProfile, ObjectKind, Scheme, SchemeKind, SourceApp};
use crate::vendors::sailpoint::reply::read_id;

/// `AccessProfile`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AccessProfile)]
pub struct AccessProfileDto {
    pub id: String,
    pub name: String,
    pub description: Option<String>,
    pub created: String,
    pub modified: String,
    pub enabled: bool,
    pub owner: Reference,
    pub source: Reference,
    pub entitlements: Vec<Reference>,
    pub requestable: bool,
    pub access_request_config: AccessRequestRules,
    pub revocation_request_config: RevocationRules,
    #[schema(value_type = Vec<String>)]
    pub segments: [(); 0],
    pub access_model_metadata: MetadataList,
    #[schema(value_type = Option<Object>)]
    pub provisioning_criteria: Option<()>,
    #[schema(value_type = Vec<Object>)]
    pub additional_owners: [(); 0],
}

/// `AccessProfileDetails`: an access profile in a source app, in an older shape.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessProfileDetails {
    pub id: String,
    pub name: String,
    pub description: Option<String>,
    pub created: String,
    pub modified: String,
    pub disabled: bool,
    pub requestable: bool,
    pub protected: bool,
    pub owner_id: String,
    /// A number of an older generation of sources; none here.
    pub source_id: Option<i64>,
    pub source_name: Option<String>,
    /// A number of an older generation of applications; none here.
    pub app_id: Option<i64>,
    pub app_name: Option<String>,
    /// The source.
    pub application_id: String,
    /// Always `source`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub entitlements: Vec<String>,
    pub entitlement_count: usize,
    #[schema(value_type = Vec<String>)]
    pub segments: [(); 0],
    /// Comma-separated, in the words of the older generation.
    pub approval_schemes: String,
    pub revoke_request_approval_schemes: String,
    pub request_comments_required: bool,
    pub denied_comments_required: bool,
    pub account_selector: AccountSelector,
}

/// How an account is chosen; never, here.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct AccountSelector {
    #[schema(value_type = Option<Vec<Object>>)]
    pub selectors: Option<()>,
}

/// What may change of an access profile: the vendor's list. The source only together with its entitlements.
const PATCHABLE: &[&str] = &[
    "name",
    "description",
    "enabled",
    "owner",
    "source",
    "entitlements",
    "requestable",
    "accessRequestConfig",
    "revocationRequestConfig",
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProfileIn {
    name: Option<String>,
    description: Option<String>,
    #[serde(default)]
    enabled: bool,
    owner: Option<ReferenceIn>,
    source: Option<ReferenceIn>,
    entitlements: Option<Vec<ReferenceIn>>,
    #[serde(default = "yes")]
    requestable: bool,
    access_request_config: Option<AccessRequestRulesIn>,
    revocation_request_config: Option<RevocationRulesIn>,
}

fn yes() -> bool {
    true
}

impl View<'_> {
    /// An access profile.
    pub fn profile(&self, profile: &AccessProfile) -> AccessProfileDto {
        let of = ObjectKind::AccessProfile;
        AccessProfileDto {
            id: profile.id.hex(),
            name: profile.name.clone(),
            description: Some(profile.description.clone()),
            created: instant(profile.created),
            modified: instant(profile.modified),
            enabled: profile.enabled,
            owner: self.identity(profile.owner),
            source: self.named_source(profile.source),
            entitlements: profile.entitlements.iter().map(|id| self.entitlement_reference(*id)).collect(),
            requestable: profile.requestable,
            access_request_config: self.access_rules(&profile.requestability, of),
            revocation_request_config: self.revocation_rules(&profile.requestability, of),
            segments: [],
            access_model_metadata: MetadataList::default(),
            provisioning_criteria: None,
            additional_owners: [],
        }
    }

    /// An access profile as one of a source app's.
    pub fn profile_details(&self, app: &SourceApp, profile: &AccessProfile) -> AccessProfileDetails {
        let source = self.named_source(profile.source);
        AccessProfileDetails {
            id: profile.id.hex(),
            name: profile.name.clone(),
            description: Some(profile.description.clone()),
            created: instant(profile.created),
            modified: instant(profile.modified),
            disabled: !profile.enabled,
            requestable: profile.requestable,
            protected: false,
            owner_id: profile.owner.hex(),
            source_id: None,
            source_name: source.name,
            app_id: None,
            app_name: Some(app.name.clone()),
            application_id: source.id,
            kind: "source",
            entitlements: profile.entitlements.iter().map(crate::kernel::Id::hex).collect(),
            entitlement_count: profile.entitlements.len(),
            segments: [],
            approval_schemes: older_words(&profile.requestability.approvals),
            revoke_request_approval_schemes: older_words(&profile.requestability.revocation_approvals),
            request_comments_required: profile.requestability.comments_required,
            denied_comments_required: profile.requestability.denial_comments_required,
            account_selector: AccountSelector::default(),
        }
    }

    /// `profile` as it is after a patch of its wire form.
    ///
    /// # Errors
    /// When the patch does not apply, or a field is immutable, wrong, or names what does not exist.
    pub fn patched_profile(&self, profile: &AccessProfile, patch: &Patch) -> Result<AccessProfile, Refusal> {
        let wanted: ProfileIn = patched(&self.profile(profile), patch, PATCHABLE)?;
        let of = ObjectKind::AccessProfile;
        let source = wanted.source.and_then(|source| source.id).ok_or(Refusal::Missing("source"))?;
        let known = read_id(&source).filter(|id| self.source(*id).is_some());
        let source = known.ok_or(Refusal::NoReference("source", source))?;
        let entitlements = self.read_entitlements(wanted.entitlements)?;
        if entitlements.iter().any(|id| self.entitlement(*id).is_some_and(|known| known.app != source)) {
            return Err(Refusal::BadPatch("every entitlement must belong to the source".into()));
        }
        Ok(AccessProfile {
            name: checked_name(wanted.name)?,
            description: checked_description(wanted.description)?,
            owner: self.read_owner(wanted.owner)?,
            source,
            entitlements,
            enabled: wanted.enabled,
            requestable: wanted.requestable,
            requestability: self.read_rules(wanted.access_request_config, wanted.revocation_request_config, of)?,
            ..profile.clone()
        })
    }
}

fn older_words(schemes: &[Scheme]) -> String {
    let word = |scheme: &Scheme| {
        let approver = scheme.approver.map(|id| id.dashed()).unwrap_or_default();
        match scheme.kind {
            SchemeKind::Manager => "manager".to_owned(),
            SchemeKind::Owner => "accessProfileOwner".to_owned(),
            SchemeKind::AppOwner => "appOwner".to_owned(),
            SchemeKind::SourceOwner => "sourceOwner".to_owned(),
            SchemeKind::GovernanceGroup => format!("workgroup:{approver}"),
            SchemeKind::Workflow => format!("workflow:{approver}"),
            SchemeKind::AllOwners => "allOwners".to_owned(),
            SchemeKind::AdditionalOwner => "additionalOwner".to_owned(),
            SchemeKind::AdditionalGovernanceGroup => "additionalGovernanceGroup".to_owned(),
        }
    };
    schemes.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// What the lists of access profiles can be filtered and sorted by.
impl Row for AccessProfile {
    fn visit(&self, path: &str, each: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        match path {
            "id" => each(Value::Text(&self.id.hex())),
            "name" => each(Value::Text(&self.name)),
            "created" => each(millis(self.created)),
            "modified" => each(millis(self.modified)),
            "owner.id" => each(Value::Text(&self.owner.hex())),
            "requestable" => each(Value::Bool(self.requestable)),
            "source.id" => each(Value::Text(&self.source.hex())),
            _ => false,
        }
    }
}
