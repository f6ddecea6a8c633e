//! How messages and enums are written down.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A message of the vendor's.
pub trait Message: Serialize + DeserializeOwned + Default + Clone + fmt::Debug + Send + 'static {
    /// Its full name, such as `c1.api.app.v1.App`.
    const NAME: &'static str;
}

/// Two members of one oneof were sent.
#[derive(Debug, thiserror::Error)]
#[error("error parsing {member:?}, oneof {message}.{oneof} is already set")]
pub struct OneofTwice {
    /// The message's full name.
    pub message: &'static str,
    /// The oneof's name.
    pub oneof: &'static str,
    /// The second member.
    pub member: &'static str,
}

impl OneofTwice {
    /// Refuses the second of the members that are set.
    ///
    /// # Errors
    /// When more than one is.
    pub fn check(message: &'static str, oneof: &'static str, members: &[(&'static str, bool)]) -> Result<(), Self> {
        let second = members.iter().filter(|(_, set)| *set).nth(1);
        second.map_or(Ok(()), |(member, _)| Err(Self { message, oneof, member }))
    }
}

/// Writes messages down: `Name = full.proto.Name { field: Type, …; oneof name { member: Type, … } }`, as many oneofs
/// as there are. A member becomes an `Option` of its type; a name that is a Rust keyword, or in no camelCase, is given by
/// `#[serde(rename = "…")]`.
macro_rules! message {
    ($(
        $(#[$about:meta])*
        $name:ident = $root:ident $(. $part:ident)+ {
            $( $(#[$of_field:meta])* $field:ident: $kind:ty ),* $(,)?
            $(; oneof $oneof:ident {
                $( $(#[$of_member:meta])* $member:ident: $member_kind:ty ),* $(,)?
            } )*
        }
    )+) => { $(
        $(#[$about])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "camelCase", default, remote = "Self")]
        #[schema(as = $root $(:: $part)+)]
        pub struct $name {
            $( $(#[$of_field])* pub $field: $kind, )*
            $( $( $(#[$of_member])* pub $member: Option<$member_kind>, )* )*
        }

        impl $crate::vendors::conductorone::wire::Message for $name {
            const NAME: &'static str = concat!(stringify!($root) $(, ".", stringify!($part))+);
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                Self::serialize(self, serializer)
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let read = Self::deserialize(deserializer)?;
                $( $crate::vendors::conductorone::wire::OneofTwice::check(
                    <Self as $crate::vendors::conductorone::wire::Message>::NAME,
                    stringify!($oneof),
                    &[$( (stringify!($member), read.$member.is_some()) ),*],
                ).map_err(serde::de::Error::custom)?; )*
                Ok(read)
            }
        }
    )+ };
}
pub(in crate::vendors::conductorone) use message;

/// Writes enums down, each value with its name on the wire; the first is the default.
macro_rules! vocabulary {
    ($(
        $(#[$about:meta])*
        $name:ident { $first:ident = $first_word:literal $(, $value:ident = $word:literal)* $(,)? }
    )+) => { $(
        $(#[$about])*
        #[derive(
            Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
        )]
        pub enum $name {
            #[default]
            #[serde(rename = $first_word)]
            $first,
            $( #[serde(rename = $word)] $value, )*
        }

        // By hand, since the derived one takes names from attributes, and those of a macro are no literals to it.
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let text = utoipa::openapi::schema::Type::String;
                let words = [$first_word $(, $word)*];
                utoipa::openapi::ObjectBuilder::new().schema_type(text).enum_values(Some(words)).into()
            }
        }
        impl utoipa::ToSchema for $name {}
    )+ };
}
pub(in crate::vendors::conductorone) use vocabulary;

message! {
    /// Nothing, as a request, an answer, or the member of a oneof that says all by being there.
    Empty = google.protobuf.Empty {}
}
