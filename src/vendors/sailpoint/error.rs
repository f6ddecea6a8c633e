//! Every refusal in the vendor's words: status, `detailCode` and sentence, beside each other as in
//! section 4 of the contract. Nothing outside this file and `auth.rs` decides a status for a refusal.

use std::borrow::Cow;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use strum::{IntoStaticStr, VariantNames};

use super::lifecycle::Refusal;
use super::query::QueryError;
use crate::http::{ExchangeId, MalformedBody, Refused, kinds_of};

/// A refusal, still without the ids that only its answer carries.
#[derive(Clone, Debug, PartialEq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ApiError {
    /// By a command.
    #[strum(transparent, to_string = "")]
    Refused(Refusal),
    /// Of what a list is asked.
    #[strum(transparent, to_string = "")]
    Query(QueryError),
    /// By the token endpoint.
    #[strum(transparent, to_string = "")]
    Token(TokenRefusal),
    /// No token, or none that counts; the sentence follows `JWT validation failed: `.
    Unauthorized(&'static str),
    /// Over the limit; to be tried again after so long.
    RateLimited(Duration),
    /// No JSON, or JSON of another shape.
    Syntax,
    /// An experimental operation, without the header that asks for one.
    Experimental,
    /// `regarding-identity` with one of the parameters that it stands for.
    Regarding,
    /// A field or parameter is absent or blank.
    Missing(&'static str),
    /// A field or parameter has a bad value.
    IllegalValue(&'static str),
    /// User level, scope or ownership is not enough.
    Forbidden,
    /// The path, or an id in it, names nothing.
    NotFound,
    /// The path exists, with other methods.
    MethodNotAllowed,
    /// The body is too large.
    TooLarge,
    /// The body's media type is not read here.
    #[strum(to_string = "")]
    MediaType,
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

/// Why no token is given (contract, 3.1).
#[derive(Clone, Debug, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case", prefix = "token-")]
pub enum TokenRefusal {
    /// There is no such client, its secret is another, or it is closed.
    InvalidClient,
    /// The client gets its tokens in other ways.
    UnauthorizedClient,
    /// No grant type is named.
    InvalidRequest,
    /// There is no such grant type here.
    UnsupportedGrantType(String),
}

impl TokenRefusal {
    fn status(&self) -> StatusCode {
        match self {
            Self::InvalidClient => StatusCode::UNAUTHORIZED,
            Self::UnauthorizedClient | Self::InvalidRequest | Self::UnsupportedGrantType(_) => StatusCode::BAD_REQUEST,
        }
    }

    /// `error` and `error_description`.
    fn words(&self) -> (&'static str, Cow<'static, str>) {
        match self {
            Self::InvalidClient => ("invalid_client", "Bad client credentials".into()),
            Self::UnauthorizedClient => {
                ("unauthorized_client", "The client may not use the grant client_credentials".into())
            }
            Self::InvalidRequest => ("invalid_request", "Missing grant type".into()),
            Self::UnsupportedGrantType(kind) => {
                ("unsupported_grant_type", format!("Unsupported grant type: {kind}").into())
            }
        }
    }
}

/// A status, and the `detailCode` that says more (contract, 4.2).
type Detail = (StatusCode, &'static str);

const CONTENT: Detail = (StatusCode::BAD_REQUEST, "400.1 Bad request content");
const MISSING: Detail = (StatusCode::BAD_REQUEST, "400.1.0 Required data missing or empty");
const ILLEGAL_UPDATE: Detail = (StatusCode::BAD_REQUEST, "400.1.1 Illegal update attempt");
const ILLEGAL_VALUE: Detail = (StatusCode::BAD_REQUEST, "400.1.3 Illegal value");
const NO_REFERENCE: Detail = (StatusCode::BAD_REQUEST, "400.1.404 Referenced object not found");
const FORBIDDEN: Detail = (StatusCode::FORBIDDEN, "403 Forbidden");
const NOT_FOUND: Detail = (StatusCode::NOT_FOUND, "404 Not found");

impl ApiError {
    /// A bad value of this field or parameter.
    pub fn bad_value(field: &'static str) -> Self {
        Self::IllegalValue(field)
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
            Self::Token(refusal) => refusal.status(),
            Self::RateLimited(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Status(status) => *status,
            other => other.detail().0,
        }
    }

    fn detail(&self) -> Detail {
        match self {
            Self::Refused(refusal) => detail_of(refusal),
            Self::Syntax => (StatusCode::BAD_REQUEST, "400.0 Bad request syntax"),
            Self::Experimental | Self::Regarding => CONTENT,
            Self::Missing(_) => MISSING,
            Self::IllegalValue(_) | Self::Query(_) => ILLEGAL_VALUE,
            Self::Forbidden => FORBIDDEN,
            Self::NotFound => NOT_FOUND,
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "405 Method not allowed"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "413 Payload too large"),
            Self::MediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "415 Unsupported media type"),
            Self::Unavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, "503 Service unavailable"),
            Self::Unauthorized(_) | Self::Token(_) | Self::RateLimited(_) | Self::Internal | Self::Status(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, "500.0 Internal Fault")
            }
        }
    }

    fn code_and_text(&self) -> (Cow<'static, str>, String) {
        let text = match self {
            Self::Syntax => "The request could not be parsed.".into(),
            Self::Experimental => {
                "This API is experimental: send the header X-SailPoint-Experimental with the value true.".into()
            }
            Self::Regarding => "regarding-identity cannot be combined with requested-for or requested-by.".into(),
            Self::Missing(field) => format!("Required data \"{field}\" was missing or empty."),
            Self::IllegalValue(field) => format!("Value of \"{field}\" is empty or contains invalid data."),
            Self::Query(error) => error.to_string(),
            Self::Forbidden => "The server understood the request but refuses to authorize it.".into(),
            Self::NotFound | Self::Refused(Refusal::DecidedIsNotFound) => {
                "The server did not find a current representation for the target resource.".into()
            }
            Self::Refused(refusal) => refusal.to_string(),
            Self::MethodNotAllowed => "The target resource does not support this method.".into(),
            Self::TooLarge => "The request body is larger than can be processed.".into(),
            Self::MediaType => "The request body is of an unsupported type.".into(),
            Self::Unavailable(text) => text.clone(),
            Self::Status(status) => {
                let reason = status.canonical_reason().unwrap_or("Refused");
                return (format!("{} {reason}", status.as_u16()).into(), format!("{reason}."));
            }
            Self::Unauthorized(_) | Self::Token(_) | Self::RateLimited(_) | Self::Internal => {
                "An internal fault occurred.".into()
            }
        };
        (self.detail().1.into(), text)
    }

    fn body(&self, exchange: &ExchangeId, languages: Option<&str>) -> Value {
        match self {
            Self::Unauthorized(what) => json!({"error": format!("JWT validation failed: {what}")}),
            Self::Token(refusal) => {
                let (error, description) = refusal.words();
                json!({"error": error, "error_description": description})
            }
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
    let words = Json(error.body(exchange, languages));
    let mut worded = (error.status(), Extension(Refused::by(&error)), words).into_response();
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
        Self::Query(error)
    }
}

impl From<TokenRefusal> for ApiError {
    fn from(refusal: TokenRefusal) -> Self {
        Self::Token(refusal)
    }
}

/// What commands and handlers refuse alike is the same, whoever does.
impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound => Self::NotFound,
            Refusal::Forbidden => Self::Forbidden,
            Refusal::Missing(field) => Self::Missing(field),
            Refusal::IllegalValue(field) => Self::bad_value(field),
            other => Self::Refused(other),
        }
    }
}

fn detail_of(refusal: &Refusal) -> Detail {
    match refusal {
        Refusal::NotFound | Refusal::DecidedIsNotFound => NOT_FOUND,
        Refusal::Forbidden => FORBIDDEN,
        Refusal::Missing(_) => MISSING,
        Refusal::IllegalValue(_) => ILLEGAL_VALUE,
        Refusal::NoIdentity(_) | Refusal::NoReference(..) => NO_REFERENCE,
        Refusal::Immutable(_) => ILLEGAL_UPDATE,
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
        | Refusal::BothForms => CONTENT,
    }
}

/// Every kind of refusal that a call can meet.
pub fn refusals() -> Vec<&'static str> {
    kinds_of(&[ApiError::VARIANTS, Refusal::VARIANTS, QueryError::VARIANTS, TokenRefusal::VARIANTS])
}
