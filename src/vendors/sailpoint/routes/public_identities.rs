//! `/public-identities` and `/public-identities-config`

use axum::Json;
use http::Method;

use super::{ADMIN, ANY, LIST, access};
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::sailpoint::auth::Caller;
use crate::vendors::sailpoint::dto::{PublicIdentity, PublicIdentityConfig, PublicIdentityConfigIn, View, is_identity};
use crate::vendors::sailpoint::error::ApiError;
use crate::vendors::sailpoint::families::{EVERYWHERE_BETA_DEPRECATED, V3_AND_YEARLY};
use crate::vendors::sailpoint::gate::Access;
use crate::vendors::sailpoint::lifecycle::PutPublicIdentities;
use crate::vendors::sailpoint::model::{Org, PublicAttribute};
use crate::vendors::sailpoint::query::listings;
use crate::vendors::sailpoint::reply::{Body, List, Query};

/// The rows of the table of contents.
pub fn rows() -> Contents<Access> {
    let read = access(V3_AND_YEARLY, &["sp:scopes:default"], ANY);
    let scopes = &["idn:public-identity-config:read", "idn:public-identity-config:manage"];
    let config = access(EVERYWHERE_BETA_DEPRECATED, scopes, ADMIN);
    let configure = access(EVERYWHERE_BETA_DEPRECATED, &["idn:public-identity-config:manage"], ADMIN);
    vec![
        Endpoint::new(Method::GET, "/public-identities", "getPublicIdentities", read, list)
            .doing("List identities as everybody sees them")
            .query(&["add-core-filters"])
            .query(&LIST)
            .answers_list::<PublicIdentity>(200),
        Endpoint::new(Method::GET, "/public-identities-config", "getPublicIdentityConfig", config, get_config)
            .doing("Say which attributes everybody sees")
            .answers::<PublicIdentityConfig>(200),
        Endpoint::new(Method::PUT, "/public-identities-config", "updatePublicIdentityConfig", configure, put_config)
            .doing("Choose which attributes everybody sees")
            .reads::<PublicIdentityConfigIn>()
            .answers::<PublicIdentityConfig>(200),
    ]
}

/// `GET /public-identities`. Every identity here meets the core filters.
async fn list(sim: Sim<Org>, query: Query) -> Result<List<PublicIdentity>, ApiError> {
    let list = query.list(&listings::PUBLIC_IDENTITIES)?.oldest_first();
    query.flag("add-core-filters", false)?;
    let view = View::of(sim.world(), query.family);
    let people = list.candidates(view.company.people()).filter(|person| is_identity(person));
    Ok(List(list.page(people, |person| person.id).map(|person| view.public_identity(person))))
}

/// `GET /public-identities-config`
async fn get_config(sim: Sim<Org>, query: Query) -> Json<PublicIdentityConfig> {
    Json(View::of(sim.world(), query.family).public_identity_config())
}

/// `PUT /public-identities-config`
async fn put_config(
    sim: Sim<Org>,
    caller: Caller,
    query: Query,
    Body(body): Body<PublicIdentityConfigIn>,
) -> Result<Json<PublicIdentityConfig>, ApiError> {
    let attributes = body.attributes.unwrap_or_default().into_iter();
    let attributes: Vec<_> = attributes.map(|row| PublicAttribute { key: row.key, name: row.name }).collect();
    if attributes.iter().any(|row| row.key.is_empty() || row.name.is_empty()) {
        return Err(ApiError::Missing("attributes.key"));
    }
    let done = sim.apply(PutPublicIdentities { attributes, by: caller.actor() }).await?;
    Ok(Json(View::of(&done.after, query.family).public_identity_config()))
}
