//! Rows 25 to 29: acting on many violations at once (contract, 6.8).

use axum::response::Response;
use http::Method;
use serde_json::Value;

use super::{by, not_acted_on};
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::pingone::auth::Caller;
use crate::vendors::pingone::dto::{self, Sent};
use crate::vendors::pingone::error::ApiError;
use crate::vendors::pingone::gate::Who;
use crate::vendors::pingone::lifecycle::ActOnMany;
use crate::vendors::pingone::model::Realm;
use crate::vendors::pingone::query::Params;
use crate::vendors::pingone::reply::Document;

macro_rules! acts {
    ($($act:literal, $id:literal, $params:expr, $doing:literal;)+) => {
        vec![$(Endpoint::new(
            Method::POST,
            concat!("/iga/governance/violation/", $act),
            $id,
            Who::User,
            async |caller: Caller, sim: Sim<Realm>, params: Params, body: Document| {
                act($act, caller, sim, params, body).await
            },
        )
        .doing($doing)
        .query(&$params)
        .reads::<Value>()
        .answers::<Value>(200)),+]
    };
}

/// The endpoints.
pub fn rows() -> Contents<Who> {
    acts! {
        "allow", "bulkAllowViolations", ["waitForCompletion"], "Allow violations for ever";
        "cancel-exception", "bulkCancelExceptions", [], "Tolerate violations no longer";
        "comment", "bulkCommentViolations", [], "Comment on violations";
        "exception", "bulkExceptViolations", [], "Tolerate violations until a date";
        "reassign", "bulkReassignViolations", [], "Let others decide about violations";
    }
}

async fn act(
    name: &'static str,
    caller: Caller,
    sim: Sim<Realm>,
    params: Params,
    Document(body): Document,
) -> Result<Response, ApiError> {
    let (act, ids) = (dto::act(name, &body)?, Sent(&body).ids()?);
    let done = sim.apply(ActOnMany { ids, by: by(&caller), act, wait: params.flag("waitForCompletion") }).await?;
    Ok(not_acted_on(done.output, &format!("Action '{name}' complete.")))
}
