//! API tokens, by name.

use serde::{Deserialize, Serialize};

use crate::company::Person;
use crate::kernel::{Entity, Id};

/// A token that may call. Its name stands in for a person where none is given (contract, 3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    /// What clients send in `access-token`.
    pub token: String,
    /// What it is called.
    pub name: String,
    /// Who looks after it.
    pub owner: Option<Id<Person>>,
}

impl Entity for Token {
    const TABLE: &'static str = "tokens";
    type Id = String;
    type Key = ();
    fn id(&self) -> String {
        self.token.clone()
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}
