//! Ready-made credentials. Their keys follow from their names.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{FILE, Founding};
use crate::kernel::Id;
use crate::vendors::conductorone::auth::{public_key, seeded_key, written};
use crate::vendors::conductorone::model::{ApiClient, ClientKey, ClientUse, RoleName};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ClientRow {
    name: String,
    display_name: String,
    user: String,
    #[serde(default)]
    roles: BTreeSet<RoleName>,
}

impl Founding<'_> {
    pub(super) fn clients(&mut self, rows: Vec<ClientRow>) {
        for row in rows {
            let Some(user) = self.names.person(&row.name, &row.user) else { continue };
            if self.domain.clients.with(ClientKey::Name(row.name.clone())).next().is_some() {
                self.names.mistakes.note(FILE, &row.name, "there is a client of this name already");
            }
            self.domain.clients.put(ApiClient {
                id: Id::named(&format!("conductorone/client/{}", row.name)),
                public_key: public_key(&written(&seeded_key(&row.name))).unwrap_or_default(),
                name: row.name,
                purpose: ClientUse::Pcc,
                display_name: row.display_name,
                user,
                scoped_roles: row.roles,
                allow_source_cidr: Vec::new(),
                seeded: true,
                expires: None,
                last_used: None,
                created: self.now,
                updated: self.now,
                deleted: None,
            });
        }
    }
}
