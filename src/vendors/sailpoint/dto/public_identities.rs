//! Identities, as everybody sees them, and what of them (contract, section 11.5).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::identities::{identity_state, lifecycle_state};
use super::{Reference, View, instant};
use crate::company::Person;
use crate::vendors::sailpoint::model::{PublicAttribute, PublicIdentities};

/// `PublicIdentity`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PublicIdentity {
    pub id: String,
    pub name: String,
    pub alias: String,
    pub email: Option<String>,
    /// The lifecycle state, with a capital.
    pub status: Option<String>,
    pub identity_state: Option<&'static str>,
    pub manager: Option<Reference>,
    pub attributes: Vec<PublicIdentityAttribute>,
}

/// One of the attributes that the configuration names.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicIdentityAttribute {
    pub key: String,
    pub name: String,
    pub value: Option<String>,
}

/// `PublicIdentityConfig`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PublicIdentityConfig {
    pub attributes: Vec<PublicIdentityAttributeConfig>,
    pub modified: Option<String>,
    pub modified_by: Option<Reference>,
}

/// `PublicIdentityConfig` as clients send it; what else it holds is the server's to say.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PublicIdentityConfigIn {
    #[serde(default)]
    pub attributes: Option<Vec<PublicIdentityAttributeConfig>>,
}

/// `PublicIdentityAttributeConfig`.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PublicIdentityAttributeConfig {
    pub key: String,
    pub name: String,
}

impl View<'_> {
    /// An identity as everybody sees it.
    pub fn public_identity(&self, person: &Person) -> PublicIdentity {
        let known = self.identity_attributes(person);
        let shown = |attribute: PublicAttribute| {
            let value = known.get(attribute.key.as_str()).cloned();
            PublicIdentityAttribute { key: attribute.key, name: attribute.name, value }
        };
        let state = lifecycle_state(person.status);
        PublicIdentity {
            id: person.id.hex(),
            name: person.name(),
            alias: person.slug.clone(),
            email: Some(person.mail.clone()),
            status: Some([state[..1].to_uppercase().as_str(), &state[1..]].concat()),
            identity_state: Some(identity_state(person.status)),
            manager: person.manager.map(|manager| self.identity(manager)),
            attributes: self.org.public_identities().attributes.into_iter().map(shown).collect(),
        }
    }

    /// Which attributes everybody sees.
    pub fn public_identity_config(&self) -> PublicIdentityConfig {
        let PublicIdentities { attributes, modified, modified_by } = self.org.public_identities();
        let shown = |PublicAttribute { key, name }| PublicIdentityAttributeConfig { key, name };
        PublicIdentityConfig {
            attributes: attributes.into_iter().map(shown).collect(),
            modified: modified.map(instant),
            modified_by: modified_by.map(|person| self.identity(person)),
        }
    }
}
