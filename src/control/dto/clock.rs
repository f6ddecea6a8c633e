//! Time.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::CommitDto;
use crate::kernel::{Clock, Span, Timestamp};
use crate::world::{Advanced, Head, Tenant};

/// Whether time passes by itself.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ClockMode {
    /// Only when somebody moves it.
    Frozen,
    /// With the wall, so many times as fast.
    Running,
}

/// A tenant's clock.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClockDto {
    /// What hour it is.
    #[schema(value_type = String, format = DateTime)]
    now: Timestamp,
    mode: ClockMode,
    /// Virtual seconds per second of the wall; `null` when frozen.
    rate: Option<f64>,
    /// When the next timer is due.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_timer: Option<Timestamp>,
    /// The wall's time.
    #[schema(value_type = String, format = DateTime)]
    wall: Timestamp,
}

impl ClockDto {
    /// How a tenant's clock stands.
    pub fn of(tenant: &Tenant, Head { world, hour }: &Head) -> Self {
        let (mode, rate) = match world.clock() {
            Clock::Frozen => (ClockMode::Frozen, None),
            Clock::Running { rate, .. } => (ClockMode::Running, Some(rate)),
        };
        Self { now: *hour, mode, rate, next_timer: world.next_due(), wall: tenant.now() }
    }
}

/// How time shall pass.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClock {
    /// Whether it passes by itself.
    pub mode: ClockMode,
    /// How fast; 1 when absent.
    #[serde(default)]
    pub rate: Option<f64>,
}

/// An hour to stand at.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetHour {
    /// The hour, not before now.
    #[schema(value_type = String, format = DateTime)]
    pub to: Timestamp,
}

/// A stretch of time to let pass: one of the two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Advance {
    /// How much, as an ISO 8601 duration such as `P1DT2H`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub by: Option<Span>,
    /// Until when.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub to: Option<Timestamp>,
}

/// Where time went.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AdvancedDto {
    /// The hour before.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// The hour now.
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
    /// What fired, in order; the first thousand instants.
    fired: Vec<CommitDto>,
    /// How many instants fired.
    instants: usize,
    /// Whether a bound ended it before its target; ask again to go on.
    stopped_early: bool,
}

impl AdvancedDto {
    /// What an advance did.
    pub fn of(advanced: &Advanced) -> Self {
        Self {
            from: advanced.from,
            to: advanced.to,
            fired: advanced.fired.iter().map(|commit| CommitDto::of(commit)).collect(),
            instants: advanced.instants,
            stopped_early: advanced.stopped_early,
        }
    }
}
