//! An exchange as people and programs see it: with its secrets masked.

use bytes::Bytes;
use serde_json::{Value, json};

use super::{Exchange, Headers};
use crate::http::credentials::fingerprint;

impl Exchange {
    /// The exchange as JSON, secrets masked; `operation` is the vendor's name for it.
    pub fn show(&self, operation: Option<&str>) -> Value {
        let body = |body: &Option<Bytes>| body.as_ref().map_or(Value::Null, |body| shown_body(body));
        let response = self.response.as_ref().map(|response| {
            json!({
                "status": response.status.as_u16(),
                "headers": response.headers.shown(),
                "body": body(&response.body),
            })
        });
        let made = self.commands.iter().map(|command| command.after).max();
        json!({
            "number": self.number,
            "vendor": self.vendor,
            "operation": operation,
            "caller": self.caller,
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
            "response": response,
            "fault": self.fault,
            "revisions": {"before": self.revision, "after": made.unwrap_or(self.revision)},
            "commands": self.commands,
        })
    }

    /// Whether `text` stands in the address, in a header or in a body, in any case; secrets masked.
    pub(super) fn says(&self, text: &str) -> bool {
        let wanted = text.to_lowercase();
        let holds = |text: &str| text.to_lowercase().contains(&wanted);
        let in_headers = |headers: &Headers| holds(&headers.0);
        let in_body = |body: &Option<Bytes>| {
            body.as_ref().is_some_and(|body| match shown_body(body) {
                Value::String(text) => holds(&text),
                Value::Null => false,
                document => holds(&document.to_string()),
            })
        };
        holds(&self.path)
            || self.query.as_deref().is_some_and(holds)
            || in_headers(&self.request_headers)
            || in_body(&self.request_body)
            || self.response.as_ref().is_some_and(|answer| in_headers(&answer.headers) || in_body(&answer.body))
    }
}

impl Headers {
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
    use http::{HeaderMap, HeaderValue};

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
