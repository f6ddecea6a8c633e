//! What may be asked for, by whom, and what has to be said then (contract, 7.3, 11).

use serde_json::Value;

use crate::company::{Company, Person};
use crate::kernel::Id;
use crate::vendors::conductorone::model::{Domain, EntitlementRef};

/// Whether an entitlement is in a catalog that is published and visible to somebody.
pub fn is_requestable(_: &Domain, _: &Company, _: EntitlementRef, _: Option<Id<Person>>) -> bool {
    true
}

/// The form that has to be filled in to ask for an entitlement.
pub fn form(_: &Domain, _: EntitlementRef) -> Option<Value> {
    None
}
