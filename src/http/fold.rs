//! Reads JSON whose writer spells names in a way of their own: one adapter in place of an alias
//! per field.
//!
//! The fields of a struct are found by folding both names, the struct's and the one that was sent;
//! the last of several spellings of one name counts. `null` is unset, a number is taken where a
//! text is wanted and the other way round. Names in maps and free objects stay as they were sent.

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, DeserializeOwned, Deserializer, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Map, Number, Value};

/// Reads `document` as a `T` whose field names are compared after `fold`.
///
/// # Errors
/// When the document has another shape.
pub fn from_folded<T: DeserializeOwned>(document: Value, fold: fn(&str) -> String) -> Result<T, Error> {
    T::deserialize(Folded { value: document, fold })
}

#[derive(Clone)]
struct Folded {
    value: Value,
    fold: fn(&str) -> String,
}

impl Folded {
    fn same_way(&self, value: Value) -> Self {
        Self { value, fold: self.fold }
    }

    fn number(&self) -> Value {
        let number = self.value.as_str().and_then(|text| text.trim().parse::<Number>().ok());
        number.map_or_else(|| self.value.clone(), Value::Number)
    }
}

impl<'de> IntoDeserializer<'de, Error> for Folded {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! numbers {
    ($($method:ident)+) => { $(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.number().$method(visitor)
        }
    )+ };
}

impl<'de> Deserializer<'de> for Folded {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.value.deserialize_any(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let sent = match self.value {
            Value::Object(sent) => sent,
            // serde would take an array for the fields in their order.
            Value::Array(_) => return Err(de::Error::invalid_type(Unexpected::Seq, &visitor)),
            other => return other.deserialize_struct(name, fields, visitor),
        };
        let mut named = Map::new();
        for (key, value) in sent {
            let folded = (self.fold)(&key);
            if let Some(field) = fields.iter().find(|field| (self.fold)(field) == folded) {
                named.insert((*field).to_owned(), value);
            }
        }
        let entries = named.into_iter().map(|(field, value)| (field, Self { value, fold: self.fold }));
        visitor.visit_map(MapDeserializer::new(entries))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.value {
            Value::Array(items) => {
                visitor.visit_seq(SeqDeserializer::new(items.iter().map(|item| self.same_way(item.clone()))))
            }
            _ => self.value.deserialize_seq(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.value.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Number(number) => visitor.visit_string(number.to_string()),
            value => value.deserialize_string(visitor),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_string(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value.as_str().map(str::to_ascii_lowercase).as_deref() {
            Some("true") => visitor.visit_bool(true),
            Some("false") => visitor.visit_bool(false),
            _ => self.value.deserialize_bool(visitor),
        }
    }

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_f32 deserialize_f64
    }

    forward_to_deserialize_any! {
        char bytes byte_buf unit unit_struct tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Order {
        user_id: Option<String>,
        #[serde(alias = "inheritorMailbox")]
        inheritor_email: Option<String>,
        #[serde(default)]
        is_urgent: bool,
        count: Option<u32>,
        #[serde(default)]
        lines: Vec<Line>,
        free: Option<Value>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Line {
        saas_id: String,
    }

    fn folded(name: &str) -> String {
        name.replace(['_', '-'], "").to_ascii_lowercase()
    }

    fn read(document: Value) -> Result<Order, Error> {
        from_folded(document, folded)
    }

    #[test]
    fn names_are_found_however_they_are_spelt() {
        let order = read(json!({"USER-ID": "u", "inheritor_mailbox": "a@b", "lines": [{"SaaS_Id": 12}], "other": 1}));
        let order = order.unwrap();
        assert_eq!((order.user_id.as_deref(), order.inheritor_email.as_deref()), (Some("u"), Some("a@b")));
        assert_eq!(order.lines, [Line { saas_id: "12".into() }]);
    }

    #[test]
    fn null_is_unset_and_digits_and_numbers_are_one() {
        let order = read(json!({"userid": null, "isurgent": "TRUE", "count": "7"})).unwrap();
        assert_eq!((order.user_id, order.is_urgent, order.count), (None, true, Some(7)));
        assert_eq!(read(json!({"user_id": "first", "userId": "last"})).unwrap().user_id.as_deref(), Some("last"));
    }

    #[test]
    fn free_objects_stay_as_they_were_sent() {
        let free = json!({"Some_Key": {"An-other": 1}});
        assert_eq!(read(json!({"free": free})).unwrap().free, Some(free));
    }

    #[test]
    fn another_shape_is_refused() {
        for wrong in [
            json!(["u"]),
            json!({"lines": [["s"]]}),
            json!("text"),
            json!({"lines": {}}),
            json!({"userId": {}}),
            json!({"count": "x"}),
        ] {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
