//! Credentials of the API: used, made, changed and thrown away.

use super::{Noun, Refusal};
use crate::kernel::{Id, Timestamp};
use crate::vendors::conductorone::model::{ApiClient, Domain, Nonce, NonceKey};
use crate::world::{Command, Cx};

/// How many used assertions are remembered; those that end first go first.
const NONCES_MAX: usize = 10_000;

/// A token is had with a client.
pub struct UseClient {
    /// Which.
    pub client: Id<ApiClient>,
}

impl Command<Domain> for UseClient {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let now = cx.now();
        let known = domain.clients.update(&self.client, |client| client.last_used = Some(now));
        known.then_some(()).ok_or(Refusal::NoSuch(Noun::Client))
    }
}

/// A token is had with a signed assertion, which is good for one only [assumed].
pub struct UseAssertion {
    /// The client.
    pub client: Id<ApiClient>,
    /// What tells the assertion from others of the client.
    pub nonce: String,
    /// When it ends, on the wall.
    pub ends: Timestamp,
    /// What the wall says now: assertions that ended before are forgotten.
    pub wall: Timestamp,
}

impl Command<Domain> for UseAssertion {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let nonce = format!("{}/{}", self.client, self.nonce);
        if domain.nonces.contains(&nonce) {
            return Err(Refusal::Replayed);
        }
        let (first, last) = (Timestamp::from_micros(i64::MIN), Timestamp::from_micros(i64::MAX));
        let by_end = domain.nonces.places(NonceKey::Ends(first), NonceKey::Ends(last));
        let too_many = (domain.nonces.len() + 1).saturating_sub(NONCES_MAX);
        let over = |(place, (NonceKey::Ends(ends), _)): &(usize, (&NonceKey, &String))| {
            *place < too_many || *ends <= self.wall
        };
        let over: Vec<String> = by_end.enumerate().take_while(over).map(|(_, (_, nonce))| nonce.clone()).collect();
        for nonce in over {
            domain.nonces.remove(&nonce);
        }
        domain.nonces.put(Nonce { nonce, ends: self.ends });
        UseClient { client: self.client }.apply(domain, cx)
    }
}
