//! Rows 40 to 47: what actors do in a phase of a violation.

use http::Method;
use serde_json::Value;

use super::by;
use super::violation::after;
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::pingone::auth::Caller;
use crate::vendors::pingone::dto;
use crate::vendors::pingone::error::ApiError;
use crate::vendors::pingone::gate::Who;
use crate::vendors::pingone::lifecycle::ActInPhase;
use crate::vendors::pingone::model::Realm;
use crate::vendors::pingone::reply::{Document, Names, Reply};

macro_rules! acts {
    ($($act:literal, $id:literal, $doing:literal;)+) => {
        vec![$(Endpoint::new(
            Method::POST,
            concat!("/iga/governance/violation/{id}/phases/{phaseName}/", $act),
            $id,
            Who::User,
            async |caller: Caller, sim: Sim<Realm>, names: Names, body: Document| act($act, caller, sim, names, body).await,
        )
        .doing($doing)
        .reads::<Value>()
        .answers::<Value>(200)),+]
    };
}

/// The endpoints.
pub fn rows() -> Contents<Who> {
    acts! {
        "allow", "allowViolationPhase", "Decide to allow a violation for ever";
        "cancel-exception", "cancelViolationPhaseException", "Tolerate a violation no longer";
        "comment", "commentViolationPhase", "Comment on a violation in a phase";
        "exception", "exceptViolationPhase", "Tolerate a violation until a date";
        "reassign", "reassignViolationPhase", "Let somebody else decide about a violation";
        "remediate", "remediateViolationPhase", "Decide to put a violation right";
        "complete", "completeViolationPhase", "Say that a violation was put right by hand";
        "cancel", "cancelViolationPhase", "Say that a violation cannot be put right by hand";
    }
}

async fn act(
    name: &'static str,
    caller: Caller,
    sim: Sim<Realm>,
    Names(violation, phase): Names,
    Document(body): Document,
) -> Result<Reply<Value>, ApiError> {
    let act = dto::act(name, &body)?;
    after(&sim.apply(ActInPhase { violation, phase, by: by(&caller), act }).await?)
}
