//! Who is given access by a rule, and who loses it again: what automations of entitlements and of catalogs have in
//! common (contract, 11, 15).

use std::collections::BTreeSet;

use super::tasks;
use crate::company::{Company, Person};
use crate::kernel::{Id, Timestamp};
use crate::vendors::conductorone::cel::{self, Scene};
use crate::vendors::conductorone::model::{Bindings, Domain, EntitlementRef, Origin};
use crate::world::Cx;

/// How many people one run gives something to, or takes something from; the next run goes on. [assumed]
pub const RUN_MAX: usize = 1_000;

/// Of whom a rule is true.
pub enum Rule<'r> {
    /// Whoever this expression is true of.
    Cel(&'r str),
    /// Whoever holds one of these.
    Holding(&'r BTreeSet<EntitlementRef>),
}

/// The people of whom a rule is true; those who are there alone.
///
/// # Errors
/// Why the rule says nothing: its expression does not compile. One that breaks off about somebody is not true of them.
pub fn matched(
    domain: &Domain,
    company: &Company,
    now: Timestamp,
    rule: &Rule<'_>,
) -> Result<BTreeSet<Id<Person>>, String> {
    let there = company.people().iter().filter(|person| person.is_present()).map(|person| person.id);
    match rule {
        Rule::Cel(expression) => {
            if let Some(error) = cel::compile_error(expression) {
                return Err(error);
            }
            let is_true = |person: &Id<Person>| {
                let scene = Scene::about(domain, company, now, Some(*person));
                cel::holds(expression, &scene).unwrap_or(false)
            };
            Ok(there.filter(is_true).collect())
        }
        Rule::Holding(any) => {
            let bindings = Bindings { domain, company };
            Ok(there.filter(|person| any.iter().any(|at| bindings.holds(*person, *at))).collect())
        }
    }
}

/// What is given to members, and in whose name.
pub struct Given<'g> {
    /// What.
    pub at: EntitlementRef,
    /// Where its tasks come from.
    pub origin: Origin,
    /// Why, as its tasks say.
    pub why: &'g str,
    /// Whether the entitlement's policies are gone through; otherwise nobody is asked.
    pub by_policy: bool,
}

impl Given<'_> {
    /// Asks for it in a member's name, unless they hold it or it is being asked for.
    pub fn to(&self, domain: &mut Domain, cx: &mut Cx<'_>, person: Id<Person>) {
        let holds = (Bindings { domain, company: cx.company }).holds(person, self.at);
        if !holds && !tasks::is_asked_for(domain, self.at, person) {
            tasks::open_by_rule(domain, cx, person, self);
        }
    }

    /// Takes it from whoever is a member no more: what they hold for no other reason. Other reasons keep it.
    /// `all` takes it whatever the reason.
    pub fn no_more_to(&self, domain: &mut Domain, cx: &mut Cx<'_>, person: Id<Person>, all: bool) {
        tasks::end_by_rule(domain, cx, person, self, all);
    }
}
