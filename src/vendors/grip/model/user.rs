//! What Grip knows about people that HR would not.

use serde::{Deserialize, Serialize};

use super::UserState;
use crate::company::{App, Person};
use crate::kernel::{Entity, Id, Timestamp};

/// One person as Grip keeps them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserProfile {
    /// Who.
    pub person: Id<Person>,
    /// Free words, in the order in which they were added.
    pub labels: Vec<String>,
    /// Roles in the environment.
    pub roles: Vec<String>,
    /// Where their latest offboarding stands.
    pub offboarding: Option<OffboardingStamp>,
}

impl UserProfile {
    /// Nothing known yet.
    pub fn of(person: Id<Person>) -> Self {
        Self { person, labels: Vec::new(), roles: Vec::new(), offboarding: None }
    }
}

/// Where a person's latest offboarding stands, and since when.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OffboardingStamp {
    /// Where it stands.
    pub state: UserState,
    /// Since when.
    pub at: Timestamp,
}

impl Entity for UserProfile {
    const TABLE: &'static str = "users";
    type Id = Id<Person>;
    type Key = ();
    fn id(&self) -> Id<Person> {
        self.person
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}

/// The removal of one person's access to one application is to fail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScriptedFailure {
    /// Whose access.
    pub person: Id<Person>,
    /// To what.
    pub app: Id<App>,
    /// What goes wrong.
    pub reason: String,
}

impl Entity for ScriptedFailure {
    const TABLE: &'static str = "scriptedFailures";
    type Id = (Id<Person>, Id<App>);
    type Key = ();
    fn id(&self) -> Self::Id {
        (self.person, self.app)
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}
