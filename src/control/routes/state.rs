//! Worlds as they were: shown, compared, and gone back to.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::control::dto::{RevisionDto, RevisionsDto, TenantDto};
use crate::control::extract::{Json, Of, Query};
use crate::control::stream::exported;
use crate::control::{Plane, Refusal};
use crate::http::served;
use crate::world::{Cause, Tenant, World};

served!(Plane: revisions, state, diff, rewind);

/// Which world to show.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct When {
    /// The revision; the published one when absent.
    at: Option<u64>,
    /// One table alone, as `company/people` or `{vendor}/{table}`.
    table: Option<String>,
}

/// Which worlds to compare.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Between {
    /// The revision before.
    from: u64,
    /// The revision after; the published one when absent.
    to: Option<u64>,
}

/// Where to go back to: one of the two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Rewind {
    /// A revision.
    #[serde(default)]
    to: Option<u64>,
    /// How many revisions.
    #[serde(default)]
    by: Option<u64>,
}

/// The revisions that are remembered, the oldest first, each with what made it.
#[utoipa::path(get, path = "/_rolecall/tenants/{tenant}/revisions", tag = "state", operation_id = "listRevisions",
    responses((status = 200, body = RevisionsDto)))]
async fn revisions(State(plane): State<Plane>, Of(tenant): Of) -> Json<RevisionsDto> {
    let entries = plane.site.entries(&tenant);
    let made = entries.iter().flat_map(|entry| {
        let commands = entry.exchange.commands.iter().filter(|command| !command.refused);
        commands.map(move |command| (command.after, (entry.exchange.number, entry.operation)))
    });
    let made: BTreeMap<u64, (u64, Option<&'static str>)> = made.collect();
    let commits = tenant.commits();
    let line = |commit| RevisionDto::of(commit, made.get(&commit.revision).copied());
    Json(RevisionsDto { revisions: commits.iter().map(|commit| line(&**commit)).collect() })
}

/// The whole world at a revision, as exports have it; or one table of it.
#[utoipa::path(get, path = "/_rolecall/tenants/{tenant}/state", tag = "state", operation_id = "getState",
    params(When), responses((status = 200, body = Object)))]
async fn state(Of(tenant): Of, Query(when): Query<When>) -> Result<Response, Refusal> {
    let world = world_at(&tenant, when.at)?;
    let Some(wanted) = when.table else { return Ok(exported(world)) };
    let rows = tokio::task::spawn_blocking(move || rows_of(&world, &wanted));
    Ok(Json(rows.await.map_err(|_| Refusal::Broken)??).into_response())
}

/// What changed between two revisions, row by row.
#[utoipa::path(get, path = "/_rolecall/tenants/{tenant}/diff", tag = "state", operation_id = "diffStates",
    params(Between), responses((status = 200, body = Object)))]
async fn diff(Of(tenant): Of, Query(between): Query<Between>) -> Result<Response, Refusal> {
    let (from, to) = (world_at(&tenant, Some(between.from))?, world_at(&tenant, between.to)?);
    let diff = tokio::task::spawn_blocking(move || to.diff(&from));
    Ok(Json(diff.await.map_err(|_| Refusal::Broken)?).into_response())
}

/// Goes back to a revision: what was published then is published again, as a new revision.
#[utoipa::path(post, path = "/_rolecall/tenants/{tenant}/rewind", tag = "state", operation_id = "rewindTenant",
    request_body = Rewind, responses((status = 200, body = TenantDto)))]
async fn rewind(Of(tenant): Of, Json(rewind): Json<Rewind>) -> Result<Json<TenantDto>, Refusal> {
    let revision = match (rewind.to, rewind.by) {
        (Some(to), None) => to,
        (None, Some(by)) => {
            let head = tenant.look().await.world.revision();
            head.checked_sub(by).ok_or_else(|| Refusal::Malformed(format!("there are only {head} revisions")))?
        }
        _ => return Err(Refusal::Malformed("say `to` which revision, or `by` how many".to_owned())),
    };
    let world = world_at(&tenant, Some(revision))?;
    let world = tenant.replace(world, Cause::Operator("rewind")).await;
    Ok(Json(TenantDto::of(&tenant, &tenant.met(world))))
}

/// The world of a revision; the published one for none.
pub(super) fn world_at(tenant: &Tenant, revision: Option<u64>) -> Result<Arc<World>, Refusal> {
    let Some(revision) = revision else { return Ok(tenant.head().standing()) };
    tenant.at(revision).map_err(|oldest| {
        let newest = tenant.read().revision();
        let what = format!("{revision}; those from {oldest} to {newest} are remembered");
        Refusal::NoSuch("revision", what, None)
    })
}

fn rows_of(world: &World, wanted: &str) -> Result<Vec<Value>, Refusal> {
    let company = world.company().tables().into_iter().map(|table| ("company", table));
    let estates =
        world.estates().flat_map(|(vendor, estate)| estate.tables().into_iter().map(move |one| (vendor, one)));
    let tables: Vec<_> =
        company.chain(estates).map(|(owner, table)| (format!("{owner}/{}", table.name()), table)).collect();
    match tables.iter().find(|(name, _)| name == wanted) {
        Some((_, table)) => Ok(table.export().collect()),
        None => Err(Refusal::no_such("table", wanted, tables.iter().map(|(name, _)| name.as_str()))),
    }
}
