//! The OpenAPI document of this vendor's endpoints.

use serde_json::{Value, json};

use super::routes;

/// The document, made anew, with what it has no word for as extensions; [`crate::http::Vendor::document`] is the committed one.
pub fn document() -> Value {
    let description = "The part of SailPoint Identity Security Cloud that Rolecall emulates. Paths are those of \
        resources; `x-rolecall-families` says under which prefixes each is published, and how it stands there.";
    crate::http::document("SailPoint Identity Security Cloud", description, &routes::contents(), |access, operation| {
        let families = access.published.iter().map(|(family, standing)| (family.to_string(), json!(standing)));
        operation.insert("x-rolecall-families".into(), Value::Object(families.collect()));
        operation.insert("x-rolecall-scopes".into(), json!(access.scopes));
        operation.insert("x-rolecall-user-levels".into(), json!(access.levels));
    })
}
