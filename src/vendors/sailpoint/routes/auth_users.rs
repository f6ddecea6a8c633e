//! `/auth-users/…`

use axum::Json;
use http::Method;

use super::{ANY, access};
use crate::company::Person;
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::sailpoint::dto::{AuthUser, View};
use crate::vendors::sailpoint::error::ApiError;
use crate::vendors::sailpoint::families::V3_AND_YEARLY;
use crate::vendors::sailpoint::gate::Access;
use crate::vendors::sailpoint::model::Org;
use crate::vendors::sailpoint::reply::{PathId, Query};

/// The rows of the table of contents.
pub fn rows() -> Contents<Access> {
    let read = access(V3_AND_YEARLY, &["sp:auth-user:read"], ANY);
    vec![
        Endpoint::new(Method::GET, "/auth-users/{id}", "getAuthUser", read, get)
            .doing("Get what the sign-in service knows about an identity")
            .answers::<AuthUser>(200),
    ]
}

/// `GET /auth-users/{id}`
async fn get(sim: Sim<Org>, PathId(id): PathId<Person>, query: Query) -> Result<Json<AuthUser>, ApiError> {
    let view = View::of(sim.world(), query.family);
    let person = view.person(id).ok_or(ApiError::NotFound)?;
    Ok(Json(view.auth_user(sim.visit().tenant.name(), person)))
}
