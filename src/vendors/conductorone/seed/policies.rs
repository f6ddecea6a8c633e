//! Policies: those that come with every tenant, and those that the file defines.

use super::Founding;
use crate::vendors::conductorone::lifecycle::tasks::builtin_policies;

impl Founding<'_> {
    /// The policies that come with every tenant.
    pub(super) fn builtin_policies(&mut self) {
        builtin_policies(self.now).into_iter().for_each(|policy| self.domain.policies.put(policy));
    }
}
