//! What handlers give: every success is 200 with a message (contract, 0).

use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

use super::emit::to_bytes;
use super::message::Empty;
use super::page::Paged;
use super::scalar::Any;

/// A message under this status.
pub fn json(status: StatusCode, message: &impl Serialize) -> Response {
    match to_bytes(message) {
        Ok(bytes) => (status, [(header::CONTENT_TYPE, "application/json")], bytes).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Success.
pub struct Reply<T>(pub T);

impl<T: Serialize> IntoResponse for Reply<T> {
    fn into_response(self) -> Response {
        json(StatusCode::OK, &self.0)
    }
}

/// Success that has nothing to say: `{}`.
pub struct Done;

impl IntoResponse for Done {
    fn into_response(self) -> Response {
        json(StatusCode::OK, &Empty {})
    }
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Listed<T> {
    list: Vec<T>,
    next_page_token: String,
}

impl<T> From<Paged<T>> for Listed<T> {
    fn from(page: Paged<T>) -> Self {
        Self { list: page.items, next_page_token: page.next }
    }
}

/// A page of a list, with the objects that its rows point at.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListedWith<T> {
    list: Vec<T>,
    expanded: Vec<Any>,
    next_page_token: String,
}

impl<T> ListedWith<T> {
    /// A page and the objects that its rows point at.
    pub fn of(page: Paged<T>, expanded: Vec<Any>) -> Self {
        Self { list: page.items, expanded, next_page_token: page.next }
    }
}
