//! Founds the realm over the company from `pingone.json`.

use serde::Deserialize;

use super::model::{Administrator, Membership, Realm, RemediationSchema, Role};
use crate::company::rules::Names;
use crate::company::seed::{Mistakes, Seed};
use crate::kernel::Timestamp;
use crate::world::Draft;

const FILE: &str = "pingone.json";

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct File {
    #[serde(rename = "$schema")]
    _schema: Option<String>,
    administrators: Vec<String>,
    roles: Vec<RoleRow>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RoleRow {
    slug: String,
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    members: Vec<String>,
}

/// Puts PingOne's estate into a draft.
pub fn found(draft: &mut Draft, seed: &Seed, mistakes: &mut Mistakes) {
    let file: File = seed.read(FILE, mistakes).unwrap_or_default();
    let company = draft.world().company().clone();
    let names = Names { company: &company, file: FILE, mistakes };
    let mut founding = Founding { names, realm: Realm::default(), now: draft.now() };
    founding.realm.schemas.put(RemediationSchema::grant_removal());
    founding.administrators(&file.administrators);
    founding.roles(file.roles);
    draft.found(founding.realm);
}

struct Founding<'a> {
    names: Names<'a>,
    realm: Realm,
    now: Timestamp,
}

impl Founding<'_> {
    fn administrators(&mut self, slugs: &[String]) {
        for slug in slugs {
            if let Some(person) = self.names.person("administrators", slug) {
                self.realm.administrators.put(Administrator { person });
            }
        }
    }

    fn roles(&mut self, rows: Vec<RoleRow>) {
        for RoleRow { slug, name, description, members } in rows {
            let (id, now) = (Role::id_of(&slug), self.now);
            for member in &members {
                if let Some(person) = self.names.person(&slug, member) {
                    self.realm.memberships.put(Membership { person, role: id, since: now, grant_type: "role".into() });
                }
            }
            let (entitlements, version) = (Vec::new(), 0);
            self.realm.roles.put(Role { id, name, description, entitlements, created: now, changed: now, version });
        }
    }
}
