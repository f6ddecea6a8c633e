//! Query parameters: names in any spelling, paging, and the filters of alerts.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::assumed::{PAGE_DEFAULT, PAGE_MAX};
use super::error::ApiError;
use super::model::Severity;
use crate::http::query_pairs;
use crate::query::{Page, Window};

/// How names are compared: without case, `_` and `-` (contract, 2.2).
pub fn fold(name: &str) -> String {
    name.chars().filter(|letter| !matches!(letter, '_' | '-')).flat_map(char::to_lowercase).collect()
}

/// The decoded query parameters.
pub struct Query(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let pairs = query_pairs(parts.uri.query().unwrap_or_default());
        Ok(Self(pairs.into_iter().map(|(name, value)| (fold(&name), value.into_owned())).collect()))
    }
}

impl Query {
    /// The first value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        let name = fold(name);
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// The first value of a parameter that is not blank.
    pub fn given(&self, name: &str) -> Option<String> {
        self.get(name).map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned)
    }

    /// The page that is asked for.
    ///
    /// # Errors
    /// 400 for what is no number, a limit below 1 or an offset below 0.
    pub fn paging(&self) -> Result<Paging, ApiError> {
        let limit = self.number("limit", 1)?.map_or(PAGE_DEFAULT, |limit| limit.min(PAGE_MAX));
        Ok(Paging { offset: self.number("offset", 0)?.unwrap_or(0), limit })
    }

    /// The page of users that is asked for: without `offset`, `next` is where it starts, so that a
    /// client which feeds the header back gets on (contract, 5).
    ///
    /// # Errors
    /// As [`Query::paging`].
    pub fn paging_of_users(&self) -> Result<Paging, ApiError> {
        let (paging, next) = (self.paging()?, self.number("next", 0)?);
        let offset = if self.get("offset").is_some() { paging.offset } else { next.unwrap_or(0) };
        Ok(Paging { offset, ..paging })
    }

    /// The severity that is asked for, by number from 1 or by name; 0 asks for none (contract, 8).
    ///
    /// # Errors
    /// 400 for any other value.
    pub fn severity(&self) -> Result<Option<Severity>, ApiError> {
        let Some(value) = self.given("alert_severity") else { return Ok(None) };
        if value == "0" {
            return Ok(None);
        }
        let by_number = |place: usize| Severity::ALL.get(place.checked_sub(1)?).copied();
        let by_name = || Severity::ALL.into_iter().find(|severity| severity.name().eq_ignore_ascii_case(&value));
        let found = value.parse().ok().and_then(by_number).or_else(by_name);
        found.map(Some).ok_or(ApiError::NoSuchSeverity)
    }

    fn number(&self, name: &'static str, least: i128) -> Result<Option<usize>, ApiError> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let number = text.parse::<i128>().ok().filter(|number| *number >= least);
        let number = number.ok_or(ApiError::BadPage(name, least))?;
        Ok(Some(usize::try_from(number).unwrap_or(usize::MAX)))
    }
}

/// A page by position.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Paging {
    /// Records before it.
    pub offset: usize,
    /// Records on it.
    pub limit: usize,
}

impl Paging {
    /// Cuts the page out of all records.
    pub fn cut<T>(self, whole: impl Iterator<Item = T>) -> Page<T> {
        Window { offset: self.offset, limit: self.limit }.cut(whole, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> Query {
        Query(query_pairs(text).into_iter().map(|(name, value)| (fold(&name), value.into_owned())).collect())
    }

    #[test]
    fn pages_are_clamped_and_bad_values_refused() {
        let paging = |text| query(text).paging().ok().map(|paging| (paging.offset, paging.limit));
        let table = [
            ("", Some((0, 200))),
            ("limit=5&offset=7", Some((7, 5))),
            ("LIMIT=1000", Some((0, 200))),
            ("limit=99999999999999999999999", Some((0, 200))),
            ("limit=0", None),
            ("limit=-1", None),
            ("offset=-1", None),
            ("limit=ten", None),
            ("offset=", None),
            ("offset=1.5", None),
        ];
        for (text, expected) in table {
            assert_eq!(paging(text), expected, "{text}");
        }
    }

    #[test]
    fn users_start_at_offset_or_else_at_next() {
        let offset = |text| query(text).paging_of_users().ok().map(|paging| paging.offset);
        let table = [("next=200", Some(200)), ("next=1&offset=0", Some(0)), ("offset=3", Some(3)), ("next=x", None)];
        for (text, expected) in table {
            assert_eq!(offset(text), expected, "{text}");
        }
    }

    #[test]
    fn a_severity_is_a_number_or_a_name() {
        let severity = |text| query(text).severity().ok();
        assert_eq!(severity("alert-severity=3"), Some(Some(Severity::High)));
        assert_eq!(severity("alertSeverity=critical"), Some(Some(Severity::Critical)));
        assert_eq!(severity("alert_severity=0"), Some(None));
        assert_eq!(severity("alert_severity=5"), None);
        assert_eq!(severity("alert_severity=awful"), None);
    }
}
