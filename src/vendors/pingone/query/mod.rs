//! What lists are asked: parameters under all their names, both filter grammars, order, place and fields (contract, 2.2
//! to 2.4).
//!
//! Rows are what an answer shows, so a filter finds whatever a client can see. Text is compared without regard to case.

pub mod crest;
mod list;
mod managed;
mod params;
pub mod target;

use serde_json::Value;
use strum::{IntoStaticStr, VariantNames};
use thiserror::Error;

pub use self::list::ListQuery;
pub use self::managed::ManagedQuery;
pub use self::params::Params;
use crate::query::{Filter, Literal, Op, Untyped};

/// Why a question is refused; displayed, the message, or each of the messages.
#[derive(Clone, Debug, PartialEq, Eq, Error, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case", prefix = "query-")]
pub enum QueryError {
    /// Parameters that are no numbers, by the names that the client gave them.
    #[error("{}", numbers(.0).join(" "))]
    Numbers(Vec<String>),
    /// A collection of managed objects is asked for nothing; the text is [assumed].
    #[error("The request is not a query: _queryFilter, or a known _queryId, must be given")]
    NoQuery,
    /// A place to go on from that no answer gave; the text is [assumed].
    #[error("Invalid paged results cookie")]
    Cookie,
    /// `_queryFilter` does not follow its grammar.
    #[error("Invalid query filter: {0}")]
    Filter(#[from] crest::SyntaxError),
    /// `targetFilter` does not follow its grammar.
    #[error(transparent)]
    Target(#[from] target::TargetError),
}

impl QueryError {
    /// One sentence per fault, for the list that input validation answers with; `None` where the answer is one text.
    pub fn sentences(&self) -> Option<Vec<String>> {
        match self {
            Self::Numbers(names) => Some(numbers(names)),
            Self::NoQuery | Self::Cookie | Self::Filter(_) | Self::Target(_) => None,
        }
    }
}

fn numbers(names: &[String]) -> Vec<String> {
    names.iter().map(|name| format!("{name} must be a non-negative integer.")).collect()
}

/// What a filter compares with when it says `value`; `None` for what is no single value.
fn literal(value: &Value) -> Option<Literal> {
    match value {
        Value::Null => Some(Literal::Null),
        Value::Bool(truth) => Some(Literal::Untyped(Untyped::new(truth.to_string()))),
        Value::Number(number) => Some(Literal::Untyped(Untyped::new(number.to_string()))),
        Value::String(text) => Some(Literal::Untyped(Untyped::new(text.as_str()))),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// What `_queryString` is looked for in (contract, 2.2).
const SEARCHED: [&str; 7] = ["name", "displayName", "description", "userName", "givenName", "sn", "mail"];

/// The rows in which a text occurs; all, for an empty one.
fn containing(text: &str) -> Filter {
    if text.is_empty() {
        return Filter::All;
    }
    Filter::any_of(SEARCHED.map(|path| Filter::test(path, Op::Contains, text)).into())
}

#[cfg(test)]
mod tests;
