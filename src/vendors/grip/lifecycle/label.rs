//! Labels on applications and people (contract, 13).

use serde_json::json;

use super::audit::record;
use super::{Noun, Refusal, find};
use crate::company::{App, Person};
use crate::kernel::Id;
use crate::vendors::grip::model::{Actor, Environment, Subject, UserProfile};
use crate::world::{Command, Cx};

/// What a label is on, as it was sent.
#[derive(Clone, Debug)]
pub enum Labelled {
    /// An application, by its id.
    Saas(String),
    /// A person, by their id, address or alias.
    User(String),
}

#[derive(Copy, Clone)]
enum Bearer {
    Saas(Id<App>),
    User(Id<Person>),
}

/// Put a label on; one that is there already stays, and nothing has happened.
pub struct AddLabel {
    /// Who does.
    pub by: Actor,
    /// On what.
    pub on: Labelled,
    /// The label, as it was sent.
    pub label: Option<String>,
}

impl Command<Environment> for AddLabel {
    type Output = ();
    fn apply(self, env: &mut Environment, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let label = given(self.label)?;
        let (bearer, subject) = self.on.find(env, cx)?;
        if bearer.labels(env).contains(&label) {
            return Ok(());
        }
        bearer.change(env, |labels| labels.push(label.clone()));
        let action = match bearer {
            Bearer::Saas(_) => "saas.label.added",
            Bearer::User(_) => "user.label.added",
        };
        record(env, cx, &self.by, action, subject, format!("Label {label} added"), json!({"label": label}));
        Ok(())
    }
}

/// Take a label off.
pub struct RemoveLabel {
    /// Who does.
    pub by: Actor,
    /// Off what.
    pub on: Labelled,
    /// The label, as it was sent.
    pub label: Option<String>,
}

impl Command<Environment> for RemoveLabel {
    type Output = ();
    fn apply(self, env: &mut Environment, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let label = given(self.label)?;
        let (bearer, subject) = self.on.find(env, cx)?;
        if !bearer.labels(env).contains(&label) {
            return Err(Refusal::NoSuch(Noun::Label));
        }
        bearer.change(env, |labels| labels.retain(|known| *known != label));
        let action = match bearer {
            Bearer::Saas(_) => "saas.label.removed",
            Bearer::User(_) => "user.label.removed",
        };
        record(env, cx, &self.by, action, subject, format!("Label {label} removed"), json!({"label": label}));
        Ok(())
    }
}

impl Labelled {
    fn find(&self, env: &Environment, cx: &Cx<'_>) -> Result<(Bearer, Subject), Refusal> {
        Ok(match self {
            Self::Saas(id) => {
                let app = find::app(env, cx.company, id)?;
                (Bearer::Saas(app.id), Subject::saas(&app))
            }
            Self::User(id) => {
                let person = find::user(cx.company, id)?;
                (Bearer::User(person.id), Subject::user(&person))
            }
        })
    }
}

impl Bearer {
    fn labels(self, env: &Environment) -> Vec<String> {
        match self {
            Self::Saas(app) => env.saas.get(&app).map(|profile| profile.labels.clone()),
            Self::User(person) => env.users.get(&person).map(|profile| profile.labels.clone()),
        }
        .unwrap_or_default()
    }

    fn change(self, env: &mut Environment, change: impl FnOnce(&mut Vec<String>)) {
        match self {
            Self::Saas(app) => {
                env.saas.update(&app, |profile| change(&mut profile.labels));
            }
            Self::User(person) => {
                let known = env.users.get(&person).map(|profile| UserProfile::clone(profile));
                let mut profile = known.unwrap_or_else(|| UserProfile::of(person));
                change(&mut profile.labels);
                env.users.put(profile);
            }
        }
    }
}

/// Labels keep their spelling, and a blank one is none.
fn given(label: Option<String>) -> Result<String, Refusal> {
    label.filter(|label| !label.trim().is_empty()).ok_or(Refusal::Missing("label"))
}
