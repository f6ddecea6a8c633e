//! `/iga/governance/certification` and `/iga/governance/admin/certification`: campaigns and their items (contract, 10).
//! Templates stand in `kept`.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::Path;
use axum::response::Response;
use http::Method;
use serde_json::{Map, Value};

use super::lists::{asked, list, page};
use super::{LIST, by, not_acted_on, view};
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::pingone::auth::Caller;
use crate::vendors::pingone::dto::{View, item_state, review, reviewers, which};
use crate::vendors::pingone::error::ApiError;
use crate::vendors::pingone::gate::Who;
use crate::vendors::pingone::lifecycle::{
    ActivateCampaign, CancelCampaign, ChangeCampaign, CreateCampaign, DeleteCampaign, Refusal, ReviewItem, ReviewMany,
    SetReviewers, check_kind, find_campaign, find_item,
};
use crate::vendors::pingone::model::{ActorRef, Campaign, CampaignState, CertificationItem, ItemKey, Realm};
use crate::vendors::pingone::query::Params;
use crate::vendors::pingone::reply::{Created, Document, Listing, Name, Names, Reply};
use crate::world::Done;

macro_rules! at {
    ($tail:literal) => {
        concat!("/iga/governance/certification", $tail)
    };
}

macro_rules! bulk {
    ($($act:literal, $id:literal, $doing:literal;)+) => {
        [$(Endpoint::new(
            Method::POST,
            concat!("/iga/governance/certification/{id}/items/", $act),
            $id,
            Who::User,
            async |caller: Caller, sim: Sim<Realm>, Name(id): Name, params: Params, body: Document| {
                review_many($act, caller, sim, id, params, body).await
            },
        )
        .doing($doing)
        .query(&["selectAllActorId"])
        .reads::<Value>()
        .answers::<Value>(200)),+]
    };
}

/// The endpoints.
pub fn rows() -> Contents<Who> {
    let mut rows = campaigns();
    rows.extend(bulk! {
        "certify", "certifyCampaignItems", "Let people keep what they hold";
        "revoke", "revokeCampaignItems", "Let people lose what they hold, once it is signed off";
        "exception", "exceptCampaignItems", "Let people keep what they hold although they should not";
        "forward", "forwardCampaignItems", "Let somebody else review items";
        "reassign", "reassignCampaignItems", "Let somebody else review items, with other permissions";
        "reset", "resetCampaignItems", "Think better of what was decided";
        "signoff", "signOffCampaignItems", "Let what was decided stand";
    });
    rows
}

fn campaigns() -> Contents<Who> {
    let (user, admin) = (Who::User, Who::Administrator);
    vec![
        Endpoint::new(Method::GET, "/iga/governance/admin/certification", "queryCertifications", admin, query)
            .doing("List campaigns")
            .query(&LIST)
            .query(&["status"])
            .answers::<Value>(200),
        Endpoint::new(Method::GET, "/iga/governance/admin/certification/{id}", "readCertification", admin, read)
            .doing("Read a campaign")
            .answers::<Value>(200),
        Endpoint::new(Method::POST, at!(""), "createCertification", admin, create)
            .doing("Make a campaign, from a template or from what is said alone")
            .query(&["_action"])
            .reads::<Value>()
            .answers::<Value>(201),
        Endpoint::new(Method::POST, at!("/{id}/activate"), "activateCertification", admin, activate)
            .doing("Ask the reviewers of a campaign")
            .answers::<Value>(200),
        Endpoint::new(Method::POST, at!("/{id}/cancel"), "cancelCertification", admin, cancel)
            .doing("Call a campaign off")
            .answers::<Value>(200),
        Endpoint::new(Method::POST, at!("/{id}/update-deadline"), "updateCertificationDeadline", admin, set_deadline)
            .doing("Give a campaign another deadline")
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::PATCH, at!("/{id}"), "patchCertification", admin, patch)
            .doing("Change what a campaign is called, or when it runs out")
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::DELETE, at!("/{id}"), "deleteCertification", admin, delete)
            .doing("Delete a campaign and its items")
            .answers::<Value>(200),
        Endpoint::new(Method::GET, at!("/items"), "queryCertificationItems", user, own)
            .doing("List the items that are the caller's to review")
            .query(&LIST)
            .query(&["actorId", "status"])
            .answers::<Value>(200),
        Endpoint::new(Method::PUT, at!("/items/{itemId}/actors"), "updateCertificationActors", admin, set_actors)
            .doing("Put others in the place of an item's reviewers")
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::GET, at!("/{id}/items"), "queryCampaignItems", user, items)
            .doing("List the items of a campaign, or count them")
            .query(&LIST)
            .query(&["actorId", "getCount", "primaryReviewerId", "status", "taskStatus"])
            .answers::<Value>(200),
        Endpoint::new(Method::POST, at!("/{id}/items/search"), "searchCampaignItems", user, search)
            .doing("Search the items of a campaign")
            .query(&LIST)
            .query(&["actorId", "primaryReviewerId", "status", "taskStatus"])
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::GET, at!("/{id}/items/filter/{noun}"), "filterCampaignItems", user, filters)
            .doing("List the users or applications that the items of a campaign are about")
            .query(&LIST)
            .query(&["actorId", "primaryReviewerId", "status", "taskStatus"])
            .answers::<Value>(200),
        Endpoint::new(Method::GET, at!("/{id}/items/{itemId}"), "readCampaignItem", user, item)
            .doing("Read an item of a campaign")
            .answers::<Value>(200),
        Endpoint::new(Method::POST, at!("/{id}/items/{itemId}/{decision}"), "reviewCampaignItem", user, review_one)
            .doing("Decide about an item: certify, revoke, exception, forward, reassign, reset, comment or signoff")
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::POST, at!("/scan/{scanType}"), "scanCertifications", admin, check)
            .doing("Look at all campaigns for what is due")
            .reads::<Value>()
            .answers::<Value>(200),
    ]
}

/// Which campaigns a list shows: those that are not over where `active` is asked for.
fn is_shown(word: Option<&str>, state: CampaignState) -> bool {
    match word {
        None | Some("" | "all") => true,
        Some("active") => matches!(state, CampaignState::Staging | CampaignState::InProgress),
        Some("inactive" | "closed") => !matches!(state, CampaignState::Staging | CampaignState::InProgress),
        Some(word) => serde_json::to_value(state).is_ok_and(|written| written == word),
    }
}

async fn query(sim: Sim<Realm>, params: Params) -> Result<Listing, ApiError> {
    let view = view(&sim);
    let shown = view.realm.campaigns.iter().filter(|campaign| is_shown(params.get("status"), campaign.state));
    list(&params, None, shown.map(|campaign| (view, &**campaign)))
}

async fn read(sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    let view = view(&sim);
    Ok(Reply(view.campaign(find_campaign(view.realm, &id)?)))
}

fn after(done: &Done<Id<Campaign>>) -> Result<Value, ApiError> {
    let view = View::of(&done.after);
    let campaign = view.realm.campaigns.get(&done.output).ok_or(ApiError::Internal)?;
    Ok(view.campaign(campaign))
}

/// How campaigns are made is not in evidence: the template's id, or the fields of one, stand in the body [assumed].
async fn create(sim: Sim<Realm>, params: Params, Document(mut body): Document) -> Result<Created<Value>, ApiError> {
    match params.get("_action") {
        None | Some("create") => {}
        Some(other) => return Err(Refusal::UnknownAction(other.to_owned()).into()),
    }
    let template = body.shift_remove("templateId").and_then(|id| id.as_str().map(str::to_owned));
    let done = sim.apply(CreateCampaign { template, document: body }).await?;
    after(&done).map(Created)
}

async fn activate(sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    after(&sim.apply(ActivateCampaign(id)).await?).map(Reply)
}

async fn cancel(sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    after(&sim.apply(CancelCampaign(id)).await?).map(Reply)
}

async fn set_deadline(sim: Sim<Realm>, Name(id): Name, Document(body): Document) -> Result<Reply<Value>, ApiError> {
    let deadline = body.get("newDeadline").cloned().ok_or_else(|| Refusal::required("newDeadline"))?;
    let document = Map::from_iter([("deadline".to_owned(), deadline)]);
    after(&sim.apply(ChangeCampaign { id, document, action: "update-deadline" }).await?).map(Reply)
}

async fn patch(sim: Sim<Realm>, Name(id): Name, Document(document): Document) -> Result<Reply<Value>, ApiError> {
    after(&sim.apply(ChangeCampaign { id, document, action: "patch" }).await?).map(Reply)
}

async fn delete(sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    let done = sim.apply(DeleteCampaign(id)).await?;
    let view = View::of(&done.before);
    let deleted = view.realm.campaigns.get(&done.output).ok_or(ApiError::Internal)?;
    Ok(Reply(view.campaign(deleted)))
}

/// The items of a reviewer, and of one whom an administrator names.
async fn own(caller: Caller, sim: Sim<Realm>, params: Params) -> Result<Listing, ApiError> {
    let view = view(&sim);
    let state = item_state(params.get("status"))?;
    let names = match params.get("actorId").filter(|_| caller.administrator) {
        Some(id) => ActorRef::read(id).into_iter().collect(),
        None => by(&caller).names(view.realm),
    };
    let items = &view.realm.certification_items;
    let ids: BTreeSet<_> = names.into_iter().flat_map(|who| items.ids_with(ItemKey::Reviewer(who))).collect();
    let found = ids.into_iter().filter_map(|id| items.get(id)).filter(|item| state.is_none_or(|s| s == item.state));
    list(&params, None, found.map(|item| (view, &**item)))
}

async fn set_actors(sim: Sim<Realm>, Name(item): Name, Document(body): Document) -> Result<Reply<Value>, ApiError> {
    let done = sim.apply(SetReviewers { item, reviewers: reviewers(&body)? }).await?;
    shown_after(&done).map(Reply)
}

fn shown_after(done: &Done<Id<CertificationItem>>) -> Result<Value, ApiError> {
    let view = View::of(&done.after);
    let item = view.realm.certification_items.get(&done.output).ok_or(ApiError::Internal)?;
    Ok(view.certification_item(item))
}

/// What of a campaign the caller may see: an administrator everything, others what is theirs to review, or was.
fn seen<'v>(
    caller: &Caller,
    view: View<'v>,
    id: &str,
    params: &Params,
) -> Result<impl Iterator<Item = &'v CertificationItem>, ApiError> {
    let campaign = find_campaign(view.realm, id)?.id;
    let names = by(caller).names(view.realm);
    let is_administrator = caller.administrator;
    let state = match params.get("status").or_else(|| params.get("taskStatus")) {
        None => None,
        word => item_state(word)?,
    };
    let actor = params.get("actorId").and_then(ActorRef::read);
    let primary = params.get("primaryReviewerId").and_then(ActorRef::read);
    let items = view.realm.certification_items.with(ItemKey::Of(campaign)).map(|item| &**item);
    Ok(items.filter(move |item| {
        let reviews = |who: &ActorRef| item.reviewers.iter().any(|reviewer| reviewer.who == *who);
        (is_administrator || names.iter().any(reviews))
            && actor.as_ref().is_none_or(reviews)
            && primary.is_none_or(|who| item.primary == Some(who))
            && state.is_none_or(|state| item.state == state)
    }))
}

async fn items(
    caller: Caller,
    sim: Sim<Realm>,
    Name(id): Name,
    params: Params,
) -> Result<axum::response::Response, ApiError> {
    use axum::response::IntoResponse;
    let view = view(&sim);
    let items = seen(&caller, view, &id, &params)?;
    if params.flag("getCount") {
        return Ok(Reply(view.item_counts(items)).into_response());
    }
    Ok(list(&params, None, items.map(|item| (view, item)))?.into_response())
}

async fn search(
    caller: Caller,
    sim: Sim<Realm>,
    Name(id): Name,
    params: Params,
    Document(body): Document,
) -> Result<Listing, ApiError> {
    let view = view(&sim);
    list(&params, Some(&body), seen(&caller, view, &id, &params)?.map(|item| (view, item)))
}

async fn filters(caller: Caller, sim: Sim<Realm>, Names(id, noun): Names, params: Params) -> Result<Listing, ApiError> {
    let view = view(&sim);
    if !["user", "application"].contains(&noun.as_str()) {
        return Err(ApiError::NoPath);
    }
    let mut found = BTreeMap::new();
    for item in seen(&caller, view, &id, &params)? {
        if let Some(part) = view.certification_item(item).get(&noun).filter(|part| part.is_object()) {
            found.insert(part["id"].as_str().unwrap_or_default().to_owned(), part.clone());
        }
    }
    Ok(page(&asked(&params, None)?, found.into_values()))
}

async fn item(caller: Caller, sim: Sim<Realm>, Names(id, item): Names) -> Result<Reply<Value>, ApiError> {
    let view = view(&sim);
    let found = find_item(view.realm, &id, &item)?;
    let names = by(&caller).names(view.realm);
    if !caller.administrator && !found.reviewers.iter().any(|reviewer| names.contains(&reviewer.who)) {
        return Err(Refusal::ItemNotAuthorized("read").into());
    }
    Ok(Reply(view.certification_item(found)))
}

async fn review_many(
    action: &'static str,
    caller: Caller,
    sim: Sim<Realm>,
    campaign: String,
    params: Params,
    Document(body): Document,
) -> Result<Response, ApiError> {
    let act = review(action, &body)?;
    let which = which(params.get("selectAllActorId"), &body)?;
    let done = sim.apply(ReviewMany { campaign, which, by: by(&caller), review: act }).await?;
    Ok(not_acted_on(done.output, "Action complete."))
}

async fn review_one(
    caller: Caller,
    sim: Sim<Realm>,
    Path((campaign, item, action)): Path<(String, String, String)>,
    Document(body): Document,
) -> Result<Reply<Value>, ApiError> {
    let act = review(&action, &body)?;
    let done = sim.apply(ReviewItem { campaign, item, by: by(&caller), review: act }).await?;
    shown_after(&done).map(Reply)
}

/// What is due happened when it became due; whoever asks finds it done (contract, 3.7).
async fn check(Name(kind): Name) -> Result<Reply<Map<String, Value>>, ApiError> {
    check_kind(&kind, &["reminder", "expiration", "escalation"])?;
    Ok(Reply(Map::new()))
}
