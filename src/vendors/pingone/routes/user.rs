//! Rows 22 and 31: the violations that are the caller's to decide.

use std::collections::BTreeSet;

use http::Method;
use serde_json::Value;

use super::lists::list;
use super::{LIST, by, view};
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::pingone::auth::Caller;
use crate::vendors::pingone::dto::{Shown, View};
use crate::vendors::pingone::error::ApiError;
use crate::vendors::pingone::gate::Who::{self, User};
use crate::vendors::pingone::model::{Realm, ViolationKey};
use crate::vendors::pingone::query::Params;
use crate::vendors::pingone::reply::{Document, Listing};

/// The endpoints.
pub fn rows() -> Contents<Who> {
    vec![
        Endpoint::new(Method::GET, "/iga/governance/user/violation", "queryUserViolations", User, query)
            .doing("List the caller's violations")
            .query(&LIST)
            .query(&["actorStatus"])
            .answers::<Value>(200),
        Endpoint::new(Method::POST, "/iga/governance/user/violation/search", "searchUserViolations", User, search)
            .doing("Search the caller's violations")
            .query(&LIST)
            .query(&["actorStatus"])
            .reads::<Value>()
            .answers::<Value>(200),
    ]
}

/// 22.
async fn query(caller: Caller, sim: Sim<Realm>, params: Params) -> Result<Listing, ApiError> {
    let view = view(&sim);
    list(&params, None, own(&view, &caller, &params).into_iter())
}

/// 31.
async fn search(
    caller: Caller,
    sim: Sim<Realm>,
    params: Params,
    Document(body): Document,
) -> Result<Listing, ApiError> {
    let view = view(&sim);
    list(&params, Some(&body), own(&view, &caller, &params).into_iter())
}

/// The violations in which the caller, or a role of theirs, may act, or could (contract, 3.4).
fn own(view: &View<'_>, caller: &Caller, params: &Params) -> Vec<Value> {
    let status: Vec<&str> = params.listed("actorStatus").collect();
    let is_asked = |word: &str| status.contains(&word);
    let mut ids = BTreeSet::new();
    for name in by(caller).names(view.realm) {
        if is_asked("active") || status.is_empty() {
            ids.extend(view.realm.violations.ids_with(ViolationKey::Active(name)));
        }
        if is_asked("inactive") {
            ids.extend(view.realm.violations.ids_with(ViolationKey::Inactive(name)));
        }
    }
    let violations = ids.into_iter().filter_map(|id| view.realm.violations.get(id));
    violations.map(|violation| view.violation(violation, Shown::default())).collect()
}
