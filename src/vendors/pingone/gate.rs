//! What every call passes before its handler, and every answer behind it: who calls, whether they may, the
//! transaction's id, and whether the answer may be remembered. An unknown path comes before a missing token.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode};

use super::auth::{Caller, Claims, authenticate};
use super::error::{ApiError, Denied, Shape};
use super::reply::{TRANSACTION, as_service};
use crate::http::{Contents, KnownTokens, Lasting, Operations, Visit};

/// Who may call an endpoint (contract, 3, column "who"). What they may do to a single object, its commands say.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anybody, without a token.
    Anyone,
    /// Whoever is signed in.
    User,
    /// Administrators.
    Administrator,
}

/// The gate of one process.
pub struct Gate {
    rights: Operations<Who>,
    known: KnownTokens<Claims>,
}

impl Gate {
    /// The gate before these endpoints.
    pub fn before(contents: &Contents<Who>) -> Arc<Self> {
        let rows = contents.iter().map(|row| (row.method.clone(), row.operation.path, row.about));
        Arc::new(Self { rights: Operations::new(rows), known: KnownTokens::default() })
    }

    fn admit(&self, request: &Request, visit: &Visit) -> Result<Option<Caller>, Denied> {
        let path = request.uri().path();
        let who = self.rights.find(request.method(), path).copied().unwrap_or(Who::Anyone);
        if who == Who::Anyone {
            return Ok(None);
        }
        let caller = authenticate(&self.known, request.headers(), &visit.tenant, &visit.head, path)?;
        if who == Who::Administrator && !caller.administrator {
            return Err(Denied::Forbidden);
        }
        Ok(Some(caller))
    }
}

/// The layer around every route and the fallback.
pub async fn pass(State(gate): State<Arc<Gate>>, mut request: Request, next: Next) -> Response {
    let Some(visit) = request.extensions().get::<Visit>().cloned() else {
        return ApiError::Internal.into_response();
    };
    let transaction = request.headers().get(TRANSACTION).cloned();
    let path = request.uri().path().to_owned();
    let (is_reading, shape) = (request.method() == Method::GET, Shape::of(&path));
    let mut response = match gate.admit(&request, &visit) {
        Ok(Some(caller)) => {
            let (warning, until) = (caller.warning, caller.until);
            visit.called_by(&caller.name(&visit.head.world));
            request.extensions_mut().insert(caller);
            let mut response = next.run(request).await;
            if let Some(warning) = warning {
                response.headers_mut().insert("x-rolecall-warning", HeaderValue::from_static(warning));
            }
            if is_reading && response.status() == StatusCode::OK {
                response.extensions_mut().insert(Lasting(until));
            }
            response
        }
        Ok(None) => next.run(request).await,
        Err(denied) => shape.denied(denied),
    };
    as_service(&path, response.headers_mut());
    if let Some(transaction) = transaction {
        response.headers_mut().insert(TRANSACTION, transaction);
    }
    response
}
