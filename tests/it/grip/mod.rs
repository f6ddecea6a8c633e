//! Grip Security, played through its own API.

mod alerts;
mod auth;
mod delta;
mod edges;
mod justification;
mod labels;
mod models;
mod offboarding;
mod reads;
mod refusals;
mod revocation;
mod spellings;
mod workflows;

use std::sync::Arc;

use http::Method;
use rolecall::app::Founding;
use rolecall::company::{App, Person};
use rolecall::kernel::Id;
use rolecall::world::Tenant;
use serde_json::{Value, json};

use crate::common::{Call, Reply, Stage, founding, quiet_seed};

/// A token of the seed.
pub const TOKEN: &str = "acme-grip-soar-automation";
/// What it is called.
pub const TOKEN_NAME: &str = "soar-automation";

/// Grip over Acme, before anything has happened.
pub struct Scene {
    stage: Stage,
    tenant: String,
}

impl Scene {
    pub fn new() -> Self {
        let founding = Founding { seed: quiet_seed(), ..founding() };
        Self { stage: Stage::of(founding, rolecall::vendors::all()), tenant: "default".into() }
    }

    /// The same company anew, under a name of its own.
    pub fn fork(&mut self, name: String) {
        self.tenant = name;
    }

    pub fn tenant(&self) -> Arc<Tenant> {
        self.stage.app.site().tenants().get_or_fork(&self.tenant).unwrap()
    }

    /// A call without a token.
    pub fn bare(&self, method: Method, path: &str) -> Call<'_> {
        self.stage.call(method, &format!("/t/{}/grip{path}", self.tenant))
    }
    pub fn get(&self, path: &str) -> Call<'_> {
        self.bare(Method::GET, path).header("access-token", TOKEN)
    }
    pub fn post(&self, path: &str, body: Value) -> Call<'_> {
        self.bare(Method::POST, path).header("access-token", TOKEN).json(body)
    }
    pub fn delete(&self, path: &str, body: Value) -> Call<'_> {
        self.bare(Method::DELETE, path).header("access-token", TOKEN).json(body)
    }
    /// What a GET answers, which is always 200.
    pub async fn read(&self, path: &str) -> Value {
        self.get(path).await.status(200).json()
    }

    fn control(&self, method: Method, path: &str, body: Value) -> Call<'_> {
        self.stage.call(method, &format!("/_rolecall/tenants/{}/{path}", self.tenant)).json(body)
    }
    pub async fn try_step(&self, step: Value) -> Reply {
        self.control(Method::POST, "steps", json!({"vendor": "grip", "step": step})).await
    }
    /// What a control-plane step did.
    pub async fn step(&self, step: Value) -> Value {
        self.try_step(step).await.status(200).json()["result"].clone()
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

    /// A person's account in an application, as Grip shows it.
    pub async fn account(&self, person: &str, app: &str) -> Value {
        let roster = self.read(&format!("/public/users/{}/saas", user(person))).await;
        let rows = roster.as_array().unwrap().iter();
        let mut found = rows.filter(|row| row["saas"]["id"] == saas(app)).map(|row| row["saasUser"].clone());
        found.next().unwrap_or_else(|| panic!("{person} has no account in {app}"))
    }
    pub async fn grip_data(&self, app: &str) -> Value {
        self.read(&format!("/public/saas/{}", saas(app))).await["gripData"].clone()
    }
    /// How many entries the audit trail has.
    pub async fn audited(&self) -> usize {
        self.read("/public/audit-trail").await.as_array().unwrap().len()
    }
    /// What the newest entries of the audit trail say, the newest first.
    pub async fn newest(&self, count: usize) -> Vec<String> {
        let trail = self.read(&format!("/public/audit-trail?limit={count}")).await;
        trail.as_array().unwrap().iter().map(|row| row["action"].as_str().unwrap().to_owned()).collect()
    }
}

/// A person's id on the wire.
pub fn user(slug: &str) -> String {
    Person::id_of(slug).dashed()
}
/// An application's id on the wire.
pub fn saas(slug: &str) -> String {
    App::id_of(slug).dashed()
}
/// A workflow's id on the wire.
pub fn workflow(slug: &str) -> String {
    Id::<()>::named(&format!("grip/workflow/{slug}")).dashed()
}
/// An id that names nothing.
pub fn nothing() -> String {
    Id::<()>::named("nothing").dashed()
}

/// Runs a story that a property made up.
pub fn block_on<T>(story: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    runtime.unwrap().block_on(story)
}
