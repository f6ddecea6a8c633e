//! What waits for a date.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::kernel::TimerLine;

/// A page's place.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// How many to skip.
    #[serde(default)]
    pub offset: usize,
    /// How many to show, at most 1000.
    #[serde(default = "hundred")]
    pub limit: usize,
}

pub(super) fn hundred() -> usize {
    100
}

/// The timers of a tenant.
#[derive(Serialize, ToSchema)]
pub struct TimersDto {
    /// By vendor, the first one set first.
    pub timers: Vec<TimerDto>,
    /// How many there are.
    pub total: usize,
}

/// One timer.
#[derive(Serialize, ToSchema)]
pub struct TimerDto {
    /// The vendor in whose estate it waits.
    pub vendor: &'static str,
    /// The timer; its `due` is `null` while it is held.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub timer: TimerLine,
}
