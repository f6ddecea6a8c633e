//! Pages by place, behind tokens that say nothing and fit one query (contract, 2).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Extensions;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::request::Asked;
use crate::query::Window;
use crate::vendors::conductorone::error::ApiError;

/// Rows on a page when nobody says how many.
const SIZE_DEFAULT: i64 = 25;
/// The fewest rows; whoever asks for fewer gets these.
const SIZE_MIN: i64 = 10;
/// The most rows.
pub const SIZE_MAX: i64 = 100;

/// Which page is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paging {
    size: usize,
    after: Option<String>,
    query: String,
}

/// Says, among the extensions of a request, that its page size is brought into its range instead of refused.
#[derive(Copy, Clone)]
pub struct ClampsPageSize;

/// A size that is asked for, brought into its range where a request's extensions say so.
pub fn asked_size(size: i64, extensions: &Extensions) -> i64 {
    if extensions.get::<ClampsPageSize>().is_some() { size.clamp(0, SIZE_MAX) } else { size }
}

/// The rows of a page, and the token of the next; empty on the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paged<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page starts.
    pub next: String,
}

impl Paging {
    /// The page of so many rows from `token` on, of the query that `query` tells from all others.
    ///
    /// # Errors
    /// 400 for a size out of range, and for a token that is none of this query's.
    pub fn new(asked: &Asked, size: i64, token: &str, query: &str) -> Result<Self, ApiError> {
        let size = match size {
            0 => SIZE_DEFAULT,
            1..=SIZE_MAX => size.max(SIZE_MIN),
            _ => return Err(asked.invalid("pageSize", "value must be inside range [0, 100]")),
        };
        let query = URL_SAFE_NO_PAD.encode(&Sha256::digest(query.as_bytes())[..6]);
        let after = match token {
            "" => None,
            token => Some(place(token, &query).ok_or(ApiError::PageToken)?),
        };
        Ok(Self { size: usize::try_from(size).unwrap_or_default(), after, query })
    }

    /// The page out of `rows`, which are in the order of `key`; for the newest first, wrap it in `std::cmp::Reverse`.
    ///
    /// # Errors
    /// 400 when the token names no such place.
    pub fn cut<T, K>(&self, rows: impl Iterator<Item = T>, key: impl Fn(&T) -> K) -> Result<Paged<T>, ApiError>
    where
        K: Ord + Serialize + DeserializeOwned,
    {
        let place = self.after.as_deref().map(serde_json::from_str::<K>).transpose();
        let place = place.map_err(|_| ApiError::PageToken)?;
        let rows = rows.skip_while(|row| place.as_ref().is_some_and(|place| key(row) <= *place));
        let page = Window { offset: 0, limit: self.size }.cut(rows, false);
        let last = page.items.last().filter(|_| page.more);
        let next = last.map(|row| self.token(&key(row))).unwrap_or_default();
        Ok(Paged { items: page.items, next })
    }

    fn token(&self, place: &impl Serialize) -> String {
        let place = serde_json::to_string(place).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(format!("{}:{place}", self.query))
    }
}

impl<T> Paged<T> {
    /// The same page with each row rendered.
    pub fn map<U>(self, render: impl FnMut(T) -> U) -> Paged<U> {
        Paged { items: self.items.into_iter().map(render).collect(), next: self.next }
    }

    /// The same page without the rows of which nothing can be shown.
    pub fn filter_map<U>(self, show: impl FnMut(T) -> Option<U>) -> Paged<U> {
        Paged { items: self.items.into_iter().filter_map(show).collect(), next: self.next }
    }
}

fn place(token: &str, query: &str) -> Option<String> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    text.strip_prefix(query)?.strip_prefix(':').map(str::to_owned)
}
