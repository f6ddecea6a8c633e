//! The filter tree: what every vendor's grammar becomes, and how a row is tested against it.
//!
//! Evaluation has two values, not three: a test of something absent is false, and its negation true.

use std::cmp::Ordering;

use super::row::{Case, Literal, Row, Value};

/// The deepest tree that a grammar may build, in nested [`Filter`]s. Evaluation recurses, so whoever builds a tree from
/// foreign input keeps to this.
pub const MAX_DEPTH: usize = 100;

/// A condition on a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// Holds for every row.
    All,
    /// Holds if all hold; an empty one holds.
    And(Vec<Filter>),
    /// Holds if any holds; an empty one does not.
    Or(Vec<Filter>),
    /// Holds if the other does not.
    Not(Box<Filter>),
    /// Holds if one element of the list at `path` satisfies `filter` as a whole.
    Any {
        /// Where the list is.
        path: String,
        /// What one element must satisfy; its paths start at the element.
        filter: Box<Filter>,
    },
    /// Holds if any value at `path` passes the comparison.
    Test {
        /// Which values of the row.
        path: String,
        /// How they are compared.
        op: Op,
        /// With what.
        value: Literal,
    },
    /// Holds if any value at `path` equals one of `values`.
    In {
        /// Which values of the row.
        path: String,
        /// With what.
        values: Vec<Literal>,
    },
    /// Holds if there is any value at `path`; null is none.
    Present(String),
}

/// How a value of a row, on the left, is compared with a literal, on the right.
///
/// Values of kinds that do not compare (a number and a truth value) are different, and neither is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Equal; with [`Literal::Null`], absent.
    Eq,
    /// Present and not equal; with [`Literal::Null`], present. (For "no value equals", negate [`Op::Eq`].)
    Ne,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
    /// The literal is part of the text.
    Contains,
    /// The text starts with the literal.
    StartsWith,
    /// The text ends with the literal.
    EndsWith,
}

impl Filter {
    /// A test of one path.
    pub fn test(path: impl Into<String>, op: Op, value: impl Into<Literal>) -> Self {
        Filter::Test { path: path.into(), op, value: value.into() }
    }

    /// The conjunction of `parts`; one part alone is itself, and none is [`Filter::All`].
    pub fn all_of(parts: Vec<Filter>) -> Self {
        match <[Filter; 1]>::try_from(parts) {
            Ok([only]) => only,
            Err(parts) if parts.is_empty() => Filter::All,
            Err(parts) => Filter::And(parts),
        }
    }

    /// The disjunction of `parts`; one part alone is itself.
    pub fn any_of(parts: Vec<Filter>) -> Self {
        match <[Filter; 1]>::try_from(parts) {
            Ok([only]) => only,
            Err(parts) => Filter::Or(parts),
        }
    }

    /// Whether `row` satisfies this filter, comparing text by `case`.
    pub fn holds(&self, row: &dyn Row, case: Case) -> bool {
        match self {
            Filter::All => true,
            Filter::And(parts) => parts.iter().all(|part| part.holds(row, case)),
            Filter::Or(parts) => parts.iter().any(|part| part.holds(row, case)),
            Filter::Not(inner) => !inner.holds(row, case),
            Filter::Any { path, filter } => row.elements(path, &mut |element| filter.holds(element, case)),
            Filter::Present(path) => present(row, path),
            Filter::Test { path, op: Op::Eq, value: Literal::Null } => !present(row, path),
            Filter::Test { path, op: Op::Ne, value: Literal::Null } => present(row, path),
            Filter::Test { path, op, value } => row.visit(path, &mut |shown| op.passes(shown, value, case)),
            Filter::In { path, values } => {
                row.visit(path, &mut |shown| values.iter().any(|value| Op::Eq.passes(shown, value, case)))
            }
        }
    }

    /// The one value that every row satisfying this filter has at `path`, if a conjunction says so.
    ///
    /// It is spelled as the client did, so where case is ignored an index answers only if its keys have one spelling.
    pub fn pins(&self, path: &str) -> Option<&Literal> {
        match self.pins_any(path)? {
            [value] => Some(value),
            _ => None,
        }
    }

    /// The values of which every row satisfying this filter has at least one at `path`, if a conjunction says so: the list
    /// of an [`Filter::In`], or the single value of an [`Op::Eq`]. Null is never among them. Spelled as for [`Filter::pins`].
    pub fn pins_any(&self, path: &str) -> Option<&[Literal]> {
        match self {
            Filter::And(parts) => parts.iter().filter_map(|part| part.pins_any(path)).min_by_key(|values| values.len()),
            Filter::Test { path: tested, op: Op::Eq, value } if tested == path && *value != Literal::Null => {
                Some(std::slice::from_ref(value))
            }
            Filter::In { path: tested, values } if tested == path && !values.contains(&Literal::Null) => Some(values),
            _ => None,
        }
    }

    /// How deep this tree is: one for a single test.
    pub fn depth(&self) -> usize {
        let below = match self {
            Filter::And(parts) | Filter::Or(parts) => parts.iter().map(Filter::depth).max().unwrap_or(0),
            Filter::Not(inner) | Filter::Any { filter: inner, .. } => inner.depth(),
            Filter::All | Filter::Test { .. } | Filter::In { .. } | Filter::Present(_) => 0,
        };
        below + 1
    }
}

fn present(row: &dyn Row, path: &str) -> bool {
    row.visit(path, &mut |shown| shown != Value::Null)
}

impl Op {
    /// Whether `shown` passes the comparison with `literal`. A null passes none, on either side.
    fn passes(self, shown: Value<'_>, literal: &Literal, case: Case) -> bool {
        if shown == Value::Null || *literal == Literal::Null {
            return false;
        }
        if let Literal::Untyped(literal) = literal {
            return literal.passes(self, shown, case);
        }
        let compared = || shown.compare(literal, case);
        match self {
            Op::Eq => compared() == Some(Ordering::Equal),
            Op::Ne => compared() != Some(Ordering::Equal),
            Op::Gt => compared() == Some(Ordering::Greater),
            Op::Lt => compared() == Some(Ordering::Less),
            Op::Ge => compared().is_some_and(Ordering::is_ge),
            Op::Le => compared().is_some_and(Ordering::is_le),
            Op::Contains => as_texts(shown, literal, |text, part| case.contains(text, part)),
            Op::StartsWith => as_texts(shown, literal, |text, start| case.starts_with(text, start)),
            Op::EndsWith => as_texts(shown, literal, |text, end| case.ends_with(text, end)),
        }
    }
}

fn as_texts(shown: Value<'_>, literal: &Literal, related: impl FnOnce(&str, &str) -> bool) -> bool {
    match literal {
        Literal::Text(wanted) => shown.as_text(|text| related(text, wanted)),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
