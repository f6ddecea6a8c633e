//! The wire: names, spellings and types as the vendor writes them. The only place that knows them.

mod automations;
mod catalogs;
mod connectors;
mod directories;
mod form;
mod refs;
mod schemas;
mod settings;
mod step_up;
mod system_log;
mod usage;
mod webhooks;

pub mod app_users;
pub mod apps;
pub mod entitlements;
pub mod expanded;
pub mod grants;
pub mod iam;
pub mod managed;
pub mod policies;
pub mod proxies;
pub mod resources;
pub mod reviews;
pub mod tasks;
pub mod users;

pub use automations::*;
pub use catalogs::*;
pub use connectors::*;
pub use directories::*;
pub use expanded::Object;
pub use form::*;
pub use refs::*;
pub use schemas::*;
pub use settings::{Says, masked};
pub use step_up::*;
pub use system_log::*;
pub use usage::*;
pub use webhooks::*;

use super::auth::Caller;
use super::lifecycle::Refusal;
use super::model::{Bindings, Domain};
use super::wire::id;
use crate::company::{AccountStatus, Company};
use crate::kernel::Id;
use crate::world::World;

/// An account that is gone.
const CLOSED: AccountStatus = AccountStatus::Closed;

/// One world, as the caller sees it.
#[derive(Clone, Copy)]
pub struct View<'w> {
    /// ConductorOne's part of the world.
    pub domain: &'w Domain,
    /// The shared reality.
    pub company: &'w Company,
    /// Who asks: some fields are about them.
    pub caller: &'w Caller,
}

impl<'w> View<'w> {
    /// `world` as `caller` sees it.
    pub fn of(world: &'w World, caller: &'w Caller) -> Self {
        Self { domain: world.estate(), company: world.company(), caller }
    }

    /// Who holds what.
    pub fn bindings(self) -> Bindings<'w> {
        Bindings { domain: self.domain, company: self.company }
    }
}

/// The id in a field of an update; nothing in an empty one.
///
/// # Errors
/// When it is not written like one.
pub fn field_id<T: ?Sized>(field: &'static str, text: &str) -> Result<Option<Id<T>>, Refusal> {
    if text.is_empty() {
        return Ok(None);
    }
    id::read(text).map(Some).map_err(|_| Refusal::NotAnId(field))
}

/// A number of rows.
fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
