//! What is done about access that nobody uses.

use super::View;
use super::settings::Says;
use crate::company::{AccountKey, App};
use crate::kernel::Id;
use crate::vendors::conductorone::lifecycle::{Refusal, usage};
use crate::vendors::conductorone::model::UsageSettings;
use crate::vendors::conductorone::wire::{Mask, id, message};

message! {
    AppUsageControls = c1.api.app.v1.AppUsageControls {
        app_id: String,
        notify: bool,
        notify_after_days: u32,
        revoke: bool,
        revoke_after_days: u32,
    }

    UsageAnswer = c1.api.app.v1.GetAppUsageControlsResponse {
        app_usage_controls: Option<AppUsageControls>,
        has_usage_data: bool,
    }

    UsageUpdated = c1.api.app.v1.UpdateAppUsageControlsResponse {
        app_usage_controls: Option<AppUsageControls>,
    }

    UsageUpdateIn = c1.api.app.v1.UpdateAppUsageControlsRequest {
        app_usage_controls: Option<AppUsageControls>,
        update_mask: Mask,
    }
}

impl Says<UsageSettings> for AppUsageControls {
    fn of(settings: &UsageSettings) -> Self {
        Self {
            app_id: String::new(),
            notify: settings.notify,
            notify_after_days: settings.notify_after_days,
            revoke: settings.revoke,
            revoke_after_days: settings.revoke_after_days,
        }
    }
    fn said(self) -> Result<UsageSettings, Refusal> {
        Ok(UsageSettings {
            notify: self.notify,
            notify_after_days: self.notify_after_days,
            revoke: self.revoke,
            revoke_after_days: self.revoke_after_days,
        })
    }
}

impl View<'_> {
    /// What is done about unused access to an application.
    pub fn usage_controls(self, app: Id<App>) -> AppUsageControls {
        AppUsageControls { app_id: id::text(app), ..AppUsageControls::of(&usage(self.domain, app)) }
    }

    /// Whether anything is known about the use of an application.
    pub fn has_usage_data(self, app: Id<App>) -> bool {
        self.company.accounts().with(AccountKey::App(app)).any(|account| account.last_used.is_some())
    }
}
