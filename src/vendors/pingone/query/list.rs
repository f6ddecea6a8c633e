//! What a list under `/iga` is asked, and the part of it that answers (contract, 2.1 and 2.2).

use std::cmp::Ordering;

use chrono::{DateTime, SecondsFormat};
use serde_json::Value as Json;

use super::params::refuse;
use super::{Params, QueryError, containing, crest, target};
use crate::kernel::Id;
use crate::query::order::sort_with;
use crate::query::untyped::date;
use crate::query::{Absent, Case, Filter, Literal, Row, SortKey, Value, project};

/// Items on a page when the client names no number (contract, 2.2).
const PAGE_DEFAULT: usize = 10;
/// The largest page; a larger one is answered with nothing at all (contract, 2.2).
pub const PAGE_MAX: usize = 10_000;

/// What a list is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct ListQuery {
    /// Which rows.
    pub filter: Filter,
    order: Vec<SortKey>,
    place: Place,
    size: usize,
    fields: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
enum Place {
    Offset(usize),
    /// Behind the row with these sort values and, last, this id.
    After(Vec<String>),
}

/// A page of a list, and what its envelope says.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed<R> {
    /// What is on the page, in order.
    pub rows: Vec<R>,
    /// How many rows match.
    pub total: usize,
    /// The sort values and the id of the last row on the page; `None` when the page is empty.
    pub search_after: Option<Vec<Json>>,
}

impl<R> Listed<R> {
    /// The same page with each row resolved or rendered.
    pub fn map<U>(self, render: impl FnMut(R) -> U) -> Listed<U> {
        Listed { rows: self.rows.into_iter().map(render).collect(), total: self.total, search_after: self.search_after }
    }
}

impl ListQuery {
    /// Reads the list parameters.
    ///
    /// # Errors
    /// When a number is none, or the filter does not follow its grammar.
    pub fn read(params: &Params) -> Result<Self, QueryError> {
        let mut wrong = Vec::new();
        let size = params.number(&["_pageSize"], &mut wrong).unwrap_or(PAGE_DEFAULT);
        let offset = params.number(&["_pagedResultsOffset"], &mut wrong);
        let page = params.number(&["_pageNumber", "page"], &mut wrong);
        refuse(wrong)?;
        let offset = offset.or_else(|| Some(page?.saturating_mul(size)));
        let after = params.get("_searchAfter").filter(|after| !after.is_empty());
        let filter = params.get("_queryFilter").filter(|text| !text.trim().is_empty());
        let filter = filter.map_or(Ok(Filter::All), crest::parse)?;
        let order = order(params);
        Ok(Self {
            filter: both(filter, containing(params.get("_queryString").unwrap_or_default())),
            place: match after {
                Some(after) => Place::After(after_values(after, order.len())),
                None => Place::Offset(offset.unwrap_or(0)),
            },
            order,
            size,
            fields: params.listed("_fields").map(str::to_owned).collect(),
        })
    }

    /// The same question, of the rows alone that satisfy the `targetFilter` of a body.
    ///
    /// # Errors
    /// When it does not follow its grammar.
    pub fn targeting(self, body: &Json) -> Result<Self, QueryError> {
        Ok(self.within(target::of_body(body)?))
    }

    /// The same question, of the rows alone that satisfy `filter`.
    pub fn within(self, filter: Filter) -> Self {
        Self { filter: both(self.filter, filter), ..self }
    }

    /// The text that every item of the answer has at `path`, if a conjunction says so: where it is an id, an index finds
    /// the items. Spelled as the client did.
    pub fn pinned(&self, path: &str) -> Option<&str> {
        let slashed = path.replace('.', "/");
        let spellings = [path.to_owned(), format!("/{slashed}"), slashed];
        match spellings.iter().find_map(|path| self.filter.pins(path))? {
            Literal::Untyped(literal) => Some(literal.text()),
            _ => None,
        }
    }

    /// The id that every item of the answer has at `path`; another text, which is no id at all, is nobody's.
    pub fn pinned_id<T: ?Sized>(&self, path: &str) -> Option<Id<T>> {
        self.pinned(path).and_then(|id| Id::from_dashed(&id.to_lowercase()))
    }

    /// The same question; of the first page, some clients of some lists say that it begins at 1 (contract, 2.2).
    pub fn counting_from_zero_or_one(self) -> Self {
        let place = if self.place == Place::Offset(1) { Place::Offset(0) } else { self.place };
        Self { place, ..self }
    }

    /// The page asked for, of `rows` in their default order, which is by `id` except where a list has an order of its
    /// own. Every row is looked at: the counts have to be exact.
    pub fn page<R: Row>(&self, rows: impl Iterator<Item = R>, id: impl Fn(&R) -> String) -> Listed<R> {
        if self.size > PAGE_MAX {
            return Listed { rows: Vec::new(), total: 0, search_after: None };
        }
        let mut matching = rows.filter(|row| self.filter.holds(row, Case::Ignored));
        let (page, total) = if self.order.is_empty() {
            self.cut(&mut matching, &id)
        } else {
            let rows: Vec<_> = matching.map(Dated).collect();
            let sorted = sort_with(rows, &self.order, Case::Ignored, Absent::Last, |Dated(row)| id(row));
            self.cut(&mut sorted.into_iter().map(|Dated(row)| row), &id)
        };
        let search_after = page.last().map(|row| self.place_of(row, id(row)));
        Listed { rows: page, total, search_after }
    }

    /// The part of an item that the client wants to see: all of it, where it names no fields.
    pub fn show(&self, item: Json) -> Json {
        if self.fields.is_empty() || self.fields.iter().any(|field| field == "*") {
            return item;
        }
        project(&item, &self.fields.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn cut<R: Row>(&self, rows: &mut dyn Iterator<Item = R>, id: &impl Fn(&R) -> String) -> (Vec<R>, usize) {
        let (mut page, mut total) = (Vec::new(), 0_usize);
        for row in rows {
            let reached = match &self.place {
                Place::Offset(offset) => total >= *offset,
                Place::After(values) => self.follows(&row, &id(&row), values),
            };
            total += 1;
            if reached && page.len() < self.size {
                page.push(row);
            }
        }
        (page, total)
    }

    /// Whether a row comes after the place that `values` name.
    fn follows<R: Row>(&self, row: &R, id: &str, values: &[String]) -> bool {
        let Some((last, values)) = values.split_last() else { return true };
        let differences = self.order.iter().zip(values).map(|(key, value)| match stands(row, &key.path, value) {
            Stands::At(order) if key.descending => order.reverse(),
            Stands::At(order) => order,
            Stands::Absent => Ordering::Greater,
            Stands::Present => Ordering::Less,
        });
        differences.chain([id.cmp(last.as_str())]).find(|order| order.is_ne()) == Some(Ordering::Greater)
    }

    fn place_of<R: Row>(&self, row: &R, id: String) -> Vec<Json> {
        let values = self.order.iter().map(|key| first_value(row, &key.path));
        values.chain([Json::String(id)]).collect()
    }
}

fn both(one: Filter, other: Filter) -> Filter {
    let parts = [one, other].into_iter().filter(|filter| *filter != Filter::All);
    Filter::all_of(parts.collect())
}

fn order(params: &Params) -> Vec<SortKey> {
    let all_turned = params.get("_sortDir").is_some_and(|direction| direction.eq_ignore_ascii_case("desc"));
    let keys = params.first(&["_sortKeys", "sortBy"]).map(|(_, keys)| keys).unwrap_or_default();
    sort_keys(keys).map(|key| SortKey { descending: key.descending != all_turned, ..key }).collect()
}

/// The keys that commas separate; a leading `-` turns one round, and a `+`, which may have become a space, does not.
pub(super) fn sort_keys(keys: &str) -> impl Iterator<Item = SortKey> {
    let keys = keys.split(',').map(|key| key.trim().trim_start_matches('+'));
    let keys = keys.map(|key| match key.strip_prefix('-') {
        Some(path) => SortKey { path: path.to_owned(), descending: true },
        None => SortKey { path: key.to_owned(), descending: false },
    });
    keys.filter(|key| !key.path.is_empty())
}

/// The sort values and the id of `_searchAfter`. Commas inside the values of a single key stay: an id has none.
fn after_values(after: &str, keys: usize) -> Vec<String> {
    let Some((values, id)) = after.rsplit_once(',').filter(|_| keys > 0) else { return vec![after.to_owned()] };
    let values = values.splitn(keys, ',').map(str::to_owned);
    values.chain([id.to_owned()]).collect()
}

/// How a row stands to a value of another one.
enum Stands {
    /// Both have a value.
    At(Ordering),
    /// Only the other has.
    Absent,
    /// Only this one has.
    Present,
}

/// What `_searchAfter` says for a row that lacks the sort key.
const ABSENT: &str = "null";

fn stands<R: Row>(row: &R, path: &str, other: &str) -> Stands {
    let mut found = None;
    Dated(row).visit(path, &mut |shown| {
        found = compare(shown, other);
        found.is_some()
    });
    match (found, other) {
        (Some(_), ABSENT) => Stands::Present,
        (Some(order), _) => Stands::At(order),
        (None, ABSENT) => Stands::At(Ordering::Equal),
        (None, _) => Stands::Absent,
    }
}

/// In the order in which rows were sorted: the kind of the row's value says how the text is to be read, and of what does
/// not read so, the text comes later.
fn compare(shown: Value<'_>, other: &str) -> Option<Ordering> {
    match shown {
        Value::Null | Value::Object => None,
        Value::Bool(truth) => Some(other.parse().map_or(Ordering::Less, |other| truth.cmp(&other))),
        Value::Number(number) => Some(other.parse().map_or(Ordering::Less, |other| number.total_cmp(&other))),
        Value::Instant(micros) => Some(date(other).map_or(Ordering::Less, |other| micros.cmp(&other))),
        Value::Text(text) => {
            Some(if date(other).is_some() { Ordering::Greater } else { Case::Ignored.compare(text, other) })
        }
    }
}

fn first_value(row: &dyn Row, path: &str) -> Json {
    let mut first = Json::Null;
    row.visit(path, &mut |shown| {
        first = match shown {
            Value::Null | Value::Object => return false,
            Value::Bool(truth) => truth.into(),
            Value::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => (number as i64).into(),
            Value::Number(number) => number.into(),
            Value::Text(text) => text.into(),
            Value::Instant(micros) => DateTime::from_timestamp_micros(micros)
                .map_or(Json::Null, |when| when.to_rfc3339_opts(SecondsFormat::Millis, true).into()),
        };
        true
    });
    first
}

/// A row whose dates stand in the order of time, however finely each is written.
struct Dated<R>(R);

impl<R: Row> Row for Dated<R> {
    fn visit(&self, path: &str, each: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        self.0.visit(path, &mut |shown| match shown {
            Value::Text(text) => each(date(text).map_or(shown, Value::Instant)),
            other => each(other),
        })
    }
}
