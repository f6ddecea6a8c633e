//! Who is asked (contract, 8.5).

use std::collections::BTreeSet;

use crate::company::{AccountStatus, Company, Person};
use crate::kernel::Id;
use crate::vendors::conductorone::cel::{self, Scene};
use crate::vendors::conductorone::model::{
    Approval, Approvers, Assignees, Bindings, Domain, EntitlementRef, Event, ProvisionPolicy, RoleName, Task, TaskKind,
    UserKey,
};
use crate::world::Cx;

/// A group with more holders counts as nobody (contract, 8.5).
pub const GROUP_MAX: usize = 128;

/// Who is asked, and what was done to find them.
pub struct Asked {
    /// Who.
    pub people: Vec<Id<Person>>,
    /// What the audit trail says about it.
    pub notes: Vec<Event>,
    /// Nobody by right: expressions that yield nobody, without a fallback.
    pub skipped: bool,
}

/// Who is asked in an approval step of a task.
pub fn ask(domain: &Domain, cx: &Cx<'_>, task: &Task, approval: &Approval) -> Asked {
    let mut notes = Vec::new();
    let found = found(domain, cx, task, &approval.approvers, &mut notes);
    let is_expression = matches!(approval.approvers, Approvers::Expression(_));
    let nobody_by_right = is_expression && found.is_empty() && !approval.fallback.enabled;
    if nobody_by_right {
        return Asked { people: Vec::new(), notes, skipped: true };
    }
    let may_be_self = approval.allow_self_approval || matches!(approval.approvers, Approvers::AccountOwner);
    let may = |person: &Id<Person>| may_be_self || Some(*person) != task.subject;
    let mut people: Vec<_> = found.into_iter().filter(may).collect();
    if people.is_empty() {
        people = fallback(domain, cx.company, approval).into_iter().filter(may).collect();
    }
    let mut admins_instead = people.is_empty();
    if approval.require_distinct_approvers {
        people.retain(|person| !task.approvers.contains(person));
        admins_instead |= people.is_empty();
    }
    if admins_instead {
        people = last_resort(domain, cx.company, task);
        notes.push(Event::FallbackToAdmin(people.clone()));
    }
    if approval.allow_delegation {
        for person in &mut people {
            if let Some(delegate) = delegate(domain, cx.company, *person) {
                notes.push(Event::ReassignedToDelegate { from: *person, to: delegate });
                *person = delegate;
            }
        }
    }
    Asked { people: distinct(people), notes, skipped: false }
}

/// Who gives or takes it by hand: the assignee, then their fallback, then the owners, then the administrators.
pub fn provisioners(domain: &Domain, cx: &Cx<'_>, task: &Task, policy: &ProvisionPolicy) -> Vec<Id<Person>> {
    let owners = || owners(domain, cx.company, task.entitlement());
    let (first, then) = match policy {
        ProvisionPolicy::Manual(manual) => match &manual.assignee {
            None => (manual.users.clone(), Vec::new()),
            Some(assignee) => (assignees(domain, cx, task, &assignee.who), assignee.fallback_users.clone()),
        },
        _ => (owners(), Vec::new()),
    };
    let present = |people: Vec<Id<Person>>| distinct(present(cx.company, people));
    let choices = [present(first), present(then), present(owners()), domain.super_admins(cx.company)];
    choices.into_iter().find(|people| !people.is_empty()).unwrap_or_default()
}

fn assignees(domain: &Domain, cx: &Cx<'_>, task: &Task, who: &Assignees) -> Vec<Id<Person>> {
    let same = match who {
        Assignees::Users(users) => Approvers::Users(users.clone()),
        Assignees::AppOwners => Approvers::AppOwners,
        Assignees::EntitlementOwners => Approvers::EntitlementOwners,
        Assignees::Manager => Approvers::Manager,
        Assignees::Group(group) => Approvers::Group(*group),
        Assignees::Expression(expressions) => Approvers::Expression(expressions.clone()),
    };
    found(domain, cx, task, &same, &mut Vec::new())
}

/// Whom an arm names: those of them who are there.
fn found(domain: &Domain, cx: &Cx<'_>, task: &Task, arm: &Approvers, notes: &mut Vec<Event>) -> Vec<Id<Person>> {
    let company = &*cx.company;
    let people = match arm {
        Approvers::Users(users) => users.clone(),
        Approvers::Manager => managers(company, task.subject),
        Approvers::AppOwners => owners(domain, company, task.entitlement()),
        Approvers::Group(group) => holders(domain, company, *group),
        Approvers::AccountOwner => task.subject.into_iter().collect(),
        Approvers::EntitlementOwners => {
            let row = task.entitlement().and_then(|entitlement| domain.entitlements.get(&entitlement));
            row.map(|row| row.owners.clone()).unwrap_or_default()
        }
        Approvers::ResourceOwners => {
            let row = task.entitlement().and_then(|entitlement| domain.entitlements.get(&entitlement));
            let resource = row.and_then(|row| domain.resources.get(&row.resource?));
            resource.map(|resource| resource.owners.clone()).unwrap_or_default()
        }
        Approvers::Expression(expressions) => {
            let scene = Scene::of(domain, company, cx.now(), task);
            let mut people = Vec::new();
            for expression in expressions {
                match cel::people(expression, &scene) {
                    Ok(found) => people = present(company, found),
                    Err(error) => notes.push(Event::ExpressionError(error)),
                }
                if !people.is_empty() {
                    break;
                }
            }
            people
        }
        Approvers::Webhook(_) | Approvers::Agent(_) => Vec::new(),
    };
    distinct(present(company, people))
}

fn managers(company: &Company, subject: Option<Id<Person>>) -> Vec<Id<Person>> {
    subject.and_then(|id| company.people().get(&id)).and_then(|person| person.manager).into_iter().collect()
}

/// The owners of an entitlement's application.
pub fn owners(domain: &Domain, company: &Company, entitlement: Option<EntitlementRef>) -> Vec<Id<Person>> {
    let app = entitlement.and_then(|entitlement| domain.apps.get(&entitlement.app));
    present(company, app.map(|app| app.owners.clone()).unwrap_or_default())
}

/// The people behind the accounts that hold an entitlement; nobody when they are too many.
pub fn holders(domain: &Domain, company: &Company, group: EntitlementRef) -> Vec<Id<Person>> {
    let bindings = Bindings { domain, company };
    let holders = bindings.of_entitlement(group).filter(|binding| binding.account.status == AccountStatus::Active);
    let people: BTreeSet<_> = holders.filter_map(|binding| binding.account.person).take(GROUP_MAX * 2).collect();
    if people.len() > GROUP_MAX { Vec::new() } else { people.into_iter().collect() }
}

fn fallback(domain: &Domain, company: &Company, approval: &Approval) -> Vec<Id<Person>> {
    let fallback = &approval.fallback;
    if !fallback.enabled {
        return Vec::new();
    }
    let users = distinct(present(company, fallback.users.clone()));
    if !users.is_empty() || !(fallback.groups_enabled || fallback.users.is_empty()) {
        return users;
    }
    let holders = fallback.groups.iter().flat_map(|group| holders(domain, company, *group));
    distinct(present(company, holders.collect()))
}

/// Super administrators, on reviews campaign administrators; not the target user while there is anybody else.
fn last_resort(domain: &Domain, company: &Company, task: &Task) -> Vec<Id<Person>> {
    let campaign = domain.users.with(UserKey::Role(RoleName::CampaignAdmin)).map(|row| row.person).collect();
    let campaign = present(company, campaign);
    let is_review = matches!(task.kind, TaskKind::Certify(_)) && !campaign.is_empty();
    let admins = if is_review { campaign } else { domain.super_admins(company) };
    let others: Vec<_> = admins.iter().copied().filter(|admin| Some(*admin) != task.subject).collect();
    if others.is_empty() { admins } else { others }
}

fn delegate(domain: &Domain, company: &Company, person: Id<Person>) -> Option<Id<Person>> {
    let delegate = domain.users.get(&person)?.delegate()?;
    company.people().get(&delegate).is_some_and(|person| person.is_present()).then_some(delegate)
}

/// Those of them who are there.
pub fn present(company: &Company, mut people: Vec<Id<Person>>) -> Vec<Id<Person>> {
    people.retain(|id| company.people().get(id).is_some_and(|person| person.is_present()));
    people
}

/// Each once, in the order in which they were first named.
pub fn distinct(people: Vec<Id<Person>>) -> Vec<Id<Person>> {
    let mut seen = BTreeSet::new();
    people.into_iter().filter(|person| seen.insert(*person)).collect()
}
