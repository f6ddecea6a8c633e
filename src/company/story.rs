//! The script of what happened before the world opens: steps at relative dates, as data.
//!
//! Objects in flight are never seeded as rows; they come from performing these lines on the
//! virtual clock, so that no seeded state is one that a lifecycle cannot reach.

use serde::Deserialize;
use serde_json::Value;

use super::seed::{Mistakes, Seed};
use crate::kernel::Span;

/// The file that holds the script.
pub const FILE: &str = "story.json";

/// One line: at that time, in that vendor's product, that step.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Line {
    /// Its place in the file, from 1.
    #[serde(skip)]
    pub number: usize,
    /// When, relative to the opening of the world.
    pub at: Span,
    /// The vendor in whose product it happens.
    pub vendor: String,
    /// What happens: the name of the step and its parameters.
    pub step: Value,
    /// Why it is in the story; for readers.
    #[serde(default)]
    pub note: Option<String>,
}

impl Line {
    /// Where a reader finds it.
    pub fn place(&self) -> String {
        format!("line {}", self.number)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StoryFile {
    #[serde(rename = "$schema")]
    _schema: Option<String>,
    story: Vec<Line>,
}

/// Reads `story.json`: its lines by time, then by place in the file.
pub fn read(seed: &Seed, mistakes: &mut Mistakes) -> Vec<Line> {
    let Some(file) = seed.read::<StoryFile>(FILE, mistakes) else { return Vec::new() };
    let mut lines = file.story;
    for (place, line) in lines.iter_mut().enumerate() {
        line.number = place + 1;
        if line.at > Span::ZERO {
            mistakes.note(FILE, line.place(), format!("{} lies in the future", line.at));
        }
    }
    lines.sort_by_key(|line| line.at);
    lines
}
