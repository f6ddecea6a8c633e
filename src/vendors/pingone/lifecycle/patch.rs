//! The operations of a CREST patch on a document (contract, 12).

use serde::Deserialize;
use serde_json::{Map, Value};

use super::managed::ManagedRefusal;

/// How many operations one patch may have.
const OPERATIONS_MAX: usize = 1_000;

/// One operation. `transform` runs a script at the vendor, and is refused here.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Operation {
    /// What is done: `add`, `replace`, `remove`, `increment`, `copy`, `move`.
    #[serde(default)]
    pub operation: String,
    /// Where: a pointer; `-` at its end is the place behind a list.
    #[serde(default)]
    pub field: String,
    /// With what.
    pub value: Option<Value>,
    /// Where it comes from, for `copy` and `move`.
    pub from: Option<String>,
}

/// Carries a patch out on `document`, which is half changed where it is refused.
///
/// # Errors
/// When an operation is unknown, or does not fit what stands at its field.
pub fn patch(document: &mut Map<String, Value>, operations: Vec<Operation>) -> Result<(), ManagedRefusal> {
    if operations.len() > OPERATIONS_MAX {
        return Err(ManagedRefusal::Invalid(format!("A patch has at most {OPERATIONS_MAX} operations")));
    }
    let mut root = Value::Object(std::mem::take(document));
    let done = operations.into_iter().try_for_each(|operation| carry_out(&mut root, operation));
    if let Value::Object(members) = root {
        *document = members;
    }
    done
}

fn carry_out(root: &mut Value, operation: Operation) -> Result<(), ManagedRefusal> {
    let Operation { operation, field, value, from } = operation;
    let path = path(&field)?;
    let needed = |value: Option<Value>| {
        value.ok_or_else(|| ManagedRefusal::Invalid(format!("The {operation} patch operation needs a value")))
    };
    match operation.as_str() {
        "add" => add(root, &path, needed(value)?),
        "replace" => set(root, &path, needed(value)?),
        "remove" => {
            remove(root, &path, value.as_ref());
            Ok(())
        }
        "increment" => increment(root, &path, &needed(value)?),
        "copy" | "move" => {
            let from = self::path(from.as_deref().unwrap_or_default())?;
            let found = at(root, &from).cloned().ok_or_else(|| ManagedRefusal::BadField(from.join("/")))?;
            if operation == "move" {
                remove(root, &from, None);
            }
            set(root, &path, found)
        }
        _ => Err(ManagedRefusal::BadOperation(operation)),
    }
}

/// The names of a pointer. What a directory keeps for itself is no field.
fn path(field: &str) -> Result<Vec<String>, ManagedRefusal> {
    let names = field.strip_prefix('/').unwrap_or(field).split('/');
    let names: Vec<String> = names.map(|name| name.replace("~1", "/").replace("~0", "~")).collect();
    match names.first().map(String::as_str) {
        None | Some("" | "_id" | "_rev" | "-") => Err(ManagedRefusal::BadField(field.to_owned())),
        _ if names.iter().any(String::is_empty) => Err(ManagedRefusal::BadField(field.to_owned())),
        _ => Ok(names),
    }
}

fn at<'d>(root: &'d Value, path: &[String]) -> Option<&'d Value> {
    path.iter().try_fold(root, |inside, name| match inside {
        Value::Object(members) => members.get(name),
        Value::Array(elements) => elements.get(name.parse::<usize>().ok()?),
        _ => None,
    })
}

/// The place of a path, made where there is nothing yet.
fn place<'d>(root: &'d mut Value, path: &[String]) -> Result<&'d mut Value, ManagedRefusal> {
    path.iter().try_fold(root, |inside, name| {
        if inside.is_null() {
            *inside = if name == "-" { Value::Array(Vec::new()) } else { Value::Object(Map::new()) };
        }
        let refused = || ManagedRefusal::BadField(path.join("/"));
        match inside {
            Value::Object(members) => Ok(members.entry(name.as_str()).or_insert(Value::Null)),
            Value::Array(elements) => {
                let index = match name.as_str() {
                    "-" => {
                        elements.push(Value::Null);
                        elements.len().checked_sub(1)
                    }
                    name => name.parse().ok(),
                };
                index.and_then(|index: usize| elements.get_mut(index)).ok_or_else(refused)
            }
            _ => Err(refused()),
        }
    })
}

fn set(root: &mut Value, path: &[String], value: Value) -> Result<(), ManagedRefusal> {
    *place(root, path)? = value;
    Ok(())
}

/// A list gains what is added; anything else gives way to it.
fn add(root: &mut Value, path: &[String], value: Value) -> Result<(), ManagedRefusal> {
    match (place(root, path)?, value) {
        (Value::Array(elements), Value::Array(more)) => elements.extend(more),
        (Value::Array(elements), one) => elements.push(one),
        (there, value) => *there = value,
    }
    Ok(())
}

/// Takes a field away; with a value, only what equals it.
fn remove(root: &mut Value, path: &[String], value: Option<&Value>) {
    let Some((last, above)) = path.split_last() else { return };
    let Some(inside) = above.iter().try_fold(root, |inside, name| inside.get_mut(name.as_str())) else { return };
    match (inside, value) {
        (Value::Object(members), None) => drop(members.shift_remove(last)),
        (Value::Object(members), Some(value)) => match members.get_mut(last) {
            Some(Value::Array(elements)) => elements.retain(|element| !same(element, value)),
            Some(there) if same(there, value) => drop(members.shift_remove(last)),
            _ => {}
        },
        (Value::Array(elements), None) => {
            if let Some(index) = last.parse::<usize>().ok().filter(|index| *index < elements.len()) {
                elements.remove(index);
            }
        }
        _ => {}
    }
}

/// Two references are the same when they refer to the same.
fn same(one: &Value, other: &Value) -> bool {
    match (one.get("_ref"), other.get("_ref")) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

fn increment(root: &mut Value, path: &[String], by: &Value) -> Result<(), ManagedRefusal> {
    let refused = || ManagedRefusal::Invalid(format!("The field {} cannot be incremented", path.join("/")));
    let there = at(root, path).ok_or_else(refused)?;
    let sum = match (there.as_i64(), by.as_i64()) {
        (Some(there), Some(by)) => there.checked_add(by).map(Value::from),
        _ => there.as_f64().zip(by.as_f64()).map(|(there, by)| Value::from(there + by)),
    };
    set(root, path, sum.ok_or_else(refused)?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn patched(operations: Value) -> Result<Value, ManagedRefusal> {
        let mut document =
            json!({"a": 1, "list": ["x", "y"], "in": {"side": "s"}, "roles": [{"_ref": "r/1", "_rev": "0"}], "n": 1.5});
        let operations = serde_json::from_value(operations).unwrap();
        let members = document.as_object_mut().unwrap();
        patch(members, operations)?;
        Ok(document)
    }

    #[test]
    fn every_operation_does_what_it_says() {
        let table = [
            (json!([{"operation": "replace", "field": "/a", "value": 2}]), "/a", json!(2)),
            (json!([{"operation": "replace", "field": "a", "value": 2}]), "/a", json!(2)),
            (json!([{"operation": "replace", "field": "/new/deep", "value": 2}]), "/new/deep", json!(2)),
            (json!([{"operation": "add", "field": "/a", "value": "z"}]), "/a", json!("z")),
            (json!([{"operation": "add", "field": "/list", "value": "z"}]), "/list", json!(["x", "y", "z"])),
            (
                json!([{"operation": "add", "field": "/list", "value": ["z", "w"]}]),
                "/list",
                json!(["x", "y", "z", "w"]),
            ),
            (json!([{"operation": "add", "field": "/list/-", "value": "z"}]), "/list", json!(["x", "y", "z"])),
            (json!([{"operation": "add", "field": "/none/-", "value": "z"}]), "/none", json!(["z"])),
            (json!([{"operation": "replace", "field": "/list/0", "value": "z"}]), "/list", json!(["z", "y"])),
            (json!([{"operation": "remove", "field": "/a"}]), "/a", json!(null)),
            (json!([{"operation": "remove", "field": "/none"}]), "/a", json!(1)),
            (json!([{"operation": "remove", "field": "/a", "value": 2}]), "/a", json!(1)),
            (json!([{"operation": "remove", "field": "/a", "value": 1}]), "/a", json!(null)),
            (json!([{"operation": "remove", "field": "/list", "value": "x"}]), "/list", json!(["y"])),
            (json!([{"operation": "remove", "field": "/list/1"}]), "/list", json!(["x"])),
            (json!([{"operation": "remove", "field": "/in/side"}]), "/in", json!({})),
            (json!([{"operation": "remove", "field": "/roles", "value": {"_ref": "r/1"}}]), "/roles", json!([])),
            (json!([{"operation": "increment", "field": "/a", "value": 5}]), "/a", json!(6)),
            (json!([{"operation": "increment", "field": "/n", "value": -1}]), "/n", json!(0.5)),
            (json!([{"operation": "copy", "from": "/in/side", "field": "/a"}]), "/a", json!("s")),
            (json!([{"operation": "move", "from": "/in/side", "field": "/a"}]), "/in", json!({})),
        ];
        for (operations, pointer, expected) in table {
            let document = patched(operations.clone()).unwrap();
            assert_eq!(document.pointer(pointer).cloned().unwrap_or_default(), expected, "{operations}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let bad = |field: &str| ManagedRefusal::BadField(field.to_owned());
        let table = [
            (json!([{"operation": "explode", "field": "/a"}]), ManagedRefusal::BadOperation("explode".into())),
            (
                json!([{"operation": "transform", "field": "/a", "value": {}}]),
                ManagedRefusal::BadOperation("transform".into()),
            ),
            (json!([{"field": "/a", "value": 1}]), ManagedRefusal::BadOperation(String::new())),
            (json!([{"operation": "replace", "field": "", "value": 1}]), bad("")),
            (json!([{"operation": "replace", "field": "/", "value": 1}]), bad("/")),
            (json!([{"operation": "replace", "field": "/_id", "value": 1}]), bad("/_id")),
            (json!([{"operation": "replace", "field": "/a//b", "value": 1}]), bad("/a//b")),
            (json!([{"operation": "replace", "field": "/a/b", "value": 1}]), bad("a/b")),
            (json!([{"operation": "replace", "field": "/list/9", "value": 1}]), bad("list/9")),
            (json!([{"operation": "copy", "from": "/none", "field": "/a"}]), bad("none")),
            (json!([{"operation": "copy", "field": "/a"}]), bad("")),
        ];
        for (operations, expected) in table {
            assert_eq!(patched(operations.clone()), Err(expected), "{operations}");
        }
        for field in ["/list", "/none"] {
            let refused = patched(json!([{"operation": "increment", "field": field, "value": 1}]));
            assert!(matches!(refused, Err(ManagedRefusal::Invalid(_))), "{field}");
        }
        assert!(matches!(patched(json!([{"operation": "add", "field": "/a"}])), Err(ManagedRefusal::Invalid(_))));
    }
}
