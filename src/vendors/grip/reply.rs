//! What handlers take and give: bodies with names folded, bare values, and pages.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::error::ApiError;
use super::query::{Paging, fold};
use crate::http::{from_folded, json_or};
use crate::query::Page;

/// An answer of this vendor's content type (contract, 2.3).
pub fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => (status, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], bytes).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Success: always 200 (contract, 0).
pub struct Reply<T>(pub T);

impl<T: Serialize> IntoResponse for Reply<T> {
    fn into_response(self) -> Response {
        json(StatusCode::OK, &self.0)
    }
}

/// Success that has nothing to say: `{}`.
pub struct Empty;

impl IntoResponse for Empty {
    fn into_response(self) -> Response {
        json(StatusCode::OK, &Map::new())
    }
}

/// A page: a bare array, with the offsets of its neighbours in `next` and `prev` (contract, 5).
pub struct List<T>(pub Page<T>, pub Paging);

impl<T: Serialize> IntoResponse for List<T> {
    fn into_response(self) -> Response {
        let Self(page, paging) = self;
        let mut response = json(StatusCode::OK, &page.items);
        let headers = response.headers_mut();
        headers.insert("prev", HeaderValue::from(paging.offset.saturating_sub(paging.limit)));
        if page.more {
            headers.insert("next", HeaderValue::from(paging.offset.saturating_add(paging.limit)));
        }
        response
    }
}

/// A JSON body, whatever its content type, its names in any spelling; an empty one is `{}`.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;
    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = Bytes::from_request(request, state).await.map_err(|_| ApiError::TooLarge)?;
        let document = json_or(&bytes, || Value::Object(Map::new()))?;
        let read = from_folded(document, fold);
        read.map(Self).map_err(|error| ApiError::MalformedBody(format!("Request body is malformed: {error}")))
    }
}

/// The identifier in the path, decoded; what it names is found out later.
pub struct Name(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Name {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let name = Path::<String>::from_request_parts(parts, state).await.map_err(|_| ApiError::NoSuchPath)?;
        Ok(Self(name.0))
    }
}
