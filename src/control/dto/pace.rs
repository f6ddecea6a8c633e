//! How fast hops go.

use serde::{Deserialize, Serialize};

use crate::kernel::{Pace, Span};

/// A pace on the wire: `atOnce`, `held`, or an ISO 8601 duration.
#[derive(Clone, Copy)]
pub struct PaceDto(pub Pace);

impl Serialize for PaceDto {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Pace::AtOnce => serializer.serialize_str("atOnce"),
            Pace::Held => serializer.serialize_str("held"),
            Pace::After(span) => serializer.collect_str(&span),
        }
    }
}

impl<'de> Deserialize<'de> for PaceDto {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let refused = || serde::de::Error::custom(format!("`{text}` is none of `atOnce`, `held`, and a duration"));
        Ok(Self(match text.as_str() {
            "atOnce" => Pace::AtOnce,
            "held" => Pace::Held,
            span => Pace::After(span.parse().ok().filter(|span: &Span| !span.is_negative()).ok_or_else(refused)?),
        }))
    }
}
