//! What an identifier that was sent names, and a few readings of the company that several
//! commands share.

use std::sync::Arc;

use super::{Noun, Refusal};
use crate::company::{Account, AccountStatus, App, Company, Person, Removal};
use crate::kernel::Id;
use crate::vendors::grip::model::Environment;

/// The application with this id.
///
/// # Errors
/// When there is none, or `text` is no id.
pub fn app(env: &Environment, company: &Company, text: &str) -> Result<Arc<App>, Refusal> {
    let id = Id::from_dashed(text).filter(|id| env.saas.contains(id));
    id.and_then(|id| company.apps().get(&id)).cloned().ok_or(Refusal::NoSuch(Noun::Saas))
}

/// The application with this slug, as steps and definitions name it.
pub fn app_of<'c>(company: &'c Company, slug: &str) -> Option<&'c Arc<App>> {
    company.apps().get(&App::id_of(slug))
}

/// The person with this id.
///
/// # Errors
/// When there is nobody, or `text` is no id.
pub fn person(company: &Company, text: &str) -> Result<Arc<Person>, Refusal> {
    let id = Id::from_dashed(text);
    id.and_then(|id| company.people().get(&id)).cloned().ok_or(Refusal::NoSuch(Noun::User))
}

/// The person with this address or alias, in any case.
///
/// # Errors
/// When there is nobody.
pub fn person_by_mail(company: &Company, mail: &str) -> Result<Arc<Person>, Refusal> {
    company.person_with_mail(mail.trim()).cloned().ok_or(Refusal::NoSuch(Noun::User))
}

/// The person whom a path names: by id, address or alias.
///
/// # Errors
/// When there is nobody.
pub fn user(company: &Company, text: &str) -> Result<Arc<Person>, Refusal> {
    if text.contains('@') { person_by_mail(company, text) } else { person(company, text) }
}

/// Checks that an address looks like one.
///
/// # Errors
/// When it has no `@`.
pub fn address(field: &'static str, mail: Option<String>) -> Result<Option<String>, Refusal> {
    match mail.map(|mail| mail.trim().to_owned()).filter(|mail| !mail.is_empty()) {
        Some(mail) if !mail.contains('@') => Err(Refusal::Invalid(field, "an e-mail address".into())),
        mail => Ok(mail),
    }
}

/// The accounts of a person in one application that are not closed, the oldest first.
pub fn live_accounts(company: &Company, person: Id<Person>, app: Id<App>) -> Vec<Arc<Account>> {
    let live = |account: &&Arc<Account>| account.app == app && account.status != AccountStatus::Closed;
    let mut accounts: Vec<_> = company.accounts_of(person).filter(live).cloned().collect();
    accounts.sort_by_key(|account| (account.created, account.id));
    accounts
}

/// The mailbox of a person, if it is active: their account on the mail platform of the data set.
pub fn mailbox(env: &Environment, company: &Company, person: &Person) -> Option<String> {
    let settings = env.settings();
    let Some(platform) = &settings.mail_platform else { return Some(person.mail.clone()) };
    let accounts = live_accounts(company, person.id, App::id_of(platform));
    let active = accounts.iter().any(|account| account.status == AccountStatus::Active);
    active.then(|| person.mail.clone())
}

/// Whether Grip can remove access to an application by itself.
pub fn removal_support(app: &App) -> bool {
    app.removal == Removal::Connector
}
