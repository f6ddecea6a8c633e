//! The grammar of `_queryFilter` (contract, 2.3), the one that ForgeRock's products share under the name CREST.
//!
//! ```text
//! filter     = and { "or" and }
//! and        = not { "and" not }
//! not        = [ "!" ] primary
//! primary    = "(" filter ")" | "true" | "false"
//!            | pointer "pr" | pointer operator value | pointer "in" list | pointer "[" filter "]"
//! operator   = "eq" | "co" | "sw" | "ew" | "lt" | "le" | "gt" | "ge"
//! value      = number | "true" | "false" | "null" | string
//! list       = value | "(" value { "," value } ")"         a string may hold a JSON array
//! string     = '"' text '"' | "'" text "'"                 a backslash escapes the next character
//! pointer    = [ "/" ] segment { ( "/" | "." ) segment }   a segment may start with a slash; %xx are decoded
//! ```
//!
//! Words are the same in any case. The spellings of a list are [assumed], like `in` itself; so is that `sw ""` and `ew ""`
//! mean what the vendor's page says of `co ""`: that the field exists.

use std::fmt;

use percent_encoding::percent_decode_str;
use winnow::ModalResult;
use winnow::ascii::multispace0;
use winnow::combinator::{alt, cut_err, delimited, opt, preceded, repeat, separated, terminated};
use winnow::error::{ContextError, ErrMode};
use winnow::prelude::*;
use winnow::token::{any, take_till, take_while};

use crate::query::{Filter, Literal, Op, Untyped};

/// How deep parentheses and brackets may nest. Each level adds at most four to the depth of the filter, which stays below
/// [`crate::query::MAX_DEPTH`].
pub const MAX_NESTING: usize = 20;

/// How many characters of an unexpected word a message repeats.
const WORD_MAX: usize = 60;

/// Why a text is no filter; displayed, the detail that follows `Invalid query filter: `.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Which character is the first wrong one, counted from one; one past the last if the text ends too early.
    pub position: usize,
    /// What could have stood there.
    pub expected: Expected,
    /// The word that stands there; empty at the end.
    pub found: String,
}

/// What could have stood where a filter went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A field, `!`, a parenthesis, or a truth value.
    Condition,
    /// A path whose every segment has a name.
    Field,
    /// One of the operators, `pr` or a bracket.
    Operator,
    /// A number, a truth value, `null` or a quoted string.
    Value,
    /// A comma or the end of a list.
    Comma,
    /// The quote that ends a string.
    Quote,
    /// `and`, `or` or a closing parenthesis.
    Parenthesis,
    /// `and`, `or` or a closing bracket.
    Bracket,
    /// `and`, `or` or nothing.
    End,
    /// Anything but one more level.
    ShallowerNesting,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Expected::Condition => "a field, \"!\", \"(\", true or false",
            Expected::Field => "a field without empty segments",
            Expected::Operator => "one of eq, co, sw, ew, lt, le, gt, ge, in, pr or \"[\"",
            Expected::Value => "a number, true, false, null or a quoted string",
            Expected::Comma => "\",\" or \")\"",
            Expected::Quote => "a closing quote",
            Expected::Parenthesis => "\"and\", \"or\" or \")\"",
            Expected::Bracket => "\"and\", \"or\" or \"]\"",
            Expected::End => "\"and\", \"or\" or the end",
            Expected::ShallowerNesting => return write!(f, "at most {MAX_NESTING} nested levels"),
        })
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { position, expected, found } = self;
        write!(f, "expected {expected} at position {position}, found ")?;
        if found.is_empty() { f.write_str("the end") } else { write!(f, "\"{found}\"") }
    }
}

impl std::error::Error for SyntaxError {}

/// Parses the decoded value of `_queryFilter`.
///
/// # Errors
/// When the text does not follow the grammar.
pub fn parse(text: &str) -> Result<Filter, SyntaxError> {
    preceded(multispace0, |input: &mut _| disjunction(input, 0)).parse(text).map_err(|error| {
        let (parsed, rest) = text.split_at(error.offset());
        SyntaxError {
            position: parsed.chars().count() + 1,
            expected: error.inner().context().next().copied().unwrap_or(Expected::End),
            found: first_word(rest),
        }
    })
}

fn first_word(text: &str) -> String {
    let word = text.find(ends_word).unwrap_or(text.len()).max(text.chars().next().map_or(0, char::len_utf8));
    text[..word].chars().take(WORD_MAX).collect()
}

type Parsed<T> = ModalResult<T, ContextError<Expected>>;

fn disjunction(input: &mut &str, nesting: usize) -> Parsed<Filter> {
    separated(1.., |input: &mut _| conjunction(input, nesting), keyword("or")).map(Filter::any_of).parse_next(input)
}

fn conjunction(input: &mut &str, nesting: usize) -> Parsed<Filter> {
    separated(1.., |input: &mut _| negation(input, nesting), keyword("and")).map(Filter::all_of).parse_next(input)
}

fn negation(input: &mut &str, nesting: usize) -> Parsed<Filter> {
    let negated = opt(symbol('!')).parse_next(input)?.is_some();
    let inner = primary(input, nesting)?;
    Ok(if negated { Filter::Not(Box::new(inner)) } else { inner })
}

fn primary(input: &mut &str, nesting: usize) -> Parsed<Filter> {
    if opt(symbol('(')).parse_next(input)?.is_some() {
        return nested(input, nesting, ')', Expected::Parenthesis);
    }
    let start = *input;
    let word = cut_err(word).context(Expected::Condition).parse_next(input)?;
    if word.eq_ignore_ascii_case("true") {
        return Ok(Filter::All);
    }
    if word.eq_ignore_ascii_case("false") {
        return Ok(Filter::Or(Vec::new()));
    }
    let Some(path) = pointer(word) else {
        *input = start;
        return Err(refused(Expected::Field));
    };
    if opt(symbol('[')).parse_next(input)?.is_some() {
        let filter = Box::new(nested(input, nesting, ']', Expected::Bracket)?);
        return Ok(Filter::Any { path, filter });
    }
    condition(input, path)
}

fn nested(input: &mut &str, nesting: usize, end: char, expected: Expected) -> Parsed<Filter> {
    if nesting >= MAX_NESTING {
        return Err(refused(Expected::ShallowerNesting));
    }
    terminated(|input: &mut _| disjunction(input, nesting + 1), cut_err(symbol(end)).context(expected))
        .parse_next(input)
}

/// What follows a field.
#[derive(Clone, Copy)]
enum Operator {
    Compare(Op),
    In,
    Present,
}

fn operator(word: &str) -> Option<Operator> {
    Some(match word.to_ascii_lowercase().as_str() {
        "eq" => Operator::Compare(Op::Eq),
        "co" => Operator::Compare(Op::Contains),
        "sw" => Operator::Compare(Op::StartsWith),
        "ew" => Operator::Compare(Op::EndsWith),
        "lt" => Operator::Compare(Op::Lt),
        "le" => Operator::Compare(Op::Le),
        "gt" => Operator::Compare(Op::Gt),
        "ge" => Operator::Compare(Op::Ge),
        "in" => Operator::In,
        "pr" => Operator::Present,
        _ => return None,
    })
}

fn condition(input: &mut &str, path: String) -> Parsed<Filter> {
    let operator = cut_err(word.verify_map(operator)).context(Expected::Operator).parse_next(input)?;
    Ok(match operator {
        Operator::Present => Filter::Present(path),
        Operator::In => Filter::In { path, values: list(input)? },
        Operator::Compare(op) => {
            let value = value(input)?;
            match (op, &value) {
                (Op::Contains | Op::StartsWith | Op::EndsWith, Literal::Untyped(part)) if part.text().is_empty() => {
                    Filter::Present(path)
                }
                _ => Filter::Test { path, op, value },
            }
        }
    })
}

fn list(input: &mut &str) -> Parsed<Vec<Literal>> {
    if opt(symbol('(')).parse_next(input)?.is_some() {
        let values = separated(1.., value, symbol(',')).parse_next(input)?;
        cut_err(symbol(')')).context(Expected::Comma).parse_next(input)?;
        return Ok(values);
    }
    let value = value(input)?;
    Ok(array(&value).unwrap_or_else(|| vec![value]))
}

/// The elements of a JSON array of single values that a string holds.
fn array(value: &Literal) -> Option<Vec<Literal>> {
    let Literal::Untyped(text) = value else { return None };
    let elements: Vec<serde_json::Value> = serde_json::from_str(text.text()).ok()?;
    elements.iter().map(super::literal).collect()
}

fn value(input: &mut &str) -> Parsed<Literal> {
    let bare = word.verify_map(|word: &str| match word.to_ascii_lowercase().as_str() {
        "null" => Some(Literal::Null),
        lower @ ("true" | "false") => Some(untyped(lower)),
        _ => serde_json::from_str::<serde_json::Number>(word).ok().map(|_| untyped(word)),
    });
    let string = terminated(alt((string('"'), string('\''))), multispace0).map(|text| untyped(&text));
    cut_err(alt((string, bare))).context(Expected::Value).parse_next(input)
}

fn untyped(text: &str) -> Literal {
    Literal::Untyped(Untyped::new(text))
}

fn string<'i>(quote: char) -> impl Parser<&'i str, String, ErrMode<ContextError<Expected>>> {
    let escaped = preceded('\\', any).map(|c: char| c.to_string());
    let piece = alt((escaped, take_till(1.., [quote, '\\']).map(str::to_owned)));
    let text = repeat(0.., piece).fold(String::new, |text, piece| text + &piece);
    delimited(quote, text, cut_err(quote).context(Expected::Quote))
}

/// A run of anything that stands for nothing by itself, with the white space after it.
fn word<'i>(input: &mut &'i str) -> Parsed<&'i str> {
    terminated(take_while(1.., |c| !ends_word(c)), multispace0).parse_next(input)
}

fn ends_word(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '"' | '\'' | ',' | '!')
}

/// The path that a word writes, if each of its segments has a name.
fn pointer(word: &str) -> Option<String> {
    let path = percent_decode_str(word).decode_utf8().ok()?;
    let mut segment_is_empty = true;
    for (at, c) in path.char_indices() {
        match c {
            // At the start, and behind a separator, a slash may begin a segment.
            '/' if segment_is_empty && (at == 0 || !path[..at].ends_with("//")) => {}
            '.' | '/' if segment_is_empty => return None,
            '.' | '/' => segment_is_empty = true,
            _ => segment_is_empty = false,
        }
    }
    (!segment_is_empty).then(|| path.into_owned())
}

fn keyword<'i>(expected: &'static str) -> impl Parser<&'i str, (), ErrMode<ContextError<Expected>>> {
    word.verify(move |word: &str| word.eq_ignore_ascii_case(expected)).void()
}

/// One character, with the white space after it.
fn symbol<'i>(expected: char) -> impl Parser<&'i str, (), ErrMode<ContextError<Expected>>> {
    terminated(expected, multispace0).void()
}

fn refused(expected: Expected) -> ErrMode<ContextError<Expected>> {
    let mut error = ContextError::new();
    error.push(expected);
    ErrMode::Cut(error)
}

#[cfg(test)]
mod tests;
