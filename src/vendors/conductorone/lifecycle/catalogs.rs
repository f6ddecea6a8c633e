//! Catalogs: what is in them, who sees them, and to whom they are given by themselves (contract, 11).

use std::collections::BTreeSet;

use super::configure::{Configured, MadeOfSettings, row};
use super::{BLANK, Noun, Refusal};
use crate::company::Person;
use crate::kernel::{Id, Table, Timestamp};
use crate::vendors::conductorone::model::{Catalog, CatalogSettings, Domain, EntitlementRef};
use crate::world::{Command, Cx};

impl Configured for Catalog {
    type Settings = CatalogSettings;
    const NOUN: Noun = Noun::Catalog;
    const STREAM: &'static str = "conductorone/catalog";

    fn table(domain: &Domain) -> &Table<Self> {
        &domain.catalogs
    }
    fn table_mut(domain: &mut Domain) -> &mut Table<Self> {
        &mut domain.catalogs
    }
    fn settings(&self) -> &CatalogSettings {
        &self.settings
    }
    fn settle(&mut self, settings: CatalogSettings, now: Timestamp) {
        (self.settings, self.updated) = (settings, now);
    }
    fn deleted(self, now: Timestamp) -> Option<Self> {
        Some(Self { deleted: Some(now), ..self })
    }
    fn is_deleted(&self) -> bool {
        self.deleted.is_some()
    }
    fn check(settings: &CatalogSettings, _: &Domain, _: &Cx<'_>) -> Result<(), Refusal> {
        if settings.display_name.is_empty() {
            return Err(Refusal::Missing("DisplayName", BLANK));
        }
        Ok(())
    }
}

impl MadeOfSettings for Catalog {
    fn made(id: Id<Self>, settings: CatalogSettings, by: Id<Person>, now: Timestamp) -> Self {
        Self {
            id,
            settings,
            entries: BTreeSet::new(),
            access: BTreeSet::new(),
            automation: None,
            created_by: by,
            created: now,
            updated: now,
            deleted: None,
        }
    }
}

pub(super) fn known(domain: &Domain, entitlements: &BTreeSet<EntitlementRef>) -> Result<(), Refusal> {
    let all = entitlements.iter().all(|entitlement| domain.entitlement(*entitlement).is_some());
    if all { Ok(()) } else { Err(Refusal::NoSuch(Noun::Entitlement)) }
}

/// How a set changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// These come in; those that are there already stay.
    Add(BTreeSet<EntitlementRef>),
    /// These go; those that are not there are passed over.
    Remove(BTreeSet<EntitlementRef>),
    /// These it is from now on.
    Replace(BTreeSet<EntitlementRef>),
}

impl Change {
    fn on(self, set: &mut BTreeSet<EntitlementRef>) {
        match self {
            Self::Add(new) => set.extend(new),
            Self::Remove(old) => set.retain(|entitlement| !old.contains(entitlement)),
            Self::Replace(all) => *set = all,
        }
    }

    fn check(&self, domain: &Domain) -> Result<(), Refusal> {
        match self {
            Self::Add(new) | Self::Replace(new) => known(domain, new),
            Self::Remove(_) => Ok(()),
        }
    }
}

/// Change what may be asked for through a catalog.
pub struct ChangeEntries {
    /// Which catalog.
    pub catalog: Id<Catalog>,
    /// How.
    pub change: Change,
}

impl Command<Domain> for ChangeEntries {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let mut catalog = row(domain, self.catalog)?;
        self.change.check(domain)?;
        self.change.on(&mut catalog.entries);
        catalog.updated = cx.now();
        domain.catalogs.put(catalog);
        Ok(())
    }
}

/// Take one entitlement out of a catalog.
pub struct RemoveEntry {
    /// Which catalog.
    pub catalog: Id<Catalog>,
    /// Which entitlement.
    pub entitlement: EntitlementRef,
}

impl Command<Domain> for RemoveEntry {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let mut catalog = row(domain, self.catalog)?;
        if !catalog.entries.remove(&self.entitlement) {
            return Err(Refusal::NoSuch(Noun::Entry));
        }
        catalog.updated = cx.now();
        domain.catalogs.put(catalog);
        Ok(())
    }
}

/// Change whose holders see a catalog.
pub struct ChangeVisibility {
    /// Which catalog.
    pub catalog: Id<Catalog>,
    /// How.
    pub change: Change,
}

impl Command<Domain> for ChangeVisibility {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let mut catalog = row(domain, self.catalog)?;
        if matches!(self.change, Change::Add(_)) {
            if !catalog.settings.published {
                return Err(Refusal::CatalogUnpublished);
            }
            if catalog.settings.visible_to_everyone {
                return Err(Refusal::CatalogForEveryone);
            }
        }
        self.change.check(domain)?;
        self.change.on(&mut catalog.access);
        catalog.updated = cx.now();
        domain.catalogs.put(catalog);
        Ok(())
    }
}
