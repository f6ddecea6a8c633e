//! Rows 25 to 29: acting on many violations at once (contract, 6.8).

use http::Method;
use serde_json::{Map, Value, json};

use super::by;
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::pingone::auth::Caller;
use crate::vendors::pingone::dto::Sent;
use crate::vendors::pingone::error::ApiError;
use crate::vendors::pingone::gate::Who::{self, User};
use crate::vendors::pingone::lifecycle::{Act, ActOnMany};
use crate::vendors::pingone::model::Realm;
use crate::vendors::pingone::reply::{Document, Reply};

/// The endpoints.
pub fn rows() -> Contents<Who> {
    vec![
        Endpoint::new(Method::POST, "/iga/governance/violation/allow", "bulkAllowViolations", User, allow)
            .doing("Allow violations for ever")
            .query(&["waitForCompletion"])
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(
            Method::POST,
            "/iga/governance/violation/cancel-exception",
            "bulkCancelExceptions",
            User,
            cancel_exception,
        )
        .doing("Tolerate violations no longer")
        .reads::<Value>()
        .answers::<Value>(200),
        Endpoint::new(Method::POST, "/iga/governance/violation/comment", "bulkCommentViolations", User, comment)
            .doing("Comment on violations")
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::POST, "/iga/governance/violation/exception", "bulkExceptViolations", User, exception)
            .doing("Tolerate violations until a date")
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::POST, "/iga/governance/violation/reassign", "bulkReassignViolations", User, reassign)
            .doing("Let others decide about violations")
            .reads::<Value>()
            .answers::<Value>(200),
    ]
}

async fn act(caller: Caller, sim: Sim<Realm>, body: &Map<String, Value>, act: Act) -> Result<Reply<Value>, ApiError> {
    let name = act.name();
    let done = sim.apply(ActOnMany { ids: Sent(body).ids()?, by: by(&caller), act }).await?;
    Ok(Reply(json!({"message": format!("Action '{name}' complete."), "idsNotActedOn": done.output})))
}

/// 25. The workflow is at its end before the answer, whether anybody waits for it or not.
async fn allow(caller: Caller, sim: Sim<Realm>, Document(body): Document) -> Result<Reply<Value>, ApiError> {
    let comment = Sent(&body).comment()?;
    act(caller, sim, &body, Act::Allow { comment }).await
}

/// 26.
async fn cancel_exception(caller: Caller, sim: Sim<Realm>, Document(body): Document) -> Result<Reply<Value>, ApiError> {
    let comment = Sent(&body).comment()?;
    act(caller, sim, &body, Act::CancelException { comment }).await
}

/// 27.
async fn comment(caller: Caller, sim: Sim<Realm>, Document(body): Document) -> Result<Reply<Value>, ApiError> {
    let comment = Sent(&body).comment()?;
    act(caller, sim, &body, Act::Comment { comment }).await
}

/// 28.
async fn exception(caller: Caller, sim: Sim<Realm>, Document(body): Document) -> Result<Reply<Value>, ApiError> {
    let sent = Sent(&body);
    let (until, comment) = (sent.text("exceptionExpirationDate")?, sent.comment()?);
    act(caller, sim, &body, Act::Exception { until, comment }).await
}

/// 29.
async fn reassign(caller: Caller, sim: Sim<Realm>, Document(body): Document) -> Result<Reply<Value>, ApiError> {
    let sent = Sent(&body);
    let (actors, comment) = (sent.actors("updatedActors")?, sent.comment()?);
    act(caller, sim, &body, Act::Reassign { actors, comment }).await
}
