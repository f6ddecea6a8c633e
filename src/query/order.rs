//! Sorting rows by what they show, with the id as the last word, so that an order is total and pages are stable.

use std::cmp::Ordering;

use super::row::{Case, Row, Value};

/// One word of an order: the earlier ones dominate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortKey {
    /// Which value of the row; of several, the first shown.
    pub path: String,
    /// Greatest first. What is absent comes last ascending, so first descending.
    pub descending: bool,
}

/// Where rows stand that lack what they are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// Behind everything present, so last ascending and first descending.
    Greatest,
    /// Last either way.
    Last,
}

/// Sorts `rows` by `keys`, and rows equal by them by `id`, ascending. Each row is asked for its values once.
pub fn sort<R: Row, Id: Ord>(rows: Vec<R>, keys: &[SortKey], case: Case, id: impl Fn(&R) -> Id) -> Vec<R> {
    sort_with(rows, keys, case, Absent::Greatest, id)
}

/// As [`sort`], for vendors that say where rows stand which lack a value.
pub fn sort_with<R: Row, Id: Ord>(
    rows: Vec<R>,
    keys: &[SortKey],
    case: Case,
    absent: Absent,
    id: impl Fn(&R) -> Id,
) -> Vec<R> {
    let mut placed: Vec<_> = rows.into_iter().map(|row| (places(&row, keys, case), id(&row), row)).collect();
    placed.sort_by(|(left, left_id, _), (right, right_id, _)| {
        by_keys(keys, left, right, absent).then_with(|| left_id.cmp(right_id))
    });
    placed.into_iter().map(|(_, _, row)| row).collect()
}

/// Compares two rows by `keys` alone; the caller breaks ties: `compare(…).then_with(|| a.id.cmp(&b.id))`.
///
/// Values of different kinds stand in the order truth values, numbers, instants, texts, nothing.
pub fn compare(left: &dyn Row, right: &dyn Row, keys: &[SortKey], case: Case) -> Ordering {
    by_keys(keys, &places(left, keys, case), &places(right, keys, case), Absent::Greatest)
}

fn by_keys(keys: &[SortKey], left: &[Place], right: &[Place], absent: Absent) -> Ordering {
    let words = keys.iter().zip(left.iter().zip(right));
    let mut differences = words.map(|(key, (left, right))| match key.descending {
        true if absent == Absent::Greatest || (*left != Place::Nothing && *right != Place::Nothing) => right.cmp(left),
        _ => left.cmp(right),
    });
    differences.find(|difference| difference.is_ne()).unwrap_or(Ordering::Equal)
}

fn places(row: &dyn Row, keys: &[SortKey], case: Case) -> Vec<Place> {
    keys.iter().map(|key| place(row, &key.path, case)).collect()
}

fn place(row: &dyn Row, path: &str, case: Case) -> Place {
    let mut first = Place::Nothing;
    row.visit(path, &mut |shown| {
        first = match shown {
            Value::Null | Value::Object => return false,
            Value::Bool(truth) => Place::Bool(truth),
            Value::Number(number) => Place::Number(Total(number)),
            Value::Instant(micros) => Place::Instant(micros),
            Value::Text(text) => Place::Text(case.fold(text)),
        };
        true
    });
    first
}

/// Where a row stands by one key. The derived order is the order of the variants.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Bool(bool),
    Number(Total),
    Instant(i64),
    Text(String),
    Nothing,
}

/// A number with a total order.
struct Total(f64);

impl Ord for Total {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Total {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Total {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Total {}

#[cfg(test)]
mod tests;
