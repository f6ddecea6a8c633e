//! Who holds what, as the company has it: grants, and for "Access" the accounts themselves.

use std::sync::Arc;

use super::{AccountProfile, Domain, EntitlementRef};
use crate::company::{Account, AccountStatus, Company, Grant, GrantId, GrantKey, Reason, Strength};
use crate::kernel::{Id, Timestamp};

/// An account holds an entitlement.
#[derive(Clone, Debug, PartialEq)]
pub struct Binding {
    /// What.
    pub entitlement: EntitlementRef,
    /// Which account.
    pub account: Arc<Account>,
    /// Since when.
    pub since: Timestamp,
    /// Why, as far as anybody knows.
    pub reasons: Vec<Reason>,
}

impl Binding {
    /// When it ends by itself; `None` when some reason has no end, or none is known.
    pub fn until(&self) -> Option<Timestamp> {
        let ends = self.reasons.iter().map(|reason| reason.until);
        ends.collect::<Option<Vec<_>>>()?.into_iter().max()
    }

    /// How a reason names the entitlement that a grant comes from.
    pub fn by(source: EntitlementRef) -> String {
        format!("{}/{}", source.app.hex(), source.id.hex())
    }

    /// The entitlement that a grant comes from by this reason.
    pub fn source(reason: &Reason) -> Option<EntitlementRef> {
        let (app, id) = reason.what.split_once('/').filter(|_| reason.strength == Strength::Inherited)?;
        Some(EntitlementRef { app: Id::from_hex(app)?, id: Id::from_hex(id)? })
    }

    /// The entitlements that it comes from.
    pub fn sources(&self) -> impl Iterator<Item = EntitlementRef> + '_ {
        self.reasons.iter().filter_map(Self::source)
    }

    fn of_grant(account: &Arc<Account>, grant: &Grant) -> Self {
        let entitlement = EntitlementRef { app: account.app, id: grant.id.entitlement };
        Self { entitlement, account: Arc::clone(account), since: grant.since, reasons: grant.reasons.clone() }
    }

    fn of_access(account: &Arc<Account>, profile: Option<&AccountProfile>) -> Self {
        let reasons = profile.map(|profile| profile.access.clone()).unwrap_or_default();
        let since = reasons.iter().map(|reason| reason.since).min().unwrap_or(account.created);
        let entitlement = EntitlementRef::access(account.app);
        Self { entitlement, account: Arc::clone(account), since: since.max(account.created), reasons }
    }
}

/// Who holds what in one world.
#[derive(Clone, Copy)]
pub struct Bindings<'w> {
    /// What ConductorOne knows.
    pub domain: &'w Domain,
    /// The shared reality.
    pub company: &'w Company,
}

impl<'w> Bindings<'w> {
    /// The binding of one account, if there is one.
    pub fn get(self, entitlement: EntitlementRef, account: Id<Account>) -> Option<Binding> {
        let account = self.company.accounts().get(&account).filter(|account| account.app == entitlement.app)?;
        if entitlement.is_access() {
            return is_open(account).then(|| Binding::of_access(account, self.profile(account)));
        }
        let grant = self.company.grants().get(&GrantId { account: account.id, entitlement: entitlement.id })?;
        Some(Binding::of_grant(account, grant))
    }

    /// Who holds an entitlement, by account.
    pub fn of_entitlement(self, entitlement: EntitlementRef) -> Box<dyn Iterator<Item = Binding> + 'w> {
        if entitlement.is_access() {
            let accounts = self.company.accounts().with(crate::company::AccountKey::App(entitlement.app));
            let open = accounts.filter(|account| is_open(account));
            return Box::new(open.map(move |account| Binding::of_access(account, self.profile(account))));
        }
        let grants = self.company.grants().with(GrantKey::Entitlement(entitlement.id));
        Box::new(grants.filter_map(move |grant| {
            let account = self.company.accounts().get(&grant.id.account)?;
            (account.app == entitlement.app).then(|| Binding::of_grant(account, grant))
        }))
    }

    /// What an account holds: "Access" first while it is open.
    pub fn of_account(self, account: &'w Arc<Account>) -> impl Iterator<Item = Binding> + 'w {
        let access = is_open(account).then(|| Binding::of_access(account, self.profile(account)));
        let grants = self.company.grants_of(account.id).map(move |grant| Binding::of_grant(account, grant));
        access.into_iter().chain(grants)
    }

    /// How many hold an entitlement.
    pub fn count(self, entitlement: EntitlementRef) -> usize {
        if entitlement.is_access() {
            let tally = self.company.tally(crate::company::Tallied::App(entitlement.app));
            return usize::try_from(tally.open).unwrap_or(usize::MAX);
        }
        self.company.grants().ids_with(GrantKey::Entitlement(entitlement.id)).count()
    }

    fn profile(self, account: &Account) -> Option<&'w AccountProfile> {
        self.domain.accounts.get(&account.id).map(|row| &**row)
    }
}

fn is_open(account: &Account) -> bool {
    account.status != AccountStatus::Closed
}
