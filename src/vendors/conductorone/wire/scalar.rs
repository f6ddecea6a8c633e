//! Kinds of values that proto3 JSON writes in a way of their own.

use std::borrow::Cow;

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use utoipa::ToSchema;

use super::emit::to_value;
use super::message::Message;
use crate::kernel::{Span, Timestamp};

/// The name by which the adapters know [`Json`].
pub(super) const FREE: &str = "Json";

/// A free JSON value, written and read exactly as it is: `Struct`, `Value`, and whatever is none of our business.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(value_type = Object)]
pub struct Json(pub Value);

impl Json {
    /// An object with nothing in it.
    pub fn object() -> Self {
        Self(Value::Object(serde_json::Map::new()))
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        Self(value)
    }
}

/// An instant: RFC 3339 in UTC, its fraction in 0, 3 or 6 digits.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, ToSchema)]
#[schema(value_type = String, format = DateTime)]
pub struct Time(pub Timestamp);

impl From<Timestamp> for Time {
    fn from(at: Timestamp) -> Self {
        Self(at)
    }
}
impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = match self.0.as_micros().rem_euclid(1_000_000) {
            0 => self.0.to_seconds_text(),
            fraction if fraction % 1000 == 0 => self.0.to_millis_text(),
            _ => self.0.to_micros_text(),
        };
        serializer.serialize_str(&text)
    }
}
impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        let at =
            text.parse().map_err(|_| D::Error::custom(format!("invalid google.protobuf.Timestamp value {text:?}")));
        at.map(Self)
    }
}

/// A length of time: seconds with the suffix `s`, and up to nine digits behind the point.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, ToSchema)]
#[schema(value_type = String)]
pub struct Lasting(pub Span);

impl From<Span> for Lasting {
    fn from(span: Span) -> Self {
        Self(span)
    }
}
impl Serialize for Lasting {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let micros = self.0.as_micros();
        let sign = if micros < 0 { "-" } else { "" };
        let (seconds, fraction) = (micros.unsigned_abs() / 1_000_000, micros.unsigned_abs() % 1_000_000);
        match fraction {
            0 => serializer.collect_str(&format_args!("{sign}{seconds}s")),
            _ if fraction % 1000 == 0 => {
                serializer.collect_str(&format_args!("{sign}{seconds}.{:03}s", fraction / 1000))
            }
            _ => serializer.collect_str(&format_args!("{sign}{seconds}.{fraction:06}s")),
        }
    }
}
impl<'de> Deserialize<'de> for Lasting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        let span = read_seconds(&text);
        span.map(Self).ok_or_else(|| D::Error::custom(format!("invalid google.protobuf.Duration value {text:?}")))
    }
}

/// The most seconds that a proto duration holds, about ten thousand years; more than a [`Span`] does with room.
const SECONDS_MAX: i64 = 315_576_000_000;

fn read_seconds(text: &str) -> Option<Span> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.strip_suffix('s')?;
    let (negative, number) = number.strip_prefix('-').map_or((false, number), |number| (true, number));
    let (seconds, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let is_number = !seconds.is_empty() && digits(seconds) && !fraction.is_empty() && digits(fraction);
    if !is_number || fraction.len() > 9 {
        return None;
    }
    let seconds = seconds.parse::<i64>().ok().filter(|seconds| *seconds <= SECONDS_MAX)?;
    let nanos: i64 = format!("{fraction:0<9}").parse().ok()?;
    let span = Span::micros(seconds * 1_000_000 + nanos / 1000);
    Some(if negative { -span } else { span })
}

/// Any message, with its name beside its fields.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(value_type = Object)]
pub struct Any(Json);

impl Any {
    /// `message`, wrapped.
    pub fn of<M: Message>(message: &M) -> Self {
        let mut document = serde_json::Map::new();
        document.insert("@type".into(), format!("type.googleapis.com/{}", M::NAME).into());
        if let Ok(Value::Object(fields)) = to_value(message) {
            document.extend(fields);
        }
        Self(Json(Value::Object(document)))
    }
}

/// Which fields an update changes: paths joined by commas, each in camelCase or snake_case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(value_type = String)]
pub struct Mask(String);

/// A path of a mask that names no field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid update_mask path {0:?}")]
pub struct NoSuchField(pub String);

impl Mask {
    /// A mask of these paths.
    pub fn of(paths: &[&str]) -> Self {
        Self(paths.join(","))
    }

    /// The paths, in camelCase.
    pub fn paths(&self) -> impl Iterator<Item = String> {
        self.0.split(',').map(str::trim).filter(|path| !path.is_empty()).map(camel_case)
    }

    /// Whether any field is named; a mask that names none stands for the fields that are set [assumed].
    pub fn is_empty(&self) -> bool {
        self.paths().next().is_none()
    }

    /// Whether an update by this mask changes a field that is set: it names the field, or all, or none.
    pub fn names(&self, field: &str) -> bool {
        self.is_empty() || self.paths().any(|path| path == field || path == "*")
    }

    /// `old` with the fields of this mask as `new` has them; one that `new` lacks is cleared.
    ///
    /// # Errors
    /// When a path names no field.
    pub fn merge<T: Serialize + DeserializeOwned + Default>(&self, old: &T, new: &T) -> Result<T, NoSuchField> {
        let document = |value: &T| serde_json::to_value(value).unwrap_or_default();
        let (mut merged, new, unset) = (document(old), document(new), document(&T::default()));
        let all = self.paths().any(|path| path == "*");
        let paths: Vec<String> = match &new {
            Value::Object(fields) if all || self.is_empty() => {
                let set = fields.iter().filter(|(name, value)| all || unset.get(name.as_str()) != Some(*value));
                set.map(|(name, _)| name.clone()).collect()
            }
            _ => self.paths().collect(),
        };
        for path in &paths {
            let pointer = format!("/{}", path.replace('.', "/"));
            let parent = pointer.rfind('/').map_or("", |end| &pointer[..end]);
            let is_known = new.pointer(&pointer).is_some()
                || merged.pointer(&pointer).is_some()
                || (!parent.is_empty() && unset.pointer(parent).is_some());
            if !is_known {
                return Err(NoSuchField(path.clone()));
            }
            set(&mut merged, path, new.pointer(&pointer));
        }
        serde_json::from_value(merged).map_err(|_| NoSuchField(self.0.clone()))
    }
}

/// Puts `value` where `path` leads, making objects on the way; nothing clears what stands there.
fn set(document: &mut Value, path: &str, value: Option<&Value>) {
    let (parents, name) = path.rsplit_once('.').unwrap_or(("", path));
    let mut here = document;
    for parent in parents.split('.').filter(|parent| !parent.is_empty()) {
        if !here.is_object() {
            *here = Value::Object(serde_json::Map::new());
        }
        here = &mut here[parent];
    }
    match (here.as_object_mut(), value) {
        (Some(fields), Some(value)) => drop(fields.insert(name.to_owned(), value.clone())),
        (Some(fields), None) => drop(fields.shift_remove(name)),
        (None, Some(value)) => *here = serde_json::json!({name: value}),
        (None, None) => {}
    }
}

fn camel_case(path: &str) -> String {
    let mut camel = String::with_capacity(path.len());
    let mut upper = false;
    for letter in path.chars() {
        match letter {
            '_' => upper = true,
            letter if upper => {
                camel.push(letter.to_ascii_uppercase());
                upper = false;
            }
            letter => camel.push(letter),
        }
    }
    camel
}
