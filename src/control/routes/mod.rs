//! The plane's table of contents.

mod about;
mod autopilot;
mod clock;
mod coverage;
mod events;
mod faults;
mod journal;
mod lifecycles;
mod pace;
mod people;
mod settings;
mod snapshots;
mod state;
mod steps;
mod tenants;
mod timers;
mod tokens;
mod webhooks;

use std::any::Any;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::{Router, middleware};
use tower::Layer;
use tower::util::MapRequestLayer;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::openapi::OpenApi;

use super::{Plane, Refusal, guard, recorded};

/// Every route; all but health and readiness behind the guard.
pub fn router(plane: Plane) -> Router {
    let guarded = Router::new()
        .merge(about::guarded::routes())
        .merge(tenants::routes())
        .merge(snapshots::routes())
        .merge(state::routes())
        .merge(clock::routes())
        .merge(timers::routes())
        .merge(pace::routes())
        .merge(settings::routes())
        .merge(people::routes())
        .merge(tokens::routes())
        .merge(steps::routes())
        .merge(events::routes())
        .merge(journal::routes())
        .merge(webhooks::routes())
        .merge(faults::routes())
        .merge(autopilot::routes())
        .merge(coverage::routes())
        .merge(lifecycles::routes())
        .fallback(|| async { Refusal::NoSuchPath })
        .method_not_allowed_fallback(|| async { Refusal::Method })
        .layer(middleware::from_fn_with_state(plane.clone(), recorded::record))
        .layer(middleware::from_fn_with_state(plane.clone(), guard::check));
    let open = about::routes().method_not_allowed_fallback(|| async { Refusal::Method });
    let all = Router::new().merge(open).merge(guarded).layer(CatchPanicLayer::custom(broken)).with_state(plane);
    // Around the routes, since it has to happen before one is chosen.
    Router::new().fallback_service(MapRequestLayer::new(without_trailing_slash).layer(all))
}

/// `tenants/` is `tenants`: what curl makes of `tenants/mia/..`.
fn without_trailing_slash(mut request: Request) -> Request {
    let path = request.uri().path();
    if let Some(bare) = path.strip_suffix('/') {
        let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
        if let Ok(uri) = format!("{bare}{query}").parse() {
            *request.uri_mut() = uri;
        }
    }
    request
}

/// The answer to everything while the world is still being founded.
pub fn starting(path: &str) -> Response {
    match path {
        about::HEALTH => about::well().into_response(),
        _ => about::not_yet().into_response(),
    }
}

/// The parts of the OpenAPI document, in the order of the table.
pub fn documents() -> Vec<OpenApi> {
    vec![
        about::document(),
        about::guarded::document(),
        tenants::document(),
        snapshots::document(),
        state::document(),
        clock::document(),
        timers::document(),
        pace::document(),
        settings::document(),
        people::document(),
        tokens::document(),
        steps::document(),
        events::document(),
        journal::document(),
        webhooks::document(),
        faults::document(),
        autopilot::document(),
        coverage::document(),
        lifecycles::document(),
    ]
}

fn broken(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without words");
    tracing::error!(panic = text, "the control plane broke");
    Refusal::Broken.into_response()
}

/// The most rows that a page shows.
const PAGE_MAX: usize = 1_000;
