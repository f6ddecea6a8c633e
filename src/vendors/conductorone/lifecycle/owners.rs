//! Who answers for applications, entitlements and resources (contract, 10.1).

use serde_json::json;

use super::{Noun, Refusal};
use crate::company::{App, Company, Person};
use crate::kernel::{Id, Timestamp};
use crate::vendors::conductorone::model::{Domain, EntitlementRef, Resource};
use crate::world::{Command, Cx};

/// What people answer for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owned {
    /// An application.
    App(Id<App>),
    /// An entitlement.
    Entitlement(EntitlementRef),
    /// A resource.
    Resource(Id<Resource>),
}

/// How its owners are to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnerChange {
    /// These and no others.
    Set(Vec<Id<Person>>),
    /// One more.
    Add(Id<Person>),
    /// These no longer.
    Remove(Vec<Id<Person>>),
    /// Nobody.
    Clear,
}

impl OwnerChange {
    /// Without these; without anybody when none are named [assumed].
    pub fn without(people: Vec<Id<Person>>) -> Self {
        if people.is_empty() { Self::Clear } else { Self::Remove(people) }
    }
}

/// Change who answers for something.
pub struct ChangeOwners {
    /// For what.
    pub of: Owned,
    /// How.
    pub change: OwnerChange,
}

impl Command<Domain> for ChangeOwners {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let before = owners(domain, self.of)?;
        let mut owners = before.clone();
        match &self.change {
            OwnerChange::Set(people) => {
                check(cx.company, people)?;
                owners.clone_from(people);
            }
            OwnerChange::Add(person) => {
                check(cx.company, &[*person])?;
                owners.push(*person);
            }
            OwnerChange::Remove(people) => owners.retain(|owner| !people.contains(owner)),
            OwnerChange::Clear => owners.clear(),
        }
        let mut seen = std::collections::BTreeSet::new();
        owners.retain(|owner| seen.insert(*owner));
        if owners == before {
            return Ok(());
        }
        put(domain, self.of, &owners, cx.now());
        cx.emit("owners.changed", format!("{:?}", self.of), json!({"owners": owners}));
        Ok(())
    }
}

/// Who answers for something that is there.
///
/// # Errors
/// When it is not.
pub fn owners(domain: &Domain, of: Owned) -> Result<Vec<Id<Person>>, Refusal> {
    match of {
        Owned::App(app) => domain.app(app).map(|row| row.owners.clone()).ok_or(Refusal::NoSuch(Noun::App)),
        Owned::Entitlement(at) => {
            domain.entitlement(at).map(|row| row.owners.clone()).ok_or(Refusal::NoSuch(Noun::Entitlement))
        }
        Owned::Resource(id) => {
            let row = domain.resources.get(&id).filter(|row| row.deleted.is_none());
            row.map(|row| row.owners.clone()).ok_or(Refusal::NoSuch(Noun::Resource))
        }
    }
}

fn put(domain: &mut Domain, of: Owned, owners: &[Id<Person>], now: Timestamp) {
    match of {
        Owned::App(app) => domain.apps.update(&app, |row| {
            row.owners = owners.to_vec();
            row.updated = now;
        }),
        Owned::Entitlement(at) => domain.entitlements.update(&at, |row| {
            row.owners = owners.to_vec();
            row.updated = now;
        }),
        Owned::Resource(id) => domain.resources.update(&id, |row| {
            row.owners = owners.to_vec();
            row.updated = now;
        }),
    };
}

/// Whether all of these are people.
///
/// # Errors
/// When one is not.
pub fn check(company: &Company, people: &[Id<Person>]) -> Result<(), Refusal> {
    let all = people.iter().all(|person| company.people().contains(person));
    if all { Ok(()) } else { Err(Refusal::NoSuch(Noun::User)) }
}
