//! The committed OpenAPI documents are what the code says; `UPDATE_OPENAPI=1` writes them anew.

use std::path::PathBuf;

use rolecall::control;
use serde::Serialize;

#[test]
fn the_control_document_is_current() {
    check("control", &control::document());
}

#[test]
fn the_documents_of_the_vendors_are_current() {
    check("sailpoint", &rolecall::vendors::sailpoint::document());
    check("grip", &rolecall::vendors::grip::document());
}

fn check(name: &str, document: &impl Serialize) {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("openapi/{name}.json"));
    let anew = serde_json::to_string_pretty(document).expect("a document is JSON") + "\n";
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(&file, &anew).expect("the document can be written");
    }
    let committed = std::fs::read_to_string(&file).expect("the document is committed");
    assert!(committed == anew, "openapi/{name}.json is stale; UPDATE_OPENAPI=1 cargo test writes it anew");
}
