//! What an editor is told about an expression before anybody runs it.

use super::functions::{NOT_SIMULATED, SIMULATED};
use super::scene::VARIABLES;
use super::{TEXT_MAX, parse};
use super::{cost, free};

/// How bad it is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Severity {
    Warning,
    Error,
}

/// Something about a place in a text; lines and columns from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    /// Where it begins.
    pub start: (i32, i32),
    /// Where it ends.
    pub end: (i32, i32),
    /// How bad it is.
    pub severity: Severity,
    /// What it is.
    pub message: String,
}

/// Functions of the standard library; `@` marks operators, which the parser makes up.
const STANDARD: [&str; 34] = [
    "size",
    "contains",
    "startsWith",
    "endsWith",
    "matches",
    "string",
    "int",
    "uint",
    "double",
    "bytes",
    "bool",
    "dyn",
    "type",
    "duration",
    "timestamp",
    "max",
    "min",
    "has",
    "all",
    "exists",
    "exists_one",
    "map",
    "filter",
    "getFullYear",
    "getMonth",
    "getDayOfYear",
    "getDayOfMonth",
    "getDate",
    "getDayOfWeek",
    "getHours",
    "getMinutes",
    "getSeconds",
    "getMilliseconds",
    "not_strictly_false",
];

/// Functions on texts that the vendor documents beside the standard ones.
const STRINGS: [&str; 10] =
    ["lowerAscii", "upperAscii", "trim", "split", "replace", "join", "substring", "indexOf", "lastIndexOf", "charAt"];

/// Everything that can be said; nothing when all is well.
pub fn check(text: &str) -> Vec<Marker> {
    if text.len() > TEXT_MAX {
        return vec![whole(text, Severity::Error, format!("expression must not be longer than {TEXT_MAX} bytes"))];
    }
    let compiled = match parse(text) {
        Ok(compiled) => compiled,
        Err(_) => return vec![whole(text, Severity::Error, "expression could not be read".into())],
    };
    let program = match compiled {
        Ok(program) => program,
        Err(errors) => return errors.errors.iter().map(|error| at(text, error.pos, error.msg.clone())).collect(),
    };
    if let Some(why) = cost::too_much(program.expression()) {
        return vec![whole(text, Severity::Error, why.into())];
    }
    let references = program.references();
    let mut markers = Vec::new();
    for name in free::variables(program.expression()) {
        // The root of a function's full name reads like a variable.
        if !VARIABLES.contains(&name) && name != "c1" {
            let message = format!("undeclared reference to '{name}' (in container '')");
            markers.push(find(text, name, Severity::Error, message));
        }
    }
    let mut functions: Vec<&str> = references.functions().into_iter().collect();
    functions.sort_unstable();
    for name in functions {
        markers.extend(check_function(text, name));
    }
    markers
}

/// The first error, if there is one: what refuses a policy.
pub fn compile_error(text: &str) -> Option<String> {
    let error = check(text).into_iter().find(|marker| marker.severity == Severity::Error)?;
    Some(format!("ERROR: <input>:{}:{}: {}", error.start.0, error.start.1, error.message))
}

fn check_function(text: &str, name: &str) -> Option<Marker> {
    let is_operator = !name.starts_with(|letter: char| letter.is_ascii_alphabetic());
    let short = |full: &str| full.rsplit('.').next() == Some(name) || full == name;
    if is_operator || STANDARD.contains(&name) || STRINGS.contains(&name) || SIMULATED.iter().any(|full| short(full)) {
        return None;
    }
    if NOT_SIMULATED.iter().any(|full| short(full)) {
        return Some(find(text, name, Severity::Warning, format!("function not simulated: {name}")));
    }
    let message = format!("undeclared reference to '{name}' (in container '')");
    Some(find(text, name, Severity::Error, message))
}

/// A marker on the first place where a name stands.
fn find(text: &str, name: &str, severity: Severity, message: String) -> Marker {
    let Some(offset) = text.find(name) else { return whole(text, severity, message) };
    let start = place(text, offset);
    Marker { start, end: place(text, offset + name.len()), severity, message }
}

fn at(text: &str, (line, column): (isize, isize), message: String) -> Marker {
    let start = (i32::try_from(line).unwrap_or(1).max(1), i32::try_from(column).unwrap_or(1).max(1));
    let end = place(text, text.len());
    Marker { start, end: end.max(start), severity: Severity::Error, message }
}

fn whole(text: &str, severity: Severity, message: String) -> Marker {
    Marker { start: (1, 1), end: place(text, text.len()), severity, message }
}

/// Line and column of an offset, from 1.
fn place(text: &str, offset: usize) -> (i32, i32) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
    (i32::try_from(line).unwrap_or(i32::MAX), i32::try_from(column).unwrap_or(i32::MAX))
}
