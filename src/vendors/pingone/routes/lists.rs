//! How every list answers (contract, 2.1).

use serde_json::{Map, Value};

use crate::vendors::pingone::error::ApiError;
use crate::vendors::pingone::query::{ListQuery, Params};
use crate::vendors::pingone::reply::Listing;

/// The page of `rows` that the parameters ask for; of a search, only those that its `targetFilter` finds.
pub fn list(
    params: &Params,
    body: Option<&Map<String, Value>>,
    rows: impl Iterator<Item = Value>,
) -> Result<Listing, ApiError> {
    let mut query = ListQuery::read(params)?;
    if let Some(body) = body {
        query = query.targeting(&Value::Object(body.clone()))?;
    }
    Ok(page(&query, rows))
}

/// The page of `rows` that a query asks for.
pub fn page(query: &ListQuery, rows: impl Iterator<Item = Value>) -> Listing {
    let listed = query.page(rows, |row| row.get("id").and_then(Value::as_str).unwrap_or_default().to_owned());
    let result_count = listed.rows.len();
    let (total_count, search_after_key) = (listed.total, listed.search_after.clone());
    let result = listed.map(|row| query.show(row)).rows;
    Listing { result, search_after_key, total_count, result_count }
}
