//! Whole answers that are remembered.
//!
//! A `GET` is a pure function of the world, the caller and the request, and what time changes a
//! timer changes; so an answer is right until the next commit, or until the caller's token ends.
//! A vendor marks an answer that may be remembered with [`Lasting`]; everything else is made anew.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use parking_lot::Mutex;

use super::Refused;
use super::credentials::Secrets;
use crate::kernel::Timestamp;
use crate::world::{Head, World};

/// How many answers of one world are remembered.
const ANSWERS_MAX: usize = 128;
/// How many bytes of answers of one world are remembered.
const BYTES_MAX: usize = 4 << 20;

/// In a response's extensions: it may be remembered until this hour; `None`: until the next commit.
#[derive(Clone, Copy, Debug)]
pub struct Lasting(pub Option<Timestamp>);

/// An answer that can be given again: its body is in hand.
#[derive(Clone)]
pub(super) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// Whom it was given to, as the journal calls them.
    pub caller: Option<Arc<str>>,
    /// Why it is a refusal, if it is one.
    pub refused: Option<Refused>,
}

impl Answer {
    /// What a response says, whole.
    pub async fn of(response: Response) -> Self {
        let (mut head, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
        let refused = head.extensions.remove();
        Self { status: head.status, headers: head.headers, body, caller: None, refused }
    }

    /// An answer that says nothing.
    pub fn empty() -> Self {
        Self { status: StatusCode::OK, headers: HeaderMap::new(), body: Bytes::new(), caller: None, refused: None }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        (*response.status_mut(), *response.headers_mut()) = (self.status, self.headers);
        if let Some(refused) = self.refused {
            response.extensions_mut().insert(refused);
        }
        response
    }
}

/// The remembered answers of one tenant, all of one world.
#[derive(Default)]
pub(super) struct Memo {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    world: Option<Arc<World>>,
    bytes: usize,
    answers: BTreeMap<Question, (Option<Timestamp>, Answer)>,
}

/// What an answer depends on besides the world: the address, and who asks.
pub(super) type Question = (Vec<u8>, Secrets);

impl Memo {
    pub fn recall(&self, head: &Head, question: &Question) -> Option<Answer> {
        let kept = self.kept.lock();
        let current = kept.world.as_ref().is_some_and(|world| Arc::ptr_eq(world, &head.world));
        let (until, answer) = kept.answers.get(question).filter(|_| current)?;
        until.is_none_or(|until| head.hour < until).then(|| answer.clone())
    }

    pub fn keep(&self, head: &Head, question: Question, until: Option<Timestamp>, answer: Answer) {
        let mut kept = self.kept.lock();
        if !kept.world.as_ref().is_some_and(|world| Arc::ptr_eq(world, &head.world)) {
            *kept = Kept { world: Some(Arc::clone(&head.world)), ..Kept::default() };
        }
        if kept.answers.len() < ANSWERS_MAX && kept.bytes + answer.body.len() <= BYTES_MAX {
            kept.bytes += answer.body.len();
            kept.answers.insert(question, (until, answer));
        }
    }
}
