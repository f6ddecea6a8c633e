//! The table of contents: every endpoint in one row — method, path, name, right, shapes.
//!
//! Source of each row: section 15 of the contract. Rows and handlers live in the file named after
//! the first noun of their path.

mod access_review_templates;
mod access_reviews;
mod apps;
mod auth;
mod automations;
mod catalogs;
mod connectors;
mod directories;
mod iam;
mod not_emulated;
mod owned;
mod policies;
mod request_schemas;
mod search;
mod step_up;
mod step_up_page;
mod systemlog;
mod task;
mod tasks;
mod users;
mod webhooks;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::dto::View;
use super::dto::app_users::AppUserView;
use super::dto::entitlements::AppEntitlementView;
use super::dto::expanded::Object;
use super::error::ApiError;
use super::expand::{ExpandMask, Expander};
use super::gate::{Gate, Right, pass};
use super::query::entitlements;
use super::wire::{ListedWith, Paging, Reply};
use crate::company::Account;
use crate::http::Contents;

/// First segments that are ConductorOne's alone.
pub const ROOTS: &[&str] = &["api/v1", "api/v2", "auth/v1"];

/// Every endpoint, in the order of the contract.
pub fn contents() -> Contents<Right> {
    let nouns = [
        auth::rows(),
        apps::rows(),
        policies::rows(),
        search::rows(),
        task::rows(),
        tasks::rows(),
        users::rows(),
        iam::rows(),
        catalogs::rows(),
        request_schemas::rows(),
        automations::rows(),
        webhooks::rows(),
        step_up::rows(),
        step_up_page::rows(),
        access_reviews::rows(),
        access_review_templates::rows(),
        directories::rows(),
        connectors::rows(),
        systemlog::rows(),
    ];
    nouns.into_iter().flatten().collect()
}

/// The routes behind their gate.
pub fn router() -> Router {
    let mut contents = contents();
    contents.extend(not_emulated::rows());
    let gate = Gate::before(&contents);
    let router = contents.into_iter().fold(Router::new(), |router, row| row.route(router));
    let router = router.fallback(|| async { ApiError::NoPath });
    router.method_not_allowed_fallback(|| async { ApiError::MethodNotAllowed }).layer(from_fn_with_state(gate, pass))
}

/// What every list takes.
const PAGE: [&str; 2] = ["page_size", "page_token"];

/// A page of accounts.
fn app_user_page<K: Ord + Clone + Serialize + DeserializeOwned>(
    view: View<'_>,
    page: &Paging,
    rows: Vec<(K, Arc<Account>)>,
    mask: Option<&ExpandMask>,
) -> Result<Reply<ListedWith<AppUserView>>, ApiError> {
    let render = |object: &Object| view.object(object);
    let mut expand = Expander::new(mask, render);
    let page = page.cut(rows.into_iter(), |(place, _)| place.clone())?;
    let page = page.map(|(_, row)| view.app_user_view(&row, &mut expand));
    Ok(Reply(ListedWith::of(page, expand.finish())))
}

/// A page of entitlements.
fn entitlement_page(
    view: View<'_>,
    page: &Paging,
    rows: entitlements::Rows,
    mask: Option<&ExpandMask>,
) -> Result<Reply<ListedWith<AppEntitlementView>>, ApiError> {
    let render = |object: &Object| view.object(object);
    let mut expand = Expander::new(mask, render);
    let page = page.cut(rows.into_iter(), |(place, _)| place.clone())?;
    let page = page.map(|(_, row)| view.entitlement_view(&row, &mut expand));
    Ok(Reply(ListedWith::of(page, expand.finish())))
}
