//! What every call passes before its handler: token, rate limit, and the right that section 15 of
//! the contract asks for, as far as it follows from who calls and what the path names. Rights that
//! depend on a task, or on a body, are the commands'.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode};

use super::auth::{Caller, Claims, authenticate, is_bound, reaches};
use super::error::{ApiError, signed};
use super::model::{Domain, RoleName};
use super::wire::{Asked, ClampsPageSize};
use crate::http::{Contents, KnownTokens, Lasting, Limit, Operations, Peer, Visit};
use crate::kernel::Span;

/// Calls of one client within [`LIMIT_WINDOW`], once rate limits are switched on [assumed].
pub const LIMIT_CALLS: u32 = 100;
/// See [`LIMIT_CALLS`].
pub const LIMIT_WINDOW: Span = Span::seconds(10);

/// Who may call an endpoint: the auth column of section 15 (legend in 4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Everybody, even without a token.
    Open,
    /// Any valid token; also where the command decides (`req`, `act`) or rows are filtered (`part`, `self`).
    Any,
    /// Owners of the application or entitlement in the path, application admins, super admins.
    Own,
    /// Connector admins, and whoever [`Right::Own`] lets in.
    Connector,
    /// Campaign admins and super admins.
    Campaign,
    /// Super admins.
    Admin,
    /// Super admins, those who only read among them.
    AdminReader,
}

impl Right {
    fn admits(self, caller: &Caller, visit: &Visit, path: &str) -> bool {
        let is_owner = || caller.owns(visit.head.world.estate(), path);
        caller.has(RoleName::SuperAdmin)
            || match self {
                Self::Open | Self::Any => true,
                Self::Own => caller.has(RoleName::AppAdmin) || is_owner(),
                Self::Connector => caller.has(RoleName::ConnectorAdmin) || caller.has(RoleName::AppAdmin) || is_owner(),
                Self::Campaign => caller.has(RoleName::CampaignAdmin),
                Self::Admin => false,
                Self::AdminReader => caller.has(RoleName::ReadOnlySuperAdmin),
            }
    }
}

/// The gate of one process.
pub struct Gate {
    operations: Operations<(Right, Asked)>,
    limit: Limit,
    tokens: KnownTokens<Claims>,
}

impl Gate {
    /// The gate before these endpoints.
    pub fn before(contents: &Contents<Right>) -> Arc<Self> {
        let rows = contents.iter().map(|row| {
            let asked = Asked::by(row.operation.id, row.body_name.as_deref());
            (row.method.clone(), row.operation.path, (row.about, asked))
        });
        Arc::new(Self {
            operations: Operations::new(rows),
            limit: Limit::new(LIMIT_CALLS, LIMIT_WINDOW),
            tokens: KnownTokens::default(),
        })
    }

    fn admit(&self, request: &mut Request, visit: &Visit) -> Result<Option<Caller>, ApiError> {
        let path = request.uri().path();
        let operation = self.operations.find(request.method(), path);
        let right = operation.map(|(right, _)| *right);
        if right == Some(Right::Open) {
            return Ok(None);
        }
        let caller = authenticate(&self.tokens, request.headers(), &visit.tenant, &visit.head)?;
        visit.called_by(caller.name(&visit.head.world));
        self.limit.count(visit, &caller.client).map_err(ApiError::RateLimited)?;
        let Some((right, asked)) = operation else {
            let known = self.operations.knows(path);
            return Err(if known { ApiError::MethodNotAllowed } else { ApiError::NoPath });
        };
        let from = request.extensions().get::<Peer>().map(|peer| peer.0.ip());
        if !reaches(visit.head.world.estate(), &caller.client, from) || !right.admits(&caller, visit, path) {
            return Err(ApiError::PermissionDenied);
        }
        request.extensions_mut().insert(asked.clone());
        request.extensions_mut().insert(caller.clone());
        Ok(Some(caller))
    }
}

/// The layer around every route and the fallback.
pub async fn pass(State(gate): State<Arc<Gate>>, mut request: Request, next: Next) -> Response {
    let Some(visit) = request.extensions().get::<Visit>().cloned() else {
        return ApiError::Internal.into_response();
    };
    let is_reading = request.method() == Method::GET;
    let caller = match gate.admit(&mut request, &visit) {
        Ok(caller) => caller,
        Err(refusal) => return refusal.answer(&visit.exchange),
    };
    let switches = visit.head.world.estate::<Domain>().switches();
    if switches.clamp_page_size {
        request.extensions_mut().insert(ClampsPageSize);
    }
    let mut response = signed(next.run(request).await, &visit.exchange, switches.tidy_errors);
    let Some(caller) = caller else { return response };
    if let Some(warning) = caller.warning {
        response.headers_mut().insert("x-rolecall-warning", HeaderValue::from_static(warning));
    }
    // What a caller from here may see, one from elsewhere may not.
    let anywhere = !is_bound(visit.head.world.estate(), &caller.client);
    let lasts = (caller.until.is_some() || caller.warning.is_some()) && anywhere;
    if is_reading && response.status() == StatusCode::OK && lasts && !visit.head.world.settings().rate_limits {
        response.extensions_mut().insert(Lasting(caller.until));
    }
    response
}
