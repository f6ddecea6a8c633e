//! What handlers take: messages, pages, and ids in the path.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::id;
use super::page::{Paging, asked_size};
use super::read::from_body;
use crate::http::query_pairs;
use crate::kernel::Id;
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::lifecycle::BLANK;

/// The name of the operation's request message, by which the vendor's validation errors begin; the gate puts it into
/// the extensions of each request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked(pub Arc<str>);

const NO_ID: &str = r#"value does not match regex pattern "^[a-zA-Z0-9]{27}$""#;

impl Asked {
    /// The name of an operation's request message: that of what it reads, or one made from the operation's. Services
    /// named `…Service` put theirs before the method's, the others do not (contract, 16).
    pub fn by(operation: &str, reads: Option<&str>) -> Self {
        if let Some((_, message)) = reads.filter(|reads| reads.starts_with("c1.")).and_then(|it| it.rsplit_once('.')) {
            return Self(message.into());
        }
        let mut parts = operation.rsplit('.');
        let (method, service) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let service = if service.ends_with("Service") { service } else { "" };
        Self(format!("{service}{method}Request").into())
    }

    /// The name that stands in these parts.
    pub fn of(parts: &Parts) -> Self {
        parts.extensions.get().cloned().unwrap_or_else(|| Self("Request".into()))
    }

    /// 400: a field's value is none that it can have. The field in any case.
    pub fn invalid(&self, field: &str, reason: &str) -> ApiError {
        ApiError::Invalid(self.fault(field, reason))
    }

    /// 400: a field is absent or empty.
    pub fn missing(&self, field: &str, reason: &str) -> ApiError {
        ApiError::Missing(self.fault(field, reason))
    }

    fn fault(&self, field: &str, reason: &str) -> String {
        format!("invalid {}.{}: {reason}", self.0, pascal_case(field))
    }

    /// A text that must not be empty.
    ///
    /// # Errors
    /// 400 when it is.
    pub fn required(&self, field: &str, text: &str) -> Result<(), ApiError> {
        if text.is_empty() { Err(self.missing(field, BLANK)) } else { Ok(()) }
    }

    /// An id that must be there.
    ///
    /// # Errors
    /// 400 when it is not written like one.
    pub fn id<T: ?Sized>(&self, field: &str, text: &str) -> Result<Id<T>, ApiError> {
        id::read(text).map_err(|_| ApiError::NotAnId(self.fault(field, NO_ID)))
    }

    /// An id that may be left out.
    ///
    /// # Errors
    /// As [`Asked::id`].
    pub fn optional_id<T: ?Sized>(&self, field: &str, text: &str) -> Result<Option<Id<T>>, ApiError> {
        if text.is_empty() { Ok(None) } else { self.id(field, text).map(Some) }
    }

    /// A list of ids.
    ///
    /// # Errors
    /// As [`Asked::id`], with the place in the list.
    pub fn ids<T: ?Sized>(&self, field: &str, texts: &[String]) -> Result<Vec<Id<T>>, ApiError> {
        let read = |(place, text): (usize, &String)| self.id(&format!("{field}[{place}]"), text);
        texts.iter().enumerate().map(read).collect()
    }
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}

/// `PageSize`, from `pageSize`, `page_size` or what is so already.
fn pascal_case(name: &str) -> String {
    let mut pascal = String::with_capacity(name.len());
    let mut upper = true;
    for letter in name.chars() {
        match letter {
            '_' => upper = true,
            letter => {
                pascal.push(if upper { letter.to_ascii_uppercase() } else { letter });
                upper = false;
            }
        }
    }
    pascal
}

async fn read<T: DeserializeOwned, S: Send + Sync>(request: Request, state: &S) -> Result<(T, Value), ApiError> {
    let bytes = Bytes::from_request(request, state).await.map_err(|_| ApiError::Internal)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| ApiError::NotUtf8)?;
    from_body(text).map_err(ApiError::MalformedBody)
}

/// A request message, whatever its content type; an empty body is `{}`.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;
    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        read(request, state).await.map(|(message, _)| Self(message))
    }
}

/// The request message of a search, and the page that its `pageSize` and `pageToken` ask for.
pub struct Search<T> {
    /// The message.
    pub message: T,
    /// The page.
    pub page: Paging,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Search<T> {
    type Rejection = ApiError;
    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let (asked, path, extensions) = (Asked::of(&parts), parts.uri.path().to_owned(), parts.extensions.clone());
        let (message, mut document) = read(Request::from_parts(parts, body), state).await?;
        let mut take = |names: [&str; 2]| {
            let document = document.as_object_mut()?;
            let [camel, snake] = names.map(|name| document.shift_remove(name).filter(|value| !value.is_null()));
            camel.or(snake)
        };
        let size = match take(["pageSize", "page_size"]) {
            Some(Value::String(digits)) => digits.parse().unwrap_or_default(),
            Some(number) => number.as_i64().unwrap_or_default(),
            None => 0,
        };
        let token = take(["pageToken", "page_token"]);
        let token = token.as_ref().and_then(Value::as_str).unwrap_or_default();
        let page = Paging::new(&asked, asked_size(size, &extensions), token, &format!("{path} {document}"))?;
        Ok(Self { message, page })
    }
}

/// The page that `page_size` and `page_token` of a query ask for.
impl<S: Sync> FromRequestParts<S> for Paging {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let query = Query::of(parts);
        let size = match query.get("page_size") {
            Some(text) => text.parse::<i32>().map_err(|_| ApiError::Parameter("page_size", text.to_owned()))?,
            None => 0,
        };
        let others = query.0.iter().filter(|(name, _)| !matches!(name.as_str(), "page_size" | "page_token"));
        let others: Vec<_> = others.collect();
        let bound = format!("{} {others:?}", parts.uri.path());
        let size = asked_size(size.into(), &parts.extensions);
        Self::new(&Asked::of(parts), size, query.get("page_token").unwrap_or_default(), &bound)
    }
}

/// The decoded query parameters, their names in snake_case.
pub struct Query(Vec<(String, String)>);

impl Query {
    fn of(parts: &Parts) -> Self {
        let pairs = query_pairs(parts.uri.query().unwrap_or_default());
        let snake = |name: &str| super::read::snake_case(name);
        Self(pairs.into_iter().map(|(name, value)| (snake(&name), value.into_owned())).collect())
    }

    /// The last value of a parameter, by its name in snake_case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}

/// The parameters of the path, decoded, as they were sent.
pub struct PathTexts(Vec<(String, String)>);

impl PathTexts {
    /// The parameter of this name.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PathTexts {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = RawPathParams::from_request_parts(parts, state).await.map_err(|_| ApiError::NoPath)?;
        Ok(Self(path.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()))
    }
}

/// The one id in the path.
pub struct PathId<T: ?Sized>(pub Id<T>);

impl<T: ?Sized, S: Send + Sync> FromRequestParts<S> for PathId<T> {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let PathIds((id,)) = PathIds::<(Id<T>,)>::from_request_parts(parts, state).await?;
        Ok(Self(id))
    }
}

/// All ids in the path, in its order: `PathIds((app, entitlement))`.
pub struct PathIds<T>(pub T);

macro_rules! path_ids {
    ($($kind:ident $name:ident),+) => {
        impl<$($kind: ?Sized,)+ S: Send + Sync> FromRequestParts<S> for PathIds<($(Id<$kind>,)+)> {
            type Rejection = ApiError;
            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
                let asked = Asked::of(parts);
                let path = PathTexts::from_request_parts(parts, state).await?;
                let mut texts = path.0.iter();
                $( let $name = texts.next().ok_or(ApiError::NoPath)?; )+
                Ok(Self(($( asked.id(&$name.0, &$name.1)?, )+)))
            }
        }
    };
}
path_ids!(A a);
path_ids!(A a, B b);
path_ids!(A a, B b, C c);
path_ids!(A a, B b, C c, D d);
