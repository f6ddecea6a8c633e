//! Rows 40 to 47: what actors do in a phase of a violation.

use http::Method;
use serde_json::Value;

use super::by;
use super::violation::after;
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::pingone::auth::Caller;
use crate::vendors::pingone::dto::Sent;
use crate::vendors::pingone::error::ApiError;
use crate::vendors::pingone::gate::Who::{self, User};
use crate::vendors::pingone::lifecycle::{Act, ActInPhase};
use crate::vendors::pingone::model::Realm;
use crate::vendors::pingone::reply::{Document, Names, Reply};

macro_rules! phase {
    ($act:literal) => {
        concat!("/iga/governance/violation/{id}/phases/{phaseName}/", $act)
    };
}

/// The endpoints.
pub fn rows() -> Contents<Who> {
    vec![
        Endpoint::new(Method::POST, phase!("allow"), "allowViolationPhase", User, allow)
            .doing("Decide to allow a violation for ever")
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(
            Method::POST,
            phase!("cancel-exception"),
            "cancelViolationPhaseException",
            User,
            cancel_exception,
        )
        .doing("Tolerate a violation no longer")
        .reads::<Value>()
        .answers::<Value>(200),
        Endpoint::new(Method::POST, phase!("comment"), "commentViolationPhase", User, comment)
            .doing("Comment on a violation in a phase")
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::POST, phase!("exception"), "exceptViolationPhase", User, exception)
            .doing("Tolerate a violation until a date")
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::POST, phase!("reassign"), "reassignViolationPhase", User, reassign)
            .doing("Let somebody else decide about a violation")
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::POST, phase!("remediate"), "remediateViolationPhase", User, remediate)
            .doing("Decide to put a violation right")
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::POST, phase!("complete"), "completeViolationPhase", User, complete)
            .doing("Say that a violation was put right by hand")
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::POST, phase!("cancel"), "cancelViolationPhase", User, cancel)
            .doing("Say that a violation cannot be put right by hand")
            .reads::<Value>()
            .answers::<Value>(200),
    ]
}

async fn act(
    caller: Caller,
    sim: Sim<Realm>,
    Names(violation, phase): Names,
    act: Act,
) -> Result<Reply<Value>, ApiError> {
    after(&sim.apply(ActInPhase { violation, phase, by: by(&caller), act }).await?)
}

/// 40.
async fn allow(
    caller: Caller,
    sim: Sim<Realm>,
    names: Names,
    Document(body): Document,
) -> Result<Reply<Value>, ApiError> {
    act(caller, sim, names, Act::Allow { comment: Sent(&body).comment()? }).await
}

/// 41.
async fn cancel_exception(
    caller: Caller,
    sim: Sim<Realm>,
    names: Names,
    Document(body): Document,
) -> Result<Reply<Value>, ApiError> {
    act(caller, sim, names, Act::CancelException { comment: Sent(&body).comment()? }).await
}

/// 42.
async fn comment(
    caller: Caller,
    sim: Sim<Realm>,
    names: Names,
    Document(body): Document,
) -> Result<Reply<Value>, ApiError> {
    act(caller, sim, names, Act::Comment { comment: Sent(&body).comment()? }).await
}

/// 43.
async fn exception(
    caller: Caller,
    sim: Sim<Realm>,
    names: Names,
    Document(body): Document,
) -> Result<Reply<Value>, ApiError> {
    let sent = Sent(&body);
    let (until, comment) = (sent.text("exceptionExpirationDate")?, sent.comment()?);
    act(caller, sim, names, Act::Exception { until, comment }).await
}

/// 44.
async fn reassign(
    caller: Caller,
    sim: Sim<Realm>,
    names: Names,
    Document(body): Document,
) -> Result<Reply<Value>, ApiError> {
    let sent = Sent(&body);
    let (actors, comment) = (sent.actors("updatedActors")?, sent.comment()?);
    act(caller, sim, names, Act::Reassign { actors, comment }).await
}

/// 45.
async fn remediate(
    caller: Caller,
    sim: Sim<Realm>,
    names: Names,
    Document(body): Document,
) -> Result<Reply<Value>, ApiError> {
    act(caller, sim, names, Act::Remediate { body }).await
}

/// 46.
async fn complete(
    caller: Caller,
    sim: Sim<Realm>,
    names: Names,
    Document(body): Document,
) -> Result<Reply<Value>, ApiError> {
    act(caller, sim, names, Act::Complete { comment: Sent(&body).comment()? }).await
}

/// 47.
async fn cancel(
    caller: Caller,
    sim: Sim<Realm>,
    names: Names,
    Document(body): Document,
) -> Result<Reply<Value>, ApiError> {
    act(caller, sim, names, Act::Cancel { comment: Sent(&body).comment()? }).await
}
