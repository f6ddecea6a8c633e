//! What waits for whom, and what people might ask for: what an autopilot acts on.

use serde_json::{Value, json};

use super::lifecycle::requestable::is_requestable;
use super::lifecycle::tasks::is_asked_for;
use super::model::{Bindings, Domain, EntitlementRef, ProvisionInstance, StepBody, StepInstance, Task, TaskKey};
use crate::company::{Company, Person};
use crate::kernel::Timestamp;
use crate::world::{Chore, Estate, World};

/// Everything that waits for somebody. A step that asks for proof of who approves waits for a person of flesh and blood.
pub fn chores(world: &World) -> Vec<Chore> {
    let (domain, company): (&Domain, _) = (world.estate(), world.company());
    let open = domain.tasks.with(TaskKey::Open);
    open.filter_map(|task| chore(company, task, task.current()?)).collect()
}

fn chore(company: &Company, task: &Task, step: &StepInstance) -> Option<Chore> {
    let person = step.assigned().iter().find_map(|id| company.people().get(id).filter(|person| person.is_present()));
    let owner = person?.slug.clone();
    let act = |verb: &str| json!({"step": verb, "by": owner, "task": task.number});
    let made = |kind, since: Timestamp, choices, says| Chore {
        vendor: Domain::VENDOR,
        kind,
        key: format!("{}/{owner}", step.id.hex()),
        person: Some(owner.clone()),
        since,
        choices,
        says,
    };
    match &step.body {
        StepBody::Approval(instance) => {
            let (mut approve, mut deny) = (act("approve"), act("deny"));
            // A policy may ask for a reason.
            approve["comment"] = "Agreed.".into();
            deny["comment"] = "No.".into();
            let mut choices = vec![("approve", approve), ("reject", deny)];
            choices.retain(|(name, _)| *name == "reject" || instance.approval.step_up_provider.is_none());
            Some(made("approval", instance.assigned_at, choices, Some("comment")))
        }
        StepBody::Provision(instance) if !instance.is_errored() => {
            let ending = |outcome: &str| {
                let mut step = act("settle-provisioning");
                step["outcome"] = outcome.into();
                step
            };
            let ProvisionInstance { started, .. } = **instance;
            Some(made("provisioning", started, vec![("done", ending("done")), ("failed", ending("failed"))], None))
        }
        StepBody::Provision(_) | StepBody::Form(_) | StepBody::Wait(_) | StepBody::Accept(_) | StepBody::Reject(_) => {
            None
        }
    }
}

/// A request by which somebody asks for something that they may ask for and do not have.
pub fn wish(world: &World, person: &Person, draw: f64) -> Option<Value> {
    let (domain, company): (&Domain, _) = (world.estate(), world.company());
    let bindings = Bindings { domain, company };
    let is_wanted = |at: EntitlementRef| {
        is_requestable(domain, company, at, Some(person.id))
            && !bindings.holds(person.id, at)
            && !is_asked_for(domain, at, person.id)
    };
    let rows = domain.entitlements.iter().filter(|row| row.deleted.is_none());
    let lacking: Vec<EntitlementRef> = rows.map(|row| row.at).filter(|at| is_wanted(*at)).collect();
    let place = ((draw * lacking.len() as f64) as usize).min(lacking.len().checked_sub(1)?);
    let path = path(company, lacking[place])?;
    Some(json!({"step": "request", "by": person.slug, "entitlement": path, "comment": "I need it for my work."}))
}

/// As steps name it: `APP/SLUG`.
fn path(company: &Company, at: EntitlementRef) -> Option<String> {
    let app = company.apps().get(&at.app)?;
    if at.is_access() {
        return Some(format!("{}/access", app.slug));
    }
    Some(format!("{}/{}", app.slug, company.entitlements().get(&at.id)?.slug))
}
