//! `/iga/governance/search`: how many of what there are, as dashboards ask (contract, 9.1). What is answered beside `total`
//! and `aggregation`, which the vendor's pages read, is [assumed].

use std::collections::BTreeMap;

use http::Method;
use serde_json::{Map, Value, json};

use super::lists::asked;
use super::view;
use crate::http::{Contents, Endpoint, Sim};
use crate::query::{Case, Row, Value as Shown};
use crate::vendors::pingone::dto::{Listable, View};
use crate::vendors::pingone::error::ApiError;
use crate::vendors::pingone::gate::Who;
use crate::vendors::pingone::lifecycle::Fault;
use crate::vendors::pingone::lifecycle::rights::By;
use crate::vendors::pingone::model::Realm;
use crate::vendors::pingone::query::Params;
use crate::vendors::pingone::reply::{Document, Reply};

/// The endpoints.
pub fn rows() -> Contents<Who> {
    let path = "/iga/governance/search";
    vec![
        Endpoint::new(Method::POST, path, "searchGovernance", Who::Administrator, search)
            .doing("Count entities, all in all and by the values of their fields")
            .reads::<Value>()
            .answers::<Value>(200),
    ]
}

/// Every entity of a kind, by the last part of its path.
fn entities(view: View<'_>, kind: &str) -> Option<Vec<Value>> {
    let realm = view.realm;
    Some(match kind {
        "certification" => view.rows(realm.campaigns.iter()).map(|row| row.render()).collect(),
        "violation" => view.rows(realm.violations.iter()).map(|row| row.render()).collect(),
        "request" => realm.requests.iter().map(|row| (view, &**row, By::SYSTEM).render()).collect(),
        "policy" => view.rows(realm.policies.iter()).map(|row| row.render()).collect(),
        "policyRule" => view.rows(realm.rules.iter()).map(|row| row.render()).collect(),
        _ => return None,
    })
}

async fn search(sim: Sim<Realm>, Document(body): Document) -> Result<Reply<Value>, ApiError> {
    let view = view(&sim);
    let path = body.get("entityPath").and_then(Value::as_str).unwrap_or_default();
    let kind = path.rsplit('/').next().unwrap_or_default();
    let found = entities(view, kind).ok_or_else(|| Fault::NoEntity(path.to_owned()))?;
    let query = asked(&Params::default(), Some(&body))?;
    let found: Vec<Value> = found.into_iter().filter(|row| query.filter.holds(row, Case::Ignored)).collect();
    let fields = body.get("groupBy").and_then(Value::as_array).into_iter().flatten();
    let fields = fields.flat_map(|group| match group {
        Value::Array(fields) => fields.iter().filter_map(Value::as_str).collect(),
        field => field.as_str().into_iter().collect::<Vec<_>>(),
    });
    let aggregation: Map<String, Value> = fields.map(|field| (field.to_owned(), counted(&found, field))).collect();
    Ok(Reply(json!({"result": [], "total": found.len(), "aggregation": aggregation})))
}

/// How many rows show which text at a path.
fn counted(rows: &[Value], path: &str) -> Value {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows {
        row.visit(path, &mut |shown| {
            if let Shown::Text(text) = shown {
                *counts.entry(text.to_owned()).or_default() += 1;
            }
            false
        });
    }
    counts.into_iter().map(|(key, count)| json!({"key": key, "count": count})).collect()
}
