//! The standard collection parameters of SailPoint: `filters`, `sorters`, `limit`, `offset`, `count`.
//!
//! [`grammar`] reads the text of a filter, [`listings`] says which fields and operators each endpoint offers, and [`parse`]
//! brings the two together into a [`ListQuery`]. Source: "Standard Collection Parameters" of SailPoint's documentation, and
//! the filter and sorter texts of its OpenAPI files.
//!
//! Text is compared without regard to case, by every operator and in every order.

pub mod grammar;
pub mod listings;
pub mod sorters;

use std::sync::Arc;

use strum::{IntoStaticStr, VariantNames};
use thiserror::Error;

use crate::kernel::{Entity, Id, Table};
use crate::query::row::instant;
use crate::query::{Case, Filter, Literal, Op, Page, Row, SortKey, Window, order};
use crate::vendors::sailpoint::families::Family;

use grammar::{Comparison, Expr, SyntaxError};

/// An operator of the filter grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `eq`
    Eq,
    /// `ne`, which does not match what is absent
    Ne,
    /// `gt`
    Gt,
    /// `ge`
    Ge,
    /// `lt`
    Lt,
    /// `le`
    Le,
    /// `co`, contains
    Contains,
    /// `sw`, starts with
    StartsWith,
    /// `in`, is one of
    In,
    /// `ca`, a list that contains all of
    ContainsAll,
    /// `isnull`
    IsNull,
    /// `pr`, is present
    Present,
}

impl Operator {
    /// Every operator, in the order in which error messages list them.
    pub const ALL: [Operator; 12] = {
        use Operator::*;
        [Eq, Ne, Gt, Ge, Lt, Le, Contains, StartsWith, In, ContainsAll, IsNull, Present]
    };

    /// How the grammar writes it.
    pub fn word(self) -> &'static str {
        match self {
            Operator::Eq => "eq",
            Operator::Ne => "ne",
            Operator::Gt => "gt",
            Operator::Ge => "ge",
            Operator::Lt => "lt",
            Operator::Le => "le",
            Operator::Contains => "co",
            Operator::StartsWith => "sw",
            Operator::In => "in",
            Operator::ContainsAll => "ca",
            Operator::IsNull => "isnull",
            Operator::Present => "pr",
        }
    }

    /// The operator that `word` writes, if any.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operator| operator.word() == word)
    }
}

/// What the values of a field are, and so which words may stand beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any word or quoted string; the words of an enumeration too.
    Text,
    /// An RFC 3339 date-time, quoted or not; any text for `sw` and `co`, which read the instant as it is written out.
    Instant,
    /// `true` or `false`, quoted or not.
    Bool,
}

/// A field that a listing can be filtered by.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its path, as clients write it and as rows know it.
    pub name: &'static str,
    /// The operators that may test it.
    pub ops: &'static [Operator],
    /// What its values are.
    pub kind: Kind,
}

/// What one collection endpoint offers.
#[derive(Clone, Copy, Debug)]
pub struct Listing {
    /// What filters may test, in every family.
    pub filterable: &'static [Field],
    /// What sorters may name, in every family.
    pub sortable: &'static [&'static str],
    /// The largest page, and the default one.
    pub max_limit: u32,
    /// What some families offer beyond that.
    pub additions: &'static [Addition],
    /// The families whose text allows only `and` and `or` between comparisons.
    pub without_not: &'static [Family],
}

/// What some families offer beyond the rest. A field named again gains the operators given here.
#[derive(Clone, Copy, Debug)]
pub struct Addition {
    /// The families that do.
    pub families: &'static [Family],
    /// What their filters may test besides.
    pub filterable: &'static [Field],
    /// What their sorters may name besides.
    pub sortable: &'static [&'static str],
}

impl Listing {
    fn additions(&self, family: Family) -> impl Iterator<Item = &'static Addition> {
        self.additions.iter().filter(move |addition| addition.families.contains(&family))
    }

    /// The kind of the field that `comparison` tests, if `family` lets it.
    fn admit(&self, family: Family, comparison: &Comparison) -> Result<Kind, QueryError> {
        let Comparison { field, operator, .. } = comparison;
        let offered = self.filterable.iter().chain(self.additions(family).flat_map(|addition| addition.filterable));
        let mut known = false;
        for candidate in offered.filter(|candidate| candidate.name == field) {
            known = true;
            if candidate.ops.contains(operator) {
                return Ok(candidate.kind);
            }
        }
        Err(match known {
            true => QueryError::IllegalOperator { field: field.clone(), operator: *operator },
            false => QueryError::UnknownField(field.clone()),
        })
    }

    fn sorts_by(&self, family: Family, name: &str) -> bool {
        self.sortable.contains(&name) || self.additions(family).any(|addition| addition.sortable.contains(&name))
    }
}

/// The collection parameters as they came, percent-decoded; `None` where absent.
#[derive(Clone, Copy, Debug, Default)]
pub struct RawPaging<'a> {
    /// `filters`
    pub filters: Option<&'a str>,
    /// `sorters`
    pub sorters: Option<&'a str>,
    /// `limit`
    pub limit: Option<&'a str>,
    /// `offset`
    pub offset: Option<&'a str>,
    /// `count`
    pub count: Option<&'a str>,
}

impl<'a> RawPaging<'a> {
    /// Picks the collection parameters out of a decoded query string; of a repeated one, the first.
    pub fn from_pairs(pairs: &'a [(String, String)]) -> Self {
        let first = |name| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        Self {
            filters: first("filters"),
            sorters: first("sorters"),
            limit: first("limit"),
            offset: first("offset"),
            count: first("count"),
        }
    }
}

/// What a client wants of a collection.
#[derive(Clone, Debug, PartialEq)]
pub struct ListQuery {
    /// Which rows.
    pub filter: Filter,
    /// In which order; empty for the default order of the endpoint (by `created`, then id).
    pub order: Vec<SortKey>,
    /// Which page.
    pub window: Window,
    /// Whether to count all matching rows, for `X-Total-Count`.
    pub count: bool,
}

impl ListQuery {
    /// The same query, in the default order where the client names none: by `created`, then id.
    pub fn oldest_first(mut self) -> Self {
        if self.order.is_empty() {
            self.order.push(SortKey { path: "created".to_owned(), descending: false });
        }
        self
    }

    /// The rows of a table that can be on the page: those whose ids the filter names, or else all.
    pub fn candidates<'t, T>(&self, table: &'t Table<T>) -> Box<dyn Iterator<Item = &'t Arc<T>> + 't>
    where
        T: Entity<Id = Id<T>>,
    {
        match self.pinned("id") {
            Some(ids) => Box::new(ids.into_iter().filter_map(|id| table.get(&id))),
            None => Box::new(table.iter()),
        }
    }

    /// The ids of which every row on the page has one at `path`, if the filter says so.
    pub fn pinned<T>(&self, path: &str) -> Option<Vec<Id<T>>> {
        let id = |literal: &Literal| match literal {
            Literal::Text(text) => Id::from_hex(&text.to_lowercase()).or_else(|| Id::from_dashed(text)),
            _ => None,
        };
        let mut ids: Vec<_> = self.filter.pins_any(path)?.iter().filter_map(id).collect();
        ids.sort_unstable();
        ids.dedup();
        Some(ids)
    }

    /// The page that this query asks for, of `rows` in their default order. `id` breaks ties of an order that the client
    /// chose; without one the rows are walked no further than the page needs.
    pub fn page<R: Row, Id: Ord>(&self, rows: impl Iterator<Item = R>, id: impl Fn(&R) -> Id) -> Page<R> {
        let matching = rows.filter(|row| self.filter.holds(row, Case::Ignored));
        if self.order.is_empty() {
            return self.window.cut(matching, self.count);
        }
        let sorted = order::sort(matching.collect(), &self.order, Case::Ignored, id);
        self.window.cut(sorted.into_iter(), self.count)
    }
}

/// Why collection parameters are refused; its text is the sentence of the 400 body.
#[derive(Clone, Debug, PartialEq, Eq, Error, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case", prefix = "query-")]
pub enum QueryError {
    /// The endpoint has no such field to filter by, in this family.
    #[error("Field \"{0}\" cannot be used in filters.")]
    UnknownField(String),
    /// The field does not take that operator.
    #[error("Operator \"{}\" cannot be used with field \"{field}\" in filters.", operator.word())]
    IllegalOperator {
        /// The field.
        field: String,
        /// The operator.
        operator: Operator,
    },
    /// The endpoint combines comparisons by `and` and `or` only.
    #[error("Operator \"not\" cannot be used in these filters.")]
    IllegalNot,
    /// The filter does not follow the grammar.
    #[error(transparent)]
    Syntax(SyntaxError),
    /// The field's values are of another kind.
    #[error("Value \"{given}\" of field \"{field}\" is not {}.", kind.noun())]
    BadValue {
        /// The field.
        field: String,
        /// What its values are.
        kind: Kind,
        /// What was written.
        given: String,
    },
    /// The endpoint has no such field to sort by, in this family; empty where a name is missing.
    #[error("Field \"{0}\" cannot be used in sorters.")]
    BadSorter(String),
    /// The limit is no whole number, or outside its bounds.
    #[error("Value of \"limit\" must be a whole number from 0 to {max}, not \"{given}\".")]
    BadLimit {
        /// What was written.
        given: String,
        /// The largest page of the endpoint.
        max: u32,
    },
    /// The offset is no whole number, or negative.
    #[error("Value of \"offset\" must be a whole number from 0, not \"{0}\".")]
    BadOffset(String),
    /// The count is neither `true` nor `false`.
    #[error("Value of \"count\" must be true or false, not \"{0}\".")]
    BadCount(String),
}

impl Kind {
    fn noun(self) -> &'static str {
        match self {
            Kind::Text => "a text",
            Kind::Instant => "a date-time",
            Kind::Bool => "true or false",
        }
    }
}

/// Reads the collection parameters of a request to `listing`. Blank filters and sorters are none.
pub fn parse(listing: &Listing, family: Family, raw: &RawPaging<'_>) -> Result<ListQuery, QueryError> {
    let filter = match raw.filters.filter(|text| !text.trim().is_empty()) {
        Some(text) => meaning(listing, family, &grammar::parse(text).map_err(QueryError::Syntax)?)?,
        None => Filter::All,
    };
    let order = sorters::parse(listing, family, raw.sorters.unwrap_or_default())?;
    let max = listing.max_limit;
    let limit = raw.limit.map_or(Some(max), |given| given.parse().ok().filter(|limit| *limit <= max));
    let bad_limit = || QueryError::BadLimit { given: raw.limit.unwrap_or_default().to_owned(), max };
    let limit = limit.ok_or_else(bad_limit)? as usize;
    let given = raw.offset.unwrap_or("0");
    let offset = given.parse::<u32>().map_err(|_| QueryError::BadOffset(given.to_owned()))? as usize;
    let count = match raw.count {
        None | Some("false") => false,
        Some("true") => true,
        Some(given) => return Err(QueryError::BadCount(given.to_owned())),
    };
    Ok(ListQuery { filter, order, window: Window { offset, limit }, count })
}

/// The filter that a parsed expression stands for at this endpoint.
fn meaning(listing: &Listing, family: Family, expr: &Expr) -> Result<Filter, QueryError> {
    let all = |parts: &[Expr]| parts.iter().map(|part| meaning(listing, family, part)).collect::<Result<_, _>>();
    match expr {
        Expr::And(parts) => all(parts).map(Filter::And),
        Expr::Or(parts) => all(parts).map(Filter::Or),
        Expr::Not(_) if listing.without_not.contains(&family) => Err(QueryError::IllegalNot),
        Expr::Not(inner) => Ok(Filter::Not(Box::new(meaning(listing, family, inner)?))),
        Expr::Comparison(comparison) => test(comparison, listing.admit(family, comparison)?),
    }
}

fn test(comparison: &Comparison, kind: Kind) -> Result<Filter, QueryError> {
    let Comparison { field, operator, values } = comparison;
    let mut literals = Vec::with_capacity(values.len());
    for value in values {
        let bad_value = || QueryError::BadValue { field: field.clone(), kind, given: value.clone() };
        literals.push(literal(value, *operator, kind).ok_or_else(bad_value)?);
    }
    let each = |op| Filter::all_of(literals.iter().map(|value| Filter::test(field, op, value.clone())).collect());
    Ok(match operator {
        Operator::In => Filter::In { path: field.clone(), values: literals },
        Operator::Present => Filter::Present(field.clone()),
        Operator::IsNull => Filter::Not(Box::new(Filter::Present(field.clone()))),
        Operator::Eq | Operator::ContainsAll => each(Op::Eq),
        Operator::Ne => each(Op::Ne),
        Operator::Gt => each(Op::Gt),
        Operator::Ge => each(Op::Ge),
        Operator::Lt => each(Op::Lt),
        Operator::Le => each(Op::Le),
        Operator::Contains => each(Op::Contains),
        Operator::StartsWith => each(Op::StartsWith),
    })
}

fn literal(value: &str, operator: Operator, kind: Kind) -> Option<Literal> {
    match kind {
        Kind::Text => Some(Literal::from(value)),
        Kind::Instant if matches!(operator, Operator::Contains | Operator::StartsWith) => Some(Literal::from(value)),
        Kind::Instant => instant(value).map(Literal::Instant),
        Kind::Bool => value.parse().ok().map(Literal::Bool),
    }
}

/// The values of a list-valued parameter in a decoded query string, in order. Clients write such a list as `types=A,B`, as
/// `types=A&types=B`, or as `types[]=A&types[]=B` (PowerShell); blank values are none.
pub fn listed(pairs: &[(String, String)], name: &str) -> Vec<String> {
    let named = pairs.iter().filter(|(key, _)| key.strip_suffix("[]").unwrap_or(key) == name);
    let values = named.flat_map(|(_, value)| value.split(',')).map(str::trim);
    values.filter(|value| !value.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
