//! Where a replay went another way, for people.

use std::fmt;

use serde_json::Value;

use super::Line;

/// How many characters are shown on either side.
const AROUND: usize = 60;

/// The first byte in which a deed differs from the recorded one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The line of the recording, from 1.
    pub line: u64,
    /// What was done there.
    pub what: String,
    /// Where in the line, as a JSON pointer.
    pub pointer: String,
    /// Which byte of the line, from 0.
    pub byte: usize,
    /// What was recorded there.
    pub recorded: String,
    /// What happened now.
    pub replayed: String,
}

impl Difference {
    pub(super) fn between(line: u64, what: &str, recorded: &str, replayed: &str) -> Self {
        let same = recorded.bytes().zip(replayed.bytes()).take_while(|(one, other)| one == other).count();
        let pointer = match (serde_json::from_str(recorded), serde_json::from_str(replayed)) {
            (Ok(one), Ok(other)) => pointer(&one, &other),
            _ => String::new(),
        };
        let around = |text: &str| around(text, same);
        let (recorded, replayed) = (around(recorded), around(replayed));
        Self { line, what: what.to_owned(), pointer, byte: same, recorded, replayed }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, what, pointer, byte, recorded, replayed } = self;
        writeln!(f, "line {line} differs from byte {byte} on, in `{pointer}`: {what}")?;
        writeln!(f, "  recorded: {recorded}")?;
        write!(f, "  replayed: {replayed}")
    }
}

/// What a line of a recording does, in a few words.
pub(super) fn title(line: &Line) -> String {
    match line {
        Line::Begin(_) => "the beginning".to_owned(),
        Line::End {} => "the end".to_owned(),
        Line::Exchange { tenant, number, request, .. } => {
            format!("exchange {number} of {tenant}, {} {}", request.method, request.uri)
        }
        Line::Control { request, .. } => format!("{} {}", request.method, request.uri),
        Line::Answer { tenant, vendor, call, .. } => format!("the answer to call {call} of {vendor} in {tenant}"),
        Line::Time { tenant, .. } => format!("time passes in {tenant}"),
    }
}

fn around(text: &str, at: usize) -> String {
    let start = (0..=at.saturating_sub(AROUND)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    let end = (at + AROUND..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    text.get(start..end).unwrap_or_default().to_owned()
}

/// The first place in which two values differ.
fn pointer(one: &Value, other: &Value) -> String {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let differing = one.iter().find(|(name, value)| other.get(*name) != Some(*value));
            match differing {
                Some((name, value)) => {
                    format!("/{name}{}", other.get(name).map_or_else(String::new, |other| pointer(value, other)))
                }
                None => String::new(),
            }
        }
        (Value::Array(one), Value::Array(other)) => {
            let differing = one.iter().zip(other).position(|(one, other)| one != other);
            match differing {
                Some(place) => format!("/{place}{}", pointer(&one[place], &other[place])),
                None => format!("/{}", one.len().min(other.len())),
            }
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_named() {
        let (one, other) = (r#"{"a":1,"b":[{"c":"déf"},2]}"#, r#"{"a":1,"b":[{"c":"dég"},2]}"#);
        let difference = Difference::between(7, "GET /a", one, other);
        assert_eq!((difference.pointer.as_str(), difference.byte), ("/b/0/c", 21));
        assert_eq!(difference.recorded, one);
        assert_eq!(Difference::between(7, "", one, "").pointer, "");
        assert_eq!(Difference::between(7, "", r#"{"b":[1]}"#, r#"{"b":[1,2]}"#).pointer, "/b/1");
    }
}
