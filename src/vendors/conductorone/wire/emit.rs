//! Writing proto3 JSON: one adapter around any serializer, in place of an attribute per field.

use std::fmt;

use serde::ser::{Error, Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer};
use serde_json::Value;

use super::scalar::FREE;

/// A message as the vendor writes it.
///
/// # Errors
/// When `message` holds what no message can, such as a map whose keys are no texts.
pub fn to_bytes(message: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = Vec::with_capacity(512);
    message.serialize(Proto(&mut serde_json::Serializer::new(&mut bytes)))?;
    Ok(bytes)
}

/// A message as the vendor writes it, as a document.
///
/// # Errors
/// As [`to_bytes`].
pub fn to_value(message: &impl Serialize) -> Result<Value, serde_json::Error> {
    message.serialize(Proto(serde_json::value::Serializer))
}

struct Proto<S>(S);

/// A value inside, to be written the same way.
struct Inside<'a, T: ?Sized>(&'a T);

impl<T: Serialize + ?Sized> Serialize for Inside<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(Proto(serializer))
    }
}

macro_rules! as_they_are {
    ($($method:ident: $kind:ty),+) => { $(
        fn $method(self, value: $kind) -> Result<S::Ok, S::Error> {
            self.0.$method(value)
        }
    )+ };
}

impl<S: Serializer> Serializer for Proto<S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = Proto<S::SerializeSeq>;
    type SerializeMap = Proto<S::SerializeMap>;
    type SerializeStruct = Proto<S::SerializeMap>;
    type SerializeTuple = Impossible<S::Ok, S::Error>;
    type SerializeTupleStruct = Impossible<S::Ok, S::Error>;
    type SerializeTupleVariant = Impossible<S::Ok, S::Error>;
    type SerializeStructVariant = Impossible<S::Ok, S::Error>;

    as_they_are! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_u8: u8,
        serialize_u16: u16, serialize_u32: u32, serialize_f32: f32, serialize_f64: f64, serialize_char: char,
        serialize_str: &str, serialize_bytes: &[u8]
    }
    fn serialize_i64(self, value: i64) -> Result<S::Ok, S::Error> {
        self.0.collect_str(&value)
    }
    fn serialize_u64(self, value: u64) -> Result<S::Ok, S::Error> {
        self.0.collect_str(&value)
    }
    fn serialize_none(self) -> Result<S::Ok, S::Error> {
        self.0.serialize_none()
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Result<S::Ok, S::Error> {
        self.0.serialize_unit()
    }
    fn serialize_unit_struct(self, name: &'static str) -> Result<S::Ok, S::Error> {
        self.0.serialize_unit_struct(name)
    }
    fn serialize_unit_variant(self, name: &'static str, place: u32, word: &'static str) -> Result<S::Ok, S::Error> {
        self.0.serialize_unit_variant(name, place, word)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<S::Ok, S::Error> {
        if name == FREE { value.serialize(self.0) } else { value.serialize(self) }
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        place: u32,
        word: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        self.0.serialize_newtype_variant(name, place, word, &Inside(value))
    }
    fn serialize_seq(self, len: Option<usize>) -> Result<Self::SerializeSeq, S::Error> {
        self.0.serialize_seq(len).map(Proto)
    }
    fn serialize_map(self, len: Option<usize>) -> Result<Self::SerializeMap, S::Error> {
        self.0.serialize_map(len).map(Proto)
    }
    /// As a map, since how many of the fields are set shows only as they come.
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, S::Error> {
        self.0.serialize_map(None).map(Proto)
    }
    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, S::Error> {
        Err(S::Error::custom("proto3 has no tuples"))
    }
    fn serialize_tuple_struct(self, name: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, S::Error> {
        Err(S::Error::custom(format_args!("{name}: proto3 has no tuples")))
    }
    fn serialize_tuple_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, S::Error> {
        Err(S::Error::custom(format_args!("{name}: proto3 has no tuples")))
    }
    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, S::Error> {
        Err(S::Error::custom(format_args!("{name}: a oneof is written as one optional field per member")))
    }
}

impl<S: SerializeSeq> SerializeSeq for Proto<S> {
    type Ok = S::Ok;
    type Error = S::Error;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), S::Error> {
        self.0.serialize_element(&Inside(value))
    }
    fn end(self) -> Result<S::Ok, S::Error> {
        self.0.end()
    }
}

impl<S: SerializeMap> SerializeMap for Proto<S> {
    type Ok = S::Ok;
    type Error = S::Error;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), S::Error> {
        self.0.serialize_key(key)
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), S::Error> {
        self.0.serialize_value(&Inside(value))
    }
    fn end(self) -> Result<S::Ok, S::Error> {
        self.0.end()
    }
}

impl<S: SerializeMap> SerializeStruct for Proto<S> {
    type Ok = S::Ok;
    type Error = S::Error;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), S::Error> {
        if is_unset(value) { Ok(()) } else { self.0.serialize_entry(name, &Inside(value)) }
    }
    fn end(self) -> Result<S::Ok, S::Error> {
        self.0.end()
    }
}

/// Whether a value is `None`; it is asked and not written.
fn is_unset<T: Serialize + ?Sized>(value: &T) -> bool {
    value.serialize(Probe).is_ok()
}

struct Probe;

/// A value that is there.
#[derive(Debug)]
struct Set;

impl fmt::Display for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("set")
    }
}
impl std::error::Error for Set {}
impl Error for Set {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

macro_rules! set {
    ($($method:ident($($argument:ty),*) -> $answer:ty;)+) => { $(
        fn $method(self, $(_: $argument),*) -> Result<$answer, Set> {
            Err(Set)
        }
    )+ };
}

type Never = Impossible<(), Set>;

impl Serializer for Probe {
    type Ok = ();
    type Error = Set;
    type SerializeSeq = Never;
    type SerializeMap = Never;
    type SerializeStruct = Never;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeStructVariant = Never;

    fn serialize_none(self) -> Result<(), Set> {
        Ok(())
    }
    set! {
        serialize_bool(bool) -> ();
        serialize_i8(i8) -> ();
        serialize_i16(i16) -> ();
        serialize_i32(i32) -> ();
        serialize_i64(i64) -> ();
        serialize_u8(u8) -> ();
        serialize_u16(u16) -> ();
        serialize_u32(u32) -> ();
        serialize_u64(u64) -> ();
        serialize_f32(f32) -> ();
        serialize_f64(f64) -> ();
        serialize_char(char) -> ();
        serialize_str(&str) -> ();
        serialize_bytes(&[u8]) -> ();
        serialize_unit() -> ();
        serialize_unit_struct(&'static str) -> ();
        serialize_unit_variant(&'static str, u32, &'static str) -> ();
        serialize_seq(Option<usize>) -> Never;
        serialize_map(Option<usize>) -> Never;
        serialize_struct(&'static str, usize) -> Never;
        serialize_tuple(usize) -> Never;
        serialize_tuple_struct(&'static str, usize) -> Never;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Never;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Never;
    }
    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<(), Set> {
        Err(Set)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, _: &T) -> Result<(), Set> {
        Err(Set)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Set> {
        Err(Set)
    }
    fn collect_str<T: fmt::Display + ?Sized>(self, _: &T) -> Result<(), Set> {
        Err(Set)
    }
}
