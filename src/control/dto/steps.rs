//! What vendors let one do besides calling their API.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::CommitDto;
use crate::world::StepLine;

/// What may be done besides calling the APIs.
#[derive(Serialize, ToSchema)]
pub struct StepsDto {
    /// By vendor.
    #[schema(value_type = BTreeMap<String, Vec<Object>>)]
    pub steps: BTreeMap<&'static str, Vec<StepLine>>,
}

/// A step to be done.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStep {
    /// The vendor in whose product it happens.
    pub vendor: String,
    /// The name of the step as `step`, and its parameters.
    #[schema(value_type = Object)]
    pub step: Value,
}

/// What a step did.
#[derive(Serialize, ToSchema)]
pub struct StepDone {
    /// What the vendor says about it.
    #[schema(value_type = Object)]
    pub result: Value,
    /// The published change.
    #[serde(flatten)]
    pub commit: CommitDto,
}
