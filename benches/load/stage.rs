//! Rolecall with enough approvals waiting in one tenant, to be forked for every lap.

use std::io::{Error, Result};
use std::path::Path;

use serde_json::{Value, json};

use super::client::{Answer, Connection, Written, written};
use super::process::Server;

/// Where a page of pending approvals is read.
pub const PAGE: &str = "/v3/access-request-approvals/pending?limit=50";
/// Where one small thing is read.
pub const READING: &str = "/v3/access-request-approvals/approval-summary";

/// An administrator, who sees every approval and may decide any.
const ACTOR: &str = "ada.admin";
/// How much one request asks for; each object makes one approval at least.
const OBJECTS_PER_REQUEST: usize = 20;
const PAGE_MAX: usize = 250;

/// A tenant of a running Rolecall, and a token for it.
pub struct Tenant {
    pub name: String,
    authorization: String,
}

impl Tenant {
    /// A request to SailPoint in this tenant.
    pub fn request(&self, method: &str, path: &str) -> Written {
        let body = if method == "GET" { "" } else { "{}" };
        written(method, path, &self.authorization, body)
    }

    /// The request that approves an approval.
    pub fn approve(&self, id: &str) -> Written {
        self.request("POST", &format!("/v3/access-request-approvals/{id}/approve"))
    }
}

/// An operator's hand on a Rolecall.
pub struct Stage {
    connection: Connection,
}

impl Stage {
    /// Takes hold of a server.
    pub async fn at(server: &Server) -> Result<Self> {
        Ok(Self { connection: Connection::open(server.address).await? })
    }

    /// Sends a request that must succeed.
    pub async fn ask(&mut self, request: &[u8]) -> Result<Answer> {
        let answer = self.connection.ask(request).await?;
        match answer.status {
            200..300 => Ok(answer),
            status => Err(Error::other(format!(
                "{status} {} for {}",
                String::from_utf8_lossy(&answer.body),
                String::from_utf8_lossy(request)
            ))),
        }
    }

    /// Calls the control plane.
    pub async fn control(&mut self, method: &str, path: &str, body: &Value) -> Result<Answer> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.ask(&written(method, &format!("/_rolecall{path}"), "", &body)).await
    }

    /// Makes a tenant and a token for it; `from` names the tenant whose world it begins with.
    pub async fn tenant(&mut self, name: &str, from: Option<&str>) -> Result<Tenant> {
        let from = from.map(|from| json!({"tenant": from}));
        self.control("POST", "/tenants", &json!({"name": name, "from": from})).await?;
        self.enter(name).await
    }

    /// A token for a tenant that is there.
    pub async fn enter(&mut self, name: &str) -> Result<Tenant> {
        let who = json!({"vendor": "sailpoint", "person": ACTOR});
        let token = self.control("POST", &format!("/tenants/{name}/tokens"), &who).await?.json()?;
        let header = token["header"].as_str().unwrap_or_default();
        Ok(Tenant { name: name.to_owned(), authorization: format!("{header}\r\n") })
    }

    /// Does a step of SailPoint's; says whether it was taken.
    pub async fn step(&mut self, tenant: &Tenant, step: &Value) -> Result<bool> {
        let body = json!({"vendor": "sailpoint", "step": step}).to_string();
        let path = format!("/_rolecall/tenants/{}/steps", tenant.name);
        let answer = self.connection.ask(&written("POST", &path, "", &body)).await?;
        Ok((200..300).contains(&answer.status))
    }

    /// Asks for access until at least `count` approvals wait, and answers the ids of so many.
    pub async fn approvals(&mut self, tenant: &Tenant, count: usize) -> Result<Vec<String>> {
        let people = self.slugs(tenant).await?;
        let objects = requestable()?;
        let mut waiting = self.waiting(tenant).await?;
        'enough: for chunk in objects.chunks(OBJECTS_PER_REQUEST) {
            for person in &people {
                if waiting >= count {
                    break 'enough;
                }
                let wish = json!({"step": "request", "by": ACTOR, "for": person, "objects": chunk, "comment": "load"});
                if self.step(tenant, &wish).await? {
                    waiting = self.waiting(tenant).await?;
                }
            }
        }
        if waiting < count {
            return Err(Error::other(format!("only {waiting} of {count} approvals could be made to wait")));
        }
        let mut ids = Vec::with_capacity(count);
        while ids.len() < count {
            let limit = PAGE_MAX.min(count - ids.len());
            let path = format!("/v3/access-request-approvals/pending?limit={limit}&offset={}", ids.len());
            let page = self.ask(&tenant.request("GET", &path)).await?.json()?;
            let page = page.as_array().into_iter().flatten();
            ids.extend(page.filter_map(|row| row["id"].as_str().map(str::to_owned)));
        }
        Ok(ids)
    }

    async fn waiting(&mut self, tenant: &Tenant) -> Result<usize> {
        let summary = self.ask(&tenant.request("GET", READING)).await?.json()?;
        Ok(usize::try_from(summary["pending"].as_u64().unwrap_or_default()).unwrap_or_default())
    }

    async fn slugs(&mut self, tenant: &Tenant) -> Result<Vec<String>> {
        let path = format!("/tenants/{}/people?limit=1000", tenant.name);
        let people = self.control("GET", &path, &Value::Null).await?.json()?;
        let people = people["people"].as_array().into_iter().flatten();
        let at_work = people.filter(|person| person["kind"] != "service" && person["status"] == "active");
        Ok(at_work.filter_map(|person| person["slug"].as_str().map(str::to_owned)).collect())
    }
}

/// What may be asked for without an end date, and has somebody to decide it.
fn requestable() -> Result<Vec<String>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("seed-data/acme/sailpoint.json");
    let seed: Value = serde_json::from_slice(&std::fs::read(file)?).map_err(Error::other)?;
    let mut objects = Vec::new();
    for (table, prefix) in [("accessProfiles", "access-profile"), ("roles", "role")] {
        let rows = seed[table].as_array().into_iter().flatten();
        let open = rows.filter(|row| {
            let decided = row["approvals"].as_array().is_some_and(|chain| !chain.is_empty());
            decided && row["requestable"] == true && row["requireEndDate"] != true && row["enabled"] != false
        });
        objects.extend(open.filter_map(|row| Some(format!("{prefix}/{}", row["slug"].as_str()?))));
    }
    Ok(objects)
}
