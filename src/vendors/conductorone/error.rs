//! Every refusal in the vendor's words: google.rpc codes, statuses and sentences (contract, 3).

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use super::lifecycle::{NotYet, Refusal};
use crate::http::Visit;

/// The codes of google.rpc that are used here.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Code {
    Unknown = 2,
    InvalidArgument = 3,
    NotFound = 5,
    AlreadyExists = 6,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    Unimplemented = 12,
    Unavailable = 14,
    Unauthenticated = 16,
}

impl Code {
    fn status(self) -> StatusCode {
        match self {
            Self::Unknown => StatusCode::INTERNAL_SERVER_ERROR,
            Self::InvalidArgument | Self::FailedPrecondition => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::AlreadyExists => StatusCode::CONFLICT,
            Self::PermissionDenied => StatusCode::FORBIDDEN,
            Self::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
            Self::Unimplemented => StatusCode::NOT_IMPLEMENTED,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
        }
    }
}

/// A refusal of the API.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiError {
    code: Code,
    message: String,
    status: Option<StatusCode>,
    retry: Option<Duration>,
}

impl ApiError {
    /// A refusal with this code.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), status: None, retry: None }
    }
    /// No token, or none that counts.
    pub fn unauthenticated() -> Self {
        Self::new(Code::Unauthenticated, "unauthenticated")
    }
    /// The caller lacks the right.
    pub fn permission_denied() -> Self {
        Self::new(Code::PermissionDenied, "permission denied")
    }
    /// The path names nothing.
    pub fn no_path() -> Self {
        Self::new(Code::NotFound, "Not Found")
    }
    /// The path has other methods.
    pub fn method_not_allowed() -> Self {
        Self::new(Code::Unimplemented, "Method Not Allowed")
    }
    /// The body is too large.
    pub fn too_large() -> Self {
        let status = Some(StatusCode::PAYLOAD_TOO_LARGE);
        Self { status, ..Self::new(Code::ResourceExhausted, "request body too large") }
    }
    /// The body is of a media type that is not read here.
    pub fn media_type() -> Self {
        let status = Some(StatusCode::UNSUPPORTED_MEDIA_TYPE);
        Self { status, ..Self::new(Code::InvalidArgument, "unsupported media type") }
    }
    /// Too many calls.
    pub fn rate_limited(after: Duration) -> Self {
        Self { retry: Some(after), ..Self::new(Code::ResourceExhausted, "rate limit exceeded") }
    }
    /// An invariant of ours broke.
    pub fn internal() -> Self {
        Self::new(Code::Unknown, "internal error")
    }
    /// A status that somebody asked for, with the code that usually has it.
    pub fn of_status(status: StatusCode) -> Self {
        let usual = match status {
            StatusCode::METHOD_NOT_ALLOWED => Self::method_not_allowed(),
            StatusCode::PAYLOAD_TOO_LARGE => Self::too_large(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::media_type(),
            StatusCode::BAD_REQUEST => Self::new(Code::InvalidArgument, "invalid argument"),
            StatusCode::UNAUTHORIZED => Self::unauthenticated(),
            StatusCode::FORBIDDEN => Self::permission_denied(),
            StatusCode::NOT_FOUND => Self::no_path(),
            StatusCode::CONFLICT => Self::new(Code::AlreadyExists, "already exists"),
            StatusCode::SERVICE_UNAVAILABLE => Self::new(Code::Unavailable, "unavailable"),
            _ => Self::internal(),
        };
        Self { status: Some(status), ..usual }
    }
}

#[derive(Serialize)]
struct Body<'a> {
    code: u8,
    message: &'a str,
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = axum::Json(Body { code: self.code as u8, message: &self.message });
        let mut response = (self.status.unwrap_or(self.code.status()), body).into_response();
        if let Some(after) = self.retry {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(after.as_secs().max(1)));
        }
        response
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal {
            Refusal::NoSuch(_) => Code::NotFound,
            Refusal::Invalid(..) | Refusal::Replayed => Code::InvalidArgument,
            Refusal::Settled => Code::FailedPrecondition,
        };
        Self::new(code, refusal.to_string())
    }
}

/// A refusal of the token endpoint, in the words of OAuth (contract, 4.2).
#[derive(Clone, Debug, PartialEq)]
pub struct TokenError {
    status: StatusCode,
    error: &'static str,
    description: String,
}

impl TokenError {
    /// Who asks is nobody known, or cannot prove it.
    pub fn client(description: impl Into<String>) -> Self {
        Self { status: StatusCode::UNAUTHORIZED, error: "invalid_client", description: description.into() }
    }
    /// What is traded in is worth nothing.
    pub fn grant(description: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, error: "invalid_grant", description: description.into() }
    }
    /// A parameter is missing or cannot be read.
    pub fn request(description: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, error: "invalid_request", description: description.into() }
    }
    /// A grant type that is not served.
    pub fn grant_type(grant: &str) -> Self {
        let description = format!("unsupported grant type: {grant}");
        Self { status: StatusCode::BAD_REQUEST, error: "unsupported_grant_type", description }
    }
}

impl IntoResponse for TokenError {
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        struct Body<'a> {
            error: &'a str,
            error_description: &'a str,
        }
        let body = Body { error: self.error, error_description: &self.description };
        (self.status, axum::Json(body)).into_response()
    }
}

/// A device that has no token yet, or never will: the words of RFC 8628, 3.5.
impl From<NotYet> for TokenError {
    fn from(why: NotYet) -> Self {
        let (error, description) = match why {
            NotYet::Pending => ("authorization_pending", "nobody has approved the login yet"),
            NotYet::TooSoon => ("slow_down", "polling too often"),
            NotYet::Denied => ("access_denied", "the login was denied"),
            NotYet::Expired => ("expired_token", "the device code has expired"),
            NotYet::Redeemed => ("invalid_grant", "the device code has been used"),
        };
        Self { status: StatusCode::BAD_REQUEST, error, description: description.to_owned() }
    }
}

impl From<Refusal> for TokenError {
    fn from(refusal: Refusal) -> Self {
        Self::grant(refusal.to_string())
    }
}

/// The number of a visit, as the vendor's answers carry it.
pub fn request_id(visit: &Visit) -> String {
    visit.exchange.id.hex()
}
