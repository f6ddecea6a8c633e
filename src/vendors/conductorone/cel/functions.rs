//! The vendor's own functions: looking up people and what they hold. The rest of its list is not simulated, and
//! an editor is told so.

use std::sync::Arc;

use cel::{Context, ExecutionError, Value};

use super::scene::{Scene, to_value};
use crate::company::{AccountStatus, App, Person};
use crate::kernel::Id;
use crate::vendors::conductorone::model::{Bindings, EntitlementRef};
use crate::vendors::conductorone::wire::id;

/// The most users that a function lists. [assumed]
pub(super) const LIST_MAX: usize = 1000;

/// The functions that are simulated, by their full names.
pub const SIMULATED: [&str; 10] = [
    "c1.directory.users.v1.GetManagers",
    "c1.directory.users.v1.DirectReports",
    "c1.directory.users.v1.FindByEmail",
    "c1.directory.users.v1.FindByName",
    "c1.directory.users.v1.GetByID",
    "c1.directory.apps.v1.GetEntitlementMembers",
    "c1.user.v1.HasEntitlement",
    "c1.user.v1.HasApp",
    "now",
    "ifEmpty",
];

/// The functions that the vendor documents and that are not simulated.
pub const NOT_SIMULATED: [&str; 3] =
    ["c1.user.v1.GetAppUserStatus", "c1.user.v1.GetAppUserManagers", "c1.user.v1.ListAppUsersForUser"];

type Result<T> = std::result::Result<T, ExecutionError>;
type Text = Arc<String>;

/// Adds the functions to what an expression sees.
pub fn add(context: &mut Context<'static, 'static>, scene: &Scene) {
    let scene = Arc::new(scene.clone());
    let with = || Arc::clone(&scene);

    let here = with();
    let added = context.add_function("c1.directory.users.v1.GetManagers", move |user: Value| -> Result<Value> {
        let person = here.person("GetManagers", &user)?;
        let manager = here.company.people().get(&person).and_then(|person| person.manager);
        Ok(here.users(manager))
    });
    debug_assert!(added.is_ok(), "no function of the library has a name of the vendor's");
    let here = with();
    let _ = context.add_function("c1.directory.users.v1.DirectReports", move |user: Value| -> Result<Value> {
        let person = here.person("DirectReports", &user)?;
        Ok(here.users(here.company.reports(person).map(|person| person.id)))
    });
    let here = with();
    let _ = context.add_function("c1.directory.users.v1.FindByEmail", move |mail: Text| -> Result<Value> {
        let found = here.company.person_with_mail(&mail);
        let found = found.ok_or_else(|| error("FindByEmail", &format!("no user has the email {mail:?}")))?;
        Ok(to_value(&here.user(found.id)))
    });
    let here = with();
    let _ = context.add_function("c1.directory.users.v1.FindByName", move |name: Text| -> Result<Value> {
        let key = crate::company::PersonKey::Name(name.to_lowercase());
        Ok(here.users(here.company.people().with(key).map(|person| person.id)))
    });
    let here = with();
    let _ = context.add_function("c1.directory.users.v1.GetByID", move |text: Text| -> Result<Value> {
        let found = id::read::<Person>(&text).ok().filter(|id| here.company.people().contains(id));
        let found = found.ok_or_else(|| error("GetByID", &format!("no user has the id {text:?}")))?;
        Ok(to_value(&here.user(found)))
    });
    let here = with();
    let members = move |app: Text, entitlement: Text| -> Result<Value> {
        let Some(at) = reference(&app, &entitlement) else { return Ok(here.users(None)) };
        let bindings = Bindings { domain: &here.domain, company: &here.company };
        let people = bindings.of_entitlement(at).filter_map(|binding| binding.account.person);
        Ok(here.users(people.collect::<std::collections::BTreeSet<_>>()))
    };
    let _ = context.add_function("c1.directory.apps.v1.GetEntitlementMembers", members);
    let here = with();
    let has = move |user: Value, app: Text, entitlement: Text| -> Result<bool> {
        let person = here.person("HasEntitlement", &user)?;
        let Some(at) = reference(&app, &entitlement) else { return Ok(false) };
        let bindings = Bindings { domain: &here.domain, company: &here.company };
        let mut accounts = here.company.accounts_of(person).filter(|account| account.app == at.app);
        Ok(accounts.any(|account| bindings.get(at, account.id).is_some()))
    };
    let _ = context.add_function("c1.user.v1.HasEntitlement", has);
    let here = with();
    let _ = context.add_function("c1.user.v1.HasApp", move |user: Value, app: Text| -> Result<bool> {
        let person = here.person("HasApp", &user)?;
        let Ok(app) = id::read::<App>(&app) else { return Ok(false) };
        let mut accounts = here.company.accounts_of(person);
        Ok(accounts.any(|account| account.app == app && account.status != AccountStatus::Closed))
    });
    let now = scene.now;
    let _ = context.add_function("now", move || -> Result<Value> {
        let now = chrono::DateTime::from_timestamp_micros(now.as_micros()).unwrap_or_default();
        Ok(Value::Timestamp(now.fixed_offset()))
    });
    let _ = context.add_function("ifEmpty", |value: Value, other: Value| -> Result<Value> {
        let empty = match &value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::List(list) => list.is_empty(),
            _ => false,
        };
        Ok(if empty { other } else { value })
    });
}

impl Scene {
    /// Who is meant by a user, or by the id of one.
    fn person(&self, function: &str, value: &Value) -> Result<Id<Person>> {
        super::person(value, self).map_err(|sentence| error(function, &sentence))
    }

    fn users(&self, people: impl IntoIterator<Item = Id<Person>>) -> Value {
        let users = people.into_iter().take(LIST_MAX).map(|id| to_value(&self.user(id)));
        Value::List(users.collect::<Vec<_>>().into())
    }
}

fn reference(app: &str, entitlement: &str) -> Option<EntitlementRef> {
    Some(EntitlementRef { app: id::read(app).ok()?, id: id::read(entitlement).ok()? })
}

fn error(function: &str, sentence: &str) -> ExecutionError {
    ExecutionError::function_error(function, sentence)
}
