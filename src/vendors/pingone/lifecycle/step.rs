//! What stories, tests and the control plane may do besides calling the API.

use serde_json::Value;

use crate::world::{Draft, StepError, StepLine};

/// Every step, as the control plane lists them.
pub fn step_lines() -> Vec<StepLine> {
    Vec::new()
}

/// Performs a step on a draft.
///
/// # Errors
/// When it is no step, names something that does not exist, or is refused.
pub fn perform(_: &mut Draft, step: Value) -> Result<Value, StepError> {
    Err(StepError::Malformed(format!("there is no step {step}")))
}
