//! Rows 1 to 8: policies.

use http::Method;
use serde_json::Value;

use super::view;
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::pingone::error::ApiError;
use crate::vendors::pingone::gate::Who;
use crate::vendors::pingone::lifecycle::{Noun, Refusal};
use crate::vendors::pingone::model::Realm;
use crate::vendors::pingone::reply::{Name, Reply};

/// The endpoints.
pub fn rows() -> Contents<Who> {
    vec![
        Endpoint::new(Method::GET, "/iga/governance/policy/{id}", "getPolicyById", Who::Administrator, read)
            .doing("Read a policy")
            .answers::<Value>(200),
    ]
}

async fn read(sim: Sim<Realm>, Name(id): Name) -> Result<Reply<Value>, ApiError> {
    let view = view(&sim);
    let policy = Id::from_dashed(&id).and_then(|id| view.realm.policies.get(&id));
    let policy = policy.ok_or(Refusal::NoSuch(Noun::Policy, id))?;
    Ok(Reply(view.policy(policy)))
}
