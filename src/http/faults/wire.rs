//! What becomes of an answer on its way to the client. The only file that really waits.

use std::io;
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{Stream, stream};
use http::{HeaderName, HeaderValue, header};
use serde::de::IgnoredAny;

use super::Effect;
use crate::http::line::{End, Line};
use crate::http::memo::Answer;

const WARNING_HEADER: HeaderName = HeaderName::from_static("x-rolecall-warning");
/// How long the first half of an answer has to reach the client before its connection ends.
const HALF_SENT: Duration = Duration::from_millis(25);
/// How long a whole answer may drip.
const DRIP_MAX: Duration = Duration::from_secs(60);

impl Answer {
    fn replace_body(&mut self, body: Bytes) {
        self.headers.remove(header::CONTENT_LENGTH);
        self.body = body;
    }

    /// The same answer with a word about why it was refused.
    pub(in crate::http) fn saying(mut self, why: &str) -> Self {
        if let Ok(why) = HeaderValue::try_from(why) {
            self.headers.insert(WARNING_HEADER, why);
        }
        self
    }

    /// The same answer, to be asked for again after so many seconds.
    pub(in crate::http) fn after(mut self, seconds: Option<u32>) -> Self {
        if let Some(seconds) = seconds {
            self.headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        self
    }
}

/// Waits, as a fault wants it.
#[expect(clippy::disallowed_methods, reason = "a client's timeout runs on the wall, so a delay must be a real one")]
pub(in crate::http) async fn hold_up(delay: Duration) {
    tokio::time::sleep(delay).await;
}

/// Sends an answer as `effect` wants it, and tells `see` what of it arrives; nothing when nothing
/// does. Without a line, where a test asks in-process, what would end the connection ends the body
/// with an error.
pub(in crate::http) fn deliver(
    effect: Option<&Effect>,
    mut answer: Answer,
    line: Option<Line>,
    see: impl FnOnce(Option<&Answer>),
) -> Response {
    let half = first_half(&answer.body);
    match effect {
        Some(Effect::Reset { .. }) => return cut(Bytes::new(), answer, line, Some(End::Reset), see),
        Some(Effect::EmptyReply { .. }) => return cut(Bytes::new(), answer, line, Some(End::Close), see),
        Some(Effect::ResetInBody) => return cut(half, answer, line, Some(End::Reset), see),
        // An answer without a body has no middle.
        Some(Effect::Truncate) if half.is_empty() => return cut(half, answer, line, Some(End::Close), see),
        Some(Effect::Truncate) => return cut(half, answer, line, None, see),
        Some(Effect::Drip { bytes, every }) => {
            let drops = drops(answer.body.clone(), *bytes, Duration::from_millis(u64::from(*every)));
            see(Some(&answer));
            return streamed(&answer, Body::from_stream(drops));
        }
        Some(Effect::Malformed) => answer.replace_body(no_json(&answer.body)),
        Some(Effect::EmptyBody) => answer.replace_body(Bytes::new()),
        Some(Effect::Status { .. } | Effect::Stale { .. }) | None => {}
    }
    see(Some(&answer));
    answer.into_response()
}

/// Sends `part` of the body, and ends the connection. Nothing at all is sent when `part` is empty.
fn cut(
    part: Bytes,
    mut answer: Answer,
    line: Option<Line>,
    end: Option<End>,
    see: impl FnOnce(Option<&Answer>),
) -> Response {
    let is_nothing = part.is_empty();
    if let (true, Some(line), Some(end)) = (is_nothing, &line, end) {
        line.end(end);
    }
    let rest = stream::unfold(Some((part.clone(), line, end)), async |state| {
        let (part, line, end) = state?;
        if !part.is_empty() {
            return Some((Ok(part), Some((Bytes::new(), line, end))));
        }
        hold_up(HALF_SENT).await;
        if let (Some(line), Some(end)) = (line, end) {
            line.end(end);
        }
        Some((Err(io::Error::from(io::ErrorKind::ConnectionReset)), None))
    });
    let response = streamed(&answer, Body::from_stream(rest));
    answer.body = part;
    see((!is_nothing).then_some(&answer));
    response
}

/// The head of an answer, which still promises the whole length, before another body.
fn streamed(answer: &Answer, body: Body) -> Response {
    let mut response = Response::new(body);
    (*response.status_mut(), *response.headers_mut()) = (answer.status, answer.headers.clone());
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(answer.body.len()));
    response
}

fn drops(body: Bytes, bytes: u32, every: Duration) -> impl Stream<Item = io::Result<Bytes>> {
    let fewest = (body.len() as u128 * every.as_millis()).div_ceil(DRIP_MAX.as_millis());
    let size = usize::try_from(u128::from(bytes).max(fewest)).unwrap_or(usize::MAX).max(1);
    stream::unfold((body, Duration::ZERO), move |(mut rest, wait)| async move {
        if rest.is_empty() {
            return None;
        }
        hold_up(wait).await;
        let drop = rest.split_to(size.min(rest.len()));
        Some((Ok(drop), (rest, every)))
    })
}

fn first_half(body: &Bytes) -> Bytes {
    body.slice(..body.len().div_ceil(2))
}

/// The first half of a body, or something else that is no JSON.
fn no_json(body: &Bytes) -> Bytes {
    let half = first_half(body);
    let is_json = half.is_empty() || serde_json::from_slice::<IgnoredAny>(&half).is_ok();
    if is_json { Bytes::from([b"{\"", half.as_ref()].concat()) } else { half }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_malformed_is_never_json() {
        for body in ["", "{}", "[]", "12", "1", "null", "\"a\"", r#"{"a": [1, 2, 3]}"#, "  ", "true"] {
            let spoilt = no_json(&Bytes::from(body));
            assert!(serde_json::from_slice::<IgnoredAny>(&spoilt).is_err(), "{body}: {spoilt:?}");
        }
    }
}
