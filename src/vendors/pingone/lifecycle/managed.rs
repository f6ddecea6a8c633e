//! What a directory lets its clients do with users, roles and service accounts (contract, 12). A user's row is the
//! company's person; the directory adds only what the company has no place for.

use serde_json::{Map, Value};
use strum::{IntoStaticStr, VariantNames};

use super::Refusal;
use super::access::{join, part};
use super::patch::{Operation, patch};
use crate::company::{Impossible, NewPerson, Person, PersonChange, PersonKind, PersonStatus};
use crate::kernel::Id;
use crate::vendors::pingone::model::{
    Attributes, Managed, ManagedUser, MembershipKey, Realm, Role, ServiceAccount, referred,
};
use crate::world::{Command, Cx, Estate};

/// Why a directory refuses; the sentence is the message of the error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case", prefix = "managed-")]
pub enum ManagedRefusal {
    /// An id names nothing. HTML is escaped, as the vendor does (contract, 0.15).
    #[error(
        "No Such Entry: The search base entry &#39;fr-idm-uuid&#61;{1},ou&#61;{unit},o&#61;alpha,o&#61;root,ou&#61;identities&#39; does not exist",
        unit = .0.unit()
    )]
    Missing(Managed, String),
    /// The id or the name is taken.
    #[error(
        "Entry Already Exists: The entry &#39;{0}&#39; cannot be added because an entry with that name already exists"
    )]
    Exists(String),
    /// The object has changed since the revision that the client knows.
    #[error("The resource could not be accessed because it did not match the required version")]
    Stale,
    /// Attributes that break the policy: names, and the requirement that each of them breaks.
    #[error("Failed policy validation")]
    Policy(Vec<(&'static str, &'static str)>),
    /// An id that cannot be one.
    #[error(
        "Invalid Attribute Syntax: The value &#39;{0}&#39; of attribute fr-idm-uuid has an invalid attribute syntax"
    )]
    BadId(String),
    /// A patch names a field that is none.
    #[error("The field {0} is not a valid field")]
    BadField(String),
    /// A patch says something that is no operation.
    #[error("The patch operation {0} is not supported")]
    BadOperation(String),
    /// The application itself, and nobody else, changes these.
    #[error("Objects of type {name} cannot be changed here", name = .0.name())]
    ReadOnly(Managed),
    /// Anything else that is wrong with what was sent.
    #[error("{0}")]
    Invalid(String),
}

fn refuse<T>(refusal: ManagedRefusal) -> Result<T, Refusal> {
    Err(Refusal::Managed(refusal))
}

/// Makes an object.
pub struct Create {
    /// Of which type.
    pub kind: Managed,
    /// Under which id, if the client chooses one.
    pub id: Option<String>,
    /// With what.
    pub attributes: Attributes,
}

impl Command<Realm> for Create {
    type Output = String;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<String, Refusal> {
        let Self { kind, id, attributes } = self;
        if let Some(id) = id.as_ref().filter(|id| realm.managed(cx.company, kind, id).is_some()) {
            return refuse(ManagedRefusal::Exists(id.clone()));
        }
        create(realm, cx, kind, id, attributes)
    }
}

/// What a client knows of the object that it wants to change.
#[derive(Clone, Debug, Default)]
pub struct Condition {
    /// The revision that it has to have; `*` for any.
    pub revision: Option<String>,
    /// There must be no such object.
    pub absent: bool,
}

/// Puts an object in the place of another, or where there was none.
pub struct Replace {
    /// Of which type.
    pub kind: Managed,
    /// Under which id.
    pub id: String,
    /// With what.
    pub attributes: Attributes,
    /// Under which condition.
    pub condition: Condition,
}

/// Whether a replacement made something new.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Replaced {
    /// There was none.
    Created,
    /// There was one.
    Changed,
}

impl Command<Realm> for Replace {
    type Output = Replaced;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Replaced, Refusal> {
        let Self { kind, id, attributes, condition } = self;
        let Some(there) = realm.managed(cx.company, kind, &id) else {
            if condition.revision.is_some() {
                return refuse(ManagedRefusal::Missing(kind, id));
            }
            create(realm, cx, kind, Some(id), attributes)?;
            return Ok(Replaced::Created);
        };
        if condition.absent {
            return refuse(ManagedRefusal::Exists(id));
        }
        check_revision(&there, &condition)?;
        write(realm, cx, kind, &id, attributes)?;
        Ok(Replaced::Changed)
    }
}

/// Changes parts of an object.
pub struct Patch {
    /// Of which type.
    pub kind: Managed,
    /// Which.
    pub id: String,
    /// What is done to it, in order.
    pub operations: Vec<Operation>,
    /// Under which condition.
    pub condition: Condition,
}

impl Command<Realm> for Patch {
    type Output = ();
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let Self { kind, id, operations, condition } = self;
        let there = realm.managed(cx.company, kind, &id);
        let mut document = there.ok_or_else(|| ManagedRefusal::Missing(kind, id.clone()))?;
        check_revision(&document, &condition)?;
        document.extend(realm.relationships(cx.company, kind, &id));
        patch(&mut document, operations)?;
        write(realm, cx, kind, &id, document)
    }
}

/// Deletes an object.
pub struct Delete {
    /// Of which type.
    pub kind: Managed,
    /// Which.
    pub id: String,
    /// Under which condition.
    pub condition: Condition,
}

impl Command<Realm> for Delete {
    /// The object as it was.
    type Output = Attributes;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Attributes, Refusal> {
        let Self { kind, id, condition } = self;
        let there = realm.managed(cx.company, kind, &id);
        let there = there.ok_or_else(|| ManagedRefusal::Missing(kind, id.clone()))?;
        check_revision(&there, &condition)?;
        match (kind, Id::from_dashed(&id)) {
            (Managed::User, Some(_)) => delete_user(realm, cx, &id)?,
            (Managed::Role, Some(_)) => delete_role(realm, cx, &id)?,
            (Managed::ServiceAccount, Some(account)) => drop(realm.service_accounts.remove(&account)),
            (Managed::Application | Managed::Assignment, _) => return refuse(ManagedRefusal::ReadOnly(kind)),
            (_, None) => return refuse(ManagedRefusal::BadId(id)),
        }
        Ok(there)
    }
}

fn check_revision(there: &Attributes, condition: &Condition) -> Result<(), Refusal> {
    let wanted =
        condition.revision.as_deref().map(|revision| revision.trim().trim_start_matches("W/").trim_matches('"'));
    match wanted {
        None | Some("*") => Ok(()),
        Some(wanted) if there.get("_rev").and_then(Value::as_str) == Some(wanted) => Ok(()),
        Some(_) => refuse(ManagedRefusal::Stale),
    }
}

fn create(
    realm: &mut Realm,
    cx: &mut Cx<'_>,
    kind: Managed,
    id: Option<String>,
    attributes: Attributes,
) -> Result<String, Refusal> {
    if let Some(id) = id.as_ref().filter(|id| Id::<()>::from_dashed(id).is_none()) {
        return refuse(ManagedRefusal::BadId(id.clone()));
    }
    match kind {
        Managed::User => create_user(realm, cx, id.as_deref().and_then(Id::from_dashed), attributes),
        Managed::Role => {
            let id = id.as_deref().and_then(Id::from_dashed).unwrap_or_else(|| cx.id("pingone/role"));
            let now = cx.now();
            let (name, description, entitlements) = (String::new(), String::new(), Vec::new());
            realm.roles.put(Role { id, name, description, entitlements, created: now, changed: now, version: 0 });
            write_role(realm, cx, id, attributes)?;
            Ok(id.dashed())
        }
        Managed::ServiceAccount => {
            let id = id.as_deref().and_then(Id::from_dashed).unwrap_or_else(|| cx.id("pingone/svcacct"));
            let account = ServiceAccount {
                id,
                name: String::new(),
                description: String::new(),
                active: true,
                scopes: Vec::new(),
                jwks: String::new(),
                private_jwk: None,
                others: Map::new(),
                created: cx.now(),
                version: 0,
            };
            realm.service_accounts.put(account);
            write_service_account(realm, id, attributes)?;
            Ok(id.dashed())
        }
        Managed::Application | Managed::Assignment => refuse(ManagedRefusal::ReadOnly(kind)),
    }
}

fn write(realm: &mut Realm, cx: &mut Cx<'_>, kind: Managed, id: &str, attributes: Attributes) -> Result<(), Refusal> {
    let bad_id = || Refusal::Managed(ManagedRefusal::BadId(id.to_owned()));
    match kind {
        Managed::User => write_user(realm, cx, Id::from_dashed(id).ok_or_else(bad_id)?, attributes),
        Managed::Role => write_role(realm, cx, Id::from_dashed(id).ok_or_else(bad_id)?, attributes),
        Managed::ServiceAccount => write_service_account(realm, Id::from_dashed(id).ok_or_else(bad_id)?, attributes),
        Managed::Application | Managed::Assignment => refuse(ManagedRefusal::ReadOnly(kind)),
    }
}

/// Text attributes, and what the policy says of them.
struct Checked<'a> {
    attributes: &'a Attributes,
    broken: Vec<(&'static str, &'static str)>,
}

impl<'a> Checked<'a> {
    fn of(attributes: &'a Attributes) -> Self {
        Self { attributes, broken: Vec::new() }
    }

    /// A text that may be left out; null is left out.
    fn text(&mut self, name: &'static str) -> Option<&'a str> {
        match self.attributes.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text),
            Some(_) => {
                self.broken.push((name, "VALID_TYPE"));
                None
            }
        }
    }

    fn required(&mut self, name: &'static str) -> &'a str {
        let before = self.broken.len();
        let text = self.text(name).map(str::trim).unwrap_or_default();
        if text.is_empty() && self.broken.len() == before {
            self.broken.push((name, "REQUIRED"));
        }
        text
    }

    fn end(self) -> Result<(), Refusal> {
        if self.broken.is_empty() { Ok(()) } else { refuse(ManagedRefusal::Policy(self.broken)) }
    }
}

/// What of a user's attributes the company keeps, checked.
struct UserAttributes {
    user_name: String,
    given: String,
    family: String,
    mail: String,
    phone: Option<String>,
    title: Option<String>,
    department: Option<String>,
    active: bool,
    /// `None` where nothing is said about it.
    manager: Option<Option<Id<Person>>>,
    roles: Option<Vec<Id<Role>>>,
    others: Attributes,
}

impl UserAttributes {
    fn read(realm: &Realm, cx: &Cx<'_>, attributes: Attributes) -> Result<Self, Refusal> {
        let mut checked = Checked::of(&attributes);
        let user_name = checked.required("userName").to_owned();
        let given = checked.required("givenName").to_owned();
        let family = checked.required("sn").to_owned();
        let mail = checked.required("mail").to_owned();
        if !mail.is_empty() && !mail.contains('@') {
            checked.broken.push(("mail", "VALID_EMAIL_ADDRESS_FORMAT"));
        }
        let phone = checked.text("telephoneNumber").map(str::to_owned);
        let title = checked.text("title").map(str::to_owned);
        let department = checked.text("department").map(|named| {
            let departments = cx.company.profile().departments.iter();
            let mut found = departments.filter(|department| department.slug == named || department.name == named);
            found.next().map(|department| department.slug.clone())
        });
        if department == Some(None) {
            checked.broken.push(("department", "VALID_ENUM_VALUE"));
        }
        let active = match checked.text("accountStatus").map(str::to_lowercase).as_deref() {
            None | Some("active") => true,
            Some("inactive") => false,
            Some(_) => {
                checked.broken.push(("accountStatus", "VALID_ENUM_VALUE"));
                true
            }
        };
        checked.end()?;
        let manager = match attributes.get("manager") {
            None => None,
            Some(Value::Null) => Some(None),
            Some(value) => Some(Some(relation(value, Managed::User, |id| cx.company.people().contains(id))?)),
        };
        let roles = match attributes.get("roles") {
            None => None,
            Some(Value::Array(roles)) => {
                let role = |value| relation(value, Managed::Role, |id| realm.roles.contains(id));
                Some(roles.iter().map(role).collect::<Result<Vec<_>, _>>()?)
            }
            Some(_) => return refuse(ManagedRefusal::Policy(vec![("roles", "VALID_TYPE")])),
        };
        let others = attributes.into_iter().filter(|(name, _)| !ManagedUser::KNOWN.contains(&name.as_str())).collect();
        let department = department.flatten();
        Ok(Self { user_name, given, family, mail, phone, title, department, active, manager, roles, others })
    }
}

/// The object that a reference refers to.
fn relation<T: ?Sized>(value: &Value, kind: Managed, known: impl Fn(&Id<T>) -> bool) -> Result<Id<T>, Refusal> {
    let id = referred(value, kind);
    let found = id.and_then(Id::from_dashed).filter(known);
    found.ok_or_else(|| {
        let named = value.get("_ref").and_then(Value::as_str).unwrap_or_default();
        Refusal::Managed(ManagedRefusal::Invalid(format!("The referenced relationship object {named} does not exist")))
    })
}

fn create_user(
    realm: &mut Realm,
    cx: &mut Cx<'_>,
    id: Option<Id<Person>>,
    attributes: Attributes,
) -> Result<String, Refusal> {
    let wanted = UserAttributes::read(realm, cx, attributes.clone())?;
    let named = cx.company.person_named(&wanted.user_name).map(|person| person.id);
    let forgotten = |person: &Id<Person>| realm.managed_users.get(person).is_some_and(|user| user.deleted);
    let id = match named {
        // Somebody whom the directory had forgotten comes back.
        Some(person) if forgotten(&person) => {
            realm.managed_users.update(&person, |user| user.deleted = false);
            person
        }
        Some(_) => return refuse(ManagedRefusal::Exists(wanted.user_name)),
        None => hire(cx, id, &wanted)?,
    };
    write_user(realm, cx, id, attributes)?;
    Ok(id.dashed())
}

/// The directory asks for less than HR does: whoever comes without a department or a site joins the first of each.
fn hire(cx: &mut Cx<'_>, id: Option<Id<Person>>, wanted: &UserAttributes) -> Result<Id<Person>, Refusal> {
    let profile = cx.company.profile();
    let department = profile.departments.first().map(|department| department.slug.clone());
    let location = profile.locations.first().map(|location| location.slug.clone());
    let new = NewPerson {
        slug: wanted.user_name.clone(),
        kind: PersonKind::Employee,
        given: wanted.given.clone(),
        family: wanted.family.clone(),
        mail: Some(wanted.mail.clone()),
        title: wanted.title.clone().unwrap_or_default(),
        department: wanted.department.clone().or(department).unwrap_or_default(),
        location: location.unwrap_or_default(),
        manager: None,
        start: cx.now(),
    };
    let hired = match id {
        Some(id) => cx.company.hire_as(cx.chronicle, id, new),
        None => cx.company.hire(cx.chronicle, new),
    };
    hired.map_err(impossible)
}

fn impossible(why: Impossible) -> Refusal {
    Refusal::Managed(match why {
        Impossible::NameTaken(name) => ManagedRefusal::Exists(name),
        other => ManagedRefusal::Invalid(other.to_string()),
    })
}

fn write_user(realm: &mut Realm, cx: &mut Cx<'_>, id: Id<Person>, attributes: Attributes) -> Result<(), Refusal> {
    let wanted = UserAttributes::read(realm, cx, attributes)?;
    let Some(person) = cx.company.people().get(&id).cloned() else {
        return refuse(ManagedRefusal::Missing(Managed::User, id.dashed()));
    };
    let differs = |old: &str, new: String| (old != new).then_some(new);
    let status = (wanted.active && !person.is_present() && person.status != PersonStatus::Prehire)
        .then_some(PersonStatus::Active);
    let change = PersonChange {
        slug: differs(&person.slug, wanted.user_name),
        given: differs(&person.given, wanted.given),
        family: differs(&person.family, wanted.family),
        mail: differs(&person.mail, wanted.mail),
        title: wanted.title.and_then(|title| differs(&person.title, title)),
        department: wanted.department.and_then(|department| differs(&person.department, department)),
        location: None,
        manager: wanted.manager.filter(|manager| *manager != person.manager),
        phone: (wanted.phone != person.phone).then_some(wanted.phone),
        status,
    };
    if change != PersonChange::default() {
        cx.company.change(cx.chronicle, id, change).map_err(impossible)?;
    }
    if !wanted.active && person.is_present() {
        cx.company.leave(cx.chronicle, id).map_err(impossible)?;
    }
    let mut user = realm.managed_users.get(&id).map_or_else(|| ManagedUser::of(id), |user| ManagedUser::clone(user));
    if user.others != wanted.others {
        user.others = wanted.others;
        user.version += 1;
        realm.managed_users.put(user);
    }
    match wanted.roles {
        Some(roles) => settle_roles(realm, cx, id, &roles),
        None => Ok(()),
    }
}

fn settle_roles(realm: &mut Realm, cx: &mut Cx<'_>, person: Id<Person>, wanted: &[Id<Role>]) -> Result<(), Refusal> {
    let held: Vec<Id<Role>> = realm.memberships.with(MembershipKey::Person(person)).map(|row| row.role).collect();
    for role in held.iter().filter(|role| !wanted.contains(role)) {
        part(realm, cx, person, *role)?;
    }
    for role in wanted {
        if !realm.memberships.contains(&(person, *role)) {
            join(realm, cx, person, *role, "role")?;
        }
    }
    Ok(())
}

/// Whoever is deleted loses every account and with it every grant; what was found about them stays (contract, 12).
fn delete_user(realm: &mut Realm, cx: &mut Cx<'_>, id: &str) -> Result<(), Refusal> {
    let Some(person) = Id::from_dashed(id) else { return refuse(ManagedRefusal::BadId(id.to_owned())) };
    settle_roles(realm, cx, person, &[])?;
    let open = cx.company.accounts_of(person).filter(|account| account.status != crate::company::AccountStatus::Closed);
    let accounts: Vec<_> = open.map(|account| account.id).collect();
    for account in accounts {
        cx.company.close_account(cx.chronicle, account, Realm::VENDOR).map_err(impossible)?;
    }
    cx.company.leave(cx.chronicle, person).map_err(impossible)?;
    let user =
        realm.managed_users.get(&person).map_or_else(|| ManagedUser::of(person), |user| ManagedUser::clone(user));
    realm.managed_users.put(ManagedUser { deleted: true, others: Map::new(), version: user.version + 1, ..user });
    Ok(())
}

fn delete_role(realm: &mut Realm, cx: &mut Cx<'_>, id: &str) -> Result<(), Refusal> {
    let Some(role) = Id::from_dashed(id) else { return refuse(ManagedRefusal::BadId(id.to_owned())) };
    let members: Vec<Id<Person>> = realm.memberships.with(MembershipKey::Role(role)).map(|row| row.person).collect();
    for person in members {
        part(realm, cx, person, role)?;
    }
    realm.roles.remove(&role);
    Ok(())
}

fn write_role(realm: &mut Realm, cx: &mut Cx<'_>, id: Id<Role>, attributes: Attributes) -> Result<(), Refusal> {
    let mut checked = Checked::of(&attributes);
    let name = checked.required("name").to_owned();
    let description = checked.text("description").unwrap_or_default().to_owned();
    checked.end()?;
    if realm.roles.iter().any(|role| role.id != id && role.name.eq_ignore_ascii_case(&name)) {
        return refuse(ManagedRefusal::Exists(name));
    }
    let now = cx.now();
    realm.roles.update(&id, |role| {
        (role.name, role.description, role.changed) = (name, description, now);
        role.version += 1;
    });
    if let Some(assignments) = attributes.get("assignments").and_then(Value::as_array) {
        let found = assignments
            .iter()
            .map(|value| relation(value, Managed::Assignment, |id| cx.company.entitlements().contains(id)));
        let wanted = found.collect::<Result<Vec<_>, _>>()?;
        let members: Vec<Id<Person>> = realm.memberships.with(MembershipKey::Role(id)).map(|row| row.person).collect();
        for person in &members {
            part(realm, cx, *person, id)?;
        }
        realm.roles.update(&id, |role| role.entitlements = wanted);
        for person in members {
            join(realm, cx, person, id, "role")?;
        }
    }
    let Some(members) = attributes.get("members").and_then(Value::as_array) else { return Ok(()) };
    let found = members.iter().map(|value| relation(value, Managed::User, |id| cx.company.people().contains(id)));
    let wanted = found.collect::<Result<Vec<_>, _>>()?;
    let held: Vec<Id<Person>> = realm.memberships.with(MembershipKey::Role(id)).map(|row| row.person).collect();
    for person in held.iter().filter(|person| !wanted.contains(person)) {
        part(realm, cx, *person, id)?;
    }
    for person in wanted {
        if !realm.memberships.contains(&(person, id)) {
            join(realm, cx, person, id, "role")?;
        }
    }
    Ok(())
}

fn write_service_account(realm: &mut Realm, id: Id<ServiceAccount>, attributes: Attributes) -> Result<(), Refusal> {
    let mut checked = Checked::of(&attributes);
    let name = checked.required("name").to_owned();
    let description = checked.text("description").unwrap_or_default().to_owned();
    let jwks = checked.text("jwks").unwrap_or_default().to_owned();
    let active = checked.text("accountStatus").is_none_or(|status| status.eq_ignore_ascii_case("active"));
    let scopes = match attributes.get("scopes") {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(Value::Array(scopes)) => scopes.iter().map(|scope| scope.as_str().map(str::to_owned)).collect(),
        Some(_) => None,
    };
    if scopes.is_none() {
        checked.broken.push(("scopes", "VALID_TYPE"));
    }
    checked.end()?;
    let others: Attributes =
        attributes.into_iter().filter(|(name, _)| !ServiceAccount::KNOWN.contains(&name.as_str())).collect();
    realm.service_accounts.update(&id, |account| {
        // A new key is not the one that was handed out.
        if account.jwks != jwks {
            account.private_jwk = None;
        }
        (account.name, account.description, account.jwks, account.active) = (name, description, jwks, active);
        (account.scopes, account.others) = (scopes.unwrap_or_default(), others);
        account.version += 1;
    });
    Ok(())
}
