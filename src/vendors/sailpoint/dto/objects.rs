//! What can be asked for, and given back (contract, sections 6.3 and 7.13).

use serde::Serialize;
use utoipa::ToSchema;

use super::{Reference, ReferenceWithMail, View, instant, millis};
use crate::company::{Entitlement, Grant, Person};
use crate::kernel::{Id, Timestamp};
use crate::query::{Row, Value};
use crate::vendors::sailpoint::model::{
    AccessProfile, ItemKey, Object, ObjectKind, Org, Request, Requestability, Role,
};

/// `RequestableObject`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestableObject {
    pub id: String,
    pub name: String,
    pub created: String,
    pub modified: String,
    pub description: String,
    #[serde(rename = "type")]
    pub kind: ObjectKind,
    /// Null when nobody was named for whom it could be asked.
    pub request_status: Option<RequestStatus>,
    /// The access request in flight.
    pub identity_request_id: Option<String>,
    pub owner_ref: ReferenceWithMail,
    pub request_comments_required: bool,
}

/// `RequestableObjectRequestStatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RequestStatus {
    Available,
    Pending,
    Assigned,
}

impl RequestStatus {
    /// The status that the vendor writes so.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "AVAILABLE" => Self::Available,
            "PENDING" => Self::Pending,
            "ASSIGNED" => Self::Assigned,
            _ => return None,
        })
    }
}

/// A role or an access profile among others, and how it stands to the one it could be for.
#[derive(Clone)]
pub struct ListedObject<'o> {
    /// Which.
    pub object: Object,
    /// What it is called.
    pub name: &'o str,
    /// What it is for.
    pub description: &'o str,
    /// Who answers for it.
    pub owner: Id<Person>,
    /// Under which conditions it can be asked for.
    pub rules: &'o Requestability,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
    /// How it stands to that person, and the request in flight.
    pub status: Option<(RequestStatus, Option<Id<Request>>)>,
}

impl<'o> ListedObject<'o> {
    /// A role.
    pub fn role(role: &'o Role) -> Self {
        Self {
            object: Object { kind: ObjectKind::Role, id: role.id.cast() },
            name: &role.name,
            description: &role.description,
            owner: role.owner,
            rules: &role.requestability,
            created: role.created,
            modified: role.modified,
            status: None,
        }
    }

    /// An access profile.
    pub fn profile(profile: &'o AccessProfile) -> Self {
        Self {
            object: Object { kind: ObjectKind::AccessProfile, id: profile.id.cast() },
            name: &profile.name,
            description: &profile.description,
            owner: profile.owner,
            rules: &profile.requestability,
            created: profile.created,
            modified: profile.modified,
            status: None,
        }
    }
}

impl Row for ListedObject<'_> {
    fn visit(&self, path: &str, each: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        match path {
            "id" => each(Value::Text(&self.object.id.hex())),
            "name" => each(Value::Text(self.name)),
            "created" => each(millis(self.created)),
            _ => false,
        }
    }
}

/// `IdentityEntitlementDetails`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdentityEntitlementDetails {
    pub identity_id: String,
    pub entitlement: RevocableEntitlement,
    pub source_id: String,
    pub account_targets: Vec<AccountTarget>,
}

/// `IdentityEntitlementDetailsEntitlementDto`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RevocableEntitlement {
    pub id: String,
    pub name: String,
    pub created: String,
    pub modified: String,
    pub description: Option<String>,
    #[serde(rename = "type")]
    pub kind: ObjectKind,
    pub source_id: String,
    pub source_name: Option<String>,
    pub owner: Option<Reference>,
    pub value: String,
    /// Such as `privileged`.
    pub flags: Vec<&'static str>,
}

/// `IdentityEntitlementDetailsAccountTarget`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountTarget {
    pub account_id: String,
    pub account_name: String,
    #[serde(rename = "accountUUID")]
    pub account_uuid: Option<String>,
    pub source_id: String,
    pub source_name: Option<String>,
    pub remove_date: Option<String>,
    pub assignment_id: Option<String>,
    /// Not what comes by right of birth.
    pub revocable: bool,
}

/// `AccessRequestIdentityMetrics`, about the direct reports of a manager.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessRequestIdentityMetrics {
    /// How many of them have the object.
    pub identities_with_access: Option<usize>,
    /// Null: no source's activity is recorded here.
    #[schema(value_type = Option<i64>)]
    pub identities_with_activity: Option<()>,
    /// How many there are.
    pub total_identities: Option<usize>,
    /// Whether there is such a manager.
    pub squad_available: bool,
    /// Whether the object belongs to one source: a role does not.
    pub valid_activity_object: bool,
    /// Always false: no source's activity is recorded here.
    pub activity_source_configured: bool,
}

impl View<'_> {
    /// Everything that can be asked for, apart from entitlements, in the order of lists.
    pub fn requestable(&self, person: Option<Id<Person>>) -> impl Iterator<Item = ListedObject<'_>> {
        let roles = self.org.roles.iter().filter(|role| role.requestable && role.enabled);
        let profiles = self.org.profiles.iter().filter(|profile| profile.requestable && profile.enabled);
        let roles = roles.map(|role| ListedObject::role(role));
        let mut objects: Vec<_> = roles.chain(profiles.map(|profile| ListedObject::profile(profile))).collect();
        objects.sort_by_key(|object| (object.created, object.object.id));
        objects.into_iter().map(move |object| {
            let status = person.map(|person| self.request_status(person, object.object));
            ListedObject { status, ..object }
        })
    }

    fn request_status(&self, person: Id<Person>, object: Object) -> (RequestStatus, Option<Id<Request>>) {
        let in_flight = self.org.items.with(ItemKey::InFlight(person, object)).next();
        match in_flight {
            Some(item) => (RequestStatus::Pending, Some(item.request)),
            None if self.org.has(self.company, person, object) => (RequestStatus::Assigned, None),
            None => (RequestStatus::Available, None),
        }
    }

    /// Something that can be asked for.
    pub fn requestable_object(&self, listed: &ListedObject<'_>) -> RequestableObject {
        RequestableObject {
            id: listed.object.id.hex(),
            name: listed.name.to_owned(),
            created: instant(listed.created),
            modified: instant(listed.modified),
            description: listed.description.to_owned(),
            kind: listed.object.kind,
            request_status: listed.status.map(|(status, _)| status),
            identity_request_id: listed.status.and_then(|(_, request)| request).map(|request| request.hex()),
            owner_ref: self.identity_with_mail(listed.owner),
            request_comments_required: listed.rules.comments_required,
        }
    }

    /// An entitlement that a person holds, with each account that holds it; `None` when none does.
    pub fn revocable(&self, person: Id<Person>, entitlement: Id<Entitlement>) -> Option<IdentityEntitlementDetails> {
        let entitlement = self.company.entitlements().get(&entitlement)?;
        let grants = self.company.held_by(person).filter(|grant| grant.id.entitlement == entitlement.id);
        let targets: Vec<_> = grants.filter_map(|grant| self.account_target(person, grant)).collect();
        let source = self.company.apps().get(&entitlement.app);
        let owner = self.org.owner_of(self.company, entitlement);
        (!targets.is_empty()).then(|| IdentityEntitlementDetails {
            identity_id: person.hex(),
            entitlement: RevocableEntitlement {
                id: entitlement.id.hex(),
                name: entitlement.name.clone(),
                created: instant(entitlement.created),
                modified: instant(entitlement.changed),
                description: Some(entitlement.description.clone()),
                kind: ObjectKind::Entitlement,
                source_id: entitlement.app.hex(),
                source_name: source.map(|source| source.name.clone()),
                owner: owner.map(|owner| self.identity(owner)),
                value: entitlement.slug.clone(),
                flags: if entitlement.privileged { vec!["privileged"] } else { Vec::new() },
            },
            source_id: entitlement.app.hex(),
            account_targets: targets,
        })
    }

    fn account_target(&self, person: Id<Person>, grant: &Grant) -> Option<AccountTarget> {
        let account = self.company.accounts().get(&grant.id.account)?;
        let object = Object { kind: ObjectKind::Entitlement, id: grant.id.entitlement.cast() };
        let assignment = self.org.assignment(person, object);
        let by_birthright = self.org.has_by_birthright(self.company, person, object);
        Some(AccountTarget {
            account_id: account.id.hex(),
            account_name: account.user_name.to_string(),
            account_uuid: None,
            source_id: account.app.hex(),
            source_name: self.company.apps().get(&account.app).map(|app| app.name.clone()),
            remove_date: grant.until().map(instant),
            assignment_id: assignment.map(|assignment| assignment.id.hex()),
            revocable: assignment.is_some() || !by_birthright,
        })
    }

    /// How far an object is spread among the direct reports of a manager.
    pub fn metrics(&self, manager: Option<Id<Person>>, object: Object) -> AccessRequestIdentityMetrics {
        let manager = manager.filter(|manager| self.company.people().contains(manager));
        let has = |org: &Org, person: Id<Person>| org.has(self.company, person, object);
        let squad = manager.map(|manager| self.company.reports(manager).map(|person| person.id).collect::<Vec<_>>());
        AccessRequestIdentityMetrics {
            identities_with_access: squad
                .as_ref()
                .map(|squad| squad.iter().filter(|person| has(self.org, **person)).count()),
            identities_with_activity: None,
            total_identities: squad.as_ref().map(Vec::len),
            squad_available: squad.is_some(),
            valid_activity_object: object.kind != ObjectKind::Role,
            activity_source_configured: false,
        }
    }
}
