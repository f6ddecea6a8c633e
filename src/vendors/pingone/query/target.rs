//! The grammar of `targetFilter`, a filter written as a tree of JSON nodes (contract, 2.4).
//!
//! The same nodes are the conditions of a rule, where each has a `type` besides.

use serde_json::Value;
use thiserror::Error;

use crate::query::{Filter, MAX_DEPTH, Op};

/// Why a node is no filter; displayed, the whole message. Only the first text is the contract's, the others are [assumed].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TargetError {
    /// There is no such operator.
    #[error("Invalid target filter operator: {0}")]
    Operator(String),
    /// The operator cannot do anything with what it was given.
    #[error("Invalid target filter operand for operator: {0}")]
    Operand(String),
    /// A node is neither an operator nor a comparison.
    #[error("Invalid target filter: {0}")]
    Node(String),
    /// It nests deeper than [`MAX_NESTING`].
    #[error("Invalid target filter: at most {MAX_NESTING} nested operators")]
    TooDeep,
}

/// How deep nodes may nest. A level adds at most two to the depth of the filter, which stays below [`MAX_DEPTH`].
pub const MAX_NESTING: usize = (MAX_DEPTH - 2) / 2;

/// How many characters of a wrong node a message repeats.
const NODE_MAX: usize = 200;

/// Reads a body of the form `{"targetFilter": node}`. No body, `null`, and a body without the name mean everything.
///
/// # Errors
/// When the body is no object, or the node no filter.
pub fn of_body(body: &Value) -> Result<Filter, TargetError> {
    match body {
        Value::Null => Ok(Filter::All),
        Value::Object(members) => members.get("targetFilter").map_or(Ok(Filter::All), parse),
        other => Err(unreadable(other)),
    }
}

/// Reads one node.
///
/// # Errors
/// When it is no filter.
pub fn parse(node: &Value) -> Result<Filter, TargetError> {
    at(node, 0)
}

fn at(node: &Value, depth: usize) -> Result<Filter, TargetError> {
    if depth > MAX_NESTING {
        return Err(TargetError::TooDeep);
    }
    let members = match node {
        Value::Null => return Ok(Filter::All),
        Value::Object(members) => members,
        other => return Err(unreadable(other)),
    };
    let operand = members.get("operand").unwrap_or(&Value::Null);
    match members.get("operator") {
        Some(Value::String(operator)) => operation(operator, operand, depth),
        Some(Value::Null) | None if operand.is_array() => operation("AND", operand, depth),
        Some(Value::Null) | None if members.contains_key("targetName") => comparison("EQUALS", node),
        Some(Value::Null) | None if members.is_empty() => Ok(Filter::All),
        Some(Value::Null) | None => Err(unreadable(node)),
        Some(other) => Err(TargetError::Operator(shortened(other))),
    }
}

fn operation(operator: &str, operand: &Value, depth: usize) -> Result<Filter, TargetError> {
    match operator {
        "AND" => nodes(operator, operand, depth).map(Filter::all_of),
        "OR" => nodes(operator, operand, depth).map(Filter::any_of),
        "NOT" => nodes(operator, operand, depth).map(|parts| Filter::Not(Box::new(Filter::any_of(parts)))),
        "ALL" => Ok(Filter::All),
        _ => comparison(operator, operand),
    }
}

/// The operands of a junction: an array of nodes, or one alone.
fn nodes(operator: &str, operand: &Value, depth: usize) -> Result<Vec<Filter>, TargetError> {
    match operand {
        Value::Array(nodes) => nodes.iter().map(|node| at(node, depth + 1)).collect(),
        Value::Object(_) => Ok(vec![at(operand, depth + 1)?]),
        _ => Err(TargetError::Operand(operator.to_owned())),
    }
}

fn comparison(operator: &str, operand: &Value) -> Result<Filter, TargetError> {
    let op = match operator {
        "EQUALS" => Some(Op::Eq),
        "CONTAINS" => Some(Op::Contains),
        "STARTS_WITH" => Some(Op::StartsWith),
        "ENDS_WITH" => Some(Op::EndsWith),
        "GT" => Some(Op::Gt),
        "GTE" => Some(Op::Ge),
        "LT" => Some(Op::Lt),
        "LTE" => Some(Op::Le),
        "EXISTS" | "IN" => None,
        other => return Err(TargetError::Operator(other.chars().take(NODE_MAX).collect())),
    };
    let refused = || TargetError::Operand(operator.to_owned());
    let path = operand.get("targetName").and_then(Value::as_str).filter(|path| !path.is_empty()).ok_or_else(refused)?;
    let path = path.to_owned();
    let value = operand.get("targetValue");
    Ok(match op {
        Some(op) => Filter::Test { path, op, value: value.and_then(super::literal).ok_or_else(refused)? },
        None if operator == "EXISTS" => Filter::Present(path),
        None => {
            let values = value.and_then(Value::as_array).ok_or_else(refused)?;
            let values: Option<Vec<_>> = values.iter().map(super::literal).collect();
            Filter::In { path, values: values.ok_or_else(refused)? }
        }
    })
}

fn unreadable(node: &Value) -> TargetError {
    TargetError::Node(shortened(node))
}

fn shortened(node: &Value) -> String {
    node.to_string().chars().take(NODE_MAX).collect()
}

#[cfg(test)]
mod tests;
