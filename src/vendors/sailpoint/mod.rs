//! SailPoint Identity Security Cloud: the access-request approval lifecycle.
//!
//! Emulated: everything in `routes::contents`, under every path family that publishes it, over
//! one state. Sources: the vendor's OpenAPI documents (v3, beta, v2024, v2025, v2026, per
//! service), its documentation, and recordings; each fact stands where it is used. What no source
//! says is one of `model::Switches`.
//!
//! Known gaps: those of `Vendor::gaps`; and no workflow runs here, so a configured workflow step is
//! put to the fallback approver.

mod auth;
mod chores;
#[cfg(debug_assertions)]
mod document;
mod dto;
mod error;
mod families;
mod gate;
mod lifecycle;
mod model;
mod query;
mod renderings;
mod reply;
mod routes;
mod seal;
mod seed;

#[cfg(debug_assertions)]
pub use document::document;

use std::borrow::Cow;
use std::sync::Arc;

use axum::Router;
use axum::response::{IntoResponse, Response};
use http::{Extensions, HeaderMap, HeaderValue};

use self::auth::Principal;
use self::error::{ApiError, word};
use self::model::{ApprovalState, InvocationState, ItemState, Org, WorkItemState};
use crate::company::Person;
use crate::company::seed::{Mistakes, Seed};
use crate::http::{Credential, ExchangeId, KnownTokens, Minted, Operation, Refusal, Sealed, Sender, Vendor};
use crate::kernel::{Hop, Id, Machine};
use crate::world::{AnyEstate, Call, Chore, Draft, Head, StepError, StepLine, Tenant, World};

/// SailPoint Identity Security Cloud.
pub struct SailPoint;

impl Vendor for SailPoint {
    fn name(&self) -> &'static str {
        "sailpoint"
    }
    fn title(&self) -> &'static str {
        "SailPoint Identity Security Cloud"
    }
    fn hosts(&self) -> &'static [&'static str] {
        &["{tenant}.api.identitynow.com", "{tenant}.api.identitynow-demo.com"]
    }
    fn roots(&self) -> &'static [&'static str] {
        routes::ROOTS
    }
    fn tidy<'p>(&self, path: &'p str, extensions: &mut Extensions) -> Cow<'p, str> {
        let (resource, family) = families::fold(path);
        if let Some(family) = family {
            extensions.insert(family);
        }
        resource
    }
    fn routes(&self) -> Router {
        routes::router()
    }
    fn operations(&self) -> Vec<Operation> {
        routes::contents().into_iter().map(|row| row.operation).collect()
    }
    fn gaps(&self) -> &'static [&'static str] {
        &[
            "event triggers other than the four of access requests; subscriptions other than by HTTP are kept and not delivered",
            "generic approvals",
            "separation-of-duties policies (their violations show in requests)",
            "work reassignment configurations (a step sets them)",
            "creating and deleting roles, access profiles, source apps, governance groups and accounts",
            "authorization code and refresh tokens",
        ]
    }
    fn document(&self) -> &'static str {
        include_str!("../../../openapi/sailpoint.json")
    }
    fn tenant_of(&self, headers: &HeaderMap) -> Option<String> {
        auth::tenant_of(headers)
    }
    fn caller(&self, headers: &HeaderMap, tenant: &Tenant, head: &Head) -> Option<Arc<str>> {
        let caller = auth::authenticate(&KnownTokens::default(), headers, tenant, head).ok()?;
        Some(caller.name(&head.world).into())
    }
    fn stamp(&self, exchange: &ExchangeId, headers: &mut HeaderMap) {
        if let Ok(id) = HeaderValue::from_str(&exchange.id.hex()) {
            headers.insert("slpt-request-id", id);
        }
    }
    fn refusals(&self) -> Vec<&'static str> {
        error::refusals()
    }
    fn refuse(&self, refusal: Refusal, _: &str, exchange: &ExchangeId) -> Response {
        let error = match refusal {
            Refusal::NotFound => ApiError::NotFound,
            Refusal::MethodNotAllowed => ApiError::MethodNotAllowed,
            Refusal::BodyTooLarge => ApiError::TooLarge,
            Refusal::UnsupportedMediaType => ApiError::MediaType,
            Refusal::Malformed(_) => ApiError::Syntax,
            Refusal::RateLimited(after) => ApiError::RateLimited(after),
            Refusal::NoTenant(why) => ApiError::Unavailable(why),
            Refusal::Broken => ApiError::Internal,
            Refusal::Status(status) => ApiError::of_status(status),
        };
        word(error.into_response(), exchange, &HeaderMap::new())
    }

    fn empty(&self) -> Box<dyn AnyEstate> {
        Box::new(Org::default())
    }
    fn found(&self, draft: &mut Draft, seed: &Seed, mistakes: &mut Mistakes) {
        seed::found(draft, seed, mistakes);
    }
    fn steps(&self) -> Vec<StepLine> {
        lifecycle::Step::lines()
    }
    fn perform(&self, draft: &mut Draft, step: serde_json::Value) -> Result<serde_json::Value, StepError> {
        lifecycle::perform(draft, step)
    }
    fn chores(&self, world: &World) -> Vec<Chore> {
        chores::chores(world)
    }
    fn wish(&self, world: &World, person: &Person, draw: f64) -> Option<serde_json::Value> {
        chores::wish(world, person, draw)
    }
    fn machines(&self) -> Vec<Machine> {
        vec![
            Machine::of::<ItemState>(),
            Machine::of::<ApprovalState>(),
            Machine::of::<WorkItemState>(),
            Machine::of::<InvocationState>(),
        ]
    }
    fn hops(&self) -> Vec<Hop> {
        lifecycle::HOPS.to_vec()
    }

    fn seal(&self, call: &Call, sender: &Sender<'_>) -> Sealed {
        seal::seal(call, sender)
    }

    fn credentials(&self, head: &Head) -> Vec<Credential> {
        let org: &Org = head.world.estate();
        let people = head.world.company().people();
        let credential = |client: &Arc<model::ApiClient>| Credential {
            name: client.name.clone(),
            person: client.owner.and_then(|owner| people.get(&owner)).map(|owner| owner.slug.clone()),
            client_id: client.id.clone(),
            client_secret: client.secret.clone(),
        };
        let mut credentials: Vec<_> = org.clients.iter().map(credential).collect();
        let is_admin = |credential: &Credential| {
            credential.person.as_deref().is_some_and(|slug| org.is_admin(Person::id_of(slug)))
        };
        credentials.sort_by_key(|credential| (!is_admin(credential), credential.person.is_none()));
        credentials
    }
    fn mint(&self, tenant: &Tenant, head: &Head, person: Id<Person>) -> Option<Minted> {
        let person = head.world.company().people().get(&person)?;
        let principal = Principal {
            client: auth::MINTED_CLIENT,
            person: Some(person),
            scope: None,
            lifetime: auth::TOKEN_LIFETIME,
        };
        let (token, _) = auth::sign(tenant, head, principal).ok()?;
        let header = format!("Authorization: Bearer {token}");
        Some(Minted { token, header, expires_in: auth::TOKEN_LIFETIME.as_seconds() })
    }
    fn environment(&self, base: &str, credentials: &[Credential]) -> Vec<(&'static str, String)> {
        let first = credentials.first();
        vec![
            ("SAIL_BASE_URL", base.to_owned()),
            ("SAIL_CLIENT_ID", first.map(|credential| credential.client_id.clone()).unwrap_or_default()),
            ("SAIL_CLIENT_SECRET", first.map(|credential| credential.client_secret.clone()).unwrap_or_default()),
        ]
    }
}
