//! Applications come under governance, are changed, and leave (contract, 10.1).

use serde_json::json;

use super::{Noun, Refusal};
use crate::company::{App, Company, NewApp};
use crate::kernel::Id;
use crate::vendors::conductorone::model::{
    AppProfile, Domain, EntitlementProfile, EntitlementRef, Purpose, Resource, ResourceKind, ResourceType,
};
use crate::world::{Command, Cx, Estate};

/// Take an application under governance that no connector speaks for.
pub struct CreateApp {
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Everything else of its row; the application and the hours are found here.
    pub profile: AppProfile,
}

impl Command<Domain> for CreateApp {
    type Output = Id<App>;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Id<App>, Refusal> {
        let now = cx.now();
        super::owners::check(cx.company, &self.profile.owners)?;
        let owners = self.profile.owners.clone();
        let governed_by = vec![Domain::VENDOR.to_owned()];
        let new = NewApp { name: self.name, description: self.description, owners, governed_by };
        let app = cx.company.take_into_use(cx.chronicle, new);
        domain.apps.put(AppProfile {
            app,
            is_manually_managed: true,
            created: now,
            updated: now,
            deleted: None,
            ..self.profile
        });
        with_access(domain, cx.company, app);
        Ok(app)
    }
}

/// Gives an application what every one has: a resource that it is itself, and "Access" to it.
pub fn with_access(domain: &mut Domain, company: &Company, app: Id<App>) {
    let Some(app) = company.apps().get(&app) else { return };
    let kind = ResourceType::of(app.id, ResourceKind::App, app.created);
    let resource = Resource::of(Resource::id_of_app(app.id), &kind, app.name.clone(), app.created);
    let mut row = EntitlementProfile::of(EntitlementRef::access(app.id), app.created);
    row.resource_type = Some(kind.id);
    row.resource = Some(resource.id);
    row.slug = kind.kind.permission().to_owned();
    row.purpose = Purpose::Assignment;
    domain.resource_types.put(kind);
    domain.resources.put(resource);
    domain.entitlements.put(row);
}

/// Change an application. The edit sees it as it is when the command has its turn.
pub struct EditApp<F> {
    /// Which.
    pub app: Id<App>,
    /// The change, or why it cannot be made.
    pub edit: F,
}

impl<F> Command<Domain> for EditApp<F>
where
    F: FnOnce(&Domain, &Company, &AppProfile) -> Result<AppProfile, Refusal>,
{
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let row = domain.app(self.app).cloned().ok_or(Refusal::NoSuch(Noun::App))?;
        let edited = (self.edit)(domain, cx.company, &row)?;
        domain.apps.put(AppProfile { updated: cx.now(), ..edited });
        cx.emit("app.changed", self.app, json!({}));
        Ok(())
    }
}

/// Let an application go. Its row stays for those who remember; what people hold in it stays theirs.
pub struct DeleteApp {
    /// Which.
    pub app: Id<App>,
}

impl Command<Domain> for DeleteApp {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let row = domain.app(self.app).cloned().ok_or(Refusal::NoSuch(Noun::App))?;
        let now = cx.now();
        domain.apps.put(AppProfile { updated: now, deleted: Some(now), ..AppProfile::clone(&row) });
        cx.emit("app.deleted", self.app, json!({}));
        Ok(())
    }
}
