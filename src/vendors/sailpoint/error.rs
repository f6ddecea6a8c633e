//! Every refusal in the vendor's words: status, `detailCode` and sentence, beside each other as in
//! section 4 of the contract. Nothing outside this file and `auth.rs` decides a status for a refusal.

use std::borrow::Cow;
use std::time::Duration;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use super::lifecycle::Refusal;
use super::query::QueryError;
use crate::http::{ExchangeId, MalformedBody};

/// A refusal, still without the ids that only its answer carries.
#[derive(Clone, Debug, PartialEq)]
pub enum ApiError {
    /// No token, or none that counts; the sentence follows `JWT validation failed: `.
    Unauthorized(&'static str),
    /// The token endpoint refuses: status, `error`, `error_description`.
    Token(StatusCode, &'static str, String),
    /// Over the limit; to be tried again after so long.
    RateLimited(Duration),
    /// `400.0`: no JSON, or JSON of another shape.
    Syntax,
    /// `400.1`: well-formed but wrong.
    Content(String),
    /// `400.1.0`: a field or parameter is absent or blank.
    Missing(String),
    /// `400.1.1`: an update of what cannot be updated.
    IllegalUpdate(String),
    /// `400.1.3`: a bad value; the whole sentence.
    IllegalValue(String),
    /// `400.1.404`: an id in the body names nothing; the whole sentence.
    NoReference(String),
    /// User level, scope or ownership is not enough.
    Forbidden,
    /// The path, or an id in it, names nothing.
    NotFound,
    /// The path exists, with other methods.
    MethodNotAllowed,
    /// The body is too large.
    TooLarge,
    /// The body's media type is not read here.
    MediaType,
    /// No tenant could be had.
    Unavailable(String),
    /// An invariant of ours broke.
    Internal,
    /// A status that somebody asked for, and nothing above has.
    Status(StatusCode),
}

impl ApiError {
    /// `400.1.3` with the vendor's sentence about a field's value.
    pub fn bad_value(field: &str) -> Self {
        Self::IllegalValue(format!("Value of \"{field}\" is empty or contains invalid data."))
    }

    /// The refusal that usually has this status.
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::BAD_REQUEST => Self::Syntax,
            StatusCode::UNAUTHORIZED => Self::Unauthorized("JWT is expired"),
            StatusCode::FORBIDDEN => Self::Forbidden,
            StatusCode::NOT_FOUND => Self::NotFound,
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
            Self::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            Self::Token(status, ..) => *status,
            Self::RateLimited(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Syntax
            | Self::Content(_)
            | Self::Missing(_)
            | Self::IllegalUpdate(_)
            | Self::IllegalValue(_)
            | Self::NoReference(_) => StatusCode::BAD_REQUEST,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Status(status) => *status,
        }
    }

    fn code_and_text(&self) -> (Cow<'static, str>, String) {
        let (code, text): (&'static str, String) = match self {
            Self::Syntax => ("400.0 Bad request syntax", "The request could not be parsed.".into()),
            Self::Content(text) => ("400.1 Bad request content", text.clone()),
            Self::Missing(field) => {
                ("400.1.0 Required data missing or empty", format!("Required data \"{field}\" was missing or empty."))
            }
            Self::IllegalUpdate(text) => ("400.1.1 Illegal update attempt", text.clone()),
            Self::IllegalValue(text) => ("400.1.3 Illegal value", text.clone()),
            Self::NoReference(text) => ("400.1.404 Referenced object not found", text.clone()),
            Self::Forbidden => {
                ("403 Forbidden", "The server understood the request but refuses to authorize it.".into())
            }
            Self::NotFound => {
                let text = "The server did not find a current representation for the target resource.";
                ("404 Not found", text.into())
            }
            Self::MethodNotAllowed => {
                ("405 Method not allowed", "The target resource does not support this method.".into())
            }
            Self::TooLarge => ("413 Payload too large", "The request body is larger than can be processed.".into()),
            Self::MediaType => ("415 Unsupported media type", "The request body is of an unsupported type.".into()),
            Self::Unavailable(text) => ("503 Service unavailable", text.clone()),
            Self::Status(status) => {
                let reason = status.canonical_reason().unwrap_or("Refused");
                return (format!("{} {reason}", status.as_u16()).into(), format!("{reason}."));
            }
            Self::Unauthorized(_) | Self::Token(..) | Self::RateLimited(_) | Self::Internal => {
                ("500.0 Internal Fault", "An internal fault occurred.".into())
            }
        };
        (code.into(), text)
    }

    fn body(&self, exchange: &ExchangeId, languages: Option<&str>) -> Value {
        match self {
            Self::Unauthorized(what) => json!({"error": format!("JWT validation failed: {what}")}),
            Self::Token(_, error, description) => json!({"error": error, "error_description": description}),
            Self::RateLimited(_) => json!({"message": " Rate Limit Exceeded "}),
            _ => {
                let (code, text) = self.code_and_text();
                json!({
                    "detailCode": code,
                    "trackingId": exchange.id.hex(),
                    "messages": [
                        {"locale": "en-US", "localeOrigin": "DEFAULT", "text": text},
                        {"locale": requested_locale(languages), "localeOrigin": "REQUEST", "text": text},
                    ],
                    "causes": [],
                })
            }
        }
    }
}

/// The first language that a client asks for; `und` when it asks for none, as recorded from tenants.
fn requested_locale(languages: Option<&str>) -> &str {
    let first = languages.and_then(|list| list.split([',', ';']).next()).map(str::trim);
    first.filter(|first| !first.is_empty() && *first != "*").unwrap_or("und")
}

/// A refusal travels in the extensions of an empty response until [`word`] finishes it.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Gives a refusal its body, with the ids of this exchange; leaves every other answer as it is.
pub fn word(mut response: Response, exchange: &ExchangeId, request: &HeaderMap) -> Response {
    let Some(error) = response.extensions_mut().remove::<ApiError>() else { return response };
    let languages = request.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let mut worded = (error.status(), Json(error.body(exchange, languages))).into_response();
    if let ApiError::RateLimited(after) = error {
        worded.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(after.as_secs().max(1)));
    }
    worded
}

impl From<MalformedBody> for ApiError {
    fn from(_: MalformedBody) -> Self {
        Self::Syntax
    }
}

impl From<QueryError> for ApiError {
    fn from(error: QueryError) -> Self {
        Self::IllegalValue(error.to_string())
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let text = refusal.to_string();
        match refusal {
            Refusal::NotFound | Refusal::DecidedIsNotFound => Self::NotFound,
            Refusal::Forbidden => Self::Forbidden,
            Refusal::Missing(field) => Self::Missing(field.into()),
            Refusal::IllegalValue(field) => Self::bad_value(field),
            Refusal::NoIdentity(_) | Refusal::NoReference(..) => Self::NoReference(text),
            Refusal::Immutable(_) => Self::IllegalUpdate(text),
            Refusal::AlreadyDecided(_)
            | Refusal::InProcess(_)
            | Refusal::NotCancelable(_)
            | Refusal::NotOpen(_)
            | Refusal::NothingToDecide
            | Refusal::SameOwner
            | Refusal::NotRequestable(_)
            | Refusal::TooMany(..)
            | Refusal::AlreadyHas { .. }
            | Refusal::NotHeld(_)
            | Refusal::NotRevocable(_)
            | Refusal::RevokeOneIdentity
            | Refusal::RevokeWithStart
            | Refusal::NotInTheFuture(_)
            | Refusal::EndsBeforeStart
            | Refusal::BeyondSunset
            | Refusal::TooLong
            | Refusal::BadPatch(_)
            | Refusal::EnoughSubscriptions(..)
            | Refusal::NoInvocation
            | Refusal::NameTaken(_)
            | Refusal::BothForms => Self::Content(text),
        }
    }
}
