//! The script of what happened before the world opens: steps at relative dates, as data.
//!
//! Objects in flight are never seeded as rows; they come from performing these lines on the
//! virtual clock, so that no seeded state is one that a lifecycle cannot reach.

use serde::Deserialize;
use serde_json::Value;

use super::seed::{Mistakes, Seed};
use crate::kernel::Span;

/// One line: at that time, in that vendor's product, that step.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Line {
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StoryFile {
    #[serde(rename = "$schema")]
    _schema: Option<String>,
    story: Vec<Line>,
}

/// Reads `story.json`: its lines by time, then by place in the file.
pub fn read(seed: &Seed, mistakes: &mut Mistakes) -> Vec<Line> {
    let Some(file) = seed.read::<StoryFile>("story.json", mistakes) else { return Vec::new() };
    for (number, line) in file.story.iter().enumerate().filter(|(_, line)| line.at > Span::ZERO) {
        mistakes.note("story.json", format!("line {}", number + 1), format!("{} lies in the future", line.at));
    }
    let mut lines = file.story;
    lines.sort_by_key(|line| line.at);
    lines
}
