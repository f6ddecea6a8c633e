//! What a test suite has exercised, and what it never touched.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use http::{StatusCode, header};

use crate::control::Plane;
use crate::control::coverage::Coverage;
use crate::control::dto::{CoverageFormat, CoverageQuery};
use crate::control::extract::{Json, Of, Query};
use crate::http::{Answers, served};
use crate::world::{TakenEdges, Tenant};

served!(Plane: show, show_all, clear);

/// What was exercised in one tenant.
#[utoipa::path(get, path = "/_rolecall/tenants/{tenant}/coverage", tag = "coverage", operation_id = "getCoverage",
    params(CoverageQuery), responses((status = 200, body = Coverage)))]
async fn show(State(plane): State<Plane>, Of(tenant): Of, Query(query): Query<CoverageQuery>) -> Response {
    written(&merged(&plane, &[tenant]), query.format)
}

/// What was exercised in all tenants together.
#[utoipa::path(get, path = "/_rolecall/coverage", tag = "coverage", operation_id = "getMergedCoverage",
    params(CoverageQuery), responses((status = 200, body = Coverage)))]
async fn show_all(State(plane): State<Plane>, Query(query): Query<CoverageQuery>) -> Response {
    written(&merged(&plane, &plane.site.tenants().all()), query.format)
}

/// Forgets what was exercised in one tenant.
#[utoipa::path(delete, path = "/_rolecall/tenants/{tenant}/coverage", tag = "coverage", operation_id = "clearCoverage",
    responses((status = 204)))]
async fn clear(State(plane): State<Plane>, Of(tenant): Of) -> StatusCode {
    plane.site.forget_answers(&tenant);
    tenant.forget_taken();
    StatusCode::NO_CONTENT
}

fn merged(plane: &Plane, tenants: &[Arc<Tenant>]) -> Coverage {
    let (mut answers, mut taken) = (Answers::default(), TakenEdges::new());
    for tenant in tenants {
        answers += plane.site.answers(tenant);
        for (vendor, edges) in tenant.taken() {
            let known = taken.entry(vendor).or_default();
            edges.into_iter().for_each(|(edge, times)| *known.entry(edge).or_default() += times);
        }
    }
    Coverage::of(plane.site.vendors(), &answers, &taken)
}

fn written(coverage: &Coverage, format: CoverageFormat) -> Response {
    match format {
        CoverageFormat::Json => Json(coverage).into_response(),
        CoverageFormat::Junit => ([(header::CONTENT_TYPE, "application/xml")], coverage.junit()).into_response(),
        CoverageFormat::Html => Html(coverage.page()).into_response(),
    }
}
