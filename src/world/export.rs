//! A whole world as one JSON object, and back.
//!
//! `{"format", "hour", "clock", "revision", "sequence", "ids", "paces", "settings", "autopilot", "profile",
//! "company": {table: [row]}, "estates": {vendor: {table: [row]}}}`. Rows are written one by one;
//! indexes are computed anew on the way in.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use super::{AnyEstate, Autopilot, Settings, World};
use crate::company::{Company, Profile};
use crate::kernel::{AnyTable, Clock, Ids, Paces, RowError, Timestamp};

/// The version of the shape described above.
const FORMAT: &str = "rolecall/1";

/// A world, to be written with serde.
pub struct Export<'w>(pub &'w World);

impl Serialize for Export<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let world = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("format", FORMAT)?;
        map.serialize_entry("hour", &world.hour)?;
        map.serialize_entry("clock", &world.clock)?;
        map.serialize_entry("revision", &world.revision)?;
        map.serialize_entry("sequence", &world.sequence)?;
        map.serialize_entry("ids", &world.ids)?;
        map.serialize_entry("paces", &world.paces)?;
        map.serialize_entry("settings", &world.settings)?;
        map.serialize_entry("autopilot", &*world.autopilot)?;
        map.serialize_entry("profile", &**world.company.profile())?;
        map.serialize_entry("company", &Tables(world.company.tables().to_vec()))?;
        let estates: BTreeMap<_, _> =
            world.estates().map(|(vendor, estate)| (vendor, Tables(estate.tables()))).collect();
        map.serialize_entry("estates", &estates)?;
        map.end()
    }
}

struct Tables<'w>(Vec<&'w dyn AnyTable>);

impl Serialize for Tables<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|table| (table.name(), Rows(*table))))
    }
}

struct Rows<'w>(&'w dyn AnyTable);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.export())
    }
}

/// Why a JSON document is not a world.
#[derive(Debug, thiserror::Error)]
pub enum NotAWorld {
    /// It does not have the shape of an export.
    #[error("it is not an export: {0}")]
    Shape(#[from] serde_json::Error),
    /// It was written by a version with another shape.
    #[error("its format is `{0}`; this version reads `{FORMAT}`")]
    Format(String),
    /// It speaks of a vendor that does not exist here.
    #[error("there is no vendor `{0}`")]
    Vendor(String),
    /// It has a table that nobody owns.
    #[error("{0} has no table `{1}`")]
    Table(String, String),
    /// One of its rows does not fit its table.
    #[error(transparent)]
    Row(#[from] RowError),
}

type TableRows = BTreeMap<String, Vec<Value>>;

#[derive(Deserialize)]
struct Imported {
    format: String,
    hour: Timestamp,
    clock: Clock,
    revision: u64,
    sequence: u64,
    ids: Ids,
    paces: Paces,
    settings: Settings,
    #[serde(default)]
    autopilot: Autopilot,
    profile: Profile,
    company: TableRows,
    estates: BTreeMap<String, TableRows>,
}

impl World {
    /// The world of an export. `empty` holds one empty estate per vendor; a vendor that the
    /// export does not speak of keeps its empty one.
    ///
    /// # Errors
    /// When the document is not an export of this version and these vendors.
    pub fn import(document: Value, empty: Vec<Box<dyn AnyEstate>>) -> Result<Self, NotAWorld> {
        if let Some(format) = document.get("format").and_then(Value::as_str).filter(|format| *format != FORMAT) {
            return Err(NotAWorld::Format(format.to_owned()));
        }
        let mut imported: Imported = serde_json::from_value(document)?;
        if imported.format != FORMAT {
            return Err(NotAWorld::Format(imported.format));
        }
        let mut company = Company::called(imported.profile);
        fill("company", imported.company, |table, row| Some(company.table_mut(table)?.import(row)))?;
        let mut estates = BTreeMap::new();
        for mut estate in empty {
            let vendor = estate.vendor();
            let rows = imported.estates.remove(vendor).unwrap_or_default();
            fill(vendor, rows, |table, row| Some(estate.table_mut(table)?.import(row)))?;
            estates.insert(vendor, estate.into_shared());
        }
        if let Some(vendor) = imported.estates.into_keys().next() {
            return Err(NotAWorld::Vendor(vendor));
        }
        let mut world = Self {
            hour: imported.hour,
            clock: imported.clock,
            revision: imported.revision,
            sequence: imported.sequence,
            ids: imported.ids,
            paces: imported.paces,
            settings: imported.settings,
            company,
            estates: Arc::new(estates),
            next_due: None,
            calling: false,
            autopilot: Arc::new(imported.autopilot),
            hands: None,
        };
        world.note_what_waits();
        Ok(world)
    }
}

/// Puts every row into its table; `put` answers `None` when there is no such table.
fn fill(
    owner: &str,
    tables: TableRows,
    mut put: impl FnMut(&str, Value) -> Option<Result<(), RowError>>,
) -> Result<(), NotAWorld> {
    for (table, rows) in tables {
        for row in rows {
            put(&table, row).ok_or_else(|| NotAWorld::Table(owner.to_owned(), table.clone()))??;
        }
    }
    Ok(())
}
