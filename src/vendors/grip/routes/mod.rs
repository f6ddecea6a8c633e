//! The table of contents: every endpoint in one row — method, path, name, shapes.
//!
//! Source of each row: section 4 of the contract, whose numbers stand beside the handlers. Rows and
//! handlers live in the file named after the first segment of their path.

mod actions;
mod alerts;
mod audit;
mod offboarding;
mod saas;
mod users;
mod workflows;

use axum::Router;
use axum::middleware::from_fn_with_state;

use super::dto::View;
use super::error::ApiError;
use super::gate::{Gate, pass};
use super::model::Environment;
use super::pages;
use crate::http::{Contents, Sim};

/// First segments that are Grip's alone. Paths without `public` are served where nothing else lives.
pub const ROOTS: &[&str] = &["public"];

/// Every endpoint, in the order of the contract.
pub fn contents() -> Contents<()> {
    let rows = [
        saas::rows(),
        users::rows(),
        actions::rows(),
        alerts::rows(),
        audit::rows(),
        offboarding::rows(),
        workflows::rows(),
    ];
    rows.into_iter().flatten().collect()
}

/// The routes behind their gate, and the page behind justification links.
pub fn router() -> Router {
    let router = contents().into_iter().fold(Router::new(), |router, row| row.route(router));
    let router = router.merge(pages::router()).fallback(|| async { ApiError::NoSuchPath });
    router
        .method_not_allowed_fallback(|| async { ApiError::MethodNotAllowed })
        .layer(from_fn_with_state(Gate::new(), pass))
}

/// The world as the caller sees it.
fn view(sim: &Sim<Environment>) -> View<'_> {
    View::of(sim.world(), &sim.visit().base)
}

/// What every list takes.
const PAGE: [&str; 2] = ["limit", "offset"];
