//! Every refusal in the vendor's words: a code of google.rpc, the status that belongs to it, and a sentence (contract, 3).

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use super::dto::tasks::TaskRef;
use super::lifecycle::tasks::TaskRefusal;
use super::lifecycle::{NotYet, PolicyRefusal, Refusal};
use super::wire::{Any, id, json};
use crate::http::ExchangeId;

/// What kind of refusal it is: the codes of google.rpc that are used here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Code {
    /// Nobody knows what happened; also plain failures of the server.
    Unknown = 2,
    /// The request is wrong whatever the state of things.
    InvalidArgument = 3,
    /// There is no such thing.
    NotFound = 5,
    /// There is such a thing already.
    AlreadyExists = 6,
    /// The caller may not.
    PermissionDenied = 7,
    /// Too many requests.
    ResourceExhausted = 8,
    /// The state of things forbids it.
    FailedPrecondition = 9,
    /// Not served.
    Unimplemented = 12,
    /// Not to be had now.
    Unavailable = 14,
    /// The caller is nobody we know.
    Unauthenticated = 16,
}

impl Code {
    /// The status that belongs to it.
    pub fn status(self) -> StatusCode {
        match self {
            Self::InvalidArgument | Self::FailedPrecondition => StatusCode::BAD_REQUEST,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::PermissionDenied => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::AlreadyExists => StatusCode::CONFLICT,
            Self::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
            Self::Unknown => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unimplemented => StatusCode::NOT_IMPLEMENTED,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// A refusal.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiError {
    /// Its kind.
    pub code: Code,
    /// Its sentence, without the id of the request.
    pub message: String,
    /// Where it is not the code's own.
    status: Option<StatusCode>,
    details: Vec<Any>,
    after: Option<Duration>,
    /// Said by the gateway in front, which knows no request ids.
    by_gateway: bool,
    /// An invariant of ours broke: no request is to blame.
    is_ours: bool,
}

#[derive(Serialize)]
struct Status<'a> {
    code: i32,
    message: &'a str,
    #[serde(skip_serializing_if = "<[Any]>::is_empty")]
    details: &'a [Any],
}

impl ApiError {
    /// A refusal of this kind, with this sentence.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            status: None,
            details: Vec::new(),
            after: None,
            by_gateway: false,
            is_ours: false,
        }
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
    /// 400: the request is wrong.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(Code::InvalidArgument, message)
    }
    /// 404: an id names nothing.
    pub fn not_found() -> Self {
        Self::new(Code::NotFound, "not found")
    }
    /// 403: the caller lacks the right.
    pub fn permission_denied() -> Self {
        Self::new(Code::PermissionDenied, "permission denied")
    }
    /// 401: no token, or none that counts.
    pub fn unauthenticated() -> Self {
        Self::new(Code::Unauthenticated, "unauthenticated")
    }
    /// 409: there is one already.
    pub fn exists(message: impl Into<String>) -> Self {
        Self::new(Code::AlreadyExists, message)
    }
    /// 501: an operation that is not emulated.
    pub fn unimplemented() -> Self {
        Self::new(Code::Unimplemented, "method is not implemented")
    }
    /// 429: to be tried again after so long.
    pub fn rate_limited(after: Duration) -> Self {
        Self { after: Some(after), ..Self::new(Code::ResourceExhausted, "rate limit exceeded") }
    }
    /// 503, with why.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(Code::Unavailable, message)
    }
    /// 500: an invariant of ours broke.
    pub fn internal() -> Self {
        Self { is_ours: true, ..Self::new(Code::Unknown, "internal error") }
    }
    /// 500, as recorded, for a body that is not UTF-8.
    pub fn not_utf8() -> Self {
        Self::new(Code::Unknown, "string field contains invalid UTF-8")
    }
    /// 400: a page token that is none, or another query's.
    pub fn page_token() -> Self {
        Self::invalid("invalid page token")
    }
    /// 400: a parameter of the query that is no number.
    pub fn parameter(name: &str, text: &str) -> Self {
        let message =
            format!("type mismatch, parameter: {name}, error: strconv.ParseInt: parsing {text:?}: invalid syntax");
        Self { by_gateway: true, ..Self::invalid(message) }
    }
    /// 404: no such path.
    pub fn no_path() -> Self {
        Self { by_gateway: true, ..Self::new(Code::NotFound, "Not Found") }
    }
    /// 501: the path exists, with other methods.
    pub fn method_not_allowed() -> Self {
        Self { by_gateway: true, ..Self::new(Code::Unimplemented, "Method Not Allowed") }
    }
    /// 413: the body is larger than is read.
    pub fn too_large() -> Self {
        let status = Some(StatusCode::PAYLOAD_TOO_LARGE);
        Self { status, by_gateway: true, ..Self::new(Code::ResourceExhausted, "request body too large") }
    }
    /// 415: the body is of a media type that is not read here.
    pub fn media_type() -> Self {
        let status = Some(StatusCode::UNSUPPORTED_MEDIA_TYPE);
        Self { status, by_gateway: true, ..Self::invalid("unsupported media type") }
    }

    /// As a tidy server says it: where the live one fails over a wrong request, the request is to blame (contract, 9).
    fn tidied(self) -> Self {
        let fails = self.code == Code::Unknown && !self.is_ours;
        if fails { Self { code: Code::InvalidArgument, ..self } } else { self }
    }

    /// The answer to this exchange.
    pub fn answer(&self, exchange: &ExchangeId) -> Response {
        self.render(&format!("{} (request-id: {})", self.message, id::text(exchange.id)))
    }

    fn render(&self, message: &str) -> Response {
        let message = if self.by_gateway { &self.message } else { message };
        let mut response = json(
            self.status.unwrap_or(self.code.status()),
            &Status { code: self.code as i32, message, details: &self.details },
        );
        if let Some(after) = self.after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(after.as_secs().max(1)));
        }
        response
    }
}

/// Without the id of the request, which only the gate knows; it calls [`signed`].
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.render(&self.message);
        response.extensions_mut().insert(self);
        response
    }
}

/// An answer with the id of its request in the sentence, if it is a refusal; `tidy` where a switch wants no plain
/// failures.
pub fn signed(mut response: Response, exchange: &ExchangeId, tidy: bool) -> Response {
    match response.extensions_mut().remove::<ApiError>() {
        Some(error) if tidy => error.tidied().answer(exchange),
        Some(error) => error.answer(exchange),
        None => response,
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal {
            // As recorded: without a word about what.
            Refusal::NoSuch(_) => return Self::not_found(),
            Refusal::Invalid(..) | Refusal::NotAnId(_) | Refusal::Replayed | Refusal::CallbackToken => {
                Code::InvalidArgument
            }
            Refusal::AliasTaken | Refusal::Exists(_) => Code::AlreadyExists,
            Refusal::FoundByConnector(_)
            | Refusal::Builtin(_)
            | Refusal::TooManyClients(_)
            | Refusal::CatalogUnpublished
            | Refusal::CatalogForEveryone
            | Refusal::Settled
            | Refusal::ReviewState(_)
            | Refusal::NotByHand
            | Refusal::StepUpOver => Code::FailedPrecondition,
            // As recorded: the live server fails.
            Refusal::ResourceTypeExists => Code::Unknown,
            Refusal::Task(refusal) => return refusal.into(),
            Refusal::Policy(refusal) => return refusal.into(),
        };
        Self::new(code, refusal.to_string())
    }
}

impl From<TaskRefusal> for ApiError {
    fn from(refusal: TaskRefusal) -> Self {
        let code = match &refusal {
            TaskRefusal::Closed
            | TaskRefusal::StaleStep
            | TaskRefusal::NotPermitted
            | TaskRefusal::StepUpRequired
            | TaskRefusal::StepUpInvalid
            | TaskRefusal::DurationWhileProvisioning => Code::FailedPrecondition,
            TaskRefusal::NoSuchStep => Code::NotFound,
            TaskRefusal::NotVisible | TaskRefusal::NotForThisUser | TaskRefusal::NotRequestable => {
                Code::PermissionDenied
            }
            TaskRefusal::UserRequired => Code::Unknown,
            TaskRefusal::Duplicate(task) => {
                let open = Any::of(&TaskRef { id: id::text(*task) });
                return Self { details: vec![open], ..Self::exists(refusal.to_string()) };
            }
            TaskRefusal::ReasonRequired(_)
            | TaskRefusal::EmptyComment
            | TaskRefusal::NoReassignee
            | TaskRefusal::BadReassignee
            | TaskRefusal::BothUsers
            | TaskRefusal::NoDuration
            | TaskRefusal::TooLong(_)
            | TaskRefusal::BadData(_) => Code::InvalidArgument,
        };
        Self::new(code, refusal.to_string())
    }
}

impl From<PolicyRefusal> for ApiError {
    fn from(refusal: PolicyRefusal) -> Self {
        let code = match &refusal {
            refusal if refusal.is_plain_failure() => Code::Unknown,
            PolicyRefusal::Builtin => Code::PermissionDenied,
            PolicyRefusal::InUse(_) => Code::FailedPrecondition,
            _ => Code::InvalidArgument,
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
