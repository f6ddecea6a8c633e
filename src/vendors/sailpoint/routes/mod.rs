//! The table of contents: every endpoint in one row — path, name, families, rights, shapes.
//!
//! Source of each row: section 6 of the contract, generated from the vendor's OpenAPI documents.
//! A handler lives in the file named after the first segment of its path.

mod access_request_approvals;
mod oauth;

use axum::Router;
use axum::middleware::from_fn_with_state;
use http::Method;

use super::error::ApiError;
use super::families::{EVERYWHERE, Published, UNVERSIONED, YEARLY};
use super::gate::{Access, Gate, pass};
use super::model::UserLevel;
use crate::http::{Contents, Endpoint};

/// First segments that are SailPoint's alone: the path families, and each service's own name.
pub const ROOTS: &[&str] = &[
    "v3",
    "beta",
    "v2024",
    "v2025",
    "v2026",
    "latest",
    "oauth",
    "access-profiles/v1",
    "access-request-administration/v1",
    "access-request-approvals/v1",
    "access-request-config/v1",
    "access-request-config/v2",
    "access-request-identity-metrics/v1",
    "access-request-status/v1",
    "access-requests/v1",
    "account-activities/v1",
    "accounts/v1",
    "entitlements/v1",
    "identities/v1",
    "public-identities/v1",
    "public-identities-config/v1",
    "requestable-objects/v1",
    "revocable-objects/v1",
    "roles/v1",
    "source-apps/v1",
    "work-items/v1",
    "workgroups/v1",
];

const fn access(published: Published, scopes: &'static [&'static str], levels: &'static [UserLevel]) -> Access {
    Access { published, scopes, levels }
}

const LIST: [&str; 5] = ["limit", "offset", "count", "filters", "sorters"];
const APPROVALS_READ: &[&str] = &["idn:access-request-approvals:read"];
const APPROVALS_MANAGE: &[&str] = &["idn:access-request-approvals:manage"];
const ADMIN: &[UserLevel] = &[UserLevel::OrgAdmin];
const ANY: &[UserLevel] = &[];

/// Every endpoint, in the order of the contract.
pub fn contents() -> Contents<Access> {
    let mut rows = oauth();
    rows.extend(access_request_approvals());
    rows
}

/// The routes behind their gate.
pub fn router() -> Router {
    let contents = contents();
    let gate = Gate::before(&contents);
    let router = contents.into_iter().fold(Router::new(), |router, row| row.route(router));
    let router = router.fallback(|| async { ApiError::NotFound });
    router.method_not_allowed_fallback(|| async { ApiError::MethodNotAllowed }).layer(from_fn_with_state(gate, pass))
}

fn oauth() -> Contents<Access> {
    use self::oauth::{info, token};
    let open = access(UNVERSIONED, &[], ANY);
    vec![
        Endpoint::new(Method::POST, "/oauth/token", "createToken", open, token)
            .doing("Exchange client credentials for an access token")
            .query(&["grant_type", "client_id", "client_secret"])
            .answers::<oauth::TokenAnswer>(200),
        Endpoint::new(Method::GET, "/oauth/info", "getTokenInfo", open, info)
            .doing("Where tokens are had in this tenant")
            .answers::<oauth::InfoAnswer>(200),
    ]
}

fn access_request_approvals() -> Contents<Access> {
    use self::access_request_approvals as handlers;
    use super::dto::{
        ApprovalSummary, Approver, BulkApprove, CommentIn, CompletedApproval, ForwardIn, PendingApproval,
    };
    let read = access(EVERYWHERE, APPROVALS_READ, ANY);
    let manage = access(EVERYWHERE, APPROVALS_MANAGE, ANY);
    vec![
        Endpoint::new(
            Method::GET,
            "/access-request-approvals/pending",
            "listPendingApprovals",
            read,
            handlers::pending,
        )
        .doing("List the approvals that wait")
        .query(&["owner-id"])
        .query(&LIST)
        .answers_list::<PendingApproval>(200),
        Endpoint::new(
            Method::GET,
            "/access-request-approvals/completed",
            "listCompletedApprovals",
            read,
            handlers::completed,
        )
        .doing("List the approvals that were decided")
        .query(&["owner-id"])
        .query(&LIST)
        .answers_list::<CompletedApproval>(200),
        Endpoint::new(
            Method::GET,
            "/access-request-approvals/approval-summary",
            "getAccessRequestApprovalSummary",
            read,
            handlers::summary,
        )
        .doing("Count what waits and what was decided")
        .query(&["owner-id", "from-date"])
        .answers::<ApprovalSummary>(200),
        Endpoint::new(
            Method::POST,
            "/access-request-approvals/{id}/approve",
            "approveAccessRequest",
            manage,
            handlers::approve,
        )
        .doing("Approve an access request approval")
        .reads::<CommentIn>()
        .answers_empty(202),
        Endpoint::new(
            Method::POST,
            "/access-request-approvals/{id}/reject",
            "rejectAccessRequest",
            manage,
            handlers::reject,
        )
        .doing("Reject an access request approval")
        .reads::<CommentIn>()
        .answers_empty(202),
        Endpoint::new(
            Method::POST,
            "/access-request-approvals/{id}/forward",
            "forwardAccessRequest",
            manage,
            handlers::forward,
        )
        .doing("Hand an access request approval to somebody else")
        .reads::<ForwardIn>()
        .answers_empty(202),
        Endpoint::new(
            Method::POST,
            "/access-request-approvals/bulk-approve",
            "approveBulkAccessRequest",
            access(YEARLY, &["idn:access-request:manage"], ADMIN),
            handlers::bulk_approve,
        )
        .doing("Approve many access request approvals")
        .reads::<BulkApprove>()
        .answers_empty(202),
        Endpoint::new(
            Method::GET,
            "/access-request-approvals/{id}/approvers",
            "listAccessRequestApprovers",
            access(YEARLY, &["idn:access-request-administration:read"], ADMIN),
            handlers::approvers,
        )
        .doing("List who may decide the open approvals of an access request")
        .query(&["limit", "offset", "count"])
        .answers_list::<Approver>(200),
    ]
}
