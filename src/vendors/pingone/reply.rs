//! What handlers take and give: documents, and lists in the vendor's envelope.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::error::{ApiError, CrestError};
use super::lifecycle::Fault;

/// The id of a transaction; the request's own is repeated (contract, 1.1).
pub const TRANSACTION: HeaderName = HeaderName::from_static("x-forgerock-transactionid");

/// An answer with the headers of the governance service (contract, 1.1).
pub fn json(status: StatusCode, body: &impl Serialize) -> Response {
    let Ok(bytes) = serde_json::to_vec(body) else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let etag = weak_etag(&bytes);
    let mut response = (status, bytes).into_response();
    let headers = response.headers_mut();
    headers.insert("x-powered-by", HeaderValue::from_static("Express"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Ok(etag) = HeaderValue::try_from(etag) {
        headers.insert(header::ETAG, etag);
    }
    response
}

/// An answer of the governance service in plain text.
pub fn plain(status: StatusCode, text: String) -> Response {
    let mut response = json(status, &());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    if let Ok(etag) = HeaderValue::try_from(weak_etag(text.as_bytes())) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    *response.body_mut() = text.into();
    response
}

/// Express's form: the length in hexadecimal digits, and 27 of base 64 that stand for the content.
fn weak_etag(bytes: &[u8]) -> String {
    let digest = STANDARD_NO_PAD.encode(&Sha256::digest(bytes)[..20]);
    format!("W/\"{:x}-{digest}\"", bytes.len())
}

/// Writes the headers of an answer outside `/iga` as the service below this path does: in recordings, the access manager
/// spells its character set in capitals, and only the directory varies by origin.
pub fn as_service(path: &str, headers: &mut HeaderMap) {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    let content_type = match first {
        "am" => "application/json;charset=UTF-8",
        "environment" => "application/json; charset=utf-8",
        _ => return,
    };
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.remove(header::VARY);
}

/// An answer with the headers of the directory, and its revision as an entity tag.
pub fn crest(status: StatusCode, body: &impl Serialize, revision: Option<&str>) -> Response {
    let Ok(bytes) = serde_json::to_vec(body) else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let mut response = (status, bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json;charset=utf-8"));
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    let tag = revision.and_then(|revision| HeaderValue::try_from(format!("\"{revision}\"")).ok());
    if let Some(tag) = tag {
        headers.insert(header::ETAG, tag);
    }
    response
}

/// Success outside `/iga`.
pub struct Crest<T> {
    status: StatusCode,
    body: T,
    revision: Option<String>,
}

impl<T> Crest<T> {
    /// 200.
    pub fn of(body: T) -> Self {
        Self { status: StatusCode::OK, body, revision: None }
    }
    /// 201.
    pub fn created(body: T) -> Self {
        Self { status: StatusCode::CREATED, ..Self::of(body) }
    }
    /// The same with its revision as an entity tag.
    pub fn tagged(self, revision: impl Into<String>) -> Self {
        Self { revision: Some(revision.into()), ..self }
    }
}

impl<T: Serialize> IntoResponse for Crest<T> {
    fn into_response(self) -> Response {
        crest(self.status, &self.body, self.revision.as_deref())
    }
}

/// 200.
pub struct Reply<T>(pub T);

impl<T: Serialize> IntoResponse for Reply<T> {
    fn into_response(self) -> Response {
        json(StatusCode::OK, &self.0)
    }
}

/// 201: something was made.
pub struct Created<T>(pub T);

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        json(StatusCode::CREATED, &self.0)
    }
}

/// A page of a list (contract, 2.1), in the order in which its keys are written.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Listing {
    /// The items.
    pub result: Vec<Value>,
    /// The sort values of the last item; `null` when there is none.
    pub search_after_key: Option<Vec<Value>>,
    /// Matches before paging.
    pub total_count: usize,
    /// Items in this answer.
    pub result_count: usize,
}

impl IntoResponse for Listing {
    fn into_response(self) -> Response {
        json(StatusCode::OK, &self)
    }
}

/// The envelope of the families that print the counts first and name no place (contract, 2.1).
pub struct CountsFirst(pub Listing);

impl IntoResponse for CountsFirst {
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Envelope {
            total_count: usize,
            result_count: usize,
            result: Vec<Value>,
        }
        let Listing { result, total_count, result_count, .. } = self.0;
        json(StatusCode::OK, &Envelope { total_count, result_count, result })
    }
}

/// A JSON object as it was sent, key order included; nothing at all and `null` are `{}`.
pub struct Document(pub Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for Document {
    type Rejection = ApiError;
    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = Bytes::from_request(request, state).await.map_err(|_| ApiError::TooLarge)?;
        let text = bytes.trim_ascii();
        if text.is_empty() {
            return Ok(Self(Map::new()));
        }
        match serde_json::from_slice(text) {
            Ok(Value::Object(document)) => Ok(Self(document)),
            Ok(Value::Null) => Ok(Self(Map::new())),
            Ok(_) => Err(Fault::type_of("body", "an object").into()),
            Err(error) => Err(ApiError::MalformedBody(syntax(text, &error))),
        }
    }
}

/// What Express says about a body that is no JSON (contract, 2.6).
fn syntax(text: &[u8], error: &serde_json::Error) -> String {
    if error.is_eof() {
        return "Unexpected end of JSON input".into();
    }
    let lines = text.split_inclusive(|byte| *byte == b'\n').take(error.line().saturating_sub(1));
    let position = lines.map(<[u8]>::len).sum::<usize>() + error.column().saturating_sub(1);
    let token = text.get(position..).map(String::from_utf8_lossy).and_then(|rest| rest.chars().next());
    format!("Unexpected token {} in JSON at position {position}", token.unwrap_or_default())
}

/// A body outside `/iga` as it came.
pub struct Text(pub String);

impl<S: Send + Sync> FromRequest<S> for Text {
    type Rejection = CrestError;
    async fn from_request(request: Request, state: &S) -> Result<Self, CrestError> {
        let bytes = Bytes::from_request(request, state).await.map_err(|_| ApiError::TooLarge)?;
        Ok(Self(String::from_utf8_lossy(&bytes).into_owned()))
    }
}

/// The identifier in the path, decoded; what it names is found out later.
pub struct Name(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Name {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let name = Path::<String>::from_request_parts(parts, state).await.map_err(|_| ApiError::NoPath)?;
        Ok(Self(name.0))
    }
}

/// Two identifiers in the path, decoded.
pub struct Names(pub String, pub String);

impl<S: Send + Sync> FromRequestParts<S> for Names {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let names = Path::<(String, String)>::from_request_parts(parts, state).await;
        let Path((first, second)) = names.map_err(|_| ApiError::NoPath)?;
        Ok(Self(first, second))
    }
}
