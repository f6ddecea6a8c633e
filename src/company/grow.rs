//! Deterministic growth of the company to any size, for load.

use super::Company;
use crate::kernel::Timestamp;

/// How large the company shall be at least; `None` leaves it as its seed has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Growth {
    /// How many people.
    pub people: Option<usize>,
    /// How many grants.
    pub grants: Option<usize>,
}

impl Growth {
    /// Grows `company` as it stands at `opening`.
    pub fn grow(&self, _company: &mut Company, _opening: Timestamp) {}
}
