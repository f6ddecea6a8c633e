//! What a handler of the plane asks for, with refusals in the plane's words.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::Method;
use http::request::Parts;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Plane, Refusal};
use crate::world::{Forgotten, Tenant};

/// The longest export that is read.
pub(super) const IMPORT_MAX: usize = 1 << 30;
/// The longest body that is read, other than an import.
pub(super) const BODY_MAX: usize = 1 << 20;

/// The tenant that the path names, forked if nobody has seen it before, with due time passed.
pub(super) struct Of(pub Arc<Tenant>);

impl FromRequestParts<Plane> for Of {
    type Rejection = Refusal;
    async fn from_request_parts(parts: &mut Parts, plane: &Plane) -> Result<Self, Refusal> {
        let params = RawPathParams::from_request_parts(parts, plane).await.map_err(|_| Refusal::NoSuchPath)?;
        let name = params.iter().find(|(name, _)| *name == "tenant").map(|(_, value)| value.to_owned());
        let (name, tenants) = (name.ok_or(Refusal::NoSuchPath)?, plane.site.tenants());
        if !is_reading(&parts.method) {
            let (tenant, _) = tenants.look(&name).await?;
            return Ok(Self(tenant));
        }
        loop {
            let tenant = tenants.get_or_fork(&name)?;
            tenant.touch();
            if tenant.settle().await != Err(Forgotten) {
                return Ok(Self(tenant));
            }
        }
    }
}

/// Whether such a request only reads.
pub(super) fn is_reading(method: &Method) -> bool {
    method.is_safe()
}

/// Parameters of the path.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Refusal))]
pub(super) struct Path<T>(pub T);

/// Parameters of the query.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Refusal))]
pub(super) struct Query<T>(pub T);

/// A JSON body, whatever its content type says; nothing at all is `{}`. Also an answer.
pub(super) struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Plane> for Json<T> {
    type Rejection = Refusal;
    async fn from_request(request: Request, _: &Plane) -> Result<Self, Refusal> {
        let body = read(request, BODY_MAX).await?;
        let text = body.trim_ascii();
        let text = if text.is_empty() { b"{}" } else { text };
        serde_json::from_slice(text).map(Self).map_err(|cause| Refusal::Malformed(cause.to_string()))
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// The whole body of a request, up to `max` bytes.
pub(super) async fn read(request: Request, max: usize) -> Result<Bytes, Refusal> {
    axum::body::to_bytes(request.into_body(), max).await.map_err(|_| Refusal::TooLarge(max))
}
