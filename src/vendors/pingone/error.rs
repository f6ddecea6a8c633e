//! Every refusal in the vendor's words: status, sentence and shape.
//!
//! Two shapes live side by side (contract, 2.6 and 12): `{message}` under `/iga`, and CREST's
//! `{code, reason, message}` everywhere else. The sentences of section 7 stand with `Refusal`.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use super::lifecycle::{ManagedRefusal, Noun, Refusal};
use super::model::Shelf;
use super::query::QueryError;
use super::reply::{as_service, crest, json, plain};

/// A refusal under `/iga`.
#[derive(Clone, Debug, PartialEq)]
pub enum ApiError {
    /// No token, or none that counts.
    Unauthorized,
    /// The caller may not do this at all.
    Forbidden,
    /// The caller may not do this to that; the whole sentence.
    NotAuthorized(String),
    /// The input is at fault: one sentence per fault.
    Invalid(Vec<String>),
    /// An illegal move, a bad filter or a bad action; the whole sentence.
    Illegal(String),
    /// An id, or the path, names nothing; the whole sentence.
    NotFound(String),
    /// An id names nothing; a part of the vendor's own that answers in plain text (contract, 7).
    Plain(String),
    /// The path exists, with other methods.
    MethodNotAllowed,
    /// The body is too large.
    TooLarge,
    /// The body is of a media type that is not read here.
    MediaType,
    /// Too many requests; to be tried again after so long.
    RateLimited(Duration),
    /// No tenant could be had.
    Unavailable(String),
    /// The vendor's own code breaks, and says how (contract, 2.6).
    Undefined(String),
    /// An invariant of ours broke.
    Internal,
    /// A status that somebody asked for, whatever its reason would be.
    Status(StatusCode),
}

impl ApiError {
    /// 404 for a path that nothing answers.
    pub fn no_path() -> Self {
        Self::NotFound("Not Found".into())
    }
    /// 404 for a user who does not exist.
    pub fn no_user(id: &str) -> Self {
        Refusal::NoSuch(Noun::User, id.to_owned()).into()
    }
    /// 403 for a request in which the caller has no part.
    pub fn no_part(action: &'static str) -> Self {
        Refusal::RequestNotAuthorized(action).into()
    }
    /// The message as one text.
    pub fn sentence(&self) -> String {
        match self {
            Self::Invalid(faults) => faults.join(" "),
            other => other.message().as_str().unwrap_or_default().to_owned(),
        }
    }
    /// One fault of the input.
    pub fn invalid(fault: impl Into<String>) -> Self {
        Self::Invalid(vec![fault.into()])
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::NotAuthorized(_) => StatusCode::FORBIDDEN,
            Self::Invalid(_) | Self::Illegal(_) => StatusCode::BAD_REQUEST,
            Self::NotFound(_) | Self::Plain(_) => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::RateLimited(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Undefined(_) | Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Status(status) => *status,
        }
    }

    /// After how many seconds the client may ask again.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::RateLimited(after) => Some(after.as_secs().max(1)),
            _ => None,
        }
    }

    /// The sentence, or the list of sentences.
    pub fn message(&self) -> Value {
        match self {
            Self::Unauthorized => "Unauthorized".into(),
            Self::Forbidden => "Forbidden".into(),
            Self::Invalid(faults) => faults.clone().into(),
            Self::NotAuthorized(text)
            | Self::Illegal(text)
            | Self::NotFound(text)
            | Self::Plain(text)
            | Self::Unavailable(text)
            | Self::Undefined(text) => text.as_str().into(),
            Self::MethodNotAllowed => "Method Not Allowed".into(),
            Self::TooLarge => "request entity too large".into(),
            Self::MediaType => "Unsupported Media Type".into(),
            Self::RateLimited(_) => "Too Many Requests".into(),
            Self::Internal => "Internal Server Error".into(),
            Self::Status(status) => status.canonical_reason().unwrap_or("Refused").into(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        if let Self::Plain(text) = self {
            return plain(StatusCode::NOT_FOUND, text);
        }
        let mut response = json(self.status(), &json!({"message": self.message()}));
        if let Some(seconds) = self.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let text = refusal.to_string();
        match refusal {
            Refusal::Invalid(faults) => Self::Invalid(faults),
            Refusal::NoSuch(..) | Refusal::NoPolicyToDelete(_) | Refusal::NoPhase(..) => Self::NotFound(text),
            Refusal::NotAuthorized(_) | Refusal::RequestNotAuthorized(_) | Refusal::ItemNotAuthorized(_) => {
                Self::NotAuthorized(text)
            }
            Refusal::NotKept(Shelf::Glossary, _) => Self::Undefined(text),
            Refusal::NotKept(Shelf::Forms, _) => Self::Plain(text),
            Refusal::NoFormToDelete(_) => Self::NotFound(text),
            Refusal::NotKept(..) | Refusal::NoRequestPhase(..) | Refusal::NoWorkflow(_) => Self::NotFound(text),
            Refusal::NotInProgress(_)
            | Refusal::Complete(_)
            | Refusal::NoException(_)
            | Refusal::NotAnOption(_)
            | Refusal::DoesNotResolve
            | Refusal::NotRemediating(_)
            | Refusal::Unknown(..)
            | Refusal::Unreadable(_)
            | Refusal::BuiltIn(_)
            | Refusal::Managed(_)
            | Refusal::RequestOver(_)
            | Refusal::WouldViolate
            | Refusal::RequestImpossible(..)
            | Refusal::StockWorkflow(_)
            | Refusal::ItemClosed(_)
            | Refusal::ItemUndecided(_)
            | Refusal::CampaignImpossible(..)
            | Refusal::NoConfigKey(_)
            | Refusal::NoApproverId
            | Refusal::SameName(_)
            | Refusal::AlreadyHeld
            | Refusal::NotHeld
            | Refusal::NoTarget
            | Refusal::Impossible(..) => Self::Illegal(text),
        }
    }
}

impl From<QueryError> for ApiError {
    fn from(error: QueryError) -> Self {
        error.sentences().map_or_else(|| Self::Illegal(error.to_string()), Self::Invalid)
    }
}

/// Why no token is given (contract, 1.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenRefusal {
    /// A form field is missing.
    Missing(&'static str),
    /// The form cannot be read.
    Unreadable,
    /// There is no such way to get a token.
    GrantType(String),
    /// There is no such client, or its secret is another.
    Client,
    /// An assertion does not convince, and why.
    Grant(&'static str),
    /// A service account may not have these scopes, which commas separate: clients parse the sentence.
    AccountScope(String),
    /// A client may not have these scopes.
    ClientScope(String),
    /// An invariant of ours broke.
    Internal,
}

impl IntoResponse for TokenRefusal {
    fn into_response(self) -> Response {
        let (error, description) = match &self {
            Self::Missing(field) => ("invalid_request", format!("Missing parameter, '{field}'")),
            Self::Unreadable => ("invalid_request", "The form cannot be read".into()),
            Self::GrantType(kind) => ("unsupported_grant_type", format!("Grant type is not supported: {kind}")),
            Self::Client => ("invalid_client", "Client authentication failed".into()),
            Self::Grant(why) => ("invalid_grant", (*why).into()),
            Self::AccountScope(scopes) => ("invalid_scope", format!("Unsupported scope for service account: {scopes}")),
            Self::ClientScope(scopes) => ("invalid_scope", format!("Unknown/invalid scope(s): [{scopes}]")),
            Self::Internal => ("server_error", "Internal Server Error".into()),
        };
        let status = match self {
            Self::Client => StatusCode::UNAUTHORIZED,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        crest(status, &json!({"error_description": description, "error": error}), None)
    }
}

/// A refusal under `/openidm`, `/am` and `/environment`.
#[derive(Clone, Debug, PartialEq)]
pub struct CrestError {
    status: StatusCode,
    message: String,
    detail: Option<Value>,
    retry_after: Option<u64>,
}

impl CrestError {
    /// A refusal with this status, the whole sentence, and nothing to say besides.
    fn of(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), detail: None, retry_after: None }
    }
    /// 401.
    pub fn unauthorized() -> Self {
        Self::of(StatusCode::UNAUTHORIZED, "Access Denied")
    }
    /// 403.
    pub fn forbidden() -> Self {
        Self::of(StatusCode::FORBIDDEN, "Access Denied")
    }
    /// 404 for a path that nothing answers.
    pub fn no_path(path: &str) -> Self {
        Self::of(StatusCode::NOT_FOUND, format!("Resource '{path}' not found"))
    }
    /// 404 for something that is no resource.
    pub fn no_resource(name: &str) -> Self {
        Self::no_path(name)
    }
    /// 413.
    pub fn too_large() -> Self {
        Self::of(StatusCode::PAYLOAD_TOO_LARGE, "Payload Too Large")
    }
    /// 405.
    pub fn method_not_allowed() -> Self {
        Self::of(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed")
    }
}

impl From<ManagedRefusal> for CrestError {
    fn from(refusal: ManagedRefusal) -> Self {
        let text = refusal.to_string();
        let status = match &refusal {
            ManagedRefusal::Missing(..) => StatusCode::NOT_FOUND,
            ManagedRefusal::Exists(_) | ManagedRefusal::Stale => StatusCode::PRECONDITION_FAILED,
            ManagedRefusal::Policy(_) | ManagedRefusal::ReadOnly(_) => StatusCode::FORBIDDEN,
            ManagedRefusal::BadId(_)
            | ManagedRefusal::BadField(_)
            | ManagedRefusal::BadOperation(_)
            | ManagedRefusal::Invalid(_) => StatusCode::BAD_REQUEST,
        };
        let detail = match refusal {
            ManagedRefusal::Policy(broken) => {
                let requirement = |(property, requirement): (&str, &str)| json!({"policyRequirements": [{"policyRequirement": requirement}], "property": property});
                let failed: Vec<Value> = broken.into_iter().map(requirement).collect();
                Some(json!({"result": false, "failedPolicyRequirements": failed}))
            }
            _ => None,
        };
        Self { status, message: text, detail, retry_after: None }
    }
}

impl From<Refusal> for CrestError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Managed(refusal) => refusal.into(),
            other => Self::of(StatusCode::BAD_REQUEST, other.to_string()),
        }
    }
}

/// What is refused in the words of `/iga`, said as the other bases say it.
impl From<ApiError> for CrestError {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::Unauthorized => Self::unauthorized(),
            ApiError::Forbidden => Self::forbidden(),
            ApiError::MethodNotAllowed => Self::method_not_allowed(),
            ApiError::TooLarge => Self::too_large(),
            other => Self { retry_after: other.retry_after(), ..Self::of(other.status(), other.sentence()) },
        }
    }
}

impl From<QueryError> for CrestError {
    fn from(error: QueryError) -> Self {
        Self::of(StatusCode::BAD_REQUEST, error.to_string())
    }
}

impl IntoResponse for CrestError {
    fn into_response(self) -> Response {
        let reason = self.status.canonical_reason().unwrap_or_default();
        let mut body = json!({"code": self.status.as_u16(), "reason": reason, "message": self.message});
        if let Some(detail) = self.detail {
            body["detail"] = detail;
        }
        let mut response = crest(self.status, &body, None);
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// Why the gate does not let a caller in.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Denied {
    /// No token, or none that counts.
    Unauthorized,
    /// The caller may not do this at all.
    Forbidden,
}

/// Which of the two shapes a path answers in.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `{message}`.
    Governance,
    /// `{code, reason, message}`.
    Crest,
}

impl Shape {
    /// The shape of the base that a path lies under.
    pub fn of(path: &str) -> Self {
        let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        if matches!(first, "openidm" | "am" | "environment" | "auto") { Self::Crest } else { Self::Governance }
    }
    /// The gate does not let the caller in.
    pub fn denied(self, denied: Denied) -> Response {
        match (self, denied) {
            (Self::Governance, Denied::Unauthorized) => ApiError::Unauthorized.into_response(),
            (Self::Governance, Denied::Forbidden) => ApiError::Forbidden.into_response(),
            (Self::Crest, Denied::Unauthorized) => CrestError::unauthorized().into_response(),
            (Self::Crest, Denied::Forbidden) => CrestError::forbidden().into_response(),
        }
    }
    /// The rim refuses.
    pub fn refused(self, error: ApiError, path: &str) -> Response {
        match (self, error) {
            (Self::Governance, error) => error.into_response(),
            (Self::Crest, ApiError::NotFound(_)) => self.no_path(path),
            (Self::Crest, error) => {
                let mut response = CrestError::from(error).into_response();
                as_service(path, response.headers_mut());
                response
            }
        }
    }
    /// Nothing answers this path.
    pub fn no_path(self, path: &str) -> Response {
        match self {
            Self::Governance => ApiError::no_path().into_response(),
            Self::Crest => CrestError::no_path(path).into_response(),
        }
    }
    /// Other methods answer this path.
    pub fn method_not_allowed(self) -> Response {
        match self {
            Self::Governance => ApiError::MethodNotAllowed.into_response(),
            Self::Crest => CrestError::method_not_allowed().into_response(),
        }
    }
}
