//! The table of contents: every endpoint in one row — method, path, name, who may call it, shapes.
//!
//! Source of each row: section 3 of the contract, whose numbers stand beside the handlers. A file is named after the
//! first segment of its paths below their base.

mod account;
mod am;
mod auto;
mod catalog;
mod certification;
mod config;
mod environment;
mod grants;
mod kept;
mod lists;
mod managed;
mod policy;
mod policy_rule;
mod policy_scan;
mod remediation_schema;
mod requests;
mod search;
mod user;
mod violation;
mod violation_bulk;
mod violation_phases;

use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Router};
use http::Uri;
use serde_json::json;

use super::auth::Caller;
use super::dto::View;
use super::error::{ApiError, Shape, refused};
use super::gate::{Gate, Who, pass};
use super::lifecycle::Refusal;
use super::lifecycle::rights::By;
use super::model::Realm;
use super::query::Params;
use super::reply::Reply;
use crate::http::{Contents, Sim};

/// First segments that are PingOne's alone.
pub const ROOTS: &[&str] = &["iga", "openidm", "am", "environment", "auto"];

/// Every endpoint, in the order of the contract.
pub fn contents() -> Contents<Who> {
    let rows = [
        policy::rows(),
        policy_rule::rows(),
        policy_scan::rows(),
        user::rows(),
        violation::rows(),
        violation_bulk::rows(),
        violation_phases::rows(),
        remediation_schema::rows(),
        am::rows(),
        environment::rows(),
        managed::rows(),
        requests::rows(),
        grants::rows(),
        catalog::rows(),
        account::rows(),
        certification::rows(),
        search::rows(),
        config::rows(),
        kept::rows(),
        auto::rows(),
    ];
    rows.into_iter().flatten().collect()
}

/// The routes behind their gate.
pub fn router() -> Router {
    let contents = contents();
    let gate = Gate::before(&contents);
    let router = contents.into_iter().fold(Router::new().without_v07_checks(), |router, row| row.route(router));
    let no_path = async |uri: Uri| Shape::of(uri.path()).no_path(uri.path());
    let no_method = async |uri: Uri| Shape::of(uri.path()).method_not_allowed();
    router.fallback(no_path).method_not_allowed_fallback(no_method).layer(from_fn_with_state(gate, pass))
}

/// The world as the caller sees it.
fn view(sim: &Sim<Realm>) -> View<'_> {
    View::of(sim.world())
}

/// As whom a caller performs commands.
fn by(caller: &Caller) -> By {
    By { person: caller.person, administrator: caller.administrator }
}

/// What an action on many things says of those on which it was not done; why, only coverage learns.
fn not_acted_on(left: Vec<(String, Refusal)>, message: &str) -> Response {
    let (ids, why): (Vec<_>, Vec<_>) = left.into_iter().unzip();
    (Extension(refused(why.iter())), Reply(json!({"message": message, "idsNotActedOn": ids}))).into_response()
}

/// What every list takes (contract, 2.2).
const LIST: [&str; 8] = [
    "_fields",
    "_pageSize",
    "_pagedResultsOffset",
    "_sortKeys",
    "_sortDir",
    "_searchAfter",
    "_queryFilter",
    "_queryString",
];

/// Whether `_action` asks for a copy; anything but `create` and `duplicate` is refused (contract, 2.6).
fn is_duplicate(params: &Params) -> Result<bool, ApiError> {
    match params.get("_action") {
        Some("create") => Ok(false),
        Some("duplicate") => Ok(true),
        other => Err(Refusal::UnknownAction(other.unwrap_or("undefined").to_owned()).into()),
    }
}

/// Rows of lists and readings below `/iga/governance`, which anybody who is signed in may ask for.
macro_rules! gets {
    ($($path:literal, $id:literal, $handler:ident, $doing:literal;)+) => {
        [$(Endpoint::new(Method::GET, concat!("/iga/governance/", $path), $id, Who::User, $handler)
            .doing($doing)
            .query(&LIST)
            .answers::<Value>(200)),+]
    };
}
use gets;
