//! Personal access tokens and OAuth clients: made, used, changed and thrown away.

use serde_json::json;

use super::{Actor, Refusal};
use crate::kernel::{Id, Span};
use crate::vendors::sailpoint::model::{ApiClient, Org};
use crate::world::{Command, Cx};

/// The shortest and longest life of an access token, in seconds (vendor's specification).
const VALIDITY: std::ops::RangeInclusive<i64> = 15..=ApiClient::VALIDITY_SECONDS;
/// The last days of a personal access token of which nobody said when it ends: the vendor's six months.
const LIFE: Span = Span::days(183);

/// Make a client. Its id, secret and hours are drawn here.
pub struct CreateClient {
    /// Everything else of it.
    pub client: ApiClient,
    /// Whether it is meant to have no end.
    pub is_endless: bool,
}

impl Command<Org> for CreateClient {
    type Output = String;
    fn apply(self, org: &mut Org, cx: &mut Cx<'_>) -> Result<String, Refusal> {
        let now = cx.now();
        let id: Id<ApiClient> = cx.id("sailpoint/client");
        let secret = [cx.id::<ApiClient>("sailpoint/secret").hex(), cx.id::<ApiClient>("sailpoint/secret").hex()];
        let mut client = ApiClient { secret: secret.concat(), created: now, modified: now, ..self.client };
        client.id = if client.is_personal() { id.hex() } else { id.dashed() };
        if client.is_personal() && !self.is_endless {
            client.expires = client.expires.or(Some(now + LIFE));
        }
        check(org, cx, &client)?;
        if client.expires.is_some_and(|end| end <= now) {
            return Err(Refusal::NotInTheFuture("expirationDate"));
        }
        cx.emit("client.created", &client.id, json!({"name": client.name, "owner": client.owner}));
        let id = client.id.clone();
        org.clients.put(client);
        Ok(id)
    }
}

/// Change a client. The edit sees it as it is when the command has its turn.
pub struct EditClient<F> {
    /// Which.
    pub client: String,
    /// Whether a personal access token is meant.
    pub personal: bool,
    /// Who does it.
    pub by: Actor,
    /// The change, or why it cannot be made.
    pub edit: F,
}

impl<F> Command<Org> for EditClient<F>
where
    F: FnOnce(&ApiClient) -> Result<ApiClient, Refusal>,
{
    type Output = ();
    fn apply(self, org: &mut Org, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let client = known(org, &self.client, self.personal)?;
        if client.is_personal() && client.owner != self.by.person() {
            return Err(Refusal::Forbidden);
        }
        let edited = ApiClient { modified: cx.now(), ..(self.edit)(&client)? };
        check(org, cx, &edited)?;
        if edited.expires != client.expires && edited.expires.is_some_and(|end| end <= cx.now()) {
            return Err(Refusal::NotInTheFuture("expirationDate"));
        }
        cx.emit("client.changed", &edited.id, json!({"name": edited.name}));
        org.clients.put(edited);
        Ok(())
    }
}

/// Throw a client away. What it had tokens for is closed from now on.
pub struct DeleteClient {
    /// Which.
    pub client: String,
    /// Whether a personal access token is meant.
    pub personal: bool,
    /// Who does it.
    pub by: Actor,
}

impl Command<Org> for DeleteClient {
    type Output = ();
    fn apply(self, org: &mut Org, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let client = known(org, &self.client, self.personal)?;
        if client.is_personal() && client.owner != self.by.person() && !self.by.is_admin(org) {
            return Err(Refusal::Forbidden);
        }
        org.clients.remove(&client.id);
        cx.emit("client.deleted", &client.id, json!({"name": client.name}));
        Ok(())
    }
}

/// Note that a token was asked for.
pub struct UseClient {
    /// With which client.
    pub client: String,
}

impl Command<Org> for UseClient {
    type Output = ();
    fn apply(self, org: &mut Org, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let now = cx.now();
        org.clients.update(&self.client, |client| client.last_used = Some(now));
        Ok(())
    }
}

fn known(org: &Org, id: &str, personal: bool) -> Result<ApiClient, Refusal> {
    let client = org.clients.get(&id.to_owned()).filter(|client| client.is_personal() == personal);
    client.map(|client| ApiClient::clone(client)).ok_or(Refusal::NotFound)
}

fn check(org: &Org, cx: &Cx<'_>, client: &ApiClient) -> Result<(), Refusal> {
    if client.name.trim().is_empty() {
        return Err(Refusal::Missing("name"));
    }
    let longest = if client.is_personal() { *VALIDITY.end() } else { i64::from(i32::MAX) };
    if !(*VALIDITY.start()..=longest).contains(&client.validity_seconds) {
        return Err(Refusal::IllegalValue("accessTokenValiditySeconds"));
    }
    if client.owner.is_some_and(|owner| !cx.company.people().contains(&owner)) {
        return Err(Refusal::Forbidden);
    }
    let same = |other: &&std::sync::Arc<ApiClient>| {
        other.owner == client.owner && other.name == client.name && other.id != client.id
    };
    if client.is_personal() && org.clients.iter().any(|other| same(&other)) {
        return Err(Refusal::NameTaken(client.name.clone()));
    }
    Ok(())
}
