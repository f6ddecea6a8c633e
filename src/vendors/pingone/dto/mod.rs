//! The wire: names, spellings and types as the vendor writes them (contract, 2.5, 4 and 9). The only place that
//! knows them, but for the documents of clients, which are kept as they came.

mod access;
mod certification;
mod input;
mod kept;
mod listed;
mod managed;
mod people;
mod policies;
mod scans;
mod violations;

pub use certification::{item_state, review, reviewers, which};
pub use input::{Sent, act, phase as phase_in, sent_date, violation as violation_in};
pub use listed::Listable;
pub use people::UserRow;
pub use policies::remediation_schema;
pub use violations::Shown;
mod requests;

pub use managed::{ManagedDocument, QueryEnvelope, sent_attributes, sent_operations};
pub use requests::request_action;

use super::model::Realm;
use crate::company::Company;
use crate::kernel::Timestamp;
use crate::world::World;

/// One world.
#[derive(Clone, Copy)]
pub struct View<'w> {
    /// PingOne's part of it.
    pub realm: &'w Realm,
    /// The shared reality.
    pub company: &'w Company,
}

impl<'w> View<'w> {
    /// A world as a client sees it.
    pub fn of(world: &'w World) -> Self {
        Self { realm: world.estate(), company: world.company() }
    }
}

/// `2026-06-08T16:57:52.985288Z`: up to nine digits after the second, zeros at the end cut (contract, 2.5).
fn fine(at: Timestamp) -> String {
    let text = at.to_micros_text();
    let text = text.trim_end_matches('Z').trim_end_matches('0').trim_end_matches('.');
    format!("{text}Z")
}

/// `2024-05-23T20:55:02+00:00`, whole seconds (contract, 2.5).
pub fn offset(at: Timestamp) -> String {
    let text = at.to_seconds_text();
    format!("{}+00:00", text.trim_end_matches('Z'))
}
