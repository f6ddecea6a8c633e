//! One path per endpoint out of every spelling that is accepted (contract, 3.5, 3.6 and 10).

use std::borrow::Cow;

/// Spellings beside those of the table of contents, and where they lead: `{}` stands for one segment and is carried
/// over, `*` at the end for the rest of the path.
const ALIASES: [(&str, &str); 12] = [
    ("/iga/governance/certification/create", "/iga/governance/certification"),
    ("/iga/governance/user/{}/approvals", "/iga/governance/user/{}/tasks"),
    ("/iga/governance/violation/remediationSchema*", "/iga/governance/violation/remediation/schema*"),
    ("/iga/governance/violationRemediationSchema*", "/iga/governance/violation/remediation/schema*"),
    ("/iga/governance/violation/{}/phases/{}/complete-provisioning", "/iga/governance/violation/{}/phases/{}/complete"),
    ("/iga/governance/violation/{}/phases/{}/fulfill", "/iga/governance/violation/{}/phases/{}/complete"),
    ("/iga/governance/violation/{}/phases/{}/cancel-provisioning", "/iga/governance/violation/{}/phases/{}/cancel"),
    ("/iga/governance/violation/{}/phases/{}/deny", "/iga/governance/violation/{}/phases/{}/cancel"),
    ("/am/json/realms/root/realms/alpha*", "/am/json*"),
    ("/am/json/realms/root*", "/am/json*"),
    ("/am/oauth2/alpha/access_token", "/am/oauth2/realms/root/realms/alpha/access_token"),
    ("/am/oauth2/realms/alpha/access_token", "/am/oauth2/realms/root/realms/alpha/access_token"),
];

/// The path by which a raw path is routed.
pub fn tidy(raw: &str) -> Cow<'_, str> {
    let path = raw.trim_end_matches('/');
    match ALIASES.iter().find_map(|(alias, target)| follow(path, alias, target)) {
        Some(target) => Cow::Owned(target),
        None if path.is_empty() => Cow::Borrowed(raw),
        None => Cow::Borrowed(path),
    }
}

fn follow(path: &str, alias: &str, target: &str) -> Option<String> {
    let (alias, is_open) = alias.strip_suffix('*').map_or((alias, false), |alias| (alias, true));
    let (mut segments, mut carried) = (path.split('/'), Vec::new());
    for wanted in alias.split('/') {
        let segment = segments.next()?;
        match wanted {
            "{}" => carried.push(segment),
            _ if wanted == segment => {}
            _ => return None,
        }
    }
    let rest: Vec<&str> = segments.collect();
    if !rest.is_empty() && !is_open {
        return None;
    }
    let mut carried = carried.into_iter();
    let fixed = target.trim_end_matches('*').split('/');
    let fixed = fixed.map(|segment| if segment == "{}" { carried.next().unwrap_or_default() } else { segment });
    Some(fixed.chain(rest).collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_leads_to_one_path() {
        let table = [
            ("/iga/governance/policy/", "/iga/governance/policy"),
            ("/iga/governance/violation/remediationSchema", "/iga/governance/violation/remediation/schema"),
            (
                "/iga/governance/violationRemediationSchema/grantRemoval",
                "/iga/governance/violation/remediation/schema/grantRemoval",
            ),
            ("/iga/governance/violation/7/phases/a/fulfill", "/iga/governance/violation/7/phases/a/complete"),
            ("/iga/governance/violation/7/phases/a/cancel-provisioning", "/iga/governance/violation/7/phases/a/cancel"),
            ("/iga/governance/violation/7/phases/deny", "/iga/governance/violation/7/phases/deny"),
            ("/iga/governance/violation/7/phases/a/deny/x", "/iga/governance/violation/7/phases/a/deny/x"),
            ("/am/oauth2/alpha/access_token", "/am/oauth2/realms/root/realms/alpha/access_token"),
            ("/am/oauth2/access_token", "/am/oauth2/access_token"),
            ("/am/json/realms/root/serverinfo/*", "/am/json/serverinfo/*"),
            ("/am/json/realms/root/realms/alpha/serverinfo/version", "/am/json/serverinfo/version"),
            ("/", "/"),
        ];
        for (raw, tidied) in table {
            assert_eq!(tidy(raw), tidied, "{raw}");
        }
    }
}
