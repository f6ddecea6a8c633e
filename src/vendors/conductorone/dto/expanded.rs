//! Objects that answers point at (contract, 5).

use super::View;
use crate::company::{Account, App, Person};
use crate::kernel::Id;
use crate::vendors::conductorone::model::{AccessReview, EntitlementRef};
use crate::vendors::conductorone::wire::{Any, Json};

/// One of them, by what identifies it.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Object {
    App(Id<App>),
    Account(Id<Account>),
    Entitlement(EntitlementRef),
    User(Id<Person>),
    Review(Id<AccessReview>),
}

impl View<'_> {
    /// The object, as answers show it; nothing of one that is not there.
    pub fn object(&self, _: &Object) -> Option<Any> {
        None
    }

    /// A user inside another message.
    pub fn user_document(&self, _: Id<Person>) -> Option<Json> {
        None
    }
}
