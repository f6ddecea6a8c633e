//! `/trigger-invocations/…`

use axum::extract::Path;
use http::Method;

use super::{ADMIN, LIST, access, anonymous};
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::sailpoint::dto::{CompleteInvocationIn, InvocationDto, InvocationStatus, TestInvocation, View};
use crate::vendors::sailpoint::error::ApiError;
use crate::vendors::sailpoint::families::BETA_AND_YEARLY;
use crate::vendors::sailpoint::gate::Access;
use crate::vendors::sailpoint::model::Org;
use crate::vendors::sailpoint::query::listings;
use crate::vendors::sailpoint::reply::{Body, List, NoContent, Query, SomeOrNone};

const READ: &[&str] = &["sp:trigger-service-invocation-status:read", "sp:trigger-service-invocation-status:manage"];
const MANAGE: &[&str] = &["sp:trigger-service-invocation-status:manage"];

/// The rows of the table of contents.
pub fn rows() -> Contents<Access> {
    let (read, manage) = (access(BETA_AND_YEARLY, READ, ADMIN), access(BETA_AND_YEARLY, MANAGE, ADMIN));
    vec![
        Endpoint::new(Method::GET, "/trigger-invocations/status", "listTriggerInvocationStatus", read, list)
            .doing("List what subscribers were told and asked lately, and what came of it")
            .query(&LIST)
            .answers_list::<InvocationStatus>(200),
        Endpoint::new(
            Method::POST,
            "/trigger-invocations/{id}/complete",
            "completeTriggerInvocation",
            anonymous(BETA_AND_YEARLY),
            complete,
        )
        .doing("Answer an invocation later; its secret is what proves the right to")
        .reads::<CompleteInvocationIn>()
        .answers_empty(204),
        Endpoint::new(Method::POST, "/trigger-invocations/test", "startTestTriggerInvocation", manage, test)
            .doing("Tell subscribers something made up")
            .reads::<TestInvocation>()
            .answers_list::<InvocationDto>(200)
            .answers_empty(204),
    ]
}

/// `GET /trigger-invocations/status`
async fn list(sim: Sim<Org>, query: Query) -> Result<List<InvocationStatus>, ApiError> {
    let list = query.list(&listings::TRIGGER_INVOCATIONS)?.oldest_first();
    let view = View::of(sim.world(), query.family);
    let page = list.page(view.org.invocations.iter(), |row| row.id);
    Ok(List(page.map(|row| view.invocation_status(row))))
}

/// `POST /trigger-invocations/{id}/complete`
async fn complete(
    sim: Sim<Org>,
    Path(invocation): Path<String>,
    Body(body): Body<CompleteInvocationIn>,
) -> Result<NoContent, ApiError> {
    sim.apply(body.into_command(&invocation)).await?;
    Ok(NoContent)
}

/// `POST /trigger-invocations/test`
async fn test(
    sim: Sim<Org>,
    query: Query,
    Body(body): Body<TestInvocation>,
) -> Result<SomeOrNone<InvocationDto>, ApiError> {
    let done = sim.apply(body.into_command()?).await?;
    let view = View::of(&done.after, query.family);
    let started = done.output.iter().filter_map(|id| view.org.invocations.get(id));
    Ok(SomeOrNone(started.map(|row| view.started_test(row)).collect()))
}
