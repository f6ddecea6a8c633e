//! Rows 23, 24, 30, 32 to 39 and 54: violations as a whole, and the checks.

use std::sync::Arc;

use http::Method;
use serde_json::{Map, Value};

use super::lists::{asked, page};
use super::{LIST, by, is_duplicate, view};
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::pingone::auth::Caller;
use crate::vendors::pingone::dto::{Sent, Shown, View, phase_in, violation_in};
use crate::vendors::pingone::error::ApiError;
use crate::vendors::pingone::gate::Who::{self, Administrator, User};
use crate::vendors::pingone::lifecycle::violation::{
    AddPhase, Allow, Comment, Create, Delete, Remediate, Replace, SetRemediationStatus, find,
};
use crate::vendors::pingone::lifecycle::{CheckAll, Refusal};
use crate::vendors::pingone::model::{Realm, Violation, ViolationKey};
use crate::vendors::pingone::query::Params;
use crate::vendors::pingone::reply::{Created, Document, Listing, Name, Names, Reply};
use crate::world::Done;

/// The endpoints.
pub fn rows() -> Contents<Who> {
    vec![
        Endpoint::new(Method::GET, "/iga/governance/violation", "queryViolations", Administrator, query)
            .doing("List violations")
            .query(&LIST)
            .answers::<Value>(200),
        Endpoint::new(Method::POST, "/iga/governance/violation", "actionViolations", Administrator, create)
            .doing("Create or duplicate a violation")
            .query(&["_action"])
            .reads::<Value>()
            .answers::<Value>(201),
        Endpoint::new(Method::POST, "/iga/governance/violation/search", "searchViolations", Administrator, search)
            .doing("Search violations")
            .query(&LIST)
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::GET, "/iga/governance/violation/{id}", "getViolationById", User, read)
            .doing("Read a violation")
            .query(&["resolveSchemas"])
            .answers::<Value>(200),
        Endpoint::new(Method::PUT, "/iga/governance/violation/{id}", "putViolationById", Administrator, replace)
            .doing("Replace a violation")
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::DELETE, "/iga/governance/violation/{id}", "deleteViolationById", Administrator, delete)
            .doing("Delete a violation")
            .answers::<String>(200),
        Endpoint::new(Method::POST, "/iga/governance/violation/{id}/allow", "allowViolationById", Administrator, allow)
            .doing("Allow a violation for ever")
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::POST, "/iga/governance/violation/{id}/comment", "commentViolationById", User, comment)
            .doing("Comment on a violation")
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(
            Method::POST,
            "/iga/governance/violation/{id}/remediate",
            "remediateViolationById",
            Administrator,
            remediate,
        )
        .doing("Put a violation right")
        .reads::<Value>()
        .answers::<Value>(200),
        Endpoint::new(
            Method::POST,
            "/iga/governance/violation/{id}/remediation/status/{status}",
            "setViolationRemediationStatus",
            Administrator,
            set_status,
        )
        .doing("Say how putting a violation right goes")
        .reads::<Value>()
        .answers::<Value>(200),
        Endpoint::new(
            Method::POST,
            "/iga/governance/violation/{id}/phases",
            "addViolationPhase",
            Administrator,
            add_phase,
        )
        .doing("Ask somebody about a violation")
        .reads::<Value>()
        .answers::<Value>(200),
        Endpoint::new(
            Method::GET,
            "/iga/governance/violation/lookup/{id}",
            "lookupViolationById",
            Administrator,
            look_up,
        )
        .doing("Read a violation, as workflows do")
        .query(&["resolveSchemas"])
        .answers::<Value>(200),
        Endpoint::new(
            Method::POST,
            "/iga/governance/violation/scan/{scanType}",
            "scanViolations",
            Administrator,
            check,
        )
        .doing("Look at all violations for what is due")
        .reads::<Value>()
        .answers::<Value>(200),
    ]
}

/// A violation as it is after a command.
pub fn after(done: &Done<Id<Violation>>) -> Result<Reply<Value>, ApiError> {
    let view = View::of(&done.after);
    let violation = view.realm.violations.get(&done.output).ok_or(ApiError::Internal)?;
    Ok(Reply(view.violation(violation, Shown::default())))
}

/// The page of violations that the parameters ask for, looked for no further than their filter reaches: an index answers
/// where it names a violation, a rule, a user, or a status that is not the end.
fn page_of(view: View<'_>, params: &Params, body: Option<&Map<String, Value>>) -> Result<Listing, ApiError> {
    let query = asked(params, body)?;
    let violations = &view.realm.violations;
    let rule = query.pinned_id("policyRuleId").or_else(|| query.pinned_id("policyRule.id"));
    if let Some(id) = query.pinned_id("id") {
        return Ok(page(&query, view.rows(violations.get(&id).into_iter())));
    }
    let found: Box<dyn Iterator<Item = &Arc<Violation>>> = match (query.pinned_id("user.id"), rule) {
        (Some(user), Some(rule)) => Box::new(violations.with(ViolationKey::Of(rule, user))),
        (Some(user), None) => Box::new(violations.with(ViolationKey::User(user))),
        (None, Some(rule)) => Box::new(violations.with(ViolationKey::Rule(rule))),
        (None, None) if query.pinned("decision.status").is_some_and(|word| !word.eq_ignore_ascii_case("complete")) => {
            Box::new(violations.with(ViolationKey::Open))
        }
        (None, None) => Box::new(violations.iter()),
    };
    Ok(page(&query, view.rows(found)))
}

fn shown(params: &Params) -> Shown {
    Shown { resolve_schemas: params.flag("resolveSchemas"), is_new: false }
}

/// 23.
async fn query(sim: Sim<Realm>, params: Params) -> Result<Listing, ApiError> {
    page_of(view(&sim), &params, None)
}

/// 24.
async fn create(sim: Sim<Realm>, params: Params, Document(body): Document) -> Result<Created<Value>, ApiError> {
    let duplicate = is_duplicate(&params)?;
    let done = sim.apply(Create { written: violation_in(&Sent(&body))?, duplicate }).await?;
    let view = View::of(&done.after);
    let violation = view.realm.violations.get(&done.output).ok_or(ApiError::Internal)?;
    Ok(Created(view.violation(violation, Shown { is_new: true, ..Shown::default() })))
}

/// 30.
async fn search(sim: Sim<Realm>, params: Params, Document(body): Document) -> Result<Listing, ApiError> {
    page_of(view(&sim), &params, Some(&body))
}

/// 32.
async fn read(caller: Caller, sim: Sim<Realm>, Name(id): Name, params: Params) -> Result<Reply<Value>, ApiError> {
    let view = view(&sim);
    let violation = find(view.realm, &id)?;
    if !by(&caller).has_part(view.realm, violation) {
        return Err(Refusal::ViolationNotAuthorized("read").into());
    }
    Ok(Reply(view.violation(violation, shown(&params))))
}

/// 33.
async fn replace(sim: Sim<Realm>, Name(violation): Name, Document(body): Document) -> Result<Reply<Value>, ApiError> {
    after(&sim.apply(Replace { violation, written: violation_in(&Sent(&body))? }).await?)
}

/// 34.
async fn delete(sim: Sim<Realm>, Name(id): Name) -> Result<Reply<String>, ApiError> {
    let done = sim.apply(Delete(id)).await?;
    Ok(Reply(format!("Violation with id: {} deleted.", done.output.dashed())))
}

/// 35.
async fn allow(
    caller: Caller,
    sim: Sim<Realm>,
    Name(violation): Name,
    Document(body): Document,
) -> Result<Reply<Value>, ApiError> {
    let comment = Sent(&body).comment()?;
    after(&sim.apply(Allow { violation, by: by(&caller), comment }).await?)
}

/// 36.
async fn comment(
    caller: Caller,
    sim: Sim<Realm>,
    Name(violation): Name,
    Document(body): Document,
) -> Result<Reply<Value>, ApiError> {
    let comment = Sent(&body).comment()?;
    after(&sim.apply(Comment { violation, by: by(&caller), comment }).await?)
}

/// 37.
async fn remediate(
    caller: Caller,
    sim: Sim<Realm>,
    Name(violation): Name,
    Document(body): Document,
) -> Result<Reply<Value>, ApiError> {
    after(&sim.apply(Remediate { violation, by: by(&caller), body }).await?)
}

/// 38.
async fn set_status(sim: Sim<Realm>, Names(violation, status): Names) -> Result<Reply<Value>, ApiError> {
    after(&sim.apply(SetRemediationStatus { violation, status }).await?)
}

/// 39.
async fn add_phase(sim: Sim<Realm>, Name(violation): Name, Document(body): Document) -> Result<Reply<Value>, ApiError> {
    let (phase, actors) = phase_in(&Sent(&body))?;
    after(&sim.apply(AddPhase { violation, phase, actors }).await?)
}

/// The one that only a recording shows.
async fn look_up(sim: Sim<Realm>, Name(id): Name, params: Params) -> Result<Reply<Value>, ApiError> {
    let view = view(&sim);
    Ok(Reply(view.violation(find(view.realm, &id)?, shown(&params))))
}

/// 54.
async fn check(sim: Sim<Realm>, Name(kind): Name) -> Result<Reply<Map<String, Value>>, ApiError> {
    sim.apply(CheckAll(kind)).await?;
    Ok(Reply(Map::new()))
}
