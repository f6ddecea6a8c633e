//! What each collection endpoint offers: a row per path of the vendor's filter and sorter texts.
//!
//! Source: the descriptions of `filters`, `sorters` and `limit` in SailPoint's OpenAPI files. Families that offer more than
//! the rest have an [`Addition`]; whether a family publishes a path at all is decided elsewhere.

use super::Operator::{self, Contains, Eq, Ge, Gt, In, IsNull, Le, Lt, Ne, StartsWith};
use super::{Addition, Field, Kind, Listing};
use crate::vendors::sailpoint::families::Family;

const fn text(name: &'static str, ops: &'static [Operator]) -> Field {
    Field { name, ops, kind: Kind::Text }
}

const fn instant(name: &'static str, ops: &'static [Operator]) -> Field {
    Field { name, ops, kind: Kind::Instant }
}

const fn flag(name: &'static str, ops: &'static [Operator]) -> Field {
    Field { name, ops, kind: Kind::Bool }
}

/// A collection that is paged but neither filtered nor sorted, such as `GET /work-items`.
pub const UNFILTERED: Listing =
    Listing { filterable: &[], sortable: &[], max_limit: 250, additions: &[], without_not: &[] };

/// `GET /access-request-approvals/pending`
///
/// One table for all families: what beta leaves out is harmless there.
pub const PENDING_APPROVALS: Listing = Listing {
    filterable: &[
        text("id", &[Eq, In]),
        text("requestedFor.id", &[Eq, In]),
        instant("modified", &[Gt, Lt, Ge, Le, Eq, In]),
        text("accessRequestId", &[Eq, In]),
        instant("created", &[Gt, Lt, Ge, Le, Eq, In]),
    ],
    sortable: &["created", "modified"],
    ..UNFILTERED
};

/// `GET /access-request-approvals/completed`
pub const COMPLETED_APPROVALS: Listing = Listing {
    filterable: &[
        text("id", &[Eq, In, Ge, Gt, Le, Lt, Ne, IsNull, StartsWith]),
        text("requestedFor.id", &[Eq, In, Ge, Gt, Le, Lt, Ne, IsNull, StartsWith]),
        instant("modified", &[Gt, Lt, Ge, Le, Eq, In, Ne, StartsWith]),
    ],
    sortable: &["created", "modified"],
    ..UNFILTERED
};

/// `GET /access-request-status`
///
/// One table for all families: an announcement asks for `accessRequestId in (…)` where the newer text lists only `eq`.
pub const ACCESS_REQUEST_STATUS: Listing = Listing {
    filterable: &[
        text("accessRequestId", &[Eq, Ge, Gt, Le, Lt, Ne, In, StartsWith]),
        text("accountActivityItemId", &[Eq, In, Ge, Gt, Le, Ne, StartsWith]),
        instant("created", &[Eq, Ge, Gt, Le, Lt, Ne]),
    ],
    sortable: &["created", "modified", "accountActivityItemId", "name"],
    ..UNFILTERED
};

/// `GET /access-request-administration`
pub const ACCESS_REQUEST_ADMINISTRATION: Listing = Listing {
    filterable: &[
        text("accountActivityItemId", &[Eq, In, Ge, Gt, Le, Lt, Ne, IsNull, StartsWith]),
        text("accessRequestId", &[In, Eq, Ne, Ge, Gt, Le, Lt, StartsWith]),
        text("status", &[In, Eq, Ne]),
        instant("created", &[Eq, In, Ge, Gt, Le, Lt, Ne, IsNull, StartsWith]),
    ],
    sortable: &["created", "modified", "accountActivityItemId", "name", "accessRequestId"],
    ..UNFILTERED
};

/// `GET /requestable-objects`
pub const REQUESTABLE_OBJECTS: Listing = Listing {
    filterable: &[text("id", &[Eq, In]), text("name", &[Eq, In, StartsWith])],
    sortable: &["name"],
    ..UNFILTERED
};

/// `GET /account-activities`
pub const ACCOUNT_ACTIVITIES: Listing = Listing {
    filterable: &[
        text("type", &[Eq, In, Ge, Le, Lt, Ne, IsNull, StartsWith]),
        instant("created", &[Gt, Lt, Ge, Le, Eq, In, Ne, IsNull, StartsWith]),
        instant("modified", &[Gt, Lt, Ge, Le, Eq, In, Ne, IsNull, StartsWith]),
    ],
    sortable: &["type", "created", "modified"],
    additions: &[Addition { families: &[Family::Beta], filterable: &[text("type", &[Gt])], sortable: &[] }],
    ..UNFILTERED
};

/// `GET /identities`
pub const IDENTITIES: Listing = Listing {
    filterable: &[
        text("id", &[Eq, In]),
        text("name", &[Eq, StartsWith]),
        text("alias", &[Eq, StartsWith]),
        text("firstname", &[Eq, StartsWith]),
        text("lastname", &[Eq, StartsWith]),
        text("email", &[Eq, StartsWith]),
        text("cloudStatus", &[Eq]),
        text("processingState", &[Eq]),
        flag("correlated", &[Eq]),
        flag("protected", &[Eq]),
    ],
    sortable: &["name", "alias", "cloudStatus"],
    ..UNFILTERED
};

/// `GET /public-identities`
pub const PUBLIC_IDENTITIES: Listing = Listing {
    filterable: &[
        text("id", &[Eq, In]),
        text("alias", &[Eq, StartsWith]),
        text("email", &[Eq, StartsWith]),
        text("firstname", &[Eq, StartsWith]),
        text("lastname", &[Eq, StartsWith]),
    ],
    sortable: &["name"],
    ..UNFILTERED
};

/// `GET /accounts`
pub const ACCOUNTS: Listing = Listing {
    filterable: &[
        text("id", &[Eq, In, StartsWith]),
        text("identityId", &[Eq, In, StartsWith]),
        text("name", &[Eq, In, StartsWith]),
        text("nativeIdentity", &[Eq, In, StartsWith]),
        flag("hasEntitlements", &[Eq]),
        text("sourceId", &[Eq, In, StartsWith]),
        flag("uncorrelated", &[Eq]),
        text("entitlements", &[Eq]),
        text("origin", &[Eq, In]),
        flag("manuallyCorrelated", &[Eq]),
        text("identity.name", &[Eq, In, StartsWith]),
        flag("identity.correlated", &[Eq]),
        text("identity.identityState", &[Eq, In]),
        text("source.displayableName", &[Eq, In]),
        flag("source.authoritative", &[Eq]),
        text("source.connectionType", &[Eq, In]),
        text("recommendation.method", &[Eq, In, IsNull]),
        instant("created", &[Eq, Ge, Gt, Le]),
        instant("modified", &[Eq, Ge, Gt, Le, Lt]),
    ],
    sortable: &[
        "id",
        "name",
        "created",
        "modified",
        "sourceId",
        "identityId",
        "nativeIdentity",
        "uuid",
        "manuallyCorrelated",
        "entitlements",
        "origin",
        "identity.name",
        "identity.identityState",
        "identity.correlated",
        "source.displayableName",
        "source.authoritative",
        "source.connectionType",
    ],
    additions: &[
        Addition {
            families: &[Family::V2025],
            filterable: &[text("recommendation.type", &[Eq, In, IsNull])],
            sortable: &[],
        },
        Addition {
            families: &[Family::V3, Family::V2024, Family::V2025, Family::V2026, Family::Service],
            filterable: &[instant("created", &[Lt])],
            sortable: &[],
        },
        Addition { families: &[Family::Beta], filterable: &[], sortable: &["hasEntitlements", "sourceOwner.name"] },
    ],
    ..UNFILTERED
};

/// `GET /entitlements`
pub const ENTITLEMENTS: Listing = Listing {
    filterable: &[
        text("id", &[Eq, In]),
        text("name", &[Eq, In, StartsWith]),
        text("type", &[Eq, In]),
        text("attribute", &[Eq, In]),
        text("value", &[Eq, In, StartsWith]),
        text("source.id", &[Eq, In]),
        flag("requestable", &[Eq]),
        instant("created", &[Gt, Lt, Ge, Le]),
        instant("modified", &[Gt, Lt, Ge, Le]),
        text("owner.id", &[Eq, In]),
    ],
    sortable: &["id", "name", "created", "modified", "type", "attribute", "value", "source.id", "requestable"],
    additions: &[Addition {
        families: &[Family::V2026, Family::Service],
        filterable: &[text("tags", &[Eq]), text("privilegeLevel.direct", &[Eq])],
        sortable: &[],
    }],
    ..UNFILTERED
};

/// `GET /access-profiles`
pub const ACCESS_PROFILES: Listing = Listing {
    filterable: &[
        text("id", &[Eq, In]),
        text("name", &[Eq, StartsWith]),
        instant("created", &[Gt, Ge, Le]),
        instant("modified", &[Gt, Lt, Ge, Le]),
        text("owner.id", &[Eq, In]),
        flag("requestable", &[Eq]),
        text("source.id", &[Eq, In]),
    ],
    sortable: &["name", "created", "modified"],
    without_not: &[Family::V3, Family::V2024, Family::V2025, Family::V2026, Family::Service],
    ..UNFILTERED
};

/// `GET /access-profiles/{id}/entitlements`
pub const ACCESS_PROFILE_ENTITLEMENTS: Listing = Listing {
    filterable: &[
        text("id", &[Eq, In]),
        text("name", &[Eq, StartsWith]),
        text("attribute", &[Eq, StartsWith]),
        text("value", &[Eq, StartsWith]),
        instant("created", &[Gt, Lt, Ge, Le]),
        instant("modified", &[Gt, Lt, Ge, Le]),
        text("owner.id", &[Eq, In]),
        text("source.id", &[Eq, In]),
    ],
    sortable: &["name", "attribute", "value", "created", "modified"],
    ..UNFILTERED
};

/// `GET /roles`
pub const ROLES: Listing = Listing {
    filterable: &[
        text("id", &[Eq, In]),
        text("name", &[Eq, StartsWith]),
        instant("created", &[Gt, Ge, Le]),
        instant("modified", &[Lt, Ge, Le]),
        text("owner.id", &[Eq, In]),
        flag("requestable", &[Eq]),
        flag("dimensional", &[Eq]),
    ],
    sortable: &["name", "created", "modified"],
    max_limit: 50,
    ..UNFILTERED
};

/// `GET /roles/{id}/assigned-identities`
pub const ROLE_ASSIGNED_IDENTITIES: Listing = Listing {
    filterable: &[
        text("id", &[Eq, In]),
        text("aliasName", &[Eq, StartsWith]),
        text("email", &[Eq, StartsWith]),
        text("name", &[Eq, StartsWith, Contains]),
    ],
    sortable: &["id", "name", "aliasName", "email"],
    ..UNFILTERED
};

/// `GET /source-apps`
pub const SOURCE_APPS: Listing = Listing {
    filterable: &[
        text("id", &[Eq, In]),
        text("name", &[Eq, In, Contains, StartsWith]),
        instant("created", &[Gt, Lt, Ge, Le]),
        instant("modified", &[Gt, Lt, Ge, Le]),
        text("accountSource.id", &[Eq, In]),
    ],
    sortable: &["id", "name", "created", "modified", "owner.id", "accountSource.id"],
    ..UNFILTERED
};

/// `GET /source-apps/assigned`
pub const ASSIGNED_SOURCE_APPS: Listing = Listing {
    filterable: &[
        text("id", &[Eq, In]),
        text("name", &[Eq, In, Contains, StartsWith]),
        instant("created", &[Gt, Lt, Ge, Le]),
        instant("modified", &[Gt, Lt, Ge, Le]),
        text("accountSource.id", &[Eq, In]),
    ],
    sortable: &["id", "name", "created", "modified", "accountSource.id"],
    ..UNFILTERED
};

/// `GET /source-apps/all`
pub const ALL_SOURCE_APPS: Listing = Listing {
    filterable: &[
        text("id", &[Eq, In]),
        text("name", &[Eq, In, Contains, StartsWith]),
        instant("created", &[Gt, Lt, Ge, Le]),
        instant("modified", &[Gt, Ge, Le]),
        text("owner.id", &[Eq, In]),
        flag("enabled", &[Eq]),
    ],
    sortable: &["id", "name", "created", "modified", "owner.id", "accountSource.id"],
    ..UNFILTERED
};

/// `GET /source-apps/{id}/access-profiles`
pub const SOURCE_APP_ACCESS_PROFILES: Listing = Listing {
    filterable: &[
        text("id", &[Eq, In]),
        text("name", &[Eq, In]),
        instant("created", &[Gt, Lt, Ge, Le]),
        instant("modified", &[Gt, Lt, Ge, Le]),
    ],
    ..UNFILTERED
};

/// `GET /workgroups`
pub const WORKGROUPS: Listing = Listing {
    filterable: &[
        text("id", &[Eq, In, StartsWith]),
        text("name", &[Eq, StartsWith, In]),
        text("memberships.identityId", &[Eq, In]),
    ],
    sortable: &["name", "created", "modified", "id", "description"],
    ..UNFILTERED
};

/// `GET /workgroups/{workgroupId}/connections`
pub const WORKGROUP_CONNECTIONS: Listing =
    Listing { sortable: &["name", "created", "modified"], max_limit: 50, ..UNFILTERED };

/// `GET /workgroups/{workgroupId}/members`
pub const WORKGROUP_MEMBERS: Listing =
    Listing { sortable: &["name", "created", "modified"], max_limit: 50, ..UNFILTERED };

/// `GET /triggers`
pub const TRIGGERS: Listing =
    Listing { filterable: &[text("id", &[Eq, Ge, Le])], sortable: &["id", "name"], ..UNFILTERED };

/// `GET /trigger-subscriptions`
pub const TRIGGER_SUBSCRIPTIONS: Listing = Listing {
    filterable: &[text("id", &[Eq]), text("triggerId", &[Eq]), text("type", &[Eq, Le])],
    sortable: &["triggerId", "triggerName"],
    ..UNFILTERED
};

/// `GET /trigger-invocations/status`
pub const TRIGGER_INVOCATIONS: Listing = Listing {
    filterable: &[text("triggerId", &[Eq]), text("subscriptionId", &[Eq])],
    sortable: &["triggerId", "subscriptionName", "created", "completed"],
    ..UNFILTERED
};

/// `GET /oauth-clients`
pub const OAUTH_CLIENTS: Listing = Listing { filterable: &[instant("lastUsed", &[Le, IsNull])], ..UNFILTERED };

/// `GET /personal-access-tokens`
pub const PERSONAL_ACCESS_TOKENS: Listing = Listing { filterable: &[instant("lastUsed", &[Le, IsNull])], ..UNFILTERED };
