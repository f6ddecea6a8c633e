//! The wire: proto3 JSON both ways, ids, pages, and what handlers take and give (contract, 1 to 3).
//!
//! A message is a plain struct written with [`message!`]: its Rust types say everything. `i64` and `u64` are strings
//! of digits on the wire, `i32` and `f64` numbers; an `Option` is a message, an instant, a length of time or the member
//! of a oneof, and is left out when it is `None`; everything else is always there, at its default too. What is read
//! obeys the same types: names in camelCase or snake_case, `null` as unset, enums by name or number, whole numbers as
//! numbers or digits, nothing unknown, and of a oneof one member at most.

mod emit;
pub mod id;
mod message;
mod page;
mod read;
mod reply;
mod request;
mod scalar;

pub use emit::to_value;
pub use message::{Empty, Message, OneofTwice};
pub(in crate::vendors::conductorone) use message::{message, vocabulary};
pub use page::{ClampsPageSize, Paging};
pub use read::{from_body, from_document};
pub use reply::{Done, Listed, ListedWith, Reply, json};
pub use request::{Asked, Body, PathId, PathIds, PathTexts, Search};
pub use scalar::{Any, Json, Lasting, Mask, Time};

#[cfg(test)]
mod tests;
