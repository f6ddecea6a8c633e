//! Persistent rows with a typed secondary index. The only importer of `imbl`.

use std::any::Any;
use std::cmp::Ordering;
use std::ops::{Bound, RangeBounds};
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A row of a [`Table`].
pub trait Entity: Clone + Send + Sync + Serialize + DeserializeOwned + 'static {
    /// The table's name in exports and listings, for example `"approvals"`.
    const TABLE: &'static str;
    /// What identifies a row, and orders rows that share an index key.
    type Id: Ord + Clone + Send + Sync + Serialize + DeserializeOwned + 'static;
    /// One variant per secondary index, carrying the indexed value.
    type Key: Ord + Clone + Send + Sync + 'static;
    /// The row's identity, never changing.
    fn id(&self) -> Self::Id;
    /// Every index entry under which the row is found.
    fn keys(&self) -> Vec<Self::Key>;
}

/// A position in the index: before every row of a key, at one row of it, or after them all.
/// It is also the cursor of a page.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place<K, I> {
    key: K,
    at: At<I>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum At<I> {
    Before,
    Row(I),
    After,
}

impl<K, I> Place<K, I> {
    /// Where the row `id` stands under `key`.
    pub fn of(key: K, id: I) -> Self {
        Self { key, at: At::Row(id) }
    }
}

/// Rows by id, found by index. A clone is O(1) and shares everything until it is written to.
pub struct Table<T: Entity> {
    rows: imbl::OrdMap<T::Id, Arc<T>>,
    index: imbl::OrdSet<Place<T::Key, T::Id>>,
}

impl<T: Entity> Clone for Table<T> {
    fn clone(&self) -> Self {
        Self { rows: self.rows.clone(), index: self.index.clone() }
    }
}

impl<T: Entity> Default for Table<T> {
    fn default() -> Self {
        Self { rows: imbl::OrdMap::new(), index: imbl::OrdSet::new() }
    }
}

impl<T: Entity> Table<T> {
    /// The row with this id.
    pub fn get(&self, id: &T::Id) -> Option<&Arc<T>> {
        self.rows.get(id)
    }

    /// Whether there is a row with this id.
    pub fn contains(&self, id: &T::Id) -> bool {
        self.rows.contains_key(id)
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Every row, by id.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Arc<T>> {
        self.rows.values()
    }

    /// The rows whose id lies in `ids`, by id.
    pub fn span(&self, ids: impl RangeBounds<T::Id>) -> impl DoubleEndedIterator<Item = &Arc<T>> {
        self.rows.range(ids).map(|(_, row)| row)
    }

    /// The rows under `key`, by id.
    pub fn with(&self, key: T::Key) -> impl DoubleEndedIterator<Item = &Arc<T>> {
        self.ids_with(key).filter_map(|id| self.rows.get(id))
    }

    /// The ids under `key` in order, without looking the rows up.
    pub fn ids_with(&self, key: T::Key) -> impl DoubleEndedIterator<Item = &T::Id> {
        self.places(key.clone(), key.clone()).map(|(_, id)| id)
    }

    /// The rows from `first` to `last`, both included, by (key, id).
    pub fn range(&self, first: T::Key, last: T::Key) -> impl DoubleEndedIterator<Item = &Arc<T>> {
        self.places(first, last).filter_map(|(_, id)| self.rows.get(id))
    }

    /// The index entries from `first` to `last`, both included, without looking the rows up.
    pub fn places(&self, first: T::Key, last: T::Key) -> impl DoubleEndedIterator<Item = (&T::Key, &T::Id)> {
        let from = Place { key: first, at: At::Before };
        let to = Place { key: last, at: At::After };
        self.index.range(from..=to).filter_map(|place| match &place.at {
            At::Row(id) => Some((&place.key, id)),
            At::Before | At::After => None,
        })
    }

    /// The rows that follow `place` up to and including those of `last`.
    pub fn after(&self, place: Place<T::Key, T::Id>, last: T::Key) -> impl Iterator<Item = &Arc<T>> {
        let to = Bound::Included(Place { key: last, at: At::After });
        self.index.range((Bound::Excluded(place), to)).filter_map(|place| match &place.at {
            At::Row(id) => self.rows.get(id),
            At::Before | At::After => None,
        })
    }

    /// Writes a row, replacing the one with the same id. The only writer of the index.
    pub fn put(&mut self, row: T) {
        self.put_shared(Arc::new(row));
    }

    /// Writes many rows. In the order of their ids and keys, which is several times faster than
    /// in any other.
    pub fn extend(&mut self, rows: impl IntoIterator<Item = T>) {
        let mut rows: Vec<Arc<T>> = rows.into_iter().map(Arc::new).collect();
        rows.sort_by_cached_key(|row| row.id());
        // Of rows with the same id the last one stays, as with `put`.
        rows.dedup_by(|later, earlier| {
            let same = later.id() == earlier.id();
            if same {
                std::mem::swap(later, earlier);
            }
            same
        });
        let mut places = Vec::with_capacity(rows.len());
        for row in rows {
            let id = row.id();
            places.extend(self.replace(row).map(|key| Place::of(key, id.clone())));
        }
        places.sort();
        self.index.extend(places);
    }

    /// Takes a row away and hands it out.
    pub fn remove(&mut self, id: &T::Id) -> Option<Arc<T>> {
        let row = self.rows.remove(id)?;
        for key in row.keys() {
            self.index.remove(&Place::of(key, id.clone()));
        }
        Some(row)
    }

    /// Changes a row in place by replacing it; says whether there was one.
    pub fn update(&mut self, id: &T::Id, change: impl FnOnce(&mut T)) -> bool {
        let Some(row) = self.rows.get(id) else { return false };
        let mut row = T::clone(row);
        change(&mut row);
        self.put(row);
        true
    }

    /// Whether both are the very same version: no row was written to either since one was
    /// cloned from the other. (Tables with equal rows of different making are not `same`.)
    pub fn same(&self, other: &Self) -> bool {
        self.rows.ptr_eq(&other.rows)
    }

    fn put_shared(&mut self, row: Arc<T>) {
        let id = row.id();
        for key in self.replace(row) {
            self.index.insert(Place::of(key, id.clone()));
        }
    }

    /// Writes a row, takes the index entries away that it no longer has, and hands out the keys of
    /// those that it lacks. Writing what stands there already would copy its path for nothing.
    fn replace(&mut self, row: Arc<T>) -> impl Iterator<Item = T::Key> + use<T> {
        let (id, keys) = (row.id(), row.keys());
        let old = self.rows.insert(id.clone(), row);
        let had = old.as_ref().map_or_else(Vec::new, |old| old.keys());
        for key in had.iter().filter(|key| !keys.contains(key)) {
            self.index.remove(&Place::of(key.clone(), id.clone()));
        }
        keys.into_iter().filter(move |key| !had.contains(key))
    }
}

impl<T: Entity> FromIterator<T> for Table<T> {
    fn from_iter<I: IntoIterator<Item = T>>(rows: I) -> Self {
        let mut table = Self::default();
        table.extend(rows);
        table
    }
}

/// Why a row of an export cannot be put back.
#[derive(Debug, thiserror::Error)]
#[error("table `{table}`: {cause}")]
pub struct RowError {
    /// The table's name.
    pub table: &'static str,
    /// What serde said.
    pub cause: serde_json::Error,
}

/// The face of a table that forgets its row type: export, import, listing.
pub trait AnyTable: Send + Sync {
    /// The table's name.
    fn name(&self) -> &'static str;
    /// The number of rows.
    fn count(&self) -> usize;
    /// The rows as JSON, one by one, by id.
    fn export(&self) -> Box<dyn Iterator<Item = Value> + '_>;
    /// Puts an exported row back.
    ///
    /// # Errors
    /// When the JSON is not a row of this table.
    fn import(&mut self, row: Value) -> Result<(), RowError>;
    /// Whether the index equals one computed anew from the rows; the property tests ask.
    fn is_consistent(&self) -> bool;
    /// The table as what it is.
    fn as_any(&self) -> &dyn Any;
    /// What changed since `older`, a table of the same rows, by id; at most so many changes. Rows are told apart by
    /// pointer, and only those that differ are written out.
    fn changes(&self, older: &dyn AnyTable, most: usize) -> Vec<RowChange>;
}

/// A row that is not as it was.
#[derive(Clone, Debug, PartialEq)]
pub enum RowChange {
    /// It is new.
    Added(Value),
    /// It is gone.
    Removed(Value),
    /// It was the first and is the second.
    Changed(Value, Value),
}

fn written<T: Entity>(row: &T) -> Value {
    serde_json::to_value(row).unwrap_or(Value::Null)
}

impl<T: Entity> AnyTable for Table<T> {
    fn as_any(&self) -> &dyn Any {
        self
    }
    fn changes(&self, older: &dyn AnyTable, most: usize) -> Vec<RowChange> {
        let mut changes = Vec::new();
        let Some(older) = older.as_any().downcast_ref::<Self>().filter(|older| !self.same(older)) else {
            return changes;
        };
        let (mut before, mut after) = (older.rows.iter().peekable(), self.rows.iter().peekable());
        while changes.len() < most {
            let order = match (before.peek(), after.peek()) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some((old, _)), Some((new, _))) => old.cmp(new),
            };
            let old = if order == Ordering::Greater { None } else { before.next() };
            let new = if order == Ordering::Less { None } else { after.next() };
            match (old, new) {
                (Some((_, old)), Some((_, new))) if Arc::ptr_eq(old, new) => {}
                (Some((_, old)), Some((_, new))) => {
                    let (old, new) = (written(&**old), written(&**new));
                    changes.extend((old != new).then_some(RowChange::Changed(old, new)));
                }
                (Some((_, old)), None) => changes.push(RowChange::Removed(written(&**old))),
                (None, new) => changes.extend(new.map(|(_, new)| RowChange::Added(written(&**new)))),
            }
        }
        changes
    }
    fn name(&self) -> &'static str {
        T::TABLE
    }
    fn count(&self) -> usize {
        self.len()
    }
    fn export(&self) -> Box<dyn Iterator<Item = Value> + '_> {
        Box::new(self.iter().map(|row| serde_json::to_value(&**row).unwrap_or(Value::Null)))
    }
    fn import(&mut self, row: Value) -> Result<(), RowError> {
        let row = serde_json::from_value(row).map_err(|cause| RowError { table: T::TABLE, cause })?;
        self.put(row);
        Ok(())
    }
    fn is_consistent(&self) -> bool {
        let mut anew = Self::default();
        for row in self.iter() {
            anew.put_shared(row.clone());
        }
        self.rows.iter().all(|(id, row)| *id == row.id()) && self.index.iter().eq(anew.index.iter())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Note {
        id: u8,
        colour: u8,
        size: u8,
    }

    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
    enum NoteKey {
        Colour(u8),
        Size(u8),
    }

    impl Entity for Note {
        const TABLE: &'static str = "notes";
        type Id = u8;
        type Key = NoteKey;
        fn id(&self) -> u8 {
            self.id
        }
        fn keys(&self) -> Vec<NoteKey> {
            vec![NoteKey::Colour(self.colour), NoteKey::Size(self.size)]
        }
    }

    #[derive(Clone, Debug)]
    enum Act {
        Put(Note),
        Extend(Vec<Note>),
        Remove(u8),
        Hold,
    }

    fn acts() -> impl Strategy<Value = Vec<Act>> {
        let note = || (0..40_u8, 0..4_u8, 0..9_u8).prop_map(|(id, colour, size)| Note { id, colour, size });
        let act = prop_oneof![
            6 => note().prop_map(Act::Put),
            1 => prop::collection::vec(note(), 0..9).prop_map(Act::Extend),
            3 => (0..40_u8).prop_map(Act::Remove),
            1 => Just(Act::Hold),
        ];
        prop::collection::vec(act, 0..400)
    }

    fn rows(table: &Table<Note>) -> Vec<Note> {
        table.iter().map(|row| Note::clone(row)).collect()
    }

    proptest! {
        #[test]
        fn a_table_is_a_btreemap_with_an_index(acts in acts()) {
            let mut table = Table::default();
            let mut model = BTreeMap::new();
            let mut held = Vec::new();
            for act in acts {
                match act {
                    Act::Put(note) => {
                        model.insert(note.id, note.clone());
                        table.put(note);
                    }
                    Act::Extend(notes) => {
                        model.extend(notes.iter().map(|note| (note.id, note.clone())));
                        table.extend(notes);
                    }
                    Act::Remove(id) => {
                        prop_assert_eq!(table.remove(&id).map(|row| Note::clone(&row)), model.remove(&id));
                    }
                    Act::Hold => held.push((table.clone(), model.clone())),
                }
            }
            held.push((table, model));
            for (table, model) in held {
                prop_assert!(table.is_consistent());
                prop_assert_eq!(rows(&table), model.values().cloned().collect::<Vec<_>>());
                for colour in 0..4 {
                    let found: Vec<u8> = table.with(NoteKey::Colour(colour)).map(|row| row.id).collect();
                    let expected: Vec<u8> = model.values().filter(|row| row.colour == colour).map(|row| row.id).collect();
                    prop_assert_eq!(found, expected);
                }
                let by_size: Vec<(u8, u8)> =
                    table.range(NoteKey::Size(2), NoteKey::Size(6)).map(|row| (row.size, row.id)).collect();
                let mut expected: Vec<(u8, u8)> =
                    model.values().filter(|row| (2..=6).contains(&row.size)).map(|row| (row.size, row.id)).collect();
                expected.sort_unstable();
                prop_assert_eq!(&by_size, &expected);
                for (position, (size, id)) in by_size.iter().enumerate() {
                    let rest: Vec<(u8, u8)> = table
                        .after(Place::of(NoteKey::Size(*size), *id), NoteKey::Size(6))
                        .map(|row| (row.size, row.id))
                        .collect();
                    prop_assert_eq!(rest.as_slice(), &expected[position + 1..]);
                }
                let mut back = Table::<Note>::default();
                for row in table.export() {
                    back.import(row)?;
                }
                prop_assert_eq!(rows(&back), rows(&table));
            }
        }
    }

    #[test]
    fn a_clone_is_the_same_until_one_is_written_to() {
        let table: Table<Note> = [Note { id: 1, colour: 1, size: 1 }].into_iter().collect();
        let mut copy = table.clone();
        assert!(copy.same(&table));
        assert!(copy.update(&1, |note| note.size = 2));
        assert!(!copy.same(&table));
        assert!(!copy.update(&9, |note| note.size = 2));
        assert_eq!(table.get(&1).map(|note| note.size), Some(1));
    }

    #[test]
    fn what_is_not_a_row_is_refused_by_name() {
        let refused = Table::<Note>::default().import(serde_json::json!({"id": "one"})).unwrap_err();
        assert!(refused.to_string().starts_with("table `notes`: "), "{refused}");
    }
}
