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
    let anew = format!("{before}{BEGIN}{}{END}{after}", emulated());
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(&file, &anew).expect("the README can be written");
    }
    let committed = std::fs::read_to_string(&file).expect("the README is committed");
    assert!(committed == anew, "README.md is stale; UPDATE_OPENAPI=1 cargo test writes it anew");
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
    let anew = format!("{LIFECYCLES}\n{}", vendors.join("\n"));
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/lifecycles.md");
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(&file, &anew).expect("the pictures can be written");
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == anew,
        "docs/lifecycles.md is stale; UPDATE_OPENAPI=1 cargo test --test it documents writes it anew"
    );
}

const LIFECYCLES: &str = "# Lifecycles

Every lifecycle of every vendor, drawn from the very tables that decide which move is legal; a move that has no arrow
is refused. Written by `UPDATE_OPENAPI=1 cargo test --test it documents`. A running server draws them at
`/_rolecall/lifecycles.html`, and counts which arrows a suite took at `/_rolecall/coverage`.
";

fn emulated() -> String {
    rolecall::vendors::all().iter().map(|vendor| section(&**vendor)).collect()
}

/// A vendor's operations, by the first segments of their paths that tell them apart.
fn section(vendor: &dyn Vendor) -> String {
    let mut nouns: Vec<(String, Vec<&str>)> = Vec::new();
    let operations = vendor.operations();
    for operation in &operations {
        let noun = noun(operation.path);
        match nouns.iter_mut().find(|(known, _)| *known == noun) {
            Some((_, ids)) => ids.push(operation.id),
            None => nouns.push((noun, vec![operation.id])),
        }
    }
    let mut text =
        format!("**{}**, {} operations:\n\n| path | operations |\n|---|---|\n", vendor.title(), operations.len());
    for (noun, ids) in nouns {
        let ids: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
        text.push_str(&format!("| `/{noun}` | {} |\n", ids.join(" ")));
    }
    match vendor.gaps() {
        [] => text.push_str("\nAll that the vendor publishes.\n\n"),
        gaps => text.push_str(&format!("\nNot emulated: {}.\n\n", gaps.join("; "))),
    }
    text
}

fn noun(path: &str) -> String {
    const VERSIONS: [&str; 5] = ["public", "api", "auth", "v1", "v2"];
    let words = path.split('/').filter(|word| !word.is_empty() && !word.starts_with('{') && !VERSIONS.contains(word));
    words.take(1).collect()
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
