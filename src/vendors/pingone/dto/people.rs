//! People and roles, as owners, actors and subjects show them (contract, 2.5 and 4.7).

use serde_json::{Map, Value, json};

use super::access::account_status;
use super::{View, offset};
use crate::company::{Person, PersonStatus};
use crate::kernel::Id;
use crate::query::{Row, Value as Shown};
use crate::vendors::pingone::model::{ActorRef, Proxy, Role};

impl View<'_> {
    /// Whom a violation is about; their bare id when nothing else is known of them.
    pub fn subject(&self, person: Id<Person>) -> Value {
        let known = self.company.people().get(&person);
        known.map_or_else(|| json!({"id": person.dashed()}), |person| self.user(person))
    }

    /// Somebody who acts; `id` says of what kind they are.
    pub fn reference(&self, who: ActorRef) -> Map<String, Value> {
        let mut shown = Map::new();
        shown.insert("id".into(), who.written().into());
        match who {
            ActorRef::User(person) => {
                if let Some(person) = self.company.people().get(&person) {
                    let known = [
                        ("givenName", &person.given),
                        ("sn", &person.family),
                        ("mail", &person.mail),
                        ("userName", &person.slug),
                    ];
                    shown.extend(known.map(|(name, value)| (name.to_owned(), value.as_str().into())));
                }
            }
            ActorRef::Role(role) => {
                shown.extend(self.realm.roles.get(&role).map(|role| ("name".to_owned(), role.name.as_str().into())));
            }
        }
        shown
    }

    /// Who decides in somebody's place, and for how long.
    pub fn proxy(&self, proxy: &Proxy) -> Value {
        let mut shown = self.subject(proxy.by);
        shown["startDate"] = proxy.from.map(offset).into();
        shown["endDate"] = proxy.until.map(offset).into();
        shown["active"] = proxy.active.into();
        shown
    }

    /// What somebody who acts is called.
    pub fn name_of(&self, who: ActorRef) -> String {
        match who {
            ActorRef::User(person) => self.company.people().get(&person).map(|person| person.name()),
            ActorRef::Role(role) => self.realm.roles.get(&role).map(|role: &std::sync::Arc<Role>| role.name.clone()),
        }
        .unwrap_or_else(|| who.written())
    }
}

/// A person as the `userFilter` of a rule reads them, with or without `user.` before each path (contract, 5.1).
pub struct UserRow<'w>(pub &'w Person);

impl Row for UserRow<'_> {
    fn visit(&self, path: &str, each: &mut dyn FnMut(Shown<'_>) -> bool) -> bool {
        let path = path.strip_prefix('/').unwrap_or(path);
        let path = path.strip_prefix("user.").or_else(|| path.strip_prefix("user/")).unwrap_or(path);
        let person = self.0;
        match path {
            "id" | "_id" => each(Shown::Text(&person.id.dashed())),
            "userName" => each(Shown::Text(&person.slug)),
            "givenName" => each(Shown::Text(&person.given)),
            "sn" => each(Shown::Text(&person.family)),
            "cn" | "displayName" => each(Shown::Text(&person.name())),
            "mail" => each(Shown::Text(&person.mail)),
            "title" => each(Shown::Text(&person.title)),
            "department" => each(Shown::Text(&person.department)),
            "location" => each(Shown::Text(&person.location)),
            "employeeNumber" => each(Shown::Text(&person.employee_number)),
            "telephoneNumber" => person.phone.as_deref().is_some_and(|phone| each(Shown::Text(phone))),
            "accountStatus" => each(Shown::Text(account_status(person))),
            "manager" | "manager.id" | "manager/id" | "manager._id" | "manager._refResourceId" => {
                person.manager.is_some_and(|manager| each(Shown::Text(&manager.dashed())))
            }
            "terminated" => each(Shown::Bool(person.status == PersonStatus::Left)),
            _ => false,
        }
    }
}
