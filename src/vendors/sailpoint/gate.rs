//! What every call passes before its handler, in the order of the contract's section 4.2: token,
//! rate limit, path family, experimental header, scope and level. And what every answer passes
//! behind it: wording of refusals, deprecation, and whether it may be remembered.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use super::auth::{Caller, Claims, authenticate};
use super::error::{ApiError, word};
use super::families::{Family, Published, Standing};
use super::model::{Org, UserLevel};
use crate::http::{Contents, KnownTokens, Lasting, Limit, Operations, Visit};
use crate::kernel::Span;

/// Calls that one client may make to one API version within [`LIMIT_WINDOW`] (contract, 2.1).
pub const LIMIT_CALLS: u32 = 100;
/// The window in which calls are counted, on the wall.
pub const LIMIT_WINDOW: Span = Span::seconds(10);

/// What the vendor says about an endpoint besides its shape.
#[derive(Clone, Copy, Debug)]
pub struct Access {
    /// Where it is published.
    pub published: Published,
    /// The scopes any one of which opens it.
    pub scopes: &'static [&'static str],
    /// The user levels any one of which opens it; none means everybody, bound by ownership rules.
    pub levels: &'static [UserLevel],
    /// Whether it takes no token.
    pub anonymous: bool,
}

/// The gate of one process.
pub struct Gate {
    accesses: Operations<Access>,
    limit: Limit,
    tokens: KnownTokens<Claims>,
}

impl Gate {
    /// The gate before these endpoints.
    pub fn before(contents: &Contents<Access>) -> Arc<Self> {
        let rows = contents.iter().map(|row| (row.method.clone(), row.operation.path, row.about));
        Arc::new(Self {
            accesses: Operations::new(rows),
            limit: Limit::new(LIMIT_CALLS, LIMIT_WINDOW),
            tokens: KnownTokens::default(),
        })
    }

    fn admit(&self, request: &mut Request, visit: &Visit) -> Result<Option<Standing>, ApiError> {
        let family = request.extensions().get::<Family>().copied();
        let path = request.uri().path();
        let access = self.accesses.find(request.method(), path).copied();
        if access.is_some_and(|access| access.published.is_empty()) {
            return if family.is_none() { Ok(None) } else { Err(ApiError::NotFound) };
        }
        if let Some(access) = access.filter(|access| access.anonymous) {
            let published = access.published.iter().find(|(known, _)| Some(*known) == family);
            return published.map(|(_, standing)| Some(*standing)).ok_or(ApiError::NotFound);
        }
        let caller = authenticate(&self.tokens, request.headers(), &visit.tenant, &visit.head)?;
        visit.called_by(caller.name(&visit.head.world));
        self.limit.count(visit, &format!("{} {family:?}", caller.client)).map_err(ApiError::RateLimited)?;
        let Some(access) = access else {
            let known = family.is_some() && self.accesses.knows(path);
            return Err(if known { ApiError::MethodNotAllowed } else { ApiError::NotFound });
        };
        let published = access.published.iter().find(|(known, _)| Some(*known) == family);
        let (_, standing) = published.copied().ok_or(ApiError::NotFound)?;
        let org: &Org = visit.head.world.estate();
        if standing == Standing::Experimental
            && org.switches().enforce_experimental_header
            && !is_experimental(request.headers())
        {
            return Err(ApiError::Experimental);
        }
        if !caller.has_scope(access.scopes) || !caller.has_level(access.levels) {
            return Err(ApiError::Forbidden);
        }
        request.extensions_mut().insert(caller);
        Ok(Some(standing))
    }
}

fn is_experimental(headers: &HeaderMap) -> bool {
    headers.get("x-sailpoint-experimental").is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"true"))
}

/// The layer around every route and the fallback.
pub async fn pass(State(gate): State<Arc<Gate>>, mut request: Request, next: Next) -> Response {
    let Some(visit) = request.extensions().get::<Visit>().cloned() else {
        return ApiError::Internal.into_response();
    };
    let headers = request.headers().clone();
    let is_reading = request.method() == Method::GET;
    let (mut response, caller, standing) = match gate.admit(&mut request, &visit) {
        Ok(standing) => {
            let caller = request.extensions().get::<Caller>().cloned();
            (next.run(request).await, caller, standing)
        }
        Err(refusal) => (refusal.into_response(), None, None),
    };
    response = word(response, &visit.exchange, &headers);
    if standing == Some(Standing::Deprecated) {
        response.headers_mut().insert("x-deprecated", HeaderValue::from_static("true"));
    }
    let Some(caller) = caller else { return response };
    if let Some(warning) = caller.warning {
        response.headers_mut().insert("x-rolecall-warning", HeaderValue::from_static(warning));
    }
    let settings = visit.head.world.settings();
    let lasts = caller.until.is_some() || caller.warning.is_some();
    if is_reading && response.status() == StatusCode::OK && lasts && !settings.rate_limits {
        response.extensions_mut().insert(Lasting(caller.until));
    }
    response
}
