//! What people call the product's roles (contract, 4.5).

use super::{Noun, Refusal};
use crate::kernel::Id;
use crate::vendors::conductorone::model::{Domain, Role};
use crate::world::{Command, Cx};

/// Call a role otherwise.
pub struct RenameRole<F> {
    /// Which.
    pub id: Id<Role>,
    /// The change, or why it cannot be made.
    pub edit: F,
}

impl<F: FnOnce(&Role) -> Result<Role, Refusal>> Command<Domain> for RenameRole<F> {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let edited = (self.edit)(domain.roles.get(&self.id).ok_or(Refusal::NoSuch(Noun::Role))?)?;
        domain.roles.put(Role { updated: cx.now(), ..edited });
        Ok(())
    }
}
