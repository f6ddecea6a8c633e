//! `/api/v1/search/…`: one file per noun that is searched.

mod access;
mod grants;
mod policies;
mod request_catalog;
mod resources;
mod tasks;
mod users;

use crate::http::Contents;
use crate::vendors::conductorone::gate::Right;

/// The endpoints.
pub fn rows() -> Contents<Right> {
    let nouns = [
        access::rows(),
        grants::rows(),
        policies::rows(),
        request_catalog::rows(),
        resources::rows(),
        tasks::rows(),
        users::rows(),
    ];
    nouns.into_iter().flatten().collect()
}
