//! How every list answers (contract, 2.1): filtered before anything is rendered that is not on the page.

use std::borrow::Cow;
use std::cell::OnceCell;

use serde_json::{Map, Value};

use crate::query::{Row, Value as Shown};
use crate::vendors::pingone::dto::Listable;
use crate::vendors::pingone::error::ApiError;
use crate::vendors::pingone::query::{ListQuery, Params};
use crate::vendors::pingone::reply::Listing;

/// What a list is asked; of a search, its `targetFilter`, too.
pub fn asked(params: &Params, body: Option<&Map<String, Value>>) -> Result<ListQuery, ApiError> {
    let query = ListQuery::read(params)?;
    Ok(match body {
        Some(body) => query.targeting(&Value::Object(body.clone()))?,
        None => query,
    })
}

/// The page of `rows` that the parameters ask for; of a search, only those that its `targetFilter` finds.
pub fn list<L: Listable>(
    params: &Params,
    body: Option<&Map<String, Value>>,
    rows: impl Iterator<Item = L>,
) -> Result<Listing, ApiError> {
    Ok(page(&asked(params, body)?, rows))
}

/// The page of `rows` that a query asks for.
pub fn page<L: Listable>(query: &ListQuery, rows: impl Iterator<Item = L>) -> Listing {
    let rows = rows.map(|item| Lazy { item, whole: OnceCell::new() });
    let listed = query.page(rows, |row| row.item.id());
    let result_count = listed.rows.len();
    let (total_count, search_after_key) = (listed.total, listed.search_after.clone());
    let result = listed.map(|row| query.show(row.rendered())).rows;
    Listing { result, search_after_key, total_count, result_count }
}

/// An item that is rendered when somebody has to see it: on the page, or for a filter that asks for what is not known
/// without.
struct Lazy<L> {
    item: L,
    whole: OnceCell<Value>,
}

impl<L: Listable> Lazy<L> {
    fn whole(&self) -> &Value {
        self.whole.get_or_init(|| self.item.render())
    }
    fn rendered(self) -> Value {
        let Self { item, whole } = self;
        whole.into_inner().unwrap_or_else(|| item.render())
    }
}

impl<L: Listable> Row for Lazy<L> {
    fn visit(&self, path: &str, each: &mut dyn FnMut(Shown<'_>) -> bool) -> bool {
        match self.item.known(&dotted(path)) {
            Some(text) => each(Shown::Text(&text)),
            None => self.whole().visit(path, each),
        }
    }
    fn elements(&self, path: &str, each: &mut dyn FnMut(&dyn Row) -> bool) -> bool {
        self.whole().elements(path, each)
    }
}

/// A path as [`Listable::known`] is asked for it.
fn dotted(path: &str) -> Cow<'_, str> {
    let path = path.trim_start_matches('/');
    if path.contains('/') { Cow::Owned(path.replace('/', ".")) } else { Cow::Borrowed(path) }
}
