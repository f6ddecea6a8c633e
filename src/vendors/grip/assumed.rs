//! Every choice that no source settles, in one place: the marks [assumed] of the contract.
//!
//! Whoever sees the real API changes a line here. What is a state of a lifecycle stands with its
//! machine in `model`, since the machine is the choice; alternative spellings stand in `paths`.

use crate::kernel::{Hop, Pace, Span};

/// Records of a page when no `limit` is sent; the texts of rows 27 and 29 speak of 200 (contract, 5).
pub const PAGE_DEFAULT: usize = 200;
/// The largest page; a larger `limit` is clamped. Clients in evidence cap theirs at 200.
pub const PAGE_MAX: usize = 200;

/// Handling one application of an access revocation.
pub const REVOKE: Hop = Hop { name: "grip/revoke", pace: Pace::After(Span::seconds(2)) };
/// Handling one account of an offboarding.
pub const OFFBOARD: Hop = Hop { name: "grip/offboard", pace: Pace::After(Span::seconds(2)) };
/// Carrying out one action of a workflow run.
pub const RUN: Hop = Hop { name: "grip/run", pace: Pace::After(Span::seconds(2)) };

/// How long a justification request waits for its answer.
pub const ANSWER_WITHIN: Span = Span::days(7);

/// Sanction states besides those that the data set adds; `sanctioned` alone is certain.
pub const SANCTION_STATES: [&str; 4] = ["sanctioned", "unsanctioned", "tolerated", "in_review"];

/// How justification requests travel, and under which names; `email` alone is certain.
pub const PLATFORMS: [(&str, &str); 5] =
    [("email", "email"), ("slack", "slack"), ("teams", "teams"), ("msteams", "teams"), ("microsoftteams", "teams")];
/// How they travel when nobody says.
pub const PLATFORM_DEFAULT: &str = "email";

/// What every user is; the vendor's values are unknown.
pub const USER_TYPE: &str = "employee";

/// Answers to labelling a user.
pub const LABEL_ADDED: &str = "Label added to user successfully";
/// See [`LABEL_ADDED`].
pub const LABEL_REMOVED: &str = "Label removed from user successfully";
/// The answer to cancelling a workflow run; its words are in the seed, its case is not.
pub const RUN_CANCELLED: &str = "Workflow cancelled successfully";

/// Who acts when nobody does.
pub const SYSTEM: &str = "Grip";
/// The name of a token that nobody knows, where such tokens are taken.
pub const UNKNOWN_TOKEN: &str = "unknown-token";
/// What an answer says about a token that nobody knows.
pub const WARN_UNKNOWN: &str = "unknown-token-accepted";
/// What an answer says about a Bearer token: the real service answers 401, says a client's comment.
pub const WARN_BEARER: &str = "bearer-not-accepted-by-vendor";

/// Calls per token within [`LIMIT_WINDOW`], once rate limits are switched on.
pub const LIMIT_CALLS: u32 = 100;
/// See [`LIMIT_CALLS`].
pub const LIMIT_WINDOW: Span = Span::seconds(10);
/// Tokens do not end; those that are minted say ten years where somebody asks.
pub const TOKEN_LIFETIME: Span = Span::days(3_650);

/// Why an account could not be closed: there is none.
pub const NO_ACCOUNT: &str = "no active account";
/// Why an account could not be closed: nobody would inherit what it owns.
pub const NO_MAILBOX: &str = "no mailbox";

/// How many audit entries are kept; the oldest go first.
pub const AUDIT_MAX: usize = 20_000;
/// How many applications one revocation, or users one offboarding or run, may name.
pub const TARGETS_MAX: usize = 1_000;
