//! Managed objects on the wire: which attributes an answer shows, the envelope of a query, and what clients send
//! (contract, 12).

use std::cell::OnceCell;

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::View;
use crate::kernel::Id;
use crate::query::{Row, Value as Shown, project};
use crate::vendors::pingone::error::CrestError;
use crate::vendors::pingone::lifecycle::{ManagedRefusal, Operation};
use crate::vendors::pingone::model::{Attributes, Managed, referred};
use crate::vendors::pingone::query::{ManagedQuery, Params};
use crate::vendors::pingone::reply::Crest;

/// The attributes of one object that an answer shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct ManagedDocument(Value);

impl ManagedDocument {
    fn revision(&self) -> String {
        self.0.get("_rev").and_then(Value::as_str).unwrap_or_default().to_owned()
    }
    /// 200, with the revision as an entity tag.
    pub fn answer(self) -> Crest<Self> {
        let revision = self.revision();
        Crest::of(self).tagged(revision)
    }
    /// 201, with the revision as an entity tag.
    pub fn answer_created(self) -> Crest<Self> {
        let revision = self.revision();
        Crest::created(self).tagged(revision)
    }
}

/// The envelope of a query.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QueryEnvelope {
    pub result: Vec<Value>,
    pub result_count: usize,
    pub paged_results_cookie: Option<String>,
    pub total_paged_results_policy: &'static str,
    pub total_paged_results: i64,
    pub remaining_paged_results: i64,
}

/// An object as queries test and sort it; its relationships are looked up only when one is asked for.
struct ManagedRow<'w> {
    view: View<'w>,
    kind: Managed,
    id: String,
    own: OnceCell<Value>,
    relationships: OnceCell<Value>,
}

impl ManagedRow<'_> {
    fn own(&self) -> &Value {
        let look_up = || self.view.realm.managed(self.view.company, self.kind, &self.id).unwrap_or_default();
        self.own.get_or_init(|| Value::Object(look_up()))
    }

    /// What is known of an object without writing down all of it: its id, and what users are looked for by.
    fn known(&self, path: &str) -> Option<&str> {
        if path == "_id" {
            return Some(&self.id);
        }
        if self.kind != Managed::User || !["userName", "givenName", "sn", "mail"].contains(&path) {
            return None;
        }
        let person = self.view.company.people().get(&Id::from_dashed(&self.id)?)?;
        Some(match path {
            "userName" => &person.slug,
            "givenName" => &person.given,
            "sn" => &person.family,
            _ => &person.mail,
        })
    }

    fn relationships(&self) -> &Value {
        let look_up = || Value::Object(self.view.realm.relationships(self.view.company, self.kind, &self.id));
        self.relationships.get_or_init(look_up)
    }

    fn is_related(&self, path: &str) -> bool {
        let first = path.trim_start_matches('/').split(['/', '.']).next().unwrap_or_default();
        self.kind.relationships().contains(&first)
    }
}

impl Row for ManagedRow<'_> {
    fn visit(&self, path: &str, each: &mut dyn FnMut(Shown<'_>) -> bool) -> bool {
        if let Some(text) = self.known(path.trim_start_matches('/')) {
            return each(Shown::Text(text));
        }
        if self.is_related(path) { self.relationships().visit(path, each) } else { self.own().visit(path, each) }
    }
    fn elements(&self, path: &str, each: &mut dyn FnMut(&dyn Row) -> bool) -> bool {
        if self.is_related(path) { self.relationships().elements(path, each) } else { self.own().elements(path, each) }
    }
}

impl<'w> View<'w> {
    /// One object, as the client wants to see it.
    ///
    /// # Errors
    /// When there is no such object.
    pub fn managed(self, kind: Managed, id: &str, params: &Params) -> Result<ManagedDocument, CrestError> {
        let row = self.row(kind, id.to_owned()).ok_or_else(|| ManagedRefusal::Missing(kind, id.to_owned()))?;
        Ok(ManagedDocument(self.shown(&row, params)))
    }

    /// The objects that a query asks for.
    pub fn select_managed(self, kind: Managed, query: &ManagedQuery, params: &Params) -> QueryEnvelope {
        let selected = match query.pinned("_id") {
            Some(id) => query.select(self.row(kind, id.to_lowercase()).into_iter(), |row| row.id.clone()),
            None => {
                let ids = self.realm.managed_ids(self.company, kind);
                query.select(ids.into_iter().map(|id| self.unread(kind, id)), |row| row.id.clone())
            }
        };
        QueryEnvelope {
            result: selected.rows.iter().map(|row| self.shown(row, params)).collect(),
            result_count: selected.count,
            paged_results_cookie: selected.cookie,
            total_paged_results_policy: if query.is_exact() { "EXACT" } else { "NONE" },
            total_paged_results: selected.total.map_or(-1, |total| i64::try_from(total).unwrap_or(i64::MAX)),
            remaining_paged_results: -1,
        }
    }

    fn row(self, kind: Managed, id: String) -> Option<ManagedRow<'w>> {
        let own = OnceCell::from(Value::Object(self.realm.managed(self.company, kind, &id)?));
        Some(ManagedRow { own, ..self.unread(kind, id) })
    }

    /// An object that is there, and is looked at when somebody asks for more than its id.
    fn unread(self, kind: Managed, id: String) -> ManagedRow<'w> {
        ManagedRow { view: self, kind, id, own: OnceCell::new(), relationships: OnceCell::new() }
    }

    /// `_id`, `_rev` and what `_fields` names: `*` all own attributes, which is also the default, `*_ref` all
    /// relationships, and a path through a relationship the attributes of whatever it refers to.
    fn shown(self, row: &ManagedRow<'_>, params: &Params) -> Value {
        let fields: Vec<&str> = params.listed("_fields").map(|field| field.trim_start_matches('/')).collect();
        let related: Vec<&str> = fields.iter().copied().filter(|field| row.is_related(field)).collect();
        let all_related = fields.contains(&"*_ref");
        if related.is_empty() && !all_related && (fields.is_empty() || fields.contains(&"*")) {
            return row.own().clone();
        }
        let mut whole = row.own().as_object().cloned().unwrap_or_default();
        let own: Vec<String> = whole.keys().cloned().collect();
        if all_related || !related.is_empty() {
            whole.extend(row.relationships().as_object().cloned().unwrap_or_default());
        }
        for (name, _) in related.iter().filter_map(|field| field.split_once(['/', '.'])) {
            if let Some(value) = whole.get_mut(name) {
                self.expand(value);
            }
        }
        let mut paths = vec!["_id", "_rev"];
        for field in &fields {
            match *field {
                "*" => paths.extend(own.iter().map(String::as_str)),
                "*_ref" => paths.extend(row.kind.relationships()),
                field => paths.push(field.strip_suffix("/*").unwrap_or(field)),
            }
        }
        project(&Value::Object(whole), &paths)
    }

    /// Adds to a reference, or to each of a list, the attributes of what it refers to.
    fn expand(self, value: &mut Value) {
        match value {
            Value::Array(elements) => elements.iter_mut().for_each(|element| self.expand(element)),
            Value::Object(reference) => {
                let whole = Value::Object(reference.clone());
                let found = Managed::ALL
                    .into_iter()
                    .find_map(|kind| self.realm.managed(self.company, kind, referred(&whole, kind)?));
                for (name, attribute) in found.unwrap_or_default() {
                    reference.entry(name).or_insert(attribute);
                }
            }
            _ => {}
        }
    }
}

/// The attributes in a body, and the id that it chooses.
///
/// # Errors
/// When the body is no object, or the action of a collection is another than `create`.
pub fn sent_attributes(params: &Params, body: &str) -> Result<(Option<String>, Attributes), CrestError> {
    if let Some(action) = params.get("_action").filter(|action| *action != "create") {
        return Err(ManagedRefusal::Invalid(format!("Unrecognized action ID '{action}'")).into());
    }
    let attributes: Map<String, Value> = serde_json::from_str(body).map_err(unreadable)?;
    let id = attributes.get("_id").and_then(Value::as_str).map(str::to_lowercase);
    Ok((id, attributes))
}

/// The operations of a patch.
///
/// # Errors
/// When the body is no list of operations.
pub fn sent_operations(body: &str) -> Result<Vec<Operation>, CrestError> {
    serde_json::from_str(body).map_err(unreadable)
}

fn unreadable(error: serde_json::Error) -> CrestError {
    ManagedRefusal::Invalid(format!(
        "The request could not be processed because the provided content is not valid JSON: {error}"
    ))
    .into()
}
