//! Whatever a test is about: a refusal says of which kinds it is, and its vendor lists each of them.

use std::sync::Arc;

use http::request;
use http::response;
use rolecall::app::App;
use rolecall::http::{FrontDoor, Refused};

/// The vendor that is about to answer, unless the request prefers a fault.
pub fn asked(app: &App, parts: &request::Parts) -> Option<&'static str> {
    let (vendor, _) = FrontDoor::new(Arc::clone(app.site())).addressed(parts)?;
    (!parts.headers.contains_key("prefer")).then_some(vendor)
}

/// Checks what the vendor answered, unless a rule put it into its mouth.
pub fn check(app: &App, vendor: &str, parts: &response::Parts) {
    let is_refusal = parts.status.is_client_error() || parts.status.is_server_error();
    if !is_refusal || parts.headers.contains_key("x-rolecall-fault") {
        return;
    }
    let refused = parts.extensions.get::<Refused>().unwrap_or_else(|| panic!("{vendor}: {} of no kind", parts.status));
    let listed = app.site().vendor(vendor).unwrap().refusals();
    for kind in refused.kinds() {
        assert!(listed.contains(&kind), "{vendor} does not list `{kind}`");
    }
}
