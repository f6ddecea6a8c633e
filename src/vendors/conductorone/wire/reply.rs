//! What handlers give: every success is 200 with a message (contract, 0).

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde::Serialize;
use utoipa::openapi::{Array, ObjectBuilder, Ref, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

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
#[derive(Clone, Debug, PartialEq, Serialize)]
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
#[derive(Clone, Debug, PartialEq, Serialize)]
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

// By hand, since the derived names leave out what is listed.
macro_rules! listing {
    ($kind:ident $(, $field:literal: $of:ty)?) => {
        impl<T: ToSchema> PartialSchema for $kind<T> {
            fn schema() -> RefOr<Schema> {
                let list = Array::new(Ref::from_schema_name(T::name()));
                let page = ObjectBuilder::new().property("list", list).required("list");
                $(
                    let others = Array::new(Ref::from_schema_name(<$of>::name()));
                    let page = page.property($field, others).required($field);
                )?
                let token = ObjectBuilder::new().schema_type(Type::String);
                page.property("nextPageToken", token).required("nextPageToken").into()
            }
        }
        impl<T: ToSchema> ToSchema for $kind<T> {
            fn name() -> Cow<'static, str> {
                format!("{}_{}", stringify!($kind), T::name()).into()
            }
            fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                schemas.push((T::name().into_owned(), T::schema()));
                T::schemas(schemas);
                $(
                    schemas.push((<$of>::name().into_owned(), <$of>::schema()));
                    <$of>::schemas(schemas);
                )?
            }
        }
    };
}
listing!(Listed);
listing!(ListedWith, "expanded": Any);
