//! The plane's refusals, and its own plain way of wording them.

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

use super::dto::{ErrorBody, ErrorDto};
use crate::world::{NoTenant, NotAWorld, SnapshotError, StepError};

/// Why the plane did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The path, the query or the body cannot be read, or asks for the impossible.
    Malformed(String),
    /// The token that guards the plane is missing or wrong.
    Unauthenticated,
    /// There is none of this kind and name; the nearest that there is.
    NoSuch(&'static str, String, Option<String>),
    /// There is nothing at this path.
    NoSuchPath,
    /// Only http is served.
    NoTls,
    /// The path exists, with other methods.
    Method,
    /// What is so already stands against it.
    Conflict(String),
    /// The body is longer than this many bytes.
    TooLarge(usize),
    /// There is no more room.
    Full(String),
    /// An invariant of ours broke; nothing has changed.
    Broken,
}

impl Refusal {
    /// There is no `kind` called `name`; hints at the nearest of `known`.
    pub fn no_such<'k>(kind: &'static str, name: &str, known: impl Iterator<Item = &'k str>) -> Self {
        const LIKE: f64 = 0.7;
        let scored = known.map(|known| (strsim::jaro_winkler(name, known), known)).filter(|(score, _)| *score > LIKE);
        let nearest = scored.max_by(|(one, _), (other, _)| one.total_cmp(other));
        Self::NoSuch(kind, name.to_owned(), nearest.map(|(_, known)| known.to_owned()))
    }

    fn parts(&self) -> (StatusCode, &'static str, String) {
        match self {
            Self::Malformed(what) => (StatusCode::BAD_REQUEST, "malformed", what.clone()),
            Self::Unauthenticated => (
                StatusCode::UNAUTHORIZED,
                "unauthenticated",
                "the control plane asks for its token: Authorization: Bearer …".to_owned(),
            ),
            Self::NoSuch(kind, name, nearest) => {
                let hint = nearest.as_ref().map(|nearest| format!("; did you mean `{nearest}`?")).unwrap_or_default();
                (StatusCode::NOT_FOUND, "not_found", format!("there is no {kind} `{name}`{hint}"))
            }
            Self::NoSuchPath => {
                (StatusCode::NOT_FOUND, "not_found", "there is nothing here; see /_rolecall/openapi.json".to_owned())
            }
            Self::NoTls => {
                (StatusCode::NOT_FOUND, "not_found", "only http is served here; --tls serves https, too".to_owned())
            }
            Self::Method => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "not with this method; see /_rolecall/openapi.json".to_owned(),
            ),
            Self::Conflict(why) => (StatusCode::CONFLICT, "conflict", why.clone()),
            Self::TooLarge(max) => {
                (StatusCode::PAYLOAD_TOO_LARGE, "too_large", format!("the body is longer than {max} bytes"))
            }
            Self::Full(why) => (StatusCode::INSUFFICIENT_STORAGE, "full", why.clone()),
            Self::Broken => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "broken",
                "something broke here, and nothing has changed; the log says what".to_owned(),
            ),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code, message) = self.parts();
        let mut response = (status, Json(ErrorDto { error: ErrorBody { code, message } })).into_response();
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<PathRejection> for Refusal {
    fn from(rejection: PathRejection) -> Self {
        Self::Malformed(rejection.body_text())
    }
}
impl From<QueryRejection> for Refusal {
    fn from(rejection: QueryRejection) -> Self {
        Self::Malformed(rejection.body_text())
    }
}
impl From<NoTenant> for Refusal {
    fn from(why: NoTenant) -> Self {
        match why {
            NoTenant::Full(_) => Self::Full(why.to_string()),
            NoTenant::Taken(_) => Self::Conflict(why.to_string()),
            NoTenant::Name(_) => Self::Malformed(why.to_string()),
        }
    }
}
impl From<SnapshotError> for Refusal {
    fn from(why: SnapshotError) -> Self {
        match why {
            SnapshotError::Unknown(name) => Self::NoSuch("snapshot", name, None),
            SnapshotError::TooMany => Self::Full(why.to_string()),
        }
    }
}
impl From<NotAWorld> for Refusal {
    fn from(why: NotAWorld) -> Self {
        Self::Malformed(why.to_string())
    }
}
impl From<StepError> for Refusal {
    fn from(why: StepError) -> Self {
        match why {
            StepError::Malformed(what) => Self::Malformed(what),
            StepError::Refused(_) => Self::Conflict(why.to_string()),
        }
    }
}
