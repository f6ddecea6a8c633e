//! `/triggers`

use http::Method;

use super::{ADMIN, LIST, access};
use crate::http::{Contents, Endpoint};
use crate::vendors::sailpoint::dto::TriggerDto;
use crate::vendors::sailpoint::error::ApiError;
use crate::vendors::sailpoint::families::BETA_AND_YEARLY;
use crate::vendors::sailpoint::gate::Access;
use crate::vendors::sailpoint::model::Trigger;
use crate::vendors::sailpoint::query::listings;
use crate::vendors::sailpoint::reply::{List, Query};

/// The rows of the table of contents.
pub fn rows() -> Contents<Access> {
    let read = access(BETA_AND_YEARLY, &["sp:trigger-service-subscriptions:read"], ADMIN);
    vec![
        Endpoint::new(Method::GET, "/triggers", "listTriggers", read, list)
            .doing("List what can be subscribed to")
            .query(&LIST)
            .answers_list::<TriggerDto>(200),
    ]
}

/// `GET /triggers`
async fn list(query: Query) -> Result<List<TriggerDto>, ApiError> {
    let list = query.list(&listings::TRIGGERS)?;
    Ok(List(list.page(Trigger::ALL.into_iter().map(TriggerDto::of), |trigger| trigger.id)))
}
