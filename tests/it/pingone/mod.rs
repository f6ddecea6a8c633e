//! PingOne Advanced Identity Cloud, played through its own API.

mod access;
mod agreement;
mod auth;
mod certification;
mod checks;
mod duties;
mod kept;
mod lists;
mod managed;
mod models;
mod people;
mod policies;
mod proxies;
mod requests;
mod rim;
mod scans;
mod schemas;
mod seed;
mod violations;
mod whole_run;

use std::sync::Arc;

use http::Method;
use rolecall::app::Founding;
use rolecall::company::Person;
use rolecall::company::seed::Seed;
use rolecall::world::Tenant;
use serde_json::{Value, json};

use crate::common::{Call, Stage, founding, quiet_seed};

/// PingOne over Acme, before anything has happened.
pub struct Scene {
    pub stage: Stage,
    pub tenant: String,
}

impl Scene {
    pub fn new() -> Self {
        let founding = Founding { seed: ruleless_seed(), ..founding() };
        Self { stage: Stage::of(founding, rolecall::vendors::all()), tenant: "default".into() }
    }

    pub fn tenant(&self) -> Arc<Tenant> {
        self.stage.app.site().tenants().get_or_fork(&self.tenant).unwrap()
    }

    /// A call without a token.
    pub fn bare(&self, method: Method, path: &str) -> Call<'_> {
        self.stage.call(method, &format!("/t/{}/pingone{path}", self.tenant))
    }
    /// A call of an administrator's.
    pub fn call(&self, method: Method, path: &str) -> Call<'_> {
        self.bare(method, path).bearer(&self.token("ada.admin"))
    }
    /// A call of somebody's.
    pub fn call_as(&self, person: &str, method: Method, path: &str) -> Call<'_> {
        self.bare(method, path).bearer(&self.token(person))
    }
    /// What a GET of an administrator's answers.
    pub async fn read(&self, path: &str) -> Value {
        self.call(Method::GET, path).await.status(200).json()
    }

    /// A token with which somebody may call.
    pub fn token(&self, person: &str) -> String {
        let vendors = rolecall::vendors::all();
        let vendor = vendors.iter().find(|vendor| vendor.name() == "pingone").unwrap();
        vendor.mint(&self.tenant(), &self.tenant().head(), Person::id_of(person)).unwrap().token
    }

    fn control(&self, method: Method, path: &str, body: Value) -> Call<'_> {
        self.stage.call(method, &format!("/_rolecall/tenants/{}/{path}", self.tenant)).json(body)
    }
    pub async fn advance(&self, by: &str) {
        self.control(Method::POST, "clock/advance", json!({"by": by})).await.status(200);
    }
    pub async fn pace(&self, hop: &str, pace: Value) {
        self.control(Method::PUT, "pace", json!({hop: pace})).await.status(200);
    }
    pub async fn strict(&self) {
        self.control(Method::PATCH, "settings", json!({"auth": "strict"})).await.status(200);
    }
}

/// The quiet company without the seed's rules and policies, so that a test finds what it made itself.
fn ruleless_seed() -> Seed {
    let seed = quiet_seed();
    let mut file: Value = serde_json::from_slice(seed.file("pingone.json").unwrap()).unwrap();
    for rows in ["rules", "policies", "remediationSchemas"] {
        file[rows] = json!([]);
    }
    seed.with("pingone.json", file.to_string())
}

/// A person's id on the wire.
pub fn user(slug: &str) -> String {
    Person::id_of(slug).dashed()
}
