//! What was asked and what was answered: a bounded ring of exchanges per tenant.
//!
//! It stands outside the world, so restoring a snapshot does not rewrite history. Secrets in
//! headers are kept as fingerprints; secrets in bodies are masked whenever an exchange is shown.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, StatusCode};
use parking_lot::Mutex;
use serde_json::{Value, json};

use super::Noted;
use super::credentials::{fingerprint, fingerprints};
use crate::kernel::Timestamp;

/// How many exchanges a tenant's journal holds.
pub const EXCHANGES_MAX: usize = 10_000;
/// How many bytes of headers and bodies a tenant's journal holds.
pub const BYTES_MAX: usize = 8 << 20;
/// The longest body that is kept.
pub const BODY_MAX: usize = 64 << 10;

/// One request and its answer, as the client saw them.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Its number within the tenant.
    pub number: u64,
    /// The vendor that answered.
    pub vendor: &'static str,
    /// The tenant's hour on arrival.
    pub hour: Timestamp,
    /// The wall on arrival.
    pub wall: Timestamp,
    /// How long the answer took.
    pub took: Duration,
    /// The method.
    pub method: Method,
    /// The path as the client wrote it for this vendor, without tenant and vendor prefixes.
    pub path: String,
    /// The path as it was routed.
    pub routed: String,
    /// The query string.
    pub query: Option<String>,
    /// The request's headers.
    pub request_headers: Headers,
    /// The request's body, unless it was too long to keep.
    pub request_body: Option<Bytes>,
    /// The status.
    pub status: StatusCode,
    /// The answer's headers.
    pub response_headers: Headers,
    /// The answer's body, unless it was too long to keep.
    pub response_body: Option<Bytes>,
    /// The commands that it performed.
    pub commands: Vec<Noted>,
}

impl Exchange {
    /// The exchange as JSON, secrets masked; `operation` is the vendor's name for it.
    pub fn show(&self, operation: Option<&str>) -> Value {
        let body = |body: &Option<Bytes>| body.as_ref().map_or(Value::Null, |body| shown_body(body));
        json!({
            "number": self.number,
            "vendor": self.vendor,
            "operation": operation,
            "hour": self.hour,
            "wall": self.wall,
            "micros": u64::try_from(self.took.as_micros()).unwrap_or(u64::MAX),
            "request": {
                "method": self.method.as_str(),
                "path": self.path,
                "query": self.query,
                "headers": self.request_headers.shown(),
                "body": body(&self.request_body),
            },
            "response": {
                "status": self.status.as_u16(),
                "headers": self.response_headers.shown(),
                "body": body(&self.response_body),
            },
            "commands": self.commands,
        })
    }

    fn weight(&self) -> usize {
        let length = |body: &Option<Bytes>| body.as_ref().map_or(0, Bytes::len);
        let headers = self.request_headers.0.len() + self.response_headers.0.len();
        length(&self.request_body) + length(&self.response_body) + headers
    }
}

/// The exchanges of one tenant, the newest ones.
#[derive(Default)]
pub struct Journal {
    count: AtomicU64,
    ring: Mutex<Ring>,
}

#[derive(Default)]
struct Ring {
    exchanges: VecDeque<Arc<Exchange>>,
    bytes: usize,
}

impl Journal {
    /// The number of the next exchange.
    pub fn next_number(&self) -> u64 {
        self.count.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Keeps an exchange; the oldest go when there are too many, or too large ones.
    pub fn keep(&self, mut exchange: Exchange) {
        let long = |body: &Bytes| body.len() > BODY_MAX;
        exchange.request_body = exchange.request_body.filter(|body| !long(body));
        exchange.response_body = exchange.response_body.filter(|body| !long(body));
        let mut ring = self.ring.lock();
        ring.bytes += exchange.weight();
        ring.exchanges.push_back(Arc::new(exchange));
        while ring.exchanges.len() > EXCHANGES_MAX || ring.bytes > BYTES_MAX {
            let Some(oldest) = ring.exchanges.pop_front() else { break };
            ring.bytes -= oldest.weight();
        }
    }

    /// The exchanges, the oldest first.
    pub fn exchanges(&self) -> Vec<Arc<Exchange>> {
        self.ring.lock().exchanges.iter().cloned().collect()
    }

    /// Forgets every exchange; numbers go on.
    pub fn clear(&self) {
        *self.ring.lock() = Ring::default();
    }
}

/// Headers as they went over the wire, in one piece: an exchange outlives the buffers of its
/// connection, and thousands are kept.
#[derive(Clone, Debug, Default)]
pub struct Headers(Box<str>);

impl Headers {
    /// All of them; `masks` stand in the place of those that are secrets.
    pub fn of(headers: &HeaderMap, masks: &[(HeaderName, String)]) -> Self {
        let mut text = String::with_capacity(headers.len() * 40);
        for (name, value) in headers {
            text.push_str(name.as_str());
            text.push_str(": ");
            match masks.iter().find(|(masked, _)| masked == name) {
                Some((_, mask)) => text.push_str(mask),
                None => text.push_str(&String::from_utf8_lossy(value.as_bytes())),
            }
            text.push('\n');
        }
        Self(text.into_boxed_str())
    }

    /// All of them, a fingerprint in the place of each secret.
    pub fn masked(headers: &HeaderMap) -> Self {
        Self::of(headers, &fingerprints(headers))
    }

    /// Name and value of each.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.lines().filter_map(|line| line.split_once(": "))
    }

    /// As a JSON object.
    pub fn shown(&self) -> Value {
        Value::Object(self.iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect())
    }
}

/// A body as people read it: JSON as such, anything else as text, secrets masked.
pub fn shown_body(body: &[u8]) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    if let Ok(mut document) = serde_json::from_slice::<Value>(body) {
        mask(&mut document);
        return document;
    }
    let text = String::from_utf8_lossy(body);
    match serde_urlencoded::from_str::<Vec<(String, String)>>(&text) {
        Ok(pairs) if pairs.iter().any(|(name, _)| is_secret(name)) => {
            let masked = pairs.into_iter().map(|(name, value)| {
                let value = if is_secret(&name) { fingerprint(value.as_bytes()) } else { value };
                (name, value)
            });
            serde_urlencoded::to_string(masked.collect::<Vec<_>>()).unwrap_or_default().into()
        }
        _ => text.into(),
    }
}

fn mask(document: &mut Value) {
    match document {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(secret) if is_secret(name) => *secret = fingerprint(secret.as_bytes()),
                    other => mask(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        _ => {}
    }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace(['_', '-'], "");
    let ends = ["secret", "password", "accesstoken", "refreshtoken", "bearertoken", "assertion", "idtoken"];
    ends.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn no_secret_is_shown() {
        let json = shown_body(br#"{"client_secret":"hush","nested":[{"accessToken":"hush"}],"name":"ada"}"#);
        let form = shown_body(b"grant_type=client_credentials&client_secret=hush");
        assert!(!json.to_string().contains("hush"), "{json}");
        assert!(!form.to_string().contains("hush"), "{form}");
        assert_eq!(json["name"], "ada");
        let mut headers = HeaderMap::new();
        headers.insert("authorization", HeaderValue::from_static("Bearer hush"));
        assert!(!format!("{:?}", Headers::masked(&headers)).contains("hush"));
    }
}
