//! Applications that the identity provider's connector has discovered, and that come under governance by somebody's word
//! (contract, 15: managed states).

use std::sync::Arc;

use serde_json::json;

use super::{Noun, Refusal, apps, owners};
use crate::company::{App, Company, Person};
use crate::kernel::Id;
use crate::vendors::conductorone::model::{AppProfile, Domain, Resource, ResourceKind, ResourceType};
use crate::world::{Command, Cx};

/// Where discovered applications are: an application, and the resource type that stands for such in it.
#[derive(Copy, Clone, Debug)]
pub struct Discovery {
    /// The application whose connector discovers.
    pub app: Id<App>,
    /// The resource type.
    pub kind: Id<ResourceType>,
}

impl Discovery {
    /// What is discovered, by name. Only the identity provider discovers, and it sees every other application [assumed].
    pub fn found(self, domain: &Domain, company: &Company) -> Vec<Arc<App>> {
        let discovers = domain.app(self.app).and_then(|_| company.apps().get(&self.app));
        let discovers = discovers.is_some_and(|app| app.identity_provider);
        if !discovers || self.kind != ResourceType::id_of(self.app, ResourceKind::App) {
            return Vec::new();
        }
        let mut found: Vec<_> = company.apps().iter().filter(|app| app.id != self.app).cloned().collect();
        found.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        found
    }

    /// The discovered application that a resource stands for.
    ///
    /// # Errors
    /// When it stands for none.
    pub fn of(self, domain: &Domain, company: &Company, resource: Id<Resource>) -> Result<Arc<App>, Refusal> {
        let mut found = self.found(domain, company).into_iter();
        found.find(|app| Resource::id_of_app(app.id) == resource).ok_or(Refusal::NoSuch(Noun::Resource))
    }
}

/// Take a discovered application under governance.
pub struct Promote {
    /// Where it was discovered.
    pub at: Discovery,
    /// What stands for it there.
    pub resource: Id<Resource>,
    /// Who answers for it; whoever answers for the one that discovered it when nobody is named.
    pub owners: Vec<Id<Person>>,
}

impl Command<Domain> for Promote {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let app = self.at.of(domain, cx.company, self.resource)?;
        if domain.app(app.id).is_some() {
            return Err(Refusal::Exists(Noun::App));
        }
        owners::check(cx.company, &self.owners)?;
        let inherited = domain.app(self.at.app).map(|source| source.owners.clone()).unwrap_or_default();
        let owners = if self.owners.is_empty() { inherited } else { self.owners };
        apps::govern(domain, cx.company, &app);
        let now = cx.now();
        domain.apps.put(AppProfile { owners, ..AppProfile::of(app.id, now) });
        cx.emit("app.promoted", app.id, json!({"from": self.at.app}));
        Ok(())
    }
}
