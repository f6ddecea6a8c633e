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
    /// The part of those three that is nobody's.
    #[serde(default)]
    pub orphaned: Orphaned,
    /// Grants over all accounts.
    pub grants: u32,
    /// When the first of the accounts was opened.
    #[serde(default)]
    pub first: Option<Timestamp>,
    /// When any of the accounts was last used.
    #[serde(default)]
    pub used: Option<Timestamp>,
    /// When any of the accounts, or what they hold, last changed.
    pub changed: Option<Timestamp>,
}

/// Accounts that are nobody's, counted like all others and once more here.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Orphaned {
    /// Those that are not closed.
    pub open: u32,
    /// Those that are closed.
    pub closed: u32,
    /// Open ones that sign in through the identity provider.
    pub sso: u32,
}

impl Tally {
    /// Nothing counted yet.
    pub fn of(of: Tallied) -> Self {
        let orphaned = Orphaned::default();
        Self { of, open: 0, closed: 0, sso: 0, orphaned, grants: 0, first: None, used: None, changed: None }
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
                tally.date(account);
            }
        }
        tallies
    }

    pub(super) fn count(&mut self, account: &Account, by: i32) {
        let closed = account.status == AccountStatus::Closed;
        let sso = !closed && account.sign_in == SignIn::Sso;
        let orphaned = account.person.is_none();
        let places = [
            (&mut self.closed, closed),
            (&mut self.open, !closed),
            (&mut self.sso, sso),
            (&mut self.orphaned.closed, orphaned && closed),
            (&mut self.orphaned.open, orphaned && !closed),
            (&mut self.orphaned.sso, orphaned && sso),
        ];
        for (place, counts) in places {
            *place = place.saturating_add_signed(if counts { by } else { 0 });
        }
    }

    /// Takes the dates of an account in. They only ever widen, so that no account is walked for them.
    pub(super) fn date(&mut self, account: &Account) {
        self.first = Some(self.first.map_or(account.created, |first| first.min(account.created)));
        self.used = self.used.max(account.last_used);
        self.changed = self.changed.max(Some(account.changed));
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
