//! What handlers take and give: bodies, lists, and the page parameters of a list.

use std::convert::Infallible;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::error::ApiError;
use super::families::Family;
use super::query::{self, ListQuery, Listing, RawPaging};
use crate::http::{json_or, query_pairs};
use crate::kernel::Id;
use crate::query::Page;

/// A JSON body that must be there.
pub struct Body<T>(pub T);

/// A JSON body that may be missing, empty or `null`: several clients send none.
pub struct OptionalBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;
    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = Bytes::from_request(request, state).await.map_err(|_| ApiError::Syntax)?;
        json_or(&bytes, || None::<T>)?.map(Self).ok_or(ApiError::Syntax)
    }
}

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for OptionalBody<T> {
    type Rejection = ApiError;
    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = Bytes::from_request(request, state).await.map_err(|_| ApiError::Syntax)?;
        Ok(Self(json_or(&bytes, T::default)?))
    }
}

/// An id in the path, in any form that the vendor writes ids in; what is no id names nothing.
pub struct PathId<T>(pub Id<T>);

impl<T, S: Send + Sync> FromRequestParts<S> for PathId<T> {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| ApiError::NotFound)?;
        read_id(&text).map(Self).ok_or(ApiError::NotFound)
    }
}

/// Two ids in the path, the first one of what holds the second.
pub struct PathIds<T, U>(pub Id<T>, pub Id<U>);

impl<T, U, S: Send + Sync> FromRequestParts<S> for PathIds<T, U> {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let Path((outer, inner)) = path.map_err(|_| ApiError::NotFound)?;
        read_id(&outer).zip(read_id(&inner)).map(|(outer, inner)| Self(outer, inner)).ok_or(ApiError::NotFound)
    }
}

/// Several parameters in the path, as they were sent.
pub struct PathTexts<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for PathTexts<T> {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Path(texts) = Path::<T>::from_request_parts(parts, state).await.map_err(|_| ApiError::NotFound)?;
        Ok(Self(texts))
    }
}

/// Reads an id as this vendor writes them: 32 hex digits, or dashed.
pub fn read_id<T>(text: &str) -> Option<Id<T>> {
    Id::from_hex(text).or_else(|| Id::from_dashed(text))
}

/// The decoded query parameters, and the family that the path was written in.
pub struct Query {
    /// The family; `Service` for a path outside all of them.
    pub family: Family,
    pairs: Vec<(String, String)>,
}

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let pairs = query_pairs(parts.uri.query().unwrap_or_default());
        Ok(Self {
            family: parts.extensions.get::<Family>().copied().unwrap_or(Family::Service),
            pairs: pairs.into_iter().map(|(name, value)| (name.into_owned(), value.into_owned())).collect(),
        })
    }
}

impl Query {
    /// The first value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A parameter that lists values: comma-separated, repeated, or repeated with `[]` behind its name.
    pub fn listed(&self, name: &str) -> Vec<String> {
        query::listed(&self.pairs, name)
    }

    /// A parameter that is `true` or `false`; `default` when it is absent.
    ///
    /// # Errors
    /// `400.1.3` for anything else.
    pub fn flag(&self, name: &'static str, default: bool) -> Result<bool, ApiError> {
        match self.get(name) {
            None => Ok(default),
            Some("true") => Ok(true),
            Some("false") => Ok(false),
            Some(_) => Err(ApiError::bad_value(name)),
        }
    }

    /// Whether a list shows what is in no segment. Nothing here is in one, so the answer stands for the whole list.
    ///
    /// # Errors
    /// `400.1.3` when nothing at all could be shown, as the vendor has it: no segments, and not what is in none.
    pub fn shows_unsegmented(&self) -> Result<bool, ApiError> {
        let shows = self.flag("include-unsegmented", true)?;
        let names_segments = ["for-segment-ids", "segmented-for-identity"]
            .iter()
            .any(|name| self.get(name).is_some_and(|value| !value.is_empty()));
        if shows || names_segments { Ok(shows) } else { Err(ApiError::bad_value("include-unsegmented")) }
    }

    /// The page, filter and order that the parameters ask for.
    ///
    /// # Errors
    /// `400.1.3` when one of them is not legal for this list in this family.
    pub fn list(&self, listing: &Listing) -> Result<ListQuery, ApiError> {
        Ok(query::parse(listing, self.family, &RawPaging::from_pairs(&self.pairs))?)
    }
}

/// A page as the vendor sends it: a bare array, with its total in a header when it was asked for.
pub struct List<T>(pub Page<T>);

impl<T: Serialize> IntoResponse for List<T> {
    fn into_response(self) -> Response {
        let Self(Page { items, total, .. }) = self;
        with_total(Json(items).into_response(), total)
    }
}

/// A [`List`] whose rows are JSON already.
pub struct WrittenList(pub Page<Bytes>);

impl IntoResponse for WrittenList {
    fn into_response(self) -> Response {
        let Self(Page { items, total, .. }) = self;
        let mut body = Vec::with_capacity(items.iter().map(|row| row.len() + 1).sum::<usize>() + 2);
        body.push(b'[');
        for (place, row) in items.iter().enumerate() {
            if place > 0 {
                body.push(b',');
            }
            body.extend_from_slice(row);
        }
        body.push(b']');
        with_total(([(header::CONTENT_TYPE, "application/json")], body).into_response(), total)
    }
}

fn with_total(mut response: Response, total: Option<usize>) -> Response {
    if let Some(total) = total {
        response.headers_mut().insert("x-total-count", HeaderValue::from(total));
    }
    response
}

/// `201` with what was made.
pub struct Created<T>(pub T);

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, Json(self.0)).into_response()
    }
}

/// `200` with a bare array, or `204` when there is nothing in it.
pub struct SomeOrNone<T>(pub Vec<T>);

impl<T: Serialize> IntoResponse for SomeOrNone<T> {
    fn into_response(self) -> Response {
        if self.0.is_empty() { NoContent.into_response() } else { Json(self.0).into_response() }
    }
}

/// `204`: it is done, and there is nothing to say.
pub struct NoContent;

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

/// `200` with nothing behind it.
pub struct Done;

impl IntoResponse for Done {
    fn into_response(self) -> Response {
        StatusCode::OK.into_response()
    }
}

/// `202` with what became of a command.
pub struct AcceptedWith<T>(pub T);

impl<T: Serialize> IntoResponse for AcceptedWith<T> {
    fn into_response(self) -> Response {
        (StatusCode::ACCEPTED, Json(self.0)).into_response()
    }
}

/// `202 {}`: a command was taken.
pub struct Accepted;

impl IntoResponse for Accepted {
    fn into_response(self) -> Response {
        (StatusCode::ACCEPTED, Json(json!({}))).into_response()
    }
}
