//! Logins from a device without a browser: the device polls while a person says yes elsewhere (contract, 4.3).

use serde::{Deserialize, Serialize};

use crate::company::Person;
use crate::kernel::{Entity, Id, Lifecycle, Timestamp};

/// Where a login stands.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginState {
    Pending,
    Approved,
    Denied,
    Expired,
    Redeemed,
}

/// What may happen to a login.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum LoginMove {
    /// Somebody says that it is them.
    Approve,
    /// Somebody says that it is not.
    Deny,
    /// The device fetches its token.
    Redeem,
    /// Its time is over.
    Expire,
}

impl Lifecycle for LoginState {
    type Move = LoginMove;
    const MACHINE: &'static str = "device login";
    const STATES: &'static [Self] = &[Self::Pending, Self::Approved, Self::Denied, Self::Expired, Self::Redeemed];
    const MOVES: &'static [LoginMove] = &[LoginMove::Approve, LoginMove::Deny, LoginMove::Redeem, LoginMove::Expire];

    fn on(self, by: LoginMove) -> Option<Self> {
        match (self, by) {
            (Self::Pending, LoginMove::Approve) => Some(Self::Approved),
            (Self::Pending, LoginMove::Deny) => Some(Self::Denied),
            (Self::Approved, LoginMove::Redeem) => Some(Self::Redeemed),
            (Self::Pending | Self::Approved, LoginMove::Expire) => Some(Self::Expired),
            (Self::Pending, LoginMove::Redeem)
            | (Self::Approved, LoginMove::Approve | LoginMove::Deny)
            | (Self::Denied | Self::Expired | Self::Redeemed, _) => None,
        }
    }
}

/// A device that waits to be let in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Login {
    /// The device code is written from it.
    pub id: Id<Login>,
    /// What the person types.
    pub user_code: String,
    /// The public client of the device's program.
    pub client: String,
    /// Where it stands.
    pub state: LoginState,
    /// Who said yes.
    pub user: Option<Id<Person>>,
    /// When it began.
    pub started: Timestamp,
    /// When it is over.
    pub ends: Timestamp,
    /// When the device last asked in vain, on the wall: that is the clock it waits by.
    pub polled: Option<Timestamp>,
}

/// Letters of user codes: no vowels, so that they spell nothing, and none that look alike (RFC 8628, 6.1).
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

impl Login {
    /// The user code that goes with an id: `WDJB-MJHT`.
    pub fn user_code_of(id: Id<Self>) -> String {
        let letter = |byte: &u8| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]);
        let letters: String = id.bytes()[8..].iter().map(letter).collect();
        format!("{}-{}", &letters[..4], &letters[4..])
    }

    /// A user code as it is kept, from what a person may have typed.
    pub fn typed(code: &str) -> String {
        let letters: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
        let letters = letters.to_ascii_uppercase();
        if letters.len() == 8 { format!("{}-{}", &letters[..4], &letters[4..]) } else { letters }
    }
}

/// How logins are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LoginKey {
    /// By what the person types.
    UserCode(String),
    /// By when they are over.
    Ends(Timestamp),
}

impl Entity for Login {
    const TABLE: &'static str = "logins";
    type Id = Id<Login>;
    type Key = LoginKey;
    fn id(&self) -> Id<Login> {
        self.id
    }
    fn keys(&self) -> Vec<LoginKey> {
        vec![LoginKey::UserCode(self.user_code.clone()), LoginKey::Ends(self.ends)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_code_is_read_as_people_type_it() {
        let code = Login::user_code_of(Id::named("a login"));
        assert_eq!(code.len(), 9);
        assert_eq!(Login::typed(&code), code);
        assert_eq!(Login::typed(&code.to_lowercase().replace('-', " ")), code);
        assert_eq!(Login::typed("x"), "X");
    }
}
