//! Closing accounts: the rules of the contract's section 9, first that applies.

use super::find::{live_accounts, removal_support};
use crate::company::{Account, App, Person};
use crate::kernel::Id;
use crate::vendors::grip::assumed::{NO_ACCOUNT, NO_MAILBOX};
use crate::vendors::grip::model::{AppResult, Environment};
use crate::world::{Cx, Estate};

/// Takes a person's access to one application away, where that can be done.
pub fn from_app(env: &Environment, cx: &mut Cx<'_>, person: Id<Person>, app: Id<App>, inherits: bool) -> AppResult {
    let accounts: Vec<Id<Account>> = live_accounts(cx.company, person, app).iter().map(|account| account.id).collect();
    let supported = cx.company.apps().get(&app).is_some_and(|app| removal_support(app));
    if let Some(scripted) = env.failures.get(&(person, app)) {
        return AppResult::Failed(scripted.reason.clone());
    }
    if accounts.is_empty() {
        return AppResult::Failed(NO_ACCOUNT.into());
    }
    if !supported {
        return AppResult::Unsupported;
    }
    if !inherits {
        return AppResult::Failed(NO_MAILBOX.into());
    }
    close(cx, &accounts)
}

/// Closes one account of an offboarded person; whether that is supported is settled already.
pub fn account(
    env: &Environment,
    cx: &mut Cx<'_>,
    person: Id<Person>,
    (app, account): (Id<App>, Id<Account>),
    inherits: bool,
) -> AppResult {
    if let Some(scripted) = env.failures.get(&(person, app)) {
        return AppResult::Failed(scripted.reason.clone());
    }
    if !live_accounts(cx.company, person, app).iter().any(|live| live.id == account) {
        return AppResult::Failed(NO_ACCOUNT.into());
    }
    if !inherits {
        return AppResult::Failed(NO_MAILBOX.into());
    }
    close(cx, &[account])
}

fn close(cx: &mut Cx<'_>, accounts: &[Id<Account>]) -> AppResult {
    for account in accounts {
        let closed = cx.company.close_account(cx.chronicle, *account, Environment::VENDOR);
        if closed.is_err() {
            return AppResult::Failed(NO_ACCOUNT.into());
        }
    }
    AppResult::Completed
}
