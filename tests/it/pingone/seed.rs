//! The seed: its rules and policies, and what its story has made of them.

use std::collections::BTreeMap;

use http::Method;
use serde_json::{Value, json};

use super::Scene;
use super::duties::IGA;
use crate::common::Stage;

#[tokio::test]
async fn the_story_leaves_a_violation_in_every_state() {
    let scene = Scene { stage: Stage::new(), tenant: "default".into() };
    let policies = scene.get("/policy").await.json();
    let rules = scene.get("/policy/rule?_pageSize=100").await.json();
    assert_eq!((&policies["totalCount"], &rules["totalCount"]), (&json!(3), &json!(8)));
    let violations = scene.get("/violation?_pageSize=1000").await.json();
    let mut states: BTreeMap<String, usize> = BTreeMap::new();
    for violation in violations["result"].as_array().unwrap() {
        let decision = &violation["decision"];
        let word = |name: &str| decision[name].as_str().unwrap_or("-").to_owned();
        *states.entry(format!("{} {}", word("status"), word("outcome"))).or_default() += 1;
    }
    let expected = [
        "complete allow",
        "complete expire",
        "complete remediate",
        "exception -",
        "in-progress -",
        "in-progress remediate",
        "pending -",
    ];
    assert_eq!(states.keys().collect::<Vec<_>>(), expected);
    // A member finds what was asked of the role.
    let mine = scene.call_as("samir.qureshi", Method::GET, &format!("{IGA}/user/violation")).await.json();
    let owners: Vec<&Value> =
        mine["result"].as_array().unwrap().iter().map(|row| &row["policyRule"]["violationOwner"]["name"]).collect();
    assert!(owners.len() == 2 && owners.iter().all(|name| **name == "Treasury Controllers"), "{owners:?}");
}
