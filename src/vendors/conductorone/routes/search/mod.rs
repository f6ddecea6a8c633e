//! `/api/v1/search/…`: one file per noun.

mod policies;
mod tasks;

use crate::http::Contents;
use crate::vendors::conductorone::gate::Right;

/// The endpoints.
pub fn rows() -> Contents<Right> {
    [policies::rows(), tasks::rows()].into_iter().flatten().collect()
}
