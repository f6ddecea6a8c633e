//! Grip Security: the 35 actions of its public REST API.
//!
//! Emulated: everything in `routes::contents`, under every spelling that `paths` folds, and the
//! page behind justification links. Sources: the vendor's action texts as a connector page quotes
//! them, and two public programs that call the API; the vendor's own documents could not be
//! reached. What no source says stands in `assumed`, and as states in `model`.
//!
//! Known gaps: alerts and workflow definitions cannot be made over the API, as at the vendor;
//! `lifecycle::Step` raises alerts, and the data set defines workflows.

mod assumed;
mod auth;
mod chores;
#[cfg(debug_assertions)]
mod document;
mod dto;
mod error;
mod gate;
mod lifecycle;
mod model;
mod pages;
mod paths;
mod query;
mod reply;
mod routes;
mod seed;

#[cfg(debug_assertions)]
pub use document::document;

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::response::{IntoResponse, Response};
use http::{Extensions, HeaderMap};
use serde_json::Value;

use self::error::ApiError;
use self::model::{
    ActionState, AlertState, Environment, JustificationState, OffboardingState, RemovalState, RevocationState,
    RunState, UserState,
};
use self::paths::Paths;
use crate::company::Person;
use crate::company::seed::{Mistakes, Seed};
use crate::http::{Credential, ExchangeId, Minted, Operation, Refusal, Vendor};
use crate::kernel::{Hop, Id, Machine};
use crate::world::{AnyEstate, Chore, Draft, Head, StepError, StepLine, Tenant, World};

/// Grip Security.
pub struct Grip;

static PATHS: LazyLock<Paths> =
    LazyLock::new(|| Paths::of(routes::contents().into_iter().map(|row| row.operation.path)));

impl Vendor for Grip {
    fn name(&self) -> &'static str {
        "grip"
    }
    fn title(&self) -> &'static str {
        "Grip Security"
    }
    fn hosts(&self) -> &'static [&'static str] {
        &["{tenant}.dep.grip.security"]
    }
    fn roots(&self) -> &'static [&'static str] {
        routes::ROOTS
    }
    fn tidy<'p>(&self, path: &'p str, _: &mut Extensions) -> Cow<'p, str> {
        PATHS.tidy(path)
    }
    fn routes(&self) -> Router {
        routes::router()
    }
    fn operations(&self) -> Vec<Operation> {
        routes::contents().into_iter().map(|row| row.operation).collect()
    }
    fn gaps(&self) -> &'static [&'static str] {
        &[]
    }
    fn document(&self) -> &'static str {
        include_str!("../../../openapi/grip.json")
    }
    fn tenant_of(&self, headers: &HeaderMap) -> Option<String> {
        auth::tenant_of(headers)
    }
    fn caller(&self, headers: &HeaderMap, tenant: &Tenant, head: &Head) -> Option<Arc<str>> {
        Some(auth::authenticate(headers, tenant.name(), head).ok()?.name.into())
    }
    fn stamp(&self, _: &ExchangeId, _: &mut HeaderMap) {}
    fn refusals(&self) -> Vec<&'static str> {
        error::refusals()
    }
    fn refuse(&self, refusal: Refusal, _: &str, _: &ExchangeId) -> Response {
        let error = match refusal {
            Refusal::NotFound => ApiError::NoSuchPath,
            Refusal::MethodNotAllowed => ApiError::MethodNotAllowed,
            Refusal::BodyTooLarge => ApiError::TooLarge,
            Refusal::UnsupportedMediaType => ApiError::MediaType,
            Refusal::Malformed(what) => ApiError::MalformedBody(what),
            Refusal::RateLimited(after) => ApiError::RateLimited(after),
            Refusal::NoTenant(why) => ApiError::Unavailable(why),
            Refusal::Broken => ApiError::Internal,
            Refusal::Status(status) => ApiError::of_status(status),
        };
        error.into_response()
    }

    fn empty(&self) -> Box<dyn AnyEstate> {
        Box::new(Environment::default())
    }
    fn found(&self, draft: &mut Draft, seed: &Seed, mistakes: &mut Mistakes) {
        seed::found(draft, seed, mistakes);
    }
    fn steps(&self) -> Vec<StepLine> {
        lifecycle::Step::lines()
    }
    fn perform(&self, draft: &mut Draft, step: Value) -> Result<Value, StepError> {
        lifecycle::perform(draft, step)
    }
    fn chores(&self, world: &World) -> Vec<Chore> {
        chores::chores(world)
    }
    fn machines(&self) -> Vec<Machine> {
        vec![
            Machine::of::<RevocationState>(),
            Machine::of::<JustificationState>(),
            Machine::of::<OffboardingState>(),
            Machine::of::<UserState>(),
            Machine::of::<RemovalState>(),
            Machine::of::<RunState>(),
            Machine::of::<ActionState>(),
            Machine::of::<AlertState>(),
        ]
    }
    fn hops(&self) -> Vec<Hop> {
        lifecycle::HOPS.to_vec()
    }

    fn credentials(&self, head: &Head) -> Vec<Credential> {
        let environment: &Environment = head.world.estate();
        let people = head.world.company().people();
        let credential = |token: &std::sync::Arc<model::Token>| Credential {
            name: token.name.clone(),
            person: token.owner.and_then(|owner| people.get(&owner)).map(|owner| owner.slug.clone()),
            client_id: token.name.clone(),
            client_secret: token.token.clone(),
        };
        environment.tokens.iter().map(credential).collect()
    }
    fn mint(&self, tenant: &Tenant, head: &Head, person: Id<Person>) -> Option<Minted> {
        let world = &head.world;
        let token = auth::minted(world, tenant.name(), world.company().people().get(&person)?);
        let header = format!("{}: {token}", auth::HEADER);
        Some(Minted { token, header, expires_in: assumed::TOKEN_LIFETIME.as_seconds() })
    }
    fn environment(&self, base: &str, credentials: &[Credential]) -> Vec<(&'static str, String)> {
        let token = credentials.first().map(|credential| credential.client_secret.clone());
        vec![("GRIP_BASE_URL", format!("{base}/public")), ("GRIP_ACCESS_TOKEN", token.unwrap_or_default())]
    }
}
