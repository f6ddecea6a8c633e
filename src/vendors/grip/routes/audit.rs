//! Row 27: the audit trail, the newest entry first.

use http::Method;

use super::{PAGE, view};
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::grip::auth::Caller;
use crate::vendors::grip::dto::AuditLog;
use crate::vendors::grip::error::ApiError;
use crate::vendors::grip::model::Environment;
use crate::vendors::grip::query::Query;
use crate::vendors::grip::reply::List;

/// The endpoint.
pub fn rows() -> Contents<()> {
    vec![
        Endpoint::new(Method::GET, "/public/audit-trail", "listAuditLogs", (), list)
            .doing("List the audit trail")
            .query(&PAGE)
            .answers_list::<AuditLog>(200),
    ]
}

async fn list(_: Caller, sim: Sim<Environment>, query: Query) -> Result<List<AuditLog>, ApiError> {
    let (paging, view) = (query.paging()?, view(&sim));
    let page = paging.cut(view.env.audit.iter().rev());
    Ok(List(page.map(|entry| view.audit(entry)), paging))
}
