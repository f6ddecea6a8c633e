//! Rows 23 to 26: alerts, in both versions, the newest first.

use std::sync::Arc;

use http::Method;

use super::view;
use crate::http::{Contents, Endpoint, Sim};
use crate::query::Page;
use crate::vendors::grip::auth::Caller;
use crate::vendors::grip::dto::{AlertDto, AlertV2, View};
use crate::vendors::grip::error::ApiError;
use crate::vendors::grip::lifecycle::{Noun, Refusal};
use crate::vendors::grip::model::{Alert, Environment, Severity};
use crate::vendors::grip::query::{Paging, Query};
use crate::vendors::grip::reply::{List, Name, Reply};

const FILTERS: [&str; 7] =
    ["alert_severity", "alert_type", "category", "limit", "offset", "related_entity_id", "related_entity_type"];

/// The endpoints.
pub fn rows() -> Contents<()> {
    vec![
        Endpoint::new(Method::GET, "/public/alerts", "listAlerts", (), list)
            .doing("List alerts")
            .query(&FILTERS)
            .answers_list::<AlertDto>(200),
        Endpoint::new(Method::GET, "/public/alerts/{alert_readable_id}", "getAlert", (), get)
            .doing("Get an alert")
            .answers::<AlertDto>(200),
        Endpoint::new(Method::GET, "/public/v2/alerts", "listAlertsV2", (), list_v2)
            .doing("List alerts, with what the second version adds")
            .query(&FILTERS)
            .answers_list::<AlertV2>(200),
        Endpoint::new(Method::GET, "/public/v2/alerts/{alert_readable_id}", "getAlertV2", (), get_v2)
            .doing("Get an alert, with what the second version adds")
            .answers::<AlertV2>(200),
    ]
}

async fn list(_: Caller, sim: Sim<Environment>, query: Query) -> Result<List<AlertDto>, ApiError> {
    let view = view(&sim);
    let (page, paging) = page(&view, &query)?;
    let Page { items, total, more } = page;
    let items = items.iter().filter_map(|alert| view.alert(alert)).collect();
    Ok(List(Page { items, total, more }, paging))
}

async fn list_v2(_: Caller, sim: Sim<Environment>, query: Query) -> Result<List<AlertV2>, ApiError> {
    let view = view(&sim);
    let (page, paging) = page(&view, &query)?;
    let Page { items, total, more } = page;
    let items = items.iter().filter_map(|alert| view.alert_v2(alert)).collect();
    Ok(List(Page { items, total, more }, paging))
}

async fn get(_: Caller, sim: Sim<Environment>, Name(id): Name) -> Result<Reply<AlertDto>, ApiError> {
    let view = view(&sim);
    find(&view, &id).and_then(|alert| view.alert(alert)).map(Reply).ok_or_else(no_alert)
}

async fn get_v2(_: Caller, sim: Sim<Environment>, Name(id): Name) -> Result<Reply<AlertV2>, ApiError> {
    let view = view(&sim);
    find(&view, &id).and_then(|alert| view.alert_v2(alert)).map(Reply).ok_or_else(no_alert)
}

fn no_alert() -> ApiError {
    Refusal::NoSuch(Noun::Alert).into()
}

fn find<'w>(view: &View<'w>, id: &str) -> Option<&'w Arc<Alert>> {
    view.env.alerts.get(&id.parse().ok()?)
}

/// All filters must hold (contract, 8).
struct Filters {
    severity: Option<Severity>,
    kind: Option<String>,
    category: Option<String>,
    entity_id: Option<String>,
    entity_type: Option<String>,
}

impl Filters {
    fn hold(&self, view: &View<'_>, alert: &Alert) -> bool {
        let Some(policy) = view.env.policies.get(&alert.policy) else { return false };
        let entity = view.related(alert.entity);
        let texts = [
            (&self.kind, policy.kind.as_str()),
            (&self.category, policy.category.as_str()),
            (&self.entity_id, entity.id.as_str()),
            (&self.entity_type, entity.entity_type),
        ];
        self.severity.is_none_or(|severity| severity == alert.severity)
            && texts.iter().all(|(wanted, has)| wanted.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(has)))
    }
}

fn page<'w>(view: &View<'w>, query: &Query) -> Result<(Page<&'w Arc<Alert>>, Paging), ApiError> {
    let paging = query.paging()?;
    let filters = Filters {
        severity: query.severity()?,
        kind: query.given("alert_type"),
        category: query.given("category"),
        entity_id: query.given("related_entity_id"),
        entity_type: query.given("related_entity_type"),
    };
    let newest_first = view.env.alerts.iter().rev();
    Ok((paging.cut(newest_first.filter(|alert| filters.hold(view, alert))), paging))
}
