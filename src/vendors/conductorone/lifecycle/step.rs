//! What stories, tests and the control plane may do: what the vendor's API has no call for (contract, 18).

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Refusal, SettleLogin};
use crate::company::Person;
use crate::kernel::Id;
use crate::vendors::conductorone::model::Domain;
use crate::world::{Command, Cx, Draft, StepError, StepLine};

/// One step. People are named by their slugs.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Step {
    ApproveLogin { user_code: String, person: String },
    DenyLogin { user_code: String },
}

type Parameter = (&'static str, &'static str);

impl Step {
    /// Every step, as the control plane lists them.
    pub fn lines() -> Vec<StepLine> {
        const USER_CODE: Parameter = ("userCode", "what the device shows to its user");
        const PERSON: Parameter = ("person", "slug of the person");
        let line = |step, does, parameters: &[Parameter]| StepLine { step, does, parameters: parameters.to_vec() };
        vec![
            line("approve-login", "let a device in that waits, as a person", &[USER_CODE, PERSON]),
            line("deny-login", "turn a device away that waits", &[USER_CODE]),
        ]
    }
}

/// Performs a step on a draft.
///
/// # Errors
/// When it is no step, names something that does not exist, or is refused.
pub fn perform(draft: &mut Draft, step: Value) -> Result<Value, StepError> {
    let step: Step = serde_json::from_value(step).map_err(|error| StepError::Malformed(error.to_string()))?;
    draft.on(|domain: &mut Domain, cx| run(domain, cx, step))
}

fn run(domain: &mut Domain, cx: &mut Cx<'_>, step: Step) -> Result<Value, StepError> {
    let done = |()| json!({});
    match step {
        Step::ApproveLogin { user_code, person } => {
            let user = Some(the_person(cx, &person)?);
            SettleLogin { user_code, user }.apply(domain, cx).map(done).map_err(refused)
        }
        Step::DenyLogin { user_code } => {
            SettleLogin { user_code, user: None }.apply(domain, cx).map(done).map_err(refused)
        }
    }
}

fn the_person(cx: &Cx<'_>, slug: &str) -> Result<Id<Person>, StepError> {
    let person = cx.company.person_named(slug).map(|person| person.id);
    person.ok_or_else(|| StepError::Malformed(format!("there is no person `{slug}`")))
}

fn refused(refusal: Refusal) -> StepError {
    StepError::Refused(Value::from(refusal.to_string()))
}
