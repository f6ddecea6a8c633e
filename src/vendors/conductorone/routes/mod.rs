//! The table of contents: every endpoint in one row — method, path, name, right, shapes.
//!
//! Source of each row: section 15 of the contract. Rows and handlers live in the file named after
//! the first noun of their path.

mod auth;
mod policies;
mod search;
mod task;
mod tasks;

use axum::Router;
use axum::middleware::from_fn_with_state;
use serde_json::{Value, json};

use super::error::ApiError;
use super::gate::{Gate, Right, pass};
use crate::http::Contents;

/// First segments that are ConductorOne's alone.
pub const ROOTS: &[&str] = &["api/v1", "api/v2", "auth/v1"];

/// Every endpoint, in the order of the contract.
pub fn contents() -> Contents<Right> {
    let nouns = [auth::rows(), policies::rows(), search::rows(), task::rows(), tasks::rows()];
    nouns.into_iter().flatten().collect()
}

/// The OpenAPI document of these endpoints.
pub fn document() -> Value {
    let description = "What Rolecall emulates of ConductorOne's API. `x-rolecall-auth` says who may call.";
    crate::http::document("ConductorOne", description, &contents(), |right, operation| {
        operation.insert("x-rolecall-auth".into(), json!(right.word()));
    })
}

/// The routes behind their gate.
pub fn router() -> Router {
    let contents = contents();
    let gate = Gate::before(&contents);
    let router = contents.into_iter().fold(Router::new(), |router, row| row.route(router));
    let router = router.fallback(|| async { ApiError::no_path() });
    router
        .method_not_allowed_fallback(|| async { ApiError::method_not_allowed() })
        .layer(from_fn_with_state(gate, pass))
}
