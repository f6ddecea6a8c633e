//! Bindings that are changed outside tasks: their ends, and members by hand (contract, 8.11).

use std::collections::BTreeMap;

use super::tasks::{REASON_BY, TaskRefusal, account_in, hand_out, put_end, take_away};
use super::{Noun, Refusal};
use crate::company::{Account, Person, Reason, Strength};
use crate::kernel::{Id, Timestamp};
use crate::vendors::conductorone::model::{Binding, Bindings, Domain, EntitlementRef, ProvisionPolicy};
use crate::vendors::conductorone::wire::id::fresh;
use crate::world::{Command, Cx};

fn held(domain: &Domain, cx: &Cx<'_>, at: EntitlementRef, account: Id<Account>) -> Result<Binding, Refusal> {
    domain.entitlement(at).ok_or(Refusal::NoSuch(Noun::Entitlement))?;
    let binding = (Bindings { domain, company: cx.company }).get(at, account);
    binding.ok_or(Refusal::NoSuch(Noun::Grant))
}

/// Say when a grant ends, or that it does not.
pub struct SetGrantEnd {
    /// Of what.
    pub at: EntitlementRef,
    /// Whose.
    pub account: Id<Account>,
    /// When; never when absent.
    pub until: Option<Timestamp>,
}

impl Command<Domain> for SetGrantEnd {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let binding = held(domain, cx, self.at, self.account)?;
        let longest = domain.entitlements.get(&self.at).and_then(|row| row.longest);
        match (self.until, longest) {
            (Some(until), _) if until <= cx.now() => {
                return Err(Refusal::Invalid("NewDeprovisionAt", "value must be greater than now".into()));
            }
            (Some(until), Some(longest)) if until > cx.now() + longest => {
                return Err(TaskRefusal::TooLong(longest.as_seconds()).into());
            }
            _ => {}
        }
        put_end(domain, cx, &binding, self.until);
        Ok(())
    }
}

/// Whether people here say who holds it, and no connector (contract, 8.11: only some kinds of entitlements).
fn by_hand(domain: &Domain, at: EntitlementRef) -> Result<(), Refusal> {
    let row = domain.entitlement(at).ok_or(Refusal::NoSuch(Noun::Entitlement))?;
    let app = domain.app(at.app).is_some_and(|app| app.is_manually_managed);
    let by_people =
        |policy: &ProvisionPolicy| matches!(policy, ProvisionPolicy::Manual(_) | ProvisionPolicy::Unconfigured);
    let is_by_hand = app || row.is_manually_managed || row.provisioner.as_ref().is_none_or(by_people);
    if is_by_hand { Ok(()) } else { Err(Refusal::NotByHand) }
}

/// Let users hold an entitlement by hand.
pub struct AddMembers {
    /// Which.
    pub at: EntitlementRef,
    /// Who.
    pub users: Vec<Id<Person>>,
}

/// What came of it.
pub struct Added {
    /// The id under which it was done.
    pub bulk: Id<AddMembers>,
    /// Those who could not be added, and why.
    pub failed: BTreeMap<Id<Person>, String>,
}

impl Command<Domain> for AddMembers {
    type Output = Added;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Added, Refusal> {
        by_hand(domain, self.at)?;
        let bulk: Id<AddMembers> = fresh(cx, "conductorone/bulk-action");
        let what = format!("manual/{}", bulk.hex());
        let mut failed = BTreeMap::new();
        for user in self.users {
            if !cx.company.people().get(&user).is_some_and(|person| person.is_present()) {
                failed.insert(user, "user not found".to_owned());
                continue;
            }
            let (since, what) = (cx.now(), what.as_str().into());
            let reason = Reason { by: REASON_BY.into(), what, strength: Strength::Asked, since, until: None };
            let given =
                account_in(cx, user, self.at.app).and_then(|account| hand_out(domain, cx, account, self.at, reason));
            if let Err(impossible) = given {
                failed.insert(user, impossible.to_string());
            }
        }
        Ok(Added { bulk, failed })
    }
}

/// Let an account hold an entitlement by hand no longer.
pub struct RemoveMember {
    /// Which.
    pub at: EntitlementRef,
    /// Whose.
    pub account: Id<Account>,
}

impl Command<Domain> for RemoveMember {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        by_hand(domain, self.at)?;
        held(domain, cx, self.at, self.account)?;
        take_away(domain, cx, self.account, self.at).map_err(|_| Refusal::NoSuch(Noun::Grant))
    }
}
