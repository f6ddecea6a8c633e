//! PingOne Advanced Identity Cloud, Identity Governance: segregation of duties and what a client needs around it.
//!
//! Emulated: everything in `routes::contents`, under every spelling that `paths` folds. Sources: the
//! vendor's published API page, public recordings of a tenant, and the vendor's open-source clients,
//! as the contract weighs them. What no source says stands in `assumed`, in `error`, and as states in `model`.

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
mod paths;
mod query;
mod reply;
mod routes;
mod seed;

#[cfg(debug_assertions)]
pub use document::document;

use std::borrow::Cow;
use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use http::{Extensions, HeaderMap, HeaderValue};
use serde_json::Value;

use self::error::{ApiError, Shape};
use self::model::{CampaignState, ItemState, PhaseState, Realm, RequestState, ScanState, ViolationState};
use crate::company::Person;
use crate::company::seed::{Mistakes, Seed};
use crate::http::{Credential, ExchangeId, KnownTokens, Minted, Operation, Refusal, Vendor};
use crate::kernel::{Hop, Id, Machine};
use crate::world::{AnyEstate, Chore, Draft, Head, StepError, StepLine, Tenant, World};

/// PingOne Advanced Identity Cloud.
pub struct PingOne;

impl Vendor for PingOne {
    fn name(&self) -> &'static str {
        "pingone"
    }
    fn title(&self) -> &'static str {
        "PingOne Advanced Identity Cloud"
    }
    fn hosts(&self) -> &'static [&'static str] {
        &["{tenant}.id.forgerock.io", "{tenant}.forgeblocks.com"]
    }
    fn roots(&self) -> &'static [&'static str] {
        routes::ROOTS
    }
    fn tidy<'p>(&self, path: &'p str, _: &mut Extensions) -> Cow<'p, str> {
        paths::tidy(path)
    }
    fn routes(&self) -> Router {
        routes::router()
    }
    fn operations(&self) -> Vec<Operation> {
        routes::contents().into_iter().map(|row| row.operation).collect()
    }
    fn gaps(&self) -> &'static [&'static str] {
        &[
            "the hosted end-user pages and the OIDC login behind them",
            "certification of entitlement composition, and the tasks of a campaign by stage",
            "workflow definitions, events and forms are kept, and nothing acts on them but the stock workflows",
            "scopes of governance",
            "writing managed applications and assignments, and patches by script",
        ]
    }
    fn document(&self) -> &'static str {
        include_str!("../../../openapi/pingone.json")
    }
    fn tenant_of(&self, headers: &HeaderMap) -> Option<String> {
        auth::tenant_of(headers)
    }
    fn caller(&self, headers: &HeaderMap, tenant: &Tenant, head: &Head) -> Option<Arc<str>> {
        let caller = auth::authenticate(&KnownTokens::default(), headers, tenant, head, "/iga").ok()?;
        Some(caller.name(&head.world))
    }
    fn stamp(&self, exchange: &ExchangeId, headers: &mut HeaderMap) {
        if let Ok(id) = HeaderValue::try_from(exchange.id.dashed()) {
            headers.entry(reply::TRANSACTION).or_insert(id);
        }
    }
    fn refusals(&self) -> Vec<&'static str> {
        error::refusals()
    }
    fn refuse(&self, refusal: Refusal, path: &str, _: &ExchangeId) -> Response {
        let error = match refusal {
            Refusal::NotFound => ApiError::NoPath,
            Refusal::MethodNotAllowed => ApiError::MethodNotAllowed,
            Refusal::BodyTooLarge => ApiError::TooLarge,
            Refusal::UnsupportedMediaType => ApiError::MediaType,
            Refusal::Malformed(what) => ApiError::MalformedBody(what),
            Refusal::RateLimited(after) => ApiError::RateLimited(after),
            Refusal::NoTenant(why) => ApiError::Unavailable(why),
            Refusal::Broken => ApiError::Internal,
            Refusal::Status(status) => ApiError::Status(status),
        };
        Shape::of(path).refused(error, path)
    }

    fn empty(&self) -> Box<dyn AnyEstate> {
        Box::new(Realm::default())
    }
    fn found(&self, draft: &mut Draft, seed: &Seed, mistakes: &mut Mistakes) {
        seed::found(draft, seed, mistakes);
    }
    fn steps(&self) -> Vec<StepLine> {
        lifecycle::step_lines()
    }
    fn perform(&self, draft: &mut Draft, step: Value) -> Result<Value, StepError> {
        lifecycle::perform(draft, step)
    }
    fn chores(&self, world: &World) -> Vec<Chore> {
        chores::chores(world)
    }
    fn wish(&self, world: &World, person: &Person, draw: f64) -> Option<Value> {
        chores::wish(world, person, draw)
    }
    fn machines(&self) -> Vec<Machine> {
        vec![
            Machine::of::<ViolationState>(),
            Machine::of::<PhaseState>(),
            Machine::of::<ScanState>(),
            Machine::of::<RequestState>(),
            Machine::of::<CampaignState>(),
            Machine::of::<ItemState>(),
        ]
    }
    fn hops(&self) -> Vec<Hop> {
        lifecycle::HOPS.to_vec()
    }

    fn credentials(&self, head: &Head) -> Vec<Credential> {
        auth::credentials(head)
    }
    fn mint(&self, tenant: &Tenant, head: &Head, person: Id<Person>) -> Option<Minted> {
        auth::mint(tenant, head, person)
    }
    fn environment(&self, base: &str, credentials: &[Credential]) -> Vec<(&'static str, String)> {
        auth::environment(base, credentials)
    }
}
