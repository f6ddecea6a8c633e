//! The token that guards the plane.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header;
use sha2::{Digest, Sha256};

use super::{Plane, Refusal};

/// A token, kept as its digest: comparing digests tells a stranger nothing about the token.
#[derive(Clone)]
pub struct Guard {
    digest: [u8; 32],
}

impl Guard {
    /// A guard that opens to `token`.
    pub fn new(token: &str) -> Self {
        Self { digest: Sha256::digest(token.as_bytes()).into() }
    }

    fn admits(&self, request: &Request) -> bool {
        let header = request.headers().get(header::AUTHORIZATION).and_then(|header| header.to_str().ok());
        let token = header.and_then(|header| header.split_once(' '));
        token.is_some_and(|(scheme, token)| {
            scheme.eq_ignore_ascii_case("bearer") && <[u8; 32]>::from(Sha256::digest(token.trim())) == self.digest
        })
    }
}

/// Lets a request in when it shows the token, or nobody asks for one.
pub(super) async fn check(State(plane): State<Plane>, request: Request, next: Next) -> Response {
    match &plane.guard {
        Some(guard) if !guard.admits(&request) => Refusal::Unauthenticated.into_response(),
        _ => next.run(request).await,
    }
}
