//! What is said about an account (contract, 10.3).

use super::{Noun, Refusal};
use crate::company::{Account, AccountStatus, App, Person};
use crate::kernel::Id;
use crate::vendors::conductorone::model::{AccountProfile, AppUserType, Domain};
use crate::world::{Command, Cx};

/// Say what an account is, and whose.
pub struct EditAccount {
    /// In which application.
    pub app: Id<App>,
    /// Which.
    pub account: Id<Account>,
    /// What it is; as its owner when the inner one is absent, and as before when the outer one is.
    pub kind: Option<Option<AppUserType>>,
    /// Whose it is; nobody's when the inner one is absent, and as before when the outer one is.
    pub owner: Option<Option<Id<Person>>>,
}

impl Command<Domain> for EditAccount {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        domain.app(self.app).ok_or(Refusal::NoSuch(Noun::App))?;
        let account = cx.company.accounts().get(&self.account).filter(|account| account.app == self.app);
        let account = account.cloned().filter(|account| account.status != AccountStatus::Closed);
        let account = account.ok_or(Refusal::NoSuch(Noun::AppUser))?;
        if let Some(kind) = self.kind {
            let row = domain.accounts.get(&account.id);
            let row = row.map_or_else(|| AccountProfile::of(account.id), |row| AccountProfile::clone(row));
            domain.accounts.put(AccountProfile { kind, ..row });
        }
        if let Some(owner) = self.owner.filter(|owner| *owner != account.person) {
            let assigned = cx.company.assign_account(cx.chronicle, account.id, owner);
            assigned.map_err(|_| Refusal::NoSuch(Noun::User))?;
        }
        Ok(())
    }
}
