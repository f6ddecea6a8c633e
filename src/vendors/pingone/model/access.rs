//! What a user may hold, and the one id under which clients know that they hold it.

use serde::{Deserialize, Serialize};

use super::Role;
use crate::company::{Account, App, Entitlement, GrantId, Person};
use crate::kernel::Id;

/// The second half of the id of a grant that names one thing alone.
const NONE: &str = "00000000000000000000000000000000";

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
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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

    /// The grant's `id` and `compositeId`: opaque, safe in a URL, and the same in every run (contract, 9.3). In
    /// hexadecimal digits, so that the ids of a kind stand in the order of what they name.
    pub fn composite_id(self) -> String {
        let (tag, first, second) = match self {
            Self::Entitlement(grant) => ('1', grant.account.hex(), grant.entitlement.hex()),
            Self::Account(account) => ('2', account.hex(), NONE.to_owned()),
            Self::Role(person, role) => ('3', person.hex(), role.hex()),
            Self::WouldHold(person, entitlement) => ('4', person.hex(), entitlement.hex()),
            Self::WouldHave(person, app) => ('5', person.hex(), app.hex()),
        };
        format!("{tag}{first}{second}")
    }

    /// Reads a composite id; what it names may be gone.
    pub fn of_composite_id(text: &str) -> Option<Self> {
        let (tag, ids) = text.split_at_checked(1)?;
        let (first, second) = ids.split_at_checked(NONE.len())?;
        Some(match tag {
            "1" => Self::Entitlement(GrantId { account: Id::from_hex(first)?, entitlement: Id::from_hex(second)? }),
            "2" if second == NONE => Self::Account(Id::from_hex(first)?),
            "3" => Self::Role(Id::from_hex(first)?, Id::from_hex(second)?),
            "4" => Self::WouldHold(Id::from_hex(first)?, Id::from_hex(second)?),
            "5" => Self::WouldHave(Id::from_hex(first)?, Id::from_hex(second)?),
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
            assert!(id.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{id}");
            assert_eq!(Access::of_composite_id(&id), Some(access));
            assert_eq!(Access::of_composite_id(&id[1..]), None);
        }
        for wrong in ["", "compositeId1", "====", &"A".repeat(44)] {
            assert_eq!(Access::of_composite_id(wrong), None, "{wrong}");
        }
    }
}
