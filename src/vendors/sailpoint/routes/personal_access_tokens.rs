//! `/personal-access-tokens/…`

use axum::Json;
use axum::extract::Path;
use http::Method;
use json_patch::Patch;

use super::{ANY, access};
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::sailpoint::auth::{Absent, Caller, Whose};
use crate::vendors::sailpoint::dto::{
    CreatedPersonalAccessToken, JsonPatchOperation, PersonalAccessToken, PersonalAccessTokenIn, View,
};
use crate::vendors::sailpoint::error::ApiError;
use crate::vendors::sailpoint::families::EVERYWHERE;
use crate::vendors::sailpoint::gate::Access;
use crate::vendors::sailpoint::lifecycle::{CreateClient, DeleteClient, EditClient};
use crate::vendors::sailpoint::model::{ApiClient, Org};
use crate::vendors::sailpoint::query::listings;
use crate::vendors::sailpoint::reply::{Body, List, NoContent, Query};

const MY_MANAGE: &str = "sp:my-personal-access-tokens:manage";
const ALL_READ: &str = "sp:all-personal-access-tokens:read";
const ALL_MANAGE: &str = "sp:all-personal-access-tokens:manage";
const READ: &[&str] = &["sp:my-personal-access-tokens:read", MY_MANAGE, ALL_READ, ALL_MANAGE];

/// The rows of the table of contents.
pub fn rows() -> Contents<Access> {
    let manage = access(EVERYWHERE, &[MY_MANAGE, ALL_MANAGE], ANY);
    let path = "/personal-access-tokens/{id}";
    vec![
        Endpoint::new(
            Method::GET,
            "/personal-access-tokens",
            "listPersonalAccessTokens",
            access(EVERYWHERE, READ, ANY),
            list,
        )
        .doing("List personal access tokens")
        .query(&["owner-id", "filters"])
        .answers_list::<PersonalAccessToken>(200),
        Endpoint::new(Method::POST, "/personal-access-tokens", "createPersonalAccessToken", manage, create)
            .doing("Make a personal access token for the caller")
            .reads::<PersonalAccessTokenIn>()
            .answers::<CreatedPersonalAccessToken>(200),
        Endpoint::new(Method::PATCH, path, "patchPersonalAccessToken", access(EVERYWHERE, &[MY_MANAGE], ANY), patch)
            .doing("Change a personal access token of the caller by JSON Patch")
            .reads_list::<JsonPatchOperation>()
            .answers::<PersonalAccessToken>(200),
        Endpoint::new(Method::DELETE, path, "deletePersonalAccessToken", manage, delete)
            .doing("Throw a personal access token away")
            .answers_empty(204),
    ]
}

/// `GET /personal-access-tokens`. Anybody's but one's own takes a scope for all, and an administrator.
async fn list(sim: Sim<Org>, caller: Caller, query: Query) -> Result<List<PersonalAccessToken>, ApiError> {
    let list = query.list(&listings::PERSONAL_ACCESS_TOKENS)?.oldest_first();
    let whose = caller.scope_of(query.get("owner-id"), Absent::Refused)?;
    let is_own = matches!(whose, Some(Whose::Known(person)) if Some(person) == caller.person);
    if !is_own && !caller.has_scope(&[ALL_READ, ALL_MANAGE]) {
        return Err(ApiError::Forbidden);
    }
    let view = View::of(sim.world(), query.family);
    let is_meant = |client: &ApiClient| match whose {
        None => client.is_personal(),
        Some(Whose::Known(person)) => client.owner == Some(person),
        Some(Whose::Nobody) => false,
    };
    let page = list.page(view.org.clients.iter().filter(|client| is_meant(client)), |client| client.id.clone());
    Ok(List(page.filter_map(|client| view.token(client))))
}

/// `POST /personal-access-tokens`
async fn create(
    sim: Sim<Org>,
    caller: Caller,
    query: Query,
    Body(body): Body<PersonalAccessTokenIn>,
) -> Result<Json<CreatedPersonalAccessToken>, ApiError> {
    let is_endless = body.user_aware_token_never_expires.unwrap_or_default();
    let client = body.into_client(caller.identity()?)?;
    let done = sim.apply(CreateClient { client, is_endless }).await?;
    let view = View::of(&done.after, query.family);
    view.org.clients.get(&done.output).and_then(|client| view.created_token(client)).map(Json).ok_or(ApiError::NotFound)
}

/// `PATCH /personal-access-tokens/{id}`
async fn patch(
    sim: Sim<Org>,
    caller: Caller,
    Path(client): Path<String>,
    query: Query,
    Body(patch): Body<Patch>,
) -> Result<Json<PersonalAccessToken>, ApiError> {
    let (world, family) = (sim.world().clone(), query.family);
    let edit = move |client: &ApiClient| View::of(&world, family).patched_token(client, &patch);
    let by = caller.actor();
    let done = sim.apply(EditClient { client: client.clone(), personal: true, by, edit }).await?;
    let view = View::of(&done.after, family);
    view.org.clients.get(&client).and_then(|client| view.token(client)).map(Json).ok_or(ApiError::NotFound)
}

/// `DELETE /personal-access-tokens/{id}`. Somebody else's takes the scope for all, and an administrator.
async fn delete(sim: Sim<Org>, caller: Caller, Path(client): Path<String>) -> Result<NoContent, ApiError> {
    let owner = sim.estate().clients.get(&client).map(|client| client.owner);
    if owner.is_some_and(|owner| owner != caller.person) && !caller.has_scope(&[ALL_MANAGE]) {
        return Err(ApiError::Forbidden);
    }
    sim.apply(DeleteClient { client, personal: true, by: caller.actor() }).await?;
    Ok(NoContent)
}
