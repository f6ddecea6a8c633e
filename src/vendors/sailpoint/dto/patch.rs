//! JSON Patch over the wire form of an object (contract, section 11.5, `JsonPatchOperation`).

use json_patch::Patch;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::ToSchema;

use crate::vendors::sailpoint::lifecycle::Refusal;

/// `JsonPatchOperation`: one step of RFC 6902.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents what `json_patch::Patch` reads")]
pub struct JsonPatchOperation {
    /// `add`, `remove`, `replace`, `move`, `copy` or `test`.
    op: String,
    /// A JSON pointer.
    path: String,
    /// What `add`, `replace` and `test` take.
    value: Option<Value>,
}

/// `before` as it is after `patch`, of which only the fields `patchable` may have changed.
///
/// # Errors
/// When the patch does not apply, touches another field, or leaves something that is no `N`.
pub fn patched<T: Serialize, N: DeserializeOwned>(before: &T, patch: &Patch, patchable: &[&str]) -> Result<N, Refusal> {
    let bad = |why: String| Refusal::BadPatch(why);
    let before = serde_json::to_value(before).map_err(|why| bad(why.to_string()))?;
    let mut after = before.clone();
    json_patch::patch(&mut after, patch).map_err(|why| bad(why.to_string()))?;
    let (Value::Object(before), Value::Object(fields)) = (&before, &after) else {
        return Err(bad("the whole object cannot be replaced".into()));
    };
    let is_fixed = |name: &&String| !patchable.contains(&name.as_str()) && before.get(*name) != fields.get(*name);
    match before.keys().chain(fields.keys()).find(is_fixed) {
        Some(name) if before.contains_key(name) => Err(Refusal::Immutable(name.clone())),
        Some(name) => Err(bad(format!("there is no field {name}"))),
        None => serde_json::from_value(after).map_err(|why| bad(why.to_string())),
    }
}
