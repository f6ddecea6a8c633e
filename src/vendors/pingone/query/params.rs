//! Query parameters, each under every name that clients of this vendor use (contract, 2.2).

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::QueryError;
use crate::http::query_pairs;

/// The decoded query parameters of a request. A name is found with and without its leading underscore.
#[derive(Clone, Debug, Default)]
pub struct Params(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::read(parts.uri.query().unwrap_or_default()))
    }
}

impl Params {
    /// The parameters of a query string.
    pub fn read(query: &str) -> Self {
        let pairs = query_pairs(query).into_iter();
        Self(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    /// The first value given under this name, or the other spelling of it.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.first(&[name]).map(|(_, value)| value)
    }

    /// Whether a truth value was given as `true`; anything else is false (contract, 2.5).
    pub fn flag(&self, name: &str) -> bool {
        self.get(name) == Some("true")
    }

    /// The parts of a value that commas separate, without blank ones.
    pub fn listed(&self, name: &str) -> impl Iterator<Item = &str> {
        self.get(name).into_iter().flat_map(|value| value.split(',')).map(str::trim).filter(|part| !part.is_empty())
    }

    /// The first value given under any of these names, and the name as it was written.
    pub(super) fn first(&self, names: &[&str]) -> Option<(&str, &str)> {
        let is = |written: &str| names.iter().any(|name| bare(name) == bare(written) && !written.starts_with("__"));
        self.0.iter().find(|(written, _)| is(written)).map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A number from 0 under any of these names; of a wrong one the name is noted.
    pub(super) fn number(&self, names: &[&str], wrong: &mut Vec<String>) -> Option<usize> {
        let (name, value) = self.first(names)?;
        let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        if !digits {
            wrong.push(name.to_owned());
            return None;
        }
        Some(value.parse().unwrap_or(usize::MAX))
    }
}

fn bare(name: &str) -> &str {
    name.strip_prefix('_').unwrap_or(name)
}

/// `wrong` as a refusal, unless there is nothing wrong.
pub(super) fn refuse(wrong: Vec<String>) -> Result<(), QueryError> {
    if wrong.is_empty() { Ok(()) } else { Err(QueryError::Numbers(wrong)) }
}
