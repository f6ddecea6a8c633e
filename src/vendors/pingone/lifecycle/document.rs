//! Documents of clients: what they must say, and what the server writes into them.

use serde_json::{Map, Value};

use super::{Fault, Refusal};

/// A document as clients send it.
pub type Document = Map<String, Value>;

/// The JSON types that fields are held to.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Flag,
    Integer,
    Object,
    List,
    Texts,
}

impl Kind {
    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Flag => value.is_boolean(),
            Self::Integer => value.is_i64() || value.is_u64(),
            Self::Object => value.is_object(),
            Self::List => value.is_array(),
            Self::Texts => value.as_array().is_some_and(|list| list.iter().all(Value::is_string)),
        }
    }
    fn name(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Flag => "a boolean",
            Self::Integer => "an integer",
            Self::Object => "an object",
            Self::List => "an array",
            Self::Texts => "an array of strings",
        }
    }
}

/// A field, its type, and whether it must be there.
pub type Field = (&'static str, Kind, bool);

/// Every fault of a document by its fields, in their order. A blank text is absent.
pub fn faults(document: &Document, fields: &[Field]) -> Vec<Fault> {
    let fault = |(name, kind, is_required): &Field| {
        let value = document.get(*name).filter(|value| !value.is_null());
        match value {
            None if *is_required => Some(Fault::required(*name)),
            None => None,
            Some(value) if !kind.fits(value) => Some(Fault::type_of(*name, kind.name())),
            Some(Value::String(text)) if *is_required && text.trim().is_empty() => Some(Fault::required(*name)),
            Some(_) => None,
        }
    };
    fields.iter().filter_map(fault).collect()
}

/// Nothing, or every fault.
pub fn sound(faults: Vec<Fault>) -> Result<(), Refusal> {
    if faults.is_empty() { Ok(()) } else { Err(Refusal::Invalid(faults)) }
}

/// Writes the server's `id` where the client wrote one, or at the end, and takes `metadata` out, which is the server's.
pub fn identify(document: &mut Document, id: String) {
    document.shift_remove("metadata");
    document.insert("id".into(), id.into());
}

/// A text of a document, blank when there is none.
pub fn text<'d>(document: &'d Document, name: &str) -> &'d str {
    document.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// `other` laid over `document`; fields that both have keep their place.
pub fn laid_over(mut document: Document, other: Document) -> Document {
    document.extend(other);
    document
}

/// `name`, or what the vendor makes of one that is taken: `name - Copy`, `name - Copy 2`, … (contract, 4.2).
pub fn unique(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    numbered(name, " - Copy", " ", is_taken)
}

/// `name`, or `name` with a suffix and the first number from 2 on that is free.
pub fn numbered(name: &str, suffix: &str, separator: &str, is_taken: impl Fn(&str) -> bool) -> String {
    if !is_taken(name) {
        return name.to_owned();
    }
    let first = format!("{name}{suffix}");
    let numbers = (2_u32..).map(|number| format!("{first}{separator}{number}"));
    std::iter::once(first.clone()).chain(numbers).find(|name| !is_taken(name)).unwrap_or(first)
}
