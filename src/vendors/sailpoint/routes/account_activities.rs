//! `/account-activities/…`

use axum::Json;
use http::Method;

use super::regarding::Regarding;
use super::{ANY, LIST, access};
use crate::http::{Contents, Endpoint, Sim};
use crate::query::{Case, Filter, Op};
use crate::vendors::sailpoint::auth::Caller;
use crate::vendors::sailpoint::dto::{AccountActivity, ListedActivity, View};
use crate::vendors::sailpoint::error::ApiError;
use crate::vendors::sailpoint::families::{EVERYWHERE, Family};
use crate::vendors::sailpoint::gate::Access;
use crate::vendors::sailpoint::model::{Org, Request};
use crate::vendors::sailpoint::query::listings;
use crate::vendors::sailpoint::reply::{List, PathId, Query};

/// The endpoints.
pub fn rows() -> Contents<Access> {
    let open = access(EVERYWHERE, &[], ANY);
    vec![
        Endpoint::new(Method::GET, "/account-activities", "listAccountActivities", open, list)
            .doing("List what happened to accounts because somebody asked, or because access ran out")
            .query(&["requested-for", "requested-by", "regarding-identity", "type"])
            .query(&LIST)
            .answers_list::<AccountActivity>(200),
        Endpoint::new(Method::GET, "/account-activities/{id}", "getAccountActivity", open, get)
            .doing("One account activity")
            .answers::<AccountActivity>(200),
    ]
}

/// `GET /account-activities`
pub async fn list(sim: Sim<Org>, caller: Caller, query: Query) -> Result<List<AccountActivity>, ApiError> {
    let list = query.list(&listings::ACCOUNT_ACTIVITIES)?;
    let regarding = Regarding::read(&caller, &query, false)?;
    let view = View::of(sim.world(), query.family);
    let kind = query.get("type").filter(|_| query.family == Family::Beta);
    let kind = kind.map_or(Filter::All, |kind| Filter::test("type", Op::Eq, kind));
    let rows = regarding.requests(view.org).map(|request| ListedActivity(request));
    let rows = rows.filter(|row| kind.holds(row, Case::Ignored));
    Ok(List(list.page(rows, |row| row.0.id).map(|row| view.activity(row.0))))
}

/// `GET /account-activities/{id}`
pub async fn get(
    sim: Sim<Org>,
    caller: Caller,
    query: Query,
    PathId(id): PathId<Request>,
) -> Result<Json<AccountActivity>, ApiError> {
    let request = sim.estate().requests.get(&id).ok_or(ApiError::NotFound)?;
    let is_theirs = caller.person.is_some_and(|me| me == request.requested_for || Some(me) == request.requester);
    if !caller.is_admin() && !is_theirs {
        return Err(ApiError::Forbidden);
    }
    Ok(Json(View::of(sim.world(), query.family).activity(request)))
}
