//! Reading proto3 JSON: strict, in the words of the parser that the vendor's gateway uses.

use std::fmt;

use serde::de::value::{MapDeserializer, SeqDeserializer, StrDeserializer, StringDeserializer};
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Number, Value};

use super::scalar::FREE;

/// Why a body is no such message: the sentence, and the field that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    what: String,
    field: Option<String>,
}

impl Fault {
    fn about(field: &str, what: String) -> Self {
        Self { what, field: Some(field.to_owned()) }
    }

    /// The sentence, with the place where the field stands in the body.
    fn placed(self, body: &str) -> String {
        let named = self.field.and_then(|field| body.find(&format!("\"{field}\"")));
        let before = &body[..named.unwrap_or(0)];
        let (line, start) = (before.matches('\n').count() + 1, before.rfind('\n').map_or(0, |end| end + 1));
        let column = before[start..].chars().count() + 1;
        format!("proto: (line {line}:{column}): {}", self.what)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}
impl std::error::Error for Fault {}
impl de::Error for Fault {
    fn custom<T: fmt::Display>(what: T) -> Self {
        Self { what: what.to_string(), field: None }
    }
}

/// Reads a body; an empty one, and a bare `null`, are `{}`. Hands out the document, too.
///
/// # Errors
/// The sentence for the client, when the text is no JSON or not such a message.
pub fn from_body<T: DeserializeOwned>(body: &str) -> Result<(T, Value), String> {
    let text = if body.trim().is_empty() { "{}" } else { body };
    let document: Value = serde_json::from_str(text)
        .map_err(|error| format!("proto: syntax error (line {}:{}): {error}", error.line(), error.column()))?;
    let document = if document.is_null() { Value::Object(Map::new()) } else { document };
    let read = T::deserialize(Proto { value: document.clone(), field: "" }).map_err(|fault| fault.placed(text))?;
    Ok((read, document))
}

/// Reads a document as it was written by [`super::to_value`].
///
/// # Errors
/// When it is no such message.
pub fn from_document<T: DeserializeOwned>(document: Value) -> Result<T, Fault> {
    T::deserialize(Proto { value: document, field: "" })
}

/// A value, and the field that holds it.
#[derive(Clone)]
struct Proto {
    value: Value,
    field: &'static str,
}

impl Proto {
    fn refused(&self, kind: &str) -> Fault {
        Fault::about(self.field, format!("invalid value for {kind} field {}: {}", self.field, self.value))
    }

    fn unexpected(&self) -> Fault {
        let token = match &self.value {
            Value::Array(_) => "[".to_owned(),
            Value::Object(_) => "{".to_owned(),
            scalar => scalar.to_string(),
        };
        Fault::about(self.field, format!("unexpected token {token}"))
    }

    /// A whole number, from a number or a string of digits.
    fn whole<N: TryFrom<i128>>(&self, kind: &str) -> Result<N, Fault> {
        let number = match &self.value {
            Value::Number(number) => whole(number),
            Value::String(digits) => digits.parse().ok(),
            _ => None,
        };
        number.and_then(|number| N::try_from(number).ok()).ok_or_else(|| self.refused(kind))
    }
}

/// `1.0` and `1e2` are whole as well.
fn whole(number: &Number) -> Option<i128> {
    let exact = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
    let round = || number.as_f64().filter(|real| real.fract() == 0.0 && real.abs() < 1e15).map(|real| real as i128);
    exact.or_else(round)
}

/// The fields of a message, each of which answers for what is wrong inside it.
struct Fields {
    left: std::vec::IntoIter<Proto>,
    next: Option<Proto>,
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Fault;
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        self.next = self.left.next();
        let name = self.next.as_ref().map(|next| StrDeserializer::new(next.field));
        name.map(|name| seed.deserialize(name)).transpose()
    }
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let next = self.next.take().ok_or_else(|| de::Error::custom("a value without its field"))?;
        let field = next.field;
        seed.deserialize(next).map_err(|fault| Fault { field: fault.field.or_else(|| Some(field.to_owned())), ..fault })
    }
}

impl<'de> IntoDeserializer<'de, Fault> for Proto {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! whole_numbers {
    ($($method:ident $visit:ident $kind:literal),+) => { $(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            visitor.$visit(self.whole($kind)?)
        }
    )+ };
}

impl<'de> Deserializer<'de> for Proto {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let field = self.field;
        self.value.deserialize_any(visitor).map_err(|error| Fault::about(field, error.to_string()))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let Value::Object(sent) = self.value else { return Err(self.unexpected()) };
        let mut named: Vec<Self> = Vec::with_capacity(sent.len());
        for (key, value) in sent {
            let known = fields.iter().find(|field| **field == key || snake_case(field) == key);
            let field = known.ok_or_else(|| Fault::about(&key, format!("unknown field {key:?}")))?;
            if named.iter().any(|earlier| earlier.field == *field) {
                return Err(Fault::about(&key, format!("duplicate field {key:?}")));
            }
            if !value.is_null() {
                named.push(Self { value, field });
            }
        }
        visitor.visit_map(Fields { left: named.into_iter(), next: None })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let field = self.field;
        let Value::Object(entries) = self.value else { return Err(self.unexpected()) };
        let entries = entries.into_iter().map(|(key, value)| (key, Self { value, field }));
        visitor.visit_map(MapDeserializer::new(entries))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let field = self.field;
        let Value::Array(items) = self.value else { return Err(self.unexpected()) };
        visitor.visit_seq(SeqDeserializer::new(items.into_iter().map(|value| Self { value, field })))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.value.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Fault> {
        if name != FREE {
            return visitor.visit_newtype_struct(self);
        }
        let field = self.field;
        visitor.visit_newtype_struct(self.value).map_err(|error| Fault::about(field, error.to_string()))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        words: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let word = match &self.value {
            Value::String(word) => words.iter().find(|known| *known == word),
            Value::Number(number) => whole(number).and_then(|place| words.get(usize::try_from(place).ok()?)),
            _ => None,
        };
        let word = word.ok_or_else(|| self.refused("enum"))?;
        let word: StringDeserializer<Fault> = (*word).to_owned().into_deserializer();
        visitor.visit_enum(word)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Value::String(text) => visitor.visit_string(text),
            _ => Err(self.refused("string")),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_string(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let value = self.value.as_bool().ok_or_else(|| self.refused("bool"))?;
        visitor.visit_bool(value)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let value = match &self.value {
            Value::Number(number) => number.as_f64(),
            Value::String(digits) => digits.parse().ok(),
            _ => None,
        };
        visitor.visit_f64(value.ok_or_else(|| self.refused("double"))?)
    }

    whole_numbers! {
        deserialize_i32 visit_i32 "int32",
        deserialize_u32 visit_u32 "uint32",
        deserialize_i64 visit_i64 "int64",
        deserialize_u64 visit_u64 "uint64"
    }

    forward_to_deserialize_any! {
        i8 i16 u8 u16 f32 char bytes byte_buf unit unit_struct tuple tuple_struct identifier ignored_any
    }
}

/// The proto's own name of a field, from its JSON name.
pub(super) fn snake_case(camel_case: &str) -> String {
    let mut snake = String::with_capacity(camel_case.len() + 4);
    for letter in camel_case.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
