//! `/iga/commons/config` (contract, 11).

use http::Method;
use serde_json::Value;

use super::view;
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::pingone::dto::View;
use crate::vendors::pingone::error::ApiError;
use crate::vendors::pingone::gate::Who;
use crate::vendors::pingone::lifecycle::{Refusal, SetConfig};
use crate::vendors::pingone::model::Realm;
use crate::vendors::pingone::reply::{Document, Name, Reply};

/// The endpoints.
pub fn rows() -> Contents<Who> {
    vec![
        Endpoint::new(Method::GET, "/iga/commons/config", "readConfig", Who::User, all)
            .doing("Read the configuration")
            .answers::<Value>(200),
        Endpoint::new(Method::GET, "/iga/commons/config/{key}", "readConfigKey", Who::User, one)
            .doing("Read one key of the configuration")
            .answers::<Value>(200),
        Endpoint::new(Method::PUT, "/iga/commons/config/{key}", "updateConfigKey", Who::Administrator, put)
            .doing("Replace what one key of the configuration says")
            .reads::<Value>()
            .answers::<Value>(200),
    ]
}

async fn all(sim: Sim<Realm>) -> Reply<Value> {
    Reply(view(&sim).config())
}

fn value(view: View<'_>, key: &str) -> Result<Value, ApiError> {
    let entry = view.realm.config.get(&key.to_owned());
    let entry = entry.ok_or_else(|| Refusal::NoConfigKey(key.to_owned()))?;
    Ok(Value::Object(entry.value.clone()))
}

async fn one(sim: Sim<Realm>, Name(key): Name) -> Result<Reply<Value>, ApiError> {
    value(view(&sim), &key).map(Reply)
}

async fn put(sim: Sim<Realm>, Name(key): Name, Document(body): Document) -> Result<Reply<Value>, ApiError> {
    let done = sim.apply(SetConfig { key: key.clone(), value: body }).await?;
    value(View::of(&done.after), &key).map(Reply)
}
