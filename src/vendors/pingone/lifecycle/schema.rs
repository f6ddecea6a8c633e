//! Remediation schemas: made, changed, copied, deleted (contract, 3.6 and 4.9).

use serde_json::Value;

use super::document::{self, Document, Field, Kind};
use super::{Fault, Missing, Refusal};
use crate::vendors::pingone::model::{Realm, RemediationSchema};
use crate::world::{Command, Cx};

const FIELDS: [Field; 2] = [("id", Kind::Text, true), ("schema", Kind::Object, true)];

/// Make a remediation schema.
pub struct CreateSchema {
    /// As it was sent.
    pub document: Document,
    /// Whether a taken id is made another, and what it names is copied.
    pub duplicate: bool,
}

impl Command<Realm> for CreateSchema {
    type Output = RemediationSchema;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        let Self { mut document, duplicate } = self;
        if duplicate {
            let id = document::text(&document, "id").to_owned();
            if let (Some(original), None) = (realm.schemas.get(&id), document.get("schema")) {
                document.insert("schema".into(), original.schema.clone());
            }
            if !id.is_empty() {
                let is_taken = |id: &str| realm.schemas.contains(&id.to_owned());
                document.insert("id".into(), document::numbered(&id, "-copy", "-", is_taken).into());
            }
        }
        let mut faults = document::faults(&document, &FIELDS);
        if realm.schemas.contains(&document::text(&document, "id").to_owned()) {
            faults.push(Fault::IdTaken("violation remediation schemas"));
        }
        document::sound(faults)?;
        Ok(put(realm, cx, document))
    }
}

/// Replace a remediation schema. The path says which; an `id` in the body is overruled.
pub struct ReplaceSchema {
    /// Its id.
    pub id: String,
    /// As it was sent.
    pub document: Document,
}

impl Command<Realm> for ReplaceSchema {
    type Output = RemediationSchema;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        changeable(realm, &self.id)?;
        let mut document = self.document;
        document.insert("id".into(), self.id.into());
        document::sound(document::faults(&document, &FIELDS))?;
        Ok(put(realm, cx, document))
    }
}

/// Delete a remediation schema.
pub struct DeleteSchema(pub String);

impl Command<Realm> for DeleteSchema {
    type Output = RemediationSchema;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        let schema = changeable(realm, &self.0)?;
        realm.schemas.remove(&self.0);
        cx.emit("remediation-schema.deleted", &self.0, Value::Null);
        Ok(schema)
    }
}

fn changeable(realm: &Realm, id: &str) -> Result<RemediationSchema, Refusal> {
    let schema = find(realm, id)?;
    if schema.is_built_in() { Err(Refusal::BuiltIn(id.to_owned())) } else { Ok(schema.clone()) }
}

/// The remediation schema with this id.
pub fn find<'r>(realm: &'r Realm, id: &str) -> Result<&'r RemediationSchema, Refusal> {
    let schema = realm.schemas.get(&id.to_owned());
    schema.map(|schema| &**schema).ok_or_else(|| Missing::RemediationSchema(id.to_owned()).into())
}

fn put(realm: &mut Realm, cx: &mut Cx<'_>, mut document: Document) -> RemediationSchema {
    let id = document::text(&document, "id").to_owned();
    document.shift_remove("id");
    document.shift_remove("metadata");
    let schema = document.shift_remove("schema").unwrap_or_default();
    let schema = RemediationSchema { id, schema, extra: document };
    cx.emit("remediation-schema.written", &schema.id, Value::Null);
    realm.schemas.put(schema.clone());
    schema
}
