//! Every refusal in the vendor's words: status and sentence. The body's shape is [assumed]
//! (contract, 14); clients in evidence look at the status only, or print the body as text.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use super::lifecycle::Refusal;
use super::reply::json;
use crate::http::MalformedBody;

/// A refusal.
#[derive(Clone, Debug, PartialEq)]
pub enum ApiError {
    /// No token, or none that counts.
    Unauthorized,
    /// Bad JSON, a bad field or a bad paging value; the whole sentence.
    BadRequest(String),
    /// The path, or an id, names nothing; the whole sentence.
    NotFound(String),
    /// The path exists, with other methods.
    MethodNotAllowed,
    /// It has ended; the whole sentence.
    Conflict(String),
    /// The body is too large.
    TooLarge,
    /// The body is of a media type that is not read here.
    MediaType,
    /// Too many requests; to be tried again after so long.
    RateLimited(Duration),
    /// No tenant could be had.
    Unavailable(String),
    /// An invariant of ours broke.
    Internal,
    /// A status that somebody asked for, and nothing above has.
    Status(StatusCode),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    status_code: u16,
    message: &'a str,
    error: &'a str,
}

impl ApiError {
    /// 404 for a path that nothing answers.
    pub fn no_path() -> Self {
        Self::NotFound("Cannot find the requested path".into())
    }

    /// The refusal that usually has this status.
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::UNAUTHORIZED => Self::Unauthorized,
            StatusCode::NOT_FOUND => Self::no_path(),
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::MediaType,
            StatusCode::TOO_MANY_REQUESTS => Self::RateLimited(Duration::ZERO),
            StatusCode::INTERNAL_SERVER_ERROR => Self::Internal,
            other => Self::Status(other),
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::RateLimited(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Status(status) => *status,
        }
    }

    /// The sentence.
    pub fn message(&self) -> &str {
        match self {
            Self::Unauthorized => "Unauthorized",
            Self::BadRequest(text) | Self::NotFound(text) | Self::Conflict(text) | Self::Unavailable(text) => text,
            Self::MethodNotAllowed => "Method not allowed",
            Self::TooLarge => "Request body is too large",
            Self::MediaType => "Unsupported media type",
            Self::RateLimited(_) => "Too many requests",
            Self::Internal => "Internal server error",
            Self::Status(status) => status.canonical_reason().unwrap_or("Refused"),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.status();
        let error = status.canonical_reason().unwrap_or_default();
        let mut response = json(status, &Body { status_code: status.as_u16(), message: self.message(), error });
        if let Self::RateLimited(after) = self {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(after.as_secs().max(1)));
        }
        response
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let text = refusal.to_string();
        match refusal {
            Refusal::Missing(_)
            | Refusal::Invalid(..)
            | Refusal::TooMany(..)
            | Refusal::TwoPeople
            | Refusal::NoAccount => Self::BadRequest(text),
            Refusal::NoSuch(_) => Self::NotFound(text),
            Refusal::Over(..) => Self::Conflict(text),
        }
    }
}

impl From<MalformedBody> for ApiError {
    fn from(malformed: MalformedBody) -> Self {
        Self::BadRequest(format!("Request body cannot be read: {}", malformed.what))
    }
}
