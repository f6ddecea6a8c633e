//! Accounts (contract, section 11.5).

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value as Json, json};
use utoipa::ToSchema;

use super::identities::{identity_state, lifecycle_state};
use super::visible::{Seen, is_identity};
use super::{Reference, View, instant, millis};
use crate::company::{Account, AccountStatus, App, Person, Removal};
use crate::kernel::Id;
use crate::query::{Row, Value};
use crate::vendors::sailpoint::model::Org;
use crate::world::Estate;

/// `Account`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Account)]
pub struct AccountDto {
    pub id: String,
    pub name: Option<String>,
    pub created: String,
    pub modified: String,
    pub source_id: String,
    pub source_name: Option<String>,
    pub identity_id: Option<String>,
    pub cloud_lifecycle_state: Option<&'static str>,
    pub identity_state: Option<&'static str>,
    pub connection_type: Option<&'static str>,
    pub is_machine: bool,
    #[schema(value_type = Option<Object>)]
    pub recommendation: Option<()>,
    /// What the source knows about the account; null at `detailLevel=SLIM`.
    #[schema(value_type = Option<Object>)]
    pub attributes: Option<BTreeMap<String, Json>>,
    pub authoritative: bool,
    pub description: Option<String>,
    pub disabled: bool,
    pub locked: bool,
    pub native_identity: String,
    pub system_account: bool,
    pub uncorrelated: bool,
    pub uuid: Option<String>,
    pub manually_correlated: bool,
    pub has_entitlements: bool,
    pub identity: Option<Reference>,
    pub source_owner: Option<Reference>,
    pub features: Option<&'static str>,
    pub origin: Option<&'static str>,
    #[schema(value_type = Option<Object>)]
    pub owner_identity: Option<()>,
}

/// How much of an account is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Without its attributes.
    Slim,
    /// All of it.
    Full,
}

/// The category of the application that says who works here.
const AUTHORITATIVE: &str = "Human resources";

impl<'w> View<'w> {
    /// An account.
    pub fn full_account(&self, account: &Account, detail: Detail) -> AccountDto {
        let (app, person) = (self.source(account.app), self.correlated(account));
        let name = account.user_name.to_string();
        AccountDto {
            id: account.id.hex(),
            name: Some(name.clone()),
            created: instant(account.created),
            modified: instant(account.changed),
            source_id: account.app.hex(),
            source_name: app.map(|app| app.name.clone()),
            identity_id: person.map(|person| person.id.hex()),
            cloud_lifecycle_state: person.map(|person| lifecycle_state(person.status)),
            identity_state: person.map(|person| identity_state(person.status)),
            connection_type: app.map(|app| connection_type(app)),
            is_machine: self.is_machine(account),
            recommendation: None,
            attributes: (detail == Detail::Full).then(|| self.account_attributes(account)),
            authoritative: app.is_some_and(|app| is_authoritative(app)),
            description: None,
            disabled: account.status == AccountStatus::Disabled,
            locked: account.status == AccountStatus::Locked,
            native_identity: name,
            system_account: false,
            uncorrelated: person.is_none(),
            uuid: None,
            manually_correlated: false,
            has_entitlements: self.company.grants_of(account.id).next().is_some(),
            identity: person.map(|person| self.identity(person.id)),
            source_owner: app.and_then(|app| app.owners.first()).map(|owner| self.identity(*owner)),
            features: app.filter(|app| app.removal == Removal::Connector).map(|_| "ENABLE"),
            origin: Some(self.origin(account)),
            owner_identity: None,
        }
    }

    /// A source as `{type: SOURCE, id, name}`; `None` when SailPoint does not know it.
    pub fn source_reference(&self, id: Id<App>) -> Option<Reference> {
        self.source(id).map(|app| Reference { kind: "SOURCE", id: id.hex(), name: Some(app.name.clone()) })
    }

    /// A source as `{type: SOURCE, id, name}`, without a name when SailPoint does not know it.
    pub fn named_source(&self, id: Id<App>) -> Reference {
        self.source_reference(id).unwrap_or_else(|| Reference { kind: "SOURCE", id: id.hex(), name: None })
    }

    /// The identity whose an account is.
    fn correlated(&self, account: &Account) -> Option<&'w Person> {
        self.person(account.person?).map(|person| &**person)
    }

    fn is_machine(&self, account: &Account) -> bool {
        let person = account.person.and_then(|person| self.company.people().get(&person));
        person.is_some_and(|person| !is_identity(person))
    }

    /// Whether SailPoint opened the account: then its first grant is SailPoint's, and as old.
    fn origin(&self, account: &Account) -> &'static str {
        let mut grants = self.company.grants_of(account.id);
        let provisioned = grants.any(|grant| {
            grant.since == account.created && grant.reasons.iter().any(|reason| *reason.by == *Org::VENDOR)
        });
        if provisioned { "PROVISIONED" } else { "AGGREGATED" }
    }

    fn account_attributes(&self, account: &Account) -> BTreeMap<String, Json> {
        let mut held: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        let grants = self.company.grants_of(account.id);
        for entitlement in grants.filter_map(|grant| self.company.entitlements().get(&grant.id.entitlement)) {
            held.entry(entitlement.attribute.clone()).or_default().push(&entitlement.slug);
        }
        let mut attributes: BTreeMap<_, _> = held.into_iter().map(|(name, values)| (name, json!(values))).collect();
        let person = account.person.and_then(|person| self.company.people().get(&person));
        attributes.insert("userName".into(), json!(account.user_name));
        attributes.insert("displayName".into(), json!(person.map(|person| person.name())));
        attributes.insert("email".into(), json!(account.mail));
        attributes.insert("privileged".into(), json!(account.privileged));
        attributes.insert("lastLogin".into(), json!(account.last_used.map(instant)));
        attributes
    }
}

fn connection_type(app: &App) -> &'static str {
    if app.removal == Removal::Connector { "direct" } else { "file" }
}

fn is_authoritative(app: &App) -> bool {
    app.category == AUTHORITATIVE
}

/// What the list of accounts can be filtered and sorted by. Nothing is recommended, no account has a UUID.
impl Row for Seen<'_, Account> {
    fn visit(&self, path: &str, each: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        let (view, account) = (&self.view, self.row);
        let app = || view.source(account.app);
        let person = || view.correlated(account);
        match path {
            "id" => each(Value::Text(&account.id.hex())),
            "name" | "nativeIdentity" => each(Value::Text(&account.user_name)),
            "sourceId" => each(Value::Text(&account.app.hex())),
            "identityId" => person().is_some_and(|person| each(Value::Text(&person.id.hex()))),
            "created" => each(millis(account.created)),
            "modified" => each(millis(account.changed)),
            "hasEntitlements" => each(Value::Bool(view.company.grants_of(account.id).next().is_some())),
            "uncorrelated" => each(Value::Bool(person().is_none())),
            "manuallyCorrelated" => each(Value::Bool(false)),
            "origin" => each(Value::Text(view.origin(account))),
            "entitlements" => {
                view.company.grants_of(account.id).any(|grant| each(Value::Text(&grant.id.entitlement.hex())))
            }
            "identity.name" => person().is_some_and(|person| each(Value::Text(&person.name()))),
            "identity.correlated" => each(Value::Bool(person().is_some())),
            "identity.identityState" => person().is_some_and(|person| each(Value::Text(identity_state(person.status)))),
            "source.displayableName" => app().is_some_and(|app| each(Value::Text(&app.name))),
            "source.authoritative" => app().is_some_and(|app| each(Value::Bool(is_authoritative(app)))),
            "source.connectionType" => app().is_some_and(|app| each(Value::Text(connection_type(app)))),
            "sourceOwner.name" => {
                let owner = app().and_then(|app| view.company.people().get(app.owners.first()?));
                owner.is_some_and(|owner| each(Value::Text(&owner.name())))
            }
            _ => false,
        }
    }
}
