//! Every refusal in the vendor's words: a code of google.rpc, the status that belongs to it, and a sentence (contract, 3).

use std::borrow::Cow;
use std::time::Duration;

use axum::Extension;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};

use super::dto::tasks::TaskRef;
use super::lifecycle::tasks::TaskRefusal;
use super::lifecycle::{NotYet, PolicyRefusal, Refusal};
use super::wire::{Any, id, json};
use crate::http::{ExchangeId, Refused, kinds_of};

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
#[derive(Clone, Debug, PartialEq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ApiError {
    /// By a command.
    #[strum(transparent, to_string = "")]
    Refused(Refusal),
    /// No token, or none that counts.
    Unauthenticated,
    /// The caller lacks the right.
    PermissionDenied,
    /// Too many requests; to be tried again after so long.
    RateLimited(Duration),
    /// An id names nothing; as recorded, without a word about what.
    NotFound,
    /// A field holds no id where there must be one; the whole sentence.
    NotAnId(String),
    /// A field is absent or empty; the whole sentence.
    Missing(String),
    /// A field's value is none that it can have; the whole sentence.
    Invalid(String),
    /// The body is not the operation's message; the whole sentence.
    MalformedBody(String),
    /// The body is not UTF-8.
    NotUtf8,
    /// A page token that is none, or another query's.
    PageToken,
    /// A parameter of the query that is no number: its name, and what it is instead.
    Parameter(&'static str, String),
    /// An expression has no value; what it says.
    Cel(String),
    /// An operation that is not emulated.
    Unimplemented,
    /// No such path.
    NoPath,
    /// The path exists, with other methods.
    MethodNotAllowed,
    /// The body is larger than is read.
    TooLarge,
    /// The body is of a media type that is not read here.
    #[strum(to_string = "")]
    MediaType,
    /// No tenant could be had, and why.
    #[strum(to_string = "")]
    Unavailable(String),
    /// An invariant of ours broke: no request is to blame.
    #[strum(to_string = "")]
    Internal,
    /// Something is there already, whatever it is.
    #[strum(to_string = "")]
    Conflict,
    /// A status that somebody asked for, in the words that usually have it.
    #[strum(to_string = "")]
    Status(StatusCode, Box<ApiError>),
}

#[derive(Serialize)]
struct Status<'a> {
    code: i32,
    message: &'a str,
    #[serde(skip_serializing_if = "<[Any]>::is_empty")]
    details: &'a [Any],
}

impl ApiError {
    /// A status that somebody asked for, with the code that usually has it.
    pub fn of_status(status: StatusCode) -> Self {
        let usual = match status {
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::MediaType,
            StatusCode::BAD_REQUEST => Self::Invalid("invalid argument".into()),
            StatusCode::UNAUTHORIZED => Self::Unauthenticated,
            StatusCode::FORBIDDEN => Self::PermissionDenied,
            StatusCode::NOT_FOUND => Self::NoPath,
            StatusCode::CONFLICT => Self::Conflict,
            StatusCode::SERVICE_UNAVAILABLE => Self::Unavailable("unavailable".into()),
            _ => Self::Internal,
        };
        Self::Status(status, Box::new(usual))
    }

    fn code(&self) -> Code {
        match self {
            Self::Refused(refusal) => code_of(refusal),
            Self::Unauthenticated => Code::Unauthenticated,
            Self::PermissionDenied => Code::PermissionDenied,
            Self::RateLimited(_) | Self::TooLarge => Code::ResourceExhausted,
            Self::NotFound | Self::NoPath => Code::NotFound,
            Self::NotAnId(_)
            | Self::Missing(_)
            | Self::Invalid(_)
            | Self::MalformedBody(_)
            | Self::PageToken
            | Self::Parameter(..)
            | Self::Cel(_)
            | Self::MediaType => Code::InvalidArgument,
            Self::Conflict => Code::AlreadyExists,
            Self::Unimplemented | Self::MethodNotAllowed => Code::Unimplemented,
            Self::Unavailable(_) => Code::Unavailable,
            // As recorded, for what is not UTF-8.
            Self::NotUtf8 | Self::Internal => Code::Unknown,
            Self::Status(_, usual) => usual.code(),
        }
    }

    fn status(&self, code: Code) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Status(status, _) => *status,
            _ => code.status(),
        }
    }

    /// The sentence, without the id of the request.
    pub fn message(&self) -> Cow<'_, str> {
        match self {
            Self::Refused(refusal) => refusal.to_string().into(),
            Self::Unauthenticated => "unauthenticated".into(),
            Self::PermissionDenied => "permission denied".into(),
            Self::RateLimited(_) => "rate limit exceeded".into(),
            Self::NotFound => "not found".into(),
            Self::NotAnId(text)
            | Self::Missing(text)
            | Self::Invalid(text)
            | Self::MalformedBody(text)
            | Self::Cel(text)
            | Self::Unavailable(text) => text.into(),
            Self::NotUtf8 => "string field contains invalid UTF-8".into(),
            Self::PageToken => "invalid page token".into(),
            Self::Parameter(name, text) => {
                let parsing = format!("strconv.ParseInt: parsing {text:?}: invalid syntax");
                format!("type mismatch, parameter: {name}, error: {parsing}").into()
            }
            Self::Conflict => "already exists".into(),
            Self::Unimplemented => "method is not implemented".into(),
            Self::NoPath => "Not Found".into(),
            Self::MethodNotAllowed => "Method Not Allowed".into(),
            Self::TooLarge => "request body too large".into(),
            Self::MediaType => "unsupported media type".into(),
            Self::Internal => "internal error".into(),
            Self::Status(_, usual) => usual.message(),
        }
    }

    fn details(&self) -> Vec<Any> {
        match self {
            Self::Refused(Refusal::Task(TaskRefusal::Duplicate(task))) => {
                vec![Any::of(&TaskRef { id: id::text(*task) })]
            }
            _ => Vec::new(),
        }
    }

    /// Whether the gateway in front says it, which knows no request ids.
    fn is_gateways(&self) -> bool {
        match self {
            Self::Parameter(..) | Self::NoPath | Self::MethodNotAllowed | Self::TooLarge | Self::MediaType => true,
            Self::Status(_, usual) => usual.is_gateways(),
            _ => false,
        }
    }

    fn is_ours(&self) -> bool {
        match self {
            Self::Internal => true,
            Self::Status(_, usual) => usual.is_ours(),
            _ => false,
        }
    }

    /// As a tidy server codes it: where the live one fails over a wrong request, the request is to blame (contract, 9).
    fn tidy_code(&self) -> Code {
        let fails = self.code() == Code::Unknown && !self.is_ours();
        if fails { Code::InvalidArgument } else { self.code() }
    }

    /// The answer to this exchange.
    pub fn answer(&self, exchange: &ExchangeId) -> Response {
        self.coded(self.code(), exchange)
    }

    fn coded(&self, code: Code, exchange: &ExchangeId) -> Response {
        let message = self.message();
        let signed = || format!("{message} (request-id: {})", id::text(exchange.id));
        let message = if self.is_gateways() { message.clone() } else { signed().into() };
        let details = self.details();
        let body = Status { code: code as i32, message: &message, details: &details };
        let answer = json(self.status(code), &body);
        let mut response = (Extension(Refused::by(self)), answer).into_response();
        if let Self::RateLimited(after) = self {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(after.as_secs().max(1)));
        }
        response
    }
}

/// An empty answer that carries the refusal until the gate, which knows the id of the request, words it by [`signed`].
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status(self.code()).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// An answer in the vendor's words, if it is a refusal; `tidy` where a switch wants no plain failures.
pub fn signed(mut response: Response, exchange: &ExchangeId, tidy: bool) -> Response {
    match response.extensions_mut().remove::<ApiError>() {
        Some(error) if tidy => error.coded(error.tidy_code(), exchange),
        Some(error) => error.answer(exchange),
        None => response,
    }
}

/// What commands and handlers refuse alike is the same, whoever does.
impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoSuch(_) => Self::NotFound,
            other => Self::Refused(other),
        }
    }
}

impl From<TaskRefusal> for ApiError {
    fn from(refusal: TaskRefusal) -> Self {
        Refusal::from(refusal).into()
    }
}

impl From<PolicyRefusal> for ApiError {
    fn from(refusal: PolicyRefusal) -> Self {
        Refusal::from(refusal).into()
    }
}

fn code_of(refusal: &Refusal) -> Code {
    match refusal {
        Refusal::NoSuch(_) => Code::NotFound,
        Refusal::Missing(..)
        | Refusal::Invalid(..)
        | Refusal::NotAnId(_)
        | Refusal::Replayed
        | Refusal::CallbackToken => Code::InvalidArgument,
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
        Refusal::Task(refusal) => code_of_task(refusal),
        Refusal::Policy(refusal) => code_of_policy(refusal),
    }
}

fn code_of_task(refusal: &TaskRefusal) -> Code {
    match refusal {
        TaskRefusal::Closed
        | TaskRefusal::StaleStep
        | TaskRefusal::NotPermitted
        | TaskRefusal::StepUpRequired
        | TaskRefusal::StepUpInvalid
        | TaskRefusal::DurationWhileProvisioning => Code::FailedPrecondition,
        TaskRefusal::NoSuchStep => Code::NotFound,
        TaskRefusal::NotVisible | TaskRefusal::NotForThisUser | TaskRefusal::NotRequestable => Code::PermissionDenied,
        TaskRefusal::UserRequired => Code::Unknown,
        TaskRefusal::Duplicate(_) => Code::AlreadyExists,
        TaskRefusal::ReasonRequired(_)
        | TaskRefusal::EmptyComment
        | TaskRefusal::NoReassignee
        | TaskRefusal::BadReassignee
        | TaskRefusal::BothUsers
        | TaskRefusal::NoDuration
        | TaskRefusal::TooLong(_)
        | TaskRefusal::BadData(_) => Code::InvalidArgument,
    }
}

fn code_of_policy(refusal: &PolicyRefusal) -> Code {
    match refusal {
        refusal if refusal.is_plain_failure() => Code::Unknown,
        PolicyRefusal::Builtin => Code::PermissionDenied,
        PolicyRefusal::InUse(_) => Code::FailedPrecondition,
        _ => Code::InvalidArgument,
    }
}

/// A refusal of the token endpoint, in the words of OAuth (contract, 4.2), and of RFC 8628, 3.5, for a device that has no
/// token yet, or never will.
#[derive(Clone, Debug, PartialEq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case", prefix = "token-")]
pub enum TokenError {
    /// By a command: what is traded in is worth nothing.
    #[strum(transparent, to_string = "")]
    Refused(Refusal),
    /// Who asks is nobody known, or cannot prove it.
    InvalidClient(Cow<'static, str>),
    /// What is traded in is worth nothing.
    InvalidGrant(Cow<'static, str>),
    /// A parameter is missing or cannot be read.
    InvalidRequest(Cow<'static, str>),
    /// A grant type that is not served.
    UnsupportedGrantType(String),
    /// Nobody has let the device in yet.
    AuthorizationPending,
    /// The device asks too often.
    SlowDown,
    /// Somebody turned the device away.
    AccessDenied,
    /// The device waited too long.
    ExpiredToken,
}

impl TokenError {
    /// [`TokenError::InvalidClient`].
    pub fn client(description: impl Into<Cow<'static, str>>) -> Self {
        Self::InvalidClient(description.into())
    }
    /// [`TokenError::InvalidGrant`].
    pub fn grant(description: impl Into<Cow<'static, str>>) -> Self {
        Self::InvalidGrant(description.into())
    }
    /// [`TokenError::InvalidRequest`].
    pub fn request(description: impl Into<Cow<'static, str>>) -> Self {
        Self::InvalidRequest(description.into())
    }

    /// `error` and `error_description`.
    fn words(&self) -> (&'static str, Cow<'_, str>) {
        match self {
            Self::Refused(refusal) => ("invalid_grant", refusal.to_string().into()),
            Self::InvalidClient(text) => ("invalid_client", text.as_ref().into()),
            Self::InvalidGrant(text) => ("invalid_grant", text.as_ref().into()),
            Self::InvalidRequest(text) => ("invalid_request", text.as_ref().into()),
            Self::UnsupportedGrantType(grant) => {
                ("unsupported_grant_type", format!("unsupported grant type: {grant}").into())
            }
            Self::AuthorizationPending => ("authorization_pending", "nobody has approved the login yet".into()),
            Self::SlowDown => ("slow_down", "polling too often".into()),
            Self::AccessDenied => ("access_denied", "the login was denied".into()),
            Self::ExpiredToken => ("expired_token", "the device code has expired".into()),
        }
    }
}

impl IntoResponse for TokenError {
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        struct Body<'a> {
            error: &'a str,
            error_description: &'a str,
        }
        let status = match self {
            Self::InvalidClient(_) => StatusCode::UNAUTHORIZED,
            _ => StatusCode::BAD_REQUEST,
        };
        let (error, description) = self.words();
        let body = Body { error, error_description: &description };
        (status, Extension(Refused::by(&self)), axum::Json(body)).into_response()
    }
}

impl From<NotYet> for TokenError {
    fn from(why: NotYet) -> Self {
        match why {
            NotYet::Pending => Self::AuthorizationPending,
            NotYet::TooSoon => Self::SlowDown,
            NotYet::Denied => Self::AccessDenied,
            NotYet::Expired => Self::ExpiredToken,
            NotYet::Redeemed => Self::grant("the device code has been used"),
        }
    }
}

impl From<Refusal> for TokenError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Every kind of refusal that a call can meet.
pub fn refusals() -> Vec<&'static str> {
    kinds_of(&[
        ApiError::VARIANTS,
        TokenError::VARIANTS,
        Refusal::VARIANTS,
        TaskRefusal::VARIANTS,
        PolicyRefusal::VARIANTS,
    ])
}
