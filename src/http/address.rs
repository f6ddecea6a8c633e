//! Whose is a request?
//!
//! The vendor is found by `Host`, by the port it came in on, by `/{vendor}/…`, or by a first
//! segment that only one vendor owns, since several real clients keep only the host of a base URL.
//! The tenant is found by `Host`, by `/t/{tenant}/…`, by `X-Rolecall-Tenant`, or by the credential,
//! which only its vendor can read.

use std::borrow::Cow;

use http::request::Parts;
use http::{HeaderName, header};

use super::Vendor;
use super::mounted::Mounted;
use crate::world::is_tenant_name;

const TENANT_HEADER: HeaderName = HeaderName::from_static("x-rolecall-tenant");

/// In a request's extensions: it came in on a port that belongs to one vendor.
#[derive(Clone, Copy, Debug)]
pub struct Bound(pub &'static str);

/// Two vendors claim paths that could meet.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} owns `/{1}` and {2} owns `/{3}`: a path could be either's")]
pub struct Collision(&'static str, &'static str, &'static str, &'static str);

/// Whose a request is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found<'r> {
    pub vendor: usize,
    pub tenant: Option<Cow<'r, str>>,
    pub path: &'r str,
    /// Whether the host alone names tenant and vendor, as it does at the real service.
    pub by_host: bool,
}

pub(super) fn find<'r>(vendors: &[Mounted], parts: &'r Parts) -> Option<Found<'r>> {
    let path = parts.uri.path();
    if let Some(host) = host(parts) {
        let by_host = vendors.iter().enumerate().find_map(|(vendor, mounted)| {
            mounted.vendor.hosts().iter().find_map(|pattern| Some((vendor, tenant_in(host, pattern)?)))
        });
        if let Some((vendor, tenant)) = by_host {
            return Some(Found { vendor, tenant: Some(Cow::Borrowed(tenant)), path, by_host: true });
        }
    }
    let (in_path, rest) = match path.strip_prefix("/t/") {
        Some(rest) => match rest.find('/') {
            Some(end) => (Some(Cow::Borrowed(&rest[..end])), &rest[end..]),
            None => (Some(Cow::Borrowed(rest)), "/"),
        },
        None => (None, path),
    };
    let header = || parts.headers.get(TENANT_HEADER)?.to_str().ok().map(Cow::Borrowed);
    let tenant = in_path.or_else(header);
    let bare = rest.strip_prefix('/').unwrap_or(rest);
    for (vendor, mounted) in vendors.iter().enumerate() {
        if let Some(inside) =
            bare.strip_prefix(mounted.vendor.name()).filter(|rest| rest.is_empty() || rest.starts_with('/'))
        {
            let path = if inside.is_empty() { "/" } else { inside };
            return Some(Found { vendor, tenant, path, by_host: false });
        }
    }
    let bound = parts.extensions.get::<Bound>();
    let owner = vendors.iter().position(|mounted| match bound {
        Some(Bound(name)) => mounted.vendor.name() == *name,
        None => mounted.vendor.roots().iter().any(|root| starts_with_segments(bare, root)),
    });
    owner.map(|vendor| Found { vendor, tenant, path: rest, by_host: false })
}

/// Whether the paths of these vendors could never meet.
pub(super) fn check_apart(vendors: &[Box<dyn Vendor>]) -> Result<(), Collision> {
    let roots = |vendor: &dyn Vendor| (vendor.name(), vendor.roots());
    for (place, one) in vendors.iter().enumerate() {
        for other in &vendors[place + 1..] {
            check_roots(roots(&**one), roots(&**other))?;
        }
    }
    Ok(())
}

fn check_roots(
    (one, ones): (&'static str, &'static [&'static str]),
    (other, others): (&'static str, &'static [&'static str]),
) -> Result<(), Collision> {
    for mine in ones {
        for theirs in others {
            if starts_with_segments(mine, theirs) || starts_with_segments(theirs, mine) {
                return Err(Collision(one, mine, other, theirs));
            }
        }
    }
    Ok(())
}

/// Whether `path`, without its leading slash, begins with the segments of `root`.
fn starts_with_segments(path: &str, root: &str) -> bool {
    path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The host that was called.
pub(super) fn host(parts: &Parts) -> Option<&str> {
    let header = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    header.or_else(|| parts.uri.authority().map(|authority| authority.as_str()))
}

/// The tenant that `host` names when it fits `pattern`, such as `{tenant}.api.identitynow.com`.
fn tenant_in<'h>(host: &'h str, pattern: &str) -> Option<&'h str> {
    let host = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let rest = pattern.strip_prefix("{tenant}")?;
    let tenant = host.len().checked_sub(rest.len()).filter(|split| host.is_char_boundary(*split))?;
    let (tenant, ending) = host.split_at(tenant);
    (ending.eq_ignore_ascii_case(rest) && is_tenant_name(tenant) && !tenant.contains('.')).then_some(tenant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_pattern_gives_the_tenant() {
        const PATTERN: &str = "{tenant}.api.identitynow.com";
        assert_eq!(tenant_in("acme.api.identitynow.com", PATTERN), Some("acme"));
        assert_eq!(tenant_in("acme.API.identitynow.com:8443", PATTERN), Some("acme"));
        for other in ["api.identitynow.com", ".api.identitynow.com", "a.b.api.identitynow.com", "127.0.0.1:4420", "é"]
        {
            assert_eq!(tenant_in(other, PATTERN), None, "{other}");
        }
    }

    #[test]
    fn roots_meet_only_segment_by_segment() {
        let check = |one: &'static [&'static str], other: &'static [&'static str]| {
            check_roots(("one", one), ("other", other)).is_err()
        };
        assert!(check(&["v3"], &["v3"]));
        assert!(check(&["api"], &["api/v1"]));
        assert!(!check(&["api/v2"], &["api/v1"]));
        assert!(!check(&["access"], &["access-requests"]));
    }
}
