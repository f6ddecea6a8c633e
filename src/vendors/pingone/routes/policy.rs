//! Rows 1 to 8: policies.

use http::Method;
use serde_json::Value;

use super::lists::list;
use super::{LIST, is_duplicate, view};
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::pingone::dto::View;
use crate::vendors::pingone::error::ApiError;
use crate::vendors::pingone::gate::Who::{self, Administrator};
use crate::vendors::pingone::lifecycle::{
    CreatePolicy, DeletePolicy, ReplacePolicy, ScanOptions, ScanPolicy, find_policy,
};
use crate::vendors::pingone::model::{Policy, Realm};
use crate::vendors::pingone::query::Params;
use crate::vendors::pingone::reply::{Created, Document, Listing, Name, Reply};

/// The endpoints.
pub fn rows() -> Contents<Who> {
    vec![
        Endpoint::new(Method::GET, "/iga/governance/policy", "queryPolicies", Administrator, query)
            .doing("List policies")
            .query(&LIST)
            .answers::<Value>(200),
        Endpoint::new(Method::POST, "/iga/governance/policy", "actionPolicies", Administrator, create)
            .doing("Create or duplicate a policy")
            .query(&["_action"])
            .reads::<Value>()
            .answers::<Value>(201),
        Endpoint::new(Method::POST, "/iga/governance/policy/search", "searchPolicies", Administrator, search)
            .doing("Search policies")
            .query(&LIST)
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::GET, "/iga/governance/policy/{id}", "getPolicyById", Administrator, read)
            .doing("Read a policy")
            .answers::<Value>(200),
        Endpoint::new(Method::PUT, "/iga/governance/policy/{id}", "putPolicyById", Administrator, replace)
            .doing("Replace a policy")
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::DELETE, "/iga/governance/policy/{id}", "deletePolicyById", Administrator, delete)
            .doing("Delete a policy")
            .answers::<Value>(200),
        Endpoint::new(Method::POST, "/iga/governance/policy/{id}/scan", "scanPolicyById", Administrator, scan)
            .doing("Scan everybody by a policy's rules")
            .query(&["simulate", "waitForCompletion"])
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::GET, "/iga/governance/policy/{id}/rules", "getPolicyRules", Administrator, rules)
            .doing("List the rules of a policy")
            .query(&LIST)
            .answers::<Value>(200),
    ]
}

fn every(view: View<'_>) -> impl Iterator<Item = (View<'_>, &Policy)> {
    view.rows(view.realm.policies.iter())
}

/// 1.
async fn query(sim: Sim<Realm>, params: Params) -> Result<Listing, ApiError> {
    list(&params, None, every(view(&sim)))
}

/// 2.
async fn create(sim: Sim<Realm>, params: Params, Document(document): Document) -> Result<Created<Value>, ApiError> {
    let duplicate = is_duplicate(&params)?;
    let done = sim.apply(CreatePolicy { document, duplicate }).await?;
    let realm: &Realm = done.after.estate();
    let created = realm.policies.get(&done.output).map(|policy| policy.document.clone());
    Ok(Created(created.unwrap_or_default().into()))
}

/// 3.
async fn search(sim: Sim<Realm>, params: Params, Document(body): Document) -> Result<Listing, ApiError> {
    list(&params, Some(&body), every(view(&sim)))
}

/// 4.
async fn read(sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    let view = view(&sim);
    Ok(Reply(view.policy(find_policy(view.realm, &id)?)))
}

/// 5.
async fn replace(sim: Sim<Realm>, Name(id): Name, Document(document): Document) -> Result<Reply<Value>, ApiError> {
    let done = sim.apply(ReplacePolicy { id, document }).await?;
    Ok(Reply(done.output.into()))
}

/// 6.
async fn delete(sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    let done = sim.apply(DeletePolicy(id.clone())).await?;
    let view = View::of(&done.before);
    let deleted = find_policy(view.realm, &id)?;
    Ok(Reply(view.policy(deleted)))
}

/// 7.
async fn scan(sim: Sim<Realm>, Name(id): Name, params: Params) -> Result<Reply<Value>, ApiError> {
    let done = sim.apply(ScanPolicy(id, options(&params))).await?;
    let view = View::of(&done.after);
    let scan = view.realm.scans.get(&done.output).ok_or(ApiError::Internal)?;
    Ok(Reply(view.scan(scan)))
}

/// How a scan is to be carried out (contract, 5.2).
pub fn options(params: &Params) -> ScanOptions {
    ScanOptions { simulate: params.flag("simulate"), wait: params.flag("waitForCompletion") }
}

/// 8. Rules that exist no longer are left out.
async fn rules(sim: Sim<Realm>, Name(id): Name, params: Params) -> Result<Listing, ApiError> {
    let view = view(&sim);
    let policy = find_policy(view.realm, &id)?;
    let mut ids: Vec<_> = policy.rules().collect();
    ids.sort_unstable();
    ids.dedup();
    list(&params, None, view.rows(ids.iter().filter_map(|id| view.realm.rules.get(id))))
}
