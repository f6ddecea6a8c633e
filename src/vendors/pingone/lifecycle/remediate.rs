//! What must be said to put a violation right (contract, 6.6).

use serde_json::Value;

use super::document::{self, Document};
use super::{Fault, Refusal, engine};
use crate::vendors::pingone::model::{Realm, RemediationSchema, Violation};

const OPTION: &str = "remediationOptionId";

/// The remediation as it is stored: its option under the vendor's later name, too.
///
/// # Errors
/// When the option is unknown, something that its schema asks for is missing, or the user would violate still.
pub fn checked(realm: &Realm, violation: &Violation, body: Document) -> Result<Document, Refusal> {
    let offered = violation.terms().remediation_schemas();
    let said = [OPTION, "id"].map(|name| document::text(&body, name));
    let option = match (said.into_iter().find(|option| !option.is_empty()), offered.as_slice()) {
        (Some(option), _) => option,
        (None, [only]) => only,
        (None, _) => return Err(Refusal::required(OPTION)),
    };
    if !offered.contains(&option) {
        return Err(Fault::NoOption(option.to_owned()).into());
    }
    let option = option.to_owned();
    if option == RemediationSchema::GRANT_REMOVAL {
        resolves(violation, &body)?;
    } else if let Some(schema) = realm.schemas.get(&option) {
        let is_missing = |name: &&str| match body.get(*name) {
            None | Some(Value::Null) => true,
            Some(Value::String(text)) => text.trim().is_empty(),
            Some(Value::Array(list)) => list.is_empty(),
            Some(_) => false,
        };
        let faults = schema.required().filter(is_missing).map(|name| Fault::required(name.to_owned()));
        document::sound(faults.collect())?;
    }
    let mut stored = Document::new();
    stored.insert(OPTION.into(), option.into());
    stored.extend(body.into_iter().filter(|(name, _)| name != OPTION));
    Ok(stored)
}

/// Whether taking these grants away ends the violation.
fn resolves(violation: &Violation, body: &Document) -> Result<(), Refusal> {
    let chosen = body.get("grantIds").and_then(Value::as_array).cloned().unwrap_or_default();
    if chosen.is_empty() {
        return Err(Refusal::required("grantIds"));
    }
    let known: Vec<&str> = violation.grants().collect();
    let chosen: Vec<String> =
        chosen.iter().map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned)).collect();
    let unknown = chosen.iter().filter(|id| !known.contains(&id.as_str()));
    document::sound(unknown.map(|id| Fault::NotViolating(id.clone())).collect())?;
    let left = violation.composite_ids.iter();
    let left: Vec<Vec<&String>> = left.map(|set| set.iter().filter(|id| !chosen.contains(id)).collect()).collect();
    if engine::is_conflict(&left) { Err(Refusal::DoesNotResolve) } else { Ok(()) }
}

/// What is said about it in the record.
pub fn said(body: &Document) -> String {
    let said = ["justification", "comment"].map(|name| document::text(body, name));
    said.into_iter().find(|text| !text.trim().is_empty()).unwrap_or_default().to_owned()
}
