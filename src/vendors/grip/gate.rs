//! The layer around every route: it finds out who calls before the handler, and says behind it what
//! there is to say about the token, and whether the answer may be remembered. It refuses nothing:
//! an unknown path and a wrong method come before a missing token (contract, 3).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode};

use super::assumed::{LIMIT_CALLS, LIMIT_WINDOW};
use super::auth::{Found, authenticate};
use super::error::ApiError;
use super::paths::JUSTIFICATION_PAGE;
use crate::http::{Lasting, Limit, Visit};

/// The gate of one process.
pub struct Gate {
    limit: Limit,
}

impl Gate {
    /// A gate that has seen nobody yet.
    pub fn new() -> Arc<Self> {
        Arc::new(Self { limit: Limit::new(LIMIT_CALLS, LIMIT_WINDOW) })
    }
}

/// The layer.
pub async fn pass(State(gate): State<Arc<Gate>>, mut request: Request, next: Next) -> Response {
    let Some(visit) = request.extensions().get::<Visit>().cloned() else {
        return ApiError::Internal.into_response();
    };
    let caller = authenticate(request.headers(), visit.tenant.name(), &visit.head);
    if let Ok(caller) = &caller {
        visit.called_by(&caller.name);
    }
    let counted = caller
        .and_then(|caller| gate.limit.count(&visit, &caller.name).map(|()| caller).map_err(ApiError::RateLimited));
    request.extensions_mut().insert(Found(counted.clone()));
    let (is_reading, is_page) = (request.method() == Method::GET, is_page(request.uri().path()));
    let mut response = next.run(request).await;
    let warning = counted.as_ref().ok().and_then(|caller| HeaderValue::from_str(caller.warning.as_deref()?).ok());
    if let Some(warning) = warning.filter(|_| !is_page) {
        response.headers_mut().insert("x-rolecall-warning", warning);
    }
    let counts_calls = visit.head.world.settings().rate_limits;
    if is_reading && !is_page && response.status() == StatusCode::OK && !counts_calls {
        response.extensions_mut().insert(Lasting(None));
    }
    response
}

fn is_page(path: &str) -> bool {
    let root = JUSTIFICATION_PAGE.split('{').next().unwrap_or_default();
    path.starts_with(root)
}
