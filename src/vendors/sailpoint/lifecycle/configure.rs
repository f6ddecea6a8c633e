//! Changes of the access model and of how access is requested.

use serde_json::json;

use super::Refusal;
use crate::company::{Company, Entitlement};
use crate::kernel::Id;
use crate::vendors::sailpoint::model::{AccessProfile, EntitlementSettings, Org, RequestConfig, Role};
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

/// Say whether and how an entitlement can be asked for.
pub struct EditEntitlement<F> {
    /// Which.
    pub entitlement: Id<Entitlement>,
    /// The change, or why it cannot be made.
    pub edit: F,
}

impl<F> Command<Org> for EditEntitlement<F>
where
    F: FnOnce(&mut EntitlementSettings) -> Result<(), Refusal>,
{
    type Output = ();
    fn apply(self, org: &mut Org, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        if !cx.company.entitlements().contains(&self.entitlement) {
            return Err(Refusal::NotFound);
        }
        let (entitlement, modified) = (self.entitlement, cx.now());
        let unset = EntitlementSettings { entitlement, requestable: false, requestability: None, modified };
        let known = org.entitlements.get(&entitlement).map(|row| EntitlementSettings::clone(row));
        let mut row = known.unwrap_or(unset);
        (self.edit)(&mut row)?;
        row.modified = modified;
        org.entitlements.put(row);
        cx.emit("entitlement.changed", entitlement, json!({}));
        Ok(())
    }
}
