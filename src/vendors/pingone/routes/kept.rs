//! Documents that clients keep here, all served alike: the glossary (contract, 11), request types (8.1) and templates of
//! certification campaigns (10).

use http::Method;
use serde_json::{Map, Value, json};

use super::lists::list;
use super::{LIST, view};
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::pingone::dto::View;
use crate::vendors::pingone::error::ApiError;
use crate::vendors::pingone::gate::Who;
use crate::vendors::pingone::lifecycle::{Discard, Keep, Rewrite, find_kept};
use crate::vendors::pingone::model::{Realm, Shelf};
use crate::vendors::pingone::query::Params;
use crate::vendors::pingone::reply::{CountsFirst, Created, Document, Listing, Name, Reply};

const GLOSSARY: &str = "/iga/commons/glossary/schema";
const GLOSSARY_ONE: &str = "/iga/commons/glossary/schema/{id}";
const TYPES: &str = "/iga/governance/requestTypes";
const TEMPLATES: &str = "/iga/governance/certification/template";
const TEMPLATE: &str = "/iga/governance/certification/template/{id}";

/// The endpoints.
pub fn rows() -> Contents<Who> {
    let (user, admin) = (Who::User, Who::Administrator);
    vec![
        Endpoint::new(Method::GET, GLOSSARY, "queryGlossary", user, glossary)
            .doing("List the attributes of the glossary")
            .query(&LIST)
            .answers::<Value>(200),
        Endpoint::new(Method::POST, GLOSSARY, "createGlossary", admin, create_glossary)
            .doing("Add an attribute to the glossary")
            .reads::<Value>()
            .answers::<Value>(201),
        Endpoint::new(Method::POST, "/iga/commons/glossary/schema/search", "searchGlossary", user, search_glossary)
            .doing("Search the attributes of the glossary")
            .query(&LIST)
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::GET, GLOSSARY_ONE, "readGlossary", user, read_glossary)
            .doing("Read an attribute of the glossary")
            .answers::<Value>(200),
        Endpoint::new(Method::PUT, GLOSSARY_ONE, "updateGlossary", admin, put_glossary)
            .doing("Replace an attribute of the glossary")
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::DELETE, GLOSSARY_ONE, "deleteGlossary", admin, delete_glossary)
            .doing("Take an attribute out of the glossary")
            .answers::<Value>(200),
        Endpoint::new(Method::GET, "/iga/commons/glossary/schemaConfig", "readSchemaConfig", user, schema_config)
            .doing("Which types an attribute of the glossary can have")
            .answers::<Value>(200),
        Endpoint::new(Method::GET, TYPES, "queryRequestTypes", user, types)
            .doing("List the types of requests")
            .query(&LIST)
            .answers::<Value>(200),
        Endpoint::new(Method::POST, TYPES, "createRequestType", admin, create_type)
            .doing("Create a type of requests")
            .query(&["_action"])
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::GET, "/iga/governance/requestTypes/{id}", "readRequestType", user, read_type)
            .doing("Read a type of requests")
            .answers::<Value>(200),
        Endpoint::new(Method::GET, TEMPLATES, "queryTemplates", admin, templates)
            .doing("List the templates of campaigns")
            .query(&LIST)
            .answers::<Value>(200),
        Endpoint::new(Method::POST, TEMPLATES, "createTemplate", admin, create_template)
            .doing("Create a template of campaigns")
            .query(&["_action"])
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(
            Method::POST,
            "/iga/governance/certification/template/search",
            "searchTemplates",
            admin,
            search_templates,
        )
        .doing("Search the templates of campaigns")
        .query(&LIST)
        .reads::<Value>()
        .answers::<Value>(200),
        Endpoint::new(Method::GET, TEMPLATE, "readTemplate", admin, read_template)
            .doing("Read a template of campaigns")
            .answers::<Value>(200),
        Endpoint::new(Method::PUT, TEMPLATE, "updateTemplate", admin, put_template)
            .doing("Replace a template of campaigns")
            .reads::<Value>()
            .answers::<Value>(200),
        Endpoint::new(Method::DELETE, TEMPLATE, "deleteTemplate", admin, delete_template)
            .doing("Delete a template of campaigns")
            .answers::<Value>(200),
    ]
}

fn listed(
    sim: &Sim<Realm>,
    shelf: Shelf,
    params: &Params,
    body: Option<&Map<String, Value>>,
) -> Result<Listing, ApiError> {
    let view = view(sim);
    let mut rows: Vec<Value> = view.realm.shelf(shelf).map(|kept| view.kept(kept)).collect();
    if shelf != Shelf::RequestTypes {
        rows.sort_by(|one, other| one["id"].as_str().cmp(&other["id"].as_str()));
    }
    list(params, body, rows.into_iter())
}

fn shown(view: View<'_>, shelf: Shelf, id: &str) -> Result<Value, ApiError> {
    Ok(view.kept(find_kept(view.realm, shelf, id)?))
}

async fn keep(
    sim: &Sim<Realm>,
    shelf: Shelf,
    id: Option<String>,
    document: Map<String, Value>,
) -> Result<Value, ApiError> {
    let done = sim.apply(Keep { shelf, id, document }).await?;
    shown(View::of(&done.after), shelf, &done.output)
}

async fn rewrite(
    sim: &Sim<Realm>,
    shelf: Shelf,
    id: String,
    document: Map<String, Value>,
) -> Result<Reply<Value>, ApiError> {
    let done = sim.apply(Rewrite { shelf, id: id.clone(), document }).await?;
    shown(View::of(&done.after), shelf, &id).map(Reply)
}

async fn discard(sim: &Sim<Realm>, shelf: Shelf, id: String) -> Result<Reply<Value>, ApiError> {
    let done = sim.apply(Discard { shelf, id: id.clone() }).await?;
    shown(View::of(&done.before), shelf, &id).map(Reply)
}

async fn glossary(sim: Sim<Realm>, params: Params) -> Result<Listing, ApiError> {
    listed(&sim, Shelf::Glossary, &params, None)
}

async fn search_glossary(sim: Sim<Realm>, params: Params, Document(body): Document) -> Result<Listing, ApiError> {
    listed(&sim, Shelf::Glossary, &params, Some(&body))
}

async fn create_glossary(sim: Sim<Realm>, Document(body): Document) -> Result<Created<Value>, ApiError> {
    keep(&sim, Shelf::Glossary, None, body).await.map(Created)
}

async fn read_glossary(sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    shown(view(&sim), Shelf::Glossary, &id).map(Reply)
}

async fn put_glossary(sim: Sim<Realm>, Name(id): Name, Document(body): Document) -> Result<Reply<Value>, ApiError> {
    rewrite(&sim, Shelf::Glossary, id, body).await
}

async fn delete_glossary(sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    discard(&sim, Shelf::Glossary, id).await
}

/// The types are the contract's; the layout is [assumed].
async fn schema_config() -> Reply<Value> {
    let types = ["string", "integer", "float", "boolean", "date", "managedObject"];
    let objects = ["assignment", "application", "role", "user"].map(|name| format!("/openidm/managed/{name}"));
    Reply(json!({"types": types, "objectTypes": objects}))
}

async fn types(sim: Sim<Realm>, params: Params) -> Result<CountsFirst, ApiError> {
    listed(&sim, Shelf::RequestTypes, &params, None).map(CountsFirst)
}

/// Clients choose the ids of types (contract, 2.5).
async fn create_type(sim: Sim<Realm>, params: Params, Document(body): Document) -> Result<Reply<Value>, ApiError> {
    created_by(&params)?;
    let id = body.get("id").and_then(Value::as_str).filter(|id| !id.is_empty()).map(str::to_owned);
    keep(&sim, Shelf::RequestTypes, id, body).await.map(Reply)
}

async fn read_type(sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    shown(view(&sim), Shelf::RequestTypes, &id).map(Reply)
}

fn created_by(params: &Params) -> Result<(), ApiError> {
    match params.get("_action") {
        None | Some("create") => Ok(()),
        Some(other) => Err(ApiError::Illegal(format!("Invalid action: {other}"))),
    }
}

async fn templates(sim: Sim<Realm>, params: Params) -> Result<Listing, ApiError> {
    listed(&sim, Shelf::Templates, &params, None)
}

async fn search_templates(sim: Sim<Realm>, params: Params, Document(body): Document) -> Result<Listing, ApiError> {
    listed(&sim, Shelf::Templates, &params, Some(&body))
}

async fn create_template(sim: Sim<Realm>, params: Params, Document(body): Document) -> Result<Reply<Value>, ApiError> {
    created_by(&params)?;
    keep(&sim, Shelf::Templates, None, body).await.map(Reply)
}

async fn read_template(sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    shown(view(&sim), Shelf::Templates, &id).map(Reply)
}

async fn put_template(sim: Sim<Realm>, Name(id): Name, Document(body): Document) -> Result<Reply<Value>, ApiError> {
    rewrite(&sim, Shelf::Templates, id, body).await
}

async fn delete_template(sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    discard(&sim, Shelf::Templates, id).await
}
