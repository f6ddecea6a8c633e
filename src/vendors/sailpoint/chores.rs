//! What waits for whom, and what people might ask for: what an autopilot acts on.

use serde_json::{Value, json};

use super::model::{Approval, ApprovalKey, ApprovalState, FIRST, LAST, Object, ObjectKind, Org, Owner};
use crate::company::{Company, Person};
use crate::kernel::Id;
use crate::world::{Chore, Estate, World};

/// Everything that waits for somebody.
pub fn chores(world: &World) -> Vec<Chore> {
    let (org, company): (&Org, _) = (world.estate(), world.company());
    let pending = org.approvals.range(ApprovalKey::Pending(FIRST), ApprovalKey::Pending(LAST));
    let approvals =
        pending.filter(|row| row.state == ApprovalState::Pending).filter_map(|row| asked(org, company, row));
    let open = org.work_items.iter().filter(|work| work.completed.is_none());
    let works = open.filter_map(|work| {
        let (owner, target) = (slug(company, work.owner)?, slug(company, work.requested_for)?);
        let object = path(org.items.get(&work.item)?.object);
        let step = |done: bool| json!({"step": "complete-work-item", "for": target, "object": object, "done": done});
        Some(Chore {
            vendor: Org::VENDOR,
            kind: "work-item",
            key: format!("{}/{owner}", work.id.hex()),
            person: Some(owner),
            since: work.created,
            choices: vec![("done", step(true)), ("undone", step(false))],
            says: Some("comment"),
        })
    });
    approvals.chain(works).collect()
}

fn asked(org: &Org, company: &Company, approval: &Approval) -> Option<Chore> {
    let is_present = |person: &Id<Person>| company.people().get(person).is_some_and(|person| person.is_present());
    let owner = match approval.owner {
        Owner::Identity(person) => Some(person).filter(is_present),
        Owner::Group(group) => org.groups.get(&group)?.members.iter().copied().find(is_present),
    };
    let (owner, target) = (slug(company, owner?)?, slug(company, approval.requested_for)?);
    let object = path(org.items.get(&approval.item)?.object);
    let step = |verb: &str| json!({"step": verb, "by": owner, "for": target, "object": object});
    let (approve, mut reject) = (step("approve"), step("reject"));
    // A rejection may need words.
    reject["comment"] = "No.".into();
    Some(Chore {
        vendor: Org::VENDOR,
        kind: "approval",
        key: format!("{}/{owner}", approval.id.hex()),
        since: approval.modified,
        choices: vec![("approve", approve), ("reject", reject)],
        says: Some("comment"),
        person: Some(owner),
    })
}

/// A request by which somebody asks for a role or an access profile that they do not have.
pub fn wish(world: &World, person: &Person, draw: f64) -> Option<Value> {
    let (org, company): (&Org, _) = (world.estate(), world.company());
    let roles = org.roles.iter().filter(|role| role.requestable);
    let roles = roles.map(|role| Object { kind: ObjectKind::Role, id: role.id.cast() });
    let profiles = org.profiles.iter().filter(|profile| profile.requestable);
    let profiles = profiles.map(|profile| Object { kind: ObjectKind::AccessProfile, id: profile.id.cast() });
    let lacking: Vec<Object> = roles.chain(profiles).filter(|object| !org.has(company, person.id, *object)).collect();
    let place = ((draw * lacking.len() as f64) as usize).min(lacking.len().checked_sub(1)?);
    let object = path(lacking[place]);
    Some(json!({"step": "request", "by": person.slug, "objects": [object], "comment": "I need it for my work."}))
}

fn slug(company: &Company, person: Id<Person>) -> Option<String> {
    company.people().get(&person).map(|person| person.slug.clone())
}

fn path(object: Object) -> String {
    let kind = match object.kind {
        ObjectKind::Role => "role",
        ObjectKind::AccessProfile => "access-profile",
        ObjectKind::Entitlement => "entitlement",
    };
    format!("{kind}/{}", object.id.hex())
}
