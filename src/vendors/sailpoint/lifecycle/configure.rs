//! Changes of the access model and of how access is requested.

use serde_json::json;

use super::{Actor, Refusal};
use crate::company::{Company, Entitlement};
use crate::kernel::Id;
use crate::vendors::sailpoint::model::{
    AccessProfile, EntitlementSettings, Org, PublicAttribute, PublicIdentities, RequestConfig, Role,
};
use crate::world::{Command, Cx};

/// Replace the organisation's request configuration. Requests in flight keep the rules they began with.
pub struct PutConfig(pub RequestConfig);

impl Command<Org> for PutConfig {
    type Output = ();
    fn apply(self, org: &mut Org, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        org.config.put(self.0);
        cx.emit("config.changed", "access-request-config", json!({}));
        Ok(())
    }
}

/// Replace what everybody sees of identities.
pub struct PutPublicIdentities {
    /// The attributes.
    pub attributes: Vec<PublicAttribute>,
    /// Who does it.
    pub by: Actor,
}

impl Command<Org> for PutPublicIdentities {
    type Output = ();
    fn apply(self, org: &mut Org, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let (modified, modified_by) = (Some(cx.now()), self.by.person());
        org.public_identities.put(PublicIdentities { attributes: self.attributes, modified, modified_by });
        cx.emit("config.changed", "public-identities-config", json!({}));
        Ok(())
    }
}

/// Change a role. The edit sees the role as it is when the command has its turn.
pub struct EditRole<F> {
    /// Which.
    pub role: Id<Role>,
    /// The change, or why it cannot be made.
    pub edit: F,
}

impl<F> Command<Org> for EditRole<F>
where
    F: FnOnce(&Org, &Company, &Role) -> Result<Role, Refusal>,
{
    type Output = ();
    fn apply(self, org: &mut Org, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let role = org.roles.get(&self.role).cloned().ok_or(Refusal::NotFound)?;
        let edited = (self.edit)(org, cx.company, &role)?;
        cx.emit("role.changed", role.id, json!({"name": edited.name}));
        org.roles.put(Role { id: role.id, created: role.created, modified: cx.now(), ..edited });
        Ok(())
    }
}

/// Change an access profile; see [`EditRole`].
pub struct EditProfile<F> {
    /// Which.
    pub profile: Id<AccessProfile>,
    /// The change, or why it cannot be made.
    pub edit: F,
}

impl<F> Command<Org> for EditProfile<F>
where
    F: FnOnce(&Org, &Company, &AccessProfile) -> Result<AccessProfile, Refusal>,
{
    type Output = ();
    fn apply(self, org: &mut Org, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let profile = org.profiles.get(&self.profile).cloned().ok_or(Refusal::NotFound)?;
        let edited = (self.edit)(org, cx.company, &profile)?;
        cx.emit("access-profile.changed", profile.id, json!({"name": edited.name}));
        org.profiles.put(AccessProfile { id: profile.id, created: profile.created, modified: cx.now(), ..edited });
        Ok(())
    }
}

/// Say whose an entitlement is, and whether and how it can be asked for; see [`EditRole`].
pub struct EditEntitlement<F> {
    /// Which.
    pub entitlement: Id<Entitlement>,
    /// The change, or why it cannot be made.
    pub edit: F,
}

impl<F> Command<Org> for EditEntitlement<F>
where
    F: FnOnce(&Org, &Company, &EntitlementSettings) -> Result<EntitlementSettings, Refusal>,
{
    type Output = ();
    fn apply(self, org: &mut Org, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let entitlement = cx.company.entitlements().get(&self.entitlement).ok_or(Refusal::NotFound)?.id;
        let edited = (self.edit)(org, cx.company, &org.settings_of(entitlement))?;
        org.entitlements.put(EntitlementSettings { entitlement, modified: Some(cx.now()), ..edited });
        cx.emit("entitlement.changed", entitlement, json!({}));
        Ok(())
    }
}
