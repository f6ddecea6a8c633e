//! What no source says, so that it can be corrected in one place.

use crate::kernel::{Hop, Pace, Span};

/// How long a scan runs when nobody waits for it (contract, 16.2).
pub const SCAN: Hop = Hop { name: "pingone/scan", pace: Pace::After(Span::seconds(2)) };
/// How a workflow goes on after a phase is decided. A real tenant goes on in the background; here the answer to
/// the decision shows its end (contract, 6.4).
pub const WORKFLOW: Hop = Hop { name: "pingone/workflow", pace: Pace::AtOnce };
/// How a request is carried out once nobody has to decide any more (contract, 8.3). A real tenant goes on in the
/// background.
pub const PROVISION: Hop = Hop { name: "pingone/provision", pace: Pace::AtOnce };
/// When something is due on a request: its dates are its own.
pub const REQUEST_DATES: Hop = Hop { name: "pingone/request-date", pace: Pace::AtOnce };
/// What a token that nobody issued is told in lenient mode.
pub const UNKNOWN_TOKEN: &str = "unknown token; acting as an administrator";
/// Who acts where no person does (contract, 1.3).
pub const SYSTEM: &str = "SYSTEM";
/// How many scans are kept; the oldest go first.
pub const SCANS_MAX: usize = 1_000;
/// How many violations of one rule a scan names; it counts all of them.
pub const SCAN_FOUND_MAX: usize = 1_000;
/// How many comments a violation keeps; the oldest go first.
pub const COMMENTS_MAX: usize = 1_000;
/// How many violations one bulk call may name.
pub const BULK_MAX: usize = 10_000;
/// The node of the stock workflow at which somebody is asked (contract, 6.4).
pub const STOCK_TASK: (&str, &str) = ("violationTask-df7f65b04ec3", "Start Violation Task");
/// The node at which somebody provisions by hand. The vendor's stock workflow has none (contract, 6.4).
pub const FULFILLMENT_TASK: (&str, &str) = ("fulfillmentTask-2c9d1e5a7b34", "Fulfill Remediation");
/// When and how often a phase's actors are reminded (contract, 6.4).
pub const REMINDER: Span = Span::days(3);
/// When and how often the violation's owner is told that nobody decided (contract, 6.4).
pub const ESCALATION: Span = Span::days(8);
