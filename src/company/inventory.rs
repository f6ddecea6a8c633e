//! Applications and entitlements that are taken into use after founding. Each verb reports what it did
//! as one event.

use serde_json::json;

use super::apps::{App, Entitlement, EntitlementKind, Removal, SignIn};
use super::people::Person;
use super::{Company, Impossible};
use crate::kernel::{Chronicle, Id};

/// What is known of an application when it is taken into use.
#[derive(Clone, Debug)]
pub struct NewApp {
    /// What it is called.
    pub name: String,
    /// What the company uses it for.
    pub description: String,
    /// Who answers for it.
    pub owners: Vec<Id<Person>>,
    /// The vendors that govern it; empty means all.
    pub governed_by: Vec<String>,
}

/// What is known of an entitlement when an application first has it.
#[derive(Clone, Debug)]
pub struct NewEntitlement {
    /// The application.
    pub app: Id<App>,
    /// What it is called.
    pub name: String,
    /// What it allows.
    pub description: String,
    /// What kind of thing it is.
    pub kind: EntitlementKind,
    /// The account attribute that holds it.
    pub attribute: String,
}

impl Company {
    /// Takes an application into use that no machine gives or removes access to.
    pub fn take_into_use(&mut self, log: &mut Chronicle, new: NewApp) -> Id<App> {
        let (id, now) = (log.id("company/app"), log.now());
        log.emit("app.taken-into-use", id, json!({"name": new.name}));
        self.apps.put(App {
            id,
            slug: id.hex(),
            name: new.name,
            publisher: String::new(),
            description: new.description,
            url: None,
            category: String::new(),
            owners: new.owners,
            sign_in: SignIn::Password,
            identity_provider: false,
            on_premises: false,
            removal: Removal::Manual,
            governed_by: new.governed_by,
            created: now,
            changed: now,
            version: 0,
        });
        id
    }

    /// Lets an application have one more entitlement.
    ///
    /// # Errors
    /// When the application is unknown.
    pub fn offer(&mut self, log: &mut Chronicle, new: NewEntitlement) -> Result<Id<Entitlement>, Impossible> {
        if !self.apps.contains(&new.app) {
            return Err(Impossible::NoSuchApp(new.app));
        }
        let (id, now) = (log.id("company/entitlement"), log.now());
        log.emit("entitlement.offered", id, json!({"app": new.app, "name": new.name}));
        self.entitlements.put(Entitlement {
            id,
            app: new.app,
            slug: id.hex(),
            name: new.name,
            description: new.description,
            kind: new.kind,
            attribute: new.attribute,
            privileged: false,
            owner: None,
            created: now,
            changed: now,
            version: 0,
        });
        Ok(id)
    }
}
