//! The lines of a recording.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};

use crate::http::Noted;
use crate::http::journal::{Headers, Responded, Struck};
use crate::kernel::{Clock, Timestamp};
use crate::world::{CallId, Moment, Outcome, Settings};

/// What a recording says that it is.
pub const FORMAT: &str = "rolecall-journal/1";

/// One line of a recording.
#[derive(Debug, Serialize)]
#[serde(tag = "deed", rename_all = "camelCase")]
pub enum Deed {
    /// What the process was founded on: the first line.
    Begin(Box<Beginning>),
    /// A request for a vendor, and its answer as the client saw it.
    #[serde(rename_all = "camelCase")]
    Exchange {
        /// The tenant.
        tenant: Arc<str>,
        /// Its number within the tenant.
        number: u64,
        /// What it looked at and changed, in order.
        moments: Vec<Moment>,
        /// What was asked.
        request: Asked,
        /// What reached the client; nothing when nothing did.
        answer: Option<Said>,
        /// Whether the client went away before it could be answered.
        left: bool,
        /// The fault that it met.
        fault: Option<Struck>,
        /// The commands that it performed.
        commands: Vec<Noted>,
    },
    /// A command of the control plane, and its answer.
    Control {
        /// What it looked at and changed, in order.
        moments: Vec<Moment>,
        /// What was asked.
        request: Asked,
        /// What was answered; nothing when the client went away before.
        answer: Option<Said>,
        /// Whether the client went away before it could be answered.
        left: bool,
    },
    /// A subscriber's answer to a call of ours.
    Answer {
        /// The tenant.
        tenant: Arc<str>,
        /// When it was taken up.
        moments: Vec<Moment>,
        /// On whose behalf it was called.
        vendor: Arc<str>,
        /// Which call it answers.
        call: CallId,
        /// Whether that very call was still waiting for it.
        taken: bool,
        /// What came of it.
        outcome: Outcome,
    },
    /// Time passed, or a tenant opened, though nobody changed anything.
    Time {
        /// The tenant.
        tenant: Arc<str>,
        /// When.
        moments: Vec<Moment>,
    },
    /// The process ended; the last line.
    End {
        /// How many deeds were not kept for want of room.
        lost: u64,
    },
}

/// What a process was founded on.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Beginning {
    /// [`FORMAT`].
    pub format: String,
    /// The version of the binary that recorded.
    pub version: String,
    /// A digest of the seed's files.
    pub seed: String,
    /// The hour at which every tenant opens.
    pub opening: Timestamp,
    /// The switches of every tenant.
    pub settings: Settings,
    /// How every tenant's hour follows the wall.
    pub clock: Clock,
    /// To how many people the company is grown.
    pub people: Option<usize>,
    /// To how many grants the company is grown.
    pub grants: Option<usize>,
    /// How many tenants there may be at a time.
    pub max_tenants: usize,
    /// What stands in links instead of the address that the client called.
    pub public_url: Option<String>,
    /// What stands in links where nobody called.
    pub home: String,
}

/// A request, so that it can be asked again.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Asked {
    /// The method.
    pub method: String,
    /// The whole target, as the client wrote it.
    pub uri: String,
    /// Every header, in order, credentials included.
    #[serde(with = "headers")]
    pub headers: HeaderMap,
    /// The body; nothing when it was too long to be read.
    #[serde(with = "body")]
    pub body: Option<Bytes>,
    /// The vendor on whose own port it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port_of: Option<String>,
    /// Whether it came over TLS.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub secured: bool,
}

/// An answer, as far as it reached the client.
#[derive(Clone, Debug, Serialize)]
pub struct Said {
    /// The status.
    pub status: u16,
    /// Every header, in order.
    pub headers: Headers,
    /// The body.
    #[serde(with = "body")]
    pub body: Option<Bytes>,
}

impl Said {
    /// What a journal has of an answer.
    pub fn of(response: &Responded) -> Self {
        Self { status: response.status.as_u16(), headers: response.headers.clone(), body: response.body.clone() }
    }
}

impl Deed {
    /// About how many bytes it holds on to.
    pub(super) fn weight(&self) -> usize {
        /// Headers, moments and what they stand in.
        const REST: usize = 2 << 10;
        let length = |body: &Option<Bytes>| body.as_ref().map_or(0, Bytes::len);
        let said = |answer: &Option<Said>| answer.as_ref().map_or(0, |said| length(&said.body));
        REST + match self {
            Self::Exchange { request, answer, .. } => length(&request.body) + said(answer),
            Self::Control { request, answer, moments, .. } => {
                length(&request.body) + said(answer) + size_of_val(moments.as_slice())
            }
            Self::Answer { outcome: Outcome::Answered { body, .. }, .. } => body.len(),
            Self::Answer { .. } | Self::Time { .. } | Self::Begin(_) | Self::End { .. } => 0,
        }
    }
}

/// Names and values in pairs; each byte of a value as the character of that number.
mod headers {
    use serde::de::Error;
    use serde::{Deserializer, Serializer};

    use super::{Deserialize, HeaderMap, HeaderName, HeaderValue};

    pub fn serialize<S: Serializer>(headers: &HeaderMap, serializer: S) -> Result<S::Ok, S::Error> {
        let text = |value: &HeaderValue| value.as_bytes().iter().map(|byte| char::from(*byte)).collect::<String>();
        serializer.collect_seq(headers.iter().map(|(name, value)| (name.as_str(), text(value))))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<HeaderMap, D::Error> {
        let mut headers = HeaderMap::new();
        for (name, value) in Vec::<(String, String)>::deserialize(deserializer)? {
            let bytes: Option<Vec<u8>> = value.chars().map(|letter| u8::try_from(letter).ok()).collect();
            let value = HeaderValue::from_bytes(&bytes.ok_or_else(|| D::Error::custom("a header is no bytes"))?);
            headers.append(
                HeaderName::from_bytes(name.as_bytes()).map_err(D::Error::custom)?,
                value.map_err(D::Error::custom)?,
            );
        }
        Ok(headers)
    }
}

/// Text as it is, other bytes as `{"base64": …}`.
mod body {
    use serde::de::Error;
    use serde::{Deserializer, Serializer};

    use super::{Bytes, Deserialize, Engine, STANDARD, Serialize};

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Body<'b> {
        Text(std::borrow::Cow<'b, str>),
        Bytes { base64: String },
    }

    pub fn serialize<S: Serializer>(body: &Option<Bytes>, serializer: S) -> Result<S::Ok, S::Error> {
        let body = body.as_ref().map(|body| match std::str::from_utf8(body) {
            Ok(text) => Body::Text(text.into()),
            Err(_) => Body::Bytes { base64: STANDARD.encode(body) },
        });
        body.serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Bytes>, D::Error> {
        Option::<Body<'static>>::deserialize(deserializer)?
            .map(|body| match body {
                Body::Text(text) => Ok(Bytes::from(text.into_owned())),
                Body::Bytes { base64 } => STANDARD.decode(base64).map(Bytes::from).map_err(D::Error::custom),
            })
            .transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_comes_back_as_it_was() {
        let mut headers = HeaderMap::new();
        headers.append("x-a", HeaderValue::from_static("1"));
        headers.append("authorization", HeaderValue::from_bytes(b"caf\xe9").unwrap());
        headers.append("x-a", HeaderValue::from_static("2"));
        for body in [Some(Bytes::from_static(b"{\"a\": \"\xc3\xa9\"}")), Some(Bytes::from_static(b"\xff\0")), None] {
            let asked = Asked {
                method: "POST".to_owned(),
                uri: "/t/a/toy/b%2Fc?d=e".to_owned(),
                headers: headers.clone(),
                body: body.clone(),
                port_of: Some("toy".to_owned()),
                secured: true,
            };
            let text = serde_json::to_string(&asked).unwrap();
            let again: Asked = serde_json::from_str(&text).unwrap();
            assert_eq!((&again.headers, &again.body), (&headers, &body));
            assert_eq!(serde_json::to_string(&again).unwrap(), text);
        }
    }
}
