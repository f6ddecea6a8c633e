//! ConductorOne, called as its clients call it.

mod access;
mod action_tasks;
mod apps;
mod automations;
mod bindings;
mod catalogs;
mod chores;
mod configured;
mod credentials;
mod illegal_moves;
mod logins;
mod managed;
mod models;
mod nouns;
mod process_now;
mod requests;
mod review_models;
mod reviews;
mod searches;
mod story;
mod switches;
mod tasks;
mod tiers;
mod users;
mod webhook_steps;
mod webhooks;

use std::convert::Infallible;
use std::sync::Arc;

use http::Method;
use rolecall::app::Founding;
use rolecall::company::{Entitlement, Person};
use rolecall::http::Credential;
use rolecall::world::{Cause, Draft, Tenant};
use serde_json::{Value, json};

use crate::common::{Call, Reply, Stage, founding, quiet_seed};

/// An id that names nothing.
pub const NOTHING: &str = "000000000000000000000000000";
/// A super admin.
pub const ADMIN: &str = "ada.admin";

/// ConductorOne over Acme, before anybody has asked for anything.
pub struct Scene {
    pub stage: Stage,
}

impl Scene {
    pub fn new() -> Self {
        let founding = Founding { seed: quiet_seed(), ..founding() };
        Self { stage: Stage::of(founding, rolecall::vendors::all()) }
    }

    pub fn tenant(&self) -> Arc<Tenant> {
        self.stage.app.site().tenants().get_or_fork("default").unwrap()
    }

    pub fn credentials(&self) -> Vec<Credential> {
        self.stage.app.site().vendor("conductorone").unwrap().credentials(&self.tenant().head())
    }

    /// A call with a fresh token of somebody's.
    pub fn call(&self, who: &str, method: Method, path: &str) -> Call<'_> {
        let vendor = self.stage.app.site().vendor("conductorone").unwrap();
        let minted = vendor.mint(&self.tenant(), &self.tenant().head(), Person::id_of(who)).unwrap();
        self.stage.call(method, &format!("/conductorone{path}")).bearer(&minted.token)
    }
    pub fn get(&self, who: &str, path: &str) -> Call<'_> {
        self.call(who, Method::GET, path)
    }
    pub fn post(&self, who: &str, path: &str, body: Value) -> Call<'_> {
        self.call(who, Method::POST, path).json(body)
    }
    pub fn put(&self, who: &str, path: &str, body: Value) -> Call<'_> {
        self.call(who, Method::PUT, path).json(body)
    }
    pub fn delete(&self, who: &str, path: &str) -> Call<'_> {
        self.call(who, Method::DELETE, path)
    }

    /// What the administrator reads.
    pub async fn read(&self, path: &str) -> Value {
        self.get(ADMIN, path).await.status(200).json()
    }
    /// What the administrator finds.
    pub async fn search(&self, noun: &str, body: Value) -> Value {
        self.post(ADMIN, &format!("/api/v1/search/{noun}"), body).await.status(200).json()
    }

    /// The id of the user with this mail address.
    pub async fn user(&self, slug: &str) -> String {
        let email = format!("{slug}@{}", self.tenant().read().company().profile().domain);
        text(&self.search("users", json!({"email": email})).await["list"][0]["user"]["id"])
    }
    /// Whose id on the wire this is.
    pub async fn slug(&self, user: &str) -> String {
        let user = self.read(&format!("/api/v1/users/{user}")).await;
        text(&user["userView"]["user"]["email"]).split('@').next().unwrap().to_owned()
    }
    /// Somebody else takes access, and tells nobody.
    pub async fn taken_elsewhere(&self, who: &str, path: &str) {
        let held = self.tenant().read().company().holding(Person::id_of(who), Entitlement::id_of(path)).unwrap().id;
        let taken =
            |draft: &mut Draft| Ok::<_, Infallible>(draft.on_company(|company, log| company.take(log, held, "test")));
        assert!(self.tenant().change(Cause::Operator("take"), taken).await.unwrap().output, "{who} holds {path}");
    }
    /// The id of the application with this name.
    pub async fn app(&self, name: &str) -> String {
        text(&self.search("apps", json!({"displayName": name})).await["list"][0]["id"])
    }
    /// The ids of what seed files call `app/slug`.
    pub async fn named(&self, path: &str) -> (String, String) {
        let (app, name) = {
            let world = self.tenant().read();
            let row = world.company().entitlements().get(&Entitlement::id_of(path)).unwrap().clone();
            (world.company().apps().get(&row.app).unwrap().name.clone(), row.name.clone())
        };
        self.entitlement(&app, &name).await
    }
    /// The ids of an entitlement: of its application, and its own.
    pub async fn entitlement(&self, app: &str, name: &str) -> (String, String) {
        let app = self.app(app).await;
        let found = self.search("entitlements", json!({"appIds": [app], "displayName": name})).await;
        (app, text(&found["list"][0]["appEntitlement"]["id"]))
    }
}

/// What is done to tasks.
impl Scene {
    /// Somebody's id on the wire, as a task of theirs shows it.
    pub async fn user_id(&self, slug: &str) -> String {
        let done = self.step(json!({"step": "request", "by": slug, "entitlement": "github/org-member"})).await;
        text(&self.task(slug, &text(&done["taskId"])).await["userId"])
    }
    pub async fn task(&self, who: &str, id: &str) -> Value {
        self.get(who, &format!("/api/v1/tasks/{id}")).await.status(200).json()["taskView"]["task"].clone()
    }
    pub async fn act(&self, who: &str, task: &Value, action: &str, mut body: Value) -> Reply {
        let id = text(&task["id"]);
        let step = task.pointer("/policy/current/id").cloned();
        if let (Some(step), false) = (
            step,
            matches!(
                action,
                "close" | "comment" | "process" | "reset" | "update-grant-duration" | "update-request-data"
            ),
        ) {
            body["policyStepId"] = step;
        }
        self.post(who, &format!("/api/v1/tasks/{id}/action/{action}"), body).await
    }
    pub async fn ask(&self, who: &str, body: Value) -> Reply {
        self.post(who, "/api/v1/task/grant", body).await
    }
    /// Lets a new grant policy of these steps decide who gets what a seed file calls `app/slug`.
    pub async fn govern(&self, entitlement: &str, steps: Value) {
        let policy =
            json!({"displayName": "P", "policyType": "POLICY_TYPE_GRANT", "policySteps": {"grant": {"steps": steps}}});
        let made = self.post(ADMIN, "/api/v1/policies", policy).await.status(200).json();
        let (app, entitlement) = self.named(entitlement).await;
        let path = format!("/api/v1/apps/{app}/entitlements/{entitlement}");
        let body = json!({"entitlement": {"grantPolicyId": made["policy"]["id"]}, "updateMask": "grantPolicyId"});
        self.post(ADMIN, &path, body).await.status(200);
    }
    /// The id of a request of Raj's under a grant policy of these steps.
    pub async fn asked_under(&self, steps: Value) -> String {
        self.govern("github/org-member", steps).await;
        let request = json!({"step": "request", "by": "raj.patel", "entitlement": "github/org-member"});
        text(&self.step(request).await["taskId"])
    }
    pub async fn step(&self, step: Value) -> Value {
        let call = self.stage.post("/_rolecall/tenants/default/steps");
        call.json(json!({"vendor": "conductorone", "step": step})).await.status(200).json()["result"].clone()
    }
    pub async fn switch(&self, switches: Value) {
        self.step(json!({"step": "switch", "switches": switches})).await;
    }
    /// Lets a hop go at this pace.
    pub async fn pace(&self, hop: &str, pace: &str) {
        let pace = self.stage.put("/_rolecall/tenants/default/pace").json(json!({hop: pace}));
        pace.await.status(200);
    }
    pub async fn advance(&self, by: &str) {
        self.stage.post("/_rolecall/tenants/default/clock/advance").json(json!({"by": by})).await.status(200);
    }
    pub async fn trail(&self, task: &str) -> Vec<String> {
        let body = json!({"taskId": task, "pageSize": 100});
        let page = self.post(ADMIN, "/api/v1/task/audits", body).await.status(200).json();
        let known =
            ["created", "currentState", "eventType", "id", "metadata", "source", "ticketId", "userId", "workflowStep"];
        let event = |row: &Value| {
            let mut keys = row.as_object().unwrap().keys().filter(|key| !known.contains(&key.as_str()));
            keys.next().unwrap().clone()
        };
        page["list"].as_array().unwrap().iter().map(event).collect()
    }
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// The values of one field, row by row.
pub fn column(list: &Value, pointer: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|row| text(row.pointer(pointer).unwrap())).collect()
}

/// Asserts a refusal: its status, its code, and how its sentence begins. The id of the request ends it.
#[track_caller]
pub fn refused(reply: &Reply, status: u16, code: i64, sentence: &str) {
    assert_eq!(reply.status.as_u16(), status, "{}", reply.text());
    let body = reply.json();
    assert_eq!(body["code"], code, "{body}");
    let message = body["message"].as_str().unwrap();
    assert!(message.starts_with(sentence), "{message}");
}
