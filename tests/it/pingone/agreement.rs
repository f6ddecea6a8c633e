//! A scan of everybody goes by entitlements, one of a person by what they hold: both have to find the same (contract, 5.1).

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::duties::{is, rule};
use super::{Scene, user};

const CASES: u32 = 10;

/// Comparisons that read the entitlement, the application, the account, the role or the person.
fn comparison() -> impl Strategy<Value = Value> {
    let operator = || prop::sample::select(vec!["EQUALS", "CONTAINS", "STARTS_WITH", "ENDS_WITH"]);
    let entitlement = prop::sample::select(vec!["vendor", "Pay vendors", "Create vendors", "invoice", "e", "admin"]);
    let app = prop::sample::select(vec!["erp", "e", "bank-portal"]);
    prop_oneof![
        4 => (operator(), entitlement).prop_map(|(operator, text)| (operator, "entitlement.displayName", text)),
        2 => (operator(), app).prop_map(|(operator, text)| (operator, "application.connectorId", text)),
        1 => prop::sample::select(vec!["a", "chen"]).prop_map(|text| ("CONTAINS", "user.userName", text)),
        1 => Just(("CONTAINS", "account.accountUserId", "a")),
        1 => Just(("EQUALS", "entitlement.glossary.isPrivileged", "true")),
        1 => Just(("CONTAINS", "role.name", "e")),
    ]
    .prop_map(
        |(operator, name, text)| json!({"operator": operator, "operand": {"targetName": name, "targetValue": text}}),
    )
}

fn condition() -> impl Strategy<Value = Value> {
    let kinds = prop::sample::subsequence(vec!["entitlementGrant", "accountGrant", "roleMembership"], 1..=3);
    let operator = prop::sample::select(vec!["AND", "OR", "NOT"]);
    (kinds, operator, prop::collection::vec(comparison(), 1..3))
        .prop_map(|(kinds, operator, operand)| json!({"type": kinds, "operator": operator, "operand": operand}))
}

fn people() -> impl Strategy<Value = Value> {
    prop_oneof![
        2 => Just(json!({"operator": "ALL", "operand": []})),
        1 => Just(json!({"operator": "NOT", "operand": [is("department", "finance")]})),
        1 => Just(json!({"operator": "CONTAINS", "operand": {"targetName": "user.sn", "targetValue": "a"}})),
    ]
}

#[test]
fn a_scan_of_everybody_and_scans_of_each_find_the_same() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let scene = Scene::new();
    let company = scene.tenant().read().company().clone();
    let slugs: Vec<String> = company.people().iter().map(|person| person.slug.clone()).collect();
    let numbers = std::cell::Cell::new(0);
    let strategy = (prop::collection::vec(condition(), 1..3), people(), prop::sample::subsequence(slugs, 10));
    let mut runner = TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() });
    let result = runner.run(&strategy, |(conditions, filter, some)| {
        numbers.set(numbers.get() + 1);
        let mut rule = rule(&format!("Rule {}", numbers.get()));
        rule["ruleDefinition"] = json!(conditions);
        rule["userFilter"] = filter;
        runtime.block_on(async {
            let id = scene.make_rule(rule).await;
            let path = format!("/policy/rule/{id}/scan?waitForCompletion=true&simulate=true");
            let scan = scene.post(&path, json!({})).await.status(200).json();
            let hits = scan["results"][0]["violations"].as_array().unwrap().clone();
            let of = |slug: &str| hits.iter().find(|hit| hit["user"]["userName"] == slug);
            let found = hits.iter().map(|hit| hit["user"]["userName"].as_str().unwrap().to_owned()).take(10);
            for slug in some.iter().cloned().chain(found) {
                let body = json!({"policyRuleFilter": is("id", &id)});
                let one = scene.post(&format!("/policy/user/{}/scan?simulate=true", user(&slug)), body).await;
                let one = one.status(200).json();
                prop_assert_eq!(one["result"].as_array().unwrap().is_empty(), of(&slug).is_none(), "{}", slug);
                let grants = |hit: &Value| hit["compositeIds"].clone();
                let alone = one["results"][0]["violations"].as_array().unwrap().first().map(grants);
                prop_assert_eq!(alone, of(&slug).map(grants), "{}", slug);
            }
            Ok(())
        })
    });
    result.unwrap();
}
