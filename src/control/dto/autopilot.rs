//! People who act by themselves.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::hundred;
use crate::world::{Activity, Autopilot, PlanLine, Rule};

/// Who shall act by themselves: ready-made habits, or rules of one's own.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewAutopilot {
    /// `inhabited`.
    #[serde(default)]
    pub habits: Option<String>,
    /// Who settles what waits for them, after how long and how; the first rule that fits holds.
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    pub rules: Vec<Rule>,
    /// Joiners, movers, leavers and new requests, on an average day.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub activity: Option<Activity>,
}

/// What happens by itself.
#[derive(Serialize, ToSchema)]
pub struct AutopilotDto {
    /// Who settles what.
    #[schema(value_type = Vec<Object>)]
    rules: Vec<Rule>,
    /// What goes on besides, on an average day.
    #[schema(value_type = Object)]
    activity: Activity,
    /// What will happen, in order; the next hundred.
    #[schema(value_type = Vec<Object>)]
    plans: Vec<PlanLine>,
}

impl AutopilotDto {
    /// What an autopilot was told, and what it will do.
    pub fn of(autopilot: &Autopilot) -> Self {
        let habits = autopilot.habits();
        Self {
            rules: habits.rules.clone(),
            activity: habits.activity,
            plans: autopilot.plans().take(hundred()).collect(),
        }
    }
}
