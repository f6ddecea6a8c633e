//! ConductorOne: requests, approvals by policy, and grants that end.
//!
//! Emulated: everything in `routes::contents`. Sources: the vendor's OpenAPI document as of August
//! 2026, its documentation, and its clients (Python, TypeScript and Go SDK, `cone`, the Terraform
//! provider); each fact stands where it is used. What no source says is one of `model::Switches`, or
//! marked `[assumed]`.
//!
//! Known gaps: those of `Vendor::gaps`.

mod auth;
mod cel;
mod chores;
#[cfg(debug_assertions)]
mod document;
mod dto;
mod error;
mod expand;
mod gate;
mod incoming;
mod lifecycle;
mod model;
mod outgoing;
mod query;
mod routes;
mod seed;
mod wire;

#[cfg(debug_assertions)]
pub use document::document;

use std::borrow::Cow;
use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use http::{Extensions, HeaderMap, HeaderValue};
use serde_json::Value;

use self::error::ApiError;
use self::model::{
    ApiClient, ApprovalState, CallState, Domain, FormState, LoginState, Outcome, ProvisionState, ReviewState,
    StepUpState, TaskState, WaitState,
};
use crate::company::Person;
use crate::company::seed::{Mistakes, Seed};
use crate::http::{Credential, ExchangeId, KnownTokens, Minted, Operation, Refusal, Sealed, Sender, Vendor};
use crate::kernel::{Hop, Id, Machine};
use crate::world::{AnyEstate, Call, Chore, Draft, Head, StepError, StepLine, Tenant, World};

/// ConductorOne.
pub struct ConductorOne;

/// The host in client ids as the control plane lists them; [`Vendor::environment`] writes the one that is reached.
const HOST: &str = "acme.conductor.one";

impl Vendor for ConductorOne {
    fn name(&self) -> &'static str {
        "conductorone"
    }
    fn title(&self) -> &'static str {
        "ConductorOne"
    }
    fn hosts(&self) -> &'static [&'static str] {
        &["{tenant}.conductor.one"]
    }
    fn roots(&self) -> &'static [&'static str] {
        routes::ROOTS
    }
    fn tidy<'p>(&self, path: &'p str, _: &mut Extensions) -> Cow<'p, str> {
        Cow::Borrowed(path)
    }
    fn routes(&self) -> Router {
        routes::router()
    }
    fn operations(&self) -> Vec<Operation> {
        routes::contents().into_iter().map(|row| row.operation).collect()
    }
    fn gaps(&self) -> &'static [&'static str] {
        &[
            "access conflicts, and their bindings to entitlements",
            "request defaults, configuration rules and reports of applications",
            "attributes: risk levels, compliance frameworks and their types",
            "service principals, their credentials and bindings",
            "workload federation: trusts, and the token exchange grant",
            "settings of domains, requests and sessions",
            "connectors that MCP toolsets may ask for",
            "vaults",
            "files behind the reports of access reviews",
            "owners by role (version 2 of the owner operations)",
        ]
    }
    fn document(&self) -> &'static str {
        include_str!("../../../openapi/conductorone.json")
    }
    fn tenant_of(&self, headers: &HeaderMap) -> Option<String> {
        auth::tenant_of(headers)
    }
    fn caller(&self, headers: &HeaderMap, tenant: &Tenant, head: &Head) -> Option<Arc<str>> {
        let caller = auth::authenticate(&KnownTokens::default(), headers, tenant, head).ok()?;
        Some(caller.name(&head.world).into())
    }
    fn stamp(&self, exchange: &ExchangeId, headers: &mut HeaderMap) {
        if let Ok(id) = HeaderValue::from_str(&wire::id::text(exchange.id)) {
            headers.insert("x-request-id", id);
        }
    }
    fn refusals(&self) -> Vec<&'static str> {
        error::refusals()
    }
    fn refuse(&self, refusal: Refusal, _: &str, exchange: &ExchangeId) -> Response {
        let error = match refusal {
            Refusal::NotFound => ApiError::NoPath,
            Refusal::MethodNotAllowed => ApiError::MethodNotAllowed,
            Refusal::BodyTooLarge => ApiError::TooLarge,
            Refusal::UnsupportedMediaType => ApiError::MediaType,
            Refusal::Malformed(what) => ApiError::MalformedBody(what),
            Refusal::RateLimited(after) => ApiError::RateLimited(after),
            Refusal::NoTenant(why) => ApiError::Unavailable(why),
            Refusal::Broken => ApiError::Internal,
            Refusal::Status(status) => ApiError::of_status(status),
        };
        error.answer(exchange)
    }

    fn empty(&self) -> Box<dyn AnyEstate> {
        Box::new(Domain::default())
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
    fn machines(&self) -> Vec<Machine> {
        vec![
            Machine::of::<LoginState>(),
            Machine::of::<TaskState>(),
            Machine::of::<Outcome>(),
            Machine::of::<ApprovalState>(),
            Machine::of::<ProvisionState>(),
            Machine::of::<WaitState>(),
            Machine::of::<FormState>(),
            Machine::of::<StepUpState>(),
            Machine::of::<CallState>(),
            Machine::of::<ReviewState>(),
        ]
    }
    fn hops(&self) -> Vec<Hop> {
        lifecycle::HOPS.to_vec()
    }

    fn chores(&self, world: &World) -> Vec<Chore> {
        chores::chores(world)
    }
    fn wish(&self, world: &World, person: &Person, draw: f64) -> Option<Value> {
        chores::wish(world, person, draw)
    }

    fn seal(&self, call: &Call, sender: &Sender<'_>) -> Sealed {
        outgoing::seal(call, sender)
    }

    fn credentials(&self, head: &Head) -> Vec<Credential> {
        let domain: &Domain = head.world.estate();
        let people = head.world.company().people();
        let mut clients: Vec<&ApiClient> = domain.clients.iter().map(|client| &**client).collect();
        clients.retain(|client| client.seeded && client.deleted.is_none());
        clients.sort_by_key(|client| (!domain.is_super_admin(client.user), client.name.clone()));
        let credential = |client: &ApiClient| Credential {
            name: client.display_name.clone(),
            person: people.get(&client.user).map(|user| user.slug.clone()),
            client_id: auth::client_id(client, HOST),
            client_secret: auth::written(&auth::seeded_key(&client.name)),
        };
        clients.into_iter().map(credential).collect()
    }
    fn mint(&self, tenant: &Tenant, head: &Head, person: Id<Person>) -> Option<Minted> {
        let person = head.world.company().people().get(&person)?.id;
        let lifetime = auth::MINTED_LIFETIME;
        let token = auth::sign(tenant, head, person, auth::MINTED_CLIENT, lifetime).ok()?;
        let header = format!("Authorization: Bearer {token}");
        Some(Minted { token, header, expires_in: lifetime.as_seconds() })
    }
    fn environment(&self, base: &str, credentials: &[Credential]) -> Vec<(&'static str, String)> {
        let first = credentials.first();
        let secret = first.map(|credential| credential.client_secret.clone()).unwrap_or_default();
        let id = first.map(|credential| auth::reached_at(&credential.client_id, base)).unwrap_or_default();
        vec![
            ("CONDUCTORONE_SERVER_URL", base.to_owned()),
            ("CONDUCTORONE_CLIENT_ID", id.clone()),
            ("CONDUCTORONE_CLIENT_SECRET", secret.clone()),
            ("CONE_CLIENT_ID", id),
            ("CONE_CLIENT_SECRET", secret),
        ]
    }
}
