//! Every refusal in the vendor's words: status and sentence. The body's shape is [assumed]
//! (contract, 14); clients in evidence look at the status only, or print the body as text.

use std::borrow::Cow;
use std::time::Duration;

use axum::Extension;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};

use super::lifecycle::{Noun, Refusal};
use super::reply::json;
use crate::http::{MalformedBody, Refused, kinds_of};

/// A refusal.
#[derive(Clone, Debug, PartialEq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ApiError {
    /// By a command, or of what it would have named.
    #[strum(transparent, to_string = "")]
    Refused(Refusal),
    /// No token, or none that counts.
    Unauthorized,
    /// The body is no JSON, or JSON of another shape; the whole sentence.
    MalformedBody(String),
    /// A parameter of a page is no number, or too small: its name, and the least it may be.
    BadPage(&'static str, i128),
    /// There is no such severity.
    NoSuchSeverity,
    /// Nothing answers the path.
    NoSuchPath,
    /// The path exists, with other methods.
    MethodNotAllowed,
    /// The body is too large.
    TooLarge,
    /// The body is of a media type that is not read here.
    #[strum(to_string = "")]
    MediaType,
    /// Too many requests; to be tried again after so long.
    RateLimited(Duration),
    /// No tenant could be had.
    #[strum(to_string = "")]
    Unavailable(String),
    /// An invariant of ours broke.
    #[strum(to_string = "")]
    Internal,
    /// A status that somebody asked for, and nothing above has.
    #[strum(to_string = "")]
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
    /// The refusal that usually has this status.
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::UNAUTHORIZED => Self::Unauthorized,
            StatusCode::NOT_FOUND => Self::NoSuchPath,
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
            Self::Refused(refusal) => status_of(refusal),
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::MalformedBody(_) | Self::BadPage(..) | Self::NoSuchSeverity => StatusCode::BAD_REQUEST,
            Self::NoSuchPath => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::RateLimited(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Status(status) => *status,
        }
    }

    /// The sentence.
    fn message(&self) -> Cow<'_, str> {
        match self {
            Self::Refused(refusal) => refusal.to_string().into(),
            Self::Unauthorized => "Unauthorized".into(),
            Self::MalformedBody(text) | Self::Unavailable(text) => text.into(),
            Self::BadPage(name, least) => format!("{name} must be an integer of at least {least}").into(),
            Self::NoSuchSeverity => "alert_severity must be 0 to 4 or a severity".into(),
            Self::NoSuchPath => "Cannot find the requested path".into(),
            Self::MethodNotAllowed => "Method not allowed".into(),
            Self::TooLarge => "Request body is too large".into(),
            Self::MediaType => "Unsupported media type".into(),
            Self::RateLimited(_) => "Too many requests".into(),
            Self::Internal => "Internal server error".into(),
            Self::Status(status) => status.canonical_reason().unwrap_or("Refused").into(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.status();
        let error = status.canonical_reason().unwrap_or_default();
        let body = Body { status_code: status.as_u16(), message: &self.message(), error };
        let mut response = (Extension(Refused::by(&self)), json(status, &body)).into_response();
        if let Self::RateLimited(after) = self {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(after.as_secs().max(1)));
        }
        response
    }
}

/// The status of what a command refuses.
pub fn status_of(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::Missing(_) | Refusal::Invalid(..) | Refusal::TooMany(..) | Refusal::TwoPeople | Refusal::NoAccount => {
            StatusCode::BAD_REQUEST
        }
        Refusal::NoSuch(_) => StatusCode::NOT_FOUND,
        Refusal::Over(..) => StatusCode::CONFLICT,
    }
}

/// Every kind of refusal that a call can meet.
pub fn refusals() -> Vec<&'static str> {
    kinds_of(&[ApiError::VARIANTS, Refusal::VARIANTS, Noun::VARIANTS])
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<MalformedBody> for ApiError {
    fn from(malformed: MalformedBody) -> Self {
        Self::MalformedBody(format!("Request body cannot be read: {}", malformed.what))
    }
}
