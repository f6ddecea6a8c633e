//! A vendor in its place at the rim, with what is made of it once and kept.

use std::sync::OnceLock;

use axum::Router;
use http::Method;
use http::request::Parts;

use super::credentials::Known;
use super::faults::{self, Faults, Strike};
use super::meters::Meters;
use super::{Operations, Vendor};
use crate::world::{Head, Tenant};

/// A vendor and what is made of it when it is first wanted.
pub(super) struct Mounted {
    pub vendor: Box<dyn Vendor>,
    router: OnceLock<Router>,
    operations: OnceLock<Operations<&'static str>>,
    meters: OnceLock<Meters>,
    pub credentials: Known,
}

impl From<Box<dyn Vendor>> for Mounted {
    fn from(vendor: Box<dyn Vendor>) -> Self {
        Self {
            vendor,
            router: OnceLock::new(),
            operations: OnceLock::new(),
            meters: OnceLock::new(),
            credentials: Known::default(),
        }
    }
}

impl Mounted {
    pub fn router(&self) -> Router {
        self.router.get_or_init(|| self.vendor.routes()).clone()
    }

    /// Looked up once, when the first answer goes out: whoever listens does so by then.
    pub fn meters(&self) -> &Meters {
        self.meters.get_or_init(|| Meters::of(self.vendor.name()))
    }

    /// What a request meets. Where there are rules, it meets the tenant anew when it is its turn to be struck.
    pub async fn strike(
        &self,
        faults: &Faults,
        tenant: &Tenant,
        head: &mut Head,
        parts: &Parts,
        path: &str,
        routed: &str,
    ) -> Result<Option<Strike>, String> {
        if !faults.is_any() {
            return faults::met(None, &parts.headers);
        }
        // Where moments are given out they are the order.
        let _in_order = if tenant.is_led() { None } else { Some(faults.in_order().await) };
        *head = tenant.look().await;
        let ruled = faults.ruled(&faults::Asked {
            vendor: self.vendor.name(),
            operation: self.operations().find(&parts.method, routed).copied(),
            method: &parts.method,
            path,
            caller: &|| self.vendor.caller(&parts.headers, tenant, head),
            hour: head.hour,
            wall: tenant.now(),
        });
        faults::met(ruled, &parts.headers)
    }

    pub fn operations(&self) -> &Operations<&'static str> {
        self.operations.get_or_init(|| {
            let named = self.vendor.operations().into_iter();
            Operations::new(named.filter_map(|operation| {
                Some((Method::from_bytes(operation.method.as_bytes()).ok()?, operation.path, operation.id))
            }))
        })
    }
}
