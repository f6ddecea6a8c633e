//! Managed objects: what the directory shows of people, roles, applications and the like, attribute by attribute
//! (contract, 12). The names are the directory's schema, which clients patch by name.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{MembershipKey, Realm, Role, ServiceAccount};
use crate::company::{App, Company, Entitlement, Person, PersonStatus};
use crate::kernel::{Entity, Id};

/// The attributes of one object, by name.
pub type Attributes = Map<String, Value>;

/// What a service account says about sessions that it never has, in minutes and how many, as recorded.
const SESSIONS: [(&str, &str); 4] =
    [("maxCachingTime", "15"), ("maxIdleTime", "15"), ("maxSessionTime", "15"), ("quotaLimit", "5")];

/// A type of managed objects.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Managed {
    /// `alpha_user`
    User,
    /// `alpha_role`
    Role,
    /// `alpha_application`
    Application,
    /// `alpha_assignment`
    Assignment,
    /// `svcacct`
    ServiceAccount,
}

impl Managed {
    /// Every type.
    pub const ALL: [Managed; 5] = [Self::User, Self::Role, Self::Application, Self::Assignment, Self::ServiceAccount];

    /// The type as paths and references name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "alpha_user",
            Self::Role => "alpha_role",
            Self::Application => "alpha_application",
            Self::Assignment => "alpha_assignment",
            Self::ServiceAccount => "svcacct",
        }
    }

    /// The type of this name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The organisational unit of the directory that holds them.
    pub fn unit(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Role => "role",
            Self::Application => "application",
            Self::Assignment => "assignment",
            Self::ServiceAccount => "svcacct",
        }
    }

    /// The names of the relationships of such an object.
    pub fn relationships(self) -> &'static [&'static str] {
        match self {
            Self::User => &["manager", "reports", "roles", "applications"],
            Self::Role => &["members", "assignments"],
            Self::Application => &["owners", "members"],
            Self::Assignment => &["roles"],
            Self::ServiceAccount => &[],
        }
    }
}

/// The part of a managed user that nobody but the directory knows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ManagedUser {
    /// Whose.
    pub person: Id<Person>,
    /// Attributes that the company has no place for.
    pub others: Attributes,
    /// Whether the directory has forgotten them. The company does not.
    pub deleted: bool,
    /// How often this part changed.
    pub version: u32,
}

impl ManagedUser {
    /// Attributes that are the company's, follow from others, or are kept nowhere.
    pub const KNOWN: [&str; 17] = [
        "_id",
        "_rev",
        "userName",
        "givenName",
        "sn",
        "mail",
        "cn",
        "telephoneNumber",
        "accountStatus",
        "title",
        "department",
        "employeeNumber",
        "password",
        "manager",
        "reports",
        "roles",
        "applications",
    ];

    /// What the directory knows of somebody of whom it knows nothing besides.
    pub fn of(person: Id<Person>) -> Self {
        Self { person, others: Map::new(), deleted: false, version: 0 }
    }
}

impl Entity for ManagedUser {
    const TABLE: &'static str = "managed-users";
    type Id = Id<Person>;
    type Key = ();
    fn id(&self) -> Self::Id {
        self.person
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}

impl ServiceAccount {
    /// Attributes that have a place of their own.
    pub const KNOWN: [&str; 7] = ["_id", "_rev", "accountStatus", "name", "description", "scopes", "jwks"];
}

impl Realm {
    /// Whether the directory knows a person.
    pub fn knows(&self, person: Id<Person>) -> bool {
        self.managed_users.get(&person).is_none_or(|user| !user.deleted)
    }

    /// The ids of every object of a type, in order.
    pub fn managed_ids(&self, company: &Company, kind: Managed) -> Vec<String> {
        match kind {
            Managed::User => {
                company.people().iter().map(|row| row.id).filter(|id| self.knows(*id)).map(|id| id.dashed()).collect()
            }
            Managed::Role => self.roles.iter().map(|row| row.id.dashed()).collect(),
            Managed::Application => company.apps().iter().map(|row| row.id.dashed()).collect(),
            Managed::Assignment => company.entitlements().iter().map(|row| row.id.dashed()).collect(),
            Managed::ServiceAccount => self.service_accounts.iter().map(|row| row.id.dashed()).collect(),
        }
    }

    /// The attributes of an object, without its relationships; `None` when there is none.
    pub fn managed(&self, company: &Company, kind: Managed, id: &str) -> Option<Attributes> {
        match kind {
            Managed::User => {
                let person = company.people().get(&Id::from_dashed(id)?).filter(|person| self.knows(person.id))?;
                Some(self.user_attributes(company, person))
            }
            Managed::Role => {
                let role = self.roles.get(&Id::from_dashed(id)?)?;
                Some(attributes(
                    id,
                    role.version,
                    json!({"name": role.name, "description": role.description, "condition": null, "temporalConstraints": []}),
                ))
            }
            Managed::Application => {
                let app = company.apps().get(&Id::from_dashed(id)?)?;
                let own = json!({
                    "name": app.name,
                    "description": app.description,
                    "url": app.url,
                    "icon": null,
                    "authoritative": app.identity_provider,
                    "connectorId": app.slug,
                    "mappingNames": [format!("system{}User_managedAlpha_user", app.slug), format!("managedAlpha_user_system{}User", app.slug)],
                });
                Some(attributes(id, app.version, own))
            }
            Managed::Assignment => {
                let entitlement = company.entitlements().get(&Id::from_dashed(id)?)?;
                let app = company.apps().get(&entitlement.app)?;
                let own = json!({
                    "name": entitlement.name,
                    "description": entitlement.description,
                    "type": "__ENTITLEMENT__",
                    "mapping": format!("managedAlpha_user_system{}User", app.slug),
                    "attributes": [{"name": entitlement.attribute, "value": [entitlement.slug]}],
                    "condition": null,
                    "weight": null,
                });
                Some(attributes(id, entitlement.version, own))
            }
            Managed::ServiceAccount => {
                let account = self.service_accounts.get(&Id::from_dashed(id)?)?;
                let own = json!({
                    "accountStatus": if account.active { "active" } else { "inactive" },
                    "name": account.name,
                    "description": account.description,
                    "scopes": account.scopes,
                    "jwks": account.jwks,
                });
                let mut shown = attributes(id, account.version, own);
                shown.extend(account.others.clone());
                for (name, value) in SESSIONS {
                    shown.entry(name).or_insert_with(|| value.into());
                }
                Some(shown)
            }
        }
    }

    fn user_attributes(&self, company: &Company, person: &Person) -> Attributes {
        let beside = self.managed_users.get(&person.id);
        let department = company.profile().departments.iter().find(|department| department.slug == person.department);
        let is_active = matches!(person.status, PersonStatus::Active | PersonStatus::Leave);
        let mut own = json!({
            "userName": person.slug,
            "accountStatus": if is_active { "active" } else { "inactive" },
            "givenName": person.given,
            "sn": person.family,
            "cn": person.name(),
            "mail": person.mail,
            "telephoneNumber": person.phone,
            "title": person.title,
            "department": department.map_or(&*person.department, |department| &*department.name),
            "employeeNumber": person.employee_number,
        });
        if person.phone.is_none()
            && let Some(own) = own.as_object_mut()
        {
            own.shift_remove("telephoneNumber");
        }
        let mut shown = attributes(&person.id.dashed(), person.version + beside.map_or(0, |user| user.version), own);
        shown.extend(beside.map(|user| user.others.clone()).unwrap_or_default());
        shown
    }

    /// The relationships of an object, by name.
    pub fn relationships(&self, company: &Company, kind: Managed, id: &str) -> Attributes {
        let mut shown = Map::new();
        let mut add = |name: &str, value: Value| drop(shown.insert(name.to_owned(), value));
        match kind {
            Managed::User => {
                let Some(person) = Id::from_dashed(id).and_then(|id| company.people().get(&id)) else { return shown };
                add("manager", person.manager.map_or(Value::Null, |manager| reference(Managed::User, manager)));
                add("reports", company.reports(person.id).map(|row| reference(Managed::User, row.id)).collect());
                let roles = self.memberships.with(MembershipKey::Person(person.id));
                add("roles", roles.map(|row| reference(Managed::Role, row.role)).collect());
                let mut apps: Vec<Id<App>> = company.accounts_of(person.id).map(|account| account.app).collect();
                apps.sort_unstable();
                apps.dedup();
                add("applications", apps.into_iter().map(|app| reference(Managed::Application, app)).collect());
            }
            Managed::Role => {
                let Some(role) = Id::<Role>::from_dashed(id).and_then(|id| self.roles.get(&id)) else { return shown };
                let members = self.memberships.with(MembershipKey::Role(role.id));
                add("members", members.map(|row| reference(Managed::User, row.person)).collect());
                add("assignments", role.entitlements.iter().map(|id| reference(Managed::Assignment, *id)).collect());
            }
            Managed::Application => {
                let Some(app) = Id::from_dashed(id).and_then(|id| company.apps().get(&id)) else { return shown };
                add("owners", app.owners.iter().map(|owner| reference(Managed::User, *owner)).collect());
                let accounts = company.accounts().with(crate::company::AccountKey::App(app.id));
                let mut people: Vec<Id<Person>> = accounts.filter_map(|account| account.person).collect();
                people.sort_unstable();
                people.dedup();
                add("members", people.into_iter().map(|person| reference(Managed::User, person)).collect());
            }
            Managed::Assignment => {
                let id: Option<Id<Entitlement>> = Id::from_dashed(id);
                let holds = |role: &&std::sync::Arc<Role>| id.is_some_and(|id| role.entitlements.contains(&id));
                add("roles", self.roles.iter().filter(holds).map(|role| reference(Managed::Role, role.id)).collect());
            }
            Managed::ServiceAccount => {}
        }
        shown
    }
}

/// The attributes of an object behind its id and its revision (contract, 12: `<uuid>-<number>`).
fn attributes(id: &str, version: u32, own: Value) -> Attributes {
    let tag = Id::<Managed>::named(&format!("pingone/revision/{id}")).dashed();
    let head = [("_id".to_owned(), id.into()), ("_rev".to_owned(), format!("{tag}-{version}").into())];
    let own = match own {
        Value::Object(own) => own,
        _ => Map::new(),
    };
    head.into_iter().chain(own).collect()
}

/// How one object refers to another.
pub fn reference<T: ?Sized>(kind: Managed, id: Id<T>) -> Value {
    let (name, id) = (kind.name(), id.dashed());
    json!({
        "_ref": format!("managed/{name}/{id}"),
        "_refResourceCollection": format!("managed/{name}"),
        "_refResourceId": id,
        "_refProperties": {"_id": Id::<Managed>::named(&format!("pingone/relationship/{name}/{id}")).dashed(), "_rev": "0"},
    })
}

/// The id of the object to which a reference refers, if it is of this type.
pub fn referred(value: &Value, kind: Managed) -> Option<&str> {
    let path = value.get("_ref").and_then(Value::as_str)?;
    path.strip_prefix("managed/")?.strip_prefix(kind.name())?.strip_prefix('/')
}
