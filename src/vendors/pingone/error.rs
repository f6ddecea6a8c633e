//! Every refusal in the vendor's words: status, sentence and shape.
//!
//! Two shapes live side by side (contract, 2.6 and 12): `{message}` under `/iga`, and CREST's
//! `{code, reason, message}` everywhere else. The sentences of section 7 stand with `Refusal`.

use std::borrow::Cow;
use std::time::Duration;

use axum::Extension;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use strum::{IntoStaticStr, VariantNames};

use super::lifecycle::{Fault, ManagedRefusal, Missing, Refusal, sentences};
use super::query::QueryError;
use super::reply::{as_service, crest, json, plain};
use crate::http::{Refused, kinds_of};

/// A refusal under `/iga`.
#[derive(Clone, Debug, PartialEq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ApiError {
    /// By a command, or of what it would have named.
    #[strum(transparent, to_string = "")]
    Refused(Refusal),
    /// Of what a list is asked.
    #[strum(transparent, to_string = "")]
    Query(QueryError),
    /// No token, or none that counts.
    Unauthorized,
    /// The caller may not do this at all.
    Forbidden,
    /// The body is no JSON; the whole sentence.
    MalformedBody(String),
    /// Nothing answers the path.
    NoPath,
    /// The path exists, with other methods.
    MethodNotAllowed,
    /// The body is too large.
    TooLarge,
    /// The body is of a media type that is not read here.
    #[strum(to_string = "")]
    MediaType,
    /// Too many requests; to be tried again after so long. Nobody counts them here.
    #[strum(to_string = "")]
    RateLimited(Duration),
    /// No tenant could be had.
    #[strum(to_string = "")]
    Unavailable(String),
    /// An invariant of ours broke.
    #[strum(to_string = "")]
    Internal,
    /// A status that somebody asked for, whatever its reason would be.
    #[strum(to_string = "")]
    Status(StatusCode),
}

impl ApiError {
    /// 404 for a user who does not exist.
    pub fn no_user(id: &str) -> Self {
        Missing::User(id.to_owned()).into()
    }
    /// 403 for a request in which the caller has no part.
    pub fn no_part(action: &'static str) -> Self {
        Refusal::RequestNotAuthorized(action).into()
    }

    /// The message as one text.
    fn sentence(&self) -> Cow<'_, str> {
        match self {
            Self::Refused(refusal) => refusal.to_string().into(),
            Self::Query(error) => error.to_string().into(),
            Self::Unauthorized => "Unauthorized".into(),
            Self::Forbidden => "Forbidden".into(),
            Self::MalformedBody(text) | Self::Unavailable(text) => text.into(),
            Self::NoPath => "Not Found".into(),
            Self::MethodNotAllowed => "Method Not Allowed".into(),
            Self::TooLarge => "request entity too large".into(),
            Self::MediaType => "Unsupported Media Type".into(),
            Self::RateLimited(_) => "Too Many Requests".into(),
            Self::Internal => "Internal Server Error".into(),
            Self::Status(status) => status.canonical_reason().unwrap_or("Refused").into(),
        }
    }

    /// The sentence, or the list of sentences where each fault of the input has its own.
    fn message(&self) -> Value {
        match self {
            Self::Refused(Refusal::Invalid(faults)) => sentences(faults).into(),
            Self::Query(error) => error.sentences().map_or_else(|| self.sentence().into(), Value::from),
            _ => self.sentence().into(),
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Refused(refusal) => status_of(refusal),
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Query(_) | Self::MalformedBody(_) => StatusCode::BAD_REQUEST,
            Self::NoPath => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::RateLimited(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
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

    fn refused(&self) -> Refused {
        match self {
            Self::Refused(refusal) => refused(std::iter::once(refusal)),
            other => Refused::by(other),
        }
    }
}

/// The kinds of these refusals, and of each fault of an input.
pub fn refused<'r>(refusals: impl Iterator<Item = &'r Refusal>) -> Refused {
    let kinds = |refusal: &'r Refusal| -> Vec<&'static str> {
        match refusal {
            Refusal::Invalid(faults) => faults.iter().map(Into::into).collect(),
            other => vec![other.into()],
        }
    };
    refusals.flat_map(kinds).collect()
}

/// Every kind of refusal that a call can meet.
pub fn refusals() -> Vec<&'static str> {
    kinds_of(&[
        ApiError::VARIANTS,
        TokenRefusal::VARIANTS,
        QueryError::VARIANTS,
        Refusal::VARIANTS,
        Missing::VARIANTS,
        Fault::VARIANTS,
        ManagedRefusal::VARIANTS,
    ])
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let answer = match &self {
            // A part of the vendor's own that answers in plain text (contract, 7).
            Self::Refused(Refusal::NoSuch(Missing::Form(_))) => plain(self.status(), self.sentence().into_owned()),
            _ => json(self.status(), &json!({"message": self.message()})),
        };
        let mut response = (Extension(self.refused()), answer).into_response();
        if let Some(seconds) = self.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

fn status_of(refusal: &Refusal) -> StatusCode {
    match refusal {
        // The vendor's own code breaks (contract, 2.6).
        Refusal::NoSuch(Missing::GlossaryItem(_)) => StatusCode::INTERNAL_SERVER_ERROR,
        Refusal::NoSuch(_) => StatusCode::NOT_FOUND,
        Refusal::ViolationNotAuthorized(_) | Refusal::RequestNotAuthorized(_) | Refusal::ItemNotAuthorized(_) => {
            StatusCode::FORBIDDEN
        }
        Refusal::Invalid(_)
        | Refusal::NotInProgress(_)
        | Refusal::ViolationOver(_)
        | Refusal::NoException(_)
        | Refusal::NotAnOption(_)
        | Refusal::DoesNotResolve
        | Refusal::NotRemediating(_)
        | Refusal::UnknownAction(_)
        | Refusal::UnknownWord(..)
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
        | Refusal::ViolationImpossible(..) => StatusCode::BAD_REQUEST,
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Missing> for ApiError {
    fn from(missing: Missing) -> Self {
        Refusal::from(missing).into()
    }
}

impl From<Fault> for ApiError {
    fn from(fault: Fault) -> Self {
        Refusal::from(fault).into()
    }
}

impl From<QueryError> for ApiError {
    fn from(error: QueryError) -> Self {
        Self::Query(error)
    }
}

/// Why no token is given (contract, 1.2).
#[derive(Clone, Debug, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case", prefix = "token-")]
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
    #[strum(to_string = "")]
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
        let answer = crest(status, &json!({"error_description": description, "error": error}), None);
        (Extension(Refused::by(&self)), answer).into_response()
    }
}

/// A refusal under `/openidm`, `/am` and `/environment`.
#[derive(Clone, Debug, PartialEq)]
pub struct CrestError {
    status: StatusCode,
    message: String,
    detail: Option<Box<Value>>,
    retry_after: Option<u64>,
    refused: Refused,
}

impl CrestError {
    /// What is refused in the words of `/iga`, in this sentence instead.
    fn of(error: &ApiError, message: impl Into<String>) -> Self {
        let (status, retry_after) = (error.status(), error.retry_after());
        Self { status, message: message.into(), detail: None, retry_after, refused: error.refused() }
    }
    /// 404 for a path that nothing answers.
    pub fn no_path(path: &str) -> Self {
        Self::of(&ApiError::NoPath, format!("Resource '{path}' not found"))
    }
    /// 404 for something that is no resource.
    pub fn no_resource(name: &str) -> Self {
        Self::no_path(name)
    }
}

impl From<ManagedRefusal> for CrestError {
    fn from(refusal: ManagedRefusal) -> Self {
        let (message, refused) = (refusal.to_string(), Refused::by(&refusal));
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
                Some(Box::new(json!({"result": false, "failedPolicyRequirements": failed})))
            }
            _ => None,
        };
        Self { status, message, detail, retry_after: None, refused }
    }
}

impl From<Refusal> for CrestError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Managed(refusal) => refusal.into(),
            other => Self { status: StatusCode::BAD_REQUEST, ..ApiError::from(other).into() },
        }
    }
}

impl From<ApiError> for CrestError {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::Unauthorized | ApiError::Forbidden => Self::of(&error, "Access Denied"),
            ApiError::TooLarge => Self::of(&error, "Payload Too Large"),
            other => Self::of(&other, other.sentence()),
        }
    }
}

impl From<QueryError> for CrestError {
    fn from(error: QueryError) -> Self {
        ApiError::from(error).into()
    }
}

impl IntoResponse for CrestError {
    fn into_response(self) -> Response {
        let reason = self.status.canonical_reason().unwrap_or_default();
        let mut body = json!({"code": self.status.as_u16(), "reason": reason, "message": self.message});
        if let Some(detail) = self.detail {
            body["detail"] = *detail;
        }
        let answer = crest(self.status, &body, None);
        let mut response = (Extension(self.refused), answer).into_response();
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
        self.word(match denied {
            Denied::Unauthorized => ApiError::Unauthorized,
            Denied::Forbidden => ApiError::Forbidden,
        })
    }
    /// The rim refuses.
    pub fn refused(self, error: ApiError, path: &str) -> Response {
        let mut response = match (self, error) {
            (_, ApiError::NoPath) => return self.no_path(path),
            (Self::Governance, error) => return error.into_response(),
            (Self::Crest, error) => CrestError::from(error).into_response(),
        };
        as_service(path, response.headers_mut());
        response
    }
    /// Nothing answers this path.
    pub fn no_path(self, path: &str) -> Response {
        match self {
            Self::Governance => ApiError::NoPath.into_response(),
            Self::Crest => CrestError::no_path(path).into_response(),
        }
    }
    /// Other methods answer this path.
    pub fn method_not_allowed(self) -> Response {
        self.word(ApiError::MethodNotAllowed)
    }

    fn word(self, error: ApiError) -> Response {
        match self {
            Self::Governance => error.into_response(),
            Self::Crest => CrestError::from(error).into_response(),
        }
    }
}
