//! `/iga/governance/requests`, and the requests and tasks of a user (contract, 8.1).

use std::collections::BTreeSet;

use axum::Extension;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::Method;
use serde_json::{Map, Value, json};

use super::lists::{asked, list, page};
use super::{LIST, by, view};
use crate::company::Person;
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::pingone::auth::Caller;
use crate::vendors::pingone::dto::{View, request_action};
use crate::vendors::pingone::error::{ApiError, refused};
use crate::vendors::pingone::gate::Who;
use crate::vendors::pingone::lifecycle::rights::By;
use crate::vendors::pingone::lifecycle::{
    ActOnRequest, Refusal, Submit, SubmitAll, check_kind, find_request, has_part_in,
};
use crate::vendors::pingone::model::{AccessRequest, Author, Realm, RequestKey, RequestPhaseKind, Shelf};
use crate::vendors::pingone::query::Params;
use crate::vendors::pingone::reply::{Document, Listing, Name, Reply};

const REQUESTS: &str = "/iga/governance/requests";
const ONE: &str = "/iga/governance/requests/{id}";

/// The endpoints.
pub fn rows() -> Contents<Who> {
    let who = Who::User;
    vec![
        Endpoint::new(Method::GET, REQUESTS, "queryRequests", who, query)
            .doing("List requests")
            .query(&LIST)
            .answers::<Value>(200),
        Endpoint::new(Method::POST, REQUESTS, "createRequests", who, create)
            .doing("Ask for access, or say whether it could be asked for")
            .query(&["_action"])
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::POST, "/iga/governance/requests/search", "searchRequests", who, search)
            .doing("Search requests")
            .query(&LIST)
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::GET, ONE, "readRequest", who, read)
            .doing("Read a request")
            .query(&["expandPaths", "_fields"])
            .answers::<Value>(200),
        Endpoint::new(Method::POST, ONE, "actOnRequest", who, act)
            .doing("Act on a request, or publish one of a type")
            .query(&["_action", "phaseName"])
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::PUT, ONE, "replaceRequest", who, change)
            .doing("Change what is asked for")
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::PATCH, ONE, "patchRequest", who, change)
            .doing("Change parts of what is asked for")
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::POST, "/iga/governance/requests/{id}/cancel", "cancelRequest", who, cancel)
            .doing("Call a request back")
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(
            Method::POST,
            "/iga/governance/requests/{id}/phases/{phaseName}/{action}",
            "actOnRequestPhase",
            who,
            act_in_phase,
        )
        .doing("Act on a phase of a request")
        .reads::<Value>()
        .answers::<Value>(200),
        Endpoint::new(
            Method::POST,
            "/iga/governance/requests/scan/{scanType}",
            "scanRequests",
            Who::Administrator,
            check,
        )
        .doing("Look at all requests for what is due")
        .reads::<Value>()
        .answers::<Value>(200),
        Endpoint::new(Method::POST, "/iga/governance/user/{userId}/requests", "searchUserRequests", who, of_user)
            .doing("Search the requests that a user made, or that are for the user")
            .query(&LIST)
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::POST, "/iga/governance/user/{userId}/tasks", "searchUserTasks", who, tasks)
            .doing("Search the requests in which a user may act, or could")
            .query(&LIST)
            .query(&["type", "actorStatus"])
            .reads::<Value>()
            .answers::<Value>(200),
    ]
}

type Row<'v> = (View<'v>, &'v AccessRequest, By);

/// What the caller may see: an administrator everything, others what they have a part in.
fn seen<'v>(view: View<'v>, by: By) -> Box<dyn Iterator<Item = Row<'v>> + 'v> {
    let requests = &view.realm.requests;
    if by.administrator {
        return Box::new(requests.iter().map(move |request| (view, &**request, by)));
    }
    let own = by.person.into_iter().flat_map(|person| [RequestKey::User(person), RequestKey::Requester(person)]);
    let acting = by.names(view.realm).into_iter().map(RequestKey::Actor);
    let ids: BTreeSet<_> = own.chain(acting).flat_map(|key| requests.ids_with(key)).collect();
    Box::new(ids.into_iter().filter_map(move |id| Some((view, &**requests.get(id)?, by))))
}

/// The page of requests that the parameters ask for; an index answers where the filter names one, or its user.
fn page_of(view: View<'_>, by: By, params: &Params, body: Option<&Map<String, Value>>) -> Result<Listing, ApiError> {
    let query = asked(params, body)?;
    let requests = &view.realm.requests;
    let of_user: Option<Id<Person>> = query.pinned_id("user.id").filter(|_| by.administrator);
    Ok(match (query.pinned_id("id"), of_user) {
        (Some(id), _) => {
            let found = requests.get(&id).filter(|request| has_part_in(view.realm, request, by));
            page(&query, found.into_iter().map(|request| (view, &**request, by)))
        }
        (None, Some(user)) => page(&query, requests.with(RequestKey::User(user)).map(|request| (view, &**request, by))),
        (None, None) => page(&query, seen(view, by)),
    })
}

async fn query(caller: Caller, sim: Sim<Realm>, params: Params) -> Result<Listing, ApiError> {
    page_of(view(&sim), by(&caller), &params, None)
}

async fn search(
    caller: Caller,
    sim: Sim<Realm>,
    params: Params,
    Document(body): Document,
) -> Result<Listing, ApiError> {
    page_of(view(&sim), by(&caller), &params, Some(&body))
}

/// `create`, `validate`, or `search`, which some clients send here.
async fn create(
    caller: Caller,
    sim: Sim<Realm>,
    params: Params,
    Document(body): Document,
) -> Result<Response, ApiError> {
    let by = by(&caller);
    match params.get("_action").unwrap_or_default() {
        "create" => {
            let wishes = view(&sim).wishes(&body)?;
            let done = match sim.apply(SubmitAll { by, wishes }).await {
                Ok(done) => done,
                Err(refusal) => return Ok(errors(&[refusal])),
            };
            let view = View::of(&done.after);
            let made = done.output.iter().filter_map(|id| view.realm.requests.get(id));
            let made: Vec<_> = made.map(|request| view.request(request, by)).collect();
            Ok(Reply(json!({"result": made})).into_response())
        }
        "validate" => {
            let view = view(&sim);
            let wishes = view.wishes(&body)?;
            let faults = wishes.iter().filter_map(|wish| wish.check(view.realm, view.company, sim.hour()).err());
            Ok(errors(&faults.collect::<Vec<_>>()))
        }
        other => Err(Refusal::UnknownAction(other.to_owned()).into()),
    }
}

/// What is wrong with the items of a request, in an answer that is none the worse for it (contract, 8.1).
fn errors(refusals: &[Refusal]) -> Response {
    let messages: Vec<Value> = refusals.iter().map(|refusal| json!({"message": refusal.to_string()})).collect();
    let answer = if messages.is_empty() { json!({"result": []}) } else { json!({"errors": messages}) };
    (Extension(refused(refusals.iter())), Reply(answer)).into_response()
}

async fn read(caller: Caller, sim: Sim<Realm>, Name(id): Name, params: Params) -> Result<Reply<Value>, ApiError> {
    let (by, view) = (by(&caller), view(&sim));
    let request = find_request(view.realm, &id)?;
    if !has_part_in(view.realm, request, by) {
        return Err(ApiError::no_part("read"));
    }
    let query = crate::vendors::pingone::query::ListQuery::read(&params)?;
    Ok(Reply(query.show(view.request(request, by))))
}

async fn perform(
    sim: &Sim<Realm>,
    by: By,
    id: String,
    phase: Option<String>,
    (name, body): (&str, &Map<String, Value>),
) -> Result<Reply<Value>, ApiError> {
    let action = request_action(name, body)?;
    let done = sim.apply(ActOnRequest { by, id: id.clone(), phase, action }).await?;
    let view = View::of(&done.after);
    Ok(Reply(view.request(find_request(view.realm, &id)?, by)))
}

async fn act(
    caller: Caller,
    sim: Sim<Realm>,
    Name(id): Name,
    params: Params,
    Document(body): Document,
) -> Result<Response, ApiError> {
    let by = by(&caller);
    match params.get("_action").unwrap_or_default() {
        "publish" => publish(&sim, by, &id, &body).await,
        name => {
            let phase = params.get("phaseName").map(str::to_owned);
            perform(&sim, by, id, phase, (name, &body)).await.map(IntoResponse::into_response)
        }
    }
}

/// A request that is not valid is answered with 200 all the same (contract, 8.1).
async fn publish(sim: &Sim<Realm>, by: By, kind: &str, body: &Map<String, Value>) -> Result<Response, ApiError> {
    let wish = match view(sim).published(kind, body) {
        Ok(wish) => wish,
        Err(fault) if !view(sim).realm.kept.contains(&(Shelf::RequestTypes, kind.to_owned())) => {
            return Err(fault.into());
        }
        Err(fault) => return Ok(errors(&[fault])),
    };
    match sim.apply(Submit { by, wish }).await {
        Ok(done) => {
            let view = View::of(&done.after);
            Ok(Reply(view.request(find_request(view.realm, &done.output.dashed())?, by)).into_response())
        }
        Err(refusal) => Ok(errors(&[refusal])),
    }
}

/// The content of a request, or an RFC-less patch of it: `{common, custom}`, alone or below `request`.
async fn change(
    caller: Caller,
    sim: Sim<Realm>,
    Name(id): Name,
    Document(body): Document,
) -> Result<Reply<Value>, ApiError> {
    let inner = body.get("request").and_then(Value::as_object).unwrap_or(&body);
    perform(&sim, by(&caller), id, None, ("modify", inner)).await
}

async fn cancel(
    caller: Caller,
    sim: Sim<Realm>,
    Name(id): Name,
    Document(body): Document,
) -> Result<Reply<Value>, ApiError> {
    perform(&sim, by(&caller), id, None, ("cancel", &body)).await
}

async fn act_in_phase(
    caller: Caller,
    sim: Sim<Realm>,
    Path((id, phase, action)): Path<(String, String, String)>,
    Document(body): Document,
) -> Result<Reply<Value>, ApiError> {
    perform(&sim, by(&caller), id, Some(phase), (&action, &body)).await
}

/// Whose requests or tasks a path names: one's own, or an administrator's to see.
fn of(caller: &Caller, sim: &Sim<Realm>, id: &str) -> Result<By, ApiError> {
    let company = sim.world().company();
    let person = Id::from_dashed(id).and_then(|id| company.people().get(&id));
    let person = person.ok_or_else(|| ApiError::no_user(id))?.id;
    if caller.person != Some(person) && !caller.administrator {
        return Err(ApiError::Forbidden);
    }
    Ok(By { person: Some(person), administrator: false })
}

async fn of_user(
    caller: Caller,
    sim: Sim<Realm>,
    Name(id): Name,
    params: Params,
    Document(body): Document,
) -> Result<Listing, ApiError> {
    let by = of(&caller, &sim, &id)?;
    let view = view(&sim);
    let is_own = |request: &AccessRequest| {
        by.person == Some(request.user) || by.person.map(Author::User) == Some(request.requester)
    };
    list(&params, Some(&body), seen(view, by).filter(|(_, request, _)| is_own(request)))
}

async fn tasks(
    caller: Caller,
    sim: Sim<Realm>,
    Name(id): Name,
    params: Params,
    Document(body): Document,
) -> Result<Listing, ApiError> {
    let by = of(&caller, &sim, &id)?;
    let view = view(&sim);
    let names = by.names(view.realm);
    let kind = match params.get("type") {
        Some("fulfillment") => RequestPhaseKind::Fulfillment,
        _ => RequestPhaseKind::Approval,
    };
    let status: Vec<&str> = params.listed("actorStatus").collect();
    let is_asked = |active: bool| match active {
        true => status.is_empty() || status.contains(&"active"),
        false => status.contains(&"inactive"),
    };
    let is_task = |(_, request, _): &Row<'_>| {
        request.actors.iter().any(|actor| {
            let phase = request.phases.iter().find(|phase| phase.name == actor.phase);
            names.contains(&actor.who) && is_asked(actor.active) && phase.is_some_and(|phase| phase.kind == kind)
        })
    };
    list(&params, Some(&body), seen(view, by).filter(is_task))
}

/// What is due happened when it became due; whoever asks finds it done (contract, 3.7).
async fn check(Name(kind): Name) -> Result<Reply<Map<String, Value>>, ApiError> {
    check_kind(&kind, &["escalation", "reminder", "expiration", "scheduled"])?;
    Ok(Reply(Map::new()))
}
