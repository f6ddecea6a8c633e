//! `/work-items/…`: here, the manual actions of sources without a connector.

use axum::Json;
use axum::body::Bytes;
use http::Method;

use super::{ANY, access};
use crate::company::Person;
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::sailpoint::auth::{Absent, Caller, Whose};
use crate::vendors::sailpoint::dto::{
    CompletedCount, View, WorkItemForward, WorkItems, WorkItemsCount, WorkItemsSummary,
};
use crate::vendors::sailpoint::error::ApiError;
use crate::vendors::sailpoint::families::EVERYWHERE_BETA_DEPRECATED;
use crate::vendors::sailpoint::gate::Access;
use crate::vendors::sailpoint::lifecycle::{CompleteWorkItem, DecideItems, ForwardWorkItem, check_owner};
use crate::vendors::sailpoint::model::{Org, WorkItem};
use crate::vendors::sailpoint::query::listings;
use crate::vendors::sailpoint::reply::{Body, Done, List, PathId, PathTexts, Query, read_id};

const PAGE: [&str; 3] = ["limit", "offset", "count"];

/// The endpoints.
pub fn rows() -> Contents<Access> {
    let open = access(EVERYWHERE_BETA_DEPRECATED, &[], ANY);
    vec![
        Endpoint::new(Method::GET, "/work-items", "listWorkItems", open, list)
            .doing("List the work items that wait")
            .query(&["ownerId"])
            .query(&PAGE)
            .answers_list::<WorkItems>(200),
        Endpoint::new(Method::GET, "/work-items/completed", "getCompletedWorkItems", open, completed)
            .doing("List the work items that are over")
            .query(&["ownerId"])
            .query(&PAGE)
            .answers_list::<WorkItems>(200),
        Endpoint::new(Method::GET, "/work-items/count", "getCountWorkItems", open, count)
            .doing("Count the work items that wait")
            .query(&["ownerId"])
            .answers::<WorkItemsCount>(200),
        Endpoint::new(Method::GET, "/work-items/completed/count", "getCountCompletedWorkItems", open, count_completed)
            .doing("Count the work items that are over")
            .query(&["ownerId"])
            .answers::<CompletedCount>(200),
        Endpoint::new(Method::GET, "/work-items/summary", "getWorkItemsSummary", open, summary)
            .doing("Count the work items")
            .query(&["ownerId"])
            .answers::<WorkItemsSummary>(200),
        Endpoint::new(Method::GET, "/work-items/{id}", "getWorkItem", open, get)
            .doing("One work item")
            .answers::<WorkItems>(200),
        Endpoint::new(Method::POST, "/work-items/{id}", "completeWorkItem", open, complete)
            .doing("Say that a manual action was done")
            .answers::<WorkItems>(200),
        Endpoint::new(Method::POST, "/work-items/{id}/forward", "forwardWorkItem", open, forward)
            .doing("Hand a work item to somebody else")
            .reads::<WorkItemForward>()
            .answers_empty(200),
        Endpoint::new(
            Method::POST,
            "/work-items/{id}/approve/{approvalItemId}",
            "approveApprovalItem",
            open,
            decide_one,
        )
        .doing("Approve one item of a work item; manual actions have none")
        .refuses(404),
        Endpoint::new(Method::POST, "/work-items/{id}/reject/{approvalItemId}", "rejectApprovalItem", open, decide_one)
            .doing("Reject one item of a work item; manual actions have none")
            .refuses(404),
        Endpoint::new(Method::POST, "/work-items/bulk-approve/{id}", "approveApprovalItemsInBulk", open, decide_all)
            .doing("Approve all items of a work item; manual actions have none")
            .refuses(400),
        Endpoint::new(Method::POST, "/work-items/bulk-reject/{id}", "rejectApprovalItemsInBulk", open, decide_all)
            .doing("Reject all items of a work item; manual actions have none")
            .refuses(400),
        Endpoint::new(
            Method::POST,
            "/work-items/{id}/submit-account-selection",
            "submitAccountSelection",
            open,
            decide_all,
        )
        .doing("Select accounts for a work item; manual actions ask for none")
        .refuses(400),
    ]
}

/// `GET /work-items`
pub async fn list(sim: Sim<Org>, caller: Caller, query: Query) -> Result<List<WorkItems>, ApiError> {
    let list = query.list(&listings::UNFILTERED)?;
    let view = View::of(sim.world(), query.family);
    let rows = owner(&caller, &query)?.into_iter().flat_map(|person| view.org.open_work_of(person));
    Ok(List(list.window.cut(rows, list.count).map(|work| view.work_item(work))))
}

/// `GET /work-items/completed`
pub async fn completed(sim: Sim<Org>, caller: Caller, query: Query) -> Result<List<WorkItems>, ApiError> {
    let list = query.list(&listings::UNFILTERED)?;
    let view = View::of(sim.world(), query.family);
    let rows = owner(&caller, &query)?.into_iter().flat_map(|person| view.org.finished_work_of(person));
    Ok(List(list.window.cut(rows, list.count).map(|work| view.work_item(work))))
}

/// `GET /work-items/count`
pub async fn count(sim: Sim<Org>, caller: Caller, query: Query) -> Result<Json<WorkItemsCount>, ApiError> {
    Ok(Json(WorkItemsCount { count: counts(&sim, &caller, &query)?.open }))
}

/// `GET /work-items/completed/count`
pub async fn count_completed(sim: Sim<Org>, caller: Caller, query: Query) -> Result<Json<CompletedCount>, ApiError> {
    let count = counts(&sim, &caller, &query)?.completed;
    Ok(Json(View::of(sim.world(), query.family).completed_count(count)))
}

/// `GET /work-items/summary`
pub async fn summary(sim: Sim<Org>, caller: Caller, query: Query) -> Result<Json<WorkItemsSummary>, ApiError> {
    counts(&sim, &caller, &query).map(Json)
}

/// `GET /work-items/{id}`
pub async fn get(
    sim: Sim<Org>,
    caller: Caller,
    query: Query,
    PathId(id): PathId<WorkItem>,
) -> Result<Json<WorkItems>, ApiError> {
    let work = sim.estate().work_items.get(&id).ok_or(ApiError::NotFound)?;
    check_owner(sim.estate(), work, caller.actor())?;
    Ok(Json(View::of(sim.world(), query.family).work_item(work)))
}

/// `POST /work-items/{id}`. The vendor publishes a plain string as the body and says nothing about
/// it; whatever comes is accepted, and what is JSON text is kept as the comment.
pub async fn complete(
    sim: Sim<Org>,
    caller: Caller,
    query: Query,
    PathId(work_item): PathId<WorkItem>,
    body: Bytes,
) -> Result<Json<WorkItems>, ApiError> {
    let comment = serde_json::from_slice(&body).ok();
    let done = sim.apply(CompleteWorkItem { work_item, by: caller.actor(), done: true, comment }).await?;
    let work = done.after.estate::<Org>().work_items.get(&work_item).ok_or(ApiError::NotFound)?;
    Ok(Json(View::of(&done.after, query.family).work_item(work)))
}

/// `POST /work-items/{id}/forward`
pub async fn forward(
    sim: Sim<Org>,
    caller: Caller,
    PathId(work_item): PathId<WorkItem>,
    Body(body): Body<WorkItemForward>,
) -> Result<Done, ApiError> {
    let to = body.target_owner_id.unwrap_or_default();
    let comment = body.comment.unwrap_or_default();
    sim.apply(ForwardWorkItem { work_item, by: caller.actor(), to, comment }).await?;
    Ok(Done)
}

/// `POST /work-items/{id}/approve/{approvalItemId}` and `…/reject/…`
pub async fn decide_one(
    sim: Sim<Org>,
    caller: Caller,
    PathTexts((id, _)): PathTexts<(String, String)>,
) -> Result<Json<WorkItems>, ApiError> {
    let work_item = read_id(&id).ok_or(ApiError::NotFound)?;
    match sim.apply(DecideItems { work_item, by: caller.actor(), names_one: true }).await?.output {}
}

/// `POST /work-items/bulk-approve/{id}`, `…/bulk-reject/{id}` and `…/{id}/submit-account-selection`
pub async fn decide_all(
    sim: Sim<Org>,
    caller: Caller,
    PathId(work_item): PathId<WorkItem>,
) -> Result<Json<WorkItems>, ApiError> {
    match sim.apply(DecideItems { work_item, by: caller.actor(), names_one: false }).await?.output {}
}

/// Whose work items are meant: the caller's unless somebody is named; `None` for nobody's.
fn owner(caller: &Caller, query: &Query) -> Result<Option<Id<Person>>, ApiError> {
    let Some(named) = query.get("ownerId") else { return caller.identity().map(Some) };
    Ok(match caller.scope_of(Some(named), Absent::Own)? {
        Some(Whose::Known(person)) => Some(person),
        Some(Whose::Nobody) | None => None,
    })
}

fn counts(sim: &Sim<Org>, caller: &Caller, query: &Query) -> Result<WorkItemsSummary, ApiError> {
    let (org, owner) = (sim.estate(), owner(caller, query)?);
    let open = owner.map_or(0, |person| org.open_work_of(person).count());
    let completed = owner.map_or(0, |person| org.finished_work_of(person).count());
    Ok(WorkItemsSummary { open, completed, total: open + completed })
}
