//! Roles (contract, section 11.5).

use json_patch::Patch;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::patch::patched;
use super::requestability::{AccessRequestRules, AccessRequestRulesIn, RevocationRules, RevocationRulesIn};
use super::{MetadataList, Reference, ReferenceIn, View, instant, millis};
use crate::company::{Entitlement, Person};
use crate::kernel::Id;
use crate::query::{Row, Value};
use crate::vendors::sailpoint::lifecycle::Refusal;
use crate::vendors::sailpoint::model::{AccessProfile, Object, ObjectKind, Role};
use crate::vendors::sailpoint::reply::read_id;

/// `Role`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Role)]
pub struct RoleDto {
    pub id: String,
    pub name: String,
    pub created: String,
    pub modified: String,
    pub description: Option<String>,
    pub owner: Reference,
    #[schema(value_type = Vec<Object>)]
    pub additional_owners: [(); 0],
    pub access_profiles: Vec<Reference>,
    pub entitlements: Vec<Reference>,
    pub membership: Option<Membership>,
    #[schema(value_type = Option<Object>)]
    pub legacy_membership_info: Option<()>,
    pub enabled: bool,
    pub requestable: bool,
    pub access_request_config: AccessRequestRules,
    pub revocation_request_config: RevocationRules,
    #[schema(value_type = Vec<String>)]
    pub segments: [(); 0],
    pub dimensional: bool,
    #[schema(value_type = Option<Vec<Object>>)]
    pub dimension_refs: Option<()>,
    pub access_model_metadata: MetadataList,
    pub privilege_level: Option<&'static str>,
}

/// `RoleMembershipSelector`: who has a role without asking.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Membership {
    /// `STANDARD`: by criteria.
    #[serde(rename = "type")]
    pub kind: String,
    pub criteria: Option<MembershipCriteria>,
    #[serde(default)]
    #[schema(value_type = Option<Vec<Object>>)]
    pub identities: Option<Vec<serde_json::Value>>,
}

/// `RoleCriteriaLevel1`: one comparison of an identity attribute.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MembershipCriteria {
    pub operation: String,
    pub key: Option<CriteriaKey>,
    pub string_value: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<Vec<Object>>)]
    pub children: Option<Vec<serde_json::Value>>,
}

/// `RoleCriteriaKey`.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CriteriaKey {
    #[serde(rename = "type")]
    pub kind: String,
    pub property: String,
    #[serde(default)]
    pub source_id: Option<String>,
}

/// `RoleIdentity`: somebody who has a role.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleIdentity {
    pub id: String,
    pub alias_name: String,
    pub name: String,
    pub email: String,
    /// `ACCESS_REQUEST` or `ROLE_MEMBERSHIP`.
    pub role_assignment_source: &'static str,
}

/// Somebody who has a role, and whence.
pub struct Holder<'w> {
    /// Who.
    pub person: &'w Person,
    /// Whether it was asked for; otherwise the criteria give it.
    pub is_asked: bool,
}

/// What may change of a role: the vendor's list.
const PATCHABLE: &[&str] = &[
    "name",
    "description",
    "owner",
    "accessProfiles",
    "entitlements",
    "membership",
    "enabled",
    "requestable",
    "accessRequestConfig",
    "revocationRequestConfig",
];

/// The longest name and description, in characters.
pub(super) const NAME_MAX: usize = 128;
pub(super) const DESCRIPTION_MAX: usize = 2_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RoleIn {
    name: Option<String>,
    description: Option<String>,
    owner: Option<ReferenceIn>,
    access_profiles: Option<Vec<ReferenceIn>>,
    entitlements: Option<Vec<ReferenceIn>>,
    membership: Option<Membership>,
    #[serde(default)]
    enabled: bool,
    #[serde(default)]
    requestable: bool,
    access_request_config: Option<AccessRequestRulesIn>,
    revocation_request_config: Option<RevocationRulesIn>,
}

impl View<'_> {
    /// A role.
    pub fn role(&self, role: &Role) -> RoleDto {
        let object = Object { kind: ObjectKind::Role, id: role.id.cast() };
        let of = ObjectKind::Role;
        RoleDto {
            id: role.id.hex(),
            name: role.name.clone(),
            created: instant(role.created),
            modified: instant(role.modified),
            description: Some(role.description.clone()),
            owner: self.identity(role.owner),
            additional_owners: [],
            access_profiles: role.access_profiles.iter().map(|id| self.profile_reference(*id)).collect(),
            entitlements: role.entitlements.iter().map(|id| self.entitlement_reference(*id)).collect(),
            membership: role.birthright_department.as_deref().map(|slug| self.membership(slug)),
            legacy_membership_info: None,
            enabled: role.enabled,
            requestable: role.requestable,
            access_request_config: self.access_rules(&role.requestability, of),
            revocation_request_config: self.revocation_rules(&role.requestability, of),
            segments: [],
            dimensional: role.dimensional,
            dimension_refs: None,
            access_model_metadata: MetadataList::default(),
            privilege_level: self.privilege_level(object),
        }
    }

    /// Somebody who has a role.
    pub fn role_identity(&self, holder: &Holder<'_>) -> RoleIdentity {
        let Holder { person, is_asked } = holder;
        RoleIdentity {
            id: person.id.hex(),
            alias_name: person.slug.clone(),
            name: person.name(),
            email: person.mail.clone(),
            role_assignment_source: if *is_asked { "ACCESS_REQUEST" } else { "ROLE_MEMBERSHIP" },
        }
    }

    /// `role` as it is after a patch of its wire form.
    ///
    /// # Errors
    /// When the patch does not apply, or a field is immutable, wrong, or names what does not exist.
    pub fn patched_role(&self, role: &Role, patch: &Patch) -> Result<Role, Refusal> {
        let wanted: RoleIn = patched(&self.role(role), patch, PATCHABLE)?;
        let of = ObjectKind::Role;
        Ok(Role {
            name: checked_name(wanted.name)?,
            description: checked_description(wanted.description)?,
            owner: self.read_owner(wanted.owner)?,
            access_profiles: self.read_profiles(wanted.access_profiles)?,
            entitlements: self.read_entitlements(wanted.entitlements)?,
            birthright_department: wanted.membership.map(|membership| self.read_membership(&membership)).transpose()?,
            enabled: wanted.enabled,
            requestable: wanted.requestable,
            requestability: self.read_rules(wanted.access_request_config, wanted.revocation_request_config, of)?,
            ..role.clone()
        })
    }

    fn membership(&self, department: &str) -> Membership {
        let departments = &self.company.profile().departments;
        let name = departments.iter().find(|known| known.slug == department).map(|known| known.name.clone());
        Membership {
            kind: "STANDARD".into(),
            criteria: Some(MembershipCriteria {
                operation: "EQUALS".into(),
                key: Some(CriteriaKey { kind: "IDENTITY".into(), property: DEPARTMENT.into(), source_id: None }),
                string_value: Some(name.unwrap_or_else(|| department.to_owned())),
                children: None,
            }),
            identities: None,
        }
    }

    /// The slug of the department that criteria name: the only criteria known here.
    fn read_membership(&self, membership: &Membership) -> Result<String, Refusal> {
        let unknown = || Refusal::BadPatch("membership criteria other than one department are not supported".into());
        let criteria = membership.criteria.as_ref().filter(|_| membership.kind == "STANDARD").ok_or_else(unknown)?;
        let key = criteria.key.as_ref().filter(|_| criteria.operation == "EQUALS").ok_or_else(unknown)?;
        if key.kind != "IDENTITY" || key.property != DEPARTMENT {
            return Err(unknown());
        }
        let name = criteria.string_value.as_deref().unwrap_or_default();
        let departments = &self.company.profile().departments;
        let department = departments.iter().find(|known| known.name == name || known.slug == name);
        department.map(|known| known.slug.clone()).ok_or(Refusal::IllegalValue("membership.criteria.stringValue"))
    }

    /// The identity that a reference names.
    pub(super) fn read_owner(&self, owner: Option<ReferenceIn>) -> Result<Id<Person>, Refusal> {
        let owner = owner.and_then(|owner| owner.id).ok_or(Refusal::Missing("owner"))?;
        let known = read_id(&owner).filter(|id| self.person(*id).is_some());
        known.ok_or(Refusal::NoReference("identity", owner))
    }

    /// The entitlements that references name.
    pub(super) fn read_entitlements(
        &self,
        references: Option<Vec<ReferenceIn>>,
    ) -> Result<Vec<Id<Entitlement>>, Refusal> {
        let entitlement = |reference: ReferenceIn| {
            let id = reference.id.ok_or(Refusal::Missing("entitlements.id"))?;
            let known = read_id(&id).filter(|id| self.entitlement(*id).is_some());
            known.ok_or(Refusal::NoReference("entitlement", id))
        };
        references.unwrap_or_default().into_iter().map(entitlement).collect()
    }

    fn read_profiles(&self, references: Option<Vec<ReferenceIn>>) -> Result<Vec<Id<AccessProfile>>, Refusal> {
        let profile = |reference: ReferenceIn| {
            let id = reference.id.ok_or(Refusal::Missing("accessProfiles.id"))?;
            let known = read_id(&id).filter(|id| self.org.profiles.contains(id));
            known.ok_or(Refusal::NoReference("access profile", id))
        };
        references.unwrap_or_default().into_iter().map(profile).collect()
    }
}

const DEPARTMENT: &str = "attribute.department";

pub(super) fn checked_name(name: Option<String>) -> Result<String, Refusal> {
    let name = name.filter(|name| !name.trim().is_empty()).ok_or(Refusal::Missing("name"))?;
    if name.chars().count() <= NAME_MAX { Ok(name) } else { Err(Refusal::IllegalValue("name")) }
}

pub(super) fn checked_description(description: Option<String>) -> Result<String, Refusal> {
    let description = description.unwrap_or_default();
    if description.chars().count() <= DESCRIPTION_MAX {
        Ok(description)
    } else {
        Err(Refusal::IllegalValue("description"))
    }
}

/// What the list of roles can be filtered and sorted by.
impl Row for Role {
    fn visit(&self, path: &str, each: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        match path {
            "id" => each(Value::Text(&self.id.hex())),
            "name" => each(Value::Text(&self.name)),
            "created" => each(millis(self.created)),
            "modified" => each(millis(self.modified)),
            "owner.id" => each(Value::Text(&self.owner.hex())),
            "requestable" => each(Value::Bool(self.requestable)),
            "dimensional" => each(Value::Bool(self.dimensional)),
            _ => false,
        }
    }
}

impl Row for Holder<'_> {
    fn visit(&self, path: &str, each: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        self.person.visit(path, each)
    }
}
