//! The process itself: is it well, what does it emulate, how is it configured.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};

use crate::control::dto::Health;
use crate::control::extract::Json;
use crate::control::{Plane, Refusal};
use crate::http::served;

served!(Plane: health, ready, authority);

/// Where health is asked for; the answer needs no world.
pub(super) const HEALTH: &str = "/_rolecall/health";

/// It is well.
pub(super) fn well() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// The world does not stand yet.
pub(super) fn not_yet() -> impl IntoResponse {
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "1")], Json(Health { status: "starting" }))
}

/// Whether the process lives.
#[utoipa::path(get, path = "/_rolecall/health", tag = "about", operation_id = "health",
    responses((status = 200, body = Health)))]
async fn health() -> Json<Health> {
    well()
}

/// Whether the world stands; 503 until it does.
#[utoipa::path(get, path = "/_rolecall/ready", tag = "about", operation_id = "ready",
    responses((status = 200, body = Health), (status = 503, body = Health)))]
async fn ready() -> Json<Health> {
    Json(Health { status: "ready" })
}

/// The certificate of the authority behind https, for clients to trust; 404 where only http is served.
#[utoipa::path(get, path = "/_rolecall/tls/ca.pem", tag = "about", operation_id = "certificateAuthority",
    responses((status = 200, body = String, content_type = "application/x-pem-file")))]
async fn authority(State(plane): State<Plane>) -> Result<Response, Refusal> {
    let pem = plane.authority.ok_or(Refusal::NoTls)?;
    Ok(([(header::CONTENT_TYPE, "application/x-pem-file")], pem.to_string()).into_response())
}

pub(super) mod guarded {
    //! What only those may see who hold the token.

    use axum::extract::State;
    use axum::response::{IntoResponse, Response};
    use http::header;

    use crate::control::dto::{ConfigDto, VendorDto, VendorsDto};
    use crate::control::extract::{Json, Path};
    use crate::control::{DOCUMENT, Plane, Refusal};
    use crate::http::served;

    served!(Plane: own_document, vendor_document, vendors, config, metrics);

    /// This document.
    #[utoipa::path(get, path = "/_rolecall/openapi.json", tag = "about", operation_id = "controlDocument",
        responses((status = 200, body = Object)))]
    async fn own_document() -> Response {
        json_text(DOCUMENT)
    }

    /// A vendor's OpenAPI document: what is emulated.
    #[utoipa::path(get, path = "/_rolecall/openapi/{document}", tag = "about", operation_id = "vendorDocument",
        responses((status = 200, body = Object)))]
    async fn vendor_document(State(plane): State<Plane>, Path(file): Path<String>) -> Result<Response, Refusal> {
        let name = file.strip_suffix(".json").unwrap_or(&file);
        Ok(json_text(plane.vendor(name)?.document()))
    }

    /// The vendors: operations, lifecycles and hops.
    #[utoipa::path(get, path = "/_rolecall/vendors", tag = "about", operation_id = "listVendors",
        responses((status = 200, body = VendorsDto)))]
    async fn vendors(State(plane): State<Plane>) -> Json<VendorsDto> {
        Json(VendorsDto { vendors: plane.site.vendors().map(VendorDto::of).collect() })
    }

    /// The effective configuration, and where each value comes from.
    #[utoipa::path(get, path = "/_rolecall/config", tag = "about", operation_id = "getConfig",
        responses((status = 200, body = ConfigDto)))]
    async fn config(State(plane): State<Plane>) -> Json<ConfigDto> {
        Json(ConfigDto { config: plane.config.to_vec() })
    }

    /// Counters and durations, as Prometheus reads them.
    #[utoipa::path(get, path = "/_rolecall/metrics", tag = "about", operation_id = "metrics",
        responses((status = 200, body = String, content_type = "text/plain")))]
    async fn metrics(State(plane): State<Plane>) -> Response {
        #[expect(clippy::cast_precision_loss, reason = "journals are bounded far below 2^53 bytes")]
        metrics::gauge!("rolecall_journal_bytes").set(plane.site.journal_bytes() as f64);
        let text = plane.metrics.map(|metrics| metrics.render()).unwrap_or_default();
        ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
    }

    fn json_text(text: &'static str) -> Response {
        ([(header::CONTENT_TYPE, "application/json")], text).into_response()
    }
}
