//! SailPoint, played through its own API.

mod access_model;
mod activities;
mod approvals;
mod caller;
mod config;
mod credentials;
mod identities;
mod lists;
mod objects;
mod provisioning;
mod refusals;
mod requests;
mod status;
mod time;
mod triggers;
mod work_items;

use std::sync::Arc;

use http::Method;
use rolecall::app::Founding;
use rolecall::company::{Entitlement, Person};
use rolecall::kernel::Id;
use rolecall::world::Tenant;
use serde_json::{Value, json};

use crate::common::{Call, Reply, Stage, founding, quiet_seed};

/// An administrator.
pub const ADMIN: &str = "ada.admin";

/// SailPoint over Acme, before anybody has asked for anything.
pub struct Scene {
    stage: Stage,
}

impl Scene {
    pub fn new() -> Self {
        let founding = Founding { seed: quiet_seed(), ..founding() };
        Self { stage: Stage::of(founding, rolecall::vendors::all()) }
    }

    pub fn tenant(&self) -> Arc<Tenant> {
        self.stage.app.site().tenants().get_or_fork("default").unwrap()
    }

    /// A call with a fresh token of somebody's.
    pub fn call(&self, who: &str, method: Method, path: &str) -> Call<'_> {
        let vendor = self.stage.app.site().vendor("sailpoint").unwrap();
        let minted = vendor.mint(&self.tenant(), &self.tenant().head(), Person::id_of(who)).unwrap();
        self.stage.call(method, path).bearer(&minted.token)
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

    /// A token of the client without user context.
    pub async fn integration_token(&self) -> String {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", "d1b7785ce03a7522c13a754ba5f5998b"),
            ("client_secret", "rolecall-integration-secret"),
        ];
        let answer = self.stage.post("/oauth/token").form(&fields).await.status(200).json();
        answer["access_token"].as_str().unwrap().to_owned()
    }
    pub async fn as_integration(&self, method: Method, path: &str) -> Call<'_> {
        let token = self.integration_token().await;
        self.stage.call(method, path).bearer(&token)
    }

    /// What a control-plane step did.
    pub async fn step(&self, step: Value) -> Value {
        let body = json!({"vendor": "sailpoint", "step": step});
        self.stage.post("/_rolecall/tenants/default/steps").json(body).await.status(200).json()["result"].clone()
    }
    pub async fn advance(&self, by: &str) {
        self.stage.post("/_rolecall/tenants/default/clock/advance").json(json!({"by": by})).await.status(200);
    }
    pub async fn pace(&self, hop: &str, pace: Value) {
        self.stage.put("/_rolecall/tenants/default/pace").json(json!({hop: pace})).await.status(200);
    }

    /// Asks for objects for one person and answers the id of the access request.
    pub async fn request(&self, by: &str, requested_for: &str, objects: &[Wish]) -> String {
        let answer = self.ask(by, "GRANT_ACCESS", requested_for, objects).await.status(202).json();
        answer["newRequests"][0]["accessRequestIds"][0].as_str().unwrap().to_owned()
    }
    pub async fn ask(&self, by: &str, kind: &str, requested_for: &str, objects: &[Wish]) -> Reply {
        let items: Vec<Value> = objects.iter().map(Wish::item).collect();
        let body = json!({"requestedFor": [person(requested_for)], "requestType": kind, "requestedItems": items});
        self.post(by, "/v3/access-requests", body).await
    }

    /// The approvals that wait for somebody.
    pub async fn pending(&self, who: &str) -> Vec<Value> {
        let path = "/v3/access-request-approvals/pending?owner-id=me";
        self.get(who, path).await.status(200).json().as_array().unwrap().clone()
    }
    /// The id of the one approval that waits for somebody.
    #[track_caller]
    pub fn only(&self, pending: &[Value]) -> String {
        assert_eq!(pending.len(), 1, "{pending:?}");
        pending[0]["id"].as_str().unwrap().to_owned()
    }
    pub async fn decide(&self, who: &str, approval: &str, verb: &str, comment: &str) -> Reply {
        let path = format!("/v3/access-request-approvals/{approval}/{verb}");
        self.post(who, &path, json!({"comment": comment})).await
    }
    /// Approves the one approval that waits for somebody.
    pub async fn approve(&self, who: &str) -> String {
        let approval = self.only(&self.pending(who).await);
        self.decide(who, &approval, "approve", "").await.status(202);
        approval
    }

    /// The items of a request as an administrator sees them.
    pub async fn status(&self, request: &str) -> Vec<Value> {
        let path = format!("/v3/access-request-status?filters=accessRequestId+eq+%22{request}%22&sorters=name");
        self.get(ADMIN, &path).await.status(200).json().as_array().unwrap().clone()
    }
    /// The only item of a request.
    pub async fn item(&self, request: &str) -> Value {
        let items = self.status(request).await;
        assert_eq!(items.len(), 1, "{items:?}");
        items[0].clone()
    }

    /// Whether somebody holds an entitlement, named as in the seed.
    pub fn holds(&self, who: &str, entitlement: &str) -> bool {
        self.tenant().read().company().holding(Person::id_of(who), Entitlement::id_of(entitlement)).is_some()
    }
}

/// Something that is asked for, named as in the seed: `role/SLUG`, `access-profile/SLUG`, `entitlement/APP/SLUG`.
#[derive(Clone)]
pub struct Wish {
    path: String,
    extra: Value,
}

pub fn wish(path: &str) -> Wish {
    Wish { path: path.to_owned(), extra: json!({}) }
}

impl Wish {
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.extra[name] = value.into();
        self
    }
    pub fn item(&self) -> Value {
        let kind = match self.path.split_once('/').unwrap().0 {
            "role" => "ROLE",
            "access-profile" => "ACCESS_PROFILE",
            _ => "ENTITLEMENT",
        };
        let mut item = json!({"type": kind, "id": id(&self.path)});
        for (name, value) in self.extra.as_object().unwrap() {
            item[name] = value.clone();
        }
        item
    }
}

/// The id of a role, access profile or entitlement.
pub fn id(path: &str) -> String {
    match path.strip_prefix("entitlement/") {
        Some(entitlement) => Entitlement::id_of(entitlement).hex(),
        None => Id::<()>::named(&format!("sailpoint/{path}")).hex(),
    }
}

/// The id of a person.
pub fn person(slug: &str) -> String {
    Person::id_of(slug).hex()
}

/// Asserts a refusal in the vendor's words.
pub fn assert_refused(reply: Reply, status: u16, code: &str, text: &str) {
    let body = reply.status(status).json();
    assert_eq!(body["detailCode"], code, "{body}");
    let said = body["messages"][0]["text"].as_str().unwrap();
    assert!(said.contains(text), "{said}");
}

/// The `400.1` refusals.
pub const CONTENT: &str = "400.1 Bad request content";
pub const MISSING: &str = "400.1.0 Required data missing or empty";
pub const ILLEGAL: &str = "400.1.3 Illegal value";
pub const UNKNOWN: &str = "400.1.404 Referenced object not found";
