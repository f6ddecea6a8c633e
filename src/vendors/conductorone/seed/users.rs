//! Who may do what, and the roles themselves.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::Founding;
use crate::vendors::conductorone::model::{Role, RoleName, UserProfile};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UserRow {
    person: String,
    roles: BTreeSet<RoleName>,
}

impl Founding<'_> {
    pub(super) fn users(&mut self, rows: Vec<UserRow>) {
        for name in RoleName::ALL {
            let display_name = name.title().to_owned();
            self.domain.roles.put(Role { name, display_name, created: self.now, updated: self.now });
        }
        for row in rows {
            let Some(person) = self.names.person(&row.person, &row.person) else { continue };
            self.domain.users.put(UserProfile { roles: row.roles, ..UserProfile::of(person) });
        }
    }
}
