//! Catalogs, webhooks and step-up providers.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{FILE, Founding};
use crate::kernel::Id;
use crate::vendors::conductorone::model::{
    Catalog, CatalogSettings, Directory, EntitlementRef, ProviderKind, ProviderSettings, StepUpProvider, Webhook,
    WebhookSettings,
};

/// What a row calls everything that is in no catalog with entries of its own.
const THE_REST: &str = "*";

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct CatalogRow {
    name: String,
    display_name: String,
    description: String,
    unpublished: bool,
    bundle: bool,
    /// Who sees it: the holders of these; everybody when empty.
    visible_to: Vec<String>,
    /// `app/slug`, or [`THE_REST`].
    entries: Vec<String>,
    created_by: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct WebhookRow {
    name: String,
    display_name: String,
    description: String,
    url: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct ProviderRow {
    name: String,
    display_name: String,
    client_id: String,
    issuer_url: String,
}

impl Founding<'_> {
    pub(super) fn catalogs(&mut self, rows: Vec<CatalogRow>) {
        let mut named: BTreeSet<EntitlementRef> = BTreeSet::new();
        let mut open: Vec<Id<Catalog>> = Vec::new();
        for row in rows {
            let Some(created_by) = self.names.person(&row.name, &row.created_by) else { continue };
            let id = Id::named(&format!("conductorone/catalog/{}", row.name));
            let entries = self.those(row.entries.iter().filter(|entry| *entry != THE_REST));
            named.extend(&entries);
            if row.entries.iter().any(|entry| entry == THE_REST) {
                open.push(id);
            }
            let access = self.those(row.visible_to.iter());
            let settings = CatalogSettings {
                display_name: row.display_name,
                description: row.description,
                published: !row.unpublished,
                visible_to_everyone: row.visible_to.is_empty(),
                request_bundle: row.bundle,
                ..CatalogSettings::default()
            };
            self.domain.catalogs.put(Catalog {
                id,
                settings,
                entries,
                access,
                automation: None,
                created_by,
                created: self.now,
                updated: self.now,
                deleted: None,
            });
        }
        let all = self.domain.entitlements.iter().map(|row| row.at);
        let rest: Vec<EntitlementRef> = all.filter(|at| !named.contains(at)).collect();
        for id in open {
            self.domain.catalogs.update(&id, |catalog| catalog.entries.extend(&rest));
        }
    }

    fn those<'a>(&mut self, paths: impl Iterator<Item = &'a String>) -> BTreeSet<EntitlementRef> {
        paths.filter_map(|path| self.entitlement(path)).collect()
    }

    pub(super) fn webhooks(&mut self, rows: Vec<WebhookRow>) {
        for row in rows {
            let settings = WebhookSettings {
                display_name: row.display_name,
                description: row.description,
                url: row.url,
                callback_timeout: None,
            };
            let id = webhook_id(&row.name);
            let (created, updated) = (self.now, self.now);
            self.domain.webhooks.put(Webhook { id, settings, created, updated, deleted: None });
        }
    }

    pub(super) fn step_up_providers(&mut self, rows: Vec<ProviderRow>) {
        for row in rows {
            if !row.issuer_url.starts_with("https://") {
                self.names.mistakes.note(FILE, &row.name, "a provider's address begins with https://");
            }
            let settings = ProviderSettings {
                display_name: row.display_name,
                client_id: row.client_id,
                issuer_url: row.issuer_url,
                enabled: true,
                kind: Some(ProviderKind::Oauth2 { acr_values: Vec::new() }),
            };
            self.domain.step_up_providers.put(StepUpProvider {
                id: provider_id(&row.name),
                settings,
                client_secret: String::new(),
                tested: None,
                created: self.now,
                updated: self.now,
            });
        }
    }

    /// Every application that identities come from is a directory.
    pub(super) fn directories(&mut self) {
        for app in self.domain.apps.clone().iter().filter(|app| app.is_directory) {
            self.domain.directories.put(Directory {
                app: app.app,
                filter: Default::default(),
                matching: None,
                created: app.created,
                updated: app.created,
            });
        }
    }
}

/// The id of the webhook of this name.
pub(super) fn webhook_id(name: &str) -> Id<Webhook> {
    Id::named(&format!("conductorone/webhook/{name}"))
}

/// The id of the step-up provider of this name.
pub(super) fn provider_id(name: &str) -> Id<StepUpProvider> {
    Id::named(&format!("conductorone/step-up-provider/{name}"))
}
