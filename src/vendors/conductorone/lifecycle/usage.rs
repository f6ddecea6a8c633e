//! Access that nobody uses is revoked, once for every time of silence (contract, 8.9).

use super::membership::RUN_MAX;
use super::{NON_USAGE, Noun, Refusal, Timer, tasks};
use crate::company::{Account, AccountKey, AccountStatus, App, Person};
use crate::kernel::{Id, Pace, Span, Timestamp};
use crate::vendors::conductorone::model::{
    Domain, EntitlementRef, Revoke, RevokeSource, TaskKey, TaskKind, UsageControls, UsageSettings,
};
use crate::world::{Command, Cx};

/// Say what is done about unused access: `change` is given what is said now.
pub struct UpdateUsage<F> {
    /// To which application.
    pub app: Id<App>,
    /// What to say instead.
    pub change: F,
}

impl<F> Command<Domain> for UpdateUsage<F>
where
    F: FnOnce(&UsageSettings) -> Result<UsageSettings, Refusal>,
{
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        domain.app(self.app).ok_or(Refusal::NoSuch(Noun::App))?;
        let settings = (self.change)(&usage(domain, self.app))?;
        domain.usage_controls.put(UsageControls { app: self.app, settings });
        look(domain, cx, self.app);
        Ok(())
    }
}

/// What is done about unused access to an application.
pub fn usage(domain: &Domain, app: Id<App>) -> UsageSettings {
    domain.usage_controls.get(&app).map(|row| row.settings).unwrap_or_default()
}

/// The id under which the timer of an application is found.
fn about(app: Id<App>) -> Id<UsageControls> {
    Id::named(&format!("conductorone/usage/{app}"))
}

/// Looks whose access nobody uses, and sets when to look again.
pub fn look(domain: &mut Domain, cx: &mut Cx<'_>, app: Id<App>) {
    domain.timers.cancel_about(about(app));
    let settings = usage(domain, app);
    if !settings.revoke || settings.revoke_after_days == 0 || domain.app(app).is_none() {
        return;
    }
    let patience = Span::days(settings.revoke_after_days.into());
    for (account, person, revoke) in unused(domain, cx, app, patience) {
        let is_new = !was_asked(domain, account, person, &revoke);
        if is_new {
            tasks::open_for_non_usage(domain, cx, person, revoke);
        }
    }
    // Looking again at once would look for ever.
    if cx.pace(NON_USAGE) != Pace::AtOnce {
        cx.later(domain, NON_USAGE, about(app), Timer::NonUsage(app));
    }
}

/// The accounts of people that were last used too long ago; one that was never used counts from its opening [assumed].
fn unused(domain: &Domain, cx: &Cx<'_>, app: Id<App>, patience: Span) -> Vec<(Id<Account>, Id<Person>, Revoke)> {
    let entitlement = EntitlementRef::access(app);
    if domain.entitlement(entitlement).is_none() {
        return Vec::new();
    }
    let accounts = cx.company.accounts().with(AccountKey::App(app));
    let active = accounts.filter(|account| account.status == AccountStatus::Active);
    let silent = active.filter_map(|account| {
        let expires: Timestamp = account.last_used.unwrap_or(account.created) + patience;
        let source = RevokeSource::NonUsage { expires, last_login: account.last_used };
        let revoke = Revoke::of(domain, cx.company, entitlement, account.id, source);
        (expires <= cx.now()).then_some((account.id, account.person?, revoke))
    });
    silent.take(RUN_MAX).collect()
}

/// Whether a task was opened about this silence, or one about the same account is open.
fn was_asked(domain: &Domain, account: Id<Account>, person: Id<Person>, revoke: &Revoke) -> bool {
    domain.tasks.with(TaskKey::Of(person)).any(|task| match &task.kind {
        TaskKind::Revoke(known) => {
            known.account == account
                && (known.source == revoke.source || (task.is_open() && known.entitlement.is_access()))
        }
        _ => false,
    })
}
