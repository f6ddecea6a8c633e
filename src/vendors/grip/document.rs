//! The OpenAPI document of this vendor's endpoints.

use serde_json::{Value, json};

use super::routes;

/// The document, made anew; [`crate::http::Vendor::document`] is the committed one.
pub fn document() -> Value {
    let description = "What Rolecall emulates of Grip's public API. Paths are accepted without `/public`, too, and \
        their fixed words in any case and with any separators.";
    crate::http::document("Grip Security", description, &routes::contents(), |(), operation| {
        operation.insert("security".into(), json!([{"accessToken": []}]));
    })
}
