//! Rows 48 to 53: remediation schemas.

use http::Method;
use serde_json::Value;

use super::lists::{list, page};
use super::{LIST, is_duplicate, view};
use crate::http::{Contents, Endpoint, Sim};
use crate::query::{Filter, Op};
use crate::vendors::pingone::dto::{View, remediation_schema};
use crate::vendors::pingone::error::ApiError;
use crate::vendors::pingone::gate::Who::{self, Administrator, User};
use crate::vendors::pingone::lifecycle::{CreateSchema, DeleteSchema, ReplaceSchema, find_schema};
use crate::vendors::pingone::model::{Realm, RemediationSchema};
use crate::vendors::pingone::query::{ListQuery, Params};
use crate::vendors::pingone::reply::{Created, Document, Listing, Name, Reply};

macro_rules! schema {
    ($rest:literal) => {
        concat!("/iga/governance/violation/remediation/schema", $rest)
    };
}

/// The endpoints.
pub fn rows() -> Contents<Who> {
    vec![
        Endpoint::new(Method::GET, schema!(""), "queryRemediationSchemas", User, query)
            .doing("List remediation schemas")
            .query(&LIST)
            .answers::<Value>(200),
        Endpoint::new(Method::POST, schema!(""), "actionRemediationSchemas", Administrator, create)
            .doing("Create or duplicate a remediation schema")
            .query(&["_action"])
            .reads::<Value>()
            .answers::<Value>(201),
        Endpoint::new(Method::POST, schema!("/search"), "searchRemediationSchemas", User, search)
            .doing("Search remediation schemas")
            .query(&LIST)
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::GET, schema!("/{id}"), "getRemediationSchemaById", User, read)
            .doing("Read a remediation schema")
            .answers::<Value>(200),
        Endpoint::new(Method::PUT, schema!("/{id}"), "putRemediationSchemaById", Administrator, replace)
            .doing("Replace a remediation schema")
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::DELETE, schema!("/{id}"), "deleteRemediationSchemaById", Administrator, delete)
            .doing("Delete a remediation schema")
            .answers::<Value>(200),
    ]
}

fn every(view: View<'_>) -> impl Iterator<Item = (View<'_>, &RemediationSchema)> {
    view.rows(view.realm.schemas.iter())
}

/// 48.
async fn query(sim: Sim<Realm>, params: Params) -> Result<Listing, ApiError> {
    list(&params, None, every(view(&sim)))
}

/// 49.
async fn create(sim: Sim<Realm>, params: Params, Document(document): Document) -> Result<Created<Value>, ApiError> {
    let duplicate = is_duplicate(&params)?;
    let done = sim.apply(CreateSchema { document, duplicate }).await?;
    Ok(Created(remediation_schema(&done.output)))
}

/// 50. The fields given are matched; a target filter is taken, too (contract, 3.6).
async fn search(sim: Sim<Realm>, params: Params, Document(mut body): Document) -> Result<Listing, ApiError> {
    let id = body.shift_remove("id").and_then(|id| id.as_str().map(str::to_owned));
    let schema = body.shift_remove("schema").filter(|schema| !schema.is_null());
    let mut query = ListQuery::read(&params)?.targeting(&Value::Object(body))?;
    if let Some(id) = id {
        query = query.within(Filter::test("id", Op::Eq, id.as_str()));
    }
    let rows = every(view(&sim)).filter(|(_, row)| schema.as_ref().is_none_or(|schema| row.schema == *schema));
    Ok(page(&query, rows))
}

/// 51.
async fn read(sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    Ok(Reply(remediation_schema(find_schema(view(&sim).realm, &id)?)))
}

/// 52.
async fn replace(sim: Sim<Realm>, Name(id): Name, Document(document): Document) -> Result<Reply<Value>, ApiError> {
    let done = sim.apply(ReplaceSchema { id, document }).await?;
    Ok(Reply(remediation_schema(&done.output)))
}

/// 53.
async fn delete(sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    let done = sim.apply(DeleteSchema(id)).await?;
    Ok(Reply(remediation_schema(&done.output)))
}
