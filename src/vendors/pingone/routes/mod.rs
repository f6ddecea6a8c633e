//! The table of contents: every endpoint in one row — method, path, name, who may call it, shapes.
//!
//! Source of each row: section 3 of the contract, whose numbers stand beside the handlers. A file is named after the
//! first segment of its paths below their base.

mod am;
mod environment;
mod managed;
mod policy;

use axum::Router;
use axum::extract::OriginalUri;
use axum::middleware::from_fn_with_state;
use serde_json::{Value, json};

use super::dto::View;
use super::error::Shape;
use super::gate::{Gate, Who, pass};
use super::model::Realm;
use crate::http::{Contents, Sim};

/// First segments that are PingOne's alone.
pub const ROOTS: &[&str] = &["iga", "openidm", "am", "environment", "auto"];

/// Every endpoint, in the order of the contract.
pub fn contents() -> Contents<Who> {
    let rows = [policy::rows(), am::rows(), environment::rows(), managed::rows()];
    rows.into_iter().flatten().collect()
}

/// The OpenAPI document of these endpoints.
pub fn document() -> Value {
    let description = "What Rolecall emulates of PingOne Advanced Identity Cloud: Identity Governance's segregation of \
        duties, and what its clients call before and after.";
    crate::http::document("PingOne Advanced Identity Cloud", description, &contents(), |who, operation| {
        if *who != Who::Anyone {
            operation.insert("security".into(), json!([{"bearer": []}]));
        }
    })
}

/// The routes behind their gate.
pub fn router() -> Router {
    let contents = contents();
    let gate = Gate::before(&contents);
    let router = contents.into_iter().fold(Router::new().without_v07_checks(), |router, row| row.route(router));
    let no_path = async |OriginalUri(uri): OriginalUri| Shape::of(uri.path()).no_path(uri.path());
    let no_method = async |OriginalUri(uri): OriginalUri| Shape::of(uri.path()).method_not_allowed();
    router.fallback(no_path).method_not_allowed_fallback(no_method).layer(from_fn_with_state(gate, pass))
}

/// The world as the caller sees it.
fn view(sim: &Sim<Realm>) -> View<'_> {
    View::of(sim.world())
}
