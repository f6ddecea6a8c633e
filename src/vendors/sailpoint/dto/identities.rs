//! Identities, as administrators see them (contract, section 11.5).

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{Reference, View, instant, millis};
use crate::company::{Person, PersonStatus};
use crate::query::{Row, Value};
use crate::vendors::sailpoint::model::{Assignment, ObjectKind, Org};
use crate::world::Estate;

/// `Identity`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    pub id: String,
    pub name: String,
    pub created: String,
    pub modified: String,
    pub alias: String,
    pub email_address: Option<String>,
    /// Always `OK`.
    pub processing_state: Option<&'static str>,
    pub identity_status: &'static str,
    pub manager_ref: Option<Reference>,
    pub is_manager: bool,
    pub last_refresh: String,
    pub attributes: BTreeMap<&'static str, String>,
    pub lifecycle_state: Option<LifecycleState>,
}

/// `LifecycleStateDto`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LifecycleState {
    pub state_name: &'static str,
    pub manually_updated: bool,
}

/// `RoleAssignmentDto`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleAssignment {
    pub id: String,
    pub role: Reference,
    pub comments: Option<String>,
    /// Always `ACCESS_REQUEST`: membership by criteria is no assignment.
    pub assignment_source: &'static str,
    pub assigner: Assigner,
    #[schema(value_type = Vec<Object>)]
    pub assigned_dimensions: [(); 0],
    #[schema(value_type = Option<Object>)]
    pub assignment_context: Option<()>,
    pub account_targets: Vec<RoleTarget>,
    pub start_date: Option<String>,
    pub remove_date: Option<String>,
    pub added_date: String,
}

/// Who assigned a role.
#[derive(Debug, Serialize, ToSchema)]
pub struct Assigner {
    /// `IDENTITY`, or `UNKNOWN` for a client without user context.
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub id: Option<String>,
    pub name: Option<String>,
}

/// `RoleTargetDto`: an account that holds what a role brought.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleTarget {
    pub source: Reference,
    pub account_info: AccountInfo,
    pub role: Reference,
}

/// `AccountInfoDto`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountInfo {
    pub native_identity: String,
    pub display_name: String,
    pub uuid: Option<String>,
}

/// `IdentityOwnershipAssociationDetails`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Ownership {
    pub association_details: Vec<OwnershipKind>,
}

/// What an identity owns of one kind.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnershipKind {
    /// Such as `ROLE_OWNER`.
    pub association_type: &'static str,
    pub entities: Vec<OwnedEntity>,
}

/// One thing that an identity owns. The vendor's example leaves the wrapping out; its schema has it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnedEntity {
    pub identity_entity: Reference,
}

/// The technical name of the lifecycle state of somebody.
pub fn lifecycle_state(status: PersonStatus) -> &'static str {
    match status {
        PersonStatus::Prehire => "prehire",
        PersonStatus::Active => "active",
        PersonStatus::Leave => "leave",
        PersonStatus::Left => "terminated",
    }
}

/// `identityState`, which sums lifecycle states up.
pub fn identity_state(status: PersonStatus) -> &'static str {
    match status {
        PersonStatus::Active => "ACTIVE",
        PersonStatus::Prehire | PersonStatus::Leave => "INACTIVE_SHORT_TERM",
        PersonStatus::Left => "INACTIVE_LONG_TERM",
    }
}

fn identity_status(status: PersonStatus) -> &'static str {
    match status {
        PersonStatus::Prehire => "UNREGISTERED",
        PersonStatus::Active => "ACTIVE",
        PersonStatus::Leave => "DISABLED",
        PersonStatus::Left => "TERMINATED",
    }
}

impl View<'_> {
    /// An identity.
    pub fn full_identity(&self, person: &Person) -> Identity {
        Identity {
            id: person.id.hex(),
            name: person.name(),
            created: instant(person.created),
            modified: instant(person.changed),
            alias: person.slug.clone(),
            email_address: Some(person.mail.clone()),
            processing_state: Some(PROCESSING_STATE),
            identity_status: identity_status(person.status),
            manager_ref: person.manager.map(|manager| self.identity(manager)),
            is_manager: self.company.reports(person.id).next().is_some(),
            last_refresh: instant(person.changed),
            attributes: self.identity_attributes(person),
            lifecycle_state: Some(LifecycleState {
                state_name: lifecycle_state(person.status),
                manually_updated: false,
            }),
        }
    }

    /// What is known about somebody, by the technical names of identity attributes.
    pub fn identity_attributes(&self, person: &Person) -> BTreeMap<&'static str, String> {
        let profile = self.company.profile();
        let department = profile.departments.iter().find(|department| department.slug == person.department);
        let location = profile.locations.iter().find(|location| location.slug == person.location);
        let manager = person.manager.and_then(|manager| self.company.people().get(&manager));
        let kind = serde_json::to_value(person.kind).ok().and_then(|kind| kind.as_str().map(str::to_owned));
        let attributes = [
            ("uid", Some(person.slug.clone())),
            ("firstname", Some(person.given.clone())),
            ("lastname", Some(person.family.clone())),
            ("displayName", Some(person.name())),
            ("email", Some(person.mail.clone())),
            ("phone", person.phone.clone()),
            ("title", Some(person.title.clone())),
            ("department", department.map(|department| department.name.clone())),
            ("location", location.map(|location| location.name.clone())),
            ("country", location.map(|location| location.country.clone())),
            ("type", kind),
            ("identificationNumber", Some(person.employee_number.clone())),
            ("startDate", Some(instant(person.start))),
            ("endDate", person.end.map(instant)),
            ("manager", manager.map(|manager| manager.slug.clone())),
            ("cloudStatus", Some(identity_status(person.status).to_owned())),
            ("cloudLifecycleState", Some(lifecycle_state(person.status).to_owned())),
        ];
        attributes.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// That somebody has a role because it was asked for; `None` for what is no role.
    pub fn role_assignment(&self, assignment: &Assignment) -> Option<RoleAssignment> {
        let object = (assignment.object.kind == ObjectKind::Role).then_some(assignment.object)?;
        let item = self.org.items.get(&assignment.item);
        let assigner = item.and_then(|item| item.requester).map(|requester| self.identity(requester));
        let (assigner_id, assigner_name) = assigner.map(|by| (Some(by.id), by.name)).unwrap_or_default();
        let role = self.object(object);
        let role = Reference { kind: "ROLE", id: role.id, name: role.name };
        Some(RoleAssignment {
            id: assignment.id.hex(),
            comments: item.and_then(|item| Some(item.comment.as_ref()?.text.to_string())),
            assignment_source: "ACCESS_REQUEST",
            assigner: Assigner {
                kind: if assigner_id.is_some() { "IDENTITY" } else { "UNKNOWN" },
                id: assigner_id,
                name: assigner_name,
            },
            assigned_dimensions: [],
            assignment_context: None,
            account_targets: self.role_targets(assignment, &role),
            start_date: item.and_then(|item| item.start_date).map(instant),
            remove_date: assignment.until.map(instant),
            added_date: instant(assignment.since),
            role,
        })
    }

    fn role_targets(&self, assignment: &Assignment, role: &Reference) -> Vec<RoleTarget> {
        let what = assignment.id.hex();
        let brought = |account| {
            let mut reasons = self.company.grants_of(account).flat_map(|grant| &grant.reasons);
            reasons.any(|reason| *reason.by == *Org::VENDOR && *reason.what == *what)
        };
        let accounts = self.company.accounts_of(assignment.person).filter(|account| brought(account.id));
        let target = |account: &std::sync::Arc<crate::company::Account>| {
            let source = self.source_reference(account.app)?;
            let name = account.user_name.to_string();
            let account_info = AccountInfo { native_identity: name.clone(), display_name: name, uuid: None };
            Some(RoleTarget { source, account_info, role: role.clone() })
        };
        accounts.filter_map(target).collect()
    }

    /// What somebody owns, by kind; kinds of which they own nothing are left out.
    pub fn ownership(&self, person: &Person) -> Ownership {
        let is_owner = |owner: crate::kernel::Id<Person>| owner == person.id;
        let reference = |kind, id: String, name: &str| OwnedEntity {
            identity_entity: Reference { kind, id, name: Some(name.to_owned()) },
        };
        let roles = self.org.roles.iter().filter(|role| is_owner(role.owner));
        let profiles = self.org.profiles.iter().filter(|profile| is_owner(profile.owner));
        let apps = self.org.source_apps.iter().filter(|app| is_owner(app.owner));
        let groups = self.org.groups.iter().filter(|group| is_owner(group.owner));
        let sources = self.company.apps().iter().filter(|app| self.source(app.id).is_some());
        let sources = sources.filter(|app| app.owners.first().copied().is_some_and(is_owner));
        let kinds = [
            ("ROLE_OWNER", roles.map(|role| reference("ROLE", role.id.hex(), &role.name)).collect()),
            (
                "ACCESS_PROFILE_OWNER",
                profiles.map(|profile| reference("ACCESS_PROFILE", profile.id.hex(), &profile.name)).collect(),
            ),
            ("SOURCE_OWNER", sources.map(|app| reference("SOURCE", app.id.hex(), &app.name)).collect()),
            ("APPLICATION_OWNER", apps.map(|app| reference("APPLICATION", app.id.hex(), &app.name)).collect()),
            (
                "GOVERNANCE_GROUP_OWNER",
                groups.map(|group| reference("GOVERNANCE_GROUP", group.id.dashed(), &group.name)).collect(),
            ),
        ];
        let owned = kinds.into_iter().filter(|(_, entities): &(_, Vec<_>)| !entities.is_empty());
        let association_details =
            owned.map(|(association_type, entities)| OwnershipKind { association_type, entities }).collect();
        Ownership { association_details }
    }
}

const PROCESSING_STATE: &str = "OK";

/// What the lists of people can be filtered and sorted by.
impl Row for Person {
    fn visit(&self, path: &str, each: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        match path {
            "id" => each(Value::Text(&self.id.hex())),
            "name" => each(Value::Text(&self.name())),
            "alias" | "aliasName" => each(Value::Text(&self.slug)),
            "firstname" => each(Value::Text(&self.given)),
            "lastname" => each(Value::Text(&self.family)),
            "email" => each(Value::Text(&self.mail)),
            "cloudStatus" => each(Value::Text(identity_status(self.status))),
            "processingState" => each(Value::Text(PROCESSING_STATE)),
            "correlated" => each(Value::Bool(true)),
            "protected" => each(Value::Bool(false)),
            "created" => each(millis(self.created)),
            "modified" => each(millis(self.changed)),
            _ => false,
        }
    }
}
