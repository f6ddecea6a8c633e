//! What changed between two worlds, row by row. Rows are compared by pointer, so that what is
//! written out is only what differs.

use serde::Serialize;
use serde_json::Value;

use super::World;
use crate::kernel::{AnyTable, RowChange, Timestamp};

/// How many rows a difference shows; when there are more, it says so.
pub const CHANGES_MAX: usize = 5_000;

/// What changed from one world to another.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Diff {
    /// The world before.
    pub from: Standing,
    /// The world after.
    pub to: Standing,
    /// The tables in which something changed.
    pub tables: Vec<TableDiff>,
    /// Whether every changed row is shown.
    pub complete: bool,
}

/// A world, by when it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// Its revision.
    pub revision: u64,
    /// The hour of the commit that made it.
    pub hour: Timestamp,
}

/// What changed in one table.
#[derive(Debug, Serialize)]
pub struct TableDiff {
    /// `company`, or the vendor whose table it is.
    pub owner: &'static str,
    /// The table.
    pub table: &'static str,
    /// Rows that are new.
    pub added: Vec<Value>,
    /// Rows that are gone.
    pub removed: Vec<Value>,
    /// Rows that are others than before.
    pub changed: Vec<Changed>,
}

/// A row that is another than before.
#[derive(Debug, Serialize)]
pub struct Changed {
    /// The row before.
    pub before: Value,
    /// The row after.
    pub after: Value,
    /// What leads from the one to the other (RFC 6902).
    pub patch: json_patch::Patch,
}

impl World {
    /// What changed from `older` to this world; at most [`CHANGES_MAX`] rows. Walks every table
    /// that was written to.
    pub fn diff(&self, older: &World) -> Diff {
        let mut room = CHANGES_MAX;
        let mut tables = Vec::new();
        for (owner, table, before) in pairs(self, older) {
            let mut diff =
                TableDiff { owner, table: table.name(), added: Vec::new(), removed: Vec::new(), changed: Vec::new() };
            // One more than there is room for tells whether there are more.
            let changes = table.changes(before, room + 1);
            for change in changes.into_iter().take(room) {
                room -= 1;
                match change {
                    RowChange::Added(row) => diff.added.push(row),
                    RowChange::Removed(row) => diff.removed.push(row),
                    RowChange::Changed(before, after) => {
                        let patch = json_patch::diff(&before, &after);
                        diff.changed.push(Changed { before, after, patch });
                    }
                }
            }
            if !(diff.added.is_empty() && diff.removed.is_empty() && diff.changed.is_empty()) {
                tables.push(diff);
            }
        }
        let moment = |world: &World| Standing { revision: world.revision, hour: world.hour };
        Diff { from: moment(older), to: moment(self), tables, complete: room > 0 }
    }
}

/// Every table of `newer` with the one of the same name in `older`.
fn pairs<'w>(
    newer: &'w World,
    older: &'w World,
) -> impl Iterator<Item = (&'static str, &'w dyn AnyTable, &'w dyn AnyTable)> {
    let company = newer.company().tables().into_iter().zip(older.company().tables());
    let company = company.map(|(new, old)| ("company", new, old));
    let estates = newer.estates().zip(older.estates()).flat_map(|((vendor, new), (_, old))| {
        new.tables().into_iter().zip(old.tables()).map(move |(new, old)| (vendor, new, old))
    });
    company.chain(estates)
}
