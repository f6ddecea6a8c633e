//! What all lists of owners have in common. On what is not there they are empty (contract, 10.1).

use crate::http::Sim;
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::apps::OwnerIds;
use crate::vendors::conductorone::dto::users::User;
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::lifecycle::{Owned, owners};
use crate::vendors::conductorone::model::Domain;
use crate::vendors::conductorone::wire::{Listed, Paging, Reply, id};

/// A page of the people who answer for something, in the order in which they were named.
pub fn people_of(
    sim: &Sim<Domain>,
    caller: &Caller,
    of: Owned,
    page: &Paging,
) -> Result<Reply<Listed<User>>, ApiError> {
    let view = View::of(sim.world(), caller);
    let owners = owners(sim.estate(), of).unwrap_or_default();
    let page = page.cut(owners.into_iter().enumerate(), |(place, _)| *place)?;
    Ok(Reply(page.filter_map(|(_, owner)| view.user(owner)).into()))
}

/// The ids of the people who answer for something.
pub fn ids_of(sim: &Sim<Domain>, of: Owned) -> Reply<OwnerIds> {
    let owners = owners(sim.estate(), of).unwrap_or_default();
    Reply(OwnerIds { user_ids: owners.into_iter().map(id::text).collect() })
}
