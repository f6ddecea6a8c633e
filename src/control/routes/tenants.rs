//! Tenants: make, fork, reset, forget, export, import.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::control::dto::{NewFork, NewTenant, Origin, TenantDto, TenantsDto, WhichWorld};
use crate::control::extract::{IMPORT_MAX, Json, Of, Path, Query, read};
use crate::control::routes::state::world_at;
use crate::control::stream::exported;
use crate::control::{Plane, Refusal};
use crate::http::served;
use crate::world::{Cause, Forgotten, SnapshotError, Tenant, World};

served!(Plane: list, create, show, forget, fork, reset, export, import);

/// Every tenant.
#[utoipa::path(get, path = "/_rolecall/tenants", tag = "tenants", operation_id = "listTenants",
    responses((status = 200, body = TenantsDto)))]
async fn list(State(plane): State<Plane>) -> Json<TenantsDto> {
    let tenants = plane.site.tenants().all();
    Json(TenantsDto { tenants: tenants.iter().map(|tenant| TenantDto::listed(tenant)).collect() })
}

/// Makes a tenant that stays until it is deleted.
#[utoipa::path(post, path = "/_rolecall/tenants", tag = "tenants", operation_id = "createTenant",
    request_body = NewTenant, responses((status = 201, body = TenantDto)))]
async fn create(State(plane): State<Plane>, Json(new): Json<NewTenant>) -> Result<Response, Refusal> {
    let world = match new.from {
        None => Arc::clone(plane.site.tenants().base()),
        Some(Origin { tenant: name, snapshot, revision }) => {
            let tenant = plane.tenant(&name)?;
            match tenant.look_if_known().await {
                Ok(_) => world_of(&tenant, snapshot, revision).await?,
                Err(Forgotten) => return Err(plane.no_such_tenant(&name)),
            }
        }
    };
    found(&plane, &new.name, world)
}

/// How a tenant stands.
#[utoipa::path(get, path = "/_rolecall/tenants/{tenant}", tag = "tenants", operation_id = "getTenant",
    responses((status = 200, body = TenantDto)))]
async fn show(Of(tenant): Of) -> Json<TenantDto> {
    Json(TenantDto::of(&tenant, &tenant.head()))
}

/// Forgets a tenant and everything about it.
#[utoipa::path(delete, path = "/_rolecall/tenants/{tenant}", tag = "tenants", operation_id = "deleteTenant",
    responses((status = 204)))]
async fn forget(State(plane): State<Plane>, Path(name): Path<String>) -> Result<StatusCode, Refusal> {
    plane.tenant(&name)?;
    let gone = plane.site.forget(&name);
    // Dropping a large world takes long.
    tokio::task::spawn_blocking(|| drop(gone));
    Ok(StatusCode::NO_CONTENT)
}

/// Makes another tenant that begins where this one stands.
#[utoipa::path(post, path = "/_rolecall/tenants/{tenant}/fork", tag = "tenants", operation_id = "forkTenant",
    request_body = NewFork, responses((status = 201, body = TenantDto)))]
async fn fork(State(plane): State<Plane>, Of(tenant): Of, Json(new): Json<NewFork>) -> Result<Response, Refusal> {
    found(&plane, &new.name, world_of(&tenant, new.snapshot, new.revision).await?)
}

/// Goes back to the world that the tenant began with.
#[utoipa::path(post, path = "/_rolecall/tenants/{tenant}/reset", tag = "tenants", operation_id = "resetTenant",
    responses((status = 200, body = TenantDto)))]
async fn reset(Of(tenant): Of) -> Json<TenantDto> {
    let world = tenant.reset().await;
    Json(TenantDto::of(&tenant, &tenant.met(world)))
}

/// The whole world as one JSON object.
#[utoipa::path(get, path = "/_rolecall/tenants/{tenant}/export", tag = "tenants", operation_id = "exportTenant",
    params(WhichWorld), responses((status = 200, body = Object)))]
async fn export(Of(tenant): Of, Query(query): Query<WhichWorld>) -> Result<Response, Refusal> {
    Ok(exported(world_of(&tenant, query.snapshot, query.revision).await?))
}

/// Puts an exported world in the place of the published one.
#[utoipa::path(post, path = "/_rolecall/tenants/{tenant}/import", tag = "tenants", operation_id = "importTenant",
    request_body = Object, responses((status = 200, body = TenantDto)))]
async fn import(State(plane): State<Plane>, Of(tenant): Of, request: Request) -> Result<Json<TenantDto>, Refusal> {
    let body = read(request, IMPORT_MAX).await?;
    let world = tokio::task::spawn_blocking(move || {
        let document = serde_json::from_slice(&body).map_err(|cause| Refusal::Malformed(cause.to_string()))?;
        let empty = plane.site.vendors().map(|vendor| vendor.empty()).collect();
        Ok::<_, Refusal>(World::import(document, empty)?)
    });
    let world = world.await.map_err(|_| Refusal::Broken)??;
    let world = tenant.replace(Arc::new(world), Cause::Operator("import")).await;
    Ok(Json(TenantDto::of(&tenant, &tenant.met(world))))
}

fn found(plane: &Plane, name: &str, world: Arc<World>) -> Result<Response, Refusal> {
    let tenant = plane.site.tenants().create(name, world)?;
    tenant.keep();
    Ok((StatusCode::CREATED, Json(TenantDto::of(&tenant, &tenant.head()))).into_response())
}

async fn world_of(tenant: &Tenant, snapshot: Option<String>, revision: Option<u64>) -> Result<Arc<World>, Refusal> {
    match (snapshot, revision) {
        (None, None) => Ok(tenant.look().await.standing()),
        (None, revision) => world_at(tenant, revision),
        (Some(_), Some(_)) => Err(Refusal::Malformed("a snapshot or a revision, not both".to_owned())),
        (Some(name), None) => match tenant.snapshots().remove(&name) {
            Some(world) => Ok(world),
            None => Err(SnapshotError::Unknown(name).into()),
        },
    }
}
