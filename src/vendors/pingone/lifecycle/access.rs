//! Giving and removing access: what the stock workflows do at their end, and what an administrator does by hand
//! (contract, 9.2). It reaches the applications through the company alone.

use std::sync::Arc;

use super::{Missing, Refusal};
use crate::company::{Account, App, Company, Entitlement, GrantId, NewAccount, Person, Reason, Strength};
use crate::kernel::{Id, Timestamp};
use crate::vendors::pingone::model::{Access, Membership, Realm, Role};
use crate::world::{Command, Cx, Estate};

/// The user whom an id or a user name names.
pub fn user_named<'c>(company: &'c Company, name: &str) -> Option<&'c Arc<Person>> {
    Id::from_dashed(name).and_then(|id| company.people().get(&id)).or_else(|| company.person_named(name))
}

/// Something that a user may be given.
#[derive(Copy, Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Target {
    /// An entitlement, in the user's account of its application; one is opened where there is none (contract, 9.2).
    Entitlement(Id<Entitlement>),
    /// An account in an application.
    Application(Id<App>),
    /// Membership of a role, and with it everything that the role gives.
    Role(Id<Role>),
}

/// Gives a user something.
pub struct AddAccess {
    /// To whom.
    pub user: String,
    /// What.
    pub target: Target,
    /// What stands behind it: the id of a request.
    pub what: String,
    /// When it runs out.
    pub until: Option<Timestamp>,
}

impl Command<Realm> for AddAccess {
    type Output = Access;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Access, Refusal> {
        let person = present_user(cx, &self.user)?;
        add(realm, cx, person, self.target, &self.what, self.until)
    }
}

/// Takes something from a user.
pub struct RemoveAccess {
    /// From whom.
    pub user: String,
    /// What.
    pub target: Target,
}

impl Command<Realm> for RemoveAccess {
    type Output = Access;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Access, Refusal> {
        let person = present_user(cx, &self.user)?;
        remove(realm, cx, person, self.target)
    }
}

fn present_user(cx: &Cx<'_>, id: &str) -> Result<Id<Person>, Refusal> {
    let person = Id::from_dashed(id).filter(|id| cx.company.people().contains(id));
    person.ok_or_else(|| Missing::User(id.to_owned()).into())
}

/// Gives a person something; refused when they hold it already.
pub fn add(
    realm: &mut Realm,
    cx: &mut Cx<'_>,
    person: Id<Person>,
    target: Target,
    what: &str,
    until: Option<Timestamp>,
) -> Result<Access, Refusal> {
    match target {
        Target::Entitlement(entitlement) => {
            let app = cx.company.entitlements().get(&entitlement).map(|row| row.app).ok_or(Refusal::NoTarget)?;
            if cx.company.holding(person, entitlement).is_some() {
                return Err(Refusal::AlreadyHeld);
            }
            let account = account_in(cx, person, app)?;
            let reason = reason(cx, what, Strength::Asked, until);
            give(cx, account, entitlement, reason).map(Access::Entitlement)
        }
        Target::Application(app) => {
            if cx.company.account_in(person, app).is_some() {
                return Err(Refusal::AlreadyHeld);
            }
            account_in(cx, person, app).map(Access::Account)
        }
        Target::Role(role) => join(realm, cx, person, role, "request"),
    }
}

/// Takes something from a person; refused when they do not hold it.
pub fn remove(realm: &mut Realm, cx: &mut Cx<'_>, person: Id<Person>, target: Target) -> Result<Access, Refusal> {
    match target {
        Target::Entitlement(entitlement) => {
            let grant = cx.company.holding(person, entitlement).map(|grant| grant.id).ok_or(Refusal::NotHeld)?;
            cx.company.take(cx.chronicle, grant, Realm::VENDOR);
            Ok(Access::Entitlement(grant))
        }
        Target::Application(app) => {
            let account = cx.company.account_in(person, app).map(|account| account.id).ok_or(Refusal::NotHeld)?;
            let closed = cx.company.close_account(cx.chronicle, account, Realm::VENDOR);
            closed.map(|()| Access::Account(account)).map_err(|_| Refusal::NotHeld)
        }
        Target::Role(role) => part(realm, cx, person, role),
    }
}

/// Puts a person into a role, and gives what the role gives.
pub fn join(
    realm: &mut Realm,
    cx: &mut Cx<'_>,
    person: Id<Person>,
    role: Id<Role>,
    grant_type: &str,
) -> Result<Access, Refusal> {
    let gives = realm.roles.get(&role).map(|role| role.entitlements.clone()).ok_or(Refusal::NoTarget)?;
    if realm.memberships.contains(&(person, role)) {
        return Err(Refusal::AlreadyHeld);
    }
    realm.memberships.put(Membership { person, role, since: cx.now(), grant_type: grant_type.to_owned() });
    for entitlement in gives {
        let Some(app) = cx.company.entitlements().get(&entitlement).map(|row| row.app) else { continue };
        let account = account_in(cx, person, app)?;
        let reason = reason(cx, &role.dashed(), Strength::Inherited, None);
        give(cx, account, entitlement, reason)?;
    }
    Ok(Access::Role(person, role))
}

/// Takes a person out of a role, and withdraws what the role gave.
pub fn part(realm: &mut Realm, cx: &mut Cx<'_>, person: Id<Person>, role: Id<Role>) -> Result<Access, Refusal> {
    realm.memberships.remove(&(person, role)).ok_or(Refusal::NotHeld)?;
    let what = role.dashed();
    let held: Vec<GrantId> = cx.company.held_by(person).map(|grant| grant.id).collect();
    for grant in held {
        cx.company.withdraw(cx.chronicle, grant, Realm::VENDOR, &what);
    }
    Ok(Access::Role(person, role))
}

fn reason(cx: &Cx<'_>, what: &str, strength: Strength, until: Option<Timestamp>) -> Reason {
    Reason { by: Realm::VENDOR.into(), what: what.into(), strength, since: cx.now(), until }
}

fn give(
    cx: &mut Cx<'_>,
    account: Id<Account>,
    entitlement: Id<Entitlement>,
    reason: Reason,
) -> Result<GrantId, Refusal> {
    cx.company.give(cx.chronicle, account, entitlement, reason).map_err(|_| Refusal::NoTarget)
}

/// The person's account in an application, opened if there is none.
fn account_in(cx: &mut Cx<'_>, person: Id<Person>, app: Id<App>) -> Result<Id<Account>, Refusal> {
    if let Some(account) = cx.company.account_in(person, app) {
        return Ok(account.id);
    }
    let sign_in = cx.company.apps().get(&app).map(|app| app.sign_in).ok_or(Refusal::NoTarget)?;
    let owner = cx.company.people().get(&person).ok_or(Refusal::NoTarget)?;
    let (user_name, mail) = (owner.slug.clone(), Some(owner.mail.clone()));
    let new = NewAccount { app, person: Some(person), user_name, mail, sign_in };
    cx.company.open_account(cx.chronicle, new).map_err(|_| Refusal::NoTarget)
}
