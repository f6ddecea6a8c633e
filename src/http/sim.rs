//! The extractor through which a handler reads and commands its estate.

use std::convert::Infallible;
use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::{Noted, Visit};
use crate::kernel::Timestamp;
use crate::world::{Command, Done, Estate, Sheet, World};

/// One vendor's estate in the tenant that a request is for.
pub struct Sim<E> {
    visit: Visit,
    estate: PhantomData<E>,
}

impl<E: Estate> Sim<E> {
    /// The estate of a visit.
    pub fn new(visit: Visit) -> Self {
        Self { visit, estate: PhantomData }
    }

    /// The world as it was when the request came; an older one when a fault wants a stale reading.
    pub fn world(&self) -> &Arc<World> {
        self.visit.stale.as_ref().unwrap_or(&self.visit.head.world)
    }
    /// This vendor's part of it.
    pub fn estate(&self) -> &E {
        self.world().estate()
    }
    /// The hour at which the request came.
    pub fn hour(&self) -> Timestamp {
        self.visit.head.hour
    }
    /// Everything that the front door found out.
    pub fn visit(&self) -> &Visit {
        &self.visit
    }

    /// Performs a command on the published world.
    ///
    /// # Errors
    /// The command's refusal; nothing has changed then.
    pub async fn apply<C: Command<E>>(&self, command: C) -> Result<Done<C::Output>, E::Refusal> {
        let name = std::any::type_name::<C>().split('<').next().unwrap_or_default();
        let name = name.rsplit("::").next().unwrap_or_default();
        let done = self.visit.tenant.apply(command).await;
        let noted = match &done {
            Ok(done) => {
                let (before, after) = (done.before.revision(), done.after.revision());
                Noted { command: name, before, after, refused: false, events: Arc::clone(&done.commit.events) }
            }
            Err(_) => {
                let revision = Sheet::last_revision().unwrap_or_else(|| self.visit.tenant.read().revision());
                Noted { command: name, before: revision, after: revision, refused: true, events: Arc::new([]) }
            }
        };
        self.visit.notes.commands.lock().push(noted);
        done
    }
}

impl<E: Estate, S: Sync> FromRequestParts<S> for Sim<E> {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let visit = parts.extensions.get::<Visit>().cloned();
        Ok(Self::new(visit.unwrap_or_else(|| unreachable!("the front door puts a visit into every request"))))
    }
}
