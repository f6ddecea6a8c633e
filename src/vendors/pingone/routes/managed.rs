//! `/openidm/managed/…`: users, roles, applications, assignments and service accounts (contract, 12).

use axum::extract::{FromRequestParts, Path};
use axum::http::HeaderMap;
use http::request::Parts;
use http::{Method, header};
use serde_json::Value;
use std::convert::Infallible;

use super::view;
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::pingone::dto::{ManagedDocument, QueryEnvelope, sent_attributes, sent_operations};
use crate::vendors::pingone::error::CrestError;
use crate::vendors::pingone::gate::Who;
use crate::vendors::pingone::lifecycle::{
    Condition, CreateManaged, DeleteManaged, PatchManaged, ReplaceManaged, Replaced,
};
use crate::vendors::pingone::model::{Managed, Realm};
use crate::vendors::pingone::query::{ManagedQuery, Params};
use crate::vendors::pingone::reply::{Crest, Text};

const COLLECTION: &str = "/openidm/managed/{objectType}";
const ONE: &str = "/openidm/managed/{objectType}/{id}";

/// The endpoints.
pub fn rows() -> Contents<Who> {
    let who = Who::Administrator;
    vec![
        Endpoint::new(Method::GET, COLLECTION, "queryManaged", who, query)
            .doing("Query managed objects")
            .query(&[
                "_queryFilter",
                "_queryId",
                "_fields",
                "_pageSize",
                "_pagedResultsOffset",
                "_pagedResultsCookie",
                "_totalPagedResultsPolicy",
                "_countOnly",
                "_sortKeys",
            ])
            .answers::<QueryEnvelope>(200),
        Endpoint::new(Method::POST, COLLECTION, "createManaged", who, create)
            .doing("Create a managed object")
            .query(&["_action", "_fields"])
            .reads::<Value>()
            .answers::<Value>(201),
        Endpoint::new(Method::GET, ONE, "readManaged", who, read)
            .doing("Read a managed object")
            .query(&["_fields"])
            .answers::<Value>(200),
        Endpoint::new(Method::PUT, ONE, "putManaged", who, put)
            .doing("Replace a managed object, or create it under this id")
            .query(&["_fields"])
            .reads::<Value>()
            .answers::<Value>(200)
            .answers::<Value>(201),
        Endpoint::new(Method::PATCH, ONE, "patchManaged", who, patch)
            .doing("Change parts of a managed object")
            .query(&["_fields"])
            .reads_list::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::DELETE, ONE, "deleteManaged", who, delete)
            .doing("Delete a managed object")
            .query(&["_fields"])
            .answers::<Value>(200),
    ]
}

/// The type in the path.
struct Kind(Managed);

impl<S: Send + Sync> FromRequestParts<S> for Kind {
    type Rejection = CrestError;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, CrestError> {
        let path = Path::<std::collections::BTreeMap<String, String>>::from_request_parts(parts, state).await;
        let named = path.ok().and_then(|Path(path)| path.get("objectType").cloned()).unwrap_or_default();
        Managed::of(&named).map(Self).ok_or_else(|| CrestError::no_resource(&format!("managed/{named}")))
    }
}

/// The id in the path.
struct Of(String);

impl<S: Send + Sync> FromRequestParts<S> for Of {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let path = Path::<std::collections::BTreeMap<String, String>>::from_request_parts(parts, state).await;
        Ok(Self(path.ok().and_then(|Path(path)| path.get("id").cloned()).unwrap_or_default()))
    }
}

/// What the headers say of the object that is to be changed.
struct If(Condition);

impl<S: Send + Sync> FromRequestParts<S> for If {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(condition(&parts.headers)))
    }
}

fn condition(headers: &HeaderMap) -> Condition {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    Condition { revision: text(header::IF_MATCH), absent: text(header::IF_NONE_MATCH).as_deref() == Some("*") }
}

async fn query(sim: Sim<Realm>, Kind(kind): Kind, params: Params) -> Result<Crest<QueryEnvelope>, CrestError> {
    let query = ManagedQuery::read(&params)?;
    Ok(Crest::of(view(&sim).select_managed(kind, &query, &params)))
}

async fn read(
    sim: Sim<Realm>,
    Kind(kind): Kind,
    Of(id): Of,
    params: Params,
) -> Result<Crest<ManagedDocument>, CrestError> {
    let document = view(&sim).managed(kind, &id, &params)?;
    Ok(document.answer())
}

async fn create(
    sim: Sim<Realm>,
    Kind(kind): Kind,
    params: Params,
    Text(body): Text,
) -> Result<Crest<ManagedDocument>, CrestError> {
    let (id, attributes) = sent_attributes(&params, &body)?;
    let done = sim.apply(CreateManaged { kind, id, attributes }).await?;
    Ok(super::View::of(&done.after).managed(kind, &done.output, &params)?.answer_created())
}

async fn put(
    sim: Sim<Realm>,
    Kind(kind): Kind,
    Of(id): Of,
    If(condition): If,
    params: Params,
    Text(body): Text,
) -> Result<Crest<ManagedDocument>, CrestError> {
    let (_, attributes) = sent_attributes(&Params::default(), &body)?;
    let done = sim.apply(ReplaceManaged { kind, id: id.clone(), attributes, condition }).await?;
    let document = super::View::of(&done.after).managed(kind, &id, &params)?;
    Ok(match done.output {
        Replaced::Created => document.answer_created(),
        Replaced::Changed => document.answer(),
    })
}

async fn patch(
    sim: Sim<Realm>,
    Kind(kind): Kind,
    Of(id): Of,
    If(condition): If,
    params: Params,
    Text(body): Text,
) -> Result<Crest<ManagedDocument>, CrestError> {
    let operations = sent_operations(&body)?;
    let done = sim.apply(PatchManaged { kind, id: id.clone(), operations, condition }).await?;
    Ok(super::View::of(&done.after).managed(kind, &id, &params)?.answer())
}

async fn delete(
    sim: Sim<Realm>,
    Kind(kind): Kind,
    Of(id): Of,
    If(condition): If,
    params: Params,
) -> Result<Crest<ManagedDocument>, CrestError> {
    let document = view(&sim).managed(kind, &id, &params)?;
    sim.apply(DeleteManaged { kind, id, condition }).await?;
    Ok(document.answer())
}
