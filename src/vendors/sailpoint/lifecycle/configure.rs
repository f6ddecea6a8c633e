//! Changes of the access model and of how access is requested.

use serde_json::json;

use super::{Actor, Refusal};
use crate::company::{Company, Entitlement};
use crate::kernel::Id;
use crate::vendors::sailpoint::model::{
    AccessProfile, EntitlementSettings, Escalation, Org, PublicAttribute, PublicIdentities, RequestConfig,
    Requestability, Role, SchemeKind,
};
use crate::world::{Command, Cx};

/// Change the organisation's request configuration. Requests in flight keep the rules they began with.
pub struct PutConfig<F> {
    /// The change, or why it cannot be made.
    pub edit: F,
}

impl<F> Command<Org> for PutConfig<F>
where
    F: FnOnce(RequestConfig) -> Result<RequestConfig, Refusal>,
{
    type Output = ();
    fn apply(self, org: &mut Org, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let config = (self.edit)(org.config())?;
        check_config(org, cx.company, &config)?;
        org.config.put(config);
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

fn check_config(org: &Org, company: &Company, config: &RequestConfig) -> Result<(), Refusal> {
    let Escalation { days_until_escalation, days_between_reminders, max_reminders } = config.approvals.escalation;
    let counts = [
        ("daysUntilEscalation", days_until_escalation),
        ("daysBetweenReminders", days_between_reminders),
        ("maxReminders", max_reminders),
    ];
    if let Some((name, _)) = counts.into_iter().find(|(_, count)| count.is_some_and(|count| count < 0)) {
        return Err(Refusal::IllegalValue(name));
    }
    if let Some(person) = config.approvals.fallback_approver.filter(|person| !company.people().contains(person)) {
        return Err(Refusal::NoReference("identity", person.hex()));
    }
    check_schemes(org, &config.entitlement_rules)
}

/// Whether every group that is to be asked exists.
fn check_schemes(org: &Org, rules: &Requestability) -> Result<(), Refusal> {
    let schemes = rules.approvals.iter().chain(&rules.revocation_approvals);
    for scheme in schemes.filter(|scheme| scheme.kind == SchemeKind::GovernanceGroup) {
        let group = scheme.approver.ok_or(Refusal::Missing("approverId"))?;
        if !org.groups.contains(&group.cast()) {
            return Err(Refusal::NoReference("governance group", group.dashed()));
        }
    }
    Ok(())
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
