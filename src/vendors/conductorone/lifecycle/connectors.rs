//! Connectors as objects (contract, 12.4).

use super::configure::{Configured, Delete, Update, row};
use super::{Noun, Refusal};
use crate::company::{App, Person};
use crate::kernel::{Id, Table, Timestamp};
use crate::vendors::conductorone::model::{Connector, ConnectorSettings, Domain};
use crate::vendors::conductorone::wire::id::fresh;
use crate::world::{Command, Cx};

impl Configured for Connector {
    type Settings = ConnectorSettings;
    const NOUN: Noun = Noun::Connector;
    const STREAM: &'static str = "conductorone/connector";

    fn table(domain: &Domain) -> &Table<Self> {
        &domain.connectors
    }
    fn table_mut(domain: &mut Domain) -> &mut Table<Self> {
        &mut domain.connectors
    }
    fn settings(&self) -> &ConnectorSettings {
        &self.settings
    }
    fn settle(&mut self, settings: ConnectorSettings, now: Timestamp) {
        if settings.config != self.settings.config {
            self.configured = Some(now);
        }
        (self.settings, self.updated) = (settings, now);
    }
    fn deleted(self, now: Timestamp) -> Option<Self> {
        Some(Self { deleted: Some(now), ..self })
    }
    fn is_deleted(&self) -> bool {
        self.deleted.is_some()
    }
    fn check(settings: &ConnectorSettings, _: &Domain, cx: &Cx<'_>) -> Result<(), Refusal> {
        let is_known = |user: &Id<Person>| cx.company.people().contains(user);
        if settings.user_ids.iter().all(is_known) { Ok(()) } else { Err(Refusal::NoSuch(Noun::User)) }
    }
}

/// Give an application a connector, whose form others will fill in.
pub struct CreateConnector {
    /// The application.
    pub app: Id<App>,
    /// Of which kind it will be.
    pub catalog: String,
    /// What is said about it.
    pub settings: ConnectorSettings,
}

impl Command<Domain> for CreateConnector {
    type Output = Id<Connector>;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Id<Connector>, Refusal> {
        domain.app(self.app).ok_or(Refusal::NoSuch(Noun::App))?;
        Connector::check(&self.settings, domain, cx)?;
        let (id, now) = (fresh(cx, Connector::STREAM), cx.now());
        domain.connectors.put(Connector {
            id,
            app: self.app,
            catalog: self.catalog,
            settings: self.settings,
            configured: None,
            created: now,
            updated: now,
            deleted: None,
        });
        Ok(id)
    }
}

/// A connector of this application that is not deleted.
///
/// # Errors
/// When there is none.
pub fn of_app(domain: &Domain, app: Id<App>, id: Id<Connector>) -> Result<Connector, Refusal> {
    row(domain, id).ok().filter(|row| row.app == app).ok_or(Refusal::NoSuch(Noun::Connector))
}

/// Say something else about a connector: `change` is given what is said now.
pub struct UpdateConnector<F> {
    /// Of which application.
    pub app: Id<App>,
    /// Which.
    pub id: Id<Connector>,
    /// What to say instead.
    pub change: F,
}

impl<F> Command<Domain> for UpdateConnector<F>
where
    F: FnOnce(&ConnectorSettings) -> Result<ConnectorSettings, Refusal>,
{
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        of_app(domain, self.app, self.id)?;
        Update { id: self.id, change: self.change }.apply(domain, cx)
    }
}

/// Delete a connector.
pub struct DeleteConnector {
    /// Of which application.
    pub app: Id<App>,
    /// Which.
    pub id: Id<Connector>,
}

impl Command<Domain> for DeleteConnector {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        of_app(domain, self.app, self.id)?;
        Delete { id: self.id }.apply(domain, cx)
    }
}
