//! What a call out looks like on the wire, which only its vendor knows.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use serde_json::Value;

use crate::kernel::Timestamp;
use crate::world::{Call, World};

/// On whose behalf a call goes out.
pub struct Sender<'s> {
    /// The world from which it goes: the keys and secrets with which it is authenticated.
    pub world: &'s World,
    /// The tenant's name.
    pub tenant: &'s str,
    /// Where this vendor is reached in this tenant, never with a slash at its end.
    pub base: &'s str,
    /// The wall's time, which rules what the subscriber's own clock rules: when a signature ends.
    pub wall: Timestamp,
}

/// A call, ready to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

impl Sealed {
    /// A call whose body goes out as it stands, as JSON, from nobody in particular.
    pub fn plain(call: &Call) -> Self {
        Self::json(&call.message.body)
    }

    /// A JSON body, and the header that says so.
    pub fn json(body: &Value) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Self { headers, body: body.to_string().into() }
    }
}
