//! What may be switched in one tenant for all vendors alike.

use serde::{Deserialize, Serialize};

/// Which credentials are taken.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuthMode {
    /// Some credential must be there. A known one acts as its principal, an unknown one as the
    /// tenant's administrator, and the answer says so in `X-Rolecall-Warning`.
    #[default]
    Lenient,
    /// Only credentials of the seed, and tokens issued here.
    Strict,
}

/// Whose clock ends a token.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenClock {
    /// The tenant's, so that a jump of a day ends the tokens of today.
    #[default]
    Virtual,
    /// The wall's, for clients that keep a token whatever they are told.
    Wall,
}

/// The switches of one tenant.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Settings {
    /// Which credentials are taken.
    pub auth: AuthMode,
    /// Whose clock ends a token.
    pub token_clock: TokenClock,
    /// Whether the vendors' rate limits hold. Off by default: a limit that nobody asked for
    /// breaks load tests.
    pub rate_limits: bool,
}
