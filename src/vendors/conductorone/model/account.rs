//! What ConductorOne knows about an account besides what the application says.

use serde::{Deserialize, Serialize};

use super::Domain;
use crate::company::{Account, Company, PersonKind, Reason};
use crate::kernel::{Entity, Id};

/// What an account is.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AppUserType {
    /// A person's.
    User,
    /// A program's.
    ServiceAccount,
    /// The application's own.
    SystemAccount,
}

/// Why somebody has an account, where it was asked for here: the company has no grant behind "Access"
/// that could carry the reason.
pub type AccessReason = Reason;

/// What is known about an account besides the application's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountProfile {
    /// Which.
    pub account: Id<Account>,
    /// What somebody said it is.
    pub kind: Option<AppUserType>,
    /// Why it was opened, or is kept, at somebody's request.
    pub access: Vec<AccessReason>,
}

impl AccountProfile {
    /// An account of which nothing is known yet.
    pub fn of(account: Id<Account>) -> Self {
        Self { account, kind: None, access: Vec::new() }
    }
}

impl Domain {
    /// What an account is: as somebody said, or as its owner is.
    pub fn kind_of(&self, company: &Company, account: &Account) -> AppUserType {
        let said = self.accounts.get(&account.id).and_then(|row| row.kind);
        let owner = account.person.and_then(|owner| company.people().get(&owner));
        said.unwrap_or(match owner.map(|owner| owner.kind) {
            Some(PersonKind::Service) => AppUserType::ServiceAccount,
            _ => AppUserType::User,
        })
    }
}

impl Entity for AccountProfile {
    const TABLE: &'static str = "accounts";
    type Id = Id<Account>;
    type Key = ();
    fn id(&self) -> Id<Account> {
        self.account
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}
