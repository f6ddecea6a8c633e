//! Which exchanges: a few conditions all of which must hold, and what keeps one from fitting.

use std::fmt;
use std::sync::Arc;

use http::StatusCode;
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Exchange;
use crate::kernel::Timestamp;

/// An exchange, and the vendor's name for what it was about.
#[derive(Clone)]
pub struct Entry {
    /// The exchange.
    pub exchange: Arc<Exchange>,
    /// The operation.
    pub operation: Option<&'static str>,
}

/// Conditions on an exchange; all that are given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ExchangePattern)]
pub struct Pattern {
    /// The vendor that answered.
    pub vendor: Option<String>,
    /// The vendor's name for the operation.
    pub operation: Option<String>,
    /// Who called: the slug of a person, or the name of a client.
    pub caller: Option<String>,
    /// The method of the request.
    pub method: Option<String>,
    /// Something that stands in the path.
    pub path: Option<String>,
    /// The status of the answer, such as `403` or `4xx`; `none` when nothing reached the client.
    #[schema(value_type = Option<String>)]
    pub status: Option<Statuses>,
    /// A command that was performed, or refused.
    pub command: Option<String>,
    /// An event that a command led to, such as `approval.approved`.
    pub event: Option<String>,
    /// The effect of a fault that it met; `any` for whatever fault.
    pub fault: Option<String>,
    /// Not before this hour of the tenant.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Timestamp>,
    /// Before this hour of the tenant.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// Something that stands in the address, in a header or in a body, in any case.
    pub text: Option<String>,
}

/// One status, or a hundred of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Statuses {
    /// This one.
    One(u16),
    /// All that begin with this digit.
    Class(u16),
    /// None: nothing reached the client.
    Nothing,
}

impl Statuses {
    fn fits(self, status: Option<StatusCode>) -> bool {
        match (self, status.map(|status| status.as_u16())) {
            (Self::One(wanted), Some(status)) => wanted == status,
            (Self::Class(digit), Some(status)) => status / 100 == digit,
            (Self::Nothing, status) => status.is_none(),
            (Self::One(_) | Self::Class(_), None) => false,
        }
    }
}

impl fmt::Display for Statuses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(status) => write!(f, "{status}"),
            Self::Class(digit) => write!(f, "{digit}xx"),
            Self::Nothing => f.write_str("none"),
        }
    }
}

impl<'de> Deserialize<'de> for Statuses {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl Visitor<'_> for Read {
            type Value = Statuses;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a status such as 403 or 4xx, or none")
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Statuses, E> {
                let number = u16::try_from(number).ok().filter(|number| (100..600).contains(number));
                number.map(Statuses::One).ok_or_else(|| E::custom("a status lies between 100 and 599"))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Statuses, E> {
                if text == "none" {
                    return Ok(Statuses::Nothing);
                }
                let number = text.parse().map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self));
                match text.strip_suffix("xx").map(str::parse) {
                    Some(Ok(digit @ 1..=5)) => Ok(Statuses::Class(digit)),
                    _ => self.visit_u64(number?),
                }
            }
        }
        deserializer.deserialize_any(Read)
    }
}

impl Pattern {
    /// Whether an exchange fits.
    pub fn fits(&self, entry: &Entry) -> bool {
        self.differences(entry).next().is_none()
    }

    /// What keeps an exchange from fitting, a sentence each; made as far as somebody asks.
    pub fn differences<'a>(&'a self, entry: &'a Entry) -> impl Iterator<Item = String> + 'a {
        type Condition = fn(&Pattern, &Entry) -> Option<String>;
        const CONDITIONS: [Condition; 12] = [
            |wanted, entry| differs("vendor", wanted.vendor.as_deref(), Some(entry.exchange.vendor)),
            |wanted, entry| differs("operation", wanted.operation.as_deref(), entry.operation),
            |wanted, entry| differs("caller", wanted.caller.as_deref(), entry.exchange.caller.as_deref()),
            |wanted, entry| {
                let method = wanted.method.as_deref().map(str::to_ascii_uppercase);
                differs("method", method.as_deref(), Some(entry.exchange.method.as_str()))
            },
            |wanted, entry| {
                let path = wanted.path.as_deref().filter(|part| !entry.exchange.path.contains(part))?;
                Some(format!("`{path}` does not stand in its path `{}`", entry.exchange.path))
            },
            |wanted, entry| {
                let status = entry.exchange.status();
                let wanted = wanted.status.filter(|wanted| !wanted.fits(status))?;
                let status = status.map_or_else(|| "none".to_owned(), |status| status.as_u16().to_string());
                Some(format!("its status is {status}, not {wanted}"))
            },
            |wanted, entry| {
                let command = wanted.command.as_deref()?;
                let mut performed = entry.exchange.commands.iter().map(|noted| noted.command);
                let all = || performed.clone().collect::<Vec<_>>().join(", ");
                let listed = all();
                (!performed.any(|performed| performed == command))
                    .then(|| format!("its commands are [{listed}], and `{command}` is none of them"))
            },
            |wanted, entry| {
                let event = wanted.event.as_deref()?;
                let mut events = entry.exchange.commands.iter().flat_map(|noted| noted.events.iter());
                let is_there = events.any(|happened| happened.name == event);
                (!is_there).then(|| format!("no event `{event}` came of it"))
            },
            |wanted, entry| {
                let fault = wanted.fault.as_deref()?;
                let met = entry.exchange.fault.as_ref().map(|struck| struck.effect.unwrap_or("delay"));
                let fits = met.is_some_and(|met| fault == "any" || met == fault);
                (!fits).then(|| format!("its fault is {}, not `{fault}`", met.unwrap_or("none")))
            },
            |wanted, entry| {
                let (since, hour) = (wanted.since?, entry.exchange.hour);
                (hour < since).then(|| format!("its hour {hour} lies before {since}"))
            },
            |wanted, entry| {
                let (until, hour) = (wanted.until?, entry.exchange.hour);
                (hour >= until).then(|| format!("its hour {hour} does not lie before {until}"))
            },
            |wanted, entry| {
                let text = wanted.text.as_deref().filter(|text| !entry.exchange.says(text))?;
                Some(format!("`{text}` stands nowhere in it"))
            },
        ];
        CONDITIONS.into_iter().filter_map(move |condition| condition(self, entry))
    }

    /// The pattern as people read it.
    pub fn sentence(&self) -> String {
        let named = |name: &str, value: &Option<String>| value.as_ref().map(|value| format!("{name} {value}"));
        let parts = [
            named("vendor", &self.vendor),
            named("operation", &self.operation),
            named("caller", &self.caller),
            named("method", &self.method),
            named("path", &self.path),
            self.status.map(|status| format!("status {status}")),
            named("command", &self.command),
            named("event", &self.event),
            named("fault", &self.fault),
            self.since.map(|since| format!("since {since}")),
            self.until.map(|until| format!("until {until}")),
            named("text", &self.text),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if parts.is_empty() { "anything".to_owned() } else { parts.join(", ") }
    }
}

fn differs(what: &str, wanted: Option<&str>, found: Option<&str>) -> Option<String> {
    let wanted = wanted.filter(|wanted| found != Some(wanted))?;
    Some(format!("its {what} is `{}`, not `{wanted}`", found.unwrap_or("unknown")))
}
