//! Rows 17 to 21: the scan of one user, and the scans that are kept.

use http::Method;
use serde_json::Value;

use super::lists::list;
use super::{LIST, view};
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::pingone::dto::View;
use crate::vendors::pingone::error::ApiError;
use crate::vendors::pingone::gate::Who::{self, Administrator, User};
use crate::vendors::pingone::lifecycle::{DeleteScan, Fault, ScanUser, find_scan};
use crate::vendors::pingone::model::{Realm, Scan};
use crate::vendors::pingone::query::Params;
use crate::vendors::pingone::reply::{Document, Listing, Name, Reply};

/// The endpoints.
pub fn rows() -> Contents<Who> {
    vec![
        Endpoint::new(Method::POST, "/iga/governance/policy/user/{id}/scan", "scanUserById", User, scan_user)
            .doing("Scan one user, perhaps with what they would hold besides")
            .query(&["simulate"])
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::GET, "/iga/governance/policy/scan", "queryPolicyScans", Administrator, query)
            .doing("List scans")
            .query(&LIST)
            .answers::<Value>(200),
        Endpoint::new(Method::POST, "/iga/governance/policy/scan/search", "searchPolicyScans", Administrator, search)
            .doing("Search scans")
            .query(&LIST)
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::GET, "/iga/governance/policy/scan/{id}", "getPolicyScanById", Administrator, read)
            .doing("Read a scan")
            .answers::<Value>(200),
        Endpoint::new(
            Method::DELETE,
            "/iga/governance/policy/scan/{id}",
            "deletePolicyScanById",
            Administrator,
            delete,
        )
        .doing("Delete a scan")
        .answers::<Value>(200),
    ]
}

fn every(view: View<'_>) -> impl Iterator<Item = (View<'_>, &Scan)> {
    view.rows(view.realm.scans.iter())
}

/// 17.
async fn scan_user(
    sim: Sim<Realm>,
    Name(user): Name,
    params: Params,
    Document(body): Document,
) -> Result<Reply<Value>, ApiError> {
    let additional = match body.get("additionalAccess") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(additional)) => additional.clone(),
        Some(_) => return Err(Fault::type_of("additionalAccess", "an array").into()),
    };
    let rules = body.get("policyRuleFilter").filter(|node| !node.is_null()).cloned();
    let done = sim.apply(ScanUser { user, additional, rules, simulate: params.flag("simulate") }).await?;
    let (view, (scan, violated)) = (View::of(&done.after), done.output);
    let scan = view.realm.scans.get(&scan).ok_or(ApiError::Internal)?;
    Ok(Reply(view.user_scan(scan, &violated)))
}

/// 18.
async fn query(sim: Sim<Realm>, params: Params) -> Result<Listing, ApiError> {
    list(&params, None, every(view(&sim)))
}

/// 19.
async fn search(sim: Sim<Realm>, params: Params, Document(body): Document) -> Result<Listing, ApiError> {
    list(&params, Some(&body), every(view(&sim)))
}

/// 20.
async fn read(sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    let view = view(&sim);
    Ok(Reply(view.scan(find_scan(view.realm, &id)?)))
}

/// 21.
async fn delete(sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    let done = sim.apply(DeleteScan(id.clone())).await?;
    let view = View::of(&done.before);
    let deleted = find_scan(view.realm, &id)?;
    Ok(Reply(view.scan(deleted)))
}
