//! The wire: names, spellings and types as the vendor writes them. The only place that knows them.

mod expanded;
pub mod policies;
pub mod tasks;

pub use expanded::Object;

use super::auth::Caller;
use super::model::{Bindings, Domain};
use crate::company::Company;
use crate::world::World;

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
