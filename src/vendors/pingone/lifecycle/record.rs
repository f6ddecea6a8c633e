//! What is said about a violation (contract, 4.8).

use crate::kernel::Timestamp;
use crate::vendors::pingone::assumed::COMMENTS_MAX;
use crate::vendors::pingone::model::{Author, Comment, CommentAction, Violation};

/// Adds an entry; the oldest goes when there are too many.
pub fn note(violation: &mut Violation, action: CommentAction, text: impl Into<String>, at: Timestamp, by: Author) {
    if violation.comments.len() >= COMMENTS_MAX {
        violation.comments.remove(0);
    }
    violation.comments.push(Comment { action, text: text.into(), at, by });
}

/// Adds an entry, unless it says nothing.
pub fn note_if_said(violation: &mut Violation, action: CommentAction, text: &str, at: Timestamp, by: Author) {
    if !text.trim().is_empty() {
        note(violation, action, text, at, by);
    }
}
