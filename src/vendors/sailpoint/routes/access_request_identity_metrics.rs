//! `/access-request-identity-metrics/…`

use axum::Json;
use http::Method;

use super::access;
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::sailpoint::dto::{AccessRequestIdentityMetrics, View};
use crate::vendors::sailpoint::error::ApiError;
use crate::vendors::sailpoint::families::BETA_AND_YEARLY;
use crate::vendors::sailpoint::gate::Access;
use crate::vendors::sailpoint::model::{Object, ObjectKind, Org, UserLevel};
use crate::vendors::sailpoint::reply::{PathTexts, Query, read_id};

/// The endpoints.
pub fn rows() -> Contents<Access> {
    let scopes = &["idn:access-request-approvals:read", "idn:access-request-approvals:manage"];
    let levels = &[UserLevel::OrgAdmin, UserLevel::SourceAdmin];
    vec![
        Endpoint::new(
            Method::GET,
            "/access-request-identity-metrics/{identityId}/requested-objects/{requestedObjectId}/type/{type}",
            "getAccessRequestIdentityMetrics",
            access(BETA_AND_YEARLY, scopes, levels),
            get,
        )
        .doing("How far a requested object is spread among the reports of a manager")
        .answers::<AccessRequestIdentityMetrics>(200),
    ]
}

/// `GET /access-request-identity-metrics/{identityId}/requested-objects/{requestedObjectId}/type/{type}`
///
/// An unknown manager or object is no error: the counts say so.
pub async fn get(
    sim: Sim<Org>,
    query: Query,
    PathTexts((manager, object, kind)): PathTexts<(String, String, String)>,
) -> Result<Json<AccessRequestIdentityMetrics>, ApiError> {
    let kind = ObjectKind::from_word(&kind).ok_or_else(|| ApiError::bad_value("type"))?;
    let object = Object { kind, id: read_id(&object).ok_or_else(|| ApiError::bad_value("requestedObjectId"))? };
    Ok(Json(View::of(sim.world(), query.family).metrics(read_id(&manager), object)))
}
