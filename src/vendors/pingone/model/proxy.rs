//! Delegation: somebody lets another decide in their place (contract, 9.1).

use serde::{Deserialize, Serialize};

use crate::company::Person;
use crate::kernel::{Entity, Id, Timestamp};

/// A person who acts for another, for a while or for good.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Proxy {
    /// For whom.
    pub of: Id<Person>,
    /// Who acts.
    pub by: Id<Person>,
    /// From when; at once, where nothing is said.
    pub from: Option<Timestamp>,
    /// Until when; a timer takes it away then.
    pub until: Option<Timestamp>,
    /// Whether it counts: a timer says so when its first day comes.
    pub active: bool,
    /// When it was set.
    pub created: Timestamp,
}

/// How proxies are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProxyKey {
    /// By for whom.
    Of(Id<Person>),
    /// By who acts, those that count.
    By(Id<Person>),
}

impl Entity for Proxy {
    const TABLE: &'static str = "proxies";
    type Id = (Id<Person>, Id<Person>);
    type Key = ProxyKey;
    fn id(&self) -> Self::Id {
        (self.of, self.by)
    }
    fn keys(&self) -> Vec<ProxyKey> {
        let counts = self.active.then_some(ProxyKey::By(self.by));
        std::iter::once(ProxyKey::Of(self.of)).chain(counts).collect()
    }
}
