//! Reading a task's audit trail.

use std::sync::Arc;

use super::Acting;
use crate::vendors::conductorone::lifecycle::Refusal;
use crate::vendors::conductorone::model::{Audit, AuditKey, Domain};

impl Acting {
    /// What happened to the task, in order, if its caller may see it.
    ///
    /// # Errors
    /// When there is no such task, or the caller may not see it.
    pub fn trail<'d>(&self, domain: &'d Domain) -> Result<Vec<&'d Arc<Audit>>, Refusal> {
        let task = self.visible(domain)?.id;
        Ok(domain.audits.range(AuditKey::Of(task, 0), AuditKey::Of(task, u64::MAX)).collect())
    }
}
