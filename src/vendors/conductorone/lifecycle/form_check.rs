//! Whether what somebody filled in fits a form: names, kinds of values, options, what is required.
//! The `validate.*` rules inside fields are not looked at.

use serde_json::{Map, Value};

use crate::vendors::conductorone::cel::DATA_MAX;

/// Whether everything required is there.
///
/// # Errors
/// A sentence when something that is there does not fit.
pub fn check(form: &Value, data: &Map<String, Value>) -> Result<bool, String> {
    bounded(data)?;
    let fields: Vec<&Value> = form["fields"].as_array().map(|fields| fields.iter().collect()).unwrap_or_default();
    for (name, value) in data {
        let field = fields.iter().find(|field| field["name"] == **name);
        let field = field.ok_or_else(|| format!("unknown field {name:?} in request data"))?;
        check_value(name, field, value)?;
    }
    let missing = fields.iter().any(|field| {
        let name = field["name"].as_str().unwrap_or_default();
        field["required"] == true && data.get(name).is_none_or(is_empty)
    });
    Ok(!missing)
}

/// Whether it is no more than a task keeps.
///
/// # Errors
/// A sentence when it is.
pub fn bounded(data: &Map<String, Value>) -> Result<(), String> {
    let size = serde_json::to_vec(data).map_or(0, |text| text.len());
    if size > DATA_MAX { Err(format!("request data must not be longer than {DATA_MAX} bytes")) } else { Ok(()) }
}

fn check_value(name: &str, field: &Value, value: &Value) -> Result<(), String> {
    let refuse = |what: &str| Err(format!("field {name:?} must be {what}"));
    if value.is_null() {
        return Ok(());
    }
    if field.get("boolField").is_some() && !value.is_boolean() {
        return refuse("a boolean");
    }
    if field.get("int64Field").is_some() && !is_integer(value) {
        return refuse("an integer");
    }
    if field.get("stringSliceField").is_some() && !value.as_array().is_some_and(|all| all.iter().all(Value::is_string))
    {
        return refuse("a list of strings");
    }
    if field.get("stringMapField").is_some() && !value.is_object() {
        return refuse("a map of strings");
    }
    if let Some(string) = field.get("stringField") {
        let Some(text) = value.as_str() else { return refuse("a string") };
        let options = string["selectField"]["options"].as_array();
        let is_option = |options: &Vec<Value>| options.iter().any(|option| option["value"] == text);
        if options.is_some_and(|options| !text.is_empty() && !is_option(options)) {
            return refuse("one of its options");
        }
    }
    Ok(())
}

fn is_integer(value: &Value) -> bool {
    value.is_i64() || value.is_u64() || value.as_str().is_some_and(|text| text.parse::<i64>().is_ok())
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_form_is_complete_when_all_that_is_required_is_there_and_fits() {
        let form = json!({"fields": [
            {"name": "reason", "required": true, "stringField": {"textField": {}}},
            {"name": "tier", "stringField": {"selectField": {"options": [{"value": "gold"}, {"value": "tin"}]}}},
            {"name": "seats", "int64Field": {"numberField": {}}},
            {"name": "urgent", "boolField": {}},
            {"name": "teams", "stringSliceField": {}},
        ]});
        for (data, expected) in [
            (json!({"reason": "month end"}), Ok(true)),
            (json!({"reason": ""}), Ok(false)),
            (json!({}), Ok(false)),
            (json!({"tier": "gold", "seats": "4", "urgent": true, "teams": ["a"]}), Ok(false)),
            (json!({"reason": 7}), Err("field \"reason\" must be a string")),
            (json!({"tier": "lead"}), Err("field \"tier\" must be one of its options")),
            (json!({"seats": "many"}), Err("field \"seats\" must be an integer")),
            (json!({"urgent": "yes"}), Err("field \"urgent\" must be a boolean")),
            (json!({"teams": [1]}), Err("field \"teams\" must be a list of strings")),
            (json!({"colour": "red"}), Err("unknown field \"colour\" in request data")),
        ] {
            let data = data.as_object().unwrap();
            assert_eq!(check(&form, data), expected.map_err(str::to_owned), "{data:?}");
        }
    }
}
