//! The grammar of `filters`: a text becomes an [`Expr`], without regard to which fields an endpoint offers.
//!
//! ```text
//! filter      = conjunction { "or" conjunction }
//! conjunction = negation { "and" negation }
//! negation    = [ "not" ] ( "(" filter ")" | comparison )
//! comparison  = field ( "eq" | "ne" | "gt" | "ge" | "lt" | "le" | "co" | "sw" ) value
//!             | field ( "in" | "ca" ) "(" value { "," value } ")"
//!             | field ( "isnull" | "pr" )
//!             | "pr" field
//! field       = name { "." name }             name: a letter or _, then letters, digits, _ and -
//! value       = '"' text '"'                  \" and \\ inside are " and \, and then %23 %25 %26 are # % &
//!             | bareword                      a run of anything but white space , ( ) and "
//! ```
//!
//! Sources: SailPoint's "Standard Collection Parameters" (operators, precedence, quoting, the double escape) and the
//! examples in its OpenAPI files (barewords). Where both are silent: white space is needed only where two words would run
//! together; a backslash before any other character is itself, as distinguished names are full of them; `null` is an
//! ordinary bareword. Words are case-sensitive, so `EQ` is no operator.

use std::fmt;

use winnow::ModalResult;
use winnow::ascii::multispace0;
use winnow::combinator::{alt, cut_err, delimited, opt, preceded, repeat, separated, terminated};
use winnow::error::{ContextError, ErrMode};
use winnow::prelude::*;
use winnow::token::{one_of, take_till, take_while};

use super::Operator;

/// How deep parentheses may nest. Each level adds at most three to the depth of the filter, which stays far below
/// [`crate::query::MAX_DEPTH`].
const MAX_NESTING: usize = 30;

/// A parsed filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr {
    /// Two or more that must all hold.
    And(Vec<Expr>),
    /// Two or more of which one must hold.
    Or(Vec<Expr>),
    /// One that must not hold.
    Not(Box<Expr>),
    /// A test of one field.
    Comparison(Comparison),
}

/// A test of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The field, as written.
    pub field: String,
    /// The operator.
    pub operator: Operator,
    /// One value, several for `in` and `ca`, none for `isnull` and `pr`; unquoted and unescaped, of no type yet.
    pub values: Vec<String>,
}

/// Why a text is no filter; displayed, a sentence for the client.
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
    /// A field, `not` or a parenthesis.
    Comparison,
    /// One of the operators.
    Operator,
    /// One value.
    Value,
    /// A list of values in parentheses.
    List,
    /// A comma or the end of a list.
    Comma,
    /// The quote that ends a string.
    Quote,
    /// `and`, `or` or a closing parenthesis.
    Parenthesis,
    /// `and`, `or` or nothing.
    End,
    /// Anything but one more level of parentheses.
    ShallowerNesting,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expected::Comparison => f.write_str("a field name, \"not\" or \"(\""),
            Expected::Operator => {
                f.write_str("one of the operators ")?;
                f.write_str(&Operator::ALL.map(Operator::word).join(", "))
            }
            Expected::Value => f.write_str("a value"),
            Expected::List => f.write_str("a list of values in parentheses"),
            Expected::Comma => f.write_str("\",\" or \")\""),
            Expected::Quote => f.write_str("a closing quote"),
            Expected::Parenthesis => f.write_str("\"and\", \"or\" or \")\""),
            Expected::End => f.write_str("\"and\", \"or\" or the end"),
            Expected::ShallowerNesting => write!(f, "at most {MAX_NESTING} nested parentheses"),
        }
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { position, expected, found } = self;
        write!(f, "The filter is malformed at position {position}: expected {expected}, found ")?;
        if found.is_empty() { f.write_str("the end.") } else { write!(f, "\"{found}\".") }
    }
}

impl std::error::Error for SyntaxError {}

/// Parses the decoded value of `filters`.
pub fn parse(filters: &str) -> Result<Expr, SyntaxError> {
    preceded(multispace0, |input: &mut _| disjunction(input, 0)).parse(filters).map_err(|error| {
        let (parsed, rest) = filters.split_at(error.offset());
        SyntaxError {
            position: parsed.chars().count() + 1,
            expected: error.inner().context().next().copied().unwrap_or(Expected::End),
            found: first_word(rest),
        }
    })
}

/// The bareword that `text` starts with, or else its first character; never more than an error message bears.
fn first_word(text: &str) -> String {
    let word = text.find(ends_bareword).unwrap_or(text.len()).max(text.chars().next().map_or(0, char::len_utf8));
    text[..word].chars().take(60).collect()
}

/// Nothing here is tried twice: an error past the first character of a construct is final (`cut_err`), so it stays where
/// it happened.
type Parsed<T> = ModalResult<T, ContextError<Expected>>;

fn disjunction(input: &mut &str, nesting: usize) -> Parsed<Expr> {
    separated(1.., |input: &mut _| conjunction(input, nesting), keyword("or"))
        .map(|parts| joined(parts, Expr::Or))
        .parse_next(input)
}

fn conjunction(input: &mut &str, nesting: usize) -> Parsed<Expr> {
    separated(1.., |input: &mut _| negation(input, nesting), keyword("and"))
        .map(|parts| joined(parts, Expr::And))
        .parse_next(input)
}

fn joined(parts: Vec<Expr>, join: fn(Vec<Expr>) -> Expr) -> Expr {
    match <[Expr; 1]>::try_from(parts) {
        Ok([only]) => only,
        Err(parts) => join(parts),
    }
}

fn negation(input: &mut &str, nesting: usize) -> Parsed<Expr> {
    let negated = opt(keyword("not")).parse_next(input)?.is_some();
    let inner = if opt(symbol('(')).parse_next(input)?.is_some() {
        group(input, nesting + 1)?
    } else {
        comparison.map(Expr::Comparison).parse_next(input)?
    };
    Ok(if negated { Expr::Not(Box::new(inner)) } else { inner })
}

fn group(input: &mut &str, nesting: usize) -> Parsed<Expr> {
    if nesting > MAX_NESTING {
        return Err(refused(Expected::ShallowerNesting));
    }
    terminated(|input: &mut _| disjunction(input, nesting), cut_err(symbol(')')).context(Expected::Parenthesis))
        .parse_next(input)
}

fn comparison(input: &mut &str) -> Parsed<Comparison> {
    let word = cut_err(field).context(Expected::Comparison).parse_next(input)?;
    if word == "pr"
        && let Some(field) = opt(field).parse_next(input)?
    {
        return Ok(Comparison { field: field.to_owned(), operator: Operator::Present, values: Vec::new() });
    }
    let operator = cut_err(whole_word.verify_map(Operator::from_word)).context(Expected::Operator).parse_next(input)?;
    let values = match operator {
        Operator::In | Operator::ContainsAll => list(input)?,
        Operator::IsNull | Operator::Present => Vec::new(),
        _ => vec![value(input)?],
    };
    Ok(Comparison { field: word.to_owned(), operator, values })
}

fn list(input: &mut &str) -> Parsed<Vec<String>> {
    cut_err(symbol('(')).context(Expected::List).parse_next(input)?;
    let values = separated(1.., value, symbol(',')).parse_next(input)?;
    cut_err(symbol(')')).context(Expected::Comma).parse_next(input)?;
    Ok(values)
}

fn value(input: &mut &str) -> Parsed<String> {
    cut_err(terminated(alt((string, bareword)), multispace0)).context(Expected::Value).parse_next(input)
}

fn string(input: &mut &str) -> Parsed<String> {
    let escaped = preceded('\\', one_of(['"', '\\'])).map(|c: char| c.to_string());
    let piece = alt((escaped, '\\'.map(String::from), take_till(1.., ['"', '\\']).map(str::to_owned)));
    let text = repeat(0.., piece).fold(String::new, |text, piece| text + &piece);
    delimited('"', text, cut_err('"').context(Expected::Quote)).map(|text| undo_double_escape(&text)).parse_next(input)
}

/// `%25` comes last, so that `%2523` is the text `%23`.
fn undo_double_escape(text: &str) -> String {
    text.replace("%23", "#").replace("%26", "&").replace("%25", "%")
}

fn bareword(input: &mut &str) -> Parsed<String> {
    take_till(1.., ends_bareword).map(str::to_owned).parse_next(input)
}

fn ends_bareword(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | '(' | ')' | '"')
}

fn field<'i>(input: &mut &'i str) -> Parsed<&'i str> {
    let name = (one_of(starts_name), take_while(0.., continues_name));
    terminated(separated::<_, _, (), _, _, _, _>(1.., name, '.').take(), multispace0).parse_next(input)
}

fn starts_name(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

fn continues_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

fn whole_word<'i>(input: &mut &'i str) -> Parsed<&'i str> {
    terminated(take_while(1.., continues_name), multispace0).parse_next(input)
}

/// `expected` as a whole word, with the white space after it.
fn keyword<'i>(expected: &'static str) -> impl Parser<&'i str, (), ErrMode<ContextError<Expected>>> {
    whole_word.verify(move |word: &str| word == expected).void()
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
