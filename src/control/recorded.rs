//! What a recording keeps of this plane: its commands. Its readings change nothing, and show what no replay could
//! repeat, such as how long an answer took.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};

use super::extract::{BODY_MAX, IMPORT_MAX, is_reading};
use super::{Plane, Refusal};
use crate::http::journal::Headers;
use crate::http::recording::{Asked, Deed, Said, Scribe};
use crate::world::Sheet;

/// An answer to what only reads, whatever its method says.
pub(super) struct Reading<T>(pub T);

#[derive(Clone, Copy)]
struct OnlyReads;

impl<T: IntoResponse> IntoResponse for Reading<T> {
    fn into_response(self) -> Response {
        (OnlyReads, self.0).into_response()
    }
}

impl IntoResponseParts for OnlyReads {
    type Error = std::convert::Infallible;
    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        parts.extensions_mut().insert(self);
        Ok(parts)
    }
}

/// Lets a request act by a sheet of its own, and notes it where there is a recording.
pub(super) async fn record(State(plane): State<Plane>, request: Request, next: Next) -> Response {
    let sheet = Sheet::default();
    let Some(scribe) = plane.site.scribe() else { return sheet.of(next.run(request)).await };
    let path = request.uri().path().to_owned();
    if is_reading(request.method()) {
        let response = sheet.of(next.run(request)).await;
        note_time(&plane, &path, &sheet);
        return response;
    }
    let max = if path.ends_with("/import") { IMPORT_MAX } else { BODY_MAX };
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, max).await else { return Refusal::TooLarge(max).into_response() };
    let asked = Asked {
        method: parts.method.to_string(),
        uri: parts.uri.to_string(),
        headers: parts.headers.clone(),
        body: Some(body.clone()),
        port_of: None,
        secured: false,
    };
    let scribe = Arc::clone(scribe);
    // A command that has begun comes to its end, whether or not its client waits for it: what it does later would
    // else be missing.
    let answering = tokio::spawn(async move {
        let mut under_way = UnderWay { scribe, sheet: sheet.clone(), asked: Some(asked) };
        let response = sheet.of(next.run(Request::from_parts(parts, Body::from(body)))).await;
        if response.extensions().get::<OnlyReads>().is_some() {
            under_way.asked = None;
            note_time(&plane, &path, &sheet);
            return response;
        }
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
        let headers = Headers::of(&parts.headers, &[]);
        under_way.note(Some(Said { status: parts.status.as_u16(), headers, body: Some(body.clone()) }));
        Response::from_parts(parts, Body::from(body))
    });
    answering.await.unwrap_or_else(|_| Refusal::Broken.into_response())
}

/// Notes that time passed in the tenant that a path names, if it did.
fn note_time(plane: &Plane, path: &str, sheet: &Sheet) {
    let tenant = path.split_once("/tenants/").map(|(_, rest)| rest.split('/').next().unwrap_or_default());
    plane.site.note_time(&tenant.unwrap_or_default().into(), sheet);
}

/// A command that is not answered yet, noted when it is, or when its client goes away.
struct UnderWay {
    scribe: Arc<dyn Scribe>,
    sheet: Sheet,
    asked: Option<Asked>,
}

impl UnderWay {
    fn note(&mut self, answer: Option<Said>) {
        let moments = self.sheet.moments();
        if let Some(request) = self.asked.take().filter(|_| !moments.is_empty()) {
            let left = answer.is_none();
            self.scribe.note(Deed::Control { moments, request, answer, left });
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.note(None);
    }
}
