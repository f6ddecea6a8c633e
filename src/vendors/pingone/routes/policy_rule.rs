//! Rows 9 to 16: rules.

use http::Method;
use serde_json::Value;

use super::lists::list;
use super::policy::options;
use super::{LIST, is_duplicate, view};
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::pingone::dto::View;
use crate::vendors::pingone::error::ApiError;
use crate::vendors::pingone::gate::Who::{self, Administrator, User};
use crate::vendors::pingone::lifecycle::{
    CreateRule, DeleteRule, DuplicateRule, Refusal, ReplaceRule, ScanRule, find_rule,
};
use crate::vendors::pingone::model::{Realm, Rule};
use crate::vendors::pingone::query::Params;
use crate::vendors::pingone::reply::{Created, Document, Listing, Name, Reply};
use crate::world::World;

/// The endpoints.
pub fn rows() -> Contents<Who> {
    vec![
        Endpoint::new(Method::GET, "/iga/governance/policy/rule", "queryPolicyRules", Administrator, query)
            .doing("List rules")
            .query(&LIST)
            .answers::<Value>(200),
        Endpoint::new(Method::POST, "/iga/governance/policy/rule", "actionPolicyRules", Administrator, create)
            .doing("Create or duplicate a rule")
            .query(&["_action"])
            .reads::<Value>()
            .answers::<Value>(201),
        Endpoint::new(Method::POST, "/iga/governance/policy/rule/search", "searchPolicyRules", User, search)
            .doing("Search rules")
            .query(&LIST)
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::GET, "/iga/governance/policy/rule/{id}", "getPolicyRuleById", Administrator, read)
            .doing("Read a rule")
            .query(&["resolveSchemas"])
            .answers::<Value>(200),
        Endpoint::new(Method::POST, "/iga/governance/policy/rule/{id}", "actionPolicyRuleById", Administrator, copy)
            .doing("Duplicate a rule")
            .query(&["_action"])
            .reads::<Value>()
            .answers::<Value>(201),
        Endpoint::new(Method::PUT, "/iga/governance/policy/rule/{id}", "putPolicyRuleById", Administrator, replace)
            .doing("Replace a rule")
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(
            Method::DELETE,
            "/iga/governance/policy/rule/{id}",
            "deletePolicyRuleById",
            Administrator,
            delete,
        )
        .doing("Delete a rule")
        .answers::<Value>(200),
        Endpoint::new(Method::POST, "/iga/governance/policy/rule/{id}/scan", "scanPolicyRuleById", Administrator, scan)
            .doing("Scan everybody by one rule")
            .query(&["simulate", "waitForCompletion"])
            .answers::<Value>(200),
    ]
}

fn every(view: View<'_>) -> impl Iterator<Item = (View<'_>, &Rule)> {
    view.rows(view.realm.rules.iter())
}

fn created(world: &World, id: Id<Rule>) -> Created<Value> {
    let realm: &Realm = world.estate();
    let created = realm.rules.get(&id).map(|rule| rule.document.clone());
    Created(created.unwrap_or_default().into())
}

/// 9.
async fn query(sim: Sim<Realm>, params: Params) -> Result<Listing, ApiError> {
    list(&params, None, every(view(&sim)))
}

/// 10.
async fn create(sim: Sim<Realm>, params: Params, Document(document): Document) -> Result<Created<Value>, ApiError> {
    let duplicate = is_duplicate(&params)?;
    let done = sim.apply(CreateRule { document, duplicate }).await?;
    Ok(created(&done.after, done.output))
}

/// 11.
async fn search(sim: Sim<Realm>, params: Params, Document(body): Document) -> Result<Listing, ApiError> {
    list(&params, Some(&body), every(view(&sim)))
}

/// 12.
async fn read(sim: Sim<Realm>, Name(id): Name, params: Params) -> Result<Reply<Value>, ApiError> {
    let view = view(&sim);
    Ok(Reply(view.rule(find_rule(view.realm, &id)?, params.flag("resolveSchemas"))))
}

/// 13.
async fn copy(sim: Sim<Realm>, Name(id): Name, params: Params) -> Result<Created<Value>, ApiError> {
    if !is_duplicate(&params)? {
        return Err(Refusal::UnknownAction("create".into()).into());
    }
    let done = sim.apply(DuplicateRule(id)).await?;
    Ok(created(&done.after, done.output))
}

/// 14.
async fn replace(sim: Sim<Realm>, Name(id): Name, Document(document): Document) -> Result<Reply<Value>, ApiError> {
    let done = sim.apply(ReplaceRule { id, document }).await?;
    Ok(Reply(done.output.into()))
}

/// 15.
async fn delete(sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    let done = sim.apply(DeleteRule(id.clone())).await?;
    let view = View::of(&done.before);
    let deleted = find_rule(view.realm, &id)?;
    Ok(Reply(view.rule(deleted, false)))
}

/// 16.
async fn scan(sim: Sim<Realm>, Name(id): Name, params: Params) -> Result<Reply<Value>, ApiError> {
    let done = sim.apply(ScanRule(id, options(&params))).await?;
    let view = View::of(&done.after);
    let scan = view.realm.scans.get(&done.output).ok_or(ApiError::Internal)?;
    Ok(Reply(view.scan(scan)))
}
