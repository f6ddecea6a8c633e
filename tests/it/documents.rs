//! The committed OpenAPI documents are what the code says; `UPDATE_OPENAPI=1` writes them anew.

use std::path::PathBuf;

use rolecall::control;
use rolecall::http::Vendor;
use serde::Serialize;

#[test]
fn the_control_document_is_current() {
    check("control", &control::document());
}

#[test]
fn the_documents_of_the_vendors_are_current() {
    check("sailpoint", &rolecall::vendors::sailpoint::document());
    check("grip", &rolecall::vendors::grip::document());
    check("pingone", &rolecall::vendors::pingone::document());
    check("conductorone", &rolecall::vendors::conductorone::document());
}

#[test]
fn the_readme_says_what_is_emulated() {
    const BEGIN: &str = "<!-- emulated: written by UPDATE_OPENAPI=1 cargo test --test it documents -->\n";
    const END: &str = "<!-- emulated: end -->";
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let committed = std::fs::read_to_string(&file).expect("the README is committed");
    let (before, rest) = committed.split_once(BEGIN).expect("the README marks the place");
    let (_, after) = rest.split_once(END).expect("the README marks the end of the place");
    check_text("README.md", &format!("{before}{BEGIN}{}{END}{after}", emulated()));
}

#[test]
fn every_operation_is_listed() {
    let vendors: Vec<String> = rolecall::vendors::all().iter().map(|vendor| operations(&**vendor)).collect();
    check_text("docs/operations.md", &format!("{OPERATIONS}\n{}", vendors.join("\n")));
}

#[test]
fn the_lifecycles_are_drawn_as_they_are() {
    let drawn = |vendor: &dyn Vendor| {
        let machines = vendor.machines();
        let pictures =
            machines.iter().map(|machine| format!("### {}\n\n```mermaid\n{}```\n", machine.name, machine.mermaid()));
        format!("## {}\n\n{}", vendor.title(), pictures.collect::<Vec<_>>().join("\n"))
    };
    let vendors: Vec<String> = rolecall::vendors::all().iter().map(|vendor| drawn(&**vendor)).collect();
    check_text("docs/lifecycles.md", &format!("{LIFECYCLES}\n{}", vendors.join("\n")));
}

const LIFECYCLES: &str = "# Lifecycles

Every lifecycle of every vendor, drawn from the very tables that decide which move is legal; a move that has no arrow
is refused. Written by `UPDATE_OPENAPI=1 cargo test --test it documents`. A running server draws them at
`/_rolecall/lifecycles.html`, and counts which arrows a suite took at `/_rolecall/coverage`.
";

/// A line for each vendor.
fn emulated() -> String {
    let rows = rolecall::vendors::all().into_iter().map(|vendor| {
        let (title, operations) = (vendor.title(), vendor.operations());
        let mut nouns: Vec<String> = Vec::new();
        for noun in operations.iter().map(|operation| noun(operation.path)) {
            if !nouns.contains(&noun) {
                nouns.push(noun);
            }
        }
        let gaps = match vendor.gaps() {
            [] => "nothing that the vendor publishes".to_owned(),
            gaps => gaps.join("; "),
        };
        format!("| **{title}** | {} | {} | {gaps} |\n", operations.len(), nouns.join(" "))
    });
    format!("| | operations | below | not emulated |\n|---|--:|---|---|\n{}", rows.collect::<String>())
}

/// A vendor's operations, each with where it is found.
fn operations(vendor: &dyn Vendor) -> String {
    let rows = vendor
        .operations()
        .into_iter()
        .map(|operation| format!("| `{} {}` | `{}` |\n", operation.method, operation.path, operation.id));
    format!("## {}\n\n| | operation |\n|---|---|\n{}", vendor.title(), rows.collect::<String>())
}

const OPERATIONS: &str = "# Operations

Every operation that is emulated, under the vendor's own id where it publishes one. Written by
`UPDATE_OPENAPI=1 cargo test --test it documents`. A running server lists them at `/_rolecall/vendors`, with their documents at
`/_rolecall/openapi/{vendor}.json`, and counts which of them a suite called at `/_rolecall/coverage`.
";

fn noun(path: &str) -> String {
    const VERSIONS: [&str; 5] = ["public", "api", "auth", "v1", "v2"];
    let words = path.split('/').filter(|word| !word.is_empty() && !word.starts_with('{') && !VERSIONS.contains(word));
    words.take(1).map(|word| format!("`/{word}`")).collect()
}

fn check(name: &str, document: &impl Serialize) {
    let anew = serde_json::to_string_pretty(document).expect("a document is JSON") + "\n";
    check_text(&format!("openapi/{name}.json"), &anew);
}

fn check_text(path: &str, anew: &str) {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(&file, anew).expect("it can be written");
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(committed == anew, "{path} is stale; UPDATE_OPENAPI=1 cargo test --test it documents writes it anew");
}
