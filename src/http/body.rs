//! JSON and queries as clients really send them.

use std::borrow::Cow;

use serde::de::{DeserializeOwned, IgnoredAny};

/// Why a body cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MalformedBody {
    /// What the parser said.
    pub what: String,
    /// Whether the text is no JSON at all; otherwise it is JSON of another shape.
    pub syntax: bool,
}

/// Reads JSON whatever the content type says: real clients send none, or a wrong one. An empty
/// body and a bare `null` are `empty`.
///
/// # Errors
/// When the text is no JSON, or not a `T`.
pub fn json_or<T: DeserializeOwned>(body: &[u8], empty: impl FnOnce() -> T) -> Result<T, MalformedBody> {
    let text = body.trim_ascii();
    if text.is_empty() || text == b"null" {
        return Ok(empty());
    }
    serde_json::from_slice(text).map_err(|error| MalformedBody {
        what: error.to_string(),
        // A shape is refused at its first token, before anybody knows whether the rest is JSON.
        syntax: serde_json::from_slice::<IgnoredAny>(text).is_err(),
    })
}

/// The decoded pairs of a query string or form, in the order in which they were sent.
pub fn query_pairs(query: &str) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
    serde_urlencoded::from_str(query).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_and_null_are_empty() {
        for body in [&b""[..], b"  \n", b"null", b" null "] {
            assert_eq!(json_or(body, || 7), Ok(7));
        }
        assert_eq!(json_or(b"3", || 7), Ok(3));
    }

    #[test]
    fn bad_text_and_bad_shape_are_told_apart() {
        assert!(json_or::<u8>(b"{", || 0).unwrap_err().syntax);
        assert!(!json_or::<u8>(b"\"a\"", || 0).unwrap_err().syntax);
    }

    #[test]
    fn pairs_keep_their_order_and_both_ways_of_writing_a_space() {
        let pairs = query_pairs("filters=a%20b&filters=c+d&count");
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (&**name, &**value)).collect();
        assert_eq!(pairs, [("filters", "a b"), ("filters", "c d"), ("count", "")]);
    }
}
