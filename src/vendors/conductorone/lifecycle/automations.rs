//! Entitlements that are given by themselves (contract, 15: automation).
//!
//! What is said about an automation is kept and shown; nothing here gives by it yet, which `Vendor::gaps` says.

use std::collections::BTreeSet;

use super::{Noun, Refusal, condition};
use crate::company::Person;
use crate::kernel::Id;
use crate::vendors::conductorone::model::{Automation, AutomationRule, AutomationSettings, Domain, EntitlementRef};
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
            created: now,
            updated: now,
            deleted: None,
        });
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
        Ok(())
    }
}

/// Let an entitlement be given by itself no more.
pub struct DeleteAutomation {
    /// Which entitlement.
    pub at: EntitlementRef,
}

impl Command<Domain> for DeleteAutomation {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let row = automation(domain, self.at)?;
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
