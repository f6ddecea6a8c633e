//! `/access-request-config`

use axum::Json;
use http::Method;

use super::{ADMIN, ANY, access};
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::sailpoint::dto::{AccessRequestConfig, AccessRequestConfigIn, View};
use crate::vendors::sailpoint::error::ApiError;
use crate::vendors::sailpoint::families::REQUEST_CONFIG;
use crate::vendors::sailpoint::gate::Access;
use crate::vendors::sailpoint::lifecycle::PutConfig;
use crate::vendors::sailpoint::model::Org;
use crate::vendors::sailpoint::reply::{Body, Query};

/// The endpoints.
pub fn rows() -> Contents<Access> {
    vec![
        Endpoint::new(
            Method::GET,
            "/access-request-config",
            "getAccessRequestConfig",
            access(REQUEST_CONFIG, &["idn:access-request-config:read"], ANY),
            get,
        )
        .doing("How access is requested")
        .answers::<AccessRequestConfig>(200),
        Endpoint::new(
            Method::PUT,
            "/access-request-config",
            "setAccessRequestConfig",
            access(REQUEST_CONFIG, &["idn:access-request-config:manage"], ADMIN),
            put,
        )
        .doing("Set how access is requested")
        .reads::<AccessRequestConfigIn>()
        .answers::<AccessRequestConfig>(200),
    ]
}

/// `GET /access-request-config`
pub async fn get(sim: Sim<Org>, query: Query) -> Json<AccessRequestConfig> {
    Json(View::of(sim.world(), query.family).request_config())
}

/// `PUT /access-request-config`
pub async fn put(
    sim: Sim<Org>,
    query: Query,
    Body(body): Body<AccessRequestConfigIn>,
) -> Result<Json<AccessRequestConfig>, ApiError> {
    let view = View::of(sim.world(), query.family);
    let done = sim.apply(PutConfig { edit: |config| view.read_request_config(body, config) }).await?;
    Ok(Json(View::of(&done.after, query.family).request_config()))
}
