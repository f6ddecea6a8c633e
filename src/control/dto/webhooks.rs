//! Calls out.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::hundred;
use crate::kernel::Timestamp;
use crate::webhooks::Delivery;
use crate::world::{Call, Message, Outcome};

/// Which deliveries to show.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DeliveriesQuery {
    /// The vendor on whose behalf they went out.
    pub vendor: Option<String>,
    /// What was told, in the vendor's word for it.
    pub event: Option<String>,
    /// Something that stands in the subscriber's address.
    pub url: Option<String>,
    /// The status of the subscriber's answer.
    pub status: Option<u16>,
    /// Those after this number, the first ones; the last ones when absent.
    pub after: Option<u64>,
    /// How many to show, at most 1000.
    #[serde(default = "hundred")]
    pub limit: usize,
}

impl DeliveriesQuery {
    /// Whether a delivery is asked for.
    pub fn fits(&self, delivery: &Delivery) -> bool {
        let status = if let Outcome::Answered { status, .. } = delivery.outcome { Some(status) } else { None };
        let message = &delivery.call.message;
        self.vendor.as_ref().is_none_or(|vendor| vendor == delivery.vendor)
            && self.event.as_ref().is_none_or(|event| *event == message.event)
            && self.url.as_ref().is_none_or(|url| message.url.contains(url.as_str()))
            && self.status.is_none_or(|wanted| status == Some(wanted))
            && self.after.is_none_or(|after| delivery.number > after)
    }
}

/// Calls out of a tenant.
#[derive(Serialize, ToSchema)]
pub struct DeliveriesDto {
    /// What waits for an answer.
    pub waiting: Vec<PendingCallDto>,
    /// What went out, the oldest first.
    pub deliveries: Vec<Value>,
}

/// A call that waits for its answer.
#[derive(Serialize, ToSchema)]
pub struct PendingCallDto {
    vendor: &'static str,
    /// Its number in all that ever happened in this world.
    call: u64,
    /// What is told, in the vendor's word for it.
    event: String,
    /// Whom it goes to.
    url: String,
    /// Which attempt it is, from 1.
    attempt: u32,
    /// The hour at which it was made.
    #[schema(value_type = String, format = DateTime)]
    made: Timestamp,
}

impl PendingCallDto {
    /// A call of this vendor.
    pub fn of(vendor: &'static str, call: &Call) -> Self {
        let Message { event, url, attempt, .. } = call.message.clone();
        Self { vendor, call: call.id, event, url, attempt, made: call.at }
    }
}

/// Whether anybody is being called.
#[derive(Serialize, ToSchema)]
pub struct SettledDto {
    /// Whether all have answered or are late.
    pub settled: bool,
    /// How many have not.
    pub waiting: usize,
}
