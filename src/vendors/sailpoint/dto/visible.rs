//! What of the company SailPoint knows: people who are not machines, the applications that it
//! governs, and what belongs to those.

use std::sync::Arc;

use super::View;
use crate::company::{Account, AccountStatus, App, Entitlement, Person, PersonKind};
use crate::kernel::Id;
use crate::world::Estate;

use crate::vendors::sailpoint::model::Org;

/// A row together with the world that it stands in, for what a list shows of it from elsewhere.
pub struct Seen<'w, T> {
    /// The world.
    pub view: View<'w>,
    /// The row.
    pub row: &'w Arc<T>,
}

impl<'w> View<'w> {
    /// A row in this world.
    pub fn see<T>(self, row: &'w Arc<T>) -> Seen<'w, T> {
        Seen { view: self, row }
    }

    /// The identity with this id.
    pub fn person(&self, id: Id<Person>) -> Option<&'w Arc<Person>> {
        self.company.people().get(&id).filter(|person| is_identity(person))
    }

    /// The source with this id.
    pub fn source(&self, id: Id<App>) -> Option<&'w Arc<App>> {
        self.company.apps().get(&id).filter(|app| app.is_governed_by(Org::VENDOR))
    }

    /// The account with this id.
    pub fn account(&self, id: Id<Account>) -> Option<&'w Arc<Account>> {
        self.company.accounts().get(&id).filter(|account| self.shows_account(account))
    }

    /// Whether SailPoint knows an account: it is not closed, and in a source.
    pub fn shows_account(&self, account: &Account) -> bool {
        account.status != AccountStatus::Closed && self.source(account.app).is_some()
    }

    /// The entitlement with this id.
    pub fn entitlement(&self, id: Id<Entitlement>) -> Option<&'w Arc<Entitlement>> {
        self.company.entitlements().get(&id).filter(|entitlement| self.shows_entitlement(entitlement))
    }

    /// Whether SailPoint knows an entitlement: it is in a source.
    pub fn shows_entitlement(&self, entitlement: &Entitlement) -> bool {
        self.source(entitlement.app).is_some()
    }
}

/// Whether somebody is an identity: machines are not.
pub fn is_identity(person: &Person) -> bool {
    person.kind != PersonKind::Service
}
