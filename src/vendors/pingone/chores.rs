//! What waits for whom, and what people might ask for: what an autopilot acts on.

use serde_json::{Value, json};

use super::model::{
    AccessRequest, ActorRef, CertificationItem, ItemState, MembershipKey, PhaseKind, Realm, RequestPhaseKind,
    Violation, ViolationKey, ViolationState,
};
use crate::company::{Company, Person};
use crate::kernel::Id;
use crate::world::{Chore, Estate, World};

/// Everything that waits for somebody.
pub fn chores(world: &World) -> Vec<Chore> {
    let (realm, company): (&Realm, _) = (world.estate(), world.company());
    let people = People { realm, company };
    let violations = realm.violations.with(ViolationKey::Open).filter_map(|row| people.violation(row));
    let requests = realm.requests.iter().filter_map(|row| people.request(row));
    let items = realm.certification_items.iter().filter(|row| row.state == ItemState::InProgress);
    let items = items.filter_map(|row| people.item(row));
    violations.chain(requests).chain(items).collect()
}

struct People<'w> {
    realm: &'w Realm,
    company: &'w Company,
}

impl People<'_> {
    /// Who acts by this name: of a role, its first member who is there.
    fn present(&self, who: ActorRef) -> Option<String> {
        let slug = |person: Id<Person>| {
            self.company.people().get(&person).filter(|person| person.is_present()).map(|person| person.slug.clone())
        };
        match who {
            ActorRef::User(person) => slug(person),
            ActorRef::Role(role) => {
                self.realm.memberships.with(MembershipKey::Role(role)).find_map(|membership| slug(membership.person))
            }
        }
    }

    /// A violation about which nobody has decided, or which is to be put right by hand. One that is tolerated waits for
    /// its date.
    fn violation(&self, violation: &Violation) -> Option<Chore> {
        if violation.state == ViolationState::Exception {
            return None;
        }
        let phase = violation.phases.iter().find(|phase| phase.is_open())?;
        let actor = violation.active.iter().find(|actor| actor.phase == phase.name)?;
        let by = self.present(actor.who)?;
        let person = self.company.people().get(&violation.user)?.slug.clone();
        let step = |decision: Value| json!({"step": "decide", "by": by, "rule": violation.rule.dashed(), "person": person, "decision": decision});
        let choices = if phase.kind == PhaseKind::Fulfillment {
            vec![
                ("done", step(json!({"act": "complete", "comment": "Done."}))),
                ("undone", step(json!({"act": "cancel", "comment": "It cannot be done."}))),
            ]
        } else {
            let all = [
                ("allow", json!({"act": "allow", "comment": "It is part of the job."})),
                ("exception", json!({"act": "exception", "lasting": "P30D", "comment": "Until it is sorted out."})),
                ("remediate", json!({"act": "remediate", "condition": violation.composite_ids.len().checked_sub(1)})),
            ];
            all.into_iter()
                .filter(|(name, _)| violation.terms().offers(name))
                .map(|(name, d)| (name, step(d)))
                .collect()
        };
        let kind = if phase.kind == PhaseKind::Fulfillment { "work-item" } else { "violation" };
        Some(self.chore(kind, (violation.id.hex(), by), phase.started, choices, None))
    }

    fn request(&self, request: &AccessRequest) -> Option<Chore> {
        let phase = request.open_phase()?;
        let actor = request.actors.iter().find(|actor| actor.active && actor.phase == phase.name)?;
        let by = self.present(actor.who)?;
        let step = |action: &str, comment: &str| {
            json!({"step": "decide-request", "by": by, "request": request.id.dashed(), "action": action,
                "comment": comment})
        };
        let (kind, choices) = match phase.kind {
            // A rejection may need words.
            RequestPhaseKind::Approval => {
                ("approval", vec![("approve", step("approve", "Agreed.")), ("reject", step("reject", "No."))])
            }
            RequestPhaseKind::Fulfillment => {
                ("work-item", vec![("done", step("fulfill", "Done.")), ("undone", step("deny", "It cannot be done."))])
            }
        };
        Some(self.chore(kind, (request.id.hex(), by), phase.started, choices, Some("comment")))
    }

    fn item(&self, item: &CertificationItem) -> Option<Chore> {
        let by = self.present(item.reviewers.first()?.who)?;
        let step = |decision: &str| json!({"step": "review", "by": by, "item": item.id.dashed(), "decision": decision});
        let choices = vec![("certify", step("certify")), ("revoke", step("revoke"))];
        Some(self.chore("certification", (item.id.hex(), by), item.created, choices, Some("comment")))
    }

    fn chore(
        &self,
        kind: &'static str,
        (id, by): (String, String),
        since: crate::kernel::Timestamp,
        choices: Vec<(&'static str, Value)>,
        says: Option<&'static str>,
    ) -> Chore {
        Chore { vendor: Realm::VENDOR, kind, key: format!("{id}/{by}"), person: Some(by), since, choices, says }
    }
}

/// A request by which somebody asks for an entitlement that they do not have, in an application where they are.
pub fn wish(world: &World, person: &Person, draw: f64) -> Option<Value> {
    let company = world.company();
    let apps: Vec<_> = company.accounts_of(person.id).map(|account| account.app).collect();
    let lacking = company.entitlements().iter().filter(|row| !row.privileged && apps.contains(&row.app));
    let lacking: Vec<_> = lacking.filter(|row| company.holding(person.id, row.id).is_none()).collect();
    let place = ((draw * lacking.len() as f64) as usize).min(lacking.len().checked_sub(1)?);
    let entitlement = lacking[place].id.dashed();
    Some(json!({"step": "request-access", "by": person.slug, "entitlement": entitlement,
        "comment": "I need it for my work."}))
}
