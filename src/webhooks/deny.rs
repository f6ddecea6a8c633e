//! Whom nobody may call: networks, addresses, hosts.
//!
//! Nothing is denied unless somebody says so: subscribers on this machine and in private networks
//! are what a simulator is for.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use ipnet::IpNet;

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deny {
    /// Every address of a network, such as `10.0.0.0/8`; an address alone is a network of one.
    Net(IpNet),
    /// A host by name, and every host below it.
    Host(String),
}

/// Why a text is no line of the list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither a network such as 10.0.0.0/8, nor an address, nor a host's name")]
pub struct NotADeny(String);

impl FromStr for Deny {
    type Err = NotADeny;
    fn from_str(text: &str) -> Result<Self, NotADeny> {
        if let Ok(net) = text.parse::<IpNet>() {
            return Ok(Self::Net(net));
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self::Net(IpNet::from(address)));
        }
        let name = text.trim_end_matches('.').to_ascii_lowercase();
        let label = |label: &str| {
            !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        };
        let is_name = name.split('.').all(label) && !name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if is_name { Ok(Self::Host(name)) } else { Err(NotADeny(text.to_owned())) }
    }
}

impl fmt::Display for Deny {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Net(net) => fmt::Display::fmt(net, f),
            Self::Host(name) => f.write_str(name),
        }
    }
}

/// The list; a cheap handle.
#[derive(Clone, Debug, Default)]
pub struct DenyList(Arc<[Deny]>);

impl FromIterator<Deny> for DenyList {
    fn from_iter<I: IntoIterator<Item = Deny>>(lines: I) -> Self {
        Self(lines.into_iter().collect())
    }
}

impl DenyList {
    /// Whether nobody may call this address. An IPv4 address stays itself when it is written as IPv6.
    pub fn denies_address(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|deny| matches!(deny, Deny::Net(net) if net.contains(&address)))
    }

    /// Whether nobody may call a host of this name, whatever its addresses.
    pub fn denies_name(&self, name: &str) -> bool {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let below = |host: &str| name.strip_suffix(host).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        self.0.iter().any(|deny| matches!(deny, Deny::Host(host) if below(host)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(lines: &[&str]) -> DenyList {
        lines.iter().map(|line| line.parse::<Deny>().unwrap()).collect()
    }

    #[test]
    fn nothing_is_denied_unless_somebody_says_so() {
        let nothing = DenyList::default();
        assert!(!nothing.denies_address("127.0.0.1".parse().unwrap()));
        assert!(!nothing.denies_name("localhost"));
    }

    #[test]
    fn networks_and_names_deny_what_lies_inside() {
        let denied = list(&["10.0.0.0/8", "169.254.169.254", "fd00::/8", "Example.com."]);
        for (address, expected) in [
            ("10.200.0.1", true),
            ("11.0.0.1", false),
            ("169.254.169.254", true),
            ("169.254.169.253", false),
            ("::ffff:10.0.0.1", true),
            ("fd12::1", true),
            ("fe80::1", false),
        ] {
            assert_eq!(denied.denies_address(address.parse().unwrap()), expected, "{address}");
        }
        for (name, expected) in [
            ("example.com", true),
            ("HOOKS.example.com", true),
            ("example.com.", true),
            ("badexample.com", false),
            ("example.org", false),
        ] {
            assert_eq!(denied.denies_name(name), expected, "{name}");
        }
    }

    #[test]
    fn what_is_no_line_is_refused() {
        for wrong in ["", "10.0.0.0/33", "a b", "10.0.0", "http://x", ".."] {
            assert_eq!(wrong.parse::<Deny>(), Err(NotADeny(wrong.to_owned())), "{wrong}");
        }
        assert_eq!("10.0.0.0/8".parse::<Deny>().unwrap().to_string(), "10.0.0.0/8");
    }
}
