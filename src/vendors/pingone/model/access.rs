//! What a user may hold, and the one id under which clients know that they hold it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Role;
use crate::company::{Account, App, Entitlement, GrantId, Person};
use crate::kernel::Id;

/// The three kinds of grants (contract, 9).
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccessKind {
    /// An account in an application.
    Account,
    /// A resource of an application.
    Entitlement,
    /// Membership of a role.
    Role,
}

/// Something that a user holds, or would hold.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// An account holds an entitlement.
    Entitlement(GrantId),
    /// An account.
    Account(Id<Account>),
    /// A person is in a role.
    Role(Id<Person>, Id<Role>),
    /// What a person without an account would hold: an entitlement.
    WouldHold(Id<Person>, Id<Entitlement>),
    /// What a person would have: an account in an application.
    WouldHave(Id<Person>, Id<App>),
}

impl Access {
    /// Which of the three kinds it is.
    pub fn kind(self) -> AccessKind {
        match self {
            Self::Entitlement(_) | Self::WouldHold(..) => AccessKind::Entitlement,
            Self::Account(_) | Self::WouldHave(..) => AccessKind::Account,
            Self::Role(..) => AccessKind::Role,
        }
    }

    /// The grant's `id` and `compositeId`: opaque, safe in a URL, and the same in every run (contract, 9.3).
    pub fn composite_id(self) -> String {
        let (tag, first, second) = match self {
            Self::Entitlement(grant) => (1, grant.account.bytes(), grant.entitlement.bytes()),
            Self::Account(account) => (2, account.bytes(), [0; 16]),
            Self::Role(person, role) => (3, person.bytes(), role.bytes()),
            Self::WouldHold(person, entitlement) => (4, person.bytes(), entitlement.bytes()),
            Self::WouldHave(person, app) => (5, person.bytes(), app.bytes()),
        };
        let mut bytes = [0; 33];
        bytes[0] = tag;
        bytes[1..17].copy_from_slice(&first);
        bytes[17..].copy_from_slice(&second);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a composite id; what it names may be gone.
    pub fn of_composite_id(text: &str) -> Option<Self> {
        let bytes: [u8; 33] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (mut first, mut second) = ([0; 16], [0; 16]);
        first.copy_from_slice(&bytes[1..17]);
        second.copy_from_slice(&bytes[17..]);
        Some(match bytes[0] {
            1 => Self::Entitlement(GrantId { account: Id::from_bytes(first), entitlement: Id::from_bytes(second) }),
            2 if second == [0; 16] => Self::Account(Id::from_bytes(first)),
            3 => Self::Role(Id::from_bytes(first), Id::from_bytes(second)),
            4 => Self::WouldHold(Id::from_bytes(first), Id::from_bytes(second)),
            5 => Self::WouldHave(Id::from_bytes(first), Id::from_bytes(second)),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_composite_id_reads_back_and_nothing_else_does() {
        let (a, b) = ([3; 16], [9; 16]);
        let all = [
            Access::Entitlement(GrantId { account: Id::from_bytes(a), entitlement: Id::from_bytes(b) }),
            Access::Account(Id::from_bytes(a)),
            Access::Role(Id::from_bytes(a), Id::from_bytes(b)),
            Access::WouldHold(Id::from_bytes(a), Id::from_bytes(b)),
            Access::WouldHave(Id::from_bytes(a), Id::from_bytes(b)),
        ];
        for access in all {
            let id = access.composite_id();
            assert!(id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')), "{id}");
            assert_eq!(Access::of_composite_id(&id), Some(access));
            assert_eq!(Access::of_composite_id(&id[1..]), None);
        }
        for wrong in ["", "compositeId1", "====", &"A".repeat(44)] {
            assert_eq!(Access::of_composite_id(wrong), None, "{wrong}");
        }
    }
}
