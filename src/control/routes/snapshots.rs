//! Named worlds to come back to.

use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::control::dto::{NewSnapshot, SnapshotDto, SnapshotsDto, TenantDto};
use crate::control::extract::{Json, Of, Path};
use crate::control::{Plane, Refusal};
use crate::http::served;
use crate::world::is_tenant_name;

served!(Plane: list, take, restore, forget);

/// The snapshots of a tenant.
#[utoipa::path(get, path = "/_rolecall/tenants/{tenant}/snapshots", tag = "snapshots", operation_id = "listSnapshots",
    responses((status = 200, body = SnapshotsDto)))]
async fn list(Of(tenant): Of) -> Json<SnapshotsDto> {
    let snapshots = tenant.snapshots();
    Json(SnapshotsDto { snapshots: snapshots.iter().map(|(name, world)| SnapshotDto::of(name, world)).collect() })
}

/// Keeps the tenant's world under a name.
#[utoipa::path(post, path = "/_rolecall/tenants/{tenant}/snapshots", tag = "snapshots", operation_id = "takeSnapshot",
    request_body = NewSnapshot, responses((status = 201, body = SnapshotDto)))]
async fn take(Of(tenant): Of, Json(new): Json<NewSnapshot>) -> Result<Response, Refusal> {
    if !is_tenant_name(&new.name) {
        return Err(Refusal::Malformed(format!("`{}` cannot be the name of a snapshot", new.name)));
    }
    let world = tenant.snapshot(&new.name).await?;
    Ok((StatusCode::CREATED, Json(SnapshotDto::of(&new.name, &world))).into_response())
}

/// Goes back to a snapshot.
#[utoipa::path(post, path = "/_rolecall/tenants/{tenant}/snapshots/{snapshot}/restore", tag = "snapshots",
    operation_id = "restoreSnapshot", responses((status = 200, body = TenantDto)))]
async fn restore(Of(tenant): Of, Path((_, name)): Path<(String, String)>) -> Result<Json<TenantDto>, Refusal> {
    let world = tenant.restore(&name).await?;
    Ok(Json(TenantDto::of(&tenant, &tenant.met(world))))
}

/// Forgets a snapshot.
#[utoipa::path(delete, path = "/_rolecall/tenants/{tenant}/snapshots/{snapshot}", tag = "snapshots",
    operation_id = "deleteSnapshot", responses((status = 204)))]
async fn forget(Of(tenant): Of, Path((_, name)): Path<(String, String)>) -> Result<StatusCode, Refusal> {
    tenant.forget_snapshot(&name)?;
    Ok(StatusCode::NO_CONTENT)
}
