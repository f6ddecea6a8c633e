//! Somebody who calls SailPoint, and the ids of what the seed names.

use rolecall::company::{App, Entitlement, Person};
use rolecall::kernel::Id;
use serde_json::{Value, json};

use crate::common::{Call, Reply, Stage};

/// Somebody who calls.
pub struct Caller<'s> {
    stage: &'s Stage,
    token: String,
}

impl Caller<'_> {
    pub fn get(&self, path: &str) -> Call<'_> {
        self.stage.get(path).bearer(&self.token)
    }
    pub fn post(&self, path: &str, body: Value) -> Call<'_> {
        self.stage.post(path).bearer(&self.token).json(body)
    }
    pub fn put(&self, path: &str, body: Value) -> Call<'_> {
        self.stage.put(path).bearer(&self.token).json(body)
    }
    pub fn delete(&self, path: &str) -> Call<'_> {
        self.stage.delete(path).bearer(&self.token)
    }
    /// A JSON Patch that replaces one value.
    pub fn replace(&self, path: &str, pointer: &str, value: impl Into<Value>) -> Call<'_> {
        self.patch(path, json!([{"op": "replace", "path": pointer, "value": value.into()}]))
    }
    pub fn patch(&self, path: &str, patch: Value) -> Call<'_> {
        let call = self.stage.patch(path).bearer(&self.token).body(patch.to_string());
        call.header("content-type", "application/json-patch+json")
    }
    /// A list, in full.
    pub async fn list(&self, path: &str) -> Vec<Value> {
        self.get(path).await.status(200).json().as_array().unwrap().clone()
    }
}

impl Stage {
    /// Somebody of the company, by a token that the control plane mints.
    pub async fn caller(&self, slug: &str) -> Caller<'_> {
        let wanted = json!({"vendor": "sailpoint", "person": slug});
        let minted = self.post("/_rolecall/tenants/default/tokens").json(wanted).await.status(200).json();
        Caller { stage: self, token: minted["token"].as_str().unwrap().to_owned() }
    }

    /// A token by client credentials, or the refusal.
    pub async fn token(&self, id: &str, secret: &str) -> Reply {
        let form = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
        self.post("/oauth/token").form(&form).await
    }

    /// Whoever a client's token stands for.
    pub async fn client(&self, id: &str, secret: &str) -> Caller<'_> {
        let token = self.token(id, secret).await.status(200).json();
        Caller { stage: self, token: token["access_token"].as_str().unwrap().to_owned() }
    }
}

/// Asserts that a refusal has this code, and is in the vendor's form.
#[track_caller]
pub fn code(reply: Reply, status: u16, code: &str) -> String {
    let body = reply.status(status).json();
    assert!(body["detailCode"].as_str().is_some_and(|found| found.starts_with(code)), "{body}");
    assert_eq!(body["trackingId"].as_str().map(str::len), Some(32), "{body}");
    body["messages"][0]["text"].as_str().unwrap().to_owned()
}

/// A query string.
pub fn query(pairs: &[(&str, &str)]) -> String {
    serde_urlencoded::to_string(pairs).unwrap()
}

pub fn person(slug: &str) -> String {
    Person::id_of(slug).hex()
}
pub fn source(slug: &str) -> String {
    App::id_of(slug).hex()
}
pub fn entitlement(path: &str) -> String {
    Entitlement::id_of(path).hex()
}
pub fn role(slug: &str) -> String {
    Id::<()>::named(&format!("sailpoint/role/{slug}")).hex()
}
pub fn profile(slug: &str) -> String {
    Id::<()>::named(&format!("sailpoint/access-profile/{slug}")).hex()
}
pub fn source_app(slug: &str) -> String {
    Id::<()>::named(&format!("sailpoint/source-app/{slug}")).hex()
}
pub fn workgroup(slug: &str) -> String {
    Id::<()>::named(&format!("sailpoint/workgroup/{slug}")).dashed()
}
