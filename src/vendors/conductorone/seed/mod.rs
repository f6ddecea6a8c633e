//! Founds the domain over the company from `conductorone.json`; one file per noun.

mod access;
mod catalogs;
mod clients;
mod policies;
mod users;

use serde::Deserialize;

use super::model::{Domain, Switches};
use crate::company::rules::Names;
use crate::company::seed::{Mistakes, Seed};
use crate::kernel::Timestamp;
use crate::world::Draft;

/// The file's name.
pub(super) const FILE: &str = "conductorone.json";

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct File {
    #[serde(rename = "$schema")]
    _schema: Option<String>,
    policies: Vec<policies::PolicyRow>,
    switches: Switches,
    apps: Vec<access::AppRow>,
    entitlements: Vec<access::EntitlementRow>,
    users: Vec<users::UserRow>,
    clients: Vec<clients::ClientRow>,
    catalogs: Vec<catalogs::CatalogRow>,
    webhooks: Vec<catalogs::WebhookRow>,
    step_up_providers: Vec<catalogs::ProviderRow>,
    actions: Vec<access::ActionRow>,
}

/// What is being founded.
struct Founding<'a> {
    /// The company, and where mistakes are noted.
    names: Names<'a>,
    domain: Domain,
    now: Timestamp,
}

/// Puts ConductorOne's estate into a draft.
pub fn found(draft: &mut Draft, seed: &Seed, mistakes: &mut Mistakes) {
    let file: File = seed.read(FILE, mistakes).unwrap_or_default();
    let company = draft.world().company().clone();
    let names = Names { company: &company, file: FILE, mistakes };
    let mut founding = Founding { names, domain: Domain::default(), now: draft.now() };
    founding.domain.switches.put(file.switches);
    founding.project();
    founding.webhooks(file.webhooks);
    founding.step_up_providers(file.step_up_providers);
    founding.builtin_policies();
    founding.policies(file.policies);
    founding.apps(file.apps);
    founding.entitlements(file.entitlements);
    founding.users(file.users);
    founding.clients(file.clients);
    founding.catalogs(file.catalogs);
    founding.actions(file.actions);
    founding.directories();
    draft.found(founding.domain);
}
