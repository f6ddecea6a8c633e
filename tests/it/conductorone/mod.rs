//! ConductorOne, called as its clients call it.

mod logins;
mod tasks;

use std::sync::Arc;

use http::Method;
use rolecall::app::Founding;
use rolecall::company::Person;
use rolecall::world::Tenant;
use serde_json::Value;

use crate::common::{Call, Reply, Stage, founding, quiet_seed};

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

    /// A call with a fresh token of somebody's.
    pub fn call(&self, who: &str, method: Method, path: &str) -> Call<'_> {
        let vendor = self.stage.app.site().vendor("conductorone").unwrap();
        let minted = vendor.mint(&self.tenant(), Person::id_of(who)).unwrap();
        self.stage.call(method, &format!("/conductorone{path}")).bearer(&minted.token)
    }
    pub fn get(&self, who: &str, path: &str) -> Call<'_> {
        self.call(who, Method::GET, path)
    }
    pub fn post(&self, who: &str, path: &str, body: Value) -> Call<'_> {
        self.call(who, Method::POST, path).json(body)
    }
    pub fn delete(&self, who: &str, path: &str) -> Call<'_> {
        self.call(who, Method::DELETE, path)
    }
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
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
