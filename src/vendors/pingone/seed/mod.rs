//! Founds the realm over the company from `pingone.json`.

mod duties;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::lifecycle::kept_id;
use super::model::{
    Administrator, ConfigEntry, Kept, Membership, OauthClient, Realm, RemediationSchema, Role, ServiceAccount, Shelf,
};
use crate::company::rules::{self, Names};
use crate::company::seed::{Mistakes, Seed};
use crate::kernel::Timestamp;
use crate::world::Draft;

const FILE: &str = "pingone.json";

/// The members of a JSON Web Key that everybody may know.
const PUBLIC: [&str; 5] = ["kty", "kid", "alg", "e", "n"];

/// The workflows that come with the product; the first is in evidence (contract, 6.4), the others' names are [assumed].
const STOCK_WORKFLOWS: [&str; 7] = [
    "BasicViolationProcess",
    "BasicApplicationGrant",
    "BasicApplicationRemove",
    "BasicEntitlementGrant",
    "BasicEntitlementRemove",
    "BasicRoleGrant",
    "BasicRoleRemove",
];

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct File {
    #[serde(rename = "$schema")]
    _schema: Option<String>,
    administrators: Vec<String>,
    roles: Vec<RoleRow>,
    remediation_schemas: Vec<duties::SchemaRow>,
    rules: Vec<duties::RuleRow>,
    policies: Vec<duties::PolicyRow>,
    service_accounts: Vec<ServiceAccountRow>,
    clients: Vec<ClientRow>,
    /// The configuration, key by key.
    config: Map<String, Value>,
    /// The role that decides where nobody owns what is asked for.
    default_approver: Option<String>,
    /// Types of requests, in order.
    request_types: Vec<String>,
    glossary: Vec<Map<String, Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ServiceAccountRow {
    name: String,
    #[serde(default)]
    description: String,
    scopes: Vec<String>,
    /// The private key; what is public about it is told apart.
    key: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ClientRow {
    id: String,
    secret: String,
    scopes: Vec<String>,
    /// The service account whose key signs assertions about users that this client may present.
    trusts: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RoleRow {
    slug: String,
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    members: Vec<String>,
}

/// Puts PingOne's estate into a draft.
pub fn found(draft: &mut Draft, seed: &Seed, mistakes: &mut Mistakes) {
    let file: File = seed.read(FILE, mistakes).unwrap_or_default();
    let company = draft.world().company().clone();
    let names = Names { company: &company, file: FILE, mistakes: &mut *mistakes };
    let mut founding = Founding { names, realm: Realm::default(), now: draft.now() };
    founding.realm.schemas.put(RemediationSchema::grant_removal());
    founding.administrators(&file.administrators);
    founding.roles(file.roles);
    founding.service_accounts(file.service_accounts);
    founding.clients(file.clients);
    founding.config(file.config, file.default_approver);
    founding.kept(file.request_types, file.glossary);
    draft.found(founding.realm);
    let pairs = rules::read(seed, &company, mistakes);
    duties::found(draft, (&pairs, file.remediation_schemas, file.rules, file.policies), mistakes);
}

struct Founding<'a> {
    names: Names<'a>,
    realm: Realm,
    now: Timestamp,
}

impl Founding<'_> {
    fn administrators(&mut self, slugs: &[String]) {
        for slug in slugs {
            if let Some(person) = self.names.person("administrators", slug) {
                self.realm.administrators.put(Administrator { person });
            }
        }
    }

    fn service_accounts(&mut self, rows: Vec<ServiceAccountRow>) {
        for ServiceAccountRow { name, description, scopes, key } in rows {
            let public = key.iter().filter(|(part, _)| PUBLIC.contains(&part.as_str()));
            let public: Map<String, Value> = public.map(|(part, value)| (part.clone(), value.clone())).collect();
            if !["kty", "n", "e", "d"].iter().all(|part| key.get(*part).is_some_and(Value::is_string)) {
                self.names.mistakes.note(FILE, &name, "the key is no private RSA key as a JSON Web Key");
            }
            self.realm.service_accounts.put(ServiceAccount {
                id: ServiceAccount::id_of(&name),
                name,
                description,
                active: true,
                scopes,
                jwks: json!({"keys": [public]}).to_string(),
                private_jwk: Some(Value::Object(key).to_string()),
                others: Map::new(),
                created: self.now,
                version: 0,
            });
        }
    }

    fn config(&mut self, keys: Map<String, Value>, approver: Option<String>) {
        let approver = approver.map(|slug| Role::id_of(&slug));
        if approver.is_some_and(|role| !self.realm.roles.contains(&role)) {
            self.names.mistakes.note(FILE, "defaultApprover", "there is no such role");
        }
        for (place, (key, value)) in (0..).zip(keys) {
            let Value::Object(mut value) = value else {
                self.names.mistakes.note(FILE, &key, "what a key of the configuration says is an object");
                continue;
            };
            if let Some(role) = approver.filter(|_| key == "iga_access_request") {
                value.insert("defaultApprover".into(), format!("managed/role/{}", role.dashed()).into());
            }
            self.realm.config.put(ConfigEntry { place, key, value });
        }
    }

    fn kept(&mut self, types: Vec<String>, glossary: Vec<Map<String, Value>>) {
        let types = types.into_iter().map(|id| {
            let document = json!({"id": id, "displayName": id, "schemas": {"common": [{}]}, "custom": false});
            (Shelf::RequestTypes, id, document.as_object().cloned().unwrap_or_default())
        });
        let attributes = glossary.into_iter().map(|mut document| {
            let name = document.get("name").and_then(Value::as_str).unwrap_or_default();
            let id = kept_id(Shelf::Glossary, name);
            document.insert("id".into(), id.clone().into());
            (Shelf::Glossary, id, document)
        });
        let workflows = STOCK_WORKFLOWS.into_iter().map(|id| {
            let document = json!({
                "id": id,
                "name": id,
                "displayName": id,
                "type": "bpmn",
                "childType": false,
                "status": "published",
                "mutable": false,
                "_rev": 0,
            });
            (Shelf::Workflows, id.to_owned(), document.as_object().cloned().unwrap_or_default())
        });
        let all: Vec<_> = types.chain(attributes).chain(workflows).collect();
        for (place, (shelf, id, document)) in (0..).zip(all) {
            let (created, changed) = (self.now, self.now);
            self.realm.kept.put(Kept { id: (shelf, id), document, created, changed, place });
        }
    }

    fn clients(&mut self, rows: Vec<ClientRow>) {
        for ClientRow { id, secret, scopes, trusts } in rows {
            let account = trusts.as_ref().map(|name| ServiceAccount::id_of(name));
            let account = account.and_then(|account| self.realm.service_accounts.get(&account));
            if let (Some(name), None) = (&trusts, account) {
                let names = self.realm.service_accounts.iter().map(|account| account.name.as_str());
                self.names.mistakes.unknown(FILE, &id, "service account", name, names);
            }
            let trusted_jwks = account.map(|account| account.jwks.clone());
            self.realm.oauth_clients.put(OauthClient { id, secret, scopes, trusted_jwks });
        }
    }

    fn roles(&mut self, rows: Vec<RoleRow>) {
        for RoleRow { slug, name, description, members } in rows {
            let (id, now) = (Role::id_of(&slug), self.now);
            for member in &members {
                if let Some(person) = self.names.person(&slug, member) {
                    self.realm.memberships.put(Membership { person, role: id, since: now, grant_type: "role".into() });
                }
            }
            let (entitlements, version) = (Vec::new(), 0);
            self.realm.roles.put(Role { id, name, description, entitlements, created: now, changed: now, version });
        }
    }
}
