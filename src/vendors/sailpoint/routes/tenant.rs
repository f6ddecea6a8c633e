//! `/tenant`

use axum::Json;
use http::Method;

use super::{ANY, access};
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::sailpoint::auth::tenant_id;
use crate::vendors::sailpoint::dto::{Tenant, View};
use crate::vendors::sailpoint::families::BETA_AND_YEARLY;
use crate::vendors::sailpoint::gate::Access;
use crate::vendors::sailpoint::model::Org;
use crate::vendors::sailpoint::reply::Query;

/// The rows of the table of contents.
pub fn rows() -> Contents<Access> {
    let read = access(BETA_AND_YEARLY, &["sp:tenant:read"], ANY);
    vec![
        Endpoint::new(Method::GET, "/tenant", "getTenant", read, get)
            .doing("Say which tenant this is")
            .answers::<Tenant>(200),
    ]
}

/// `GET /tenant`
async fn get(sim: Sim<Org>, query: Query) -> Json<Tenant> {
    let (name, base) = (sim.visit().tenant.name(), &sim.visit().base);
    Json(View::of(sim.world(), query.family).tenant(tenant_id(name), name, base))
}
