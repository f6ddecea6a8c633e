//! From outcome to access and back, by the company's verbs (contract, 8.11).

use super::expiry;
use crate::company::{Account, App, Company, GrantId, Impossible, NewAccount, Person, Reason, Strength};
use crate::kernel::{Id, Timestamp};
use crate::vendors::conductorone::model::{
    AccountProfile, Binding, Bindings, Domain, EntitlementRef, Grant, ProvisionPolicy, Revoke, RevokeSource, Task,
    TaskKind,
};
use crate::world::Cx;

/// The giver in reasons that come from tasks.
pub const REASON_BY: &str = "conductorone";

/// Carries out what a task is about, once nothing stands in the way any more.
///
/// # Errors
/// When the company cannot: the account is closed, the entitlement gone.
pub fn carry_out(
    domain: &mut Domain,
    cx: &mut Cx<'_>,
    task: &mut Task,
    policy: &ProvisionPolicy,
) -> Result<(), Impossible> {
    let id = task.id;
    match &mut task.kind {
        TaskKind::Grant(grant) => {
            let account = account_for(cx, grant, task.subject)?;
            grant.account = Some(account);
            let reason = reason(id, grant, cx.now());
            if let Some(source) = delegate(policy) {
                let holder = match task.subject {
                    Some(person) if source.app != grant.entitlement.app => account_in(cx, person, source.app)?,
                    _ => account,
                };
                hand_out(domain, cx, holder, source, reason.clone())?;
                let by_source =
                    Reason { what: Binding::by(source).into(), strength: Strength::Inherited, ..reason.clone() };
                hand_out(domain, cx, account, grant.entitlement, by_source)?;
            }
            hand_out(domain, cx, account, grant.entitlement, reason)
        }
        TaskKind::Revoke(revoke) => take(domain, cx, revoke, policy),
        TaskKind::Certify(_) | TaskKind::Offboarding | TaskKind::Action(_) => Ok(()),
    }
}

/// The entitlement that is given or taken instead, and brings or ends the one that is asked for.
pub fn delegate(policy: &ProvisionPolicy) -> Option<EntitlementRef> {
    match policy {
        ProvisionPolicy::Delegated { entitlement, .. } => Some(*entitlement),
        _ => None,
    }
}

/// The account that gets it: the one asked for, the person's own, or a new one.
fn account_for(cx: &mut Cx<'_>, grant: &Grant, subject: Option<Id<Person>>) -> Result<Id<Account>, Impossible> {
    if let Some(account) = grant.account {
        return Ok(account);
    }
    let app = grant.entitlement.app;
    account_in(cx, subject.ok_or(Impossible::NoSuchApp(app))?, app)
}

/// The account of somebody in an application: their own, or a new one.
///
/// # Errors
/// When there is no such person or application.
pub fn account_in(cx: &mut Cx<'_>, person: Id<Person>, app: Id<App>) -> Result<Id<Account>, Impossible> {
    if let Some(account) = cx.company.account_in(person, app) {
        return Ok(account.id);
    }
    let person = cx.company.people().get(&person).cloned().ok_or(Impossible::NoSuchPerson(person))?;
    let sign_in = cx.company.apps().get(&app).map(|app| app.sign_in).ok_or(Impossible::NoSuchApp(app))?;
    let mail = Some(person.mail.clone());
    let new = NewAccount { app, person: Some(person.id), user_name: person.slug.clone(), mail, sign_in };
    cx.company.open_account(cx.chronicle, new)
}

/// Why the access is held. It never ends sooner than before because of an extension: the later date counts.
fn reason(task: Id<Task>, grant: &Grant, now: Timestamp) -> Reason {
    let until = grant.duration.map(|duration| now + duration);
    Reason { by: REASON_BY.into(), what: task.hex().into(), strength: Strength::Asked, since: now, until }
}

/// Gives an account an entitlement for this reason, and sees to its end.
///
/// # Errors
/// When the company cannot.
pub fn hand_out(
    domain: &mut Domain,
    cx: &mut Cx<'_>,
    account: Id<Account>,
    entitlement: EntitlementRef,
    reason: Reason,
) -> Result<(), Impossible> {
    if entitlement.is_access() {
        let mut row = domain.accounts.get(&account).map(|row| AccountProfile::clone(row));
        let row = row.get_or_insert_with(|| AccountProfile::of(account));
        row.access.retain(|held| (&held.by, &held.what) != (&reason.by, &reason.what));
        row.access.push(reason);
        domain.accounts.put(row.clone());
        cx.company.enable_account(cx.chronicle, account)?;
    } else {
        cx.company.give(cx.chronicle, account, entitlement.id, reason)?;
    }
    expiry::watch(domain, cx, GrantId { account, entitlement: entitlement.id });
    Ok(())
}

/// What runs out gives up its own reasons; what is aimed at the access takes it.
fn take(domain: &mut Domain, cx: &mut Cx<'_>, revoke: &Revoke, policy: &ProvisionPolicy) -> Result<(), Impossible> {
    let (account, entitlement) = (revoke.account, revoke.entitlement);
    if closes_account(policy) || (entitlement.is_access() && !matches!(revoke.source, RevokeSource::Expired(_))) {
        return close(domain, cx, account);
    }
    if let RevokeSource::Expired(at) = revoke.source {
        give_up(domain, cx, account, entitlement, at);
        return Ok(());
    }
    let others = delegate(policy).into_iter().chain(revoke.targets.iter().copied());
    let person = cx.company.accounts().get(&account).and_then(|account| account.person);
    for other in others.filter(|other| *other != entitlement) {
        let holder = person.and_then(|person| holding(domain, cx.company, person, other));
        if let Some(holder) = holder {
            take_away(domain, cx, holder, other)?;
        }
    }
    take_away(domain, cx, account, entitlement)
}

/// Takes an entitlement from an account whatever the reasons; "Access" goes with the account.
///
/// # Errors
/// When the company cannot.
pub fn take_away(
    domain: &mut Domain,
    cx: &mut Cx<'_>,
    account: Id<Account>,
    entitlement: EntitlementRef,
) -> Result<(), Impossible> {
    if entitlement.is_access() {
        return close(domain, cx, account);
    }
    cx.company.take(cx.chronicle, GrantId { account, entitlement: entitlement.id }, REASON_BY);
    Ok(())
}

/// Says when a grant ends: every reason of ours does then. What was merely found is held by our word from now on; a
/// reason of somebody else's stays as it is.
pub fn put_end(domain: &mut Domain, cx: &mut Cx<'_>, binding: &Binding, until: Option<Timestamp>) {
    let (account, at, since) = (binding.account.id, binding.entitlement, cx.now());
    let own: Vec<Reason> = binding.reasons.iter().filter(|reason| &*reason.by == REASON_BY).cloned().collect();
    if own.is_empty() && until.is_none() {
        return;
    }
    let anew = || {
        let what = format!("binding/{account}/{}", at.id).into();
        vec![Reason { by: REASON_BY.into(), what, strength: Strength::Asked, since, until }]
    };
    for reason in if own.is_empty() { anew() } else { own } {
        // Whoever holds it has an open account, and the entitlement is of that application.
        let _ = hand_out(domain, cx, account, at, Reason { until, ..reason });
    }
    for found in binding.reasons.iter().filter(|reason| reason.strength == Strength::Found) {
        cx.company.withdraw(cx.chronicle, GrantId { account, entitlement: at.id }, &found.by, &found.what);
    }
    expiry::watch(domain, cx, GrantId { account, entitlement: at.id });
}

/// Withdraws the reasons of ours that have run out by this hour.
pub fn give_up(domain: &mut Domain, cx: &mut Cx<'_>, account: Id<Account>, entitlement: EntitlementRef, at: Timestamp) {
    withdraw(domain, cx, account, entitlement, |reason| reason.until.is_some_and(|until| until <= at));
}

/// Withdraws those reasons of ours of which this is true. What has no other reason is held no more.
pub fn withdraw(
    domain: &mut Domain,
    cx: &mut Cx<'_>,
    account: Id<Account>,
    entitlement: EntitlementRef,
    which: impl Fn(&Reason) -> bool,
) {
    let lapsed = |reason: &Reason| &*reason.by == REASON_BY && which(reason);
    if entitlement.is_access() {
        let Some(row) = domain.accounts.get(&account).cloned() else { return };
        let mut row = AccountProfile::clone(&row);
        let before = row.access.len();
        row.access.retain(|reason| !lapsed(reason));
        let (changed, empty) = (row.access.len() < before, row.access.is_empty());
        domain.accounts.put(row);
        let holds_other = cx.company.grants_of(account).next().is_some();
        if changed && empty && !holds_other {
            // Whoever closed it before us has done what was to be done.
            let _ = close(domain, cx, account);
        }
        return;
    }
    let id = GrantId { account, entitlement: entitlement.id };
    let reasons = cx.company.grants().get(&id).map(|grant| grant.reasons.clone()).unwrap_or_default();
    for reason in reasons.iter().filter(|reason| lapsed(reason)) {
        cx.company.withdraw(cx.chronicle, id, &reason.by, &reason.what);
    }
}

fn close(domain: &mut Domain, cx: &mut Cx<'_>, account: Id<Account>) -> Result<(), Impossible> {
    if let Some(row) = domain.accounts.get(&account).cloned() {
        domain.accounts.put(AccountProfile { access: Vec::new(), ..AccountProfile::clone(&row) });
    }
    match cx.company.close_account(cx.chronicle, account, REASON_BY) {
        // Somebody else was faster; what was wanted is so.
        Ok(()) | Err(Impossible::NoSuchAccount(_)) => Ok(()),
        Err(other) => Err(other),
    }
}

/// Whether a connector deletes the account instead of taking the entitlement.
fn closes_account(policy: &ProvisionPolicy) -> bool {
    matches!(policy, ProvisionPolicy::Connector(config) if config.get("deleteAccount").is_some())
}

/// The account of somebody that holds an entitlement.
pub fn holding(
    domain: &Domain,
    company: &Company,
    person: Id<Person>,
    entitlement: EntitlementRef,
) -> Option<Id<Account>> {
    let bindings = Bindings { domain, company };
    let mut accounts = company.accounts_of(person).filter(|account| account.app == entitlement.app);
    accounts.find(|account| bindings.get(entitlement, account.id).is_some()).map(|account| account.id)
}
