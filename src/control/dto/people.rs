//! Who works here.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::hundred;
use crate::company::Person;
use crate::world::World;

/// Which people to show.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PeopleQuery {
    /// Words that all stand in the name, slug, mail address, title or department, in any case.
    #[serde(default)]
    pub q: String,
    /// How many to skip.
    #[serde(default)]
    pub offset: usize,
    /// How many to show, at most 1000.
    #[serde(default = "hundred")]
    pub limit: usize,
}

/// People whom one may act as.
#[derive(Serialize, ToSchema)]
pub struct PeopleDto {
    /// By name.
    pub people: Vec<PersonDto>,
    /// How many fit.
    pub total: usize,
}

/// Somebody who works here.
#[derive(Serialize, ToSchema)]
pub struct PersonDto {
    id: String,
    /// What tokens are minted for.
    slug: String,
    name: String,
    mail: String,
    title: String,
    department: String,
    #[schema(value_type = String)]
    kind: crate::company::PersonKind,
    #[schema(value_type = String)]
    status: crate::company::PersonStatus,
    /// The slug of whom they report to.
    manager: Option<String>,
}

impl PersonDto {
    /// Somebody, with their manager looked up in `world`.
    pub fn of(person: &Person, world: &World) -> Self {
        let manager = person.manager.and_then(|manager| world.company().people().get(&manager));
        Self {
            id: person.id.hex(),
            slug: person.slug.clone(),
            name: person.name(),
            mail: person.mail.clone(),
            title: person.title.clone(),
            department: person.department.clone(),
            kind: person.kind,
            status: person.status,
            manager: manager.map(|manager| manager.slug.clone()),
        }
    }
}
