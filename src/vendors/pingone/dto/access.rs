//! What users hold and may ask for: grants, catalog items, entitlements, applications, accounts, roles and users as
//! governance shows them (contract, 9.3 and 9.4).

use serde_json::{Value, json};

use super::{View, fine, offset};
use crate::company::{
    Account, AccountStatus, App, Entitlement, EntitlementKind, Grant, Person, PersonStatus, Reason, Strength,
};
use crate::kernel::{Id, Timestamp};
use crate::vendors::pingone::model::{Access, Membership, Role};

/// The template that an application is said to be made from [assumed].
const TEMPLATE: (&str, &str) = ("identitygateway", "2.2");

impl View<'_> {
    /// A person as violations, requests and grants name them.
    pub fn user(&self, person: &Person) -> Value {
        json!({
            "cn": person.name(),
            "givenName": person.given,
            "id": person.id.dashed(),
            "mail": person.mail,
            "sn": person.family,
            "userName": person.slug,
        })
    }

    /// A person as the list of users shows them.
    pub fn governed_user(&self, person: &Person) -> Value {
        let manager = person.manager.and_then(|manager| self.company.people().get(&manager));
        let mut user = self.user(person);
        user["accountStatus"] = account_status(person).into();
        user["manager"] = manager.map_or(Value::Null, |manager| self.user(manager));
        user["metadata"] = metadata(person.created, person.changed);
        user
    }

    /// A person as an owner; `None` for nobody.
    fn owners(&self, ids: impl Iterator<Item = Id<Person>>) -> Value {
        ids.filter_map(|id| self.company.people().get(&id)).map(|person| self.user(person)).collect()
    }

    /// Whether somebody holds this: an account may be nobody's.
    pub fn has_holder(&self, access: Access) -> bool {
        let account = match access {
            Access::Entitlement(grant) => grant.account,
            Access::Account(account) => account,
            Access::Role(person, role) => {
                return self.company.people().contains(&person) && self.realm.roles.contains(&role);
            }
            Access::WouldHold(person, _) | Access::WouldHave(person, _) => {
                return self.company.people().contains(&person);
            }
        };
        let holder = self.company.accounts().get(&account).and_then(|account| account.person);
        holder.is_some_and(|person| self.company.people().contains(&person))
    }

    /// What somebody holds, or would hold; `None` when one of its ends is gone.
    pub fn grant(&self, access: Access) -> Option<Value> {
        let company = self.company;
        match access {
            Access::Entitlement(id) => {
                let account = company.accounts().get(&id.account)?;
                let person = company.people().get(&account.person?)?;
                let grant = company.grants().get(&id)?;
                self.entitlement_grant(
                    access,
                    person,
                    Some(account),
                    company.entitlements().get(&id.entitlement)?,
                    Some(grant),
                )
            }
            Access::WouldHold(person, entitlement) => {
                let (person, entitlement) = (company.people().get(&person)?, company.entitlements().get(&entitlement)?);
                let account = company.account_in(person.id, entitlement.app).map(|account| &**account);
                self.entitlement_grant(access, person, account, entitlement, None)
            }
            Access::Account(account) => {
                let account = company.accounts().get(&account)?;
                let person = company.people().get(&account.person?)?;
                self.account_grant(access, person, company.apps().get(&account.app)?, Some(account))
            }
            Access::WouldHave(person, app) => {
                self.account_grant(access, company.people().get(&person)?, company.apps().get(&app)?, None)
            }
            Access::Role(person, role) => {
                let membership = self.realm.memberships.get(&(person, role));
                self.role_grant(
                    access,
                    company.people().get(&person)?,
                    self.realm.roles.get(&role)?,
                    membership.map(|row| &**row),
                )
            }
        }
    }

    fn entitlement_grant(
        &self,
        access: Access,
        person: &Person,
        account: Option<&Account>,
        entitlement: &Entitlement,
        grant: Option<&Grant>,
    ) -> Option<Value> {
        let app = self.company.apps().get(&entitlement.app)?;
        let since = grant.map(|grant| grant.since);
        let until = grant.and_then(|grant| grant.until());
        let reasons = grant.map(|grant| grant.reasons.iter().map(grant_type).collect()).unwrap_or_default();
        Some(json!({
            "id": access.composite_id(),
            "compositeId": access.composite_id(),
            "item": item("entitlementGrant", since, until),
            "user": self.user(person),
            "application": self.application_summary(app),
            "account": account.map_or(Value::Null, |account| self.account_attributes(account)),
            "assignment": self.assignment(entitlement),
            "entitlement": entitlement_attributes(entitlement),
            "descriptor": {"idx": {
                "/entitlement": {"displayName": entitlement.name},
                "/account": {"displayName": account.map(|account| &*account.user_name)},
            }},
            "glossary": {"idx": {
                "/entitlement": self.entitlement_glossary(entitlement),
                "/account": {},
                "/application": self.application_glossary(app),
            }},
            "relationship": relationship(&access.composite_id(), reasons),
            "catalog": {"id": entitlement.id.dashed()},
        }))
    }

    fn account_grant(&self, access: Access, person: &Person, app: &App, account: Option<&Account>) -> Option<Value> {
        let reasons = account.map(|account| vec![json!({"grantType": "recon", "id": account.id.dashed()})]);
        Some(json!({
            "id": access.composite_id(),
            "compositeId": access.composite_id(),
            "item": item("accountGrant", account.map(|account| account.created), None),
            "user": self.user(person),
            "application": self.application_summary(app),
            "account": account.map_or(Value::Null, |account| self.account_attributes(account)),
            "descriptor": {"idx": {"/account": {"displayName": account.map(|account| &*account.user_name)}}},
            "glossary": {"idx": {"/account": {}, "/application": self.application_glossary(app)}},
            "relationship": relationship(&access.composite_id(), reasons.unwrap_or_default()),
            "catalog": {"id": app.id.dashed()},
        }))
    }

    fn role_grant(
        &self,
        access: Access,
        person: &Person,
        role: &Role,
        membership: Option<&Membership>,
    ) -> Option<Value> {
        let reasons = membership.map(|row| vec![json!({"grantType": row.grant_type, "id": role.id.dashed()})]);
        Some(json!({
            "id": access.composite_id(),
            "compositeId": access.composite_id(),
            "item": item("roleMembership", membership.map(|row| row.since), None),
            "user": self.user(person),
            "role": {"id": role.id.dashed(), "name": role.name},
            "descriptor": {"idx": {"/role": {"displayName": role.name}}},
            "glossary": {"idx": {"/role": self.role_glossary(role)}},
            "relationship": relationship(&access.composite_id(), reasons.unwrap_or_default()),
            "catalog": {"id": role.id.dashed()},
        }))
    }

    /// An entitlement, as a list of its own and as a catalog item.
    pub fn entitlement(&self, entitlement: &Entitlement) -> Option<Value> {
        let app = self.company.apps().get(&entitlement.app)?;
        Some(json!({
            "id": entitlement.id.dashed(),
            "application": self.application_summary(app),
            "applicationOwner": self.owners(app.owners.iter().copied()),
            "entitlement": entitlement_attributes(entitlement),
            "entitlementOwner": self.owners(entitlement.owner.into_iter()),
            "assignment": self.assignment(entitlement),
            "item": {"type": "entitlementGrant", "objectType": object_type(entitlement.kind)},
            "descriptor": {"idx": {"/entitlement": {"displayName": entitlement.name}}},
            "glossary": {"idx": {
                "/entitlement": self.entitlement_glossary(entitlement),
                "/application": self.application_glossary(app),
            }},
            "metadata": metadata(entitlement.created, entitlement.changed),
        }))
    }

    /// An application, as a list of its own and as a catalog item.
    pub fn application(&self, app: &App) -> Value {
        let entitlements = self.company.entitlements().with(crate::company::EntitlementKey::App(app.id));
        let mut kinds: Vec<_> = entitlements.map(|entitlement| entitlement.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let kinds = kinds
            .into_iter()
            .map(|kind| json!({"name": object_type(kind), "accountAttribute": account_attribute(kind)}));
        let types: Vec<Value> = [json!({"name": "User"})].into_iter().chain(kinds).collect();
        let mut application = self.application_summary(app);
        application["objectTypes"] = types.into();
        json!({
            "id": app.id.dashed(),
            "application": application,
            "applicationOwner": self.owners(app.owners.iter().copied()),
            "glossary": {"idx": {"/application": self.application_glossary(app)}},
            "item": {"type": "accountGrant"},
            "descriptor": {"idx": {"/application": {"displayName": app.name}}},
            "scopes": [],
            "permissions": {},
            "metadata": metadata(app.created, app.changed),
            "latestModified": fine(app.changed),
        })
    }

    /// A role, as a list of its own and as a catalog item.
    pub fn role(&self, role: &Role) -> Value {
        json!({
            "id": role.id.dashed(),
            "role": {"id": role.id.dashed(), "name": role.name, "description": role.description},
            "roleOwner": [],
            "item": {"type": "roleMembership"},
            "descriptor": {"idx": {"/role": {"displayName": role.name}}},
            "glossary": {"idx": {"/role": self.role_glossary(role)}},
            "metadata": metadata(role.created, role.changed),
        })
    }

    /// An account, as the list of accounts shows it.
    pub fn account(&self, account: &Account) -> Option<Value> {
        let app = self.company.apps().get(&account.app)?;
        let person = account.person.and_then(|person| self.company.people().get(&person));
        Some(json!({
            "id": account.id.dashed(),
            "user": person.map_or(Value::Null, |person| self.user(person)),
            "application": self.application_summary(app),
            "account": self.account_attributes(account),
            "item": {"type": "accountGrant"},
            "descriptor": {"idx": {"/account": {"displayName": &*account.user_name}}},
            "glossary": {"idx": {"/account": {}, "/application": self.application_glossary(app)}},
            "metadata": metadata(account.created, account.changed),
        }))
    }

    /// `{id, name}` of the assignment through which an entitlement is held.
    pub fn assignment(&self, entitlement: &Entitlement) -> Value {
        json!({"id": self.assignment_id(entitlement), "name": entitlement.name})
    }

    /// `system_<application>_<object type>_<remote id>` (contract, 9.3); the application's name without what is no letter
    /// or digit.
    pub fn assignment_id(&self, entitlement: &Entitlement) -> String {
        let app = self.company.apps().get(&entitlement.app);
        let app: String =
            app.map(|app| app.name.chars().filter(char::is_ascii_alphanumeric).collect()).unwrap_or_default();
        format!("system_{app}_{}_{}", object_type(entitlement.kind), entitlement.slug)
    }

    /// The entitlement that an assignment's id names; its own id, which is also that of its catalog item, is taken, too.
    pub fn assigned(&self, id: &str) -> Option<&Entitlement> {
        let entitlements = self.company.entitlements();
        let by_id = Id::from_dashed(id).and_then(|id| entitlements.get(&id));
        let named = || entitlements.iter().find(|entitlement| self.assignment_id(entitlement) == id);
        by_id.or_else(named).map(|entitlement| &**entitlement)
    }

    fn application_summary(&self, app: &App) -> Value {
        json!({
            "id": app.id.dashed(),
            "name": app.name,
            "icon": "",
            "templateName": TEMPLATE.0,
            "templateVersion": TEMPLATE.1,
            "description": app.description,
            "connectorId": app.slug,
            "authoritative": app.identity_provider,
        })
    }

    fn account_attributes(&self, account: &Account) -> Value {
        json!({
            "id": account.id.dashed(),
            "accountUserId": &*account.user_name,
            "displayName": &*account.user_name,
            "mail": account.mail,
            "status": if account.status == AccountStatus::Active { "active" } else { "inactive" },
            "privileged": account.privileged,
        })
    }

    fn entitlement_glossary(&self, entitlement: &Entitlement) -> Value {
        let owner = entitlement.owner.map(|owner| format!("managed/user/{}", owner.dashed()));
        json!({
            "description": entitlement.description,
            "displayName": entitlement.name,
            "entitlementOwner": owner,
            "isPrivileged": entitlement.privileged,
            "requestable": true,
        })
    }

    fn application_glossary(&self, app: &App) -> Value {
        let owners: Vec<String> = app.owners.iter().map(|owner| format!("managed/user/{}", owner.dashed())).collect();
        json!({"category": app.category, "applicationOwner": owners, "requestable": true})
    }

    fn role_glossary(&self, role: &Role) -> Value {
        json!({"description": role.description, "displayName": role.name, "requestable": true})
    }
}

/// Whether IDM lets somebody sign in.
pub fn account_status(person: &Person) -> &'static str {
    match person.status {
        PersonStatus::Active | PersonStatus::Leave => "active",
        PersonStatus::Prehire | PersonStatus::Left => "inactive",
    }
}

/// What an application calls a kind of entitlement. Only the first name is in evidence (contract, 9.3).
fn object_type(kind: EntitlementKind) -> &'static str {
    match kind {
        EntitlementKind::Group => "__GROUP__",
        EntitlementKind::Role => "role",
        EntitlementKind::License => "license",
        EntitlementKind::Permission => "permission",
    }
}

fn account_attribute(kind: EntitlementKind) -> &'static str {
    match kind {
        EntitlementKind::Group => "memberOf",
        EntitlementKind::Role => "roles",
        EntitlementKind::License => "licenses",
        EntitlementKind::Permission => "permissions",
    }
}

fn entitlement_attributes(entitlement: &Entitlement) -> Value {
    json!({
        "id": entitlement.id.dashed(),
        "displayName": entitlement.name,
        "description": entitlement.description,
        "accountAttribute": entitlement.attribute,
    })
}

fn item(kind: &str, since: Option<Timestamp>, until: Option<Timestamp>) -> Value {
    match since {
        Some(since) => json!({
            "type": kind,
            "decision": {"accessRequest": {"grantStartDate": offset(since), "grantEndDate": until.map(offset)}},
        }),
        None => json!({"type": kind}),
    }
}

fn relationship(id: &str, grant_types: Vec<Value>) -> Value {
    json!({
        "id": id,
        "properties": {"grantTypes": grant_types},
        "temporalConstraints": [],
        "conditional": false,
    })
}

fn grant_type(reason: &Reason) -> Value {
    let kind = match reason.strength {
        Strength::Found => "recon",
        Strength::Asked => "request",
        Strength::Inherited => "role",
    };
    json!({"grantType": kind, "id": &*reason.what})
}

fn metadata(created: Timestamp, changed: Timestamp) -> Value {
    json!({"modifiedDate": fine(changed), "createdDate": fine(created)})
}
