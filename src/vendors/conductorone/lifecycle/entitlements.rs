//! Entitlements are made by hand, changed, and deleted (contract, 10.2).

use serde_json::json;

use super::{Noun, Refusal, owners, resources};
use crate::company::{App, Company, EntitlementKind, NewEntitlement};
use crate::kernel::{Id, Span};
use crate::vendors::conductorone::model::{
    Domain, EntitlementKey, EntitlementProfile, EntitlementRef, Resource, ResourceKind, ResourceType,
};
use crate::world::{Command, Cx};

/// Make an entitlement.
pub struct CreateEntitlement {
    /// In which application.
    pub app: Id<App>,
    /// About what.
    pub resource: (Id<ResourceType>, Id<Resource>),
    /// What it is called.
    pub name: String,
    /// What it allows.
    pub description: String,
    /// Everything else of its row that somebody may say.
    pub said: Box<dyn FnOnce(EntitlementProfile) -> EntitlementProfile + Send>,
}

impl Command<Domain> for CreateEntitlement {
    type Output = EntitlementRef;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<EntitlementRef, Refusal> {
        let kind = resources::resource_type(domain, self.app, self.resource.0)?.kind;
        resources::resource(domain, self.app, self.resource)?;
        let new = NewEntitlement {
            app: self.app,
            name: self.name,
            description: self.description,
            kind: company_kind(kind),
            attribute: kind.title().to_lowercase(),
        };
        let id = cx.company.offer(cx.chronicle, new).map_err(|_| Refusal::NoSuch(Noun::App))?;
        let at = EntitlementRef { app: self.app, id };
        let row = (self.said)(EntitlementProfile::of(at, cx.now()));
        let slug = if row.slug.is_empty() { kind.permission().to_owned() } else { row.slug.clone() };
        let row = EntitlementProfile {
            at,
            resource_type: Some(self.resource.0),
            resource: Some(self.resource.1),
            is_manually_managed: true,
            slug,
            ..row
        };
        check(domain, cx.company, &row)?;
        domain.entitlements.put(row);
        Ok(at)
    }
}

fn company_kind(kind: ResourceKind) -> EntitlementKind {
    match kind {
        ResourceKind::Group | ResourceKind::Project => EntitlementKind::Group,
        ResourceKind::Role => EntitlementKind::Role,
        ResourceKind::License => EntitlementKind::License,
        _ => EntitlementKind::Permission,
    }
}

fn check(domain: &Domain, company: &Company, row: &EntitlementProfile) -> Result<(), Refusal> {
    owners::check(company, &row.owners)?;
    if row.longest.is_some_and(|longest| longest <= Span::ZERO) {
        return Err(Refusal::Invalid("DurationGrant", "value must be greater than 0s".into()));
    }
    let namesakes = domain.entitlements.with(EntitlementKey::Alias(row.alias.clone()));
    let taken = namesakes.filter(|other| other.at != row.at && domain.entitlement(other.at).is_some());
    if taken.count() > 0 { Err(Refusal::AliasTaken) } else { Ok(()) }
}

/// Change an entitlement. The edit sees it as it is when the command has its turn.
pub struct EditEntitlement<F> {
    /// Which.
    pub at: EntitlementRef,
    /// The change, or why it cannot be made.
    pub edit: F,
}

impl<F> Command<Domain> for EditEntitlement<F>
where
    F: FnOnce(&Domain, &Company, &EntitlementProfile) -> Result<EntitlementProfile, Refusal>,
{
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let row = domain.entitlement(self.at).cloned().ok_or(Refusal::NoSuch(Noun::Entitlement))?;
        let edited = (self.edit)(domain, cx.company, &row)?;
        check(domain, cx.company, &edited)?;
        domain.entitlements.put(EntitlementProfile { updated: cx.now(), ..edited });
        cx.emit("entitlement.changed", self.at.id, json!({"app": self.at.app}));
        Ok(())
    }
}

/// Delete an entitlement. Its row stays for those who remember; whoever holds it still does.
pub struct DeleteEntitlement {
    /// Which.
    pub at: EntitlementRef,
}

impl Command<Domain> for DeleteEntitlement {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let row = domain.entitlement(self.at).cloned().ok_or(Refusal::NoSuch(Noun::Entitlement))?;
        if self.at.is_access() {
            return Err(Refusal::Builtin(Noun::Entitlement));
        }
        let now = cx.now();
        let row = EntitlementProfile::clone(&row);
        domain.entitlements.put(EntitlementProfile { updated: now, deleted: Some(now), ..row });
        cx.emit("entitlement.deleted", self.at.id, json!({"app": self.at.app}));
        Ok(())
    }
}
