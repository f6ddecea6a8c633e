//! Credentials of the API: used, made, changed and thrown away (contract, 4).

use std::collections::BTreeSet;

use serde_json::json;

use super::{Noun, Refusal};
use crate::company::Person;
use crate::kernel::{Id, Span, Timestamp};
use crate::vendors::conductorone::model::{ApiClient, ClientKey, ClientUse, Domain, Nonce, NonceKey, RoleName};
use crate::vendors::conductorone::wire::id::fresh;
use crate::world::{Command, Cx};

/// How many credentials a user may have; no source says, but every list has an end.
const CLIENTS_MAX: usize = 100;
/// Words that names of credentials are made of.
const WORDS: [[&str; 8]; 2] = [
    ["amber", "brave", "clever", "gentle", "quiet", "silver", "strange", "wandering"],
    ["badger", "crane", "falcon", "heron", "hydra", "lynx", "otter", "walrus"],
];

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

/// Make a credential for a user. Its name is drawn here, and so is what its key is made from.
pub struct CreateClient<K> {
    /// As whom it acts.
    pub user: Id<Person>,
    /// What its owner calls it.
    pub display_name: String,
    /// Of the user's roles, those that it has; all when empty.
    pub scoped_roles: BTreeSet<RoleName>,
    /// From where it may be used; from everywhere when empty.
    pub allow_source_cidr: Vec<String>,
    /// How long it lasts; for good when absent.
    pub lasting: Option<Span>,
    /// Makes a key out of 32 drawn bytes: its public half, and what the owner is told.
    pub key: K,
}

/// A credential that was made, and what its owner is told for once.
pub struct NewClient {
    /// Which.
    pub id: Id<ApiClient>,
    /// Its secret.
    pub secret: String,
}

impl<K: FnOnce([u8; 32]) -> (String, String)> Command<Domain> for CreateClient<K> {
    type Output = NewClient;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<NewClient, Refusal> {
        let now = cx.now();
        if self.lasting.is_some_and(|lasting| lasting <= Span::ZERO) {
            return Err(Refusal::Invalid("Expires", "value must be greater than 0s".into()));
        }
        let own = domain.clients.with(ClientKey::User(self.user)).filter(|client| client.deleted.is_none());
        if own.count() >= CLIENTS_MAX {
            return Err(Refusal::TooManyClients(CLIENTS_MAX));
        }
        let mut drawn = [0; 32];
        for half in drawn.chunks_mut(16) {
            half.copy_from_slice(&cx.id::<ApiClient>("conductorone/secret").bytes());
        }
        let (public_key, secret) = (self.key)(drawn);
        let name = name(domain, cx);
        let id = fresh(cx, "conductorone/client");
        cx.emit("client.created", id, json!({"name": name, "user": self.user}));
        domain.clients.put(ApiClient {
            id,
            name,
            purpose: ClientUse::Pcc,
            display_name: self.display_name,
            user: self.user,
            scoped_roles: self.scoped_roles,
            allow_source_cidr: self.allow_source_cidr,
            public_key,
            seeded: false,
            expires: self.lasting.map(|lasting| now + lasting),
            last_used: None,
            created: now,
            updated: now,
            deleted: None,
        });
        Ok(NewClient { id, secret })
    }
}

/// A name that no client has.
fn name(domain: &Domain, cx: &mut Cx<'_>) -> String {
    loop {
        let [adjective, animal] = WORDS.map(|words| words[cx.ids().pick("conductorone/client-name", words.len())]);
        let number = 10_000 + cx.ids().pick("conductorone/client-name", 90_000);
        let name = format!("{adjective}-{animal}-{number}");
        if domain.clients.with(ClientKey::Name(name.clone())).next().is_none() {
            return name;
        }
    }
}

/// Change a user's own credential. The edit sees it as it is when the command has its turn.
pub struct EditClient<F> {
    /// Which.
    pub id: Id<ApiClient>,
    /// Whose.
    pub user: Id<Person>,
    /// The change, or why it cannot be made.
    pub edit: F,
}

impl<F: FnOnce(&ApiClient) -> Result<ApiClient, Refusal>> Command<Domain> for EditClient<F> {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let edited = (self.edit)(own_client(domain, self.user, self.id)?)?;
        domain.clients.put(ApiClient { updated: cx.now(), ..edited });
        Ok(())
    }
}

/// Throw a user's own credential away; its tokens end with it.
pub struct DeleteClient {
    /// Which.
    pub id: Id<ApiClient>,
    /// Whose.
    pub user: Id<Person>,
}

impl Command<Domain> for DeleteClient {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let now = cx.now();
        let row = own_client(domain, self.user, self.id)?.clone();
        domain.clients.put(ApiClient { updated: now, deleted: Some(now), ..row });
        cx.emit("client.deleted", self.id, json!({"user": self.user}));
        Ok(())
    }
}

/// A user's own credential that is there.
///
/// # Errors
/// When it is not, or is somebody else's.
pub fn own_client(domain: &Domain, user: Id<Person>, id: Id<ApiClient>) -> Result<&ApiClient, Refusal> {
    let row = domain.clients.get(&id).filter(|client| client.user == user && client.deleted.is_none());
    row.map(|row| &**row).ok_or(Refusal::NoSuch(Noun::Client))
}
