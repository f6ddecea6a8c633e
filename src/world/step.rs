//! Named commands that a vendor offers to stories, tests and the control plane.

use serde::Serialize;
use serde_json::Value;

/// One step as the control plane lists it.
#[derive(Clone, Debug, Serialize)]
pub struct StepLine {
    /// The step's name, the value of `step`.
    pub step: &'static str,
    /// What it does.
    pub does: &'static str,
    /// Its parameters: name, and what they mean.
    pub parameters: Vec<(&'static str, &'static str)>,
}

/// Why a step was not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// It is no step of this vendor, or its parameters are wrong.
    #[error("{0}")]
    Malformed(String),
    /// The vendor refused it, as it would refuse the request.
    #[error("refused: {0}")]
    Refused(Value),
}
