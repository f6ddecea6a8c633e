//! Somebody else does a user's tasks for a while (contract, 10.4).

use serde_json::json;

use super::{DELEGATION, Noun, Refusal, Timer};
use crate::company::Person;
use crate::kernel::{Id, Timestamp};
use crate::vendors::conductorone::model::{Delegation, Domain, UserProfile};
use crate::world::{Command, Cx};

/// Set who does a user's tasks, or that they do them themselves.
pub struct Delegate {
    /// Whose tasks.
    pub user: Id<Person>,
    /// Who does them; `None` takes a delegation back.
    pub to: Option<Id<Person>>,
    /// From when on; at once when absent.
    pub start: Option<Timestamp>,
    /// Until when; for good when absent.
    pub end: Option<Timestamp>,
}

impl Command<Domain> for Delegate {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let now = cx.now();
        if !cx.company.people().contains(&self.user) {
            return Err(Refusal::NoSuch(Noun::User));
        }
        let invalid = |what: &str| Refusal::Invalid("DelegatedUserId", what.to_owned());
        if let Some(to) = self.to {
            let delegate = cx.company.people().get(&to).ok_or(Refusal::NoSuch(Noun::User))?;
            if to == self.user {
                return Err(invalid("a user cannot be their own delegate"));
            }
            if !delegate.is_present() {
                return Err(invalid("the delegate is disabled"));
            }
        }
        if self.end.is_some_and(|end| end <= self.start.unwrap_or(now).max(now)) {
            let what = "value must be after the start of the delegation and in the future";
            return Err(Refusal::Invalid("DelegationExpireAt", what.to_owned()));
        }
        let mut row = profile(domain, self.user);
        let created = row.delegation.as_ref().map_or(now, |delegation| delegation.created);
        row.delegation = self.to.map(|to| Delegation {
            to,
            start: self.start,
            end: self.end,
            active: self.start.is_none_or(|start| start <= now),
            created,
            updated: now,
        });
        domain.users.put(row);
        domain.timers.cancel_about(self.user);
        for date in [self.start, self.end].into_iter().flatten().filter(|date| self.to.is_some() && *date > now) {
            domain.timers.at(cx.chronicle, DELEGATION, date, self.user, Timer::Delegation(self.user));
        }
        cx.emit("user.delegated", self.user, json!({"to": self.to, "start": self.start, "end": self.end}));
        Ok(())
    }
}

/// A date of a delegation has come.
pub fn turn(domain: &mut Domain, cx: &mut Cx<'_>, user: Id<Person>) {
    let now = cx.now();
    let mut row = profile(domain, user);
    let Some(delegation) = row.delegation.as_mut() else { return };
    if delegation.end.is_some_and(|end| end <= now) {
        row.delegation = None;
    } else {
        delegation.active = true;
        delegation.updated = now;
    }
    domain.users.put(row);
}

fn profile(domain: &Domain, user: Id<Person>) -> UserProfile {
    domain.users.get(&user).map_or_else(|| UserProfile::of(user), |row| UserProfile::clone(row))
}
