//! A company of a handful of people, where random verbs meet each other.

use rolecall::company::seed::Seed;

const COMPANY: &str = r#"{"slug": "tiny", "name": "Tiny Ltd", "domain": "tiny.example", "seed": 7,
    "departments": [{"slug": "finance", "name": "Finance"}],
    "locations": [{"slug": "boston", "name": "Office", "city": "Boston", "country": "US",
        "timeZone": "America/New_York", "locale": "en-US"}]}"#;

const APPS: &str = r#"{"apps": [
    {"slug": "erp", "name": "ERP", "publisher": "Tiny", "description": "Books", "category": "Finance",
     "owners": ["ann"], "signIn": "sso", "removal": "connector", "entitlements": [
        {"slug": "read", "name": "Read", "kind": "role", "attribute": "roles", "description": "Reads"},
        {"slug": "write", "name": "Write", "kind": "role", "attribute": "roles", "description": "Writes"},
        {"slug": "pay", "name": "Pay", "kind": "role", "attribute": "roles", "description": "Pays"}]},
    {"slug": "wiki", "name": "Wiki", "publisher": "Tiny", "description": "Words", "category": "Office",
     "owners": [], "signIn": "password", "removal": "manual", "entitlements": [
        {"slug": "edit", "name": "Edit", "kind": "group", "attribute": "groups", "description": "Edits"}]}]}"#;

const GRANTS: &str = r#"{"apps": [
    {"app": "erp", "accounts": [
        {"person": "ann", "user": "ann", "since": "-P9D", "entitlements": ["read", "pay"]},
        {"person": "bob", "user": "bob", "since": "-P8D", "entitlements": ["read"]},
        {"person": null, "user": "ghost", "since": "-P90D", "entitlements": ["write"]}]},
    {"app": "wiki", "accounts": [
        {"person": "bob", "user": "bob", "since": "-P8D", "status": "disabled"},
        {"person": "cy", "user": "cy", "since": "-P7D", "entitlements": ["edit"]}]}]}"#;

/// Three people, two applications, five accounts, no story.
pub fn tiny_seed() -> Seed {
    let person = |slug: &str, manager: &str| {
        format!(
            r#"{{"slug": "{slug}", "given": "{slug}", "family": "Tiny", "kind": "employee", "status": "active",
            "title": "Clerk", "department": "finance", "location": "boston", "manager": {manager}, "start": "-P99D"}}"#
        )
    };
    let people = [person("ann", "null"), person("bob", r#""ann""#), person("cy", r#""bob""#)].join(",");
    Seed::default()
        .with("company.json", COMPANY)
        .with("people.json", format!(r#"{{"people": [{people}]}}"#))
        .with("apps.json", APPS)
        .with("grants.json", GRANTS)
}
