//! Rules about the code itself: who may import whom, which files a vendor has, which words are banned.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Which of our layers a layer may import; see ARCHITECTURE.md.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("query", &[]),
    ("company", &["kernel"]),
    ("world", &["company", "kernel"]),
    ("http", &["world", "company", "kernel"]),
    ("vendors", &["http", "query", "world", "company", "kernel"]),
    ("webhooks", &["http", "world", "kernel"]),
    ("control", &["webhooks", "http", "world", "company", "kernel"]),
    ("app", &["control", "webhooks", "http", "world", "company", "kernel"]),
    ("config", &["app", "http", "webhooks", "world", "company", "kernel"]),
    ("telemetry", &["config"]),
    ("tls", &["kernel"]),
    ("serve", &["app", "config", "telemetry", "tls", "webhooks", "http", "world", "kernel"]),
    ("replay", &["app", "http", "world", "company", "kernel"]),
    ("cli", &["app", "config", "replay", "tls", "webhooks", "http", "world", "company", "kernel"]),
];

/// What a vendor's folder holds, as a file or as a folder of the same name.
const VENDOR_FILES: [&str; 9] = ["mod.rs", "model", "lifecycle", "dto", "query", "auth", "error", "seed", "routes"];

/// Who knows the wire may be imported by none of these.
const INNER: [&str; 2] = ["model", "lifecycle"];

/// Past this many lines a file usually says two things.
const LONG: usize = 600;

struct Source {
    /// Its path below `src`, such as `world/tenant.rs`.
    path: String,
    text: String,
}

impl Source {
    /// The first part of the path: the layer it belongs to.
    fn layer(&self) -> &str {
        self.path.split(['/', '.']).next().unwrap_or_default()
    }

    /// The vendor it belongs to.
    fn vendor(&self) -> Option<&str> {
        self.path.strip_prefix("vendors/")?.split_once('/').map(|(vendor, _)| vendor)
    }

    /// Every `crate::…` path that the code names, such as `world::Tenant`; those inside braces, too.
    fn imports(&self) -> Vec<&str> {
        let code = self.text.lines().filter(|line| !line.trim_start().starts_with("//"));
        let uses =
            code.flat_map(|line| line.match_indices("crate::").map(move |(at, found)| &line[at + found.len()..]));
        uses.map(|rest| {
            rest.split(|end: char| !(end.is_alphanumeric() || matches!(end, '_' | ':'))).next().unwrap_or_default()
        })
        .collect()
    }
}

fn sources() -> Vec<Source> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    collect(&root, &root, &mut found);
    found.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(found.len() > 40);
    found
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let path = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            found.push(Source { path, text });
        }
    }
}

fn vendors(sources: &[Source]) -> BTreeSet<&str> {
    sources.iter().filter_map(Source::vendor).collect()
}

#[test]
fn layers_import_only_what_lies_below_them() {
    let outermost = ["lib.rs", "main.rs"];
    for source in sources().iter().filter(|source| !outermost.contains(&source.path.as_str())) {
        let rule = MAY_IMPORT.iter().find(|(layer, _)| *layer == source.layer());
        let (layer, allowed) = rule.unwrap_or_else(|| panic!("{} belongs to no layer", source.path));
        for import in source.imports() {
            let other = import.split("::").next().unwrap_or_default();
            let fine = other == *layer || allowed.contains(&other);
            assert!(fine, "{}: {layer} must not import `crate::{import}`", source.path);
        }
    }
}

#[test]
fn no_vendor_names_another_and_nobody_below_names_any() {
    let sources = sources();
    let vendors = vendors(&sources);
    for source in sources.iter().filter(|source| source.path != "vendors/mod.rs") {
        for vendor in vendors.iter().filter(|vendor| source.vendor() != Some(vendor)) {
            for import in source.imports() {
                let names = import.split("::").any(|part| part == *vendor);
                assert!(!names, "{} names the vendor {vendor}: `crate::{import}`", source.path);
            }
        }
    }
}

#[test]
fn every_vendor_has_the_same_files() {
    let sources = sources();
    for vendor in vendors(&sources) {
        for file in VENDOR_FILES {
            let stem = file.trim_end_matches(".rs");
            let places = [format!("vendors/{vendor}/{stem}.rs"), format!("vendors/{vendor}/{stem}/mod.rs")];
            let there = sources.iter().any(|source| places.contains(&source.path));
            assert!(there, "the vendor {vendor} has no {file}");
        }
    }
}

#[test]
fn a_vendors_model_and_lifecycle_know_no_wire() {
    let sources = sources();
    let wire = ["axum", "utoipa", "http"];
    for source in &sources {
        let Some(vendor) = source.vendor() else { continue };
        let inside = source.path.trim_start_matches("vendors/").trim_start_matches(vendor).trim_start_matches('/');
        if !INNER.iter().any(|inner| inside.split(['/', '.']).next() == Some(inner)) {
            continue;
        }
        let uses = source.text.lines().filter_map(|line| line.strip_prefix("use "));
        for used in uses {
            let krate = used.split("::").next().unwrap_or_default();
            assert!(!wire.contains(&krate), "{} knows the wire: use {used}", source.path);
        }
        assert!(!source.imports().iter().any(|import| import.starts_with("http")), "{} knows the rim", source.path);
    }
}

#[test]
fn the_kernel_waits_for_nothing_and_knows_no_http() {
    for source in sources().iter().filter(|source| source.layer() == "kernel") {
        for word in ["async ", ".await", "axum", "http::", "tokio"] {
            assert!(!source.text.contains(word), "{} says `{word}`", source.path);
        }
    }
}

#[test]
fn only_the_table_knows_how_rows_are_kept() {
    let importers: Vec<_> = sources().into_iter().filter(|source| source.text.contains("imbl::")).collect();
    let paths: Vec<_> = importers.iter().map(|source| source.path.as_str()).collect();
    assert_eq!(paths, ["kernel/table.rs"]);
}

#[test]
fn every_module_says_what_it_is_for() {
    for source in sources() {
        assert!(source.text.starts_with("//!") || source.path.ends_with("tests.rs"), "{} does not say", source.path);
    }
}

#[test]
fn banned_words_stand_nowhere() {
    let banned = ["todo!", "unimplemented!", "println!(\"{:?}", "#[allow("];
    for source in sources() {
        for word in banned {
            assert!(!source.text.contains(word), "{} says `{word}`", source.path);
        }
    }
}

/// Length is judgement: this only says where to look.
#[test]
fn long_files_are_looked_at() {
    for source in sources() {
        let lines = source.text.lines().count();
        if lines > LONG {
            println!("src/{} has {lines} lines: does it say two things?", source.path);
        }
    }
}
