//! What a collection below `/openidm/managed` is asked, and the part of it that answers (contract, 12).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::list::sort_keys;
use super::params::refuse;
use super::{Params, QueryError, crest};
use crate::query::order::sort_with;
use crate::query::{Absent, Case, Filter, Literal, Row, SortKey};

/// What a collection of managed objects is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct ManagedQuery {
    filter: Filter,
    order: Vec<SortKey>,
    size: Option<usize>,
    skip: usize,
    by_cookie: bool,
    exact: bool,
    count_only: bool,
}

/// A page of managed objects, and what its envelope says.
#[derive(Clone, Debug, PartialEq)]
pub struct Selected<R> {
    /// What is on the page, in order.
    pub rows: Vec<R>,
    /// How many objects are said to be on it: all, where they are only counted.
    pub count: usize,
    /// Where the next page starts; `None` at the end, and where the client pages by offset.
    pub cookie: Option<String>,
    /// How many objects match, where the client wants to know.
    pub total: Option<usize>,
}

impl ManagedQuery {
    /// Reads the parameters of a query.
    ///
    /// # Errors
    /// When there is no query among them, or one of them cannot be read.
    pub fn read(params: &Params) -> Result<Self, QueryError> {
        let filter = match (params.get("_queryFilter"), params.get("_queryId")) {
            (Some(text), _) => crest::parse(text)?,
            (None, Some("query-all" | "query-all-ids")) => Filter::All,
            _ => return Err(QueryError::NoQuery),
        };
        let mut wrong = Vec::new();
        let size = params.number(&["_pageSize"], &mut wrong);
        let offset = params.number(&["_pagedResultsOffset"], &mut wrong);
        refuse(wrong)?;
        let cookie = params.get("_pagedResultsCookie").filter(|cookie| !cookie.is_empty());
        let after = cookie.map(|cookie| read_cookie(cookie).ok_or(QueryError::Cookie)).transpose()?;
        Ok(Self {
            filter,
            order: sort_keys(params.get("_sortKeys").unwrap_or_default()).collect(),
            size: size.filter(|size| *size > 0),
            skip: after.or(offset).unwrap_or(0),
            by_cookie: offset.is_none(),
            exact: params.get("_totalPagedResultsPolicy").is_some_and(|policy| policy.eq_ignore_ascii_case("EXACT")),
            count_only: params.flag("_countOnly"),
        })
    }

    /// Whether the client wants the total.
    pub fn is_exact(&self) -> bool {
        self.exact
    }

    /// The text that every object of the answer has at `path`, if the filter says so.
    pub fn pinned(&self, path: &str) -> Option<&str> {
        match self.filter.pins(path).or_else(|| self.filter.pins(&format!("/{path}")))? {
            Literal::Untyped(literal) => Some(literal.text()),
            _ => None,
        }
    }

    /// The page asked for, of `rows` in the order of their ids.
    pub fn select<R: Row>(&self, rows: impl Iterator<Item = R>, id: impl Fn(&R) -> String) -> Selected<R> {
        let mut matching: Vec<R> = rows.filter(|row| self.filter.holds(row, Case::Ignored)).collect();
        if !self.order.is_empty() {
            matching = sort_with(matching, &self.order, Case::Ignored, Absent::Last, id);
        }
        let found = matching.len();
        let total = (self.exact || self.count_only).then_some(found);
        if self.count_only {
            return Selected { rows: Vec::new(), count: found, cookie: None, total };
        }
        let rows: Vec<R> = matching.into_iter().skip(self.skip).take(self.size.unwrap_or(usize::MAX)).collect();
        let end = self.skip.saturating_add(rows.len());
        let more = self.by_cookie && self.size.is_some() && end < found;
        Selected { count: rows.len(), rows, cookie: more.then(|| write_cookie(end)), total }
    }
}

fn write_cookie(skip: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("after:{skip}"))
}

fn read_cookie(cookie: &str) -> Option<usize> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cookie).ok()?).ok()?;
    text.strip_prefix("after:")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn select(query: &str) -> Result<(String, usize, bool, Option<usize>), QueryError> {
        let rows: Vec<Value> =
            ["a", "b", "c", "d", "e"].map(|id| json!({"_id": id, "sn": if id < "c" { "X" } else { "y" }})).into();
        let selected = ManagedQuery::read(&Params::read(query))?.select(rows.iter(), |row| row["_id"].to_string());
        let ids = selected.rows.iter().filter_map(|row| row["_id"].as_str()).collect();
        Ok((ids, selected.count, selected.cookie.is_some(), selected.total))
    }

    #[test]
    fn a_query_is_filtered_sorted_counted_and_cut() {
        let table = [
            ("_queryFilter=true", ("abcde", 5, false, None)),
            ("_queryId=query-all-ids", ("abcde", 5, false, None)),
            ("_queryFilter=sn+eq+%22x%22", ("ab", 2, false, None)),
            ("_queryFilter=/sn+sw+%22Y%22&_totalPagedResultsPolicy=EXACT", ("cde", 3, false, Some(3))),
            ("_queryFilter=true&_pageSize=2", ("ab", 2, true, None)),
            ("_queryFilter=true&_pageSize=2&_pagedResultsOffset=3", ("de", 2, false, None)),
            ("_queryFilter=true&_pageSize=0", ("abcde", 5, false, None)),
            ("_queryFilter=true&_pageSize=5", ("abcde", 5, false, None)),
            ("_queryFilter=true&_countOnly=true", ("", 5, false, Some(5))),
            ("_queryFilter=true&_sortKeys=-sn,%2B_id", ("cdeab", 5, false, None)),
            ("_queryFilter=true&_sortKeys=sn,-_id", ("baedc", 5, false, None)),
        ];
        for (query, (ids, count, cookie, total)) in table {
            assert_eq!(select(query), Ok((ids.to_owned(), count, cookie, total)), "{query}");
        }
    }

    #[test]
    fn what_is_no_query_is_refused() {
        let table = [
            ("", QueryError::NoQuery),
            ("_queryId=mine", QueryError::NoQuery),
            ("_queryFilter=true&_pageSize=x", QueryError::Numbers(vec!["_pageSize".into()])),
            ("_queryFilter=true&_pagedResultsCookie=x", QueryError::Cookie),
        ];
        for (query, expected) in table {
            assert_eq!(select(query), Err(expected), "{query}");
        }
        assert!(matches!(select("_queryFilter="), Err(QueryError::Filter(_))));
    }

    #[test]
    fn cookies_lead_through_the_whole() {
        let rows: Vec<Value> = (0..7).map(|id| json!({"_id": format!("{id}")})).collect();
        let (mut joined, mut cookie) = (Vec::new(), String::new());
        loop {
            let query = ManagedQuery::read(&Params::read(&format!(
                "_queryFilter=true&_pageSize=3&_pagedResultsCookie={cookie}"
            )));
            let page = query.unwrap().select(rows.iter(), |row| row["_id"].to_string());
            joined.extend(page.rows);
            let Some(next) = page.cookie else { break };
            cookie = next;
        }
        assert_eq!(joined, rows.iter().collect::<Vec<_>>());
    }
}
