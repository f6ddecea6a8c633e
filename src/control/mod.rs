//! The plane under `/_rolecall`: an operator's hand on tenants, time and everything in between.
//!
//! It is a client of the world like any vendor's front, in its own plain shape, and knows a vendor
//! only through the [`crate::http::Vendor`] trait. It decides nothing about a company:
//! every change is a step, a timer or a snapshot that somebody asked for.

pub mod coverage;
mod document;
pub mod dto;
mod error;
mod extract;
mod guard;
mod markup;
pub mod picture;
mod recorded;
mod routes;
mod stream;

use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusHandle;

pub use document::document;
pub use dto::ConfigLine;
pub use error::Refusal;
pub use guard::Guard;
pub use routes::{router, starting};

use crate::http::{Site, Vendor};
use crate::webhooks::{Policy, Webhooks};
use crate::world::Tenant;

/// The path under which everything of this plane lies.
pub const PREFIX: &str = "/_rolecall";

/// The committed OpenAPI document of this plane.
pub const DOCUMENT: &str = include_str!("../../openapi/control.json");

/// What the plane works on: a cheap handle.
#[derive(Clone)]
pub struct Plane {
    /// The tenants, the vendors, and what the rim keeps about them.
    pub site: Arc<Site>,
    /// The carrier of calls out.
    pub webhooks: Arc<Webhooks>,
    /// What opens it; `None` leaves it open.
    pub guard: Option<Guard>,
    /// The effective configuration of this process.
    pub config: Arc<[ConfigLine]>,
    /// Where the metrics of this process are read.
    pub metrics: Option<PrometheusHandle>,
    /// The certificate of the authority behind https, as PEM; `None` where only http is served.
    pub authority: Option<Arc<str>>,
}

impl Plane {
    /// A plane over `site` that anybody may use.
    pub fn over(site: Arc<Site>) -> Self {
        let webhooks = Webhooks::over(Arc::clone(&site), Policy::default());
        Self { site, webhooks, guard: None, config: Arc::new([]), metrics: None, authority: None }
    }

    fn vendor(&self, name: &str) -> Result<&dyn Vendor, Refusal> {
        let known = || self.site.vendors().map(|vendor| vendor.name());
        self.site.vendor(name).ok_or_else(|| Refusal::no_such("vendor", name, known()))
    }

    /// Refuses the name of a vendor or of an operation that nobody has.
    fn check_operation(&self, vendor: Option<&str>, operation: Option<&str>) -> Result<(), Refusal> {
        let vendors: Vec<&dyn Vendor> = match vendor {
            Some(name) => vec![self.vendor(name)?],
            None => self.site.vendors().collect(),
        };
        let Some(operation) = operation else { return Ok(()) };
        let known: Vec<&str> =
            vendors.iter().flat_map(|vendor| vendor.operations()).map(|operation| operation.id).collect();
        if known.contains(&operation) {
            return Ok(());
        }
        Err(Refusal::no_such("operation", operation, known.into_iter()))
    }

    /// A tenant that is there already.
    fn tenant(&self, name: &str) -> Result<Arc<Tenant>, Refusal> {
        self.site.tenants().get(name).ok_or_else(|| self.no_such_tenant(name))
    }

    fn no_such_tenant(&self, name: &str) -> Refusal {
        let all = self.site.tenants().all();
        Refusal::no_such("tenant", name, all.iter().map(|tenant| &**tenant.name()))
    }
}
