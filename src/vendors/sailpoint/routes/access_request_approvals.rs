//! `/access-request-approvals/…`

use std::sync::Arc;

use axum::{Extension, Json};
use http::Method;

use super::{ADMIN, ANY, LIST, access};
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Timestamp;
use crate::query::Page;
use crate::vendors::sailpoint::auth::{Absent, Caller, Whose};
use crate::vendors::sailpoint::dto::{
    ApprovalSummary, Approver, BulkApprove, CommentIn, CompletedApproval, ForwardIn, PendingApproval, View,
};
use crate::vendors::sailpoint::error::ApiError;
use crate::vendors::sailpoint::families::{EVERYWHERE, YEARLY};
use crate::vendors::sailpoint::gate::Access;
use crate::vendors::sailpoint::lifecycle::{Approve, ApproveMany, Forward, Reject};
use crate::vendors::sailpoint::model::{Approval, ApprovalKey, ApprovalState, FIRST, LAST, Org, Owner, Request};
use crate::vendors::sailpoint::query::listings;
use crate::vendors::sailpoint::renderings::Renderings;
use crate::vendors::sailpoint::reply::{Accepted, Body, List, OptionalBody, PathId, Query, WrittenList, read_id};

const READ: &[&str] = &["idn:access-request-approvals:read"];
const MANAGE: &[&str] = &["idn:access-request-approvals:manage"];

/// The endpoints.
pub fn rows() -> Contents<Access> {
    let read = access(EVERYWHERE, READ, ANY);
    let manage = access(EVERYWHERE, MANAGE, ANY);
    vec![
        Endpoint::new(Method::GET, "/access-request-approvals/pending", "listPendingApprovals", read, pending)
            .doing("List the approvals that wait")
            .query(&["owner-id"])
            .query(&LIST)
            .answers_list::<PendingApproval>(200),
        Endpoint::new(Method::GET, "/access-request-approvals/completed", "listCompletedApprovals", read, completed)
            .doing("List the approvals that were decided")
            .query(&["owner-id"])
            .query(&LIST)
            .answers_list::<CompletedApproval>(200),
        Endpoint::new(
            Method::GET,
            "/access-request-approvals/approval-summary",
            "getAccessRequestApprovalSummary",
            read,
            summary,
        )
        .doing("Count what waits and what was decided")
        .query(&["owner-id", "from-date"])
        .answers::<ApprovalSummary>(200),
        Endpoint::new(Method::POST, "/access-request-approvals/{id}/approve", "approveAccessRequest", manage, approve)
            .doing("Approve an access request approval")
            .reads::<CommentIn>()
            .answers_empty(202),
        Endpoint::new(Method::POST, "/access-request-approvals/{id}/reject", "rejectAccessRequest", manage, reject)
            .doing("Reject an access request approval")
            .reads::<CommentIn>()
            .answers_empty(202),
        Endpoint::new(Method::POST, "/access-request-approvals/{id}/forward", "forwardAccessRequest", manage, forward)
            .doing("Hand an access request approval to somebody else")
            .reads::<ForwardIn>()
            .answers_empty(202),
        Endpoint::new(
            Method::POST,
            "/access-request-approvals/bulk-approve",
            "approveBulkAccessRequest",
            access(YEARLY, &["idn:access-request:manage"], ADMIN),
            bulk_approve,
        )
        .doing("Approve many access request approvals")
        .reads::<BulkApprove>()
        .answers_empty(202),
        Endpoint::new(
            Method::GET,
            "/access-request-approvals/{id}/approvers",
            "listAccessRequestApprovers",
            access(YEARLY, &["idn:access-request-administration:read"], ADMIN),
            approvers,
        )
        .doing("List who may decide the open approvals of an access request")
        .query(&["limit", "offset", "count"])
        .answers_list::<Approver>(200),
    ]
}

/// `GET /access-request-approvals/pending`
pub async fn pending(
    sim: Sim<Org>,
    caller: Caller,
    Extension(renderings): Extension<Arc<Renderings>>,
    query: Query,
) -> Result<WrittenList, ApiError> {
    let list = query.list(&listings::PENDING_APPROVALS)?;
    let whose = whose(&sim, &caller, &query)?;
    let view = View::of(sim.world(), query.family);
    let page = list.page(open(sim.estate(), whose).cloned(), |approval| approval.id);
    Ok(WrittenList(renderings.pending(&view, page)))
}

/// `GET /access-request-approvals/completed`
pub async fn completed(sim: Sim<Org>, caller: Caller, query: Query) -> Result<List<CompletedApproval>, ApiError> {
    let list = query.list(&listings::COMPLETED_APPROVALS)?;
    let whose = whose(&sim, &caller, &query)?;
    let view = View::of(sim.world(), query.family);
    let page = list.page(decided(sim.estate(), whose).cloned(), |approval| approval.id);
    Ok(List(rendered(page, |approval| view.completed_approval(approval))))
}

/// `GET /access-request-approvals/approval-summary`
pub async fn summary(sim: Sim<Org>, caller: Caller, query: Query) -> Result<Json<ApprovalSummary>, ApiError> {
    let whose = whose(&sim, &caller, &query)?;
    let from = from_date(query.get("from-date"))?;
    let counts = |approval: &&Arc<Approval>| from.is_none_or(|from| approval.created >= from);
    let pending = open(sim.estate(), whose).filter(counts).count();
    let decided: Vec<_> = decided(sim.estate(), whose).filter(counts).collect();
    let approved = decided.iter().filter(|approval| approval.state == ApprovalState::Approved).count();
    Ok(Json(ApprovalSummary { pending, approved, rejected: decided.len() - approved }))
}

/// `POST /access-request-approvals/{id}/approve`
pub async fn approve(
    sim: Sim<Org>,
    caller: Caller,
    PathId(approval): PathId<Approval>,
    OptionalBody(body): OptionalBody<CommentIn>,
) -> Result<Accepted, ApiError> {
    sim.apply(Approve { approval, by: caller.actor(), comment: body.comment }).await?;
    Ok(Accepted)
}

/// `POST /access-request-approvals/{id}/reject`
pub async fn reject(
    sim: Sim<Org>,
    caller: Caller,
    PathId(approval): PathId<Approval>,
    Body(body): Body<CommentIn>,
) -> Result<Accepted, ApiError> {
    sim.apply(Reject { approval, by: caller.actor(), comment: body.comment }).await?;
    Ok(Accepted)
}

/// `POST /access-request-approvals/{id}/forward`
pub async fn forward(
    sim: Sim<Org>,
    caller: Caller,
    PathId(approval): PathId<Approval>,
    Body(body): Body<ForwardIn>,
) -> Result<Accepted, ApiError> {
    let new_owner = body.new_owner_id.unwrap_or_default();
    let comment = body.comment.unwrap_or_default();
    sim.apply(Forward { approval, by: caller.actor(), new_owner, comment }).await?;
    Ok(Accepted)
}

/// `POST /access-request-approvals/bulk-approve`
pub async fn bulk_approve(sim: Sim<Org>, caller: Caller, Body(body): Body<BulkApprove>) -> Result<Accepted, ApiError> {
    let ids = body.approval_ids.ok_or(ApiError::Missing("approvalIds"))?;
    let comment = body.comment.ok_or(ApiError::Missing("comment"))?;
    let approvals = ids.iter().map(|id| read_id(id)).collect();
    sim.apply(ApproveMany { approvals, by: caller.actor(), comment }).await?;
    Ok(Accepted)
}

/// `GET /access-request-approvals/{accessRequestId}/approvers`
pub async fn approvers(
    sim: Sim<Org>,
    PathId(request): PathId<Request>,
    query: Query,
) -> Result<List<Approver>, ApiError> {
    let list = query.list(&listings::UNFILTERED)?;
    let (org, company) = (sim.estate(), sim.world().company());
    if !org.requests.contains(&request) {
        return Err(ApiError::NotFound);
    }
    let view = View::of(sim.world(), query.family);
    let open = org.items_of(request).flat_map(|item| org.approvals_of(item)).filter(|approval| approval.is_open());
    let rows = open.flat_map(|approval| {
        let people = match approval.owner {
            Owner::Identity(person) => vec![person],
            Owner::Group(group) => org.groups.get(&group).map(|group| group.members.clone()).unwrap_or_default(),
        };
        let people = people.into_iter().filter_map(|person| company.people().get(&person));
        people.map(|person| view.approver(approval, person)).collect::<Vec<_>>()
    });
    Ok(List(list.window.cut(rows, list.count)))
}

fn whose(sim: &Sim<Org>, caller: &Caller, query: &Query) -> Result<Option<Whose>, ApiError> {
    let absent = if sim.estate().switches().owner_id_required { Absent::Refused } else { Absent::Own };
    caller.scope_of(query.get("owner-id"), absent)
}

/// The approvals that wait, in the order in which they were made; for somebody, those of theirs
/// and of every group with them in it.
fn open(org: &Org, whose: Option<Whose>) -> Box<dyn Iterator<Item = &Arc<Approval>> + '_> {
    match owners(org, whose) {
        None => Box::new(org.approvals.range(ApprovalKey::Pending(FIRST), ApprovalKey::Pending(LAST))),
        Some(owners) => in_order(owners.into_iter().flat_map(|owner| org.open_approvals_of(owner))),
    }
}

/// The approvals that were decided, likewise.
fn decided(org: &Org, whose: Option<Whose>) -> Box<dyn Iterator<Item = &Arc<Approval>> + '_> {
    match owners(org, whose) {
        None => Box::new(org.approvals.range(ApprovalKey::Completed(FIRST), ApprovalKey::Completed(LAST))),
        Some(owners) => in_order(owners.into_iter().flat_map(|owner| {
            org.approvals.range(ApprovalKey::CompletedOf(owner, FIRST), ApprovalKey::CompletedOf(owner, LAST))
        })),
    }
}

fn owners(org: &Org, whose: Option<Whose>) -> Option<Vec<Owner>> {
    Some(match whose? {
        Whose::Nobody => Vec::new(),
        Whose::Known(person) => org.owners_for(person).collect(),
    })
}

fn in_order<'o>(rows: impl Iterator<Item = &'o Arc<Approval>>) -> Box<dyn Iterator<Item = &'o Arc<Approval>> + 'o> {
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|approval| (approval.created, approval.id));
    Box::new(rows.into_iter())
}

fn rendered<T>(page: Page<Arc<Approval>>, render: impl Fn(&Approval) -> Option<T>) -> Page<T> {
    let Page { items, total, more } = page;
    Page { items: items.iter().filter_map(|approval| render(approval)).collect(), total, more }
}

/// The vendor's examples write the parameter's name into its value once more; that is tolerated.
fn from_date(value: Option<&str>) -> Result<Option<Timestamp>, ApiError> {
    let Some(value) = value else { return Ok(None) };
    let value = value.strip_prefix("from-date=").unwrap_or(value);
    value.parse().map(Some).map_err(|_| ApiError::bad_value("from-date"))
}
