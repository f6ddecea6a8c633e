//! `/access-request-status` and `/access-request-administration`: the same rows, for those who ask
//! and for those who administer.

use std::collections::BTreeSet;

use http::Method;

use super::regarding::Regarding;
use super::{ADMIN, ANY, LIST, access};
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::query::Page;
use crate::vendors::sailpoint::auth::{Absent, Caller, Whose};
use crate::vendors::sailpoint::dto::{AccessRequestAdminItemStatus, Listed, RequestedItemStatus, View};
use crate::vendors::sailpoint::error::ApiError;
use crate::vendors::sailpoint::families::{BETA_AND_YEARLY_EXPERIMENTAL, EVERYWHERE};
use crate::vendors::sailpoint::gate::Access;
use crate::vendors::sailpoint::model::{Item, ItemState, Org};
use crate::vendors::sailpoint::query::{Listing, listings};
use crate::vendors::sailpoint::reply::{List, Query};

const WHOSE: [&str; 5] = ["requested-for", "requested-by", "regarding-identity", "assigned-to", "request-state"];

/// The endpoints.
pub fn rows() -> Contents<Access> {
    let administer = &["idn:access-request-administration:read"];
    vec![
        Endpoint::new(
            Method::GET,
            "/access-request-status",
            "listAccessRequestStatus",
            access(EVERYWHERE, &["idn:access-request-status:read"], ANY),
            status,
        )
        .doing("List how requested items stand")
        .query(&WHOSE)
        .query(&LIST)
        .answers_list::<RequestedItemStatus>(200),
        Endpoint::new(
            Method::GET,
            "/access-request-administration",
            "listAdministratorsAccessRequestStatus",
            access(BETA_AND_YEARLY_EXPERIMENTAL, administer, ADMIN),
            administration,
        )
        .doing("List how requested items stand, for administrators")
        .query(&WHOSE)
        .query(&LIST)
        .answers_list::<AccessRequestAdminItemStatus>(200),
    ]
}

/// `GET /access-request-status`
pub async fn status(sim: Sim<Org>, caller: Caller, query: Query) -> Result<List<RequestedItemStatus>, ApiError> {
    let view = View::of(sim.world(), query.family);
    let page = items(&view, &caller, &query, &listings::ACCESS_REQUEST_STATUS)?;
    Ok(List(page.map(|row| view.item_status(row))))
}

/// `GET /access-request-administration`
pub async fn administration(
    sim: Sim<Org>,
    caller: Caller,
    query: Query,
) -> Result<List<AccessRequestAdminItemStatus>, ApiError> {
    let view = View::of(sim.world(), query.family);
    let page = items(&view, &caller, &query, &listings::ACCESS_REQUEST_ADMINISTRATION)?;
    Ok(List(page.map(|row| view.admin_item_status(row))))
}

fn items<'w>(view: &View<'w>, caller: &Caller, query: &Query, listing: &Listing) -> Result<Page<&'w Item>, ApiError> {
    let list = query.list(listing)?;
    let only_open = match query.get("request-state") {
        None => false,
        Some("EXECUTING") => true,
        Some(_) => return Err(ApiError::bad_value("request-state")),
    };
    let assignee =
        query.get("assigned-to").map(|value| caller.scope_of(Some(value), Absent::Own)).transpose()?.flatten();
    let regarding = Regarding::read(caller, query, assignee.is_some())?;
    let assigned = assignee.map(|whose| assigned(view.org, whose));
    let rows = regarding.items(view.org).filter(|item| {
        // What ran out by itself was asked for by nobody.
        item.requester.is_some()
            && (!only_open || item.state == ItemState::Executing)
            && assigned.as_ref().is_none_or(|assigned| assigned.contains(&item.id))
    });
    let rows = rows.map(|item| Listed { view, item });
    Ok(list.page(rows, |row| row.item.id).map(|row| row.item))
}

/// The items with an approval or a manual action that waits for somebody (assumed: what the vendor
/// calls the owner of the work item of a request).
fn assigned(org: &Org, whose: Whose) -> BTreeSet<Id<Item>> {
    let Whose::Known(person) = whose else { return BTreeSet::new() };
    let approvals = org.owners_for(person).flat_map(|owner| org.open_approvals_of(owner)).map(|approval| approval.item);
    approvals.chain(org.open_work_of(person).map(|work| work.item)).collect()
}
