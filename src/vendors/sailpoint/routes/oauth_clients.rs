//! `/oauth-clients/…`
//!
//! The vendor lists no user level for these; only administrators get in here, since a client
//! without user context is bound by nothing but its scopes.

use axum::Json;
use axum::extract::Path;
use http::Method;
use json_patch::Patch;

use super::{ADMIN, access};
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::sailpoint::auth::Caller;
use crate::vendors::sailpoint::dto::{CreatedOAuthClient, JsonPatchOperation, OAuthClient, OAuthClientIn, View};
use crate::vendors::sailpoint::error::ApiError;
use crate::vendors::sailpoint::families::EVERYWHERE;
use crate::vendors::sailpoint::gate::Access;
use crate::vendors::sailpoint::lifecycle::{CreateClient, DeleteClient, EditClient};
use crate::vendors::sailpoint::model::{ApiClient, Org};
use crate::vendors::sailpoint::query::listings;
use crate::vendors::sailpoint::reply::{Body, List, NoContent, Query};

const READ: &[&str] = &["sp:oauth-client:read", "sp:oauth-client:manage"];
const MANAGE: &[&str] = &["sp:oauth-client:manage"];

/// The rows of the table of contents.
pub fn rows() -> Contents<Access> {
    let read = access(EVERYWHERE, READ, ADMIN);
    let manage = access(EVERYWHERE, MANAGE, ADMIN);
    vec![
        Endpoint::new(Method::GET, "/oauth-clients", "listOauthClients", read, list)
            .doing("List OAuth clients")
            .query(&["filters"])
            .answers_list::<OAuthClient>(200),
        Endpoint::new(Method::POST, "/oauth-clients", "createOauthClient", manage, create)
            .doing("Make an OAuth client")
            .reads::<OAuthClientIn>()
            .answers::<CreatedOAuthClient>(200),
        Endpoint::new(Method::GET, "/oauth-clients/{id}", "getOauthClient", read, get)
            .doing("Get an OAuth client")
            .answers::<OAuthClient>(200),
        Endpoint::new(Method::PATCH, "/oauth-clients/{id}", "patchOauthClient", manage, patch)
            .doing("Change an OAuth client by JSON Patch")
            .reads_list::<JsonPatchOperation>()
            .answers::<OAuthClient>(200),
        Endpoint::new(Method::DELETE, "/oauth-clients/{id}", "deleteOauthClient", manage, delete)
            .doing("Throw an OAuth client away")
            .answers_empty(204),
    ]
}

/// `GET /oauth-clients`
async fn list(sim: Sim<Org>, query: Query) -> Result<List<OAuthClient>, ApiError> {
    let list = query.list(&listings::OAUTH_CLIENTS)?.oldest_first();
    let view = View::of(sim.world(), query.family);
    let clients = view.org.clients.iter().filter(|client| !client.is_personal());
    Ok(List(list.page(clients, |client| client.id.clone()).map(|client| view.oauth_client(client))))
}

/// `POST /oauth-clients`
async fn create(
    sim: Sim<Org>,
    query: Query,
    Body(body): Body<OAuthClientIn>,
) -> Result<Json<CreatedOAuthClient>, ApiError> {
    let done = sim.apply(CreateClient { client: body.into_client()?, is_endless: true }).await?;
    let view = View::of(&done.after, query.family);
    let client = view.org.clients.get(&done.output).ok_or(ApiError::NotFound)?;
    Ok(Json(view.created_client(client)))
}

/// `GET /oauth-clients/{id}`
async fn get(sim: Sim<Org>, Path(id): Path<String>, query: Query) -> Result<Json<OAuthClient>, ApiError> {
    shown(&View::of(sim.world(), query.family), &id)
}

/// `PATCH /oauth-clients/{id}`
async fn patch(
    sim: Sim<Org>,
    caller: Caller,
    Path(client): Path<String>,
    query: Query,
    Body(patch): Body<Patch>,
) -> Result<Json<OAuthClient>, ApiError> {
    let (world, family) = (sim.world().clone(), query.family);
    let edit = move |client: &ApiClient| View::of(&world, family).patched_client(client, &patch);
    let by = caller.actor();
    let done = sim.apply(EditClient { client: client.clone(), personal: false, by, edit }).await?;
    shown(&View::of(&done.after, family), &client)
}

/// `DELETE /oauth-clients/{id}`
async fn delete(sim: Sim<Org>, caller: Caller, Path(client): Path<String>) -> Result<NoContent, ApiError> {
    sim.apply(DeleteClient { client, personal: false, by: caller.actor() }).await?;
    Ok(NoContent)
}

fn shown(view: &View<'_>, id: &str) -> Result<Json<OAuthClient>, ApiError> {
    let client = view.org.clients.get(&id.to_owned()).filter(|client| !client.is_personal());
    client.map(|client| Json(view.oauth_client(client))).ok_or(ApiError::NotFound)
}
