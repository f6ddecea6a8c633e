//! The six path families under which the same resources are published.
//!
//! Source: the vendor's OpenAPI documents, one per family. A path is folded into the resource
//! path and its family before routing; each endpoint states the families that publish it.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// One way of spelling a resource's path.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Family {
    /// `/v3/…`
    V3,
    /// `/beta/…`
    Beta,
    /// `/v2024/…`
    V2024,
    /// `/v2025/…`
    V2025,
    /// `/v2026/…`, and `/latest/…` as its alias (assumed).
    V2026,
    /// `/{service}/v1/…`
    Service,
    /// `/{service}/v2/…`
    ServiceV2,
}

impl Family {
    /// Whether the path names the service and its version, as clients of the second generation do.
    pub fn is_per_service(self) -> bool {
        matches!(self, Self::Service | Self::ServiceV2)
    }

    /// How its paths are spelled, with `*` for what differs.
    fn pattern(self) -> &'static str {
        match self {
            Self::V3 => "/v3/*",
            Self::Beta => "/beta/*",
            Self::V2024 => "/v2024/*",
            Self::V2025 => "/v2025/*",
            Self::V2026 => "/v2026/*",
            Self::Service => "/*/v1",
            Self::ServiceV2 => "/*/v2",
        }
    }

    fn prefixed(segment: &str) -> Option<Self> {
        Some(match segment {
            "v3" => Self::V3,
            "beta" => Self::Beta,
            "v2024" => Self::V2024,
            "v2025" => Self::V2025,
            "v2026" | "latest" => Self::V2026,
            _ => return None,
        })
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.pattern())
    }
}

/// How a family publishes an endpoint.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Without conditions.
    Stable,
    /// Behind the header `X-SailPoint-Experimental: true`.
    Experimental,
    /// With the answer header `X-Deprecated: true`.
    Deprecated,
}

/// Families with the standing that an endpoint has in each.
pub type Published = &'static [(Family, Standing)];

use Family::{Beta, Service, ServiceV2, V3, V2024, V2025, V2026};
use Standing::{Deprecated, Experimental, Stable};

/// Everywhere but in `/{service}/v2`.
pub const EVERYWHERE: Published =
    &[(V3, Stable), (Beta, Stable), (V2024, Stable), (V2025, Stable), (V2026, Stable), (Service, Stable)];
/// Everywhere; deprecated in beta.
pub const EVERYWHERE_BETA_DEPRECATED: Published =
    &[(V3, Stable), (Beta, Deprecated), (V2024, Stable), (V2025, Stable), (V2026, Stable), (Service, Stable)];
/// In the yearly families and per service.
pub const YEARLY: Published = &[(V2024, Stable), (V2025, Stable), (V2026, Stable), (Service, Stable)];
/// In the yearly families and per service, experimental in all.
pub const YEARLY_EXPERIMENTAL: Published =
    &[(V2024, Experimental), (V2025, Experimental), (V2026, Experimental), (Service, Experimental)];
/// In beta, the yearly families and per service.
pub const BETA_AND_YEARLY: Published =
    &[(Beta, Stable), (V2024, Stable), (V2025, Stable), (V2026, Stable), (Service, Stable)];
/// In beta; experimental in the yearly families and per service.
pub const BETA_THEN_EXPERIMENTAL: Published =
    &[(Beta, Stable), (V2024, Experimental), (V2025, Experimental), (V2026, Experimental), (Service, Experimental)];
/// In beta, the yearly families and per service, experimental in all.
pub const BETA_AND_YEARLY_EXPERIMENTAL: Published = &[
    (Beta, Experimental),
    (V2024, Experimental),
    (V2025, Experimental),
    (V2026, Experimental),
    (Service, Experimental),
];
/// In v3, the yearly families and per service.
pub const V3_AND_YEARLY: Published =
    &[(V3, Stable), (V2024, Stable), (V2025, Stable), (V2026, Stable), (Service, Stable)];
/// The request configuration: deprecated at its old address, and at home in `/{service}/v2`.
pub const REQUEST_CONFIG: Published = &[
    (V3, Deprecated),
    (Beta, Deprecated),
    (V2024, Deprecated),
    (V2025, Deprecated),
    (V2026, Experimental),
    (Service, Deprecated),
    (ServiceV2, Stable),
];
/// Outside all families: the token endpoints.
pub const UNVERSIONED: Published = &[];

/// The resource path of a raw path, and its family; no family for `/oauth/…` and for paths that
/// fit none. A trailing slash is dropped, as the vendor's own documents write some.
pub fn fold(path: &str) -> (Cow<'_, str>, Option<Family>) {
    let path = match path.strip_suffix('/') {
        Some("") | None => path,
        Some(trimmed) => trimmed,
    };
    let mut segments = path.splitn(4, '/').skip(1);
    let (first, second) = (segments.next().unwrap_or_default(), segments.next());
    if let Some(family) = Family::prefixed(first) {
        return (Cow::Borrowed(&path[1 + first.len()..]), Some(family));
    }
    let family = match second {
        Some("v1") => Family::Service,
        Some("v2") => Family::ServiceV2,
        _ => return (Cow::Borrowed(path), None),
    };
    let rest = &path[1 + first.len() + "/v1".len()..];
    (Cow::Owned(format!("/{first}{rest}")), Some(family))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_folds_into_the_resource_and_its_family() {
        let table = [
            ("/v3/access-request-approvals/pending", "/access-request-approvals/pending", Some(V3)),
            ("/beta/access-requests/close", "/access-requests/close", Some(Beta)),
            ("/latest/roles", "/roles", Some(V2026)),
            ("/access-request-approvals/v1/pending", "/access-request-approvals/pending", Some(Service)),
            ("/access-request-config/v2", "/access-request-config", Some(ServiceV2)),
            ("/identities/v1/a%2Fb", "/identities/a%2Fb", Some(Service)),
            ("/oauth/token", "/oauth/token", None),
            ("/roles/v1/", "/roles", Some(Service)),
            ("/roles", "/roles", None),
            ("/v3", "", Some(V3)),
            ("/", "/", None),
        ];
        for (raw, resource, family) in table {
            assert_eq!(fold(raw), (Cow::Borrowed(resource), family), "{raw}");
        }
    }
}
