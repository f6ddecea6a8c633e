//! The expressions in policies: conditions that hold or not, and expressions that name people (contract, 9.1).
//!
//! The language is the `cel` crate's; here stand the vendor's variables (`scene`), its functions (`functions`), and
//! what an editor is told about a text (`check`).

mod check;
mod cost;
mod free;
mod functions;
mod scene;

pub use check::{Marker, Severity, check, compile_error};
pub use scene::Scene;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock};

use cel::{Env, Program, Value};

use super::wire::id;
use crate::company::Person;
use crate::kernel::Id;

/// The longest text that is read. [assumed]
pub const TEXT_MAX: usize = 4096;
/// The most bytes of answers to forms that a task keeps, and expressions see. [assumed]
pub const DATA_MAX: usize = 32 << 10;
/// The most people that one expression names. [assumed]
const PEOPLE_MAX: usize = 1000;

/// The language: the standard library, and the functions on texts and lists beside it.
static ENV: LazyLock<Arc<Env>> = LazyLock::new(|| {
    let mut env = Env::stdlib();
    let added = [env.add_extension(cel::extensions::strings), env.add_extension(cel::extensions::lists)];
    debug_assert!(added.iter().all(Result::is_ok), "the library's extensions fit one another");
    Arc::new(env)
});

/// Whether a condition holds.
///
/// # Errors
/// The evaluator's sentence when the text does not compile, breaks off, or yields no boolean.
pub fn holds(text: &str, scene: &Scene) -> Result<bool, String> {
    match evaluate(text, scene)? {
        Value::Bool(holds) => Ok(holds),
        other => Err(format!("expression must yield bool, not {}", other.type_of())),
    }
}

/// Whom an expression names: a user, their id or mail address, or a list of such.
///
/// # Errors
/// The evaluator's sentence when the text does not compile, breaks off, or yields something else.
pub fn people(text: &str, scene: &Scene) -> Result<Vec<Id<Person>>, String> {
    match evaluate(text, scene)? {
        Value::List(list) => list.iter().take(PEOPLE_MAX).map(|value| person(value, scene)).collect(),
        Value::Null => Ok(Vec::new()),
        one => Ok(vec![person(&one, scene)?]),
    }
}

/// What an expression yields, and of which kind.
///
/// # Errors
/// As [`holds`].
pub fn value_of(text: &str, scene: &Scene) -> Result<(String, String), String> {
    let value = evaluate(text, scene)?;
    let kind = value.type_of().to_string();
    let shown = value.json().map_err(|error| error.to_string())?;
    Ok((kind, shown.as_str().map_or_else(|| shown.to_string(), str::to_owned)))
}

fn evaluate(text: &str, scene: &Scene) -> Result<Value, String> {
    let program = compile(text)?;
    let context = scene.context();
    // The evaluator is not ours; where it breaks, an expression fails and no request.
    let result = catch_unwind(AssertUnwindSafe(|| program.execute(&context)));
    result.map_err(|_| "expression could not be evaluated".to_owned())?.map_err(|error| error.to_string())
}

fn compile(text: &str) -> Result<Program, String> {
    // What an editor would refuse is not run either, wherever the text comes from.
    if let Some(error) = compile_error(text) {
        return Err(error);
    }
    parse(text).map_err(|_| "expression could not be read".to_owned())?.map_err(|errors| errors.to_string())
}

/// The program of a text; `Err` where the parser itself breaks.
fn parse(text: &str) -> std::thread::Result<Result<Program, cel::ParseErrors>> {
    catch_unwind(AssertUnwindSafe(|| ENV.compile(text)))
}

fn person(value: &Value, scene: &Scene) -> Result<Id<Person>, String> {
    let text = match value {
        Value::String(text) => Some(text.to_string()),
        Value::Map(fields) => match fields.get(&cel::objects::KeyRef::String("id")) {
            Some(Value::String(text)) => Some(text.to_string()),
            _ => None,
        },
        _ => None,
    };
    let text = text.ok_or_else(|| format!("expression must yield users, not {}", value.type_of()))?;
    let by_id = id::read::<Person>(&text).ok().filter(|id| scene.company.people().contains(id));
    let found = by_id.or_else(|| scene.company.person_with_mail(&text).map(|person| person.id));
    found.ok_or_else(|| format!("user {text:?} not found"))
}

#[cfg(test)]
mod tests;
