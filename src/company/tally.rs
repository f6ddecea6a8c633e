//! Counts that the verbs keep, so that nobody walks a million rows for a number.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::access::{Account, AccountStatus};
use super::apps::{App, SignIn};
use super::people::Person;
use crate::kernel::{Entity, Id, Timestamp};

/// What is counted about.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Tallied {
    /// The accounts in an application.
    App(Id<App>),
    /// The accounts of a person.
    Person(Id<Person>),
}

impl Tallied {
    /// What an account counts towards: its application, and its person if it has one.
    pub fn by(account: &Account) -> impl Iterator<Item = Self> + use<> {
        std::iter::once(Self::App(account.app)).chain(account.person.map(Self::Person))
    }
}

/// How many accounts there are in an application, or of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tally {
    /// What is counted about.
    pub of: Tallied,
    /// Accounts that are not closed.
    pub open: u32,
    /// Accounts that are closed.
    pub closed: u32,
    /// Open accounts that sign in through the identity provider.
    pub sso: u32,
    /// Grants over all accounts.
    pub grants: u32,
    /// When any of the accounts, or what they hold, last changed.
    pub changed: Option<Timestamp>,
}

impl Tally {
    /// Nothing counted yet.
    pub fn of(of: Tallied) -> Self {
        Self { of, open: 0, closed: 0, sso: 0, grants: 0, changed: None }
    }

    /// Every tally, counted anew from the rows.
    pub fn recount<'a>(
        accounts: impl Iterator<Item = &'a Arc<Account>>,
        mut grants_of: impl FnMut(Id<Account>) -> usize,
    ) -> BTreeMap<Tallied, Self> {
        let mut tallies = BTreeMap::new();
        for account in accounts {
            let grants = u32::try_from(grants_of(account.id)).unwrap_or(u32::MAX);
            for of in Tallied::by(account) {
                let tally = tallies.entry(of).or_insert_with(|| Self::of(of));
                tally.count(account, 1);
                tally.grants += grants;
                tally.changed = tally.changed.max(Some(account.changed));
            }
        }
        tallies
    }

    pub(super) fn count(&mut self, account: &Account, by: i32) {
        let closed = account.status == AccountStatus::Closed;
        let sso = !closed && account.sign_in == SignIn::Sso;
        let places = [(&mut self.closed, closed), (&mut self.open, !closed), (&mut self.sso, sso)];
        for (place, counts) in places {
            *place = place.saturating_add_signed(if counts { by } else { 0 });
        }
    }
}

impl Entity for Tally {
    const TABLE: &'static str = "tallies";
    type Id = Tallied;
    type Key = ();
    fn id(&self) -> Tallied {
        self.of
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}
