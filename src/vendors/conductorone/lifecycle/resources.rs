//! Resource types and resources that are made by hand (contract, 10.2).

use serde_json::json;

use super::{Noun, Refusal, owners};
use crate::company::App;
use crate::kernel::{Id, Timestamp};
use crate::vendors::conductorone::model::{
    Domain, EntitlementKey, EntitlementProfile, Resource, ResourceKey, ResourceKind, ResourceType, ResourceTypeKey,
};
use crate::vendors::conductorone::wire::id::fresh;
use crate::world::{Command, Cx};

/// Make a resource type.
pub struct CreateResourceType {
    /// In which application.
    pub app: Id<App>,
    /// What it is called.
    pub name: String,
    /// What it is; an application has one of each kind, but for custom ones.
    pub kind: ResourceKind,
}

impl Command<Domain> for CreateResourceType {
    type Output = Id<ResourceType>;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Id<ResourceType>, Refusal> {
        domain.app(self.app).ok_or(Refusal::NoSuch(Noun::App))?;
        let known = domain.resource_types.with(ResourceTypeKey::App(self.app));
        let same = known.filter(|row| row.kind == self.kind && row.deleted.is_none()).count();
        if self.kind != ResourceKind::Custom && same > 0 {
            return Err(Refusal::ResourceTypeExists);
        }
        let now = cx.now();
        let row = ResourceType::of(self.app, self.kind, now);
        let id = fresh(cx, "conductorone/resource-type");
        domain.resource_types.put(ResourceType { id, display_name: self.name, by_hand: true, ..row });
        cx.emit("resource-type.created", id, json!({"app": self.app}));
        Ok(id)
    }
}

/// Change a resource type, or a resource. The edit sees it as it is when the command has its turn.
pub struct Edit<I, F> {
    /// In which application.
    pub app: Id<App>,
    /// Which.
    pub id: I,
    /// The change, or why it cannot be made.
    pub edit: F,
}

impl<F> Command<Domain> for Edit<Id<ResourceType>, F>
where
    F: FnOnce(&ResourceType) -> Result<ResourceType, Refusal>,
{
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let edited = (self.edit)(resource_type(domain, self.app, self.id)?)?;
        domain.resource_types.put(ResourceType { updated: cx.now(), ..edited });
        Ok(())
    }
}

impl<F> Command<Domain> for Edit<(Id<ResourceType>, Id<Resource>), F>
where
    F: FnOnce(&Domain, &Resource) -> Result<Resource, Refusal>,
{
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let edited = (self.edit)(domain, resource(domain, self.app, self.id)?)?;
        domain.resources.put(Resource { updated: cx.now(), ..edited });
        Ok(())
    }
}

/// Delete a resource type, with its resources and what they are held by.
pub struct DeleteResourceType {
    /// In which application.
    pub app: Id<App>,
    /// Which.
    pub id: Id<ResourceType>,
}

impl Command<Domain> for DeleteResourceType {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let row = resource_type(domain, self.app, self.id)?;
        if !row.by_hand {
            return Err(Refusal::FoundByConnector(Noun::ResourceType));
        }
        let now = cx.now();
        domain.resource_types.update(&self.id, |row| (row.updated, row.deleted) = (now, Some(now)));
        let resources: Vec<_> = domain.resources.ids_with(ResourceKey::Type(self.id)).copied().collect();
        for resource in resources {
            let_go(domain, resource, now);
        }
        cx.emit("resource-type.deleted", self.id, json!({"app": self.app}));
        Ok(())
    }
}

/// Make a resource.
pub struct CreateResource {
    /// In which application.
    pub app: Id<App>,
    /// Of which type.
    pub kind: Id<ResourceType>,
    /// What it is called.
    pub name: String,
    /// Everything else of its row that somebody may say.
    pub said: Box<dyn FnOnce(Resource) -> Resource + Send>,
}

impl Command<Domain> for CreateResource {
    type Output = Id<Resource>;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Id<Resource>, Refusal> {
        let kind = ResourceType::clone(resource_type(domain, self.app, self.kind)?);
        let id = fresh(cx, "conductorone/resource");
        let row = (self.said)(Resource { by_hand: true, ..Resource::of(id, &kind, self.name, cx.now()) });
        owners::check(cx.company, &row.owners)?;
        domain.resources.put(row);
        cx.emit("resource.created", id, json!({"app": self.app}));
        Ok(id)
    }
}

/// Delete a resource, and what it is held by.
pub struct DeleteResource {
    /// In which application.
    pub app: Id<App>,
    /// Of which type.
    pub kind: Id<ResourceType>,
    /// Which.
    pub id: Id<Resource>,
}

impl Command<Domain> for DeleteResource {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let row = resource(domain, self.app, (self.kind, self.id))?;
        if !row.by_hand {
            return Err(Refusal::FoundByConnector(Noun::Resource));
        }
        let_go(domain, self.id, cx.now());
        cx.emit("resource.deleted", self.id, json!({"app": self.app}));
        Ok(())
    }
}

fn let_go(domain: &mut Domain, resource: Id<Resource>, now: Timestamp) {
    domain.resources.update(&resource, |row| (row.updated, row.deleted) = (now, Some(now)));
    let about: Vec<_> = domain.entitlements.with(EntitlementKey::Resource(resource)).cloned().collect();
    for row in about.into_iter().filter(|row| row.deleted.is_none()) {
        let row = EntitlementProfile::clone(&row);
        domain.entitlements.put(EntitlementProfile { updated: now, deleted: Some(now), ..row });
    }
}

/// A resource type that is there.
///
/// # Errors
/// When it is not.
pub fn resource_type(domain: &Domain, app: Id<App>, id: Id<ResourceType>) -> Result<&ResourceType, Refusal> {
    domain.app(app).ok_or(Refusal::NoSuch(Noun::App))?;
    let row = domain.resource_types.get(&id).filter(|row| row.app == app && row.deleted.is_none());
    row.map(|row| &**row).ok_or(Refusal::NoSuch(Noun::ResourceType))
}

/// A resource of a type that is there.
///
/// # Errors
/// When it is not.
pub fn resource(domain: &Domain, app: Id<App>, at: (Id<ResourceType>, Id<Resource>)) -> Result<&Resource, Refusal> {
    domain.app(app).ok_or(Refusal::NoSuch(Noun::App))?;
    let is_it = |row: &Resource| row.app == app && row.resource_type == at.0 && row.deleted.is_none();
    domain.resources.get(&at.1).map(|row| &**row).filter(|row| is_it(row)).ok_or(Refusal::NoSuch(Noun::Resource))
}
