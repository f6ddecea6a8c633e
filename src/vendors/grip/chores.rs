//! What waits for whom: what an autopilot acts on.

use serde_json::json;

use super::model::{Environment, JustificationState, RevocationState};
use crate::world::{Chore, Estate, World};

/// Everything that waits for somebody.
pub fn chores(world: &World) -> Vec<Chore> {
    let (environment, company): (&Environment, _) = (world.estate(), world.company());
    let is_open = |state| matches!(state, JustificationState::Sent | JustificationState::Opened);
    let questions = environment.justifications.iter().filter(|row| is_open(row.state)).map(|row| {
        let answer = |still_in_use: bool, justification: &str| {
            json!({"step": "answer-justification", "request": row.id.dashed(), "stillInUse": still_in_use,
                "justification": justification})
        };
        Chore {
            vendor: Environment::VENDOR,
            kind: "justification",
            key: row.id.hex(),
            person: company.people().get(&row.user).map(|person| person.slug.clone()),
            since: row.started,
            choices: vec![("inUse", answer(true, "I use it.")), ("notInUse", answer(false, "I do not use it."))],
            says: Some("justification"),
        }
    });
    let waiting = environment.revocations.iter().filter(|row| row.state == RevocationState::PendingApproval);
    let revocations = waiting.map(|row| {
        let step = |verb: &str| json!({"step": verb, "action": row.id.dashed()});
        Chore {
            vendor: Environment::VENDOR,
            kind: "revocation",
            key: row.id.hex(),
            person: None,
            since: row.started,
            choices: vec![("approve", step("approve-revocation")), ("reject", step("reject-revocation"))],
            says: None,
        }
    });
    questions.chain(revocations).collect()
}
