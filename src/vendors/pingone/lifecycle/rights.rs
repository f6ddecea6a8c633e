//! Who may do what to a violation (contract, 6.3).

use super::document::sound;
use super::{Fault, Refusal};
use crate::company::{Company, Person};
use crate::kernel::Id;
use crate::vendors::pingone::model::{
    ActorRef, Author, Membership, MembershipKey, Permission, Permissions, ProxyKey, Realm, Violation,
};

/// Who performs a command.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// The managed user, if it is one.
    pub person: Option<Id<Person>>,
    /// Whether every check of actors is passed.
    pub administrator: bool,
}

impl By {
    /// The product itself.
    pub const SYSTEM: Self = Self { person: None, administrator: true };

    /// As whom they write.
    pub fn author(self) -> Author {
        self.person.map_or(Author::System, Author::User)
    }

    /// Every name under which they act: their own, those of the roles that they are in, and those of the people in whose
    /// place they decide.
    pub fn names(self, realm: &Realm) -> Vec<ActorRef> {
        let Some(person) = self.person else { return Vec::new() };
        let others = realm.proxies.with(ProxyKey::By(person)).map(|proxy| ActorRef::User(proxy.of));
        let roles = realm.memberships.with(MembershipKey::Person(person));
        let roles = roles.map(|membership: &std::sync::Arc<Membership>| ActorRef::Role(membership.role));
        std::iter::once(ActorRef::User(person)).chain(roles).chain(others).collect()
    }

    /// Whether they are, or were, asked about a violation.
    pub fn has_part(self, realm: &Realm, violation: &Violation) -> bool {
        let names = self.names(realm);
        self.administrator || violation.active.iter().chain(&violation.inactive).any(|actor| names.contains(&actor.who))
    }

    /// Whether they may do this, in one phase or in any.
    pub fn may(self, realm: &Realm, violation: &Violation, phase: Option<&str>, permission: Permission) -> bool {
        let names = self.names(realm);
        self.administrator
            || violation.active.iter().any(|actor| {
                phase.is_none_or(|phase| actor.phase == phase)
                    && names.contains(&actor.who)
                    && actor.permissions.allow(permission)
            })
    }

    /// The phase that is theirs to act in: an administrator's is the first open one.
    pub fn phase_of(self, realm: &Realm, violation: &Violation) -> Option<String> {
        let names = self.names(realm);
        let is_theirs = |name: &str| {
            self.administrator || violation.active.iter().any(|actor| actor.phase == name && names.contains(&actor.who))
        };
        let mut open = violation.phases.iter().filter(|phase| phase.is_open());
        open.find(|phase| is_theirs(&phase.name)).map(|phase| phase.name.clone())
    }
}

/// An actor as clients name them.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedActor {
    /// `managed/user/…`, `managed/role/…`, or a user's bare id.
    pub id: String,
    /// What they may do; everything when nothing is said.
    pub permissions: Option<Permissions>,
}

/// Finds out whom a client means.
///
/// # Errors
/// When nobody is named, or somebody who does not exist.
pub fn named(
    realm: &Realm,
    company: &Company,
    actors: &[NamedActor],
    everything: fn() -> Permissions,
) -> Result<Vec<(ActorRef, Permissions)>, Refusal> {
    let one = |actor: &NamedActor| {
        let who = ActorRef::read(&actor.id).filter(|who| match who {
            ActorRef::User(person) => company.people().contains(person),
            ActorRef::Role(role) => realm.roles.contains(role),
        });
        who.map(|who| (who, actor.permissions.clone().unwrap_or_else(everything)))
            .ok_or_else(|| Fault::NoActor(actor.id.clone()))
    };
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    for actor in actors {
        match one(actor) {
            Ok(known) => found.push(known),
            Err(fault) => faults.push(fault),
        }
    }
    sound(faults).map(|()| found)
}
