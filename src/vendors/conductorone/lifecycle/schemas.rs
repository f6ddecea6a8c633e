//! Forms that requests fill in, and which entitlements ask for them (contract, 11).

use super::configure::{Configured, MadeOfSettings, row};
use super::{Noun, Refusal};
use crate::company::Person;
use crate::kernel::{Id, Table, Timestamp};
use crate::vendors::conductorone::model::{Domain, EntitlementRef, RequestSchema, SchemaSettings};
use crate::world::{Command, Cx};

impl Configured for RequestSchema {
    type Settings = SchemaSettings;
    const NOUN: Noun = Noun::RequestSchema;
    const STREAM: &'static str = "conductorone/request-schema";

    fn table(domain: &Domain) -> &Table<Self> {
        &domain.request_schemas
    }
    fn table_mut(domain: &mut Domain) -> &mut Table<Self> {
        &mut domain.request_schemas
    }
    fn settings(&self) -> &SchemaSettings {
        &self.settings
    }
    fn settle(&mut self, settings: SchemaSettings, now: Timestamp) {
        (self.settings, self.modified) = (settings, now);
    }
    fn deleted(self, now: Timestamp) -> Option<Self> {
        Some(Self { deleted: Some(now), ..self })
    }
    fn is_deleted(&self) -> bool {
        self.deleted.is_some()
    }
    fn check(_: &SchemaSettings, _: &Domain, _: &Cx<'_>) -> Result<(), Refusal> {
        Ok(())
    }
}

impl MadeOfSettings for RequestSchema {
    fn made(id: Id<Self>, settings: SchemaSettings, _: Id<Person>, now: Timestamp) -> Self {
        Self { id, settings, created: now, modified: now, deleted: None }
    }
}

/// Let requests for an entitlement fill in a form.
pub struct BindSchema {
    /// Which form.
    pub schema: Id<RequestSchema>,
    /// Which entitlement.
    pub entitlement: EntitlementRef,
}

impl Command<Domain> for BindSchema {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        row(domain, self.schema)?;
        domain.entitlement(self.entitlement).ok_or(Refusal::NoSuch(Noun::Entitlement))?;
        let now = cx.now();
        domain.entitlements.update(&self.entitlement, |row| {
            (row.request_schema, row.updated) = (Some(self.schema), now);
        });
        Ok(())
    }
}

/// Let requests for an entitlement fill in no form any more.
pub struct UnbindSchema {
    /// Which form.
    pub schema: Id<RequestSchema>,
    /// Which entitlement.
    pub entitlement: EntitlementRef,
}

impl Command<Domain> for UnbindSchema {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let row = domain.entitlement(self.entitlement).ok_or(Refusal::NoSuch(Noun::Entitlement))?;
        if row.request_schema != Some(self.schema) {
            return Err(Refusal::NoSuch(Noun::SchemaBinding));
        }
        let now = cx.now();
        domain.entitlements.update(&self.entitlement, |row| (row.request_schema, row.updated) = (None, now));
        Ok(())
    }
}
