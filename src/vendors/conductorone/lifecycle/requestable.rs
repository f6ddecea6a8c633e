//! What may be asked for, by whom, and what has to be said then (contract, 7.3, 11).

use serde_json::Value;

use crate::company::{Company, Person};
use crate::kernel::Id;
use crate::vendors::conductorone::model::{Bindings, Domain, EntitlementRef};

/// Whether an entitlement is in a catalog that is published and visible to somebody.
pub fn is_requestable(
    domain: &Domain,
    company: &Company,
    entitlement: EntitlementRef,
    person: Option<Id<Person>>,
) -> bool {
    let bindings = Bindings { domain, company };
    domain.switches().everything_requestable
        || person.is_some_and(|person| domain.is_requestable(bindings, person, entitlement))
}

/// The form that has to be filled in to ask for an entitlement.
pub fn form(domain: &Domain, entitlement: EntitlementRef) -> Option<Value> {
    let schema = domain.entitlement(entitlement)?.request_schema?;
    let schema = domain.request_schemas.get(&schema).filter(|schema| schema.deleted.is_none())?;
    Some(schema.settings.form.clone())
}
