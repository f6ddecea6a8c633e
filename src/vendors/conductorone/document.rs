//! The OpenAPI document of this vendor's endpoints.

use serde_json::{Value, json};

use super::gate::Right;
use super::routes;

/// The document, made anew; [`crate::http::Vendor::document`] is the committed one.
pub fn document() -> Value {
    let description = "What Rolecall emulates of ConductorOne's API. `x-rolecall-auth` says who may call.";
    let mut document = crate::http::document("ConductorOne", description, &routes::contents(), |right, operation| {
        operation.insert("x-rolecall-auth".into(), json!(word(*right)));
    });
    write_int64_as_text(&mut document);
    document
}

/// Says of every int64 in a document's schemas what proto3's JSON makes of it: a string.
fn write_int64_as_text(document: &mut Value) {
    match document {
        Value::Array(items) => items.iter_mut().for_each(write_int64_as_text),
        Value::Object(members) => {
            if members.get("format").is_some_and(|format| format == "int64") {
                members.insert("type".into(), "string".into());
                if let Some(number @ Value::Number(_)) = members.get_mut("default") {
                    *number = Value::String(number.to_string());
                }
            }
            members.values_mut().for_each(write_int64_as_text);
        }
        _ => {}
    }
}

/// The word for a right in `x-rolecall-auth`.
fn word(right: Right) -> &'static str {
    match right {
        Right::Open => "open",
        Right::Any => "any",
        Right::Own => "own",
        Right::Connector => "con",
        Right::Campaign => "cmp",
        Right::Admin => "adm",
        Right::AdminReader => "adm-r",
    }
}
