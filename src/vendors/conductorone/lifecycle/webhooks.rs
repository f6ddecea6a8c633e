//! Webhooks as objects (contract, 12.2).

use crate::company::Person;
use crate::kernel::{Id, Table, Timestamp};
use crate::vendors::conductorone::model::{CALLBACK_MAX, CALLBACK_MIN, Domain, Webhook, WebhookSettings};
use crate::world::Cx;

use super::configure::{Configured, MadeOfSettings};
use super::{BLANK, Noun, Refusal};

impl Configured for Webhook {
    type Settings = WebhookSettings;
    const NOUN: Noun = Noun::Webhook;
    const STREAM: &'static str = "conductorone/webhook";

    fn table(domain: &Domain) -> &Table<Self> {
        &domain.webhooks
    }
    fn table_mut(domain: &mut Domain) -> &mut Table<Self> {
        &mut domain.webhooks
    }
    fn settings(&self) -> &WebhookSettings {
        &self.settings
    }
    fn settle(&mut self, settings: WebhookSettings, now: Timestamp) {
        (self.settings, self.updated) = (settings, now);
    }
    fn deleted(self, now: Timestamp) -> Option<Self> {
        Some(Self { deleted: Some(now), ..self })
    }
    fn is_deleted(&self) -> bool {
        self.deleted.is_some()
    }
    fn check(settings: &WebhookSettings, domain: &Domain, _: &Cx<'_>) -> Result<(), Refusal> {
        let invalid = |field, reason: &str| Err(Refusal::Invalid(field, reason.to_owned()));
        if settings.display_name.is_empty() {
            return Err(Refusal::Missing("DisplayName", BLANK));
        }
        if !is_callable(&settings.url, domain.switches().loopback_webhooks) {
            return invalid("Url", "value must be an https URL of a public host on port 443");
        }
        if settings.callback_timeout.is_some_and(|timeout| !(CALLBACK_MIN..=CALLBACK_MAX).contains(&timeout)) {
            return invalid("CallbackTimeout", "value must be inside range [24h0m0s, 720h0m0s]");
        }
        Ok(())
    }
}

impl MadeOfSettings for Webhook {
    fn made(id: Id<Self>, settings: WebhookSettings, _: Id<Person>, now: Timestamp) -> Self {
        Self { id, settings, created: now, updated: now, deleted: None }
    }
}

/// Whether a webhook may be there: https on port 443 of a public host, or anything on this machine where a switch
/// allows it (contract, 12.2).
fn is_callable(url: &str, loopback: bool) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.is_empty() || authority.contains('@') {
        return false;
    }
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, Some(port)),
        _ => (authority, None),
    };
    let host = host.trim_matches(['[', ']']);
    let address: Option<std::net::IpAddr> = host.parse().ok();
    let is_local = host.eq_ignore_ascii_case("localhost") || address.is_some_and(|address| address.is_loopback());
    if is_local {
        return loopback && matches!(scheme, "http" | "https");
    }
    let is_private = match address {
        Some(std::net::IpAddr::V4(address)) => {
            address.is_private() || address.is_link_local() || address.is_unspecified()
        }
        Some(std::net::IpAddr::V6(address)) => address.is_unspecified(),
        None => !host.contains('.'),
    };
    scheme == "https" && !is_private && port.is_none_or(|port| port == "443")
}

#[cfg(test)]
mod tests {
    use super::is_callable;

    #[test]
    fn webhooks_are_public_and_secure_unless_a_switch_lets_this_machine_in() {
        let table = [
            ("https://hooks.example.com/c1", true, true),
            ("https://hooks.example.com:443/c1?x=1", true, true),
            ("https://8.8.8.8/", true, true),
            ("http://hooks.example.com/c1", false, false),
            ("https://hooks.example.com:8443/c1", false, false),
            ("https://10.0.0.1/", false, false),
            ("https://intranet/", false, false),
            ("https://user@example.com/", false, false),
            ("http://127.0.0.1:9000/hook", false, true),
            ("https://localhost:9000/hook", false, true),
            ("http://[::1]:9000/", false, true),
            ("ftp://localhost/", false, false),
            ("hooks.example.com", false, false),
            ("", false, false),
        ];
        for (url, strict, lenient) in table {
            assert_eq!((is_callable(url, false), is_callable(url, true)), (strict, lenient), "{url}");
        }
    }
}
