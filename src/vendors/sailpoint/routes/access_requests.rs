//! `/access-requests/…`

use axum::Json;
use http::Method;

use super::{ADMIN, ANY, access};
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::sailpoint::auth::{Caller, User};
use crate::vendors::sailpoint::dto::{
    AccessRequest, AccessRequestResponse, AccountsSelectionResponse, BulkCancelAccessRequest, CancelAccessRequest,
    CloseAccessRequest, View,
};
use crate::vendors::sailpoint::error::ApiError;
use crate::vendors::sailpoint::families::{BETA_AND_YEARLY, EVERYWHERE, YEARLY, YEARLY_EXPERIMENTAL};
use crate::vendors::sailpoint::gate::Access;
use crate::vendors::sailpoint::lifecycle::{Cancel, CancelMany, selectable};
use crate::vendors::sailpoint::model::Org;
use crate::vendors::sailpoint::reply::{Accepted, AcceptedWith, Body, Query};

/// The endpoints.
pub fn rows() -> Contents<Access> {
    let create = &["idn:access-request:manage", "idn:access-request-self:manage"];
    let administer = &["idn:access-request-administration:manage"];
    vec![
        Endpoint::new(
            Method::POST,
            "/access-requests",
            "createAccessRequest",
            access(EVERYWHERE, create, ANY),
            self::create,
        )
        .doing("Ask for access, or for its end")
        .reads::<AccessRequest>()
        .answers::<AccessRequestResponse>(202),
        Endpoint::new(
            Method::POST,
            "/access-requests/cancel",
            "cancelAccessRequest",
            access(EVERYWHERE, &["idn:access-request:manage"], ANY),
            cancel,
        )
        .doing("Take an access request back")
        .reads::<CancelAccessRequest>()
        .answers_empty(202),
        Endpoint::new(
            Method::POST,
            "/access-requests/bulk-cancel",
            "cancelAccessRequestInBulk",
            access(YEARLY, administer, ADMIN),
            bulk_cancel,
        )
        .doing("Take many access requests back")
        .reads::<BulkCancelAccessRequest>()
        .answers_empty(202),
        Endpoint::new(
            Method::POST,
            "/access-requests/close",
            "closeAccessRequest",
            access(BETA_AND_YEARLY, &[], ADMIN),
            close,
        )
        .doing("Close access requests, whatever they wait for")
        .reads::<CloseAccessRequest>()
        .answers_empty(202),
        Endpoint::new(
            Method::POST,
            "/access-requests/accounts-selection",
            "loadAccountSelections",
            access(YEARLY_EXPERIMENTAL, &["idn:access-request:create"], ANY),
            accounts_selection,
        )
        .doing("List the accounts that could have what is asked for")
        .reads::<AccessRequest>()
        .answers::<AccountsSelectionResponse>(200),
    ]
}

/// `POST /access-requests`
pub async fn create(
    sim: Sim<Org>,
    User(requester): User,
    query: Query,
    Body(body): Body<AccessRequest>,
) -> Result<AcceptedWith<AccessRequestResponse>, ApiError> {
    let done = sim.apply(body.command(requester)?).await?;
    Ok(AcceptedWith(View::of(&done.after, query.family).submitted(&done.output)))
}

/// `POST /access-requests/cancel`
pub async fn cancel(
    sim: Sim<Org>,
    caller: Caller,
    Body(body): Body<CancelAccessRequest>,
) -> Result<Accepted, ApiError> {
    let request = body.account_activity_id.unwrap_or_default();
    let comment = body.comment.unwrap_or_default();
    sim.apply(Cancel { request, by: caller.actor(), comment }).await?;
    Ok(Accepted)
}

/// `POST /access-requests/bulk-cancel`
pub async fn bulk_cancel(
    sim: Sim<Org>,
    caller: Caller,
    Body(body): Body<BulkCancelAccessRequest>,
) -> Result<Accepted, ApiError> {
    let requests = body.access_request_ids.unwrap_or_default();
    let comment = body.comment.unwrap_or_default();
    sim.apply(CancelMany { requests, by: caller.actor(), comment }).await?;
    Ok(Accepted)
}

/// `POST /access-requests/close`
pub async fn close(sim: Sim<Org>, Body(body): Body<CloseAccessRequest>) -> Result<Accepted, ApiError> {
    sim.apply(body.command()?).await?;
    Ok(Accepted)
}

/// `POST /access-requests/accounts-selection`
pub async fn accounts_selection(
    sim: Sim<Org>,
    User(_): User,
    query: Query,
    Body(body): Body<AccessRequest>,
) -> Result<Json<AccountsSelectionResponse>, ApiError> {
    body.kind()?;
    let wanted = selectable(sim.estate(), sim.world().company(), &body.targets()?)?;
    let view = View::of(sim.world(), query.family);
    let identities = wanted.iter().map(|(person, found)| view.selections(*person, found)).collect();
    Ok(Json(AccountsSelectionResponse { identities }))
}
