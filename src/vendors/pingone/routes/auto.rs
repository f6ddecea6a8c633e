//! `/auto/orchestration/definition`: workflow definitions where clients write them; governance shows the same under
//! `/iga/governance/workflow` (contract, 13).

use axum::response::Response;
use http::Method;
use serde_json::{Map, Value};

use super::kept::{keep, listed, shown};
use super::view;
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::pingone::dto::View;
use crate::vendors::pingone::error::{ApiError, CrestError};
use crate::vendors::pingone::gate::Who::{self, Administrator};
use crate::vendors::pingone::lifecycle::{Keep, Rewrite};
use crate::vendors::pingone::model::{Realm, Shelf};
use crate::vendors::pingone::query::Params;
use crate::vendors::pingone::reply::{Crest, Name, Text};

const ALL: &str = "/auto/orchestration/definition";
const ONE: &str = "/auto/orchestration/definition/{id}";

/// The endpoints.
pub fn rows() -> Contents<Who> {
    vec![
        Endpoint::new(Method::GET, ALL, "queryDefinitions", Administrator, query)
            .doing("List workflow definitions")
            .query(&["_queryFilter", "_pageSize", "_pagedResultsOffset"])
            .answers::<Value>(200),
        Endpoint::new(Method::POST, ALL, "createDefinition", Administrator, create)
            .doing("Create a workflow definition")
            .query(&["_action"])
            .reads::<Value>()
            .answers::<Value>(201),
        Endpoint::new(Method::GET, ONE, "readDefinition", Administrator, read)
            .doing("Read a workflow definition")
            .answers::<Value>(200),
        Endpoint::new(Method::PUT, ONE, "putDefinition", Administrator, put)
            .doing("Replace a workflow definition, or create one under an id of one's own")
            .reads::<Value>()
            .answers::<Value>(200)
            .answers::<Value>(201),
    ]
}

async fn query(sim: Sim<Realm>, params: Params) -> Result<Response, CrestError> {
    Ok(listed(&sim, Shelf::Workflows, &params, None)?)
}

fn document(body: &str) -> Result<Map<String, Value>, CrestError> {
    serde_json::from_str(body)
        .map_err(|error| ApiError::MalformedBody(format!("Request body is invalid: {error}")).into())
}

async fn create(sim: Sim<Realm>, Text(body): Text) -> Result<Crest<Value>, CrestError> {
    Ok(Crest::created(keep(&sim, Shelf::Workflows, document(&body)?).await?))
}

async fn read(sim: Sim<Realm>, Name(id): Name) -> Result<Crest<Value>, CrestError> {
    Ok(Crest::of(shown(view(&sim), Shelf::Workflows, &id)?))
}

async fn put(sim: Sim<Realm>, Name(id): Name, Text(body): Text) -> Result<Crest<Value>, CrestError> {
    let (shelf, document) = (Shelf::Workflows, document(&body)?);
    let is_known = view(&sim).realm.kept.contains(&(shelf, id.clone()));
    if is_known {
        let done = sim.apply(Rewrite { shelf, id: id.clone(), document }).await?;
        return Ok(Crest::of(shown(View::of(&done.after), shelf, &id)?));
    }
    let done = sim.apply(Keep { shelf, id: Some(id.clone()), document }).await?;
    Ok(Crest::created(shown(View::of(&done.after), shelf, &id)?))
}
