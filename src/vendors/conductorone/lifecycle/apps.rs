//! Applications come under governance, are changed, and leave (contract, 10.1).

use serde_json::json;

use super::{Noun, Refusal};
use crate::company::{App, Company, EntitlementKey, NewApp, Removal};
use crate::kernel::Id;
use crate::vendors::conductorone::model::{
    AppProfile, Domain, EntitlementProfile, EntitlementRef, ProvisionPolicy, Purpose, Resource, ResourceKind,
    ResourceType,
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

/// Takes an application of the company's under governance, with everything that it has.
pub fn govern(domain: &mut Domain, company: &Company, app: &App) {
    let mut profile = AppProfile::of(app.id, app.created);
    profile.owners.clone_from(&app.owners);
    profile.is_directory = app.identity_provider;
    domain.apps.put(profile);
    with_access(domain, company, app.id);
    domain.entitlements.update(&EntitlementRef::access(app.id), |row| row.provisioner = provisioner(app));
    for entitlement in company.entitlements().with(EntitlementKey::App(app.id)) {
        let kind = resource_type(domain, app, ResourceKind::behind(entitlement.kind));
        let id = Resource::id_behind(entitlement.id);
        let mut resource = Resource::of(id, &kind, entitlement.name.clone(), entitlement.created);
        resource.description.clone_from(&entitlement.description);
        resource.owners = entitlement.owner.into_iter().collect();
        domain.resources.put(resource);
        let at = EntitlementRef { app: app.id, id: entitlement.id };
        let mut row = EntitlementProfile::of(at, entitlement.created);
        row.resource_type = Some(kind.id);
        row.resource = Some(id);
        row.slug = kind.kind.permission().to_owned();
        row.purpose = match kind.kind {
            ResourceKind::Custom => Purpose::Permission,
            _ => Purpose::Assignment,
        };
        row.owners = entitlement.owner.into_iter().collect();
        row.provisioner = provisioner(app);
        domain.entitlements.put(row);
    }
}

fn resource_type(domain: &mut Domain, app: &App, kind: ResourceKind) -> ResourceType {
    let anew = || ResourceType::of(app.id, kind, app.created);
    let known = domain.resource_types.get(&ResourceType::id_of(app.id, kind));
    let row = known.map_or_else(anew, |row| ResourceType::clone(row));
    domain.resource_types.put(row.clone());
    row
}

/// A connector gives access where the application has one; elsewhere nobody said how.
fn provisioner(app: &App) -> Option<ProvisionPolicy> {
    let by_connector = || ProvisionPolicy::Connector(json!({"defaultBehavior": {"connectorId": ""}}));
    (app.removal == Removal::Connector).then(by_connector)
}

/// Gives an application what every one has: a resource that it is itself, and "Access" to it.
fn with_access(domain: &mut Domain, company: &Company, app: Id<App>) {
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
