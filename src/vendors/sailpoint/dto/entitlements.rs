//! Entitlements: in two shapes, the newer families' and the older ones' (contract, section 11.5).

use std::collections::BTreeMap;

use json_patch::Patch;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::patch::patched;
use super::visible::Seen;
use super::{MetadataList, Reference, ReferenceIn, View, instant, millis};
use crate::company::{Entitlement, EntitlementKind};
use crate::kernel::Id;
use crate::query::{Row, Value};
use crate::vendors::sailpoint::families::Family;
use crate::vendors::sailpoint::lifecycle::Refusal;
use crate::vendors::sailpoint::model::EntitlementSettings;

/// What both shapes say.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntitlementCore {
    pub id: String,
    pub name: String,
    pub attribute: String,
    pub value: String,
    pub source_schema_object_type: &'static str,
    pub description: Option<String>,
    pub cloud_governed: bool,
    pub requestable: bool,
    pub owner: Option<Reference>,
    #[schema(value_type = Option<Object>)]
    pub manually_updated_fields: Option<()>,
    pub access_model_metadata: MetadataList,
    pub created: String,
    pub modified: String,
    pub source: Reference,
    pub attributes: BTreeMap<&'static str, String>,
    #[schema(value_type = Vec<String>)]
    pub segments: [(); 0],
    #[schema(value_type = Vec<Object>)]
    pub direct_permissions: [(); 0],
}

/// `Entitlement`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Entitlement)]
pub struct EntitlementDto {
    #[serde(flatten)]
    pub core: EntitlementCore,
    pub privileged: bool,
    #[schema(value_type = Vec<Object>)]
    pub additional_owners: [(); 0],
}

/// `EntitlementV2`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntitlementV2 {
    #[serde(flatten)]
    pub core: EntitlementCore,
    pub privilege_level: Option<PrivilegeLevel>,
    #[schema(value_type = Vec<String>)]
    pub tags: [(); 0],
}

/// `EntitlementPrivilegeLevel`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PrivilegeLevel {
    /// `HIGH` or `NONE`.
    pub direct: &'static str,
    pub set_by: Option<String>,
    pub set_by_type: Option<String>,
    pub inherited: Option<String>,
    pub effective: &'static str,
}

/// An entitlement in the shape of a family.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum EntitlementOfFamily {
    /// v2026 and per service.
    V2(EntitlementV2),
    /// Elsewhere.
    V1(EntitlementDto),
}

/// `IdentityEntitlements`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdentityEntitlement {
    pub object_ref: Reference,
    #[schema(value_type = Vec<String>)]
    pub tags: [(); 0],
}

/// What may change of an entitlement. The vendor lets its name, description, segments and privilege
/// level change too; those are the source's here.
const PATCHABLE: &[&str] = &["requestable", "owner"];

#[derive(Deserialize)]
struct EntitlementIn {
    #[serde(default)]
    requestable: bool,
    owner: Option<ReferenceIn>,
}

impl View<'_> {
    /// An entitlement in the shape that `/entitlements` has in this family.
    pub fn entitlement_of_family(&self, entitlement: &Entitlement) -> EntitlementOfFamily {
        if !matches!(self.family, Family::V2026 | Family::Service | Family::ServiceV2) {
            return EntitlementOfFamily::V1(self.full_entitlement(entitlement));
        }
        let level = privilege_level(entitlement);
        EntitlementOfFamily::V2(EntitlementV2 {
            core: self.entitlement_core(entitlement, &self.org.settings_of(entitlement.id)),
            privilege_level: Some(PrivilegeLevel {
                direct: level,
                set_by: None,
                set_by_type: None,
                inherited: None,
                effective: level,
            }),
            tags: [],
        })
    }

    /// An entitlement in the shape that it has everywhere else.
    pub fn full_entitlement(&self, entitlement: &Entitlement) -> EntitlementDto {
        self.entitlement_with(entitlement, &self.org.settings_of(entitlement.id))
    }

    /// An entitlement that somebody holds.
    pub fn identity_entitlement(&self, entitlement: &Entitlement) -> IdentityEntitlement {
        IdentityEntitlement { object_ref: self.entitlement_reference(entitlement.id), tags: [] }
    }

    /// The settings of an entitlement as they are after a patch of its wire form.
    ///
    /// # Errors
    /// When the patch does not apply, or a field is immutable, wrong, or names what does not exist.
    pub fn patched_entitlement(
        &self,
        settings: &EntitlementSettings,
        patch: &Patch,
    ) -> Result<EntitlementSettings, Refusal> {
        let entitlement = self.entitlement(settings.entitlement).ok_or(Refusal::NotFound)?;
        let before = self.org.owner_of(self.company, entitlement);
        let wanted: EntitlementIn = patched(&self.entitlement_with(entitlement, settings), patch, PATCHABLE)?;
        let owner = match wanted.owner {
            Some(owner) if owner.kind.as_deref().is_some_and(|kind| kind != "IDENTITY") => {
                return Err(Refusal::IllegalValue("owner.type"));
            }
            Some(owner) => Some(self.read_owner(Some(owner))?),
            None => None,
        };
        let owner = if owner == before { settings.owner } else { owner };
        Ok(EntitlementSettings { requestable: wanted.requestable, owner, ..settings.clone() })
    }

    fn entitlement_with(&self, entitlement: &Entitlement, settings: &EntitlementSettings) -> EntitlementDto {
        EntitlementDto {
            core: self.entitlement_core(entitlement, settings),
            privileged: entitlement.privileged,
            additional_owners: [],
        }
    }

    fn entitlement_core(&self, entitlement: &Entitlement, settings: &EntitlementSettings) -> EntitlementCore {
        EntitlementCore {
            id: entitlement.id.hex(),
            name: entitlement.name.clone(),
            attribute: entitlement.attribute.clone(),
            value: entitlement.slug.clone(),
            source_schema_object_type: object_type(entitlement.kind),
            description: Some(entitlement.description.clone()),
            cloud_governed: false,
            requestable: settings.requestable,
            owner: self.org.owner_of(self.company, entitlement).map(|owner| self.identity(owner)),
            manually_updated_fields: None,
            access_model_metadata: MetadataList::default(),
            created: instant(entitlement.created),
            modified: instant(settings.modified.map_or(entitlement.changed, |at| at.max(entitlement.changed))),
            source: self.named_source(entitlement.app),
            attributes: BTreeMap::from([(DISPLAY_NAME, entitlement.name.clone())]),
            segments: [],
            direct_permissions: [],
        }
    }

    /// An entitlement as `{type: ENTITLEMENT, id, name}`.
    pub fn entitlement_reference(&self, id: Id<Entitlement>) -> Reference {
        let name = self.company.entitlements().get(&id).map(|entitlement| entitlement.name.clone());
        Reference { kind: "ENTITLEMENT", id: id.hex(), name }
    }
}

const DISPLAY_NAME: &str = "displayName";

/// The schema object that an entitlement is one of, in its source.
fn object_type(kind: EntitlementKind) -> &'static str {
    match kind {
        EntitlementKind::Group => "group",
        EntitlementKind::Role => "role",
        EntitlementKind::License => "license",
        EntitlementKind::Permission => "permission",
    }
}

fn privilege_level(entitlement: &Entitlement) -> &'static str {
    if entitlement.privileged { "HIGH" } else { "NONE" }
}

/// What the lists of entitlements can be filtered and sorted by. Nothing is tagged.
impl Row for Seen<'_, Entitlement> {
    fn visit(&self, path: &str, each: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        let (view, entitlement) = (&self.view, self.row);
        match path {
            "id" => each(Value::Text(&entitlement.id.hex())),
            "name" => each(Value::Text(&entitlement.name)),
            "type" => each(Value::Text(object_type(entitlement.kind))),
            "attribute" => each(Value::Text(&entitlement.attribute)),
            "value" => each(Value::Text(&entitlement.slug)),
            "source.id" => each(Value::Text(&entitlement.app.hex())),
            "requestable" => {
                each(Value::Bool(view.org.entitlements.get(&entitlement.id).is_some_and(|row| row.requestable)))
            }
            "created" => each(millis(entitlement.created)),
            "modified" => {
                let written = view.org.entitlements.get(&entitlement.id).and_then(|row| row.modified);
                each(millis(written.map_or(entitlement.changed, |at| at.max(entitlement.changed))))
            }
            "owner.id" => {
                let owner = view.org.owner_of(view.company, entitlement);
                owner.is_some_and(|owner| each(Value::Text(&owner.hex())))
            }
            "privilegeLevel.direct" => each(Value::Text(privilege_level(entitlement))),
            _ => false,
        }
    }
}
