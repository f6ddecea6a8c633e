//! The grammar of `sorters`: names separated by commas, each with a `-` in front for descending, as in `type,-modified`.
//! White space around the names is tolerated.

use crate::query::SortKey;
use crate::vendors::sailpoint::families::Family;

use super::{Listing, QueryError};

/// Parses the decoded value of `sorters`; only what `listing` sorts by is allowed. Blank text is no order at all.
pub fn parse(listing: &Listing, family: Family, sorters: &str) -> Result<Vec<SortKey>, QueryError> {
    if sorters.trim().is_empty() {
        return Ok(Vec::new());
    }
    sorters.split(',').map(|sorter| key(listing, family, sorter.trim())).collect()
}

fn key(listing: &Listing, family: Family, sorter: &str) -> Result<SortKey, QueryError> {
    let (path, descending) = match sorter.strip_prefix('-') {
        Some(path) => (path, true),
        None => (sorter, false),
    };
    match listing.sorts_by(family, path) {
        true => Ok(SortKey { path: path.to_owned(), descending }),
        false => Err(QueryError::BadSorter(path.to_owned())),
    }
}
