//! Entitlements that are given by themselves: at once when somebody says so, and again at the pace of
//! [`AUTOMATION`](super::AUTOMATION) (contract, 15: automation).

use std::collections::BTreeSet;

use super::membership::{Given, RUN_MAX, Rule, matched};
use super::{AUTOMATION, Noun, Refusal, Timer, condition};
use crate::company::Person;
use crate::kernel::{Id, Pace};
use crate::vendors::conductorone::model::{
    Automation, AutomationRule, AutomationSettings, Domain, EntitlementRef, Origin,
};
use crate::world::{Command, Cx};

/// An automation that is not deleted.
///
/// # Errors
/// When there is none.
pub fn automation(domain: &Domain, at: EntitlementRef) -> Result<Automation, Refusal> {
    let row = domain.automations.get(&at).filter(|row| row.deleted.is_none());
    row.map(|row| Automation::clone(row)).ok_or(Refusal::NoSuch(Noun::Automation))
}

fn check(settings: &AutomationSettings, domain: &Domain) -> Result<(), Refusal> {
    match &settings.rule {
        AutomationRule::None => Ok(()),
        AutomationRule::Basic(expression) => condition("Basic", expression),
        AutomationRule::Cel(expression) => condition("Cel", expression),
        AutomationRule::Entitlements(any) if any.iter().any(|at| domain.entitlement(*at).is_none()) => {
            Err(Refusal::NoSuch(Noun::Entitlement))
        }
        AutomationRule::Entitlements(_) => Ok(()),
    }
}

/// Let an entitlement be given by itself.
pub struct CreateAutomation {
    /// Which entitlement.
    pub at: EntitlementRef,
    /// To whom.
    pub settings: AutomationSettings,
}

impl Command<Domain> for CreateAutomation {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        domain.entitlement(self.at).ok_or(Refusal::NoSuch(Noun::Entitlement))?;
        check(&self.settings, domain)?;
        if automation(domain, self.at).is_ok() {
            return Err(Refusal::Exists(Noun::Automation));
        }
        let now = cx.now();
        domain.automations.put(Automation {
            at: self.at,
            settings: self.settings,
            exclusions: BTreeSet::new(),
            members: BTreeSet::new(),
            last_run: None,
            created: now,
            updated: now,
            deleted: None,
        });
        run(domain, cx, self.at);
        Ok(())
    }
}

/// Say something else about an automation: `change` is given what is said now.
pub struct UpdateAutomation<F> {
    /// Of which entitlement.
    pub at: EntitlementRef,
    /// What to say instead.
    pub change: F,
}

impl<F> Command<Domain> for UpdateAutomation<F>
where
    F: FnOnce(&AutomationSettings) -> Result<AutomationSettings, Refusal>,
{
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let row = automation(domain, self.at)?;
        let settings = (self.change)(&row.settings)?;
        check(&settings, domain)?;
        domain.automations.put(Automation { settings, updated: cx.now(), ..row });
        run(domain, cx, self.at);
        Ok(())
    }
}

/// Let an entitlement be given by itself no more. Who has it keeps it.
pub struct DeleteAutomation {
    /// Which entitlement.
    pub at: EntitlementRef,
}

impl Command<Domain> for DeleteAutomation {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let row = automation(domain, self.at)?;
        domain.timers.cancel_about(about(self.at));
        domain.automations.put(Automation { deleted: Some(cx.now()), ..row });
        Ok(())
    }
}

/// Say who is left out of an automation.
pub struct ExcludeUsers {
    /// Of which entitlement.
    pub at: EntitlementRef,
    /// Who.
    pub users: Vec<Id<Person>>,
    /// Left out, or left out no more.
    pub excluded: bool,
}

impl Command<Domain> for ExcludeUsers {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let mut row = automation(domain, self.at)?;
        if self.users.iter().any(|user| !cx.company.people().contains(user)) {
            return Err(Refusal::NoSuch(Noun::User));
        }
        if self.excluded {
            row.exclusions.extend(self.users);
        } else {
            row.exclusions.retain(|user| !self.users.contains(user));
        }
        row.updated = cx.now();
        domain.automations.put(row);
        Ok(())
    }
}

/// The id under which the timer of an entitlement's automation is found.
fn about(at: EntitlementRef) -> Id<Automation> {
    Id::named(&format!("conductorone/automation/{}/{}", at.app, at.id))
}

/// Runs an automation, and sets when it runs next. Who is left out is neither given anything nor taken anything from.
pub fn run(domain: &mut Domain, cx: &mut Cx<'_>, at: EntitlementRef) {
    let Ok(mut row) = automation(domain, at) else { return };
    domain.timers.cancel_about(about(at));
    if domain.entitlement(at).is_none() {
        return;
    }
    let found = match &row.settings.rule {
        AutomationRule::None => return,
        AutomationRule::Basic(text) | AutomationRule::Cel(text) => {
            matched(domain, cx.company, cx.now(), &Rule::Cel(text))
        }
        AutomationRule::Entitlements(any) => matched(domain, cx.company, cx.now(), &Rule::Holding(any)),
    };
    let given = Given { at, origin: Origin::Automation, why: &row.settings.display_name, by_policy: false };
    row.last_run = Some((cx.now(), String::new()));
    match found {
        Err(error) => row.last_run = Some((cx.now(), error)),
        Ok(people) => {
            let members: BTreeSet<_> = people.difference(&row.exclusions).copied().collect();
            let gone = row.members.difference(&people).filter(|person| !row.exclusions.contains(person));
            let gone: Vec<_> = gone.copied().take(RUN_MAX).collect();
            for person in members.iter().take(RUN_MAX) {
                given.to(domain, cx, *person);
            }
            for person in &gone {
                given.no_more_to(domain, cx, *person, false);
            }
            row.members.retain(|member| !gone.contains(member));
            row.members.extend(members);
        }
    }
    domain.automations.put(row);
    // One that runs at once whenever it has run would run for ever.
    if cx.pace(AUTOMATION) != Pace::AtOnce {
        cx.later(domain, AUTOMATION, about(at), Timer::Automation(at));
    }
}
