//! Who may decide about a violation, what they may do, and what they said.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Role;
use crate::company::Person;
use crate::kernel::{Id, Timestamp};

/// Whom an actor stands for.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ActorRef {
    /// A managed user.
    User(Id<Person>),
    /// Whoever is in a role.
    Role(Id<Role>),
}

impl ActorRef {
    /// `managed/user/…` or `managed/role/…`; a bare id is a user's (contract, 4.7).
    pub fn read(text: &str) -> Option<Self> {
        match text.strip_prefix("managed/role/") {
            Some(role) => Id::from_dashed(role).map(Self::Role),
            None => Id::from_dashed(text.strip_prefix("managed/user/").unwrap_or(text)).map(Self::User),
        }
    }
    /// The reference as the vendor writes it.
    pub fn written(self) -> String {
        match self {
            Self::User(person) => format!("managed/user/{}", person.dashed()),
            Self::Role(role) => format!("managed/role/{}", role.dashed()),
        }
    }
}

/// What an actor may do, in the order in which the vendor writes it.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Permission {
    Allow,
    Comment,
    Exception,
    Reassign,
    Remediate,
    Complete,
    Cancel,
}

/// What one actor may and may not do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Permissions(pub BTreeMap<Permission, bool>);

impl Permissions {
    /// Everything about a violation (contract, 6.3).
    pub fn of_task() -> Self {
        use Permission::{Allow, Comment, Exception, Reassign, Remediate};
        Self([Allow, Comment, Exception, Reassign, Remediate].map(|permission| (permission, true)).into())
    }
    /// Everything about a provisioning by hand (contract, 4.7).
    pub fn of_fulfillment() -> Self {
        use Permission::{Cancel, Comment, Complete, Reassign};
        Self([Comment, Reassign, Complete, Cancel].map(|permission| (permission, true)).into())
    }
    /// Whether this is allowed.
    pub fn allow(&self, permission: Permission) -> bool {
        self.0.get(&permission).copied().unwrap_or(false)
    }
}

/// Somebody who may act, or could, in one phase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Actor {
    /// Who.
    pub who: ActorRef,
    /// What they may do.
    pub permissions: Permissions,
    /// The name of the phase.
    pub phase: String,
}

/// Who wrote a comment.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Author {
    /// A person.
    User(Id<Person>),
    /// The product, or an administrator who is no user here.
    System,
}

/// What a comment is about (contract, 4.8). What is said at the end of a provisioning by hand is a comment like any.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommentAction {
    Assignment,
    Reassign,
    Comment,
    Allow,
    Exception,
    CancelException,
    Remediate,
    Expiration,
    Escalation,
    Reminder,
}

/// One entry of a violation's record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Comment {
    /// What it is about.
    pub action: CommentAction,
    /// What it says.
    pub text: String,
    /// When it was written.
    pub at: Timestamp,
    /// Who wrote it.
    pub by: Author,
}
