//! Switches.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::world::{AuthMode, Settings, TokenClock};

/// Switches to be turned; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SettingsPatch {
    /// Which credentials are taken: `lenient` or `strict`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub auth: Option<AuthMode>,
    /// Whose clock ends a token: `virtual` or `wall`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub token_clock: Option<TokenClock>,
    /// Whether the vendors' rate limits hold.
    #[serde(default)]
    pub rate_limits: Option<bool>,
}

impl SettingsPatch {
    /// The settings with the switches turned.
    pub fn over(self, settings: Settings) -> Settings {
        Settings {
            auth: self.auth.unwrap_or(settings.auth),
            token_clock: self.token_clock.unwrap_or(settings.token_clock),
            rate_limits: self.rate_limits.unwrap_or(settings.rate_limits),
        }
    }
}
