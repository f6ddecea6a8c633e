//! The one seam between the rim and a vendor.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::response::Response;
use http::{Extensions, HeaderMap, StatusCode};

use super::{Credential, ExchangeId, Minted, Operation, Sealed, Sender};
use crate::company::Person;
use crate::company::seed::{Mistakes, Seed};
use crate::kernel::{Hop, Id, Machine};
use crate::world::{AnyEstate, Call, Chore, Draft, Head, StepError, StepLine, Tenant, World};

/// What the rim itself has to refuse, and every vendor words in its own way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No such path.
    NotFound,
    /// The path exists, with other methods.
    MethodNotAllowed,
    /// The body is larger than [`super::BODY_MAX`].
    BodyTooLarge,
    /// The body is of a media type that is not read here.
    UnsupportedMediaType,
    /// The body or the query cannot be read.
    Malformed(String),
    /// Too many requests; to be tried again after this long.
    RateLimited(Duration),
    /// No further tenant can be had, or its name cannot be one.
    NoTenant(String),
    /// An invariant of ours broke; the world is untouched.
    Broken,
    /// A status from 400 to 599 that somebody asked for, whatever its reason would be.
    Status(StatusCode),
}

/// One emulated vendor. Everything that is not a vendor knows it through this alone.
pub trait Vendor: Send + Sync + 'static {
    /// Path prefix, journal tag and key in exports, such as `sailpoint`.
    fn name(&self) -> &'static str;
    /// The product's name, for people.
    fn title(&self) -> &'static str;
    /// Host patterns of the real service; `{tenant}` stands for one label.
    fn hosts(&self) -> &'static [&'static str];
    /// First segments of paths that are this vendor's alone, such as `v3` or `api/v1`.
    fn roots(&self) -> &'static [&'static str];
    /// The raw path as it is routed; what the spelling tells besides goes into `extensions`.
    /// Nothing is decoded, so that an escaped slash stays inside its segment.
    fn tidy<'p>(&self, path: &'p str, extensions: &mut Extensions) -> Cow<'p, str>;
    /// The routes; asked for once, when the first request comes.
    fn routes(&self) -> Router;
    /// Every operation that is emulated.
    fn operations(&self) -> Vec<Operation>;
    /// What of the real service is not served, a sentence each.
    fn gaps(&self) -> &'static [&'static str];
    /// The OpenAPI document that we stand behind, as JSON.
    fn document(&self) -> &'static str;
    /// The tenant that a credential names, where the vendor's form leaves room for one. Read from the
    /// headers that carry secrets alone: it is asked once per credential, not per request.
    fn tenant_of(&self, headers: &HeaderMap) -> Option<String>;
    /// Who calls, for rules that name a caller: the slug of the person, or the name of the client, as the vendor
    /// notes it by [`super::Visit::called_by`]; `None` when the credential would be refused.
    fn caller(&self, headers: &HeaderMap, tenant: &Tenant, head: &Head) -> Option<Arc<str>> {
        let _ = (headers, tenant, head);
        None
    }
    /// Headers that every answer of this vendor carries.
    fn stamp(&self, exchange: &ExchangeId, headers: &mut HeaderMap);
    /// Every kind of refusal that a call can meet, by the name that answers carry as [`super::Refused`], each once. What no
    /// call can bring about (an invariant of ours breaks, no tenant is to be had, somebody asked for the status) is left
    /// out: nobody could ever exercise it.
    fn refusals(&self) -> Vec<&'static str>;
    /// How this vendor words a refusal of the rim, on the path as it is routed: one vendor may speak differently below
    /// different bases.
    fn refuse(&self, refusal: Refusal, path: &str, exchange: &ExchangeId) -> Response;

    /// An estate with nothing in it, for an import to fill.
    fn empty(&self) -> Box<dyn AnyEstate>;
    /// Founds the vendor's estate over the company of `draft`, from the vendor's own seed file.
    fn found(&self, draft: &mut Draft, seed: &Seed, mistakes: &mut Mistakes);
    /// What stories, tests and the control plane may do besides calling the API.
    fn steps(&self) -> Vec<StepLine>;
    /// Does one of [`Vendor::steps`].
    ///
    /// # Errors
    /// When there is no such step, its parameters are wrong, or the vendor refuses it; the draft is as it was then.
    fn perform(&self, draft: &mut Draft, step: serde_json::Value) -> Result<serde_json::Value, StepError>;
    /// Every lifecycle, as data.
    fn machines(&self) -> Vec<Machine>;
    /// Every asynchronous hop, with its pace.
    fn hops(&self) -> Vec<Hop>;

    /// What waits for whom, and how they can settle it by one of [`Vendor::steps`].
    fn chores(&self, _: &World) -> Vec<Chore> {
        Vec::new()
    }
    /// A step by which somebody asks for something new, if this vendor has such a thing; `draw`, from
    /// 0 to 1, chooses among what there is.
    fn wish(&self, _: &World, _: &Person, _draw: f64) -> Option<serde_json::Value> {
        None
    }

    /// What goes over the wire for a call that this vendor's estate has written: its links completed,
    /// authenticated or signed as the vendor does it.
    fn seal(&self, call: &Call, _: &Sender<'_>) -> Sealed {
        Sealed::plain(call)
    }

    /// The ready-made credentials of the seed.
    fn credentials(&self, head: &Head) -> Vec<Credential>;
    /// A token with which `person` may call; `None` when they cannot use this vendor.
    fn mint(&self, tenant: &Tenant, head: &Head, person: Id<Person>) -> Option<Minted>;
    /// Variables that point the vendor's own clients at `base`, with the first credential.
    fn environment(&self, base: &str, credentials: &[Credential]) -> Vec<(&'static str, String)>;
}
