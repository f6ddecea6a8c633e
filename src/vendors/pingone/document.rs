//! The OpenAPI document of this vendor's endpoints.

use serde_json::{Value, json};

use super::gate::Who;
use super::routes;

/// The document, made anew; [`crate::http::Vendor::document`] is the committed one.
pub fn document() -> Value {
    let description = "What Rolecall emulates of PingOne Advanced Identity Cloud: Identity Governance's segregation of \
        duties, and what its clients call before and after.";
    crate::http::document("PingOne Advanced Identity Cloud", description, &routes::contents(), |who, operation| {
        if *who != Who::Anyone {
            operation.insert("security".into(), json!([{"bearer": []}]));
        }
    })
}
