//! The table of contents: every endpoint in one row — path, name, families, rights, shapes.
//!
//! Source of each row: section 6 of the contract, generated from the vendor's OpenAPI documents.
//! Rows and handlers live in the file named after the first segment of their path.

mod access_profiles;
mod access_request_approvals;
mod access_request_config;
mod access_request_identity_metrics;
mod access_request_status;
mod access_requests;
mod account_activities;
mod accounts;
mod auth_users;
mod entitlements;
mod identities;
mod oauth;
mod oauth_clients;
mod personal_access_tokens;
mod public_identities;
mod regarding;
mod requestable_objects;
mod roles;
mod source_apps;
mod tenant;
mod trigger_invocations;
mod trigger_subscriptions;
mod triggers;
mod work_items;
mod workgroups;

use std::sync::Arc;

use axum::middleware::from_fn_with_state;
use axum::{Extension, Router};

use super::error::ApiError;
use super::families::Published;
use super::gate::{Access, Gate, pass};
use super::model::UserLevel;
use super::renderings::Renderings;
use crate::http::Contents;

/// First segments that are SailPoint's alone: the path families, and each service's own name.
pub const ROOTS: &[&str] = &[
    "v3",
    "beta",
    "v2024",
    "v2025",
    "v2026",
    "latest",
    "oauth",
    "access-profiles/v1",
    "access-request-administration/v1",
    "access-request-approvals/v1",
    "access-request-config/v1",
    "access-request-config/v2",
    "access-request-identity-metrics/v1",
    "access-request-status/v1",
    "access-requests/v1",
    "account-activities/v1",
    "accounts/v1",
    "auth-users/v1",
    "entitlements/v1",
    "identities/v1",
    "oauth-clients/v1",
    "personal-access-tokens/v1",
    "public-identities/v1",
    "public-identities-config/v1",
    "requestable-objects/v1",
    "revocable-objects/v1",
    "roles/v1",
    "source-apps/v1",
    "tenant/v1",
    "trigger-invocations/v1",
    "trigger-subscriptions/v1",
    "triggers/v1",
    "work-items/v1",
    "workgroups/v1",
];

/// What the vendor says about an endpoint besides its shape.
const fn access(published: Published, scopes: &'static [&'static str], levels: &'static [UserLevel]) -> Access {
    Access { published, scopes, levels, anonymous: false }
}

/// What the vendor says about an endpoint that takes no token: something in the request proves the right to it.
const fn anonymous(published: Published) -> Access {
    Access { published, scopes: &[], levels: ANY, anonymous: true }
}

/// The standard collection parameters.
const LIST: [&str; 5] = ["limit", "offset", "count", "filters", "sorters"];
/// For organisation administrators.
const ADMIN: &[UserLevel] = &[UserLevel::OrgAdmin];
/// For everybody, bound by ownership rules.
const ANY: &[UserLevel] = &[];
/// The parameters of a page that is neither filtered nor sorted.
const PAGE: [&str; 3] = ["limit", "offset", "count"];
/// For those who look after roles.
const ROLE_LEVELS: &[UserLevel] = &[UserLevel::OrgAdmin, UserLevel::RoleAdmin, UserLevel::RoleSubadmin];
/// For those who look after sources.
const SOURCE_LEVELS: &[UserLevel] = &[UserLevel::OrgAdmin, UserLevel::SourceAdmin, UserLevel::SourceSubadmin];
/// For those who look after either.
const ACCESS_LEVELS: &[UserLevel] = &[
    UserLevel::OrgAdmin,
    UserLevel::RoleAdmin,
    UserLevel::RoleSubadmin,
    UserLevel::SourceAdmin,
    UserLevel::SourceSubadmin,
];

/// Every endpoint, in the order of the contract.
pub fn contents() -> Contents<Access> {
    let nouns = [
        oauth::rows(),
        access_request_approvals::rows(),
        access_requests::rows(),
        access_request_status::rows(),
        access_request_config::rows(),
        access_request_identity_metrics::rows(),
        requestable_objects::rows(),
        account_activities::rows(),
        work_items::rows(),
        identities::rows(),
        public_identities::rows(),
        auth_users::rows(),
        roles::rows(),
        access_profiles::rows(),
        entitlements::rows(),
        source_apps::rows(),
        workgroups::rows(),
        accounts::rows(),
        oauth_clients::rows(),
        personal_access_tokens::rows(),
        tenant::rows(),
        triggers::rows(),
        trigger_subscriptions::rows(),
        trigger_invocations::rows(),
    ];
    nouns.into_iter().flatten().collect()
}

/// The routes behind their gate.
pub fn router() -> Router {
    let contents = contents();
    let gate = Gate::before(&contents);
    let router = contents.into_iter().fold(Router::new(), |router, row| row.route(router));
    let router = router.fallback(|| async { ApiError::NotFound });
    router
        .method_not_allowed_fallback(|| async { ApiError::MethodNotAllowed })
        .layer(Extension(Arc::<Renderings>::default()))
        .layer(from_fn_with_state(gate, pass))
}
