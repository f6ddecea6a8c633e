//! What was asked and what was answered.

use axum::extract::State;
use http::StatusCode;

use crate::control::Plane;
use crate::control::dto::{JournalDto, JournalQuery};
use crate::control::extract::{Json, Of, Query};
use crate::control::routes::PAGE_MAX;
use crate::http::{Exchange, served};

served!(Plane: list, clear);

/// The exchanges of a tenant that fit; secrets masked.
#[utoipa::path(get, path = "/_rolecall/tenants/{tenant}/journal", tag = "journal", operation_id = "listExchanges",
    params(JournalQuery), responses((status = 200, body = JournalDto)))]
async fn list(State(plane): State<Plane>, Of(tenant): Of, Query(query): Query<JournalQuery>) -> Json<JournalDto> {
    let limit = query.limit.min(PAGE_MAX);
    let exchanges = plane.site.journal(&tenant).exchanges();
    let named = exchanges.iter().map(|exchange| (exchange, plane.site.operation(exchange)));
    let mut fitting: Vec<_> = named.filter(|(exchange, operation)| fits(exchange, *operation, &query)).collect();
    match query.after {
        Some(_) => fitting.truncate(limit),
        None => drop(fitting.drain(..fitting.len().saturating_sub(limit))),
    }
    Json(JournalDto { exchanges: fitting.into_iter().map(|(exchange, operation)| exchange.show(operation)).collect() })
}

/// Forgets every exchange; numbers go on.
#[utoipa::path(delete, path = "/_rolecall/tenants/{tenant}/journal", tag = "journal", operation_id = "clearJournal",
    responses((status = 204)))]
async fn clear(State(plane): State<Plane>, Of(tenant): Of) -> StatusCode {
    plane.site.journal(&tenant).clear();
    StatusCode::NO_CONTENT
}

fn fits(exchange: &Exchange, operation: Option<&str>, query: &JournalQuery) -> bool {
    query.vendor.as_ref().is_none_or(|vendor| vendor == exchange.vendor)
        && query.operation.as_deref().is_none_or(|wanted| operation == Some(wanted))
        && query.status.is_none_or(|status| status == exchange.status.as_u16())
        && query.method.as_ref().is_none_or(|method| method.eq_ignore_ascii_case(exchange.method.as_str()))
        && query.path.as_ref().is_none_or(|path| exchange.path.contains(path.as_str()))
        && query.after.is_none_or(|after| exchange.number > after)
}
