//! What was asked and what was answered, and whether it is what a suite expected.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::control::dto::{Claims, JournalDto, JournalQuery, VerdictsDto};
use crate::control::extract::{Json, Of, Path, Query};
use crate::control::recorded::Reading;
use crate::control::routes::PAGE_MAX;
use crate::control::{Plane, Refusal};
use crate::http::journal::{Entry, Pattern};
use crate::http::served;

/// How many claims are judged at a time.
const CLAIMS_MAX: usize = 100;

served!(Plane: list, show, verify, clear);

/// The exchanges of a tenant that fit; secrets masked.
#[utoipa::path(get, path = "/_rolecall/tenants/{tenant}/journal", tag = "journal", operation_id = "listExchanges",
    params(JournalQuery), responses((status = 200, body = JournalDto)))]
async fn list(
    State(plane): State<Plane>,
    Of(tenant): Of,
    Query(query): Query<JournalQuery>,
) -> Result<Json<JournalDto>, Refusal> {
    let (after, limit) = (query.after, query.limit.min(PAGE_MAX));
    let pattern = Pattern::from(query);
    check(&plane, &pattern)?;
    let complete = plane.site.journal(&tenant).is_complete();
    let mut fitting = plane.site.entries(&tenant);
    fitting.retain(|entry| after.is_none_or(|after| entry.exchange.number > after) && pattern.fits(entry));
    let total = fitting.len();
    match after {
        Some(_) => fitting.truncate(limit),
        None => drop(fitting.drain(..total.saturating_sub(limit))),
    }
    Ok(Json(JournalDto { exchanges: fitting.iter().map(shown).collect(), total, complete }))
}

/// One exchange; secrets masked.
#[utoipa::path(get, path = "/_rolecall/tenants/{tenant}/journal/{exchange}", tag = "journal",
    operation_id = "getExchange", responses((status = 200, body = Object)))]
async fn show(
    State(plane): State<Plane>,
    Of(tenant): Of,
    Path((_, number)): Path<(String, u64)>,
) -> Result<Response, Refusal> {
    let mut entries = plane.site.entries(&tenant).into_iter();
    let entry = entries.find(|entry| entry.exchange.number == number);
    let entry = entry.ok_or_else(|| Refusal::NoSuch("exchange", number.to_string(), None))?;
    Ok(Json(shown(&entry)).into_response())
}

/// Judges what a suite claims about its exchanges; a conflict when a claim does not hold.
#[utoipa::path(post, path = "/_rolecall/tenants/{tenant}/journal/verify", tag = "journal",
    operation_id = "verifyJournal", request_body = Claims,
    responses((status = 200, body = VerdictsDto), (status = 409, body = VerdictsDto)))]
async fn verify(State(plane): State<Plane>, Of(tenant): Of, Json(claims): Json<Claims>) -> Result<Response, Refusal> {
    if claims.claims.is_empty() || claims.claims.len() > CLAIMS_MAX {
        return Err(Refusal::Malformed(format!("`claims` holds 1 to {CLAIMS_MAX} of them")));
    }
    for claim in &claims.claims {
        claim.check().map_err(Refusal::Malformed)?;
        for pattern in claim.that.iter().chain(&claim.before).chain(&claim.after).chain(&claim.in_order) {
            check(&plane, pattern)?;
        }
    }
    let complete = plane.site.journal(&tenant).is_complete();
    let entries = plane.site.entries(&tenant);
    let verdicts = VerdictsDto::of(claims.claims.iter().map(|claim| claim.judge(&entries)).collect(), complete);
    let status = if verdicts.holds { StatusCode::OK } else { StatusCode::CONFLICT };
    Ok(Reading((status, Json(verdicts))).into_response())
}

/// Forgets every exchange; numbers go on.
#[utoipa::path(delete, path = "/_rolecall/tenants/{tenant}/journal", tag = "journal", operation_id = "clearJournal",
    responses((status = 204)))]
async fn clear(State(plane): State<Plane>, Of(tenant): Of) -> StatusCode {
    plane.site.journal(&tenant).clear();
    StatusCode::NO_CONTENT
}

fn check(plane: &Plane, pattern: &Pattern) -> Result<(), Refusal> {
    plane.check_operation(pattern.vendor.as_deref(), pattern.operation.as_deref())
}

fn shown(entry: &Entry) -> serde_json::Value {
    entry.exchange.show(entry.operation)
}
