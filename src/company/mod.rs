//! The shared reality: who works here, which applications there are, and who can use what.
//!
//! All four vendors govern this one company and none keeps a copy of it. Whatever HR or the
//! application itself would know stands here; what only a governance product knows is a row of
//! that vendor's estate, keyed by the ids of this module. The verbs in `verbs` are the only way
//! to change it. Nothing here knows a vendor, HTTP or a wire format.

mod access;
mod apps;
pub mod grow;
mod inventory;
pub mod load;
mod people;
pub mod rules;
pub mod seed;
pub mod story;
mod tally;
mod verbs;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use access::{Account, AccountKey, AccountStatus, Grant, GrantId, GrantKey, Past, PastKey, Reason, Strength};
pub use apps::{App, AppKey, Entitlement, EntitlementKey, EntitlementKind, Removal, SignIn};
pub use inventory::{NewApp, NewEntitlement};
pub use people::{Department, Location, Person, PersonKey, PersonKind, PersonStatus};
pub use tally::{Orphaned, Tallied, Tally};
pub use verbs::{Impossible, NewAccount, NewPerson, PersonChange};

use crate::kernel::{AnyTable, Id, Table};

/// What the company is called, and where its people and machines are.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// Short name, as in `acme`.
    pub slug: String,
    /// Full name.
    pub name: String,
    /// The domain of its mail addresses.
    pub domain: String,
    /// One sentence about it.
    #[serde(default)]
    pub description: String,
    /// Seeds every id stream of worlds founded on it.
    pub seed: u64,
    /// Departments by slug.
    pub departments: Vec<Department>,
    /// Sites by slug.
    pub locations: Vec<Location>,
}

/// One company: tables of what is so today, and [`Past`] for what was.
#[derive(Clone, Default)]
pub struct Company {
    profile: Arc<Profile>,
    people: Table<Person>,
    apps: Table<App>,
    entitlements: Table<Entitlement>,
    accounts: Table<Account>,
    grants: Table<Grant>,
    past: Table<Past>,
    tallies: Table<Tally>,
}

impl Company {
    /// What the company is called, and where it is.
    pub fn profile(&self) -> &Arc<Profile> {
        &self.profile
    }
    /// Everybody who works, worked or is about to work here, machines included.
    pub fn people(&self) -> &Table<Person> {
        &self.people
    }
    /// The applications.
    pub fn apps(&self) -> &Table<App> {
        &self.apps
    }
    /// What an account may be given.
    pub fn entitlements(&self) -> &Table<Entitlement> {
        &self.entitlements
    }
    /// The accounts, closed ones included.
    pub fn accounts(&self) -> &Table<Account> {
        &self.accounts
    }
    /// Who holds what now.
    pub fn grants(&self) -> &Table<Grant> {
        &self.grants
    }
    /// Grants that have ended, the newest ones.
    pub fn past(&self) -> &Table<Past> {
        &self.past
    }
    /// Counts that the verbs keep.
    pub fn tallies(&self) -> &Table<Tally> {
        &self.tallies
    }

    /// The person with this slug, such as `mia.chen`.
    pub fn person_named(&self, slug: &str) -> Option<&Arc<Person>> {
        let usual = self.people.get(&Person::id_of(slug)).filter(|person| person.slug == slug);
        usual.or_else(|| self.people.with(PersonKey::Slug(slug.to_owned())).next())
    }
    /// The person with this mail address or alias, in any case.
    pub fn person_with_mail(&self, mail: &str) -> Option<&Arc<Person>> {
        self.people.with(PersonKey::Mail(mail.to_lowercase())).next()
    }
    /// Who reports directly to a person.
    pub fn reports(&self, manager: Id<Person>) -> impl Iterator<Item = &Arc<Person>> {
        self.people.with(PersonKey::Manager(manager))
    }
    /// The accounts of a person, in the order of their ids.
    pub fn accounts_of(&self, person: Id<Person>) -> impl Iterator<Item = &Arc<Account>> {
        self.accounts.with(AccountKey::Person(person))
    }
    /// The account of a person in one application that is not closed; the oldest, should there be several.
    pub fn account_in(&self, person: Id<Person>, app: Id<App>) -> Option<&Arc<Account>> {
        let open = |account: &&Arc<Account>| account.app == app && account.status != AccountStatus::Closed;
        self.accounts_of(person).filter(open).min_by_key(|account| (account.created, account.id))
    }
    /// The grants of one account.
    pub fn grants_of(&self, account: Id<Account>) -> impl Iterator<Item = &Arc<Grant>> {
        let (first, last) = (Id::from_bytes([0; 16]), Id::from_bytes([0xff; 16]));
        self.grants.span(GrantId { account, entitlement: first }..=GrantId { account, entitlement: last })
    }
    /// Everything that a person holds, over all accounts.
    pub fn held_by(&self, person: Id<Person>) -> impl Iterator<Item = &Arc<Grant>> {
        self.accounts_of(person).flat_map(|account| self.grants_of(account.id))
    }
    /// The person's grant of one entitlement, if there is one.
    pub fn holding(&self, person: Id<Person>, entitlement: Id<Entitlement>) -> Option<&Arc<Grant>> {
        let accounts = self.accounts_of(person);
        accounts.filter_map(|account| self.grants.get(&GrantId { account: account.id, entitlement })).next()
    }
    /// The counts kept about an application or a person.
    pub fn tally(&self, of: Tallied) -> Tally {
        self.tallies.get(&of).map(|tally| Tally::clone(tally)).unwrap_or_else(|| Tally::of(of))
    }

    /// Every table, for export.
    pub fn tables(&self) -> [&dyn AnyTable; 7] {
        [&self.people, &self.apps, &self.entitlements, &self.accounts, &self.grants, &self.past, &self.tallies]
    }
    /// The table of this name, to be filled by an import.
    pub fn table_mut(&mut self, name: &str) -> Option<&mut dyn AnyTable> {
        let tables: [&mut dyn AnyTable; 7] = [
            &mut self.people,
            &mut self.apps,
            &mut self.entitlements,
            &mut self.accounts,
            &mut self.grants,
            &mut self.past,
            &mut self.tallies,
        ];
        tables.into_iter().find(|table| table.name() == name)
    }
    /// A company of this name in which nobody works yet.
    pub fn called(profile: Profile) -> Self {
        Self { profile: Arc::new(profile), ..Self::default() }
    }
}
