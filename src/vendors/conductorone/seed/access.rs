//! Applications, resource types, resources and entitlements: first as the company has them, then
//! what the file says besides.

use serde::Deserialize;

use super::catalogs::webhook_id;
use super::{FILE, Founding};
use crate::company::App;
use crate::kernel::{Id, Span};
use crate::vendors::conductorone::lifecycle::govern;
use crate::vendors::conductorone::model::{Domain, EntitlementRef, KnownAction, Manual, ProvisionPolicy};
use crate::world::Estate;

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct AppRow {
    app: String,
    directory: bool,
    instructions: Option<String>,
    monthly_cost_usd: i32,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct EntitlementRow {
    entitlement: String,
    alias: Option<String>,
    longest: Option<Span>,
    emergency: bool,
    grant_policy: Option<String>,
    revoke_policy: Option<String>,
    emergency_policy: Option<String>,
    provisioner: Option<ProvisionerRow>,
    deprovisioner: Option<ProvisionerRow>,
}

/// How access is given or taken, where it is not as the application's connector does it.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
enum ProvisionerRow {
    /// These people, by slug.
    Manual(Vec<String>),
    /// A ticket that says this.
    Ticket(String),
    /// By the name of a webhook.
    Webhook(String),
}

/// An action of a connector that may be asked for.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ActionRow {
    name: String,
    display_name: String,
    #[serde(default)]
    on_resource: bool,
}

impl Founding<'_> {
    /// Every application that ConductorOne governs, with what it has.
    pub(super) fn project(&mut self) {
        let mut apps: Vec<_> = self.names.company.apps().iter().cloned().collect();
        apps.retain(|app| app.is_governed_by(Domain::VENDOR));
        for app in apps {
            govern(&mut self.domain, self.names.company, &app);
        }
    }

    pub(super) fn apps(&mut self, rows: Vec<AppRow>) {
        for row in rows {
            let Some(app) = self.governed(&row.app) else { continue };
            self.domain.apps.update(&app, |profile| {
                profile.is_directory |= row.directory;
                profile.instructions = row.instructions.clone().unwrap_or_default();
                profile.monthly_cost_usd = row.monthly_cost_usd;
            });
        }
    }

    fn governed(&mut self, slug: &str) -> Option<Id<App>> {
        let app = self.names.app(slug, slug)?;
        if !self.domain.apps.contains(&app) {
            self.names.mistakes.note(FILE, slug, "this application is not governed by ConductorOne");
            return None;
        }
        Some(app)
    }

    pub(super) fn entitlements(&mut self, rows: Vec<EntitlementRow>) {
        for row in rows {
            let Some(at) = self.entitlement(&row.entitlement) else { continue };
            let mut policy = |slug: &Option<String>| self.policy(&row.entitlement, slug.as_deref()?);
            let (grant, revoke) = (policy(&row.grant_policy), policy(&row.revoke_policy));
            let emergency = policy(&row.emergency_policy);
            let provisioner = row.provisioner.clone().map(|how| self.provisioned(&row.entitlement, how));
            let deprovisioner = row.deprovisioner.clone().map(|how| self.provisioned(&row.entitlement, how));
            self.domain.entitlements.update(&at, |profile| {
                profile.alias = row.alias.clone().unwrap_or_default();
                profile.longest = row.longest;
                profile.emergency_enabled = row.emergency;
                profile.grant_policy = grant;
                profile.revoke_policy = revoke;
                profile.emergency_policy = emergency;
                profile.provisioner = provisioner.clone().or(profile.provisioner.take());
                profile.deprovisioner = deprovisioner.clone();
            });
        }
    }

    fn provisioned(&mut self, row: &str, how: ProvisionerRow) -> ProvisionPolicy {
        match how {
            ProvisionerRow::Manual(slugs) => {
                let users = slugs.iter().filter_map(|slug| self.names.person(row, slug)).collect();
                ProvisionPolicy::Manual(Manual { users, ..Manual::default() })
            }
            ProvisionerRow::Ticket(instructions) => ProvisionPolicy::ExternalTicket {
                app: String::new(),
                connector: String::new(),
                config: String::new(),
                instructions,
            },
            ProvisionerRow::Webhook(name) => {
                let id = webhook_id(&name);
                if !self.domain.webhooks.contains(&id) {
                    self.names.mistakes.note(FILE, row, format!("there is no webhook `{name}`"));
                }
                ProvisionPolicy::Webhook(id)
            }
        }
    }

    /// The actions that connectors offer.
    pub(super) fn actions(&mut self, rows: Vec<ActionRow>) {
        for row in rows {
            self.domain.actions.put(KnownAction {
                id: Id::named(&format!("conductorone/action/{}", row.name)),
                display_name: row.display_name,
                on_resource: row.on_resource,
            });
        }
    }

    /// What a file calls `app/slug`; `app/access` is the builtin one.
    pub(super) fn entitlement(&mut self, path: &str) -> Option<EntitlementRef> {
        let (app, slug) = path.split_once('/').unwrap_or((path, ""));
        let at = match slug {
            "access" => EntitlementRef::access(self.governed(app)?),
            _ => {
                let id = self.names.entitlement(path, path)?;
                EntitlementRef { app: self.names.company.entitlements().get(&id)?.app, id }
            }
        };
        if !self.domain.entitlements.contains(&at) {
            self.names.mistakes.note(FILE, path, "this entitlement is not governed by ConductorOne");
            return None;
        }
        Some(at)
    }
}
