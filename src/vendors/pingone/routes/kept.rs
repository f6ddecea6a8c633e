//! Documents that clients keep here, all served alike: the glossary (contract, 11), request types, forms and what they are
//! used for (8.1), events, templates of certification campaigns (10) and workflow definitions (13).

use axum::response::{IntoResponse, Response};
use http::Method;
use serde_json::{Map, Value, json};

use super::lists::{asked, page};
use super::{LIST, view};
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::pingone::dto::View;
use crate::vendors::pingone::error::ApiError;
use crate::vendors::pingone::gate::Who;
use crate::vendors::pingone::lifecycle::{Discard, Keep, Refusal, Rewrite, find_kept};
use crate::vendors::pingone::model::{Realm, Shelf};
use crate::vendors::pingone::query::Params;
use crate::vendors::pingone::reply::{CountsFirst, Created, Document, Listing, Name, Reply};

/// One kind of documents, and where it is served.
#[derive(Copy, Clone)]
struct Family {
    shelf: Shelf,
    path: &'static str,
    one: &'static str,
    /// The search, where there is one.
    search: Option<(&'static str, &'static str)>,
    /// How the operations are called: list, create, read, replace, delete.
    ids: [&'static str; 5],
    /// What they are about, in the same order.
    says: [&'static str; 5],
    /// Who may read.
    readers: Who,
}

const FAMILIES: [Family; 7] = [
    Family {
        shelf: Shelf::Glossary,
        path: "/iga/commons/glossary/schema",
        one: "/iga/commons/glossary/schema/{id}",
        search: Some(("/iga/commons/glossary/schema/search", "searchGlossary")),
        ids: ["queryGlossary", "createGlossary", "readGlossary", "updateGlossary", "deleteGlossary"],
        says: [
            "List the attributes of the glossary",
            "Add an attribute to the glossary",
            "Read an attribute of the glossary",
            "Replace an attribute of the glossary",
            "Take an attribute out of the glossary",
        ],
        readers: Who::User,
    },
    Family {
        shelf: Shelf::RequestTypes,
        path: "/iga/governance/requestTypes",
        one: "/iga/governance/requestTypes/{id}",
        search: None,
        ids: ["queryRequestTypes", "createRequestType", "readRequestType", "updateRequestType", "deleteRequestType"],
        says: [
            "List the types of requests",
            "Create a type of requests",
            "Read a type of requests",
            "Replace a type of requests",
            "Delete a type of requests",
        ],
        readers: Who::User,
    },
    Family {
        shelf: Shelf::Forms,
        path: "/iga/governance/requestForms",
        one: "/iga/governance/requestForms/{id}",
        search: None,
        ids: ["queryRequestForms", "createRequestForm", "readRequestForm", "updateRequestForm", "deleteRequestForm"],
        says: [
            "List the forms with which people ask",
            "Create a form with which people ask",
            "Read a form with which people ask",
            "Replace a form with which people ask",
            "Delete a form with which people ask",
        ],
        readers: Who::User,
    },
    Family {
        shelf: Shelf::FormAssignments,
        path: "/iga/governance/requestFormAssignments",
        one: "/iga/governance/requestFormAssignments/{id}",
        search: None,
        ids: [
            "queryRequestFormAssignments",
            "createRequestFormAssignment",
            "readRequestFormAssignment",
            "updateRequestFormAssignment",
            "deleteRequestFormAssignment",
        ],
        says: [
            "List which form is used for what",
            "Use a form for something",
            "Read for what a form is used",
            "Use another form for something",
            "Use a form no longer",
        ],
        readers: Who::User,
    },
    Family {
        shelf: Shelf::Events,
        path: "/iga/governance/event",
        one: "/iga/governance/event/{id}",
        search: None,
        ids: ["queryEvents", "createEvent", "readEvent", "updateEvent", "deleteEvent"],
        says: [
            "List the events that governance reacts to",
            "Create an event, or let what is due be processed",
            "Read an event",
            "Replace an event",
            "Delete an event",
        ],
        readers: Who::Administrator,
    },
    Family {
        shelf: Shelf::Templates,
        path: "/iga/governance/certification/template",
        one: "/iga/governance/certification/template/{id}",
        search: Some(("/iga/governance/certification/template/search", "searchTemplates")),
        ids: ["queryTemplates", "createTemplate", "readTemplate", "updateTemplate", "deleteTemplate"],
        says: [
            "List the templates of campaigns",
            "Create a template of campaigns",
            "Read a template of campaigns",
            "Replace a template of campaigns",
            "Delete a template of campaigns",
        ],
        readers: Who::Administrator,
    },
    Family {
        shelf: Shelf::Workflows,
        path: "/iga/governance/workflow",
        one: "/iga/governance/workflow/{id}",
        search: None,
        ids: ["queryWorkflows", "createWorkflow", "readWorkflow", "updateWorkflow", "deleteWorkflow"],
        says: [
            "List the definitions of workflows",
            "Create a definition of a workflow",
            "Read a definition of a workflow",
            "Replace a definition of a workflow",
            "Delete a definition of a workflow",
        ],
        readers: Who::Administrator,
    },
];

/// The endpoints.
pub fn rows() -> Contents<Who> {
    let mut rows: Contents<Who> = FAMILIES.into_iter().flat_map(rows_of).collect();
    let path = "/iga/commons/glossary/schemaConfig";
    rows.push(
        Endpoint::new(Method::GET, path, "readSchemaConfig", Who::User, schema_config)
            .doing("Which types an attribute of the glossary can have")
            .answers::<Value>(200),
    );
    rows
}

fn rows_of(family: Family) -> Contents<Who> {
    let Family { shelf, path, one, search, ids, says, readers } = family;
    let admin = Who::Administrator;
    let mut rows = vec![
        Endpoint::new(Method::GET, path, ids[0], readers, async move |sim: Sim<Realm>, params: Params| {
            listed(&sim, shelf, &params, None)
        })
        .doing(says[0])
        .query(&LIST)
        .answers::<Value>(200),
        Endpoint::new(
            Method::POST,
            path,
            ids[1],
            admin,
            async move |sim: Sim<Realm>, params: Params, Document(body): Document| {
                create(&sim, shelf, &params, body).await
            },
        )
        .doing(says[1])
        .query(&["_action"])
        .reads::<Value>()
        .answers::<Value>(if shelf == Shelf::Glossary { 201 } else { 200 }),
        Endpoint::new(Method::GET, one, ids[2], readers, async move |sim: Sim<Realm>, Name(id): Name| {
            shown(view(&sim), shelf, &id).map(Reply)
        })
        .doing(says[2])
        .answers::<Value>(200),
        Endpoint::new(
            Method::PUT,
            one,
            ids[3],
            admin,
            async move |sim: Sim<Realm>, Name(id): Name, Document(document): Document| {
                let done = sim.apply(Rewrite { shelf, id: id.clone(), document }).await?;
                shown(View::of(&done.after), shelf, &id).map(Reply)
            },
        )
        .doing(says[3])
        .reads::<Value>()
        .answers::<Value>(200),
        Endpoint::new(Method::DELETE, one, ids[4], admin, async move |sim: Sim<Realm>, Name(id): Name| {
            let done = sim.apply(Discard { shelf, id: id.clone() }).await?;
            shown(View::of(&done.before), shelf, &id).map(Reply)
        })
        .doing(says[4])
        .answers::<Value>(200),
    ];
    if let Some((path, id)) = search {
        rows.push(
            Endpoint::new(
                Method::POST,
                path,
                id,
                readers,
                async move |sim: Sim<Realm>, params: Params, Document(body): Document| {
                    listed(&sim, shelf, &params, Some(&body))
                },
            )
            .doing(says[0])
            .query(&LIST)
            .reads::<Value>()
            .answers::<Value>(200),
        );
    }
    rows
}

/// Four families print the counts first, and come in the order of creation (contract, 2.1).
pub fn listed(
    sim: &Sim<Realm>,
    shelf: Shelf,
    params: &Params,
    body: Option<&Map<String, Value>>,
) -> Result<Response, ApiError> {
    let view = view(sim);
    let query = asked(params, body)?;
    let in_creation = |query| -> Listing { page(query, view.rows(view.realm.shelf(shelf))) };
    Ok(match shelf {
        Shelf::RequestTypes | Shelf::Forms | Shelf::FormAssignments => CountsFirst(in_creation(&query)).into_response(),
        Shelf::Workflows => CountsFirst(in_creation(&query.counting_from_zero_or_one())).into_response(),
        Shelf::Glossary | Shelf::Templates | Shelf::Events => {
            page(&query, view.rows(view.realm.shelf_by_id(shelf))).into_response()
        }
    })
}

/// One document.
pub fn shown(view: View<'_>, shelf: Shelf, id: &str) -> Result<Value, ApiError> {
    Ok(view.kept(find_kept(view.realm, shelf, id)?))
}

/// Keeps a document; what it is kept as.
pub async fn keep(sim: &Sim<Realm>, shelf: Shelf, document: Map<String, Value>) -> Result<Value, ApiError> {
    let chosen = document.get("id").and_then(Value::as_str).filter(|id| shelf.takes_ids() && !id.is_empty());
    let id = chosen.map(str::to_owned);
    let done = sim.apply(Keep { shelf, id, document }).await?;
    shown(View::of(&done.after), shelf, &done.output)
}

async fn create(
    sim: &Sim<Realm>,
    shelf: Shelf,
    params: &Params,
    document: Map<String, Value>,
) -> Result<Response, ApiError> {
    match (shelf, params.get("_action")) {
        (_, None | Some("create")) => {}
        // What is due happened when it became due; whoever asks finds it done (contract, 3.7).
        (Shelf::Events, Some("process")) => return Ok(Reply(json!({})).into_response()),
        (_, Some(other)) => return Err(Refusal::UnknownAction(other.to_owned()).into()),
    }
    let kept = keep(sim, shelf, document).await?;
    Ok(if shelf == Shelf::Glossary { Created(kept).into_response() } else { Reply(kept).into_response() })
}

/// The types are the contract's; the layout is [assumed].
async fn schema_config() -> Reply<Value> {
    let types = ["string", "integer", "float", "boolean", "date", "managedObject"];
    let objects = ["assignment", "application", "role", "user"].map(|name| format!("/openidm/managed/{name}"));
    Reply(json!({"types": types, "objectTypes": objects}))
}
