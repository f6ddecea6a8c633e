//! Where seed files come from, and what is wrong with them.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use include_dir::{Dir, include_dir};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

static ACME: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/seed-data/acme");

/// The files of one seed folder, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seed {
    files: BTreeMap<String, Vec<u8>>,
}

impl Seed {
    /// The company inside the binary.
    pub fn embedded() -> Self {
        let file = |file: &include_dir::File<'_>| Some((file.path().to_str()?.to_owned(), file.contents().to_vec()));
        Self { files: ACME.files().filter_map(file).collect() }
    }

    /// The `*.json` files of a folder.
    ///
    /// # Errors
    /// When the folder or a file in it cannot be read.
    pub fn from_dir(dir: &Path) -> std::io::Result<Self> {
        let mut files = BTreeMap::new();
        for entry in std::fs::read_dir(dir)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).filter(|name| name.ends_with(".json"));
            if let Some(name) = name {
                files.insert(name.to_owned(), std::fs::read(&path)?);
            }
        }
        Ok(Self { files })
    }

    /// The same files with one more, or another in its place.
    pub fn with(mut self, name: &str, contents: impl Into<Vec<u8>>) -> Self {
        self.files.insert(name.to_owned(), contents.into());
        self
    }

    /// The contents of a file; `None` when there is no such file.
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(Vec::as_slice)
    }

    /// A digest of all files and their names.
    pub fn digest(&self) -> String {
        let mut digest = Sha256::new();
        for (name, contents) in &self.files {
            digest.update((name.len() as u64).to_le_bytes());
            digest.update(name);
            digest.update((contents.len() as u64).to_le_bytes());
            digest.update(contents);
        }
        digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// A file that may be missing, as a `T`; a note in `mistakes` when it is not one.
    pub fn read<T: DeserializeOwned>(&self, name: &'static str, mistakes: &mut Mistakes) -> Option<T> {
        match serde_json::from_slice(self.file(name)?) {
            Ok(value) => Some(value),
            Err(cause) => {
                mistakes.note(name, format!("line {}", cause.line()), cause);
                None
            }
        }
    }
}

/// One mistake in a seed file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The file.
    pub file: String,
    /// The row, as a reader would point at it: a slug, or a line.
    pub row: String,
    /// What is wrong there.
    pub what: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.file, self.row, self.what)
    }
}

/// Every mistake found, in reading order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mistakes(pub Vec<Mistake>);

impl Mistakes {
    /// Notes a mistake.
    pub fn note(&mut self, file: &str, row: impl ToString, what: impl ToString) {
        self.0.push(Mistake { file: file.to_owned(), row: row.to_string(), what: what.to_string() });
    }

    /// Notes that `slug` names nothing among `known`, and which name comes nearest.
    pub fn unknown<'a>(
        &mut self,
        file: &str,
        row: impl ToString,
        kind: &str,
        slug: &str,
        known: impl Iterator<Item = &'a str>,
    ) {
        let likeness = |name: &&str| (strsim::jaro_winkler(slug, name) * 1e6) as u64;
        let nearest = known.max_by_key(likeness).filter(|name| strsim::jaro_winkler(slug, name) > 0.7);
        let hint = nearest.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
        self.note(file, row, format!("there is no {kind} `{slug}`{hint}"));
    }

    /// `value` if nothing was noted.
    ///
    /// # Errors
    /// The mistakes, when there are any.
    pub fn or<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|mistake| writeln!(f, "{mistake}"))
    }
}

impl std::error::Error for Mistakes {}
