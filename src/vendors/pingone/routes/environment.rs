//! `/environment/…`: what a tenant says about itself (contract, 13).

use http::Method;
use serde_json::{Value, json};

use crate::http::{Contents, Endpoint};
use crate::vendors::pingone::gate::Who;
use crate::vendors::pingone::reply::Crest;

/// The endpoints.
pub fn rows() -> Contents<Who> {
    vec![
        Endpoint::new(
            Method::GET,
            "/environment/scopes/service-accounts",
            "environmentScopes",
            Who::Administrator,
            scopes,
        )
        .doing("What a service account's tokens may be used for")
        .answers_list::<Value>(200),
        Endpoint::new(Method::GET, "/environment/info", "environmentInfo", Who::Administrator, info)
            .doing("Where a tenant lives")
            .answers::<Value>(200),
    ]
}

/// The scopes of a tenant with governance: `fr:iga:*` says so (contract, 13).
async fn scopes() -> Crest<Value> {
    let family = |name: &str, what: &str, children: &[(&str, &str)]| {
        let child = |(name, what): &(&str, &str)| json!({"scope": format!("fr:{name}"), "description": what});
        let mut scope = json!({"scope": format!("fr:{name}:*"), "description": what});
        if !children.is_empty() {
            scope["childScopes"] = children.iter().map(child).collect();
        }
        scope
    };
    Crest::of(json!([
        family("am", "All Access Management APIs", &[]),
        family("idc:analytics", "All Analytics APIs", &[]),
        family("idc:certificate", "All TLS certificate APIs", &[("idc:certificate:read", "Read TLS certificates")]),
        family(
            "idc:content-security-policy",
            "All content security policy APIs",
            &[("idc:content-security-policy:read", "Read content security policy")],
        ),
        family("idc:cookie-domain", "All cookie domain APIs", &[("idc:cookie-domain:read", "Read cookie domains")]),
        family("idc:custom-domain", "All custom domain APIs", &[("idc:custom-domain:read", "Read custom domains")]),
        family("idc:dataset", "All dataset deletion APIs", &[("idc:dataset:read", "Read dataset deletions")]),
        family(
            "idc:esv",
            "All ESV APIs",
            &[
                ("idc:esv:read", "Read ESVs, excluding values of secrets"),
                ("idc:esv:update", "Create, modify, and delete ESVs"),
                ("idc:esv:restart", "Restart workloads that consume ESVs"),
            ],
        ),
        family(
            "idc:promotion",
            "All configuration promotion APIs",
            &[("idc:promotion:read", "Read configuration promotion")]
        ),
        family("idc:release", "All product release APIs", &[("idc:release:read", "Read product release")]),
        family("idc:sso-cookie", "All SSO cookie APIs", &[("idc:sso-cookie:read", "Read SSO cookie")]),
        family("idc:telemetry", "All telemetry APIs", &[("idc:telemetry:read", "Read telemetry")]),
        family("idm", "All Identity Management APIs", &[]),
        family("iga", "All Governance APIs", &[]),
    ]))
}

async fn info() -> Crest<Value> {
    Crest::of(json!({
        "backupRegion": "us-south1",
        "config_promotion_done": false,
        "immutable": false,
        "ipAddresses": ["203.0.113.10"],
        "locked": false,
        "message_box_html": "",
        "message_box_title": "",
        "message_variant": "",
        "placeholder_management_migration_date": "",
        "placeholder_management": "CUSTOMER",
        "promotionTierInfo": {"tierDisplayName": "other", "tiers": ["other"], "upperTierDisplayName": null, "lowerTierDisplayName": null},
        "region": "us-central1",
        "tier": "other",
        "warning_message_html": "",
    }))
}
