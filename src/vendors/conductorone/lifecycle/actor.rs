//! Who does something, and what they may.

use std::collections::BTreeSet;

use crate::company::Person;
use crate::kernel::Id;
use crate::vendors::conductorone::model::RoleName;

/// A user who does something, with the rights of the token that they do it with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub person: Id<Person>,
    /// What they may.
    pub roles: BTreeSet<RoleName>,
}

impl Actor {
    /// Whether they may do everything.
    pub fn is_super_admin(&self) -> bool {
        self.roles.contains(&RoleName::SuperAdmin)
    }

    /// Whether they have one of these roles, or may do everything.
    pub fn has_any(&self, roles: &[RoleName]) -> bool {
        self.is_super_admin() || roles.iter().any(|role| self.roles.contains(role))
    }
}
