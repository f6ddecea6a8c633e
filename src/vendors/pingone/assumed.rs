//! What no source says, so that it can be corrected in one place.

use crate::kernel::{Hop, Pace, Span};

/// How long a scan runs when nobody waits for it (contract, 16.2).
pub const SCAN: Hop = Hop { name: "pingone/scan", pace: Pace::After(Span::seconds(2)) };
/// How a workflow goes on after a phase is decided. A real tenant goes on in the background; here the answer to
/// the decision shows its end (contract, 6.4).
pub const WORKFLOW: Hop = Hop { name: "pingone/workflow", pace: Pace::AtOnce };
/// What a token that nobody issued is told in lenient mode.
pub const UNKNOWN_TOKEN: &str = "unknown token; acting as an administrator";
/// Who acts where no person does (contract, 1.3).
pub const SYSTEM: &str = "SYSTEM";
