//! Accounts, grants, the reasons for which a grant lives, and what is left of it afterwards.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::apps::{App, Entitlement, SignIn};
use super::people::Person;
use crate::kernel::{Entity, Id, Timestamp};

/// Whether an account works.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountStatus {
    /// It works.
    Active,
    /// Switched off; its grants stay.
    Disabled,
    /// Shut after failed sign-ins.
    Locked,
    /// Gone from the application; the row stays for those who remember.
    Closed,
}

/// What an application keeps about one of its users.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Derived from the application and the user name at founding, drawn later.
    pub id: Id<Account>,
    /// The application.
    pub app: Id<App>,
    /// Whose it is; nobody's when orphaned.
    pub person: Option<Id<Person>>,
    /// Its name in the application.
    pub user_name: Arc<str>,
    /// Its mail address in the application.
    pub mail: Option<String>,
    /// Whether it works.
    pub status: AccountStatus,
    /// How its user signs in.
    pub sign_in: SignIn,
    /// Whether it can do what most cannot.
    pub privileged: bool,
    /// When it was last used.
    pub last_used: Option<Timestamp>,
    /// When it was opened.
    pub created: Timestamp,
    /// When it or its grants last changed.
    pub changed: Timestamp,
    /// How often it changed.
    pub version: u32,
}

impl Account {
    /// The id of the account that an application found at founding has under this user name.
    pub fn id_of(app_slug: &str, user_name: &str) -> Id<Account> {
        Id::named(&format!("account/{app_slug}/{user_name}"))
    }
}

/// How accounts are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccountKey {
    /// By whose it is; `Orphaned` for nobody's.
    Person(Id<Person>),
    /// Those that are nobody's.
    Orphaned,
    /// By application.
    App(Id<App>),
}

impl Entity for Account {
    const TABLE: &'static str = "accounts";
    type Id = Id<Account>;
    type Key = AccountKey;
    fn id(&self) -> Id<Account> {
        self.id
    }
    fn keys(&self) -> Vec<AccountKey> {
        vec![self.person.map_or(AccountKey::Orphaned, AccountKey::Person), AccountKey::App(self.app)]
    }
}

/// How firmly a reason holds a grant.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// Found in the application; nobody knows why.
    Found,
    /// Somebody asked and somebody agreed.
    Asked,
    /// It comes with a role or a rule, and goes with it.
    Inherited,
}

/// Why somebody holds an entitlement. A grant lives while it has a reason.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    /// Who gives it: `"application"` at founding, later a vendor's name.
    pub by: Arc<str>,
    /// The vendor's object that stands behind it, as an id of that vendor's.
    pub what: Arc<str>,
    /// How firmly it holds.
    pub strength: Strength,
    /// When it began.
    pub since: Timestamp,
    /// When it runs out; the one who gave it keeps the timer.
    pub until: Option<Timestamp>,
}

/// What identifies a grant; grants of one account stand together.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GrantId {
    /// The account that holds.
    pub account: Id<Account>,
    /// What it holds.
    pub entitlement: Id<Entitlement>,
}

/// An account holds an entitlement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Grant {
    /// Who holds what.
    #[serde(flatten)]
    pub id: GrantId,
    /// Since when.
    pub since: Timestamp,
    /// Why; never empty.
    pub reasons: Vec<Reason>,
}

impl Grant {
    /// When the grant ends by itself: the latest end of its reasons; `None` when one has none.
    pub fn until(&self) -> Option<Timestamp> {
        let ends = self.reasons.iter().map(|reason| reason.until);
        ends.collect::<Option<Vec<_>>>()?.into_iter().max()
    }
}

/// How grants are found, other than by account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GrantKey {
    /// By what is held.
    Entitlement(Id<Entitlement>),
}

impl Entity for Grant {
    const TABLE: &'static str = "grants";
    type Id = GrantId;
    type Key = GrantKey;
    fn id(&self) -> GrantId {
        self.id
    }
    fn keys(&self) -> Vec<GrantKey> {
        vec![GrantKey::Entitlement(self.id.entitlement)]
    }
}

/// A grant that has ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Past {
    /// Its place in the world's sequence: the order in which grants ended.
    pub sequence: u64,
    /// The grant as it last was.
    pub grant: Grant,
    /// When it ended.
    pub ended: Timestamp,
    /// Who ended it, and with what.
    pub by: Arc<str>,
}

/// How ended grants are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PastKey {
    /// By the account that held.
    Account(Id<Account>),
    /// By what was held.
    Entitlement(Id<Entitlement>),
}

impl Entity for Past {
    const TABLE: &'static str = "past";
    type Id = u64;
    type Key = PastKey;
    fn id(&self) -> u64 {
        self.sequence
    }
    fn keys(&self) -> Vec<PastKey> {
        vec![PastKey::Account(self.grant.id.account), PastKey::Entitlement(self.grant.id.entitlement)]
    }
}
