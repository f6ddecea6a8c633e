//! What a row shows, what a filter compares it with, and how the two are compared.
//!
//! Nothing here allocates per row, except where an instant is compared as text.

use std::cmp::Ordering;
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat};
use serde_json::Value as Json;

use super::untyped::Untyped;

/// Something that a filter can test and an order can sort.
///
/// An entity implements this by hand, as a `match` on path names: that match is also its list of readable fields.
pub trait Row {
    /// Shows every value that `path` reaches: one for a plain field, one per element through a list.
    ///
    /// - A path that reaches nothing, or that the row does not know, shows nothing. Showing [`Value::Null`] says the same.
    /// - Stops at once when `each` answers true, and answers true; answers false when `each` never did.
    /// - Shows an instant no finer than the vendor writes it, or a client could not find it again by what it was told.
    fn visit(&self, path: &str, each: &mut dyn FnMut(Value<'_>) -> bool) -> bool;

    /// Shows, as rows, the elements of the list at `path`, for filters that one element must satisfy as a whole.
    /// Stops and answers as [`Row::visit`] does. A row without such lists keeps this default.
    fn elements(&self, path: &str, each: &mut dyn FnMut(&dyn Row) -> bool) -> bool {
        let _ = (path, each);
        false
    }
}

impl<R: Row + ?Sized> Row for &R {
    fn visit(&self, path: &str, each: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        (**self).visit(path, each)
    }

    fn elements(&self, path: &str, each: &mut dyn FnMut(&dyn Row) -> bool) -> bool {
        (**self).elements(path, each)
    }
}

impl<R: Row + ?Sized> Row for Arc<R> {
    fn visit(&self, path: &str, each: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        (**self).visit(path, each)
    }

    fn elements(&self, path: &str, each: &mut dyn FnMut(&dyn Row) -> bool) -> bool {
        (**self).elements(path, each)
    }
}

/// A value shown by a [`Row`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// Absent: the same as showing nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// Any number; whole numbers are exact up to 2⁵³.
    Number(f64),
    /// Text as the vendor writes it.
    Text(&'a str),
    /// Microseconds since 1970-01-01T00:00:00Z.
    Instant(i64),
    /// Something present that is no single value: an object. It equals nothing.
    Object,
}

/// A value written in a filter.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// Equal to what is absent, different from everything present.
    Null,
    /// A truth value.
    Bool(bool),
    /// Any number but NaN.
    Number(f64),
    /// Text, spelled as the client did.
    Text(String),
    /// Microseconds since 1970-01-01T00:00:00Z.
    Instant(i64),
    /// Of no kind of its own.
    Untyped(Untyped),
}

impl From<&str> for Literal {
    fn from(text: &str) -> Self {
        Literal::Text(text.to_owned())
    }
}

impl Value<'_> {
    /// How this value stands to `literal`; `None` when they are of kinds that do not compare, or either is null.
    ///
    /// An instant and a text compare in time if the text is an RFC 3339 date-time, and not at all otherwise.
    pub fn compare(self, literal: &Literal, case: Case) -> Option<Ordering> {
        match (self, literal) {
            (Value::Bool(left), Literal::Bool(right)) => Some(left.cmp(right)),
            (Value::Number(left), Literal::Number(right)) => left.partial_cmp(right),
            (Value::Text(left), Literal::Text(right)) => Some(case.compare(left, right)),
            (Value::Instant(left), Literal::Instant(right)) => Some(left.cmp(right)),
            (Value::Text(left), Literal::Instant(right)) => Some(instant(left)?.cmp(right)),
            (Value::Instant(left), Literal::Text(right)) => Some(left.cmp(&instant(right)?)),
            (shown, Literal::Untyped(literal)) => literal.compare(shown, case),
            _ => None,
        }
    }

    /// What `read` makes of this value as text: text itself, or an instant as `2023-02-05T10:59:27.214Z`; no other kind.
    pub(super) fn as_text(self, read: impl FnOnce(&str) -> bool) -> bool {
        match self {
            Value::Text(text) => read(text),
            Value::Instant(micros) => DateTime::from_timestamp_micros(micros)
                .is_some_and(|when| read(&when.to_rfc3339_opts(SecondsFormat::Millis, true))),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object => false,
        }
    }
}

/// The instant that an RFC 3339 date-time names, in microseconds since 1970-01-01T00:00:00Z; `None` for other text.
pub fn instant(text: &str) -> Option<i64> {
    DateTime::parse_from_rfc3339(text).ok().map(|when| when.timestamp_micros())
}

/// Whether text that differs only in upper and lower case is equal. Vendors differ, so every evaluation names one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// Case counts; order is by code point.
    Exact,
    /// Case does not count; order is by the code points of the lower-case text, in no language's collation.
    Ignored,
}

impl Case {
    /// Orders two texts.
    pub fn compare(self, left: &str, right: &str) -> Ordering {
        match self {
            Case::Exact => left.cmp(right),
            Case::Ignored => folded(left).cmp(folded(right)),
        }
    }

    /// Whether `text` starts with `start`.
    pub fn starts_with(self, text: &str, start: &str) -> bool {
        match self {
            Case::Exact => text.starts_with(start),
            Case::Ignored => leads(folded(text), folded(start)),
        }
    }

    /// Whether `text` ends with `end`.
    pub fn ends_with(self, text: &str, end: &str) -> bool {
        match self {
            Case::Exact => text.ends_with(end),
            Case::Ignored => leads(folded(text).rev(), folded(end).rev()),
        }
    }

    /// Whether `text` contains `part`.
    pub fn contains(self, text: &str, part: &str) -> bool {
        match self {
            Case::Exact => text.contains(part),
            Case::Ignored => {
                let mut rest = folded(text);
                loop {
                    if leads(rest.clone(), folded(part)) {
                        return true;
                    }
                    if rest.next().is_none() {
                        return false;
                    }
                }
            }
        }
    }

    /// The text that stands for all texts equal to `text`.
    pub(super) fn fold(self, text: &str) -> String {
        match self {
            Case::Exact => text.to_owned(),
            Case::Ignored => folded(text).collect(),
        }
    }
}

/// Character by character, unlike `str::to_lowercase`, whose answer depends on what follows (a final sigma).
fn folded(text: &str) -> impl DoubleEndedIterator<Item = char> + Clone {
    text.chars().flat_map(char::to_lowercase)
}

fn leads(mut text: impl Iterator<Item = char>, mut start: impl Iterator<Item = char>) -> bool {
    start.all(|wanted| text.next() == Some(wanted))
}

/// A document is a row. `.` and `/` separate the names of a path alike; at each object the longest piece of the path
/// that is one of its keys wins, so a key may contain separators. Lists are walked through, at every level, so an empty
/// one shows nothing, and a single value counts as a list of one.
impl Row for Json {
    fn visit(&self, path: &str, each: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        reach(self, path, &mut |found| match found {
            Json::Null => each(Value::Null),
            Json::Bool(truth) => each(Value::Bool(*truth)),
            Json::Number(number) => each(number.as_f64().map_or(Value::Null, Value::Number)),
            Json::String(text) => each(Value::Text(text)),
            Json::Object(_) => each(Value::Object),
            Json::Array(_) => false,
        })
    }

    fn elements(&self, path: &str, each: &mut dyn FnMut(&dyn Row) -> bool) -> bool {
        reach(self, path, &mut |found| !found.is_null() && each(found))
    }
}

/// Shows everything but lists that `path` leads to from `document`. The empty path leads to the document itself.
fn reach(document: &Json, path: &str, each: &mut dyn FnMut(&Json) -> bool) -> bool {
    match document {
        Json::Array(elements) => elements.iter().any(|element| reach(element, path, each)),
        _ if path.is_empty() => each(document),
        Json::Object(members) => {
            let named = splits(path).find_map(|(name, rest)| Some((members.get(name)?, rest)));
            match (named, path.strip_prefix(SEPARATORS)) {
                (Some((member, rest)), _) => reach(member, rest, each),
                (None, Some(rest)) => reach(document, rest, each),
                (None, None) => false,
            }
        }
        _ => false,
    }
}

const SEPARATORS: [char; 2] = ['.', '/'];

/// The ways to read a path as a name and what follows it, longest name first.
pub(super) fn splits(path: &str) -> impl Iterator<Item = (&str, &str)> {
    let cuts = path.rmatch_indices(SEPARATORS).map(|(at, separator)| (&path[..at], &path[at + separator.len()..]));
    std::iter::once((path, "")).chain(cuts)
}

#[cfg(test)]
mod tests;
