//! Which applications identities come from (contract, 12.4).

use super::{Noun, Refusal, condition};
use crate::company::App;
use crate::kernel::Id;
use crate::vendors::conductorone::model::{AccountFilter, Directory, Domain, MatchCase};
use crate::world::{Command, Cx};

/// What is said about a directory.
#[derive(Clone, Debug, Default)]
pub struct DirectorySettings {
    /// Which accounts are identities; unchanged when absent.
    pub filter: Option<AccountFilter>,
    /// How they are matched; unchanged when absent.
    pub matching: Option<Vec<MatchCase>>,
}

impl DirectorySettings {
    fn check(&self) -> Result<(), Refusal> {
        match &self.filter {
            Some(AccountFilter::Cel(expression)) => condition("CelExpression", expression),
            _ => Ok(()),
        }
    }
}

/// Make an application a directory.
pub struct CreateDirectory {
    /// The application.
    pub app: Id<App>,
    /// What is said about it.
    pub settings: DirectorySettings,
}

impl Command<Domain> for CreateDirectory {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        self.settings.check()?;
        domain.app(self.app).ok_or(Refusal::NoSuch(Noun::App))?;
        if domain.directories.contains(&self.app) {
            return Err(Refusal::Exists(Noun::Directory));
        }
        let (now, settings) = (cx.now(), self.settings);
        let filter = settings.filter.unwrap_or_default();
        domain.directories.put(Directory {
            app: self.app,
            filter,
            matching: settings.matching,
            created: now,
            updated: now,
        });
        domain.apps.update(&self.app, |app| (app.is_directory, app.updated) = (true, now));
        Ok(())
    }
}

/// Say something else about a directory.
pub struct UpdateDirectory {
    /// The application.
    pub app: Id<App>,
    /// What is said.
    pub settings: DirectorySettings,
}

impl Command<Domain> for UpdateDirectory {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        self.settings.check()?;
        let row = domain.directories.get(&self.app).ok_or(Refusal::NoSuch(Noun::Directory))?;
        let mut row = Directory::clone(row);
        row.filter = self.settings.filter.unwrap_or(row.filter);
        row.matching = self.settings.matching.or(row.matching);
        row.updated = cx.now();
        domain.directories.put(row);
        Ok(())
    }
}

/// Make an application no directory any more; its accounts stay.
pub struct DeleteDirectory {
    /// The application.
    pub app: Id<App>,
}

impl Command<Domain> for DeleteDirectory {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        domain.directories.remove(&self.app).ok_or(Refusal::NoSuch(Noun::Directory))?;
        let now = cx.now();
        domain.apps.update(&self.app, |app| (app.is_directory, app.updated) = (false, now));
        Ok(())
    }
}
